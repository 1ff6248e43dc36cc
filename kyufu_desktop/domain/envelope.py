"""Window envelopes: what of a sheet the window always shows, and what it may show in some position of the sheet.

All measures are mm. The envelope lies as its address is read; the window is measured from the envelope's top left corner, rectangles of
the sheet from the top left corner of the folded sheet (which is that of the unfolded page).

Sizes: JIS S 5502 (長形3号 120 x 235, 角形2号 240 x 332). A4 folded in three is 210 x 99. Windows differ from maker to maker:
the measures are values of the programme (``[envelope]``), which the ward holds against its own envelopes.
"""

from __future__ import annotations

from dataclasses import dataclass

from kyufu_desktop.errors import InputProblem


@dataclass(frozen=True, slots=True)
class Rectangle:
    """mm; ``top`` is smaller than ``bottom``."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Rectangle, tolerance: float = 0.0) -> bool:
        """Whether the other one lies wholly inside (``tolerance`` mm may stand out)."""
        return (
            other.left >= self.left - tolerance
            and other.top >= self.top - tolerance
            and other.right <= self.right + tolerance
            and other.bottom <= self.bottom + tolerance
        )

    def meets(self, other: Rectangle) -> bool:
        """Whether the two have an area in common; a common edge is none."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def shifted(self, right: float, down: float) -> Rectangle:
        return Rectangle(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def inset(self, by: float) -> Rectangle:
        return Rectangle(self.left + by, self.top + by, self.right - by, self.bottom - by)

    def common(self, other: Rectangle) -> Rectangle:
        """What lies in both; of no width or height (or less) where they do not meet."""
        return Rectangle(max(self.left, other.left), max(self.top, other.top), min(self.right, other.right), min(self.bottom, other.bottom))

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope and its window (mm).

    ``play_right`` and ``play_down``: how far the sheet can slide from the left and the top edge, i.e. envelope less folded sheet.
    """

    name: str
    width: float
    height: float
    sheet_width: float
    sheet_height: float
    window_left: float
    window_top: float
    window_width: float
    window_height: float
    play_right: float
    play_down: float

    def window(self) -> Rectangle:
        """The window, from the envelope's top left."""
        return Rectangle(self.window_left, self.window_top, self.window_left + self.window_width, self.window_top + self.window_height)

    def always_visible(self) -> Rectangle:
        """What the window shows in every position of the sheet, from the sheet's top left.

        A sheet that lies ``x`` mm from the left edge (0 to ``play_right``) shows its own ``left - x`` to ``right - x``. The part common to
        all positions begins at the largest left side (x = 0) and ends at the smallest right side (x = ``play_right``): ``left`` to
        ``right - play_right``; downwards the same. 長形3号 with its usual window: 22 to 112 - 25 = 87, 13 to 58 - 21 = 37.
        """
        window = self.window()
        return Rectangle(window.left, window.top, window.right - self.play_right, window.bottom - self.play_down)

    def window_on_sheet(self) -> Rectangle:
        """The window over a sheet that lies in the middle of its play, from the sheet's top left."""
        return self.window().shifted(-self.play_right / 2, -self.play_down / 2)

    def may_be_visible(self) -> Rectangle:
        """What the window shows in at least one position: from ``left - play_right`` to ``right``, cut at the sheet's edges.

        長形3号 with its usual window: 22 - 25 < 0, so 0 to 112, and 13 - 21 < 0, so 0 to 58.
        """
        window = self.window()
        return Rectangle(
            max(0.0, window.left - self.play_right),
            max(0.0, window.top - self.play_down),
            min(self.sheet_width, window.right),
            min(self.sheet_height, window.bottom),
        )


def envelope(
    name: str,
    *,
    size: tuple[float, float],
    sheet: tuple[float, float],
    window: tuple[float, float, float, float],
    play: tuple[float, float] | None = None,
) -> Envelope:
    """An envelope of size, folded sheet (width, height) and window (left, top, width, height); the play follows from them unless given.

    Raises ``InputProblem`` K-1011 where the sheet does not fit in, the window does not lie on the envelope, or no part of a sheet is
    visible in every position. Its field is the measure that is wrong, as :class:`Envelope` names it.
    """
    right, down = play if play is not None else (size[0] - sheet[0], size[1] - sheet[1])
    found = Envelope(name, *size, *sheet, *window, right, down)
    for field, value in zip(_MEASURES, (*size, *sheet, *window[2:]), strict=True):
        if value <= 0:
            raise wrong(field, "0より大きい長さ")
    if sheet[0] > size[0] or right < 0:
        raise wrong("sheet_width", "封筒の幅に入る長さ")
    if sheet[1] > size[1] or down < 0:
        raise wrong("sheet_height", "封筒の高さに入る長さ")
    across, along = found.window(), Rectangle(0, 0, *size)
    if across.left < 0 or across.right > along.right:
        raise wrong("window_left", "窓が封筒の左右に収まる位置")
    if across.top < 0 or across.bottom > along.bottom:
        raise wrong("window_top", "窓が封筒の上下に収まる位置")
    always = found.always_visible()
    if always.width <= 0:
        raise wrong("window_width", f"用紙が左右にずれる長さ（{right:g} mm）より広い窓の幅")
    if always.height <= 0:
        raise wrong("window_height", f"用紙が上下にずれる長さ（{down:g} mm）より高い窓の高さ")
    return found


_MEASURES = ("width", "height", "sheet_width", "sheet_height", "window_width", "window_height")


def wrong(field: str, expected: str) -> InputProblem:
    """K-1011: the measure that is wrong, and what is expected of it."""
    return InputProblem("K-1011", field, "封筒の寸法が合いません。", todo=f"{expected}にしてください。")


LONG_3 = envelope("長形3号", size=(235, 120), sheet=(210, 99), window=(22, 13, 90, 45))
"""A4 in three; the usual window of 90 x 45 at (22, 13)."""


def square_2(window: tuple[float, float, float, float]) -> Envelope:
    """角形2号 (upright, A4 flat) with the window of the ward's own envelopes: left, top, width, height. Raises as :func:`envelope`."""
    return envelope("角形2号", size=(240, 332), sheet=(210, 297), window=window)
