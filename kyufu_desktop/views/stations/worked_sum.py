"""The sum of the adjustment benefit, written out: one line per tax, operators in their own columns, the one rounding as a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from kyufu_desktop.views.parts import hline, label

#: Words of the service -> what stands where. Whatever else stands in a working are the classes of people counted.
STEPS = {
    "人数": "people",
    "所得税の減税枠": "income_tax_frame",
    "推計所得税額": "income_tax",
    "所得税分の控除不足額": "income_tax_shortfall",
    "住民税の減税枠": "resident_tax_frame",
    "所得割額（減税前）": "income_levy",
    "住民税分の控除不足額": "resident_tax_shortfall",
    "控除不足額の合計": "total",
    "前の年の調整給付": "earlier",
    "支給額（1万円未満切上げ）": "amount",
}

_HEADS = ("", "1人分", "", "人数", "", "控除の枠", "", "税額", "", "引ききれない額")
_WIDTHS = (0, 60, 12, 32, 12, 72, 12, 72, 12, 112)


class WorkedSum(QWidget):
    """Shows the working of one judgment; every number is the service's, nothing is computed here but the frame for one person."""

    def __init__(self, working: tuple[tuple[str, int], ...], amount: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        values = {STEPS[words]: number for words, number in working if words in STEPS}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        for column, width in enumerate(_WIDTHS):
            grid.setColumnMinimumWidth(column, width)
        grid.setColumnStretch(0, 1)
        self._grid = grid
        for column, head in enumerate(_HEADS):
            if head:
                self._put(0, column, head, role="muted")
        people = values.get("people", 0)
        self._tax(1, "所得税", values, people, "income_tax_frame", "income_tax", "income_tax_shortfall")
        self._tax(2, "住民税所得割", values, people, "resident_tax_frame", "income_levy", "resident_tax_shortfall")
        grid.addWidget(hline(), 3, 6, 1, 4)
        self._put(4, 0, components_words(working), role="muted", left=True, span=6)
        self._put(4, 6, "合計", role="sub", span=2)
        self._put(4, 8, "=", role="muted")
        self._put(4, 9, f"{values.get('total', 0):,}", mono=True)
        last = 5
        if "earlier" in values:
            self._put(5, 0, "合計を切り上げた額から、先に決まった額を引きます", role="muted", left=True, span=6)
            self._put(5, 6, "先の給付", role="sub", span=2)
            self._put(5, 8, "−", role="muted")
            self._put(5, 9, f"{values['earlier']:,}", mono=True)
            last = 6
        self._put(last, 0, "合計を1回だけ、1万円単位に切り上げます", role="muted", left=True, span=6)
        self._put(last, 6, "給付額", role="strong", span=2)
        self._put(last, 8, "=", role="muted")
        self._put(last, 9, f"{amount:,}円", role="result")
        self.setAccessibleName("金額の求め方")
        self.setAccessibleDescription(f"{components_words(working)} 合計{values.get('total', 0):,}円 給付額{amount:,}円")

    def _tax(self, line: int, name: str, values: Mapping[str, int], people: int, frame: str, tax: str, rest: str) -> None:
        whole = values.get(frame, 0)
        one = whole // people if people else 0
        self._put(line, 0, name, left=True)
        cells = (f"{one:,}", "×", str(people), "=", f"{whole:,}", "−", f"{values.get(tax, 0):,}", "=", f"{values.get(rest, 0):,}")
        for column, words in enumerate(cells, 1):
            self._put(line, column, words, role="muted" if words in "×=−" else "body", mono=words not in "×=−")

    def _put(
        self, line: int, column: int, words: str, *, role: str = "body", mono: bool = False, left: bool = False, span: int = 1
    ) -> QLabel:
        item = label(words, role, mono=mono)
        item.setAlignment((Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter)
        item.setMinimumHeight(24)
        self._grid.addWidget(item, line, column, 1, span)
        return item


def components_words(working: tuple[tuple[str, int], ...]) -> str:
    """``人数＝本人1＋配偶者1＋扶養2``: who was counted, in the words of the working."""
    parts = [f"{name}{count}" for name, count in working if count and name not in STEPS]
    return "人数＝" + "＋".join(parts) if parts else ""
