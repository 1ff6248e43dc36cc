"""今日の仕事: what is due, what waits for whom, deadlines, and how far the work has come, all counted from the tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Date, ScalarSelect, Select, String, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.inquiry import OVERDUE_AFTER_DAYS, InquiryKind
from kyufu_desktop.domain.letter import LetterKind, LetterState, Stop
from kyufu_desktop.domain.payment import BatchState, PaymentState, PayMethod
from kyufu_desktop.domain.review import OPEN, FormState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.models.case import Case, EvidenceRecord, SafeAddress
from kyufu_desktop.models.exchange import CollationFinding, Export, InquiryRecord
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.models.review import AccountRecord, ReturnedForm
from kyufu_desktop.services import (
    announcements,
    bank_calendar,
    checklist,
    collation_state,
    declines,
    gaiji_list,
    media,
    open_files,
    returned_mail,
    routes,
    sent_ledger,
)
from kyufu_desktop.services.case_facts import staff_names
from kyufu_desktop.services.case_lists import address_waits
from kyufu_desktop.services.case_rows import StationCount, Today, TodayTask
from kyufu_desktop.services.exports import unreported
from kyufu_desktop.services.letter_standing import LIVE, misplaced
from kyufu_desktop.services.review_forms import LATE_REASON
from kyufu_desktop.services.review_page import second_looks
from kyufu_desktop.services.sent_ledger import Standing
from kyufu_desktop.services.session import Desk

#: Evidence that ends within this many days is looked after now.
_SOON_DAYS = 31
#: Cases that are named one by one; more are found in their lists.
_SHOWN = 5
_OPEN_FORMS: tuple[str, ...] = tuple(sorted(state.value for state in OPEN))

_S = CaseStatus
_STAGES: tuple[tuple[str, frozenset[CaseStatus]], ...] = (
    ("要件審査", frozenset({_S.ACCEPTED, _S.REQUIREMENTS_CHECK})),
    ("判定", frozenset({_S.REQUIREMENTS_APPROVED, _S.TAX_INQUIRY, _S.ON_HOLD, _S.DRAFTED})),
    ("確認書", frozenset({_S.JUDGED, _S.LETTER_SENT, _S.RETURNED_MAIL})),
    ("収受・審査", frozenset({_S.FORM_RECEIVED, _S.DEFICIENT})),
    ("振込", frozenset({_S.REVIEWED, _S.PAYMENT_PREPARED, _S.PAYMENT_FAILED})),
    ("終結", frozenset({_S.PAID, _S.NOT_ELIGIBLE, _S.CLOSED})),
)


def _number(column: ColumnElement[int] | InstrumentedAttribute[int], *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(column)).where(*conditions).scalar_subquery()


def _ask_counts() -> Select[*tuple[int, ...]]:
    """All plain counts as one row of one statement: the frame asks for them after every act."""
    waiting = (InquiryRecord.answered_at.is_(None), InquiryRecord.kind == InquiryKind.TAX.value)
    deficient = ReturnedForm.state == FormState.DEFICIENT.value
    soon = (EvidenceRecord.ends_on >= bindparam("today", type_=Date), EvidenceRecord.ends_on <= bindparam("soon", type_=Date))
    received_before = bindparam("received_before", type_=Date)
    notices = (Letter.kind == LetterKind.DEFICIENCY.value, Letter.voided_by.is_(None), Letter.state.in_(LIVE), Letter.form_id.is_not(None))
    told = select(Letter.form_id).where(*notices)
    in_time = told.where(or_(Letter.state != LetterState.SENT.value, Letter.return_due >= bindparam("today", type_=Date)))
    undecided = func.json_extract(ReturnedForm.items, f"$.{LATE_REASON}").is_(None)
    to_hand_over = (Export.handed_over_at.is_(None), Export.read_back_at.is_not(None), Export.voided_at.is_(None))
    judged = (Case.status == _S.JUDGED.value, Case.id.not_in(select(SafeAddress.case_id)))
    return select(
        _number(InquiryRecord.id, *waiting).label("inquiries"),
        _number(InquiryRecord.id, *waiting, InquiryRecord.asked_at < bindparam("asked_before", type_=String)).label("inquiries_late"),
        _number(CollationFinding.id, CollationFinding.decision.is_(None), CollationFinding.gone_at.is_(None)).label("findings"),
        _number(Letter.id, Letter.state == LetterState.PREPARED.value).label("letters_to_print"),
        _number(Letter.id, Letter.state.in_((LetterState.PRINTING.value, LetterState.PRINTED.value))).label("letters_to_send"),
        _number(ReturnedForm.id, ReturnedForm.state == FormState.RECEIVED.value).label("forms"),
        # A deficiency that was told in a letter is overdue after the day of that letter; one that was never told, after some days.
        _number(ReturnedForm.id, deficient, ReturnedForm.id.not_in(told), ReturnedForm.received_on < received_before).label("forms_late"),
        _number(ReturnedForm.id, deficient, ReturnedForm.id.in_(told), ReturnedForm.id.not_in(in_time)).label("answers_late"),
        _number(ReturnedForm.id, ReturnedForm.state.in_(_OPEN_FORMS), ReturnedForm.late.is_(True), undecided).label("late_forms"),
        _number(Batch.id, Batch.state == BatchState.DRAFTED.value).label("batches_to_approve"),
        _number(Payment.id, Payment.state == PaymentState.FAILED.value).label("failed"),
        _number(Export.id, *to_hand_over).label("handed"),
        _number(EvidenceRecord.id, *soon, EvidenceRecord.withdrawn_at.is_(None)).label("ending"),
        _number(Case.id, *judged).label("without_address"),
    )


_COUNTS = _ask_counts()


class _Counts:
    """The numbers that sidebar and screen share."""

    def __init__(self, session: Session, desk: Desk) -> None:
        today = desk.today()
        follow = today - timedelta(days=OVERDUE_AFTER_DAYS)
        asked = {"today": today, "soon": today + timedelta(days=_SOON_DAYS), "asked_before": follow.isoformat(), "received_before": follow}
        found = session.execute(_COUNTS, asked).one()._mapping
        self.status = {
            CaseStatus(word): number for word, number in session.execute(select(Case.status, func.count()).group_by(Case.status))
        }
        self.total = sum(self.status.values())
        self.inquiries = int(found["inquiries"])
        self.inquiries_late = int(found["inquiries_late"])
        self.findings = int(found["findings"])
        self.collation_due = collation_state.due(session)
        self.drafts = self.status.get(_S.DRAFTED, 0)
        self.letters_to_print = int(found["letters_to_print"])
        self.stopped = _stopped(session, today)
        self.letters_to_send = int(found["letters_to_send"]) - len(self.stopped)
        self.forms = int(found["forms"])
        self.forms_late = int(found["forms_late"]) + int(found["answers_late"])
        self.late_forms = int(found["late_forms"])
        self.silent = routes.silent_cases(session, desk.programme, today)
        self.batches_to_approve = int(found["batches_to_approve"])
        self.failed = int(found["failed"])
        self.to_report = unreported(session)
        self.handed = int(found["handed"])
        self.ending = int(found["ending"])
        self.without_address = int(found["without_address"])
        self.gaiji = gaiji_list.open_count(session)
        self.media_late, self.media_due = media.overdue(session, today)

    def at(self, *statuses: CaseStatus) -> int:
        return sum(self.status.get(status, 0) for status in statuses)


def _stopped(session: Session, on: date) -> list[tuple[Letter, Stop]]:
    """Printed letters that must not go where they are addressed, enclosed ones first: those are next to the post."""
    stops = misplaced(session, on)
    lying = select(Letter).where(Letter.id.in_(stops), Letter.state == LetterState.PRINTED.value)
    return [(letter, stops[letter.id]) for letter in session.scalars(lying.order_by(Letter.enclosed_at.is_(None), Letter.id))]


def station_counts(desk: Desk) -> tuple[StationCount, ...]:
    """Counts for the sidebar, in the order of the stations."""
    with desk.look(Act.LOGGED_IN) as session:
        counts = _Counts(session, desk)
        tasks = _tasks(session, counts, desk)
        lines = StationCount("notices", checklist.waiting_count(session), checklist.is_overdue(session, desk.today()))
    late = sum(task.group == "late" for task in tasks)
    return (
        StationCount("today", len(tasks), late > 0),
        lines,
        StationCount("cases", counts.total, False),
        StationCount("judgment", counts.at(_S.REQUIREMENTS_APPROVED, _S.DRAFTED), False),
        # A run that is due counts as one thing to do, and stops all payments: it is late at once.
        StationCount("collation", counts.findings + bool(counts.collation_due), bool(counts.collation_due)),
        StationCount("inquiry", counts.inquiries, counts.inquiries_late > 0),
        StationCount("letters", counts.letters_to_print + counts.letters_to_send + len(counts.stopped), bool(counts.stopped)),
        StationCount("review", counts.forms, counts.forms_late > 0),
        StationCount("payments", counts.at(_S.REVIEWED) + counts.batches_to_approve, counts.failed > 0),
        StationCount("host_exchange", counts.to_report + counts.handed + counts.media_late, counts.media_late > 0),
        StationCount("gaiji", counts.gaiji, False),
        StationCount("custody", 0, False),
    )


def today(desk: Desk) -> Today:
    """Everything of the screen; no name of a person is in it, numbers of cases only."""
    with desk.look(Act.LOGGED_IN) as session:
        counts = _Counts(session, desk)
        return Today(
            pipeline=_pipeline(counts),
            tasks=_tasks(session, counts, desk),
            deadlines=_deadlines(session, desk),
            total=counts.total,
            series=_series(session, desk.today()),
            deadline=desk.programme.return_deadline,
        )


def _pipeline(counts: _Counts) -> tuple[tuple[str, int, str, str], ...]:
    remarks = {
        "判定": (f"決裁待ち {counts.drafts}", "wait") if counts.drafts else ("", "none"),
        "確認書": (f"発送待ち {counts.letters_to_send}", "hold") if counts.letters_to_send else ("", "none"),
        "収受・審査": (f"期限超過 {counts.forms_late}", "fail") if counts.forms_late else ("", "none"),
        "振込": (f"不能 {counts.failed}", "fail") if counts.at(_S.PAYMENT_FAILED) else ("", "none"),
    }
    return tuple((label, counts.at(*statuses), *remarks.get(label, ("", "none"))) for label, statuses in _STAGES)


def _tasks(session: Session, counts: _Counts, desk: Desk) -> tuple[TodayTask, ...]:
    return (
        *_late(session, counts, desk),
        *_due_today(session, counts, desk),
        *_waiting(session, counts, desk),
        *_next(session, counts),
        *_declined(session, desk),
    )


def _late(session: Session, counts: _Counts, desk: Desk) -> Iterable[TodayTask]:
    on = desk.today()
    for letter, stop in counts.stopped[:_SHOWN]:
        words = "封をした手紙を送らず、開けて細断する" if letter.enclosed_at is not None else "印刷した手紙を送らず、細断する"
        yield TodayTask("late", "ban", words, letter.code, "", stop.value, "letters")
    if counts.inquiries_late:
        oldest = session.scalar(
            select(func.min(InquiryRecord.asked_at)).where(InquiryRecord.answered_at.is_(None), InquiryRecord.kind == InquiryKind.TAX.value)
        )
        days = (on - date.fromisoformat((oldest or on.isoformat())[:10])).days - OVERDUE_AFTER_DAYS
        yield TodayTask("late", "inquiry", "税照会の回答を催促する", f"{counts.inquiries_late}件", "", f"{days}日超過", "inquiry")
    if counts.forms_late:
        yield TodayTask("late", "inbox", "不備の返信を確かめる", f"{counts.forms_late}件", "", "期限超過", "review")
    if counts.late_forms:
        yield TodayTask("late", "inbox", "期限後の確認書の扱いを決める", f"{counts.late_forms}件", "取扱責任者", "期限超過", "review")
    for _, batch in declines.in_a_batch(session):
        yield TodayTask("late", "ban", "辞退のある振込の回を取り消す", f"第{batch}号", "", "支払いません", "payments")
    ended = (EvidenceRecord.ends_on.is_not(None), EvidenceRecord.ends_on < on, EvidenceRecord.withdrawn_at.is_(None))
    query = select(Case.id, Case.management_number, EvidenceRecord.ends_on).join(EvidenceRecord, EvidenceRecord.case_id == Case.id)
    open_cases = Case.status.not_in((_S.PAID.value, _S.NOT_ELIGIBLE.value, _S.CLOSED.value))
    for case_id, number, ends_on in session.execute(query.where(*ended, open_cases).order_by(EvidenceRecord.ends_on).limit(5)):
        days = (on - ends_on).days if ends_on is not None else 0
        yield TodayTask("late", "case", "終わった根拠を確かめ直す", number, "", f"{days}日超過", "cases", case_id)
    if sent_ledger.view(desk, session).standing is not Standing.FITS:
        yield TodayTask("late", "pay", "銀行へ渡した振込データの控えを確かめる", "", "取扱責任者2人", "振込を止めています", "payments")
    for file in open_files.open_files(session):
        station = "payments" if file.batch else "host_exchange"
        which = f"第{file.batch}回" if file.batch else ""
        yield TodayTask("late", "disc", f"{file.kind_word}が媒体に書かれたか確かめる", which, "", f"媒体 {file.medium}", station)
    if counts.collation_due and counts.total:
        yield TodayTask("late", "collate", "支給予定情報と突き合わせる", "", "", "振込を止めています", "collation")
    if counts.media_due is not None:
        late = f"{(on - counts.media_due).days}日超過"
        yield TodayTask("late", "disc", "渡した媒体を返してもらう", f"{counts.media_late}件", "", late, "host_exchange")
    if counts.failed and counts.at(_S.PAYMENT_FAILED):
        yield TodayTask("late", "pay", "振込できなかった口座を確かめ直す", f"{counts.at(_S.PAYMENT_FAILED)}件", "", "", "payments")


def _due_today(session: Session, counts: _Counts, desk: Desk) -> Iterable[TodayTask]:
    for number, count, day in session.execute(
        select(Batch.number, Batch.count, Batch.transfer_on).where(Batch.state == BatchState.APPROVED.value).order_by(Batch.transfer_on)
    ):
        yield TodayTask(
            "today", "pay", f"第{number}回の振込データを銀行へ渡す", f"{count}件", "", f"振込 {day.month}/{day.day}", "payments"
        )
    for number, announced in announcements.to_send(session, desk.today()):
        last = announced.last_day
        words = f"第{number}回の支給（振込）通知書を送る"
        yield TodayTask("today", "letter", words, f"{announced.missing}通", "", f"{last.month}/{last.day}まで", "letters")
    if counts.letters_to_print:
        yield TodayTask("today", "letter", "確認書を印刷して封入する", f"{counts.letters_to_print}件", "", "今日", "letters")
    if counts.letters_to_send:
        yield TodayTask("today", "letter", "印刷した確認書を発送する", f"{counts.letters_to_send}件", "", "今日", "letters")
    for mail in returned_mail.waiting(session)[:_SHOWN]:
        words = "戻った手紙の送り先を確かめる" if mail.contacted else "戻った手紙について、支援者に連絡する"
        yield TodayTask("today", "back2", words, mail.management_number, "", mail.reason_words, "cases", mail.case_id)
    if counts.forms:
        yield TodayTask("today", "inbox", "届いた確認書を審査する", f"{counts.forms}件", "", "今日", "review")
    if counts.ending:
        yield TodayTask("today", "case", "根拠の終わりが近い案件を確かめる", f"{counts.ending}件", "", "1か月以内", "cases")


def _waiting(session: Session, counts: _Counts, desk: Desk) -> Iterable[TodayTask]:
    """What a second person must do. Whose: everybody but the maker; where the logged-in person may do it, あなた."""
    names = staff_names(session)
    for column, conditions, icon, words, station in (
        (
            JudgmentRecord.drafted_by,
            (JudgmentRecord.state == "DRAFTED", JudgmentRecord.superseded_by.is_(None)),
            "judge",
            "支給の判定を決裁する",
            "judgment",
        ),
        (
            EvidenceRecord.entered_by,
            (EvidenceRecord.verified_at.is_(None), EvidenceRecord.withdrawn_at.is_(None)),
            "case",
            "秘匿の根拠を2人目が確かめる",
            "cases",
        ),
        (SafeAddress.entered_by, (address_waits(),), "case", "送り先を2人目が確かめる", "cases"),
        (
            AccountRecord.entered_by,
            (AccountRecord.verified_at.is_(None), AccountRecord.superseded_by.is_(None)),
            "inbox",
            "口座を2人目が確かめる",
            "review",
        ),
    ):
        for maker, number in session.execute(select(column, func.count()).where(*conditions).group_by(column)):
            whose = f"{names.get(maker, '')}以外の人" if maker == desk.staff.id else "あなたか別の人"
            yield TodayTask("waiting", icon, words, f"{number}件", whose, "", station)
    for maker, forms in second_looks(session, desk.today()).items():
        whose = f"{names.get(maker, '')}以外の人" if maker == desk.staff.id else "あなたか別の人"
        yield TodayTask("waiting", "inbox", "確認書を2人目が見る", f"{forms}件", whose, "", "review")
    if counts.batches_to_approve:
        yield TodayTask("waiting", "pay", "振込の回を決裁する", f"{counts.batches_to_approve}回", "取扱責任者", "", "payments")


def _next(session: Session, counts: _Counts) -> Iterable[TodayTask]:
    for number, icon, words, station in (
        (counts.at(_S.ACCEPTED), "case", "秘匿の根拠を入れる", "cases"),
        (counts.findings, "ban", "突合で一致した案件を判断する", "collation"),
        (counts.at(_S.REQUIREMENTS_APPROVED), "judge", "判定を起案する", "judgment"),
        (counts.at(_S.ON_HOLD), "hold", "保留の理由を片づける", "judgment"),
        (counts.without_address, "case", "送り先を入れる", "cases"),
        (counts.gaiji, "pen", "外字の絵を登録して確かめる", "gaiji"),
        (counts.at(_S.REVIEWED) + counts.silent, "pay", "次の振込の回を作る", "payments"),
        (counts.to_report, "host", "支給の結果をホストへ報告する", "host_exchange"),
        (counts.handed, "host", "書き出した媒体を渡す", "host_exchange"),
    ):
        if number:
            yield TodayTask("next", icon, words, f"{number}件", "", "", station)


def _declined(session: Session, desk: Desk) -> Iterable[TodayTask]:
    """Declines that nobody can take back any more: the case is closed by hand, and its refusal drafted."""
    for case_id, number in declines.to_close(session, desk.programme, desk.today())[:_SHOWN]:
        yield TodayTask("next", "ban", "辞退を取下げにして、不支給を起案する", number, "", "", "cases", case_id)


def _deadlines(session: Session, desk: Desk) -> tuple[tuple[date, str, str], ...]:
    on, programme = desk.today(), desk.programme
    found = [
        (programme.return_deadline - timedelta(days=programme.reminder_days_before), "未返信へ再度のご案内"),
        (programme.return_deadline, "確認書の提出期限"),
    ]
    at_home = (BatchState.DRAFTED.value, BatchState.APPROVED.value)
    open_states = (*at_home, BatchState.WRITING.value, BatchState.SENT.value)
    for batch in session.scalars(select(Batch).where(Batch.state.in_(open_states))):
        found.append((batch.transfer_on, f"第{batch.number}回の振込日"))
        if batch.state in at_home and batch.method == PayMethod.TRANSFER.value:
            found.append((bank_calendar.cut_off(programme, batch.transfer_on), f"第{batch.number}回の振込データを銀行へ渡す期限"))
    ends = select(EvidenceRecord.ends_on, func.count()).where(
        EvidenceRecord.ends_on >= on, EvidenceRecord.ends_on <= on + timedelta(days=_SOON_DAYS), EvidenceRecord.withdrawn_at.is_(None)
    )
    for ends_on, count in session.execute(ends.group_by(EvidenceRecord.ends_on)):
        if ends_on is not None:
            found.append((ends_on, f"根拠の終わり（{count}件）"))
    return tuple((day, words, _left(day, on)) for day, words in sorted(found) if day >= on)


def _left(day: date, on: date) -> str:
    left = (day - on).days
    return "今日" if left == 0 else f"あと{left}日"


def _series(session: Session, on: date) -> tuple[tuple[date, int, int, int, int], ...]:
    """Cases judged, sent, received and paid, cumulative, for every day on which something changed and for today."""
    first = session.scalar(select(func.min(Case.created_at)))
    if first is None:
        return ()
    start = min(date.fromisoformat(first[:10]), on)
    days = (
        _days(session, JudgmentRecord.case_id, func.substr(JudgmentRecord.approved_at, 1, 10), JudgmentRecord.approved_at),
        _days(session, Letter.case_id, Letter.sent_on, Letter.sent_on),
        _days(session, ReturnedForm.case_id, ReturnedForm.received_on, ReturnedForm.received_on),
        _days(session, Payment.case_id, Payment.paid_on, Payment.paid_on, Payment.state == PaymentState.PAID.value),
    )
    marks = sorted({start, on, *(day for one in days for day in one if start <= day <= on)})
    return tuple(
        (mark, *(sum(day <= mark for day in one) for one in days))  # type: ignore[misc]
        for mark in marks
    )


def _days(session: Session, case: object, day: object, known: object, *more: object) -> list[date]:
    """The first day of every case."""
    query = select(func.min(day)).where(known.is_not(None), *more).group_by(case)  # type: ignore[attr-defined,arg-type]
    return [date.fromisoformat(str(found)) for found in session.scalars(query)]
