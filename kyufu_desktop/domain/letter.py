"""Letters: their kinds, their codes, deadlines, what happens to a sheet that came out badly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LetterKind(StrEnum):
    CONFIRMATION = "confirmation"


LETTER_LABELS: dict[LetterKind, str] = {LetterKind.CONFIRMATION: "確認書"}


class LetterState(StrEnum):
    """作成済 -> 印刷中 -> 印刷済 -> 発送済; 書損 = spoiled, shredded and made anew; 返戻 = came back."""

    PREPARED = "順番待ち"
    PRINTING = "印刷中"
    PRINTED = "印刷済"
    SENT = "発送済"
    SPOILED = "書損"
    UNDELIVERED = "返戻"


@dataclass(frozen=True, slots=True)
class LetterCode:
    """What the bar code holds: management number and issue number, e.g. ``R601427643-02``. A reprint has a new issue number."""

    management_number: str
    issue: int

    def __str__(self) -> str:
        return f"{self.management_number}-{self.issue:02d}"


def parse_code(text: str) -> LetterCode:
    """Reads a scanned or typed code (full width digits and missing hyphen accepted). Raises ``InputProblem("code")``."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Recovery:
    """What to do after a stop: which letters (by position from 0) are good, which are printed anew, how many sheets are shredded."""

    printed: tuple[int, ...]
    reprint: tuple[int, ...]
    shred_sheets: int


def recover(sheets_per_letter: tuple[int, ...], good_sheets: int) -> Recovery:
    """A half-printed letter is always shredded and printed anew as a whole."""
    raise NotImplementedError
