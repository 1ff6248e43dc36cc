"""Judgments; append-only. A change is a new row that names the old one."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kyufu_desktop.models.base import Base, Key, Moment


class JudgmentRecord(Base):
    """One benefit judged. ``conditions`` and ``facts`` are JSON snapshots of what was looked at; ``digest`` is what is signed."""

    __tablename__ = "judgment"
    __table_args__ = (
        Index(
            "uq_judgment_live",
            "case_id",
            "benefit_key",
            unique=True,
            sqlite_where=text("superseded_by IS NULL"),
        ),
    )
    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    benefit: Mapped[str] = mapped_column(String(12))
    benefit_key: Mapped[str] = mapped_column(String(24))
    """``household`` / ``kodomo`` / ``chosei:<person id>``: one live judgment each."""
    outcome: Mapped[str] = mapped_column(String(8))
    amount: Mapped[int]
    reasons: Mapped[str]
    conditions: Mapped[str]
    working: Mapped[str | None]
    children: Mapped[str] = mapped_column(default="[]")
    facts: Mapped[str]
    programme: Mapped[str] = mapped_column(String(16))
    programme_digest: Mapped[str] = mapped_column(String(64))
    judged_on: Mapped[date]
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), index=True)
    """JUDGED (looked at) -> DRAFTED (起案) -> APPROVED (決裁) or RETURNED; VOID."""
    drafted_by: Mapped[int]
    drafted_at: Mapped[Moment]
    approved_by: Mapped[int | None]
    approved_at: Mapped[str | None] = mapped_column(String(32))
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"))
    returned_reason: Mapped[str | None]
    void_reason: Mapped[str | None]
    """Why an approval does not hold any more: a fact changed (which), or it was withdrawn (by whom, why)."""
    voided_at: Mapped[str | None] = mapped_column(String(32))
    voided_by: Mapped[int | None]
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("judgment.id"))
