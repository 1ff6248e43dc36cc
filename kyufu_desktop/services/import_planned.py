"""支給予定情報 into the file: only the newest list counts, so it takes the place of the one before."""

from __future__ import annotations

from sqlalchemy import delete, insert

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import CellFinding, FileProblem
from kyufu_desktop.exchange.host_files import PlannedInspection, inspect_planned
from kyufu_desktop.models.exchange import ImportFile, PlannedRow
from kyufu_desktop.services import collation_state, planned_difference
from kyufu_desktop.services.collation_state import ListDifference
from kyufu_desktop.services.exchange_rows import Inspection, Progress
from kyufu_desktop.services.planned_difference import Difference
from kyufu_desktop.services.session import Desk

#: Lines of the difference that are shown; more are told as a number.
_SHOWN = 500


def inspect(desk: Desk, data: bytes, password: str, file: str, progress: Progress) -> Inspection:
    """Reads the list and compares it with the present one. Nothing is stored."""
    read = inspect_planned(data, password, file, progress, desk.programme.host_words())
    findings, older = read.findings, False
    found: Difference | None = None
    with desk.look() as session:
        present = collation_state.newest_list(session)
        if present is not None:
            found = planned_difference.compare(session, read.rows, desk.programme, progress)
            if present.created_on is not None and read.created_on < present.created_on:
                older = True
                why = f"作成日が{wareki(read.created_on)}で、今ある一覧（{wareki(present.created_on)}）より前です"
                findings = (CellFinding("表紙", 0, "作成日", why, fatal=False), *findings)
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
        findings=findings,
        differences=_lines(found, len(read.rows)) if found is not None else (),
        count_agrees=read.count_agrees,
        payload=read,
        older=older,
    )


def _lines(found: Difference, now: int) -> tuple[tuple[str, str, str], ...]:
    shown = (("", "支給予定", found.sentence(now)), *found.lines[:_SHOWN])
    if len(found.lines) > _SHOWN:
        return (*shown, ("", "ほか", f"案件に関わる変更が、ほかに{len(found.lines) - _SHOWN:,}あります"))
    return shown


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
    session = unit.session
    # Compared again in this transaction: another list may have come in since the file was looked at.
    found = planned_difference.compare(session, read.rows, desk.programme, progress)
    session.execute(delete(PlannedRow))
    done = 0
    for piece in read.rows.pieces():
        progress(done, len(read.rows))
        session.execute(
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
                for row in piece
            ],
        )
        done += len(piece)
    progress(len(read.rows), len(read.rows))
    if found.before:
        collation_state.keep_difference(session, ListDifference(record.id, found.before, found.new, found.gone, found.changed, found.ours))
    unit.record(Act.PLANNED_IMPORTED, subject="import", subject_id=record.id, rows=len(read.rows), ours=found.ours)
    return Changes(Kind.FINDINGS | Kind.AUDIT, f"支給予定{len(read.rows):,}行を取り込みました。突合を行うまで、振込はできません。")
