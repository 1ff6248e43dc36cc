"""The way of a medium after its file was written: handed over, its password on another day, come back, erased.

Every step is a column of the hand-over ledger and is entered once: nothing here changes what stands there already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import custody_sheets, sheets
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.custody import (
    EXPORT_LABELS,
    METHOD_LABELS,
    ErasureMethod,
    ExportKind,
    LedgerLine,
    check_erasure,
    check_return,
    check_witness,
    due_of,
    is_overdue,
    may_print_password,
    return_due,
)
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.exchange import Export, MediumReturn
from kyufu_desktop.services import gaiji, ledger_remarks
from kyufu_desktop.services.case_facts import staff_names
from kyufu_desktop.services.exchange_rows import ExportRow
from kyufu_desktop.services.session import Desk
from kyufu_desktop.services.workstation import value_of

_CHANGED = Kind.EXPORTS | Kind.AUDIT
#: What is written without a password keeps its own ending; what is sealed is a workbook or an archive.
_PLAIN_ENDING = ".txt"


@dataclass(frozen=True, slots=True)
class Erasure:
    """How the data of a medium were erased. ``reported_on``: when the receiver's report came, where the medium does not come back."""

    method: ErasureMethod
    erased_on: date
    witness: str = field(repr=False)
    reported_on: date | None = None


# ---------------------------------------------------------------- reading
def lines(session: Session, *conditions: ColumnElement[bool]) -> tuple[LedgerLine, ...]:
    """Lines of the hand-over ledger, oldest first."""
    return tuple(line for _, line in _written(session, *conditions))


def _written(session: Session, *conditions: ColumnElement[bool]) -> list[tuple[Export, LedgerLine]]:
    names, remarks = staff_names(session), ledger_remarks.remarks(session)
    query = select(Export, MediumReturn).outerjoin(MediumReturn, MediumReturn.export_id == Export.id).where(*conditions)
    return [(export, _line(export, back, names, remarks.get(export.id, ""))) for export, back in session.execute(query.order_by(Export.id))]


def _line(export: Export, back: MediumReturn | None, names: dict[int, str], remark: str = "") -> LedgerLine:
    method = ErasureMethod(back.method) if back is not None and back.method is not None else None
    in_its_place = method is ErasureMethod.RECEIVER_KEEPS
    return LedgerLine(
        export_id=export.id,
        kind=ExportKind(export.kind),
        file_name=export.file_name,
        rows=export.rows,
        total=export.total,
        sha256=export.sha256,
        medium=export.medium,
        made_on=_day(export.made_at),
        maker=names.get(export.made_by, "不明"),
        handed_over_on=_day(export.handed_over_at) if export.handed_over_at else None,
        receiver=export.receiver or "",
        password_on=_day(export.password_printed_at) if export.password_printed_at else None,
        remark=remark,
        bag=export.bag or "",
        sealed=not export.file_name.endswith(_PLAIN_ENDING),
        returned_on=back.returned_on if back is not None and not in_its_place else None,
        reported_on=back.returned_on if back is not None and in_its_place else None,
        erased_on=back.erased_on if back is not None else None,
        method=method,
        witness=(back.witness or "") if back is not None else "",
        erased_by=names.get(back.erased_by, "不明") if back is not None and back.erased_by is not None else "",
    )


def rows(session: Session, on: date) -> tuple[ExportRow, ...]:
    """The ledger as the screen shows it, newest first."""
    days = return_days(session)
    return tuple(
        ExportRow(
            export_id=export.id,
            kind_word=EXPORT_LABELS[line.kind],
            number=export.number,
            file_name=export.file_name,
            rows=export.rows,
            total=export.total,
            sha256=export.sha256,
            medium=export.medium,
            made_at=export.made_at,
            made_by=line.maker,
            handed_over_at=export.handed_over_at,
            receiver=export.receiver,
            password_printed_at=export.password_printed_at,
            line=line,
            due_on=due_of(line, days),
            overdue=is_overdue(line, days, on),
            state_word=ledger_remarks.state_of(export),
        )
        for export, line in reversed(_written(session))
    )


