"""再発行 of what was sent: a person lost the form, or the letter never came and did not come back either.

The former code is void from now on; the letter itself is somewhere in the world and stays 発送済. Where a letter came back, nothing goes to
the same place again: that is 返戻, and leads to a new address instead (:mod:`returned_mail`).
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import ANSWERED, LetterKind, LetterState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.review import ReturnedForm
from kyufu_desktop.services import gaiji, letter_due, letter_occasions, print_jobs
from kyufu_desktop.services.case_facts import cases_with_people
from kyufu_desktop.services.letter_data import words_of
from kyufu_desktop.services.letter_due import Due
from kyufu_desktop.services.letter_making import make, void
from kyufu_desktop.services.letter_standing import standings
from kyufu_desktop.services.session import Desk

#: A reason that says less than this says nothing (characters).
LEAST = 4
#: Letters that ask for an answer: nobody is asked once his case is closed.
_ASKING = ANSWERED | {LetterKind.REMINDER}
_OVER = (CaseStatus.CLOSED.value, CaseStatus.NOT_ELIGIBLE.value)
_KEPT = "手紙は作っていません。前の番号も、そのままです。"


def reissue_sent(desk: Desk, letter_id: int, reason: str) -> Changes:
    """Makes a sent letter anew, with 「再発行 n」 and a code of its own, for the queue of the printer; the former code becomes void.

    ``reason`` has four characters at least. Raises InputProblem K-1866 (reason), Conflict K-1862 (not a sent letter), K-1863 (came back),
    K-1864 (its form is here), K-1865 (what it tells does not hold any more, or nothing can go to the place).
    """
    stated = reason.strip()
    if len(stated) < LEAST:
        raise InputProblem("K-1866", "reason", f"再発行の理由が{LEAST}文字より短いです。", todo="事情を書いてください。")
    with desk.work(Act.LETTER_REISSUED) as unit:
        session = unit.session
        old = print_jobs.found(session, letter_id)
        _refuse_unsent(session, old)
        _refuse_without_ground(desk, session, old)
        new = make(desk, session, cases_with_people(session, [old.case_id])[old.case_id], letter_occasions.of_letter(session, old))
        void(old, new, stated)
        unit.record(Act.LETTER_REISSUED, subject="case", subject_id=old.case_id, letter=old.id, new=new.id, kind=new.kind, issue=new.issue)
        words = f"{old.code} を無効にし、{new.code} を順番待ちに並べました。前の番号の用紙が届いても、収受しません。"
        return Changes(Kind.LETTERS | Kind.CASES | Kind.AUDIT, words, (old.case_id,))


def _refuse_unsent(session: Session, letter: Letter) -> None:
    if letter.state == LetterState.UNDELIVERED.value:
        raise Conflict(
            "K-1863",
            f"{words_of(letter)} は、返戻になっています。",
            kept=_KEPT,
            todo="新しい送り先を2人で確認してから、「手紙を作る」で作ってください。",
        )
    if letter.state != LetterState.SENT.value or letter.voided_by is not None:
        raise Conflict("K-1862", f"{words_of(letter)} は、再発行できません。", kept=_KEPT, todo="発送済で、有効な番号の手紙だけです。")
    if session.scalar(select(ReturnedForm.id).where(ReturnedForm.letter_id == letter.id)) is not None:
        raise Conflict(
            "K-1864",
            f"{words_of(letter)} の用紙は、もう収受しています。",
            kept=_KEPT,
            todo="「収受・審査」で、届いた用紙を確かめてください。",
        )


def _refuse_without_ground(desk: Desk, session: Session, letter: Letter) -> None:
    """What the letter tells still holds, and the place and the person can be written to now."""
    why = letter_occasions.passed(session, letter, desk.today()) or _obstacle(desk, session, letter)
    if why:
        raise Conflict(
            "K-1865", f"{words_of(letter)} は、再発行できません。{why}", kept=_KEPT, todo="案件を開き、次にすることを見てください。"
        )


def _obstacle(desk: Desk, session: Session, letter: Letter) -> str:
    case = cases_with_people(session, [letter.case_id])[letter.case_id]
    if LetterKind(letter.kind) in _ASKING and case.status in _OVER:
        return f"案件が「{case.status}」です。"
    occasion = letter_occasions.of_letter(session, letter)
    judgments = list(session.scalars(select(JudgmentRecord).where(JudgmentRecord.id.in_(occasion.judgment_ids))))
    due = Due(occasion, case, standings(session, [case.id], desk.today())[case.id], judgments)
    pictures = gaiji.approved(session)
    return letter_due.place_obstacle(desk, session, due, pictures) or letter_due.unfit(desk, session, [due], pictures).get(case.id, "")
