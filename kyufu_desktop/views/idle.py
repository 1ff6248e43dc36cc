"""The time to lock: counts down from the last key or mouse press, by a clock that nobody can set back."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_SIGNS_OF_LIFE = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel, QEvent.Type.InputMethod}
)


class IdleClock(QObject):
    """``ticked(seconds left)`` twice a second; ``ran_out`` once when nothing was touched for ``limit`` seconds.

    It listens at the windows, where keys and mouse come in. At the application it would be called for every event of every control,
    ten thousand times for one page, each time waiting for the lane to let Python go.
    """

    ticked = Signal(int)
    ran_out = Signal()

    def __init__(self, limit: int = 180, monotonic: Callable[[], float] = time.monotonic, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limit, self._monotonic = limit, monotonic
        self._last = monotonic()
        self._over = False
        self._deaf = True
        self._timer = QTimer(self)
        self._timer.setInterval(500)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        self.touch()
        self._timer.start()
        self._deaf = False
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._listen)
        self._listen_everywhere()

    def stop(self) -> None:
        self._timer.stop()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication) and not self._deaf:
            application.focusWindowChanged.disconnect(self._listen)
        self._deaf = True
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)

    def _listen(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def _listen_everywhere(self) -> None:
        """Dialogs and lists that drop down are windows of their own."""
        for window in QGuiApplication.topLevelWindows():
            self._listen(window)

    def touch(self) -> None:
        """Somebody is there. Once the time has run out this no longer helps."""
        if not self._over:
            self._last = self._monotonic()

    @property
    def left(self) -> int:
        """Whole seconds until the lock, 0 when it has come."""
        return max(0, int(self._limit - (self._monotonic() - self._last) + 0.999))

    def tick(self) -> None:
        if not self._deaf:
            self._listen_everywhere()
        left = self.left
        self.ticked.emit(left)
        if not left and not self._over:
            self._over = True
            self.stop()
            self.ran_out.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE:
            self.touch()
        return False
