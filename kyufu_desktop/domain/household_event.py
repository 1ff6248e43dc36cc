"""What happened to a household, and what it makes of the base date: deaths, splits, moves, residence, late births.

An event is never changed: one that was wrong is revoked, with a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.facts import Residence
from kyufu_desktop.domain.programme import Programme


class EventKind(StrEnum):
    DEATH = "DEATH"
    SPLIT = "SPLIT"
    TRANSFER_IN = "TRANSFER_IN"
    TRANSFER_OUT = "TRANSFER_OUT"
    R5_HEAD_DIED = "R5_HEAD_DIED"
    RESIDES_UNREGISTERED = "RESIDES_UNREGISTERED"
    FIRST_REGISTERED_LATER = "FIRST_REGISTERED_LATER"
    RESIDENCE_CONFIRMED = "RESIDENCE_CONFIRMED"
    NOT_RESIDENT = "NOT_RESIDENT"
    NEWBORN_APPLIED = "NEWBORN_APPLIED"


EVENT_LABELS: dict[EventKind, str] = {
    EventKind.DEATH: "死亡",
    EventKind.SPLIT: "世帯分離（同じ住所）",
    EventKind.TRANSFER_IN: "区内への転入",
    EventKind.TRANSFER_OUT: "区外への転出",
    EventKind.R5_HEAD_DIED: "令和5年度の世帯主の死亡（残った世帯）",
    EventKind.RESIDES_UNREGISTERED: "住民票はないが、基準日に区内に居住",
    EventKind.FIRST_REGISTERED_LATER: "基準日のあとに初めて住民登録",
    EventKind.RESIDENCE_CONFIRMED: "基準日に住んでいたものと扱う（判断）",
    EventKind.NOT_RESIDENT: "基準日に区内に住んでいない",
    EventKind.NEWBORN_APPLIED: "基準日のあとに生まれた子の申請",
}

#: Events about one person of the household.
OF_A_PERSON: frozenset[EventKind] = frozenset({EventKind.DEATH, EventKind.NEWBORN_APPLIED})
#: Events that need a day.
DATED: frozenset[EventKind] = frozenset(
    {
        EventKind.DEATH,
        EventKind.SPLIT,
        EventKind.TRANSFER_IN,
        EventKind.TRANSFER_OUT,
        EventKind.FIRST_REGISTERED_LATER,
        EventKind.NEWBORN_APPLIED,
    }
)

_PLACE: dict[EventKind, Residence] = {
    EventKind.RESIDES_UNREGISTERED: Residence.ACTUAL,
    EventKind.FIRST_REGISTERED_LATER: Residence.FIRST_REGISTERED_LATER,
    EventKind.NOT_RESIDENT: Residence.ELSEWHERE,
}


@dataclass(frozen=True, slots=True)
class Event:
    """One event in force; ``person_id`` None = the whole household."""

    kind: EventKind
    person_id: int | None
    happened_on: date | None
    origin: str


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the household stood on the base date, and which event says so (None = the host's list)."""

    residence: Residence
    by: Event | None


def stand_on_base_date(events: Sequence[Event], head_id: int | None, programme: Programme, moved_in_by_evidence: date | None) -> Stand:
    """``events`` in the order of their entry. The newest statement about the residence counts; without one, the moves.

    A move into the ward after the base date puts the household elsewhere on that date, and so does a move away up to that date. Who fled
    into the ward and carries a support measure (``moved_in_by_evidence``, the day of the move) is taken where she really lives.
    """
    stated = next((event for event in reversed(events) if event.kind in _PLACE), None)
    if stated is not None:
        return Stand(_PLACE[stated.kind], stated)
    if moved_in_by_evidence is not None:
        return Stand(Residence.ACTUAL, None)
    for event in reversed(events):
        if event.happened_on is None or event.person_id not in (None, head_id):
            continue
        if event.kind is EventKind.TRANSFER_IN:
            return Stand(Residence.ELSEWHERE if event.happened_on > programme.base_date else Residence.REGISTERED, event)
        if event.kind is EventKind.TRANSFER_OUT:
            return Stand(Residence.ELSEWHERE if event.happened_on <= programme.base_date else Residence.REGISTERED, event)
    return Stand(Residence.REGISTERED, None)


def counts_as_split(event: Event, programme: Programme) -> bool:
    """A household that was split at the same address after the base date is still one household."""
    return event.kind is EventKind.SPLIT and event.happened_on is not None and event.happened_on > programme.base_date


def applied_in_time(event: Event, programme: Programme) -> bool:
    """An application for a child born after the base date, handed in up to the last day."""
    return event.kind is EventKind.NEWBORN_APPLIED and event.happened_on is not None and event.happened_on <= programme.newborn_until
