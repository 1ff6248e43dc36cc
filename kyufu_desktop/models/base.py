"""The declarative base and the tables that describe the vault itself. Nothing here decides anything."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import Integer, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

#: Names of constraints are fixed so that a migration can name them.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Key = Annotated[int, mapped_column(Integer, primary_key=True)]
#: ISO 8601 with offset, e.g. ``2024-08-28T10:15:00+09:00``; text, so that it reads the same in any tool in ten years.
Moment = Annotated[str, mapped_column(String(32))]


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)

    def __repr__(self) -> str:
        """Only the class and the key: a row must never print a person's data."""
        return f"<{type(self).__name__} {getattr(self, 'id', '?')}>"


class VaultInfo(Base):
    """One row: which vault this is."""

    __tablename__ = "vault_info"
    id: Mapped[Key]
    vault_id: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[Moment]


class Setting(Base):
    """Workstation options that belong to the vault: pinned printer, bank file plain or sealed, next numbers."""

    __tablename__ = "setting"
    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(64), unique=True)
    value: Mapped[str]


class Signature(Base):
    """A second person's Ed25519 signature over exactly what was shown."""

    __tablename__ = "signature"
    id: Mapped[Key]
    act: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str]
    """Canonical JSON of (kind, count, total, sha256, generation, seq) that was signed; no personal data."""
    signer_id: Mapped[int]
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[Moment]
