"""Cells of 受付簿 and of the list of the monthly check."""

from __future__ import annotations

from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.domain.notice import NoticeKind, NoticeState
from kyufu_desktop.services.cases import NoticeRow
from kyufu_desktop.services.checklist import MONTH_DAYS, ChecklistRow
from kyufu_desktop.views.parts import Cell
from kyufu_desktop.views.stations.words import moment_words
from kyufu_desktop.views.stations.wrapped import wrapped

#: After so many days what was received and not entered is overdue.
LATE_DAYS = 7

_KINDS = {NoticeKind.OWN: "本人・保護の通知", NoticeKind.MIRROR: "他区市町村の通知"}


def late(row: NoticeRow) -> bool:
    """Received a week ago and still without its next step."""
    return row.state in (NoticeState.RECEIVED, NoticeState.ENTERED) and row.days > LATE_DAYS


def notice_cells(row: NoticeRow) -> tuple[Cell, ...]:
    """番号 | 受付 | だれについて | 何が、だれから | 入力 | 2人目の確認 | 案件."""
    birth = wareki_short(row.birth_day) if row.birth_day else ""
    more = f"ほかに{row.companions}人" if row.companions else ""
    who = Cell(row.name or row.kana, sub="　".join(part for part in (row.kana if row.name else "", birth, more) if part), name=True)
    ago = "今日" if row.days == 0 else f"{row.days}日前"
    closed = row.state is NoticeState.CLOSED
    return (
        Cell(str(row.number), mono=True, right=True),
        Cell(wareki_short(row.received_on), sub=ago, mono=True, color="fail" if late(row) else "text"),
        who,
        Cell(_KINDS[row.kind], sub=row.channel_words, color="text2"),
        _entered(row, closed),
        _verified(row, closed),
        Cell(row.management_number or ("除外一覧" if row.entered_at and row.case_id is None else "－"), mono=True, color="text2"),
    )


def _entered(row: NoticeRow, closed: bool) -> Cell:
    if row.entered_at:
        return Cell(chip=("済", "check", "ok"), text=moment_words(row.entered_at).split(" ")[0], color="text2")
    if closed:
        return Cell(chip=("完了", "ban", "none"))
    return Cell(chip=("入力の遅れ", "alarm", "late") if late(row) else ("未入力", "todo", "hold"))


def _verified(row: NoticeRow, closed: bool) -> Cell:
    if row.verified_at:
        return Cell(chip=("確認済", "users", "ok"), text=moment_words(row.verified_at).split(" ")[0], color="text2")
    if closed:
        return Cell("処理なし", color="text3")
    return Cell(chip=("2人目待ち", "users", "wait")) if row.entered_at else Cell("－", color="text3")


def check_cells(row: ChecklistRow) -> tuple[Cell, ...]:
    """日数 | 番号 | だれ | 足りないもの. Overdue = older than the month in which everything is looked through."""
    over = row.days > MONTH_DAYS
    chip = ("期限超過", "alarm", "late") if over else ("確認待ち", "clock", "hold")
    return (
        Cell(f"{row.days}日", mono=True, right=True, color="fail" if over else "text"),
        Cell(chip=chip),
        Cell(row.number, mono=row.notice_id is None, color="text2"),
        Cell(row.name, name=True),
        wrapped("、".join(row.missing)),
    )
