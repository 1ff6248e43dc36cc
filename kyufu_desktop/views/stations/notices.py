"""受付簿: what came in, entered in which case, confirmed by whom; beside it the monthly check of every missing step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.notice import NoticeState
from kyufu_desktop.domain.staff import Act, may
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import cases, checklist, notices
from kyufu_desktop.services.cases import REVEAL_REASONS, NoticeRow, SourceWords
from kyufu_desktop.services.checklist import Checklist
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.notices import Suggestion
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import ReasonDialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Chip, EmptyList, Panel, Row, Segments, Table, box, col, label, row
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.asking import Asking, Work
from kyufu_desktop.views.stations.dialogs_case import SourceDialog
from kyufu_desktop.views.stations.dialogs_notices import CheckDialog, LinkDialog, RecordDialog
from kyufu_desktop.views.stations.form_dialog import FormDialog, WhyDialog
from kyufu_desktop.views.stations.notice_cells import check_cells, notice_cells

BOOK, OPEN, CHECK = "book", "open", "check"
#: What the chosen line waits for.
_NEXT: dict[NoticeState, str] = {
    NoticeState.RECEIVED: "次は「案件に入れる」です。",
    NoticeState.ENTERED: "次は、入力した人とは別の人の確認です。",
    NoticeState.VERIFIED: "確認まで済んでいます。",
    NoticeState.CLOSED: "処理なしで完了しています。",
}


class NoticesStation(Station):
    """Two lists in one place: the book, and what the monthly check goes through."""

    key = "notices"
    title = "受付簿"
    icon = "pen"
    kinds = Kind.NOTICES | Kind.CASES | Kind.EVIDENCE

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None]) -> None:
        super().__init__(desk, lane, go)
        self._rows: tuple[NoticeRow, ...] = ()
        self._check: Checklist | None = None
        self._asking = Asking(self)
        self._segments = Segments([(OPEN, "済んでいないもの", None), (BOOK, "すべて", None), (CHECK, "点検", None)])
        self._segments.setObjectName("notices.segments")
        self._segments.chosen.connect(self._turn)
        self.add_filter(self._segments)
        self._record = self._button("受付を書く…", "Ctrl+N", "primary", "record", self._ask_record)
        self._done = self._button("点検を記録する…", "Ctrl+Enter", "primary", "check_done", self._ask_done)
        self.add_action(self._record)
        self.add_action(self._done)
        self._book = self._build_book()
        self._checking = self._build_check()
        self.set_body(col((self._book, 1), (self._checking, 1), gap=0))
        self._show_part()

    def _button(self, words: str, key: str, kind: str, name: str, slot: Callable[[], None]) -> Button:
        button = Button(words, key, kind, name=f"notices.{name}")
        button.clicked.connect(slot)
        return button

    def _build_book(self) -> QWidget:
        empty = EmptyList("ここに並ぶ受付はありません。", "申出や通知が届いたら、その日のうちに書きます。", icon_name="pen")
        columns = (">番号", "受付", "だれについて", "何が、だれから", "入力", "2人目の確認", "案件")
        self.table = Table(columns, (60, 108, 0, 156, 138, 164, 124), row_height=48, empty=empty, name="受付簿")
        self.table.setObjectName("notices.table")
        self.table.activated.connect(self._open)
        self.table.chosen.connect(self._allow)
        self._link = self._button("案件に入れる…", "Alt+I", "plain", "link", self._ask_link)
        self._verify = self._button("2人目が確かめる…", "Alt+2", "plain", "verify", self._ask_second)
        self._close = self._button("処理なしで完了…", "Alt+O", "plain", "close", self._ask_close)
        self._sender = self._button("差出人を見る…", "Alt+V", "plain", "sender", self._ask_sender)
        buttons = row(self._sender, None, margins=(12, 8, 12, 12))
        for button in (self._close, self._link, self._verify):
            buttons.addWidget(button)
        self._next = label("", "muted")
        why = row(self._next, None, self._close.beside, margins=(14, 4, 14, 0))
        self._acts = box(col(why, buttons, gap=0))
        panel = Panel("受付簿", (self.table, 1), self._acts, flush=True)
        panel.setMinimumHeight(360)
        self._panel = panel
        return panel

    def _build_check(self) -> QWidget:
        self._said = label("", "strong", wrap=True)
        self._mark = Chip("点検済", "ok", "ok")
        self._note = label("", "muted", wrap=True)
        self._counts = label("", "sub", wrap=True)
        empty = EmptyList("足りない手順はありません。", "受け付けたものは、すべて確認まで済んでいます。")
        columns = (">日数", "状態", "番号", "だれ", "足りないもの")
        self.checks = Table(columns, (72, 132, 132, 200, 0), row_height=48, empty=empty, name="点検")
        self.checks.setObjectName("notices.checks")
        self.checks.activated.connect(self._open_check)
        panel = Panel("足りない手順", (self.checks, 1), flush=True)
        panel.setMinimumHeight(300)
        self._check_panel = panel
        head = col(row(self._mark, (self._said, 1), gap=12), self._note, self._counts, gap=4, margins=(16, 10, 16, 10))
        whole = QWidget()
        whole.setLayout(col(box(head, "panel"), (panel, 1), gap=12))
        return whole

    # ------------------------------------------------------------ reading
    def _turn(self) -> None:
        self._show_part()
        self.refresh()

    def _show_part(self) -> None:
        checking = self._segments.key() == CHECK
        self._book.setVisible(not checking)
        self._checking.setVisible(checking)
        self._record.setVisible(not checking)
        self._done.setVisible(checking)

    def refresh(self) -> None:
        if self._segments.key() == CHECK:
            self.lane.read(self, partial(checklist.page, self.desk), self._show_check)
        else:
            work = partial(notices.page, self.desk, open_only=self._segments.key() == OPEN)
            self.lane.read(self, work, self._show)

    def _show(self, rows: tuple[NoticeRow, ...]) -> None:
        self._rows = rows
        self.table.set_rows([Row(item.notice_id, notice_cells(item)) for item in rows])
        self._panel.set_count(f"{len(rows):,}件")
        if rows and self.table.key() is None:
            self.table.select(rows[0].notice_id)
        self._allow()

    def _show_check(self, found: Checklist) -> None:
        self._check = found
        self._mark.set(*(("点検の期限超過", "alarm", "late") if found.overdue else ("点検済", "ok", "ok")))
        self._mark.setVisible(found.overdue or found.last_on is not None)
        self._said.setText(found.sentence)
        self._note.setText(f"前回の書き込み　{found.last_note}" if found.last_note else "")
        self._note.setVisible(bool(found.last_note))
        self._counts.setText("\n".join(_lines_of([f"{words} {number:,}件" for words, number in found.counts])))
        self._counts.setVisible(bool(found.counts))
        lines = [Row((item.notice_id, item.case_id, place), check_cells(item)) for place, item in enumerate(found.rows)]
        self.checks.set_rows(lines)
        self._check_panel.set_count(f"{len(lines):,}件")

    def _line(self) -> NoticeRow | None:
        return next((item for item in self._rows if item.notice_id == self.table.key()), None)

    def _allow(self, _: object = None) -> None:
        """The buttons fit the chosen line; of each that may not be pressed stands why where it is not plain to see."""
        line = self._line()
        state = line.state if line is not None else None
        self._link.setEnabled(state is NoticeState.RECEIVED)
        self._verify.setEnabled(state is NoticeState.ENTERED)
        self._sender.setEnabled(line is not None)
        self._next.setText(_NEXT[state] if state is not None else "")
        self._acts.setVisible(bool(self._rows))
        if not may(self.desk.staff.role, Act.NOTICE_CLOSED):
            self._close.forbid("処理なしの完了は、取扱責任者が行います。")
        else:
            self._close.setEnabled(state in (NoticeState.RECEIVED, NoticeState.ENTERED))

    def _open(self, _: object) -> None:
        line = self._line()
        if line is not None and line.case_id is not None:
            self.go("cases", line.case_id)
        elif line is not None and line.state is NoticeState.RECEIVED:
            self._ask_link()

    def _open_check(self, key: object) -> None:
        if not isinstance(key, tuple):
            return
        notice_id, case_id, _ = key
        if case_id is not None:
            self.go("cases", case_id)
            return
        self._segments.choose(OPEN)
        self.table.select(notice_id)

    def show_problem(self, problem: InputProblem) -> bool:
        """Problems of a dialog go back into it."""
        return self._asking.again(problem)

    # ------------------------------------------------------------ acts
    def _ask_record(self) -> None:
        self.hide_error()
        self._asking.ask(partial(RecordDialog, self.desk.today()), partial(_record_work, self.desk))

    def _ask_link(self) -> None:
        self.hide_error()
        line = self._line()
        if line is not None and line.state is NoticeState.RECEIVED:
            self.lane.read(self, partial(notices.suggestions, self.desk, line.notice_id), partial(self._choose_case, line))

    def _choose_case(self, line: NoticeRow, found: tuple[Suggestion, ...]) -> None:
        self._asking.ask(partial(LinkDialog, line, found), partial(_link_work, self.desk, line.notice_id))

    def _ask_second(self) -> None:
        self.hide_error()
        line = self._line()
        if line is None or line.state is not NoticeState.ENTERED:
            return
        where = f"案件 {line.management_number}" if line.management_number else "除外一覧"
        sentences = (f"受付 {line.number}番の紙と、{where}を見比べました。",)
        prove = ask_second(self.desk, Act.NOTICE_VERIFIED, line.entered_by_id or 0, "受付の入力を確かめます", sentences, "紙と同じです")
        if prove is not None:
            self.lane.write(self, partial(_confirm, self.desk, line.notice_id, prove), title="確認を記録しています")

    def _ask_close(self) -> None:
        self.hide_error()
        line = self._line()
        if line is not None:
            sentences = (f"受付 {line.number}番を、案件に入れずに終えます。", "行と理由は、受付簿に残ります。")
            make = partial(WhyDialog, "処理なしで完了にします", sentences, "完了にする", "close_notice", True)
            self._asking.ask(make, partial(_close_work, self.desk, line.notice_id))

    def _ask_sender(self) -> None:
        self.hide_error()
        line = self._line()
        if line is None:
            return
        dialog = ReasonDialog("差出人を表示します", "見た人と理由を記録します。60秒で閉じます。", REVEAL_REASONS)
        if present(dialog):
            self.lane.read(self, partial(notices.reveal_sender, self.desk, line.notice_id, dialog.reason, dialog.words), self._show_sender)

    def _show_sender(self, source: SourceWords) -> None:
        present(SourceDialog("差出人", source))

    def _ask_done(self) -> None:
        self.hide_error()
        count = len(self._check.rows) if self._check is not None else 0
        self._asking.ask(partial(CheckDialog, count), partial(_done_work, self.desk))


def _lines_of(parts: list[str], most: int = 56) -> list[str]:
    """The parts on as few lines as they need, none of them broken in itself."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) < most:
            lines[-1] += f"　{part}"
        else:
            lines.append(part)
    return lines


