"""試し刷り: letters go only to a printer whose test page a person has held in his hand and whose code he typed back.

A queue may name another printer than the one on the desk, in another room. A page that somebody reads from proves where it comes out.
"""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import printer_test
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.printing import CODE_LENGTH, CODE_LETTERS, Machine, typed_code
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.letter import PrinterTest
from kyufu_desktop.services import workstation
from kyufu_desktop.services.session import Desk


def make(desk: Desk, machine: Machine) -> bytes:
    """The test page with a new code. From now on the printer counts as untested until that code is typed."""
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    with desk.work(Act.PRINTER_TESTED) as unit:
        row = PrinterTest(
            printer=machine.name,
            device=machine.device,
            tray=machine.tray,
            duplex=machine.duplex,
            code=code,
            printed_at=desk.now_text(),
            printed_by=desk.staff.id,
        )
        unit.session.add(row)
        unit.session.flush()
        unit.record(Act.PRINTER_TESTED, subject="printer_test", subject_id=row.id)
    return printer_test.compose(code, machine, desk.programme.envelope, desk.today(), workstation.calibration(desk), practice=desk.practice)


def confirm(desk: Desk, machine: Machine, typed: str) -> Changes:
    """The code of the page that came out was typed.

    Raises InputProblem K-1871 (no code), K-1872 (another code), Conflict K-1874 (no page waits).
    """
    code = typed_code(typed)
    with desk.work(Act.PRINTER_CONFIRMED) as unit:
        row = _newest(unit.session, machine)
        if row is None or row.confirmed_at is not None:
            raise Conflict("K-1874", "確かめを待つ試し刷りはありません。", todo="「試し刷り」から始めてください。")
        if not secrets.compare_digest(row.code, code):
            raise InputProblem(
                "K-1872",
                "code",
                "試し刷りの符号が違います。",
                kept="プリンターは、まだ使えるようにしていません。",
                todo="いま出てきた紙か確かめてください。紙が出ていないときは、別のプリンターに出ています。取扱責任者に知らせてください。",
            )
        row.confirmed_at, row.confirmed_by = desk.now_text(), desk.staff.id
        unit.record(Act.PRINTER_CONFIRMED, subject="printer_test", subject_id=row.id)
    return Changes(Kind.AUDIT | Kind.LETTERS, "試し刷りを確かめました。手紙を印刷できます。")


def tested(session: Session, machine: Machine) -> bool:
    """Whether the newest test page of exactly this printer, device, tray and side was confirmed."""
    row = _newest(session, machine)
    return row is not None and row.confirmed_at is not None


def require(desk: Desk, session: Session, machine: Machine) -> None:
    """Raises Conflict K-1873 where the printer is not tested. The practice vault prints into a folder and needs no test."""
    if desk.practice or tested(session, machine):
        return
    raise Conflict(
        "K-1873",
        "このプリンターは、試し刷りが済んでいません。",
        kept="手紙は1通も印刷していません。",
        todo="「管理」の「試し刷り」で1枚刷り、出てきた紙の符号を入力してください。",
    )


def _newest(session: Session, machine: Machine) -> PrinterTest | None:
    same = (
        PrinterTest.printer == machine.name,
        PrinterTest.device == machine.device,
        PrinterTest.tray == machine.tray,
        PrinterTest.duplex == machine.duplex,
    )
    return session.scalar(select(PrinterTest).where(*same).order_by(PrinterTest.id.desc()).limit(1))
