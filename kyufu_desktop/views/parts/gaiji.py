"""The approved pictures of characters that no font holds, as the screen paints them: in the colour of the words beside them."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures

#: Room left around the smallest picture that is still told from a blot, in pixels.
_LEAST = 4


class _Shown:
    """What all screens of the running window paint with."""

    pictures: Pictures = NO_PICTURES


def show_pictures(pictures: Pictures) -> None:
    """From now on every screen paints with these; what is on the screen is painted again."""
    if pictures == _Shown.pictures:
        return
    _Shown.pictures = pictures
    _painted.cache_clear()
    if isinstance(QApplication.instance(), QApplication):
        for widget in QApplication.allWidgets():
            # A picture is narrower than the box that stood for it.
            widget.updateGeometry()
            widget.update()


def has_picture(cluster: str) -> bool:
    return _Shown.pictures.png(cluster) is not None


def picture_of(cluster: str, pixels: int, color: QColor) -> QImage | None:
    """The character ``pixels`` high and wide, its ink in ``color`` and nothing around it; None where it has no picture."""
    png = _Shown.pictures.png(cluster)
    return None if png is None else tinted(png, pixels, color)


def tinted(png: bytes, pixels: int, color: QColor) -> QImage:
    """A picture as ``documents.gaiji`` makes it: black becomes ``color``, white nothing."""
    return _painted(png, max(_LEAST, pixels), color.rgba())


@lru_cache(maxsize=256)
def _painted(png: bytes, pixels: int, rgba: int) -> QImage:
    ink = QImage.fromData(png).convertToFormat(QImage.Format.Format_Grayscale8)
    ink.invertPixels()
    ink = ink.scaled(pixels, pixels, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    ink = ink.convertToFormat(QImage.Format.Format_Grayscale8)
    whole = QImage(ink.size(), QImage.Format.Format_ARGB32_Premultiplied)
    whole.fill(QColor.fromRgba(rgba))
    whole.setAlphaChannel(ink)
    return whole
