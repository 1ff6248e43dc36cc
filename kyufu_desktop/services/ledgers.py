"""What is kept on paper (紙に残すもの): staff list, hand-over ledger, print ledger, report of erased data. Printing each is recorded."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import custody_sheets, sheets
from kyufu_desktop.domain.custody import LedgerLine, Span
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind, LetterState
from kyufu_desktop.domain.printing import FAILURE_WORDS, Failure, PrintLine, ReprintCause, cause_of
from kyufu_desktop.domain.staff import ROLE_LABELS, Act, Role
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.models.letter import Letter, PrintJob
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.services import gaiji, media
from kyufu_desktop.services.case_facts import staff_names
from kyufu_desktop.services.session import Desk

#: Everything that was ever entered.
ALL = Span()


def ledger(desk: Desk, span: Span = ALL) -> tuple[LedgerLine, ...]:
    """The hand-over ledger (受渡し管理簿) of what was made in the span, oldest first."""
    with desk.look(Act.LEDGER_PRINTED) as session:
        return _made_in(session, span)


def print_ledger(desk: Desk, span: Span = ALL) -> tuple[PrintLine, ...]:
    """The print ledger (印刷管理簿) of the runs begun in the span, oldest first."""
    with desk.look(Act.LEDGER_PRINTED) as session:
        return _jobs(session, span)


def staff_list_pdf(desk: Desk) -> bytes:
    """取扱者指定簿 with everybody who was ever registered."""
    with desk.work(Act.LEDGER_PRINTED) as unit:
        db = unit.session
        names = staff_names(db)
        added_by = {
            row[0]: names.get(row[1], "")
            for row in db.execute(select(AuditEntry.subject_id, AuditEntry.actor_id).where(AuditEntry.act == Act.STAFF_ADDED.value))
        }
        lines = [
            sheets.StaffLine(
                name=member.name,
                role=ROLE_LABELS[Role(member.role)],
                appointed_on=_day(member.added_at),
                removed_on=None if member.removed_at is None else _day(member.removed_at),
                appointed_by=added_by.get(member.id, ""),
            )
            for member in db.scalars(select(StaffMember).order_by(StaffMember.id))
        ]
        unit.record(Act.LEDGER_PRINTED, subject="staff_list", lines=len(lines))
    return sheets.staff_list(lines, desk.today(), gaiji.pictures(desk), practice=desk.practice)


def ledger_pdf(desk: Desk, span: Span = ALL) -> bytes:
    """受渡し管理簿 of the span."""
    with desk.work(Act.LEDGER_PRINTED) as unit:
        lines = _made_in(unit.session, span)
        unit.record(Act.LEDGER_PRINTED, subject="ledger", lines=len(lines), first=_iso(span.first), last=_iso(span.last))
    return custody_sheets.ledger(lines, span, desk.today(), gaiji.pictures(desk), practice=desk.practice)


def print_ledger_pdf(desk: Desk, span: Span = ALL) -> bytes:
    """印刷管理簿 of the span."""
    with desk.work(Act.LEDGER_PRINTED) as unit:
        jobs = _jobs(unit.session, span)
        unit.record(Act.LEDGER_PRINTED, subject="print_ledger", lines=len(jobs), first=_iso(span.first), last=_iso(span.last))
    return custody_sheets.print_ledger(jobs, span, desk.today(), gaiji.pictures(desk), practice=desk.practice)


def erasure_report_pdf(desk: Desk, span: Span = ALL, medium: str = "") -> bytes:
    """電子データ消去報告書: what was erased in the span, on one medium or on all; and what went out by its end and is not erased yet.

    Raises Conflict K-1484 where nothing was erased.
    """
    with desk.work(Act.LEDGER_PRINTED) as unit:
        chosen = (Export.medium == medium.strip(),) if medium.strip() else ()
        lines = media.lines(unit.session, *chosen)
        erased = tuple(line for line in lines if line.erased_on is not None and span.holds(line.erased_on))
        if not erased:
            raise Conflict(
                "K-1484",
                "この範囲に、消去を書いた媒体はありません。",
                kept="報告書は作っていません。",
                todo="「ホスト連携」の管理簿で消去を書くか、期間と媒体の番号を確かめてください。",
            )
        waiting = tuple(line for line in lines if _still_out(line, span))
        unit.record(
            Act.LEDGER_PRINTED,
            subject="erasure_report",
            lines=len(erased),
            waiting=len(waiting),
            first=_iso(span.first),
            last=_iso(span.last),
        )
    return custody_sheets.erasure_report(erased, waiting, span, medium.strip(), desk.today(), gaiji.pictures(desk), practice=desk.practice)


def _still_out(line: LedgerLine, span: Span) -> bool:
    """Handed over by the end of the span and not erased to this day."""
    return line.handed_over_on is not None and line.handed_over_on <= (span.last or date.max) and line.erased_on is None


def _made_in(session: Session, span: Span) -> tuple[LedgerLine, ...]:
    return tuple(line for line in media.lines(session) if span.holds(line.made_on))


def _jobs(session: Session, span: Span) -> tuple[PrintLine, ...]:
    names = staff_names(session)
    spoiled: defaultdict[int | None, list[tuple[ReprintCause, bool]]] = defaultdict(list)
    query = select(Letter.job_id, Letter.reprint_reason, Letter.voided_by).where(
        Letter.job_id.is_not(None), Letter.state == LetterState.SPOILED.value
    )
    for job_id, reason, anew in session.execute(query):
        spoiled[job_id].append((cause_of(reason), anew is not None))
    return tuple(
        PrintLine(
            job_id=job.id,
            started_at=job.started_at,
            started_by=names.get(job.started_by, "不明"),
            printer=job.printer,
            tray=job.tray,
            duplex=job.duplex,
            kind_word=LETTER_LABELS[LetterKind(job.kind)],
            letters=job.letters,
            sheets=job.sheets,
            good_sheets=job.good_sheets,
            shredded_sheets=job.shredded_sheets,
            spoiled=len(spoiled[job.id]),
            anew=sum(anew for _, anew in spoiled[job.id]),
            causes=tuple(sorted(Counter(cause for cause, _ in spoiled[job.id]).items())),
            failure_words=FAILURE_WORDS[Failure(job.failure)] if job.failure else "",
            sha256=job.sha256,
        )
        for job in session.scalars(select(PrintJob).order_by(PrintJob.id))
        if span.holds(_day(job.started_at))
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])
