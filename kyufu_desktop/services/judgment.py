"""Judging: look at the facts, keep every reason, draft (起案), approve (決裁) by a second person, return, decision sheet."""

from __future__ import annotations

from dataclasses import dataclass, field

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.values import Category
from kyufu_desktop.services.cases import JudgmentRow
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk, Second


@dataclass(frozen=True, slots=True)
class JudgmentCase:
    """One row of the station 判定. ``state_word`` is a chip word: 起案できる / 保留 / 決裁待ち / 承認済 / 照会中 / 不支給."""

    case_id: int
    management_number: str
    name: str = field(repr=False)
    category: Category
    state_word: str
    benefits: str
    amount: int


@dataclass(frozen=True, slots=True)
class JudgmentPage:
    """The right side of the station: header and every judgment with its conditions and sums."""

    case_id: int
    management_number: str
    name: str = field(repr=False)
    kana: str = field(repr=False)
    rows: tuple[JudgmentRow, ...]
    headline: str
    """支給できます / 支給できません / 保留しています."""
    total: int
    may_draft: bool
    may_approve: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What a run over many cases came to: counts and, per held case, why (words)."""

    judged: int
    eligible: int
    refused: int
    held: tuple[tuple[str, str], ...]
    changed: int


def list_cases(desk: Desk, state_word: str | None) -> tuple[JudgmentCase, ...]:
    raise NotImplementedError


def page(desk: Desk, case_id: int) -> JudgmentPage:
    """Judges afresh if nothing is stored or a fact changed; what is shown is what would be drafted."""
    raise NotImplementedError


def draft(desk: Desk, case_ids: tuple[int, ...], progress: Progress) -> tuple[Changes, BulkReport]:
    """起案: stores the judgments of the cases. ELIGIBLE and NG become DRAFTED; HOLD stays with its reason (case status 保留) and is not drafted.

    A judgment that differs from an approved one supersedes it visibly; one with a live payment is left alone and reported.
    """
    raise NotImplementedError


def approve(desk: Desk, case_ids: tuple[int, ...], second: Second, progress: Progress) -> Changes:
    """決裁: the second person signs the digest of every drafted judgment of the cases; refused for what he drafted himself."""
    raise NotImplementedError


def send_back(desk: Desk, case_id: int, second: Second, reason: str) -> Changes:
    raise NotImplementedError


def decision_sheet(desk: Desk, case_id: int) -> bytes:
    """判定調書 as PDF bytes (in memory); recorded."""
    raise NotImplementedError
