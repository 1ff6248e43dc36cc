"""Readers of single cells: one function for each kind of column. They accept, normalise with a note, or refuse; they never repair silently.

A reader gets the cell and the column and returns the value, or a :class:`Noted` (value and what was done), or raises :class:`CellFault`.
The texts of both never hold what stood in the cell, except category words and dates.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import jaconv
import regex  # type: ignore[import-untyped]

from kyufu_desktop.domain import account, calendar
from kyufu_desktop.domain.inquiry import AnswerResult
from kyufu_desktop.domain.judgment import LevyClass
from kyufu_desktop.domain.values import BENEFIT_HOST_WORDS, CATEGORY_HOST_WORDS, BankAccount, Benefit, BirthDate, Category, Relation
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.exchange import characters
from kyufu_desktop.exchange.layouts import Column


class CellFault(Exception):
    """The cell cannot be used. ``found`` is echoed, so it is set for category words and dates only."""

    def __init__(self, why: str, found: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.found = found


@dataclass(frozen=True, slots=True)
class Noted:
    """A value that was accepted with a remark."""

    value: Any
    why: str
    found: str = ""


Reader = Callable[[Any, Column], Any]

# Digits by table: int() and isdigit() also take the digits of other scripts.
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_WIDE_LATIN = str.maketrans({chr(0xFF01 + at): chr(0x21 + at) for at in range(94)} | {"\u3000": " "})
_DASHES = str.maketrans(dict.fromkeys("－‐‑–—―−ー", "-"))
_EDGES = " \u3000\t"
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATELIKE = re.compile(r"[0-9０-９元年月日MTSHR./\-－不詳頃明治大正昭和平成令]{1,20}")
_KANA = regex.compile(r"[ァ-ヺー・゠＝ \u3000A-Za-z'’.,()（）\-]+")
_LEADERS = "=＝+＋@＠-－\t"
_ONE_OF_MANY = regex.compile(r"\X")
_EXCEL_ZERO = date(1899, 12, 30)


def my_number(text: str) -> bool:
    """Whether twelve digits with a valid check digit stand in the text (個人番号, 番号法施行令 8条 and its ordinance)."""
    return any(_check_digit_fits(regex.sub("[^0-9]", "", found)) for found in _twelve(text.translate(_WIDE_DIGITS)))


_TWELVE = re.compile(r"(?<![0-9])(?<![0-9]-)[0-9]{4}[ \-\u3000－‐−]?[0-9]{4}[ \-\u3000－‐−]?[0-9]{4}(?![0-9])(?!-[0-9])")
#: A cheap question asked of a whole row at once.
MANY_DIGITS = re.compile(r"[0-9０-９]{4}[ \-\u3000－‐−]?[0-9０-９]{4}[ \-\u3000－‐−]?[0-9０-９]{4}")


def _twelve(text: str) -> list[str]:
    return _TWELVE.findall(text)


def _check_digit_fits(digits: str) -> bool:
    total = sum(int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(digits[:11]), start=1))
    rest = total % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def _plain(value: Any) -> str:
    """The text of a cell that must be text: numbers, dates and truth values are refused, not repaired (leading zeros are already lost)."""
    if not isinstance(value, str):
        raise CellFault("文字列のセルではありません（数値や日付のセルは、先頭の0が失われるため受け付けません）")
    return value


def _number(value: Any, pattern: re.Pattern[str], why: str) -> Any:
    text = _plain(value)
    if pattern.fullmatch(text):
        return text
    narrow = text.translate(_WIDE_LATIN).strip(" \t\r\n").upper()
    if pattern.fullmatch(narrow):
        return Noted(narrow, "全角の文字または前後の空白を、半角の番号に直しました")
    raise CellFault(why)


_MANAGEMENT = re.compile(r"R6[0-9]{8}")
_RESIDENT = re.compile(r"[0-9]{10}")
_HOUSEHOLD = re.compile(r"[0-9]{9}")
_CARD = re.compile(r"[A-Z]{2}[0-9]{8}[A-Z]{2}")
_POSTAL = re.compile(r"[0-9]{3}-[0-9]{4}")


def management_number(value: Any, _: Column) -> Any:
    return _number(value, _MANAGEMENT, "R6と数字8桁の給付管理番号ではありません")


def supporter_number(value: Any, _: Column) -> Any:
    """The supporter's 住民番号; 9999999999 stands for somebody unknown outside."""
    return _number(value, _RESIDENT, "数字10桁の住民番号ではありません")


def resident_number(value: Any, column: Column) -> Any:
    read = supporter_number(value, column)
    if (read.value if isinstance(read, Noted) else read) == "9999999999":
        raise CellFault("住民番号のない人を表す番号が入っています")
    return read


def household_number(value: Any, _: Column) -> Any:
    return _number(value, _HOUSEHOLD, "数字9桁の世帯番号ではありません")


def residence_card(value: Any, _: Column) -> Any:
    return _number(value, _CARD, "英字2・数字8・英字2の在留カード番号ではありません")


