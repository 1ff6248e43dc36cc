"""How a screen ends: from its root, with everything in it, and nothing outside Python keeps it.

Shiboken gives a widget back to Python when the collector takes its wrapper apart, parent or not. A widget that was made before its parent
is taken apart first; where something in it holds the last reference to the screen, the screen dies inside it and deletes it once more.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtWidgets import QWidget


def end_from_the_root(screen: QWidget) -> None:
    """``__del__`` of every widget that may stand without a parent. Python calls it before its collector takes anything apart."""
    if shiboken6.isValid(screen) and shiboken6.ownedByPython(screen):
        shiboken6.delete(screen)


class Weakly:
    """A slot that calls ``method(*first, ...)``. A partial or a lambda would be held by Qt, where the collector cannot see it."""

    def __init__(self, method: Callable[..., object], *first: object) -> None:
        self._method = weakref.WeakMethod(method)
        self._first = first

    def __call__(self, *rest: Any) -> None:
        method = self._method()
        if method is not None:
            method(*self._first, *rest)
