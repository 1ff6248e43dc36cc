"""A file on its way out, in two steps: the ledger says first that it is about to be written, and then that it is there.

(a) A unit of work: the line of the ledger, not read back yet, and what must be known before a byte exists. (b) ``.part``, fsync, read
back, compare, rename. (c) A unit of work: the line is read back, and what is marked with the file (payments reported, persons asked, a
batch sent) is marked by :attr:`Outgoing.on_written`. A failure takes (a) back where it is certain that no file is there. After a kill, or
where that is not certain, the line stays open and a person looks at the medium (``open_files``): no file is there that the ledger does not
know.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.database.durable import sync_folder
from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.custody import EXPORT_FILE_NAMES, EXPORT_LABELS, ExportKind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem, UserError
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.services.session import Desk

ACTS: dict[ExportKind, Act] = {
    ExportKind.BANK_FILE: Act.BANK_FILE_WRITTEN,
    ExportKind.HOST_STATUS: Act.STATUS_WRITTEN,
    ExportKind.INQUIRY_TAX: Act.INQUIRY_FILE_WRITTEN,
    ExportKind.INQUIRY_ACCOUNT: Act.INQUIRY_FILE_WRITTEN,
    ExportKind.EXCLUSION: Act.EXCLUSION_WRITTEN,
    ExportKind.READING_TEXT: Act.READING_TEXT_MADE,
    ExportKind.ACCOUNTING: Act.ACCOUNTING_WRITTEN,
}
CHANGED = Kind.EXPORTS | Kind.PAYMENTS | Kind.INQUIRIES | Kind.CASES | Kind.AUDIT


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Around:
    """What else is kept about a file, beside its line in the ledger; each gets the id of that line.

    ``started`` in unit (a); ``announced`` after it, durably, before a byte of the file exists; ``withdrawn`` before, and ``voided`` in, the
    unit that takes (a) back.
    """

    started: Callable[[UnitOfWork, int], None] = _nothing
    announced: Callable[[int], None] = _nothing
    withdrawn: Callable[[int], None] = _nothing
    voided: Callable[[UnitOfWork, int], None] = _nothing


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A sealed file, ready to be written to the medium by :func:`write_out`.

    ``data`` is already encrypted (or the plain bank file by setting). ``export_id`` is 0: the line of the ledger is made when the file is
    written; ``number`` is its number among its kind (0: the next). ``verify`` gets the bytes read back from the medium and raises
    ``CustodyProblem`` where they are not what was sealed. ``on_written(unit, export_id)`` marks what the file tells of.
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
    number: int = 0
    around: Around = field(default=Around(), repr=False)


def next_number(session: Session, kind: ExportKind) -> int:
    """The number of the next file of a kind. Lines of the ledger are never deleted, so no number comes twice."""
    return (session.scalar(select(func.max(Export.number)).where(Export.kind == kind.value)) or 0) + 1


def name_of(kind: ExportKind, number: int) -> str:
    """``host_status.xlsx`` for the first, ``host_status-02.xlsx`` for the second: no personal data, never the same name twice."""
    plain = Path(EXPORT_FILE_NAMES[kind])
    return plain.name if number == 1 else f"{plain.stem}-{number:02d}{plain.suffix}"


def write_out(desk: Desk, outgoing: Outgoing, folder: str) -> Changes:
    """The three steps of the module's head.

    Raises InputProblem K-1649 (no such folder), CustodyProblem K-1665 (a file of this name is there: it is never written over), K-1666
    (cannot write), K-1667 (read back differs), K-1941 (whether a file is there cannot be said), Conflict K-1950 (made before another).
    """
    place = Path(folder)
    if not place.is_dir():
        raise InputProblem("K-1649", "folder", "書き出す先の媒体が見つかりません。", todo="媒体を差し込み、もう一度選んでください。")
    target = place / outgoing.file_name
    _require_free(target, outgoing.file_name)
    medium = _identity(place)
    act = ACTS[outgoing.kind]
    with desk.work(act) as unit:
        export_id = _line(desk, unit.session, outgoing).id
        outgoing.around.started(unit, export_id)
        _record(unit, _start_of(outgoing.kind), outgoing, export_id)
    try:
        outgoing.around.announced(export_id)
        _place(target, outgoing)
        with desk.work(act) as unit:
            unit.session.get_one(Export, export_id).read_back_at = desk.now_text()
            if outgoing.on_written is not None:
                outgoing.on_written(unit, export_id)
            _record(unit, act, outgoing, export_id)
    except BaseException as problem:
        closed = _cleared(target, outgoing.data, medium) and _taken_back(desk, outgoing, export_id)
        if not closed and isinstance(problem, UserError):
            raise _uncertain() from problem
        raise
    label = EXPORT_LABELS[outgoing.kind]
    return Changes(CHANGED, f"{label}（{outgoing.rows:,}件）を書き出し、読み戻して確かめました。")


def void_line(desk: Desk, unit: UnitOfWork, export_id: int, **detail: int) -> None:
    """The line of a file that is on no medium. It stays in the ledger, its number is never used again, its password is dropped."""
    export = unit.session.get_one(Export, export_id)
    export.voided_at = desk.now_text()
    export.voided_by = desk.staff.id
    export.password = None
    unit.record(Act.FILE_VOIDED, subject="export", subject_id=export_id, rows=export.rows, total=export.total, **detail)


def _start_of(kind: ExportKind) -> Act:
    return Act.BANK_FILE_STARTED if kind is ExportKind.BANK_FILE else Act.FILE_STARTED


def _record(unit: UnitOfWork, act: Act, outgoing: Outgoing, export_id: int) -> None:
    unit.record(
        act,
        subject=outgoing.subject or "export",
        subject_id=outgoing.subject_id if outgoing.subject else export_id,
        export=export_id,
        rows=outgoing.rows,
        total=outgoing.total,
        sha256=outgoing.sha256,
    )


def _line(desk: Desk, session: Session, outgoing: Outgoing) -> Export:
    number = next_number(session, outgoing.kind)
    if outgoing.number and outgoing.number < number:
        raise Conflict("K-1950", "このファイルを作ったあとに、別のファイルが書き出されています。", todo="もう一度、作り直してください。")
    export = Export(
        kind=outgoing.kind.value,
        number=outgoing.number or number,
        file_name=outgoing.file_name,
        rows=outgoing.rows,
        total=outgoing.total,
        sha256=outgoing.sha256,
        medium=outgoing.medium,
        made_at=desk.now_text(),
        made_by=desk.staff.id,
        password=outgoing.password or None,
    )
    session.add(export)
    session.flush()
    return export


def _require_free(target: Path, name: str) -> None:
    if target.exists():
        raise CustodyProblem(
            "K-1665",
            f"媒体に同じ名前のファイル（{name}）があります。",
            todo="別の媒体を使うか、前のファイルの受渡しを済ませてください。",
        )
    if part_of(target).exists():
        raise _cannot_write(OSError(errno.EEXIST, ""))


def part_of(target: Path) -> Path:
    """Where the file lies until it is proven."""
    return target.with_name(target.name + ".part")


def _place(target: Path, outgoing: Outgoing) -> None:
    """The file on the medium, proven. Whatever fails, the caller clears what is there."""
    part = part_of(target)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb") as file:
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
        if target.exists():
            raise OSError(errno.EEXIST, "")
        part.rename(target)
        sync_folder(target.parent)
    except OSError as problem:
        raise _cannot_write(problem) from None


def _read_back(path: Path) -> bytes:
    """What the medium gives back; the system's copy in memory is dropped first where it can be."""
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return file.read()


