"""組戻し and 返還: money that went out and shall come back, by the bank or by the person; every step is an event of the payment.

The money stays taken until it is here again: the file itself refuses a second payment while a recall runs, is refused, or a repayment is
claimed. Once it is here nothing is paid again before two people have looked at form and account.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import money_sheets
from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.payment import PaymentState, PayMethod
from kyufu_desktop.domain.payment_result import EventSource, followers, word
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.errors import InputProblem, NotAllowed
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.services import results
from kyufu_desktop.services.case_steps import advance, case_of, listed_name, recipient
from kyufu_desktop.services.payment_events import EventRow, Step, history, last_event, method_of, move, payment_of
from kyufu_desktop.services.session import Desk, Second

_S = PaymentState
#: Rows that somebody still has to do something about, in the order of the list.
_OPEN = (_S.RECALL_ASKED, _S.RECALL_REFUSED, _S.REPAYMENT_CLAIMED)
#: Rows that are over, shown where they are looked for.
_OVER = (_S.RECALLED, _S.REPAID, _S.PAID, _S.FAILED)
#: A reason of this many characters at least.
REASON_LENGTH = 10
_MOST = 50

#: What can be done next in a state, as a sentence.
NEXT_WORDS: dict[PaymentState, str] = {
    _S.PAID: "まちがって振り込んだときは、組戻しを依頼します。",
    _S.RECALL_ASKED: "銀行の返事を待っています。来たら、2人目と一緒に結果を入れます。",
    _S.RECALL_REFUSED: "受取人の同意がありませんでした。返還を請求できます。",
    _S.REPAYMENT_CLAIMED: "返還を待っています。入金を確かめたら、2人目と一緒に返還済にします。",
    _S.RECALLED: "お金は戻りました。口座を確かめ直すと、次の回で支給できます。",
    _S.FAILED: "振り込まれていたと分かったときは、2人で「振込済」に直せます。",
    _S.REPAID: "返還されました。もう一度支給するには、口座と確認書を確かめ直します。",
}


@dataclass(frozen=True, slots=True)
class RecallRow:
    payment_id: int
    case_id: int
    management_number: str
    name: str = field(repr=False)
    batch_number: int
    transfer_on: date
    benefit_word: str
    amount: int
    state: PaymentState
    state_word: str
    what_next: str
    asked_by_id: int
    """Who entered the last step: not the second person of the next."""
    may: frozenset[Act]
    events: tuple[EventRow, ...] = ()


@dataclass(frozen=True, slots=True)
class RecallsPage:
    """``open_total`` in yen is what shall still come back."""

    rows: tuple[RecallRow, ...]
    open_count: int
    open_total: int


def page(desk: Desk, wanted: str = "") -> RecallsPage:
    """What shall still come back; with ``wanted`` (management or transfer number) also payments that were made, the newest first."""
    with desk.look() as session:
        query = select(Payment).where(Payment.state.in_([state.value for state in _OPEN])).order_by(Payment.id)
        found = list(session.scalars(query))
        count, total = len(found), sum(payment.amount for payment in found)
        text = wanted.strip()
        if text:
            plain = or_(Case.management_number.contains(text, autoescape=True), Payment.reference.endswith(text, autoescape=True))
            more = select(Payment).join(Case, Case.id == Payment.case_id).where(Payment.state.in_([state.value for state in _OVER]), plain)
            found += list(session.scalars(more.order_by(Payment.id.desc()).limit(_MOST)))
        return RecallsPage(tuple(_row(session, payment, desk.programme) for payment in found), count, total)


#: What leads to a state -> the act.
_ACTS: dict[PaymentState, Act] = {
    _S.PAID: Act.RESULT_CORRECTED,
    _S.RECALL_ASKED: Act.RECALL_ASKED,
    _S.RECALLED: Act.RECALL_SETTLED,
    _S.RECALL_REFUSED: Act.RECALL_SETTLED,
    _S.REPAYMENT_CLAIMED: Act.REPAYMENT_CLAIMED,
    _S.REPAID: Act.REPAYMENT_SETTLED,
}


def _row(session: Session, payment: Payment, programme: Programme) -> RecallRow:
    state, method = PaymentState(payment.state), method_of(session, payment)
    case, batch = case_of(session, payment.case_id), session.get_one(Batch, payment.batch_id)
    last = last_event(session, payment.id, state)
    words = NEXT_WORDS[state]
    if state is _S.PAID and method is PayMethod.CASH:
        words = "まちがって支給したときは、返還を請求します。"
    return RecallRow(
        payment_id=payment.id,
        case_id=case.id,
        management_number=case.management_number,
        name=listed_name(case),
        batch_number=batch.number,
        transfer_on=batch.transfer_on,
        benefit_word=programme.label(Benefit(payment.benefit)),
        amount=payment.amount,
        state=state,
        state_word=word(state, method),
        what_next=words,
        asked_by_id=last.entered_by if last is not None else 0,
        may=frozenset(_ACTS[to] for to in followers(state, method) if to in _ACTS),
        events=history(session, payment),
    )


def stated_reason(reason: str) -> str:
    """Raises InputProblem K-1986 where it is too short to say anything."""
    stated = reason.strip()
    if len(stated) < REASON_LENGTH:
        raise InputProblem("K-1986", "reason", "理由が短すぎます。", todo=f"理由を{REASON_LENGTH}字以上で入力してください。")
    return stated


def ask(desk: Desk, payment_id: int, reason: str, on: date) -> Changes:
    """The bank is asked to get the money back (the payee has to agree). Raises Conflict K-1980, InputProblem K-1982/K-1986."""
    return _asked(desk, payment_id, Act.RECALL_ASKED, Step(_S.RECALL_ASKED, on, EventSource.HAND, stated_reason(reason)), "組戻しの依頼")


def claim(desk: Desk, payment_id: int, reason: str, on: date) -> Changes:
    """The person is asked to pay back. The letter is a decision of the ward and not made here; :func:`claim_sheet` is the sheet for it."""
    step = Step(_S.REPAYMENT_CLAIMED, on, EventSource.HAND, stated_reason(reason))
    return _asked(desk, payment_id, Act.REPAYMENT_CLAIMED, step, "返還の請求")


def _asked(desk: Desk, payment_id: int, act: Act, step: Step, what: str) -> Changes:
    with desk.work(act) as unit:
        payment = payment_of(unit.session, payment_id)
        move(desk, unit, payment, step)
        advance(case_of(unit.session, payment.case_id), act, desk.now_text())
        unit.record(act, subject="case", subject_id=payment.case_id, payment=payment.id, amount=payment.amount)
    return Changes(results.CHANGED, f"{what}を記録しました。", (payment.case_id,))


def settle(desk: Desk, payment_id: int, done: bool, on: date, second: Second, reason: str = "") -> Changes:
    """The bank's answer, with a second person: ``done`` = the money is here, free to be paid again after a new look at the account.

    Raises NotAllowed K-1987 where the second person asked for the recall, Conflict K-1980, InputProblem K-1982.
    """
    to = _S.RECALLED if done else _S.RECALL_REFUSED
    return _settled(desk, payment_id, Act.RECALL_SETTLED, _S.RECALL_ASKED, Step(to, on, EventSource.HAND, reason.strip()), second)


def repaid(desk: Desk, payment_id: int, on: date, second: Second) -> Changes:
    """The whole sum was paid back and is on the ward's account (a second person saw it). Raises as :func:`settle`."""
    step = Step(_S.REPAID, on, EventSource.HAND)
    return _settled(desk, payment_id, Act.REPAYMENT_SETTLED, _S.REPAYMENT_CLAIMED, step, second)


