"""端末の設定 in 管理: what the workstation goes by, changed by an officer, one value or a pair that belongs together."""

from __future__ import annotations

from functools import partial

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.services import workstation
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import AskTextDialog, present
from kyufu_desktop.views.parts import Button, Cell, Column, Panel, Row, Table, box, label, row
from kyufu_desktop.views.printing import PrinterInfo, printers, trays
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_custody import ChoiceDialog, PrinterDialog, ShiftDialog
from kyufu_desktop.views.stations.wrapped import wrapped

#: Settings that are chosen together from the list of printers.
_PRINTER = frozenset({"printer_name", "printer_device"})
_AUTOMATIC = {"": "プリンターにまかせる"}
#: Height of a row whose words may take two lines.
_TALL = 48
_WHOSE = "設定を変えるのは、取扱責任者です。"


class SettingsPanel(Panel):
    def __init__(self, station: Station) -> None:
        self._station = station
        self._values: dict[str, str] = {}
        self.table = Table([Column("設定", 204), Column("値")], row_height=_TALL, fit=True, name="端末の設定")
        self.table.activated.connect(self._change_key)
        change = Button("変える…", "Enter", "quiet", name="admin.change_setting")
        change.clicked.connect(self._ask_change)
        if station.desk.may(Act.SETTING_CHANGED):
            super().__init__("端末の設定", self.table, right=[change], flush=True)
            return
        change.forbid("")
        change.setAccessibleDescription(_WHOSE)
        note = box(row(label(_WHOSE, "muted"), margins=(15, 8, 15, 12)))
        super().__init__("端末の設定", self.table, note, right=[change], flush=True)

    def show_settings(self, settings: tuple[tuple[str, str, str], ...]) -> None:
        self._values = {name: value for name, _, value in settings}
        self.table.set_rows([Row(name, (wrapped(words), _value(name, value))) for name, words, value in settings])

    def _ask_change(self) -> None:
        self._change_key(self.table.key())

    def _change_key(self, key: object) -> None:
        self._station.hide_error()
        if not isinstance(key, str) or not self._station.desk.may(Act.SETTING_CHANGED):
            return
        if key in _PRINTER:
            self._station.lane.read(self._station, printers, self.choose_printer)
            return
        if key in workstation.SHIFTS:
            self._ask_shift()
            return
        words = workstation.SETTINGS[key][0]
        if key == "printer_tray":
            self._station.lane.read(self._station, partial(_trays, self._station.desk), self._choose_tray)
            return
        dialog = (
            ChoiceDialog(words, workstation.CHOICES[key])
            if key in workstation.CHOICES
            else AskTextDialog(f"「{words}」を変えます", words, "変える")
        )
        if present(dialog):
            self._write({key: dialog.text})

    def _ask_shift(self) -> None:
        dialog = ShiftDialog(self._station.desk.programme.envelope, self._values["shift_right"], self._values["shift_down"])
        if present(dialog):
            self._write(dialog.values)

    def choose_printer(self, found: tuple[PrinterInfo, ...]) -> None:
        dialog = PrinterDialog(found)
        if present(dialog) and dialog.printer is not None:
            values = {"printer_name": dialog.printer.name, "printer_device": dialog.printer.device}
            self._write(values)

    def _choose_tray(self, found: tuple[str, ...]) -> None:
        words = workstation.SETTINGS["printer_tray"][0]
        if found:
            dialog: ChoiceDialog | AskTextDialog = ChoiceDialog(words, {**_AUTOMATIC, **{tray: tray for tray in found}})
        else:
            # The printer does not name its trays: the name that its maker gives is typed, or nothing.
            dialog = AskTextDialog(f"「{words}」を変えます", words, "変える", sentence="空のままなら、プリンターにまかせます。", least=0)
        if present(dialog):
            self._write({"printer_tray": dialog.text})

    def _write(self, values: dict[str, str]) -> None:
        self._station.lane.write(self._station, partial(_change, self._station.desk, values), title="設定を変えています")


def _value(name: str, value: str) -> Cell:
    words = workstation.CHOICES.get(name, {}).get(value, value)
    return wrapped(words) if words else Cell("決めていません", color="hold")


# What runs on the lane.
def _change(desk: Desk, values: dict[str, str], _: Progress) -> Changes:
    for name, value in values.items():
        changes = workstation.change_setting(desk, name, value)
    return changes


def _trays(desk: Desk) -> tuple[str, ...]:
    return trays(workstation.machine(desk).name)
