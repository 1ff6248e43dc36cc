"""To and from the host system: import of the workbooks, export of the encrypted ones, each read back and entered in the ledger."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import sheets
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.custody import EXPORT_LABELS, ExportKind, LedgerLine, may_print_password
from kyufu_desktop.domain.inquiry import InquiryKind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.exchange import Export, ImportFile
from kyufu_desktop.services import exports, import_answers, import_planned, import_targets, ledger_remarks, open_files
from kyufu_desktop.services.case_facts import staff_names
from kyufu_desktop.services.exchange_rows import ExportRow, ImportRow, Inspection, Overview, Progress
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
        rows = tuple(_export_row(row, names) for row in session.scalars(select(Export).order_by(Export.id.desc())))
        return Overview(
            imports,
            rows,
            exports.unreported(session),
            len(exports.status_rows(session)),
            exports.inquiries_to_make(session, InquiryKind.TAX, desk.programme),
            open_files.open_files(session),
        )


def _export_row(row: Export, names: dict[int, str]) -> ExportRow:
    return ExportRow(
        export_id=row.id,
        kind_word=EXPORT_LABELS[ExportKind(row.kind)],
        number=row.number,
        file_name=row.file_name,
        rows=row.rows,
        total=row.total,
        sha256=row.sha256,
        medium=row.medium,
        made_at=row.made_at,
        made_by=names.get(row.made_by, ""),
        handed_over_at=row.handed_over_at,
        receiver=row.receiver,
        password_printed_at=row.password_printed_at,
        state_word=ledger_remarks.state_of(row),
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


def hand_over(desk: Desk, export_id: int, receiver: str, bag: str) -> Changes:
    """The medium changed hands: who took it, in which locked bag."""
    if not receiver.strip():
        raise InputProblem("K-1687", "receiver", "受け取った人の名前が入っていません。", todo="受領者の所属と名前を入れてください。")
    with desk.work(Act.MEDIUM_HANDED_OVER) as unit:
        export = _export(unit.session, export_id)
        _require_written(export)
        if export.handed_over_at is not None:
            raise Conflict("K-1688", "この媒体は、もう渡した記録があります。", todo="管理簿を読み直してください。")
        export.handed_over_at = desk.now_text()
        export.receiver = receiver.strip()
        export.bag = bag.strip()
        unit.record(Act.MEDIUM_HANDED_OVER, subject="export", subject_id=export_id)
    return Changes(Kind.EXPORTS | Kind.AUDIT, "媒体を渡した記録をつけました。")


def password_sheet(desk: Desk, export_id: int) -> bytes:
    """PDF of the パスワード通知書; refused on the day of the hand-over (another occasion).

    Afterwards the password is dropped from the vault.
    """
    with desk.work(Act.PASSWORD_SHEET_PRINTED) as unit:
        export = _export(unit.session, export_id)
        _require_written(export)
        why = may_print_password(_ledger_line(export, staff_names(unit.session)), desk.today())
        if why is not None:
            raise Conflict("K-1684", why, todo="媒体とは別の機会に、通知書を作って渡してください。")
        if export.password is None:
            raise Conflict(
                "K-1685", "このファイルのパスワードは、もう保管していません。", todo="届いていないときは、書き出しからやり直してください。"
            )
        pdf = sheets.password_sheet(
            export.file_name, export.medium, export.password, desk.today(), export.receiver or "", practice=desk.practice
        )
        export.password = None
        export.password_printed_at = desk.now_text()
        export.password_printed_by = desk.staff.id
        unit.record(Act.PASSWORD_SHEET_PRINTED, subject="export", subject_id=export_id)
    return pdf


def _export(session: Session, export_id: int) -> Export:
    export = session.get(Export, export_id)
    if export is None:
        raise Conflict("K-1686", "この受渡しの記録がありません。", todo="管理簿を読み直してください。")
    return export


def _require_written(export: Export) -> None:
    """Raises Conflict K-1952 where the file is not, or not surely, on a medium."""
    if export.voided_at is not None:
        raise Conflict("K-1952", "このファイルは書き出していません。", todo="新しく書き出したものを選んでください。")
    if export.read_back_at is None:
        raise Conflict("K-1952", "このファイルは書出しの途中で止まっています。", todo="先に、媒体を確かめてください。")


def _ledger_line(export: Export, names: dict[int, str]) -> LedgerLine:
    return LedgerLine(
        export_id=export.id,
        kind=ExportKind(export.kind),
        file_name=export.file_name,
        rows=export.rows,
        total=export.total,
        sha256=export.sha256,
        medium=export.medium,
        made_on=date.fromisoformat(export.made_at[:10]),
        maker=names.get(export.made_by, ""),
        handed_over_on=date.fromisoformat(export.handed_over_at[:10]) if export.handed_over_at else None,
        receiver=export.receiver or "",
        password_on=date.fromisoformat(export.password_printed_at[:10]) if export.password_printed_at else None,
    )
