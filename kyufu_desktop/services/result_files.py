"""A bank's file of results: looked at first (nothing stored, every difference listed), then taken over whole or not at all."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.payment import BatchState, FailureReason, PaymentState
from kyufu_desktop.domain.payment_result import EventSource
from kyufu_desktop.domain.programme import BankSettings
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import CellFinding, Conflict, FileProblem, InputProblem
from kyufu_desktop.exchange import bank_results
from kyufu_desktop.exchange.bank_results import BankAnswer, BankAnswers
from kyufu_desktop.models.payment import Batch, Payment, ResultFile
from kyufu_desktop.services import results
from kyufu_desktop.services.bank_data import payments_of
from kyufu_desktop.services.case_steps import case_of, listed_name
from kyufu_desktop.services.session import Desk

FAILED_ONLY = "failed_only"


@dataclass(frozen=True, slots=True)
class AnsweredRow:
    """One transfer that the file answers for with 振込不能."""

    management_number: str
    name: str = field(repr=False)
    amount: int
    reason: str


@dataclass(frozen=True, slots=True)
class ResultInspection:
    """What a file says, before anything is stored. With ``findings`` it cannot be taken over."""

    file_name: str
    sha256: str
    form: str
    batch_id: int
    batch_number: int
    transfer_on: date | None
    paid: tuple[int, int]
    """(count, yen), as ``failed`` and ``waiting``: no answer yet, which stay 結果待ち."""
    failed: tuple[int, int]
    waiting: tuple[int, int]
    rows: tuple[AnsweredRow, ...]
    findings: tuple[CellFinding, ...]
    unlisted_are_paid: bool
    """The bank lists only what could not be paid (a setting of the programme)."""
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Matched:
    batch: Batch | None
    answers: dict[Payment, FailureReason | None]
    waiting: list[Payment]
    findings: tuple[CellFinding, ...]


def inspect(desk: Desk, data: bytes, file_name: str) -> ResultInspection:
    """Reads and matches; stores nothing. Raises FileProblem K-1270/K-1271, Conflict K-1984 where the file was taken over before."""
    read = bank_results.read(data, file_name, desk.programme.bank)
    digest = hashlib.sha256(data).hexdigest()
    with desk.look(Act.RESULT_ENTERED) as session:
        _refuse_known(session, digest)
        found = _match(session, read, desk.programme.bank)
        failed = [payment for payment, reason in found.answers.items() if reason is not None]
        return ResultInspection(
            file_name=file_name,
            sha256=digest,
            form=read.form,
            batch_id=found.batch.id if found.batch is not None else 0,
            batch_number=found.batch.number if found.batch is not None else 0,
            transfer_on=found.batch.transfer_on if found.batch is not None else None,
            paid=_sum([payment for payment, reason in found.answers.items() if reason is None]),
            failed=_sum(failed),
            waiting=_sum(found.waiting),
            rows=tuple(_row(session, payment, found.answers[payment]) for payment in failed),
            findings=found.findings,
            unlisted_are_paid=desk.programme.bank.result_file == FAILED_ONLY,
            data=data,
        )


def take_over(desk: Desk, inspection: ResultInspection, on: date) -> Changes:
    """All of the file in one unit of work, matched anew: what changed since it was looked at refuses it.

    ``on`` is the day of the bank's answer. Raises FileProblem K-1983 (differences), Conflict K-1984/K-1985, InputProblem K-1762.
    """
    read = bank_results.read(inspection.data, inspection.file_name, desk.programme.bank)
    digest = hashlib.sha256(inspection.data).hexdigest()
    with desk.work(Act.RESULT_ENTERED) as unit:
        session = unit.session
        _refuse_known(session, digest)
        found = _match(session, read, desk.programme.bank)
        if found.findings or found.batch is None:
            raise FileProblem(
                "K-1983",
                f"振込結果のファイルに、記録と違うところが{len(found.findings)}か所あります。",
                file=inspection.file_name,
                todo="違うところを銀行に確かめてください。一部だけを取り込むことはできません。",
                findings=found.findings,
            )
        if (found.batch.id, _sum(found.waiting)) != (inspection.batch_id, inspection.waiting):
            raise Conflict(
                "K-1985", "確かめたあとで、この回の記録が変わりました。", todo="ファイルをもう一度選んで、確かめ直してください。"
            )
        if not desk.practice and (on < found.batch.transfer_on or on > desk.today()):
            raise InputProblem(
                "K-1762", "on", "結果の日は、振込日から今日までの日のはずです。", todo="銀行から結果が来た日を入力してください。"
            )
        kept = ResultFile(
            batch_id=found.batch.id,
            form=read.form,
            file_name=inspection.file_name,
            sha256=digest,
            rows=len(read.answers),
            total=sum(payment.amount for payment in found.answers),
            read_at=desk.now_text(),
            read_by=desk.staff.id,
        )
        try:
            session.add(kept)
            session.flush()
        except IntegrityError:
            raise _known() from None
        return results.settle(desk, unit, found.batch, found.answers, on, EventSource.FILE, kept.id)


def _match(session: Session, read: BankAnswers, settings: BankSettings) -> _Matched:
    """Each answer to exactly one waiting payment of one sent batch, by number, amount and account."""
    findings: list[CellFinding] = []
    references = [answer.reference for answer in read.answers]
    known = {
        payment.reference: payment
        for start in range(0, len(references), 500)
        for payment in session.scalars(select(Payment).where(Payment.reference.in_(references[start : start + 500])))
    }
    counted = Counter(references)
    batch = _batch_of(session, [known[reference] for reference in references if reference in known])
    answers: dict[Payment, FailureReason | None] = {}
    for answer in read.answers:
        why = _why_not(answer, known.get(answer.reference), batch, counted[answer.reference])
        if why:
            findings.append(CellFinding("", answer.line, why[0], why[1], found=answer.reference))
        else:
            answers[known[answer.reference]] = answer.reason
    if batch is None:
        findings.append(CellFinding("", 1, "振込の番号", "結果待ちの振込の回が、このファイルから決まりません。"))
        return _Matched(None, {}, [], tuple(findings))
    if read.month_day is not None and read.month_day != (batch.transfer_on.month, batch.transfer_on.day):
        findings.append(CellFinding("", 1, "振込指定日", f"第{batch.number}回の振込指定日と違います。"))
    waiting = [payment for payment in payments_of(session, batch.id) if payment.state == PaymentState.SENT.value and payment not in answers]
    if settings.result_file == FAILED_ONLY and not findings:
        answers |= dict.fromkeys(waiting)
        waiting = []
    return _Matched(batch, answers, waiting, tuple(findings))


def _batch_of(session: Session, payments: list[Payment]) -> Batch | None:
    """The sent batch that most of the answers are about; the others are told as differences."""
    for batch_id, _ in Counter(payment.batch_id for payment in payments).most_common():
        batch = session.get_one(Batch, batch_id)
        if batch.state == BatchState.SENT.value:
            return batch
    return None


def _why_not(answer: BankAnswer, payment: Payment | None, batch: Batch | None, times: int) -> tuple[str, str] | None:
    """(field, sentence) of the first thing that does not fit."""
    if times > 1:
        return "振込の番号", "同じ番号の結果が2つ以上あります。"
    if payment is None:
        return "振込の番号", "この番号の支払はありません。"
    if batch is None or payment.batch_id != batch.id:
        return "振込の番号", "ほかの振込の回の支払です。"
    if payment.state != PaymentState.SENT.value:
        return "振込の番号", f"この支払は、もう「{payment.state}」です。"
    if answer.amount is not None and answer.amount != payment.amount:
        return "振込金額", "振り込んだ金額と違います。"
    account = answer.account
    if account is not None and (account.bank, account.branch, account.kind, account.number) != (
        payment.bank, payment.branch, payment.kind, payment.number,
    ):  # fmt: skip
        return "口座", "振り込んだ口座と違います。"
    return None


def _sum(payments: list[Payment]) -> tuple[int, int]:
    return len(payments), sum(payment.amount for payment in payments)


def _row(session: Session, payment: Payment, reason: FailureReason | None) -> AnsweredRow:
    case = case_of(session, payment.case_id)
    return AnsweredRow(case.management_number, listed_name(case), payment.amount, reason.value if reason is not None else "")


def _refuse_known(session: Session, digest: str) -> None:
    if session.scalar(select(ResultFile.id).where(ResultFile.sha256 == digest)) is not None:
        raise _known()


def _known() -> Conflict:
    return Conflict("K-1984", "このファイルの結果は、もう取り込んであります。", todo="新しいファイルを選んでください。")