def return_days(session: Session) -> int:
    """Days within which a medium comes back (setting)."""
    return int(value_of(session, "return_days"))


def overdue(session: Session, on: date) -> tuple[int, date | None]:
    """How many lines wait for their medium longer than agreed, and the oldest day on which one should have been back."""
    days = return_days(session)
    waited = (
        Export.handed_over_at < (on - timedelta(days=days)).isoformat(),
        Export.id.not_in(select(MediumReturn.export_id)),
    )
    number, oldest = session.execute(select(func.count(Export.id), func.min(Export.handed_over_at)).where(*waited)).one()
    return number, return_due(_day(oldest), days) if oldest else None


# ---------------------------------------------------------------- handing over
def hand_over(desk: Desk, export_id: int, receiver: str, bag: str) -> Changes:
    """The medium changed hands: who took it, in which locked bag."""
    if not receiver.strip():
        raise InputProblem("K-1687", "receiver", "受け取った人の名前が入っていません。", todo="受領者の所属と名前を入れてください。")
    with desk.work(Act.MEDIUM_HANDED_OVER) as unit:
        export = _written_export(unit.session, export_id)
        if export.handed_over_at is not None:
            raise Conflict("K-1688", "この媒体は、もう渡した記録があります。", todo="管理簿を読み直してください。")
        export.handed_over_at = desk.now_text()
        export.receiver = receiver.strip()
        export.bag = bag.strip()
        unit.record(Act.MEDIUM_HANDED_OVER, subject="export", subject_id=export_id)
    return Changes(_CHANGED, "媒体を渡した記録をつけました。")


def notice(desk: Desk, export_id: int) -> bytes:
    """媒体送付票: all lines of the ledger that went on this medium to the same hands on the same day. It is made without any password.

    Raises Conflict K-1482 where the medium was not handed over yet, or is back or erased already.
    """
    with desk.work(Act.LEDGER_PRINTED) as unit:
        chosen = _line_of(unit.session, export_id)
        if chosen.handed_over_on is None:
            raise Conflict(
                "K-1482", "媒体をまだ渡していません。", todo="先に「渡したことを書く」で、受け取った人とかばんを書いてください。"
            )
        if chosen.returned_on is not None or chosen.erased_on is not None:
            raise Conflict("K-1482", "この媒体は、もう返却か消去を書いてあります。", todo="送付票は、媒体を渡すときに印刷してください。")
        together = [
            line
            for line in lines(unit.session, Export.medium == chosen.medium, Export.handed_over_at.is_not(None))
            if (line.handed_over_on, line.receiver, line.bag) == (chosen.handed_over_on, chosen.receiver, chosen.bag)
        ]
        due = return_due(chosen.handed_over_on, return_days(unit.session))
        pdf = custody_sheets.medium_notice(together, desk.staff.name, due, gaiji.approved(unit.session), practice=desk.practice)
        unit.record(Act.LEDGER_PRINTED, subject="medium_notice", subject_id=export_id, lines=len(together))
    return pdf


def password_sheet(desk: Desk, export_id: int) -> bytes:
    """PDF of the パスワード通知書; refused on the day of the hand-over (another occasion).

    Afterwards the password is dropped from the vault.
    """
    with desk.work(Act.PASSWORD_SHEET_PRINTED) as unit:
        export = _written_export(unit.session, export_id)
        why = may_print_password(_line_of(unit.session, export_id), desk.today())
        if why is not None:
            raise Conflict("K-1684", why, todo="媒体とは別の機会に、通知書を作って渡してください。")
        if export.password is None:
            raise Conflict(
                "K-1685", "このファイルのパスワードは、もう保管していません。", todo="届いていないときは、書き出しからやり直してください。"
            )
        pdf = sheets.password_sheet(
            export.file_name,
            export.medium,
            export.password,
            desk.today(),
            export.receiver or "",
            gaiji.approved(unit.session),
            practice=desk.practice,
        )
        export.password = None
        export.password_printed_at = desk.now_text()
        export.password_printed_by = desk.staff.id
        unit.record(Act.PASSWORD_SHEET_PRINTED, subject="export", subject_id=export_id)
    return pdf


