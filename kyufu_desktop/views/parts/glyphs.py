"""Characters as glyphs on the screen.

Qt drops variation selectors: a name with a variant would be shown in its ordinary shape. So names are shaped with HarfBuzz, run by run in
the font that the index names, and painted as glyphs. A character that no font holds is painted as its approved picture, else as a box with
its code point; never as another shape.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QGlyphRun, QPainter, QRawFont

from kyufu_desktop.documents.fonts import Coverage, clusters, code_point, font_for
from kyufu_desktop.views.parts.gaiji import has_picture, picture_of

#: The ideographic body above and below the base line, in em.
ABOVE, BELOW = 0.88, 0.12
#: Width of the box with a code point, in em.
BOX = 2.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Glyphs of one font; without a ``path`` one character that no font holds: a picture, or a box with its code point."""

    path: str
    glyphs: tuple[int, ...]
    positions: tuple[float, ...]
    width: float
    text: str = ""
    picture: bool = False


@lru_cache(maxsize=64)
def _raw_font(path: str, size: float) -> QRawFont:
    return QRawFont(path, size, QFont.HintingPreference.PreferNoHinting)


@lru_cache(maxsize=16)
def _shaper(path: str) -> uharfbuzz.Font:
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path), 0))


def _shaped(path: str, text: str, size: float) -> Piece:
    font = _shaper(path)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    scale = size / font.face.upem
    glyphs: list[int] = []
    positions: list[float] = []
    at = 0.0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append(info.codepoint)
        positions.append(at + position.x_offset * scale)
        at += position.x_advance * scale
    return Piece(path, tuple(glyphs), tuple(positions), at)


def shaped(text: str, size: float) -> tuple[Piece, ...]:
    """The text as glyph runs, pictures and boxes. Not cached: names must not outlive their screen."""
    found: list[Piece] = []
    waiting: tuple[Coverage, str] | None = None

    def flush() -> None:
        if waiting is not None:
            found.append(_shaped(str(waiting[0].path), waiting[1], size))

    for cluster in clusters(text):
        coverage = font_for(cluster, screen=True)
        if waiting is not None and coverage is waiting[0]:
            waiting = (waiting[0], waiting[1] + cluster)
            continue
        flush()
        waiting = None
        if coverage is not None:
            waiting = (coverage, cluster)
        elif has_picture(cluster):
            found.append(Piece("", (), (), size, cluster, True))
        else:
            found.append(Piece("", (), (), size * BOX, cluster))
    flush()
    return tuple(found)


def width_of(pieces: Iterable[Piece]) -> float:
    """In pixels."""
    return sum(piece.width for piece in pieces)


def draw(painter: QPainter, at: float, baseline: float, pieces: Iterable[Piece], size: float) -> float:
    """Paints in the pen of ``painter`` from ``at`` on; returns where it ends."""
    for piece in pieces:
        if piece.path:
            run = QGlyphRun()
            run.setRawFont(_raw_font(piece.path, size))
            run.setGlyphIndexes(list(piece.glyphs))
            run.setPositions([QPointF(position, 0.0) for position in piece.positions])
            painter.drawGlyphRun(QPointF(at, baseline), run)
        elif piece.picture:
            _picture(painter, at, baseline, piece.text, size)
        else:
            _box(painter, QRectF(at + 1, baseline - size * 0.86, piece.width - 2, size), piece.text, size)
        at += piece.width
    return at


def _picture(painter: QPainter, at: float, baseline: float, cluster: str, size: float) -> None:
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    image = picture_of(cluster, round(size * ratio), painter.pen().color())
    if image is not None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(at, baseline - size * ABOVE, size, size), image)


def _box(painter: QPainter, rect: QRectF, cluster: str, size: float) -> None:
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)
    font = QFont(painter.font())
    font.setBold(False)
    codes = code_point(cluster).replace("U+", "").split(" ")
    # A character and its selector stand one above the other.
    font.setPixelSize(max(6, int(size * (0.5 if len(codes) == 1 else 0.44))))
    painter.setFont(font)
    high = rect.height() / len(codes)
    for place, code in enumerate(codes):
        painter.drawText(QRectF(rect.x(), rect.y() + place * high, rect.width(), high), Qt.AlignmentFlag.AlignCenter, code)
    painter.restore()
