"""Dialogs of 判定: what a run over many cases came to, and the decision sheet on the screen."""

from __future__ import annotations

import pypdfium2
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from kyufu_desktop.services.judgment import BulkReport
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Cell, EmptyList, Row, Table, col, label, row


def report_lines(report: BulkReport) -> tuple[tuple[str, int], ...]:
    """Counts of a run in words, in cases."""
    return (
        ("判定した案件", report.judged),
        ("支給できる", report.eligible),
        ("支給できない", report.refused),
        ("保留", len(report.held)),
        ("前と変わった判定", report.changed),
    )


class ReportDialog(Dialog):
    """Counts of a run, and every held case with its reason."""

    def __init__(self, report: BulkReport, parent: QWidget | None = None) -> None:
        super().__init__("起案の結果", cancel="閉じる", width=820, parent=parent)
        self.setObjectName("judgment.report")
        for words, count in report_lines(report):
            self.body.addLayout(row(label(words, "muted"), None, label(f"{count:,}件", "strong", mono=True)))
        held = Table(
            ("案件", "保留の理由"), (120, 0), name="保留の案件", empty=EmptyList("保留の案件はありません。", "すべて起案しました。")
        )
        held.set_rows([Row(item.case_id, (Cell(item.management_number, mono=True), Cell(item.why))) for item in report.held])
        held.setMinimumSize(640, 240)
        self.body.addLayout(col(label("保留の案件と理由", "strong"), held, gap=8))


class SheetDialog(Dialog):
    """A document on the screen, page below page, painted from the PDF in memory; nothing is written anywhere."""

    WIDTH = 760

    def __init__(self, title: str, pdf: bytes, parent: QWidget | None = None) -> None:
        super().__init__(title, cancel="閉じる", width=self.WIDTH + 90, parent=parent)
        self.setObjectName("judgment.sheet")
        pages = QWidget()
        lines = QVBoxLayout(pages)
        document = pypdfium2.PdfDocument(pdf)
        try:
            for number in range(len(document)):
                page = document[number]
                bitmap = page.render(scale=self.WIDTH / page.get_width())
                image = QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_BGR888)
                shown = QLabel()
                shown.setPixmap(QPixmap.fromImage(image))
                shown.setAccessibleName(f"{title} {number + 1}枚目")
                lines.addWidget(shown)
        finally:
            document.close()
        area = QScrollArea()
        area.setWidget(pages)
        area.setMinimumSize(self.WIDTH + 40, 480)
        self.body.addWidget(area)
