"""Composition root: the only place that builds the objects and knows the clock.

A window stands after a third of a second: everything heavier than Qt is imported behind it (ADR 0009).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from kyufu_desktop import log, settings
from kyufu_desktop.errors import UserError
from kyufu_desktop.security.process import harden
from kyufu_desktop.views import theme
from kyufu_desktop.views.opening import Opening

if TYPE_CHECKING:
    from kyufu_desktop.views.workplace import Workplace

JST = timezone(timedelta(hours=9))
#: A practice vault begins on this day (ADR 0008): the dummy programme's deadline lies ahead of it.
PRACTICE_START = datetime(2024, 8, 28, 9, 0, tzinfo=JST)
#: The same for another programme: so many days after its base date.
PRACTICE_AFTER = timedelta(days=86)

PRACTICE_WORKBOOK_PASSWORD = "renshu-2024"  # noqa: S105 - opens dummy workbooks only and is shown to the person


def real_clock() -> datetime:
    """Now, in Japan."""
    return datetime.now(JST)


def practice_clock(start: datetime = PRACTICE_START) -> Callable[[], datetime]:
    """A clock that starts at ``start`` and runs on."""
    started = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - started)


def application(look: str) -> QApplication:
    """The one QApplication, hardened and dressed."""
    harden()
    if "QT_QPA_PLATFORM" not in os.environ and not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("kyufu-desktop")
    theme.load_fonts()
    theme.apply(app, look)
    return app


def opening() -> Opening:
    """The first window, painted before anything else is imported."""
    shown = Opening()
    shown.show()
    QApplication.processEvents()
    return shown


def has_display() -> bool:
    """Whether a person can see a window here."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def restart() -> None:
    """Locks for good: the process is replaced, so that no secret stays in memory."""
    os.execv(sys.executable, [sys.executable, "-m", "kyufu_desktop", *sys.argv[1:]])  # noqa: S606


def window(vault: Path | None, look: str) -> int:
    """Opens the program on a vault; the first-start assistant where there is none yet."""
    folder = vault or settings.default_vault()
    app = application(look)
    first = opening()
    from kyufu_desktop.services import practice as rehearsal

    is_practice = rehearsal.is_practice_folder(folder)
    place = workplace(folder, practice_clock() if is_practice else real_clock)
    place.show()
    first.close()
    return app.exec()


def workplace(folder: Path, clock: Callable[[], datetime], on_lock: Callable[[], None] = restart, out: Path | None = None) -> Workplace:
    """The workstation over a vault's folder."""
    from kyufu_desktop.views import dialogs
    from kyufu_desktop.views.workplace import Workplace

    dialogs.catch_bugs()
    return Workplace(folder, clock, on_lock=on_lock, printer_folder=out)


def practice(folder: Path, look: str, programme: str = "r6") -> int:
    """Dummy workbooks and a practice vault; with a display for people to try, without one a whole day on an offscreen screen."""
    from kyufu_desktop.services import practice as rehearsal
    from kyufu_desktop.services import programme_definitions as definitions

    folder.mkdir(parents=True, exist_ok=True)
    inputs = folder / "inputs"
    rehearsal.seed_workbooks(inputs, PRACTICE_WORKBOOK_PASSWORD, programme=programme)
    if not has_display() and programme == "r6":
        print("画面がないため、架空の人で1日の仕事をとおして行います。")
        out = next(spot for number in range(1, 10_000) if not (spot := folder / f"day-{number:02d}").exists())
        return day(inputs, PRACTICE_WORKBOOK_PASSWORD, out, out / "vault", look)
    app = application(look)
    vault = folder / "vault"
    start = datetime.combine(definitions.as_written(programme).base_date + PRACTICE_AFTER, PRACTICE_START.timetz())
    people = rehearsal.prepare_vault(vault, start, programme=programme)
    print("練習の保管庫を開きます。名前とパスフレーズ:")
    for login, name, role, passphrase in people:
        print(f"  {login}  {name}（{role}）  {passphrase}")
    print(f"ホストのブック: {inputs}  パスワード: {PRACTICE_WORKBOOK_PASSWORD}")
    if not has_display():
        return 0
    place = workplace(vault, practice_clock(start))
    place.show()
    return app.exec()


def day(inputs: Path, password: str, out: Path, vault: Path, look: str) -> int:
    """A whole working day through the real main window; refuses a vault that exists. 3 = a bug ended it; its number is printed."""
    from kyufu_desktop.services import practice as rehearsal
    from kyufu_desktop.views.day import Day, Rehearsal

    app = application(look)
    rehearsal.refuse_existing(vault)
    out.mkdir(parents=True, exist_ok=True)
    clock = practice_clock()

    def make(on_lock: Callable[[], None]) -> Workplace:
        return workplace(vault, clock, on_lock, out)

    try:
        return Day(app, make, Rehearsal(inputs=inputs, password=password, out=out)).run()
    except UserError:
        raise
    except Exception as bug:  # noqa: BLE001 - nobody is there to close a window that says so
        print(f"1日の仕事が、思いがけないことで止まりました。番号 {log.incident(bug)}", file=sys.stderr)
        return 3


def self_test() -> int:
    """What the installer runs: opens a throw-away practice vault in memory-backed storage, makes one letter, and says what was found."""
    from kyufu_desktop.services import programme_definitions as definitions
    from kyufu_desktop.services import self_test as checks

    application("light")
    failed = 0
    for name, problem in checks.run(PRACTICE_START, definitions.as_written("r6")):
        print(f"{'良' if not problem else '否'}  {name}{'  ' + problem if problem else ''}")
        failed += bool(problem)
    return 1 if failed else 0
