"""From data to PDF bytes in memory: the one place that calls Typst.

Every PDF is made as PDF/A-2b and PDF/UA-1: only then a character without a glyph is an error instead of a box. A warning is an error too.
Nothing is read but templates and fonts, nothing is written.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

import typst

from kyufu_desktop.documents import typesetting_child
from kyufu_desktop.documents.fonts import Run, font_dirs
from kyufu_desktop.documents.gaiji import NO_PICTURES, RUN, Pictures, for_templates, printed_in
from kyufu_desktop.documents.wording import letters_dir
from kyufu_desktop.errors import UserError

PDF_STANDARDS: list[Literal["a-2b", "ua-1"]] = ["a-2b", "ua-1"]


class TypesettingFault(Exception):
    """The template stopped: ``diagnostic`` is Typst's own sentence and may hold text of the letter, so it is never shown or logged."""

    def __init__(self, diagnostic: str) -> None:
        super().__init__("the template stopped")
        self.diagnostic = diagnostic


_ONE_AT_A_TIME = threading.Lock()
_AGES = 11


@lru_cache(maxsize=1)
def _fonts() -> Any:
    folders = [str(folder) for folder in font_dirs()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@lru_cache(maxsize=1)
def _empty() -> Any:
    """A compiler for the empty page."""
    return cast(Any, typst.Compiler(font_paths=_fonts()))


@lru_cache(maxsize=8)
def _template(name: str) -> bytes:
    return (letters_dir() / name).read_bytes()


def forget() -> None:
    """Drops what Typst remembers of the last pages (measured: 1,000 letters in chunks of 50 otherwise hold 900 MB).

    Typst forgets what ten further compilations did not use; a compiler that has done the empty page before does it in 0.03 ms.
    """
    with _ONE_AT_A_TIME:
        for _ in range(_AGES):
            _empty().compile(input=b"", format="pdf")


#: A piece of text as the templates read it: [family, text], or {"picture": characters}.
Piece = list[str] | dict[str, str]


def runs(found: Sequence[Run]) -> list[Piece]:
    """Runs in the form that the templates read."""
    return [[run.family, run.text] if run.family else {RUN: run.text} for run in found]


def _project(template: str) -> dict[str, bytes]:
    try:
        return {"main": _template(f"{template}.typ"), "paper.typ": _template("paper.typ"), "letter.typ": _template("letter.typ")}
    except OSError as problem:
        raise UserError("K-1810", "手紙のひな形がありません。", todo="プログラムを入れ直してください。") from problem


def typeset(template: str, data: Mapping[str, Any], pictures: Pictures = NO_PICTURES) -> bytes:
    """The PDF of ``resources/letters/TEMPLATE.typ`` with ``data``; ``pictures`` holds those that stand in it.

    Raises ``TypesettingFault`` where the template stopped or warned, ``UserError`` K-1810 where the templates are missing.
    """
    project = _project(template)
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    if pictures:
        inputs["pictures"] = for_templates(pictures.only(printed_in(data)))
    with _ONE_AT_A_TIME:
        try:
            compiler = cast(Any, typst.Compiler(font_paths=_fonts()))  # The stubs do not know a project of several files.
            pdf, warnings = compiler.compile_with_warnings(
                input=project, format="pdf", sys_inputs=inputs, pdf_standards=PDF_STANDARDS, timestamp=0
            )
        except typst.TypstError as problem:
            raise TypesettingFault(str(problem.message)) from None
    if warnings:
        raise TypesettingFault(str(warnings[0].message))
    if not isinstance(pdf, bytes):
        raise TypesettingFault("no single file")
    return pdf


def drawing(png: bytes, wide: int, high: int) -> bytes:
    """A PDF page of ``wide`` x ``high`` points with this picture on it. Raises ``TypesettingFault`` where it cannot be read."""
    sheet = f"#set page(width: {wide}pt, height: {high}pt, margin: 0pt, fill: white)"
    page = f'{sheet}\n#image(bytes(json(bytes(sys.inputs.png))), format: "png", width: 100%, height: 100%)'
    with _ONE_AT_A_TIME:
        try:
            compiler = typst.Compiler(font_paths=_fonts())
            found = compiler.compile(input=page.encode("ascii"), format="pdf", sys_inputs={"png": json.dumps(list(png))})
        except typst.TypstError as problem:
            raise TypesettingFault(str(problem.message)) from None
    return cast(bytes, found)


class SecondProcess:
    """A process beside this one that typesets too, for one job of work: data goes and PDFs come over pipes, in memory. Ended on leaving.

    Used as a context manager. A frozen program has no interpreter of its own: there ``available`` is False.
    """

    def __init__(self, template: str, pictures: Pictures = NO_PICTURES) -> None:
        self._setting = {
            "folders": [str(folder) for folder in font_dirs()],
            "files": {name: text.decode("utf-8") for name, text in _project(template).items()},
            "standards": PDF_STANDARDS,
            "ages": _AGES,
            "inputs": {"pictures": for_templates(pictures)} if pictures else {},
        }

    @staticmethod
    def available() -> bool:
        """Whether there is an interpreter to start and a second core to use."""
        return not getattr(sys, "frozen", False) and (os.cpu_count() or 1) > 1

    def __enter__(self) -> SecondProcess:
        # Only what Windows needs to start a program at all; the parent uses the other core.
        environment = {name: os.environ[name] for name in ("SYSTEMROOT", "WINDIR") if name in os.environ} | {"RAYON_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(Path(typesetting_child.__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            close_fds=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        with contextlib.suppress(OSError):
            self._send(json.dumps(self._setting, ensure_ascii=False).encode("utf-8"))
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Closes the pipes; after leaving, when nobody waits for an answer any more."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _send(self, body: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(struct.pack("<Q", len(body)) + body)
        self._process.stdin.flush()

    def typeset(self, data: Mapping[str, Any]) -> bytes | None:
        """The PDF, or None where Typst stopped or warned or the process is gone: then :func:`typeset` says why, or does it."""
        assert self._process.stdout is not None
        try:
            self._send(json.dumps(data, ensure_ascii=False).encode("utf-8"))
            head = self._process.stdout.read(8)
            if len(head) < 8:
                return None
            (size,) = struct.unpack("<Q", head)
            pdf = self._process.stdout.read(size)
        except (OSError, ValueError):
            return None
        return pdf if size and len(pdf) == size else None
