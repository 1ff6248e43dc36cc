"""A PDF in memory as pages on the screen. Nothing is written anywhere."""

from __future__ import annotations

import pypdfium2
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from kyufu_desktop.views.parts import Button, label, row


class SheetView(QWidget):
    """One page at a time, as wide as there is room; 前へ / 次へ."""

    def __init__(self, width: int = 380) -> None:
        super().__init__()
        self._width = width
        self._pages: list[QPixmap] = []
        self._at = 0
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._picture.setMinimumSize(width, int(width * 1.42))
        self._count = label("一覧から選ぶと、ここに見本が出ます。", "muted")
        self._back = Button("前へ", "Alt+←", "quiet", name="sheet.back")
        self._next = Button("次へ", "Alt+→", "quiet", name="sheet.next")
        self._back.clicked.connect(self._go_back)
        self._next.clicked.connect(self._go_on)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row(self._count, None, self._back, self._next))
        layout.addWidget(self._picture, 1)
        self._turn()

    def show_pdf(self, pdf: bytes) -> None:
        """Renders every page at screen size."""
        document = pypdfium2.PdfDocument(pdf)
        try:
            self._pages = [self._render(page) for page in document]
        finally:
            document.close()
        self._at = 0
        self._turn()

    def _render(self, page: pypdfium2.PdfPage) -> QPixmap:
        ratio = self.devicePixelRatioF()
        bitmap = page.render(scale=self._width * ratio / page.get_width(), rev_byteorder=True)
        shape = QImage.Format.Format_RGBX8888 if bitmap.n_channels == 4 else QImage.Format.Format_RGB888
        image = QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, shape).copy()
        image.setDevicePixelRatio(ratio)
        return QPixmap.fromImage(image)

    def _go_back(self) -> None:
        self._at = max(0, self._at - 1)
        self._turn()

    def _go_on(self) -> None:
        self._at = min(len(self._pages) - 1, self._at + 1)
        self._turn()

    def _turn(self) -> None:
        some = bool(self._pages)
        self._back.setEnabled(some and self._at > 0)
        self._next.setEnabled(some and self._at < len(self._pages) - 1)
        if some:
            self._picture.setPixmap(self._pages[self._at])
            self._picture.setAccessibleName(f"見本 {self._at + 1}枚目")
            self._count.setText(f"{self._at + 1} / {len(self._pages)}枚")
