"""Another head of the household: what was made for the former one is taken back, so that nothing more goes out to him or in his name.

The decisions are void by themselves (``judgment_void``: the head is a fact of the household's benefit). This is about the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.domain.payment import GONE_OUT
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.models.case import Proxy, SafeAddress
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.services import accounts, batches
from kyufu_desktop.services.session import Desk

WHY = "世帯主が替わったため"
#: Letters that have not left the house.
_UNSENT = (LetterState.PREPARED.value, LetterState.PRINTED.value)
#: Money that a file or a hand has carried out of the house.
_OUT = tuple(sorted(state.value for state in GONE_OUT))


def take_back(unit: UnitOfWork, desk: Desk, case_ids: Sequence[int]) -> tuple[int, ...]:
    """To be called in the unit of work that changes the head. Returns the cases of which money has gone to the former head already.

    The payments wait in no batch, the letters are shredded, the account is out of force, the proxies are ended, and the safe address waits
    for a second person again: two people say that it is the new head's, before a letter in his name leaves. Every row stays on record.
    """
    for case_id in case_ids:
        _take_back(unit, desk, case_id)
    out = unit.session.scalars(select(Payment.case_id).where(Payment.case_id.in_(case_ids), Payment.state.in_(_OUT)))
    return tuple(dict.fromkeys(out))


def _take_back(unit: UnitOfWork, desk: Desk, case_id: int) -> None:
    session, at = unit.session, desk.now_text()
    taken = batches.take_out(unit, desk, case_id, WHY)
    letters = 0
    for letter in session.scalars(select(Letter).where(Letter.case_id == case_id, Letter.state.in_(_UNSENT), Letter.voided_by.is_(None))):
        letter.state, letter.reprint_reason = LetterState.SPOILED.value, WHY
        letters += 1
    account = accounts.end(session, case_id)
    if account is not None:
        unit.record(Act.ACCOUNT_ENTERED, subject="case", subject_id=case_id, account=account, ended=1)
    for proxy in session.scalars(select(Proxy).where(Proxy.case_id == case_id, Proxy.ended_at.is_(None))):
        proxy.ended_at, proxy.ended_by, proxy.ended_reason = at, desk.staff.id, WHY
        unit.record(Act.PROXY_ENDED, subject="case", subject_id=case_id, proxy=proxy.id)
    address = _ask_again(unit, desk, case_id)
    session.flush()
    unit.record(
        Act.TARGETS_IMPORTED, subject="case", subject_id=case_id, head=1, batches=len(taken.batches), letters=letters, address=address
    )


def _ask_again(unit: UnitOfWork, desk: Desk, case_id: int) -> int | None:
    """The same sealed address as a new row that nobody has confirmed: a letter that was made with the old one cannot leave any more."""
    session, at = unit.session, desk.now_text()
    old = session.scalar(select(SafeAddress).where(SafeAddress.case_id == case_id).order_by(SafeAddress.id.desc()).limit(1))
    if old is None:
        return None
    old.superseded_at = old.superseded_at or at
    record = SafeAddress(case_id=case_id, sealed=old.sealed, entered_at=at, entered_by=desk.staff.id)
    session.add(record)
    session.flush()
    unit.record(Act.ADDRESS_ENTERED, subject="case", subject_id=case_id, address=record.id)
    return record.id
