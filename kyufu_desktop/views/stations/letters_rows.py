"""How letters and what can be written stand in the lists of 確認書・通知."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kyufu_desktop.domain.letter import LETTER_LABELS, LetterState
from kyufu_desktop.services.letters import LetterRow, ReadyCase
from kyufu_desktop.views.parts import Cell, Row
from kyufu_desktop.views.parts.chip import ChipLike
from kyufu_desktop.views.stations.wrapped import wrapped

#: Segment -> states of the letters in it, in the order of the work.
STATES: dict[str, frozenset[LetterState]] = {
    "queue": frozenset({LetterState.PREPARED, LetterState.PRINTING}),
    "printed": frozenset({LetterState.PRINTED}),
    "sent": frozenset({LetterState.SENT}),
    "bad": frozenset({LetterState.SPOILED, LetterState.UNDELIVERED}),
}
#: Segment -> what its empty list means, and what fills it.
EMPTY: dict[str, tuple[str, str]] = {
    "queue": ("印刷を待つ手紙はありません。", "「手紙を作る」を押すと、ここに並びます。"),
    "printed": ("発送を待つ手紙はありません。", "印刷の結果を確定すると、ここに並びます。"),
    "sent": ("発送した手紙はありません。", "発送日を入れると、ここに並びます。"),
    "bad": ("書損も返戻もありません。", "使えなくなった番号が、ここに残ります。"),
}


def ready_row(case: ReadyCase) -> Row:
    what = wrapped(case.obstacle, "hold") if case.obstacle else wrapped(case.benefits, "text")
    color = "text3" if case.obstacle else "text"
    return Row(
        case.key,
        (
            Cell(case.name, sub=f"{case.management_number} {LETTER_LABELS[case.kind]}", sub_mono=True, name=True),
            what,
            Cell(f"{case.amount:,}", mono=True, right=True, color=color),
        ),
    )


def state_chip(letter: LetterRow) -> ChipLike:
    """The state, or that the letter may not leave any more: such a one must not look like its neighbours that wait for the post."""
    return ("送れません", "alarm", "late") if letter.stop is not None else letter.state.value


def stop_words(shown: Sequence[LetterRow]) -> str:
    """What is to be done with the printed letters of ``shown`` that may not leave any more; empty where there are none."""
    count = sum(letter.stop is not None for letter in shown)
    if not count:
        return ""
    what = f"送れなくなった手紙が {count:,}通あります。"
    return what + "封をしたものも開けて紙を細断し、「印刷済」の行を選んで「書損にする」を押してください。"


def letter_row(letter: LetterRow) -> Row:
    return Row(
        letter.letter_id,
        (
            Cell(chip=state_chip(letter)),
            Cell(letter.name, sub=f"{letter.code} {letter.stop or letter.kind_word}", sub_mono=True, name=True),
            Cell(f"{letter.amount:,}", sub=f"{letter.sheets}枚" if letter.sheets else "", mono=True, right=True),
            Cell(_short(letter.sent_on), sub=_until(letter), mono=True),
        ),
    )


def _until(letter: LetterRow) -> str:
    """The day by which the form must be back, or that its code is void."""
    if letter.void:
        return "番号は無効"
    return f"期限 {_short(letter.return_due)}" if letter.return_due else ""


def _short(day: date | None) -> str:
    return f"{day.month}/{day.day}" if day else "－"