def postal(value: Any, _: Column) -> Any:
    text = _plain(value)
    if _POSTAL.fullmatch(text):
        return text
    narrow = text.translate(_WIDE_LATIN).translate(_DASHES).strip().removeprefix("〒").replace(" ", "")
    if re.fullmatch(r"[0-9]{7}", narrow):
        narrow = f"{narrow[:3]}-{narrow[3:]}"
    if not _POSTAL.fullmatch(narrow):
        raise CellFault("数字7桁の郵便番号ではありません")
    return Noted(narrow, "郵便番号の書き方を「123-4567」の形に直しました")


def _length(value: str, column: Column) -> None:
    if len(_ONE_OF_MANY.findall(value)) > column.limit:
        raise CellFault(f"{column.limit}文字より長い文字列です")


def text(value: Any, column: Column) -> Any:
    """Free text: kept as it is; a line break is taken out with a note, other control characters are refused."""
    read = _plain(value)
    note = ""
    if "\n" in read or "\r" in read:
        read = read.replace("\r\n", "").replace("\n", "").replace("\r", "")
        note = "セルの中の改行を取り除きました"
    trimmed = read.strip(_EDGES)
    if _check_text(trimmed, column):
        note = "外字（私用領域の文字）があります。印刷するものには「外字」の画面で絵が要ります"
    return Noted(trimmed or None, note) if note else trimmed or None


def _check_text(trimmed: str, column: Column) -> bool:
    """Refuses what no text may hold; True = a private use character is in it."""
    if trimmed[:1] and trimmed[0] in _LEADERS:
        raise CellFault("数式とみなされる記号で始まっています")
    if len(trimmed) > column.limit:
        _length(trimmed, column)
    if not characters.is_special(trimmed):
        return False
    if characters.has_control(trimmed):
        raise CellFault("改行などの制御文字が入っています")
    if characters.has_lost_character(trimmed):
        raise CellFault("失われた文字の印（〓など）が入っています")
    return characters.has_private_use(trimmed)


def name(value: Any, column: Column) -> Any:
    """A name: kept to the code point. A private use character is accepted and marked: it cannot be printed before it is mapped."""
    trimmed = _plain(value).strip(_EDGES)
    private = _check_text(trimmed, column)
    if "?" in trimmed or "？" in trimmed:
        raise CellFault("失われた文字の印（？）が入っています")
    if private:
        return Noted(trimmed, "外字（私用領域の文字）があります。「外字」の画面で絵を登録するまで印刷できません")
    return trimmed or None


def kana(value: Any, column: Column) -> Any:
    """Kana in full width. Half width and hiragana are turned into it with a note."""
    trimmed = _plain(value).strip(_EDGES)
    _check_text(trimmed, column)
    if _KANA.fullmatch(trimmed):
        return trimmed
    wide = jaconv.hira2kata(jaconv.h2z(unicodedata.normalize("NFC", trimmed)))
    wide = wide.translate(_WIDE_LATIN).replace("　", " ")
    if not wide or not _KANA.fullmatch(wide):
        raise CellFault("カナ以外の文字が入っています")
    return Noted(wide, "半角カナまたはひらがなを、全角のカナに直しました")


def relation(value: Any, column: Column) -> Any:
    read = text(value, column)
    word = read.value if isinstance(read, Noted) else read
    if word is None:
        raise CellFault("空です")
    return (Relation.HEAD if word == "世帯主" else Relation.MEMBER), word


def category(value: Any, _: Column) -> Category:
    word = _plain(value).translate(str.maketrans("ＤＶ", "DV")).strip(_EDGES)
    known = CATEGORY_HOST_WORDS.get(word)
    if known is None:
        raise CellFault("知らない特別対応区分です", word if len(word) <= 20 and not MANY_DIGITS.search(word) else "")
    return known


def _shown_date(value: str) -> str:
    return value if _DATELIKE.fullmatch(value) else ""


