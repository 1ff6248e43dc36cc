"""The account of a case from its page: for what changes after the review, with the same panel as in 収受・審査."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.errors import UserError
from kyufu_desktop.services import accounts
from kyufu_desktop.services.accounts import AccountEntry
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import label
from kyufu_desktop.views.stations.account_form import AccountForm
from kyufu_desktop.views.stations.form_dialog import fit

_TOLD = "振込の回に入っている案件では、その回から外れ、決裁がやり直しになります。"


class AccountDialog(Dialog):
    """Writes by itself, so that a refused field is mended where it was typed; it closes when the account is kept."""

    def __init__(self, desk: Desk, lane: Lane, case_id: int) -> None:
        super().__init__("口座を変えます", width=760)
        self._desk, self._lane, self._case_id = desk, lane, case_id
        self._problem = label("", color="fail", wrap=True)
        self._problem.hide()
        self.form = AccountForm(desk, lane)
        self.form.setProperty("plate", "")
        self.form.open(case_id)
        lane.read(self.form, partial(accounts.of_case, desk, case_id), self.form.show_account)
        self.form.looked_at.connect(self._check)
        self.form.entered.connect(self._enter)
        self.body.addWidget(label(_TOLD, "sub", wrap=True))
        self.body.addWidget(self._problem)
        self.body.addWidget(self.form)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit(self)
        self.form.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._enter()
            event.accept()
            return
        super().keyPressEvent(event)

    def show_error(self, error: UserError) -> None:
        self._problem.setText(f"{error.happened}{error.kept}{error.todo}")
        self._problem.show()
        fit(self)

    def _entry(self) -> AccountEntry:
        return self.form.entry(None, passbook_seen=False)

    def _check(self) -> None:
        self._problem.hide()
        self._lane.read(self.form, partial(accounts.check, self._desk, self._case_id, self._entry()), self._show_check)

    def _show_check(self, check: accounts.AccountCheck) -> None:
        self.form.show_check(check)
        fit(self)

    def _enter(self) -> None:
        self._problem.hide()
        work = partial(_enter, self._desk, self._case_id, self._entry())
        self._lane.write(self.form, work, self._entered, title="口座を入れています")

    def _entered(self, _: Changes) -> None:
        self.accept()


# What runs on the lane.
def _enter(desk: Desk, case_id: int, entry: AccountEntry, _: Progress) -> Changes:
    return accounts.enter(desk, case_id, entry)
