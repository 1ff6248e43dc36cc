"""読み上げ文: a letter as text before the eyes of whoever reads it to the person, or for the screen reader."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QWidget

from kyufu_desktop.services.reading_texts import ReadingText
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Chip, label, row
from kyufu_desktop.views.theme import font

#: Percent of the height of a line, and pixels after a paragraph: so that who reads aloud does not slip into another line.
_LINE, _AFTER = 150, 8


class ReadingDialog(Dialog):
    """The text can be gone through by keyboard and is not to be changed; names without a reading are pointed out first."""

    def __init__(self, made: ReadingText, parent: QWidget | None = None) -> None:
        super().__init__(f"{made.kind_word} {made.code} の読み上げ文", cancel="閉じる", width=820, parent=parent)
        self.setObjectName("reading")
        self.body.addWidget(label("本人であることを確かめてから、初めから順に読んでください。送り先は入っていません。", "sub", wrap=True))
        if made.without_reading:
            words = f"読みの登録がない氏名が {made.without_reading:,}か所あります。推測で読まず、書類の読みを確かめてください。"
            self.body.addLayout(row(Chip("確認待ち"), (label(words, color="hold", wrap=True), 1), gap=8))
        self.text = QTextEdit()
        self.text.setObjectName("reading.text")
        self.text.setAccessibleName("読み上げ文")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.text.setFixedHeight(400)
        self.text.document().setDefaultFont(font(16))
        self.text.setPlainText(made.text)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        spacing.setBottomMargin(_AFTER)
        cursor = QTextCursor(self.text.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(spacing)
        self.body.addWidget(self.text)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)
