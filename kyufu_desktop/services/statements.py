"""月次精算書 and 事業終了精算書: figures per benefit, batches with their digests, what is not settled, differences; printed as a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import statement_sheets
from kyufu_desktop.documents.statement_sheets import BatchSlip, OpenItem, StatementData
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.tracking import Stage
from kyufu_desktop.domain.values import Benefit, yen
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.models.payment import Batch
from kyufu_desktop.services import gaiji, reconciliation_columns, reconciliation_sheet
from kyufu_desktop.services.session import Desk
from kyufu_desktop.services.statement_figures import Figures, Move, Movement, balance, figures, movements
from kyufu_desktop.services.tracking_facts import Tracked, tracked

#: What keeps a programme from being closed, in the order in which it is named.
_OPEN: tuple[Stage, ...] = (
    Stage.SENT,
    Stage.IN_BATCH,
    Stage.READY,
    Stage.DECIDED,
    Stage.FAILED,
    Stage.RECALL_ASKED,
    Stage.RECALL_REFUSED,
    Stage.REPAYMENT_CLAIMED,
    Stage.RECALLED,
)
#: Results that the host must be told.
_TOLD = frozenset({Stage.PAID, Stage.FAILED, Stage.RECALLED, Stage.REPAID})


@dataclass(frozen=True, slots=True)
class Statement:
    """What a statement says. ``first`` and ``last`` are both inside; ``open`` are sentences of what is not settled."""

    title: str
    first: date
    last: date
    lines: tuple[Figures, ...]
    total: Figures
    batches: tuple[BatchSlip, ...]
    items: tuple[OpenItem, ...]
    open: tuple[str, ...]
    differences: tuple[str, ...]


def month(desk: Desk, year: int, number: int) -> Statement:
    """The figures of a month. Raises InputProblem K-1564 where there is no such month, or it has not begun."""
    if not 1 <= number <= 12 or not 2000 <= year <= 9000 or date(year, number, 1) > desk.today():
        raise InputProblem("K-1564", "month", "まだ始まっていない月か、暦にない月です。", todo="月を確かめてください。")
    first = date(year, number, 1)
    after = date(year + number // 12, number % 12 + 1, 1)
    with desk.look(Act.STATEMENT_PRINTED) as session:
        return _statement(desk, session, f"月次精算書　{wareki(first).removesuffix('1日')}分", first, after, whole=False)


def programme_end(desk: Desk) -> Statement:
    """The figures from the first day to today."""
    with desk.look(Act.STATEMENT_PRINTED) as session:
        days = [each.day for each in movements(session)]
        first = min(days, default=desk.today())
        return _statement(desk, session, "事業終了精算書", first, desk.today() + timedelta(days=1), whole=True)


def month_pdf(desk: Desk, year: int, number: int) -> bytes:
    """月次精算書 as PDF; making it is recorded."""
    return _printed(desk, month(desk, year, number), "month", end=False)


def programme_end_pdf(desk: Desk) -> bytes:
    """事業終了精算書 as PDF: while anything is open it says so at its head, and is no final statement."""
    return _printed(desk, programme_end(desk), "end", end=True)


def _printed(desk: Desk, made: Statement, kind: str, *, end: bool) -> bytes:
    data = StatementData(
        title=made.title + ("（未確定）" if made.open and end else ""),
        programme=desk.programme.name,
        first=made.first,
        last=made.last,
        made_on=desk.today(),
        made_by=desk.staff.name,
        heads=("前からの繰越" if not end else "初め", *(move.value for move in Move), "次への繰越" if not end else "残り"),
        lines=tuple((each.label, (each.opening, *each.moves, each.closing)) for each in (*made.lines, made.total)),
        batches=made.batches,
        items=made.items,
        open=made.open,
        differences=made.differences,
    )
    pdf = statement_sheets.statement(data, gaiji.pictures(desk), practice=desk.practice)
    with desk.work(Act.STATEMENT_PRINTED) as unit:
        unit.record(
            Act.STATEMENT_PRINTED,
            subject="statement",
            kind=kind,
            first=made.first.isoformat(),
            last=made.last.isoformat(),
            paid=made.total.moves[tuple(Move).index(Move.PAID)][1],
            closing=made.total.closing[1],
            open=len(made.open),
            differences=len(made.differences),
        )
    return pdf


def _statement(desk: Desk, session: Session, title: str, first: date, after: date, *, whole: bool) -> Statement:
    moved = movements(session)
    facts = tracked(session, desk.today())
    lines = tuple(
        figures(rule.label, [each for each in moved if each.benefit == rule.benefit.value], first, after)
        for rule in desk.programme.benefits
    )
    total = figures("合計", moved, first, after)
    faults = [each.sentence for each in reconciliation_sheet.sheet(desk, session).faults]
    last = after - timedelta(days=1)
    return Statement(
        title=title,
        first=first,
        last=last,
        lines=lines,
        total=total,
        batches=_batches(session, first, after),
        items=tuple(
            OpenItem(each.management_number, desk.programme.label(Benefit(each.benefit)), each.decided, each.stage.value)
            for each in facts
            if each.stage in _OPEN
        ),
        open=tuple(_open(facts, after, whole=whole)),
        differences=(*_odd_balances(moved, total, first, after), *faults),
    )


def _batches(session: Session, first: date, after: date) -> tuple[BatchSlip, ...]:
    ledger = reconciliation_columns.ledger(session)
    query = select(Batch).where(Batch.transfer_on >= first, Batch.transfer_on < after).order_by(Batch.number)
    return tuple(
        BatchSlip(
            batch.number,
            batch.transfer_on,
            batch.state,
            batch.count,
            batch.total,
            batch.sha256[:12],
            ledger[batch.id].digest if batch.id in ledger else "",
            cash=batch.method != "TRANSFER",
        )
        for batch in session.scalars(query)
    )


def _open(facts: list[Tracked], after: date, *, whole: bool) -> list[str]:
    """Of a month only what could still change its figures: transfers of its days without a result. Of the whole, everything."""
    found = []
    for stage in _OPEN if whole else (Stage.SENT,):
        mine = [each for each in facts if each.stage is stage and (whole or (each.transfer_on is not None and each.transfer_on < after))]
        if mine:
            found.append(f"{stage.value}が{len(mine):,}件・{yen(sum(each.decided for each in mine))}あります。")
    untold = [each for each in facts if whole and not each.reported and each.stage in _TOLD]
    if untold:
        found.append(f"ホストへの報告待ちが{len(untold):,}件・{yen(sum(each.decided for each in untold))}あります。")
    return found


def _odd_balances(moved: list[Movement], total: Figures, first: date, after: date) -> list[str]:
    """The closing balance by the columns that are printed, against the one that was counted."""
    sums = dict(zip(Move, total.moves, strict=True))
    printed = (
        total.opening[1]
        + sums[Move.DECIDED][1]
        - sums[Move.WITHDRAWN][1]
        - sums[Move.PAID][1]
        + sums[Move.RECALLED][1]
        + sums[Move.REPAID][1]
    )
    if printed != balance(moved, after)[1]:
        return [f"{wareki(first)}からの動きと次への繰越が{yen(abs(printed - total.closing[1]))}違います。"]
    return []
