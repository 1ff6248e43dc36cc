"""What the letters of a case have told it so far, for many cases in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.letter import FIRST, LetterState, Stop
from kyufu_desktop.domain.review import OPEN, FormKind, FormState
from kyufu_desktop.models.case import Proxy, SafeAddress
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter, LetterBenefit
from kyufu_desktop.models.review import ReturnedForm
from kyufu_desktop.services.case_facts import chunks
from kyufu_desktop.services.case_steps import decided
from kyufu_desktop.services.destination import if_verified
from kyufu_desktop.services.proxies import acts

#: A letter in one of these tells its case of its benefits; the others are waste paper.
LIVE: tuple[str, ...] = tuple(state.value for state in (LetterState.PREPARED, LetterState.PRINTING, LetterState.PRINTED, LetterState.SENT))

_FIRST: frozenset[str] = frozenset(kind.value for kind in FIRST)


@dataclass(frozen=True, slots=True)
class Standing:
    """One case. ``address``: the newest, if a second person has verified it. ``letters``: all of them; ``told``: what each tells.

    ``stale``: letters of all cases that wait for the printer or the post and go nowhere any more (see :func:`stale`).
    """

    address: SafeAddress | None
    benefits: tuple[JudgmentRecord, ...]
    letters: tuple[Letter, ...]
    told: dict[int, frozenset[int]]
    stale: frozenset[int] = frozenset()
    applied: bool = False
    """An application of the case is here: nobody is asked for a form any more, the first letter is the decision."""

    def live(self) -> list[Letter]:
        """First letters that are not waste paper: a reminder or a decision tells nothing that its first letter has not told."""
        return [letter for letter in self.letters if letter.voided_by is None and letter.state in LIVE and letter.kind in _FIRST]

    def untold(self) -> list[JudgmentRecord]:
        """Decided benefits that no live letter tells of. A letter that goes nowhere any more tells of nothing."""
        if self.applied:
            return []
        return self._without(letter for letter in self.live() if letter.id not in self.stale)

    def unsent(self) -> list[JudgmentRecord]:
        """Decided benefits that no letter on its way tells of."""
        return self._without(letter for letter in self.live() if letter.state == LetterState.SENT.value)

    def _without(self, letters: Iterable[Letter]) -> list[JudgmentRecord]:
        told = {judgment_id for letter in letters for judgment_id in self.told.get(letter.id, ())}
        return [benefit for benefit in self.benefits if benefit.id not in told]


def misplaced(session: Session, on: date, case_id: int | None = None) -> dict[int, Stop]:
    """Letter id -> why it must not go where it is addressed, of those that wait for the printer or the post (of one case, or of all).

    The address is not the newest verified one, another letter came back from it, or the proxy does not act on ``on``. A letter in the
    printer is told of once somebody said how it came out.
    """
    waiting: list[ColumnElement[bool]] = [
        Letter.state.in_((LetterState.PREPARED.value, LetterState.PRINTED.value)),
        Letter.voided_by.is_(None),
    ]
    newest = select(func.max(SafeAddress.id)).group_by(SafeAddress.case_id)
    if case_id is not None:
        waiting.append(Letter.case_id == case_id)
        newest = newest.where(SafeAddress.case_id == case_id)
    verified = select(SafeAddress.id).where(
        SafeAddress.id.in_(newest), SafeAddress.verified_by.is_not(None), SafeAddress.superseded_at.is_(None)
    )
    back = select(Letter.address_id).where(Letter.state == LetterState.UNDELIVERED.value)
    named = session.execute(select(Letter.id, Proxy).join(Proxy, Proxy.id == Letter.proxy_id).where(*waiting))
    found = {letter_id: Stop.ADDRESSEE for letter_id, proxy in named if not acts(proxy, on)}
    found |= dict.fromkeys(session.scalars(select(Letter.id).where(*waiting, Letter.address_id.in_(back))), Stop.RETURNED)
    return found | dict.fromkeys(session.scalars(select(Letter.id).where(*waiting, Letter.address_id.not_in(verified))), Stop.ADDRESS)


def stale(session: Session, on: date) -> frozenset[int]:
    """Letters that tell nobody of anything, because they must not go where they are addressed (see :func:`misplaced`)."""
    return frozenset(misplaced(session, on))


def applications(case_ids: Sequence[int]) -> Select[int]:
    """Cases of ``case_ids`` with an application that is under review or through it."""
    states = [FormState.COMPLETED.value, *(state.value for state in OPEN)]
    kept = ReturnedForm.kind == FormKind.APPLICATION.value
    return select(ReturnedForm.case_id).where(ReturnedForm.case_id.in_(case_ids), kept, ReturnedForm.state.in_(states))


def standings(session: Session, case_ids: Sequence[int], on: date) -> dict[int, Standing]:
    """Case id -> its standing on a day, of every one of ``case_ids``."""
    gone = stale(session, on)
    addresses: dict[int, SafeAddress | None] = {}
    benefits: dict[int, list[JudgmentRecord]] = defaultdict(list)
    letters: dict[int, list[Letter]] = defaultdict(list)
    told: dict[int, set[int]] = defaultdict(set)
    applied: set[int] = set()
    for part in chunks(case_ids):
        newest = select(func.max(SafeAddress.id)).where(SafeAddress.case_id.in_(part)).group_by(SafeAddress.case_id)
        for address in session.scalars(select(SafeAddress).where(SafeAddress.id.in_(newest))):
            addresses[address.case_id] = if_verified(address)
        to_pay = select(JudgmentRecord).where(JudgmentRecord.case_id.in_(part), *decided())
        for benefit in session.scalars(to_pay.order_by(JudgmentRecord.id)):
            benefits[benefit.case_id].append(benefit)
        for letter in session.scalars(select(Letter).where(Letter.case_id.in_(part)).order_by(Letter.id)):
            letters[letter.case_id].append(letter)
        pairs = select(LetterBenefit.letter_id, LetterBenefit.judgment_id).join(Letter, Letter.id == LetterBenefit.letter_id)
        for letter_id, judgment_id in session.execute(pairs.where(Letter.case_id.in_(part))):
            told[letter_id].add(judgment_id)
        applied.update(session.scalars(applications(part)))
    return {
        case_id: Standing(
            addresses.get(case_id),
            tuple(benefits[case_id]),
            tuple(letters[case_id]),
            {letter.id: frozenset(told[letter.id]) for letter in letters[case_id]},
            gone,
            case_id in applied,
        )
        for case_id in case_ids
    }
