"""What a text needs on screen, on paper and in a file: private use characters, selectors, characters beyond the common sets.

Nothing here changes a text. Normalising a name would change it.
"""

from __future__ import annotations

import re
from enum import StrEnum

_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_LOST = re.compile("[\ufffd\u3013\ufffe\uffff\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SPECIAL = re.compile(_PRIVATE.pattern[:-1] + _LOST.pattern[1:-1] + _CONTROL.pattern[1:])
_COMMON = re.compile(r"[\x20-\x7e\u3000-\u30ff\uff01-\uff9f]*")


class Need(StrEnum):
    """文字注意: the word is what stands in the column and on the screen."""

    GAIJI = "外字"
    VARIANT = "異体字"
    BEYOND_JIS = "JIS第1・第2水準外"
    LATIN = "欧文の特殊文字"


def is_special(text: str) -> bool:
    """Whether any of the next three is true, in one look."""
    return _SPECIAL.search(text) is not None


def has_private_use(text: str) -> bool:
    """外字: prints as something else on every other machine, so it must not be printed before it is mapped."""
    return _PRIVATE.search(text) is not None


def has_lost_character(text: str) -> bool:
    """The mark that an earlier conversion leaves where it lost a character (U+FFFD, 〓)."""
    return _LOST.search(text) is not None


def has_control(text: str) -> bool:
    """Control, direction and invisible characters, line breaks included."""
    return _CONTROL.search(text) is not None


def needs(text: str) -> tuple[Need, ...]:
    """What is special about the text, in the order of :class:`Need`."""
    if _COMMON.fullmatch(text):
        return ()
    found = []
    if has_private_use(text):
        found.append(Need.GAIJI)
    if _SELECTOR.search(text):
        found.append(Need.VARIANT)
    rest = _PRIVATE.sub("", _SELECTOR.sub("", text))
    outside = [character for character in rest if not _in_jis_level_2(character)]
    if any(character >= "\u2e80" for character in outside):
        found.append(Need.BEYOND_JIS)
    if any(character < "\u2e80" for character in outside):
        found.append(Need.LATIN)
    return tuple(found)


def caution(text: str) -> str:
    """The text of the column 文字注意: 「外字・異体字」, or empty."""
    return "・".join(needs(text))


def _in_jis_level_2(character: str) -> bool:
    """JIS X 0208 (and ASCII): EUC-JP in two bytes, which leaves out the vendors' extensions."""
    try:
        return len(character.encode("euc_jp")) <= 2
    except UnicodeEncodeError:
        return False
