"""封入の照合: the code on the envelope (or seen through its window) against the codes of the pages that go into it.

A letter in another person's envelope tells that person who is hidden and where, and cannot be taken back. So every page is read, and what
does not fit in every respect is stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from kyufu_desktop.domain.letter import LetterState, page_code, parse_code
from kyufu_desktop.errors import InputProblem

#: Stands for what was read and is no code of a letter. The text itself is never kept: it may be anything that has a bar code.
UNREADABLE = "?"


class Outcome(StrEnum):
    """Only ``FITS`` lets the envelope be closed."""

    FITS = "FITS"
    SWAPPED = "SWAPPED"
    MISSING = "MISSING"
    DOUBLE = "DOUBLE"
    VOID = "VOID"
    STALE = "STALE"
    UNKNOWN = "UNKNOWN"
    NOT_PRINTED = "NOT_PRINTED"
    NO_PAGE = "NO_PAGE"


#: What is said aloud and stands on the screen: what it is, and what to do. ``{code}`` is the code in question, ``{why}``
#: the sentence why that letter may not leave.
OUTCOME_SENTENCES: dict[Outcome, str] = {
    Outcome.FITS: "{code} は、封筒と中身がすべて合っています。封をしてください。",
    Outcome.SWAPPED: "別の手紙 {code} が入っています。封をせず、封筒と紙をすべて分けてください。",
    Outcome.MISSING: "{code} の紙が足りません。封をせず、足りない紙を探してください。",
    Outcome.DOUBLE: "{code} の紙か封筒が重なっています。封をせず、余分を抜いてください。",
    Outcome.VOID: "{code} は使えなくなった番号です。封をせず、紙を細断に回してください。",
    Outcome.STALE: "{code} は、もう送れません。{why}封をせず、紙を細断し、書損にして作り直してください。",
    Outcome.UNKNOWN: "この端末にない番号です。封をせず、紙を1枚ずつ確かめてください。",
    Outcome.NOT_PRINTED: "{code} は、まだ「正しく出た」と確かめていません。先に印刷の結果を入れてください。",
    Outcome.NO_PAGE: "{code} の何枚目かが分かりません。紙の下のコードを、最後の数字まで読み直してください。",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the vault knows of a letter's code. ``pages``: printed pages, each of which carries the code and its own number.

    ``stale``: the sentence why a printed letter may not leave any more, or empty.
    """

    code: str
    state: LetterState
    pages: int
    voided: bool
    enclosed: bool
    stale: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``code`` is the code in question. ``page`` counts from 1; 0 means the envelope or the whole. ``why`` belongs to ``STALE``."""

    outcome: Outcome
    code: str
    page: int = 0
    why: str = ""

    @property
    def sentence(self) -> str:
        words = OUTCOME_SENTENCES[self.outcome].format(code=self.code, why=self.why)
        return f"{self.page}枚目：{words}" if self.page else words


@dataclass(frozen=True, slots=True)
class Enclosing:
    """One envelope in work: the first code that is read is the envelope's, every further one a page's.

    ``pages``: the letter's code of each page; ``numbers``: which page of its letter each says to be (0: it does not say).
    """

    envelope: str = ""
    pages: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()

    def read(self, text: str) -> Enclosing:
        code, number = readable(text)
        return replace(self, pages=(*self.pages, code), numbers=(*self.numbers, number)) if self.envelope else Enclosing(code)

    @property
    def texts(self) -> tuple[str, ...]:
        """The codes of the pages with their numbers, as they were read."""
        told = zip(self.pages, self.numbers, strict=True)
        return tuple(page_code(code, number) if number else code for code, number in told)

    @property
    def strange(self) -> bool:
        """Whether the page just read is not of this envelope: nothing more needs to be read."""
        return bool(self.pages) and self.pages[-1] != self.envelope

    def judge(self, find: Callable[[str], Known | None]) -> Verdict:
        """What is wrong first, in the order of the danger: the envelope itself, a page of another, then the number of pages."""
        letter = find(self.envelope)
        unfit = _unfit(letter)
        if letter is None or unfit is Outcome.UNKNOWN:
            return Verdict(Outcome.UNKNOWN, self.envelope)
        # A stranger's page in it is worse than an envelope that may not be used: both are stopped, this is what is said.
        for number, code in enumerate(self.pages, start=1):
            if code != self.envelope:
                other = find(code)
                if other is None:
                    return Verdict(Outcome.UNKNOWN, code, number)
                return Verdict(Outcome.VOID if _is_void(other) else Outcome.SWAPPED, code, number)
        if unfit is not None:
            return Verdict(unfit, self.envelope, why=letter.stale)
        return self._count(letter.pages)

    def _count(self, pages: int) -> Verdict:
        """Every page of the letter once: two first pages are not a first and a second one."""
        if 0 in self.numbers:
            return Verdict(Outcome.NO_PAGE, self.envelope, self.numbers.index(0) + 1)
        for place, number in enumerate(self.numbers):
            if number in self.numbers[:place] or number > pages:
                return Verdict(Outcome.DOUBLE, self.envelope, place + 1)
        return Verdict(Outcome.FITS if len(self.numbers) == pages else Outcome.MISSING, self.envelope)


def readable(text: str) -> tuple[str, int]:
    """The letter's code (``R601427643-02``) and the number of the page, or :data:`UNREADABLE`."""
    try:
        code = parse_code(text)
    except InputProblem:
        return UNREADABLE, 0
    return str(code), code.page


def _is_void(letter: Known) -> bool:
    return letter.voided or letter.state in (LetterState.SPOILED, LetterState.UNDELIVERED)


def _unfit(letter: Known | None) -> Outcome | None:
    """Why the letter of the envelope may not be enclosed at all."""
    if letter is None:
        return Outcome.UNKNOWN
    if _is_void(letter):
        return Outcome.VOID
    if letter.state in (LetterState.PREPARED, LetterState.PRINTING) or letter.pages < 1:
        return Outcome.NOT_PRINTED
    # Said before the second envelope: a letter that was enclosed already must be taken out of its envelope again.
    if letter.stale:
        return Outcome.STALE
    # One code, one envelope: a second one is a copy that somebody made.
    return Outcome.DOUBLE if letter.enclosed or letter.state is LetterState.SENT else None
