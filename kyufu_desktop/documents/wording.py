"""The words of a letter: versioned TOML files that a clerk can read, checked as a whole before a letter is made."""

from __future__ import annotations

import sys
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kyufu_desktop.documents import wording_fields
from kyufu_desktop.domain.letter import LetterKind
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


def forbidden_in(text: str) -> tuple[str, ...]:
    """Words of ``FORBIDDEN_WORDS`` that stand in it, also where they are written in another width, in small letters or with blanks."""
    plain = _folded(text)
    return tuple(word for word in FORBIDDEN_WORDS if word in text) or tuple(word for word in FORBIDDEN_WORDS if _folded(word) in plain)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def texts(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """(key, text) of everything that is written in a table of words."""
    for name, value in table.items():
        key = f"{above}{name}"
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, Mapping):
            yield from texts(value, f"{key}.")
        elif isinstance(value, list):
            for item in value:
                yield from ((key, text) for _, text in texts({"": item}))


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
    found = {key: words for key, text in texts(table) if (words := forbidden_in(text))}
    if found:
        told = "、".join(dict.fromkeys(word for words in found.values() for word in words))
        raise FileProblem(
            "K-1809",
            f"手紙に入れてはならない言葉があります（{told}：{'、'.join(found)}）。",
            file=f"{name}.toml",
            kept="手紙は作っていません。",
            todo="事情が読み取れない言葉に直してください。",
        )


def parse(table: Mapping[str, Any], *, name: str) -> Wording:
    """The words of the confirmation, from an already read TOML table.

    Raises ``FileProblem`` K-1808 (a key is missing, unknown or has another form) or K-1809 (a word that may stand in no letter).
    """
    _refuse(wording_fields.faults(LetterKind.CONFIRMATION, table), table, name)
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
    barcode = table["switches"]["customer_barcode"]
    return Wording(name, table["version"], table["template"], table["title"], values, barcode)


#: Kinds that are a decision, so that the instruction on appeals (教示) may stand in them.
DECISIONS: frozenset[LetterKind] = frozenset({LetterKind.DECISION, LetterKind.REFUSAL})


def parse_kind(kind: LetterKind, table: Mapping[str, Any], base: Wording, *, name: str) -> Wording:
    """The words of another letter than the confirmation, from an already read TOML table; sender, account field and form from ``base``.

    Raises ``FileProblem`` as :func:`parse`; a key that nobody asks for is refused too (K-1808): a misspelt word would be lost silently.
    """
    _refuse(wording_fields.faults(kind, table), table, name)
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
    return base if kind is LetterKind.CONFIRMATION else parse_kind(kind, read_file(kind.value), base, name=kind.value)


def load(name: str = DEFAULT) -> Wording:
    """Reads ``resources/letters/NAME.toml``. Raises ``FileProblem`` K-1807 where it is absent or unreadable, else as :func:`parse`."""
    return parse(read_file(name), name=name)


def file_of(kind: LetterKind, confirmation: str = DEFAULT) -> str:
    """Name of the file with the words of a kind; ``confirmation`` is that of the programme."""
    return confirmation if kind is LetterKind.CONFIRMATION else kind.value


def read_file(name: str) -> dict[str, Any]:
    """The table of ``resources/letters/NAME.toml`` as it is. Raises ``FileProblem`` K-1807."""
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
