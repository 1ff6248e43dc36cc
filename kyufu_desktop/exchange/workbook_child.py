"""The process that parses a foreign workbook: no key, no password, no file, no environment; bytes in, cells out.

Run by path with ``python -I -B workbook_child.py`` and fed over pipes, so that a fault in a parser meets a process that knows nothing.
It imports the standard library and the reader only. Standard input: one JSON record of limits, then the workbook.
Standard output: JSON records, each preceded by its length (8 bytes, little endian). JSON, because the one who reads them trusts
nothing that comes from here:

    ["scan", {part: facts}]        what the text of the sheets says (formulas, merged cells, ...)
    ["sheet", name]                a sheet begins
    ["rows", first_row, [[...]]]   rows of cells from row ``first_row`` (1 = first row of the sheet)
    ["end"]                        all went well
    ["refused", reason]            nothing of it may be used

A date cell travels as ``["date", "2024-06-03"]``; other times as ``["other"]``; an empty cell as ``""``.
"""

from __future__ import annotations

import contextlib
import io
import json
import queue
import re
import struct
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

CHUNK_ROWS = 2000
READ_SIZE = 1 << 20
OVERLAP = 1 << 14
#: How many cells of a kind are named one by one.
NAMED = 200

_FORBIDDEN = re.compile(rb"<!DOCTYPE|<!ENTITY")
_ROW = re.compile(rb"<row\s[^>]*?\br\s*=\s*\"()(\d{1,10})\"")
_WIDE = re.compile(rb" r=\"([A-Z]{3,4})(\d{1,10})\"")
_FORMULA = re.compile(rb"<f[\s/>]")
_ERROR = re.compile(rb"\bt\s*=\s*\"e\"")
_MARKED = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Z]{1,4})(\d{1,10})[\"'][^>]*?(?:\bt\s*=\s*[\"']e[\"'][^>]*?>|>\s*<(?:\w+:)?f[\s/>])"
    rb"|<(?:\w+:)?c\s[^>]*?\bt\s*=\s*[\"']e[\"'][^>]*?\br\s*=\s*[\"']([A-Z]{1,4})(\d{1,10})[\"']"
)
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,4}\d{1,10}(?::[A-Z]{1,4}\d{1,10})?)[\"']")
_HIDDEN = re.compile(rb"<(?:\w+:)?(?:row|col)\s[^>]*?\bhidden=[\"'](?:1|true)[\"']")
_DATE1904 = re.compile(rb"<(?:\w+:)?workbookPr\s[^>]*?\bdate1904=[\"'](?:1|true)[\"']")
# The same with a namespace prefix or other quotes: right, and three times as slow. Taken where one of the signs is seen.
_UNUSUAL = (b":f", b":c", b":row")
_ANY_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br\s*=\s*[\"']()(\d{1,10})[\"']")
_ANY_WIDE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{3,4})(\d{1,10})[\"']")
_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ANY_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")


class Refused(Exception):
    """The workbook must not be used; the text is a word of :data:`workbook.REFUSALS`."""


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def limit_this_process(memory: int, seconds: int) -> None:
    """Memory (bytes of address space) and CPU time (s). Where the system has no such limits (Windows) the parent's clock is the limit."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _no_memory_image()


def _no_memory_image() -> None:
    """The parent's setting does not survive the start of a program, and a core limit of 0 does not hold a handler that is fed by a pipe."""
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        # 4 = PR_SET_DUMPABLE
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)


def _windows(member: BinaryIO, limit: int) -> Iterator[tuple[bytes, int]]:
    """Pieces of a member that overlap, with the offset from which a match counts as new."""
    tail = b""
    total = 0
    while piece := member.read(READ_SIZE):
        total += len(piece)
        if total > limit:
            raise Refused("size")
        yield tail + piece, len(tail)
        tail = (tail + piece)[-OVERLAP:]


def refuse_declarations(window: bytes) -> None:
    """No document type, no entity, no NUL (UTF-16 would hide everything else)."""
    # One byte is found ten times as quickly as two.
    if b"\x00" in window or (b"!" in window and b"<!" in window and _FORBIDDEN.search(window)):
        raise Refused("doctype")


