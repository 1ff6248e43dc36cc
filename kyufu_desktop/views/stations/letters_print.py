"""The print run of 確認書・通知: asked, sent letter by letter, looked at in the queue, and how it came out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind
from kyufu_desktop.domain.printing import Failure, Machine
from kyufu_desktop.errors import Cancelled, PaperUnknown, UserError
from kyufu_desktop.services import print_jobs
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.letters import LetterRow
from kyufu_desktop.services.print_jobs import JobRow
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import ConfirmDialog, present
from kyufu_desktop.views.printing import Printer, QueueState
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.print_recovery import RecoveryPanel


class PrintRun:
    """Belongs to the station, whose lane it writes on; ``confirmed`` is called once a person said how a run came out."""

    def __init__(self, station: Station, printer: Callable[[], Printer], confirmed: Callable[[], None]) -> None:
        self._station, self._printer, self._after = station, printer, confirmed
        self._waiting: tuple[LetterRow, ...] = ()
        self.recovery = RecoveryPanel()
        self.recovery.settled.connect(self._confirm_job)
        self.recovery.asked.connect(self._ask_queue)
        self.recovery.cancelled.connect(self._cancel_waiting)

    def show_jobs(self, jobs: Sequence[JobRow]) -> None:
        """The recovery stays in sight until the last run is settled."""
        waiting = [job for job in jobs if job.state == print_jobs.JOB_SENT]
        self.recovery.show_job(waiting[0] if waiting else None)
        if waiting:
            self._ask_queue()

    def ask(self, waiting: Sequence[LetterRow]) -> None:
        """Asks, then prints those of ``waiting`` (in the order of their making) whose kind comes first in the order of the work."""
        self._station.hide_error()
        self._waiting = tuple(waiting)
        # The printer that was pinned may be gone: that is said in the page.
        self._station.lane.read(self._station, self._printer, self._confirm_print)

    def _confirm_print(self, printer: Printer) -> None:
        waiting = self._waiting
        # One job is of one kind: the first in the order of the work.
        kind = min((letter.kind for letter in waiting), key=list(LetterKind).index)
        ids = tuple(letter.letter_id for letter in waiting if letter.kind is kind)
        sentences = [f"順番待ちの{LETTER_LABELS[kind]} {len(ids):,}通を印刷します。"]
        if len(ids) < len(waiting):
            sentences.append(f"ほかの種類の {len(waiting) - len(ids):,}通は、このあとで印刷します。")
        sentences += [f"プリンター: {_machine_words(printer.machine)}", "印刷中は、プリンターのそばを離れないでください。"]
        if present(ConfirmDialog("手紙を印刷します", sentences, f"{len(ids):,}通を印刷する")):
            work = partial(_print_job, self._station.desk, ids, printer)
            self._station.lane.write(self._station, work, self._sent_to_printer, title="手紙を印刷しています", total=len(ids))

    def _sent_to_printer(self, run: _Run) -> None:
        if run.problem is not None:
            self._station.show_error(run.problem)

    def _ask_queue(self) -> None:
        self._station.lane.read(self._station, partial(_look_at_queue, self._printer), self.recovery.show_queue)

    def _cancel_waiting(self) -> None:
        self._station.hide_error()
        sentences = ["プリンターに残っている手紙を取り消します。", "出た紙は、このあと数えて入力してください。"]
        if present(ConfirmDialog("残りの印刷を取り消します", sentences, "取り消す")):
            work = partial(_empty_queue, self._printer)
            self._station.lane.write(self._station, work, self._queue_emptied, title="印刷を取り消しています")

    def _queue_emptied(self, _: Changes) -> None:
        self._ask_queue()

    def _confirm_job(self, job_id: int, good: int) -> None:
        self._station.hide_error()
        work = partial(_confirm, self._station.desk, job_id, good)
        self._station.lane.write(self._station, work, self._confirmed, title="印刷の結果を書いています")

    def _confirmed(self, _: Changes) -> None:
        self.recovery.clear()
        self._after()


# What runs on the lane.
@dataclass(frozen=True, slots=True)
class _Run:
    """What became of a run: its changes, and the problem that ended it early."""

    changes: Changes
    problem: UserError | None = None


def _print_job(desk: Desk, ids: tuple[int, ...], printer: Printer, progress: Progress) -> _Run:
    """Each letter as a job of its own. Stopped or refused in the middle, what the printer has taken is told apart from the rest."""
    order = print_jobs.start_job(desk, ids, printer.machine, progress)
    taken, last = 0, ""
    try:
        for piece in order.pieces:
            progress(taken, order.letters)
            last = printer.send(piece.pdf, piece.title).job
            taken += 1
    except Cancelled:
        return _Run(print_jobs.handed_over(desk, order, taken, last, Failure.CANCELLED))
    except PaperUnknown as problem:
        # It may have come out: a person looks, and the ledger counts its sheets among those that are shredded.
        return _Run(print_jobs.handed_over(desk, order, taken + 1, last, Failure.UNKNOWN), problem)
    except UserError as problem:
        return _Run(print_jobs.handed_over(desk, order, taken, last, Failure.REFUSED), problem)
    return _Run(print_jobs.handed_over(desk, order, taken, last))


def _machine_words(machine: Machine) -> str:
    side = "両面" if machine.duplex else "片面"
    return "　".join((machine.name, *((f"用紙の口 {machine.tray}",) if machine.tray else ()), side))


def _look_at_queue(printer: Callable[[], Printer]) -> QueueState:
    return printer().queue()


def _empty_queue(printer: Callable[[], Printer], _: Progress) -> Changes:
    printer().cancel_waiting()
    return Changes(Kind.LETTERS, "プリンターに残っていた手紙を取り消しました。出た紙を数えてください。")


def _confirm(desk: Desk, job_id: int, good: int, _: Progress) -> Changes:
    return print_jobs.confirm_job(desk, job_id, good)
