"""収受・審査: a form is received by its code, looked at item by item, its account entered and confirmed by a second person, and completed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QLineEdit

from kyufu_desktop.domain.account import HolderMatch
from kyufu_desktop.domain.calendar import parse_day, wareki, wareki_short
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.review import DEFICIENCIES, ITEM_LABELS, FormState, Item, ItemState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import accounts, review
from kyufu_desktop.services.accounts import AccountCheck, AccountEntry
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.review import FormPage, FormRow, ReviewPage
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import AskTextDialog, ConfirmDialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, Chip, Column, EmptyList, Field, Form, Panel, Row, Segments, Table, box, col, label, row, text_field
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station

STATE_WORDS = {ItemState.FITS: "適合", ItemState.DEFICIENT: "不備", ItemState.NOT_APPLICABLE: "該当なし"}


class ReviewStation(Station):
    """Left: receipt by code, forms that wait. Right: the form under review, its account, what is missing."""

    key, title, icon = "review", "収受・審査", "inbox"
    kinds = Kind.FORMS | Kind.ACCOUNTS | Kind.LETTERS | Kind.PAYMENTS

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None]) -> None:
        super().__init__(desk, lane, go)
        self._form: FormPage | None = None
        self._waiting: tuple[FormRow, ...] = ()
        self._verify_all = Button("口座をまとめて確かめる…", "Alt+V", name="review.verify_accounts")
        self._verify_all.clicked.connect(self._ask_verify)
        self._complete_all = Button("そろったものを完了する…", "Alt+A", name="review.complete_all")
        self._complete_all.clicked.connect(self._ask_complete_all)
        self.add_action(self._verify_all)
        self.add_action(self._complete_all)
        left = box(col(self._receipt_panel(), self._list_panel(), gap=12))
        left.setFixedWidth(440)
        self.set_body(row(left, (self._form_side(), 1), gap=12))

    # ------------------------------------------------------------ building
    def _receipt_panel(self) -> Panel:
        self._code = text_field("R6…-01", 220)
        self._code.setObjectName("review.code")
        self._code.setAccessibleName("確認書のコード")
        self._code.returnPressed.connect(self._receive)
        self._received = text_field("", 170)
        self._received.setObjectName("review.received_on")
        self._received.setText(wareki(self.desk.today()))
        self._postmark = text_field("なければ空", 170)
        self._postmark.setObjectName("review.postmark_on")
        self._receipt = Form({
            "code": Field("確認書のコード", self._code, required=True, hint="バーコードを読むか、番号を入れて Enter"),
            "received_on": Field("収受した日", self._received, required=True),
            "postmark_on": Field("消印の日", self._postmark),
        })  # fmt: skip
        take = Button("収受する", "Enter", "plain", name="review.receive")
        take.clicked.connect(self._receive)
        return Panel("届いた確認書を収受する", self._receipt, row(None, take))

    def _list_panel(self) -> Panel:
        self._list = Table(
            [Column("氏名・番号"), Column("状態", 92), Column("まだのこと", 150)], row_height=48, name="審査を待つ確認書",
            empty=EmptyList("審査を待つ確認書はありません。", "届いた確認書のコードを読むと、ここに並びます。", icon="inbox"),
        )  # fmt: skip
        self._list.chosen.connect(self._choose)
        self._list.setMinimumHeight(320)
        self._list_box = Panel("審査を待つもの", self._list, flush=True)
        return self._list_box

    def _form_side(self) -> Panel:
        self._head = label("", "strong")
        self._facts = label("", "sub", wrap=True)
        self._late = Chip("期限超過")
        self._late.hide()
        self._items: dict[Item, Segments] = {}
        lines = []
        for item in Item:
            choice = Segments([("", "まだ", None), *((state.value, STATE_WORDS[state], None) for state in ItemState)])
            choice.setObjectName(f"review.item_{item.value.lower()}")
            choice.setAccessibleName(ITEM_LABELS[item])
            self._items[item] = choice
            words = label(ITEM_LABELS[item])
            words.setFixedWidth(190)
            lines.append(row(words, choice, None))
        fits = Button("すべて適合", "Alt+F", name="review.all_fit")
        fits.clicked.connect(self._all_fit)
        keep = Button("見たことを書く", "Ctrl+S", name="review.check")
        keep.clicked.connect(self._keep)
        self._deficient = text_field("D06 D08 のように", 220)
        self._deficient.setObjectName("review.deficiencies")
        self._deficient.setAccessibleName("不備の番号")
        self._deficient_field = Field("不備", self._deficient, hint="番号は F1 の一覧にあります。選んだ言葉が不備通知に入ります。")
        self._deficient_words = label("", "sub", wrap=True)
        self._deficient.textChanged.connect(self._show_deficiencies)
        self._missing = label("", color="hold", wrap=True)
        self._complete = Button("審査を完了する", "Ctrl+Enter", "primary", name="review.complete")
        self._complete.clicked.connect(self._ask_complete)
        self._side = Panel(
            "審査", row(self._head, None, self._late), self._facts, *lines, row(fits, keep, None), self._deficient_field, self._deficient_words, self._account_part(),
            self._missing, row(None, self._complete),
        )  # fmt: skip
        self._side.setEnabled(False)
        return self._side

    def _account_part(self) -> Form:
        def entry(name: str, width: int) -> QLineEdit:
            made = text_field("", width)
            made.setObjectName(f"account.{name}")
            made.editingFinished.connect(self._check_account)
            return made

        self._account = {
            "bank": entry("bank", 80), "branch": entry("branch", 70), "kind": entry("kind", 50), "number": entry("number", 110),
            "holder": entry("holder", 330), "yucho_symbol": entry("yucho_symbol", 90), "yucho_number": entry("yucho_number", 120), "reason": entry("reason", 330),
        }  # fmt: skip
        self._account["kind"].setText("1")
        words = {
            "bank": "銀行（4けた）", "branch": "支店（3けた）", "kind": "種目", "number": "口座番号", "holder": "口座名義カナ",
            "yucho_symbol": "ゆうちょ記号", "yucho_number": "ゆうちょ番号", "reason": "名義が違う理由",
        }  # fmt: skip
        fields = {name: Field(words[name], widget, required=name == "holder") for name, widget in self._account.items()}
        enter = Button("口座を入れる", "Alt+K", name="account.enter")
        enter.clicked.connect(self._enter_account)
        self._account_words = label("", "sub", wrap=True)
        self._account_state = label("", "strong")
        arranged = col(
            row(label("口座", "strong"), self._account_state, None),
            row(fields["bank"], fields["branch"], fields["kind"], fields["number"], None),
            row(fields["yucho_symbol"], fields["yucho_number"], label("ゆうちょ銀行は、こちらだけで足ります。", "muted"), None),
            row(fields["holder"], None),
            row(fields["reason"], None),
            self._account_words,
            row(None, enter),
        )
        named = {**fields, "holder_kana": fields["holder"], "account": fields["number"], "holder_differs_reason": fields["reason"]}
        self._account_form = Form(named, layout=arranged)
        return self._account_form

    # ------------------------------------------------------------ reading
    def refresh(self) -> None:
        self.lane.read(self, partial(review.page, self.desk), self._show)

    def _show(self, page: ReviewPage) -> None:
        self._waiting = page.waiting
        self._list.set_rows([_form_row(form) for form in page.waiting])
        self._list_box.set_count(f"{len(page.waiting):,}件　完了 {page.completed:,}件　未返送 {page.not_returned:,}通")
        if self._form is not None:
            self._open(self._form.form_id)

    def _choose(self, key: object) -> None:
        if isinstance(key, int) and (self._form is None or self._form.form_id != key):
            self._open(key)

    def _open(self, form_id: int) -> None:
        self.lane.read(self, partial(review.form, self.desk, form_id), self._show_form)

    def _show_form(self, form: FormPage) -> None:
        fresh = self._form is None or self._form.form_id != form.form_id
        self._form = form
        self._side.setEnabled(True)
        self._head.setText(f"{form.name}　{form.code}")
        postmark = f"　消印 {wareki_short(form.postmark_on)}" if form.postmark_on else ""
        self._facts.setText(f"{form.benefits}　{form.amount:,}円　　収受 {wareki_short(form.received_on)}{postmark}　期限 {wareki_short(form.deadline)}")
        self._late.setVisible(form.late)
        if fresh:
            for item, choice in self._items.items():
                choice.choose(form.items[item].value if item in form.items else "")
            self._deficient.setText(" ".join(form.deficiencies))
            for name, widget in self._account.items():
                widget.setText("1" if name == "kind" else "")
            self._account_words.clear()
            self._account_form.clear()
        account = form.account
        if account is None:
            self._account_state.setText("まだ入っていません")
        else:
            checked = f"{account.verified_by} が確かめました" if account.verified_by else "2人目待ち"
            self._account_state.setText(f"{account.bank_name} {account.branch_name} {account.kind_word} 下3けた {account.number_tail}　{account.holder}　{checked}")
        self._missing.setText("\n".join(form.missing))
        if form.missing:
            self._complete.forbid("まだのことがあります。")
        else:
            self._complete.allow()

    def show_problem(self, problem: InputProblem) -> bool:
        """Beside the field it names, if the page has it."""
        return self._receipt.show_problem(problem) or self._account_form.show_problem(problem)

    # ------------------------------------------------------------ acts
    def scan(self, code: str) -> None:
        """A code read in the scan field of the frame."""
        self._code.setText(code)
        self._receive()

    def _receive(self) -> None:
        self.hide_error()
        self._receipt.clear()
        try:
            received = parse_day(self._received.text())
            postmark = parse_day(self._postmark.text()) if self._postmark.text().strip() else None
        except InputProblem as problem:
            self._receipt.show_problem(InputProblem(problem.code, "received_on", problem.happened, todo=problem.todo))
            return
        self.lane.write(self, partial(_receive, self.desk, self._code.text(), received, postmark), self._received_now, title="収受しています")

    def _received_now(self, result: tuple[Changes, int]) -> None:
        self._code.clear()
        self._code.setFocus()
        self._open(result[1])

    def _all_fit(self) -> None:
        for item, choice in self._items.items():
            choice.choose(ItemState.NOT_APPLICABLE.value if item is Item.PROXY else ItemState.FITS.value)

    def _show_deficiencies(self) -> None:
        known = {deficiency.code: deficiency for deficiency in DEFICIENCIES}
        self._deficient_words.setText("\n".join(f"{code} {known[code].words}" for code in self._deficient.text().upper().split() if code in known))

    def _keep(self) -> None:
        form = self._form
        if form is None:
            return
        codes = tuple(self._deficient.text().upper().split())
        unknown = [code for code in codes if code not in {deficiency.code for deficiency in DEFICIENCIES}]
        self._deficient_field.clear_problem()
        if unknown:
            self._deficient_field.show_problem(f"{'、'.join(unknown)} は一覧にありません。")
            return
        items = {item: ItemState(str(choice.key())) for item, choice in self._items.items() if choice.key()}
        self.lane.write(self, partial(_check, self.desk, form.form_id, items, codes), title="見たことを書いています")

    def _entry(self) -> AccountEntry:
        text = {name: widget.text().strip() for name, widget in self._account.items()}
        origin = self._form.received_on if self._form else None
        return AccountEntry(
            bank=text["bank"], branch=text["branch"], kind=text["kind"], number=text["number"], holder=text["holder"], yucho_symbol=text["yucho_symbol"],
            yucho_number=text["yucho_number"], origin_on=origin, passbook_seen=self._items[Item.PASSBOOK].key() == ItemState.FITS.value, holder_differs_reason=text["reason"],
        )  # fmt: skip

    def _check_account(self) -> None:
        entry = self._entry()
        if self._form is not None and entry.holder and (entry.number or entry.yucho_number):
            self._account_form.clear()
            self.lane.read(self, partial(accounts.check, self.desk, self._form.case_id, entry), self._show_check)

    def _show_check(self, check: AccountCheck) -> None:
        match = {HolderMatch.SAME: "名義は本人と同じです。", HolderMatch.SWAPPED: "姓と名が入れ替わっています。", HolderMatch.DIFFERENT: "名義が本人と違います。"}[check.match]
        self._account_words.setText("\n".join((f"{check.bank_name} {check.branch_name}　銀行へ送る名義: {check.holder}　{match}", *check.notes, *check.warnings)))

    def _enter_account(self) -> None:
        if self._form is not None:
            self._account_form.clear()
            self.lane.write(self, partial(_enter, self.desk, self._form.case_id, self._entry()), title="口座を入れています")

    def _ask_verify(self) -> None:
        self.lane.read(self, partial(accounts.waiting, self.desk), self._verify)

    def _verify(self, waiting: tuple[accounts.AccountRow, ...]) -> None:
        if not waiting:
            self.show_error(InputProblem("K-1920", "accounts", "2人目を待つ口座はありません。", kept="何も変えていません。", todo="口座を入れると、ここで確かめられます。"))
            return
        makers = {account.entered_by_id for account in waiting}
        sentences = [f"{len(waiting):,}件の口座を、通帳の写しと見比べたことを確かめます。", "写しと違うものは、先に直してください。"]
        prove = ask_second(self.desk, Act.ACCOUNT_VERIFIED, next(iter(makers)), "口座を2人目が確かめます", sentences, "確かめた")
        if prove is not None:
            ids = tuple(account.account_id for account in waiting)
            self.lane.write(self, partial(_verify, self.desk, ids, prove), title="口座を確かめています")

    def _ask_complete(self) -> None:
        form = self._form
        if form is None:
            return
        reason = ""
        if form.late:
            dialog = AskTextDialog("期限を過ぎています", "受け付ける理由", "審査を完了する", sentence="期限を過ぎた確認書です。受け付ける理由を残します。", least=4)
            if not present(dialog):
                return
            reason = dialog.text
        self.lane.write(self, partial(_complete, self.desk, (form.form_id,), self.desk.today(), reason), self._completed, title="審査を完了しています")

    def _ask_complete_all(self) -> None:
        ready = tuple(form.form_id for form in self._waiting if not form.missing and not form.late)
        if not ready:
            self.show_error(InputProblem("K-1921", "forms", "そろった確認書がありません。", kept="何も変えていません。", todo="「まだのこと」を先に済ませてください。"))
            return
        if present(ConfirmDialog("審査を完了します", [f"すべてそろった {len(ready):,}件の審査を完了します。"], "完了する")):
            self.lane.write(self, partial(_complete, self.desk, ready, self.desk.today(), ""), self._completed, title="審査を完了しています", total=len(ready))

    def _completed(self, _: Changes) -> None:
        self._form = None
        self._side.setEnabled(False)
        self._head.clear()
        self._facts.clear()
        self._missing.clear()


def _form_row(form: FormRow) -> Row:
    chip = "期限超過" if form.late else ("不備" if form.state is FormState.DEFICIENT else ("確認待ち" if form.missing else "準備よし"))
    return Row(form.form_id, (Cell(form.name, sub=form.code, sub_mono=True, name=True), Cell(chip=chip), Cell(form.missing or "そろいました", color="text2")))


# What runs on the lane.
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
