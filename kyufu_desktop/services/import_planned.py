"""支給予定情報 into the file: only the newest list counts, so it takes the place of the one before."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import FileProblem
from kyufu_desktop.exchange.host_files import PlannedInspection, inspect_planned
from kyufu_desktop.models.exchange import ImportFile, PlannedRow
from kyufu_desktop.services.exchange_rows import Inspection, Progress
from kyufu_desktop.services.session import Desk

_PIECE = 5000


def inspect(desk: Desk, data: bytes, password: str, file: str, progress: Progress) -> Inspection:
    """Reads the list. Nothing is stored."""
    read = inspect_planned(data, password, file, progress)
    with desk.look() as session:
        before = session.scalar(select(func.count()).select_from(PlannedRow)) or 0
    differences = ((("", "支給予定", f"{before:,}行 → {len(read.rows):,}行（前の一覧と入れ替えます）"),)) if before else ()
    return Inspection(
        kind="planned",
        file=file,
        created_on=read.created_on,
        people=len(read.rows),
        cases=0,
        new_cases=0,
        changed_cases=0,
        unchanged_cases=0,
        refused_households=0,
        findings=read.findings,
        differences=differences,
        count_agrees=read.count_agrees,
        payload=read,
    )


def bring_in(desk: Desk, unit: UnitOfWork, inspection: Inspection, record: ImportFile, progress: Progress) -> Changes:
    """Replaces the list as a whole. Raises FileProblem K-1689 where a row cannot be compared: it could hide a double payment."""
    read = inspection.payload
    assert isinstance(read, PlannedInspection)
    fatal = tuple(finding for finding in read.findings if finding.fatal and finding.column != "件数")
    if fatal:
        raise FileProblem(
            "K-1689",
            f"読めない行が{len(fatal):,}か所あり、突合できません。",
            file=inspection.file,
            todo="ホスト担当に直してもらい、受け取り直してください。",
            findings=fatal,
        )
    unit.session.execute(delete(PlannedRow))
    for start in range(0, len(read.rows), _PIECE):
        progress(start, len(read.rows))
        unit.session.execute(
            insert(PlannedRow),
            [
                {
                    "import_id": record.id,
                    "row": row.row,
                    "management_number": row.management_number,
                    "household_number": row.household_number,
                    "head_number": row.head_number,
                    "kana_folded": row.kana_folded,
                    "birth_day": row.birth,
                    "benefit": row.benefit.value,
                    "amount": row.amount,
                    "planned_on": row.planned_on,
                    "paid": row.paid,
                    "child_number": row.child_number,
                }
                for row in read.rows[start : start + _PIECE]
            ],
        )
    progress(len(read.rows), len(read.rows))
    unit.record(Act.PLANNED_IMPORTED, subject="import", subject_id=record.id, rows=len(read.rows))
    return Changes(Kind.FINDINGS | Kind.AUDIT, f"支給予定{len(read.rows):,}行を取り込みました。突合を行ってください。")
