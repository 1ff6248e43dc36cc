"""Evidence of the sensitive status: what is accepted, its period, whether a second person has checked it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import Category


class EvidenceState(StrEnum):
    """Whether a piece of evidence carries the judgment."""

    UNVERIFIED = "UNVERIFIED"
    NOT_YET_VALID = "NOT_YET_VALID"
    VALID = "VALID"
    ENDS_SOON = "ENDS_SOON"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One document. ``issuer`` reveals the region and is therefore never on a letter; ``ends_on`` None = no end."""

    kind: str
    issued_on: date
    starts_on: date | None
    ends_on: date | None
    issuer: str = field(repr=False)
    companions: tuple[str, ...] = field(default=(), repr=False)
    verified: bool = False


def state_on(evidence: Evidence, on: date) -> EvidenceState:
    """The state on a day; ENDS_SOON is the last month before ``ends_on``."""
    raise NotImplementedError


def carries(evidences: tuple[Evidence, ...], on: date) -> bool:
    """Whether at least one verified piece is in force on ``on``."""
    raise NotImplementedError


def check_entry(evidence: Evidence, category: Category, programme: Programme) -> None:
    """Raises ``InputProblem`` naming the field where the kind is not accepted for the category or the period is impossible."""
    raise NotImplementedError
