"""Screens are tested on the offscreen platform, dressed as the program is."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from kyufu_desktop.views import theme
from kyufu_desktop.views.dialogs import set_practice, set_presenter


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    theme.load_fonts()
    if not qapp.styleSheet():
        theme.apply(qapp, "light")
    yield
    set_presenter(None)
    set_practice(False)