def scan_sheet(member: BinaryIO, limits: dict[str, int]) -> dict[str, Any]:
    """What must be known of a sheet beyond its values: formulas, error values, merged and hidden parts, and that it is not monstrous."""
    formulas = errors = cells = rows = 0
    named: set[str] = set()
    merged: set[str] = set()
    hidden = False
    for window, seen in _windows(member, limits["total"]):
        refuse_declarations(window)
        unusual = (b"'" in window and b"='" in window) or any(sign in window for sign in _UNUSUAL)
        row, wide, formula, error = (_ANY_ROW, _ANY_WIDE, _ANY_FORMULA, _ANY_ERROR) if unusual else (_ROW, _WIDE, _FORMULA, _ERROR)
        # "<c" also begins a column's description: a few more do not matter against a limit of millions.
        cells += window.count(b":c" if unusual else b"<c", seen) + (window.count(b"<c", seen) if unusual else 0)
        # A match that ends in the overlap was counted with the window before; one that begins there and ends in the new part was not.
        starts = max(0, seen - 256)
        for found in row.finditer(window, starts):
            rows += found.end() > seen
            if int(found.group(2)) > limits["rows"]:
                raise Refused("range")
        if cells > limits["cells"] or rows > limits["rows"]:
            raise Refused("cells")
        for found in wide.finditer(window, starts):
            if column_number(found.group(1)) > limits["columns"] or int(found.group(2)) > limits["rows"]:
                raise Refused("range")
        if unusual or b"<f" in window:
            formulas += sum(found.end() > seen for found in formula.finditer(window, starts))
        if unusual or b'"e"' in window:
            errors += sum(found.end() > seen for found in error.finditer(window, starts))
        if (formulas or errors) and len(named) < NAMED:
            for found in _MARKED.finditer(window):
                named.add(((found.group(1) or found.group(3)) + (found.group(2) or found.group(4))).decode("ascii"))
        if b"mergeCell" in window:
            merged.update(ref.decode("ascii") for ref in _MERGE.findall(window))
            if len(merged) > limits["rows"]:
                raise Refused("cells")
        hidden = hidden or (b"hidden=" in window and _HIDDEN.search(window) is not None)
    return {"formulas": formulas, "errors": errors, "cells": sorted(named)[:NAMED], "merged": sorted(merged)[:NAMED], "hidden": hidden}


