"""Registered staff. The keys are in the slots beside the file, never here."""

from __future__ import annotations

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyufu_desktop.models.base import Base, Key, Moment


class StaffMember(Base):
    """``id`` equals the slot's user id. ``public_key`` verifies signatures, also of people who have left."""

    __tablename__ = "staff"
    id: Mapped[Key]
    login: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(16))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[Moment]
    removed_at: Mapped[str | None] = mapped_column(String(32))
