"""From the rows of the file to the facts that a judgment looks at, for many cases in a handful of queries."""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.collation import FindingDecision
from kyufu_desktop.domain.evidence import Evidence, carries
from kyufu_desktop.domain.judgment import CaseFacts, HistoryDecision, LevyClass, PersonFacts, TaxFacts
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import Benefit, BirthDate, Category, Relation
from kyufu_desktop.models.case import Case, EvidenceRecord, Person, TaxFact
from kyufu_desktop.models.exchange import CollationFinding
from kyufu_desktop.models.staff import StaffMember

#: Ids in one IN (...) of a query: below the limit of variables of every SQLite.
CHUNK = 500

#: Fields of a snapshot that would only repeat who the person is.
_NO_SNAPSHOT = frozenset({"name", "resident_number", "written"})


_Value = TypeVar("_Value", int, str)


def chunks(ids: Sequence[_Value], size: int = CHUNK) -> Iterator[Sequence[_Value]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def staff_names(session: Session) -> dict[int, str]:
    """Staff id -> name, also of people who have left."""
    return dict(session.execute(select(StaffMember.id, StaffMember.name)).all())


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
    """The piece of evidence as the rules see it; the issuer stays sealed."""
    return Evidence(
        record.kind,
        record.issued_on,
        record.starts_on,
        record.ends_on,
        "",
        tuple(json.loads(record.companions)),
        record.verified_at is not None,
    )


def facts_of(session: Session, case_ids: Sequence[int], programme: Programme, on: date) -> dict[int, CaseFacts]:
    """The facts of every case as they stand on ``on``. Cases that are not in the file are absent."""
    cases = cases_with_people(session, case_ids)
    taxes = newest_tax_facts(session, case_ids)
    evidences: dict[int, list[EvidenceRecord]] = defaultdict(list)
    findings: dict[int, list[CollationFinding]] = defaultdict(list)
    for part in chunks(case_ids):
        for record in session.scalars(
            select(EvidenceRecord)
            .where(EvidenceRecord.case_id.in_(part), EvidenceRecord.withdrawn_at.is_(None))
            .order_by(EvidenceRecord.id)
        ):
            evidences[record.case_id].append(record)
        for finding in session.scalars(select(CollationFinding).where(CollationFinding.case_id.in_(part))):
            findings[finding.case_id].append(finding)
    names = {kind.code: kind.name for kind in programme.evidence}
    return {
        case_id: _case_facts(cases[case_id], taxes, evidences[case_id], findings[case_id], names, on)
        for case_id in case_ids
        if case_id in cases
    }


def _case_facts(
    case: Case,
    taxes: dict[int, TaxFact],
    evidences: list[EvidenceRecord],
    findings: list[CollationFinding],
    names: dict[str, str],
    on: date,
) -> CaseFacts:
    own = {person.resident_number for person in case.people}
    stops: set[Benefit] = set()
    elsewhere: set[str] = set()
    for finding in findings:
        if finding.decision != FindingDecision.SAME_PERSON_STOP.value:
            continue
        if finding.child_number in own:
            # The decision is about one child; brothers and sisters keep their addition.
            elsewhere.add(str(finding.child_number))
        else:
            stops.add(Benefit(finding.benefit))
    pieces = tuple(evidence_of(record) for record in evidences)
    return CaseFacts(
        case_id=case.id,
        category=Category(case.category),
        persons=tuple(person_facts(person, taxes.get(person.id)) for person in case.people),
        evidence_verified=carries(pieces, on),
        evidence_words="、".join(f"{names.get(piece.kind, piece.kind)}（{wareki(piece.issued_on)}）" for piece in pieces if piece.verified),
        open_findings=sum(1 for finding in findings if finding.decision is None and finding.gone_at is None),
        collation_stops=frozenset(stops),
        host_paid_cleared=case.host_paid_cleared,
        history=HistoryDecision(case.history) if case.history else None,
        child_resident_numbers_elsewhere=frozenset(elsewhere),
    )


def person_facts(person: Person, tax: TaxFact | None) -> PersonFacts:
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
