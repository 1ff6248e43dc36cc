from __future__ import annotations

import csv
import dataclasses
import time
from datetime import date
from pathlib import Path

import pytest

from kyufu_desktop.domain.collation import (
    CaseKeys,
    Certainty,
    Key,
    NoticedPerson,
    PlannedPayment,
    collate,
    collate_notices,
    collate_own,
    fold_kana,
)
from kyufu_desktop.domain.values import Category

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
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


# ---------------------------------------------------------------- what must never meet, and what each meeting means


@pytest.mark.parametrize(
    "row", list(csv.DictReader((VECTORS / "kana_folding.csv").read_text(encoding="utf-8").splitlines())), ids=lambda row: row["わけ"]
)
def test_kana_folds_as_the_table_says(row: dict[str, str]) -> None:
    assert (fold_kana(row["書き方"]) == fold_kana(row["もう一つの書き方"])) is (row["同じか"] == "同じ")


def test_empty_values_never_meet() -> None:
    nobody = CaseKeys(7, Category.DV, "", "", (("", "", BORN), ("", "ヤマダ", None)))
    row = planned(management_number="", household_number="", head_number="", kana_folded="", birth=BORN, child_number="")
    assert collate([nobody], [row, planned(kana_folded="ヤマダ", birth=None)]) == ()
    twin = dataclasses.replace(nobody, case_id=8, management_number="R600000008")
    assert collate_notices([nobody], [NoticedPerson(1, None, "", BORN), NoticedPerson(1, "", "ヤマダ", None)]) == ()
    assert all(Key.NAME_BIRTH not in meeting.keys for meeting in collate_own([nobody, twin]))


@pytest.mark.parametrize(
    ("category", "keys", "words", "never"),
    [
        (Category.DV, {"household_number": "000000700"}, "妨げません", "二重払い"),
        (Category.ELDERLY, {"household_number": "000000700"}, "別の世帯とみなします", "妨げません"),
        (Category.DV, {"household_number": "000000700", "kana_folded": "ヤマダハナコ", "birth": BORN}, "二重払い", "妨げません"),
        (Category.DV, {"household_number": "000000700", "head_number": "0000000071"}, "二重払い", "妨げません"),
        (Category.CHILD, {"child_number": "0000000072"}, "元の世帯の加算に入りません", "妨げません"),
        (Category.DV, {"child_number": "0000000072"}, "避難した人に付きます", "妨げません"),
        (Category.DV, {"child_number": "0000000072", "paid": True}, "もう支給されています", "止めてから"),
        (Category.DISABLED, {"management_number": "R600000007", "paid": True}, "もう支給しています", "止めてから"),
        (Category.DISABLED, {"kana_folded": "ヤマダハナコ", "birth": BORN}, "別の人のこともあります", "二重払い"),
    ],
)
def test_advice_depends_on_the_category_and_the_keys(category: Category, keys: dict[str, object], words: str, never: str) -> None:
    [meeting] = collate([dataclasses.replace(CASE, category=category)], [planned(**keys)])
    assert words in meeting.advice and never not in meeting.advice


OTHER = CaseKeys(8, Category.CHILD, "R600000008", "000000800", (("0000000081", "ヤマダソラ", date(2015, 1, 1)),), frozenset({"0000000081"}))


def test_child_in_two_of_our_cases_is_told_on_both_sides_with_one_mark() -> None:
    one, two = collate_own([CASE, OTHER])
    assert (one.case_id, one.other_case_id, two.case_id, two.other_case_id) == (7, 8, 8, 7)
    assert one.mark == two.mark and one.keys == (Key.CHILD, Key.NAME_BIRTH) and one.certainty is Certainty.LIKELY
    assert "1回だけ" in one.advice and (one.number, two.number) == ("0000000072", "0000000081")


def test_shared_account_is_a_warning_once_a_case() -> None:
    shared = [dataclasses.replace(CASE, case_id=n, people=(), account="0001-001-1-1234567") for n in (3, 1, 2)]
    alone = dataclasses.replace(CASE, case_id=9, people=(), account="0001-001-1-7654321")
    met = collate_own([*shared, alone])
    assert [(meeting.case_id, meeting.keys) for meeting in met] == [(1, (Key.ACCOUNT,)), (2, (Key.ACCOUNT,)), (3, (Key.ACCOUNT,))]
    assert all("差し支えありません" in meeting.advice and not meeting.child for meeting in met)


def test_notice_meets_by_number_or_by_name_and_its_words_are_neutral() -> None:
    named = [NoticedPerson(5, "0000000071", "", None), NoticedPerson(6, None, "ヤマダソラ", date(2015, 1, 1))]
    person, child = collate_notices([dataclasses.replace(CASE, children=frozenset({"0000000072"}))], named)
    assert (person.certainty, person.keys, person.notice_id) == (Certainty.SURE, (Key.PERSON,), 5)
    assert (child.certainty, child.keys, child.child) == (Certainty.LIKELY, (Key.CHILD, Key.NAME_BIRTH), True)
    for word in ("避難", "暴力", "DV", "支援措置", "措置", "施設"):
        assert word not in person.advice + child.advice
