"""What kinds of thing a write changed; screens decide by it whether to read again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto


class Kind(Flag):
    NONE = 0
    CASES = auto()
    EVIDENCE = auto()
    ADDRESSES = auto()
    CONTACTS = auto()
    JUDGMENTS = auto()
    FINDINGS = auto()
    INQUIRIES = auto()
    LETTERS = auto()
    FORMS = auto()
    ACCOUNTS = auto()
    PAYMENTS = auto()
    EXPORTS = auto()
    STAFF = auto()
    AUDIT = auto()
    NOTICES = auto()
    PROGRAMME = auto()
    GAIJI = auto()
    ALL = (
        CASES | EVIDENCE | ADDRESSES | CONTACTS | JUDGMENTS | FINDINGS | INQUIRIES
        | LETTERS | FORMS | ACCOUNTS | PAYMENTS | EXPORTS | STAFF | AUDIT | NOTICES | PROGRAMME | GAIJI
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changes:
    """Result of a write: the kinds that changed and the sentence for the status bar (no personal data)."""

    kinds: Kind
    sentence: str
    cases: tuple[int, ...] = ()
