"""Enter goes on: from field to field in the order of the paper, and on a button it presses it. A pile of forms is worked with one key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QScrollArea, QWidget

#: Pixels above and below what is gone to: what was found about an account stands below its last field.
_MARGIN = 80
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def go_to(widget: QWidget) -> None:
    """The focus on ``widget``, in sight: the page below the title scrolls."""
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    if above is not None:
        above.ensureWidgetVisible(widget, 0, _MARGIN)


class EnterChain(QObject):
    """Watches ``widgets``, which live as long as ``parent``. What is hidden or cannot be used is passed over."""

    def __init__(self, widgets: Sequence[QWidget], parent: QWidget) -> None:
        super().__init__(parent)
        self._widgets = tuple(widgets)
        for widget in self._widgets:
            widget.installEventFilter(self)

    def begin(self) -> None:
        """The focus on the first of them."""
        self._focus(self._widgets)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() not in _ENTER or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if isinstance(watched, QAbstractButton):
            watched.click()
        else:
            place = next(place for place, widget in enumerate(self._widgets) if widget is watched)
            self._focus(self._widgets[place + 1 :])
        return True

    def _focus(self, widgets: Sequence[QWidget]) -> None:
        following = next((widget for widget in widgets if widget.isVisible() and widget.isEnabled()), None)
        if following is None:
            return
        go_to(following)
        if isinstance(following, QLineEdit):
            following.selectAll()
