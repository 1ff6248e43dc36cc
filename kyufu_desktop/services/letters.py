"""Letters: prepare, preview (address masked), print, came out well or spoiled, sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk


@dataclass(frozen=True, slots=True)
class ReadyCase:
    """An approved case without a live letter; ``obstacle`` is a sentence why no letter can be made (no verified address, unprintable name) or empty."""

    case_id: int
    management_number: str
    name: str = field(repr=False)
    benefits: str
    amount: int
    obstacle: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    letter_id: int
    case_id: int
    code: str
    name: str = field(repr=False)
    kind_word: str
    state: LetterState
    amount: int
    sheets: int
    issued_on: date
    return_due: date
    sent_on: date | None


@dataclass(frozen=True, slots=True)
class JobRow:
    """A print job that waits for 「正しく出ましたか」 or is done."""

    job_id: int
    kind_word: str
    letters: int
    sheets: int
    printer: str
    state: str
    started_at: str
    codes: tuple[str, ...]
    sheets_per_letter: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LettersPage:
    ready: tuple[ReadyCase, ...]
    letters: tuple[LetterRow, ...]
    jobs: tuple[JobRow, ...]


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What goes to the printer: PDF bytes in memory, a title with the job number only."""

    job_id: int
    title: str
    pdf: bytes = field(repr=False)
    letters: int
    sheets: int


def page(desk: Desk) -> LettersPage:
    raise NotImplementedError


def prepare(desk: Desk, case_ids: tuple[int, ...], progress: Progress) -> Changes:
    """Makes a confirmation letter for each approved case with eligible benefits and a verified safe address; snapshot sealed. Cancel keeps nothing."""
    raise NotImplementedError


def preview(desk: Desk, letter_id: int) -> bytes:
    """PDF of the letter with the destination hatched; recorded as LETTER_PREVIEWED."""
    raise NotImplementedError


def start_job(desk: Desk, letter_ids: tuple[int, ...], printer: str, progress: Progress) -> PrintOrder:
    """Composes the PDF in memory (chunks of 50), checks the destination of every letter against the addressee's own case, enters the ledger."""
    raise NotImplementedError


def confirm_job(desk: Desk, job_id: int, good_sheets: int) -> Changes:
    """「正しく出たのは n 枚目まで」: printed letters are 印刷済, the rest goes back with a new issue number, half ones are shredded (ledger)."""
    raise NotImplementedError


def spoil(desk: Desk, letter_id: int, reason: str) -> Changes:
    """A printed letter is spoiled: its code is void, a new issue is prepared."""
    raise NotImplementedError


def mark_sent(desk: Desk, letter_ids: tuple[int, ...], sent_on: date) -> Changes:
    """Keeps sent date and return deadline; the case becomes 確認書発送."""
    raise NotImplementedError


def mark_undelivered(desk: Desk, letter_id: int, on: date) -> Changes:
    raise NotImplementedError
