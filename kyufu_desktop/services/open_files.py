"""Files whose writing stopped half way (書出しの途中): a person puts the medium in, the program looks, and the ledger is told.

A bank file that is found whole is as good as written: the batch waits for its result. One that is not there goes back to 送信待ち only when
an officer and another person confirm that the medium was not handed over. Any other file is made anew: what it should have marked
(persons asked, payments reported) was not kept with it, so that a found one is removed from the medium or the medium destroyed.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.database.durable import sync_folder
from kyufu_desktop.database.sent_ledger import Left
from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.custody import EXPORT_LABELS, ExportKind
from kyufu_desktop.domain.payment import BatchState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem, NotAllowed
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.models.payment import Batch
from kyufu_desktop.services import bank_files, sent_ledger
from kyufu_desktop.services.case_facts import staff_names
from kyufu_desktop.services.exchange_rows import OpenFile
from kyufu_desktop.services.outgoing import CHANGED, part_of, void_line
from kyufu_desktop.services.session import Desk, Second


class Found(StrEnum):
    """What lies on the medium under the name of the file."""

    WHOLE = "WHOLE"
    """The very bytes of the ledger's digest."""
    OTHER = "OTHER"
    """A file of that name with other bytes: not ours."""
    NOTHING = "NOTHING"


def waiting(desk: Desk) -> tuple[OpenFile, ...]:
    with desk.look() as session:
        return open_files(session)


def open_files(session: Session) -> tuple[OpenFile, ...]:
    """All of them, oldest first."""
    names = staff_names(session)
    numbers = {row[0]: row[1] for row in session.execute(select(Batch.export_id, Batch.number).where(Batch.export_id.is_not(None)))}
    return tuple(
        OpenFile(
            export_id=line.id,
            kind_word=EXPORT_LABELS[ExportKind(line.kind)],
            batch=numbers.get(line.id, 0) if line.kind == ExportKind.BANK_FILE.value else 0,
            medium=line.medium,
            file_name=line.file_name,
            rows=line.rows,
            total=line.total,
            sha256=line.sha256,
            made_at=line.made_at,
            made_by=names.get(line.made_by, "不明"),
        )
        for line in session.scalars(select(Export).where(Export.read_back_at.is_(None), Export.voided_at.is_(None)).order_by(Export.id))
    )


def look(desk: Desk, export_id: int, folder: str) -> Found:
    """Looks at the medium; nothing is changed. Raises InputProblem K-1649 (no medium), CustodyProblem K-1943 (it cannot be read)."""
    with desk.look() as session:
        return _look(_line(session, export_id), _place(folder))


def complete(desk: Desk, export_id: int, folder: str) -> Changes:
    """The bank file is there whole: the batch waits for its result, as if the program had not been stopped.

    Raises Conflict K-1949 where it is not there as it was sealed.
    """
    with desk.work(Act.BANK_FILE_WRITTEN) as unit:
        export = _line(unit.session, export_id, ExportKind.BANK_FILE)
        if _look(export, _place(folder)) is not Found.WHOLE:
            raise Conflict("K-1949", "この媒体に、書き出した振込データはありません。", todo="管理番号を見て、媒体を差し替えてください。")
        batch = _batch(unit.session, export_id)
        export.read_back_at = desk.now_text()
        bank_files.mark_sent(desk, unit, batch.id, export_id)
        unit.record(
            Act.BANK_FILE_WRITTEN,
            subject="batch",
            subject_id=batch.id,
            export=export_id,
            rows=export.rows,
            total=export.total,
            sha256=export.sha256,
            found=1,
        )
        return Changes(CHANGED, f"第{batch.number}回の振込データは媒体にありました。結果を待ちます。")


