"""窓口: one question, one sentence. The screen cannot be read over a shoulder: it never shows a person."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QShowEvent

from kyufu_desktop.domain.changes import Kind
from kyufu_desktop.services import cases
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, EmptyList, Field, Panel, col, label, row, text_field
from kyufu_desktop.views.station import Station


class CounterStation(Station):
    """The answer is the same for nobody, for a restricted person and for everybody else; what was typed does not stay on the screen."""

    key, title, icon = "counter", "窓口", "inquiry"
    kinds = Kind.NONE

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None]) -> None:
        super().__init__(desk, lane, go)
        self._text = text_field("", 420)
        self._text.returnPressed.connect(self._ask)
        self._field = Field(
            "番号・カナ・氏名", self._text, required=True, hint="聞いたことは、名前を残さずに記録します。", name="counter.text"
        )
        ask = Button("問い合わせる", "Enter", "primary", icon="search", name="counter.ask")
        ask.clicked.connect(self._ask)
        self._answer = label("", "strong", wrap=True)
        self._answer.setObjectName("counter.answer")
        self._empty = EmptyList("まだ問い合わせていません。", "問い合わせると、窓口でお伝えする言葉が出ます。", icon_name="inquiry")
        self._answer.hide()
        self._reply = Panel("窓口でお伝えすること", self._empty, self._answer)
        self._reply.setMinimumHeight(160)
        self.set_body(col(Panel("問い合わせ", self._field, row(None, ask)), self._reply, None, gap=12))
        self.setFocusProxy(self._text)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._text.setFocus()

    def _ask(self) -> None:
        self.hide_error()
        self._field.clear_problem()
        text = self._text.text().strip()
        if not text:
            self._field.show_problem("入れてください。")
            return
        self._text.clear()
        self.lane.read(self, partial(cases.ask_at_counter, self.desk, text), self._show)

    def _show(self, sentence: str) -> None:
        self._empty.hide()
        self._answer.setText(sentence)
        self._answer.show()
        self._text.setFocus()
