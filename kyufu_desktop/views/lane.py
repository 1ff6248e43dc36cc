"""The one background lane: every service call runs here, one after the other, and answers arrive in the window's thread.

One lane needs no locks. An answer for a screen that is gone is dropped.

Qt crashes when a widget is destroyed outside the window's thread. Python destroys it where its last reference is dropped or where the
garbage collector happens to run, so neither may happen in the lane: jobs stay in the window's thread, and so does the collector.
"""

from __future__ import annotations

import functools
import gc
import inspect
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.errors import Cancelled, InputProblem, UserError

T = TypeVar("T")

#: ``progress(done, total)``; raises ``Cancelled`` after :meth:`Lane.cancel`.
Progress = Callable[[int, int], None]

#: Seconds between two reports of progress to the window.
_PACE = 0.05
#: Milliseconds between two looks for garbage.
_SWEEP = 250


@dataclass(slots=True)
class _Job:
    """Born and dropped in the window's thread, since it may hold the last reference to a screen.

    Only its number crosses over, and the lane's thread lets go of it before it reports the end.
    """

    owner: QObject
    work: Callable[[Progress], Any]
    done: Callable[[Any], None] | None
    title: str | None
    stop: threading.Event
    last: bool = False
    result: Any = None
    problem: Exception | None = None


class _Worker(QObject):
    """Lives in the lane's thread."""

    begun = Signal(int)
    reported = Signal(int, int)
    ended = Signal(int)

    def __init__(self, jobs: dict[int, _Job]) -> None:
        super().__init__()
        self._jobs = jobs

    @Slot(int)
    def run(self, number: int) -> None:
        self.begun.emit(number)
        self._work(self._jobs[number])
        self.ended.emit(number)

    def _work(self, job: _Job) -> None:
        stop, last = job.stop, 0.0

        def progress(done: int, total: int) -> None:
            nonlocal last
            if stop.is_set():
                raise Cancelled
            now = time.monotonic()
            if now - last >= _PACE or done >= total:
                last = now
                self.reported.emit(done, total)

        try:
            if stop.is_set():
                raise Cancelled
            job.result = job.work(progress)
        except Exception as problem:  # noqa: BLE001 - the one place that carries every problem over to the window's thread
            job.problem = problem


