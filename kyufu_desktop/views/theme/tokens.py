"""Colour tokens and the two typefaces. No literal colour stands anywhere else: painters ask :func:`q`, the sheet :func:`value`."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QColor, QFont

LIGHT: dict[str, str] = {
    "app": "#EFF2F3",
    "side": "#E3E9EB",
    "surface": "#FFFFFF",
    "sunken": "#F5F8F9",
    "head": "#EDF1F3",
    "sel": "#D8E8F1",
    "line": "#CDD6DA",
    "field": "#73838B",
    "text": "#16222A",
    "text2": "#44545C",
    "text3": "#55656D",
    "accent": "#165E83",
    "accent_hi": "#0F4A69",
    "on_accent": "#FFFFFF",
    "accent_soft": "#DCEAF2",
    "ok": "#00654B",
    "ok_soft": "#DCF0E7",
    "fail": "#AC1F2D",
    "fail_soft": "#FBE3E3",
    "on_fail": "#FFFFFF",
    "hold": "#744D00",
    "hold_soft": "#FAEDCB",
    "wait": "#51509C",
    "wait_soft": "#E7E6F6",
    "none": "#4E5D65",
    "none_soft": "#E4EAEC",
    "ink": "#20323C",
    "on_ink": "#FFFFFF",
    "prac": "#F5B91C",
    "prac2": "#E5A700",
    "on_prac": "#2A1F00",
    "s1": "#C9DDE8",
    "s2": "#93BCD3",
    "s3": "#4F8FB3",
    "s4": "#165E83",
    "paper": "#FFFFFF",
    "paper_ink": "#1B1B1B",
    "paper_edge": "#9AA7AD",
    "desk": "#DDE4E7",
    "focus": "#0B63CE",
}

DARK: dict[str, str] = {
    "app": "#11171A",
    "side": "#0C1114",
    "surface": "#1A2226",
    "sunken": "#151C20",
    "head": "#212B30",
    "sel": "#1C3D50",
    "line": "#334047",
    "field": "#7A8B94",
    "text": "#E7EEF1",
    "text2": "#B9C6CC",
    "text3": "#9DACB3",
    "accent": "#74BCE6",
    "accent_hi": "#98D0F2",
    "on_accent": "#06202E",
    "accent_soft": "#17374A",
    "ok": "#62CFA6",
    "ok_soft": "#12372B",
    "fail": "#FF9F97",
    "fail_soft": "#471F20",
    "on_fail": "#2B0505",
    "hold": "#EBC260",
    "hold_soft": "#3C2F0F",
    "wait": "#B9B7F4",
    "wait_soft": "#2C2B4E",
    "none": "#AEBBC1",
    "none_soft": "#283338",
    "ink": "#DCE7EC",
    "on_ink": "#0E171B",
    "prac": "#C98F00",
    "prac2": "#B37F00",
    "on_prac": "#150F00",
    "s1": "#23414F",
    "s2": "#2F6481",
    "s3": "#4A93BC",
    "s4": "#8CCBEF",
    "paper": "#E9E7E1",
    "paper_ink": "#1B1B1B",
    "paper_edge": "#000000",
    "desk": "#0C1114",
    "focus": "#7FC4FF",
}

#: Proportional for words, fixed pitch for numbers in columns: proportional digits do not line up.
WORDS_FAMILY = "BIZ UDPGothic"
MONO_FAMILY = "BIZ UDGothic"

_current: dict[str, str] = dict(LIGHT)


def use(tokens: Mapping[str, str]) -> None:
    """Makes ``tokens`` (LIGHT or DARK) the ones that :func:`q` and :func:`value` answer from."""
    _current.clear()
    _current.update(tokens)


def value(name: str) -> str:
    """``#RRGGBB`` of a token. Raises KeyError for a name that is no token."""
    return _current[name]


def q(name: str, alpha: float | None = None) -> QColor:
    """Colour of a token; ``alpha`` from 0 (clear) to 1."""
    colour = QColor(_current[name])
    if alpha is not None:
        colour.setAlphaF(alpha)
    return colour


def font(px: int = 16, bold: bool = False, mono: bool = False) -> QFont:
    """Typeface at ``px`` pixels (96 dpi). 16 is the floor and the body; 18 and 24 are titles; 20 and 28 are results."""
    face = QFont(MONO_FAMILY if mono else WORDS_FAMILY)
    face.setPixelSize(px)
    face.setBold(bold)
    return face
