"""The list of the program: hairlines between rows, no vertical lines, one selected row, everything painted by one delegate."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QSizePolicy, QTableView, QVBoxLayout, QWidget

from kyufu_desktop.views.parts.cells import Column, Row, columns_of
from kyufu_desktop.views.parts.delegate import CellDelegate
from kyufu_desktop.views.parts.paged_model import PagedModel

HEAD_HEIGHT = 32
GROUP_HEIGHT = 32


class _View(QTableView):
    """Enter opens the row; Tab leaves the table; the focus ring is repainted over the whole row."""

    entered_row = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.entered_row.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.selectionModel().hasSelection() and self.model().rowCount():
            first = next((n for n in range(self.model().rowCount()) if self.model().index(n, 0).flags() & Qt.ItemFlag.ItemIsEnabled), None)
            if first is not None:
                self.selectRow(first)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


class Table(QWidget):
    """``row_height`` 36 for one line, 48 or 52 for two. ``fit`` makes it as high as its rows; ``empty`` is shown when there are none."""

    activated = Signal(object)
    chosen = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column | str],
        widths: Sequence[int] | None = None,
        *,
        row_height: int = 36,
        head: bool = True,
        fit: bool = False,
        empty: QWidget | None = None,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._row_height, self._head, self._fit, self._empty = row_height, head, fit, empty
        self._quiet = False
        self.model = PagedModel(columns_of(columns, widths))
        self.model.setParent(self)
        self.view = _View(self)
        self._dress()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view)
        if empty is not None:
            layout.addWidget(empty)
            empty.setVisible(False)
        self.setFocusProxy(self.view)
        self.setAccessibleName(name)
        self.view.setAccessibleName(name)
        self.view.selectionModel().currentRowChanged.connect(self._moved)
        self.view.entered_row.connect(self._enter)
        self.view.doubleClicked.connect(self._enter)
        self._measure()

    def _dress(self) -> None:
        view = self.view
        view.setModel(self.model)
        view.setItemDelegate(CellDelegate(view))
        view.setShowGrid(False)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side = view.verticalHeader()
        side.hide()
        side.setMinimumSectionSize(20)
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultSectionSize(self._row_height)
        top = view.horizontalHeader()
        top.setVisible(self._head)
        top.setFixedHeight(HEAD_HEIGHT)
        top.setHighlightSections(False)
        top.setSectionsClickable(False)
        top.setMinimumSectionSize(20)
        for place, column in enumerate(self.model.columns):
            if column.width:
                top.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
                top.resizeSection(place, column.width)
            else:
                top.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        if hasattr(self, "view"):
            self.view.setAccessibleName(name)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that are here, in order."""
        loaded = self.model.loaded()
        return tuple(loaded[place] for place in sorted(loaded))

    def count(self) -> int:
        """Rows of the list, group rows included."""
        return self.model.rowCount()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Shows ``rows``. The chosen key stays chosen where it is still there; ``chosen`` is not sent again for it."""
        kept, scrolled = self.key(), self.view.verticalScrollBar().value()
        self._quiet = True
        self.model.set_rows(rows)
        self.view.clearSpans()
        for place, row in enumerate(rows):
            if row.group:
                if len(self.model.columns) > 1:
                    self.view.setSpan(place, 0, 1, len(self.model.columns))
                self.view.setRowHeight(place, GROUP_HEIGHT)
            elif self.view.rowHeight(place) != self._row_height:
                self.view.setRowHeight(place, self._row_height)
        if kept is not None:
            self._choose(kept)
        self._quiet = False
        self._measure()
        self.view.verticalScrollBar().setValue(scrolled)

    def set_paged(self, ids: Sequence[object], want: Callable[[tuple[object, ...]], None]) -> None:
        """A long list: ``want(keys)`` is called once a page of 200 when it comes into view; answer with :meth:`deliver`."""
        kept = self.key()
        self._quiet = True
        self.model.set_paged(ids, want)
        if kept is not None:
            self._choose(kept)
        self._quiet = False
        self._measure()

    def deliver(self, rows: Sequence[Row]) -> None:
        """Rows of a page that was wanted."""
        self.model.deliver(rows)

    def key(self) -> object | None:
        """Key of the chosen row."""
        return self.model.key_at(self.view.currentIndex().row()) if self.view.selectionModel().hasSelection() else None

    def select(self, key: object) -> bool:
        """Chooses a row as if it was clicked; False where the list has no such key."""
        return self._choose(key)

    def _choose(self, key: object) -> bool:
        place = self.model.place_of(key)
        if place is None:
            return False
        self.view.selectRow(place)
        return True

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._quiet:
            self.chosen.emit(self.model.key_at(current.row()))

    def _enter(self) -> None:
        key = self.key()
        if key is not None:
            self.activated.emit(key)

    def _measure(self) -> None:
        if self._empty is not None:
            nothing = self.count() == 0
            self._empty.setVisible(nothing)
            self.view.setVisible(not nothing)
        if not self._fit:
            return
        rows = sum(self.view.rowHeight(place) for place in range(self.count()))
        self.view.setFixedHeight(rows + (HEAD_HEIGHT if self._head else 0) + 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