# ---------------------------------------------------------------- coming back, erased
def enter_return(desk: Desk, export_id: int, returned_on: date) -> Changes:
    """The medium came back. Raises InputProblem K-1480 (the day cannot be), Conflict K-1483 (not handed over, or entered already)."""
    with desk.work(Act.MEDIUM_RETURNED) as unit:
        line = _line_of(unit.session, export_id)
        _refuse_unless_out(line)
        if line.returned_on is not None:
            raise Conflict("K-1483", "この媒体の返却は、もう書いてあります。", todo="管理簿の返却の日を見てください。")
        check_return(line, returned_on, desk.today())
        unit.session.add(MediumReturn(export_id=export_id, returned_on=returned_on, recorded_at=desk.now_text(), recorded_by=desk.staff.id))
        unit.record(Act.MEDIUM_RETURNED, subject="export", subject_id=export_id, returned_on=returned_on.isoformat())
    return Changes(_CHANGED, "媒体の返却を書きました。消去したら、消去も書いてください。")


def enter_erasure(desk: Desk, export_id: int, erasure: Erasure) -> Changes:
    """What was done to the data of the medium, by whom and before whose eyes. A password that the vault still kept is dropped with it.

    Raises InputProblem K-1480 (method or days cannot be), K-1481 (no witness, or the recorder himself), Conflict K-1483 (not handed over,
    or entered already).
    """
    with desk.work(Act.MEDIUM_ERASED) as unit:
        line = _line_of(unit.session, export_id)
        _refuse_unless_out(line)
        check_erasure(line, erasure.method, erasure.erased_on, erasure.reported_on, desk.today())
        witness = check_witness(erasure.witness, desk.staff.name)
        back = unit.session.scalar(select(MediumReturn).where(MediumReturn.export_id == export_id))
        if back is None:
            # The report stands in the place of the medium: both rows of the ledger are made of its day.
            assert erasure.reported_on is not None
            back = MediumReturn(
                export_id=export_id, returned_on=erasure.reported_on, recorded_at=desk.now_text(), recorded_by=desk.staff.id
            )
            unit.session.add(back)
        back.erased_on, back.method, back.witness = erasure.erased_on, erasure.method.value, witness
        back.erased_at, back.erased_by = desk.now_text(), desk.staff.id
        export = _export(unit.session, export_id)
        dropped, export.password = export.password is not None, None
        unit.record(
            Act.MEDIUM_ERASED,
            subject="export",
            subject_id=export_id,
            method=erasure.method.value,
            erased_on=erasure.erased_on.isoformat(),
            password_dropped=dropped,
        )
    return Changes(_CHANGED, f"消去を書きました（{METHOD_LABELS[erasure.method]}）。「管理」で電子データ消去報告書を印刷できます。")


def _refuse_unless_out(line: LedgerLine) -> None:
    if line.handed_over_on is None:
        raise Conflict("K-1483", "媒体をまだ渡していません。", todo="渡したことを管理簿に書いてから、返却や消去を書いてください。")
    if line.erased_on is not None:
        raise Conflict("K-1483", "この媒体の消去は、もう書いてあります。", todo="管理簿の消去の日を見てください。書いたことは直せません。")


def _export(session: Session, export_id: int) -> Export:
    export = session.get(Export, export_id)
    if export is None:
        raise Conflict("K-1686", "この受渡しの記録がありません。", todo="管理簿を読み直してください。")
    return export


def _written_export(session: Session, export_id: int) -> Export:
    """The line of a file that is on a medium. Raises Conflict K-1952 where it is not, or not surely."""
    export = _export(session, export_id)
    if export.voided_at is not None:
        raise Conflict("K-1952", "このファイルは書き出していません。", todo="新しく書き出したものを選んでください。")
    if export.read_back_at is None:
        raise Conflict("K-1952", "このファイルは書出しの途中で止まっています。", todo="先に、媒体を確かめてください。")
    return export


def _line_of(session: Session, export_id: int) -> LedgerLine:
    _export(session, export_id)
    (line,) = lines(session, Export.id == export_id)
    return line


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])