def scan(plain: bytes, limits: dict[str, int], looked_through: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """All parts looked through as text, the sheets last; ``looked_through`` is called with the name of a sheet whose text was in order.

    Before its first call, everything that is no sheet was in order.
    """
    facts: dict[str, Any] = {"sheets": {}, "date1904": False}
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > limits["total"]:
            raise Refused("size")
        is_sheet = [entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml") for entry in entries]
        for entry in (entry for entry, sheet in zip(entries, is_sheet, strict=True) if not sheet):
            with archive.open(entry) as member:
                for window, _ in _windows(member, limits["total"]):  # type: ignore[arg-type]
                    is_text = entry.filename.endswith((".xml", ".rels", ".vml"))
                    if is_text:
                        refuse_declarations(window)
                    if entry.filename == "xl/workbook.xml" and _DATE1904.search(window):
                        facts["date1904"] = True
        facts["parts"] = parts = sheet_parts(plain)
        place = {part: number for number, part in enumerate(parts)}
        sheets = [entry for entry, sheet in zip(entries, is_sheet, strict=True) if sheet]
        for entry in sorted(sheets, key=lambda entry: place.get(entry.filename, len(place))):
            with archive.open(entry) as member:
                facts["sheets"][entry.filename] = scan_sheet(member, limits)  # type: ignore[arg-type]
            if entry.filename in parts:
                looked_through(parts[entry.filename])
    return facts


def sheet_parts(plain: bytes) -> dict[str, str]:
    """Part name -> sheet name, from the workbook and its relations (only after the text was found free of DTDs)."""
    from xml.etree import ElementTree

    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        try:
            workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - no DTD, as found before
            relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        except (KeyError, ElementTree.ParseError):
            raise Refused("broken") from None
    targets = {}
    for entry in relations:
        target = entry.get("Target", "")
        targets[entry.get("Id")] = target.lstrip("/") if target.startswith("/") else "xl/" + target
    names = {}
    for element in workbook.iter():
        if element.tag.endswith("}sheet") and element.get(relation) in targets:
            names[targets[element.get(relation)]] = element.get("name", "")
    return names


def _portable(value: Any) -> list[str]:
    """Cells that JSON has no kind for: dates and times."""
    if isinstance(value, datetime):
        at_midnight = not (value.hour or value.minute or value.second)
        return ["date", value.date().isoformat()] if at_midnight else ["other"]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    return ["other"]


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_portable, check_circular=False).encode


def _send(out: BinaryIO, *record: Any) -> None:
    packed = _encode(record).encode("utf-8")
    out.write(struct.pack("<Q", len(packed)))
    out.write(packed)


class _Reader:
    """The parser in a thread of its own, one sheet ahead of what is sent: it reads a sheet while the text of the next is looked through.

    A sheet is given to the parser only after its text was found in order, and nothing is sent before all of it was.
    """

    def __init__(self, plain: bytes) -> None:
        self._plain = plain
        self._in_order: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._read: queue.Queue[tuple[str, Any] | BaseException | None] = queue.Queue()
        self._ahead = threading.Semaphore(2)
        self._started = self._stopped = False
        self._thread = threading.Thread(target=self._work)

    def looked_through(self, name: str) -> None:
        self._start()
        self._in_order.put(name)

    def _start(self) -> None:
        if not self._started:
            self._started = True
            self._thread.start()

    def sheets(self) -> Iterator[tuple[str, Any]]:
        """(name, sheet) in the order of the workbook. To be asked for after the whole scan."""
        self._start()
        self._in_order.put(None)
        while (found := self._read.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found
            self._ahead.release()

    def stop(self) -> None:
        """Waits for the sheet that is being read, and reads no other."""
        self._stopped = True
        self._in_order.put(None)
        self._ahead.release()
        if self._started:
            self._thread.join()

    def _work(self) -> None:
        try:
            from python_calamine import CalamineWorkbook

            workbook = CalamineWorkbook.from_filelike(io.BytesIO(self._plain))
            in_order: set[str] = set()
            scanned = False
            for name in workbook.sheet_names:
                while name not in in_order and not scanned:
                    found = self._in_order.get()
                    scanned = found is None
                    in_order.add(found or "")
                self._ahead.acquire()
                if self._stopped:
                    return
                self._read.put((name, workbook.get_sheet_by_name(name)))
            self._read.put(None)
        except BaseException as problem:  # noqa: BLE001 - a panic of the Rust reader is one; raised again where it is answered
            self._read.put(problem)


def run(source: BinaryIO, out: BinaryIO) -> None:
    """One workbook, from standard input to standard output."""
    limits: dict[str, int] = json.loads(source.read(struct.unpack("<Q", source.read(8))[0]))
    limit_this_process(limits["memory"], limits["seconds"])
    plain = source.read()
    reader = _Reader(plain)
    try:
        _send(out, "scan", scan(plain, limits, reader.looked_through))
        out.flush()
        for name, sheet in reader.sheets():
            _send_sheet(out, name, sheet)
            del sheet
        _send(out, "end")
    except Refused as refusal:
        _send(out, "refused", str(refusal))
    except MemoryError:
        _send(out, "refused", "memory")
    except BaseException:  # noqa: BLE001 - a panic of the Rust reader is one; its text may hold cells and must not leave this process
        _send(out, "refused", "broken")
    out.flush()
    reader.stop()


def _send_sheet(out: BinaryIO, name: str, sheet: Any) -> None:
    _send(out, "sheet", name)
    start = sheet.start
    if start is None:
        return
    left = [""] * start[1]
    row = start[0] + 1
    chunk: list[list[Any]] = []
    for cells in sheet.iter_rows():
        chunk.append(left + cells if left else cells)
        if len(chunk) == CHUNK_ROWS:
            _send(out, "rows", row, chunk)
            row += len(chunk)
            chunk = []
    if chunk:
        _send(out, "rows", row, chunk)


if __name__ == "__main__":
    sys.stderr = None
    run(sys.stdin.buffer, sys.stdout.buffer)
