"""照合表: every batch through all its papers, one line a batch. What differs is named in yen, in its column, with the place to mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.payment import WITH_PAYEE, BatchState, PaymentState, PayMethod
from kyufu_desktop.domain.values import yen
from kyufu_desktop.models.payment import Batch
from kyufu_desktop.services import reconciliation_columns as columns
from kyufu_desktop.services.reconciliation_columns import Bytes, Line, Sum, total_of
from kyufu_desktop.services.session import Desk

BATCH, DECIDED, FILE, RESULT, LEDGER, HOST = range(6)
COLUMNS: tuple[str, ...] = ("回の決裁", "判定の額", "振込データ", "結果", "受渡し管理簿", "給付状況")
#: Column -> (station that mends it, what is done there).
_PLACES: dict[int, tuple[str, str]] = {
    BATCH: ("payments", "支払を止め、「支給・振込」で回と決裁の紙を照らし合わせてください。"),
    DECIDED: ("judgment", "支払を止め、「判定」で決裁した額を判定調書と照らし合わせてください。"),
    FILE: ("payments", "支払を止め、「支給・振込」で回の中身を確かめてください。"),
    RESULT: ("payments", "「支給・振込」で、銀行の結果と照らし合わせてください。"),
    LEDGER: ("host_exchange", "「ホスト連携」の管理簿を、媒体と紙の控えに照らし合わせてください。"),
    HOST: ("host_exchange", "「ホスト連携」で、給付状況を書き出し直してください。"),
}
_LEFT = frozenset({BatchState.SENT, BatchState.SETTLED, BatchState.PARTLY_FAILED})
_SETTLED = frozenset({BatchState.SETTLED, BatchState.PARTLY_FAILED})
_WAITING = (PaymentState.IN_BATCH, PaymentState.SENT)


@dataclass(frozen=True, slots=True)
class SheetCell:
    """``verdict``: "" (the same as before it), "wait" (not there yet, no fault) or "fault"; a fault is said in words besides."""

    count: int
    yen: int
    note: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One difference: where, how much, in a sentence with what to do, and the station where it is done."""

    batch_number: int
    """0 = not of one batch."""
    column: int
    yen: int
    sentence: str
    station: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    batch_number: int
    """0 = the line of the total."""
    transfer_on: date | None
    state: str
    cells: tuple[SheetCell, ...]
    digest: str = ""
    """Short digest of the bytes that were approved."""


@dataclass(frozen=True, slots=True)
class ReconciliationSheet:
    rows: tuple[SheetRow, ...]
    total: SheetRow
    faults: tuple[Fault, ...]
    waiting: tuple[str, ...]
    """What is on its way, in sentences; no fault."""


def page(desk: Desk) -> ReconciliationSheet:
    """Counts and sums of batches only; nothing of a person is read."""
    with desk.look() as session:
        return sheet(desk, session)


def sheet(desk: Desk, session: Session) -> ReconciliationSheet:
    """The whole sheet inside an open session."""
    made = _Sheet(desk, session)
    batches = session.scalars(select(Batch).order_by(Batch.number)).all()
    rows = tuple(made.row(batch) for batch in batches)
    total = made.total(rows)
    return ReconciliationSheet(rows, total, tuple(made.faults), tuple(made.waiting))


