from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyufu_desktop.domain.custody import ExportKind, LedgerLine, may_print_password
from kyufu_desktop.domain.inquiry import AnswerResult, InquiryKind, must_ask_tax, state_of
from kyufu_desktop.domain.judgment import TaxFacts
from kyufu_desktop.domain.letter import LetterCode, parse_code, recover
from kyufu_desktop.domain.review import (
    DEFICIENCIES,
    Item,
    ItemState,
    Looked,
    SecondLook,
    Waits,
    complete,
    in_time,
    management_number,
    needs_second_look,
    waits_for,
)
from kyufu_desktop.errors import InputProblem
from tests.domain.builders import person

#: Words that would tell a stranger who opens the letter why it was sent.
TELLTALE = ("DV", "暴力", "避難", "施設", "措置", "虐待", "区市町村", "秘匿", "保護")


@pytest.mark.parametrize("text", ["R601427643-02", "r601427643-02", "R60142764302", "Ｒ６０１４２７６４３－０２", " R601427643ー02 "])
def test_code_is_read_scanned_or_typed(text: str) -> None:
    assert parse_code(text) == LetterCode("R601427643", 2)


@pytest.mark.parametrize("text", ["", "R601427643", "R60142764-02", "R501427643-02", "R601427643-2", "R601427643-02x"])
def test_unreadable_code_is_refused(text: str) -> None:
    with pytest.raises(InputProblem) as caught:
        parse_code(text)
    assert caught.value.field == "code"


@given(st.integers(0, 10**8 - 1), st.integers(0, 99))
def test_code_that_was_printed_is_read_back(number: int, issue: int) -> None:
    code = LetterCode(f"R6{number:08d}", issue)
    assert parse_code(str(code)) == code


@pytest.mark.parametrize(
    ("good", "printed", "reprint", "shred"),
    [(0, (), (0, 1, 2), 6), (1, (), (0, 1, 2), 6), (2, (0,), (1, 2), 4), (3, (0,), (1, 2), 4), (4, (0, 1), (2,), 2), (6, (0, 1, 2), (), 0)],
)
def test_half_printed_letter_is_shredded_as_a_whole(good: int, printed: tuple[int, ...], reprint: tuple[int, ...], shred: int) -> None:
    found = recover((2, 2, 2), good)
    assert (found.printed, found.reprint, found.shred_sheets) == (printed, reprint, shred)


@pytest.mark.parametrize("good", [-1, 7])
def test_impossible_number_of_good_sheets_is_refused(good: int) -> None:
    with pytest.raises(InputProblem) as caught:
        recover((2, 2, 2), good)
    assert caught.value.field == "good_sheets"


@given(st.lists(st.integers(1, 4), max_size=20), st.data())
def test_no_letter_is_lost_or_printed_twice(sheets: list[int], data: st.DataObject) -> None:
    good = data.draw(st.integers(0, sum(sheets)))
    found = recover(tuple(sheets), good)
    assert sorted((*found.printed, *found.reprint)) == list(range(len(sheets)))
    assert sum(sheets[position] for position in found.printed) + found.shred_sheets == sum(sheets)


@pytest.mark.parametrize(
    ("received", "postmark", "expected"),
    [(31, None, True), (32, None, False), (33, 31, True), (33, 32, False), (30, 30, True)],
)
def test_postmark_of_the_last_day_is_in_time(received: int, postmark: int | None, expected: bool) -> None:
    def october(day: int) -> date:
        return date(2024, 10, day) if day <= 31 else date(2024, 11, day - 31)

    assert in_time(october(received), october(postmark) if postmark else None, date(2024, 10, 31)) is expected


def test_deficiencies_are_a_closed_list_with_neutral_words() -> None:
    assert len({deficiency.code for deficiency in DEFICIENCIES}) == len(DEFICIENCIES) >= 12
    assert {deficiency.item for deficiency in DEFICIENCIES} == set(Item)
    for deficiency in DEFICIENCIES:
        for word in TELLTALE:
            assert word not in deficiency.words + deficiency.remedy


FITS = dict.fromkeys(Item, ItemState.FITS)
DONE = Looked(FITS, account_entered=True, account_verified=True)


