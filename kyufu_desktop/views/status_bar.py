"""The status bar: left the running job or its result, right the records, the code for the paper ledger and the manual."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kyufu_desktop.errors import UserError
from kyufu_desktop.views.parts.button import Button
from kyufu_desktop.views.parts.progress import Bar
from kyufu_desktop.views.parts.text import icon, label, plate, row, vline
from kyufu_desktop.views.theme.icons import pix

HEIGHT = 36
_QUIET = "動いている処理はありません"


class StatusBar(QWidget):
    """Sentences here hold counts and acts, never a person's name or address."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plate(self, "status")
        self.setFixedHeight(HEIGHT)
        self._mark, self._words = icon("ok", "ok", 18), label(_QUIET, "muted")
        self._bar, self._count = Bar(), label("", mono=True)
        self._bar.setFixedWidth(200)
        self.stop = Button("中止する", "Esc", "quiet", name="shell.stop")
        self.stop.setFixedHeight(30)
        self.help = Button("この画面の手引き", "F1", "quiet", name="shell.help")
        self.help.setFixedHeight(30)
        self._records, self._code = label("", "muted"), label("", mono=True, color="text2")
        self._code_head = label("照合符号", "muted")
        left = row(self._mark, self._words, self._bar, self._count, self.stop, gap=12)
        right = row(self._records, self._code_head, self._code, vline(20), self.help, gap=12)
        self.setLayout(row(left, None, right, gap=12, margins=(20, 0, 12, 0)))
        self._running(False)
        self.set_anchor(0, "")

    @property
    def sentence(self) -> str:
        """What stands at the left."""
        return self._words.text()

    def set_anchor(self, count: int, code: str) -> None:
        self._records.setText(f"記録 {count:,}件")
        self._code.setText(code)
        self._code_head.setVisible(bool(code))

    def begin(self, title: str) -> None:
        self._say(title, "half", "accent")
        self._bar.set(0.0)
        self._count.setText("")
        self._running(True)

    def progress(self, done: int, total: int) -> None:
        self._bar.set(done / total if total else 0.0)
        self._count.setText(f"{done:,}/{total:,}" if total else f"{done:,}")

    def end(self, sentence: str) -> None:
        self._running(False)
        self._say(sentence or _QUIET, "ok", "ok")

    def fail(self, error: UserError) -> None:
        self._running(False)
        self._say(f"{error.happened}{error.kept}", "info", "hold")

    def _say(self, words: str, drawing: str, tone: str) -> None:
        self._words.setText(words)
        self._mark.setPixmap(pix(drawing, tone, 18))
        self.setAccessibleName(words)

    def _running(self, running: bool) -> None:
        self._bar.setVisible(running)
        self._count.setVisible(running)
        self.stop.setVisible(running)