class _Sheet:
    def __init__(self, desk: Desk, session: Session) -> None:
        self.faults: list[Fault] = []
        self.waiting: list[str] = []
        self._signed, self._signature = columns.signed(session), columns.under_signature(session)
        self._decided = columns.decided(session)
        self._bytes: dict[int, Bytes] = columns.encoded(session, desk.programme.bank)
        self._states, self._contradicted = columns.by_state(session), columns.contradicted(session)
        self._ledger: dict[int, Line] = columns.ledger(session)
        self._receipts: dict[int, Line] = columns.receipts(session)
        self._stray = columns.stray(session)
        self._told, self._nowhere = columns.told(session), columns.marked_nowhere(session)
        self._last, self._back = columns.last_status(session), columns.came_back_untold(session)

    def row(self, batch: Batch) -> SheetRow:
        state = BatchState(batch.state)
        if state is BatchState.CANCELLED:
            return self._cancelled(batch)
        states: dict[PaymentState, Sum] = {
            key: each for key, each in self._states.get(batch.id, {}).items() if key is not PaymentState.CANCELLED
        }
        sums: dict[int, Sum] = {
            BATCH: self._signed[batch.id],
            DECIDED: self._decided.get(batch.id, Sum()),
            FILE: self._bytes[batch.id].sum,
            RESULT: total_of(states.values()),
        }
        if batch.id in self._ledger:
            sums[LEDGER] = self._ledger[batch.id].sum
        wrong = self._apart(batch, sums) | self._odd(batch, state, states)
        told = self._told.get(batch.id, {})
        cells = [
            _cell(sums[BATCH], "決裁待ち" if batch.signature_id is None else "", wrong, BATCH),
            _cell(sums[DECIDED], "", wrong, DECIDED),
            _cell(sums[FILE], "窓口払い" if _is_cash(batch) else batch.sha256[:8], wrong, FILE),
            self._result(states, sums[RESULT], wrong, batch.number),
            self._left(batch, wrong),
            self._host(batch, states, told, wrong),
        ]
        return SheetRow(batch.number, batch.transfer_on, batch.state, tuple(cells), batch.sha256[:8])

    def _cancelled(self, batch: Batch) -> SheetRow:
        alive = total_of(each for key, each in self._states.get(batch.id, {}).items() if key is not PaymentState.CANCELLED)
        cells = [SheetCell(0, 0, "取消") if column == BATCH else SheetCell(0, 0) for column in range(len(COLUMNS))]
        if alive.count:
            self._say(batch.number, RESULT, alive.yen, f"取り消した回に、取り消していない支払が{alive.count}件・{yen(alive.yen)}あります。")
            cells[RESULT] = SheetCell(alive.count, alive.yen, "取消の回", "fault")
        return SheetRow(batch.number, batch.transfer_on, batch.state, tuple(cells), batch.sha256[:8])

    def _apart(self, batch: Batch, sums: dict[int, Sum]) -> set[int]:
        """Columns that stand alone against what most of the others say; of two camps of one size the one with the earlier paper holds."""
        holds = Counter(sums[column] for column in sorted(sums)).most_common(1)[0][0]
        wrong = {column for column, each in sums.items() if each != holds}
        for column in sorted(wrong):
            each = sums[column]
            words = f"「{COLUMNS[column]}」だけが{each.count}件・{yen(each.yen)}で、ほかの{holds.count}件・{yen(holds.yen)}と"
            gap = f"{yen(abs(each.yen - holds.yen))}違います。" if each.yen != holds.yen else f"{abs(each.count - holds.count)}件違います。"
            self._say(batch.number, column, each.yen - holds.yen, words + gap)
        return wrong

    def _odd(self, batch: Batch, state: BatchState, states: dict[PaymentState, Sum]) -> set[int]:
        """What is wrong inside a column although its sum is right."""
        found: set[int] = set()

        def note(column: int, gap: int, sentence: str) -> None:
            found.add(column)
            self._say(batch.number, column, gap, sentence)

        signed, said = self._signed[batch.id], self._signature.get(batch.id)
        # What nobody came for was in the list that was signed, and is in no sum any more.
        taken = self._states.get(batch.id, {}).get(PaymentState.CANCELLED, Sum()) if _is_cash(batch) else Sum()
        if said is not None and said not in (signed, signed + taken):
            note(
                BATCH, signed.yen - said.yen, f"決裁で署名した{said.count}件・{yen(said.yen)}と{yen(abs(signed.yen - said.yen))}違います。"
            )
        if said is None and state is not BatchState.DRAFTED:
            note(BATCH, signed.yen, "決裁の署名がありません。")
        if not self._bytes[batch.id].same:
            what = "窓口払いの一覧" if _is_cash(batch) else "振込データ"
            note(FILE, 0, f"{what}の照合値が、決裁したときと違います（差額 0円でも中身が変わっています）。")
        waiting = total_of(states.get(key, Sum()) for key in _WAITING)
        every = total_of(states.values())
        if state in _SETTLED and waiting.count:
            note(RESULT, waiting.yen, f"結果まで済んだ回に、結果のない支払が{waiting.count}件・{yen(waiting.yen)}あります。")
        if state not in _LEFT and every != waiting and batch.method == "TRANSFER":
            early = every - waiting
            note(RESULT, early.yen, f"まだ渡していない回に、結果が{early.count}件・{yen(early.yen)}入っています。")
        odd = self._contradicted.get(batch.id, Sum())
        if odd.count:
            note(RESULT, odd.yen, f"状態と、振込日・不能の理由・届いた結果が合わない支払が{odd.count}件・{yen(odd.yen)}あります。")
        handed, receipts = every - waiting, self._receipts.get(batch.id, Line(Sum(), "", True))
        if _is_cash(batch) and receipts.sum != handed:
            gap = receipts.sum - handed
            words = f"領収書が{receipts.sum.count}件・{yen(receipts.sum.yen)}で、支給済の{handed.count}件・{yen(handed.yen)}と違います。"
            note(LEDGER, gap.yen, words)
        if not receipts.recorded:
            note(LEDGER, 0, "2人の署名が合わない領収書があります。")
        line = self._ledger.get(batch.id)
        if line is None and state in _LEFT and batch.method == "TRANSFER":
            note(LEDGER, -signed.yen, f"渡した回なのに、管理簿に振込データの行がありません（{yen(signed.yen)}）。")
        if line is not None and not line.recorded:
            note(LEDGER, 0, f"管理簿の行（{line.sum.count}件・{yen(line.sum.yen)}）が、書き出した記録の件数・金額・照合値と違います。")
        nowhere = self._nowhere.get(batch.id, Sum())
        if nowhere.count:
            note(HOST, nowhere.yen, f"管理簿にない給付状況で報告したことになっている支払が{nowhere.count}件・{yen(nowhere.yen)}あります。")
        early = total_of(self._told.get(batch.id, {}).get(key, Sum()) for key in _WAITING)
        if early.count:
            note(HOST, early.yen, f"結果のない支払{early.count}件・{yen(early.yen)}が、報告したことになっています。")
        return found

    def _result(self, states: dict[PaymentState, Sum], every: Sum, wrong: set[int], number: int) -> SheetCell:
        waiting = total_of(states.get(key, Sum()) for key in _WAITING)
        parts = [
            f"{key.value} {each.count}" for key, each in sorted(states.items()) if key not in _WAITING and key is not PaymentState.PAID
        ]
        if waiting.count:
            parts.append(f"待ち {waiting.count}")
            self.waiting.append(f"第{number}回の結果待ちが{waiting.count}件・{yen(waiting.yen)}あります。")
        return _cell(every, "・".join(parts), wrong, RESULT, "wait" if waiting.count else "")

    def _left(self, batch: Batch, wrong: set[int]) -> SheetCell:
        line = (self._receipts if _is_cash(batch) else self._ledger).get(batch.id)
        if line is None:
            note = "領収書 まだ" if _is_cash(batch) else "" if LEDGER in wrong else "未書出"
            return _cell(Sum(), note, wrong, LEDGER, "wait")
        return _cell(line.sum, line.digest, wrong, LEDGER, "wait" if line.sum != self._signed[batch.id] else "")

    def _host(self, batch: Batch, states: dict[PaymentState, Sum], told: dict[PaymentState, Sum], wrong: set[int]) -> SheetCell:
        settled = {key: each for key, each in states.items() if key not in _WAITING}
        untold = total_of(settled.values()) - total_of(each for key, each in told.items() if key not in _WAITING)
        paid = total_of(each for key, each in told.items() if key in WITH_PAYEE)
        if untold.count:
            self.waiting.append(f"第{batch.number}回のホストへの報告待ちが{untold.count}件・{yen(untold.yen)}あります。")
        note = f"報告待ち {untold.count}" if untold.count else "" if told else "報告前"
        return _cell(paid, note, wrong, HOST, "wait" if untold.count or not told else "")

    def total(self, rows: Iterable[SheetRow]) -> SheetRow:
        """All batches together, each column from its own sums; and the files that belong to no batch."""
        listed = tuple(rows)
        wrong = {column for row in listed for column, cell in enumerate(row.cells) if cell.verdict == "fault"}
        lost = total_of(self._stray)
        if lost.count:
            wrong.add(LEDGER)
            self._say(0, LEDGER, lost.yen, f"どの回のものでもない振込データが、管理簿に{len(self._stray)}つ・{yen(lost.yen)}あります。")
        paid = total_of(each for told in self._told.values() for key, each in told.items() if key in WITH_PAYEE)
        last = self._last
        if last is not None and last.sum.yen != paid.yen + self._back.yen:
            wrong.add(HOST)
            gap = last.sum.yen - paid.yen - self._back.yen
            words = f"最後の給付状況の合計{yen(last.sum.yen)}が、報告した振込済{yen(paid.yen)}と{yen(abs(gap))}違います。"
            self._say(0, HOST, gap, words)
        if last is not None and not last.recorded:
            wrong.add(HOST)
            self._say(0, HOST, 0, "最後の給付状況の行が、書き出した記録の件数・金額・照合値と違います。")
        sums = (
            total_of(self._signed.values()),
            total_of(each for batch_id, each in self._decided.items() if batch_id in self._signed),
            total_of(each.sum for each in self._bytes.values()),
            total_of(
                each
                for batch_id in self._signed
                for key, each in self._states.get(batch_id, {}).items()
                if key is not PaymentState.CANCELLED
            ),
            total_of(line.sum for lines in (self._ledger, self._receipts) for line in lines.values()),
            paid,
        )
        cells = []
        for column, each in enumerate(sums):
            waits = any(row.cells[column].verdict == "wait" for row in listed)
            cells.append(_cell(each, "", wrong, column, "wait" if waits else ""))
        return SheetRow(0, None, "", tuple(cells))

    def _say(self, number: int, column: int, gap: int, sentence: str) -> None:
        station, todo = _PLACES[column]
        where = f"第{number}回：" if number else ""
        self.faults.append(Fault(number, column, gap, f"{where}{sentence}{todo}", station))


def _is_cash(batch: Batch) -> bool:
    return batch.method == PayMethod.CASH.value


def _cell(each: Sum, note: str, wrong: set[int], column: int, otherwise: str = "") -> SheetCell:
    return SheetCell(each.count, each.yen, note, "fault" if column in wrong else otherwise)
