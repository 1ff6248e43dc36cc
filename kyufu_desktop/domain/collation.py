"""Collation (突合): what meets a case in the contractor's list, in our other cases and in notices from other municipalities.

Every meeting says by which keys, how sure, and what the rules make of it. A person decides; nothing is paid before that.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
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
    """What two records have in common. ``ACCOUNT`` alone is a warning: a facility may keep one account for many people."""

    MANAGEMENT = "management"
    HOUSEHOLD = "household"
    PERSON = "person"
    CHILD = "child"
    ACCOUNT = "account"
    NAME_BIRTH = "name_birth"


KEY_LABELS: dict[Key, str] = {
    Key.MANAGEMENT: "給付管理番号",
    Key.HOUSEHOLD: "世帯番号",
    Key.PERSON: "住民番号",
    Key.CHILD: "対象児童",
    Key.ACCOUNT: "振込口座",
    Key.NAME_BIRTH: "カナ氏名と生年月日",
}

#: The same in a narrow list.
KEY_SHORT: dict[Key, str] = {
    Key.MANAGEMENT: "管理番号",
    Key.HOUSEHOLD: "世帯",
    Key.PERSON: "本人",
    Key.CHILD: "対象児童",
    Key.ACCOUNT: "振込口座",
    Key.NAME_BIRTH: "氏名・生年月日",
}


class Source(StrEnum):
    """Where the meeting is: the contractor's list, another case of ours, a notice from another municipality."""

    PLANNED = "PLANNED"
    OWN = "OWN"
    NOTICE = "NOTICE"


