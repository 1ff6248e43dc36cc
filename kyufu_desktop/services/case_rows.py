"""What the screens of the cases are given: rows and pages as frozen values, and what a person enters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.domain.addressee import Honorific
from kyufu_desktop.domain.case import CaseStatus, Turn
from kyufu_desktop.domain.case_exit import ExitCause
from kyufu_desktop.domain.decline import DeclineHow, DeclineState
from kyufu_desktop.domain.evidence import EvidenceState
from kyufu_desktop.domain.household_event import EventKind
from kyufu_desktop.domain.judgment import Condition, ExitKind, Outcome
from kyufu_desktop.domain.notice import Channel, NoticeKind, NoticeState
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
    """Code points that neither a font nor an approved picture shows (``U+E000``)."""


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
    basis_words: str = ""
    """Name and law of the placement that the document names; empty where it is not about one."""
    moved_in_on: date | None = None
    companions: tuple[str, ...] = field(default=(), repr=False)
    unmatched: tuple[str, ...] = field(default=(), repr=False)
    """Companions of the document whom nobody of the household is."""
    needs_officer: bool = False
    """Only a 取扱責任者 may confirm it."""
    withdrawn_on: str | None = None
    withdrawn_reason: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SourceWords:
    """What was sealed about a piece of evidence, a notice or a proxy, as (label, value); shown for a stated reason only."""

    lines: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProxyRow:
    """A proxy without name and phone. ``state`` is ``2人目待ち`` / ``確認済`` / ``期間外`` / ``解消``."""

    proxy_id: int
    basis: str
    basis_words: str
    document_seen: bool
    starts_on: date
    ends_on: date | None
    state: str
    entered_by: str
    entered_by_id: int
    entered_at: str
    verified_by: str | None
    verified_at: str | None
    ended_at: str | None
    ended_reason: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class HeirRow:
    """An heir without name. ``state`` is ``2人目待ち`` / ``確認済`` / ``解消``."""

    heir_id: int
    died: str = field(repr=False)
    relation: str
    state: str
    register_seen: bool
    consent_seen: bool
    entered_by: str
    entered_by_id: int
    ended_reason: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class HouseholdEventRow:
    """``words`` is 「死亡」 and so on, ``person_name`` None where it is about the whole household."""

    event_id: int
    kind: EventKind
    words: str
    person_name: str | None = field(repr=False)
    happened_on: date | None
    source: str = field(repr=False)
    entered_by: str
    entered_at: str
    revoked_at: str | None
    revoked_reason: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ExitRow:
    """``effect`` says what the exit changed (「支払いのあとです。…」)."""

    exit_id: int
    kind: ExitKind
    words: str
    cause_words: str
    happened_on: date
    reason: str = field(repr=False)
    effect: str
    after_payment: bool
    entered_by: str
    entered_at: str
    revoked_at: str | None
    revoked_reason: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeclineEntry:
    declared_on: date
    """The postmark of the declaration, or the day of the call."""
    how: DeclineHow


@dataclass(frozen=True, slots=True)
class DeclineRow:
    """A decline as the case page shows it."""

    decline_id: int
    letter_words: str
    benefits: str
    declared_on: date
    how_words: str
    state: DeclineState
    last_day: date
    """Until when it can be taken back."""
    may_withdraw: bool
    may_close: bool
    """It cannot be taken back any more, and nothing else of the case is to be paid."""
    entered_by: str
    withdrawn_on: date | None
    withdrawn_reason: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Declinable:
    """A letter that can be declined: its id and its words."""

    letter_id: int
    words: str


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of 受付簿. Who sent it is sealed. ``state_word``: 未入力 / 2人目の確認待ち / 確認済 / 処理なしで完了."""

    notice_id: int
    number: int
    kind: NoticeKind
    kind_words: str
    channel_words: str
    received_on: date
    name: str = field(repr=False)
    kana: str = field(repr=False)
    birth_day: date | None = field(repr=False)
    companions: int
    state: NoticeState
    state_word: str
    days: int
    """Days since it was received."""
    case_id: int | None
    management_number: str | None
    recorded_by: str
    recorded_by_id: int
    recorded_at: str
    entered_by: str | None
    entered_by_id: int | None
    entered_at: str | None
    verified_by: str | None
    verified_at: str | None
    closed_at: str | None
    closed_reason: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class FlagTimes:
    """The three facts of the restriction: received, entered, verified by a second person; in words of day and who, empty = not yet."""

    received: str
    entered: str
    verified: str


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
    returned_reason: str | None = field(repr=False)
    void_reason: str | None = field(default=None, repr=False)
    """Why an approval does not hold any more; None while it holds."""
    voided_at: str | None = None
    person_id: int | None = None
    """The taxpayer of a benefit of one person."""


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
    proxies: tuple[ProxyRow, ...] = ()
    heirs: tuple[HeirRow, ...] = ()
    household_events: tuple[HouseholdEventRow, ...] = ()
    exits: tuple[ExitRow, ...] = ()
    notices: tuple[NoticeRow, ...] = ()
    flag: FlagTimes = FlagTimes("", "", "")
    missing: tuple[str, ...] = ()
    """Steps that are still missing, in words (as in 受付の点検)."""
    address_warning: str = ""
    """Why no letter can go to the newest address, confirmed or not; empty where one can. Nothing of the address stands in it."""
    withdrawn_evidences: tuple[EvidenceRow, ...] = ()
    declines: tuple[DeclineRow, ...] = ()
    declinable: tuple[Declinable, ...] = ()
    """Letters of the case that can be declined."""


