"""Dialogs of 外字: choosing the picture on the medium, looking at it before it is kept, comparing it as the second person."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Cell, Column, EmptyList, Field, NameField, Row, Table, col, label, row, text_field
from kyufu_desktop.views.stations.form_dialog import FormDialog
from kyufu_desktop.views.stations.gaiji_picture import BesideOthers, PictureView


class ChoosePictureDialog(FormDialog):
    """A PNG on the medium, and the document that shows the shape."""

    def __init__(self, code: str, folder: Path, parent: QWidget | None = None) -> None:
        self.file, self.source = text_field(""), text_field("")
        fields: dict[str, Field] = {
            "picture": Field("絵のファイル", self.file, True, "1文字だけの白黒のPNG。縦横128点から1024点の正方形。", name="gaiji.file"),
            "source": NameField("何で字形を確かめたか", self.source, True, "「住民票の写し 令和6年8月1日」のように。", name="gaiji.source"),
        }
        note = "住民票の写しなどの文字を読み取り、1文字だけを切り抜いてください。"
        super().__init__(f"{code} の絵を登録します", "絵を見る", fields, note, parent, 720)
        self.table = Table(
            [Column("フォルダにあるPNG")],
            fit=False,
            name="フォルダにあるPNG",
            empty=EmptyList("このフォルダにPNGはありません。", "媒体を差し込み、場所を上の欄に入れてください。", icon_name="file"),
        )
        self.table.setObjectName("gaiji.files")
        self.table.set_rows([Row(str(path), (Cell(path.name),)) for path in _pictures(folder)])
        self.table.setFixedHeight(160)
        self.table.chosen.connect(self._take)
        self.body.insertWidget(2, self.table)

    def _take(self, key: object) -> None:
        if isinstance(key, str):
            self.file.setText(key)

    @property
    def path(self) -> Path:
        return Path(self.file.text().strip())

    def ready(self) -> bool:
        if self.missing((("picture", "ファイルを選んでください。"), ("source", "書類の名前と日付を入れてください。"))):
            return False
        return self.path.is_file() or self.refuse("picture", "この場所にファイルがありません。")


def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.suffix.casefold() == ".png") if folder.is_dir() else []


class LookAtPictureDialog(Dialog):
    """The picture large, its code point, and how it stands beside other characters. ``sentence``: what is to be compared."""

    def __init__(self, title: str, sentence: str, act: str, code: str, picture: bytes, source: str, parent: QWidget | None = None) -> None:
        super().__init__(title, act=act, focus_cancel=True, width=640, parent=parent)
        view = PictureView()
        view.show_character(code, picture)
        facts = col(
            label("符号", "muted"),
            label(code, "strong", mono=True),
            8,
            label("字形を確かめた書類", "muted"),
            label(source, wrap=True),
            8,
            label("ほかの文字と並べたところ", "muted"),
            row(BesideOthers(picture), None),
            None,
            gap=2,
        )
        self.body.addWidget(label(sentence, wrap=True))
        self.body.addLayout(row(view, (facts, 1), gap=20))
        self.setAccessibleDescription(f"{code} {sentence}")
