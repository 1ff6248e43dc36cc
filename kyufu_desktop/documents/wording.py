"""The words of a letter: versioned TOML files that a clerk can read, checked as a whole before a letter is made."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kyufu_desktop.errors import FileProblem

DEFAULT = "confirmation_r6"

#: Words that may stand in no letter: they would tell a person at the letter box why the case is kept in-house.
FORBIDDEN_WORDS: tuple[str, ...] = (
    "DV",
    "ＤＶ",
    "暴力",
    "避難",
    "虐待",
    "措置",
    "施設",
    "秘匿",
    "被害",
    "加害",
    "支援措置",
    "別世帯",
    "ホスト",
    "自治体機密性",
)


def letters_dir() -> Path:
    """Folder of templates and words."""
    base = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[2]))
    return base / "resources" / "letters"


@dataclass(frozen=True, slots=True)
class Wording:
    """All words of one kind of letter. ``values`` are the words by the template's names (strings, lists of strings, switches)."""

    name: str
    version: str
    template: str
    title: str
    values: Mapping[str, Any]
    customer_barcode: bool


_SECTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "sender": {"text": ("name", "section", "postal", "address", "phone", "hours"), "list": ()},
    "text": {"text": ("lead", "postmark", "late"), "list": ()},
    "headings": {
        "text": ("number", "benefit", "detail", "amount", "total", "working", "members", "pledges", "deadline", "contact"),
        "list": (),
    },
    "pledges": {"text": ("how",), "list": ("items",)},
    "account": {
        "text": (
            "heading",
            "how",
            "bank",
            "kind",
            "number",
            "number_how",
            "holder_kana",
            "holder",
            "yucho_how",
            "yucho",
            "yucho_symbol",
            "yucho_number",
        ),
        "list": ("bank_kinds", "branch_kinds", "kinds", "enclosures"),
    },
    "proxy": {"text": ("heading", "how", "name", "relation", "basis", "phone"), "list": ("bases",)},
    "signature": {"text": ("lead", "date", "name", "phone"), "list": ()},
    "office": {"text": ("heading",), "list": ("fields",)},
    "kyoji": {"text": ("text",), "list": ()},
}
_SWITCHES = ("kyoji", "customer_barcode")


def _faults(table: Mapping[str, Any]) -> list[str]:
    faults = [f"{key}（文字）" for key in ("version", "template", "title", "form_title") if not _is_text(table.get(key))]
    for section, keys in _SECTIONS.items():
        part = table.get(section)
        if not isinstance(part, dict):
            faults.append(f"[{section}]")
            continue
        faults += [f"{section}.{key}（文字）" for key in keys["text"] if not _is_text(part.get(key))]
        faults += [f"{section}.{key}（文字の並び）" for key in keys["list"] if not _is_list(part.get(key))]
    switches = table.get("switches")
    faults += [
        f"switches.{key}（true か false）" for key in _SWITCHES if not isinstance(switches, dict) or not isinstance(switches.get(key), bool)
    ]
    return faults


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_list(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_text(item) for item in value)


def _forbidden(value: object) -> set[str]:
    if isinstance(value, str):
        return {word for word in FORBIDDEN_WORDS if word in value}
    if isinstance(value, Mapping):
        return set().union(*(_forbidden(item) for item in value.values())) if value else set()
    if isinstance(value, (list, tuple)):
        return set().union(*(_forbidden(item) for item in value)) if value else set()
    return set()


def parse(table: Mapping[str, Any], *, name: str) -> Wording:
    """The words of an already read TOML table.

    Raises ``FileProblem`` K-1808 (a key is missing or has another form) or K-1809 (a word that may stand in no letter).
    """
    faults = _faults(table)
    if faults:
        raise FileProblem(
            "K-1808",
            f"手紙の文言の設定が足りません（{'、'.join(faults[:5])}）。",
            file=f"{name}.toml",
            kept="手紙は作っていません。",
            todo="文言の設定を直してください。",
        )
    found = _forbidden(table)
    if found:
        raise FileProblem(
            "K-1809",
            f"手紙に入れてはならない言葉があります（{'、'.join(sorted(found))}）。",
            file=f"{name}.toml",
            kept="手紙は作っていません。",
            todo="事情が読み取れない言葉に直してください。",
        )
    sender, text, heads, pledges = table["sender"], table["text"], table["headings"], table["pledges"]
    account, proxy, signature, office = table["account"], table["proxy"], table["signature"], table["office"]
    values: dict[str, Any] = {
        "title": table["title"],
        "form_title": table["form_title"],
        "sender": sender["name"],
        "sender_section": sender["section"],
        "contact": [
            sender["section"],
            f"〒{sender['postal']} {sender['address']}",
            f"電話 {sender['phone']}　{sender['hours']}",
        ],
        **text,
        **{f"head_{key}": value for key, value in heads.items()},
        "pledges_how": pledges["how"],
        "pledges": pledges["items"],
        "head_account": account["heading"],
        "head_proxy": proxy["heading"],
        **{f"account_{key}": account[key] for key in ("how", "bank", "kind", "kinds", "number", "number_how", "holder_kana", "holder")},
        **{key: account[key] for key in ("bank_kinds", "branch_kinds", "yucho_how", "yucho", "yucho_symbol", "yucho_number", "enclosures")},
        **{f"proxy_{key}": proxy[key] for key in ("how", "name", "relation", "basis", "bases", "phone")},
        **{f"signature_{key}": value for key, value in signature.items()},
        "office": office["heading"],
        "office_fields": office["fields"],
        "kyoji": table["switches"]["kyoji"],
        "kyoji_text": table["kyoji"]["text"],
    }
    return Wording(name, table["version"], table["template"], table["title"], values, table["switches"]["customer_barcode"])


def load(name: str = DEFAULT) -> Wording:
    """Reads ``resources/letters/NAME.toml``. Raises ``FileProblem`` K-1807 where it is absent or unreadable, else as :func:`parse`."""
    path = letters_dir() / f"{Path(name).name}.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise FileProblem(
            "K-1807",
            "手紙の文言の設定を読めません。",
            file=path.name,
            kept="手紙は作っていません。",
            todo="プログラムを入れ直すか、文言の設定を元に戻してください。",
        ) from problem
    return parse(table, name=name)
