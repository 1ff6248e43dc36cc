"""Screens that are put up, ended and collected, in a process of its own: what Qt does wrong kills it with the stack of every thread.

``python ending_child.py window|alone|made_before_its_parent FOLDER ROUNDS [unmended]``

``unmended`` takes away what ends a screen from its root.
"""

from __future__ import annotations

import dataclasses
import faulthandler
import gc
import sys
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import shiboken6
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from kyufu_desktop.services import session
from kyufu_desktop.views import theme
from kyufu_desktop.views.dialog import Dialog
from kyufu_desktop.views.gate import Gate
from kyufu_desktop.views.hands import Hands
from kyufu_desktop.views.shell import Shell
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.workplace import STATIONS, Workplace
from tests.services.conftest import ward_programme
from tests.services.desk_work import Ward
from tests.services.office import HANDLER, WEDNESDAY, opened

#: Rounds after which every module is loaded.
WARM = 2
#: Turns of the event loop after which nothing that was asked is under way any more.
TURNS = 10


def made_vault(folder: Path) -> Path:
    """A household that waits for its judgment and two that wait for their money."""
    with opened(folder, "practice", ward_programme) as office:
        Ward(office).household(address=True)
        for _ in range(2):
            office.reviewed(office.household(("hikazei", 100_000)))
    return folder / "vault"


def rows_of_services() -> Counter[str]:
    """What the services handed up and something still holds: people, addresses, sums."""
    kinds = (type(each) for each in gc.get_objects())
    rows = (kind for kind in kinds if dataclasses.is_dataclass(kind) and str(kind.__module__).startswith("kyufu_desktop.services"))
    return Counter(kind.__qualname__ for kind in rows)


def objects_of_screens() -> Counter[str]:
    """Everything of our screens and of Qt. What Python keeps of a class of Qt that is used for the first time is not theirs."""
    kinds = (type(each) for each in gc.get_objects())
    ours = (kind for kind in kinds if issubclass(kind, QObject) or str(kind.__module__).startswith("kyufu_desktop.views"))
    return Counter(kind.__qualname__ for kind in ours)


