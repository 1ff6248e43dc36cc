"""Versions of the words of one kind of letter: which is in force, and what each of the others is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class WordingState(StrEnum):
    """案 is what is typed and not kept yet; everything else is a version."""

    DRAFT = "案"
    WAITING = "2人目待ち"
    APPROVED = "決裁済"
    IN_FORCE = "有効"
    FORMER = "前の版"
    WITHDRAWN = "取下げ"


@dataclass(frozen=True, slots=True)
class Dated:
    """A version. ``number`` counts in the order of making; 0 is the file that comes with the program, in force where nothing else is."""

    number: int
    valid_from: date
    approved: bool = True
    withdrawn: bool = False

    @property
    def order(self) -> tuple[bool, date, int]:
        """Later days come into force later; of two versions for one day the one that was made later."""
        return (self.number > 0, self.valid_from, self.number)


def in_force(versions: Iterable[Dated], today: date) -> Dated:
    """The newest approved version that has begun. ``versions`` holds the file."""
    begun = [each for each in versions if each.number == 0 or (each.approved and not each.withdrawn and each.valid_from <= today)]
    return max(begun, key=lambda each: each.order)


def state_of(version: Dated, versions: Iterable[Dated], today: date) -> WordingState:
    if version.withdrawn:
        return WordingState.WITHDRAWN
    if not version.approved:
        return WordingState.WAITING
    if version.number > 0 and version.valid_from > today:
        return WordingState.APPROVED
    return WordingState.IN_FORCE if version.number == in_force(versions, today).number else WordingState.FORMER


def overtaken(version: Dated, versions: Iterable[Dated], today: date) -> bool:
    """Whether another approved version would stand before this one from the first day that it could be in force."""
    first = max(today, version.valid_from)
    return in_force((*versions, Dated(version.number, version.valid_from)), first).number != version.number
