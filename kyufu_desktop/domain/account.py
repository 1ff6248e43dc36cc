"""Accounts: whose they are, check against the recipient, Yucho conversion, sources that may be used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.holder_kana import LIMIT, bank_kana, comparable
from kyufu_desktop.domain.values import BankAccount, Category
from kyufu_desktop.errors import InputProblem

_FULL_WIDTH = str.maketrans("０１２３４５６７８９－", "0123456789-")
_KINDS = frozenset("1249")
_YUCHO_BRANCH = {"0": "〇", "1": "一", "2": "二", "3": "三", "4": "四", "5": "五", "6": "六", "7": "七", "8": "八", "9": "九"}


class AccountSource(StrEnum):
    """Where an account comes from. For the in-house categories only STATED (or a newer one) is ever used."""

    PAST_BENEFIT = "PAST_BENEFIT"
    PUBLIC_MONEY = "PUBLIC_MONEY"
    WELFARE = "WELFARE"
    STATED = "STATED"


SOURCE_LABELS: dict[AccountSource, str] = {
    AccountSource.PAST_BENEFIT: "過去の給付の口座",
    AccountSource.PUBLIC_MONEY: "公金受取口座",
    AccountSource.WELFARE: "生活保護費の口座",
    AccountSource.STATED: "本人の届出",
}


class BelongsTo(StrEnum):
    """Whose account it is, or who comes to the counter."""

    SELF = "SELF"
    FACILITY = "FACILITY"
    """The person's money in an account that the facility keeps (domain of 措置入所等児童)."""
    PROXY = "PROXY"
    HEIR = "HEIR"


BELONGS_LABELS: dict[BelongsTo, str] = {
    BelongsTo.SELF: "本人",
    BelongsTo.FACILITY: "施設が管理",
    BelongsTo.PROXY: "代理人",
    BelongsTo.HEIR: "相続人",
}


class HolderMatch(StrEnum):
    SAME = "SAME"
    SWAPPED = "SWAPPED"
    DIFFERENT = "DIFFERENT"


def compare_holder(recipient_kana: str, holder: str) -> HolderMatch:
    """Blanks removed and corporations abbreviated on both sides, then compared; family and given name swapped is told apart.

    A holder as long as the bank's field takes was cut there: the whole name has to begin with it.
    """
    try:
        mine, theirs = comparable(recipient_kana), comparable(holder)
        parts = bank_kana(holder, limit=10_000).text.split()
    except InputProblem:
        return HolderMatch.DIFFERENT
    if mine == theirs or (len(" ".join(parts)) in (LIMIT - 1, LIMIT) and mine.startswith(theirs)):
        return HolderMatch.SAME
    if any("".join(parts[cut:] + parts[:cut]) == mine for cut in range(1, len(parts))):
        return HolderMatch.SWAPPED
    return HolderMatch.DIFFERENT


def names_holder(recipient_kana: str, holder: str) -> bool:
    """Whether the recipient's whole name stands somewhere in the holder, in either order (「ﾐﾄﾞﾘｴﾝ ﾐﾎﾝ ﾊﾅｺ」)."""
    try:
        mine, theirs = bank_kana(recipient_kana, limit=10_000).text.split(), comparable(holder)
    except InputProblem:
        return False
    return any("".join(mine[cut:] + mine[:cut]) in theirs for cut in range(len(mine)))


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


#: What may be proposed at all, by category and by whether the programme lets the ward ask for the public-money account. All four
#: categories are kept in-house: an account of a past benefit, of the register or of the welfare office may be the other party's.
PROPOSABLE: dict[tuple[Category, bool], frozenset[AccountSource]] = {
    (category, asked): frozenset({AccountSource.STATED, AccountSource.PUBLIC_MONEY} if asked else {AccountSource.STATED})
    for category in Category
    for asked in (False, True)
}
#: What the day is called from which on an account counts.
SINCE_WORDS: dict[Category, str] = {
    Category.DV: "申出の日",
    Category.CHILD: "措置の日",
    Category.DISABLED: "措置の日",
    Category.ELDERLY: "措置の日",
}


def why_not_used(source: AccountSource, origin: date | None, sensitive_since: date | None, category: Category, *, asked: bool) -> str:
    """Why an account is not proposed, as a sentence; empty where it may be.

    ``origin``: the day on which it was stated or registered, None where nobody knows. ``sensitive_since``: the day of the request or
    placement, None where it is not known. ``asked``: the programme's route lets the ward ask for the public-money account.
    Nothing older than the request or placement is ever proposed.
    """
    if source not in PROPOSABLE[(category, asked)]:
        return "この区分では使いません。"
    since = SINCE_WORDS[category]
    if sensitive_since is None:
        return f"{since}が分かりません。使いません。"
    if origin is None:
        return "いつ登録された口座か分かりません。使いません。"
    if origin < sensitive_since:
        word = "届いた" if source is AccountSource.STATED else "登録された"
        return f"{since}より前に{word}口座です。使いません。"
    return ""


def may_be_used(
    source: AccountSource, origin: date | None, sensitive_since: date | None, category: Category, *, asked: bool = False
) -> bool:
    """Whether an account may be proposed; see :func:`why_not_used`."""
    return not why_not_used(source, origin, sensitive_since, category, asked=asked)