# What runs on the lane.
def _record_work(desk: Desk, dialog: FormDialog) -> Work:
    assert isinstance(dialog, RecordDialog)
    return partial(_record, desk, dialog.entry())


def _record(desk: Desk, entry: cases.NoticeEntry) -> Changes:
    return notices.record(desk, entry)[0]


def _link_work(desk: Desk, notice_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, LinkDialog)
    return partial(_link, desk, notice_id, dialog.number.text().strip(), dialog.case_id)


def _link(desk: Desk, notice_id: int, number: str, case_id: int | None) -> Changes:
    if number:
        case_id = cases.find_by_code(desk, number)
        if case_id is None:
            raise InputProblem(
                "K-1932", "number", "その番号の案件はありません。", kept="受付は変わっていません。", todo="番号を確かめてください。"
            )
    return notices.link(desk, notice_id, case_id)


def _confirm(desk: Desk, notice_id: int, prove: Prove, _: Progress) -> Changes:
    return notices.verify(desk, (notice_id,), prove())


def _close_work(desk: Desk, notice_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, WhyDialog)
    return partial(notices.close, desk, notice_id, dialog.words)


def _done_work(desk: Desk, dialog: FormDialog) -> Work:
    assert isinstance(dialog, CheckDialog)
    return partial(checklist.done, desk, dialog.words)
