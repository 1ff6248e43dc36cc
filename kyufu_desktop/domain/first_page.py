"""Where the parts of a letter's first page stand, so that the window shows the destination and nothing else in every position of the sheet.

A4, measures in mm from the top left corner of the sheet. The destination stands where the window always shows it; the ward's words stand
beside or below what the window may show; the body begins below both.
"""

from __future__ import annotations

from dataclasses import dataclass

from kyufu_desktop.domain.envelope import Envelope, Rectangle, wrong

SHEET = Rectangle(0, 0, 210, 297)
#: What the body fills: margins of 20 left and right, 14 above, 32 below for the foot.
BODY = Rectangle(20, 14, 190, 265)

#: No stroke of a character touches the edge of what is always visible.
_INSIDE = 0.5
#: No printer prints nearer to the edge of the paper.
_UNPRINTABLE = 6.0
#: Five lines of an address at 9 points, and half a line of the longest ward and street names.
_SMALLEST = (45.0, 18.0)
#: Between what the window may show and any other word.
_BESIDE, _BELOW = 4.0, 3.0
#: The ward's words: number, date, mark of a reissue, sender, in large print too.
_WARD_WIDTH, _WARD_NARROWEST, _WARD_HEIGHT = 74.0, 60.0, 47.0
#: The body begins in the upper half, or nothing of it would fit.
_LOWEST_BODY = 148.5
#: Half the height of the word 練習 across a page.
_MARK = 52.0


@dataclass(frozen=True, slots=True)
class FirstPage:
    """``destination``: the block with the address; ``window``: the window, the sheet lying in the middle of its play."""

    destination: Rectangle
    visible: Rectangle
    """What the window always shows."""
    window: Rectangle
    ward: Rectangle
    body_top: float
    folds: tuple[float, ...]
    mark: float
    """The middle of the mark of practice, mm from the top."""


def first_page(envelope: Envelope) -> FirstPage:
    """The places for an envelope.

    Raises ``InputProblem`` K-1011 (field as :class:`Envelope` names it) where the window leaves no room: none for an address of some
    length, or none for the letter below.
    """
    printable = SHEET.inset(_UNPRINTABLE)
    visible = envelope.always_visible()
    destination = visible.inset(_INSIDE).common(printable)
    if destination.width < _SMALLEST[0]:
        raise wrong("window_width", f"いつも見える幅が{_SMALLEST[0] + 2 * _INSIDE:g} mm以上になる窓の幅")
    if destination.height < _SMALLEST[1]:
        raise wrong("window_height", f"いつも見える高さが{_SMALLEST[1] + 2 * _INSIDE:g} mm以上になる窓の高さ")
    reach = envelope.may_be_visible()
    left = max(reach.right + _BESIDE, BODY.right - _WARD_WIDTH)
    beside = BODY.right - left >= _WARD_NARROWEST
    ward_top = BODY.top if beside else reach.bottom + _BELOW
    ward = Rectangle(left if beside else BODY.right - _WARD_WIDTH, ward_top, BODY.right, ward_top + _WARD_HEIGHT)
    body_top = max(reach.bottom + _BELOW, ward.bottom)
    if body_top > _LOWEST_BODY:
        raise wrong("window_top", "窓の下に手紙の本文が入る位置")
    folds = [envelope.sheet_height * part for part in range(1, int(SHEET.height / envelope.sheet_height) + 1)]
    return FirstPage(
        destination=destination,
        visible=visible,
        window=envelope.window_on_sheet(),
        ward=ward,
        body_top=body_top,
        # A line at the edge of what the window may show would stand in it.
        folds=tuple(fold for fold in folds if reach.bottom + 1 < fold < SHEET.height - 1),
        mark=max(SHEET.height / 2, reach.bottom + _MARK),
    )
