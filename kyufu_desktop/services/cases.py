"""Cases: the list, one case as a page, evidence, the safe address with two pairs of eyes, contacts, the counter's question."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.domain.case import CaseStatus, Turn
from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.evidence import EvidenceState
from kyufu_desktop.domain.judgment import Condition, Outcome
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Benefit, Category
from kyufu_desktop.services.session import Desk, Second


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


REVEAL_REASONS: tuple[str, ...] = ("本人・支援者からの連絡", "送り先の確認", "不備・返戻の対応", "決裁のための確認", "その他")
CONTACT_KINDS: tuple[str, ...] = ("電話", "来所", "支援者", "郵便", "庁内", "その他")


def list_ids(desk: Desk, wanted: CaseFilter) -> tuple[int, ...]:
    """Ids of the cases wanted, by management number. Search is in SQL. Recorded as CASES_LISTED with a hash of the search text."""
    raise NotImplementedError


def rows(desk: Desk, ids: tuple[int, ...]) -> tuple[CaseRow, ...]:
    """Rows for a page of ids (200 at most), in the order of ``ids``."""
    raise NotImplementedError


def find_by_code(desk: Desk, text: str) -> int | None:
    """Case id of a scanned or typed management number or letter code; None where nothing fits."""
    raise NotImplementedError


def page(desk: Desk, case_id: int) -> CasePage:
    """The case page. Recorded as CASE_VIEWED before it is returned."""
    raise NotImplementedError


def enter_evidence(desk: Desk, case_id: int, entry: EvidenceEntry) -> Changes:
    raise NotImplementedError


def verify_evidence(desk: Desk, evidence_ids: tuple[int, ...], second: Second) -> Changes:
    """A second person has compared the documents; refused where he entered one himself (NotAllowed)."""
    raise NotImplementedError


def enter_address(desk: Desk, case_id: int, entry: AddressEntry) -> Changes:
    """Seals the address as a new version; refuses (InputProblem) one that equals a registered address of the case."""
    raise NotImplementedError


def addresses_to_verify(desk: Desk) -> tuple[int, ...]:
    """Case ids whose newest address waits for a second person other than the one who entered it and other than the logged-in maker."""
    raise NotImplementedError


def verify_address(desk: Desk, case_ids: tuple[int, ...], second: Second) -> Changes:
    """The second person confirms the newest address of each case. He must have seen it (a reveal by the desk in this session)."""
    raise NotImplementedError


def reveal_address(desk: Desk, case_id: int, reason: str, words: str) -> AddressEntry:
    """Logs the reason (``words`` of 10 characters at least), commits, and only then returns the address."""
    raise NotImplementedError


def add_contact(desk: Desk, case_id: int, happened_on: date, kind: str, words: str) -> Changes:
    """Appends to 対応履歴 (sealed). My Number in ``words`` is refused."""
    raise NotImplementedError


def decide_history(desk: Desk, case_id: int, counts: bool, reason: str) -> Changes:
    """A person decides whether the R5 history of the former household counts (reason of 10 characters at least)."""
    raise NotImplementedError


def clear_host_paid(desk: Desk, case_id: int, reason: str) -> Changes:
    """A person decides that 支給済 of the host does not concern this benefit."""
    raise NotImplementedError


def ask_at_counter(desk: Desk, text: str) -> str:
    """Counter mode: always the same sentence, whether nobody or a restricted person was found; recorded as COUNTER_ASKED."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class StationCount:
    key: str
    count: int
    late: bool


def station_counts(desk: Desk) -> tuple[StationCount, ...]:
    """Counts for the sidebar: today, cases, judgment, collation, inquiry, letters, review, payments, host_exchange, custody."""
    raise NotImplementedError


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


def today(desk: Desk) -> Today:
    raise NotImplementedError