def test_review_is_complete_only_when_everything_fits_and_the_account_was_checked_twice() -> None:
    def missing(items: dict[Item, ItemState], entered: bool = True, verified: bool = True) -> int:
        return len(complete(Looked(items, entered, verified), SecondLook.NONE))

    assert missing(FITS) == 0
    assert missing(FITS | {Item.PROXY: ItemState.NOT_APPLICABLE}) == 0
    assert missing(FITS, verified=False) == 1
    assert missing(FITS, entered=False, verified=False) == 1
    assert missing(FITS | {Item.HOLDER: ItemState.DEFICIENT}) == 1
    assert missing({}, verified=False) == len(Item) + 1


@pytest.mark.parametrize(
    ("late", "deficient", "policy", "expected"),
    [
        (late, deficient, policy, policy is SecondLook.EVERY or (policy is SecondLook.FLAGGED and (late or deficient)))
        for late in (False, True)
        for deficient in (False, True)
        for policy in SecondLook
    ],
)
def test_a_second_person_looks_where_the_setting_says_so(late: bool, deficient: bool, policy: SecondLook, expected: bool) -> None:
    looked = dataclasses.replace(DONE, late=late, late_accepted=late, deficient_before=deficient)
    assert needs_second_look(policy, looked) is expected
    assert bool(complete(looked, policy)) is expected
    assert complete(dataclasses.replace(looked, second_look=True), policy) == ()


DAY = date(2024, 9, 1)


@pytest.mark.parametrize(
    ("looked", "expected"),
    [
        (dataclasses.replace(DONE, late=True), Waits.OFFICER),
        (Looked(FITS | {Item.HOLDER: ItemState.DEFICIENT}), Waits.ANSWER),
        (Looked(FITS | {Item.HOLDER: ItemState.DEFICIENT}, answer_by=DAY), Waits.ANSWER),
        (Looked(FITS | {Item.HOLDER: ItemState.DEFICIENT}, answer_by=date(2024, 8, 31)), Waits.OVERDUE),
        (Looked({}), Waits.REVIEWER),
        (Looked(FITS), Waits.REVIEWER),
        (Looked(FITS, account_entered=True), Waits.SECOND),
        (dataclasses.replace(DONE, deficient_before=True), Waits.SECOND),
        (DONE, Waits.NOBODY),
    ],
)
def test_the_queue_says_whose_turn_it_is(looked: Looked, expected: Waits) -> None:
    assert waits_for(looked, SecondLook.FLAGGED, DAY) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("R601427643", True), ("Ｒ６０１４２７６４３", True), ("R601427643-01", False), ("", False)]
)
def test_an_application_is_named_by_the_number_of_its_case(text: str, expected: bool) -> None:
    assert management_number(text) == ("R601427643" if expected else None)


def line(handed_over: date | None, password: date | None = None) -> LedgerLine:
    made = date(2024, 8, 1)
    return LedgerLine(1, ExportKind.BANK_FILE, "transfer.txt", 1, 1, "0" * 64, "M-01", made, "佐藤", handed_over, "鈴木", password)


def test_password_never_leaves_on_the_day_of_the_medium() -> None:
    day = date(2024, 8, 28)
    assert may_print_password(line(None), day) is not None
    assert may_print_password(line(day), day) is not None
    assert may_print_password(line(date(2024, 8, 29)), day) is not None
    assert may_print_password(line(date(2024, 8, 27)), day) is None
    assert may_print_password(line(date(2024, 8, 27), date(2024, 8, 28)), day) is not None


def test_only_who_moved_in_and_is_unknown_here_is_asked_for() -> None:
    assert must_ask_tax(person(1, TaxFacts(), levied_elsewhere=True))
    assert not must_ask_tax(person(1, TaxFacts(), levied_elsewhere=False))
    assert not must_ask_tax(person(1, levied_elsewhere=True))


def test_only_a_normal_tax_answer_ends_the_inquiry() -> None:
    answered = {result for result in AnswerResult if state_of(InquiryKind.TAX, True, result).answered}
    assert answered == {AnswerResult.NORMAL}
    assert "証明書" in state_of(InquiryKind.TAX, True, AnswerResult.NOBODY).sentence
    assert not state_of(InquiryKind.TAX, False, None).answered
    assert not state_of(InquiryKind.TAX, True, None).answered
