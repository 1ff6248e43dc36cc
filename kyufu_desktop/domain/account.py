"""Accounts: holder's kana for the bank, Yucho conversion, check against the recipient, sources that may be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.values import BankAccount


class AccountSource(StrEnum):
    """Where an account comes from. For the in-house categories only STATED (or a newer one) is ever used."""

    PAST_BENEFIT = "PAST_BENEFIT"
    PUBLIC_MONEY = "PUBLIC_MONEY"
    WELFARE = "WELFARE"
    STATED = "STATED"


class HolderMatch(StrEnum):
    SAME = "SAME"
    SWAPPED = "SWAPPED"
    DIFFERENT = "DIFFERENT"


@dataclass(frozen=True, slots=True)
class Normalised:
    """The bank's kana (half width, 30 bytes at most) and every change made on the way, in words."""

    text: str = field(repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)


def bank_kana(written: str, *, limit: int = 30) -> Normalised:
    """Holder's kana as the bank takes it. Raises ``InputProblem("holder_kana")`` naming the original characters that cannot be sent."""
    raise NotImplementedError


def compare_holder(recipient_kana: str, holder: str) -> HolderMatch:
    """Spaces removed, then compared; family and given name swapped is told apart."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class YuchoConversion:
    account: BankAccount
    branch_name: str
    check_digit_fits: bool


def from_yucho(symbol: str, number: str, holder: str) -> YuchoConversion:
    """記号・番号 -> transfer account. Raises ``InputProblem`` naming ``yucho_symbol`` or ``yucho_number``."""
    raise NotImplementedError


def parse_host_account(text: str) -> BankAccount:
    """``0001-001-1-1234567-カナ`` -> account. Raises ``InputProblem`` (no digits echoed)."""
    raise NotImplementedError


def may_be_used(source: AccountSource, origin: date, sensitive_since: date) -> bool:
    """Nothing older than the request or placement is ever proposed for the in-house categories."""
    raise NotImplementedError
