"""Panels of the case page. They show what they are given; the station behind them does the acts."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import CATEGORY_LABELS
from kyufu_desktop.services.cases import AddressEntry, CasePage
from kyufu_desktop.views.parts import Button, Chip, EmptyList, MaskedField, Panel, Row, Table, col, label, row
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
    """送り先: masked; shown for a minute after a reason was given and recorded."""

    def __init__(self, reveal: Button, enter: Button, verify: Button) -> None:
        self.recipient = MaskedField("宛名", 7)
        self.address = MaskedField("住所", 12)
        self.phone = MaskedField("電話", 8)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for line, (words, field) in enumerate((("宛名", self.recipient), ("住所", self.address), ("電話", self.phone))):
            grid.addWidget(label(words, "muted"), line, 0)
            grid.addWidget(field, line, 1)
            grid.setRowMinimumHeight(line, 24)
        grid.setColumnStretch(1, 1)
        self._chip = Chip("未着手", "todo", "none")
        self._none = label("まだ入っていません。申出書のとおりに入れてください。", "muted", wrap=True)
        self._masked = QWidget()
        self._masked.setLayout(col(grid, row(reveal, None), label("60秒で閉じます。見た人と理由を記録します。", "muted"), gap=6))
        super().__init__("送り先", self._none, self._masked, row(enter, verify, None, gap=6), right=(self._chip,), gap=6)
        self._verify, self._enter = verify, enter

    def show_page(self, page: CasePage) -> None:
        self._chip.set(*ADDRESS_CHIPS.get(page.address_state, (page.address_state, "info", "none")))
        here = page.address_state != "なし"
        self._none.setVisible(not here)
        self._masked.setVisible(here)
        self._enter.setVisible(Act.ADDRESS_ENTERED in page.actions)
        self._enter.set_words("送り先を入れ直す…" if here else "送り先を入れる…")
        self._verify.setVisible(page.address_state == "2人目待ち")

    def reveal(self, entry: AddressEntry, seconds: int = 60) -> None:
        self.recipient.reveal(entry.recipient or "世帯主の氏名", seconds, name=True)
        place = " ".join(
            part for part in (f"〒{entry.postal}", entry.address, entry.building, f"{entry.care_of} 気付" if entry.care_of else "") if part
        )
        self.address.reveal(place, seconds)
        self.phone.reveal(entry.phone or "なし", seconds)

    def conceal(self) -> None:
        for field in (self.recipient, self.address, self.phone):
            field.conceal()


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
        self.evidence = Table(("根拠", "有効な期間", "2人目の確認"), (230, 0, 190), row_height=44, fit=True, empty=none, name="秘匿の根拠")
        self._evidence = Panel("秘匿の根拠", self.evidence, right=(verify_evidence, add_evidence), flush=True)
        unjudged = EmptyList("まだ判定していません。", "根拠と税の額がそろうと、判定できます。", icon_name="judge")
        self.reasons = Table(("結果", "確かめたこと", "根拠"), (104, 0, 150), row_height=48, fit=True, empty=unjudged, name="判定の理由")
        self._judgment = Panel("判定", self.reasons, right=(sheet, to_judgment), flush=True)
        self.people = Table(
            ("氏名", "続柄", "生年月日・住民番号", "知らせること"), (170, 84, 200, 0), row_height=48, fit=True, name="世帯の人"
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
