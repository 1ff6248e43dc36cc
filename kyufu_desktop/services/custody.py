"""Administration (管理): staff list, ledgers, audit log, anchor, backup, settings, closing the day."""

from __future__ import annotations

from dataclasses import dataclass

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.staff import Staff
from kyufu_desktop.services.session import Desk


@dataclass(frozen=True, slots=True)
class CustodyPage:
    """What the station 管理 shows."""

    staff: tuple[Staff, ...]
    settings: tuple[tuple[str, str, str], ...]
    """(name, Japanese label, value)."""
    audit_count: int
    anchor: str
    chain_ok: bool
    last_backup: str
    vault_kind: str
    generation: int


def page(desk: Desk) -> CustodyPage:
    raise NotImplementedError


def setting(desk: Desk, name: str) -> str:
    """Value of a setting (``printer_name``, ``printer_device``, ``bank_file``: ``archive``/``plain``, ``medium``)."""
    raise NotImplementedError


def change_setting(desk: Desk, name: str, value: str) -> Changes:
    raise NotImplementedError


def staff_list_pdf(desk: Desk) -> bytes:
    raise NotImplementedError


def ledger_pdf(desk: Desk) -> bytes:
    raise NotImplementedError


def anchor_slip_pdf(desk: Desk) -> bytes:
    raise NotImplementedError


def backup(desk: Desk, folder: str) -> Changes:
    raise NotImplementedError
