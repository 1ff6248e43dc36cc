"""What a table is filled with: columns, rows, cells. Plain values, no Qt model knowledge needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from kyufu_desktop.views.parts.chip import ChipLike, chip_of


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` in pixels, None = takes what is left. ``right`` = numbers."""

    title: str
    width: int | None = None
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: chip, icon, text and a second line, from left to right. Colours are tokens.

    ``name`` = a person's name, painted with its variant glyphs. ``paint`` replaces the painting; then ``accessible`` says what is seen.
    """

    text: str = field(default="", repr=False)
    sub: str | None = field(default=None, repr=False)
    chip: ChipLike | None = None
    icon: str | None = None
    color: str = "text"
    bold: bool = False
    mono: bool = False
    sub_mono: bool = False
    right: bool = False
    name: bool = False
    paint: Callable[[QPainter, QRectF], None] | None = None
    icon_color: str | None = None
    accessible: str = field(default="", repr=False)

    def spoken(self) -> str:
        """What a screen reader says of the cell."""
        if self.accessible:
            return self.accessible
        chip = chip_of(self.chip)[0] if self.chip else ""
        return " ".join(part for part in (chip, self.text, self.sub or "") if part)


@dataclass(frozen=True, slots=True)
class Row:
    """``key`` comes back in the signals; it must differ from row to row, and be hashable. Group rows cannot be chosen."""

    key: object
    cells: tuple[Cell, ...]
    group: bool = False


def group(text: str, icon: str = "", color: str = "text", note: str = "") -> Row:
    """A row that names what follows: it carries the state once, so that the rows below need not."""
    return Row(("group", text), (Cell(text, sub=note or None, icon=icon or None, color=color),), group=True)


def columns_of(columns: Sequence[Column | str], widths: Sequence[int] | None) -> tuple[Column, ...]:
    """Columns from titles (``>`` before a title = numbers) and widths (0 = takes what is left)."""
    made = []
    for place, column in enumerate(columns):
        if isinstance(column, Column):
            made.append(column)
        else:
            width = widths[place] if widths else 0
            made.append(Column(column.removeprefix(">"), width or None, column.startswith(">")))
    return tuple(made)
