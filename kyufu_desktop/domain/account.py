"""Accounts: holder's kana for the bank, Yucho conversion, check against the recipient, sources that may be used."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.values import BankAccount
from kyufu_desktop.errors import InputProblem

_LONG_MARKS = frozenset("ー\uff70―‐−–-－")
_TO_SPACE = frozenset("・･＝='’")
_SMALL = dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True))
_OLD = {"ヰ": "イ", "ヱ": "エ", "ヲ": "オ"}
_VOICED = frozenset("ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ")
_SOUND_MARKS = "\u309b\u309c"
_HALF_VOICED = frozenset("ﾊﾋﾌﾍﾎ")
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789().")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－", "0123456789-")
_KINDS = frozenset("1249")
_YUCHO_BRANCH = {"0": "〇", "1": "一", "2": "二", "3": "三", "4": "四", "5": "五", "6": "六", "7": "七", "8": "八", "9": "九"}
_FULL_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
_HALF_KANA = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"
_HALF = dict(zip(_FULL_KANA, _HALF_KANA, strict=True))
_HALF |= dict(zip("ガギグゲゴザジズゼゾダヂヅデドバビブベボ", (h + "ﾞ" for h in "ｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ"), strict=True))
_HALF |= dict(zip("パピプペポ", (h + "ﾟ" for h in "ﾊﾋﾌﾍﾎ"), strict=True)) | {"ヴ": "ｳﾞ"}


class AccountSource(StrEnum):
    """Where an account comes from. For the in-house categories only STATED (or a newer one) is ever used."""

    PAST_BENEFIT = "PAST_BENEFIT"
    PUBLIC_MONEY = "PUBLIC_MONEY"
    WELFARE = "WELFARE"
    STATED = "STATED"


class HolderMatch(StrEnum):
    SAME = "SAME"
    SWAPPED = "SWAPPED"
    DIFFERENT = "DIFFERENT"


@dataclass(frozen=True, slots=True)
class Normalised:
    """The bank's kana (half width, 30 bytes at most) and every change made on the way, in words."""

    text: str = field(repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)


def bank_kana(written: str, *, limit: int = 30) -> Normalised:
    """Holder's kana as the bank takes it. Raises ``InputProblem("holder_kana")`` naming the original characters that cannot be sent.

    The core set of the banks' format (全国銀行協会 総合振込): kana without ヲ and small letters, dakuten where a kana takes it, A-Z,
    0-9, space ( ) - . ; longer names are sent with their first ``limit`` bytes.
    """
    notes: list[str] = []
    refused: list[str] = []
    out: list[str] = []
    for original in written:
        if original in _LONG_MARKS:
            out.append("-")
            continue
        # NFKC would put a blank before a sound mark that stands alone.
        for character in original if original in _SOUND_MARKS else unicodedata.normalize("NFKC", original):
            piece = _one(character, original, out[-1] if out else "", notes)
            if piece is None:
                refused.append(original)
                break
            out.append(piece)
    if refused:
        shown = "、".join(f"「{one}」" if one.isprintable() else f"U+{ord(one):04X}" for one in dict.fromkeys(refused))
        words = f"銀行へ送れない文字があります: {shown}"
        raise InputProblem("K-1040", "holder_kana", words, todo="通帳の名義カナのとおりに入れてください。")
    text = " ".join("".join(out).split())
    if not text:
        raise InputProblem("K-1041", "holder_kana", "名義カナが入っていません。", todo="通帳の名義カナのとおりに入れてください。")
    if len(text) > limit:
        text = text[:limit].rstrip()
        notes.append(f"長い名義のため、はじめの{limit}字だけを送ります。")
    return Normalised(text, tuple(dict.fromkeys(notes)))


def _one(character: str, original: str, before: str, notes: list[str]) -> str | None:
    """One character in the bank's set, or None where there is none; a sound mark needs a kana ``before`` it that takes it."""
    if character in _LONG_MARKS:
        return "-"
    if character in _TO_SPACE:
        notes.append(f"「{original}」を空白にしました。")
        return " "
    if character == " ":
        return " "
    if "\u3041" <= character <= "\u3096":
        character = chr(ord(character) + 0x60)
    if character in _SMALL:
        notes.append("小さいカナを大きいカナにしました。")
        character = _SMALL[character]
    if character in _OLD:
        notes.append(f"「{character}」を「{_OLD[character]}」にしました。")
        character = _OLD[character]
    if character in _HALF:
        return _HALF[character]
    if character in "\u3099\u309b":
        return "\uff9e" if before in _VOICED else None
    if character in "\u309a\u309c":
        return "\uff9f" if before in _HALF_VOICED else None
    if "a" <= character <= "z":
        notes.append("英小文字を大文字にしました。")
        return chr(ord(character) - 0x20)
    return character if character in _PLAIN else None


