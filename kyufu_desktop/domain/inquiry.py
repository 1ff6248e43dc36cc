"""Who must be asked of another municipality, what an answer means, and what an answer by hand must rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.judgment import LevyClass, PersonFacts
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import InputProblem

#: Days after which an inquiry is followed up. The network answers within a day or two; an answer that a clerk of the other municipality
#: must give (自動応答不可) takes some days, so two weeks without one mean that it lies somewhere.
OVERDUE_AFTER_DAYS = 14

#: Result of an inquiry that was given up because the same person is asked anew; its own answer is not taken any more.
ASKED_AGAIN = "再照会"


class InquiryKind(StrEnum):
    TAX = "TAX"
    ACCOUNT = "ACCOUNT"


class AnswerResult(StrEnum):
    """処理結果 in the words of the answer file."""

    NORMAL = "正常"
    NOT_AUTOMATIC = "自動応答不可"
    NOBODY = "該当者なし"


class AnswerWay(StrEnum):
    """How an answer came that did not come in a file."""

    TELEPHONE = "電話"
    LETTER = "公文書"
    CERTIFICATE = "課税（非課税）証明書"


@dataclass(frozen=True, slots=True)
class AnswerDocument:
    """What an answer by hand rests on.

    A caller on the telephone may be anybody: the number of the municipality is looked up and called, and ``called_back`` says who
    answered there. Letter and certificate have a ``number`` and a date of their own; of a call ``dated_on`` is the day of the call.
    """

    way: AnswerWay
    number: str
    dated_on: date
    called_back: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class InquiryState:
    """Where an inquiry stands, in words for the screen."""

    word: str
    sentence: str
    answered: bool


def must_ask_tax(person: PersonFacts) -> bool:
    """Moved in after the levy date and no tax fact here."""
    return person.levied_elsewhere and (person.tax.levy is None or person.tax.income_levy is None)


def may_ask_account(programme: Programme, category: Category) -> bool:
    """Whether the public-money account of a recipient of this category may be asked for: only where the programme names it."""
    return category in programme.account_inquiry


def is_overdue(waiting_days: int | None) -> bool:
    """Waiting longer than :data:`OVERDUE_AFTER_DAYS`; None = not waiting."""
    return waiting_days is not None and waiting_days > OVERDUE_AFTER_DAYS


def state_of(kind: InquiryKind, asked: bool, result: AnswerResult | None, waiting_days: int | None = None) -> InquiryState:
    """Where an inquiry stands; only a normal answer ends it without a person."""
    if not asked:
        return InquiryState("未着手", "照会データを作ってください。", False)
    if result is None:
        if is_overdue(waiting_days):
            return InquiryState("期限超過", f"{waiting_days}日たちました。照会先に確かめるか、もう一度照会してください。", False)
        return InquiryState("照会中", "回答を待っています。", False)
    if result is AnswerResult.NORMAL:
        return InquiryState("済", "回答を取り込みました。", True)
    if kind is InquiryKind.ACCOUNT:
        return InquiryState("済", "登録のある口座はありません。", True)
    if result is AnswerResult.NOT_AUTOMATIC:
        return InquiryState("保留", "自動では答えられません。電話か文書での回答を入れてください。", False)
    return InquiryState("保留", "該当者なしの回答です。課税（非課税）証明書で確かめてください。", False)


def contradiction(levy: LevyClass, income_levy: int, total_income: int, undeclared: bool) -> tuple[str, str] | None:
    """(field, sentence) where an answer cannot be right by itself; None where it can. Amounts in yen."""
    if levy is not LevyClass.TAXED and income_levy > 0:
        return "income_levy", "所得割があるのに、課税の区分が違います。"
    if levy is LevyClass.TAXED and income_levy == 0:
        return "income_levy", "課税なのに、所得割が0円です。"
    if levy is LevyClass.TAXED and total_income == 0:
        return "total_income", "所得割があるのに、合計所得金額が0円です。"
    if undeclared and total_income > 0:
        return "total_income", "未申告なのに、合計所得金額があります。"
    return None


def check_document(document: AnswerDocument, on: date, programme: Programme, asked_on: date | None) -> None:
    """Raises ``InputProblem`` K-1773 (a field that the way of the answer needs is empty) or K-1774 (the date cannot be right).

    ``asked_on`` is the day of the inquiry that waits, None where nobody asked (a certificate that the person brought).
    """
    if document.way is AnswerWay.TELEPHONE:
        if not document.called_back.strip():
            raise InputProblem(
                "K-1773",
                "called_back",
                "折り返した相手が入っていません。",
                todo="代表番号を調べて折り返し、相手の課と氏名を入れてください。",
            )
    elif not document.number.strip():
        raise InputProblem("K-1773", "number", f"{document.way.value}の番号が入っていません。", todo="書類にある番号を入れてください。")
    if document.dated_on > on:
        raise InputProblem("K-1774", "dated_on", "日付が、今日より後です。", todo="書類の日付を確かめてください。")
    if document.dated_on < programme.levy_date:
        raise InputProblem(
            "K-1774", "dated_on", f"{programme.tax_year}の賦課期日より前の日付です。", todo="どの年度の書類かを確かめてください。"
        )
    if asked_on is not None and document.way is not AnswerWay.CERTIFICATE and document.dated_on < asked_on:
        raise InputProblem("K-1774", "dated_on", "照会した日より前の日付です。", todo="この照会への回答かどうかを確かめてください。")


def origin_words(document: AnswerDocument, day: str, *, corrected: bool = False) -> str:
    """Where the facts come from, for the sheet of the judgment: 「公文書 6市税第12号（令和6年8月20日）」. ``day`` is ``dated_on`` in 和暦.

    It never says who spoke: that stays with the inquiry.
    """
    number = f" {document.number.strip()}" if document.number.strip() else ""
    word = "電話による回答" if document.way is AnswerWay.TELEPHONE else document.way.value
    return f"{word}{number}（{day}{'、訂正' if corrected else ''}）"
