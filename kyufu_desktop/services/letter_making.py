"""A letter row with its sealed snapshot: made for an occasion, made anew under a new code, made void."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.domain.letter_occasion import Occasion
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter, LetterBenefit
from kyufu_desktop.services import addressees, letter_data, letter_occasions
from kyufu_desktop.services.case_steps import case_of
from kyufu_desktop.services.destination import open_address, verified_address
from kyufu_desktop.services.letter_content import Making, content_of, return_due
from kyufu_desktop.services.letter_words import version_in_force
from kyufu_desktop.services.session import Desk


def make(desk: Desk, session: Session, case: Case, occasion: Occasion) -> Letter:
    """A new letter row in the state 順番待ち with its sealed snapshot. The case has a verified address.

    Raises Conflict K-1860 where the address names neither the person nor an acting proxy.
    """
    address = verified_address(session, case.id)
    assert address is not None
    to = addressees.required(desk, session, case, open_address(desk, case, address))
    about = select(JudgmentRecord).where(JudgmentRecord.id.in_(occasion.judgment_ids))
    judgments = list(session.scalars(about.order_by(JudgmentRecord.id)))
    issue = (session.scalar(select(func.max(Letter.issue)).where(Letter.case_id == case.id)) or 0) + 1
    letter_id = (session.scalar(select(func.max(Letter.id))) or 0) + 1
    number = f"第{letter_id}号"
    before = _issued_before(session, occasion)
    content = content_of(Making(desk, session, case, address, occasion, judgments, issue, number, before, bool(to.proxy_ids)))
    letter = Letter(
        id=letter_id,
        case_id=case.id,
        kind=occasion.kind.value,
        issue=issue,
        code=content.code,
        document_number=number,
        address_id=address.id,
        snapshot_sealed=letter_data.seal_content(desk, case, content),
        issued_on=content.issued_on,
        return_due=return_due(content),
        amount=sum(judgment.amount for judgment in judgments),
        state=LetterState.PREPARED.value,
        sheets=0,
        layout=content.layout.value,
        wording_version=version_in_force(desk, session, occasion.kind),
        form_id=occasion.form_id,
        batch_id=occasion.batch_id,
        proxy_id=to.proxy_id,
        prepared_at=desk.now_text(),
        prepared_by=desk.staff.id,
    )
    session.add(letter)
    session.flush()
    session.add_all(LetterBenefit(letter_id=letter.id, judgment_id=judgment.id) for judgment in judgments)
    session.flush()
    return letter


def _issued_before(session: Session, occasion: Occasion) -> int:
    """How many letters of this kind about the same thing were put on paper before: 再発行 n."""
    same = select(Letter.id).where(
        Letter.case_id == occasion.case_id,
        Letter.kind == occasion.kind.value,
        Letter.form_id.is_(occasion.form_id),
        Letter.batch_id.is_(occasion.batch_id),
        Letter.sheets > 0,
    )
    # What is wrong with an application is told before anything may be decided: such a letter is about its form alone.
    if occasion.judgment_ids:
        told = select(LetterBenefit.letter_id).where(LetterBenefit.judgment_id.in_(occasion.judgment_ids))
        same = same.where(Letter.id.in_(told))
    return len(session.scalars(same).all())


def stands(desk: Desk, session: Session, letter: Letter) -> bool:
    """Whether the same letter could be made anew today: what it tells holds, and there is somewhere and somebody to write to."""
    case = case_of(session, letter.case_id)
    address = verified_address(session, case.id)
    if address is None or letter_occasions.passed(session, letter, desk.today()):
        return False
    return addressees.addressee(desk, session, case, open_address(desk, case, address)) is not None


def reissue(desk: Desk, session: Session, old: Letter, reason: str) -> Letter:
    """The same letter under a new code; the old code becomes void. Raises Conflict K-1842 where it has no ground any more."""
    case = case_of(session, old.case_id)
    if not stands(desk, session, old):
        raise Conflict(
            "K-1842",
            f"{letter_data.words_of(old)} は、宛先か決裁が変わっています。",
            todo="宛先の確認と決裁を先に済ませてください。",
        )
    new = make(desk, session, case, letter_occasions.of_letter(session, old))
    void(old, new, reason)
    return new


def replaces_sent(session: Session, letter: Letter) -> bool:
    """Whether the letter stands, directly or through spoiled ones, in the place of one that was sent: 再発行."""
    known = {letter.id}
    while True:
        before = list(session.scalars(select(Letter).where(Letter.voided_by.in_(known), Letter.id.not_in(known))))
        if any(each.sent_on is not None for each in before):
            return True
        if not before:
            return False
        known |= {each.id for each in before}


def void(old: Letter, new: Letter, reason: str) -> None:
    """The code of ``old`` is never valid again; ``new`` stands in its place. What was sent stays 発送済: it is somewhere in the world."""
    if old.state != LetterState.SENT.value:
        old.state = LetterState.SPOILED.value
    old.voided_by = new.id
    old.reprint_reason = reason
