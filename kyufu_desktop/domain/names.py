"""Names as they are, and keys made from them for searching and comparing only.

A stored name is never normalised: NFC and NFKC both replace kanji of people's names (U+FA19 神 becomes U+795E).
"""

from __future__ import annotations

import unicodedata

#: Variants of kanji folded for SEARCH only (a hint for the eye, never a proof that two people are one).
_VARIANTS = str.maketrans(
    {
        "髙": "高", "﨑": "崎", "嵜": "崎", "邊": "辺", "邉": "辺", "齋": "斉", "齊": "斉", "斎": "斉", "澤": "沢", "濵": "浜", "濱": "浜",
        "櫻": "桜", "嶋": "島", "嶌": "島", "廣": "広", "惠": "恵", "德": "徳", "黑": "黒", "眞": "真", "國": "国", "龍": "竜", "瀨": "瀬",
        "𠮷": "吉", "槇": "槙", "曾": "曽", "萬": "万", "壽": "寿", "榮": "栄", "靜": "静", "藏": "蔵", "關": "関", "渕": "淵", "渊": "淵",
    }
)  # fmt: skip
_MY_NUMBER_DIGITS = "0123456789"


def is_selector(character: str) -> bool:
    """Whether the character is a variation selector (VS1-16, VS17-256)."""
    return 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF


def graphemes(text: str) -> list[str]:
    """Clusters of a name: a base with its selectors, combining marks and joiners. Names are cut between clusters only."""
    clusters: list[str] = []
    for character in text:
        joins = is_selector(character) or unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Mc", "Me")
        if clusters and (joins or character == "\u200d" or clusters[-1].endswith("\u200d")):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def folded(name: str) -> str:
    """Search key: selectors and blanks dropped, widths and kana unified, variants of kanji folded, capitals."""
    without = "".join(character for character in name if not is_selector(character))
    plain = unicodedata.normalize("NFKC", without)
    kana = "".join(chr(ord(character) + 0x60) if "\u3041" <= character <= "\u3096" else character for character in plain)
    return "".join(character for character in kana.translate(_VARIANTS) if not character.isspace()).upper()


def private_use(text: str) -> tuple[str, ...]:
    """Code points of private-use characters (外字), as ``U+E001``, in order."""
    return tuple(f"U+{ord(character):04X}" for character in text if unicodedata.category(character) == "Co")


def looks_like_my_number(text: str) -> bool:
    """Whether ``text`` is 12 digits with the check digit of the individual number (番号法施行令第8条の告示).

    11 - (sum of Pn x Qn mod 11), Qn = n + 1 for n = 1..6, n - 5 for n = 7..11, counted from the lowest digit;
    a remainder of 1 or less gives 0.
    """
    digits = unicodedata.normalize("NFKC", text).strip().replace("-", "").replace(" ", "")
    if len(digits) != 12 or any(character not in _MY_NUMBER_DIGITS for character in digits):
        return False
    body = [int(character) for character in reversed(digits[:11])]
    remainder = sum(value * (n + 1 if n <= 6 else n - 5) for n, value in enumerate(body, start=1)) % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)
