"""Letters and print jobs (印刷管理簿)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kyufu_desktop.models.base import Base, Key, Moment


class PrintJob(Base):
    """One job sent to the printer. ``sha256`` of the exact PDF bytes; the bytes themselves are kept nowhere."""

    __tablename__ = "print_job"
    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(16))
    printer: Mapped[str]
    letters: Mapped[int]
    sheets: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    """SENT -> CONFIRMED (came out well or recovered)."""
    good_sheets: Mapped[int | None]
    shredded_sheets: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[Moment]
    started_by: Mapped[int]
    confirmed_at: Mapped[str | None] = mapped_column(String(32))
    confirmed_by: Mapped[int | None]


class Letter(Base):
    """One letter. The snapshot of what it says is sealed under the case key; ``address_id`` is the safe address it went to."""

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("case_id", "kind", "issue"),)
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    issue: Mapped[int]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    document_number: Mapped[str]
    address_id: Mapped[int] = mapped_column(ForeignKey("safe_address.id"))
    snapshot_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    issued_on: Mapped[date]
    return_due: Mapped[date]
    amount: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), index=True)
    sheets: Mapped[int] = mapped_column(default=0)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("print_job.id"), index=True)
    job_position: Mapped[int | None]
    sent_on: Mapped[date | None]
    voided_by: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    reprint_reason: Mapped[str | None]
    prepared_at: Mapped[Moment]
    prepared_by: Mapped[int]


class LetterBenefit(Base):
    """Which judgments a letter tells of."""

    __tablename__ = "letter_benefit"
    id: Mapped[Key]
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    judgment_id: Mapped[int] = mapped_column(ForeignKey("judgment.id"), index=True)
