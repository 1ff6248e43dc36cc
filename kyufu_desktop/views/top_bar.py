"""The top bar: program, search, scan field, who is logged in, time to lock."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from kyufu_desktop.views.parts.button import Button
from kyufu_desktop.views.parts.text import icon, label, plate, row, tint, vline
from kyufu_desktop.views.theme.icons import as_icon, pix

HEIGHT = 52
#: Seconds from which the clock warns.
_SOON = 60


class _KeyedField(QLineEdit):
    """A field with an icon before and its key behind the text; the key goes when something is typed."""

    def __init__(self, words: str, drawing: str, key: str, wide: int, name: str) -> None:
        super().__init__()
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        self.setObjectName(name)
        self.setFixedHeight(36)
        # Near the lock the warning needs the room: the field gives it.
        self.setMinimumWidth(wide * 3 // 4)
        self.setMaximumWidth(wide)
        self.addAction(as_icon(drawing), QLineEdit.ActionPosition.LeadingPosition)
        self._key = QLabel(key, self)
        self._key.setProperty("role", "muted")
        self._key.setVisible(bool(key))
        self.textChanged.connect(self._typed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._key.adjustSize()
        self._key.move(self.width() - self._key.width() - 10, (self.height() - self._key.height()) // 2)

    def _typed(self, text: str) -> None:
        self._key.setVisible(bool(self._key.text()) and not text)


class TopBar(QWidget):
    searched = Signal(str)
    scanned = Signal(str)

    def __init__(self, program: str, person: str, role_label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plate(self, "topbar")
        self.setFixedHeight(HEIGHT)
        brand = label(program, "brand")
        brand.setFixedWidth(200)
        self.search = _KeyedField("番号・カナ・氏名で探す", "search", "Ctrl+F", 292, "shell.search")
        self.search.returnPressed.connect(self._search)
        self.scan = _KeyedField("バーコードを読む", "scan", "", 188, "shell.scan")
        self.scan.returnPressed.connect(self._scan)
        self.lock = Button("ロック", "Ctrl+L", icon="lock", name="shell.lock")
        self._clock_icon = icon("clock", "text2", 18)
        self._clock_words, self._clock = label("ロックまで", "muted"), label("3:00", mono=True)
        who = row(icon("user", "text2", 18), label(person), label(role_label, "muted"), gap=6)
        clock = row(self._clock_icon, self._clock_words, self._clock, gap=6)
        self.setLayout(
            row(brand, (self.search, 292), (self.scan, 188), None, who, vline(24), clock, self.lock, gap=12, margins=(20, 0, 12, 0))
        )
        self._soon = False

    def to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def to_scan(self) -> None:
        self.scan.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.scan.clear()

    def show_left(self, seconds: int) -> None:
        """Time to lock. Under a minute the words and the colour say that it is near."""
        self._clock.setText(f"{seconds // 60}:{seconds % 60:02d}")
        soon = seconds < _SOON
        if soon == self._soon:
            return
        self._soon = soon
        self._clock_words.setText("まもなくロックします" if soon else "ロックまで")
        self._clock_icon.setPixmap(pix("clock", "hold" if soon else "text2", 18))
        tint(self._clock_words, "hold" if soon else "text3")
        tint(self._clock, "hold" if soon else "text")

    def _search(self) -> None:
        if self.search.text().strip():
            self.searched.emit(self.search.text().strip())

    def _scan(self) -> None:
        code = self.scan.text().strip()
        self.scan.clear()
        if code:
            self.scanned.emit(code)
