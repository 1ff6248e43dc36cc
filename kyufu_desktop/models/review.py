"""Returned forms and the accounts entered from them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kyufu_desktop.models.base import Base, Key, Moment


class ReturnedForm(Base):
    """A form that came in. A letter has one live form; an application (申請書) that came by itself names no letter."""

    __tablename__ = "returned_form"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12), default="CONFIRMATION")
    """CONFIRMATION (with the code of its letter) or APPLICATION."""
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), unique=True)
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
    second_look_at: Mapped[str | None] = mapped_column(String(32))
    second_look_by: Mapped[int | None]
    """Another person who looked at form and copies before the review was completed."""


class Decline(Base):
    """辞退: the person does not want what a letter told; withdrawn instead of deleted."""

    __tablename__ = "decline"
    __table_args__ = (Index("uq_decline_live", "letter_id", unique=True, sqlite_where=text("withdrawn_at IS NULL")),)
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    declared_on: Mapped[date]
    how: Mapped[str] = mapped_column(String(12))
    """PAPER (the declaration came back) or PHONE."""
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]
    withdrawn_on: Mapped[date | None]
    withdrawn_at: Mapped[str | None] = mapped_column(String(32))
    withdrawn_by: Mapped[int | None]
    withdrawn_reason: Mapped[str | None]


class AccountRecord(Base):
    """Where the money of a case goes; append-only, at most one live one.

    ``method`` CASH: paid at the counter, then bank, branch, kind and number are empty. ``belongs_to``: SELF, FACILITY (the person's money
    in an account that the facility keeps), PROXY or HEIR.
    """

    __tablename__ = "account"
    __table_args__ = (Index("uq_account_live", "case_id", unique=True, sqlite_where=text("superseded_by IS NULL")),)
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    method: Mapped[str] = mapped_column(String(8), default="TRANSFER")
    belongs_to: Mapped[str] = mapped_column(String(8), default="SELF")
    proxy_id: Mapped[int | None] = mapped_column(ForeignKey("proxy.id"))
    heir_id: Mapped[int | None] = mapped_column(ForeignKey("heir.id"))
    bank_list_on: Mapped[date | None]
    """Day of the list of banks that bank and branch were found in."""
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
    passbook_seen_at: Mapped[str | None] = mapped_column(String(32))
    holder_differs_reason: Mapped[str | None]
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]
    verified_at: Mapped[str | None] = mapped_column(String(32))
    verified_by: Mapped[int | None]
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
