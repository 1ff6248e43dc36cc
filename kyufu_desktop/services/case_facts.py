"""From the rows of the file to the facts that a judgment looks at, for many cases in a handful of queries."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from kyufu_desktop.domain.calendar import wareki, wareki_short
from kyufu_desktop.domain.collation import SOURCE_LABELS, FindingDecision, Source
from kyufu_desktop.domain.evidence import Evidence, in_force, is_named, named_in
from kyufu_desktop.domain.household_event import EVENT_LABELS, Event, EventKind, applied_in_time, counts_as_split, stand_on_base_date
from kyufu_desktop.domain.judgment import CaseFacts, ExitKind, HistoryDecision, LevyClass, PersonFacts, TaxFacts
from kyufu_desktop.domain.notice import Named, same_person
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import Benefit, BirthDate, Category, Relation
from kyufu_desktop.models.case import Case, EvidenceRecord, HouseholdEvent, Person, ReceivedNotice, TaxFact
from kyufu_desktop.services.case_shelf import CHUNK, Shelf, chunks, read_shelf, staff_names

__all__ = [
    "CHUNK",
    "cases_with_people",
    "chunks",
    "evidence_of",
    "facts_of",
    "newest_tax_facts",
    "person_facts",
    "snapshot",
    "staff_names",
    "tax_facts",
]

#: Fields of a snapshot that would only repeat who the person is.
_NO_SNAPSHOT = frozenset({"name", "resident_number", "written"})


def cases_with_people(session: Session, ids: Iterable[int]) -> dict[int, Case]:
    """The cases and their people, two queries for every 500."""
    found: dict[int, Case] = {}
    for part in chunks(list(ids)):
        for case in session.scalars(select(Case).where(Case.id.in_(part)).options(selectinload(Case.people))):
            found[case.id] = case
    return found


def newest_tax_facts(session: Session, case_ids: Sequence[int]) -> dict[int, TaxFact]:
    """Person id -> the newest row of tax facts; persons without one are absent."""
    newest: dict[int, TaxFact] = {}
    for part in chunks(case_ids):
        last = (
            select(func.max(TaxFact.id))
            .join(Person, Person.id == TaxFact.person_id)
            .where(Person.case_id.in_(part))
            .group_by(TaxFact.person_id)
        )
        for fact in session.scalars(select(TaxFact).where(TaxFact.id.in_(last))):
            newest[fact.person_id] = fact
    return newest


def evidence_of(record: EvidenceRecord) -> Evidence:
    """The piece of evidence as the rules see it; the issuer and what else was read off the document stay sealed."""
    return Evidence(
        record.kind,
        record.issued_on,
        record.starts_on,
        record.ends_on,
        "",
        tuple(json.loads(record.companions)),
        record.verified_at is not None,
        record.basis,
        record.moved_in_on,
    )


def facts_of(session: Session, case_ids: Sequence[int], programme: Programme, on: date) -> dict[int, CaseFacts]:
    """The facts of every case as they stand on ``on``, each with where it comes from. Cases that are not in the file are absent."""
    cases = cases_with_people(session, case_ids)
    if not cases:
        return {}
    shelf = read_shelf(session, list(cases), programme, on)
    taxes = newest_tax_facts(session, case_ids)
    return {case_id: _case_facts(cases[case_id], taxes, shelf) for case_id in case_ids if case_id in cases}


def _case_facts(case: Case, taxes: dict[int, TaxFact], shelf: Shelf) -> CaseFacts:
    # A corrected file may change the category: papers of the former one carry nothing any more.
    accepted = {kind.code for kind in shelf.programme.evidence if Category(case.category) in kind.categories}
    known = [(record, evidence_of(record)) for record in shelf.evidences.get(case.id, ()) if record.kind in accepted]
    carrying = [record for record, piece in known if in_force((piece,), shelf.on)]
    pieces = tuple(piece for _, piece in known if in_force((piece,), shelf.on))
    named = named_in(pieces)
    rows = shelf.events.get(case.id, ())
    events = [_event(row, shelf) for row in rows]
    stops, elsewhere, decided = _collation(case, shelf)
    heads = [person.id for person in case.people if person.relation == Relation.HEAD.value]
    stand = stand_on_base_date(events, heads[0] if heads else None, shelf.programme, _moved_in(pieces, shelf.programme))
    confirmed = _of_kind(events, EventKind.RESIDENCE_CONFIRMED)
    died = _of_kind(events, EventKind.R5_HEAD_DIED)
    split = [event for event in events if counts_as_split(event, shelf.programme)]
    deaths = {event.person_id: event for event in events if event.kind is EventKind.DEATH}
    mirrored = _mirrored(case, shelf)
    leaving = shelf.exits.get(case.id)
    left = leaving is not None and not leaving.after_payment
    chosen = shelf.decided.get(case.id, {})
    return CaseFacts(
        case_id=case.id,
        category=Category(case.category),
        persons=tuple(_person(person, taxes.get(person.id), case, named, deaths.get(person.id), shelf) for person in case.people),
        residence=stand.residence,
        residence_confirmed=bool(confirmed),
        residence_origin=_origins(stand.by, *confirmed) or shelf.files.get(case.import_id, ""),
        evidence_verified=bool(carrying),
        evidence_words="、".join(_evidence_words(record, shelf) for record in carrying),
        evidence_origin="、".join(dict.fromkeys(_checked(record, shelf) for record in carrying)),
        placement=next((piece.basis for piece in reversed(pieces) if piece.basis), None),
        open_findings=sum(finding.decision is None and finding.gone_at is None for finding in shelf.findings.get(case.id, ())),
        collation_stops=stops,
        collation_origin=decided,
        exit=ExitKind(leaving.kind) if leaving is not None and left else None,
        exit_origin=shelf.who("登録", leaving.entered_by, leaving.entered_at) if leaving is not None and left else "",
        submitted_on=shelf.submitted.get(case.id),
        r5_head_died=bool(died),
        r5_origin=_origins(*died),
        split_household=bool(split),
        split_origin=_origins(*split),
        host_paid_cleared=case.host_paid_cleared,
        host_paid_origin=chosen.get("host_paid", "") if case.host_paid_cleared else "",
        history=HistoryDecision(case.history) if case.history else None,
        history_origin=chosen.get("history", "") if case.history else "",
        child_resident_numbers_elsewhere=elsewhere | mirrored,
        newborn_applied=_applied(case, events, shelf.programme),
    )


def _event(row: HouseholdEvent, shelf: Shelf) -> Event:
    day = f" {wareki(row.happened_on)}" if row.happened_on else ""
    words = f"{EVENT_LABELS[EventKind(row.kind)]}{day}（{row.source}、{shelf.who('入力', row.entered_by, row.entered_at)}）"
    return Event(EventKind(row.kind), row.person_id, row.happened_on, words)


def _of_kind(events: Iterable[Event], kind: EventKind) -> list[Event]:
    return [event for event in events if event.kind is kind]


def _origins(*events: Event | None) -> str:
    return "、".join(dict.fromkeys(event.origin for event in events if event is not None))


def _moved_in(pieces: Sequence[Evidence], programme: Programme) -> date | None:
    """The day on which who carries a support measure moved into the ward, after the base date."""
    days = [piece.moved_in_on for piece in pieces if piece.moved_in_on is not None and piece.moved_in_on > programme.base_date]
    return days[-1] if days else None


def _evidence_words(record: EvidenceRecord, shelf: Shelf) -> str:
    return f"{shelf.kind_names.get(record.kind, record.kind)}（{wareki(record.issued_on)}）"


def _checked(record: EvidenceRecord, shelf: Shelf) -> str:
    """「入力 佐藤 8/20、確認 鈴木 8/21」."""
    steps = (
        shelf.who("入力", record.entered_by, record.entered_at),
        shelf.who("確認", record.verified_by, record.verified_at),
    )
    return "、".join(step for step in steps if step)


def _collation(case: Case, shelf: Shelf) -> tuple[frozenset[Benefit], frozenset[str], str]:
    """Stopped benefits, children counted elsewhere, and where that comes from: what was met, or who decided about it."""
    own = {person.resident_number for person in case.people}
    stops: set[Benefit] = set()
    elsewhere: set[str] = set()
    decided: dict[str, None] = {}
    for finding in shelf.findings.get(case.id, ()):
        if finding.decision is not None:
            decided[shelf.who("突合の判断", finding.decided_by, finding.decided_at)] = None
        elif finding.gone_at is None:
            met = SOURCE_LABELS[Source(finding.source)]
            decided[f"{met}（{wareki_short(date.fromisoformat(finding.found_at[:10]))}に一致）"] = None
        if finding.decision != FindingDecision.SAME_PERSON_STOP.value:
            continue
        if finding.child_number in own:
            # The decision is about one child; brothers and sisters keep their addition.
            elsewhere.add(str(finding.child_number))
        elif finding.source != Source.PLANNED.value:
            # Another case of ours, or another municipality, pays the person whatever it is.
            stops.update(Benefit)
        else:
            stops.add(Benefit(finding.benefit))
    return frozenset(stops), frozenset(elsewhere), "、".join(word for word in decided if word)


def _mirrored(case: Case, shelf: Shelf) -> frozenset[str]:
    """Resident numbers of who is protected by another municipality, as its notices name them."""
    named = [one for notice in shelf.mirrors.get(case.id, ()) for one in people_named(notice)]
    if not named:
        return frozenset()
    return frozenset(
        person.resident_number
        for person in case.people
        if any(same_person(one, Named(person.name, person.kana, person.birth_day, person.resident_number)) for one in named)
    )


def people_named(notice: ReceivedNotice) -> tuple[Named, ...]:
    """The person of a notice and who went along."""
    companions = tuple(
        Named(
            item.get("name", ""),
            item.get("kana", ""),
            date.fromisoformat(item["birth"]) if item.get("birth") else None,
            item.get("resident_number"),
        )
        for item in json.loads(notice.companions)
    )
    return (Named(notice.name, notice.kana, notice.birth_day, notice.resident_number), *companions)


def _applied(case: Case, events: Iterable[Event], programme: Programme) -> frozenset[str]:
    wanted = {event.person_id for event in events if applied_in_time(event, programme)}
    return frozenset(person.resident_number for person in case.people if person.id in wanted) if wanted else frozenset()


def _person(person: Person, tax: TaxFact | None, case: Case, named: frozenset[str], death: Event | None, shelf: Shelf) -> PersonFacts:
    facts = person_facts(person, tax)
    if tax is not None and tax.source != "HOST":
        words = "、".join(word for word in (tax.origin, shelf.who("入力", tax.entered_by, tax.entered_at)) if word)
        facts = dataclasses.replace(facts, tax=dataclasses.replace(facts.tax, origin=words))
    return dataclasses.replace(
        facts,
        died_on=death.happened_on if death is not None else None,
        named=facts.relation is Relation.HEAD or is_named(named, person.name, person.kana),
        origin=death.origin if death is not None else shelf.files.get(case.import_id, ""),
    )


def person_facts(person: Person, tax: TaxFact | None) -> PersonFacts:
    """One person as the host and the tax office know him; evidence and events are looked at in :func:`facts_of`."""
    return PersonFacts(
        person_id=person.id,
        resident_number=person.resident_number,
        name=person.name,
        relation=Relation(person.relation),
        birth=BirthDate(person.birth_written, person.birth_day),
        levied_elsewhere=person.moved_in_from is not None,
        paid_by_host=person.paid_by_host,
        tax=tax_facts(tax),
    )


def tax_facts(row: TaxFact | None) -> TaxFacts:
    """A row as the rules see it; no row = nothing known."""
    if row is None:
        return TaxFacts()
    return TaxFacts(
        levy=LevyClass(row.levy) if row.levy else None,
        income_levy=row.income_levy,
        income_tax=row.income_tax,
        total_income=row.total_income,
        undeclared=row.undeclared,
        treaty_exempt=row.treaty_exempt,
        supporter_number=row.supporter_number,
        supporter_outside_ward=row.supporter_outside_ward,
        spouse=row.spouse,
        dependants_general=row.dependants_general,
        dependants_specific=row.dependants_specific,
        dependants_elderly=row.dependants_elderly,
        dependants_under16=row.dependants_under16,
        dependants_abroad=row.dependants_abroad,
        r5_target=row.r5_target,
        r5_head=row.r5_head,
        welfare=row.welfare,
        entered_japan_late=row.entered_japan_late,
        adjustment_decided=row.adjustment_decided,
        outside_tax_cut=row.outside_tax_cut,
        origin=row.origin,
    )


def snapshot(facts: CaseFacts) -> dict[str, Any]:
    """The facts as plain JSON values without names, kept with every judgment."""
    plain = _plain(facts)
    assert isinstance(plain, dict)
    return plain


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value) if field.name not in _NO_SNAPSHOT}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(str(_plain(item)) for item in value)
    return value
