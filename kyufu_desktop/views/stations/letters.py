"""確認書・通知: what can be written, the queue, the print, whether it came out well, what was sent. The destination is masked on every screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QButtonGroup, QRadioButton

from kyufu_desktop.domain.calendar import parse_day, wareki
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import LetterState, Recovery, recover
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import letters
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.letters import JobRow, LetterRow, LettersPage, PrintOrder
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import AskTextDialog, ConfirmDialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, Column, EmptyList, Panel, Row, Segments, Table, box, col, icon, integer_field, label, row
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.sheet_view import SheetView

STATES: dict[str, frozenset[LetterState]] = {
    "queue": frozenset({LetterState.PREPARED, LetterState.PRINTING}),
    "printed": frozenset({LetterState.PRINTED}),
    "sent": frozenset({LetterState.SENT}),
    "bad": frozenset({LetterState.SPOILED, LetterState.UNDELIVERED}),
}


class LettersStation(Station):
    """Left: what is ready, the queue, recovery after a print. Right: the sheet, destination hatched."""

    key, title, icon = "letters", "確認書・通知", "letter"
    kinds = Kind.LETTERS | Kind.JUDGMENTS | Kind.ADDRESSES | Kind.CASES

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None], printer: Callable[[], Printer]) -> None:
        super().__init__(desk, lane, go)
        self._printer = printer
        self._page = LettersPage((), (), ())
        self._job: JobRow | None = None
        self._make = Button("手紙を作る…", "Ctrl+N", icon="letter", name="letters.make")
        self._make.clicked.connect(self._ask_make)
        self._print = Button("印刷する…", "Ctrl+P", "primary", icon="printer", name="letters.print")
        self._print.clicked.connect(self._ask_print)
        self.add_action(self._make)
        self.add_action(self._print)
        self._sheet = SheetView()
        right = Panel("見本", self._sheet, row(icon("eyeoff", "text3", 18), label("宛先は伏せています。印刷のときだけ入ります。", "muted", wrap=True)))
        right.setMinimumWidth(400)
        left = col(self._ready_panel(), self._recovery_panel(), self._queue_panel(), gap=12)
        self.set_body(row((left, 3), (right, 2), gap=12))

    def _ready_panel(self) -> Panel:
        self._ready = Table(
            [Column("氏名・番号"), Column("給付", 190), Column("金額（円）", 120, right=True), Column("作れない理由", 250)], row_height=48, name="手紙にできる案件",
            empty=EmptyList("手紙にできる案件はありません。", "判定の決裁が済み、送り先を2人目が確かめると、ここに並びます。", icon="letter"),
        )  # fmt: skip
        self._ready.activated.connect(self._open_case)
        self._ready.setMinimumHeight(150)
        self._ready_box = Panel("手紙にできる案件", self._ready, flush=True)
        return self._ready_box

    def _recovery_panel(self) -> Panel:
        self._all = QRadioButton("すべて、正しく出ました")
        self._all.setObjectName("letters.all_good")
        self._some = QRadioButton("正しく出たのは")
        self._some.setObjectName("letters.some_good")
        self._none = QRadioButton("1枚も出ませんでした")
        self._none.setObjectName("letters.none_good")
        self._choices = QButtonGroup(self)
        for choice in (self._all, self._some, self._none):
            self._choices.addButton(choice)
            choice.toggled.connect(self._show_recovery)
        self._sheets = integer_field(99_999, 80)
        self._sheets.setObjectName("letters.good_sheets")
        self._sheets.setAccessibleName("正しく出た枚数")
        self._sheets.textChanged.connect(self._show_recovery)
        self._job_words = label("", "sub", wrap=True)
        self._lines = [label("") for _ in range(3)]
        marks = (("ok", "ok"), ("redo", "accent"), ("ban", "fail"))
        consequence = box(
            col(*(row(icon(name, tone, 18), line, None) for (name, tone), line in zip(marks, self._lines, strict=True)), gap=4, margins=(12, 8, 12, 8)), "sunken"
        )
        self._settle = Button("この内容で確定する", "Ctrl+Enter", "primary", name="letters.confirm_job")
        self._settle.clicked.connect(self._confirm_job)
        self._recovery = Panel(
            "前回の印刷は、正しく出ましたか", self._job_words, self._all, row(self._some, self._sheets, label("枚目まで"), None), self._none, consequence, row(None, self._settle)
        )
        self._recovery.hide()
        return self._recovery

    def _queue_panel(self) -> Panel:
        self._filter = Segments([("all", "すべて", None), ("queue", "順番待ち", None), ("printed", "印刷済", None), ("sent", "発送済", None), ("bad", "書損・返戻", None)])
        self._filter.chosen.connect(self._show_letters)
        self._letters = Table(
            [Column("状態", 118), Column("氏名・番号"), Column("枚", 56, right=True), Column("金額（円）", 110, right=True), Column("発送", 76), Column("返送期限", 92)],
            row_height=48, name="確認書", empty=EmptyList("確認書はまだありません。", "「手紙を作る」を押すと、ここに並びます。", icon="letter"),
        )  # fmt: skip
        self._letters.chosen.connect(self._preview)
        self._letters.setMinimumHeight(230)
        self._send = Button("発送日を入れる…", "Alt+S", name="letters.mark_sent")
        self._send.clicked.connect(self._ask_sent)
        self._spoil = Button("書損にする…", name="letters.spoil")
        self._spoil.clicked.connect(self._ask_spoil)
        self._returned = Button("返戻を入れる…", name="letters.undelivered")
        self._returned.clicked.connect(self._ask_undelivered)
        self._queue = Panel(
            "確認書", row(self._filter, None, margins=(12, 8, 12, 8)), self._letters, row(None, self._returned, self._spoil, self._send, margins=(12, 8, 12, 12)), flush=True
        )
        return self._queue

    # ------------------------------------------------------------ reading
    def refresh(self) -> None:
        self.lane.read(self, partial(letters.page, self.desk), self._show)

    def _show(self, page: LettersPage) -> None:
        self._page = page
        possible = [case for case in page.ready if not case.obstacle]
        self._ready.set_rows([
            Row(case.case_id, (Cell(case.name, sub=case.management_number, sub_mono=True, name=True), Cell(case.benefits), Cell(f"{case.amount:,}", mono=True, right=True), Cell(case.obstacle, color="hold")))
            for case in page.ready
        ])  # fmt: skip
        self._ready_box.set_count(f"{len(page.ready):,}件" + (f"　作れるもの {len(possible):,}件" if len(possible) != len(page.ready) else ""))
        self._show_letters()
        waiting = [job for job in page.jobs if job.state == "SENT"]
        self._show_job(waiting[0] if waiting else None)
        if possible:
            self._make.allow()
        else:
            self._make.forbid("作れるものがありません。")
        queue = self._in("queue")
        if self._job is None and queue:
            self._print.allow()
        else:
            self._print.forbid("前回の印刷を確かめてください。" if self._job else "順番待ちがありません。")

    def _in(self, key: str) -> list[LetterRow]:
        return [letter for letter in self._page.letters if key == "all" or letter.state in STATES[key]]

    def _show_letters(self) -> None:
        chosen = self._filter.key()
        shown = self._in(str(chosen))
        self._filter.set_counts({key: len(self._in(key)) for key in ("all", *STATES)})
        self._letters.set_rows([_letter_row(letter) for letter in shown])
        self._queue.set_count(f"{len(shown):,}通")

    def _preview(self, key: object) -> None:
        if isinstance(key, int):
            self.lane.read(self, partial(letters.preview, self.desk, key), self._sheet.show_pdf)

    def _open_case(self, key: object) -> None:
        if isinstance(key, int):
            self.go("cases", key)

    # ------------------------------------------------------------ making and printing
    def _ask_make(self) -> None:
        self.hide_error()
        ids = tuple(case.case_id for case in self._page.ready if not case.obstacle)
        total = sum(case.amount for case in self._page.ready if not case.obstacle)
        dialog = ConfirmDialog("確認書を作ります", [f"{len(ids):,}通を作り、印刷の列に並べます。", f"給付額の合計は {total:,}円です。", "送り先は、2人が確かめたものだけを使います。"], "手紙を作る")
        if present(dialog):
            self.lane.write(self, partial(letters.prepare, self.desk, ids), title="確認書を作っています", total=len(ids))

    def _ask_print(self) -> None:
        self.hide_error()
        ids = tuple(letter.letter_id for letter in self._page.letters if letter.state is LetterState.PREPARED)
        printer = self._printer()
        dialog = ConfirmDialog("確認書を印刷します", [f"順番待ちの {len(ids):,}通を印刷します。", f"プリンター: {printer.name}", "印刷中は、プリンターのそばを離れないでください。"], "印刷する")
        if present(dialog):
            self.lane.write(self, partial(_print_job, self.desk, ids, printer), title="確認書を印刷しています", total=len(ids))

    def _show_job(self, job: JobRow | None) -> None:
        self._job = job
        self._recovery.setVisible(job is not None)
        if job is None:
            return
        self._job_words.setText(f"{job.kind_word} {job.letters:,}通 {job.sheets:,}枚　{job.printer}")
        self._all.setText(f"{job.sheets:,}枚すべて、正しく出ました")
        self._show_recovery()

    def _good(self) -> int | None:
        if self._job is None:
            return None
        if self._all.isChecked():
            return self._job.sheets
        if self._none.isChecked():
            return 0
        if self._some.isChecked() and self._sheets.text():
            return int(self._sheets.text())
        return None

    def _show_recovery(self) -> None:
        good, job = self._good(), self._job
        result: Recovery | None = None
        if job is not None and good is not None and 0 <= good <= job.sheets:
            result = recover(job.sheets_per_letter, good)
        if result is None or job is None:
            for line, words in zip(self._lines, ("印刷済にする", "刷り直す", "細断する"), strict=True):
                line.setText(words)
            self._settle.forbid("どこまで出たかを選んでください。")
            return
        printed = sum(job.sheets_per_letter[position] for position in result.printed)
        again = f"　{job.codes[result.reprint[0]]} から" if result.reprint else ""
        self._lines[0].setText(f"印刷済にする　{len(result.printed):,}通（{printed:,}枚）")
        self._lines[1].setText(f"刷り直す　{len(result.reprint):,}通{again}")
        self._lines[2].setText(f"細断する　{result.shred_sheets:,}枚　台帳に書きます")
        self._settle.allow()

    def _confirm_job(self) -> None:
        good, job = self._good(), self._job
        if job is not None and good is not None:
            self.lane.write(self, partial(_confirm, self.desk, job.job_id, good), self._settled, title="印刷の結果を書いています")

    def _settled(self, _: Changes) -> None:
        self._choices.setExclusive(False)
        for choice in (self._all, self._some, self._none):
            choice.setChecked(False)
        self._choices.setExclusive(True)
        self._sheets.clear()

    # ------------------------------------------------------------ after the print
    def _ask_sent(self) -> None:
        ids = tuple(letter.letter_id for letter in self._page.letters if letter.state is LetterState.PRINTED)
        if not ids:
            self.show_error(InputProblem("K-1910", "letters", "印刷済の確認書がありません。", kept="何も変えていません。", todo="印刷の結果を先に確定してください。"))
            return
        dialog = AskTextDialog("発送日を入れます", "発送日", f"{len(ids):,}通を発送済にする", sentence="2人で封入を確かめたものだけを発送済にしてください。")
        dialog.set_text(wareki(self.desk.today()))
        if present(dialog):
            try:
                day = parse_day(dialog.text)
            except InputProblem as problem:
                self.show_error(problem)
                return
            self.lane.write(self, partial(_sent, self.desk, ids, day), title="発送日を書いています")

    def _ask_spoil(self) -> None:
        key = self._letters.key()
        if isinstance(key, int):
            dialog = AskTextDialog("書損にします", "理由", "書損にする", sentence="今のコードは使えなくなり、新しい番号で作り直します。", least=4)
            if present(dialog):
                self.lane.write(self, partial(_spoil, self.desk, key, dialog.text), title="書損を書いています")

    def _ask_undelivered(self) -> None:
        key = self._letters.key()
        if isinstance(key, int):
            dialog = ConfirmDialog("返戻を入れます", ["返ってきた確認書です。送り直しません。", "連絡は、支援者をとおして行ってください。"], "返戻を入れる")
            if present(dialog):
                self.lane.write(self, partial(_undelivered, self.desk, key, self.desk.today()), title="返戻を書いています")


def _letter_row(letter: LetterRow) -> Row:
    return Row(letter.letter_id, (
        Cell(chip=letter.state.value), Cell(letter.name, sub=letter.code, sub_mono=True, name=True), Cell(str(letter.sheets or "－"), mono=True, right=True),
        Cell(f"{letter.amount:,}", mono=True, right=True), Cell(_short(letter.sent_on), mono=True), Cell(_short(letter.return_due), mono=True),
    ))  # fmt: skip


def _short(day: date | None) -> str:
    return f"{day.month}/{day.day}" if day else "－"


# What runs on the lane.
def _print_job(desk: Desk, ids: tuple[int, ...], printer: Printer, progress: Progress) -> tuple[Changes, PrintOrder]:
    order = letters.start_job(desk, ids, printer.name, progress)
    printer.send(order.pdf, order.title)
    return Changes(Kind.LETTERS, f"{order.letters:,}通 {order.sheets:,}枚をプリンターへ送りました。出来を確かめてください。"), order


def _confirm(desk: Desk, job_id: int, good: int, _: Progress) -> Changes:
    return letters.confirm_job(desk, job_id, good)


def _sent(desk: Desk, ids: tuple[int, ...], day: date, _: Progress) -> Changes:
    return letters.mark_sent(desk, ids, day)


def _spoil(desk: Desk, letter_id: int, reason: str, _: Progress) -> Changes:
    return letters.spoil(desk, letter_id, reason)


def _undelivered(desk: Desk, letter_id: int, on: date, _: Progress) -> Changes:
    return letters.mark_undelivered(desk, letter_id, on)
