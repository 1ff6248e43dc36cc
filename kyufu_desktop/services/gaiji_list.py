"""外字の一覧: every character of the vault that needs a way out, who needs it and how far it is."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.documents.fonts import clusters, code_point, font_for, is_selector
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.gaiji import OPEN, GaijiState, state_of
from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.models.case import Case, EvidenceRecord, Person, SafeAddress
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Gaiji, Letter
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.services.case_facts import cases_with_people, chunks, staff_names
from kyufu_desktop.services.destination import destination_of, if_verified, open_address
from kyufu_desktop.services.gaiji import sha256_of
from kyufu_desktop.services.session import Desk

NAME, FORMER, REGISTERED, COMPANION, DESTINATION = "氏名", "旧氏", "住民票の住所", "同伴者の氏名", "送り先"


@dataclass(frozen=True, slots=True)
class Need:
    """A case that needs the character, and in what: 「氏名・送り先」."""

    case_id: int
    management_number: str
    where: str


@dataclass(frozen=True, slots=True)
class GaijiRow:
    """One character. ``people``: how many have it in a name or a registered address. ``picture`` is the newest one, None where none was
    entered; the other fields tell of it. ``staff``: it stands in the name of somebody of the staff."""

    characters: str
    code: str
    state: GaijiState
    people: int
    cases: tuple[Need, ...]
    staff: bool
    gaiji_id: int | None = None
    picture: bytes | None = field(default=None, repr=False)
    sha256: str = ""
    source: str = ""
    entered_by_id: int | None = None
    entered: str = ""
    """「佐藤 主事　令和6年8月28日」"""
    verified: str = ""
    withdrawn: str = ""
    withdrawn_reason: str = ""


def page(desk: Desk) -> tuple[GaijiRow, ...]:
    """What somebody has to do something about first, then by code point.

    The sealed addresses of cases that are written to are opened here, to find code points in them: nothing else of them is given back.
    """
    with desk.look() as session:
        found = _Found()
        _look_into_people(session, found)
        _look_into_companions(session, found)
        _look_into_addresses(desk, session, found)
        for name in session.scalars(select(StaffMember.name)):
            found.staff.update(_special(name))
        numbers = _numbers(session, {case_id for places in found.cases.values() for case_id in places})
        newest, names = _newest(session), staff_names(session)
        every = {*found.cases, *found.staff, *newest}
        rows = [_row(characters, found, numbers, newest.get(characters), names) for characters in every]
    return tuple(sorted(rows, key=lambda row: (row.state not in OPEN, row.characters)))


def open_count(session: Session) -> int:
    """How many characters of names and registered addresses are not printed yet (the count beside the station)."""
    found = _Found()
    _look_into_people(session, found)
    newest = _newest(session)
    return sum(_state(characters, newest.get(characters)) in OPEN for characters in found.cases)


class _Found:
    """Where the characters were seen: case id -> places, people, staff."""

    def __init__(self) -> None:
        self.cases: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.people: dict[str, set[int]] = defaultdict(set)
        self.staff: set[str] = set()

    def add(self, text: str, case_id: int, where: str, person_id: int | None = None) -> None:
        for characters in _special(text):
            if where not in self.cases[characters][case_id]:
                self.cases[characters][case_id].append(where)
            if person_id is not None:
                self.people[characters].add(person_id)


def _special(text: str) -> Iterator[str]:
    """The characters of a text that no font holds but perhaps the ward's own."""
    for cluster in clusters(text):
        coverage = font_for(cluster)
        if coverage is None or coverage.ward:
            yield cluster


def _look_into_people(session: Session, found: _Found) -> None:
    columns = (Person.id, Person.case_id, Person.name, Person.former_name, Person.registered_address, Person.registered_building)
    rows = session.execute(select(*columns).order_by(Person.id)).all()
    wanted = _wanted(text for row in rows for text in row[2:] if text)
    if wanted is None:
        return
    for person_id, case_id, name, former, street, building in rows:
        for where, text in ((NAME, name), (FORMER, former), (REGISTERED, street), (REGISTERED, building)):
            if text and wanted.search(text):
                found.add(text, case_id, where, person_id)


