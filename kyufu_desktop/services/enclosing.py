"""封入の照合: every look at an envelope and its pages is kept; only a letter that was found whole may be sent.

The look is a second person's: whoever started the print does not say that the pages and the envelope belong together.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.enclosing import UNREADABLE, Enclosing, Known, Outcome, Verdict
from kyufu_desktop.domain.letter import LetterState, page_code
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem, NotAllowed
from kyufu_desktop.models.letter import EnclosingCheck, Letter, PrintJob
from kyufu_desktop.services import letter_leaving
from kyufu_desktop.services.session import Desk, Second

_CHANGED = Kind.LETTERS | Kind.AUDIT
#: Looks of a screen that are told of.
_LAST = 20


@dataclass(frozen=True, slots=True)
class EnclosingResult:
    """``sentence`` says what was found and what to do; ``code`` is the code in question, ``page`` the sheet (from 1; 0 = the whole)."""

    outcome: Outcome
    code: str
    page: int
    sentence: str
    changes: Changes

    @property
    def fits(self) -> bool:
        return self.outcome is Outcome.FITS


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """Printed well and not yet enclosed. ``printed_by`` must not be who looks."""

    letter_id: int
    code: str
    pages: int
    printed_by: int

    @property
    def page_codes(self) -> tuple[str, ...]:
        """What stands at the foot of its pages."""
        return tuple(page_code(self.code, number) for number in range(1, self.pages + 1))


@dataclass(frozen=True, slots=True)
class LastLook:
    envelope: str
    outcome: Outcome
    checked_at: str


@dataclass(frozen=True, slots=True)
class EnclosingPage:
    """``enclosed``: letters that wait for their day of sending."""

    waiting: tuple[WaitingLetter, ...]
    enclosed: int
    last: tuple[LastLook, ...]


def page(desk: Desk) -> EnclosingPage:
    with desk.look() as session:
        printed = (Letter.state == LetterState.PRINTED.value, Letter.voided_by.is_(None))
        waiting = session.execute(
            select(Letter, PrintJob.started_by)
            .join(PrintJob, PrintJob.id == Letter.job_id)
            .where(*printed, Letter.enclosed_at.is_(None))
            .order_by(Letter.job_id, Letter.job_position)
        )
        done = session.scalar(select(func.count(Letter.id)).where(*printed, Letter.enclosed_at.is_not(None)))
        looks = session.scalars(select(EnclosingCheck).order_by(EnclosingCheck.id.desc()).limit(_LAST))
        return EnclosingPage(
            tuple(WaitingLetter(letter.id, letter.code, pages_of(letter), by) for letter, by in waiting),
            done or 0,
            tuple(LastLook(look.envelope, Outcome(look.outcome), look.checked_at) for look in looks),
        )


def look(desk: Desk, envelope_code: str, page_codes: Sequence[str], second: Second | None = None) -> EnclosingResult:
    """Compares and keeps the look. A stop takes back what an earlier look said of every letter that it touches.

    Raises InputProblem K-1882 (nothing read), NotAllowed K-1881 (who looks printed the letter himself).
    """
    if not envelope_code.strip():
        raise InputProblem("K-1882", "code", "封筒のコードを読んでいません。", todo="封筒の窓のコードから読んでください。")
    enclosing = Enclosing().read(envelope_code)
    for text in page_codes:
        enclosing = enclosing.read(text)
    with desk.work(Act.LETTER_ENCLOSED, second) as unit:
        letters = _letters(unit.session, {enclosing.envelope, *enclosing.pages})
        known = {code: _known(desk, unit.session, letter) for code, letter in letters.items()}
        verdict = enclosing.judge(known.get)
        letter = letters.get(enclosing.envelope)
        by = (second.staff if second is not None else desk.staff).id
        check = EnclosingCheck(
            letter_id=letter.id if letter is not None else None,
            envelope=enclosing.envelope,
            pages=json.dumps(enclosing.texts),
            outcome=verdict.outcome.value,
            checked_at=desk.now_text(),
            checked_by=by,
        )
        unit.session.add(check)
        unit.session.flush()
        if verdict.outcome is Outcome.FITS:
            assert letter is not None
            _refuse_printer(unit.session, letter, by)
            letter.enclosed_at, letter.enclosed_by = desk.now_text(), by
            unit.record(Act.LETTER_ENCLOSED, subject="case", subject_id=letter.case_id, letter=letter.id, check=check.id)
        else:
            # What lies in the wrong envelope cannot lie in its own one: whatever was said of it before does not hold.
            for touched in letters.values():
                if touched.state == LetterState.PRINTED.value:
                    touched.enclosed_at = touched.enclosed_by = None
            unit.record(
                Act.ENCLOSING_STOPPED,
                subject="letter",
                subject_id=letter.id if letter is not None else None,
                check=check.id,
                outcome=verdict.outcome.value,
                page=verdict.page,
            )
        cases = tuple(sorted({touched.case_id for touched in letters.values()}))
    return _result(verdict, cases)


def _result(verdict: Verdict, cases: tuple[int, ...]) -> EnclosingResult:
    words = "封入を照合しました。" if verdict.outcome is Outcome.FITS else "封入を止めました。封をしないでください。"
    return EnclosingResult(verdict.outcome, verdict.code, verdict.page, verdict.sentence, Changes(_CHANGED, words, cases))


def _letters(session: Session, codes: set[str]) -> dict[str, Letter]:
    return {letter.code: letter for letter in session.scalars(select(Letter).where(Letter.code.in_(codes - {UNREADABLE})))}


def _known(desk: Desk, session: Session, letter: Letter) -> Known:
    state, voided = LetterState(letter.state), letter.voided_by is not None
    # What left is past asking, and what is not on paper yet is asked at the printer.
    lies = state is LetterState.PRINTED and not voided
    stopped = letter_leaving.hindrance(desk, session, letter) if lies else None
    why = stopped.why if stopped is not None else ""
    return Known(letter.code, state, pages_of(letter), voided, letter.enclosed_at is not None, why)


def pages_of(letter: Letter) -> int:
    """Printed pages; letters of before the pages were counted have one page a sheet."""
    return letter.pages or letter.sheets


def _refuse_printer(session: Session, letter: Letter, by: int) -> None:
    job = session.get(PrintJob, letter.job_id) if letter.job_id is not None else None
    if job is None or job.started_by == by:
        raise NotAllowed(
            "K-1881",
            f"{letter.code} を印刷した人は、封入を照合できません。",
            kept="照合済みにはしていません。",
            todo="別の取扱者が、封筒と中身を読み直してください。",
        )
