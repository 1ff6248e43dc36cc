"""What the screens of the cases are given: rows and pages as frozen values, and what a person enters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.domain.case import CaseStatus, Turn
from kyufu_desktop.domain.evidence import EvidenceState
from kyufu_desktop.domain.judgment import Condition, Outcome
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Benefit, Category


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the list shows. ``text`` is searched in numbers, kana and folded names; empty = all."""

    text: str = ""
    status: CaseStatus | None = None
    category: Category | None = None
    waiting_for_second: bool = False


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One row of a list of cases."""

    case_id: int
    management_number: str
    name: str = field(repr=False)
    kana: str = field(repr=False)
    category: Category
    people: int
    status: CaseStatus
    evidence: EvidenceState | None
    address_state: str
    """``なし`` / ``2人目待ち`` / ``確認済``."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A member of the household as the case page shows it; no address."""

    person_id: int
    resident_number: str = field(repr=False)
    name: str = field(repr=False)
    kana: str = field(repr=False)
    former_name: str | None = field(repr=False)
    relation_word: str
    birth_words: str = field(repr=False)
    braille: str | None
    unprintable: tuple[str, ...]
    """Code points that cannot be printed (``U+E000``)."""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    evidence_id: int
    kind: str
    kind_name: str
    issued_on: date
    starts_on: date | None
    ends_on: date | None
    state: EvidenceState
    entered_by: str
    entered_by_id: int
    verified_by: str | None
    verified_on: str | None


@dataclass(frozen=True, slots=True)
class JudgmentRow:
    """A judged benefit with everything that the screen and the decision sheet show."""

    judgment_id: int
    case_id: int
    benefit: Benefit
    person_name: str | None = field(repr=False)
    outcome: Outcome
    amount: int
    reasons: tuple[str, ...]
    conditions: tuple[Condition, ...]
    working: tuple[tuple[str, int], ...] | None
    state: str
    drafted_by: str
    drafted_by_id: int
    drafted_at: str
    approved_by: str | None
    approved_at: str | None
    returned_reason: str | None


@dataclass(frozen=True, slots=True)
class ContactRow:
    happened_on: date
    kind: str
    text: str = field(repr=False)
    entered_by: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of 経過 (from the audit chain): when, what in words, who."""

    at: str
    words: str
    who: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case as one page. The safe address is not in it: see :func:`reveal_address`."""

    case_id: int
    management_number: str
    household_number: str = field(repr=False)
    category: Category
    status: CaseStatus
    people: tuple[PersonRow, ...]
    evidences: tuple[EvidenceRow, ...]
    address_state: str
    address_entered_by_id: int | None
    judgments: tuple[JudgmentRow, ...]
    letters: tuple[tuple[str, str, str], ...]
    """(kind word, state word, date words)."""
    payments: tuple[tuple[str, int, str, str], ...]
    """(benefit word, yen, state word, date words)."""
    account_state: str
    open_findings: int
    history_needed: bool
    """An R5 history waits for a person's decision."""
    host_paid: bool
    contacts: tuple[ContactRow, ...]
    events: tuple[EventRow, ...]
    turn: Turn | None
    actions: frozenset[Act]
    strip: str
    """Sentence of the strip 秘匿."""


@dataclass(frozen=True, slots=True)
class AddressEntry:
    """Where to write. ``lines`` are address lines without the postal code; ``care_of`` e.g. a facility's name for 気付."""

    postal: str = field(repr=False)
    address: str = field(repr=False)
    building: str = field(repr=False)
    care_of: str = field(repr=False)
    recipient: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    kind: str
    issued_on: date
    starts_on: date | None
    ends_on: date | None
    issuer: str = field(repr=False)
    companions: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class StationCount:
    key: str
    count: int
    late: bool


@dataclass(frozen=True, slots=True)
class TodayTask:
    """One line of 先にすること. ``group`` is ``late`` / ``today`` / ``waiting`` / ``next``; ``station`` is where Enter goes."""

    group: str
    icon: str
    words: str
    subject: str
    whose: str
    due: str
    station: str
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """Everything of the screen 今日の仕事: pipeline counts (label, count, remark, tone), tasks, deadlines, progress series."""

    pipeline: tuple[tuple[str, int, str, str], ...]
    tasks: tuple[TodayTask, ...]
    deadlines: tuple[tuple[date, str, str], ...]
    total: int
    series: tuple[tuple[date, int, int, int, int], ...]
    """(day, judged, sent, received, paid) cumulative."""
    deadline: date
