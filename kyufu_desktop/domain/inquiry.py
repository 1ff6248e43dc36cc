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
    raise NotImplementedError


def state_of(kind: InquiryKind, asked: bool, result: AnswerResult | None) -> InquiryState:
    raise NotImplementedError
