"""Where the judgments of a case stand: judged afresh, beside what is kept. Every room of 判定 starts from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.judgment import CaseFacts, Judgment, Outcome, Reason, judge
from kyufu_desktop.domain.payment import OCCUPYING, PaymentState
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Relation
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.exchange import InquiryRecord
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.services.case_facts import chunks, facts_of
from kyufu_desktop.services.judgment_rows import (
    APPROVED,
    DRAFTED,
    JUDGED,
    RETURNED,
    agrees,
    columns_of,
    fresh_record,
    key_of,
    live_records,
    same,
    same_head,
    voided_records,
)
from kyufu_desktop.services.session import Desk


@dataclass(frozen=True, slots=True)
class Entry:
    """One benefit as it would be judged now, beside the live record."""

    judgment: Judgment
    stored: JudgmentRecord | None
    same: bool
    """The record still says this: word for word, or, once it is approved, by the same grounds."""
    occupied: bool
    """A payment of the stored judgment is under way or made: it is left alone."""

    @property
    def held(self) -> bool:
        return self.judgment.outcome is Outcome.HOLD

    @property
    def to_draft(self) -> bool:
        if self.held or self.occupied:
            return False
        return self.stored is None or not self.same or self.stored.state in {JUDGED, RETURNED}

    @property
    def drafted(self) -> bool:
        return self.stored is not None and self.stored.state == DRAFTED

    @property
    def approved(self) -> bool:
        return self.stored is not None and self.stored.state == APPROVED


@dataclass(frozen=True, slots=True)
class Standing:
    """A case judged afresh, beside what is kept."""

    facts: CaseFacts
    entries: tuple[Entry, ...]
    gone: tuple[JudgmentRecord, ...]
    """Live records of benefits that the facts do not give any more."""
    voided: tuple[JudgmentRecord, ...] = ()
    """Approvals that do not hold any more and that nothing has followed yet."""
    paid: frozenset[int] = frozenset()
    """Ids of judgments of the case with a payment under way or made."""
    held_by_person: bool = False
    """Somebody has put the case on hold; it is drafted again only by an act of its own."""

    def shown(self, desk: Desk) -> list[JudgmentRecord]:
        """The stored record where it still says the same (or is being paid), else what would be drafted."""
        return [
            entry.stored
            if entry.stored is not None and (entry.same or entry.occupied)
            else fresh_record(entry.judgment, self.facts, desk.programme, desk.today(), desk.staff.id, "")
            for entry in self.entries
        ]

    @property
    def to_draft(self) -> bool:
        return any(entry.to_draft for entry in self.entries)

    @property
    def stale(self) -> tuple[JudgmentRecord, ...]:
        """Live records that the facts do not give any more and of which nothing is paid: they go with the next draft."""
        return tuple(record for record in self.gone if record.id not in self.paid)

    def state_word(self, asked: bool) -> str:
        """The chip of the case; ``asked`` = a tax inquiry waits for its answer."""
        if self.held_by_person:
            return "保留"
        if self.voided and not any(entry.drafted for entry in self.entries):
            return "決裁無効"
        if self.to_draft:
            return "起案できる"
        if any(entry.drafted for entry in self.entries):
            return "決裁待ち"
        if any((entry.approved and entry.judgment.outcome is Outcome.ELIGIBLE) or entry.occupied for entry in self.entries):
            return "承認済"
        if not any(entry.held for entry in self.entries):
            return "不支給"
        waits = any(Reason.HOLD_TAX_INQUIRY in entry.judgment.reasons for entry in self.entries)
        return "照会中" if asked and waits else "保留"


def standings(session: Session, desk: Desk, case_ids: Sequence[int]) -> dict[int, Standing]:
    """Every case judged afresh with its live records, in a constant number of queries; cases that are not in the file are absent."""
    on = desk.today()
    facts = facts_of(session, case_ids, desk.programme, on)
    live = live_records(session, case_ids)
    voided = voided_records(session, case_ids)
    occupied = occupied_judgments(session, case_ids, OCCUPYING)
    held = held_by_person(session, case_ids)
    found: dict[int, Standing] = {}
    for case_id, case_facts in facts.items():
        stored = dict(live[case_id])
        entries: list[Entry] = []
        for judgment in judge(case_facts, desk.programme, on):
            record = stored.pop(key_of(judgment), None)
            equal = record is not None and _equal(record, judgment, case_facts, desk.programme, on)
            entries.append(Entry(judgment, record, equal, record is not None and record.id in occupied[case_id]))
        open_voids = tuple(record for key, record in voided[case_id].items() if key not in live[case_id])
        found[case_id] = Standing(case_facts, tuple(entries), tuple(stored.values()), open_voids, occupied[case_id], case_id in held)
    return found


def _equal(record: JudgmentRecord, judgment: Judgment, facts: CaseFacts, programme: Programme, on: date) -> bool:
    columns = columns_of(judgment)
    heads = [person.person_id for person in facts.persons if person.relation is Relation.HEAD]
    if not same_head(record, heads, len(facts.persons)):
        # Somebody else would receive it: that was not what anybody signed.
        return False
    if record.state == DRAFTED and record.programme_digest != programme.digest:
        # The signature will cover the version of the programme: what waits is drafted anew by the one in force.
        return False
    if record.state == APPROVED or record.judged_on == on:
        return (agrees if record.state == APPROVED else same)(record, columns)
    if not agrees(record, columns):
        return False
    # The words hold the day of judgment: what was drafted yesterday is held against the facts of today in the words of yesterday.
    again = next((item for item in judge(facts, programme, record.judged_on) if key_of(item) == record.benefit_key), None)
    return again is not None and same(record, columns_of(again))


def occupied_judgments(session: Session, case_ids: Sequence[int], states: frozenset[PaymentState]) -> dict[int, frozenset[int]]:
    """Case id -> judgments with a payment in one of ``states``, of every one of ``case_ids``."""
    found: dict[int, set[int]] = {case_id: set() for case_id in case_ids}
    words = [state.value for state in states]
    for part in chunks(case_ids):
        query = select(Payment.case_id, Payment.judgment_id).where(Payment.case_id.in_(part), Payment.state.in_(words))
        for case_id, judgment_id in session.execute(query):
            found[case_id].add(judgment_id)
    return {case_id: frozenset(ids) for case_id, ids in found.items()}


def held_by_person(session: Session, case_ids: Sequence[int]) -> set[int]:
    """Cases that somebody put on hold (保留にする) and that nobody has drafted since: the log is the one place that knows."""
    newest: dict[tuple[int, str], int] = {}
    acts = (Act.JUDGMENT_HELD.value, Act.JUDGMENT_DRAFTED.value)
    for part in chunks(case_ids):
        query = select(AuditEntry.subject_id, AuditEntry.act, func.max(AuditEntry.seq)).where(
            AuditEntry.act.in_(acts), AuditEntry.subject == "case", AuditEntry.subject_id.in_(part)
        )
        for case_id, act, seq in session.execute(query.group_by(AuditEntry.subject_id, AuditEntry.act)):
            newest[(case_id or 0, act)] = seq
    return {case_id for (case_id, act), seq in newest.items() if act == acts[0] and seq > newest.get((case_id, acts[1]), 0)}


def asked_cases(session: Session) -> set[int]:
    """Cases with a tax inquiry that is not answered."""
    return set(session.scalars(select(InquiryRecord.case_id).where(InquiryRecord.kind == "TAX", InquiryRecord.answered_at.is_(None))))
