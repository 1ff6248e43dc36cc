"""The item model of every list: all rows at once, or ids with pages of 200 rows that are asked for when they come into view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer

from kyufu_desktop.views.parts.cells import Cell, Column, Row

PAGE = 200
CELL_ROLE = Qt.ItemDataRole.UserRole
GROUP_ROLE = Qt.ItemDataRole.UserRole + 1

_Index = QModelIndex | QPersistentModelIndex
_BLANK = Cell()
_COMING = Cell("読み込んでいます", color="text3")


class PagedModel(QAbstractTableModel):
    """``ids`` in the order of the list; ``fetch_page(keys)`` is called once a page and answered by :meth:`deliver`, now or later."""

    def __init__(
        self, columns: Sequence[Column], ids: Sequence[object] = (), fetch_page: Callable[[tuple[object, ...]], None] | None = None
    ) -> None:
        super().__init__()
        self._columns = tuple(columns)
        self._ids: list[object] = list(ids)
        self._fetch = fetch_page
        self._place = {key: place for place, key in enumerate(self._ids)}
        self._rows: dict[int, Row] = {}
        self._asked: set[int] = set()
        self._wanted: list[int] = []

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Shows exactly these rows."""
        self._start([row.key for row in rows], None)
        self._rows = dict(enumerate(rows))
        self.endResetModel()

    def set_paged(self, ids: Sequence[object], fetch_page: Callable[[tuple[object, ...]], None]) -> None:
        self._start(list(ids), fetch_page)
        self.endResetModel()

    def _start(self, ids: list[object], fetch_page: Callable[[tuple[object, ...]], None] | None) -> None:
        self.beginResetModel()
        self._ids, self._fetch = ids, fetch_page
        self._place = {key: place for place, key in enumerate(ids)}
        self._rows, self._asked, self._wanted = {}, set(), []

    def deliver(self, rows: Sequence[Row]) -> None:
        """Rows that were asked for. Those that are no longer in the list are dropped."""
        places = []
        for row in rows:
            place = self._place.get(row.key)
            if place is not None:
                self._rows[place] = row
                places.append(place)
        if places:
            self.dataChanged.emit(self.index(min(places), 0), self.index(max(places), len(self._columns) - 1))

    def row_at(self, place: int) -> Row | None:
        """The row, or None where its page has not come yet (it is asked for)."""
        known = self._rows.get(place)
        if known is None:
            self._want(place // PAGE)
        return known

    def key_at(self, place: int) -> object | None:
        return self._ids[place] if 0 <= place < len(self._ids) else None

    def place_of(self, key: object) -> int | None:
        return self._place.get(key)

    def loaded(self) -> dict[int, Row]:
        """The rows that are here, by place."""
        return dict(self._rows)

    def _want(self, page: int) -> None:
        if self._fetch is None or page in self._asked:
            return
        self._asked.add(page)
        self._wanted.append(page)
        if len(self._wanted) == 1:
            # A view asks while it paints; the question leaves when it has finished.
            QTimer.singleShot(0, self, self._ask)

    def _ask(self) -> None:
        wanted, self._wanted = self._wanted, []
        for page in wanted:
            if self._fetch is not None:
                self._fetch(tuple(self._ids[page * PAGE : (page + 1) * PAGE]))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - the signature of Qt
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - the signature of Qt
        return 0 if parent.isValid() else len(self._columns)

    def cell(self, index: _Index) -> Cell:
        row = self.row_at(index.row())
        if row is None:
            return _COMING if index.column() == 0 else _BLANK
        return row.cells[index.column()] if index.column() < len(row.cells) else _BLANK

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == CELL_ROLE:
            return self.cell(index)
        if role == GROUP_ROLE:
            row = self._rows.get(index.row())
            return row is not None and row.group
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index).text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.cell(index).spoken()
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft)
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid() or self.data(index, GROUP_ROLE):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
