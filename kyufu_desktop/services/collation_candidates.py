"""What the domain is given to collate: rows of the list that share a key with a case, found inside the encrypted file, and the cases."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from kyufu_desktop.domain.collation import CaseKeys, NoticedPerson, PlannedPayment, fold_kana
from kyufu_desktop.domain.payment import PayMethod
from kyufu_desktop.domain.values import Benefit, Category
from kyufu_desktop.models.case import Case, Person, ReceivedNotice
from kyufu_desktop.models.exchange import PlannedRow
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.services.exchange_rows import Progress

#: Rows of the list looked at by one statement: between two of them a person can stop the job.
PIECE = 250_000

_COLUMNS = (
    PlannedRow.row,
    PlannedRow.management_number,
    PlannedRow.household_number,
    PlannedRow.head_number,
    PlannedRow.kana_folded,
    PlannedRow.birth_day,
    PlannedRow.benefit,
    PlannedRow.amount,
    PlannedRow.planned_on,
    PlannedRow.paid,
    PlannedRow.child_number,
)

#: One pass over the list; each row asks the indexes of our cases. The row that meets nobody never leaves the file.
_MEETS_A_CASE: Select[*tuple[Any, ...]] = select(*_COLUMNS).where(
    or_(
        PlannedRow.management_number.in_(select(Case.management_number)),
        PlannedRow.household_number.in_(select(Case.household_number)),
        PlannedRow.head_number.in_(select(Person.resident_number)),
        PlannedRow.child_number.in_(select(Person.resident_number)),
        and_(
            PlannedRow.kana_folded != "",
            tuple_(PlannedRow.kana_folded, PlannedRow.birth_day).in_(
                select(Person.kana_folded, Person.birth_day).where(Person.birth_day.is_not(None))
            ),
        ),
    )
)


def candidates(session: Session, progress: Progress | None = None) -> Iterator[PlannedPayment]:
    """Rows of the list that share at least one key with one of our cases, in the order of the file.

    ``progress`` may raise ``Cancelled``; nothing was changed then.
    """
    first = session.scalar(select(func.min(PlannedRow.id)))
    last = session.scalar(select(func.max(PlannedRow.id)))
    if first is None or last is None:
        return
    total = last - first + 1
    for start in range(first, last + 1, PIECE):
        if progress is not None:
            progress(start - first, total)
        piece = _MEETS_A_CASE.where(PlannedRow.id.between(start, start + PIECE - 1)).order_by(PlannedRow.id)
        for row in session.execute(piece):
            yield payment(row)


def payment(row: Sequence[Any]) -> PlannedPayment:
    """A row of :data:`_COLUMNS` as the domain sees it."""
    values = list(row)
    values[6] = Benefit(values[6])
    return PlannedPayment(*values)


def planned_of_findings(session: Session, numbers: Select[Any]) -> Iterator[PlannedPayment]:
    """Rows of the list whose management number is among ``numbers``; one pass over the list."""
    for row in session.execute(select(*_COLUMNS).where(PlannedRow.management_number.in_(numbers))):
        yield payment(row)


def case_keys(session: Session, children_from: date) -> tuple[CaseKeys, ...]:
    """All cases by what is compared of them, by management number. Whoever was born on ``children_from`` or later counts as a child."""
    people: dict[int, list[tuple[str, str, date | None]]] = defaultdict(list)
    children: dict[int, set[str]] = defaultdict(set)
    for case_id, number, kana, birth in session.execute(
        select(Person.case_id, Person.resident_number, Person.kana_folded, Person.birth_day).order_by(Person.id)
    ):
        people[case_id].append((number, kana, birth))
        if birth is not None and birth >= children_from:
            children[case_id].add(number)
    accounts = {
        case_id: "-".join(account)
        for case_id, *account in session.execute(
            select(AccountRecord.case_id, AccountRecord.bank, AccountRecord.branch, AccountRecord.kind, AccountRecord.number).where(
                AccountRecord.superseded_by.is_(None), AccountRecord.method == PayMethod.TRANSFER.value
            )
        )
    }
    return tuple(
        CaseKeys(
            case_id, Category(category), number, household, tuple(people[case_id]), frozenset(children[case_id]), accounts.get(case_id)
        )
        for case_id, category, number, household in session.execute(
            select(Case.id, Case.category, Case.management_number, Case.household_number).order_by(Case.management_number)
        )
    )


def noticed(session: Session) -> tuple[NoticedPerson, ...]:
    """Everybody named in a notice that another municipality sent and that is not closed, verified or not."""
    found: list[NoticedPerson] = []
    for notice in session.scalars(
        select(ReceivedNotice).where(ReceivedNotice.kind == "MIRROR", ReceivedNotice.closed_at.is_(None)).order_by(ReceivedNotice.id)
    ):
        found.append(NoticedPerson(notice.id, notice.resident_number or None, notice.kana_folded, notice.birth_day))
        for companion in json.loads(notice.companions):
            birth = companion.get("birth")
            found.append(
                NoticedPerson(
                    notice.id,
                    companion.get("resident_number") or None,
                    fold_kana(companion.get("kana") or ""),
                    _day(birth) if birth else None,
                )
            )
    return tuple(found)


def _day(written: str) -> date | None:
    """A companion's birth date as the notice gives it; one that is no calendar day takes no part in the comparison."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
