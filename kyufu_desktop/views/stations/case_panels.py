"""Panels of the case page. They show what they are given; the station behind them does the acts."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import CATEGORY_LABELS
from kyufu_desktop.services.cases import CasePage
from kyufu_desktop.views.parts import Button, Chip, EmptyList, Panel, Row, Table, box, col, label, row
from kyufu_desktop.views.parts.masked import MaskBar
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.stations.case_cells import (
    contact_cells,
    evidence_cells,
    first_open,
    happenings,
    judgment_lines,
    judgment_sums,
    paper_cells,
    person_cells,
)
from kyufu_desktop.views.stations.case_paintings import EventLine
from kyufu_desktop.views.stations.dialogs_second import ValueLines
from kyufu_desktop.views.stations.words import ADDRESS_CHIPS, STATUS_CHIPS

#: Events on the page before 「すべて見る」.
FEW_EVENTS = 5


class Identity(QWidget):
    """Who: name, kana, birth; number, household; the two chips that must not be overlooked and the state."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._inner = QWidget()
        self._lines.addWidget(self._inner)

    def show_page(self, page: CasePage) -> None:
        head = page.people[0] if page.people else None
        top = row(
            NameLabel(head.name if head else "", 24),
            label(head.kana if head else "", "sub"),
            label(head.birth_words if head else "", "sub"),
            None,
            gap=16,
        )
        others = len(page.people) - 1
        household = f"世帯 {len(page.people)}人（{'本人だけ' if others <= 0 else f'ほかに{others}人'}）"
        below = row(label(page.management_number, "sub", mono=True), label(household, "sub"), None, gap=16)
        chips = col(
            row(None, Chip("秘匿", "lock", "secret"), Chip(CATEGORY_LABELS[page.category], "shield", "secret"), gap=6),
            row(None, label("状態"), Chip(*STATUS_CHIPS[page.status]), gap=6),
            gap=4,
        )
        inner = QWidget()
        inner.setLayout(row((col(top, below, gap=2), 1), chips, gap=12))
        self._lines.replaceWidget(self._inner, inner)
        self._inner.deleteLater()
        self._inner = inner


