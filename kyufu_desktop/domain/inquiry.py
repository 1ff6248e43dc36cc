"""Who must be asked of another municipality, and what an answer means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kyufu_desktop.domain.judgment import PersonFacts


class InquiryKind(StrEnum):
    TAX = "TAX"
    ACCOUNT = "ACCOUNT"


class AnswerResult(StrEnum):
    """処理結果 in the words of the answer file."""

    NORMAL = "正常"
    NOT_AUTOMATIC = "自動応答不可"
    NOBODY = "該当者なし"


@dataclass(frozen=True, slots=True)
class InquiryState:
    """Where an inquiry stands, in words for the screen."""

    word: str
    sentence: str
    answered: bool


def must_ask_tax(person: PersonFacts) -> bool:
    """Moved in after 1 January 2024 and no tax fact here."""
    return person.levied_elsewhere and (person.tax.levy is None or person.tax.income_levy is None)


def state_of(kind: InquiryKind, asked: bool, result: AnswerResult | None) -> InquiryState:
    """Where an inquiry stands; only a normal answer ends it without a person."""
    if not asked:
        return InquiryState("未着手", "照会データを作ってください。", False)
    if result is None:
        return InquiryState("照会中", "回答を待っています。", False)
    if result is AnswerResult.NORMAL:
        return InquiryState("済", "回答を取り込みました。", True)
    if kind is InquiryKind.ACCOUNT:
        return InquiryState("済", "登録のある口座はありません。", True)
    if result is AnswerResult.NOT_AUTOMATIC:
        return InquiryState("保留", "自動では答えられません。電話か文書での回答を入れてください。", False)
    return InquiryState("保留", "該当者なしの回答です。課税（非課税）証明書で確かめてください。", False)
