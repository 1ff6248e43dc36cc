"""Evidence of the sensitive status: what is accepted, what is read off it, its period, whom it names, whether it was checked."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.names import folded
from kyufu_desktop.domain.programme import EvidenceKind, Placement, Programme
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import InputProblem

#: Names of institutions before the law on support for women (困難な問題を抱える女性への支援に関する法律, 1 April 2024) -> today's.
#: Documents with an old name stay good.
RENAMED: dict[str, str] = {
    "婦人相談所": "女性相談支援センター",
    "婦人保護施設": "女性自立支援施設",
    "婦人相談員": "女性相談支援員",
    "婦人保護事業": "女性支援事業",
}


class EvidenceState(StrEnum):
    """Whether a piece of evidence carries the judgment."""

    UNVERIFIED = "UNVERIFIED"
    NOT_YET_VALID = "NOT_YET_VALID"
    VALID = "VALID"
    ENDS_SOON = "ENDS_SOON"
    EXPIRED = "EXPIRED"


IN_FORCE = (EvidenceState.VALID, EvidenceState.ENDS_SOON)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One document. ``issuer`` reveals the region and is therefore never on a letter; ``ends_on`` None = no end.

    ``details`` are the further fields of the kind (court, case number ...), ``basis`` the code of the legal basis of a placement.
    """

    kind: str
    issued_on: date
    starts_on: date | None
    ends_on: date | None
    issuer: str = field(repr=False)
    companions: tuple[str, ...] = field(default=(), repr=False)
    verified: bool = False
    basis: str | None = None
    moved_in_on: date | None = None
    details: Mapping[str, str] = field(default_factory=dict, repr=False)


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


def a_year_after(day: date) -> date:
    return date(day.year + 1, day.month, min(day.day, monthrange(day.year + 1, day.month)[1]))


def carries(evidences: tuple[Evidence, ...], on: date) -> bool:
    """Whether at least one verified piece is in force on ``on``."""
    return any(state_on(evidence, on) in IN_FORCE for evidence in evidences)


def in_force(evidences: Iterable[Evidence], on: date) -> tuple[Evidence, ...]:
    return tuple(evidence for evidence in evidences if state_on(evidence, on) in IN_FORCE)


def named_in(pieces: Iterable[Evidence]) -> frozenset[str]:
    """The companions of these pieces as keys for :func:`is_named`."""
    return frozenset(folded(companion) for piece in pieces for companion in piece.companions) - {""}


def is_named(keys: frozenset[str], name: str, kana: str) -> bool:
    """Whether a document names the person: by name or kana, variants of kanji and widths folded."""
    return bool(keys) and (folded(name) in keys or folded(kana) in keys)


def unmatched(companions: Iterable[str], people: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Companions of a document whom nobody of the household (name, kana) is; written otherwise, or not in the household."""
    known = {key for pair in people for key in (folded(pair[0]), folded(pair[1])) if key}
    return tuple(companion for companion in companions if folded(companion) not in known)


def current_name(issuer: str) -> str:
    """The issuer with the names of today; unchanged where it holds no old one."""
    for old, new in RENAMED.items():
        issuer = issuer.replace(old, new)
    return issuer


def kind_of(code: str, programme: Programme) -> EvidenceKind | None:
    return next((kind for kind in programme.evidence if kind.code == code), None)


def placements_for(category: Category, programme: Programme) -> tuple[Placement, ...]:
    return tuple(placement for placement in programme.placements if category in placement.categories)


def check_entry(evidence: Evidence, category: Category, programme: Programme) -> None:
    """Raises ``InputProblem`` naming the field: kind not accepted for the category, impossible period, missing field of the kind."""
    kind = kind_of(evidence.kind, programme)
    if kind is None or category not in kind.categories:
        raise InputProblem("K-1020", "kind", "この区分では使えない根拠です。", todo="一覧から選び直してください。")
    _check_period(evidence, kind)
    if not evidence.issuer.strip():
        raise InputProblem("K-1023", "issuer", "発行した機関が入っていません。", todo="書類にある機関の名前を入れてください。")
    for wanted in kind.fields:
        if wanted.required and not evidence.details.get(wanted.key, "").strip():
            raise InputProblem("K-1698", wanted.key, f"「{wanted.label}」が入っていません。", todo="書類を見て入れてください。")
    if set(evidence.details) - {known.key for known in kind.fields}:
        raise InputProblem("K-1699", "details", "この根拠にない項目が入っています。", todo="根拠の種類を選び直してください。")
    if kind.moved_in_after_base_date:
        _check_move(evidence, programme)
    if kind.placement:
        _check_basis(evidence, category, programme)


def _check_period(evidence: Evidence, kind: EvidenceKind) -> None:
    start = evidence.starts_on or evidence.issued_on
    if evidence.ends_on is not None and evidence.ends_on < start:
        raise InputProblem("K-1021", "ends_on", "終わりの日が、始まりの日より前です。", todo="期間を書類で確かめてください。")
    if kind.expires and evidence.ends_on is None:
        raise InputProblem("K-1022", "ends_on", "期限のある根拠です。", todo="終わりの日を入れてください。")


def _check_move(evidence: Evidence, programme: Programme) -> None:
    """Support measure of who moved in after the base date; it runs for a year and is then renewed as a new piece."""
    if evidence.moved_in_on is None:
        raise InputProblem("K-1700", "moved_in_on", "転入した日が入っていません。", todo="住民票の転入の日を入れてください。")
    if evidence.moved_in_on <= programme.base_date:
        raise InputProblem(
            "K-1701",
            "moved_in_on",
            "基準日までに転入しています。この根拠は、基準日のあとに転入した人のものです。",
            todo="ほかの根拠を選ぶか、転入の日を確かめてください。",
        )
    start = evidence.starts_on or evidence.issued_on
    if evidence.ends_on is not None and evidence.ends_on > a_year_after(start):
        raise InputProblem("K-1702", "ends_on", "支援措置の期間は1年までです。", todo="延長は、新しい根拠として入れてください。")


def _check_basis(evidence: Evidence, category: Category, programme: Programme) -> None:
    placement = programme.placement(evidence.basis)
    if placement is None or category not in placement.categories:
        raise InputProblem(
            "K-1703",
            "basis",
            "措置の根拠となる法律が選ばれていません。契約による入所は、この区分の対象ではありません。",
            todo="書類にある措置の条文を選んでください。契約による入所の人は、通常の案件として扱ってください。",
        )