def compare_holder(recipient_kana: str, holder: str) -> HolderMatch:
    """Spaces removed, then compared; family and given name swapped is told apart."""
    try:
        mine, theirs = bank_kana(recipient_kana).text, bank_kana(holder).text
    except InputProblem:
        return HolderMatch.DIFFERENT
    if mine.replace(" ", "") == theirs.replace(" ", ""):
        return HolderMatch.SAME
    parts = theirs.split()
    if len(parts) > 1 and any("".join(parts[cut:] + parts[:cut]) == mine.replace(" ", "") for cut in range(1, len(parts))):
        return HolderMatch.SWAPPED
    return HolderMatch.DIFFERENT


@dataclass(frozen=True, slots=True)
class YuchoConversion:
    account: BankAccount
    branch_name: str
    check_digit_fits: bool


def from_yucho(symbol: str, number: str, holder: str) -> YuchoConversion:
    """記号・番号 -> transfer account. Raises ``InputProblem`` naming ``yucho_symbol`` or ``yucho_number``.

    Symbols that begin with 1 are 総合口座 (branch = digits 2-3 and 8, number without its last digit 1), with 0 振替口座 (branch = digits
    2-3 and 9). A printed-again digit behind the symbol (「-2」「の2」) is left out.
    The check digit (4th digit of the symbol) is reported, not enforced: printed samples often do not satisfy it.
    """
    found = re.fullmatch(r"([01][0-9]{3}0)(?:[-の][0-9])?", _digits(symbol))
    if found is None:
        raise InputProblem("K-1042", "yucho_symbol", "記号は、1か0で始まり0で終わる5けたです。", todo="通帳の記号を確かめてください。")
    mark = found[1]
    body = _digits(number).replace("-", "")
    ordinary = mark[0] == "1"
    if ordinary and not re.fullmatch(r"[0-9]{1,7}1", body):
        raise InputProblem("K-1043", "yucho_number", "番号は8けたまでで、最後は1です。", todo="通帳の番号を確かめてください。")
    if not ordinary and not re.fullmatch(r"[0-9]{1,6}", body):
        raise InputProblem("K-1043", "yucho_number", "番号は6けたまでです。", todo="通帳の番号を確かめてください。")
    branch = mark[1:3] + ("8" if ordinary else "9")
    transfer = (body[:-1] if ordinary else body).zfill(7)
    account = BankAccount("9900", branch, "1" if ordinary else "2", transfer, bank_kana(holder).text)
    return YuchoConversion(account, "".join(_YUCHO_BRANCH[digit] for digit in branch), _yucho_check(mark, body))


def _yucho_check(symbol: str, number: str) -> bool:
    digits = [int(character) for character in symbol[:3] + "0" + symbol[4] + number.zfill(8)]
    total = digits[12]
    for start in range(0, 12, 3):
        first, second, third = digits[start : start + 3]
        total += first + 3 * second + (2 * third if third < 5 else 2 * third - 9)
    return total % 10 == int(symbol[3])


def _digits(text: str) -> str:
    return text.strip().translate(_FULL_WIDTH)


def parse_host_account(text: str) -> BankAccount:
    """``0001-001-1-1234567-カナ`` -> account. Raises ``InputProblem`` (no digits echoed)."""
    parts = text.strip().split("-", 4)
    shapes = ((4, "銀行番号"), (3, "支店番号"), (1, "預金種目"), (7, "口座番号"))
    if len(parts) != 5:
        raise InputProblem("K-1044", "account", "口座は 銀行-支店-種目-番号-名義カナ の形です。", todo="ホスト担当に確かめてください。")
    numbers = [_digits(part) for part in parts[:4]]
    for (length, words), number in zip(shapes, numbers, strict=True):
        if len(number) != length or any(character not in "0123456789" for character in number):
            raise InputProblem("K-1045", "account", f"口座の{words}は{length}けたのはずです。", todo="ホスト担当に確かめてください。")
    if numbers[2] not in _KINDS:
        raise InputProblem("K-1046", "account", "預金種目は 1・2・4・9 のどれかです。", todo="ホスト担当に確かめてください。")
    return BankAccount(numbers[0], numbers[1], numbers[2], numbers[3], bank_kana(parts[4]).text)


def may_be_used(source: AccountSource, origin: date, sensitive_since: date) -> bool:
    """Nothing older than the request or placement is ever proposed for the in-house categories.

    A past benefit's or public-money account may be the abuser's or a parent's; only what the person stated on or after
    ``sensitive_since`` is used.
    """
    return source is AccountSource.STATED and origin >= sensitive_since
