"""To whom a letter is addressed: how the name in the window is compared with the names that a case knows, and what is written after it.

A name is compared with widths and blanks folded and nothing else: another variant of a character is another name until a person has
decided otherwise. What was folded is never stored.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from enum import StrEnum


class Honorific(StrEnum):
    """様 for persons, 御中 for facilities and corporations."""

    PERSON = "様"
    BODY = "御中"


#: What may stand before a name, as a line of the ward's list (「施設長 ○○」); a free text there could name another person.
TITLES: tuple[str, ...] = (
    "施設長", "園長", "院長", "校長", "寮長", "所長", "館長", "ホーム長", "管理者", "理事長", "会長",
    "代表", "代表者", "代表理事", "代表取締役", "児童相談所長",
    "親権者", "法定代理人", "代理人", "未成年後見人", "成年後見人", "任意後見人", "後見人", "保佐人", "補助人", "里親",
    "弁護士", "司法書士", "行政書士", "社会福祉士",
)  # fmt: skip
#: Marks of voiced kana that a half-width kana carries as a character of its own.
_VOICED = ("\u3099", "\u309a")


def folded(name: str) -> str:
    """For comparison only: full and half width alike, blanks dropped; every kanji and every variant as it is."""
    found: list[str] = []
    for character in name:
        if character.isspace():
            continue
        how, _, plain = unicodedata.decomposition(character).partition(" ")
        wide = chr(int(plain, 16)) if how in ("<wide>", "<narrow>") else character
        if wide in _VOICED and found:
            found[-1] = unicodedata.normalize("NFC", found[-1] + wide)
        else:
            found.append(wide)
    return "".join(found)


def same_name(one: str, other: str) -> bool:
    """Whether two names differ in widths and blanks only."""
    return folded(one) == folded(other)


def is_named(written: str, name: str) -> bool:
    """Whether ``written`` (「施設長 ○○」, 「成年後見人 弁護士 ○○」) names ``name``, with or without titles of the list before it."""
    wanted, rest = folded(name), folded(written)
    return bool(wanted) and any(left == wanted for left in _without_titles(rest))


def is_plainly(written: str, name: str) -> bool:
    """Whether ``written`` is ``name`` without a title."""
    return bool(name.strip()) and same_name(written, name)


def _without_titles(written: str) -> Iterable[str]:
    """What is written, and what is left of it after each title at its beginning."""
    seen, waiting = {written}, [written]
    while waiting:
        left = waiting.pop()
        yield left
        for title in TITLES:
            rest = left.removeprefix(title)
            if rest != left and rest not in seen:
                seen.add(rest)
                waiting.append(rest)
