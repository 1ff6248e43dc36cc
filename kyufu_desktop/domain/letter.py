"""Letters: their kinds, their codes, deadlines, what happens to a sheet that came out badly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from kyufu_desktop.errors import InputProblem

_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｒｒ－ー‐−", "0123456789RR----")
_CODE = re.compile(r"(R6[0-9]{8})-?([0-9]{2})(?:-?([1-9][0-9]?))?\Z")


class LetterKind(StrEnum):
    """What the ward writes to a person, in the order of the work."""

    PUSH = "push"
    CONFIRMATION = "confirmation"
    REMINDER = "reminder"
    DEFICIENCY = "deficiency"
    DECISION = "decision"
    REFUSAL = "refusal"
    PAYMENT = "payment"


LETTER_LABELS: dict[LetterKind, str] = {
    LetterKind.PUSH: "支給のお知らせ",
    LetterKind.CONFIRMATION: "確認書",
    LetterKind.REMINDER: "勧奨通知",
    LetterKind.DEFICIENCY: "不備通知",
    LetterKind.DECISION: "支給決定通知書",
    LetterKind.REFUSAL: "不支給決定通知書",
    LetterKind.PAYMENT: "支給（振込）通知書",
}
#: The first letter of a benefit: with it the case itself goes on (確認書発送). Every other letter only tells.
FIRST: frozenset[LetterKind] = frozenset({LetterKind.PUSH, LetterKind.CONFIRMATION})
#: Letters that a person answers with a form, so that they carry a deadline and their code is scanned when they come back.
ANSWERED: frozenset[LetterKind] = frozenset({LetterKind.PUSH, LetterKind.CONFIRMATION, LetterKind.DEFICIENCY})


class Layout(StrEnum):
    """標準 or 大活字 (18 pt) for people whom the host marks as 点字利用者."""

    STANDARD = "STANDARD"
    LARGE = "LARGE"


def layout_for(braille: bool) -> Layout:
    """The layout for a person: 大活字 for whom the host marks as 点字利用者."""
    return Layout.LARGE if braille else Layout.STANDARD


class LetterState(StrEnum):
    """作成済 -> 印刷中 -> 印刷済 -> 発送済; 書損 = spoiled, shredded and made anew; 返戻 = came back."""

    PREPARED = "順番待ち"
    PRINTING = "印刷中"
    PRINTED = "印刷済"
    SENT = "発送済"
    SPOILED = "書損"
    UNDELIVERED = "返戻"


class Stop(StrEnum):
    """Why a printed letter may not leave the house any more, in the words of lists, the most dangerous first."""

    ADDRESS = "宛先が変わりました"
    RETURNED = "戻ってきた宛先です"
    ADDRESSEE = "宛名が変わりました"
    PASSED = "内容が変わりました"


@dataclass(frozen=True, slots=True)
class LetterCode:
    """Management number and issue number, e.g. ``R601427643-02``; a reprint has a new issue number.

    The bars of a page hold the number of the page behind it (``R601427643-02-1``), so that no page can stand for another. ``page`` 0:
    not told.
    """

    management_number: str
    issue: int
    page: int = 0

    def __str__(self) -> str:
        return f"{self.management_number}-{self.issue:02d}"


def page_code(code: str, page: int) -> str:
    """What stands at the foot of a page of the letter ``code``; pages count from 1."""
    return f"{code}-{page}"


def parse_code(text: str) -> LetterCode:
    """Reads a scanned or typed code (full width digits and missing hyphen accepted). Raises ``InputProblem("code")``."""
    plain = text.strip().translate(_FULL_WIDTH).replace(" ", "").upper()
    found = _CODE.match(plain)
    if not found:
        raise InputProblem("K-1030", "code", "確認書のコードとして読めません。", todo="R6 で始まる12けたの数字を確かめてください。")
    return LetterCode(found[1], int(found[2]), int(found[3] or 0))


@dataclass(frozen=True, slots=True)
class Recovery:
    """What to do after a stop: which letters (by position from 0) are good, which are printed anew, how many sheets are shredded."""

    printed: tuple[int, ...]
    reprint: tuple[int, ...]
    shred_sheets: int


def recover(sheets_per_letter: tuple[int, ...], good_sheets: int) -> Recovery:
    """A half-printed letter is always shredded and printed anew as a whole.

    ``good_sheets`` counts the sheets that came out well, from the first.
    Raises ``InputProblem("good_sheets")`` outside 0 and the job's sheets.
    """
    if not 0 <= good_sheets <= sum(sheets_per_letter):
        raise InputProblem(
            "K-1031", "good_sheets", f"この印刷は {sum(sheets_per_letter)}枚です。", todo="正しく出た枚数を数え直してください。"
        )
    printed: list[int] = []
    reprint: list[int] = []
    sheet = 0
    for position, sheets in enumerate(sheets_per_letter):
        sheet += sheets
        (printed if sheet <= good_sheets else reprint).append(position)
    good = sum(sheets_per_letter[position] for position in printed)
    return Recovery(tuple(printed), tuple(reprint), sum(sheets_per_letter) - good)
