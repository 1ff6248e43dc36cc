"""Folding for search only: what is found by typing the common form of a name. A folded text is never shown and never stored as a name."""

from __future__ import annotations

import re
import unicodedata

from kyufu_desktop.domain.collation import fold_kana

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BLANKS = re.compile(r"\s+")

#: Variants that people type by their common form.
_VARIANTS = str.maketrans(
    "髙﨑邊邉齋齊斎濵濱嶋嶌﨤澤廣德恵惠國槗桒曻眞櫻栁瀨𠮷淸靑靜龍瀧圓榮條學禮壽藏豐辯舘穗豬冨",
    "高崎辺辺斉斉斉浜浜島島返沢広徳恵恵国橋桑昇真桜柳瀬吉清青静竜滝円栄条学礼寿蔵豊弁館穂猪富",
)


def fold(text: str) -> str:
    """Width, case, selectors and variants of kanji folded, kana unified, blanks dropped."""
    plain = unicodedata.normalize("NFKC", _SELECTORS.sub("", text)).translate(_VARIANTS).casefold()
    return fold_kana(_BLANKS.sub("", _kata(plain)))


def like_patterns(text: str) -> tuple[str, ...]:
    """One LIKE pattern a word of ``text`` (escape character ``\\``); empty for an empty search."""
    return tuple("%" + _escaped(fold(word)) + "%" for word in text.split() if fold(word))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _kata(text: str) -> str:
    return "".join(chr(ord(letter) + 0x60) if "ぁ" <= letter <= "ゖ" else letter for letter in text)
