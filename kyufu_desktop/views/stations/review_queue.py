"""The forms that wait, each with whose turn it is, and the two rounds of a second person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kyufu_desktop.domain.review import Waits
from kyufu_desktop.services.review import FormRow, ReviewPage
from kyufu_desktop.views.parts import Button, Cell, Column, EmptyList, Panel, Row, Table, box, col

#: The chip of a form: what it waits for.
CHIPS: dict[Waits, str] = {
    Waits.OFFICER: "期限超過",
    Waits.OVERDUE: "期限超過",
    Waits.ANSWER: "不備",
    Waits.REVIEWER: "作業中",
    Waits.SECOND: "2人目待ち",
    Waits.NOBODY: "準備よし",
}
#: What the person at the desk can go on with.
_MINE = frozenset({Waits.REVIEWER, Waits.NOBODY})


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many things the buttons of a round are about; 0 leaves a button without effect."""

    accounts: int
    forms: int
    ready: int


class QueuePanel(Panel):
    """``choose`` is called with the id of a form."""

    def __init__(
        self,
        choose: Callable[[object], None],
        verify: Callable[[], None],
        look: Callable[[], None],
        complete: Callable[[], None],
    ) -> None:
        self._rows: tuple[FormRow, ...] = ()
        self.table = Table(
            [Column("氏名・番号"), Column("収受", 92), Column("状態", 128)],
            row_height=48,
            name="審査を待つ確認書",
            empty=EmptyList("審査を待つ確認書はありません。", "届いた確認書のコードを読むと並びます。", icon_name="inbox"),
        )
        self.table.chosen.connect(choose)
        self.table.setMinimumHeight(170)
        self.verify = Button("口座を確かめる…", "Alt+V", name="review.verify_accounts")
        self.look = Button("確認書を見る…", "Alt+W", name="review.second_look")
        self.complete = Button("そろったものを完了する…", "Alt+A", name="review.complete_all")
        for button, act in ((self.verify, verify), (self.look, look), (self.complete, complete)):
            button.clicked.connect(act)
        round_of = box(col(self.verify, self.look, self.complete, gap=6, margins=(12, 8, 12, 10)))
        super().__init__("審査を待つもの", (self.table, 1), round_of, flush=True)

    def show_page(self, page: ReviewPage, accounts: int) -> Numbers:
        self._rows = page.waiting
        self.table.set_rows([_row(form) for form in page.waiting])
        self.set_count(f"{len(page.waiting):,}件　完了 {page.completed:,}件　未返送 {page.not_returned:,}通")
        numbers = Numbers(accounts, len(self.second_looks()), len(self.ready()))
        _say(self.verify, numbers.accounts, "2人目：口座 {}件を確かめる…", "2人目：口座を確かめる…")
        _say(self.look, numbers.forms, "2人目：確認書 {}件を見る…", "2人目：確認書を見る…")
        _say(self.complete, numbers.ready, "そろった {}件を完了する…", "そろったものを完了する…")
        return numbers

    def ready(self) -> tuple[int, ...]:
        return tuple(form.form_id for form in self._rows if form.waits is Waits.NOBODY)

    def second_looks(self) -> tuple[FormRow, ...]:
        return tuple(form for form in self._rows if form.reviewed_by is not None)

    def after(self, form_id: int) -> int | None:
        """The next form of the list, from ``form_id`` round to its beginning, that the person can go on with."""
        ids = [form.form_id for form in self._rows]
        start = ids.index(form_id) + 1 if form_id in ids else 0
        order = (*self._rows[start:], *self._rows[:start])
        return next((form.form_id for form in order if form.form_id != form_id and form.waits in _MINE), None)

    @property
    def is_empty(self) -> bool:
        return not self._rows


def _say(button: Button, number: int, words: str, none: str) -> None:
    button.set_words(words.format(f"{number:,}") if number else none)
    if number:
        button.allow()
    else:
        button.forbid("")
        button.setAccessibleDescription("いまは、ありません。")


def _row(form: FormRow) -> Row:
    received = f"{form.received_on.month}/{form.received_on.day}"
    asked = f"補正 {form.answer_by.month}/{form.answer_by.day}" if form.answer_by is not None else ""
    cells: Sequence[Cell] = (
        Cell(form.name, sub=form.code, sub_mono=True, name=True),
        Cell(received, sub=asked, mono=True),
        Cell(chip=CHIPS[form.waits]),
    )
    return Row(form.form_id, tuple(cells))
