"""Returned forms and the accounts entered from them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kyufu_desktop.models.base import Base, Key, Moment


class ReturnedForm(Base):
    """A returned confirmation form. A letter has one live form."""

    __tablename__ = "returned_form"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), unique=True)
    received_on: Mapped[date]
    postmark_on: Mapped[date | None]
    late: Mapped[bool]
    items: Mapped[str] = mapped_column(default="{}")
    deficiencies: Mapped[str] = mapped_column(default="[]")
    state: Mapped[str] = mapped_column(String(8), index=True)
    received_at: Mapped[Moment]
    received_by: Mapped[int]
    reviewed_by: Mapped[int | None]
    completed_on: Mapped[date | None]


class AccountRecord(Base):
    """An account of a case; append-only, at most one live one."""

    __tablename__ = "account"
    __table_args__ = (Index("uq_account_live", "case_id", unique=True, sqlite_where=text("superseded_by IS NULL")),)
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    source: Mapped[str] = mapped_column(String(16))
    origin_on: Mapped[date]
    bank: Mapped[str] = mapped_column(String(4))
    branch: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(1))
    number: Mapped[str] = mapped_column(String(7))
    holder: Mapped[str]
    holder_written: Mapped[str]
    notes: Mapped[str] = mapped_column(default="[]")
    passbook_seen_by: Mapped[int | None]
    holder_differs_reason: Mapped[str | None]
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]
    verified_at: Mapped[str | None] = mapped_column(String(32))
    verified_by: Mapped[int | None]
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
