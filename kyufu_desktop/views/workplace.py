"""One workstation: the door, then the frame with the ten stations, until it is locked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from kyufu_desktop import log
from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures
from kyufu_desktop.domain.changes import Kind
from kyufu_desktop.domain.printing import Machine
from kyufu_desktop.domain.staff import ROLE_LABELS, Role
from kyufu_desktop.services import cases, gaiji, session, workstation
from kyufu_desktop.services.cases import StationCount
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views import dialogs
from kyufu_desktop.views.gate import Gate
from kyufu_desktop.views.help import HelpDialog
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts.gaiji import show_pictures
from kyufu_desktop.views.printing import PracticePrinter, Printer, pinned_printer
from kyufu_desktop.views.shell import Shell
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.cases import CasesStation
from kyufu_desktop.views.stations.collation import CollationStation
from kyufu_desktop.views.stations.counter import CounterStation
from kyufu_desktop.views.stations.custody import CustodyStation
from kyufu_desktop.views.stations.gaiji import GaijiStation
from kyufu_desktop.views.stations.host_exchange import HostExchangeStation
from kyufu_desktop.views.stations.inquiry import InquiryStation
from kyufu_desktop.views.stations.judgment import JudgmentStation
from kyufu_desktop.views.stations.letters import LettersStation
from kyufu_desktop.views.stations.notices import NoticesStation
from kyufu_desktop.views.stations.payments import PaymentsStation
from kyufu_desktop.views.stations.programme import ProgrammeStation
from kyufu_desktop.views.stations.review import ReviewStation
from kyufu_desktop.views.stations.today import TodayStation
from kyufu_desktop.views.stations.tracking import TrackingStation
from kyufu_desktop.views.stations.wording import WordingStation

#: The stations of those who do the work, in its order.
_WORK = (
    "today", "notices", "cases", "judgment", "collation", "inquiry", "letters", "review", "payments", "tracking", "host_exchange",
    "programme", "wording", "gaiji", "admin",
)  # fmt: skip
#: What a role has in the frame. A station that is not here is not even built.
STATIONS: dict[Role, tuple[str, ...]] = {
    Role.HANDLER: _WORK,
    Role.OFFICER: _WORK,
    Role.COUNTER: (CounterStation.key,),
    Role.AUDITOR: (CustodyStation.key, ProgrammeStation.key),
}
#: Stations beside the ten of the daily work: reached with Ctrl+Shift and this number, so that Ctrl+1 to Ctrl+0 stay what they were.
FURTHER: dict[str, int] = {
    ProgrammeStation.key: 1,
    NoticesStation.key: 2,
    WordingStation.key: 3,
    GaijiStation.key: 4,
    TrackingStation.key: 5,
}

#: Milliseconds after an act before the counts are read again.
COUNT_AFTER = 300


class Workplace(QObject):
    """Puts the door and the frame up. ``on_lock`` is what locking ends in: a new process, or (a rehearsal) the door again."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime],
        *,
        on_lock: Callable[[], None],
        printer_folder: Path | None = None,
    ) -> None:
        super().__init__()
        self._folder, self._clock, self._on_lock = folder, clock, on_lock
        self._printer_folder = printer_folder
        self._printer: Printer | None = None
        self._pinned = Machine("")
        self._count_soon = QTimer(self)
        self._count_soon.setSingleShot(True)
        self._count_soon.setInterval(COUNT_AFTER)
        self._count_soon.timeout.connect(self.count_now)
        self.lane = Lane(self)
        self.gate: Gate | None = None
        self.shell: Shell | None = None
        self.desk: Desk | None = None
        self.stations: dict[str, Station] = {}
        self.lane.changed.connect(self._changed)

    def show(self) -> None:
        """The door."""
        self.gate = Gate(self._folder, self._clock, self.lane)
        self.gate.setWindowTitle("臨時給付金")
        self.gate.resize(1280, 800)
        self.gate.opened.connect(self._enter)
        self.gate.show()

    def _enter(self, desk: Desk) -> None:
        log.open_log(self._folder)
        self.desk = desk
        self._printer = PracticePrinter(self._printer_folder or self._folder.parent, practice=True) if desk.practice else None
        shell = Shell(desk.practice, desk.staff.name, ROLE_LABELS[desk.staff.role], self.lane)
        makers = self.makers(desk)
        self.stations = {key: makers[key]() for key in STATIONS[desk.staff.role]}
        if "cases" not in self.stations:
            shell.hide_search()
        for station in self.stations.values():
            shell.add_station(station.key, station.icon, station.title, station, FURTHER.get(station.key, 0))
        shell.lock_asked.connect(self.lock)
        shell.searched.connect(self._search)
        shell.scanned.connect(self._scan)
        shell.help_asked.connect(self._help)
        self.shell = shell
        shell.show()
        gate, self.gate = self.gate, None
        if gate is not None:
            gate.close()
            gate.deleteLater()
        self._read_pictures()
        self.count_now()

    def makers(self, desk: Desk) -> dict[str, Callable[[], Station]]:
        """How every station is built, by its key."""
        media = self._printer_folder or Path.home()
        return {
            "today": partial(TodayStation, desk, self.lane, self.go),
            "notices": partial(NoticesStation, desk, self.lane, self.go),
            "cases": partial(CasesStation, desk, self.lane, self.go, self.printer),
            "judgment": partial(JudgmentStation, desk, self.lane, self.go),
            "collation": partial(CollationStation, desk, self.lane, self.go),
            "inquiry": partial(InquiryStation, desk, self.lane, self.go, media),
            "letters": partial(LettersStation, desk, self.lane, self.go, self.printer, media),
            "review": partial(ReviewStation, desk, self.lane, self.go),
            "payments": partial(PaymentsStation, desk, self.lane, self.go, media, self.printer),
            "tracking": partial(TrackingStation, desk, self.lane, self.go, self.printer, media),
            "host_exchange": partial(HostExchangeStation, desk, self.lane, self.go, self.printer, media),
            "programme": partial(ProgrammeStation, desk, self.lane, self.go, self.lock),
            "wording": partial(WordingStation, desk, self.lane, self.go),
            "gaiji": partial(GaijiStation, desk, self.lane, self.go, media),
            "admin": partial(CustodyStation, desk, self.lane, self.go, self.printer),
            "counter": partial(CounterStation, desk, self.lane, self.go),
        }

    def printer(self) -> Printer:
        """The one pinned printer; in a practice vault the folder. Raises UserError K-18xx where none is pinned or it is another device."""
        if self._printer is not None:
            return self._printer
        return pinned_printer(self._pinned)

    # ------------------------------------------------------------ moving about
    def go(self, key: str, case_id: int | None) -> None:
        """Opens a station, on a case where one is named."""
        key = {"custody": "admin"}.get(key, key)
        if self.shell is None or key not in self.stations:
            return
        self.shell.open(key)
        station = self.stations[self.shell.current]
        if isinstance(station, CasesStation | JudgmentStation | CollationStation):
            station.open_case(case_id)

    def _search(self, text: str) -> None:
        self.go("cases", None)
        station = self.stations.get("cases")
        if isinstance(station, CasesStation):
            station.search(text)

    def _scan(self, text: str) -> None:
        """A scanned code is received where forms are received, else it opens its case."""
        if self.shell is None or self.desk is None:
            return
        station = self.stations.get("review")
        if station is None:
            return
        if self.shell.current == "review" and isinstance(station, ReviewStation):
            station.scan(text)
        else:
            self.lane.read(self, partial(cases.find_by_code, self.desk, text), self._found)

    def _found(self, case_id: int | None) -> None:
        if case_id is not None:
            self.go("cases", case_id)
        elif self.shell is not None:
            self.shell.status_bar.end("そのコードの案件は見つかりません。番号を確かめてください。")

    def _help(self, key: str) -> None:
        dialogs.present(HelpDialog(key))

    # ------------------------------------------------------------ counts and the code for the paper
    def _changed(self, kinds: Kind) -> None:
        """Acts that follow each other are counted once: what the person works on goes first on the lane."""
        if self.desk is not None and kinds & Kind.GAIJI:
            self._read_pictures()
        if self.desk is not None and kinds and not self._count_soon.isActive():
            self._count_soon.start()

    def _read_pictures(self) -> None:
        """The approved pictures of 外字, which every screen paints names with."""
        if self.desk is not None:
            self.lane.read(self, partial(gaiji.pictures, self.desk), self._show_pictures)

    def _show_pictures(self, pictures: Pictures) -> None:
        show_pictures(pictures)

    def count_now(self) -> None:
        """Reads the counts beside the stations and the code for the paper."""
        self._count_soon.stop()
        if self.desk is not None:
            self.lane.read(self, partial(_frame_facts, self.desk), self._show_frame)

    def _show_frame(self, facts: tuple[tuple[StationCount, ...], int, str, Machine]) -> None:
        counts, entries, code, self._pinned = facts
        if self.shell is None:
            return
        for count in counts:
            key = {"custody": "admin"}.get(count.key, count.key)
            if key in self.stations:
                self.shell.set_count(key, count.count, count.late)
        self.shell.set_anchor(entries, code)

    # ------------------------------------------------------------ the end
    def lock(self) -> None:
        """Waits for the lane, records the lock, closes the file; then ``on_lock``."""
        if self.desk is None or self.shell is None:
            return
        desk, self.desk = self.desk, None
        # What a station would still ask for is dropped: nothing may open the file again behind the door.
        self.lane.last(self, partial(session.close, desk), self._locked)

    def _locked(self, _: object) -> None:
        shell, self.shell = self.shell, None
        self.stations = {}
        show_pictures(NO_PICTURES)
        if shell is not None:
            shell.close()
            shell.deleteLater()
        self._on_lock()


def _frame_facts(desk: Desk) -> tuple[tuple[StationCount, ...], int, str, Machine]:
    anchor = session.current_anchor(desk)
    return cases.station_counts(desk), anchor.count, anchor.code, workstation.machine(desk)
