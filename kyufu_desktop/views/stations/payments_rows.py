"""What stands in the lists of 支給・振込: batches with their letters and their last day, and what could not be paid."""

from __future__ import annotations

from datetime import date

from kyufu_desktop.services.payments import BatchRow, FailedRow
from kyufu_desktop.services.reconciliation import Reconciliation
from kyufu_desktop.views.parts import Cell, Row
from kyufu_desktop.views.stations.words import short_day
from kyufu_desktop.views.stations.wrapped import wrapped


def number_of(batch: BatchRow) -> int:
    return batch.number


def agreements(sums: Reconciliation) -> list[bool | None]:
    """Each box with the box before it; None where the bank has not answered yet, so that nothing can be said."""
    bank, paid, reported = sums.equal
    on_its_way = not paid and sums.boxes[2][3] != "" and "違います" not in sums.difference
    return [None, bank, None if on_its_way else paid, reported]


def batch_row(batch: BatchRow) -> Row:
    return Row(
        batch.batch_id,
        (
            Cell(f"第{batch.number}回", bold=True),
            Cell(short_day(batch.transfer_on)),
            Cell(f"{batch.count:,}", mono=True, right=True),
            Cell(f"{batch.total:,}", mono=True, right=True),
            Cell(chip=batch.state.value),
            Cell(_told(batch), color="text2"),
            Cell(chip=batch.reported_word),
            Cell(batch.memo or _until(batch) or f"作った人 {batch.made_by}", color="text2"),
        ),
    )


def _until(batch: BatchRow) -> str:
    return f"{short_day(batch.cut_off)}までに銀行へ" if batch.cut_off else ""


def _told(batch: BatchRow) -> str:
    """How many households have their 支給（振込）通知書: posted, printed, or still to be made."""
    told = batch.announced
    if told is None:
        return ""
    return f"発送 {told.sent}/{told.wanted}" if told.printed == told.sent else f"発送 {told.sent}/{told.wanted} 印刷 {told.printed}"


def not_told(batch: BatchRow, today: date) -> str:
    told = batch.announced
    if told is None or not told.missing:
        return ""
    when = "きょう中に" if today >= told.last_day else f"{short_day(told.last_day)}までに"
    return f"支給（振込）通知書が、あと{told.missing:,}通、発送されていません。{when}送ってください。"


def failed_row(failed: FailedRow) -> Row:
    return Row(
        failed.payment_id,
        (
            Cell(chip="振込不能"),
            Cell(failed.name, sub=failed.management_number, sub_mono=True, name=True),
            Cell(f"{failed.amount:,}", mono=True, right=True),
            Cell(failed.reason),
            wrapped(failed.what_next),
        ),
    )