def living_garbage() -> list[str]:
    """Parts of a living tree that the collector would take apart. A label that stands nowhere is no part: it ends by itself."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    gc.set_debug(0)
    living = [each for each in gc.garbage if isinstance(each, QObject) and shiboken6.isValid(each)]
    found = [type(each).__name__ for each in living if each.parent() is not None or each.children()]
    gc.garbage.clear()
    return found


class _Part(QWidget):
    """Knows the screen it stands in, as a panel knows its station."""

    def __init__(self, screen: Dialog) -> None:
        super().__init__()
        self.screen = screen


class _Screen(Dialog):
    """The least that crashes: ``inner`` is made before its parent, and a part in it holds the last reference to the screen."""

    def __init__(self) -> None:
        super().__init__("")
        inner = QWidget()
        within = QVBoxLayout(inner)
        holder = QFrame()
        QVBoxLayout(holder).addWidget(inner)
        self.body.addWidget(holder)
        self.part = _Part(self)
        within.addWidget(self.part)


def made_before_its_parent(app: QApplication, rounds: int) -> int:
    for _ in range(rounds):
        _Screen()
        gc.collect()
    return len(app.allWidgets())


class Rounds:
    """Steps of a generator, each in its own turn of the event loop, as a person's hands would make them."""

    def __init__(self, app: QApplication, vault: Path) -> None:
        self.app, self.vault, self.locks = app, vault, 0
        self.work = Workplace(vault, lambda: WEDNESDAY, on_lock=self._locked, printer_folder=vault.parent)
        self.hands = Hands(app, lambda: self.work.lane, self._window, lambda: None, vault.parent / "pictures")
        self._steps: Iterator[None] = iter(())
        self._turn = QTimer()
        self._turn.timeout.connect(self._step)

    def _locked(self) -> None:
        self.locks += 1

    def _window(self) -> QWidget:
        window = self.work.shell or self.work.gate
        assert window is not None
        return window

    def _step(self) -> None:
        self._turn.stop()
        try:
            next(self._steps)
        except StopIteration:
            self.app.exit(0)
        except BaseException:  # noqa: BLE001 - Qt swallows what a slot raises, the test must not
            sys.excepthook = sys.__excepthook__
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
            self.app.exit(3)
        else:
            self._turn.start(0)

    def run(self, steps: Iterator[None]) -> int:
        self._steps = steps
        self._turn.start(0)
        code = self.app.exec()
        self.hands.let_go()
        self.work.lane.close()
        return code

    def window(self, rounds: int) -> Iterator[None]:
        """Logged in, every station opened, locked, collected."""
        empty = rows_of_services()
        widgets = len(self.app.allWidgets())
        warm: Counter[str] = Counter()
        for number in range(rounds):
            self.work.show()
            self.hands.put("gate.login", HANDLER[0])
            self.hands.put("gate.passphrase", HANDLER[2])
            self.hands.press("gate.unlock")
            yield
            for key in self.work.stations:
                self.work.go(key, 1 if key in ("cases", "judgment") else None)
                self.hands.settle()
                if number == 1:
                    gc.collect()
                yield
            assert self.work.shell is not None
            put_up = [weakref.ref(each) for each in (self.work.shell, *self.work.shell.findChildren(QWidget))]
            assert len(put_up) > 1000, "every station stood in the window"
            self.work.lock()
            self.hands.settle()
            assert self.locks == number + 1
            if number % 2:
                # The collector may come before Qt has ended the window.
                gc.collect()
            yield
            yield
            gc.collect()
            left = Counter(type(each()).__name__ for each in put_up if each() is not None)
            assert not left, f"widgets that survive the lock: {left}"
            assert len(self.app.allWidgets()) == widgets, [type(each).__name__ for each in self.app.allWidgets()]
            kept = rows_of_services() - empty
            assert not kept, f"rows that survive the lock: {kept}"
            if number == WARM:
                warm = objects_of_screens()
            more = objects_of_screens() - warm if number > WARM else None
            assert not more, f"objects that a round leaves behind: {more}"
            print("round", number, "put up", len(put_up), flush=True)

    def alone(self, rounds: int) -> Iterator[None]:
        """Every station without a window, shown, dropped, collected; once from the living, once as the detector sees it."""
        desk = session.unlock(self.vault, HANDLER[0], HANDLER[2], lambda: WEDNESDAY)
        widgets = len(self.app.allWidgets())
        makers = self.work.makers(desk)
        assert set(makers) == {key for keys in STATIONS.values() for key in keys}
        for number in range(rounds):
            for key, make in makers.items():
                station = make()
                if number:
                    station.show()
                    self.hands.settle()
                gone = weakref.ref(station)
                del station
                print("dropped", key, number, flush=True)
                for _ in range(TURNS):
                    if number == 1:
                        living = living_garbage()
                        assert not living, f"{key}: the collector takes living widgets apart: {living}"
                    gc.collect()
                    if gone() is None:
                        break
                    # A question that a list has just asked holds it until it is answered.
                    yield
                    self.hands.settle()
                assert gone() is None, f"{key} is still held"
                yield
                assert len(self.app.allWidgets()) == widgets, (key, [type(each).__name__ for each in self.app.allWidgets()])
        session.close(desk)


def main() -> int:
    faulthandler.enable()
    kind, folder, rounds, *more = sys.argv[1:]
    if more == ["unmended"]:
        for root in (Station, Dialog, Shell, Gate):
            del root.__del__
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    theme.load_fonts()
    theme.apply(app, "light")
    if kind == "made_before_its_parent":
        gc.disable()
        return made_before_its_parent(app, int(rounds))
    made = Rounds(app, made_vault(Path(folder)))
    # The lane has put the collector off already; here it runs when it is told to, so that every run is the same.
    made.work.lane._sweep.stop()
    code = made.run(getattr(made, kind)(int(rounds)))
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return code


if __name__ == "__main__":
    sys.exit(main())
