"""A plain workbook written as text, quickly: for dummy people by the ten thousand.

What leaves the house is written by ``workbook_writer``.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_PIECE = 2000

RawSheet = tuple[str, Sequence[str], Sequence[Sequence[str | int | float | None]]]


def column_letters(number: int) -> str:
    """1 -> A, 27 -> AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def write(sheets: Sequence[RawSheet]) -> bytes:
    """The workbook in clear, in memory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        numbers = range(1, len(sheets) + 1)
        parts = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}worksheet+xml"/>' for n in numbers)
        archive.writestr(
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}sheet.main+xml"/>{parts}</Types>',
        )
        archive.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        named = zip(numbers, sheets, strict=True)
        names = "".join(f'<sheet name={quoteattr(sheet[0])} sheetId="{n}" r:id="rId{n}"/>' for n, sheet in named)
        archive.writestr("xl/workbook.xml", f'{_HEAD}<workbook xmlns="{_NS}" xmlns:r="{_REL}"><sheets>{names}</sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", _relations([("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]))
        for n, (_, headings, rows) in zip(numbers, sheets, strict=True):
            with archive.open(f"xl/worksheets/sheet{n}.xml", "w", force_zip64=True) as member:
                for piece in _sheet(headings, rows):
                    member.write(piece.encode("utf-8"))
    return buffer.getvalue()


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    entries = "".join(f'<Relationship Id="rId{n}" Type="{_REL}/{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets, 1))
    return f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{entries}</Relationships>'


def _sheet(headings: Sequence[str], rows: Sequence[Sequence[str | int | float | None]]) -> Iterator[str]:
    letters = [column_letters(n) for n in range(1, len(headings) + 1)]
    yield f'{_HEAD}<worksheet xmlns="{_NS}"><sheetData>' + _row(letters, 1, headings)
    for first in range(0, len(rows), _PIECE):
        yield "".join([_row(letters, first + 2 + at, row) for at, row in enumerate(rows[first : first + _PIECE])])
    yield "</sheetData></worksheet>"


def _row(letters: Sequence[str], number: int, values: Sequence[str | int | float | None]) -> str:
    cells = []
    for letter, value in zip(letters, values, strict=True):
        if value is None:
            continue
        if isinstance(value, (int, float)):
            cells.append(f'<c r="{letter}{number}"><v>{value}</v></c>')
        else:
            cells.append(f'<c r="{letter}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'
