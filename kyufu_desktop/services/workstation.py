"""Options of the workstation that belong to the vault: printer, days, choices of the ward, each with its words and its limits."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.printing import Machine, check_shift, typed_shift
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.models.base import Setting
from kyufu_desktop.services.session import Desk

#: Name of a setting -> (label, value where nobody changed it).
SETTINGS: dict[str, tuple[str, str]] = {
    "printer_name": ("使うプリンター", ""),
    "printer_device": ("プリンターの識別", ""),
    "printer_tray": ("用紙の口", ""),
    "printer_duplex": ("印刷する面", "one"),
    "bank_file": ("振込データの渡し方", "archive"),
    "medium": ("媒体の管理番号", ""),
    "deficiency_days": ("不備を補う期限（作成の日からの日数）", "14"),
    "decline_days": ("辞退を届け出る期限（作成の日からの日数）", "14"),
    "return_days": ("媒体を返してもらう日数", "14"),
    "shift_right": ("印刷位置の補正（右、mm）", "0.0"),
    "shift_down": ("印刷位置の補正（下、mm）", "0.0"),
    "former_name": ("旧氏を宛名に書く", "none"),
    "decline_wait_days": ("辞退の期限のあと郵便を待つ日数（銀行の営業日）", "3"),
    "form_second_look": ("確認書の2人目の確認", "flagged"),
}
#: Settings that are a whole number: least and most.
NUMBERS: dict[str, tuple[int, int]] = {
    "deficiency_days": (7, 60),
    "decline_days": (7, 60),
    "return_days": (1, 90),
    "decline_wait_days": (0, 10),
}
#: Settings that move the destination on the paper (mm): name -> whether it moves to the right, else down.
SHIFTS: dict[str, bool] = {"shift_right": True, "shift_down": False}
#: Settings with a closed list of values: value -> words.
CHOICES: dict[str, dict[str, str]] = {
    "printer_duplex": {"one": "片面", "both": "両面"},
    "bank_file": {"archive": "暗号化して渡す", "plain": "そのまま渡す"},
    "former_name": {"none": "書かない", "after": "氏名の後に（旧氏）を書く"},
    "form_second_look": {"none": "しない", "flagged": "期限後・不備のあったものだけ", "every": "すべて"},
}
_LONGEST = 200


def value_of(session: Session, name: str) -> str:
    """The value of a known setting inside an open session."""
    if name not in SETTINGS:
        raise KeyError(name)
    kept = session.scalar(select(Setting.value).where(Setting.name == name))
    return SETTINGS[name][1] if kept is None else kept


def setting(desk: Desk, name: str) -> str:
    """Value of a setting (``printer_name``, ``printer_device``, ``bank_file``: ``archive``/``plain``, ``medium``)."""
    with desk.look(Act.LOGGED_IN) as session:
        return value_of(session, name)


def machine(desk: Desk) -> Machine:
    """The pinned printer; its name is empty where none is pinned."""
    with desk.look(Act.LOGGED_IN) as session:
        return Machine(
            value_of(session, "printer_name"),
            value_of(session, "printer_device"),
            value_of(session, "printer_tray"),
            value_of(session, "printer_duplex") == "both",
        )


def calibration(desk: Desk) -> tuple[float, float]:
    """How far the destination is moved on the paper: mm to the right, mm down."""
    with desk.look(Act.LOGGED_IN) as session:
        return shift_of(session)


def shift_of(session: Session) -> tuple[float, float]:
    """As :func:`calibration`, inside an open session."""
    return float(value_of(session, "shift_right")), float(value_of(session, "shift_down"))


def change_setting(desk: Desk, name: str, value: str) -> Changes:
    """Only an officer may. Raises ``InputProblem`` naming the setting: K-1770 (not one of its list), K-1876/K-1877 (a place on paper)."""
    if name not in SETTINGS:
        raise InputProblem("K-1770", name, "この設定はありません。", todo="一覧から選んでください。")
    if name in CHOICES and value not in CHOICES[name]:
        raise InputProblem("K-1770", name, "この値は選べません。", todo="一覧から選んでください。")
    if name in NUMBERS and not (value.isascii() and value.isdigit() and NUMBERS[name][0] <= int(value) <= NUMBERS[name][1]):
        least, most = NUMBERS[name]
        raise InputProblem("K-1770", name, f"{least}から{most}までの数のはずです。", todo="日数を数字で入力してください。")
    if name in SHIFTS:
        moved = typed_shift(name, value)
        # Each way is looked at by itself: a rectangle holds the moved block where it holds it in both.
        check_shift(desk.programme.envelope, name, *((moved, 0.0) if SHIFTS[name] else (0.0, moved)))
        value = f"{moved:.1f}"
    if len(value) > _LONGEST:
        raise InputProblem("K-1770", name, f"{_LONGEST}字を超えています。", todo="短くしてください。")
    with desk.work(Act.SETTING_CHANGED) as unit:
        kept = unit.session.scalar(select(Setting).where(Setting.name == name))
        if kept is None:
            unit.session.add(Setting(name=name, value=value))
        else:
            kept.value = value
        unit.record(Act.SETTING_CHANGED, subject="setting", name=name, value=value)
    return Changes(Kind.AUDIT, f"「{SETTINGS[name][0]}」を変えました。")
