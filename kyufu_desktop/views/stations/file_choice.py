"""Choosing a workbook to take in, or the folder of the medium to write to. No file remembers the path."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QLineEdit

from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Cell, Column, EmptyList, Field, Row, Table, label, text_field


@dataclass
class Places:
    """The folder that was chosen last and the number of the medium from the settings: for the next dialog of the same screen."""

    folder: Path
    medium: str = ""


class OpenWorkbookDialog(Dialog):
    """One encrypted workbook and its password. ``path`` and ``password`` hold the answer."""

    def __init__(self, title: str, folder: Path, expected: str) -> None:
        super().__init__(title, act="中身を確かめる", width=720)
        self._path = text_field("", 520)
        if (folder / expected).is_file():
            self._path.setText(str(folder / expected))
        self._password = text_field("", 320)
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._files = Table(
            [Column("フォルダにあるブック")],
            fit=False,
            name="フォルダにあるブック",
            empty=EmptyList("このフォルダにブックはありません。", "媒体を差し込んでください。"),
        )
        self._files.set_rows([Row(str(path), (Cell(path.name),)) for path in _workbooks(folder)])
        self._files.setMinimumHeight(180)
        self._files.chosen.connect(self._take)
        self.body.addWidget(label(f"{expected} を選びます。", "sub"))
        self.add_field("path", Field("ファイル", self._path, required=True, hint="下の一覧から選べます。", name="file.path"))
        self.add_field(
            "password", Field("パスワード", self._password, required=True, hint="パスワード通知書にあります。", name="file.password")
        )
        self.body.addWidget(self._files)

    def _take(self, key: object) -> None:
        if isinstance(key, str):
            self._path.setText(key)

    @property
    def path(self) -> Path:
        return Path(self._path.text())

    @property
    def password(self) -> str:
        return self._password.text()

    def ready(self) -> bool:
        if not self.path.is_file():
            return self.refuse("path", "この場所にファイルがありません。")
        return bool(self.password) or self.refuse("password", "パスワードを入れてください。")


class MediumDialog(Dialog):
    """Where to write: the folder of the registered medium and its number."""

    def __init__(self, title: str, folder: Path, medium: str) -> None:
        super().__init__(title, act="次へ")
        self._path = text_field("", 520)
        self._path.setText(str(folder))
        self._number = text_field("M-01", 160)
        self._number.setText(medium)
        self.add_field("folder", Field("媒体のフォルダ", self._path, required=True, name="medium.folder"))
        self.add_field(
            "number", Field("媒体の管理番号", self._number, required=True, hint="媒体に貼ってある番号です。", name="medium.number")
        )

    @property
    def folder(self) -> Path:
        return Path(self._path.text())

    @property
    def medium(self) -> str:
        return self._number.text().strip()

    def ready(self) -> bool:
        if not self._path.text().strip() or not self.folder.is_dir():
            return self.refuse("folder", "このフォルダはありません。媒体を差し込んでください。")
        return bool(self.medium) or self.refuse("number", "管理番号を入れてください。")


def _workbooks(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.xlsx")) if folder.is_dir() else []
