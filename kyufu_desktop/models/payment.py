"""Payments: append-only attempts in batches, and what became of each. The file itself refuses a second payment of the same judgment."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kyufu_desktop.models.base import Base, Key, Moment

#: The money of the judgment is taken: under way, with the payee, or asked back and not yet here again.
_OCCUPIES = "state IN ('振込準備', '結果待ち', '振込済', '組戻依頼中', '組戻不可', '返還請求中')"


class Batch(Base):
    """One transfer day's file. ``number`` is never used again; ``sha256`` is of the exact bytes that were approved.

    ``method`` CASH: paid at the counter (窓口払い), without a file; ``sha256`` is then of the list that was approved.
    """

    __tablename__ = "batch"
    id: Mapped[Key]
    number: Mapped[int] = mapped_column(unique=True)
    method: Mapped[str] = mapped_column(String(8), default="TRANSFER")
    revision: Mapped[int] = mapped_column(default=0)
    """How often the bytes were made anew because a payment was taken out; an approval of an earlier revision is void."""
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
    bank_kana: Mapped[str | None] = mapped_column(String(15))
    """Name of the bank in the bank file, as the list had it when the payment was made: a newer list changes no approved bytes."""
    branch_kana: Mapped[str | None] = mapped_column(String(15))
    state: Mapped[str] = mapped_column(String(8), index=True)
    failure: Mapped[str | None] = mapped_column(String(16))
    paid_on: Mapped[date | None]
    result_at: Mapped[str | None] = mapped_column(String(32))
    result_by: Mapped[int | None]
    reported_export_id: Mapped[int | None] = mapped_column(ForeignKey("export.id"))


class ResultFile(Base):
    """A file of results that the bank gave (振込結果). The digest is unique: the same file does not come in twice."""

    __tablename__ = "result_file"
    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    form: Mapped[str] = mapped_column(String(8))
    """ZENGIN (records of 120 bytes) or CSV."""
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    rows: Mapped[int]
    total: Mapped[int]
    read_at: Mapped[Moment]
    read_by: Mapped[int]


class PaymentEvent(Base):
    """What became of an attempt, one row a step; append-only. ``happened_on`` is the day of the bank, not of the entry."""

    __tablename__ = "payment_event"
    id: Mapped[Key]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    state: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None]
    """Reason of the bank, or why money is asked back."""
    happened_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(8))
    """HAND, FILE (a result file) or COUNTER (cash)."""
    result_file_id: Mapped[int | None] = mapped_column(ForeignKey("result_file.id"))
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]
    second_by: Mapped[int | None]


class CashReceipt(Base):
    """Money handed over at the counter: the receipt, who paid out and who stood by, both with their signatures."""

    __tablename__ = "cash_receipt"
    id: Mapped[Key]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), unique=True)
    number: Mapped[int] = mapped_column(unique=True)
    printed_at: Mapped[Moment]
    printed_by: Mapped[int]
    paid_on: Mapped[date | None]
    receiver: Mapped[str | None] = mapped_column(String(8))
    """SELF, PROXY or HEIR."""
    identity: Mapped[str | None] = mapped_column(String(16))
    """Which document showed who the receiver is."""
    payer_id: Mapped[int | None]
    payer_signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"))
    witness_id: Mapped[int | None]
    witness_signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"))
    voided_at: Mapped[str | None] = mapped_column(String(32))
    voided_reason: Mapped[str | None]


class PaidChild(Base):
    """One child is counted once: live rows are unique per programme and child, across cases."""

    __tablename__ = "paid_child"
    __table_args__ = (Index("uq_paid_child_live", "programme", "resident_number", unique=True, sqlite_where=text("released_at IS NULL")),)
    id: Mapped[Key]
    programme: Mapped[str] = mapped_column(String(16))
    resident_number: Mapped[str] = mapped_column(String(10))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    released_at: Mapped[str | None] = mapped_column(String(32))
