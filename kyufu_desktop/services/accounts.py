"""Accounts: entered from the form, holder's kana normalised with every change shown, verified by a second person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.domain.account import HolderMatch
from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.services.session import Desk, Second


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """As written on the form. For Yucho ``bank`` may be empty and symbol/number given instead."""

    bank: str = field(default="", repr=False)
    branch: str = field(default="", repr=False)
    kind: str = field(default="1", repr=False)
    number: str = field(default="", repr=False)
    holder: str = field(default="", repr=False)
    yucho_symbol: str = field(default="", repr=False)
    yucho_number: str = field(default="", repr=False)
    origin_on: date | None = None
    passbook_seen: bool = False
    holder_differs_reason: str = ""


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """What the check found before anything is stored: names of bank and branch, the bank's kana, notes on every change, match with recipient."""

    bank_name: str
    branch_name: str
    holder: str = field(repr=False)
    notes: tuple[str, ...]
    match: HolderMatch
    warnings: tuple[str, ...]
    """E.g. the same private account in another case, Yucho check digit, list date of banks."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    account_id: int
    case_id: int
    management_number: str
    name: str = field(repr=False)
    bank_name: str
    branch_name: str
    kind_word: str
    number_tail: str
    """Last three digits only."""
    holder: str = field(repr=False)
    entered_by: str
    entered_by_id: int
    verified_by: str | None


def check(desk: Desk, case_id: int, entry: AccountEntry) -> AccountCheck:
    raise NotImplementedError


def enter(desk: Desk, case_id: int, entry: AccountEntry) -> Changes:
    """A new row that supersedes the old; refused while a payment is under way. Another holder than the recipient needs a reason."""
    raise NotImplementedError


def waiting(desk: Desk) -> tuple[AccountRow, ...]:
    """Accounts that wait for a second person."""
    raise NotImplementedError


def verify(desk: Desk, account_ids: tuple[int, ...], second: Second) -> Changes:
    raise NotImplementedError
