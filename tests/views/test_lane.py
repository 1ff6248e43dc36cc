from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt, QThread
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.errors import Cancelled, Conflict, InputProblem, UserError
from kyufu_desktop.views.lane import Lane


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane()
    yield made
    made.close()


class Screen(QObject):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.got: list[object] = []
        self.errors: list[UserError] = []

    def take(self, result: object) -> None:
        self.got.append(result)

    def take_named(self, name: str, result: object) -> None:
        self.got.append((name, result))

    def show_error(self, error: UserError) -> None:
        self.errors.append(error)


class Field(QObject):
    """Part of a screen that knows one field."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.problems: list[InputProblem] = []

    def show_problem(self, problem: InputProblem) -> bool:
        if problem.field != "mine":
            return False
        self.problems.append(problem)
        return True


def settle(qtbot: QtBot, lane: Lane) -> None:
    qtbot.waitUntil(lambda: not lane.busy, timeout=5000)


def failing(error: Exception) -> object:
    raise error


def _give(result: object, progress: Callable[[int, int], None]) -> object:
    return result


def test_work_runs_in_the_lane_and_the_answer_arrives_in_the_window_thread(qtbot: QtBot, lane: Lane) -> None:
    places: list[str] = []

    class Here(Screen):
        def take(self, result: object) -> None:
            places.append(str(QThread.currentThread() is self.thread()))
            super().take(result)

    screen = Here()
    lane.read(screen, threading.get_ident, screen.take)
    settle(qtbot, lane)
    assert screen.got != [threading.get_ident()]
    assert places == ["True"]


def test_jobs_run_one_after_the_other_in_order(qtbot: QtBot, lane: Lane) -> None:
    screen = Screen()
    for number in range(20):
        lane.read(screen, partial(int, number), screen.take)
    with qtbot.waitSignal(lane.idle):
        assert lane.busy
    assert screen.got == list(range(20))


def test_answer_for_a_screen_that_is_gone_is_dropped(qtbot: QtBot, lane: Lane) -> None:
    gate = threading.Event()
    screen = Screen()
    got = screen.got

    def slow() -> str:
        gate.wait(5)
        return "late"

    lane.read(screen, slow, screen.take)
    shiboken6.delete(screen)
    gate.set()
    settle(qtbot, lane)
    assert got == []


def test_write_of_a_screen_that_is_gone_still_tells_the_others(qtbot: QtBot, lane: Lane) -> None:
    gate = threading.Event()
    screen = Screen()

    def slow(progress: Callable[[int, int], None]) -> Changes:
        gate.wait(5)
        return Changes(Kind.CASES, "3件を取り込みました。")

    lane.write(screen, slow, screen.take)
    with qtbot.waitSignals([lane.changed, lane.finished]):
        shiboken6.delete(screen)
        gate.set()


def test_lambda_and_function_are_refused_as_callback(lane: Lane) -> None:
    screen = Screen()
    with pytest.raises(TypeError):
        lane.read(screen, int, lambda result: None)
    with pytest.raises(TypeError):
        lane.read(screen, int, failing)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        lane.read(screen, int, partial(print))
    assert not lane.busy


def test_owner_is_mandatory_and_must_live(lane: Lane) -> None:
    screen = Screen()
    other = Screen()
    with pytest.raises(TypeError):
        lane.read(None, int, other.take)  # type: ignore[arg-type]
    shiboken6.delete(screen)
    with pytest.raises(TypeError):
        lane.read(screen, int, other.take)


def test_partial_of_a_bound_method_may_carry_what_was_asked(qtbot: QtBot, lane: Lane) -> None:
    screen = Screen()
    lane.read(screen, partial(int, 7), partial(screen.take_named, "seven"))
    settle(qtbot, lane)
    assert screen.got == [("seven", 7)]


@pytest.mark.parametrize("wrapped", [False, True])
def test_write_says_what_changed_and_the_sentence(qtbot: QtBot, lane: Lane, wrapped: bool) -> None:
    screen = Screen()
    changes = Changes(Kind.LETTERS, "手紙を12通作りました。")
    result = (changes, 12) if wrapped else changes
    heard = Screen()
    for signal in (lane.started, lane.changed, lane.finished):
        signal.connect(heard.take)
    lane.write(screen, partial(_give, result), screen.take, title="手紙を作っています")
    settle(qtbot, lane)
    assert heard.got == ["手紙を作っています", Kind.LETTERS, "手紙を12通作りました。"]
    assert screen.got == [result]


def test_cancelled_job_stops_at_its_next_report_and_bothers_nobody(qtbot: QtBot, lane: Lane) -> None:
    screen = Screen()
    reached: list[int] = []
    running = threading.Event()

    def long(progress: Callable[[int, int], None]) -> Changes:
        for done in range(100_000):
            progress(done, 100_000)
            reached.append(done)
            running.set()
        return Changes(Kind.CASES, "")

    with qtbot.waitSignal(lane.failed) as sent:
        lane.write(screen, long, screen.take)
        qtbot.waitUntil(running.is_set)
        qtbot.waitUntil(lambda: lane._running is not None)
        lane.cancel()
    assert isinstance(sent.args[0], Cancelled)
    assert len(reached) < 100_000
    assert screen.got == [] and screen.errors == []


def test_job_after_a_cancelled_one_runs(qtbot: QtBot, lane: Lane) -> None:
    screen = Screen()
    running = threading.Event()

    def long(progress: Callable[[int, int], None]) -> Changes:
        while True:
            running.set()
            progress(0, 0)

    lane.write(screen, long)
    lane.read(screen, partial(int, 5), screen.take)
    qtbot.waitUntil(lambda: running.is_set() and lane._running is not None)
    lane.cancel()
    settle(qtbot, lane)
    assert screen.got == [5]


def test_error_goes_to_the_nearest_page_above_the_owner(qtbot: QtBot, lane: Lane) -> None:
    page = Screen()
    part = QObject(page)
    error = Conflict("K-1601", "ほかの人が先に決裁しました。", todo="読み直してください。")
    unclaimed: list[object] = []
    lane.unclaimed.connect(unclaimed.append)
    lane.read(part, partial(failing, error), page.take)
    settle(qtbot, lane)
    assert page.errors == [error]
    assert unclaimed == []


def test_input_problem_goes_beside_its_field_and_else_to_the_page(qtbot: QtBot, lane: Lane) -> None:
    page = Screen()
    form = Field(page)
    mine = InputProblem("K-1001", "mine", "10けたのはずです。", todo="見直してください。")
    other = InputProblem("K-1001", "other", "10けたのはずです。", todo="見直してください。")
    lane.read(form, partial(failing, mine), page.take)
    lane.read(form, partial(failing, other), page.take)
    settle(qtbot, lane)
    assert form.problems == [mine]
    assert page.errors == [other]


def test_bug_is_never_shown_as_an_error_of_the_page(qtbot: QtBot, lane: Lane) -> None:
    page = Screen()
    bug = KeyError("氏名")
    with qtbot.waitSignal(lane.unclaimed) as sent:
        lane.read(page, partial(failing, bug), page.take)
    assert sent.args == [bug]
    assert page.errors == []


def test_widgets_may_own_jobs(qtbot: QtBot, lane: Lane) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    lane.read(widget, partial(str, "題"), widget.setWindowTitle)
    settle(qtbot, lane)
    assert widget.windowTitle() == "題"


def test_after_the_last_job_nothing_new_is_taken_until_it_has_ended_whatever_comes_of_it(qtbot: QtBot, lane: Lane) -> None:
    screen = Screen()
    for work in (lambda: "last", partial(failing, Conflict("K-9999", "だめ。", todo="待つ。"))):
        screen.got.clear()
        lane.last(screen, work, screen.take)
        lane.read(screen, lambda: "too late", screen.take)
        settle(qtbot, lane)
        assert screen.got in (["last"], [None])
        lane.read(screen, lambda: "again", screen.take)
        settle(qtbot, lane)
        assert screen.got[-1] == "again"


def graveyard(screen: QObject) -> list[int]:
    """The thread in which the screen is destroyed, once it is."""
    threads: list[int] = []
    screen.destroyed.connect(lambda: threads.append(threading.get_ident()), Qt.ConnectionType.DirectConnection)
    return threads


def test_screen_whose_last_reference_is_its_job_is_destroyed_in_the_window_thread(qtbot: QtBot, lane: Lane) -> None:
    for fails in (False, True) * 4:
        running, dropped = threading.Event(), threading.Event()

        def work(running: threading.Event = running, dropped: threading.Event = dropped, fails: bool = fails) -> object:
            running.set()
            dropped.wait(5)
            return failing(Conflict("K-9999", "だめ。", todo="待つ。")) if fails else None

        screen = Screen()
        threads = graveyard(screen)
        lane.read(screen, work, screen.take)
        running.wait(5)
        del screen
        dropped.set()
        settle(qtbot, lane)
        gc.collect()
        assert threads == [threading.get_ident()]


def test_garbage_made_of_screens_is_collected_in_the_window_thread_while_the_lane_works(qtbot: QtBot, lane: Lane) -> None:
    owner = Screen()
    stop = threading.Event()

    def busy() -> None:
        while not stop.is_set():
            kept = [[] for _ in range(5000)]
            kept.clear()

    lane.read(owner, busy, owner.take)
    screen = QWidget()
    screen.itself = screen  # type: ignore[attr-defined] - a cycle: only the collector can drop it
    threads = graveyard(screen)
    del screen
    try:
        qtbot.waitUntil(lambda: bool(threads), timeout=5000)
    finally:
        stop.set()
    settle(qtbot, lane)
    assert threads == [threading.get_ident()]


def test_closed_lane_gives_the_collector_back(qtbot: QtBot) -> None:
    lane = Lane()
    assert not gc.isenabled()
    lane.close()
    assert gc.isenabled()
