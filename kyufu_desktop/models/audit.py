"""The audit chain: every act, reads included, in the order it happened."""

from __future__ import annotations

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyufu_desktop.models.base import Base, Moment


class AuditEntry(Base):
    """``detail`` is canonical JSON with ids, counts and codes only. ``mac`` continues the chain."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Moment]
    monotonic_ms: Mapped[int]
    actor_id: Mapped[int]
    act: Mapped[str] = mapped_column(String(32), index=True)
    subject: Mapped[str] = mapped_column(String(32), default="")
    subject_id: Mapped[int | None] = mapped_column(index=True)
    detail: Mapped[str] = mapped_column(default="{}")
    mac: Mapped[bytes] = mapped_column(LargeBinary)

    def __repr__(self) -> str:
        return f"<AuditEntry {self.seq}>"
