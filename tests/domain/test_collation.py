from __future__ import annotations

import time
from datetime import date

import pytest

from kyufu_desktop.domain.collation import CaseKeys, Certainty, Key, PlannedPayment, collate, fold_kana
from kyufu_desktop.domain.values import Category

BORN = date(1980, 5, 5)
PEOPLE = (("0000000071", "ヤマダハナコ", BORN), ("0000000072", "ヤマダソラ", date(2015, 1, 1)))
CASE = CaseKeys(7, Category.DV, "R600000007", "000000700", PEOPLE)


def planned(row: int = 2, **more: object) -> PlannedPayment:
    values: dict[str, object] = {
        "row": row,
        "management_number": "R699999999",
        "household_number": "999999999",
        "head_number": "9999999999",
        "kana_folded": "ベツノヒト",
        "birth": date(1950, 1, 1),
    }
    return PlannedPayment(**(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "key", "certainty"),
    [
        ({"management_number": "R600000007"}, Key.MANAGEMENT, Certainty.SURE),
        ({"household_number": "000000700"}, Key.HOUSEHOLD, Certainty.SURE),
        ({"head_number": "0000000071"}, Key.PERSON, Certainty.SURE),
        ({"head_number": "0000000072"}, Key.PERSON, Certainty.SURE),
        ({"child_number": "0000000072"}, Key.CHILD, Certainty.SURE),
        ({"kana_folded": "ヤマダハナコ", "birth": BORN}, Key.NAME_BIRTH, Certainty.LIKELY),
    ],
)
def test_each_key_meets_on_its_own(change: dict[str, object], key: Key, certainty: Certainty) -> None:
    [meeting] = collate([CASE], [planned(**change)])
    assert (meeting.case_id, meeting.keys, meeting.certainty) == (7, (key,), certainty)
    assert meeting.advice.endswith("。")


@pytest.mark.parametrize(
    "change",
    [{}, {"kana_folded": "ヤマダハナコ"}, {"birth": BORN}, {"kana_folded": "ヤマダハナコ", "birth": None}],
    ids=["nothing", "name only", "birth only", "birth unknown"],
)
def test_name_or_birth_alone_do_not_meet(change: dict[str, object]) -> None:
    assert collate([CASE], [planned(**change)]) == ()


def test_all_keys_come_in_their_order() -> None:
    row = planned(
        management_number="R600000007",
        household_number="000000700",
        head_number="0000000071",
        child_number="0000000072",
        kana_folded="ヤマダハナコ",
        birth=BORN,
    )
    [meeting] = collate([CASE], [row])
    assert meeting.keys == (Key.MANAGEMENT, Key.HOUSEHOLD, Key.PERSON, Key.CHILD, Key.NAME_BIRTH)


def test_original_household_of_a_dv_evacuee_does_not_block() -> None:
    [meeting] = collate([CASE], [planned(household_number="000000700")])
    assert "妨げません" in meeting.advice


def test_same_person_and_same_child_are_told_as_double_payment() -> None:
    [person] = collate([CASE], [planned(head_number="0000000071")])
    [child] = collate([CASE], [planned(child_number="0000000072", household_number="000000700")])
    assert "二重払い" in person.advice
    assert "1回だけ" in child.advice


def test_meetings_come_in_the_order_of_cases_and_rows() -> None:
    other = CaseKeys(3, Category.CHILD, "R600000003", "000000300", ())
    rows = [planned(5, management_number="R600000007"), planned(4, management_number="R600000003")]
    rows.append(planned(3, household_number="000000700"))
    found = [(meeting.case_id, meeting.planned.row) for meeting in collate([CASE, other], rows)]
    assert found == [(7, 3), (7, 5), (3, 4)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ　ハナコ"), ("きょうこ", "キヨウコ"), ("マリー・アン", "マリアン"), ("ｳﾞｨﾄｰ", "ヴイト"), ("ヲノ", "オノ")],
)
def test_kana_written_otherwise_is_the_same_kana(one: str, other: str) -> None:
    assert fold_kana(one) == fold_kana(other)


def test_dakuten_is_not_folded_away() -> None:
    assert fold_kana("ハナ") != fold_kana("バナ")


def test_no_person_is_shown_by_repr() -> None:
    [meeting] = collate([CASE], [planned(head_number="0000000071", kana_folded="ヤマダハナコ", birth=BORN)])
    assert "ヤマダ" not in repr(meeting)
    assert "1980" not in repr(meeting)


def test_fifty_thousand_rows_are_collated_within_a_second() -> None:
    cases = [CaseKeys(n, Category.DV, f"R6{n:08d}", f"{n:09d}", ((f"{n:010d}", "カナ", BORN),)) for n in range(1, 400)]
    rows = [planned(n, management_number=f"R6{n:08d}", household_number=f"{n:09d}", head_number=f"{n:010d}") for n in range(2, 50_002)]
    begin = time.perf_counter()
    found = collate(cases, rows)
    assert time.perf_counter() - begin < 1.0
    assert len(found) == 398
