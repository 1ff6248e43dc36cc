"""Dialogs of 判定: what a run over many cases came to, and the decision sheet on the screen."""

from __future__ import annotations

from functools import partial

import pypdfium2
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from kyufu_desktop.domain.judgment import Condition, Outcome
from kyufu_desktop.domain.values import yen
from kyufu_desktop.services.judgment import BulkReport, ConditionChange, Difference
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Cell, EmptyList, Row, Segments, Table, box, col, label, row
from kyufu_desktop.views.stations.words import FINDING_CHIPS


def report_lines(report: BulkReport) -> tuple[tuple[str, int], ...]:
    """Counts of a run in words, in cases."""
    return (
        ("判定した案件", report.judged),
        ("支給できる", report.eligible),
        ("支給できない", report.refused),
        ("起案していないものがある", len(report.held)),
        ("前と変わった判定", report.changed),
    )


class ReportDialog(Dialog):
    """What a run came to: counts, by benefit, by reason, and every case of which something was left with its reason."""

    def __init__(self, report: BulkReport, parent: QWidget | None = None) -> None:
        super().__init__("起案の結果", cancel="閉じる", width=880, parent=parent)
        self.setObjectName("judgment.report")
        counts = [col(label(words, "muted"), label(f"{count:,}件", "strong", mono=True), gap=0) for words, count in report_lines(report)]
        self.body.addLayout(row(*counts, gap=20))
        choices = [
            ("held", "起案していない案件", len(report.held)),
            ("benefits", "給付ごと", None),
            ("reasons", "理由ごと", len(report.reasons)),
        ]
        self._choice = Segments(choices)
        self._choice.setObjectName("judgment.report_view")
        self._choice.chosen.connect(self._turn)
        self.body.addLayout(row(self._choice, None))
        self._pages = QStackedWidget()
        self._pages.addWidget(_held_table(report))
        self._pages.addWidget(_benefit_table(report))
        self._pages.addWidget(_reason_table(report))
        self._pages.setMinimumHeight(300)
        self.body.addWidget(self._pages)

    def _turn(self) -> None:
        self._pages.setCurrentIndex(("held", "benefits", "reasons").index(str(self._choice.key())))


def _held_table(report: BulkReport) -> QWidget:
    """The cases, and the reason of the chosen one in full below: it may be longer than a line."""
    empty = EmptyList("起案していない案件はありません。", "すべて起案しました。")
    table = Table(("案件", "理由"), (120, 0), name="起案していない案件", empty=empty)
    whole = label("", "body", wrap=True)
    words = {item.case_id: item.why for item in report.held}
    table.chosen.connect(partial(_tell, whole, words))
    table.set_rows([Row(item.case_id, (Cell(item.management_number, mono=True), Cell(item.why))) for item in report.held])
    if report.held:
        table.select(report.held[0].case_id)
        whole.setText(report.held[0].why)
    holder = QWidget()
    holder.setLayout(col((table, 1), box(col(whole, margins=(12, 8, 12, 8)), "sunken"), gap=8))
    return holder


def _tell(whole: QLabel, words: dict[int, str], key: object) -> None:
    whole.setText(words.get(key, "") if isinstance(key, int) else "")


def _benefit_table(report: BulkReport) -> QWidget:
    heads = ("給付", ">支給", ">不支給", ">保留", ">金額（円）")
    table = Table(heads, (0, 90, 90, 90, 160), name="給付ごとの件数", empty=EmptyList("判定した給付はありません。"))
    rows = [
        Row(
            item.label,
            (
                Cell(item.label),
                *(Cell(f"{count:,}", mono=True, right=True) for count in (item.eligible, item.refused, item.held, item.amount)),
            ),
        )
        for item in report.benefits
    ]
    table.set_rows(rows)
    return table


def _reason_table(report: BulkReport) -> QWidget:
    empty = EmptyList("保留や不支給の理由はありません。", "すべて支給できます。")
    table = Table(("理由", ">案件"), (0, 100), name="理由ごとの件数", empty=empty)
    table.set_rows([Row(words, (Cell(words), Cell(f"{count:,}", mono=True, right=True))) for words, count in report.reasons])
    return table


