"""The rule for passphrases, and their bytes.

A passphrase is the only text of the program that is normalised (NFC): the same characters typed on another keyboard must open the slot.
"""

from __future__ import annotations

import unicodedata

MIN_CHARACTERS = 16
MIN_WORDS = 5
MAX_CHARACTERS = 255
_MIN_DISTINCT = 6


def weakness(passphrase: str, login: str = "") -> str | None:
    """None where the passphrase is good, else the Japanese sentence that says what is missing.

    Good is: at least 16 characters, or at least 5 different words of 2 characters or more; at least 6 different characters;
    the login is not in it.
    """
    text = unicodedata.normalize("NFC", passphrase)
    words = {word for word in text.split() if len(word) >= 2}
    if len(text) > MAX_CHARACTERS:
        return "パスフレーズは255文字までです。"
    if any(unicodedata.category(character) == "Cc" for character in text):
        return "パスフレーズに使えない文字があります。"
    if len(text) < MIN_CHARACTERS and len(words) < MIN_WORDS:
        return "パスフレーズは16文字以上、または5語以上にしてください。"
    if len(set(text)) < _MIN_DISTINCT:
        return "同じ文字の繰り返しは使えません。"
    if len(login) >= 3 and login.casefold() in text.casefold():
        return "ログイン名を含むパスフレーズは使えません。"
    return None


def passphrase_bytes(passphrase: str) -> bytes:
    """UTF-8 of the NFC form."""
    return unicodedata.normalize("NFC", passphrase).encode("utf-8")
