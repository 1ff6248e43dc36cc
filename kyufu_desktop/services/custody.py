"""Administration (管理): staff, audit log, anchor, backup, settings, closing the day. The ledgers are in :mod:`ledgers`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from kyufu_desktop.database.backup import make_backup
from kyufu_desktop.database.folder import Anchor
from kyufu_desktop.documents import sheets
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.staff import Act, Staff
from kyufu_desktop.errors import CustodyProblem, InputProblem
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.services import gaiji
from kyufu_desktop.services import session as sessions
from kyufu_desktop.services.session import Desk
from kyufu_desktop.services.workstation import SETTINGS, value_of


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
