"""紙に残すもの in 管理: the staff list, the ledgers, the report of erased data, the code for the paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.custody import Span
from kyufu_desktop.services import custody, ledgers
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import present
from kyufu_desktop.views.ending import Weakly
from kyufu_desktop.views.parts import Button, Panel, row
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_custody import ErasureReportDialog, PeriodDialog

#: Makes a paper of a span of days and of one medium ("" = all).
Make = Callable[[Desk, Span, str], bytes]


@dataclass(frozen=True, slots=True)
class Paper:
    """Words on the button, its key, title of the print job (numbers only), what makes it, what is asked first."""

    words: str
    key: str
    title: str
    make: Make
    asks: type[PeriodDialog] | None = None


#: kind -> paper. A paper that came later stands at the end: the keys stay what they were.
PAPERS: dict[str, Paper] = {
    "staff": Paper("取扱者指定簿", "Alt+1", "staff-list", lambda desk, _span, _medium: ledgers.staff_list_pdf(desk)),
    "ledger": Paper("受渡し管理簿", "Alt+2", "ledger-{}", lambda desk, span, _: ledgers.ledger_pdf(desk, span), PeriodDialog),
    "anchor": Paper("照合符号の控え", "Alt+3", "anchor-{}", lambda desk, _span, _medium: custody.anchor_slip_pdf(desk)),
    "jobs": Paper("印刷管理簿", "Alt+4", "jobs-{}", lambda desk, span, _: ledgers.print_ledger_pdf(desk, span), PeriodDialog),
    "erasure": Paper("電子データ消去報告書", "Alt+5", "erasure-{}", ledgers.erasure_report_pdf, ErasureReportDialog),
}


class PapersPanel(Panel):
    """A button a paper."""

    def __init__(self, station: Station, printer: Callable[[], Printer]) -> None:
        self._station, self._printer = station, printer
        self._number = 0
        buttons = []
        for kind, paper in PAPERS.items():
            words = f"{paper.words}を印刷する" + ("…" if paper.asks else "")
            button = Button(words, paper.key, icon="printer", name=f"admin.print_{kind}")
            button.clicked.connect(Weakly(self._print, kind))
            buttons.append(row(button, None))
        super().__init__("紙に残すもの", *buttons)

    def set_number(self, entries: int) -> None:
        """The number in the title of the next job."""
        self._number = entries

    def _print(self, kind: str) -> None:
        self._station.hide_error()
        paper, span, medium = PAPERS[kind], Span(), ""
        if paper.asks is not None:
            dialog = paper.asks(f"{paper.words}を印刷します", self._station.desk.today())
            if not present(dialog):
                return
            span, medium = dialog.span, dialog.medium
        work = partial(_print, self._station.desk, kind, span, medium, self._number, self._printer)
        self._station.lane.write(self._station, work, title=f"{paper.words}を印刷しています")


# What runs on the lane.
def _print(desk: Desk, kind: str, span: Span, medium: str, number: int, printer: Callable[[], Printer], _: Progress) -> Changes:
    paper = PAPERS[kind]
    ready = printer()
    ready.send(paper.make(desk, span, medium), paper.title.format(number))
    return Changes(Kind.AUDIT, f"{paper.words}を印刷しました。")
