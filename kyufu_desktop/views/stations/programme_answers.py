"""The values that are still open: a list, the value and what it rests on, one after the other."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from kyufu_desktop.domain.programme import Question
from kyufu_desktop.domain.programme_leaves import LEAVES, read_answer, words_of
from kyufu_desktop.domain.programme_words import question_words, value_words
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.views.parts import Button, Cell, EmptyList, Field, Panel, col, label, row, text_field
from kyufu_desktop.views.stations.tall_table import Tall, TallTable

WIDTH = 372
#: What an answered line, and an open one, shows.
ANSWERED, OPEN = ("入力済", "check", "run"), ("要確認", "todo", "hold")


class OpenValues(Panel):
    """What was typed stays here until the second officer confirms it; nothing is kept before."""

    typed = Signal()
    """Another value was put in, or taken back."""

    def __init__(self) -> None:
        self._questions: dict[str, Question] = {}
        self._answers: dict[str, tuple[str, str]] = {}
        self._empty = EmptyList("確かめる値はありません。", "すべて2人で確定してあります。")
        self._table = TallTable(("項目", "状態"), (0, 104), empty=self._empty, name="確かめる値")
        self._table.setObjectName("programme.open")
        self._table.setMinimumHeight(150)
        self._table.chosen.connect(self._choose)
        self._what = label("", "strong", wrap=True)
        self._source = label("", "muted", wrap=True)
        self._choice = QComboBox()
        self._choice.setObjectName("programme.choice")
        self._choice.setFixedHeight(36)
        self._choice.setAccessibleName("値")
        self._text = text_field("")
        self._value = Field("値", self._text, name="programme.value")
        self._rest = text_field("")
        self._basis = Field("根拠", self._rest, required=True, hint="要綱の条番号、通知の日付など。", name="programme.basis")
        self._rest.returnPressed.connect(self._put)
        self._next = Button("入れて次へ", "Enter", name="programme.put")
        self._next.clicked.connect(self._put)
        self._back = Button("取り消す", kind="quiet", name="programme.take_back")
        self._back.clicked.connect(self._take_back)
        self._choice_field = Field("値", self._choice, name="programme.choice")
        self._form = QWidget()
        self._form.setLayout(
            col(self._what, self._source, self._value, self._choice_field, self._basis, row(self._back, None, self._next), gap=8)
        )
        super().__init__("確かめる値", (self._table, 1), self._form)
        self.setFixedWidth(WIDTH)

    @property
    def answers(self) -> dict[str, tuple[str | None, str]]:
        """key -> (what was typed or chosen, what it rests on), as the service takes it."""
        return dict(self._answers)

    def lines(self) -> list[tuple[str, str, str]]:
        """(what, value in words, what it rests on) of everything that was put in."""
        found = []
        for key, (text, source) in self._answers.items():
            question = self._questions[key]
            found.append((question.label, value_words(key, read_answer(key, question.value, text)), source))
        return found

    def show_questions(self, questions: tuple[Question, ...]) -> None:
        """The open values; what was typed of those that are still open stays."""
        self._questions = {question.key: question for question in questions}
        self._answers = {key: answer for key, answer in self._answers.items() if key in self._questions}
        self.set_count(f"{len(questions)}件")
        self._fill()
        self._form.setVisible(bool(questions))
        if questions and self._table.key() is None:
            self._table.select(questions[0].key)
        self._choose(self._table.key())
        self.typed.emit()

    def choose(self, key: str) -> None:
        """Goes to a value, where it is an open one."""
        if key in self._questions:
            self._table.select(key)

    def show_problem(self, problem: InputProblem) -> bool:
        """A value that the service refused; False where it is none of these."""
        if problem.field not in self._questions:
            return False
        self._table.select(problem.field)
        field = self._basis if problem.code == "K-1645" else self._choice_field if self._choice_field.isVisible() else self._value
        field.show_problem(f"{problem.happened}{problem.todo}")
        return True

    def _fill(self) -> None:
        self._table.set_tall(
            [
                (key, (Tall(question.label), Cell(chip=ANSWERED if key in self._answers else OPEN)))
                for key, question in self._questions.items()
            ]
        )

    def _choose(self, key: object) -> None:
        question = self._questions.get(str(key))
        if question is None:
            return
        for field in (self._value, self._choice_field, self._basis):
            field.clear_problem()
        typed, source = self._answers.get(question.key, (None, ""))
        words = words_of(question.key, question.value)
        self._what.setText(question.label)
        self._source.setText(f"定義の案 {question_words(question)}　{question.source}")
        self._value.setVisible(words is None)
        self._choice_field.setVisible(words is not None)
        if words is not None:
            self._choice.clear()
            self._choice.addItems(list(words))
            self._choice.setCurrentText(typed if typed is not None else question_words(question))
        else:
            self._text.setText(typed if typed is not None else question_words(question).removesuffix("日前"))
            self._text.setAccessibleDescription(LEAVES[question.key][2] if question.key in LEAVES else "円の整数")
        self._rest.setText(source)
        self._back.setVisible(question.key in self._answers)

    def _put(self) -> None:
        question = self._questions.get(str(self._table.key()))
        if question is None:
            return
        chosen = words_of(question.key, question.value) is not None
        text, source = self._choice.currentText() if chosen else self._text.text().strip(), self._rest.text().strip()
        for field in (self._value, self._choice_field, self._basis):
            field.clear_problem()
        try:
            read_answer(question.key, question.value, text)
        except InputProblem as problem:
            (self._choice_field if chosen else self._value).show_problem(problem.todo)
            self._text.setFocus()
            return
        if not source:
            self._basis.show_problem("根拠を入れてください。")
            self._rest.setFocus()
            return
        self._answers[question.key] = (text, source)
        self._fill()
        self._go_on(question.key)
        self.typed.emit()

    def _go_on(self, key: str) -> None:
        keys = list(self._questions)
        after = keys[keys.index(key) + 1 :] + keys[: keys.index(key)]
        following = next((other for other in after if other not in self._answers), None)
        self._table.select(following or key)
        self._choose(self._table.key())
        field: QLineEdit | QComboBox = self._choice if self._choice_field.isVisibleTo(self._form) else self._text
        field.setFocus()

    def _take_back(self) -> None:
        key = str(self._table.key())
        self._answers.pop(key, None)
        self._fill()
        self._choose(key)
        self.typed.emit()