SOURCE_LABELS: dict[Source, str] = {
    Source.PLANNED: "委託先の支給予定",
    Source.OWN: "庁内の案件どうし",
    Source.NOTICE: "ほかの区市町村からの通知",
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
    """What of a case is compared. ``people`` = (resident number, folded kana, birth day).

    ``children`` are the resident numbers of those who would be counted in an addition, ``account`` is bank-branch-kind-number.
    """

    case_id: int
    category: Category
    management_number: str = field(repr=False)
    household_number: str = field(repr=False)
    people: tuple[tuple[str, str, date | None], ...] = field(repr=False)
    children: frozenset[str] = field(default=frozenset(), repr=False)
    account: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NoticedPerson:
    """Somebody whom another municipality's notice names: the person, or who went along."""

    notice_id: int
    resident_number: str | None = field(repr=False)
    kana_folded: str = field(repr=False)
    birth: date | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One row of the list met one case. ``advice`` is the sentence of what the programme makes of it."""

    case_id: int
    planned: PlannedPayment
    keys: tuple[Key, ...]
    certainty: Certainty
    advice: str


@dataclass(frozen=True, slots=True)
class OtherMeeting:
    """Somebody of a case met another case of ours, or a notice. ``number`` is our person (for an account: of nobody, empty).

    ``child`` = the meeting is about a child, who is counted once. ``mark`` is the same on both sides of a pair of cases.
    """

    source: Source
    case_id: int
    keys: tuple[Key, ...]
    certainty: Certainty
    advice: str
    number: str = field(repr=False)
    mark: tuple[str, ...] = field(repr=False)
    child: bool = False
    other_case_id: int | None = None
    notice_id: int | None = None


def fold_kana(kana: str) -> str:
    """Kana for comparison only: half width to full, small to large, long marks and blanks dropped, ヴ unified."""
    text = unicodedata.normalize("NFKC", kana)
    return text.translate(_FOLD).upper()


def same_name(kana: str, birth: date | None) -> tuple[str, date] | None:
    """The key of kana and birth date; None where one of them is missing: nothing meets by half of it."""
    return (kana, birth) if kana and birth is not None else None


class CaseIndex:
    """The cases by every key; made once, it serves the list, our own cases and the notices."""

    def __init__(self, cases: Iterable[CaseKeys]) -> None:
        self.cases: dict[int, CaseKeys] = {}
        self._managed: dict[str, set[int]] = defaultdict(set)
        self._households: dict[str, set[int]] = defaultdict(set)
        self.persons: dict[str, set[int]] = defaultdict(set)
        self.names: dict[tuple[str, date], set[tuple[int, str]]] = defaultdict(set)
        for case in cases:
            self.cases[case.case_id] = case
            self._managed[case.management_number].add(case.case_id)
            self._households[case.household_number].add(case.case_id)
            for number, kana, birth in case.people:
                self.persons[number].add(case.case_id)
                if (who := same_name(kana, birth)) is not None:
                    self.names[who].add((case.case_id, number))

    def met(self, row: PlannedPayment) -> dict[int, set[Key]]:
        found: dict[int, set[Key]] = defaultdict(set)
        for key, number, known in (
            (Key.MANAGEMENT, row.management_number, self._managed),
            (Key.HOUSEHOLD, row.household_number, self._households),
            (Key.PERSON, row.head_number, self.persons),
            (Key.CHILD, row.child_number, self.persons),
        ):
            if number:
                for case_id in known.get(number, ()):
                    found[case_id].add(key)
        if (who := same_name(row.kana_folded, row.birth)) is not None:
            for case_id, _ in self.names.get(who, ()):
                found[case_id].add(Key.NAME_BIRTH)
        return found


def _indexed(cases: Iterable[CaseKeys] | CaseIndex) -> CaseIndex:
    return cases if isinstance(cases, CaseIndex) else CaseIndex(cases)


def collate(cases: Iterable[CaseKeys] | CaseIndex, planned: Iterable[PlannedPayment]) -> tuple[Meeting, ...]:
    """All meetings with the contractor's list, in the order of the cases and the rows; keys in the order of :class:`Key`.

    One pass over each side, joined by dictionaries. Rows that meet nobody may be left out before: the result is the same.
    """
    index = _indexed(cases)
    order = {case_id: place for place, case_id in enumerate(index.cases)}
    found: list[Meeting] = []
    for row in planned:
        for case_id, keys in index.met(row).items():
            certainty = Certainty.LIKELY if keys == {Key.NAME_BIRTH} else Certainty.SURE
            found.append(Meeting(case_id, row, _ordered(keys), certainty, _advice(index.cases[case_id].category, keys, row.paid)))
    found.sort(key=lambda meeting: (order[meeting.case_id], meeting.planned.row))
    return tuple(found)


def collate_own(cases: Iterable[CaseKeys] | CaseIndex) -> tuple[OtherMeeting, ...]:
    """The same person or child in two of our cases (told on both), and the same account in several (a warning, one a case)."""
    index = _indexed(cases)
    pairs: dict[tuple[int, str, int, str], set[Key]] = defaultdict(set)
    for number, holders in index.persons.items():
        if len(holders) == 1:
            continue
        for one in holders:
            for other in holders - {one}:
                pairs[one, number, other, number].add(Key.PERSON)
    for same in index.names.values():
        if len(same) == 1:
            continue
        for one, number in same:
            for other, other_number in same:
                if other != one:
                    pairs[one, number, other, other_number].add(Key.NAME_BIRTH)
    found: list[OtherMeeting] = []
    for (one, number, other, other_number), keys in pairs.items():
        child = number in index.cases[one].children or other_number in index.cases[other].children
        found.append(
            OtherMeeting(
                Source.OWN,
                one,
                _ordered(keys | {Key.CHILD} if child else keys),
                Certainty.SURE if Key.PERSON in keys else Certainty.LIKELY,
                _OWN_CHILD if child else _OWN_PERSON,
                number,
                ("person", *sorted((number, other_number)), *sorted((_managed(index, one), _managed(index, other)))),
                child,
                other_case_id=other,
            )
        )
    found.extend(_shared_accounts(index))
    found.sort(key=lambda meeting: (meeting.case_id, meeting.other_case_id or 0, meeting.number))
    return tuple(found)


def collate_notices(cases: Iterable[CaseKeys] | CaseIndex, noticed: Iterable[NoticedPerson]) -> tuple[OtherMeeting, ...]:
    """Whoever is named in a notice from another municipality and stands in a case of ours. The words say nothing of why or where."""
    index = _indexed(cases)
    met: dict[tuple[int, int, str], set[Key]] = defaultdict(set)
    for person in noticed:
        number = person.resident_number
        if number:
            for case_id in index.persons.get(number, ()):
                met[person.notice_id, case_id, number].add(Key.PERSON)
        if (who := same_name(person.kana_folded, person.birth)) is not None:
            for case_id, ours in index.names.get(who, ()):
                met[person.notice_id, case_id, ours].add(Key.NAME_BIRTH)
    found: list[OtherMeeting] = []
    for (notice_id, case_id, number), keys in met.items():
        child = number in index.cases[case_id].children
        found.append(
            OtherMeeting(
                Source.NOTICE,
                case_id,
                _ordered(keys | {Key.CHILD} if child else keys),
                Certainty.SURE if Key.PERSON in keys else Certainty.LIKELY,
                _NOTICE_CHILD if child else _NOTICE_PERSON,
                number,
                ("notice", str(notice_id), number),
                child,
                notice_id=notice_id,
            )
        )
    found.sort(key=lambda meeting: (meeting.case_id, meeting.notice_id or 0, meeting.number))
    return tuple(found)


def _shared_accounts(index: CaseIndex) -> Iterable[OtherMeeting]:
    shared: dict[str, list[int]] = defaultdict(list)
    for case in index.cases.values():
        if case.account:
            shared[case.account].append(case.case_id)
    for account, holders in shared.items():
        for one in holders:
            others = sorted(set(holders) - {one})
            if others:
                advice = f"同じ口座を、庁内のほかの案件{len(others)}件でも使っています。" + _FACILITY
                yield OtherMeeting(
                    Source.OWN, one, (Key.ACCOUNT,), Certainty.SURE, advice, "", ("account", account), other_case_id=others[0]
                )


def _managed(index: CaseIndex, case_id: int) -> str:
    return index.cases[case_id].management_number


def _ordered(keys: set[Key]) -> tuple[Key, ...]:
    return tuple(key for key in Key if key in keys)


_FACILITY = "施設などが預かる口座なら差し支えありません。名義を確かめてください。"
_OWN_CHILD = "同じ児童とみられる人が、庁内の別の案件にもいます。児童は1回だけ数えます。どちらの案件で数えるかを決めてください。"
_OWN_PERSON = "同じ人とみられる人が、庁内の別の案件にもいます。両方で支給すると二重払いです。どちらで支給するかを決めてください。"
_NOTICE_CHILD = "ほかの区市町村からの通知に、この児童がいます。児童は1回だけ数えます。通知の内容を確かめて決めてください。"
_NOTICE_PERSON = "ほかの区市町村からの通知に、この人がいます。通知の内容を確かめてから決めてください。"

#: What the rules say of a child in the contractor's list, by why the case is kept in-house.
_CHILD_RULE: dict[Category, str] = {
    Category.DV: "同伴した児童の加算は、避難した人に付きます。",
    Category.CHILD: "基準日に施設などにいる児童は、元の世帯の加算に入りません。",
}


def _advice(category: Category, keys: set[Key], paid: bool) -> str:
    """What the programme makes of a meeting with the contractor's list; a person decides all the same."""
    if Key.CHILD in keys:
        rule = "同じ児童が、委託先の加算に入っています。児童は1回だけ数えます。" + _CHILD_RULE.get(category, "")
        return rule + ("もう支給されています。扱いを取扱責任者に確かめて決めてください。" if paid else _STOP_FIRST)
    if keys & {Key.MANAGEMENT, Key.PERSON}:
        if paid:
            return "同じ人に、委託先がもう支給しています。同じ給付なら二重払いになります。給付の種類を確かめて決めてください。"
        return "同じ人が、委託先の支給予定に入っています。二重払いになるため、委託先の分を止めてから決めてください。"
    if keys >= {Key.HOUSEHOLD, Key.NAME_BIRTH}:
        return "元の世帯の受給ですが、カナ氏名と生年月日が本人と同じです。本人が受け取るものなら二重払いです。確かめて決めてください。"
    if Key.HOUSEHOLD in keys and category is Category.DV:
        return "元の世帯の受給です。DV等避難者の支給は妨げません。本人が受け取っていないことを確かめてください。"
    if Key.HOUSEHOLD in keys:
        return "元の世帯の受給です。本人は別の世帯とみなします。本人が受け取っていないことを確かめてください。"
    return "カナ氏名と生年月日が同じ人です。別の人のこともあります。本人かどうかを確かめてください。"


_STOP_FIRST = "委託先の分を止めてから決めてください。"