def _identity(place: Path) -> tuple[int, int]:
    status = place.stat()
    return status.st_dev, status.st_ino


def _cleared(target: Path, data: bytes, medium: tuple[int, int]) -> bool:
    """Nothing of ours is on this medium any more. False where the medium went away or does not let it go."""
    try:
        for path in (target, part_of(target)):
            # What somebody else put there meanwhile is not ours to remove.
            if path.exists() and data.startswith(path.read_bytes()):
                path.unlink()
        sync_folder(target.parent)
        return _identity(target.parent) == medium
    except OSError:
        return False


def _taken_back(desk: Desk, outgoing: Outgoing, export_id: int) -> bool:
    """Step (a) is undone; False where even that cannot be kept, and the line stays open."""
    try:
        outgoing.around.withdrawn(export_id)
        with desk.work(Act.FILE_VOIDED) as unit:
            outgoing.around.voided(unit, export_id)
            void_line(desk, unit, export_id)
    except UserError:
        return False
    return True


def _uncertain() -> CustodyProblem:
    return CustodyProblem(
        "K-1941",
        "書出しが途中で止まり、媒体にファイルがあるかどうか分かりません。",
        kept="「書出しの途中」として管理簿に残しています。",
        todo="媒体を差し、「書出しの途中で止まりました」の欄から確かめてください。",
    )


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
        kept="渡してよいファイルはできていません。",
        todo="媒体を確かめるか替えるかして、もう一度書き出してください。",
    )
