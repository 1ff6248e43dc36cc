"""支給対象者データ into cases: inspected beside what is here, then stored at once; approvals that a correction breaks are void."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.collation import fold_kana
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import CellFinding
from kyufu_desktop.exchange.host_files import TargetPerson, TargetsInspection, inspect_targets
from kyufu_desktop.models.case import Case, Person, TaxFact
from kyufu_desktop.models.exchange import ImportFile
from kyufu_desktop.security import seal
from kyufu_desktop.services import changed_heads, tax_rows
from kyufu_desktop.services.exchange_rows import Inspection, Progress
from kyufu_desktop.services.import_plan import Plan, PlannedHousehold, columns_of, plan
from kyufu_desktop.services.judgment_void import void_changed
from kyufu_desktop.services.search_text import fold
from kyufu_desktop.services.session import Desk

#: Rows of one insert: between two of them the import can be stopped.
_ROWS = 2000
WHY_VOID = "支給対象者データの訂正"


def inspect(desk: Desk, data: bytes, password: str, file: str, progress: Progress) -> Inspection:
    """Reads the file and compares it with what is here. Nothing is stored."""
    read = inspect_targets(data, password, file, progress)
    with desk.look() as session:
        planned = plan(session, read)
        new_heads = tuple(one.case.management_number for one in planned.changed if one.case is not None and one.head_changed)
    return Inspection(
        kind="targets",
        file=file,
        created_on=read.created_on,
        people=read.people_in,
        cases=read.cases_in,
        new_cases=len(planned.new),
        changed_cases=len(planned.changed),
        unchanged_cases=len(planned.households) - len(planned.new) - len(planned.changed),
        refused_households=planned.refused,
        findings=(*read.findings, *planned.findings),
        differences=planned.differences,
        count_agrees=read.count_agrees,
        payload=read,
        new_heads=new_heads,
    )


def bring_in(desk: Desk, unit: UnitOfWork, inspection: Inspection, record: ImportFile, progress: Progress) -> Changes:
    """Stores the households that can be stored, compared once more with the file as it is now."""
    read = inspection.payload
    assert isinstance(read, TargetsInspection)
    planned = plan(unit.session, read)
    touched = store(
        unit.session,
        planned,
        import_id=record.id,
        programme=desk.programme.code,
        address_key=desk.address_key(),
        at=desk.now_text(),
        staff_id=desk.staff.id,
        progress=progress,
    )
    stored = [household for household in planned.changed if household.case is not None]
    for household in stored:
        # The people came in as plain rows: a household that is judged without them is not the one of the file.
        unit.session.expire(household.case, ["people"])
    changed = [household.case.id for household in stored if household.case is not None]
    voided = void_changed(unit, desk, changed, WHY_VOID)
    new_heads = [household.case.id for household in stored if household.case is not None and household.head_changed]
    gone_out = changed_heads.take_back(unit, desk, new_heads)
    record.refused = planned.refused
    decided = sum(household.decided and household.touched for household in planned.households)
    unit.record(
        Act.TARGETS_IMPORTED,
        subject="import",
        subject_id=record.id,
        people=read.people_in,
        new=len(planned.new),
        changed=len(planned.changed),
        refused=planned.refused,
        decided=decided,
        voided=len(voided),
        heads=len(new_heads),
    )
    sentence = f"新しい案件{len(planned.new):,}件、変わった案件{len(planned.changed):,}件を取り込みました。"
    if planned.refused:
        sentence += f"{planned.refused:,}世帯は取り込んでいません。"
    if decided:
        sentence += f"判定のやり直しが{decided:,}件あります。"
    if voided:
        sentence += f"{len(voided):,}件は、内容が変わったため決裁が無効になりました。"
    if new_heads:
        sentence += f"{len(new_heads):,}件は世帯主が替わりました。送り先・口座・代理人を確かめ直してください。"
    if gone_out:
        sentence += f"うち{len(gone_out):,}件は、前の世帯主への支払があります。組戻しか返還を決めてください。"
    kinds = Kind.CASES | Kind.JUDGMENTS | Kind.AUDIT
    if new_heads:
        kinds |= Kind.ADDRESSES | Kind.ACCOUNTS | Kind.LETTERS | Kind.PAYMENTS
    return Changes(kinds, sentence, touched)


def store(
    session: Session,
    plan: Plan,
    *,
    import_id: int,
    programme: str,
    address_key: bytes,
    at: str,
    staff_id: int,
    progress: Progress,
) -> tuple[int, ...]:
    """Writes the plan; returns the ids of the cases that are new or changed. ``progress`` may raise ``Cancelled``.

    A file may have 50,000 people: what is new goes in as plain rows, table by table; only what changes is looked at one by one.
    """
    next_case = (session.scalar(select(func.max(Case.id))) or 0) + 1
    next_person = (session.scalar(select(func.max(Person.id))) or 0) + 1
    cases: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    taxes: list[dict[str, Any]] = []
    touched: list[int] = []
    for household in plan.households:
        if household.case is not None and not household.touched:
            continue
        first = household.people[0]
        listed = {person.resident_number for person in household.people}
        # Who is not in a corrected file stays on record, and is found by name.
        absent = [] if household.case is None else [one for one in household.case.people if one.resident_number not in listed]
        search = search_of(first.management_number, first.household_number, [*household.people, *absent])
        if household.case is None:
            case_id, next_case = next_case, next_case + 1
            cases.append(
                {
                    "id": case_id,
                    "management_number": first.management_number,
                    "household_number": first.household_number,
                    "category": first.category.value,
                    "programme": programme,
                    "status": CaseStatus.ACCEPTED.value,
                    "case_key": seal.new_case_key(address_key, case_id),
                    "search": search,
                    "import_id": import_id,
                    "host_paid_cleared": False,
                    "created_at": at,
                    "changed_at": at,
                }
            )
            ids: dict[str, int] = {}
        else:
            case_id = household.case.id
            ids = _correct(household, search, at)
        for person in household.new_people:
            ids[person.resident_number], next_person = next_person, next_person + 1
            people.append(_person_values(person, ids[person.resident_number], case_id))
        taxes.extend(tax_rows.values(ids[number], tax_rows.HOST, tax, at, staff_id) for number, tax in household.new_tax.items())
        touched.append(case_id)
    session.flush()
    done, total = 0, len(cases) + len(people) + len(taxes)
    for table, rows in ((Case, cases), (Person, people), (TaxFact, taxes)):
        for start in range(0, len(rows), _ROWS):
            progress(done, total)
            session.execute(insert(table), rows[start : start + _ROWS])
            done += len(rows[start : start + _ROWS])
    progress(total, total)
    return tuple(touched)


def _correct(household: PlannedHousehold, search: str, at: str) -> dict[str, int]:
    """Puts what the file corrects into the stored household. Returns resident number -> id of the people who are here."""
    case = household.case
    assert case is not None
    first = household.people[0]
    case.management_number = first.management_number
    case.category = first.category.value
    case.changed_at = at
    case.search = search
    by_number = {person.resident_number: person for person in household.people}
    for stored in case.people:
        for name, value in household.changed.get(stored.resident_number, {}).items():
            setattr(stored, name, value)
        stored.kana_folded = fold_kana(stored.kana)
        if stored.resident_number in by_number:
            stored.unprintable = by_number[stored.resident_number].unprintable
    return {person.resident_number: person.id for person in case.people}


def _person_values(person: TargetPerson, person_id: int, case_id: int) -> dict[str, Any]:
    return {
        "id": person_id,
        "case_id": case_id,
        "resident_number": person.resident_number,
        "kana_folded": fold_kana(person.kana),
        "unprintable": person.unprintable,
        **columns_of(person),
    }


def search_of(management_number: str, household_number: str, people: Iterable[TargetPerson | Person]) -> str:
    """What LIKE searches in: numbers, folded names and kana, separated so that no hit runs over the border."""
    parts = [management_number.casefold(), household_number]
    for person in people:
        parts += [person.resident_number, fold(person.name), fold(person.kana)]
        if person.former_name:
            parts.append(fold(person.former_name))
    return "|".join(parts)


def report_json(findings: Iterable[CellFinding]) -> str:
    """The findings as they are kept with the import: place and sentence, no values."""
    return json.dumps(
        [
            {"sheet": finding.sheet, "row": finding.row, "column": finding.column, "why": finding.why, "fatal": finding.fatal}
            for finding in findings
        ],
        ensure_ascii=False,
    )
