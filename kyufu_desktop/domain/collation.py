"""Collation (突合): which rows of the contractor's list meet a case, by which keys, and what the programme makes of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.values import Benefit, Category

#: Small kana to large, long marks, middle dots and blanks away.
_SMALL, _LARGE = "ァィゥェォッャュョヮヵヶヰヱヲ", "アイウエオツヤユヨワカケイエオ"
_FOLD: dict[int, str | None] = {code: chr(code + 0x60) for code in range(0x3041, 0x3097)}
_FOLD |= {ord(small): large for small, large in zip(_SMALL, _LARGE, strict=True)}
_FOLD |= {ord(small) - 0x60: large for small, large in zip(_SMALL, _LARGE, strict=True)}
_FOLD |= {ord(dropped): None for dropped in "ー-‐−―–・･ \u3000'’=＝."}


class Key(StrEnum):
    MANAGEMENT = "management"
    HOUSEHOLD = "household"
    PERSON = "person"
    CHILD = "child"
    NAME_BIRTH = "name_birth"


KEY_LABELS: dict[Key, str] = {
    Key.MANAGEMENT: "給付管理番号",
    Key.HOUSEHOLD: "世帯番号",
    Key.PERSON: "住民番号",
    Key.CHILD: "対象児童",
    Key.NAME_BIRTH: "カナ氏名と生年月日",
}


class Certainty(StrEnum):
    """How sure the meeting is: by a number, or by name and birth date only."""

    SURE = "SURE"
    LIKELY = "LIKELY"


class FindingDecision(StrEnum):
    SAME_PERSON_STOP = "SAME_PERSON_STOP"
    SAME_PERSON_PAY = "SAME_PERSON_PAY"
    OTHER_PERSON = "OTHER_PERSON"


@dataclass(frozen=True, slots=True)
class PlannedPayment:
    """A row of 支給予定情報. ``row`` is the row of the sheet."""

    row: int
    management_number: str = field(repr=False)
    household_number: str = field(repr=False)
    head_number: str = field(repr=False)
    kana_folded: str = field(repr=False)
    birth: date | None = field(repr=False)
    benefit: Benefit = Benefit.HIKAZEI
    amount: int = 0
    planned_on: date | None = None
    paid: bool = False
    child_number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CaseKeys:
    """What of a case is compared. ``people`` = (resident number, folded kana, birth day)."""

    case_id: int
    category: Category
    management_number: str = field(repr=False)
    household_number: str = field(repr=False)
    people: tuple[tuple[str, str, date | None], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One row of the list met one case. ``advice`` is the sentence of what the programme makes of it."""

    case_id: int
    planned: PlannedPayment
    keys: tuple[Key, ...]
    certainty: Certainty
    advice: str


def fold_kana(kana: str) -> str:
    """Kana for comparison only: half width to full, small to large, long marks and blanks dropped, ヴ unified."""
    text = unicodedata.normalize("NFKC", kana)
    return text.translate(_FOLD).upper()


def collate(cases: Iterable[CaseKeys], planned: Iterable[PlannedPayment]) -> tuple[Meeting, ...]:
    """All meetings, in the order of the cases and the rows; keys in the order of :class:`Key`.

    One pass over each side, joined by dictionaries: the list has up to a million rows.
    """
    managed: dict[str, int] = {}
    households: dict[str, int] = {}
    persons: dict[str, int] = {}
    names: dict[tuple[str, date], list[int]] = {}
    known: dict[int, CaseKeys] = {}
    order: dict[int, int] = {}
    for position, case in enumerate(cases):
        known[case.case_id] = case
        order[case.case_id] = position
        managed[case.management_number] = case.case_id
        households[case.household_number] = case.case_id
        for number, kana, birth in case.people:
            persons[number] = case.case_id
            if birth is not None:
                names.setdefault((kana, birth), []).append(case.case_id)
    found: list[tuple[int, int, Meeting]] = []
    for row in planned:
        met: dict[int, set[Key]] = {}
        for key, case_id in (
            (Key.MANAGEMENT, managed.get(row.management_number)),
            (Key.HOUSEHOLD, households.get(row.household_number)),
            (Key.PERSON, persons.get(row.head_number)),
            (Key.CHILD, persons.get(row.child_number) if row.child_number else None),
        ):
            if case_id is not None:
                met.setdefault(case_id, set()).add(key)
        if row.birth is not None:
            for case_id in names.get((row.kana_folded, row.birth), ()):
                met.setdefault(case_id, set()).add(Key.NAME_BIRTH)
        for case_id, keys in met.items():
            ordered = tuple(key for key in Key if key in keys)
            certainty = Certainty.LIKELY if keys == {Key.NAME_BIRTH} else Certainty.SURE
            advice = _advice(known[case_id].category, keys)
            found.append((order[case_id], row.row, Meeting(case_id, row, ordered, certainty, advice)))
    found.sort(key=lambda item: item[:2])
    return tuple(meeting for _, _, meeting in found)


def _advice(category: Category, keys: set[Key]) -> str:
    """What the programme makes of a meeting; a person decides all the same."""
    if Key.CHILD in keys:
        return "同じ児童が、元の世帯の加算に入っています。児童は1回だけ数えます。委託先の分を止めてから決めてください。"
    if Key.MANAGEMENT in keys or Key.PERSON in keys:
        return "同じ人が、委託先の支給予定に入っています。二重払いになるため、委託先の分を止めてから決めてください。"
    if Key.HOUSEHOLD in keys and category is Category.DV:
        return "元の世帯の受給です。DV等避難者の支給は妨げません。本人が受け取っていないことを確かめてください。"
    if Key.HOUSEHOLD in keys:
        return "元の世帯の受給です。本人は別の世帯とみなします。本人が受け取っていないことを確かめてください。"
    return "カナ氏名と生年月日が同じ人です。別の人のこともあります。本人かどうかを確かめてください。"