def _settled(desk: Desk, payment_id: int, act: Act, before: PaymentState, step: Step, second: Second) -> Changes:
    with desk.work(act, second) as unit:
        session = unit.session
        payment = payment_of(session, payment_id)
        asked = last_event(session, payment.id, before)
        if not may_verify(act, asked.entered_by if asked is not None else desk.staff.id, second.staff):
            raise NotAllowed("K-1987", "依頼や請求を入れた人は、その結果を確かめられません。", todo="別の取扱者が確かめてください。")
        method = method_of(session, payment)
        move(desk, unit, payment, step, second)
        unit.record(act, subject="case", subject_id=payment.case_id, payment=payment.id, amount=payment.amount, state=step.to.name)
        if step.to in (_S.RECALLED, _S.REPAID):
            session.flush()
            results.look_again(desk, unit, payment.case_id, [payment], act)
    return Changes(results.CHANGED, f"「{word(step.to, method)}」にしました。{NEXT_WORDS[step.to]}", (payment.case_id,))


def claim_sheet(desk: Desk, payment_id: int) -> bytes:
    """返還請求の整理票 (internal): what was paid when, why it shall come back, the steps so far. Opening it is recorded. Raises K-1980."""
    with desk.work(Act.CASE_VIEWED) as unit:
        session = unit.session
        payment = payment_of(session, payment_id)
        case = case_of(session, payment.case_id)
        pdf = money_sheets.claim_sheet(
            management_number=case.management_number,
            name=recipient(case).name,
            benefit=desk.programme.label(Benefit(payment.benefit)),
            reference=payment.reference,
            amount=payment.amount,
            steps=[(step.on, step.word, step.reason, step.entered_by) for step in history(session, payment)],
            on=desk.today(),
            practice=desk.practice,
        )
        unit.record(Act.CASE_VIEWED, subject="case", subject_id=case.id, payment=payment.id, sheet="claim")
    return pdf
