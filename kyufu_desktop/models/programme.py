"""The programme of the vault: what judgments were made by, whole, and what the ward confirmed of its uncertain values."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kyufu_desktop.models.base import Base, Key, Moment


class ProgrammeVersion(Base):
    """A definition as it was in force, so that an old judgment can always be explained."""

    __tablename__ = "programme_version"
    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    text: Mapped[str]
    first_used_at: Mapped[Moment]


class ProgrammeValue(Base):
    """A value that the definition leaves open, as the ward confirmed it; append-only, the newest row of a key counts."""

    __tablename__ = "programme_value"
    id: Mapped[Key]
    programme: Mapped[str] = mapped_column(String(16), index=True)
    key: Mapped[str] = mapped_column(String(64))
    value: Mapped[str]
    """JSON; days as ``YYYY-MM-DD``, amounts in yen."""
    source: Mapped[str]
    """What the ward rests it on (「要綱 第5条第2項」)."""
    set_at: Mapped[Moment]
    set_by: Mapped[int]
    confirmed_by: Mapped[int]
