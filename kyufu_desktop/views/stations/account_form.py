"""The account of a returned form: as written on it, looked at while it is typed, entered for the second person."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit

from kyufu_desktop.domain.account import HolderMatch
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services.accounts import KINDS, AccountCheck, AccountEntry, AccountRow
from kyufu_desktop.views.parts import Button, Chip, Field, Form, Panel, Segments, col, label, row, text_field

_MATCH = {
    HolderMatch.SAME: "名義は本人と同じです。",
    HolderMatch.SWAPPED: "姓と名が入れ替わっています。",
    HolderMatch.DIFFERENT: "名義が本人と違います。",
}
#: Fields of an entry that are typed, with their width.
_WIDTHS = {"bank": 72, "branch": 64, "number": 110, "yucho_symbol": 90, "yucho_number": 120, "holder": 300, "reason": 300}


class AccountForm(Panel):
    """``looked_at``: enough was typed to be looked at. ``entered``: the person presses the button."""

    looked_at = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__("口座", gap=6)
        self._lines: dict[str, QLineEdit] = {}
        for name, width in _WIDTHS.items():
            self._lines[name] = text_field("", width)
            self._lines[name].editingFinished.connect(self._look)
        self._kind = QComboBox()
        self._kind.setFixedHeight(36)
        for value, words in KINDS.items():
            self._kind.addItem(words, value)
        self._where = Segments([("bank", "銀行", None), ("yucho", "ゆうちょ", None)], name="銀行かゆうちょか")
        self._where.chosen.connect(self._turn)
        fields = {
            "bank": Field("銀行番号", self._lines["bank"], name="account.bank"),
            "branch": Field("支店番号", self._lines["branch"], name="account.branch"),
            "kind": Field("種目", self._kind, name="account.kind"),
            "number": Field("口座番号", self._lines["number"], name="account.number"),
            "yucho_symbol": Field("記号", self._lines["yucho_symbol"], name="account.yucho_symbol"),
            "yucho_number": Field("番号", self._lines["yucho_number"], name="account.yucho_number"),
            "holder_kana": Field("口座名義カナ", self._lines["holder"], required=True, name="account.holder"),
            "holder_differs_reason": Field("名義が違っても振り込む理由", self._lines["reason"], name="account.reason"),
        }
        self._bank_fields = [fields[name] for name in ("bank", "branch", "kind", "number")]
        self._yucho_fields = [fields[name] for name in ("yucho_symbol", "yucho_number")]
        self._reason = fields["holder_differs_reason"]
        self._found = label("", "sub", wrap=True)
        self._warned = label("", color="hold", wrap=True)
        self._held = label("まだ入っていません。", "sub", wrap=True)
        self._chip = Chip("未着手")
        self._enter = Button("口座を入れる", "Alt+K", name="account.enter")
        self._enter.clicked.connect(self.entered)
        self._form = Form(
            fields,
            layout=col(
                row(col(None, self._where), *self._bank_fields, *self._yucho_fields, None, gap=12),
                row(fields["holder_kana"], None, col(None, self._enter), gap=12),
                self._reason,
                self._found,
                self._warned,
                gap=6,
            ),
        )
        self.body.addLayout(row((self._held, 1), self._chip))
        self.body.addWidget(self._form)
        self._turn()
        self.clear()

    def clear(self) -> None:
        """Everything empty: another form is looked at."""
        for line in self._lines.values():
            line.clear()
        self._kind.setCurrentIndex(0)
        self._where.choose("bank")
        self._say("", "")
        self._reason.hide()
        self._form.clear()

    def show_account(self, account: AccountRow | None) -> None:
        """The account that is kept: the last three digits only."""
        if account is None:
            self._held.setText("まだ入っていません。")
            self._chip.set("未着手")
            return
        self._held.setText(f"{account.bank_name} {account.branch_name} {account.kind_word} 下3けた {account.number_tail}　{account.holder}")
        self._chip.set("確認済" if account.verified_by else "2人目待ち")

    def show_check(self, check: AccountCheck) -> None:
        """What the entry means to the bank, before it is kept."""
        self._form.clear()
        self._say(
            "\n".join((f"{check.bank_name} {check.branch_name}　名義 {check.holder}　{_MATCH[check.match]}", *check.notes)),
            "\n".join(check.warnings),
        )
        self._reason.setVisible(check.match is HolderMatch.DIFFERENT)

    def show_problem(self, problem: InputProblem) -> bool:
        """Beside the field it names, if the form has it."""
        name = {"account": "number", "holder": "holder_kana"}.get(problem.field, problem.field)
        if name == "holder_differs_reason":
            self._reason.show()
        return self._form.show_problem(InputProblem(problem.code, name, problem.happened, todo=problem.todo))

    def entry(self, origin: date | None, passbook_seen: bool) -> AccountEntry:
        """As typed. ``origin``: day of the form that it stands on."""
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
            passbook_seen=passbook_seen,
            holder_differs_reason=text["reason"],
        )

    def _turn(self, _: object = None) -> None:
        """Bank or Yucho: what does not belong to the choice is emptied, so that it cannot be sent by mistake."""
        yucho = self._where.key() == "yucho"
        for field in self._bank_fields:
            field.setVisible(not yucho)
        for field in self._yucho_fields:
            field.setVisible(yucho)
        for name in ("bank", "branch", "number") if yucho else ("yucho_symbol", "yucho_number"):
            self._lines[name].clear()

    def _look(self) -> None:
        enough = self._lines["holder"].text().strip() and (
            self._lines["number"].text().strip() or self._lines["yucho_number"].text().strip()
        )
        if enough:
            self._form.clear()
            self.looked_at.emit()

    def _say(self, found: str, warned: str) -> None:
        for shown, words in ((self._found, found), (self._warned, warned)):
            shown.setText(words)
            shown.setVisible(bool(words))