class AddressPanel(Panel):
    """送り先: masked; shown for a minute after a reason was given and recorded. One clock and one 「隠す」 for all values together."""

    concealed = Signal()

    def __init__(self, reveal: Button, enter: Button, verify: Button, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic, self._until = monotonic, 0.0
        self._shown: QWidget | None = None
        self._chip = Chip("未着手", "todo", "none")
        self._none = label("まだ入っていません。申出書のとおりに入れてください。", "muted", wrap=True)
        self._bars = QWidget()
        bars = QGridLayout(self._bars)
        bars.setContentsMargins(0, 0, 0, 0)
        bars.setHorizontalSpacing(12)
        bars.setVerticalSpacing(4)
        for line, (words, length) in enumerate((("宛名", 7), ("住所", 14), ("電話", 8))):
            bars.addWidget(label(words, "muted"), line, 0)
            bars.addWidget(MaskBar(length), line, 1)
        bars.setColumnStretch(1, 1)
        self._left = label("", color="hold")
        self.hide_button = Button("隠す", "Esc", "quiet", name="case.conceal")
        self.hide_button.setShortcut("Esc")
        self.hide_button.clicked.connect(self.conceal)
        self._clock_row = box(row(self._left, None, self.hide_button))
        self._note = label("60秒で閉じます。見た人と理由を記録します。", "muted", wrap=True)
        self._reveal, self._enter, self._verify = reveal, enter, verify
        super().__init__(
            "送り先",
            self._none,
            self._bars,
            self._clock_row,
            row(reveal, None),
            self._note,
            col(row(enter, None), row(verify, None), gap=0),
            right=(self._chip,),
            gap=6,
        )
        self._clock = QTimer(self)
        self._clock.setInterval(500)
        self._clock.timeout.connect(self._tick)
        self._here = False
        self._show_state()

    @property
    def revealed(self) -> bool:
        """Whether the address stands on the screen."""
        return self._shown is not None

    def show_page(self, page: CasePage, may_reveal: bool) -> None:
        self._chip.set(*ADDRESS_CHIPS.get(page.address_state, (page.address_state, "info", "none")))
        self._here = page.address_state != "なし"
        self._may_reveal = may_reveal
        self._enter.setVisible(Act.ADDRESS_ENTERED in page.actions)
        self._enter.set_words("送り先を入れ直す…" if self._here else "送り先を入れる…")
        self._verify.setVisible(page.address_state == "2人目待ち")
        self._show_state()

    _may_reveal = True

    def reveal(self, lines: tuple[tuple[str, str], ...], seconds: int = 60) -> None:
        """Shows (word, value) for ``seconds``; the line 宛名 is a person's name."""
        self.conceal()
        self._shown = ValueLines(lines)
        self.body.insertWidget(1, self._shown)
        self._until = self._monotonic() + seconds
        self._clock.start()
        self._show_state()
        self._tick()

    def conceal(self) -> None:
        """Takes the values away, from the window and from this object."""
        gone, self._shown = self._shown, None
        if gone is None:
            return
        self._clock.stop()
        self.body.removeWidget(gone)
        gone.setParent(None)
        gone.deleteLater()
        self._show_state()
        self.concealed.emit()

    def _tick(self) -> None:
        left = self._until - self._monotonic()
        if left <= 0:
            self.conceal()
        else:
            self._left.setText(f"あと{int(left + 0.999)}秒で閉じます")

    def _show_state(self) -> None:
        shown = self.revealed
        self._none.setVisible(not self._here)
        self._bars.setVisible(self._here and not shown)
        self._clock_row.setVisible(shown)
        self._reveal.setVisible(self._here and not shown and self._may_reveal)
        self._note.setVisible(self._here and not shown)
        self._bars.setAccessibleName("送り先 伏せています")


class NextPanel(Panel):
    """次にすること: the sentence, and the buttons of what only a person can decide here."""

    def __init__(self, *buttons: Button) -> None:
        self._sentence = label("", "strong", wrap=True)
        self._second = label("起案・入力した人とは別の人が行います。", "muted", wrap=True)
        super().__init__("次にすること", self._sentence, self._second, *buttons, gap=6)

    def show_page(self, page: CasePage) -> None:
        self._sentence.setText(page.turn.sentence if page.turn else "この案件でいますることはありません。")
        self._second.setVisible(bool(page.turn and page.turn.second_person))


class WorkColumn(QWidget):
    """The left column: evidence, judgment, household, letters and payments, contacts."""

    def __init__(self, add_evidence: Button, verify_evidence: Button, to_judgment: Button, sheet: Button, add_contact: Button) -> None:
        super().__init__()
        none = EmptyList("秘匿の根拠は、まだ入っていません。", "証明書などを見て、根拠を加えてください。", icon_name="shield")
        self.evidence = Table(("根拠", "有効な期間", "2人目の確認"), (216, 0, 186), row_height=48, fit=True, empty=none, name="秘匿の根拠")
        self._evidence = Panel("秘匿の根拠", self.evidence, right=(verify_evidence, add_evidence), flush=True)
        unjudged = EmptyList("まだ判定していません。", "根拠と税の額がそろうと、判定できます。", icon_name="judge")
        self.reasons = Table(("結果", "確かめたこと", "根拠"), (104, 0, 118), row_height=48, fit=True, empty=unjudged, name="判定の理由")
        self._judgment = Panel("判定", self.reasons, right=(sheet, to_judgment), flush=True)
        self.people = Table(
            ("氏名", "続柄", "生年月日・住民番号", "知らせること"), (150, 76, 236, 0), row_height=48, fit=True, name="世帯の人"
        )
        household = Panel("世帯の人", self.people, flush=True)
        no_papers = EmptyList("手紙も支給も、まだありません。", "決裁が済むと、確認書を作れます。", icon_name="letter")
        self.papers = Table(("もの", "状態", ">金額（円）", "日"), (0, 132, 120, 120), fit=True, empty=no_papers, name="手紙と支給")
        papers = Panel("手紙と支給", self.papers, flush=True)
        no_contacts = EmptyList("対応履歴はありません。", "電話や来所があったら、ここに書きます。", icon_name="inquiry")
        self.contacts = Table(("日", "方法", "内容", "書いた人"), (96, 84, 0, 110), fit=True, empty=no_contacts, name="対応履歴")
        contacts = Panel("対応履歴", self.contacts, right=(add_contact,), flush=True)
        self.setLayout(col(self._evidence, self._judgment, household, papers, contacts, None, gap=12))
        self._account = papers

    def show_page(self, page: CasePage, on: date) -> None:
        self.evidence.set_rows([Row(item.evidence_id, evidence_cells(item, on)) for item in page.evidences])
        self.reasons.set_rows(judgment_lines(page.judgments))
        self.reasons.select(first_open(page.judgments))
        self._judgment.set_count(judgment_sums(page.judgments))
        self.people.set_rows([Row(item.person_id, person_cells(item)) for item in page.people])
        letters = [
            Row(("letter", place), paper_cells("letter", kind, state, "", day)) for place, (kind, state, day) in enumerate(page.letters)
        ]
        payments = [
            Row(("payment", place), paper_cells("pay", benefit, state, f"{amount:,}", day))
            for place, (benefit, amount, state, day) in enumerate(page.payments)
        ]
        self.papers.set_rows(letters + payments)
        self._account.set_count(f"口座 {page.account_state}" if page.account_state else "")
        self.contacts.set_rows([Row(place, contact_cells(item)) for place, item in enumerate(page.contacts)])


class EventsPanel(Panel):
    """経過: who did what, who looked."""

    def __init__(self, everything: Button) -> None:
        self._line = EventLine()
        self._button = everything
        super().__init__("経過", self._line, None, right=(everything,))

    def show_page(self, page: CasePage, all_of_them: bool) -> None:
        self._line.show_items(happenings(page, len(page.events) if all_of_them else FEW_EVENTS))
        self._button.setVisible(len(page.events) > FEW_EVENTS)
        self._button.set_words("少なく見る" if all_of_them else "すべて見る")
