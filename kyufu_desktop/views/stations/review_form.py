"""The form under review: whose it is, what was looked at, what is deficient, what is still missing."""

from __future__ import annotations

from collections.abc import Callable

from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.domain.review import DEFICIENCIES, ITEM_LABELS, FormKind, Item, ItemState, Waits
from kyufu_desktop.services.review import FormPage
from kyufu_desktop.views.parts import Button, Chip, Field, Panel, Segments, col, label, row, text_field
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.stations.enter_chain import go_to

STATE_WORDS = {ItemState.FITS: "適合", ItemState.DEFICIENT: "不備", ItemState.NOT_APPLICABLE: "該当なし"}
_KNOWN = {deficiency.code: deficiency for deficiency in DEFICIENCIES}
_NOTHING = "一覧から確認書を選ぶか、コードを読んでください。"


class FormPanel(Panel):
    """``fits``: everything is in order, written at once. ``keep``: what was looked at. ``late``: an officer decides about a late form."""

    def __init__(self, fits: Callable[[], None], keep: Callable[[], None], late: Callable[[], None]) -> None:
        self._who, self._number = NameLabel(), label("", mono=True, color="text2")
        self._facts = label(_NOTHING, "sub", wrap=True)
        self._missing = label("", color="hold", wrap=True)
        self.late_chip = Chip("期限超過")
        self._items: dict[Item, Segments] = {}
        lines = []
        for item in Item:
            choice = Segments(
                [("", "まだ", None), *((state.value, STATE_WORDS[state], None) for state in ItemState)], name=ITEM_LABELS[item]
            )
            choice.setObjectName(f"review.item_{item.value.lower()}")
            self._items[item] = choice
            words = label(ITEM_LABELS[item])
            words.setFixedWidth(200)
            lines.append(row(words, choice, None))
        self.all_fit = Button("すべて合っています", "Alt+F", name="review.all_fit")
        self.all_fit.clicked.connect(fits)
        self._keep = Button("見たことを書く", "Ctrl+S", name="review.check")
        self._keep.clicked.connect(keep)
        self.decide_late = Button("期限後の扱いを決める…", "Alt+D", name="review.decide_late")
        self.decide_late.clicked.connect(late)
        self._deficient = text_field("D06 D08 のように", 200)
        self._deficient_field = Field("不備の番号", self._deficient, name="review.deficiencies")
        self._deficient_words = label("", "sub", wrap=True)
        self._deficient.textChanged.connect(self._show_deficiencies)
        super().__init__(
            "審査",
            row(self._who, self._number, None, self.late_chip),
            self._facts,
            self._missing,
            row(None, self.decide_late),
            col(*lines, gap=2),
            row(self._deficient_field, None, col(None, self._keep)),
            self._deficient_words,
            right=[self.all_fit],
            gap=4,
        )
        self.empty()

    def show_form(self, form: FormPage, fresh: bool, may_decide: bool) -> None:
        """``fresh``: another form than the one that was here. What the person chose in the same form is left as it is."""
        self.setEnabled(True)
        self._who.setText(form.name)
        self._number.setText(form.code)
        postmark = f"　消印 {wareki_short(form.postmark_on)}" if form.postmark_on else ""
        amount = f"　{form.amount:,}円" if form.amount else ""
        days = f"収受 {wareki_short(form.received_on)}{postmark}　期限 {wareki_short(form.deadline)}"
        asked = f"　補正の期限 {wareki_short(form.answer_by)}" if form.answer_by is not None else ""
        if form.waits is Waits.ANSWER and form.answer_by is None:
            asked = "　不備通知はまだ送っていません。「確認書・通知」で作ってください。"
        accepted = f"　期限後の受付：{form.late_reason}" if form.late_reason else ""
        self._facts.setText(f"{form.benefits}{amount}　{days}{asked}{accepted}")
        self.set_title("申請書の審査" if form.kind is FormKind.APPLICATION else "審査")
        undecided = form.late and not form.late_reason
        self.late_chip.setVisible(form.late)
        self.decide_late.setVisible(undecided)
        if may_decide:
            self.decide_late.allow()
        else:
            self.decide_late.forbid("取扱責任者が決めます。" if undecided else "")
        self._say_missing(form.missing)
        if fresh:
            for item, choice in self._items.items():
                choice.choose(form.items[item].value if item in form.items else "")
            self._deficient.setText(" ".join(form.deficiencies))

    def show_declaration(self, name: str, code: str) -> None:
        """Only an account comes with the declaration of a 支給のお知らせ: there is nothing to look at item by item."""
        self.empty()
        self._who.setText(name)
        self._number.setText(code)
        self._facts.setText("支給のお知らせの届出書です。下に、新しい口座を入れてください。")

    def empty(self) -> None:
        for choice in self._items.values():
            choice.choose("")
        self._deficient.clear()
        self._deficient_words.hide()
        self.setEnabled(False)
        self.set_title("審査")
        self._who.setText("")
        self._number.clear()
        self.late_chip.hide()
        self.decide_late.hide()
        self.decide_late.beside.hide()
        self._facts.setText(_NOTHING)
        self._say_missing(())

    def _say_missing(self, missing: tuple[str, ...]) -> None:
        more = f"ほか{len(missing) - 1}つ" if len(missing) > 1 else ""
        self._missing.setText(f"まだのこと　{missing[0]}{more}" if missing else "")
        self._missing.setAccessibleDescription(" ".join(missing))
        self._missing.setVisible(bool(missing))

    def begin(self) -> None:
        go_to(self.all_fit)

    def choose_all_fit(self) -> None:
        for item, choice in self._items.items():
            choice.choose(ItemState.NOT_APPLICABLE.value if item is Item.PROXY else ItemState.FITS.value)

    @property
    def items(self) -> dict[Item, ItemState]:
        """What was chosen; an item that was not looked at yet is absent."""
        return {item: ItemState(str(choice.key())) for item, choice in self._items.items() if choice.key()}

    def codes(self) -> tuple[str, ...] | None:
        """The numbers of deficiencies as typed; None where one does not exist, which then stands beside the field."""
        self._deficient_field.clear_problem()
        typed = tuple(self._deficient.text().upper().split())
        unknown = [code for code in typed if code not in _KNOWN]
        if unknown:
            self._deficient_field.show_problem(f"{'、'.join(unknown)} はありません。D01 から D12 までです。")
            return None
        return typed

    def clear_codes(self) -> None:
        self._deficient.clear()

    def show_problem(self, sentence: str) -> None:
        self._deficient_field.show_problem(sentence)

    def _show_deficiencies(self) -> None:
        chosen = [_KNOWN[code] for code in self._deficient.text().upper().split() if code in _KNOWN]
        self._deficient_words.setText(
            "\n".join(f"{deficiency.code} {ITEM_LABELS[deficiency.item]}　{deficiency.words}" for deficiency in chosen)
        )
        self._deficient_words.setVisible(bool(chosen))
        for deficiency in chosen:
            self._items[deficiency.item].choose(ItemState.DEFICIENT.value)
