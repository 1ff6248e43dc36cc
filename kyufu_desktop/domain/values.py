"""Small values that every rule uses: birth dates as the register knows them, amounts, kinds of things."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Category(StrEnum):
    """Why the case is kept in-house (特別対応区分)."""

    DV = "DV"
    CHILD = "CHILD"
    DISABLED = "DISABLED"
    ELDERLY = "ELDERLY"


CATEGORY_LABELS: dict[Category, str] = {
    Category.DV: "DV等避難者",
    Category.CHILD: "措置入所等児童",
    Category.DISABLED: "措置入所等障害者",
    Category.ELDERLY: "措置入所等高齢者",
}

#: Words of the host's workbook (特別対応区分).
CATEGORY_HOST_WORDS: dict[str, Category] = {
    "DV避難者": Category.DV,
    "児童福祉施設等入所児童": Category.CHILD,
    "施設入所障害者": Category.DISABLED,
    "施設入所高齢者": Category.ELDERLY,
}


class Benefit(StrEnum):
    """The kinds of benefit; HOUSEHOLD stands for "one of the two household benefits, not known which"."""

    HIKAZEI = "hikazei"
    KINTOWARI = "kintowari"
    HOUSEHOLD = "household"
    KODOMO = "kodomo"
    CHOSEI = "chosei"
    FUSOKU = "fusoku"


#: Benefits of one taxpayer; the others are the household's.
OF_A_PERSON: frozenset[Benefit] = frozenset({Benefit.CHOSEI, Benefit.FUSOKU})

#: Words of the host's workbooks (給付種別).
BENEFIT_HOST_WORDS: dict[str, Benefit] = {
    "令和6年度非課税化給付": Benefit.HIKAZEI,
    "令和6年度均等割のみ課税化給付": Benefit.KINTOWARI,
    "子ども加算": Benefit.KODOMO,
    "調整給付": Benefit.CHOSEI,
    "不足額給付": Benefit.FUSOKU,
}


class Relation(StrEnum):
    """続柄: the head of the household or anybody else; the register's own word is kept beside it."""

    HEAD = "HEAD"
    MEMBER = "MEMBER"


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date as written and as a day. ``day`` is None where the register does not know it (「昭和20年不詳」)."""

    written: str = field(repr=False)
    day: date | None = field(default=None, repr=False)

    @property
    def unknown(self) -> bool:
        return self.day is None


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A bank account: bank 4 digits, branch 3, kind 1/2/4/9, number 7 digits, holder in the bank's half-width kana."""

    bank: str = field(repr=False)
    branch: str = field(repr=False)
    kind: str = field(repr=False)
    number: str = field(repr=False)
    holder: str = field(repr=False)


def yen(amount: int) -> str:
    """``100000`` -> ``100,000円``."""
    return f"{amount:,}円"
