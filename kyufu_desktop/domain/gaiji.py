"""外字: where a character stands that no font holds."""

from __future__ import annotations

from enum import StrEnum


class GaijiState(StrEnum):
    """From 「絵がない」 over the second person's look to 「登録済」; a character that the ward's own font holds needs no picture."""

    MISSING = "絵がない"
    WAITING = "2人目待ち"
    APPROVED = "登録済"
    WITHDRAWN = "取下げ"
    IN_FONT = "書体にある"


#: States in which the character is not printed: somebody has to do something.
OPEN: frozenset[GaijiState] = frozenset({GaijiState.MISSING, GaijiState.WAITING, GaijiState.WITHDRAWN})


def state_of(*, in_font: bool, entered: bool, verified: bool, withdrawn: bool) -> GaijiState:
    """``entered``, ``verified`` and ``withdrawn`` of the newest picture. A font that holds the character goes before every picture."""
    if in_font:
        return GaijiState.IN_FONT
    if not entered:
        return GaijiState.MISSING
    if withdrawn:
        return GaijiState.WITHDRAWN
    return GaijiState.APPROVED if verified else GaijiState.WAITING