def absent(desk: Desk, export_id: int, folder: str, second: Second) -> Changes:
    """An officer, other than who is at the desk, confirms that the file was not handed over; the same bytes may be written again.

    The program looks at the medium once more and removes what was left half written. Where the sent ledger says that this very file was
    read back once (the vault was put back, or the medium is another one), the ledger keeps that, and two officers compare it with the
    bank's records before anything moves. Raises Conflict K-1948 where the file is there.
    """
    with desk.work(Act.BANK_FILE_ABSENT, second) as unit:
        if second.staff.id == desk.staff.id:
            raise NotAllowed("K-1946", "確かめる人が2人必要です。", todo="別の取扱責任者と一緒に確かめてください。")
        export = _line(unit.session, export_id, ExportKind.BANK_FILE)
        place = _place(folder)
        if _look(export, place) is Found.WHOLE:
            raise Conflict(
                "K-1948",
                "この媒体に、書き出した振込データがあります。",
                todo="渡してよいときは「あったものとして続ける」、渡さないときは媒体を処分してから確かめてください。",
            )
        _remove(part_of(place / export.file_name))
        batch = _batch(unit.session, export_id)
        # The ledger first: stopped in between, the batch is still 書出中 and is asked about again.
        written = sent_ledger.was_written(desk, export.number, export.sha256)
        if not written:
            sent_ledger.set_left(desk, export.number, export.sha256, Left.ABSENT)
        bank_files.back_to_approved(unit.session, batch.id)
        void_line(desk, unit, export_id)
        unit.record(Act.BANK_FILE_ABSENT, subject="batch", subject_id=batch.id, export=export_id, count=batch.count, total=batch.total)
        words = f"第{batch.number}回は「{BatchState.APPROVED.value}」に戻りました。"
        if written:
            return Changes(CHANGED, f"{words}控えには書き出した記録があります。取扱責任者2人が銀行の記録と照らし合わせてください。")
        return Changes(CHANGED, f"{words}同じ内容で、もう一度書き出せます。")


def void(desk: Desk, export_id: int, folder: str | None) -> Changes:
    """A file that is no bank file is not used: removed from the medium in ``folder``; None where the medium itself was destroyed.

    Raises CustodyProblem K-1943 where the medium does not let it go.
    """
    with desk.work(Act.FILE_VOIDED) as unit:
        export = _line(unit.session, export_id)
        if export.kind == ExportKind.BANK_FILE.value:
            raise Conflict("K-1947", "振込データは「支給・振込」で確かめます。", todo="「支給・振込」を開いてください。")
        found = Found.NOTHING
        if folder is not None:
            target = _place(folder) / export.file_name
            found = _look(export, target.parent)
            if found is Found.WHOLE:
                _remove(target)
            _remove(part_of(target))
        void_line(desk, unit, export_id, found=int(found is Found.WHOLE), destroyed=int(folder is None))
        word = EXPORT_LABELS[ExportKind(export.kind)]
    return Changes(CHANGED, f"{word}は書き出していないものとして残しました。もう一度作ってください。")


def _line(session: Session, export_id: int, kind: ExportKind | None = None) -> Export:
    export = session.get(Export, export_id)
    if export is None or export.read_back_at is not None or export.voided_at is not None or (kind and export.kind != kind.value):
        raise Conflict("K-1947", "書出しの途中のファイルではありません。", todo="画面を読み直してください。")
    return export


def _batch(session: Session, export_id: int) -> Batch:
    return session.scalars(select(Batch).where(Batch.export_id == export_id, Batch.state == BatchState.WRITING.value)).one()


def _place(folder: str) -> Path:
    place = Path(folder)
    if not place.is_dir():
        raise InputProblem("K-1649", "folder", "媒体が見つかりません。", todo="媒体を差し込み、もう一度選んでください。")
    return place


def _look(export: Export, place: Path) -> Found:
    target = place / export.file_name
    try:
        if not target.exists():
            return Found.NOTHING
        digest = hashlib.sha256(target.read_bytes()).hexdigest()
    except OSError:
        raise _unreadable() from None
    return Found.WHOLE if digest == export.sha256 else Found.OTHER


def _remove(path: Path) -> None:
    try:
        if path.exists():
            path.unlink()
            sync_folder(path.parent)
    except OSError:
        raise _unreadable() from None


def _unreadable() -> CustodyProblem:
    return CustodyProblem(
        "K-1943",
        "媒体のファイルを読むか消すことができません。",
        kept="「書出しの途中」のままです。",
        todo="媒体を確かめてください。消せない媒体は裁断し、そのことを選んでください。",
    )
