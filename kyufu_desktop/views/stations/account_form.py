"""The account of a case: as written on the form, looked at while it is typed, entered for the second person."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from kyufu_desktop.domain.account import BELONGS_LABELS, BelongsTo, HolderMatch
from kyufu_desktop.domain.calendar import wareki, wareki_short
from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.payment import PayMethod
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import accounts, known_accounts
from kyufu_desktop.services.accounts import KINDS, AccountCheck, AccountEntry, AccountRow
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.known_accounts import KnownAccount, TakenOver
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Chip, Field, Form, Panel, Segments, box, col, label, row, text_field
from kyufu_desktop.views.stations.account_known import KnownAccounts
from kyufu_desktop.views.stations.words import moment_words

_MATCH = {
    HolderMatch.SAME: "名義は本人と同じです。",
    HolderMatch.SWAPPED: "姓と名が入れ替わっています。",
    HolderMatch.DIFFERENT: "名義が本人と違います。",
}
#: Fields of an entry that are typed, with their width.
_WIDTHS = {"bank": 72, "branch": 64, "number": 110, "yucho_symbol": 90, "yucho_number": 120, "holder": 300, "reason": 300}
_CORPORATE = "略すと名義が合わない法人もあります（社会福祉協議会など）。通帳のとおりにしてください。"
_BANK, _YUCHO, _CASH = "bank", "yucho", "cash"


class AccountForm(Panel):
    """``looked_at``: enough was typed to be looked at. ``entered``: the person presses the button.

    With a desk and a lane the panel shows what is known of the case and lets a copy of the passbook be seen later.
    """

    looked_at = Signal()
    entered = Signal()

    def __init__(self, desk: Desk | None = None, lane: Lane | None = None) -> None:
        super().__init__("口座", gap=6)
        self._desk, self._lane = desk, lane
        self._case_id: int | None = None
        self._account: AccountRow | None = None
        self._build_held()
        self._build_fields()
        self.body.addLayout(row((self._held, 1), self._chip))
        self.body.addLayout(row((self._seen_words, 1), self._see))
        self.body.addWidget(self._known)
        self.body.addWidget(self._form)
        self._turn()
        self.clear()
        self.show_account(None)

    def _build_held(self) -> None:
        self._held = label("", "sub", wrap=True)
        self._chip = Chip("未着手")
        self._seen_words = label("", "sub", wrap=True)
        self._see = Button("写しを見た", "Alt+J", name="account.see_passbook")
        self._see.clicked.connect(self._see_passbook)
        self._known = KnownAccounts()
        self._known.setVisible(self._lane is not None)
        self._known.wanted.connect(self._take_over)

    def _build_fields(self) -> None:
        self._lines: dict[str, QLineEdit] = {}
        for name, width in _WIDTHS.items():
            self._lines[name] = text_field("", width)
            self._lines[name].editingFinished.connect(self._look)
        self._kind = QComboBox()
        self._kind.setFixedHeight(36)
        for value, words in KINDS.items():
            self._kind.addItem(words, value)
        self._where = Segments([(_BANK, "銀行", None), (_YUCHO, "ゆうちょ", None), (_CASH, "窓口払い", None)], name="どこへ支払うか")
        self._where.setObjectName("account.where")
        self._where.chosen.connect(self._turn)
        self._whose = Segments([(whose.value, words, None) for whose, words in BELONGS_LABELS.items()], name="だれの口座か")
        self._whose.setObjectName("account.whose")
        self._whose.chosen.connect(self._look)
        self._corporate = _tick("法人の略語を使う", "account.corporate", _CORPORATE)
        self._seen = _tick("通帳の写しを見ました", "account.passbook", "見た人として、あなたの名前を記録します。")
        self._corporate.toggled.connect(self._look)
        self._corporate_line = box(col(self._corporate, label(_CORPORATE, "muted", wrap=True), gap=2))
        fields = {
            "bank": Field("銀行番号", self._lines["bank"], name="account.bank"),
            "branch": Field("支店番号", self._lines["branch"], name="account.branch"),
            "kind": Field("種目", self._kind, name="account.kind"),
            "number": Field("口座番号", self._lines["number"], name="account.number"),
            "yucho_symbol": Field("記号", self._lines["yucho_symbol"], name="account.yucho_symbol"),
            "yucho_number": Field("番号", self._lines["yucho_number"], name="account.yucho_number"),
            "holder_kana": Field("口座名義カナ", self._lines["holder"], required=True, name="account.holder"),
            "holder_differs_reason": Field("それでも支払う理由", self._lines["reason"], required=True, name="account.reason"),
            "belongs_to": Field("だれの口座か", self._whose, name="account.whose"),
        }
        self._bank_fields = [fields[name] for name in ("bank", "branch", "kind", "number")]
        self._yucho_fields = [fields[name] for name in ("yucho_symbol", "yucho_number")]
        self._with_holder: list[QWidget] = [fields["holder_kana"], self._seen]
        self._reason = fields["holder_differs_reason"]
        self._found, self._noted = label("", "strong", wrap=True), label("", "sub", wrap=True)
        self._warned, self._answer = label("", color="hold", wrap=True), label("", color="hold", wrap=True)
        self._enter = Button("口座を入れる", "Alt+K", name="account.enter")
        self._enter.clicked.connect(self.entered)
        self._form = Form(
            fields,
            layout=col(
                row(self._where, None, gap=12),
                fields["belongs_to"],
                row(*self._bank_fields, *self._yucho_fields, None, gap=12),
                row(fields["holder_kana"], None, gap=12),
                self._corporate_line,
                self._found,
                self._noted,
                self._warned,
                self._answer,
                self._reason,
                row(self._seen, None, self._enter, gap=12),
                gap=6,
            ),
        )

    # ------------------------------------------------------------ what is shown
    def open(self, case_id: int) -> None:
        """Another case is looked at: everything empty, and what is known of it is read."""
        self.clear()
        self._case_id = case_id
        self._known.show_known(())
        if self._desk is not None and self._lane is not None:
            self._lane.read(self, partial(known_accounts.known, self._desk, case_id), self._show_known)

    def start(self) -> None:
        """The focus on the first field."""
        self._lines["bank"].setFocus(Qt.FocusReason.TabFocusReason)

    def clear(self) -> None:
        """Everything empty: another form is looked at."""
        for line in self._lines.values():
            line.clear()
        self._kind.setCurrentIndex(0)
        self._where.choose(_BANK)
        self._whose.choose(BelongsTo.SELF.value)
        for tick in (self._corporate, self._seen):
            tick.setChecked(False)
        self._say()
        self._reason.hide()
        self._corporate_line.hide()
        self._form.clear()

    def _show_known(self, lines: tuple[KnownAccount, ...]) -> None:
        self._known.show_known(lines)

    def show_account(self, account: AccountRow | None) -> None:
        """The account that is kept: the last three digits only."""
        self._account = account
        self._seen_words.setVisible(account is not None)
        self._see.setVisible(False)
        if account is None:
            self._held.setText("まだ入っていません。")
            self._chip.set("未着手")
            return
        whose = "" if account.belongs_to is BelongsTo.SELF else f"　{BELONGS_LABELS[account.belongs_to]}"
        if account.method is PayMethod.CASH:
            self._held.setText(f"窓口払い{whose}　{account.reason}")
            self._seen_words.hide()
        else:
            listed = f"（{wareki_short(account.listed_on)}の一覧）" if account.listed_on else ""
            self._held.setText(
                f"{account.bank_name} {account.branch_name}{listed} {account.kind_word} 下3けた {account.number_tail}"
                f"　{account.holder}{whose}"
            )
            self._seen_words.setText(_seen_sentence(account))
            may_see = self._lane is not None and account.still_listed and account.verified_by is None
            self._see.setVisible(may_see and account.passbook_seen_by is None)
        waits = account.method is PayMethod.TRANSFER and (account.passbook_seen_by is None or not account.still_listed)
        self._chip.set("確認済" if account.verified_by else "保留" if waits else "2人目待ち")

    def show_check(self, check: AccountCheck) -> None:
        """What the entry means to the bank, before it is kept."""
        self._form.clear()
        if check.listed_on is None:
            self._say(answer=check.answer_for)
        else:
            listed = f"（{wareki(check.listed_on)}の一覧）"
            self._say(
                f"{check.bank_name} {check.branch_name}{listed}",
                (f"銀行へ送る名義　{check.holder}　{_MATCH[check.match]}", *check.notes),
                check.warnings,
                check.answer_for,
            )
        self._reason.setVisible(bool(check.answer_for))
        self._corporate_line.setVisible(check.corporation or self._corporate.isChecked())

    def show_problem(self, problem: InputProblem) -> bool:
        """Beside the field it names, if the form has it."""
        name = {"account": "number", "holder": "holder_kana"}.get(problem.field, problem.field)
        if name == "holder_differs_reason":
            self._reason.show()
        return self._form.show_problem(InputProblem(problem.code, name, problem.happened, todo=problem.todo))

    def entry(self, origin: date | None, passbook_seen: bool) -> AccountEntry:
        """As typed. ``origin``: day of the form that it stands on; ``passbook_seen``: it was found in order elsewhere on the page."""
        text = {name: line.text().strip() for name, line in self._lines.items()}
        return AccountEntry(
            bank=text["bank"],
            branch=text["branch"],
            kind=str(self._kind.currentData()),
            number=text["number"],
            holder=text["holder"],
            yucho_symbol=text["yucho_symbol"],
            yucho_number=text["yucho_number"],
            origin_on=origin,
            passbook_seen=passbook_seen or self._seen.isChecked(),
            holder_differs_reason=text["reason"],
            method=PayMethod.CASH if self._where.key() == _CASH else PayMethod.TRANSFER,
            belongs_to=BelongsTo(str(self._whose.key())),
            corporate=self._corporate.isChecked(),
        )

    # ------------------------------------------------------------ acts
    def _take_over(self, key: str) -> None:
        if self._desk is not None and self._lane is not None and self._case_id is not None:
            self._lane.read(self, partial(known_accounts.take_over, self._desk, self._case_id, key), self._fill)

    def _fill(self, account: TakenOver) -> None:
        """The fields of a known account. The passbook is ticked by whoever sees it, never by this."""
        self._where.choose(_BANK)
        for name, text in (("bank", account.bank), ("branch", account.branch), ("number", account.number), ("holder", account.holder)):
            self._lines[name].setText(text)
        self._kind.setCurrentIndex(self._kind.findData(account.kind))
        self._seen.setChecked(False)
        self._seen.setFocus()
        self._look()

    def _see_passbook(self) -> None:
        if self._desk is not None and self._lane is not None and self._account is not None:
            work = partial(_see, self._desk, self._account.account_id)
            self._lane.write(self, work, title="通帳の写しを見たことを書いています")

    def _turn(self, _: object = None) -> None:
        """Bank, Yucho or counter: what does not belong to the choice is emptied, so that it cannot be sent by mistake."""
        where = self._where.key()
        for field in self._bank_fields:
            field.setVisible(where == _BANK)
        for field in self._yucho_fields:
            field.setVisible(where == _YUCHO)
        for widget in self._with_holder:
            widget.setVisible(where != _CASH)
        emptied = {_BANK: ("yucho_symbol", "yucho_number"), _YUCHO: ("bank", "branch", "number")}
        for name in emptied.get(str(where), ("bank", "branch", "number", "yucho_symbol", "yucho_number", "holder")):
            self._lines[name].clear()
        self._say()
        self._reason.setVisible(where == _CASH)
        self._corporate_line.setVisible(where != _CASH and self._corporate.isChecked())
        self._look()

    def _look(self, _: object = None) -> None:
        cash = self._where.key() == _CASH
        text = {name: line.text().strip() for name, line in self._lines.items()}
        if cash or (text["holder"] and (text["number"] or text["yucho_number"])):
            self._form.clear()
            self.looked_at.emit()

    def _say(self, found: str = "", noted: tuple[str, ...] = (), warned: tuple[str, ...] = (), answer: tuple[str, ...] = ()) -> None:
        words = (found, "\n".join(noted), "\n".join(warned), "\n".join(answer))
        for shown, text in zip((self._found, self._noted, self._warned, self._answer), words, strict=True):
            shown.setText(text)
            shown.setVisible(bool(text))


def _tick(words: str, name: str, hint: str) -> QCheckBox:
    made = QCheckBox(words)
    made.setObjectName(name)
    made.setAccessibleName(words)
    made.setAccessibleDescription(hint)
    return made


def _seen_sentence(account: AccountRow) -> str:
    if not account.still_listed:
        return "支店が、いまの一覧にありません。口座を入れ直してください。"
    if account.passbook_seen_by is None:
        return "通帳の写しを、まだだれも見ていません。"
    return f"通帳の写しを見た人　{account.passbook_seen_by} {moment_words(account.passbook_seen_at or '')}"


# What runs on the lane.
def _see(desk: Desk, account_id: int, _: Progress) -> Changes:
    return accounts.see_passbook(desk, account_id)
