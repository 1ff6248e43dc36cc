"""収受・審査: a form is received by its code, looked at item by item, its account confirmed by a second person, completed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from kyufu_desktop.domain.calendar import parse_day, wareki, wareki_short
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.review import DEFICIENCIES, ITEM_LABELS, FormState, Item, ItemState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import accounts, review
from kyufu_desktop.services.accounts import AccountEntry, AccountRow
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.review import REASON_LENGTH, FormPage, FormRow, ReviewPage
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import AskTextDialog, ConfirmDialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import (
    Button,
    Cell,
    Chip,
    Column,
    EmptyList,
    Field,
    Form,
    Panel,
    Row,
    Segments,
    Table,
    col,
    label,
    row,
    text_field,
)
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.account_form import AccountForm

STATE_WORDS = {ItemState.FITS: "適合", ItemState.DEFICIENT: "不備", ItemState.NOT_APPLICABLE: "該当なし"}
_SECOND = "口座を2人目が確かめていません。"


class ReviewStation(Station):
    """Left: receipt by code, forms that wait. Right: the form under review and its account. What is missing stands under the title."""

    key, title, icon = "review", "収受・審査", "inbox"
    kinds = Kind.FORMS | Kind.ACCOUNTS | Kind.LETTERS | Kind.PAYMENTS

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None]) -> None:
        super().__init__(desk, lane, go)
        self._form: FormPage | None = None
        self._wanted: int | None = None
        self._waiting: tuple[FormRow, ...] = ()
        self._verify_all = Button("口座を2人目が確かめる…", "Alt+V", name="review.verify_accounts")
        self._verify_all.clicked.connect(self._ask_verify)
        self._complete_all = Button("そろったものを完了する…", "Alt+A", name="review.complete_all")
        self._complete_all.clicked.connect(self._ask_complete_all)
        self._complete = Button("審査を完了する", "Ctrl+Enter", "primary", name="review.complete")
        self._complete.clicked.connect(self._ask_complete)
        self._complete.forbid("")
        for button in (self._verify_all, self._complete_all, self._complete):
            self.title_row.addWidget(button)
        self._side = self._form_side()
        self._account = AccountForm(self.desk, self.lane)
        self._account.looked_at.connect(self._check_account)
        self._account.entered.connect(self._enter_account)
        self._side.setEnabled(False)
        self._account.setEnabled(False)
        left, right = col(self._receipt_panel(), (self._list_panel(), 1), gap=12), col(self._side, self._account, None, gap=12)
        self.set_body(col(row(None, self._complete.beside), row((left, 2), (right, 3), gap=12), gap=8))

    # ------------------------------------------------------------ building
    def _receipt_panel(self) -> Panel:
        self._code = text_field("R6…-01", 200)
        self._code.returnPressed.connect(self._receive)
        self._received = text_field("", 158, wareki(self.desk.today()))
        self._postmark = text_field("なければ空", 158)
        fields = {
            "code": Field("確認書のコード", self._code, required=True, hint="バーコードを読むか、番号を入れて Enter", name="review.code"),
            "received_on": Field("収受した日", self._received, required=True, name="review.received_on"),
            "postmark_on": Field("消印の日", self._postmark, name="review.postmark_on"),
        }
        take = Button("収受する", "Enter", name="review.receive")
        take.clicked.connect(self._receive)
        self._receipt = Form(fields, layout=col(fields["code"], row(fields["received_on"], fields["postmark_on"], None), row(None, take)))
        return Panel("届いた確認書を収受する", self._receipt)

    def _list_panel(self) -> Panel:
        self._list = Table(
            [Column("氏名・番号"), Column("収受", 68), Column("状態", 128)],
            row_height=48,
            name="審査を待つ確認書",
            empty=EmptyList("審査を待つ確認書はありません。", "届いた確認書のコードを読むと並びます。", icon_name="inbox"),
        )
        self._list.chosen.connect(self._choose)
        self._list.setMinimumHeight(170)
        self._list_box = Panel("審査を待つもの", (self._list, 1), flush=True)
        return self._list_box

    def _form_side(self) -> Panel:
        self._who, self._number = NameLabel(), label("", mono=True, color="text2")
        self._facts = label("一覧から確認書を選ぶか、コードを読んでください。", "sub", wrap=True)
        self._late = Chip("期限超過")
        self._late.hide()
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
        fits = Button("すべて適合にする", "Alt+F", "quiet", name="review.all_fit")
        fits.clicked.connect(self._all_fit)
        keep = Button("見たことを書く", "Ctrl+S", name="review.check")
        keep.clicked.connect(self._keep)
        self._deficient = text_field("D06 D08 のように", 200)
        self._deficient_field = Field("不備の番号", self._deficient, name="review.deficiencies")
        self._deficient_words = label("", "sub", wrap=True)
        self._deficient_words.hide()
        self._deficient.textChanged.connect(self._show_deficiencies)
        return Panel(
            "審査",
            row(self._who, self._number, None, self._late),
            self._facts,
            col(*lines, gap=2),
            row(self._deficient_field, None, col(None, keep)),
            self._deficient_words,
            right=[fits],
            gap=4,
        )

    # ------------------------------------------------------------ reading
    def refresh(self) -> None:
        wanted = self._wanted if self._wanted is not None else self._form.form_id if self._form is not None else None
        self.lane.read(self, partial(_read, self.desk, wanted), self._show)

    @property
    def form(self) -> FormPage | None:
        """The form that is being looked at."""
        return self._form

    def _show(self, read: tuple[ReviewPage, int, FormPage | None]) -> None:
        page, unverified, form = read
        self._waiting = page.waiting
        self._list.set_rows([_form_row(form) for form in page.waiting])
        self._list_box.set_count(f"{len(page.waiting):,}件　完了 {page.completed:,}件　未返送 {page.not_returned:,}通")
        ready = sum(not form.missing and not form.late for form in page.waiting)
        self._verify_all.set_words(f"口座 {unverified:,}件を確かめる…" if unverified else "口座を確かめる…")
        self._complete_all.set_words(f"そろった {ready:,}件を完了する…" if ready else "そろったものを完了する…")
        for button, number in ((self._verify_all, unverified), (self._complete_all, ready)):
            if number:
                button.allow()
            else:
                button.forbid("")
                button.setAccessibleDescription("いまは、ありません。")
        if form is not None and form.form_id == self._wanted:
            self._wanted = None
            self._show_form(form)
        elif form is not None and self._form is not None and form.form_id == self._form.form_id:
            self._show_form(form)
        elif self._form is None:
            self._complete.forbid("一覧から確認書を選ぶと、審査できます。" if page.waiting else "審査を待つ確認書はありません。")

    def _choose(self, key: object) -> None:
        if isinstance(key, int) and (self._form is None or self._form.form_id != key):
            self._open(key)

    def _open(self, form_id: int) -> None:
        self.lane.read(self, partial(review.form, self.desk, form_id), self._show_form)

    def _show_form(self, form: FormPage) -> None:
        if form.state is FormState.COMPLETED:
            self._close_form()
            return
        fresh = self._form is None or self._form.form_id != form.form_id
        self._form = form
        self._list.select(form.form_id)
        self._side.setEnabled(True)
        self._account.setEnabled(True)
        self._who.setText(form.name)
        self._number.setText(form.code)
        postmark = f"　消印 {wareki_short(form.postmark_on)}" if form.postmark_on else ""
        self._facts.setText(
            f"{form.benefits}　{form.amount:,}円　収受 {wareki_short(form.received_on)}{postmark}　期限 {wareki_short(form.deadline)}"
        )
        self._late.setVisible(form.late)
        if fresh:
            for item, choice in self._items.items():
                choice.choose(form.items[item].value if item in form.items else "")
            self._deficient.setText(" ".join(form.deficiencies))
            self._account.open(form.case_id)
        self._account.show_account(form.account)
        if form.missing:
            more = f"ほか{len(form.missing) - 1}つ" if len(form.missing) > 1 else ""
            self._complete.forbid(form.missing[0] + more)
            self._complete.setAccessibleDescription(" ".join(form.missing))
        else:
            self._complete.allow()

    def _close_form(self) -> None:
        self._form = None
        for choice in self._items.values():
            choice.choose("")
        self._side.setEnabled(False)
        self._account.setEnabled(False)
        self._account.clear()
        self._account.show_account(None)
        self._who.setText("")
        self._number.clear()
        self._late.hide()
        self._facts.setText("一覧から確認書を選ぶか、コードを読んでください。")
        self._complete.forbid("")

    def show_problem(self, problem: InputProblem) -> bool:
        """Beside the field it names, if the page has it."""
        if problem.field == "deficiencies":
            self._deficient_field.show_problem(f"{problem.happened}{problem.todo}")
            return True
        return self._receipt.show_problem(problem) or self._account.show_problem(problem)

    # ------------------------------------------------------------ acts
    def scan(self, code: str) -> None:
        """A code read in the scan field of the frame."""
        self._code.setText(code)
        self._receive()

    def _receive(self) -> None:
        self.hide_error()
        self._receipt.clear()
        days: list[date | None] = []
        for name, field in (("received_on", self._received), ("postmark_on", self._postmark)):
            if name == "postmark_on" and not field.text().strip():
                days.append(None)
                continue
            try:
                days.append(parse_day(field.text()))
            except InputProblem as problem:
                self._receipt.show_problem(InputProblem(problem.code, name, problem.happened, todo=problem.todo))
                return
        received, postmark = days
        assert received is not None
        self.lane.write(
            self, partial(_receive, self.desk, self._code.text(), received, postmark), self._received_now, title="収受しています"
        )

    def _received_now(self, result: tuple[Changes, int]) -> None:
        self._code.clear()
        self._postmark.clear()
        self._code.setFocus()
        # The list is read again now, and this form with it.
        self._wanted = result[1]

    def _all_fit(self) -> None:
        for item, choice in self._items.items():
            choice.choose(ItemState.NOT_APPLICABLE.value if item is Item.PROXY else ItemState.FITS.value)

    def _show_deficiencies(self) -> None:
        known = {deficiency.code: deficiency for deficiency in DEFICIENCIES}
        chosen = [known[code] for code in self._deficient.text().upper().split() if code in known]
        self._deficient_words.setText(
            "\n".join(f"{deficiency.code} {ITEM_LABELS[deficiency.item]}　{deficiency.words}" for deficiency in chosen)
        )
        self._deficient_words.setVisible(bool(chosen))
        for deficiency in chosen:
            self._items[deficiency.item].choose(ItemState.DEFICIENT.value)

    def _keep(self) -> None:
        form = self._form
        if form is None:
            return
        self.hide_error()
        self._deficient_field.clear_problem()
        codes = tuple(self._deficient.text().upper().split())
        unknown = [code for code in codes if code not in {deficiency.code for deficiency in DEFICIENCIES}]
        if unknown:
            self._deficient_field.show_problem(f"{'、'.join(unknown)} はありません。D01 から D12 までです。")
            return
        items = {item: ItemState(str(choice.key())) for item, choice in self._items.items() if choice.key()}
        self.lane.write(self, partial(_check, self.desk, form.form_id, items, codes), title="見たことを書いています")

    # ------------------------------------------------------------ the account
    def _entry(self) -> AccountEntry:
        seen = self._items[Item.PASSBOOK].key() == ItemState.FITS.value
        return self._account.entry(self._form.received_on if self._form else None, seen)

    def _check_account(self) -> None:
        if self._form is not None:
            self.lane.read(self._account, partial(accounts.check, self.desk, self._form.case_id, self._entry()), self._account.show_check)

    def _enter_account(self) -> None:
        if self._form is not None:
            self.hide_error()
            self.lane.write(self, partial(_enter, self.desk, self._form.case_id, self._entry()), title="口座を入れています")

    def _ask_verify(self) -> None:
        self.hide_error()
        self.lane.read(self, partial(accounts.waiting, self.desk), self._verify)

    def _verify(self, waiting: tuple[AccountRow, ...]) -> None:
        """All accounts of one maker at once: the second person must be somebody else than who entered them."""
        if not waiting:
            self.show_error(
                InputProblem(
                    "K-1920",
                    "accounts",
                    "2人目を待つ口座はありません。",
                    kept="何も変えていません。",
                    todo="口座を入れると、ここで確かめられます。",
                )
            )
            return
        maker = waiting[0].entered_by_id
        of_maker = [account for account in waiting if account.entered_by_id == maker]
        sentences = [
            f"{waiting[0].entered_by} が入れた {len(of_maker):,}件の口座を、通帳の写しと見比べたことを確かめます。",
            "写しと違うものは、先に直してください。",
        ]
        prove = ask_second(self.desk, Act.ACCOUNT_VERIFIED, maker, "口座を2人目が確かめます", sentences, "確かめた")
        if prove is not None:
            ids = tuple(account.account_id for account in of_maker)
            self.lane.write(self, partial(_verify, self.desk, ids, prove), title="口座を確かめています")

    # ------------------------------------------------------------ the end of a review
    def _ask_complete(self) -> None:
        form = self._form
        if form is None:
            return
        self.hide_error()
        reason = ""
        if form.late:
            sentence = "期限を過ぎた確認書です。受け付ける理由を残します。"
            dialog = AskTextDialog("期限を過ぎています", "受け付ける理由", "審査を完了する", sentence=sentence, least=REASON_LENGTH)
            if not present(dialog):
                return
            reason = dialog.text
        self.lane.write(
            self, partial(_complete, self.desk, (form.form_id,), self.desk.today(), reason), self._completed, title="審査を完了しています"
        )

    def _ask_complete_all(self) -> None:
        self.hide_error()
        ready = tuple(form.form_id for form in self._waiting if not form.missing and not form.late)
        if not ready:
            self.show_error(
                InputProblem(
                    "K-1921",
                    "forms",
                    "そろった確認書がありません。",
                    kept="何も変えていません。",
                    todo="「まだのこと」を先に済ませてください。",
                )
            )
            return
        if present(
            ConfirmDialog(
                "審査を完了します",
                [f"すべてそろった {len(ready):,}件の審査を完了します。", "完了すると、振り込めるものに入ります。"],
                f"{len(ready):,}件を完了する",
            )
        ):
            self.lane.write(
                self,
                partial(_complete, self.desk, ready, self.desk.today(), ""),
                self._completed,
                title="審査を完了しています",
                total=len(ready),
            )

    def _completed(self, _: Changes) -> None:
        self._close_form()


def _form_row(form: FormRow) -> Row:
    received = f"{form.received_on.month}/{form.received_on.day}"
    return Row(form.form_id, (Cell(form.name, sub=form.code, sub_mono=True, name=True), Cell(received, mono=True), Cell(chip=_state(form))))


def _state(form: FormRow) -> str:
    """Whose turn it is: late and deficient before all, then what is missing."""
    if form.late:
        return "期限超過"
    if form.state is FormState.DEFICIENT:
        return "不備"
    if not form.missing:
        return "準備よし"
    return "2人目待ち" if form.missing == _SECOND else "作業中"


# What runs on the lane.
def _read(desk: Desk, form_id: int | None) -> tuple[ReviewPage, int, FormPage | None]:
    return review.page(desk), accounts.waiting_count(desk), None if form_id is None else review.form(desk, form_id)


def _receive(desk: Desk, code: str, received: date, postmark: date | None, _: Progress) -> tuple[Changes, int]:
    return review.receive(desk, code, received, postmark)


def _check(desk: Desk, form_id: int, items: dict[Item, ItemState], codes: tuple[str, ...], _: Progress) -> Changes:
    return review.check(desk, form_id, items, codes)


def _enter(desk: Desk, case_id: int, entry: AccountEntry, _: Progress) -> Changes:
    return accounts.enter(desk, case_id, entry)


def _verify(desk: Desk, ids: tuple[int, ...], prove: Prove, _: Progress) -> Changes:
    return accounts.verify(desk, ids, prove())


def _complete(desk: Desk, forms: tuple[int, ...], on: date, reason: str, progress: Progress) -> Changes:
    """Each completed review is an act of its own: what was completed before a stop stays."""
    for number, form_id in enumerate(forms):
        progress(number, len(forms))
        review.complete(desk, form_id, on, reason)
    return Changes(Kind.FORMS | Kind.CASES | Kind.PAYMENTS, f"{len(forms):,}件の審査を完了しました。")
