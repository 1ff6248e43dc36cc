"""Administration (管理): staff, audit log, anchor, backup, settings, closing the day. The ledgers are in :mod:`ledgers`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.database.backup import make_backup
from kyufu_desktop.database.folder import Anchor
from kyufu_desktop.documents import sheets
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.printing import Machine, check_shift, typed_shift
from kyufu_desktop.domain.staff import Act, Staff
from kyufu_desktop.errors import CustodyProblem, InputProblem
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.base import Setting
from kyufu_desktop.services import gaiji
from kyufu_desktop.services import session as sessions
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


@dataclass(frozen=True, slots=True)
class CustodyPage:
    """What the station 管理 shows."""

    staff: tuple[Staff, ...]
    settings: tuple[tuple[str, str, str], ...]
    """(name, Japanese label, value)."""
    audit_count: int
    anchor: str
    chain_ok: bool
    last_backup: str
    vault_kind: str
    generation: int


def page(desk: Desk) -> CustodyPage:
    report = sessions.verify_chain(desk)
    with desk.look(Act.LOGGED_IN) as session:
        values = tuple((name, label, value_of(session, name)) for name, (label, _) in SETTINGS.items())
        last = session.scalar(select(AuditEntry.at).where(AuditEntry.act == Act.BACKUP_MADE.value).order_by(AuditEntry.seq.desc()).limit(1))
    return CustodyPage(
        staff=sessions.list_staff(desk),
        settings=values,
        audit_count=report.count,
        anchor=report.anchor.code,
        chain_ok=report.ok,
        last_backup=last or "",
        vault_kind=desk.vault.kind,
        generation=desk.vault.generation,
    )


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


def anchor_slip_pdf(desk: Desk) -> bytes:
    """照合符号の控え for the paper ledger; taking it is recorded, and the code includes that record."""
    taken = sessions.anchor(desk)
    return sheets.anchor_slip(taken.count, taken.code, desk.today(), desk.staff.name, gaiji.pictures(desk), practice=desk.practice)


def backup(desk: Desk, folder: str) -> Changes:
    """A proved copy of the encrypted vault on another medium. Recorded after it was read back and opened."""
    place = Path(folder)
    if not place.is_dir():
        raise InputProblem("K-1771", "folder", "バックアップの行き先が見つかりません。", todo="媒体を差し込み、もう一度選んでください。")
    if place.resolve().is_relative_to(desk.vault.folder.path.resolve()):
        raise InputProblem("K-1771", "folder", "保管庫の中にはバックアップできません。", todo="別の媒体を選んでください。")
    sessions.require(desk.staff, Act.BACKUP_MADE)
    stamp = "".join(character for character in desk.now_text()[:19] if character.isdigit() or character == "T").replace("T", "-")
    report = make_backup(desk.vault, place, stamp)
    with desk.work(Act.BACKUP_MADE) as unit:
        unit.record(
            Act.BACKUP_MADE, subject="backup", generation=report.generation, rows=report.rows, chain=report.chain, sha256=report.sha256
        )
    return Changes(Kind.AUDIT, f"バックアップを作り、開いて確かめました（{report.rows:,}行、照合符号 {report.code}）。")


def close_day(desk: Desk) -> Anchor:
    """Closing the day (終業): the chain is checked, the act recorded, and the anchor returned for the paper ledger."""
    report = sessions.verify_chain(desk)
    if not report.ok:
        raise CustodyProblem(
            "K-1772",
            f"操作の記録の{report.first_bad}番目が合いません。",
            kept="終業は記録していません。",
            todo="作業を止め、取扱責任者に知らせてください。",
        )
    with desk.work(Act.DAY_CLOSED) as unit:
        unit.record(Act.DAY_CLOSED, entries=report.count)
    return sessions.anchor(desk)
