"""Evidence of the sensitive status: what is accepted, its period, whether a second person has checked it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import InputProblem


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
    """The state on a day; ENDS_SOON is the last month before ``ends_on`` (支援措置 may be renewed from a month before its end)."""
    if not evidence.verified:
        return EvidenceState.UNVERIFIED
    if on < (evidence.starts_on or evidence.issued_on):
        return EvidenceState.NOT_YET_VALID
    if evidence.ends_on is None:
        return EvidenceState.VALID
    if on > evidence.ends_on:
        return EvidenceState.EXPIRED
    return EvidenceState.ENDS_SOON if on >= _a_month_before(evidence.ends_on) else EvidenceState.VALID


def _a_month_before(day: date) -> date:
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def carries(evidences: tuple[Evidence, ...], on: date) -> bool:
    """Whether at least one verified piece is in force on ``on``."""
    return any(state_on(evidence, on) in (EvidenceState.VALID, EvidenceState.ENDS_SOON) for evidence in evidences)


def check_entry(evidence: Evidence, category: Category, programme: Programme) -> None:
    """Raises ``InputProblem`` naming the field where the kind is not accepted for the category or the period is impossible."""
    kind = next((kind for kind in programme.evidence if kind.code == evidence.kind), None)
    if kind is None or category not in kind.categories:
        raise InputProblem("K-1020", "kind", "この区分では使えない根拠です。", todo="一覧から選び直してください。")
    start = evidence.starts_on or evidence.issued_on
    if evidence.ends_on is not None and evidence.ends_on < start:
        raise InputProblem("K-1021", "ends_on", "終わりの日が、始まりの日より前です。", todo="期間を書類で確かめてください。")
    if kind.expires and evidence.ends_on is None:
        raise InputProblem("K-1022", "ends_on", "期限のある根拠です。", todo="終わりの日を入れてください。")
    if not evidence.issuer.strip():
        raise InputProblem("K-1023", "issuer", "発行した機関が入っていません。", todo="書類にある機関の名前を入れてください。")
