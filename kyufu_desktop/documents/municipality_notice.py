"""The notice to the municipality where a person is registered (住民票のある区市町村への通知) as data, and its PDF.

It tells that the person has made a request here, so that the other municipality does not pay for the same people. There is deliberately no
field for the present address, the telephone, an account, a facility, who issued the evidence, or the category: the municipality of
registration is where the other party lives, and a letter there is read by whoever opens it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import pypdfium2

from kyufu_desktop.documents.fonts import WAY_OUT, route, unprintable
from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures, require_all
from kyufu_desktop.documents.typesetting import TypesettingFault, runs, typeset
from kyufu_desktop.documents.wording import FORBIDDEN_WORDS, letters_dir
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.errors import FileProblem, UserError

TEMPLATE = "municipality_notice"
_SENDER = ("ward", "name", "section", "postal", "address", "phone")
_WORDS = ("confidential", "honorific", "office", "lead")
_HEADINGS = ("facts", "programme", "requested", "person", "companions", "name", "kana", "birth", "registered", "keep", "contact")


@dataclass(frozen=True, slots=True)
class NoticePerson:
    """Who is named. ``registered`` is the address of the register, which the receiver knows; empty where it is not known here."""

    name: str = field(repr=False)
    kana: str = field(repr=False)
    birth: str = field(repr=False)
    """The birth date in words, as the register knows it (「昭和20年不詳」)."""
    registered: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MunicipalityNotice:
    """All that the notice says. ``number`` is the number of the notice and tells nothing of the case."""

    number: str
    issued_on: date
    municipality: str = field(repr=False)
    programme: str
    requested_on: date
    person: NoticePerson = field(repr=False)
    companions: tuple[NoticePerson, ...] = field(default=(), repr=False)
    practice: bool = False

    def texts(self) -> Iterator[str]:
        """Everything in it that is not a day: what may betray must stand in none of these."""
        yield from (self.number, self.municipality, self.programme)
        for person in (self.person, *self.companions):
            yield from (person.name, person.kana, person.birth, person.registered)


@dataclass(frozen=True, slots=True)
class NoticeWording:
    """The words of the letter. ``sender`` is the ward's neutral section; ``sender["ward"]`` is the ward itself."""

    title: str
    sender: Mapping[str, str]
    words: Mapping[str, Any]

    def fixed(self) -> str:
        """All words that stand in every notice, as one text."""
        keep = "\n".join(self.words["keep"])
        return "\n".join((self.title, *self.sender.values(), *(word for word in self.words.values() if isinstance(word, str)), keep))


def parse(table: Mapping[str, Any]) -> NoticeWording:
    """The words of an already read TOML table.

    Raises ``FileProblem`` K-1834 (a word is missing), K-1835 (a word that may stand in no letter).
    """
    sections = (("sender", _SENDER), ("words", _WORDS), ("headings", _HEADINGS))
    missing = [f"{name}.{key}" for name, keys in sections for key in keys if not _is_text(table.get(name, {}).get(key))]
    keep = table.get("words", {}).get("keep")
    if not isinstance(keep, list) or not keep or not all(_is_text(line) for line in keep):
        missing.append("words.keep")
    if not _is_text(table.get("title")):
        missing.append("title")
    if missing:
        raise _wording_problem("K-1834", f"通知の文言の設定が足りません（{'、'.join(missing[:5])}）。")
    headings = {key: table["headings"][key] for key in _HEADINGS if key != "keep"}
    words = {**{key: table["words"][key] for key in _WORDS}, **headings, "keep": list(keep), "keep_heading": table["headings"]["keep"]}
    found = NoticeWording(table["title"], {key: table["sender"][key] for key in _SENDER}, words)
    fixed = found.fixed()
    forbidden = [word for word in FORBIDDEN_WORDS if word in fixed]
    if forbidden:
        raise _wording_problem("K-1835", f"通知に入れてはならない言葉があります（{'、'.join(forbidden)}）。")
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _wording_problem(code: str, happened: str) -> FileProblem:
    return FileProblem(
        code, happened, file=f"{TEMPLATE}.toml", kept="通知は作っていません。", todo="文言の設定を直すか、プログラムを入れ直してください。"
    )


@lru_cache(maxsize=1)
def wording() -> NoticeWording:
    """The words of ``resources/letters/municipality_notice.toml``. Raises ``FileProblem`` K-1834, K-1835."""
    try:
        table = tomllib.loads((letters_dir() / f"{TEMPLATE}.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise _wording_problem("K-1834", "通知の文言の設定を読めません。") from problem
    return parse(table)


def compose(notice: MunicipalityNotice, words: NoticeWording | None = None, pictures: Pictures = NO_PICTURES) -> bytes:
    """The notice as PDF bytes, in memory.

    Raises ``UserError`` K-1831 (a character that neither a font nor a picture shows: who, in the order of the letter, and the code point),
    K-1832 (the template stopped), K-1898 (a picture is not on the page).
    """
    words = words or wording()
    _refuse_unprintable(notice, pictures)
    data = {
        "title": words.title,
        "number": notice.number,
        "issued_on": wareki(notice.issued_on),
        "municipality": runs(route(notice.municipality, pictures)),
        "programme": notice.programme,
        "requested_on": wareki(notice.requested_on),
        "person": _person(notice.person, pictures),
        "companions": [_person(person, pictures) for person in notice.companions],
        "practice": notice.practice,
        "sender": dict(words.sender),
        "words": dict(words.words),
    }
    try:
        pdf = typeset(TEMPLATE, data, pictures)
    except TypesettingFault:
        raise UserError(
            "K-1832",
            "通知を組めませんでした。",
            kept="通知は作っていません。",
            todo="書体と文言の設定を確かめ、直らないときは担当へ知らせてください。",
        ) from None
    require_all(pdf, data, pictures, "通知")
    return pdf


def _person(person: NoticePerson, pictures: Pictures) -> dict[str, Any]:
    found = {"name": person.name, "kana": person.kana, "registered": person.registered}
    return {**{key: runs(route(text, pictures)) for key, text in found.items()}, "birth": person.birth}


def _refuse_unprintable(notice: MunicipalityNotice, pictures: Pictures) -> None:
    who = (("申し出た方", notice.person), *((f"同伴の方{number}人目", person) for number, person in enumerate(notice.companions, start=1)))
    faults = [
        f"{words}: {'、'.join(missing)}"
        for words, person in who
        if (missing := unprintable("　".join((person.name, person.kana, person.registered)), pictures))
    ]
    elsewhere = unprintable(notice.municipality, pictures)
    if elsewhere:
        faults.append(f"区市町村の名前: {'、'.join(elsewhere)}")
    if faults:
        raise UserError(
            "K-1831",
            f"通知に、印刷できない文字があります（{'。'.join(faults)}）。",
            kept="通知は作っていません。",
            todo=WAY_OUT,
        )


def page_text(pdf: bytes) -> str:
    """The text of the finished pages, read from the bytes that go to the printer."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            found.append(text.get_text_range())
            text.close()
            page.close()
        return "\n".join(found)
    finally:
        document.close()
