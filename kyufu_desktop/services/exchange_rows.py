"""What the station ホスト連携 is given: what a workbook would bring in, what came, what went, and how far a long job is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.domain.custody import LedgerLine
from kyufu_desktop.errors import CellFinding

Progress = Callable[[int, int], None]
"""``progress(done, total)``; raises ``Cancelled`` where the person stopped the job."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a workbook would bring in; nothing is stored yet. ``payload`` is opaque and goes back to :func:`bring_in`."""

    kind: str
    """``targets`` / ``planned`` / ``tax_answers`` / ``account_answers``."""
    file: str
    created_on: date | None
    people: int
    cases: int
    new_cases: int
    changed_cases: int
    unchanged_cases: int
    refused_households: int
    findings: tuple[CellFinding, ...]
    differences: tuple[tuple[str, str, str], ...] = field(repr=False)
    """(management number, field, what changes in words) for cases that are already here."""
    count_agrees: bool
    payload: object = field(repr=False)
    older: bool = False
    """Made before what is here already: a person has to confirm that it is wanted all the same."""
    new_heads: tuple[str, ...] = ()
    """Management numbers of the cases whose 世帯主 is another in the file: the screen asks before they are brought in."""


@dataclass(frozen=True, slots=True)
class ImportRow:
    import_id: int
    kind_word: str
    file_name: str
    rows: int
    refused: int
    imported_at: str
    imported_by: str


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A line of the hand-over ledger."""

    export_id: int
    kind_word: str
    number: int
    file_name: str
    rows: int
    total: int
    sha256: str
    medium: str
    made_at: str
    made_by: str
    handed_over_at: str | None
    receiver: str | None
    password_printed_at: str | None
    line: LedgerLine
    """The same line as the rules of the ledger read it: hands, days, return and erasure."""
    due_on: date | None
    """Until when the medium is waited for; None where it is not."""
    overdue: bool
    state_word: str = ""
    """書出しの途中 / 書き出していない; empty where the file is on the medium."""


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A line of the ledger that was begun and not ended. ``batch`` is the number of the transfer, 0 for any other file."""

    export_id: int
    kind_word: str
    batch: int
    medium: str
    file_name: str
    rows: int
    total: int
    sha256: str
    made_at: str
    made_by: str


@dataclass(frozen=True, slots=True)
class Overview:
    imports: tuple[ImportRow, ...]
    exports: tuple[ExportRow, ...]
    status_waiting: int
    """Payments whose result has not been reported to the host."""
    status_total: int
    inquiries_waiting: int
    open_files: tuple[OpenFile, ...] = ()
    """Files whose writing stopped half way."""
