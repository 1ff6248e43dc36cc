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
    device: Mapped[str] = mapped_column(default="")
    tray: Mapped[str] = mapped_column(default="")
    duplex: Mapped[bool] = mapped_column(default=False)
    queue_job: Mapped[str | None]
    """The queue's own name of the job, once it was taken."""
    failure: Mapped[str | None] = mapped_column(String(16))
    letters: Mapped[int]
    sheets: Mapped[int]
    """Sheets of paper: with ``duplex`` two pages a sheet."""
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
    return_due: Mapped[date | None]
    """The day by which the form must be back; None where the letter is not answered."""
    amount: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), index=True)
    sheets: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=0)
    layout: Mapped[str] = mapped_column(String(8), default="STANDARD")
    wording_version: Mapped[str] = mapped_column(default="")
    form_id: Mapped[int | None]
    """The returned form that a 不備通知 is about (that form names its own letter, so the file does not check this number)."""
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    """The transfer that a 支給（振込）通知書 announces."""
    proxy_id: Mapped[int | None] = mapped_column(ForeignKey("proxy.id"))
    enclosed_at: Mapped[str | None] = mapped_column(String(32))
    """When the enclosing check found all pages and the envelope to belong together."""
    enclosed_by: Mapped[int | None]
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


class EnclosingCheck(Base):
    """One look at an envelope and its pages (封入の照合), passed or stopped; append-only."""

    __tablename__ = "enclosing_check"
    id: Mapped[Key]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), index=True)
    envelope: Mapped[str]
    """The code read on the envelope or through its window."""
    pages: Mapped[str]
    """JSON list of the codes read on the pages, in the order of reading."""
    outcome: Mapped[str] = mapped_column(String(12))
    checked_at: Mapped[Moment]
    checked_by: Mapped[int]


class ReturnedMail(Base):
    """A letter that came back (返戻) and how it was settled; never by writing to the registered address."""

    __tablename__ = "returned_mail"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), unique=True)
    came_back_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(16))
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    settled_how: Mapped[str | None] = mapped_column(String(16))
    settled_at: Mapped[str | None] = mapped_column(String(32))
    settled_by: Mapped[int | None]


class LetterWording(Base):
    """The words of a kind of letter as the ward changed them: a whole TOML text, dated, in force once a second person approved it."""

    __tablename__ = "letter_wording"
    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(16), index=True)
    version: Mapped[str]
    text: Mapped[str]
    valid_from: Mapped[date]
    reason: Mapped[str]
    made_at: Mapped[Moment]
    made_by: Mapped[int]
    approved_at: Mapped[str | None] = mapped_column(String(32))
    approved_by: Mapped[int | None]
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"))
    withdrawn_at: Mapped[str | None] = mapped_column(String(32))
    withdrawn_by: Mapped[int | None]


class Gaiji(Base):
    """A character that no font holds, and the approved picture of it (外字). Withdrawn instead of changed."""

    __tablename__ = "gaiji"
    id: Mapped[Key]
    characters: Mapped[str] = mapped_column(index=True)
    """The character as it is stored in names, selector included."""
    image: Mapped[bytes] = mapped_column(LargeBinary)
    """PNG, black on white, square."""
    source: Mapped[str]
    """The document that shows the shape (「住民票の写し 令和6年8月1日」)."""
    entered_at: Mapped[Moment]
    entered_by: Mapped[int]
    verified_at: Mapped[str | None] = mapped_column(String(32))
    verified_by: Mapped[int | None]
    withdrawn_at: Mapped[str | None] = mapped_column(String(32))
    withdrawn_by: Mapped[int | None]
    withdrawn_reason: Mapped[str | None]


class PrinterTest(Base):
    """A test page (試し刷り): the code printed on it and whether a person typed it back. The newest row of a printer counts."""

    __tablename__ = "printer_test"
    id: Mapped[Key]
    printer: Mapped[str]
    device: Mapped[str]
    tray: Mapped[str]
    duplex: Mapped[bool]
    code: Mapped[str] = mapped_column(String(12))
    printed_at: Mapped[Moment]
    printed_by: Mapped[int]
    confirmed_at: Mapped[str | None] = mapped_column(String(32))
    confirmed_by: Mapped[int | None]
