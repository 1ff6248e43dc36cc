"""Writing a workbook in memory: text cells that can never become formulas, amounts as numbers, a cover sheet.

The library writes every sheet in clear to a temporary file even when it saves into memory. Here the sheets go into a buffer, and the
library's own way to a temporary file is closed for the whole process.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import openpyxl.worksheet._writer
import openpyxl.writer.excel
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter

#: A font that Windows and LibreOffice both find and that draws variants where it has them.
FONT = "IPAmj明朝"


@dataclass(frozen=True, slots=True)
class OutSheet:
    """One sheet: headings and rows. ``str`` becomes a text cell, ``int`` a number (yen), ``None`` an empty cell."""

    name: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[str | int | None]] = field(repr=False)


def _no_temporary_file(suffix: str = "") -> str:
    raise RuntimeError("a workbook must not pass through a temporary file")


openpyxl.worksheet._writer.create_temporary_file = _no_temporary_file


class _MemorySheetWriter(openpyxl.worksheet._writer.WorksheetWriter):  # type: ignore[misc]
    def __init__(self, sheet: Any) -> None:
        super().__init__(sheet, io.BytesIO())

    def cleanup(self) -> None:
        self.out = io.BytesIO()


class _MemoryWriter(openpyxl.writer.excel.ExcelWriter):  # type: ignore[misc]
    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer = _MemorySheetWriter(ws)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.out.getvalue())
        self.manifest.append(ws)
        writer.cleanup()


def cover(form: str, created_on: date, count: int, *, practice: bool, more: Sequence[tuple[str, str]] = ()) -> OutSheet:
    """The sheet 表紙: 作成日, 件数, 様式, 区分 (練習 or 本番)."""
    rows: list[tuple[str, str | int]] = [("作成日", created_on.isoformat()), *more, ("件数", count), ("様式", form)]
    rows.append(("区分", "練習" if practice else "本番"))
    return OutSheet("表紙", ("項目", "値"), rows)


def write(sheets: Sequence[OutSheet]) -> bytes:
    """The workbook. Raises ValueError for a control character (no workbook can hold one), naming sheet and row only."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "kyufu-desktop"
    text = NamedStyle("text", font=Font(name=FONT, size=11), number_format="@", alignment=Alignment(vertical="center"))
    heading = NamedStyle(
        "heading", font=Font(name=FONT, size=11, bold=True), fill=PatternFill("solid", fgColor="E7ECF3"), number_format="@"
    )
    number = NamedStyle("number", font=Font(name=FONT, size=11), number_format="#,##0")
    for style in (text, heading, number):
        book.add_named_style(style)
    for out in sheets:
        sheet = book.create_sheet(out.name)
        sheet.freeze_panes = "A2"
        for column, title in enumerate(out.headings, start=1):
            _text_cell(sheet.cell(1, column), title, "heading")
            sheet.column_dimensions[get_column_letter(column)].width = max(12, 2 * len(title) + 4)
        for row, values in enumerate(out.rows, start=2):
            for column, value in enumerate(values, start=1):
                if value is None or value == "":
                    continue
                cell = sheet.cell(row, column)
                if isinstance(value, str):
                    if ILLEGAL_CHARACTERS_RE.search(value):
                        raise ValueError(f"control character in {out.name} row {row}")
                    _text_cell(cell, value, "text")
                else:
                    cell.value = int(value)
                    cell.style = "number"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        _MemoryWriter(book, archive).write_data()
    return buffer.getvalue()


def _text_cell(cell: Cell, value: str, style: str) -> None:
    cell.style = style
    # Set past the library's guessing, which makes a formula of "=" and an error of "#N/A".
    cell._value = value
    cell.data_type = "s"
    cell.quotePrefix = True