class Lane(QObject):
    """``read`` asks, ``write`` changes. Callbacks are bound methods: a lambda would keep a closed screen alive.

    While a lane lives, Python's own collector is off and the window's thread collects the garbage at leisure.
    """

    started = Signal(str)
    progressed = Signal(int, int)
    finished = Signal(str)
    failed = Signal(object)
    changed = Signal(object)
    idle = Signal()
    #: A problem that no screen of the owner's took: a UserError or a bug. The frame shows it.
    unclaimed = Signal(object)
    _submitted = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: dict[int, _Job] = {}
        self._count = 0
        self._pending = 0
        self._closing = False
        self._running: _Job | None = None
        self._stops: list[threading.Event] = []
        self._thread = QThread()
        self._thread.setObjectName("lane")
        self._worker = _Worker(self._jobs)
        self._worker.moveToThread(self._thread)
        self._submitted.connect(self._worker.run, Qt.ConnectionType.QueuedConnection)
        self._worker.begun.connect(self._begun, Qt.ConnectionType.QueuedConnection)
        self._worker.reported.connect(self.progressed, Qt.ConnectionType.QueuedConnection)
        self._worker.ended.connect(self._ended, Qt.ConnectionType.QueuedConnection)
        self._sweep = QTimer(self, interval=_SWEEP)
        self._sweep.timeout.connect(_collect_garbage)
        gc.disable()
        self._sweep.start()
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits, answers not yet handed out included."""
        return self._pending > 0

    def read(self, owner: QObject, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Runs ``work`` in the lane and hands its result to ``done``, if ``owner`` still lives then."""
        self._submit(owner, functools.partial(_without_progress, work), done, None)

    def last(self, owner: QObject, work: Callable[[], T], done: Callable[[T | None], None]) -> None:
        """Runs ``work`` after all that waits. Until ``done`` is called, whatever comes of it, nothing new is taken: its screen is going."""
        self._submit(owner, functools.partial(_without_progress, work), done, None, last=True)

    def write(
        self,
        owner: QObject,
        work: Callable[[Progress], T],
        done: Callable[[T], None] | None = None,
        title: str = "取り込んでいます",
        total: int | None = None,
    ) -> None:
        """Runs ``work(progress)``; what it returns is (or holds, as element of a tuple or as ``changes``) the :class:`Changes`.

        ``done`` gets exactly what ``work`` returned; then ``changed`` and ``finished`` are sent. ``title`` stands in the status bar.
        ``total`` shows the count at once, before the first report.
        """
        self._submit(owner, work, done, title)
        if total is not None:
            self.progressed.emit(0, total)

    def cancel(self) -> None:
        """Stops the running job at its next report of progress; nothing of it is kept."""
        if self._running is not None:
            self._running.stop.set()

    def close(self) -> None:
        """Cancels what runs and waits, ends the thread. Later calls are an error."""
        for stop in self._stops:
            stop.set()
        self._thread.quit()
        self._thread.wait()
        self._sweep.stop()
        gc.enable()

    def _submit(
        self, owner: QObject, work: Callable[[Progress], Any], done: Callable[[Any], None] | None, title: str | None, last: bool = False
    ) -> None:
        if not isinstance(owner, QObject) or not shiboken6.isValid(owner):
            raise TypeError("a job needs a living owner")
        if done is not None and not _bound(done):
            raise TypeError("the callback of a job must be a bound method")
        if self._closing:
            return
        self._closing = last
        job = _Job(owner, work, done, title, threading.Event(), last)
        self._pending += 1
        self._stops.append(job.stop)
        self._count += 1
        self._jobs[self._count] = job
        self._submitted.emit(self._count)

    @Slot(int)
    def _begun(self, number: int) -> None:
        job = self._jobs[number]
        self._running = job
        if job.title is not None:
            self.started.emit(job.title)

    @Slot(int)
    def _ended(self, number: int) -> None:
        job = self._jobs.pop(number)
        self._running = None
        self._stops.remove(job.stop)
        self._closing = self._closing and not job.last
        try:
            if job.problem is None:
                self._succeeded(job, job.result)
            else:
                self._failed(job, job.problem)
                if job.last and job.done is not None and shiboken6.isValid(job.owner):
                    job.done(None)
        finally:
            self._pending -= 1
            if not self._pending:
                self.idle.emit()

    def _succeeded(self, job: _Job, result: Any) -> None:
        changes = _changes_in(result)
        try:
            if job.done is not None and shiboken6.isValid(job.owner):
                job.done(result)
        finally:
            # The write has happened, whether or not its screen could show it: the others must read again.
            if changes is not None and changes.kinds:
                self.changed.emit(changes.kinds)
            if job.title is not None:
                self.finished.emit(changes.sentence if changes is not None else "")

    def _failed(self, job: _Job, problem: Exception) -> None:
        if isinstance(problem, UserError):
            self.failed.emit(problem)
            if isinstance(problem, Cancelled) or _claimed(job.owner, problem):
                return
        elif job.title is not None:
            self.finished.emit("")
        self.unclaimed.emit(problem)


def _collect_garbage() -> None:
    """The oldest generation that Python itself would collect now."""
    due = [age for age, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > limit > 0]
    if due:
        gc.collect(max(due))


def _without_progress(work: Callable[[], T], _: Progress) -> T:
    return work()


def _bound(done: Callable[[Any], None]) -> bool:
    while isinstance(done, functools.partial):
        done = done.func
    # A slot of Qt itself (``label.setText``) is a builtin that is bound all the same.
    return inspect.ismethod(done) or (inspect.isbuiltin(done) and isinstance(done.__self__, QObject))


def _changes_in(result: Any) -> Changes | None:
    if isinstance(result, Changes):
        return result
    if isinstance(result, tuple):
        return next((each for each in result if isinstance(each, Changes)), None)
    held = getattr(result, "changes", None)
    return held if isinstance(held, Changes) else None


def _claimed(owner: QObject, error: UserError) -> bool:
    """Offers the error to the owner and its parents: a field first, else the page."""
    chain = []
    current: QObject | None = owner if shiboken6.isValid(owner) else None
    while current is not None:
        chain.append(current)
        current = current.parent()
    if isinstance(error, InputProblem):
        for each in chain:
            show_problem = getattr(each, "show_problem", None)
            if show_problem is not None and show_problem(error):
                return True
    for each in chain:
        show_error = getattr(each, "show_error", None)
        if show_error is not None:
            show_error(error)
            return True
    return False
