"""Technical log: times, codes, types and places in the code. Never a message, an argument or a value: those hold people's data."""

from __future__ import annotations

import logging
import os
import re
import secrets
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Any

_LOG = logging.getLogger("kyufu_desktop")
_SIZE, _KEPT = 512 * 1024, 3
_PACKAGE = Path(__file__).resolve().parent.parent


class _PrivateFile(RotatingFileHandler):
    """Readable by its owner only. A full disk or a missing folder never hides the incident from the person: it is told all the same."""

    def _open(self) -> IO[Any]:  # type: ignore[override]
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=_private)

    def handleError(self, record: logging.LogRecord) -> None:
        """There is no second place to write to; the console would show it to whoever stands behind."""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def open_log(folder: Path) -> None:
    """Writes from now on to ``technical.log`` in ``folder`` (the vault's own folder); three older files of 512 KB are kept."""
    close_log()
    handler = _PrivateFile(folder / "technical.log", maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    _LOG.addHandler(handler)
    _LOG.setLevel(logging.INFO)
    _LOG.propagate = False


def close_log() -> None:
    for handler in list(_LOG.handlers):
        _LOG.removeHandler(handler)
        handler.close()


def note(code: str, **numbers: int) -> None:
    """One line: a code of our own and counts or ids, e.g. ``note("lane.done", milliseconds=12)``."""
    _LOG.info("%s %s", code, " ".join(f"{name}={number}" for name, number in numbers.items()))


def incident(problem: BaseException) -> str:
    """Records a bug and gives back its number (``J-`` and six characters) for the person to pass on.

    Only the types of the chain of exceptions and file, line and function of each frame are written.
    """
    number = f"J-{secrets.token_hex(3).upper()}"
    _LOG.error("incident %s %s", number, " <- ".join(_places(each) for each in _chain(problem)))
    return number


def _chain(problem: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    current: BaseException | None = problem
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return chain


def _places(problem: BaseException) -> str:
    frames = [
        f"{_short(frame.f_code.co_filename)}:{line}:{frame.f_code.co_name}" for frame, line in traceback.walk_tb(problem.__traceback__)
    ]
    return f"{type(problem).__module__}.{type(problem).__qualname__}{_code(problem)} at {' '.join(frames)}"


def _code(problem: BaseException) -> str:
    """`` K-1203`` of our own errors. By its form, because this module imports nothing of the program."""
    code = getattr(problem, "code", None)
    return f" {code}" if isinstance(code, str) and re.fullmatch(r"K-\d{4}", code) else ""


def _short(file: str) -> str:
    """Path inside the program; of foreign code only the file's name (a home folder holds a person's login)."""
    path = Path(file)
    return str(path.relative_to(_PACKAGE)) if path.is_relative_to(_PACKAGE) else path.name
