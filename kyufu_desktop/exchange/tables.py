"""A workbook by its layout: cover, headings in any order, rows as values by field, and every fault with its cell."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kyufu_desktop.errors import CellFinding, FileProblem
from kyufu_desktop.exchange import cells, workbook, workbook_child
from kyufu_desktop.exchange.cells import CellFault, Noted
from kyufu_desktop.exchange.layouts import Column, Layout, SheetLayout, known

Progress = Callable[[int, int], None]
COVER = "表紙"
#: Place, column, reader, and values that were read before (words and dates come again and again).
ReadColumn = tuple[int, Column, cells.Reader, dict[Any, Any]]
CACHED = 5000
#: What is kept for a cell that needs a word to the clerk: its row is read once more, cell by cell.
_ODD: Any = object()
#: Kinds whose accepted values are too short to hold a My Number.
_SHORT_NUMBERS = frozenset({"management_number", "resident_number", "household_number", "supporter_number", "residence_card", "postal"})
_COVER_DAY = Column("作成日", "day", "day")


@dataclass(frozen=True, slots=True)
class Cover:
    """表紙: 件数 is None where the workbook has no cover (allowed for answers only)."""

    form: str
    created_on: date | None
    base_date: date | None
    count: int | None


@dataclass(slots=True)
class Row:
    """One row: ``values`` by field (None = empty or faulty), ``faulty`` = a fatal finding stands against it."""

    number: int
    values: dict[str, Any] = field(repr=False)
    faulty: bool = False
    noted: set[str] | None = field(default=None, repr=False)
    """Fields that were accepted with a remark."""


class SheetReader:
    """Rows of one sheet. The headings are matched first; then each piece of rows is read as it comes."""

    def __init__(
        self,
        layout: SheetLayout,
        file: str,
        findings: list[CellFinding],
        marks: workbook.Marks,
        readers: Mapping[str, cells.Reader] = cells.READERS,
    ) -> None:
        self.layout = layout
        self._readers = readers
        self.count = 0
        self._file = file
        self._findings = findings
        self._columns: list[ReadColumn] | None = None
        self._width = 0
        self._marks = marks
        self._bad_rows = _rows_of(marks)
        self._marked_cells: set[tuple[int, int]] = set()
        if marks.formulas + marks.errors > len(marks.cells):
            raise self._problem("数式またはエラー値のセルが多数あります。", workbook.mark_findings(layout.name, marks))

    def read(self, first: int, rows: list[list[Any]]) -> Iterator[Row]:
        """The non-empty rows of a piece that begins at row ``first`` of the sheet."""
        if not rows:
            return
        if self._columns is None:
            if first != 1:
                raise self._problem("見出しの行がありません。")
            self._columns = self._match(rows[0])
            self._width = len(rows[0])
            first, rows = 2, rows[1:]
            if not rows:
                return
        fields = [column.field for _, column, _, _ in self._columns]
        all_values, odd, suspicious = self._by_columns(rows)
        if self._bad_rows:
            odd.update(number - first for number in self._bad_rows if first <= number < first + len(rows))
        if not any(column.required for _, column, _, _ in self._columns):
            odd.update(range(len(rows)))
        for at, values in enumerate(all_values):
            if at in odd:
                row = rows[at]
                if row.count("") == len(row):
                    continue
                result = self._row(first + at, row)
            else:
                result = Row(first + at, dict(zip(fields, values, strict=True)))
            self.count += 1
            if suspicious:
                self._find_my_number(first + at, rows[at], result)
            yield result

    def _by_columns(self, rows: list[list[Any]]) -> tuple[Iterator[tuple[Any, ...]], set[int], bool]:
        """Whole columns at once, each different value read once.

        The values of every row; the rows (counted from 0) that hold a fault, a remark or an empty required cell; and whether some text
        might hold a My Number, which is asked of all texts of the piece at once: the answer is almost always no.
        """
        assert self._columns is not None
        width = max(self._width, max(map(len, rows)))
        found = list(zip(*(row if len(row) == width else row + [""] * (width - len(row)) for row in rows), strict=True))
        odd: set[int] = set()
        texts: set[Any] = set()
        columns: list[Iterator[Any]] = []
        unknown = set(range(width))
        for at, column, reader, cache in self._columns:
            unknown.discard(at)
            values = self._hashable(found[at], odd)
            distinct = set(values)
            if len(cache) > CACHED:
                cache.clear()
            for value in distinct.difference(cache):
                cache[value] = _outcome(value, column, reader)
            refused = {value for value in distinct if cache[value] is _ODD}
            if refused:
                odd.update(number for number, value in enumerate(values) if value in refused)
            texts |= distinct if column.kind not in _SHORT_NUMBERS else refused
            columns.append(map(cache.__getitem__, values))
        for at in unknown:
            texts.update(value for value in found[at] if type(value) is str)
        joined = "\n".join([value for value in texts if type(value) is str])
        return zip(*columns, strict=True), odd, cells.MANY_DIGITS.search(joined) is not None

    @staticmethod
    def _hashable(values: tuple[Any, ...], odd: set[int]) -> Sequence[Any]:
        """Texts and numbers as they are, dates as tuples. A truth value must not find what was kept for the number 1: its row is odd."""
        kinds = set(map(type, values))
        if kinds <= {str, float}:
            return values
        if not kinds <= {str, float, list}:
            odd.update(number for number, value in enumerate(values) if type(value) not in (str, float, list))
        return [tuple(value) if type(value) is list else value if type(value) in (str, float) else "" for value in values]

    def finished(self) -> None:
        """Called after the last piece. Raises ``FileProblem`` where there was not even a heading."""
        if self._columns is None:
            raise self._problem("見出しの行がありません。")

    def finding(self, row: int, heading: str, why: str, found: str = "", *, fatal: bool = True) -> None:
        self._findings.append(CellFinding(self.layout.name, row, heading, why, found, fatal))

    def _row(self, number: int, row: list[Any]) -> Row:
        """One row cell by cell, with a finding for each cell that needs one."""
        values: dict[str, Any] = {}
        result = Row(number, values)
        if len(row) < self._width:
            row = row + [""] * (self._width - len(row))
        assert self._columns is not None
        for at, column, reader, _ in self._columns:
            value = row[at]
            if value == "":
                values[column.field] = None
                if column.required:
                    result.faulty = True
                    if (number, at) not in self._marked_cells:
                        self.finding(number, column.heading, "空です")
                continue
            try:
                read = reader(value, column)
            except CellFault as fault:
                result.faulty = True
                values[column.field] = None
                # A My Number in the wrong place must be named as such, whatever else is wrong with the cell.
                if isinstance(value, str) and cells.my_number(value):
                    continue
                self.finding(number, column.heading, fault.why, fault.found)
                continue
            if type(read) is Noted:
                self.finding(number, column.heading, read.why, read.found, fatal=False)
                result.noted = {*(result.noted or ()), column.field}
                read = read.value
            if read is None and column.required:
                result.faulty = True
                self.finding(number, column.heading, "空です")
            values[column.field] = read
        if self._bad_rows and (number in self._bad_rows):
            result.faulty = True
        return result

    def _find_my_number(self, number: int, row: list[Any], result: Row) -> None:
        assert self._columns is not None
        headings = {at: column.heading for at, column, _, _ in self._columns}
        for at, value in enumerate(row):
            if isinstance(value, str) and cells.my_number(value):
                result.faulty = True
                self.finding(number, headings.get(at, f"{at + 1}列目"), "個人番号とみられる数字が入っています。個人番号は受け取れません")

    def _match(self, row: list[Any]) -> list[ReadColumn]:
        titles: dict[str, list[int]] = {}
        for at, value in enumerate(row):
            if value != "":
                titles.setdefault(str(value).strip(), []).append(at)
        wanted = {column.heading: column for column in self.layout.columns}
        missing = [heading for heading in wanted if heading not in titles]
        doubled = [heading for heading in wanted if len(titles.get(heading, ())) > 1]
        if missing or doubled:
            found = [CellFinding(self.layout.name, 1, heading, "見出しがありません") for heading in missing]
            found += [CellFinding(self.layout.name, 1, heading, "見出しが2つ以上あります") for heading in doubled]
            words = [f"見出し「{heading}」がありません" for heading in missing]
            words += [f"見出し「{heading}」が重なっています" for heading in doubled]
            raise self._problem(f"シート「{self.layout.name}」の{'、'.join(words[:3])}。", tuple(found))
        for heading, places in titles.items():
            if heading not in wanted:
                shown = heading if len(heading) <= 20 and not cells.MANY_DIGITS.search(heading) else f"{places[0] + 1}列目"
                self.finding(1, shown, "知らない見出しです。この列は読みません", fatal=False)
        self._tell_marks({at: heading for heading, places in titles.items() for at in places})
        return [(titles[column.heading][0], column, self._readers[column.kind], {}) for column in self.layout.columns]

    def _tell_marks(self, headings: dict[int, str]) -> None:
        """Formulas, error values and merged cells, by the heading of their column."""
        for finding in workbook.mark_findings(self.layout.name, self._marks):
            at = workbook_child.column_number(finding.column.removesuffix("列").encode("ascii", "replace")) - 1
            self._marked_cells.add((finding.row, at))
            self._findings.append(dataclasses.replace(finding, column=headings.get(at, finding.column)) if finding.row else finding)

    def _problem(self, happened: str, findings: tuple[CellFinding, ...] = ()) -> FileProblem:
        return FileProblem(
            "K-1221", happened, file=self._file, todo="様式を確かめて、ホスト担当から受け取り直してください。", findings=findings
        )


def _rows_of(marks: workbook.Marks) -> frozenset[int]:
    """Rows that hold a formula, an error value or a merged cell. A range touches all its rows."""
    numbers: set[int] = set()
    for cell in marks.cells:
        numbers.add(int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
    for area in marks.merged:
        ends = [int(end.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for end in area.split(":")]
        numbers.update(range(ends[0], min(ends[-1], ends[0] + 2_000_000) + 1))
    return frozenset(numbers)


def _outcome(value: Any, column: Column, reader: cells.Reader) -> Any:
    """The value of a cell, None for an empty one, or ``_ODD``."""
    if value == "":
        return _ODD if column.required else None
    try:
        read = reader(list(value) if type(value) is tuple else value, column)
    except CellFault:
        return _ODD
    return _ODD if type(read) is Noted or (read is None and column.required) else read


@contextlib.contextmanager
def many_objects() -> Iterator[None]:
    """No collector runs while millions of values that refer to nothing are made: it would look at each of them again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Table:
    """A workbook of a known kind, read piece by piece. After :meth:`rows` is spent, ``cover``, ``counts`` and ``findings`` are complete."""

    def __init__(
        self,
        kind: str,
        plain: bytes,
        file: str,
        limits: workbook.Limits,
        progress: Progress | None,
        readers: Mapping[str, cells.Reader] | None = None,
    ) -> None:
        """``readers`` takes the place of single readers of cells, by kind of column."""
        self._readers = {**cells.READERS, **(readers or {})}
        self.findings: list[CellFinding] = []
        self.counts: dict[str, int] = {}
        self.cover: Cover | None = None
        self.layout: Layout = known(kind)[0]
        self._kind = kind
        self._plain = plain
        self._file = file
        self._limits = limits
        self._progress = progress

    def rows(self) -> Iterator[tuple[str, Row]]:
        """(sheet, row) of all sheets of the layout. Raises ``FileProblem``: no such sheet, unknown 様式, headings."""
        sheets: dict[str, SheetReader] = {}
        cover_rows: list[list[Any]] | None = None
        name = ""
        for name, marks, first, rows in workbook.stream(self._plain, self._file, self._limits):
            if name == COVER:
                if cover_rows is None:
                    cover_rows = []
                    self.findings.extend(workbook.mark_findings(name, marks))
                cover_rows.extend(rows)
                continue
            if self.cover is None and cover_rows is not None:
                self._read_cover(cover_rows)
            layout = next((sheet for sheet in self.layout.sheets if sheet.name == name), None)
            if layout is None:
                if not rows:
                    self.findings.append(CellFinding(name[:31], 0, "", "知らないシートです。読みません", fatal=False))
                continue
            reader = sheets.get(name)
            if reader is None:
                sheets[name] = reader = SheetReader(layout, self._file, self.findings, marks, self._readers)
            for row in reader.read(first, rows):
                yield name, row
            self.counts[name] = reader.count
            if self._progress is not None and rows:
                self._progress(sum(self.counts.values()), 0)
        if self.cover is None:
            self._read_cover(cover_rows)
        missing = [sheet.name for sheet in self.layout.sheets if sheet.name not in sheets]
        if missing:
            raise FileProblem(
                "K-1220",
                f"シート「{missing[0]}」がありません。",
                file=self._file,
                todo="ファイルの種類を確かめて、もう一度選んでください。",
            )
        for reader in sheets.values():
            reader.finished()

    def agrees(self) -> bool:
        """Whether 件数 of the cover equals the rows of the counted sheet. Adds the one finding where it does not."""
        assert self.cover is not None
        counted = next(sheet.name for sheet in self.layout.sheets if sheet.counted)
        count = self.cover.count
        if count is None or count == self.counts[counted]:
            return True
        self.findings.insert(
            0, CellFinding(COVER, 0, "件数", f"表紙の件数は{count:,}件、シート「{counted}」は{self.counts[counted]:,}行です", f"{count:,}")
        )
        return False

    def _read_cover(self, rows: list[list[Any]] | None) -> None:
        if not rows:
            if not self.layout.cover_optional:
                raise self._cover_problem("シート「表紙」がありません。")
            self.cover = Cover("", None, None, None)
            return
        items = {str(row[0]).strip(): row[1] for row in rows if len(row) >= 2 and row[0] != ""}
        form = str(items.get("様式", "")).strip()
        layouts = [layout for layout in known(self._kind) if layout.form == form]
        if not layouts and not (self.layout.cover_optional and not form):
            raise self._cover_problem("表紙の様式が、このプログラムの知らないものです。" if form else "表紙に様式がありません。")
        self.layout = layouts[0] if layouts else self.layout
        days: dict[str, date | None] = {}
        for item in ("作成日", "基準日"):
            if item not in items or items[item] == "":
                if item in self.layout.cover and not self.layout.cover_optional:
                    raise self._cover_problem(f"表紙に{item}がありません。")
                days[item] = None
                continue
            try:
                read = cells.day(items[item], _COVER_DAY)
            except CellFault:
                raise self._cover_problem(f"表紙の{item}が日付として読めません。") from None
            days[item] = read.value if isinstance(read, Noted) else read
        count: int | None = None
        if items.get("件数", "") != "":
            try:
                read = cells.yen(items["件数"], _COVER_DAY)
            except CellFault:
                raise self._cover_problem("表紙の件数が数として読めません。") from None
            count = read.value if isinstance(read, Noted) else read
        elif not self.layout.cover_optional:
            raise self._cover_problem("表紙に件数がありません。")
        self.cover = Cover(form, days["作成日"], days["基準日"], count)

    def _cover_problem(self, happened: str) -> FileProblem:
        return FileProblem("K-1222", happened, file=self._file, todo="ファイルの種類を確かめて、もう一度選んでください。")
