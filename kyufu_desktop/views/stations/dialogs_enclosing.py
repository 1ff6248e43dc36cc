"""封入を照合する: codes are read one after another, without the mouse; what does not fit is stopped with a sound and a sentence."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.enclosing import UNREADABLE, Enclosing
from kyufu_desktop.errors import UserError
from kyufu_desktop.services import enclosing
from kyufu_desktop.services.enclosing import EnclosingPage, EnclosingResult
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk, Second
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Field, box, col, label, row, text_field
from kyufu_desktop.views.second_person import Prove

#: pixels; holds two lines of instruction, the field with its hint and a result of three lines.
_HEIGHT = 480


class EnclosingDialog(Dialog):
    """``prove``: who checks for the one at the desk, where that one has printed; proved at the first look and held until it is closed."""

    def __init__(self, desk: Desk, lane: Lane, page: EnclosingPage, prove: Prove | None, parent: QWidget | None = None) -> None:
        super().__init__("封入を照合します", cancel="閉じる", width=780, parent=parent)
        self.page = page
        self.result_shown: EnclosingResult | None = None
        self._desk, self._lane, self._prove = desk, lane, prove
        self._second: Second | None = None
        self._now = Enclosing()
        self._fitting = 0
        how = "封筒のコード（窓のある封筒では、宛名の紙のコード）を読み、続けて入れる紙を1枚目から読みます。最後に Enter だけを押します。"
        self.body.addWidget(label(how, wrap=True))
        self.code = text_field()
        self.add_field(
            "code", Field("コード", self.code, name="enclosing.code", hint="バーコードを読むか、番号を打って Enter を押します。")
        )
        self.code.returnPressed.connect(self._entered)
        self._reading = label("", "strong")
        self._left = label("", "muted")
        self.body.addLayout(row(self._reading, None, self._left))
        self._word = {True: label("一致", "figure"), False: label("不一致", "figure", color="fail")}
        self._said = {True: label("", "title", wrap=True), False: label("", "title", wrap=True)}
        self._boxes = {fits: box(self._result(fits), "soft_ok" if fits else "soft_fail") for fits in (True, False)}
        for plate in self._boxes.values():
            plate.hide()
            self.body.addWidget(plate)
        self.body.addStretch(1)
        # Room for a result is there from the start: what comes up in the middle of the reading must not be squeezed.
        self.setMinimumHeight(_HEIGHT)
        self._tell()

    def _result(self, fits: bool) -> QVBoxLayout:
        return col(self._word[fits], self._said[fits], gap=4, margins=(16, 12, 16, 12))

    # ------------------------------------------------------------ reading
    def _entered(self) -> None:
        """Enter: with a code it is read, alone it ends the envelope."""
        text = self.code.text().strip()
        self.code.clear()
        if self._lane.busy:
            # Read while the last envelope is still compared: it would go to the wrong one.
            QApplication.beep()
            self._reading.setText("前の封筒を調べています。もう一度読んでください。")
            return
        if text:
            self._read(text)
        elif self._now.envelope:
            self._compare()

    def _read(self, text: str) -> None:
        if not self._now.envelope:
            self._conceal()
        self._now = self._now.read(text)
        self._tell()
        if self._now.strange or self._now.envelope == UNREADABLE:
            self._compare()

    def _compare(self) -> None:
        read, self._now = self._now, Enclosing()
        work = partial(_look, self._desk, read, self._prove, self._second)
        self._lane.write(self, work, self._seen, title="封入を照合しています")

    # ------------------------------------------------------------ the result
    def _seen(self, answer: tuple[EnclosingResult, Changes, Second | None]) -> None:
        self.result_shown, _, self._second = answer
        self._fitting += self.result_shown.fits
        self._reveal(self.result_shown.fits, self.result_shown.sentence)

    def show_error(self, error: UserError) -> None:
        """What a service refuses is a stop like any other."""
        self.result_shown = None
        self._reveal(False, f"{error.happened}{error.todo}")

    def _reveal(self, fits: bool, sentence: str) -> None:
        self._conceal()
        self._said[fits].setText(sentence)
        self._boxes[fits].show()
        self.setAccessibleDescription(f"{self._word[fits].text()}。{sentence}")
        if not fits:
            QApplication.beep()
        self._tell()
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _conceal(self) -> None:
        for plate in self._boxes.values():
            plate.hide()

    def _tell(self) -> None:
        if self._now.envelope:
            self._reading.setText(f"封筒 {self._now.envelope}　紙 {len(self._now.pages)}枚")
        else:
            self._reading.setText("次の封筒を読んでください。")
        self._left.setText(f"今回 {self._fitting:,}通が一致　はじめの残り {len(self.page.waiting):,}通")


# What runs on the lane.
def _look(
    desk: Desk, read: Enclosing, prove: Prove | None, second: Second | None, _: Progress
) -> tuple[EnclosingResult, Changes, Second | None]:
    checker = second if second is not None or prove is None else prove()
    result = enclosing.look(desk, read.envelope, read.texts, checker)
    return result, result.changes, checker
