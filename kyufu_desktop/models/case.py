"""Cases, their people, evidence, safe addresses and contacts.

Addresses of people (``registered_*``) are those that must never be written to; where to write is only in :class:`SafeAddress`, sealed.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kyufu_desktop.models.base import Base, Key, Moment


class Case(Base):
    """One household of the in-house list. ``case_key`` is the case's own key, wrapped under the address key."""

    __tablename__ = "cases"
    id: Mapped[Key]
    management_number: Mapped[str] = mapped_column(String(10), unique=True)
    household_number: Mapped[str] = mapped_column(String(9), unique=True)
    category: Mapped[str] = mapped_column(String(8))
    programme: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(8), index=True)
    case_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    search: Mapped[str] = mapped_column(default="")
    """Folded names, kana and numbers for LIKE; never shown."""
    import_id: Mapped[int] = mapped_column(ForeignKey("import_file.id"))
    history: Mapped[str | None] = mapped_column(String(16))
    """HistoryDecision on an R5 history, with reason and who in the audit entry and ``history_reason``."""
    history_reason: Mapped[str | None]
    host_paid_cleared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    people: Mapped[list[Person]] = relationship(back_populates="case", order_by="Person.id")


class Person(Base):
    """A member of the case's household as the host knows it."""

    __tablename__ = "person"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    resident_number: Mapped[str] = mapped_column(String(10), unique=True)
    relation: Mapped[str] = mapped_column(String(8))
    relation_word: Mapped[str]
    name: Mapped[str]
    kana: Mapped[str]
    kana_folded: Mapped[str] = mapped_column(index=True)
    former_name: Mapped[str | None]
    birth_written: Mapped[str]
    birth_day: Mapped[date | None]
    residence_card: Mapped[str | None]
    registered_postal: Mapped[str]
    registered_address: Mapped[str]
    registered_building: Mapped[str | None]
    braille: Mapped[str | None]
    moved_in_from: Mapped[str | None]
    past_account: Mapped[str | None]
    public_account: Mapped[str | None]
    welfare_account: Mapped[str | None]
    account_flag: Mapped[str] = mapped_column(String(1), default="0")
    paid_by_host: Mapped[bool] = mapped_column(default=False)
    unprintable: Mapped[bool] = mapped_column(default=False)
    case: Mapped[Case] = relationship(back_populates="people")


class TaxFact(Base):
    """Tax facts of one person; append-only, the newest row counts. Source: HOST, INQUIRY, CERTIFICATE."""

    __tablename__ = "tax_fact"
    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    source: Mapped[str] = mapped_column(String(12))
    origin: Mapped[str]
    levy: Mapped[str | None] = mapped_column(String(8))
    income_levy: Mapped[int | None]
    income_tax: Mapped[int | None]
    total_income: Mapped[int | None]
    undeclared: Mapped[bool]
    treaty_exempt: Mapped[bool]
    supporter_number: Mapped[str | None] = mapped_column(String(10))
    supporter_outside_ward: Mapped[bool]
    spouse: Mapped[int]
    dependants_general: Mapped[int]
    dependants_specific: Mapped[int]
    dependants_elderly: Mapped[int]
    dependants_under16: Mapped[int]
    dependants_abroad: Mapped[int]
    r5_target: Mapped[bool]
    r5_head: Mapped[bool]
    welfare: Mapped[bool]
    entered_japan_late: Mapped[bool]
    adjustment_decided: Mapped[int | None]
    """調整給付 of the year before as decided (yen), for 不足額給付."""
    outside_tax_cut: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]


class EvidenceRecord(Base):
    """Evidence of the sensitive status. The issuer reveals the region: sealed under the case key."""

    __tablename__ = "evidence"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(4))
    issued_on: Mapped[date]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    basis: Mapped[str | None] = mapped_column(String(8))
    """Code of the legal basis of placement (documents about a placement)."""
    moved_in_on: Mapped[date | None]
    """Day of the move into the ward (support measure)."""
    issuer_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Issuer and whatever else was read off the document, sealed: a court or a centre tells the region."""
    companions: Mapped[str] = mapped_column(default="[]")
    """JSON list of the companions' names as written in the document."""
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]
    verified_at: Mapped[str | None] = mapped_column(String(32))
    verified_by: Mapped[int | None]
    withdrawn_at: Mapped[str | None] = mapped_column(String(32))
    withdrawn_by: Mapped[int | None]
    withdrawn_reason: Mapped[str | None]