def _serial(value: Any) -> date | None:
    """The day of an Excel serial number (days since 1899-12-30), or None. 1 March 1900 is 61: earlier numbers are not unique."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{5}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value) or not 61 <= value <= 73050:
        return None
    return _EXCEL_ZERO + timedelta(days=int(value))


@functools.lru_cache(maxsize=65536)
def _birth_text(value: str) -> BirthDate:
    if _ISO.fullmatch(value):
        try:
            return BirthDate(value, date.fromisoformat(value))
        except ValueError:
            raise CellFault("暦にない日です", value) from None
    try:
        return calendar.parse_birth(value)
    except InputProblem:
        raise CellFault("日付として読めないか、暦にない日です", _shown_date(value)) from None


def birth(value: Any, _: Column) -> Any:
    """ISO, 和暦, a date cell, or with a note an Excel serial number; 「不詳」 gives an unknown day."""
    if isinstance(value, list) and value[0] == "date":
        return BirthDate(value[1], date.fromisoformat(value[1]))
    serial = _serial(value)
    if serial is not None:
        written = value if isinstance(value, str) else f"{value:.0f}"
        return Noted(BirthDate(serial.isoformat(), serial), f"エクセルの日付の通し番号を{serial.isoformat()}に直しました", written)
    if not isinstance(value, str):
        raise CellFault("日付として読めません")
    read = _birth_text(value.strip(_EDGES))
    if read.unknown:
        return Noted(read, "生年月日が不詳です。年齢による判定は職員が確かめます")
    return read


def day(value: Any, column: Column) -> Any:
    read = birth(value, column)
    if isinstance(read, Noted):
        if read.value.day is None:
            raise CellFault("日付として読めません")
        return Noted(read.value.day, read.why, read.found)
    return read.day


@functools.lru_cache(maxsize=65536)
def _account_text(value: str) -> BankAccount:
    try:
        return account.parse_host_account(value)
    except InputProblem as problem:
        raise CellFault(f"口座情報として読めません（{problem.happened.rstrip('。')}）") from None


def bank_account(value: Any, _: Column) -> BankAccount:
    return _account_text(_plain(value).strip(_EDGES))


def account_flag(value: Any, _: Column) -> str:
    read = f"{value:.0f}" if isinstance(value, float) and value == int(value) else value
    if not isinstance(read, str) or read.translate(_WIDE_DIGITS).strip() not in {"0", "1", "2", "3"}:
        raise CellFault("口座フラグは0から3です")
    return read.translate(_WIDE_DIGITS).strip()


def paid(value: Any, _: Column) -> bool:
    word = _plain(value).strip(_EDGES)
    if word and word != "支給済":
        raise CellFault("給付状況は空か「支給済」です", word if len(word) <= 10 and not MANY_DIGITS.search(word) else "")
    return word == "支給済"


def planned_state(value: Any, _: Column) -> bool:
    word = _plain(value).strip(_EDGES)
    if word not in {"予定", "支給済"}:
        raise CellFault("状態は「予定」か「支給済」です")
    return word == "支給済"


def benefit_reader(words: Mapping[str, Benefit]) -> Reader:
    """Reads 給付種別 by the words that the programme uses for its benefits."""

    def read(value: Any, _: Column) -> Benefit:
        known = words.get(_plain(value).translate(_WIDE_DIGITS).strip(_EDGES))
        if known is None:
            raise CellFault("知らない給付種別です")
        return known

    return read


def levy(value: Any, _: Column) -> LevyClass:
    try:
        return LevyClass(_plain(value).strip(_EDGES))
    except ValueError:
        raise CellFault("「非課税」「均等割のみ」「課税」のどれでもありません") from None


def answer(value: Any, _: Column) -> AnswerResult:
    try:
        return AnswerResult(_plain(value).strip(_EDGES))
    except ValueError:
        raise CellFault("「正常」「自動応答不可」「該当者なし」のどれでもありません") from None


_YEN = re.compile(r"[0-9]{1,10}|[0-9]{1,3}(?:,[0-9]{3}){1,3}")


def yen(value: Any, _: Column) -> Any:
    """A whole amount of yen, 0 or more."""
    if isinstance(value, (bool, list)):
        raise CellFault("金額ではありません")
    if isinstance(value, (int, float)):
        if value < 0:
            raise CellFault("金額が負です")
        if value != int(value) or value >= 10**10:
            raise CellFault("円単位の金額ではありません")
        return int(value)
    narrow = value.translate(_WIDE_LATIN).strip().removesuffix("円")
    if narrow.translate(_DASHES).startswith(("-", "▲", "△")):
        raise CellFault("金額が負です")
    if not _YEN.fullmatch(narrow):
        raise CellFault("円単位の金額ではありません")
    amount = int(narrow.replace(",", ""))
    return amount if value == str(amount) else Noted(amount, "金額の書き方を数字だけに直しました")


def flag(value: Any, _: Column) -> bool:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value in {0, 1}:
        return bool(value)
    if isinstance(value, str) and value.translate(_WIDE_DIGITS).strip() in {"0", "1"}:
        return value.translate(_WIDE_DIGITS).strip() == "1"
    raise CellFault("空か1です")


def flag_count(value: Any, column: Column) -> int:
    return int(flag(value, column))


def people(value: Any, column: Column) -> Any:
    read = yen(value, column)
    if (read.value if isinstance(read, Noted) else read) > 20:
        raise CellFault("人数が20人を超えています")
    return read


READERS: dict[str, Reader] = {
    "management_number": management_number,
    "resident_number": resident_number,
    "household_number": household_number,
    "supporter_number": supporter_number,
    "residence_card": residence_card,
    "postal": postal,
    "text": text,
    "name": name,
    "kana": kana,
    "relation": relation,
    "category": category,
    "birth": birth,
    "day": day,
    "account": bank_account,
    "account_flag": account_flag,
    "paid": paid,
    "planned_state": planned_state,
    "benefit": benefit_reader(BENEFIT_HOST_WORDS),
    "levy": levy,
    "answer": answer,
    "yen": yen,
    "flag": flag,
    "flag_count": flag_count,
    "people": people,
}
