"""Payments: append-only attempts in batches. The file itself refuses a second payment of the same judgment."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kyufu_desktop.models.base import Base, Key, Moment

_OCCUPIES = "state IN ('振込準備', '結果待ち', '振込済')"


class Batch(Base):
    """One transfer day's file. ``number`` is never used again; ``sha256`` is of the exact bytes that were approved."""

    __tablename__ = "batch"
    id: Mapped[Key]
    number: Mapped[int] = mapped_column(unique=True)
    transfer_on: Mapped[date]
    count: Mapped[int]
    total: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8), index=True)
    made_at: Mapped[Moment]
    made_by: Mapped[int]
    approved_at: Mapped[str | None] = mapped_column(String(32))
    approved_by: Mapped[int | None]
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"))
    export_id: Mapped[int | None] = mapped_column(ForeignKey("export.id"))
    cancelled_reason: Mapped[str | None]


class Payment(Base):
    """One attempt to pay one judged benefit, with a snapshot of the account it goes to.

    The partial unique indexes make a second occupying attempt impossible: per judgment, and per entitlement (``entitlement`` is the
    programme, the benefit and the resident number of the recipient, so that a new judgment or case of the same person is stopped too).
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("judgment_id", "attempt"),
        UniqueConstraint("reference"),
        CheckConstraint("amount > 0", name="amount_positive"),
        Index("uq_payment_judgment_live", "judgment_id", unique=True, sqlite_where=text(_OCCUPIES)),
        Index("uq_payment_entitlement_live", "entitlement", unique=True, sqlite_where=text(_OCCUPIES)),
    )
    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    judgment_id: Mapped[int] = mapped_column(ForeignKey("judgment.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    entitlement: Mapped[str]
    benefit: Mapped[str] = mapped_column(String(12))
    attempt: Mapped[int]
    reference: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int]
    bank: Mapped[str] = mapped_column(String(4))
    branch: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(1))
    number: Mapped[str] = mapped_column(String(7))
    holder: Mapped[str]
    state: Mapped[str] = mapped_column(String(8), index=True)
    failure: Mapped[str | None] = mapped_column(String(16))
    paid_on: Mapped[date | None]
    result_at: Mapped[str | None] = mapped_column(String(32))
    result_by: Mapped[int | None]
    reported_export_id: Mapped[int | None] = mapped_column(ForeignKey("export.id"))


class PaidChild(Base):
    """One child is counted once: live rows are unique per programme and child, across cases."""

    __tablename__ = "paid_child"
    __table_args__ = (Index("uq_paid_child_live", "programme", "resident_number", unique=True, sqlite_where=text("released_at IS NULL")),)
    id: Mapped[Key]
    programme: Mapped[str] = mapped_column(String(16))
    resident_number: Mapped[str] = mapped_column(String(10))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    released_at: Mapped[str | None] = mapped_column(String(32))
