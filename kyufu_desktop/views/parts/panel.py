"""Panel: title row of 40 px, hairline, body. One level only: a panel is never put inside a panel."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kyufu_desktop.views.parts.text import Item, box, fill, hline, label, plate, row


class Panel(QFrame):
    """``right`` stands at the end of the title row; ``flush`` lets a table touch the edges."""

    def __init__(
        self,
        title: str,
        *body: Item,
        right: Sequence[QWidget] = (),
        count: str = "",
        flush: bool = False,
        gap: int = 8,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        plate(self, "panel")
        self._title = label(title, "section")
        self._count = label(count, "muted")
        self._count.setVisible(bool(count))
        head = box(row(self._title, self._count, None, *right, margins=(15, 0, 7, 0)))
        head.setFixedHeight(40)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        outer.addWidget(head)
        outer.addWidget(hline())
        self.body = QVBoxLayout()
        self.body.setContentsMargins(*((0, 0, 0, 0) if flush else (15, 12, 15, 12)))
        self.body.setSpacing(0 if flush else gap)
        fill(self.body, body)
        outer.addLayout(self.body, 1)
        if flush:
            outer.addStretch(0)
        self.setAccessibleName(title)

    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self.setAccessibleName(title)

    def set_count(self, count: str) -> None:
        """The second fact of the title row, e.g. ``12件``."""
        self._count.setText(count)
        self._count.setVisible(bool(count))
