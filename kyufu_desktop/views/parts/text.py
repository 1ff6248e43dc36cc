"""Labels, hairlines and the short hands for layouts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from kyufu_desktop.views.parts.lines import Words, WrappedLabel
from kyufu_desktop.views.theme.icons import pix

#: Widget, layout, None (stretch), int (pixels of space) or (widget or layout, stretch).
Item = QWidget | QLayout | int | tuple[QWidget | QLayout, int] | None


def label(
    text: str = "", role: str = "body", *, color: str | None = None, wrap: bool = False, mono: bool = False, parent: QWidget | None = None
) -> QLabel:
    """Text in one of the roles body, brand, title, section, strong, muted, sub, figure, result. ``color`` is a token."""
    made = WrappedLabel(text, parent) if wrap else Words(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    if color:
        made.setProperty("tint", color)
    if mono:
        made.setProperty("mono", "true")
    return made


def tint(made: QLabel, color: str) -> None:
    """Changes the colour of a label to another token."""
    made.setProperty("tint", color)
    repolish(made)


def repolish(widget: QWidget) -> None:
    """Makes the style sheet look again at the properties of ``widget``."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def icon(name: str, color: str = "text2", size: int = 20) -> QLabel:
    """A drawing beside words that say the same; readers skip it."""
    made = QLabel()
    made.setPixmap(pix(name, color, size))
    made.setFixedSize(size, size)
    return made


def row(*items: Item, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    layout = QHBoxLayout()
    layout.setSpacing(gap)
    layout.setContentsMargins(*margins)
    fill(layout, items)
    return layout


def col(*items: Item, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setSpacing(gap)
    layout.setContentsMargins(*margins)
    fill(layout, items)
    return layout


def fill(layout: QBoxLayout, items: tuple[Item, ...]) -> None:
    """Adds ``items`` in order. A part that has a ``beside`` label (why it cannot be pressed) brings it along, before itself."""
    for item in items:
        stretch = 0
        if isinstance(item, tuple):
            item, stretch = item
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item, stretch)
        else:
            beside = getattr(item, "beside", None)
            if isinstance(beside, QLabel):
                layout.addWidget(beside)
            layout.addWidget(item, stretch)


def box(layout: QLayout, name: str = "") -> QWidget:
    """A widget around a layout; ``name`` is its plate: sunken, soft_ok, soft_fail, soft_hold, soft_wait, panel, ink."""
    made = QWidget()
    made.setLayout(layout)
    if name:
        plate(made, name)
    return made


def plate(widget: QWidget, name: str) -> None:
    """Gives ``widget`` the ground that the style sheet knows under ``name``."""
    widget.setProperty("plate", name)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def hline() -> QFrame:
    made = QFrame()
    made.setFixedHeight(1)
    plate(made, "line")
    return made


def vline(height: int | None = None) -> QFrame:
    made = QFrame()
    made.setFixedWidth(1)
    plate(made, "line")
    if height is not None:
        made.setFixedHeight(height)
    return made
