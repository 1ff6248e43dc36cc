"""書出しの途中で止まりました: one row a file, the button that looks at the medium, and what is done with a file that is no bank file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.services import open_files
from kyufu_desktop.services.exchange_rows import OpenFile, Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import ConfirmDialog, present
from kyufu_desktop.views.ending import Weakly
from kyufu_desktop.views.parts import Button, box, col, icon, label, row
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_payments import MediumFolderDialog
from kyufu_desktop.views.stations.words import moment_words


def question_of(file: OpenFile) -> str:
    which = f"第{file.batch}回の" if file.batch else ""
    return f"{which}{file.kind_word}が媒体に書かれたか、確かめてください"


def facts_of(file: OpenFile) -> str:
    total = f"　{file.total:,}円" if file.total else ""
    return (
        f"媒体 {file.medium}　{file.file_name}　{file.rows:,}件{total}　照合値 {file.sha256[:12]}　"
        f"{moment_words(file.made_at)}に{file.made_by}が書き始めました"
    )


class OpenFilePanel(QWidget):
    """Hidden while nothing is open. ``look`` and ``destroyed`` give the file; the second one only where ``may_destroy``."""

    look = Signal(object)
    destroyed_medium = Signal(object)

    def __init__(self, station: str, *, may_destroy: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._station, self._may_destroy = station, may_destroy
        self._lines: list[QWidget] = []
        self._layout = col(gap=6)
        self.setLayout(self._layout)
        self.setObjectName(f"{station}.open_files")
        self.setAccessibleName("書出しの途中で止まりました")
        self.hide()

    def set_files(self, files: Sequence[OpenFile]) -> None:
        for line in self._lines:
            self._layout.removeWidget(line)
            line.setParent(None)
            line.deleteLater()
        self._lines = [self._line(file, first=place == 0) for place, file in enumerate(files)]
        for line in self._lines:
            self._layout.addWidget(line)
        self.setVisible(bool(files))

    def _say_look(self, file: OpenFile) -> None:
        self.look.emit(file)

    def _say_destroyed(self, file: OpenFile) -> None:
        self.destroyed_medium.emit(file)

    def _line(self, file: OpenFile, *, first: bool) -> QWidget:
        look = Button("媒体を調べる…", "Alt+M" if first else "", name=f"{self._station}.look_for_file")
        look.clicked.connect(Weakly(self._say_look, file))
        buttons = [look]
        if self._may_destroy:
            destroyed = Button("媒体を処分した…", name=f"{self._station}.medium_destroyed")
            destroyed.clicked.connect(Weakly(self._say_destroyed, file))
            buttons.insert(0, destroyed)
        asked = label(f"書出しの途中で止まりました。{question_of(file)}。", "strong", wrap=True)
        words = col(asked, label(facts_of(file), "sub", wrap=True), gap=2)
        return box(row(icon("alarm", "hold"), (words, 1), *buttons, margins=(14, 8, 8, 8)), "soft_hold")


class StoppedFiles(OpenFilePanel):
    """Files that are no bank file: removed from the medium, or the medium destroyed, and then made anew."""

    def __init__(self, station: Station, folder: Path) -> None:
        super().__init__("host_exchange", may_destroy=True)
        self._at, self._folder = station, folder
        self.look.connect(self._ask_look)
        self.destroyed_medium.connect(self._ask_destroyed)

    def _ask_look(self, file: OpenFile) -> None:
        self._at.hide_error()
        sentences = [
            f"媒体 {file.medium} を差し込んでください。ファイルがあれば、使わないものとして消します。",
            "そのあとで、もう一度書き出してください。",
        ]
        dialog = MediumFolderDialog(question_of(file), sentences, self._folder)
        if present(dialog):
            self._folder = dialog.folder
            self._at.lane.write(self._at, partial(_void, self._at.desk, file.export_id, str(dialog.folder)), title="媒体を調べています")

    def _ask_destroyed(self, file: OpenFile) -> None:
        self._at.hide_error()
        sentences = [facts_of(file), "媒体を裁断したことを確かめてから進めてください。管理簿には「書き出していない」と残ります。"]
        if present(ConfirmDialog("媒体を処分しました", sentences, "処分したことを残す", danger=True)):
            self._at.lane.write(self._at, partial(_void, self._at.desk, file.export_id, None), title="管理簿に書いています")


# What runs on the lane.
def _void(desk: Desk, export_id: int, folder: str | None, _: Progress) -> Changes:
    return open_files.void(desk, export_id, folder)
