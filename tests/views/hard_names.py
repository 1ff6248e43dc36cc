"""Ten names that programs like to spoil, on paper and on screen side by side: ``make pictures`` writes docs/pictures/hard_names.png."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pypdfium2
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from kyufu_desktop.documents import letter_press
from kyufu_desktop.documents.fonts import code_point, pieces
from kyufu_desktop.documents.letters import Confirmation, Destination
from kyufu_desktop.documents.wording import load
from kyufu_desktop.views.parts.names import NameLabel

#: Invented people. What is hard about each stands beside it.
NAMES: tuple[tuple[str, str], ...] = (
    ("渡邉\U000e0102 花子", "字形の選択（邉の異体字）"),
    ("渡邊\U000e0101 花子", "字形の選択（邊の異体字）"),
    ("葛\U000e0100城 太郎", "字形の選択（葛）"),
    ("辻\U000e0100 一郎", "字形の選択（一点しんにょう）"),
    ("\U00020bb7田 次郎", "第2面の漢字（つちよし）"),
    ("\U0002000b木 三郎", "第2面の漢字（丈の異体字）"),
    ("髙橋 﨑子", "はしごだか・たつさき"),
    ("\ufa19田 \ufa1b子", "互換漢字（示へん）"),
    ("NGUYE\u0302\u0303N THI\u0323 HOA", "合成用の記号のついた文字"),
    ("MARIA CONCEPCION DE LOS SANTOS FERNÁNDEZ ÁLVAREZ", "長い外国の氏名"),
)
_DPI = 200
_SMOOTH = Qt.TransformationMode.SmoothTransformation
_ROW, _HALF, _SIDE = 214, 560, 12
#: mm: the address in the window.
_WINDOW = (21.0, 12.0, 68.0, 25.5)


def on_paper(name: str) -> QImage:
    """The window of a finished letter to this name."""
    letter = Confirmation(
        "R600000001-01", "第1号", date(2024, 8, 28), date(2024, 10, 31), Destination("000-0000", ("見本県見本市北町1丁目8番",), name),
        (("練習の給付", 100_000, ()),), (name,),
    )  # fmt: skip
    document = pypdfium2.PdfDocument(letter_press.compose((letter,), load()).pdf)
    bitmap = document[0].render(scale=_DPI / 72, grayscale=True)
    page = QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_Grayscale8).copy()
    document.close()
    left, top, width, height = (round(each / 25.4 * _DPI) for each in _WINDOW)
    return page.copy(QRect(left, top, width, height))


def on_screen(name: str) -> QImage:
    """A name of a list or a case, twice as large as on the screen."""
    shown = NameLabel(name)
    shown.resize(shown.sizeHint())
    image = QImage(shown.size() * 2, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    image.fill(QColor("white"))
    shown.render(image, QPoint(0, 0))
    image.setDevicePixelRatio(1)
    return image


def side_by_side() -> QImage:
    whole = QImage(2 * _HALF + 3 * _SIDE, len(NAMES) * _ROW + 44, QImage.Format.Format_RGB32)
    whole.fill(QColor("white"))
    painter = QPainter(whole)
    small = QFont("BIZ UDGothic")
    small.setPixelSize(20)
    painter.setFont(small)
    painter.drawText(_SIDE, 30, "紙（封筒の窓）")
    painter.drawText(_HALF + 2 * _SIDE, 30, "画面（2倍。長い名は幅に合わせて縮めてあります）")
    for number, (name, words) in enumerate(NAMES):
        top = 44 + number * _ROW
        painter.setPen(QColor("#c0c8cc"))
        painter.drawLine(0, top, whole.width(), top)
        painter.drawImage(QPoint(_SIDE, top + 6), on_paper(name))
        shown = on_screen(name)
        painter.drawImage(QPoint(_HALF + 2 * _SIDE, top + 40), shown if shown.width() <= _HALF else shown.scaledToWidth(_HALF, _SMOOTH))
        painter.setPen(QColor("#44525a"))
        codes = [code_point(piece) for piece in pieces(name) if len(piece) > 1 or ord(piece) > 0xF8FF or ord(piece) in (0x9AD9,)]
        painter.drawText(QRectF(_HALF + 2 * _SIDE, top + 120, _HALF, 80), f"{words}\n{'　'.join(codes[:2])}")
    painter.end()
    return whole


def main(target: Path) -> int:
    application = QApplication.instance() or QApplication(sys.argv[:1])
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = side_by_side().convertToFormat(QImage.Format.Format_Grayscale8).save(str(target), "PNG")
    del application
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[2] / "docs" / "pictures" / "hard_names.png"))
