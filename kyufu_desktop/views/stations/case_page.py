"""One case as one page: who, why sensitive, where to write (masked), judgment with reasons, papers, contacts, who looked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.evidence import EvidenceState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import cases, judgment
from kyufu_desktop.services.cases import REVEAL_REASONS, AddressEntry, CasePage
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import ReasonDialog, present
from kyufu_desktop.views.parts import Button, SecretStrip, col, row
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.case_panels import AddressPanel, EventsPanel, Identity, NextPanel, WorkColumn
from kyufu_desktop.views.stations.dialogs_case import (
    AddressDialog,
    ContactDialog,
    DecisionDialog,
    EvidenceDialog,
    evidence_kinds,
    history_dialog,
    host_paid_dialog,
)
from kyufu_desktop.views.stations.dialogs_judgment import SheetDialog
from kyufu_desktop.views.stations.dialogs_second import SecondLookDialog, address_lines
from kyufu_desktop.views.stations.second_look import SecondLook, look

#: Seconds that a revealed address stays on the screen.
REVEAL_SECONDS = 60


class CasePageView(QWidget):
    """Belongs to the station 案件, which gives it lane, desk and the place for errors."""

    def __init__(self, station: Station) -> None:
        super().__init__()
        self.station = station
        self.page: CasePage | None = None
        self._typed: dict[str, str] = {}
        self._again: tuple[Callable[[], Any], Callable[[Any, Desk, int], Work]] | None = None
        self._all_events = False
        self.identity = Identity()
        self._build_buttons()
        self.address = AddressPanel(self._reveal, self._enter_address, self._verify_address)
        self.next = NextPanel(self._history, self._host_paid, self._collation)
        self.events = EventsPanel(self._events)
        self.work = WorkColumn(self._enter_evidence, self._verify_evidence, self._to_judgment, self._sheet, self._add_contact)
        right = QWidget()
        right.setFixedWidth(362)
        right.setLayout(col(self.address, self.next, self.events, None, gap=12))
        layout = row((self.work, 1), right, gap=12)
        self.setLayout(layout)

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
        self._to_judgment = make("判定を開く", "Alt+H", "quiet", "to_judgment", self._open_judgment)
        self._sheet = make("判定調書", "Alt+P", "quiet", "decision_sheet", self._make_sheet)
        self._add_contact = make("対応を書く…", "Alt+C", "quiet", "add_contact", self._ask_contact)
        self._history = make("令和5年度の対象を決める…", "Alt+D", "plain", "decide_history", self._ask_history)
        self._host_paid = make("「支給済」を確かめる…", "Alt+S", "plain", "clear_host_paid", self._ask_host_paid)
        self._collation = make("突合を開く", "Alt+T", "plain", "to_collation", self._open_collation)
        self._events = make("すべて見る", "Alt+K", "quiet", "all_events", self._toggle_events)

    # ------------------------------------------------------------------ reading

    def open(self, case_id: int) -> None:
        """Reads and shows ``case_id``; what was revealed of another case is gone at once."""
        self.address.conceal()
        if self.page is None or self.page.case_id != case_id:
            self._all_events = False
        self.station.lane.read(self, partial(cases.page, self.desk, case_id), self._show)

    def close_page(self) -> None:
        self.address.conceal()
        self.page = None

    def _show(self, page: CasePage) -> None:
        self.page = page
        self.identity.show_page(page)
        self.station.set_strip(SecretStrip(page.strip))
        self.work.show_page(page, self.desk.today())
        self.address.show_page(page, self.desk.may(Act.ADDRESS_REVEALED))
        self.next.show_page(page)
        self.events.show_page(page, self._all_events)
        unverified = any(item.state is EvidenceState.UNVERIFIED for item in page.evidences)
        self._enter_evidence.setVisible(Act.EVIDENCE_ENTERED in page.actions)
        self._verify_evidence.setVisible(unverified)
        self._sheet.setVisible(any(item.drafted_by for item in page.judgments))
        self._history.setVisible(page.history_needed)
        self._host_paid.setVisible(page.host_paid)
        self._collation.setVisible(page.open_findings > 0)

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
            kinds = evidence_kinds(self.page, self.desk.programme.evidence)
            self._send(partial(EvidenceDialog, kinds, self.desk.today()), _evidence_work)

    def _ask_contact(self) -> None:
        self._send(partial(ContactDialog, self.desk.today()), _contact_work)

    def _ask_history(self) -> None:
        self._send(history_dialog, _history_work)

    def _ask_host_paid(self) -> None:
        self._send(host_paid_dialog, _host_paid_work)

    def _send(self, make: Callable[[], Any], work_of: Callable[[Any, Desk, int], Work], problem: InputProblem | None = None) -> None:
        """Shows a dialog and writes what it holds; a refused field brings it back with what was typed (see :meth:`show_problem`)."""
        if self.page is None:
            return
        dialog = make()
        if problem is not None:
            dialog.retype(self._typed)
            dialog.show_problem(problem)
        if not present(dialog):
            self._typed = {}
            return
        self._typed, self._again = dialog.typed(), (make, work_of)
        work = work_of(dialog, self.desk, self.page.case_id)
        self.station.lane.write(self, partial(plainly, work), self._written, title="書き込んでいます")

    def _written(self, _: Changes) -> None:
        self._typed, self._again = {}, None

    def show_problem(self, problem: InputProblem) -> bool:
        """A service refused one field: the same dialog again, with what was typed and the problem beside the field."""
        if self._again is None or problem.field not in self._typed:
            return False
        make, work_of = self._again
        self._again = None
        self._send(make, work_of, problem)
        return True

    # ------------------------------------------------------------------ the second person

    def _second_look(self) -> None:
        if self.page is not None:
            self.station.lane.read(self, partial(look, self.desk, self.page.case_id, None), self._compare)

    def _compare(self, seen: SecondLook | None) -> None:
        if seen is None or not present(SecondLookDialog(dataclasses.replace(seen, evidences=()))):
            return
        maker = seen.page.address_entered_by_id or 0
        sentences = ("いま表示した送り先を、書類と照らし合わせました。",)
        prove = ask_second(self.desk, Act.ADDRESS_VERIFIED, maker, "送り先を確かめます", sentences, "書類と同じです")
        if prove is not None:
            work = partial(_confirm_address, self.desk, seen.page.case_id, prove)
            self.station.lane.write(self, work, title="確認を記録しています")

    def _second_evidence(self) -> None:
        if self.page is None:
            return
        waiting = [item for item in self.page.evidences if item.state is EvidenceState.UNVERIFIED]
        if not waiting:
            return
        maker = waiting[0].entered_by_id
        mine = tuple(item.evidence_id for item in waiting if item.entered_by_id == maker)
        sentences = (f"{len(mine)}件の根拠を、書類と照らし合わせました。",)
        prove = ask_second(self.desk, Act.EVIDENCE_VERIFIED, maker, "秘匿の根拠を確かめます", sentences, "書類と同じです")
        if prove is not None:
            self.station.lane.write(self, partial(_confirm_evidence, self.desk, mine, prove), title="確認を記録しています")

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


Work = Callable[[], Changes]


def plainly(work: Work, _: Progress) -> Changes:
    """A write that is over too soon to show progress."""
    return work()


def _address_work(dialog: AddressDialog, desk: Desk, case_id: int) -> Work:
    return partial(cases.enter_address, desk, case_id, dialog.entry())


def _evidence_work(dialog: EvidenceDialog, desk: Desk, case_id: int) -> Work:
    return partial(cases.enter_evidence, desk, case_id, dialog.entry())


def _contact_work(dialog: ContactDialog, desk: Desk, case_id: int) -> Work:
    return partial(cases.add_contact, desk, case_id, dialog.happened_on, dialog.kind.currentText(), dialog.words.toPlainText().strip())


def _history_work(dialog: DecisionDialog, desk: Desk, case_id: int) -> Work:
    return partial(cases.decide_history, desk, case_id, dialog.choice == "counts", dialog.words)


def _host_paid_work(dialog: DecisionDialog, desk: Desk, case_id: int) -> Work:
    return partial(cases.clear_host_paid, desk, case_id, dialog.words)


def _confirm_address(desk: Desk, case_id: int, prove: Prove, _: Progress) -> Changes:
    return cases.verify_address(desk, (case_id,), prove())


def _confirm_evidence(desk: Desk, evidence_ids: tuple[int, ...], prove: Prove, _: Progress) -> Changes:
    return cases.verify_evidence(desk, evidence_ids, prove())
