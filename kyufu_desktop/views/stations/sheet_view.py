"""A PDF in memory as a page on the screen. Nothing is written anywhere."""

from __future__ import annotations

import pypdfium2
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kyufu_desktop.views.parts import Button
from kyufu_desktop.views.theme import font, q

_EDGE = 12
_PAPER = 1.414


class SheetView(QWidget):
    """One page at a time, as large as there is room. ``back`` and ``forth`` go into the title row; ``turned`` says ``1 / 2枚``."""

    turned = Signal(str)

    def __init__(self, hint: str = "一覧から選ぶと、ここに見本が出ます。") -> None:
        super().__init__()
        self._hint = hint
        self._pdf = b""
        self._pages = self._at = 0
        self._picture: QImage | None = None
        self.setMinimumSize(300, int(276 * _PAPER) + 2 * _EDGE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.back = Button("前へ", "Alt+←", "quiet", name="sheet.back")
        self.forth = Button("次へ", "Alt+→", "quiet", name="sheet.next")
        self.back.clicked.connect(self._go_back)
        self.forth.clicked.connect(self._go_on)
        self._turn()

    def show_pdf(self, pdf: bytes) -> None:
        """Shows the first page."""
        document = pypdfium2.PdfDocument(pdf)
        try:
            self._pages = len(document)
        finally:
            document.close()
        self._pdf, self._at = pdf, 0
        self._turn()

    def clear(self) -> None:
        """Back to the hint: the letter that was shown is not in the list any more."""
        self._pdf, self._pages, self._at = b"", 0, 0
        self._turn()

    @property
    def pages(self) -> int:
        return self._pages

    def _go_back(self) -> None:
        self._at = max(0, self._at - 1)
        self._turn()

    def _go_on(self) -> None:
        self._at = min(self._pages - 1, self._at + 1)
        self._turn()

    def _turn(self) -> None:
        self._picture = None
        self.back.setEnabled(self._at > 0)
        self.forth.setEnabled(self._at < self._pages - 1)
        self.turned.emit(f"{self._at + 1} / {self._pages}枚" if self._pages else "")
        self.setAccessibleName(f"見本 {self._at + 1}枚目" if self._pages else self._hint)
        self.update()

    def _paper(self) -> QRectF:
        """Where the page lies: A4 upright, in the middle."""
        high = min(self.height() - 2 * _EDGE, (self.width() - 2 * _EDGE) * _PAPER)
        wide = round(high / _PAPER)
        return QRectF((self.width() - wide) // 2, (self.height() - round(high)) // 2, wide, round(high))

    def _render(self, wide: float) -> QImage:
        ratio = self.devicePixelRatioF()
        document = pypdfium2.PdfDocument(self._pdf)
        try:
            page = document[self._at]
            bitmap = page.render(scale=(wide * ratio + 0.01) / page.get_width(), rev_byteorder=True)
            shape = QImage.Format.Format_RGBX8888 if bitmap.n_channels == 4 else QImage.Format.Format_RGB888
            return QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, shape).copy()
        finally:
            document.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), q("head"))
        if not self._pages:
            painter.setFont(font(16))
            painter.setPen(q("text3"))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._hint)
            return
        paper = self._paper()
        if self._picture is None or abs(self._picture.width() / self.devicePixelRatioF() - paper.width()) >= 1:
            self._picture = self._render(paper.width())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(paper, self._picture)
        painter.setPen(QPen(q("field"), 1))
        painter.drawRect(paper)
