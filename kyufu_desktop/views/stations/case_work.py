"""The left column of the case page: the work itself. It shows what it is given; the station behind it does the acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.services.cases import CasePage
from kyufu_desktop.views.parts import Button, EmptyList, Panel, Row, Table, box, col, label, row
from kyufu_desktop.views.stations.case_cells import (
    contact_cells,
    evidence_cells,
    first_open,
    judgment_lines,
    judgment_sums,
    paper_cells,
    person_cells,
    withdrawn_cells,
)
from kyufu_desktop.views.stations.case_procedures import ProceduresPanel
from kyufu_desktop.views.stations.dialogs_evidence import not_named
from kyufu_desktop.views.stations.dialogs_second import evidence_facts
from kyufu_desktop.views.stations.tall_table import TallRow, TallTable


@dataclass(frozen=True, slots=True)
class WorkButtons:
    """The buttons of the left column."""

    add_evidence: Button
    verify_evidence: Button
    withdraw_evidence: Button
    reveal_evidence: Button
    to_judgment: Button
    sheet: Button
    add_contact: Button
    change_account: Button


class WorkColumn(QWidget):
    """The left column: evidence, judgment, household, what seldom happens, letters and payments, contacts."""

    def __init__(self, buttons: WorkButtons, procedures: ProceduresPanel) -> None:
        super().__init__()
        none = EmptyList("秘匿の根拠は、まだ入っていません。", "証明書などを見て、根拠を加えてください。", icon_name="shield")
        self.evidence = TallTable(("根拠", "有効な期間", "2人目の確認"), (232, 0, 186), fit=True, least=48, empty=none, name="秘匿の根拠")
        self.evidence.chosen.connect(self._say_evidence)
        self._facts = label("", "muted", wrap=True)
        self._unnamed = label("", color="hold", wrap=True)
        seldom = row(None, buttons.reveal_evidence, buttons.withdraw_evidence, gap=4, margins=(8, 4, 8, 4))
        self._below = box(
            col(row((self._facts, 1), margins=(16, 8, 16, 0)), row((self._unnamed, 1), margins=(16, 4, 16, 0)), seldom, gap=0)
        )
        right = (buttons.verify_evidence, buttons.add_evidence)
        self._evidence = Panel("秘匿の根拠", self.evidence, self._below, right=right, flush=True)
        unjudged = EmptyList("まだ判定していません。", "根拠と税の額がそろうと、判定できます。", icon_name="judge")
        self.reasons = TallTable(("結果", "確かめたこと", "根拠"), (104, 0, 118), fit=True, empty=unjudged, name="判定の理由")
        self._judgment = Panel("判定", self.reasons, right=(buttons.sheet, buttons.to_judgment), flush=True)
        self.people = Table(
            ("氏名", "続柄", "生年月日・住民番号", "知らせること"), (150, 76, 236, 0), row_height=48, fit=True, name="世帯の人"
        )
        household = Panel("世帯の人", self.people, flush=True)
        no_papers = EmptyList("手紙も支給も、まだありません。", "決裁が済むと、確認書を作れます。", icon_name="letter")
        self.papers = Table(("もの", "状態", ">金額（円）", "日"), (0, 132, 120, 120), fit=True, empty=no_papers, name="手紙と支給")
        papers = Panel("手紙と支給", self.papers, right=(buttons.change_account,), flush=True)
        no_contacts = EmptyList("対応履歴はありません。", "電話や来所があったら、ここに書きます。", icon_name="inquiry")
        self.contacts = TallTable(("日", "方法", "内容", "書いた人"), (96, 84, 0, 110), fit=True, empty=no_contacts, name="対応履歴")
        contacts = Panel("対応履歴", self.contacts, right=(buttons.add_contact,), flush=True)
        self.setLayout(col(self._evidence, self._judgment, household, procedures, papers, contacts, None, gap=12))
        self._account = papers
        self._page: CasePage | None = None

    def show_page(self, page: CasePage, programme: Programme, on: date) -> None:
        self._page = page
        live: list[TallRow] = [(item.evidence_id, evidence_cells(item, on)) for item in page.evidences]
        self.evidence.set_tall(live + [(item.evidence_id, withdrawn_cells(item)) for item in page.withdrawn_evidences])
        self._below.setVisible(bool(self.evidence.count()))
        missing = not_named(page) if page.evidences else ()
        self._unnamed.setText(f"まだどの書類にも名前がない人：{'、'.join(missing)}" if missing else "")
        self._unnamed.setVisible(bool(missing))
        self._say_evidence(self.evidence.key())
        self.reasons.set_tall(judgment_lines(page.judgments, programme))
        self.reasons.select(first_open(page.judgments))
        self._judgment.set_count(judgment_sums(page.judgments, programme))
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
        self.contacts.set_tall([(place, contact_cells(item)) for place, item in enumerate(page.contacts)])

    def _say_evidence(self, key: object) -> None:
        """What the chosen document says beside its period; the first one where none is chosen."""
        pieces = (*self._page.evidences, *self._page.withdrawn_evidences) if self._page is not None else ()
        piece = next((item for item in pieces if item.evidence_id == key), pieces[0] if pieces else None)
        said = "　".join(f"{words}：{value}" for words, value in evidence_facts(piece)) if piece is not None else ""
        self._facts.setText(said)
        self._facts.setVisible(bool(said))
