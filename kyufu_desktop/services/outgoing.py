"""A file on its way out: sealed in memory, written to the medium, read back, and only then entered in the ledger.

Nothing is stored before the file is really there. What must be marked with it (payments reported, persons asked, a batch sent) is
marked by :attr:`Outgoing.on_written` inside the unit of work of :func:`write_out`: ledger, marks and file exist together or not at all.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.custody import EXPORT_FILE_NAMES, EXPORT_LABELS, ExportKind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import CustodyProblem, InputProblem
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.services.session import Desk

ACTS: dict[ExportKind, Act] = {
    ExportKind.BANK_FILE: Act.BANK_FILE_WRITTEN,
    ExportKind.HOST_STATUS: Act.STATUS_WRITTEN,
    ExportKind.INQUIRY_TAX: Act.INQUIRY_FILE_WRITTEN,
    ExportKind.INQUIRY_ACCOUNT: Act.INQUIRY_FILE_WRITTEN,
    ExportKind.EXCLUSION: Act.EXCLUSION_WRITTEN,
    ExportKind.ACCOUNTING: Act.ACCOUNTING_WRITTEN,
}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A sealed file, ready to be written to the medium by :func:`write_out`.

    ``data`` is already encrypted (or the plain bank file by setting). ``export_id`` is 0: the line of the ledger is made when the file is
    written. ``verify`` gets the bytes read back from the medium and raises ``CustodyProblem`` where they are not what was sealed.
    ``on_written(unit, export_id)`` marks what the file tells of, in the same unit of work.
    """

    export_id: int
    file_name: str
    data: bytes = field(repr=False)
    rows: int
    total: int
    sha256: str
    password: str = field(repr=False)
    kind: ExportKind = ExportKind.HOST_STATUS
    medium: str = ""
    verify: Callable[[bytes], None] | None = field(default=None, repr=False)
    on_written: Callable[[UnitOfWork, int], None] | None = field(default=None, repr=False)
    subject: str = ""
    subject_id: int | None = None


def next_number(session: Session, kind: ExportKind) -> int:
    """The number of the next file of a kind. Lines of the ledger are never deleted, so no number comes twice."""
    return (session.scalar(select(func.max(Export.number)).where(Export.kind == kind.value)) or 0) + 1


def name_of(kind: ExportKind, number: int) -> str:
    """``host_status.xlsx`` for the first, ``host_status-02.xlsx`` for the second: no personal data, never the same name twice."""
    plain = Path(EXPORT_FILE_NAMES[kind])
    return plain.name if number == 1 else f"{plain.stem}-{number:02d}{plain.suffix}"


def write_out(desk: Desk, outgoing: Outgoing, folder: str) -> Changes:
    """``.part`` with O_EXCL on the medium, fsync, read back, compare, rename, ledger.

    Full or pulled medium: no file, no .part, clear sentence. Raises InputProblem K-1649 (no such folder), CustodyProblem K-1665 (a file of
    this name is there), K-1666 (cannot write), K-1667 (read back differs).
    """
    place = Path(folder)
    if not place.is_dir():
        raise InputProblem("K-1649", "folder", "書き出す先の媒体が見つかりません。", todo="媒体を差し込み、もう一度選んでください。")
    target = place / outgoing.file_name
    renamed = False
    try:
        with desk.work(ACTS[outgoing.kind]) as unit:
            export = _ledger_line(desk, unit.session, outgoing)
            if outgoing.on_written is not None:
                outgoing.on_written(unit, export.id)
            unit.record(
                ACTS[outgoing.kind],
                subject=outgoing.subject or "export",
                subject_id=outgoing.subject_id if outgoing.subject else export.id,
                export=export.id,
                rows=outgoing.rows,
                total=outgoing.total,
                sha256=outgoing.sha256,
            )
            unit.session.flush()
            _place(target, outgoing)
            renamed = True
    except BaseException:
        if renamed:
            # The ledger could not be kept: a file that it does not know must not stay on the medium.
            target.unlink(missing_ok=True)
        raise
    label = EXPORT_LABELS[outgoing.kind]
    return Changes(
        Kind.EXPORTS | Kind.PAYMENTS | Kind.INQUIRIES | Kind.CASES | Kind.AUDIT,
        f"{label}（{outgoing.rows:,}件）を書き出し、読み戻して確かめました。",
    )


def _ledger_line(desk: Desk, session: Session, outgoing: Outgoing) -> Export:
    export = Export(
        kind=outgoing.kind.value,
        number=next_number(session, outgoing.kind),
        file_name=outgoing.file_name,
        rows=outgoing.rows,
        total=outgoing.total,
        sha256=outgoing.sha256,
        medium=outgoing.medium,
        made_at=desk.now_text(),
        made_by=desk.staff.id,
        read_back_at=desk.now_text(),
        password=outgoing.password or None,
    )
    session.add(export)
    session.flush()
    return export


def _place(target: Path, outgoing: Outgoing) -> None:
    """The file on the medium, proven; on any failure neither file nor ``.part`` stays."""
    if target.exists():
        raise CustodyProblem(
            "K-1665",
            f"媒体に同じ名前のファイル（{outgoing.file_name}）があります。",
            todo="別の媒体を使うか、前のファイルの受渡しを済ませてください。",
        )
    part = target.with_name(target.name + ".part")
    made = False
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb") as file:
            made = True
            file.write(outgoing.data)
            file.flush()
            os.fsync(file.fileno())
        back = _read_back(part)
        if back != outgoing.data:
            raise CustodyProblem(
                "K-1667",
                "媒体から読み戻した内容が、書いた内容と違います。",
                kept="渡してよいファイルはできていません。",
                todo="媒体を替えて、もう一度書き出してください。",
            )
        if outgoing.verify is not None:
            outgoing.verify(back)
        part.rename(target)
        made = False
        _sync(target.parent)
    except OSError as problem:
        target.unlink(missing_ok=True)
        raise _cannot_write(problem) from None
    finally:
        if made:
            part.unlink(missing_ok=True)


def _read_back(path: Path) -> bytes:
    """What the medium gives back; the system's copy in memory is dropped first where it can be."""
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return file.read()


def _sync(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot_write(problem: OSError) -> CustodyProblem:
    words = {
        errno.ENOSPC: "媒体の空きが足りません。",
        errno.EDQUOT: "媒体の空きが足りません。",
        errno.EROFS: "媒体が書込み禁止になっています。",
        errno.EACCES: "媒体に書き込めません。",
        errno.EPERM: "媒体に書き込めません。",
        errno.EEXIST: "媒体に、前の書出しの途中のファイル（.part）が残っています。",
    }
    return CustodyProblem(
        "K-1666",
        words.get(problem.errno or 0, "媒体に書いている途中で、書けなくなりました。"),
        kept="媒体には何も残していません。管理簿にも載せていません。",
        todo="媒体を確かめるか替えるかして、もう一度書き出してください。",
    )
