"""One case as one page: who, why sensitive, where to write (masked), judgment with reasons, papers, contacts, who looked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QScrollArea, QWidget

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.evidence import EvidenceState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import cases, judgment, municipality_notices
from kyufu_desktop.services.case_lists import NO_ADDRESS
from kyufu_desktop.services.cases import REVEAL_REASONS, AddressEntry, CasePage, SourceWords
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.municipality_notices import NoticeRow as MunicipalityRow
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import ReasonDialog, present
from kyufu_desktop.views.ending import Weakly
from kyufu_desktop.views.parts import Button, SecretStrip, Table, col, row
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.asking import Asking, Work, plainly
from kyufu_desktop.views.stations.case_acts import CaseActs
from kyufu_desktop.views.stations.case_panels import AddressPanel, EventsPanel, FlagPanel, Identity, NextPanel
from kyufu_desktop.views.stations.case_procedures import ProceduresPanel
from kyufu_desktop.views.stations.case_work import WorkButtons, WorkColumn
from kyufu_desktop.views.stations.dialogs_account import AccountDialog
from kyufu_desktop.views.stations.dialogs_case import (
    AddressDialog,
    ContactDialog,
    DecisionDialog,
    SourceDialog,
    history_dialog,
    host_paid_dialog,
)
from kyufu_desktop.views.stations.dialogs_evidence import EvidenceDialog
from kyufu_desktop.views.stations.dialogs_judgment import SheetDialog
from kyufu_desktop.views.stations.dialogs_second import SecondLookDialog, address_lines
from kyufu_desktop.views.stations.form_dialog import FormDialog, WhyDialog
from kyufu_desktop.views.stations.second_look import SecondLook, look

__all__ = ["CasePageView", "plainly"]

#: Seconds that a revealed address stays on the screen.
REVEAL_SECONDS = 60


class CasePageView(QWidget):
    """Belongs to the station 案件, which gives it lane, desk and the place for errors."""

    def __init__(self, station: Station, printer: Callable[[], Printer]) -> None:
        super().__init__()
        self.station = station
        self.page: CasePage | None = None
        self.asking = Asking(station)
        self._all_events = False
        self.identity = Identity()
        self._build_buttons()
        self.address = AddressPanel(self._reveal, self._enter_address, self._verify_address)
        self.next = NextPanel(self._history, self._host_paid, self._collation)
        self.flag = FlagPanel()
        self.events = EventsPanel(self._events)
        self.acts = CaseActs(station, self.asking, printer)
        self.procedures = ProceduresPanel(self._procedure)
        self.work = WorkColumn(
            WorkButtons(
                self._enter_evidence,
                self._verify_evidence,
                self._withdraw_evidence,
                self._reveal_evidence,
                self._to_judgment,
                self._sheet,
                self._add_contact,
                self._change_account,
            ),
            self.procedures,
        )
        right = QWidget()
        right.setFixedWidth(362)
        right.setLayout(col(self.address, self.next, self.flag, self.events, None, gap=12))
        layout = row((self.work, 1), right, gap=12)
        self.setLayout(layout)
        for table in self.findChildren(Table):
            table.chosen.connect(Weakly(self._follow, table))

    @property
    def desk(self) -> Desk:
        return self.station.desk

    def _build_buttons(self) -> None:
        def make(words: str, key: str, kind: str, name: str, slot: object, icon: str | None = None) -> Button:
            button = Button(words, key, kind, icon=icon, name=f"case.{name}")
            button.clicked.connect(slot)
            return button

        self._reveal = make("理由を入力して表示…", "Alt+R", "plain", "reveal", self._ask_reason, "eye")
        self._enter_address = make("送り先を入れる…", "Alt+A", "quiet", "enter_address", self._ask_address)
        self._verify_address = make("2人目が確かめる…", "Alt+2", "quiet", "verify_address", self._second_look)
        self._enter_evidence = make("根拠を加える…", "Alt+E", "quiet", "enter_evidence", self._ask_evidence)
        self._verify_evidence = make("2人目が確かめる…", "Alt+3", "quiet", "verify_evidence", self._second_evidence)
        self._withdraw_evidence = make("取り下げる…", "Alt+W", "quiet", "withdraw_evidence", self._ask_withdrawal)
        self._reveal_evidence = make("発行した機関を見る…", "Alt+V", "quiet", "reveal_evidence", self._ask_source)
        self._to_judgment = make("判定を開く", "Alt+H", "quiet", "to_judgment", self._open_judgment)
        self._sheet = make("判定調書", "Alt+P", "quiet", "decision_sheet", self._make_sheet)
        self._add_contact = make("対応を書く…", "Alt+C", "quiet", "add_contact", self._ask_contact)
        self._change_account = make("口座を変える…", "Alt+M", "quiet", "change_account", self._ask_account)
        self._history = make("令和5年度の対象を決める…", "Alt+D", "plain", "decide_history", self._ask_history)
        self._host_paid = make("「支給済」を確かめる…", "Alt+S", "plain", "clear_host_paid", self._ask_host_paid)
        self._collation = make("突合を開く", "Alt+T", "plain", "to_collation", self._open_collation)
        self._events = make("すべて見る", "Alt+K", "quiet", "all_events", self._toggle_events)

    def _follow(self, table: Table, _: object) -> None:
        """The arrow keys go through rows that the page scrolls, not the table."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        inner = above.widget() if above is not None else None
        if above is not None and inner is not None and table.view.hasFocus():
            rect = table.view.visualRect(table.view.currentIndex())
            at = table.view.viewport().mapTo(inner, rect.center())
            above.ensureVisible(at.x(), at.y(), 0, rect.height())

    # ------------------------------------------------------------------ reading

    def open(self, case_id: int) -> None:
        """Reads and shows ``case_id``; what was revealed of another case is gone at once."""
        self.address.conceal()
        if self.page is None or self.page.case_id != case_id:
            self._all_events = False
        self.station.lane.read(self, partial(_read, self.desk, case_id), self._show)

    def close_page(self) -> None:
        self.address.conceal()
        self.page = None

    def _show(self, read: tuple[CasePage, MunicipalityRow]) -> None:
        page, notice = read
        self.page = page
        self.identity.show_page(page)
        self.station.set_strip(SecretStrip(page.strip))
        self.work.show_page(page, self.desk.programme, self.desk.today())
        self.procedures.show_page(page, notice)
        self.acts.show_page(page, notice)
        self.address.show_page(page, self.desk.may(Act.ADDRESS_REVEALED))
        self.next.show_page(page)
        self.flag.show_page(page)
        self.events.show_page(page, self._all_events)
        waiting = [item for item in page.evidences if item.state is EvidenceState.UNVERIFIED]
        officer = any(item.needs_officer for item in waiting)
        self._enter_evidence.setVisible(Act.EVIDENCE_ENTERED in page.actions)
        self._verify_evidence.setVisible(bool(waiting))
        self._verify_evidence.set_words("取扱責任者が確かめる…" if officer else "2人目が確かめる…")
        self._withdraw_evidence.setVisible(bool(page.evidences))
        self._sheet.setVisible(any(item.drafted_by for item in page.judgments))
        self._change_account.setVisible(Act.ACCOUNT_ENTERED in page.actions and page.account_state != NO_ADDRESS)
        self._history.setVisible(page.history_needed)
        self._host_paid.setVisible(page.host_paid)
        self._collation.setVisible(page.open_findings > 0)

    def _procedure(self, key: str) -> None:
        self.acts.do(key, self.procedures)

    def _toggle_events(self) -> None:
        self._all_events = not self._all_events
        if self.page is not None:
            self.events.show_page(self.page, self._all_events)

    # ------------------------------------------------------------------ where to write

    def _ask_reason(self) -> None:
        if self.page is None:
            return
        dialog = ReasonDialog("送り先を表示します", "見た人と理由を記録します。60秒で閉じます。", REVEAL_REASONS)
        if present(dialog):
            work = partial(cases.reveal_address, self.desk, self.page.case_id, dialog.reason, dialog.words)
            self.station.lane.read(self, work, partial(self._revealed, self.page.case_id))

    def _revealed(self, case_id: int, entry: AddressEntry) -> None:
        if self.page is not None and self.page.case_id == case_id:
            head = self.page.people[0].name if self.page.people else ""
            self.address.reveal(address_lines(entry, head, short=True), REVEAL_SECONDS)

    # ------------------------------------------------------------------ what is entered

    def _ask_address(self) -> None:
        self._send(AddressDialog, _address_work)

    def _ask_evidence(self) -> None:
        if self.page is not None:
            self._send(partial(EvidenceDialog, self.page, self.desk.programme, self.desk.today()), _evidence_work)

    def _ask_contact(self) -> None:
        self._send(partial(ContactDialog, self.desk.today()), _contact_work)

    def _ask_account(self) -> None:
        self.station.hide_error()
        if self.page is not None:
            present(AccountDialog(self.desk, self.station.lane, self.page.case_id))

    def _ask_history(self) -> None:
        self._send(history_dialog, _history_work)

    def _ask_host_paid(self) -> None:
        self._send(host_paid_dialog, _host_paid_work)

    def _send(self, make: Callable[[], FormDialog], work_of: Callable[[Desk, int, FormDialog], Work]) -> None:
        if self.page is not None:
            self.asking.ask(make, partial(work_of, self.desk, self.page.case_id))

    def show_problem(self, problem: InputProblem) -> bool:
        """A service refused one field: the same dialog again, with what was typed and the problem beside the field."""
        return self.asking.again(problem)

    # ------------------------------------------------------------------ one piece of evidence

    def _piece(self) -> int | None:
        """Id of the chosen document; of the only one where none is chosen."""
        key = self.work.evidence.key()
        if isinstance(key, int):
            return key
        pieces = (*self.page.evidences, *self.page.withdrawn_evidences) if self.page is not None else ()
        return pieces[0].evidence_id if len(pieces) == 1 else None

    def _not_chosen(self) -> None:
        problem = InputProblem("K-1930", "evidence", "根拠を選んでいません。", kept="何も変えていません。", todo="表の行を選んでください。")
        self.station.show_error(problem)

    def _ask_withdrawal(self) -> None:
        self.station.hide_error()
        piece = self._piece()
        if self.page is None or piece not in {item.evidence_id for item in self.page.evidences}:
            self._not_chosen()
            return
        sentences = ("この根拠は、これからの判定に使いません。", "これで足りなくなると、決裁は無効になります。")
        make = partial(WhyDialog, "根拠を取り下げます", sentences, "取り下げる", "withdraw", True)
        self.asking.ask(make, partial(_withdraw_work, self.desk, piece))

    def _ask_source(self) -> None:
        self.station.hide_error()
        piece = self._piece()
        if piece is None:
            self._not_chosen()
            return
        dialog = ReasonDialog("発行した機関を表示します", "見た人と理由を記録します。60秒で閉じます。", REVEAL_REASONS)
        if present(dialog):
            work = partial(cases.reveal_evidence, self.desk, piece, dialog.reason, dialog.words)
            self.station.lane.read(self, work, self._show_source)

    def _show_source(self, source: SourceWords) -> None:
        present(SourceDialog("根拠に書かれていること", source, REVEAL_SECONDS))

    # ------------------------------------------------------------------ the second person

    def _second_look(self) -> None:
        if self.page is not None:
            self.station.lane.read(self, partial(look, self.desk, self.page.case_id, None, evidence=False), self._compare)

    def _compare(self, seen: SecondLook | None) -> None:
        if seen is None or not present(SecondLookDialog(seen)):
            return
        maker = seen.page.address_entered_by_id or 0
        sentences = ("いま表示した送り先を、書類と照らし合わせました。",)
        prove = ask_second(self.desk, Act.ADDRESS_VERIFIED, maker, "送り先を確かめます", sentences, "書類と同じです")
        if prove is not None:
            work = partial(_confirm_address, self.desk, seen.page.case_id, prove)
            self.station.lane.write(self, work, title="確認を記録しています")

    def _second_evidence(self) -> None:
        if self.page is not None:
            self.station.lane.read(self, partial(look, self.desk, self.page.case_id, None, address=False), self._compare_evidence)

    def _compare_evidence(self, seen: SecondLook | None) -> None:
        if seen is None or not present(SecondLookDialog(seen)):
            return
        maker = seen.evidences[0].entered_by_id
        mine = [item for item in seen.evidences if item.entered_by_id == maker]
        officer = any(item.needs_officer for item in mine)
        sentences = (f"{len(mine)}件の根拠を、書類と照らし合わせました。",) + (("取扱責任者だけが確認できます。",) if officer else ())
        title = "秘匿の根拠を確かめます"
        prove = ask_second(self.desk, Act.EVIDENCE_VERIFIED, maker, title, sentences, "書類と同じです", officer=officer)
        if prove is not None:
            ids = tuple(item.evidence_id for item in mine)
            self.station.lane.write(self, partial(_confirm_evidence, self.desk, ids, prove), title="確認を記録しています")

    # ------------------------------------------------------------------ elsewhere

    def _open_judgment(self) -> None:
        if self.page is not None:
            self.station.go("judgment", self.page.case_id)

    def _open_collation(self) -> None:
        if self.page is not None:
            self.station.go("collation", self.page.case_id)

    def _make_sheet(self) -> None:
        if self.page is not None:
            self.station.lane.read(self, partial(judgment.decision_sheet, self.desk, self.page.case_id), self._show_sheet)

    def _show_sheet(self, pdf: bytes) -> None:
        present(SheetDialog("判定調書", pdf))


