"""To and from the host system: import of the workbooks, export of the encrypted ones, each read back and entered in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.errors import CellFinding
from kyufu_desktop.services.session import Desk

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
    differences: tuple[tuple[str, str, str], ...]
    """(management number, field, what changes in words) for cases that are already here."""
    count_agrees: bool
    payload: object


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


@dataclass(frozen=True, slots=True)
class Overview:
    imports: tuple[ImportRow, ...]
    exports: tuple[ExportRow, ...]
    status_waiting: int
    """Payments whose result has not been reported to the host."""
    status_total: int
    inquiries_waiting: int


def inspect(desk: Desk, data: bytes, password: str, file: str, kind: str, progress: Progress) -> Inspection:
    """Decrypts and reads in memory. Raises FileProblem; a file with the digest of an earlier import is refused (Conflict K-16xx)."""
    raise NotImplementedError


def bring_in(desk: Desk, inspection: Inspection, count_confirmed: bool, progress: Progress) -> Changes:
    """Stores the clean households in one transaction. A cover count that disagrees needs ``count_confirmed``."""
    raise NotImplementedError


def overview(desk: Desk) -> Overview:
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A sealed file, ready to be written to the medium by :func:`write_out`. ``data`` is already encrypted (or the plain bank file by setting)."""

    export_id: int
    file_name: str
    data: bytes
    rows: int
    total: int
    sha256: str
    password: str


def make_status(desk: Desk, medium: str, progress: Progress) -> Outgoing:
    """給付状況 for the host: every decided benefit; marks nothing until :func:`written`."""
    raise NotImplementedError


def make_inquiries(desk: Desk, kind: str, medium: str, progress: Progress) -> Outgoing:
    """The inquiry file (``tax`` / ``account``); entered as asked when it is written."""
    raise NotImplementedError


def make_exclusion(desk: Desk, medium: str, progress: Progress) -> Outgoing:
    raise NotImplementedError


def write_out(desk: Desk, outgoing: Outgoing, folder: str) -> Changes:
    """``.part`` with O_EXCL on the medium, fsync, read back, compare, rename, ledger. Full or pulled medium: no file, no .part, clear sentence."""
    raise NotImplementedError


def hand_over(desk: Desk, export_id: int, receiver: str, bag: str) -> Changes:
    raise NotImplementedError


def password_sheet(desk: Desk, export_id: int) -> bytes:
    """PDF of the パスワード通知書; refused on the day of the hand-over (another occasion). Afterwards the password is dropped from the vault."""
    raise NotImplementedError
