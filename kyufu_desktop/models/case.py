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
    issuer_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    companions: Mapped[str] = mapped_column(default="[]")
    """JSON list of the companions' names as written in the document."""
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]
    verified_at: Mapped[str | None] = mapped_column(String(32))
    verified_by: Mapped[int | None]
    withdrawn_at: Mapped[str | None] = mapped_column(String(32))


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
