"""Words in which a name may stand: Qt sets what it can, the other characters are painted as glyphs.

Hard are variation selectors and letters that the face of the screens does not hold (Qt would drop the one and take any font for the other).
Signs and punctuation are left to Qt: they are no part of a name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QPainter

from kyufu_desktop.documents.fonts import Coverage, is_private, is_selector, pieces, screen_face
from kyufu_desktop.views.parts.glyphs import draw, shaped, width_of

#: Stands for a hard character where only its room matters: one em wide.
_EM = "国"


@lru_cache(maxsize=1)
def _face() -> Coverage:
    return screen_face()


@lru_cache(maxsize=16384)
def _is_hard(character: str) -> bool:
    code = ord(character)
    if code < 0x300:
        return False
    if is_selector(code) or is_private(code) or unicodedata.combining(character):
        return True
    letter = unicodedata.category(character)[0] in "LMN" or code >= 0x20000
    return letter and not _face().holds(code, None)


def is_hard(text: str) -> bool:
    """Whether the text must be painted here, because Qt would show other shapes."""
    return any(map(_is_hard, text))


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """(hard, piece of the text), neighbours of a kind together."""
    waiting, kind = "", False
    for cluster in pieces(text):
        hard = any(map(_is_hard, cluster))
        if waiting and hard is not kind:
            yield kind, waiting
            waiting = ""
        waiting, kind = waiting + cluster, hard
    if waiting:
        yield kind, waiting


def _size(face: QFont) -> float:
    return float(QFontInfo(face).pixelSize())


def text_width(text: str, face: QFont) -> float:
    """In pixels, as :func:`paint_text` sets it."""
    metrics = QFontMetricsF(face)
    if not is_hard(text):
        return metrics.horizontalAdvance(text)
    return sum(width_of(shaped(part, _size(face))) if hard else metrics.horizontalAdvance(part) for hard, part in _parts(text))


def elided(text: str, face: QFont, width: float) -> str:
    """The text, cut between whole characters with … at its end where it is wider."""
    if not is_hard(text):
        return QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, width)
    if text_width(text, face) <= width:
        return text
    kept = list(pieces(text))
    while kept and text_width("".join(kept) + "…", face) > width:
        kept.pop()
    return "".join(kept) + "…"


def paint_text(painter: QPainter, rect: QRectF, text: str, align: Qt.AlignmentFlag) -> None:
    """One line in pen and font of ``painter``, in the middle of ``rect`` from top to bottom."""
    if not is_hard(text):
        painter.drawText(rect, int(align | Qt.AlignmentFlag.AlignVCenter), text)
        return
    face = painter.font()
    metrics, size = QFontMetricsF(face), _size(face)
    at = rect.x()
    if align & (Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignHCenter):
        spare = rect.width() - text_width(text, face)
        at += spare if align & Qt.AlignmentFlag.AlignRight else spare / 2
    baseline = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2
    for hard, part in _parts(text):
        if hard:
            at = draw(painter, at, baseline, shaped(part, size), size)
        else:
            wide = metrics.horizontalAdvance(part)
            painter.drawText(QRectF(at, rect.y(), wide + 2, rect.height()), int(Qt.AlignmentFlag.AlignVCenter), part)
            at += wide


def room_of(text: str) -> tuple[str, tuple[str, ...]]:
    """For breaking lines: the text with plain characters of the same width in place of hard ones, and what each of them stands for.

    A character that stands for the second half of a box stands for nothing.
    """
    plain: list[str] = []
    meant: list[str] = []
    for cluster in pieces(text):
        if not any(map(_is_hard, cluster)):
            plain += cluster
            meant += cluster
            continue
        wide = shaped(cluster, 1.0)
        units = max(1, round(width_of(wide)))
        plain += _EM * units
        meant += [cluster, *[""] * (units - 1)]
    return "".join(plain), tuple(meant)