class SafeAddress(Base):
    """Where to write (evacuation address, facility, phone), sealed; append-only, the newest row counts once it is verified."""

    __tablename__ = "safe_address"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]
    verified_at: Mapped[str | None] = mapped_column(String(32))
    verified_by: Mapped[int | None]
    superseded_at: Mapped[str | None] = mapped_column(String(32))


class Contact(Base):
    """対応履歴; append-only."""

    __tablename__ = "contact"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    happened_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16))
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]


class ReceivedNotice(Base):
    """A line of the book of requests and notices (受付簿): received, entered in a case, verified by a second person are three facts.

    ``kind`` OWN: somebody whom the ward shall protect. MIRROR: another municipality protects somebody of a household of the ward.
    Who sent it tells the region, so it is sealed under a key of its own.
    """

    __tablename__ = "received_notice"
    id: Mapped[Key]
    number: Mapped[int] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(16))
    received_on: Mapped[date]
    name: Mapped[str]
    kana: Mapped[str]
    kana_folded: Mapped[str] = mapped_column(index=True)
    birth_day: Mapped[date | None]
    resident_number: Mapped[str | None] = mapped_column(String(10), index=True)
    household_number: Mapped[str | None] = mapped_column(String(9), index=True)
    companions: Mapped[str] = mapped_column(default="[]")
    """JSON list of {name, kana, birth, resident_number} of who went with the person."""
    notice_key: Mapped[bytes] = mapped_column(LargeBinary)
    sender_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    entered_at: Mapped[str | None] = mapped_column(String(32))
    entered_by: Mapped[int | None]
    verified_at: Mapped[str | None] = mapped_column(String(32))
    verified_by: Mapped[int | None]
    closed_at: Mapped[str | None] = mapped_column(String(32))
    closed_by: Mapped[int | None]
    closed_reason: Mapped[str | None]


class Proxy(Base):
    """Who may act for the recipient, and on what ground; ended instead of changed. The name may betray the facility, so it is sealed."""

    __tablename__ = "proxy"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    basis: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    document_seen: Mapped[bool]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]
    verified_at: Mapped[str | None] = mapped_column(String(32))
    verified_by: Mapped[int | None]
    ended_at: Mapped[str | None] = mapped_column(String(32))
    ended_by: Mapped[int | None]
    ended_reason: Mapped[str | None]


class Heir(Base):
    """Who receives for somebody who died (相続人の代表); ended instead of changed. Name and kana are sealed."""

    __tablename__ = "heir"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who died."""
    relation: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    register_seen: Mapped[bool]
    """戸籍 that shows the heirs."""
    consent_seen: Mapped[bool]
    """The other heirs' consent to the one who receives (相続人代表者の届)."""
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]
    verified_at: Mapped[str | None] = mapped_column(String(32))
    verified_by: Mapped[int | None]
    ended_at: Mapped[str | None] = mapped_column(String(32))
    ended_by: Mapped[int | None]
    ended_reason: Mapped[str | None]


class HouseholdEvent(Base):
    """What happened to the household: death, split, transfer, residence; append-only, revoked instead of changed."""

    __tablename__ = "household_event"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(24))
    happened_on: Mapped[date | None]
    source: Mapped[str]
    """The document or register that shows it, in words."""
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]
    revoked_at: Mapped[str | None] = mapped_column(String(32))
    revoked_by: Mapped[int | None]
    revoked_reason: Mapped[str | None]


class CaseExit(Base):
    """取下げ, 要件消滅 or a claim in another municipality; append-only, revoked instead of changed."""

    __tablename__ = "case_exit"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str] = mapped_column(String(24))
    happened_on: Mapped[date]
    reason: Mapped[str]
    after_decision: Mapped[bool]
    after_payment: Mapped[bool]
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]
    revoked_at: Mapped[str | None] = mapped_column(String(32))
    revoked_by: Mapped[int | None]
    revoked_reason: Mapped[str | None]


class MunicipalityNotice(Base):
    """The notice to the municipality where the person is registered: needed or not, made, sent. It never holds where the person is."""

    __tablename__ = "municipality_notice"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    needed: Mapped[bool]
    municipality: Mapped[str]
    requested_on: Mapped[date | None]
    """The day of the 申出, as it stands in the notice."""
    reason: Mapped[str]
    decided_at: Mapped[Moment]
    decided_by: Mapped[int]
    made_at: Mapped[str | None] = mapped_column(String(32))
    made_by: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    sent_on: Mapped[date | None]
    sent_by: Mapped[int | None]
    superseded_at: Mapped[str | None] = mapped_column(String(32))