@dataclass(frozen=True, slots=True)
class AddressEntry:
    """Where to write. ``building`` may hold up to three lines as the clerk broke them; ``care_of`` e.g. a facility's name for 気付.

    ``recipient`` is empty for the person himself, else the name of a proxy, perhaps after a title (「施設長 ○○」).
    """

    postal: str = field(repr=False)
    address: str = field(repr=False)
    building: str = field(repr=False)
    care_of: str = field(repr=False)
    recipient: str = field(repr=False)
    phone: str = field(repr=False)
    honorific: str = Honorific.PERSON.value
    window: str = ""
    """Why it cannot stand in the window of the envelope, as found by typesetting when it was entered; empty where it fits."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Address lines without the postal code, as they are printed."""
        return tuple(line.strip() for line in (self.address, *self.building.splitlines()) if line.strip())


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """A document as it is entered. ``details`` by the keys of ``EvidenceKind.fields``; ``basis`` a code of ``Programme.placements``."""

    kind: str
    issued_on: date
    starts_on: date | None
    ends_on: date | None
    issuer: str = field(repr=False)
    companions: tuple[str, ...] = field(default=(), repr=False)
    basis: str | None = None
    moved_in_on: date | None = None
    details: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class CompanionEntry:
    """Who went along, as a notice names him."""

    name: str = field(repr=False)
    kana: str = field(default="", repr=False)
    birth: date | None = field(default=None, repr=False)
    resident_number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NoticeEntry:
    """A request or notice as it came in. ``sender`` (who, from where, how to reach) is sealed."""

    kind: NoticeKind
    channel: Channel
    received_on: date
    name: str = field(repr=False)
    kana: str = field(repr=False)
    birth_day: date | None = field(default=None, repr=False)
    resident_number: str | None = field(default=None, repr=False)
    household_number: str | None = field(default=None, repr=False)
    companions: tuple[CompanionEntry, ...] = field(default=(), repr=False)
    sender: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ProxyEntry:
    """``basis`` is a code of ``Programme.proxies``; name, relation and phone are sealed."""

    basis: str
    name: str = field(repr=False)
    relation: str = field(repr=False)
    phone: str = field(repr=False)
    document_seen: bool
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class HeirEntry:
    """``person_id`` died. ``register_seen``: 戸籍 that shows the heirs; ``consent_seen``: the other heirs' consent to this one."""

    person_id: int
    relation: str
    name: str = field(repr=False)
    kana: str = field(repr=False)
    register_seen: bool = False
    consent_seen: bool = False


@dataclass(frozen=True, slots=True)
class EventEntry:
    """``source``: the document or register that shows it (「住民票の除票 8/20」)."""

    kind: EventKind
    person_id: int | None
    happened_on: date | None
    source: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ExitEntry:
    kind: ExitKind
    cause: ExitCause
    happened_on: date
    reason: str = field(repr=False)


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
