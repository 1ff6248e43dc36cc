"""The words of a letter: versioned TOML files that a clerk can read, checked as a whole before a letter is made."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kyufu_desktop.domain.letter import LetterKind
from kyufu_desktop.domain.refusal import RefusalReason
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
    "guide": {"text": ("title", "lead", "heading", "close"), "list": ("enclose",)},
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
    faults += _steps(table.get("guide"))
    switches = table.get("switches")
    faults += [
        f"switches.{key}（true か false）" for key in _SWITCHES if not isinstance(switches, dict) or not isinstance(switches.get(key), bool)
    ]
    return faults


def _steps(guide: object) -> list[str]:
    """The steps of the guide: each says what to do and how."""
    steps = guide.get("steps") if isinstance(guide, dict) else None
    if not isinstance(steps, list) or not steps:
        return ["guide.steps（段階の並び）"]
    fits = [isinstance(step, dict) and set(step) == {"what", "how"} and all(_is_text(word) for word in step.values()) for step in steps]
    return [f"guide.steps の{number}（what と how）" for number, good in enumerate(fits, start=1) if not good]


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


def _refuse(faults: list[str], table: Mapping[str, Any], name: str) -> None:
    """Raises ``FileProblem`` K-1808 with the first of the faults, K-1809 where a word stands in the table that no letter may say."""
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


def parse(table: Mapping[str, Any], *, name: str) -> Wording:
    """The words of an already read TOML table.

    Raises ``FileProblem`` K-1808 (a key is missing or has another form) or K-1809 (a word that may stand in no letter).
    """
    _refuse(_faults(table), table, name)
    sender, text, heads, pledges = table["sender"], table["text"], table["headings"], table["pledges"]
    account, proxy, signature, office = table["account"], table["proxy"], table["signature"], table["office"]
    guide = table["guide"]
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
        **{f"guide_{key}": value for key, value in guide.items()},
        "office": office["heading"],
        "office_fields": office["fields"],
        "kyoji": table["switches"]["kyoji"],
        "kyoji_text": table["kyoji"]["text"],
    }
    return Wording(name, table["version"], table["template"], table["title"], values, table["switches"]["customer_barcode"])


_HEAD = {"benefit", "amount"}
_UNTIL = {"deadline", "postmark", "late"}
#: Headings of each kind besides the confirmation, all of them and no others.
_HEADINGS: dict[LetterKind, set[str]] = {
    LetterKind.PUSH: {*_HEAD, *_UNTIL, "account"},
    LetterKind.REMINDER: {*_HEAD, *_UNTIL, "first_sent"},
    LetterKind.DEFICIENCY: {*_UNTIL, "received", "items", "what", "how"},
    LetterKind.DECISION: {*_HEAD, "decided", "account"},
    LetterKind.REFUSAL: {"benefit", "reason", "decided"},
    LetterKind.PAYMENT: {*_HEAD, "transfer", "account"},
}
#: Kinds that are a decision, so that the instruction on appeals (教示) may stand in them.
DECISIONS: frozenset[LetterKind] = frozenset({LetterKind.DECISION, LetterKind.REFUSAL})


def _kind_faults(kind: LetterKind, table: Mapping[str, Any]) -> list[str]:
    """What the words of a kind lack or have too much, as keys."""
    texts: dict[str, set[str]] = {"": {"version", "template", "answer", "title"}, "text": {"lead"}, "headings": _HEADINGS[kind]}
    lists: dict[str, set[str]] = {"text": {"close"}}
    known = {"version", "template", "answer", "title", "valid_from", "text", "headings"}
    if kind is LetterKind.PUSH:
        texts["form"], lists["form"] = {"title", "signature", "how"}, {"choices"}
    if kind is LetterKind.DEFICIENCY:
        texts["form"] = {"title", "signature"}
    if "form" in texts:
        known |= {"form"}
    if kind is LetterKind.REFUSAL:
        texts["reasons"] = {reason.value for reason in RefusalReason}
        known |= {"reasons"}
    if kind in DECISIONS:
        texts["kyoji"], lists["kyoji"] = {"heading"}, {"text"}
        known |= {"kyoji", "switches"}
    faults = [f"{key}（知らない項目）" for key in sorted(set(table) - known)]
    for section in dict.fromkeys((*texts, *lists)):
        part = table.get(section) if section else table
        if not isinstance(part, Mapping):
            faults.append(f"[{section}]")
            continue
        dot = f"{section}." if section else ""
        faults += [f"{dot}{key}（文字）" for key in sorted(texts.get(section, ())) if not _is_text(part.get(key))]
        faults += [f"{dot}{key}（文字の並び）" for key in sorted(lists.get(section, ())) if not _is_list(part.get(key))]
        if section:
            faults += [f"{dot}{key}（知らない項目）" for key in sorted(set(part) - texts.get(section, set()) - lists.get(section, set()))]
    if not isinstance(table.get("valid_from"), date):
        faults.append("valid_from（日付）")
    if kind in DECISIONS and table.get("switches") not in ({"kyoji": True}, {"kyoji": False}):
        faults.append("switches.kyoji（true か false）")
    return faults


def parse_kind(kind: LetterKind, table: Mapping[str, Any], base: Wording, *, name: str) -> Wording:
    """The words of another letter than the confirmation, from an already read TOML table; sender, account field and form from ``base``.

    Raises ``FileProblem`` as :func:`parse`; a key that nobody asks for is refused too (K-1808): a misspelt word would be lost silently.
    """
    _refuse(_kind_faults(kind, table), table, name)
    heads = {f"head_{key}": value for key, value in table["headings"].items()}
    values = {
        **base.values,
        **heads,
        "head_detail": base.values["head_detail"],
        "title": table["title"],
        "answer": table["answer"],
        "lead": table["text"]["lead"],
        "close": table["text"]["close"],
        **{f"form_{key}": value for key, value in table.get("form", {}).items()},
        "signature_lead": table.get("form", {}).get("signature", base.values["signature_lead"]),
        "reasons": dict(table.get("reasons", {})),
        "kyoji": kind in DECISIONS and table["switches"]["kyoji"],
        "kyoji_heading": table["kyoji"]["heading"] if kind in DECISIONS else "",
        "kyoji_text": table["kyoji"]["text"] if kind in DECISIONS else [],
    }
    return Wording(name, table["version"], table["template"], table["title"], values, base.customer_barcode)


def load_kind(kind: LetterKind, confirmation: str = DEFAULT) -> Wording:
    """The words of a kind of letter; ``confirmation`` names the file of the programme. Raises as :func:`load`."""
    base = load(confirmation)
    return base if kind is LetterKind.CONFIRMATION else parse_kind(kind, _read(kind.value), base, name=kind.value)


def load(name: str = DEFAULT) -> Wording:
    """Reads ``resources/letters/NAME.toml``. Raises ``FileProblem`` K-1807 where it is absent or unreadable, else as :func:`parse`."""
    return parse(_read(name), name=name)


def _read(name: str) -> dict[str, Any]:
    path = letters_dir() / f"{Path(name).name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise FileProblem(
            "K-1807",
            "手紙の文言の設定を読めません。",
            file=path.name,
            kept="手紙は作っていません。",
            todo="プログラムを入れ直すか、文言の設定を元に戻してください。",
        ) from problem
