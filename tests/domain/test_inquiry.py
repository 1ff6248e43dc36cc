"""Who must be asked, how long one waits, and what an answer by hand must rest on."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from kyufu_desktop import settings
from kyufu_desktop.domain.inquiry import (
    OVERDUE_AFTER_DAYS,
    AnswerDocument,
    AnswerResult,
    AnswerWay,
    InquiryKind,
    check_document,
    contradiction,
    may_ask_account,
    origin_words,
    state_of,
)
from kyufu_desktop.domain.judgment import LevyClass
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.programme_file import parse
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import InputProblem

TODAY = date(2024, 8, 28)
ASKED = date(2024, 8, 1)


def programme() -> Programme:
    values, digest = settings.read_toml("programmes", "r6.toml")
    return parse(values, digest=digest)


R6 = programme()
CALL = AnswerDocument(AnswerWay.TELEPHONE, "", date(2024, 8, 20), "川崎市 市民税課 佐々木")
PAPER = AnswerDocument(AnswerWay.LETTER, "6川市税第12号", date(2024, 8, 20))


def test_no_account_may_be_asked_for_in_the_ward_s_programme() -> None:
    assert not any(may_ask_account(R6, category) for category in Category)
    allowed = dataclasses.replace(R6, account_inquiry=frozenset({Category.ELDERLY}))
    assert [category for category in Category if may_ask_account(allowed, category)] == [Category.ELDERLY]


@pytest.mark.parametrize(("days", "word"), [(0, "照会中"), (OVERDUE_AFTER_DAYS, "照会中"), (OVERDUE_AFTER_DAYS + 1, "期限超過")])
def test_an_inquiry_is_overdue_from_the_day_after_the_last(days: int, word: str) -> None:
    assert state_of(InquiryKind.TAX, True, None, days).word == word


def test_only_a_normal_answer_ends_a_tax_inquiry() -> None:
    assert [state_of(InquiryKind.TAX, True, result, 3).word for result in AnswerResult] == ["済", "保留", "保留"]


@pytest.mark.parametrize(
    ("levy", "income_levy", "total", "undeclared", "field"),
    [
        (LevyClass.EXEMPT, 0, 0, False, None),
        (LevyClass.EXEMPT, 0, 0, True, None),
        (LevyClass.PER_CAPITA_ONLY, 0, 900_000, False, None),
        (LevyClass.TAXED, 1, 1, False, None),
        (LevyClass.EXEMPT, 1, 0, False, "income_levy"),
        (LevyClass.PER_CAPITA_ONLY, 9000, 900_000, False, "income_levy"),
        (LevyClass.TAXED, 0, 900_000, False, "income_levy"),
        (LevyClass.TAXED, 9000, 0, False, "total_income"),
        (LevyClass.EXEMPT, 0, 1, True, "total_income"),
    ],
)
def test_an_answer_that_contradicts_itself_is_named_by_its_field(
    levy: LevyClass, income_levy: int, total: int, undeclared: bool, field: str | None
) -> None:
    found = contradiction(levy, income_levy, total, undeclared)
    assert (found[0] if found else None) == field


@pytest.mark.parametrize(
    ("document", "asked_on", "field"),
    [
        (CALL, ASKED, None),
        (PAPER, ASKED, None),
        (dataclasses.replace(CALL, called_back=" "), ASKED, "called_back"),
        (dataclasses.replace(PAPER, number=""), ASKED, "number"),
        (dataclasses.replace(PAPER, dated_on=date(2024, 8, 29)), ASKED, "dated_on"),
        (dataclasses.replace(PAPER, dated_on=date(2024, 7, 31)), ASKED, "dated_on"),
        (dataclasses.replace(PAPER, dated_on=date(2024, 7, 31)), None, None),
        (AnswerDocument(AnswerWay.CERTIFICATE, "第7号", date(2024, 7, 31)), ASKED, None),
        (AnswerDocument(AnswerWay.CERTIFICATE, "第7号", date(2023, 12, 31)), None, "dated_on"),
    ],
)
def test_an_answer_by_hand_rests_on_a_document_or_a_call_that_was_made_back(
    document: AnswerDocument, asked_on: date | None, field: str | None
) -> None:
    if field is None:
        check_document(document, TODAY, R6, asked_on)
        return
    with pytest.raises(InputProblem) as caught:
        check_document(document, TODAY, R6, asked_on)
    assert caught.value.field == field


def test_the_origin_names_the_paper_and_never_who_spoke() -> None:
    assert origin_words(CALL, "令和6年8月20日") == "電話による回答（令和6年8月20日）"
    assert origin_words(PAPER, "令和6年8月20日", corrected=True) == "公文書 6川市税第12号（令和6年8月20日、訂正）"
