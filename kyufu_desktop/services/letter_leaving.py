"""Why a printed letter may not leave the house any more: asked at the envelope, at the day of posting, and by the lists.

Between the printer and the post lie hours in which the person may have to flee again. One answer for every place that asks: what the
envelope is closed on is what the post is refused on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kyufu_desktop.domain.letter import Stop
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.services import addressees, letter_occasions, letter_standing
from kyufu_desktop.services.case_facts import cases_with_people
from kyufu_desktop.services.letter_data import words_of
from kyufu_desktop.services.session import Desk

_KEPT = "この操作では、1通も変えていません。"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """``why`` is a sentence for whoever holds the paper, ``problem`` what is raised where the letter was to leave."""

    stop: Stop
    why: str
    problem: Conflict


def hindrances(desk: Desk, session: Session, letters: Sequence[Letter]) -> dict[int, Hindrance]:
    """Letter id -> why it may not leave, of those of ``letters`` (printed ones, not voided) that may not."""
    if not letters:
        return {}
    misplaced = letter_standing.misplaced(session, desk.today(), letters[0].case_id if len(letters) == 1 else None)
    # Held so that every letter finds its case and its people here already.
    cases = cases_with_people(session, dict.fromkeys(letter.case_id for letter in letters))
    found: dict[int, Hindrance] = {}
    for letter in letters:
        stop = misplaced.get(letter.id)
        if stop is None and not addressees.holds(desk, session, cases[letter.case_id], letter):
            stop = Stop.ADDRESSEE
        if stop is not None:
            found[letter.id] = _PLACES[stop](letter)
        elif why := letter_occasions.passed(session, letter, desk.today()):
            found[letter.id] = _passed(letter, why)
    return found


def hindrance(desk: Desk, session: Session, letter: Letter) -> Hindrance | None:
    """Why this printed letter may not leave; None where it may."""
    return hindrances(desk, session, [letter]).get(letter.id)


def refuse(desk: Desk, session: Session, letter: Letter) -> None:
    """Raises Conflict where the letter may not leave: K-1852, K-1883 (the place), K-1861 (whom it names), K-1691 (what it tells)."""
    found = hindrance(desk, session, letter)
    if found is not None:
        raise found.problem


def refuse_passed(desk: Desk, session: Session, letter: Letter) -> None:
    """Raises Conflict K-1691 where what a letter tells, printed or not, does not hold any more."""
    why = letter_occasions.passed(session, letter, desk.today())
    if why:
        raise _passed(letter, why).problem


def _passed(letter: Letter, why: str) -> Hindrance:
    problem = Conflict(
        "K-1691",
        f"{words_of(letter)} は送れません。{why}",
        kept=_KEPT,
        todo="送らずに書損にしてください。要るときは、決裁のあとで作り直します。",
    )
    return Hindrance(Stop.PASSED, why, problem)


def _moved(letter: Letter) -> Hindrance:
    problem = Conflict(
        "K-1852",
        f"{words_of(letter)} の宛先が、印刷のあとで変わりました。",
        kept=_KEPT,
        todo="送らずに書損にし、新しい宛先で作ってください。",
    )
    return Hindrance(Stop.ADDRESS, "宛先が、印刷のあとで変わりました。", problem)


def _came_back(letter: Letter) -> Hindrance:
    problem = Conflict(
        "K-1883",
        f"{letter.code} の送り先からは、手紙が戻っています。",
        kept=_KEPT,
        todo="送らずに書損にし、新しい送り先を2人で確認してください。",
    )
    return Hindrance(Stop.RETURNED, "同じ宛先から、手紙が戻っています。", problem)


def _renamed(letter: Letter) -> Hindrance:
    return Hindrance(Stop.ADDRESSEE, "宛名の人に、いまは送れません。", addressees.ended(letter))


_PLACES = {Stop.ADDRESS: _moved, Stop.RETURNED: _came_back, Stop.ADDRESSEE: _renamed}
