"""Base of a station: title row, strip and error stay; the body below them scrolls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

from kyufu_desktop.domain.changes import Kind
from kyufu_desktop.errors import UserError
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.ending import end_from_the_root
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts.button import Button
from kyufu_desktop.views.parts.error_panel import ErrorPanel
from kyufu_desktop.views.parts.strip import SecretStrip
from kyufu_desktop.views.parts.text import label, plate, row

#: Opens a station, on a case where the second argument is its id.
Go = Callable[[str, int | None], None]


class Station(QWidget):
    """A screen. ``kinds``: what its lists show; a write that touched one of them makes it read again, at once or when it is next seen."""

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    kinds: ClassVar[Kind] = Kind.NONE

    __del__ = end_from_the_root

    def __init__(self, desk: Desk, lane: Lane, go: Go, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.lane, self.go = desk, lane, go
        self._stale = True
        self._held = False
        self._error: ErrorPanel | None = None
        self._strip: SecretStrip | None = None
        self.setObjectName(f"station.{self.key}")
        self.setAccessibleName(self.title)
        plate(self, "page")
        self._title = label(self.title, "title")
        self.title_row = row(self._title, None, gap=12)
        self._filters = 1
        self._page = QVBoxLayout(self)
        self._page.setContentsMargins(24, 12, 0, 12)
        self._page.setSpacing(12)
        head = QVBoxLayout()
        head.setContentsMargins(0, 0, 24, 0)
        head.setSpacing(12)
        head.addLayout(self.title_row)
        self._head = head
        self._page.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 24, 0)
        self.body.setSpacing(12)
        scrolled = QWidget()
        scrolled.setObjectName("scrolled")
        scrolled.setLayout(self.body)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(scrolled)
        self._page.addWidget(self._scroll, 1)
        lane.changed.connect(self._touched)

    def set_title(self, text: str) -> None:
        """Another title than the station's word, e.g. a step of it."""
        self._title.setText(text)

    def add_filter(self, widget: QWidget) -> None:
        """Right after the title and the filters that are there."""
        self.title_row.insertWidget(self._filters, widget)
        self._filters += 1

    def add_action(self, button: Button) -> None:
        """At the end of the title row; why it cannot be pressed stands in a line below. At most one of them is primary."""
        self.title_row.addWidget(button)
        self._head.insertLayout(1, row(None, button.beside))

    def set_strip(self, strip: SecretStrip | None) -> None:
        """The strip 秘匿 between title and body; it never scrolls away."""
        if self._strip is not None:
            self._head.removeWidget(self._strip)
            self._strip.setParent(None)
            self._strip.deleteLater()
        self._strip = strip
        if strip is not None:
            self._head.addWidget(strip)

    def set_body(self, layout: QLayout) -> None:
        self.body.addLayout(layout, 1)

    def refresh(self) -> None:
        """Reads again what the station shows. Called when it is opened, and after a write that touched its kinds."""

    def show_error(self, error: UserError) -> None:
        """The error as a panel at the top of the page; the former one goes."""
        self.hide_error()
        close = Button("閉じる", name=f"{self.key}.close_error")
        close.clicked.connect(self.hide_error)
        self._error = ErrorPanel(error, close)
        self._head.addWidget(self._error)
        close.setFocus(Qt.FocusReason.OtherFocusReason)

    def hide_error(self) -> None:
        if self._error is None:
            return
        gone, self._error = self._error, None
        self._head.removeWidget(gone)
        gone.setParent(None)
        gone.deleteLater()

    @property
    def error(self) -> UserError | None:
        """What is shown at the top of the page."""
        return self._error.error if self._error is not None else None

    def _touched(self, kinds: Kind) -> None:
        if not kinds & self.kinds:
            return
        if self.isVisible() and not self._held:
            self.refresh()
        else:
            self._stale = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """What is shown is read again once the dialog in front is closed: between two envelopes the lane has to be free for the next."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            if self._stale and self.isVisible():
                self._stale = False
                self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale and not event.spontaneous():
            self._stale = False
            self.refresh()
