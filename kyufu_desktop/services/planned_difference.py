"""What a newer 支給予定情報 changes against the one in the file: how many rows, and one by one those that concern a case of ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.collation import CaseKeys, PlannedPayment, collate
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import yen
from kyufu_desktop.exchange.planned_rows import PlannedRows
from kyufu_desktop.models.exchange import PlannedRow
from kyufu_desktop.services import collation_candidates
from kyufu_desktop.services.exchange_rows import Progress

_PIECE = 20_000

#: Which payment a row is about: management number, head, benefit, child. The rest of the row may change from list to list.
Identity = tuple[str, str, str, str | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """``lines`` = (management number of our case, field, what changes in words)."""

    before: int
    new: int
    gone: int
    changed: int
    lines: tuple[tuple[str, str, str], ...] = field(repr=False)
    ours: int = 0

    def sentence(self, now: int) -> str:
        return (
            f"{self.before:,}行 → {now:,}行。増えた行 {self.new:,}、なくなった行 {self.gone:,}、変わった行 {self.changed:,}。"
            f"うち案件に関わるもの {self.ours:,}"
        )


def compare(session: Session, rows: PlannedRows, programme: Programme, progress: Progress) -> Difference:
    """Reads the old list from the file and the new one from memory, each once. Nothing is stored."""
    cases = collation_candidates.case_keys(session, programme.child_born_from)
    before, changed, gone = _count(session, rows, progress)
    lines, ours = _ours(session, rows, cases, programme)
    return Difference(before, len(rows) + gone - before, gone, changed, lines, ours)


def _count(session: Session, rows: PlannedRows, progress: Progress) -> tuple[int, int, int]:
    """(rows before, changed, gone). Only a number is kept of each row of the old list; rows of one identity are told apart by it."""
    kept: dict[int, list[int] | int] = {}
    before = 0
    columns = (
        PlannedRow.management_number,
        PlannedRow.head_number,
        PlannedRow.benefit,
        PlannedRow.child_number,
        PlannedRow.household_number,
        PlannedRow.kana_folded,
        PlannedRow.birth_day,
        PlannedRow.amount,
        PlannedRow.planned_on,
        PlannedRow.paid,
    )
    for row in session.execute(select(*columns).execution_options(yield_per=_PIECE)):
        if before % _PIECE == 0:
            progress(before, 0)
        before += 1
        _put(kept, hash(tuple(row[:4])), hash(tuple(row[4:])))
    unmatched: list[int] = []
    for piece in rows.pieces():
        for new in piece:
            identity, content = hash(_identity(new)), hash(_content(new))
            if not _take(kept, identity, content):
                unmatched.append(identity)
    changed = sum(_take(kept, identity, None) for identity in unmatched)
    return before, changed, sum(len(value) if isinstance(value, list) else 1 for value in kept.values())


def _put(kept: dict[int, list[int] | int], identity: int, content: int) -> None:
    found = kept.get(identity)
    if found is None:
        kept[identity] = content
    elif isinstance(found, list):
        found.append(content)
    else:
        kept[identity] = [found, content]


def _take(kept: dict[int, list[int] | int], identity: int, content: int | None) -> bool:
    """Takes one row of the identity out; with ``content`` only that very row."""
    found = kept.get(identity)
    if found is None:
        return False
    if not isinstance(found, list):
        if content is not None and found != content:
            return False
        del kept[identity]
        return True
    if content is not None and content not in found:
        return False
    found.remove(found[0] if content is None else content)
    if not found:
        del kept[identity]
    return True


def _identity(row: PlannedPayment) -> Identity:
    return (row.management_number, row.head_number, row.benefit.value, row.child_number)


def _content(row: PlannedPayment) -> tuple[object, ...]:
    return (row.household_number, row.kana_folded, row.birth, row.amount, row.planned_on, row.paid)


def _ours(
    session: Session, rows: PlannedRows, cases: tuple[CaseKeys, ...], programme: Programme
) -> tuple[tuple[tuple[str, str, str], ...], int]:
    numbers = {case.case_id: case.management_number for case in cases}
    old = _met(cases, collation_candidates.candidates(session))
    new = _met(cases, rows)
    lines: list[tuple[str, str, str]] = []
    ours = 0
    for case_id in sorted({*old, *new}, key=lambda one: numbers[one]):
        for before, after in _paired(old.get(case_id, []), new.get(case_id, [])):
            words = list(_words(before, after, programme))
            ours += bool(words)
            lines += [(numbers[case_id], place, change) for place, change in words]
    return tuple(lines), ours


def _met(cases: tuple[CaseKeys, ...], rows: Iterable[PlannedPayment]) -> dict[int, list[PlannedPayment]]:
    found: dict[int, list[PlannedPayment]] = defaultdict(list)
    for meeting in collate(cases, rows):
        found[meeting.case_id].append(meeting.planned)
    return found


def _paired(before: list[PlannedPayment], after: list[PlannedPayment]) -> Iterator[tuple[PlannedPayment | None, PlannedPayment | None]]:
    """Old and new row of one payment; equal ones first, so that one row of several that changed is paired with the one it was."""
    left = list(before)
    rest: list[PlannedPayment] = []
    for row in after:
        same = next((old for old in left if _identity(old) == _identity(row) and _content(old) == _content(row)), None)
        if same is not None:
            left.remove(same)
        else:
            rest.append(row)
    for row in rest:
        old = next((old for old in left if _identity(old) == _identity(row)), None)
        if old is not None:
            left.remove(old)
        yield old, row
    for old in left:
        yield old, None


def _words(before: PlannedPayment | None, after: PlannedPayment | None, programme: Programme) -> Iterator[tuple[str, str]]:
    row = after or before
    assert row is not None
    label = programme.label(row.benefit)
    if before is None or after is None:
        yield "増えた行" if before is None else "なくなった行", f"{label}　{yen(row.amount)}　{_day(row)}　{_state(row)}"
        return
    if before.paid != after.paid:
        yield "状態", f"{label}　{_state(before)} → {_state(after)}"
    if before.amount != after.amount:
        yield "支給予定額", f"{label}　{yen(before.amount)} → {yen(after.amount)}"
    if before.planned_on != after.planned_on:
        yield "支給予定日", f"{label}　{_day(before)} → {_day(after)}"
    if (before.household_number, before.kana_folded, before.birth) != (after.household_number, after.kana_folded, after.birth):
        yield "世帯番号・カナ氏名・生年月日", f"{label}　変わりました"


def _day(row: PlannedPayment) -> str:
    return f"{row.planned_on.month}/{row.planned_on.day}" if row.planned_on is not None else "日は未定"


def _state(row: PlannedPayment) -> str:
    return "支給済" if row.paid else "予定"