_OUTCOMES = {Outcome.ELIGIBLE: "支給", Outcome.NG: "不支給", Outcome.HOLD: "保留", None: "なし"}
_STATES = {"JUDGED": "", "DRAFTED": "（決裁待ち）", "APPROVED": "（決裁済）", "RETURNED": "（差戻し）", "VOID": "（決裁無効）"}


class DifferenceDialog(Dialog):
    """What judging again comes to where it differs from what stands; the changed conditions of the chosen row below, before and after."""

    def __init__(self, found: tuple[Difference, ...], parent: QWidget | None = None) -> None:
        ids = tuple(dict.fromkeys(item.case_id for item in found if item.may_draft))
        act = f"差のある {len(ids):,}件を起案する" if ids else ""
        super().__init__("判定し直した差", act=act, cancel="閉じる" if not ids else "やめる", width=960, parent=parent)
        self.setObjectName("judgment.difference")
        self.to_draft = ids
        """Cases whose differences can be drafted now."""
        self._found = dict(enumerate(found))
        cases = len({item.case_id for item in found})
        stuck = len({item.case_id for item in found if not item.may_draft} - set(ids))
        words = f"{cases:,}件の案件で、判定し直すと変わります。" if found else "どの案件も、判定し直しても変わりません。"
        if stuck:
            words += f"うち {stuck:,}件は、支給の手続か保留のため、いまは起案できません。"
        self.body.addWidget(label(words, "body", wrap=True))
        empty = EmptyList("差はありません。", "いまの判定は、給付の定義といまの事実に合っています。", icon_name="ok")
        self._table = Table(("案件", "給付", "いま", "判定し直すと"), (140, 0, 230, 200), row_height=48, name="判定の差", empty=empty)
        self._table.setObjectName("judgment.difference_list")
        self._detail = label("", "body", wrap=True)
        self._table.chosen.connect(self._tell)
        self._table.set_rows([Row(number, _difference_cells(item)) for number, item in self._found.items()])
        self._table.setMinimumHeight(250)
        self.body.addWidget(self._table, 1)
        if found:
            self.body.addWidget(box(col(label("変わる条件", "strong"), self._detail, gap=4, margins=(12, 8, 12, 8)), "sunken"))
            self._table.select(0)
            self._tell(0)

    def _tell(self, key: object) -> None:
        if not isinstance(key, int) or key not in self._found:
            return
        item = self._found[key]
        lines = [change_words(change) for change in item.changes[:_MOST_CHANGES]]
        if len(item.changes) > _MOST_CHANGES:
            lines.append(f"ほか {len(item.changes) - _MOST_CHANGES}条件")
        if item.programme_changed:
            lines.append("いまの判定は、前の給付の定義によります。")
        self._detail.setText("\n".join(lines) or "条件は変わらず、金額だけが変わります。")


_MOST_CHANGES = 3


def change_words(change: ConditionChange) -> str:
    """``適合「…」（出どころ） → 不適合「…」（出どころ）``."""
    return f"{_condition_words(change.before)} → {_condition_words(change.after)}"


def _condition_words(condition: Condition | None) -> str:
    if condition is None:
        return "確かめていない"
    values = f" {condition.values}" if condition.values else ""
    origin = f"（{condition.origin}）" if condition.origin else ""
    return f"{FINDING_CHIPS[condition.finding][0]}「{condition.sentence}{values}」{origin}"


def _difference_cells(item: Difference) -> tuple[Cell, ...]:
    before = f"{_OUTCOMES[item.before]}{_STATES.get(item.before_state, '')}"
    return (
        Cell(item.name, sub=item.management_number, sub_mono=True, name=True),
        Cell(item.label, sub=item.person_name),
        Cell(before, sub=yen(item.before_amount) if item.before_amount else None, sub_mono=True, color="text2"),
        Cell(_OUTCOMES[item.after], sub=yen(item.after_amount) if item.after_amount else None, sub_mono=True, bold=True),
    )


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
