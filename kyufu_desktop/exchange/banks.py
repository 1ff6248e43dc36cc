"""Banks and branches by their unified codes (金融機関共同コード): the list that comes with the program, and newer ones of the same form.

The form is that of ``zengin-code``'s public source data: ``data/banks.json``, ``data/branches/<bank>.json``, ``data/updated_at``.
"""

from __future__ import annotations

import functools
import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import NamedTuple

import jaconv

from kyufu_desktop.errors import InputProblem

_DIGITS = {"bank": re.compile("[0-9]{4}"), "branch": re.compile("[0-9]{3}")}


class Place(NamedTuple):
    """A bank or a branch: name as written, kana of the list."""

    name: str
    kana: str


@dataclass(frozen=True, slots=True)
class BankList:
    """One list of banks and branches. A value: whoever asks the same list gets the same answer."""

    listed_on: date
    """The day of the list; an old one may lack new branches."""
    banks: Mapping[str, Place] = field(repr=False)
    branches_of: Callable[[str], Mapping[str, Place]] = field(repr=False, compare=False)
    """Branches of a bank by their code; empty for an unknown bank."""

    def bank_name(self, code: str) -> str | None:
        """「みずほ」, or None for an unknown code."""
        entry = self.banks.get(code)
        return entry.name if entry else None

    def branch_name(self, bank: str, branch: str) -> str | None:
        """「東京営業部」, or None."""
        entry = self.branches_of(bank).get(branch)
        return entry.name if entry else None

    def bank_kana(self, code: str) -> str:
        """Name for the bank file: half width, 15 bytes at most; empty for an unknown code."""
        entry = self.banks.get(code)
        return half_width(entry.kana) if entry else ""

    def branch_kana(self, bank: str, branch: str) -> str:
        """Name of the branch for the bank file, as :meth:`bank_kana`."""
        entry = self.branches_of(bank).get(branch)
        return half_width(entry.kana) if entry else ""

    def check(self, bank: str, branch: str) -> None:
        """Raises ``InputProblem`` (field ``bank`` or ``branch``) for a code that is not in the list."""
        if not _DIGITS["bank"].fullmatch(bank) or self.bank_name(bank) is None:
            raise InputProblem("K-1251", "bank", "この金融機関コードは一覧にありません。", todo="通帳の写しで確かめてください。")
        if not _DIGITS["branch"].fullmatch(branch) or self.branch_name(bank, branch) is None:
            raise InputProblem("K-1252", "branch", "この支店コードは一覧にありません。", todo="通帳の写しで確かめてください。")

    def knows(self, bank: str, branch: str) -> bool:
        return branch in self.branches_of(bank)

    def count(self) -> tuple[int, int]:
        """Banks and branches."""
        return len(self.banks), sum(len(self.branches_of(bank)) for bank in self.banks)


def listed(listed_on: date, banks: Mapping[str, Place], branches: Mapping[str, Mapping[str, Place]]) -> BankList:
    """A list that is held as a whole."""
    nothing: Mapping[str, Place] = {}
    return BankList(listed_on, banks, functools.partial(_held, branches, nothing))


def _held(branches: Mapping[str, Mapping[str, Place]], nothing: Mapping[str, Place], bank: str) -> Mapping[str, Place]:
    return branches.get(bank, nothing)


@functools.cache
def packaged() -> BankList:
    """The list that came with the program. Branches are read bank by bank: all 30,000 at once are seldom needed."""
    written = _source("updated_at").strip()
    found: dict[str, dict[str, str]] = json.loads(_source("banks.json"))
    banks = {code: Place(entry["name"], entry["kana"]) for code, entry in found.items()}
    return BankList(date(int(written[:4]), int(written[4:6]), int(written[6:8])), banks, _packaged_branches)


@functools.cache
def _packaged_branches(bank: str) -> Mapping[str, Place]:
    if bank not in packaged().banks:
        return {}
    found: dict[str, dict[str, str]] = json.loads(_source("branches", f"{bank}.json"))
    return {code: Place(entry["name"], entry["kana"]) for code, entry in found.items()}


def _source(*names: str) -> str:
    # Read as data: importing the package would build all branches at once.
    return resources.files("zengin_code").joinpath("source-data", "data", *names).read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Differences:
    """What a newer list changes: (code, name) of banks, (code of bank and branch, name) of branches, old and new name where renamed."""

    banks_gone: tuple[tuple[str, str], ...]
    banks_new: tuple[tuple[str, str], ...]
    banks_renamed: tuple[tuple[str, str, str], ...]
    branches_gone: tuple[tuple[str, str], ...]
    branches_new: tuple[tuple[str, str], ...]
    branches_renamed: tuple[tuple[str, str, str], ...]


def compare(old: BankList, new: BankList) -> Differences:
    """Branches are written 「0001-001」; those of a vanished or a new bank are counted too."""
    banks = _difference(old.banks, new.banks)
    before, after = _all_branches(old), _all_branches(new)
    branches = _difference(before, after)
    return Differences(*banks, *branches)


_Changes = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...], tuple[tuple[str, str, str], ...]]


def _difference(old: Mapping[str, Place], new: Mapping[str, Place]) -> _Changes:
    return (
        tuple((code, old[code].name) for code in sorted(old.keys() - new.keys())),
        tuple((code, new[code].name) for code in sorted(new.keys() - old.keys())),
        tuple((code, old[code].name, new[code].name) for code in sorted(old.keys() & new.keys()) if old[code] != new[code]),
    )


def _all_branches(of: BankList) -> dict[str, Place]:
    return {
        f"{bank}-{code}": Place(f"{of.banks[bank].name} {place.name}", place.kana)
        for bank in of.banks
        for code, place in of.branches_of(bank).items()
    }


def pack(of: BankList) -> bytes:
    """The whole list as it is kept: JSON, compressed."""
    plain = {
        bank: {"name": place.name, "kana": place.kana, "branches": {code: list(each) for code, each in of.branches_of(bank).items()}}
        for bank, place in of.banks.items()
    }
    return zlib.compress(json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8"), 9)


def unpack(data: bytes, listed_on: date) -> BankList:
    """What :func:`pack` made. The bytes are those of the vault: a fault in them is a bug, not a message."""
    plain = json.loads(zlib.decompress(data))
    return listed(
        listed_on,
        {bank: Place(entry["name"], entry["kana"]) for bank, entry in plain.items()},
        {bank: {code: Place(*each) for code, each in entry["branches"].items()} for bank, entry in plain.items()},
    )


def half_width(kana: str) -> str:
    """Symbols of names of banks and branches: hyphen only, 15 bytes. The mark at the 15th byte is never torn off its letter."""
    wide = kana.translate(str.maketrans("ー－‐―", "----", "・．.，,（）()　 "))
    half: str = jaconv.z2h(wide, kana=True, ascii=True, digit=True)
    half = half.translate(str.maketrans("ｧｨｩｪｫｬｭｮｯｰ", "ｱｲｳｴｵﾔﾕﾖﾂ-"))
    return half[:14] if len(half) > 15 and half[15] in "ﾞﾟ" else half[:15]
