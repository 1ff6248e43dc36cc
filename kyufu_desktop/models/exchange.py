"""Files that came in and went out."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyufu_desktop.models.base import Base, Key, Moment


class ImportFile(Base):
    """A workbook that was imported. The digest of the encrypted bytes is unique: the same file cannot come in twice."""

    __tablename__ = "import_file"
    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    file_name: Mapped[str]
    created_on: Mapped[date | None]
    rows: Mapped[int]
    refused: Mapped[int]
    report: Mapped[str] = mapped_column(default="[]")
    """JSON of the findings: sheet, row, column, sentence; no values."""
    imported_at: Mapped[Moment]
    imported_by: Mapped[int]


class PlannedRow(Base):
    """A row of the contractor's list (支給予定情報), of the newest import only."""

    __tablename__ = "planned_row"
    id: Mapped[Key]
    import_id: Mapped[int] = mapped_column(ForeignKey("import_file.id"), index=True)
    row: Mapped[int]
    management_number: Mapped[str] = mapped_column(String(10))
    household_number: Mapped[str] = mapped_column(String(9))
    head_number: Mapped[str] = mapped_column(String(10))
    kana_folded: Mapped[str]
    birth_day: Mapped[date | None]
    benefit: Mapped[str] = mapped_column(String(12))
    amount: Mapped[int]
    planned_on: Mapped[date | None]
    paid: Mapped[bool]
    child_number: Mapped[str | None] = mapped_column(String(10))


class CollationFinding(Base):
    """A meeting of a case with a planned row, another case or a notice from another municipality; open until a person decides."""

    __tablename__ = "collation_finding"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the content of what was met: a newer list with the same row does not ask again."""
    source: Mapped[str] = mapped_column(String(8), default="PLANNED", index=True)
    """PLANNED (the contractor's list), OWN (another case of ours), NOTICE (another municipality's notice)."""
    other_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("received_notice.id"))
    keys: Mapped[str]
    certainty: Mapped[str] = mapped_column(String(8))
    benefit: Mapped[str] = mapped_column(String(12))
    planned_management_number: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int]
    planned_on: Mapped[date | None]
    paid: Mapped[bool]
    child_number: Mapped[str | None] = mapped_column(String(10))
    advice: Mapped[str]
    found_at: Mapped[Moment]
    gone_at: Mapped[str | None] = mapped_column(String(32))
    decision: Mapped[str | None] = mapped_column(String(20))
    decision_reason: Mapped[str | None]
    decided_at: Mapped[str | None] = mapped_column(String(32))
    decided_by: Mapped[int | None]


class InquiryRecord(Base):
    """An inquiry about one person and its answer."""

    __tablename__ = "inquiry"
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    asked_of: Mapped[str]
    asked_at: Mapped[Moment]
    asked_by: Mapped[int]
    export_id: Mapped[int | None] = mapped_column(ForeignKey("export.id"))
    result: Mapped[str | None] = mapped_column(String(8))
    answered_at: Mapped[str | None] = mapped_column(String(32))
    answer_import_id: Mapped[int | None] = mapped_column(ForeignKey("import_file.id"))
    note: Mapped[str | None]


class Export(Base):
    """A line of the hand-over ledger: something that left on a medium. The password is kept until its sheet is printed, then dropped.

    ``read_back_at`` None: the file was about to be written when the program stopped, and a person has to say whether it is on the medium.
    ``voided_at``: it is not; the line stays.
    """

    __tablename__ = "export"
    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    file_name: Mapped[str]
    rows: Mapped[int]
    total: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    medium: Mapped[str]
    made_at: Mapped[Moment]
    made_by: Mapped[int]
    read_back_at: Mapped[str | None] = mapped_column(String(32))
    password: Mapped[str | None]
    password_printed_at: Mapped[str | None] = mapped_column(String(32))
    password_printed_by: Mapped[int | None]
    handed_over_at: Mapped[str | None] = mapped_column(String(32))
    receiver: Mapped[str | None]
    bag: Mapped[str | None]
    voided_at: Mapped[str | None] = mapped_column(String(32))
    voided_by: Mapped[int | None]


class MediumReturn(Base):
    """A medium that came back, and how its data were erased (返却・消去); what 電子データ消去報告書 is made of."""

    __tablename__ = "medium_return"
    id: Mapped[Key]
    export_id: Mapped[int] = mapped_column(ForeignKey("export.id"), unique=True)
    returned_on: Mapped[date]
    erased_on: Mapped[date | None]
    method: Mapped[str | None]
    witness: Mapped[str | None]
    """Name of who stood by, as it stands in the report."""
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int]
    erased_at: Mapped[str | None] = mapped_column(String(32))
    erased_by: Mapped[int | None]


class BankList(Base):
    """A newer list of banks and branches that was brought in on a medium; the one with the latest ``listed_on`` counts."""

    __tablename__ = "bank_list"
    id: Mapped[Key]
    listed_on: Mapped[date]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    banks: Mapped[int]
    branches: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    """JSON, compressed (zlib): {bank: {name, kana, branches: {branch: [name, kana]}}}."""
    brought_at: Mapped[Moment]
    brought_by: Mapped[int]
