"""Receipt of what came back: its code, or the number on an application, and the days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kyufu_desktop.domain.calendar import parse_day, wareki
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.views.parts import Button, Field, Form, Panel, col, row, text_field
from kyufu_desktop.views.stations.enter_chain import go_to


class ReceiptPanel(Panel):
    """``take`` is called where Enter is pressed in the code, or the button."""

    def __init__(self, today: date, take: Callable[[], None]) -> None:
        self._code = text_field("R6…-01", 200)
        self._code.returnPressed.connect(take)
        self._received = text_field("", 158, wareki(today))
        self._postmark = text_field("なければ空", 158)
        hint = "バーコードか番号（申請書は給付管理番号）"
        fields = {
            "code": Field("確認書のコード", self._code, required=True, hint=hint, name="review.code"),
            "received_on": Field("収受した日", self._received, required=True, name="review.received_on"),
            "postmark_on": Field("消印の日", self._postmark, name="review.postmark_on"),
        }
        button = Button("収受する", "Enter", name="review.receive")
        button.clicked.connect(take)
        days = row(fields["received_on"], fields["postmark_on"], None)
        self._form = Form(fields, layout=col(fields["code"], days, row(None, button)))
        super().__init__("届いた確認書を収受する", self._form)

    @property
    def code(self) -> str:
        return self._code.text()

    def put_code(self, code: str) -> None:
        self._code.setText(code)

    def days(self) -> tuple[date, date | None] | None:
        """(received, postmark) as typed; None where one of them cannot be read, which then stands beside its field."""
        self._form.clear()
        received = self._day("received_on", self._received.text())
        postmark = self._day("postmark_on", self._postmark.text()) if self._postmark.text().strip() else None
        if received is None or (postmark is None and self._postmark.text().strip()):
            return None
        return received, postmark

    def _day(self, name: str, text: str) -> date | None:
        try:
            return parse_day(text)
        except InputProblem as problem:
            self._form.show_problem(InputProblem(problem.code, name, problem.happened, todo=problem.todo))
            return None

    def taken(self) -> None:
        """What was typed is kept: the next paper. The day of receipt stays, the postmark is that of one envelope."""
        self._code.clear()
        self._postmark.clear()

    def begin(self) -> None:
        go_to(self._code)

    def show_problem(self, problem: InputProblem) -> bool:
        return self._form.show_problem(problem)
