"""An error in the page: what happened, what is left, what to do; the code to the right."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from kyufu_desktop.errors import FileProblem, UserError
from kyufu_desktop.views.parts.button import Button
from kyufu_desktop.views.parts.text import Item, col, hline, icon, label, plate, row

_QUESTIONS = (("alarm", "fail", "何が起きたか"), ("shield", "ok", "何が残っているか"), ("arrow", "accent", "どうすればよいか"))


class ErrorPanel(QFrame):
    """``action`` is the one next step, if the page can offer it."""

    def __init__(
        self, error: UserError, action: Button | None = None, title: str = "続けられませんでした", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.error = error
        self.action = action
        plate(self, "panel")
        code = label(error.code, color="text3", mono=True)
        head = row(icon("fail", "fail", 22), label(title, "section"), None, code, gap=10)
        answers = (error.happened, error.kept, error.todo)
        parts: list[Item] = [head, hline()]
        for (drawing, tone, question), answer in zip(_QUESTIONS, answers, strict=True):
            parts.append(
                row(col(icon(drawing, tone), None), (col(label(question, "strong"), label(answer, "sub", wrap=True), gap=2), 1), gap=10)
            )
        if isinstance(error, FileProblem) and error.findings:
            parts.append(self._findings(error))
        if action is not None:
            parts.append(row(None, action))
        self.setLayout(col(*parts, gap=8, margins=(16, 12, 16, 12)))
        self.setAccessibleName(f"{error.code} {error.happened}")
        self.setAccessibleDescription(f"{error.kept} {error.todo}")

    def _findings(self, error: FileProblem) -> QWidget:
        """Every faulty cell as selectable lines: the person reads them out to the host's staff."""
        lines = QPlainTextEdit()
        lines.setReadOnly(True)
        lines.setTabChangesFocus(True)
        lines.setAccessibleName("見つかったところ")
        lines.setPlainText("\n".join(f"「{each.sheet}」{each.row}行目　{each.column}　{each.why}" for each in error.findings))
        lines.setFixedHeight(24 * min(len(error.findings), 6) + 20)
        return lines
