"""To and from the host system: import of the workbooks, export of the encrypted ones, each read back and entered in the ledger."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.inquiry import InquiryKind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.exchange import ImportFile
from kyufu_desktop.services import exports, import_answers, import_planned, import_targets, media, open_files
from kyufu_desktop.services.case_facts import staff_names
from kyufu_desktop.services.exchange_rows import ExportRow, ImportRow, Inspection, Overview, Progress
from kyufu_desktop.services.media import hand_over, password_sheet
from kyufu_desktop.services.outgoing import Outgoing, write_out
from kyufu_desktop.services.session import Desk, require

__all__ = [
    "ExportRow",
    "ImportRow",
    "Inspection",
    "Outgoing",
    "Overview",
    "Progress",
    "bring_in",
    "hand_over",
    "inspect",
    "make_exclusion",
    "make_inquiries",
    "make_status",
    "overview",
    "password_sheet",
    "write_out",
]

#: kind -> (word, act, what inspects it, what brings it in)
_KINDS = {
    "targets": ("支給対象者データ", Act.TARGETS_IMPORTED, import_targets.inspect, import_targets.bring_in),
    "planned": ("支給予定情報", Act.PLANNED_IMPORTED, import_planned.inspect, import_planned.bring_in),
    "tax_answers": ("税照会結果", Act.TAX_ANSWERS_IMPORTED, import_answers.inspect_tax, import_answers.bring_in_tax),
    "account_answers": (
        "口座照会結果",
        Act.ACCOUNT_ANSWERS_IMPORTED,
        import_answers.inspect_accounts,
        import_answers.bring_in_accounts,
    ),
}


def inspect(desk: Desk, data: bytes, password: str, file: str, kind: str, progress: Progress) -> Inspection:
    """Decrypts and reads in memory. Raises FileProblem; a file with the digest of an earlier import is refused (Conflict K-1678)."""
    word, act, read, _ = _KINDS[kind]
    require(desk.staff, act)
    with desk.look() as session:
        _refuse_twice(session, hashlib.sha256(data).hexdigest(), word)
    return read(desk, data, password, file, progress)


def bring_in(desk: Desk, inspection: Inspection, count_confirmed: bool, progress: Progress) -> Changes:
    """Stores the clean households in one transaction. A cover count that disagrees, or an older list, needs ``count_confirmed``."""
    if not inspection.count_agrees and not count_confirmed:
        raise InputProblem(
            "K-1679",
            "count_confirmed",
            "表紙の件数と、シートの行数が違います。",
            kept="何も取り込んでいません。",
            todo="ホスト担当に件数を確かめ、確かめたことを示してから取り込んでください。",
        )
    if inspection.older and not count_confirmed:
        raise InputProblem(
            "K-1653",
            "count_confirmed",
            "今ある一覧より、作成日が前のファイルです。",
            kept="何も取り込んでいません。",
            todo="新しいファイルがないか、ホスト担当に確かめてから取り込んでください。",
        )
    word, act, _, store = _KINDS[inspection.kind]
    with desk.work(act) as unit:
        digest = str(getattr(inspection.payload, "sha256"))  # noqa: B009 - every reader's result has its digest
        _refuse_twice(unit.session, digest, word)
        record = ImportFile(
            kind=inspection.kind,
            sha256=digest,
            file_name=inspection.file,
            created_on=inspection.created_on,
            rows=inspection.people,
            refused=inspection.refused_households,
            report=import_targets.report_json(inspection.findings),
            imported_at=desk.now_text(),
            imported_by=desk.staff.id,
        )
        unit.session.add(record)
        unit.session.flush()
        return store(desk, unit, inspection, record, progress)


def _refuse_twice(session: Session, digest: str, word: str) -> None:
    earlier = session.scalar(select(ImportFile.imported_at).where(ImportFile.sha256 == digest))
    if earlier is not None:
        day = date.fromisoformat(earlier[:10])
        raise Conflict(
            "K-1678",
            f"この{word}は、{day.month}月{day.day}日に取り込み済みです。",
            kept="2度は取り込んでいません。",
            todo="新しいファイルかどうか、作成日を確かめてください。",
        )


def overview(desk: Desk) -> Overview:
    """What came in and what went out, newest first, and what still has to be told to the host."""
    with desk.look() as session:
        names = staff_names(session)
        imports = tuple(
            ImportRow(row.id, _KINDS[row.kind][0], row.file_name, row.rows, row.refused, row.imported_at, names.get(row.imported_by, ""))
            for row in session.scalars(select(ImportFile).order_by(ImportFile.id.desc()))
        )
        rows = media.rows(session, desk.today())
        return Overview(
            imports,
            rows,
            exports.unreported(session),
            len(exports.status_rows(session)),
            exports.inquiries_to_make(session, InquiryKind.TAX, desk.programme),
            open_files.open_files(session),
        )


def make_status(desk: Desk, medium: str, progress: Progress) -> Outgoing:
    """給付状況 for the host: every decided benefit; marks nothing until :func:`write_out`."""
    require(desk.staff, Act.STATUS_WRITTEN)
    return exports.status(desk, medium, progress)


def make_inquiries(desk: Desk, kind: str, medium: str, progress: Progress) -> Outgoing:
    """The inquiry file (``tax`` / ``account``); the people are entered as asked when it is written."""
    require(desk.staff, Act.INQUIRY_FILE_WRITTEN)
    return exports.inquiries(desk, InquiryKind(kind.upper()), medium, progress)


def make_exclusion(desk: Desk, medium: str, progress: Progress) -> Outgoing:
    """Numbers that the contractor's data must not hold; no name, no category, no reason."""
    require(desk.staff, Act.EXCLUSION_WRITTEN)
    return exports.exclusion(desk, medium, progress)
