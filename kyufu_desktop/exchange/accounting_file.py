"""会計への支払明細: one line a transfer, known to the accounting office by the number that the bank's own papers carry.

Neither name, address, account nor category, and no management number either: the bank's list has the same number beside the holder, so a
management number here would be the bridge from a bank account to the register of people who must not be found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kyufu_desktop.errors import CustodyProblem
from kyufu_desktop.exchange import layouts, workbook, workbook_writer


@dataclass(frozen=True, slots=True)
class AccountingRow:
    """One attempt. ``amount`` in yen; ``failure`` empty where it did not fail; ``paid_on`` None where nothing was paid."""

    batch_number: int
    transfer_on: date
    reference: str
    benefit_word: str
    amount: int
    result: str
    failure: str
    paid_on: date | None


def accounting_workbook(rows: Sequence[AccountingRow], first: date, last: date, *, created_on: date, practice: bool) -> bytes:
    """The workbook in clear, in memory, to be sealed. The cover has the period, the count and the total of its rows."""
    layout = layouts.out("accounting")
    total = sum(row.amount for row in rows)
    more = (("期間（振込指定日）", f"{first.isoformat()} から {last.isoformat()} まで"), ("合計金額（円）", f"{total:,}"))
    cover = workbook_writer.cover(layout.form, created_on, len(rows), practice=practice, more=more)
    return workbook_writer.write([cover, workbook_writer.OutSheet(layout.sheet, layout.headings, [_row(row) for row in rows])])


def _row(row: AccountingRow) -> tuple[str | int | None, ...]:
    return (
        str(row.batch_number),
        row.transfer_on.isoformat(),
        row.reference,
        row.benefit_word,
        row.amount,
        row.result,
        row.failure,
        row.paid_on.isoformat() if row.paid_on is not None else None,
    )


def require_agreeing(plain: bytes, count: int, total: int) -> None:
    """Reads the finished workbook again. Raises CustodyProblem K-1561 unless headings, rows, cover and total are what was asked for."""
    layout = layouts.out("accounting")
    sheets = workbook.read(plain, "accounting.xlsx")
    if set(sheets) != {"表紙", layout.sheet} or [str(cell) for cell in sheets[layout.sheet].rows[0]] != list(layout.headings):
        raise _stopped("シートか見出しが決めたものと違います。")
    place = layout.headings.index("金額")
    amounts = [int(str(row[place]).split(".")[0]) for row in sheets[layout.sheet].rows[1:]]
    said = {str(row[0]): str(row[1]) for row in sheets["表紙"].rows[1:]}
    if (len(amounts), sum(amounts)) != (count, total):
        raise _stopped("行の件数か合計が、支払の記録と違います。")
    if said.get("合計金額（円）") != f"{total:,}" or said.get("件数", "").split(".")[0] != str(count):
        raise _stopped("表紙の件数か合計が、行と違います。")


def _stopped(why: str) -> CustodyProblem:
    return CustodyProblem(
        "K-1561", f"会計への支払明細を止めました。{why}", kept="何も書き出していません。", todo="担当へ知らせてください。"
    )
