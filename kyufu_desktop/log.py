"""The technical log: incident numbers, classes of errors and places in the program. Never a message, a value or a person's data.

Messages of exceptions are left out on purpose: they quote what was being worked on.
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path
from types import TracebackType

from kyufu_desktop.errors import UserError

_PACKAGE = Path(__file__).resolve().parent
_LONGEST_LOG = 1_000_000
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def record_incident(problem: BaseException, folder: Path, at: datetime) -> str:
    """Appends one incident to ``folder/incidents.log`` (mode 0600) and returns its number, ``J-20240828-7K2M``, for the person to quote.

    Never raises because of a full disk or a missing folder: the number is returned all the same.
    """
    number = f"J-{at:%Y%m%d}-{''.join(secrets.choice(_LETTERS) for _ in range(4))}"
    lines = [f"{at.isoformat(timespec='seconds')} {number}", *describe(problem)]
    try:
        _append(folder / "incidents.log", "\n".join(lines) + "\n")
    except OSError:
        # The person is told the number anyway; there is no second place to write to.
        return number
    return number


def describe(problem: BaseException) -> tuple[str, ...]:
    """Classes and places of an exception and its causes, one per line, e.g. ``  services/payments.py:88 approve``."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = problem
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        kind = type(current)
        code = f" {current.code}" if isinstance(current, UserError) else ""
        lines.append(f"{kind.__module__}.{kind.__qualname__}{code}")
        lines += _places(current.__traceback__)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return tuple(lines)


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        path = Path(code.co_filename)
        # Only the name of a foreign file: its folder may hold the name of who is logged in at the workstation.
        shown = path.relative_to(_PACKAGE).as_posix() if path.is_relative_to(_PACKAGE) else path.name
        places.append(f"  {shown}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places


def _append(path: Path, text: str) -> None:
    if path.exists() and path.stat().st_size > _LONGEST_LOG:
        path.replace(path.with_suffix(".old.log"))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
        file.write(text)
