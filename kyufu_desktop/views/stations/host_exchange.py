"""ホスト連携: bring the host's workbooks in after looking at them, write the encrypted ones out, keep the hand-over ledger."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from kyufu_desktop.domain.changes import Kind
from kyufu_desktop.services import host_exchange, workstation
from kyufu_desktop.services.host_exchange import Inspection, Overview
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import col
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.file_choice import Places
from kyufu_desktop.views.stations.host_incoming import IncomingPanel
from kyufu_desktop.views.stations.host_ledger import LedgerPanel
from kyufu_desktop.views.stations.host_outgoing import OutgoingPanel
from kyufu_desktop.views.stations.open_file_panel import StoppedFiles


class HostExchangeStation(Station):
    """What came in, what would come in, what can go out, what went: one column, because its lists are wide."""

    key, title, icon = "host_exchange", "ホスト連携", "host"
    kinds = Kind.CASES | Kind.EXPORTS | Kind.PAYMENTS | Kind.INQUIRIES

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None], printer: Callable[[], Printer], folder: Path) -> None:
        super().__init__(desk, lane, go)
        self._places = Places(folder)
        self._incoming = IncomingPanel(self, self._places)
        self._outgoing = OutgoingPanel(self, self._places)
        self._ledger = LedgerPanel(self, printer)
        self.title_row.addStrut(36)
        self._stopped = StoppedFiles(self, folder)
        self.set_body(col(self._stopped, self._incoming.look, self._incoming, self._outgoing, self._ledger, None, gap=12))

    def refresh(self) -> None:
        self.lane.read(self, partial(_read, self.desk), self._show)

    def _show(self, read: tuple[Overview, str]) -> None:
        page, self._places.medium = read
        self._stopped.set_files([file for file in page.open_files if not file.batch])
        self._incoming.show_rows(page.imports)
        self._outgoing.show_waiting(page)
        self._ledger.show_rows(page.exports)

    @property
    def inspection(self) -> Inspection | None:
        """What was looked at and waits to be brought in."""
        return self._incoming.inspection


# What runs on the lane.
def _read(desk: Desk) -> tuple[Overview, str]:
    return host_exchange.overview(desk), workstation.setting(desk, "medium")
