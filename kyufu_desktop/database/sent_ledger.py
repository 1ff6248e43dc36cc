"""The sent ledger (``sent.json`` beside the vault): what went to the bank, written before the file can exist, and what left the cash box.

It is not in the vault and not in a backup: whoever puts an older vault back keeps it, and it says what that vault does not know. It holds
counts, sums, digests and codes, no person's data; it is authenticated as a whole with a key that only an open vault has.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from kyufu_desktop.database.durable import write_durably
from kyufu_desktop.database.engine import disk_full
from kyufu_desktop.database.folder import VaultFolder
from kyufu_desktop.security import sent_marks
from kyufu_desktop.security.canonical import canonical

_NAME = "sent.json"


class Left(StrEnum):
    """Whether the file left: about to be written, written and read back, or certainly not on any medium."""

    STARTED = "STARTED"
    WRITTEN = "WRITTEN"
    ABSENT = "ABSENT"


@dataclass(frozen=True, slots=True)
class SentFile:
    """One bank file. ``sha256`` is of the approved bytes, ``export`` its number among the bank files, ``payment`` the highest reference.

    Or one payment at the counter: ``receipt`` is the number of its receipt (0 for a file), ``sha256`` of what both people signed.
    ``file`` is the digest of what lies on the medium, empty in what earlier versions wrote: two states of a vault can have given the same
    number to two files, and of one batch.
    """

    batch: int
    revision: int
    export: int
    count: int
    total: int
    sha256: str
    transfer_on: date
    at: str
    payment: int
    entitlements: tuple[str, ...]
    children: tuple[str, ...]
    left: Left = Left.STARTED
    receipt: int = 0
    file: str = ""

    def is_of(self, export: int, file: str) -> bool:
        """Whether this is the entry of that very file."""
        return self.export == export and self.file in ("", file)


class LedgerBroken(Exception):
    """There is no ledger of this vault that can be believed: it is missing, of another vault, or somebody changed it."""


def read(folder: VaultFolder, key: bytes) -> tuple[SentFile, ...]:
    """All entries, oldest first. Raises LedgerBroken, also where there is no file."""
    try:
        kept: dict[str, Any] = json.loads((folder.path / _NAME).read_text("utf-8"))
        if not sent_marks.holds(key, canonical(kept["entries"]), kept["code"]):
            raise LedgerBroken
        return tuple(_entry(values) for values in kept["entries"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise LedgerBroken from None


def exists(folder: VaultFolder) -> bool:
    return (folder.path / _NAME).exists()


def write(folder: VaultFolder, key: bytes, entries: Sequence[SentFile]) -> None:
    """The whole ledger anew; after a power cut it is the old one or this one. Raises CustodyProblem K-1420 on a full disk."""
    values = [_values(entry) for entry in entries]
    data = canonical({"format": 1, "entries": values, "code": sent_marks.seal(key, canonical(values))})
    try:
        write_durably(folder.path / _NAME, data)
    except OSError:
        raise disk_full() from None


def set_aside(folder: VaultFolder, stamp: str) -> Path | None:
    """A ledger that cannot be believed is kept under another name. None where there is none."""
    if not exists(folder):
        return None
    try:
        return (folder.path / _NAME).rename(folder.path / f"sent-{stamp}.json")
    except OSError:
        raise disk_full() from None


def with_left(entries: Sequence[SentFile], export: int, file: str, left: Left) -> tuple[SentFile, ...]:
    """The same entries with the one of that bank file marked."""
    return tuple(replace(entry, left=left) if entry.is_of(export, file) else entry for entry in entries)


def _values(entry: SentFile) -> dict[str, Any]:
    return {**asdict(entry), "transfer_on": entry.transfer_on.isoformat(), "left": entry.left.value}


def _entry(values: dict[str, Any]) -> SentFile:
    return SentFile(
        batch=int(values["batch"]),
        revision=int(values["revision"]),
        export=int(values["export"]),
        count=int(values["count"]),
        total=int(values["total"]),
        sha256=str(values["sha256"]),
        transfer_on=date.fromisoformat(values["transfer_on"]),
        at=str(values["at"]),
        payment=int(values["payment"]),
        entitlements=tuple(map(str, values["entitlements"])),
        children=tuple(map(str, values["children"])),
        left=Left(values["left"]),
        # Ledgers from before the counter was entered here have none.
        receipt=int(values.get("receipt", 0)),
        file=str(values.get("file", "")),
    )