def _wanted(texts: Iterable[str]) -> re.Pattern[str] | None:
    """What a text holds that is worth looking at one character after the other; None where no text holds it.

    Each of the some thousand different characters of a vault is looked up once, instead of every character of every name.
    """
    different = {character for text in texts for character in text}
    special = [each for each in different if is_selector(ord(each)) or next(_special(each), None) is not None]
    return re.compile("[" + "".join(re.escape(each) for each in special) + "]") if special else None


def _look_into_companions(session: Session, found: _Found) -> None:
    """Names that only a document tells; they are printed in the notice to the municipality."""
    for case_id, names in session.execute(select(EvidenceRecord.case_id, EvidenceRecord.companions).order_by(EvidenceRecord.id)):
        for name in json.loads(names):
            found.add(name, case_id, COMPANION)


def _look_into_addresses(desk: Desk, session: Session, found: _Found) -> None:
    """Of cases that are written to: decided ones, and those with a letter that waits for the printer."""
    decided = select(JudgmentRecord.case_id).where(JudgmentRecord.state == "APPROVED", JudgmentRecord.superseded_by.is_(None))
    waiting = select(Letter.case_id).where(Letter.state == LetterState.PREPARED.value, Letter.voided_by.is_(None))
    open_cases = select(Case.id).where(Case.status != CaseStatus.CLOSED.value, Case.id.in_(decided) | Case.id.in_(waiting))
    ids = list(session.scalars(open_cases.order_by(Case.id)))
    cases = cases_with_people(session, ids)
    for part in chunks(ids):
        last = select(func.max(SafeAddress.id)).where(SafeAddress.case_id.in_(part)).group_by(SafeAddress.case_id)
        for address in session.scalars(select(SafeAddress).where(SafeAddress.id.in_(last)).order_by(SafeAddress.case_id)):
            if if_verified(address) is None:
                continue
            case = cases[address.case_id]
            entry = open_address(desk, case, address)
            where = destination_of(case, entry)
            # Where no recipient was entered the letter goes to the head of the household, whose name was looked at already.
            for text in (*where.lines, where.care_of, entry.recipient):
                found.add(text, case.id, DESTINATION)


def _numbers(session: Session, case_ids: set[int]) -> dict[int, str]:
    return {
        row[0]: row[1]
        for part in chunks(sorted(case_ids))
        for row in session.execute(select(Case.id, Case.management_number).where(Case.id.in_(part)))
    }


def _newest(session: Session) -> dict[str, Gaiji]:
    """characters -> the newest picture."""
    return {row.characters: row for row in session.scalars(select(Gaiji).order_by(Gaiji.id))}


def _state(characters: str, picture: Gaiji | None) -> GaijiState:
    return state_of(
        in_font=font_for(characters) is not None,
        entered=picture is not None,
        verified=picture is not None and picture.verified_at is not None,
        withdrawn=picture is not None and picture.withdrawn_at is not None,
    )


def _row(characters: str, found: _Found, numbers: dict[int, str], picture: Gaiji | None, names: dict[int, str]) -> GaijiRow:
    places = found.cases.get(characters, {})
    needs = [Need(case_id, numbers[case_id], "・".join(where)) for case_id, where in places.items()]
    base = GaijiRow(
        characters,
        code_point(characters),
        _state(characters, picture),
        len(found.people.get(characters, ())),
        tuple(sorted(needs, key=lambda need: need.management_number)),
        characters in found.staff,
    )
    if picture is None:
        return base
    return GaijiRow(
        base.characters,
        base.code,
        base.state,
        base.people,
        base.cases,
        base.staff,
        gaiji_id=picture.id,
        picture=picture.image,
        sha256=sha256_of(picture.image),
        source=picture.source,
        entered_by_id=picture.entered_by,
        entered=_who(names, picture.entered_by, picture.entered_at),
        verified=_who(names, picture.verified_by, picture.verified_at),
        withdrawn=_who(names, picture.withdrawn_by, picture.withdrawn_at),
        withdrawn_reason=picture.withdrawn_reason or "",
    )


def _who(names: dict[int, str], staff_id: int | None, moment: str | None) -> str:
    return f"{names.get(staff_id or 0, '')}　{wareki(date.fromisoformat(moment[:10]))}" if moment else ""
