"""Findings in the file: what met becomes an open finding, what met before stays as it was decided, what vanished is marked gone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.collation import Key, Meeting, OtherMeeting, PlannedPayment, Source
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.exchange import CollationFinding
from kyufu_desktop.security.canonical import canonical


@dataclass(frozen=True, slots=True)
class Found:
    """A meeting as it is kept. ``fingerprint`` is of the content of what was met: the same content never asks twice."""

    case_id: int
    fingerprint: str
    source: Source
    keys: tuple[Key, ...]
    certainty: str
    advice: str
    benefit: Benefit
    planned_management_number: str = field(repr=False)
    amount: int = 0
    planned_on: date | None = None
    paid: bool = False
    child_number: str | None = field(default=None, repr=False)
    other_case_id: int | None = None
    notice_id: int | None = None


@dataclass(slots=True)
class Kept:
    """What a run came to: all meetings, the new ones, those that vanished undecided, and the cases of both."""

    met: int = 0
    new: int = 0
    gone: int = 0
    changed: set[int] = field(default_factory=set)


def fingerprint(planned: PlannedPayment) -> str:
    """SHA-256 of what the row says, wherever it stands in the list. A planned payment that has been paid asks again."""
    content = (
        planned.management_number,
        planned.household_number,
        planned.head_number,
        planned.kana_folded,
        planned.birth.isoformat() if planned.birth else None,
        planned.benefit.value,
        planned.amount,
        planned.planned_on.isoformat() if planned.planned_on else None,
        planned.paid,
        planned.child_number,
    )
    return hashlib.sha256(canonical(content)).hexdigest()


def with_list(meeting: Meeting) -> Found:
    """A meeting with the contractor's list."""
    planned = meeting.planned
    return Found(
        meeting.case_id,
        fingerprint(planned),
        Source.PLANNED,
        meeting.keys,
        meeting.certainty.value,
        meeting.advice,
        planned.benefit,
        planned.management_number,
        planned.amount,
        planned.planned_on,
        planned.paid,
        planned.child_number,
    )


def with_other(meeting: OtherMeeting, numbers: dict[int, str]) -> Found:
    """A meeting with another case, or with a notice. ``numbers``: case id -> management number."""
    return Found(
        meeting.case_id,
        hashlib.sha256(canonical((meeting.source.value, *meeting.mark))).hexdigest(),
        meeting.source,
        meeting.keys,
        meeting.certainty.value,
        meeting.advice,
        Benefit.KODOMO if meeting.child else Benefit.HOUSEHOLD,
        numbers[meeting.other_case_id] if meeting.other_case_id is not None else "",
        child_number=meeting.number if meeting.child else None,
        other_case_id=meeting.other_case_id,
        notice_id=meeting.notice_id,
    )


def keep(session: Session, meetings: Iterable[Found], at: str) -> Kept:
    """Brings the findings in the file to what met now. Nothing that a person decided is changed."""
    known = {(finding.case_id, finding.fingerprint): finding for finding in session.scalars(select(CollationFinding))}
    seen: set[tuple[int, str]] = set()
    result = Kept()
    fresh: list[dict[str, object]] = []
    for meeting in meetings:
        mark = (meeting.case_id, meeting.fingerprint)
        if mark in seen:
            continue
        seen.add(mark)
        finding = known.get(mark)
        if finding is None:
            fresh.append(_new(meeting, at))
            result.new += 1
            result.changed.add(meeting.case_id)
            continue
        if finding.gone_at is not None:
            finding.gone_at = None
            result.changed.add(meeting.case_id)
        finding.keys = _keys(meeting)
        finding.certainty = meeting.certainty
        finding.advice = meeting.advice
        finding.other_case_id = meeting.other_case_id
        finding.planned_management_number = meeting.planned_management_number
    for mark, finding in known.items():
        if mark not in seen and finding.decision is None and finding.gone_at is None:
            finding.gone_at = at
            result.gone += 1
            result.changed.add(finding.case_id)
    if fresh:
        # As one statement: a first run may open some thousands.
        session.connection().execute(insert(CollationFinding), fresh)
    result.met = len(seen)
    session.flush()
    return result


def paid_on_other_side(session: Session, finding: CollationFinding) -> str | None:
    """Of a pair of our cases: the management number of the other one, where 「支給する」 was decided there already."""
    if finding.source != Source.OWN.value or Key.ACCOUNT.value in json.loads(finding.keys):
        return None
    return session.scalar(
        select(Case.management_number)
        .join(CollationFinding, CollationFinding.case_id == Case.id)
        .where(
            CollationFinding.case_id != finding.case_id,
            CollationFinding.fingerprint == finding.fingerprint,
            CollationFinding.gone_at.is_(None),
            CollationFinding.decision == "SAME_PERSON_PAY",
        )
        .limit(1)
    )


def _keys(meeting: Found) -> str:
    return json.dumps([key.value for key in meeting.keys])


def _new(meeting: Found, at: str) -> dict[str, object]:
    return {
        "case_id": meeting.case_id,
        "fingerprint": meeting.fingerprint,
        "source": meeting.source.value,
        "other_case_id": meeting.other_case_id,
        "notice_id": meeting.notice_id,
        "keys": _keys(meeting),
        "certainty": meeting.certainty,
        "benefit": meeting.benefit.value,
        "planned_management_number": meeting.planned_management_number,
        "amount": meeting.amount,
        "planned_on": meeting.planned_on,
        "paid": meeting.paid,
        "child_number": meeting.child_number,
        "advice": meeting.advice,
        "found_at": at,
    }
