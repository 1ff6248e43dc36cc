"""封入の照合: what fits is let through, every swap, loss and double is stopped."""

from __future__ import annotations

import random

import pytest

from kyufu_desktop.domain.enclosing import UNREADABLE, Enclosing, Known, Outcome
from kyufu_desktop.domain.letter import LetterState, page_code

PRINTED = LetterState.PRINTED


def letter(number: int, pages: int = 2, state: LetterState = PRINTED, *, voided: bool = False, enclosed: bool = False) -> Known:
    return Known(f"R6{number:08d}-01", state, pages, voided, enclosed)


def paged(one: Known) -> list[str]:
    return [page_code(one.code, number) for number in range(1, one.pages + 1)]


def read(envelope: str, pages: list[str]) -> Enclosing:
    enclosing = Enclosing().read(envelope)
    for text in pages:
        enclosing = enclosing.read(text)
    return enclosing


def judged(known: list[Known], *texts: str) -> Outcome:
    enclosing = Enclosing()
    for text in texts:
        enclosing = enclosing.read(text)
    return enclosing.judge({one.code: one for one in known}.get).outcome


def test_all_fifty_seeded_mistakes_of_a_thousand_letters_are_stopped_and_nothing_else() -> None:
    chance = random.Random(20240828)
    known = {one.code: one for one in (letter(number, chance.choice((2, 2, 2, 3, 4))) for number in range(1, 1001))}
    codes = list(known)
    packed = {code: paged(known[code]) for code in codes}
    wrong: dict[str, Outcome] = {}
    swapped = chance.sample(codes, 50)
    # 8 pairs swap one page and 2 pairs all pages: 20 envelopes; 15 lose a page; 15 hold one page twice.
    for at in range(0, 20, 2):
        one, other = swapped[at], swapped[at + 1]
        if at < 16:
            packed[one][-1], packed[other][-1] = packed[other][-1], packed[one][-1]
        else:
            packed[one], packed[other] = packed[other], packed[one]
        wrong[one] = wrong[other] = Outcome.SWAPPED
    for code in swapped[20:35]:
        packed[code].pop()
        wrong[code] = Outcome.MISSING
    for code in swapped[35:]:
        packed[code].append(packed[code][0])
        wrong[code] = Outcome.DOUBLE
    assert len(wrong) == 50
    found = {code: read(code, packed[code]).judge(known.get).outcome for code in codes}
    assert {code: outcome for code, outcome in found.items() if outcome is not Outcome.FITS} == wrong


@pytest.mark.parametrize(
    ("state", "voided", "enclosed", "expected"),
    [
        (LetterState.PREPARED, False, False, Outcome.NOT_PRINTED),
        (LetterState.PRINTING, False, False, Outcome.NOT_PRINTED),
        (LetterState.PRINTED, False, False, Outcome.FITS),
        (LetterState.PRINTED, True, False, Outcome.VOID),
        (LetterState.PRINTED, False, True, Outcome.DOUBLE),
        (LetterState.SENT, False, True, Outcome.DOUBLE),
        (LetterState.SPOILED, True, False, Outcome.VOID),
        (LetterState.SPOILED, False, False, Outcome.VOID),
        (LetterState.UNDELIVERED, False, True, Outcome.VOID),
    ],
)
def test_only_a_letter_that_came_out_well_and_waits_fits(state: LetterState, voided: bool, enclosed: bool, expected: Outcome) -> None:
    one = letter(1, 2, state, voided=voided, enclosed=enclosed)
    assert judged([one], one.code, *paged(one)) is expected


@pytest.mark.parametrize("enclosed", [False, True])
def test_a_letter_whose_place_changed_is_stopped_even_where_its_envelope_was_closed_before(enclosed: bool) -> None:
    one = Known("R600000001-01", PRINTED, 2, voided=False, enclosed=enclosed, stale="宛先が、印刷のあとで変わりました。")
    verdict = read(one.code, paged(one)).judge({one.code: one}.get)
    assert verdict.outcome is Outcome.STALE
    assert one.code in verdict.sentence and one.stale in verdict.sentence
    assert "封をせず" in verdict.sentence and "細断" in verdict.sentence and "作り直して" in verdict.sentence


def test_a_strangers_page_is_said_before_the_changed_place() -> None:
    one, other = Known("R600000001-01", PRINTED, 2, voided=False, enclosed=False, stale="宛先が変わりました。"), letter(2)
    assert judged([one, other], one.code, other.code + "-1") is Outcome.SWAPPED


def test_the_spoiled_print_of_the_same_letter_is_void_in_the_new_envelope() -> None:
    new, old = letter(1), Known("R600000001-00", LetterState.SPOILED, 2, True, False)
    assert judged([new, old], new.code, new.code + "-1", old.code + "-2") is Outcome.VOID


def test_a_strangers_page_is_named_with_its_sheet() -> None:
    one, other = letter(1), letter(2)
    enclosing = Enclosing().read(one.code).read(one.code).read(other.code)
    verdict = enclosing.judge({one.code: one, other.code: other}.get)
    assert enclosing.strange
    assert (verdict.outcome, verdict.code, verdict.page) == (Outcome.SWAPPED, other.code, 2)
    assert verdict.sentence.startswith("2枚目") and other.code in verdict.sentence


def test_what_is_no_letter_is_stopped_and_its_text_is_not_kept() -> None:
    one = letter(1)
    enclosing = Enclosing().read(one.code).read("123456789018")
    assert enclosing.pages == (UNREADABLE,)
    assert enclosing.judge({one.code: one}.get).outcome is Outcome.UNKNOWN
    assert judged([one], "R699999999-01", one.code) is Outcome.UNKNOWN


def test_full_width_codes_and_missing_hyphens_are_read() -> None:
    one = letter(1)
    assert judged([one], "Ｒ６０００００００１０１", "r600000001-01-1", " R600000001012 ") is Outcome.FITS


def test_a_letter_whose_pages_were_never_counted_never_fits() -> None:
    one = letter(1, 0)
    assert judged([one], one.code) is Outcome.NOT_PRINTED


def test_nothing_in_the_envelope_is_missing() -> None:
    one = letter(1)
    assert judged([one], one.code) is Outcome.MISSING


def test_the_first_page_twice_is_no_first_and_second_page() -> None:
    one = letter(1)
    assert judged([one], one.code, one.code + "-1", one.code + "-1") is Outcome.DOUBLE
    assert judged([one], one.code, one.code + "-2", one.code + "-1") is Outcome.FITS, "the order of reading does not matter"


def test_a_page_that_does_not_say_which_it_is_is_read_again() -> None:
    one = letter(1)
    assert judged([one], one.code, one.code, one.code + "-2") is Outcome.NO_PAGE
    assert judged([one], one.code, one.code + "-1", one.code + "-3") is Outcome.DOUBLE
