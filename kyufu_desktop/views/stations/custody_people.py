"""The people of the workstation in 管理: add, take out, change one's own passphrase."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.staff import ROLE_LABELS, Act, Role, Staff
from kyufu_desktop.services import session
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import ConfirmDialog, present
from kyufu_desktop.views.parts import Button, Cell, Column, Panel, Row, Table, box, col, label, row
from kyufu_desktop.views.recovery_code import RecoveryCodeDialog
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_custody import NewStaffDialog, PassphraseDialog


class PeoplePanel(Panel):
    """Everybody who was ever registered. What may not be done says why below the list."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._staff: dict[object, Staff] = {}
        self.table = Table([Column("名前"), Column("役割", 124), Column("状態", 92)], fit=True, name="取扱者")
        self._add = Button("加える…", "Alt+N", "quiet", name="admin.add_staff")
        self._remove = Button("外す…", "Alt+D", "quiet", name="admin.remove_staff")
        own = Button("自分のパスフレーズを変える…", "Alt+P", name="admin.change_passphrase")
        self._why = label("", "muted", wrap=True)
        foot = box(col(self._why, row(own, None), gap=6, margins=(15, 8, 15, 12)))
        super().__init__("取扱者", self.table, foot, right=[self._remove, self._add], flush=True)
        self.table.chosen.connect(self._look)
        self._add.clicked.connect(self._ask_add)
        self._remove.clicked.connect(self._ask_remove)
        own.clicked.connect(self._ask_passphrase)
        self._look()

    @property
    def _desk(self) -> Desk:
        return self._station.desk

    def show_staff(self, staff: Sequence[Staff]) -> None:
        self._staff = {one.id: one for one in staff}
        self.table.set_rows([Row(one.id, _cells(one)) for one in staff])
        self._look()

    def _look(self, key: object = None) -> None:
        """Whether the chosen person can be taken out, and why not. ``key``: just chosen, before the list itself knows."""
        person = self._staff.get(key or self.table.key())
        why = ""
        if not self._desk.may(Act.STAFF_REMOVED):
            why = "取扱者を加える・外すのは、取扱責任者です。"
        elif person is None:
            why = "外す人を、一覧から選んでください。"
        elif not person.active:
            why = "この人は、もう外れています。"
        elif person.id == self._desk.staff.id:
            why = "自分自身は外せません。ほかの取扱責任者が行います。"
        self._why.setText(why)
        self._why.setVisible(bool(why))
        for button, forbidden in ((self._remove, bool(why)), (self._add, not self._desk.may(Act.STAFF_ADDED))):
            if forbidden:
                button.forbid("")
                button.setAccessibleDescription(why)
            else:
                button.allow()

    def _ask_add(self) -> None:
        self._station.hide_error()
        dialog = NewStaffDialog()
        if not present(dialog):
            return
        lines = [f"{dialog.name}（{ROLE_LABELS[dialog.role]}）"]
        prove = ask_second(self._desk, Act.STAFF_ADDED, self._desk.staff.id, "取扱者を加えます", lines, "加える")
        if prove is not None:
            work = partial(_add, self._desk, dialog.login, dialog.name, dialog.role, dialog.passphrase, prove)
            self._station.lane.write(self._station, work, title="取扱者を加えています")

    def _ask_remove(self) -> None:
        self._station.hide_error()
        person = self._staff.get(self.table.key())
        if person is None:
            return
        who = f"{person.name}（{ROLE_LABELS[person.role]}）"
        sentences = [
            f"{who}を外します。元には戻せません。",
            "この人のパスフレーズでは、もう開けられなくなります。",
            "鍵と復旧コードが新しくなります。紙と封筒を用意してください。",
        ]
        if not present(ConfirmDialog("取扱者を外します", sentences, "次へ", danger=True)):
            return
        prove = ask_second(self._desk, Act.STAFF_REMOVED, self._desk.staff.id, "取扱者を外します", [who], "外す")
        if prove is not None:
            work = partial(_remove, self._desk, person.id, prove)
            self._station.lane.write(self._station, work, self._removed, title="取扱者を外し、鍵を新しくしています")

    def _removed(self, result: tuple[Changes, str]) -> None:
        present(RecoveryCodeDialog(result[1]))

    def _ask_passphrase(self) -> None:
        self._station.hide_error()
        dialog = PassphraseDialog()
        if present(dialog):
            work = partial(_change, self._desk, dialog.old, dialog.new)
            self._station.lane.write(self._station, work, title="パスフレーズを変えています")


def _cells(staff: Staff) -> tuple[Cell, ...]:
    return (
        Cell(staff.name, name=True),
        Cell(ROLE_LABELS[staff.role]),
        Cell("登録中" if staff.active else "外れた人", color="text" if staff.active else "text3"),
    )


# What runs on the lane.
def _add(desk: Desk, login: str, name: str, role: Role, passphrase: str, prove: Prove, _: Progress) -> Changes:
    session.add_staff(desk, login, name, role, passphrase, prove())
    return Changes(Kind.STAFF | Kind.AUDIT, f"{ROLE_LABELS[role]}を1人加えました。")


def _remove(desk: Desk, staff_id: int, prove: Prove, _: Progress) -> tuple[Changes, str]:
    code = session.remove_staff(desk, staff_id, prove())
    return Changes(Kind.STAFF | Kind.AUDIT, "取扱者を1人外し、鍵を新しくしました。"), code


def _change(desk: Desk, old: str, new: str, _: Progress) -> Changes:
    session.change_passphrase(desk, old, new)
    return Changes(Kind.AUDIT, "パスフレーズを変えました。次に開けるときから使います。")
