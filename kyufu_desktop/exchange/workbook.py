"""Reading foreign workbooks and writing our own: bytes in, cells out, and the other way round. No file is opened.

Reading: the directory of the package is checked here, its text in a child process with limits, and only then it is parsed there.
Writing: every text is a text cell (never a formula), amounts are numbers, and nothing passes through a temporary file.
"""

from __future__ import annotations

import contextlib
import io
import json
import queue
import struct
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from kyufu_desktop.errors import CellFinding, FileProblem
from kyufu_desktop.exchange import workbook_child

#: A cell: text, number, truth value, ``["date", "2024-06-03"]``, ``["other"]``; an empty cell is ``""``.
Cell = Any


@dataclass(frozen=True, slots=True)
class Limits:
    """How big a workbook may be.

    Bytes of the package and of its text, their ratio, members; rows, columns and cells a sheet; memory (bytes) and time (s) of the child.
    """

    package: int = 40 * 1024 * 1024
    total: int = 400 * 1024 * 1024
    members: int = 400
    ratio: int = 100
    rows: int = 60_000
    columns: int = 702
    cells: int = 3_000_000
    memory: int = 2 * 1024**3
    seconds: int = 60


#: Largest record of the child, bytes (2,000 rows of a workbook within the limits).
MAX_RECORD = 256 * 1024 * 1024

#: 支給予定情報 of the largest city: a million rows.
LARGE = Limits(package=160 * 1024 * 1024, total=1600 * 1024 * 1024, rows=1_048_576, cells=16_000_000, memory=6 * 1024**3, seconds=300)


@dataclass(frozen=True, slots=True)
class Marks:
    """What the text of a sheet says beside its values.

    ``cells`` names formula and error cells, ``merged`` the merged ranges (200 at most each).
    """

    formulas: int = 0
    errors: int = 0
    cells: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(slots=True)
class Sheet:
    """One sheet, whole. ``rows[0]`` is row 1 of the sheet."""

    name: str
    marks: Marks
    rows: list[list[Cell]] = field(default_factory=list, repr=False)

    def findings(self) -> tuple[CellFinding, ...]:
        """What makes cells unusable whatever stands in them: formulas, error values, merged cells; and hidden rows as a note."""
        return mark_findings(self.name, self.marks)


#: Reasons of the child in words: (code, what happened).
REFUSALS: dict[str, tuple[str, str]] = {
    "size": ("K-1211", "ファイルの中身が大きすぎます。"),
    "cells": ("K-1211", "行またはセルの数が多すぎます。"),
    "range": ("K-1211", "表の範囲の外に値があります。"),
    "memory": ("K-1211", "ファイルの中身が大きすぎます。"),
    "time": ("K-1211", "ファイルの読み取りに時間がかかりすぎます。"),
    "doctype": ("K-1212", "エクセルが作らない記述（文書型の宣言）を含むファイルです。"),
    "broken": ("K-1213", "エクセルのファイルとして読めません。"),
    "date1904": ("K-1214", "日付の数え方が1904年方式のファイルです。"),
}
_ASK_HOST = "取り込まずに、ホスト担当へ連絡してください。"

_UNWANTED: tuple[tuple[str, str], ...] = (
    ("vbaproject", "マクロを含むファイルです。"),
    ("macrosheets", "マクロを含むファイルです。"),
    ("externallinks", "別のファイルへのリンクを含むファイルです。"),
    ("embeddings", "ほかの文書が埋め込まれたファイルです。"),
    ("activex", "ActiveXの部品を含むファイルです。"),
    ("xl/connections", "外部データへの接続を含むファイルです。"),
    ("querytables", "外部データへの接続を含むファイルです。"),
    ("customui", "画面を変える部品を含むファイルです。"),
)


def read(plain: bytes, file: str, limits: Limits = Limits()) -> dict[str, Sheet]:
    """All sheets by name. Raises ``FileProblem`` K-1210 to K-1214."""
    sheets: dict[str, Sheet] = {}
    for name, marks, first, rows in stream(plain, file, limits):
        sheet = sheets.setdefault(name, Sheet(name, marks))
        while rows and len(sheet.rows) < first - 1:
            sheet.rows.append([])
        sheet.rows.extend(rows)
    return sheets


def stream(plain: bytes, file: str, limits: Limits) -> Iterator[tuple[str, Marks, int, list[list[Cell]]]]:
    """(sheet, marks, number of the first row, rows), piece by piece while the child still reads.

    A sheet begins with a piece without rows. Raises ``FileProblem`` as :func:`read`.
    """
    check_package(plain, file, limits)
    marks: dict[str, Marks] = {}
    name = ""
    with _Child(plain, limits) as child:
        for record in child.records():
            kind = record[0]
            if kind == "rows":
                yield name, marks.get(name, Marks()), record[1], record[2]
            elif kind == "sheet":
                name = record[1]
                yield name, marks.get(name, Marks()), 1, []
            elif kind == "scan":
                if record[1]["date1904"]:
                    raise _refusal("date1904", file)
                marks = _marks(record[1])
            elif kind == "refused":
                raise _refusal(record[1], file)
            elif kind == "end":
                return
    raise _refusal("time" if child.timed_out else "memory", file)


