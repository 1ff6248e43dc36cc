"""前回の印刷は、正しく出ましたか: how far the paper came out well, and what follows from that, counted live."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton

from kyufu_desktop.domain.letter import Recovery, recover
from kyufu_desktop.services.print_jobs import JobRow
from kyufu_desktop.views.parts import Button, Panel, box, col, icon, integer_field, label, row
from kyufu_desktop.views.parts.form import integer_of
from kyufu_desktop.views.parts.text import Item, fill
from kyufu_desktop.views.printing import QueueState
from kyufu_desktop.views.stations.words import moment_words

_VERBS = (("ok", "ok", "印刷済にする"), ("redo", "accent", "刷り直す"), ("ban", "fail", "細断する"))


class RecoveryPanel(Panel):
    """Hidden while no print waits. ``settled(job id, good sheets)``: the person has decided.

    ``asked``: look at the printer again; ``cancelled``: what still waits in its queue is not to come out.
    """

    settled = Signal(int, int)
    asked = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__("前回の印刷は、正しく出ましたか", gap=6)
        self._job: JobRow | None = None
        self._words = label("", "sub", wrap=True)
        self._queue = label("", "sub", wrap=True)
        look = Button("プリンターの様子を見る", name="letters.look_at_queue")
        look.clicked.connect(self.asked)
        self._stop = Button("残りを取り消す…", name="letters.cancel_waiting")
        self._stop.clicked.connect(self.cancelled)
        self._all = QRadioButton("すべて、正しく出ました")
        self._all.setObjectName("letters.all_good")
        self._some = QRadioButton("正しく出たのは")
        self._some.setObjectName("letters.some_good")
        self._none = QRadioButton("1枚も出ませんでした")
        self._none.setObjectName("letters.none_good")
        self._sheets = integer_field(99_999, 72)
        self._sheets.setObjectName("letters.good_sheets")
        self._sheets.setAccessibleName("正しく出た枚数")
        self._unit = label("枚目まで")
        self._lines = [label("", "sub") for _ in _VERBS]
        marks = [
            row(icon(drawing, tone, 18), label(verb, "strong"), line, None)
            for (drawing, tone, verb), line in zip(_VERBS, self._lines, strict=True)
        ]
        self._settle = Button("この内容で確定する", "Ctrl+Enter", "primary", name="letters.confirm_job")
        parts: tuple[Item, ...] = (
            self._words,
            row((self._queue, 1), self._stop, look),
            self._all,
            row(self._some, self._sheets, self._unit, None),
            self._none,
            box(col(*marks, gap=4, margins=(12, 8, 12, 8)), "sunken"),
            row(None, self._settle),
        )
        fill(self.body, parts)
        self._choices = QButtonGroup(self)
        for choice in (self._all, self._some, self._none):
            self._choices.addButton(choice)
            choice.toggled.connect(self._recount)
        self._sheets.textEdited.connect(self._typed)
        self._sheets.textChanged.connect(self._recount)
        self._settle.clicked.connect(self._decide)
        self.hide()

    def show_job(self, job: JobRow | None) -> None:
        """The print that waits for an answer, or none."""
        other = job is None or self._job is None or job.job_id != self._job.job_id
        self._job = job
        self.setVisible(job is not None)
        if job is None:
            return
        if other:
            self.clear()
            self._queue.setText("")
            self._stop.hide()
        each = set(job.sheets_per_letter)
        when = moment_words(job.started_at)
        self._words.setText(f"{job.kind_word} {job.letters:,}通 {job.sheets:,}枚　{when}　{job.printer}{_after(job)}")
        self._all.setText(f"{job.sheets:,}枚すべて、正しく出ました")
        self._unit.setText(f"枚目まで（{each.pop()}枚で1通）" if len(each) == 1 else "枚目まで")
        self._recount()

    def show_queue(self, state: QueueState) -> None:
        """What the printer says of the letters that have not come out yet."""
        waiting = f"プリンターに {len(state.jobs):,}通が残っています。" if state.jobs else "プリンターに残っている手紙はありません。"
        self._queue.setText(f"{state.alert}{waiting}")
        self._stop.setVisible(bool(state.jobs))

    def clear(self) -> None:
        """Nothing chosen, nothing typed."""
        self._choices.setExclusive(False)
        for choice in (self._all, self._some, self._none):
            choice.setChecked(False)
        self._choices.setExclusive(True)
        self._sheets.clear()

    def _typed(self, _: str) -> None:
        self._some.setChecked(True)

    def _good(self) -> int | None:
        """Sheets that came out well by what is chosen; None while that is open."""
        if self._job is None:
            return None
        if self._all.isChecked():
            return self._job.sheets
        if self._none.isChecked():
            return 0
        return integer_of(self._sheets) if self._some.isChecked() else None

    def _recount(self, _: object = None) -> None:
        good, job = self._good(), self._job
        if job is None or good is None:
            for line in self._lines:
                line.setText("－")
            self._settle.forbid("どこまで正しく出たかを選んでください。")
            return
        if good > job.sheets:
            self._settle.forbid(f"この印刷は {job.sheets:,}枚です。")
            return
        for line, words in zip(self._lines, _sentences(job, recover(job.sheets_per_letter, good)), strict=True):
            line.setText(words)
        self._settle.allow()

    def _decide(self) -> None:
        good = self._good()
        if self._job is not None and good is not None:
            self.settled.emit(self._job.job_id, good)


def _after(job: JobRow) -> str:
    return f"　{job.failure_words}。" if job.failure_words else ""


def _sentences(job: JobRow, result: Recovery) -> tuple[str, str, str]:
    good = sum(job.sheets_per_letter[position] for position in result.printed)
    printed = f"{_range(result.printed)}通目（{good:,}枚）" if result.printed else "ありません"
    again = (
        f"{_range(result.reprint)}通目　{job.codes[result.reprint[0]]} から{len(result.reprint):,}通" if result.reprint else "ありません"
    )
    first = good + 1
    sheets = f"{first:,}–{job.sheets:,}" if result.shred_sheets > 1 else f"{first:,}"
    shredded = f"{sheets}枚目の紙（{result.shred_sheets:,}枚）　台帳に書きます" if result.shred_sheets else "ありません"
    return printed, again, shredded


def _range(positions: tuple[int, ...]) -> str:
    first, last = positions[0] + 1, positions[-1] + 1
    return f"{first:,}–{last:,}" if last > first else f"{first:,}"
