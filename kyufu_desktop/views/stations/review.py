"""収受・審査: what came back is received by its code, looked at item by item, its account entered; second persons look; completed.

Made for a pile of paper and one key: Enter goes from the code to 「すべて合っています」, through the account, and back to the next code.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.account import HolderMatch
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.review import FormState, Item, ItemState, Waits
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import accounts, review
from kyufu_desktop.services.accounts import AccountCheck, AccountEntry, AccountRow
from kyufu_desktop.services.review import CameIn, FormPage, ReviewPage, Scanned
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import ConfirmDialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Segments, col, row
from kyufu_desktop.views.second_person import ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations import review_work as work
from kyufu_desktop.views.stations.account_form import AccountForm
from kyufu_desktop.views.stations.asking import Asking
from kyufu_desktop.views.stations.dialogs_review import ApplicantDialog, DeclarationDialog, LateDialog
from kyufu_desktop.views.stations.enter_chain import EnterChain, go_to
from kyufu_desktop.views.stations.review_form import FormPanel
from kyufu_desktop.views.stations.review_queue import QueuePanel
from kyufu_desktop.views.stations.review_receipt import ReceiptPanel

#: The account in the order in which it stands on the form.
_ACCOUNT = ("bank", "branch", "kind", "number", "yucho_symbol", "yucho_number", "holder", "reason", "enter")
#: A form waits for somebody else: the person at the desk can only go on.
_FOR_OTHERS = frozenset({Waits.SECOND, Waits.OFFICER, Waits.ANSWER, Waits.OVERDUE})


class ReviewStation(Station):
    """Left: receipt by code, forms that wait. Right: the form under review and its account."""

    key, title, icon = "review", "収受・審査", "inbox"
    kinds = Kind.FORMS | Kind.ACCOUNTS | Kind.LETTERS | Kind.PAYMENTS

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None]) -> None:
        super().__init__(desk, lane, go)
        self._form: FormPage | None = None
        self._declared: tuple[Scanned, date] | None = None
        self._wanted: int | None = None
        self._moving = False
        self.asking = Asking(self)
        self._complete = Button("審査を完了して次へ", "Ctrl+Enter", "primary", name="review.complete")
        self._complete.clicked.connect(self._complete_one)
        self._complete.forbid("")
        self.title_row.addWidget(self._complete)
        self.receipt = ReceiptPanel(desk.today(), self._take)
        self.queue = QueuePanel(self._choose, self._ask_verify, self._ask_look, self._ask_complete_all)
        self.side = FormPanel(self._all_fit, self._keep, self._ask_late)
        self.account = AccountForm(self.desk, self.lane)
        self.account.looked_at.connect(self._check_account)
        self.account.entered.connect(self._enter_account)
        self.account.setEnabled(False)
        fields = [found for name in _ACCOUNT if (found := self.account.findChild(QWidget, f"account.{name}")) is not None]
        self._chain = EnterChain(fields, self.account)
        self._press = EnterChain([self.side.all_fit, self._complete], self)
        QShortcut(QKeySequence("Alt+Y"), self).activated.connect(self._turn_bank)
        left, right = col(self.receipt, (self.queue, 1), gap=12), col(self.side, self.account, None, gap=12)
        self.set_body(col(row(None, self._complete.beside), row((left, 2), (right, 3), gap=12), gap=8))

    # ------------------------------------------------------------ reading
    def refresh(self) -> None:
        wanted = self._wanted if self._wanted is not None else self._form.form_id if self._form is not None else None
        self.lane.read(self, partial(work.read, self.desk, wanted), self._show)

    @property
    def form(self) -> FormPage | None:
        """The form that is being looked at."""
        return self._form

    def _show(self, read: tuple[ReviewPage, int, FormPage | None]) -> None:
        page, unverified, form = read
        self.queue.show_page(page, unverified)
        if form is not None and self._wanted is not None and form.form_id == self._wanted:
            self._wanted = None
            self._show_form(form)
        elif form is not None and self._form is not None and form.form_id == self._form.form_id:
            self._show_form(form)
        elif self._form is None:
            none = "審査を待つ確認書はありません。" if self.queue.is_empty else "一覧から確認書を選ぶと、審査できます。"
            self._complete.forbid("" if self._declared else none)

    def _choose(self, key: object) -> None:
        if isinstance(key, int) and (self._form is None or self._form.form_id != key):
            self.lane.read(self, partial(review.form, self.desk, key), self._show_form)

    def _show_form(self, form: FormPage) -> None:
        if form.state in (FormState.COMPLETED, FormState.SUPPLEMENTED, FormState.LATE):
            self._close_form()
            return
        fresh = self._form is None or self._form.form_id != form.form_id
        self._form, self._declared = form, None
        self.queue.table.select(form.form_id)
        self.side.show_form(form, fresh, self.desk.may(Act.LATE_FORM_DECIDED))
        self.account.setEnabled(True)
        if fresh:
            self.account.open(form.case_id)
        self.account.show_account(form.account)
        self._say_end(form)
        if self._moving:
            self._moving = False
            self._go_on(form)

    def _say_end(self, form: FormPage) -> None:
        """What Ctrl+Enter does: it completes what can be completed, and leaves what waits for others."""
        self._complete.set_words("次の確認書へ" if form.waits in _FOR_OTHERS else "審査を完了して次へ")
        if form.waits is Waits.REVIEWER:
            self._complete.forbid(form.missing[0])
        else:
            self._complete.allow()
        self._complete.setAccessibleDescription(" ".join(form.missing))

    def _go_on(self, form: FormPage) -> None:
        """The focus to what is done next on this paper, or to the next paper."""
        if any(item not in form.items for item in Item):
            self.side.begin()
        elif form.waits is Waits.NOBODY:
            go_to(self._complete)
        elif form.account is None and ItemState.DEFICIENT not in form.items.values():
            self._chain.begin()
        else:
            self.receipt.begin()

    def _close_form(self) -> None:
        self._form, self._declared = None, None
        self.side.empty()
        self.account.setEnabled(False)
        self.account.clear()
        self.account.show_account(None)
        self._complete.set_words("審査を完了して次へ")
        self._complete.forbid("")

    def show_problem(self, problem: InputProblem) -> bool:
        """Beside the field it names, if the page or the dialog that it comes from has it."""
        self._moving = False
        if problem.field == "deficiencies":
            self.side.show_problem(f"{problem.happened}{problem.todo}")
            return True
        return self.asking.again(problem) or self.receipt.show_problem(problem) or self.account.show_problem(problem)

    # ------------------------------------------------------------ receipt
    def scan(self, code: str) -> None:
        """A code read in the scan field of the frame."""
        self.receipt.put_code(code)
        self._take()

    def _take(self) -> None:
        self.hide_error()
        if self.receipt.days() is not None:
            self.lane.read(self, partial(review.look_up, self.desk, self.receipt.code), self._looked_up)

    def _looked_up(self, scanned: Scanned) -> None:
        days = self.receipt.days()
        if days is None:
            return
        if scanned.what is CameIn.DECLARATION:
            self._ask_declaration(scanned, days[1] or days[0])
            return
        applied = scanned.what is CameIn.APPLICATION
        if applied and not present(ApplicantDialog(scanned)):
            return
        take = partial(work.apply if applied else work.receive, self.desk, scanned.code, *days)
        self.lane.write(self, take, self._received_now, title="収受しています")

    def _received_now(self, result: tuple[Changes, int]) -> None:
        self.receipt.taken()
        # The list is read again now, and this form with it.
        self._wanted, self._moving = result[1], True

    def _ask_declaration(self, scanned: Scanned, day: date) -> None:
        dialog = DeclarationDialog(scanned, day)
        if not present(dialog):
            return
        self.receipt.taken()
        if dialog.declines and scanned.letter_id is not None:
            declare = partial(work.decline, self.desk, scanned.letter_id, dialog.entry())
            self.lane.write(self, declare, self._declined, title="辞退を登録しています")
        elif not dialog.declines:
            self._open_account(scanned, dialog.declared_on)

    def _declined(self, _: Changes) -> None:
        self.receipt.begin()

    def _open_account(self, scanned: Scanned, day: date) -> None:
        """Another account for a case without a form: only the account can be entered."""
        self._close_form()
        self._declared = (scanned, day)
        self.side.show_declaration(scanned.name, scanned.code)
        self.account.setEnabled(True)
        self.account.show_account(scanned.account)
        self._chain.begin()

    # ------------------------------------------------------------ what was looked at
    def _all_fit(self) -> None:
        """One key: everything is in order, and that is written."""
        self.side.choose_all_fit()
        self.side.clear_codes()
        self._keep()

    def _keep(self) -> None:
        form = self._form
        if form is None:
            return
        self.hide_error()
        codes = self.side.codes()
        if codes is not None:
            keep = partial(work.check, self.desk, form.form_id, self.side.items, codes)
            self.lane.write(self, keep, self._kept, title="見たことを書いています")

    def _kept(self, _: Changes) -> None:
        self._moving = True

    def _ask_late(self) -> None:
        if self._form is not None:
            self.hide_error()
            self.asking.ask(LateDialog, partial(work.late, self.desk, self._form.form_id))

    # ------------------------------------------------------------ the account
    def _account_case(self) -> int | None:
        if self._form is not None:
            return self._form.case_id
        return self._declared[0].case_id if self._declared is not None else None

    def _entry(self) -> AccountEntry:
        if self._declared is not None:
            return self.account.entry(self._declared[1], True)
        seen = self.side.items.get(Item.PASSBOOK) is ItemState.FITS
        return self.account.entry(self._form.received_on if self._form else None, seen)

    def _turn_bank(self) -> None:
        """Bank or ゆうちょ by one key, and on with its first field."""
        where = next(iter(self.account.findChildren(Segments)), None)
        if where is not None and self.account.isEnabled():
            where.choose("bank" if where.key() == "yucho" else "yucho")
            self._chain.begin()

    def _check_account(self) -> None:
        case_id = self._account_case()
        if case_id is not None:
            self.lane.read(self.account, partial(accounts.check, self.desk, case_id, self._entry()), self._checked)

    def _checked(self, check: AccountCheck) -> None:
        self.account.show_check(check)
        reason = self.account.findChild(QWidget, "account.reason")
        enter = self.account.findChild(Button, "account.enter")
        if check.match is HolderMatch.DIFFERENT and reason is not None and enter is not None and enter.hasFocus():
            go_to(reason)

    def _enter_account(self) -> None:
        case_id = self._account_case()
        if case_id is not None:
            self.hide_error()
            self.lane.write(self, partial(work.enter, self.desk, case_id, self._entry()), self._entered, title="口座を入れています")

    def _entered(self, _: Changes) -> None:
        if self._declared is not None:
            self._close_form()
            self.receipt.begin()
        else:
            self._moving = True

    # ------------------------------------------------------------ rounds of a second person
    def _ask_verify(self) -> None:
        self.hide_error()
        self.lane.read(self, partial(accounts.waiting, self.desk), self._verify)

    def _verify(self, waiting: tuple[AccountRow, ...]) -> None:
        """All accounts of one maker at once: the second person must be somebody else than who entered them."""
        if not waiting:
            self._say_none("K-1920", "2人目を待つ口座はありません。", "口座を入れると、ここで確かめられます。")
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
            self.lane.write(self, partial(work.verify, self.desk, ids, prove), self._round_done, title="口座を確かめています")

    def _ask_look(self) -> None:
        """All forms that one person reviewed at once, named by their codes: the papers lie on the desk in this order."""
        self.hide_error()
        waiting = self.queue.second_looks()
        if not waiting:
            self._say_none("K-1922", "2人目が見る確認書はありません。", "1人目が審査すると、ここで確かめられます。")
            return
        maker = waiting[0].reviewed_by or 0
        of_maker = [form for form in waiting if form.reviewed_by == maker]
        sentences = [
            f"次の {len(of_maker):,}件の確認書と写しを、もう一度見たことを確かめます。",
            "、".join(form.code for form in of_maker),
            "違うところがあれば、先に「不備」にしてください。",
        ]
        prove = ask_second(self.desk, Act.FORM_SECOND_LOOK, maker, "確認書を2人目が見ます", sentences, "見た")
        if prove is not None:
            ids = tuple(form.form_id for form in of_maker)
            self.lane.write(self, partial(work.look, self.desk, ids, prove), self._round_done, title="確認を記録しています")

    def _round_done(self, _: Changes) -> None:
        """Back to the form that is open, which may be complete now, or to the next paper: the button of the round is empty and off."""
        self._moving = self._form is not None
        if not self._moving:
            self.receipt.begin()

    def _say_none(self, code: str, happened: str, todo: str) -> None:
        self.show_error(InputProblem(code, "forms", happened, kept="何も変えていません。", todo=todo))

    # ------------------------------------------------------------ the end of a review
    def _complete_one(self) -> None:
        form = self._form
        if form is None:
            return
        self.hide_error()
        if form.waits in _FOR_OTHERS:
            self._to_next(form.form_id)
            return
        title = "審査を完了しています"
        self.lane.write(self, partial(work.complete, self.desk, (form.form_id,), self.desk.today()), self._completed, title=title)

    def _completed(self, _: Changes) -> None:
        if self._form is not None:
            self._to_next(self._form.form_id)

    def _to_next(self, form_id: int) -> None:
        """The next form that somebody can go on with, else the next paper."""
        following = self.queue.after(form_id)
        self._close_form()
        if following is None:
            self.receipt.begin()
            return
        self._wanted, self._moving = following, True
        self.refresh()

    def _ask_complete_all(self) -> None:
        self.hide_error()
        ready = self.queue.ready()
        if not ready:
            self._say_none("K-1921", "そろった確認書がありません。", "「まだのこと」を先に済ませてください。")
            return
        sentences = [f"すべてそろった {len(ready):,}件の審査を完了します。", "完了すると、振り込めるものに入ります。"]
        if present(ConfirmDialog("審査を完了します", sentences, f"{len(ready):,}件を完了する")):
            done = partial(work.complete, self.desk, ready, self.desk.today())
            self.lane.write(self, done, self._all_completed, title="審査を完了しています", total=len(ready))

    def _all_completed(self, _: Changes) -> None:
        if self._form is not None and self._form.waits is Waits.NOBODY:
            self._close_form()
        self.receipt.begin()