def _read(desk: Desk, case_id: int) -> tuple[CasePage, MunicipalityRow]:
    return cases.page(desk, case_id), municipality_notices.of_case(desk, case_id)


def _address_work(desk: Desk, case_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, AddressDialog)
    return partial(cases.enter_address, desk, case_id, dialog.entry())


def _evidence_work(desk: Desk, case_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, EvidenceDialog)
    return partial(cases.enter_evidence, desk, case_id, dialog.entry())


def _withdraw_work(desk: Desk, evidence_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, WhyDialog)
    return partial(cases.withdraw_evidence, desk, evidence_id, dialog.words)


def _contact_work(desk: Desk, case_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, ContactDialog)
    return partial(cases.add_contact, desk, case_id, dialog.happened_on, dialog.kind.currentText(), dialog.words.toPlainText().strip())


def _history_work(desk: Desk, case_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, DecisionDialog)
    return partial(cases.decide_history, desk, case_id, dialog.choice == "counts", dialog.words)


def _host_paid_work(desk: Desk, case_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, DecisionDialog)
    return partial(cases.clear_host_paid, desk, case_id, dialog.words)


def _confirm_address(desk: Desk, case_id: int, prove: Prove, _: Progress) -> Changes:
    return cases.verify_address(desk, (case_id,), prove())


def _confirm_evidence(desk: Desk, evidence_ids: tuple[int, ...], prove: Prove, _: Progress) -> Changes:
    return cases.verify_evidence(desk, evidence_ids, prove())
