"""Banks and branches by their unified codes (金融機関共同コード), from the list of ``zengin-code``."""

from __future__ import annotations

import functools
import json
import re
from datetime import date
from importlib import resources

import jaconv

from kyufu_desktop.errors import InputProblem

_DIGITS = {"bank": re.compile("[0-9]{4}"), "branch": re.compile("[0-9]{3}")}


@functools.cache
def _banks() -> dict[str, dict[str, str]]:
    # Read as data: importing the package would build all 30,000 branches at once.
    source = resources.files("zengin_code").joinpath("source-data", "data", "banks.json")
    found: dict[str, dict[str, str]] = json.loads(source.read_text("utf-8"))
    return found


@functools.cache
def _branches(bank: str) -> dict[str, dict[str, str]]:
    if bank not in _banks():
        return {}
    source = resources.files("zengin_code").joinpath("source-data", "data", "branches", f"{bank}.json")
    found: dict[str, dict[str, str]] = json.loads(source.read_text("utf-8"))
    return found


def bank_name(code: str) -> str | None:
    """「みずほ」, or None for an unknown code."""
    entry = _banks().get(code)
    return entry["name"] if entry else None


def branch_name(bank: str, branch: str) -> str | None:
    """「東京営業部」, or None."""
    entry = _branches(bank).get(branch)
    return entry["name"] if entry else None


def bank_kana(code: str) -> str:
    """Name for the bank file: half width, 15 bytes at most; empty for an unknown code."""
    entry = _banks().get(code)
    return _half(entry["kana"]) if entry else ""


def branch_kana(bank: str, branch: str) -> str:
    """Name of the branch for the bank file, as :func:`bank_kana`."""
    entry = _branches(bank).get(branch)
    return _half(entry["kana"]) if entry else ""


def list_date() -> date:
    """The day of the list; an old one may lack new branches."""
    written = resources.files("zengin_code").joinpath("source-data", "data", "updated_at").read_text("utf-8").strip()
    return date(int(written[:4]), int(written[4:6]), int(written[6:8]))


def check(bank: str, branch: str) -> None:
    """Raises ``InputProblem`` (field ``bank`` or ``branch``) for a code that is not in the list."""
    if not _DIGITS["bank"].fullmatch(bank) or bank_name(bank) is None:
        raise InputProblem("K-1251", "bank", "この金融機関コードは一覧にありません。", todo="通帳の写しで確かめてください。")
    if not _DIGITS["branch"].fullmatch(branch) or branch_name(bank, branch) is None:
        raise InputProblem("K-1252", "branch", "この支店コードは一覧にありません。", todo="通帳の写しで確かめてください。")


def _half(kana: str) -> str:
    """Symbols of names of banks and branches: hyphen only. The mark at the 15th byte is never torn off its letter."""
    wide = kana.translate(str.maketrans("ー－‐―", "----", "・．.，,（）()　 "))
    half: str = jaconv.z2h(wide, kana=True, ascii=True, digit=True)
    half = half.translate(str.maketrans("ｧｨｩｪｫｬｭｮｯｰ", "ｱｲｳｴｵﾔﾕﾖﾂ-"))
    return half[:14] if len(half) > 15 and half[15] in "ﾞﾟ" else half[:15]
