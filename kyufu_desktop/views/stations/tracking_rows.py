"""What stands in the lists of 支給の状況: rows of what the services counted. Nothing is computed here."""

from __future__ import annotations

from datetime import date

from kyufu_desktop.domain.payment import BatchState
from kyufu_desktop.domain.tracking import Stage
from kyufu_desktop.services.budget import BudgetLine
from kyufu_desktop.services.reconciliation_sheet import SheetCell, SheetRow
from kyufu_desktop.services.tracking import BatchLine, BenefitLine, DueLine, TrackingRow
from kyufu_desktop.views.parts import Cell, Row
from kyufu_desktop.views.parts.chip import ChipLike
from kyufu_desktop.views.stations.words import days_left, short_day
from kyufu_desktop.views.stations.wrapped import wrapped

#: Chips of the stages that have no word of their own in the vocabulary.
STAGE_CHIPS: dict[Stage, ChipLike] = {
    Stage.RECALL_ASKED: ("組戻依頼中", "back2", "run"),
    Stage.RECALL_REFUSED: ("組戻不可", "back2", "fail"),
    Stage.REPAYMENT_CLAIMED: ("返還請求中", "back2", "hold"),
    Stage.RECALLED: ("組戻済", "back2", "fail"),
    Stage.READY: ("支給待ち", "clock", "hold"),
    Stage.DECIDED: ("審査前", "todo", "none"),
    Stage.REPAID: ("返還済", "back2", "none"),
}
_STATE_CHIPS: dict[BatchState, ChipLike] = {BatchState.WRITING: ("書出中", "disc", "hold")}


def case_row(item: TrackingRow) -> Row:
    when = f"{short_day(item.transfer_on)} 第{item.batch_number}回" if item.transfer_on is not None else "回に入っていません"
    late = "期限超過　" if item.late else ""
    failure = f"{item.failure}。" if item.failure else ""
    return Row(
        item.case_id,
        (
            Cell(item.name, sub=item.management_number, sub_mono=True, name=True),
            wrapped(item.benefits, "text2"),
            Cell(f"{item.decided:,}", sub=f"{item.paid:,}", mono=True, sub_mono=True, right=True),
            Cell(when, sub=f"{short_day(item.since)}から" if item.since is not None else None),
            Cell(chip=STAGE_CHIPS.get(item.stage, item.stage.value)),
            wrapped(f"{late}{failure}{item.next_step}", "fail" if item.late else "text"),
        ),
    )


def batch_row(item: BatchLine) -> Row:
    late = ["期限超過"] if item.late else []
    open_ends = [f"通知書 {item.unsent_notices}件"] if item.unsent_notices else []
    open_ends += [f"ホスト報告 {item.unreported}件"] if item.unreported else []
    words = "　".join([*late, *open_ends])
    nothing = "" if item.state in (BatchState.DRAFTED, BatchState.APPROVED, BatchState.WRITING, BatchState.CANCELLED) else "なし"
    return Row(
        item.number,
        (
            Cell(f"第{item.number}回", bold=True, sub="窓口払い" if item.cash else "振込"),
            Cell(short_day(item.transfer_on)),
            Cell(chip=_STATE_CHIPS.get(item.state, item.state.value)),
            _amount((item.count, item.total)),
            _amount(item.paid),
            _amount(item.failed),
            _amount(item.waiting),
            wrapped(words or nothing, "fail" if item.late else "text2"),
        ),
    )


def due_row(place: int, item: DueLine, on: date) -> Row:
    if item.late:
        chip: ChipLike = "期限超過"
    elif item.day == on:
        chip = "今日まで"
    else:
        chip = ("これから", "arrow", "run")
    when = f"{short_day(item.day)}　{days_left(item.day, on)}" if item.day is not None else "すぐに"
    return Row(place, (Cell(chip=chip), Cell(when), Cell(item.words, bold=True), Cell(item.detail, color="text2")))


def benefit_row(item: BenefitLine) -> Row:
    return Row(
        item.label, (Cell(item.label, bold=True), *(_amount(pair) for pair in (item.decided, item.sent, item.paid, item.failed, item.left)))
    )


def sheet_row(item: SheetRow) -> Row:
    """A difference has an icon, the word 不一致 and the colour; what is on its way has words only."""
    name = f"第{item.batch_number}回" if item.batch_number else "合計"
    sub = short_day(item.transfer_on) if item.transfer_on is not None else "すべての回"
    return Row(item.batch_number, (Cell(name, bold=True, sub=sub), *(_sheet_cell(cell) for cell in item.cells)))


def _sheet_cell(cell: SheetCell) -> Cell:
    wrong = cell.verdict == "fault"
    parts = ["不一致"] if wrong else []
    parts += [f"{cell.count:,}件"] if cell.count or wrong else []
    parts += [cell.note] if cell.note and not wrong else []
    amount = f"{cell.yen:,}" if cell.count or cell.yen or wrong else "―"
    return Cell(
        amount,
        sub=" ".join(parts) or " ",
        mono=True,
        sub_mono=True,
        right=True,
        bold=wrong,
        color="fail" if wrong else "text",
        icon="alarm" if wrong else None,
        accessible=f"{'不一致 ' if wrong else ''}{cell.yen:,}円 {cell.count:,}件 {cell.note}".strip(),
    )


def budget_row(item: BudgetLine) -> Row:
    plan = Cell("入れていません", color="hold") if item.plan_count is None else _counted(item.plan_count, item.plan_yen, item.counted)
    left = (
        Cell("―", right=True)
        if item.left is None
        else Cell(f"{item.left:+,}", mono=True, right=True, color="fail" if item.left < 0 else "text")
    )
    if item.left is not None:
        left = Cell(left.text, sub="見込みを超過" if item.left < 0 else "残り", mono=True, right=True, color=left.color)
    return Row(
        item.benefit.value,
        (
            Cell(item.label, bold=True, sub=f"1{item.counted} {item.unit:,}円" + ("（平均）" if item.mean else "")),
            _counted(item.ward_count, item.ward_yen, item.counted) if item.ward_count else Cell("定めなし", color="text2"),
            plan,
            *(_counted(*pair, item.counted) for pair in (item.decided, item.sent, item.paid)),
            left,
        ),
    )


def _amount(pair: tuple[int, int]) -> Cell:
    """Yen, and how many below it."""
    return Cell(f"{pair[1]:,}" if pair[0] else "―", sub=f"{pair[0]:,}件" if pair[0] else " ", mono=True, right=True)


def _counted(count: int, amount: int | None, counted: str) -> Cell:
    return Cell(f"{amount or 0:,}", sub=f"{count:,}{counted}", mono=True, right=True)
