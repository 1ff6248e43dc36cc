"""SQLAlchemy 2 typed tables of the vault. Importing this package knows them all (for the migrations)."""

from kyufu_desktop.models import audit, base, case, exchange, judgment, letter, payment, programme, review, staff

__all__ = ["audit", "base", "case", "exchange", "judgment", "letter", "payment", "programme", "review", "staff"]
