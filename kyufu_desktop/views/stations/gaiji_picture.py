"""The picture of a character, large as on paper and small beside ordinary characters."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from kyufu_desktop.views.parts.gaiji import tinted
from kyufu_desktop.views.parts.glyphs import ABOVE, BELOW, draw, shaped
from kyufu_desktop.views.theme import font, q

#: px: side of the large picture, and of the characters beside the small one.
LARGE, SMALL = 160, 32
_EDGE = 8
#: Ordinary characters around the small picture.
_NEIGHBOURS = ("永", "国")


class PictureView(QWidget):
    """Black on white as it is printed; without a picture an empty box with the code point, or the glyph of the ward's font."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QImage | None = None
        self._glyph = self._code = ""
        self.setFixedSize(LARGE + 2 * _EDGE, LARGE + 2 * _EDGE)
        self.setObjectName("gaiji.picture")

    def show_character(self, code: str, picture: bytes | None, glyph: str = "") -> None:
        """``glyph`` is painted by its font where a font holds it."""
        self._code, self._glyph = code, glyph
        self._picture = QImage.fromData(picture) if picture is not None and not glyph else None
        said = "書体の字形" if glyph else "登録された絵" if picture is not None else "絵はまだありません"
        self.setAccessibleName(f"{code} {said}" if code else "文字を選んでいません")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inner = QRectF(_EDGE, _EDGE, LARGE, LARGE)
        if self._picture is not None:
            ratio = self.devicePixelRatioF()
            side = round(LARGE * ratio)
            scaled = self._picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            painter.drawImage(inner, scaled)
            painter.setPen(QPen(q("field"), 1))
        elif self._glyph:
            painter.fillRect(inner, q("surface"))
            painter.setPen(q("text"))
            draw(painter, inner.x(), inner.y() + LARGE * ABOVE, shaped(self._glyph, LARGE), LARGE)
            painter.setPen(QPen(q("field"), 1))
        else:
            painter.fillRect(inner, q("sunken"))
            painter.setFont(font(16, mono=True))
            painter.setPen(q("text3"))
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignCenter), self._code.replace(" ", "\n"))
            painter.setPen(QPen(q("field"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(inner.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.end()


class BesideOthers(QWidget):
    """「永〓国」: whether the picture is as large as the characters beside it and stands on their line."""

    def __init__(self, picture: bytes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self.setFixedSize(SMALL * 3 + 2 * _EDGE, SMALL + 2 * _EDGE)
        self.setAccessibleName("ほかの文字と並べたところ")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(q("text"))
        baseline = _EDGE + SMALL * ABOVE
        before, behind = _NEIGHBOURS
        draw(painter, _EDGE, baseline, shaped(before, SMALL), SMALL)
        image = tinted(self._picture, round(SMALL * self.devicePixelRatioF()), q("text"))
        painter.drawImage(QRectF(_EDGE + SMALL, baseline + SMALL * BELOW - SMALL, SMALL, SMALL), image)
        draw(painter, _EDGE + 2 * SMALL, baseline, shaped(behind, SMALL), SMALL)
        painter.end()