def check_package(plain: bytes, file: str, limits: Limits) -> None:
    """The directory of the package: size, members, ratio, names, parts that do not belong into plain data. Raises ``FileProblem``."""
    if len(plain) > limits.package:
        raise _refusal("size", file)
    try:
        with zipfile.ZipFile(io.BytesIO(plain)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, struct.error):
        raise _refusal("broken", file) from None
    if len(entries) > limits.members or sum(entry.file_size for entry in entries) > limits.total:
        raise _refusal("size", file)
    names = [entry.filename for entry in entries]
    if len({name.lower() for name in names}) != len(names):
        raise _refusal("broken", file)
    for entry in entries:
        name = entry.filename
        if entry.file_size > 1_000_000 and entry.file_size > limits.ratio * max(1, entry.compress_size):
            raise _refusal("size", file)
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name or entry.flag_bits & 1:
            raise _refusal("broken", file)
        for part, sentence in _UNWANTED:
            if part in name.lower():
                raise FileProblem("K-1210", sentence, file=file, todo=_ASK_HOST)
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise _refusal("broken", file)


def mark_findings(sheet: str, marks: Marks) -> tuple[CellFinding, ...]:
    """The findings of :meth:`Sheet.findings`."""
    found = [_cell_finding(sheet, cell, "数式またはエラー値のセルは受け付けません") for cell in marks.cells]
    if marks.formulas + marks.errors > len(found):
        rest = marks.formulas + marks.errors - len(found)
        found.append(CellFinding(sheet, 0, "", f"数式またはエラー値のセルが、ほかに{rest:,}個あります"))
    found += [_cell_finding(sheet, area.split(":")[0], "結合したセルは受け付けません") for area in marks.merged]
    if marks.hidden:
        found.append(CellFinding(sheet, 0, "", "表示されていない行または列があります。取込みの対象には含めます", fatal=False))
    return tuple(found)


def _cell_finding(sheet: str, cell: str, why: str) -> CellFinding:
    letters = cell.rstrip("0123456789")
    return CellFinding(sheet, int(cell[len(letters) :]), f"{letters}列", why)


def _refusal(word: str, file: str) -> FileProblem:
    code, happened = REFUSALS.get(word, REFUSALS["broken"])
    return FileProblem(code, happened, file=file, todo=_ASK_HOST)


def _marks(scan: dict[str, Any]) -> dict[str, Marks]:
    return {
        scan["parts"].get(part, part): Marks(
            facts["formulas"], facts["errors"], tuple(facts["cells"]), tuple(facts["merged"]), facts["hidden"]
        )
        for part, facts in scan["sheets"].items()
    }


class _Child:
    """The parsing process and its pipes. It gets the workbook on standard input and an empty environment."""

    def __init__(self, plain: bytes, limits: Limits) -> None:
        self.timed_out = False
        self._plain = plain
        self._limits = limits
        self._arrived: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def __enter__(self) -> _Child:
        self._process = subprocess.Popen(
            _command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            close_fds=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._feeder = threading.Thread(target=self._feed, daemon=True)
        self._feeder.start()
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()
        self._clock = threading.Timer(self._limits.seconds * 2, self._stop)
        self._clock.daemon = True
        self._clock.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._clock.cancel()
        self._process.kill()
        self._reader.join()
        for pipe in (self._process.stdout, self._process.stdin):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._feeder.join()
        self._process.wait()

    def _stop(self) -> None:
        self.timed_out = True
        self._process.kill()

    def _feed(self) -> None:
        assert self._process.stdin is not None
        limits = {name: getattr(self._limits, name) for name in ("total", "rows", "columns", "cells", "memory", "seconds")}
        packed = json.dumps(limits).encode("ascii")
        # A child that refused early has closed its end; what it had to say stands on its output.
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(struct.pack("<Q", len(packed)) + packed)
            self._process.stdin.write(self._plain)
            self._process.stdin.close()

    def records(self) -> Iterator[list[Any]]:
        """What the child sends, until it ends. A record that is none ends it as well: the child is not trusted."""
        while (packed := self._arrived.get()) is not None:
            try:
                record = json.loads(packed)
            except ValueError:
                return
            yield record

    def _drain(self) -> None:
        """Takes the records off the pipe as they come, so that the child parses the next sheet while this one is looked through."""
        pipe: IO[bytes] | None = self._process.stdout
        assert pipe is not None
        with contextlib.suppress(OSError, ValueError):
            while len(head := pipe.read(8)) == 8:
                (size,) = struct.unpack("<Q", head)
                if size > MAX_RECORD:
                    break
                self._arrived.put(pipe.read(size))
        self._arrived.put(None)


def _command() -> list[str]:
    """The child by the path of its file; a frozen program has no interpreter of its own and is asked by an option."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--workbook-child"]
    return [sys.executable, "-I", "-B", str(Path(workbook_child.__file__))]


def _environment() -> dict[str, str]:
    """Only what Windows needs to start a program at all."""
    import os

    return {name: os.environ[name] for name in ("SYSTEMROOT", "WINDIR") if name in os.environ}
