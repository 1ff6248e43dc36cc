"""The programme definitions that judgments were made by, whole, so that an old judgment can always be explained."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kyufu_desktop.models.base import Base, Key, Moment


class ProgrammeVersion(Base):
    __tablename__ = "programme_version"
    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    text: Mapped[str]
    first_used_at: Mapped[Moment]
