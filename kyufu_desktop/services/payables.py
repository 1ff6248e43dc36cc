"""What may be paid now: every reason that forbids it is asked in one place, and asked again when the batch is made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.collation import FindingDecision, Source
from kyufu_desktop.domain.evidence import carries
from kyufu_desktop.domain.payment import OCCUPYING, PayMethod
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.route import why_not_ready
from kyufu_desktop.domain.values import Benefit, Category
from kyufu_desktop.models.case import Case, CaseExit, EvidenceRecord, Person
from kyufu_desktop.models.exchange import CollationFinding
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import PaidChild, Payment
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.services import collation_state, receivers, routes, sent_blocks
from kyufu_desktop.services.account_holders import no_longer
from kyufu_desktop.services.case_facts import evidence_of
from kyufu_desktop.services.case_steps import NO_ONE_HEAD, heads_of, live_account, recipient
from kyufu_desktop.services.judgment_rows import same_head

#: The household benefits exclude each other: whoever has one has no right to the other.
_GROUPS: dict[Benefit, str] = {Benefit.HIKAZEI: "household", Benefit.KINTOWARI: "household", Benefit.HOUSEHOLD: "household"}
OCCUPYING_WORDS: tuple[str, ...] = tuple(sorted(state.value for state in OCCUPYING))


@dataclass(frozen=True, slots=True)
class Payable:
    """A decided benefit with the account that it goes to."""

    judgment: JudgmentRecord
    case: Case
    account: AccountRecord


def group_of(benefit: Benefit) -> str:
    """``household`` / ``kodomo`` / ``chosei``."""
    return _GROUPS.get(benefit, benefit.value)


def entitlement(judgment: JudgmentRecord, case: Case) -> str:
    """Programme, group of benefit and resident number of who is entitled: the head, or the taxpayer whose own benefit it is."""
    person = recipient(case)
    if judgment.person_id is not None:
        person = next(person for person in case.people if person.id == judgment.person_id)
    return _key(judgment, person)


def _key(judgment: JudgmentRecord, person: Person) -> str:
    return f"{judgment.programme}|{group_of(Benefit(judgment.benefit))}|{person.resident_number}"


def _keys(judgment: JudgmentRecord, case: Case) -> list[str]:
    """Every key under which this benefit may have been paid. That of a household stands under whoever was its head on that day."""
    if judgment.person_id is not None:
        return [entitlement(judgment, case)]
    return [_key(judgment, person) for person in case.people]


def taken(session: Session, judgment: JudgmentRecord, case: Case) -> str:
    """Why the money of this benefit is gone already, as a sentence; empty where no attempt under way or made holds it."""
    query = select(Payment.entitlement).where(Payment.entitlement.in_(_keys(judgment, case)), Payment.state.in_(OCCUPYING_WORDS))
    found = set(session.scalars(query))
    if not found:
        return ""
    if entitlement(judgment, case) in found:
        return "同じ人への同じ給付を、すでに支払っているか支払の途中です。"
    return "この世帯の同じ給付を、前の世帯主へ支払っているか支払の途中です。組戻しか返還を決めてください。"


def children_of(session: Session, judgment: JudgmentRecord) -> list[str]:
    """Resident numbers of the children counted in a KODOMO judgment."""
    ids: list[int] = json.loads(judgment.children)
    if not ids:
        return []
    return list(session.scalars(select(Person.resident_number).where(Person.id.in_(ids)).order_by(Person.id)))


def candidates(session: Session) -> list[JudgmentRecord]:
    """Approved benefits of which no attempt is under way or paid, by management number."""
    occupied = select(Payment.judgment_id).where(Payment.state.in_(OCCUPYING_WORDS))
    return list(
        session.scalars(
            select(JudgmentRecord)
            .join(Case, Case.id == JudgmentRecord.case_id)
            .where(
                JudgmentRecord.state == "APPROVED",
                JudgmentRecord.outcome == "ELIGIBLE",
                JudgmentRecord.superseded_by.is_(None),
                JudgmentRecord.amount > 0,
                JudgmentRecord.id.not_in(occupied),
            )
            .order_by(Case.management_number, JudgmentRecord.id)
        )
    )


def why_not(
    session: Session, judgment: JudgmentRecord, case: Case, on: date, programme: Programme, method: PayMethod = PayMethod.TRANSFER
) -> str:
    """Why this benefit cannot be paid by ``method`` on ``on``, as a sentence; empty where it can."""
    return _why_not(session, judgment, case, live_account(session, case.id), on, programme, method)


def gone(session: Session, case_id: int, on: date) -> str:
    """Why nothing of this case may be paid on ``on`` although it was decided, as a sentence; empty where nothing speaks against it.

    A day passes without anybody changing a fact: evidence that was in force on the day of the approval may have ended. And an exit that
    was registered while the file was at the bank voids nothing; where that transfer failed, the money must not go out a second time.
    A decline that came while the benefit waited in a batch stops that batch.
    """
    if routes.declined_in_batch(session, case_id):
        return "振込の回に入れたあとで、辞退の届出がありました。"
    return _over(session, case_id, on)


def _over(session: Session, case_id: int, on: date) -> str:
    """An exit, or evidence that ended."""
    left = select(CaseExit.id).where(CaseExit.case_id == case_id, CaseExit.revoked_at.is_(None)).limit(1)
    if session.scalar(left) is not None:
        return "取下げか要件消滅が登録されています。"
    records = session.scalars(select(EvidenceRecord).where(EvidenceRecord.case_id == case_id)).all()
    if records and not carries(tuple(evidence_of(record) for record in records if record.withdrawn_at is None), on):
        return "秘匿の根拠の期限が切れています。"
    return ""


def _why_not(
    session: Session,
    judgment: JudgmentRecord,
    case: Case,
    account: AccountRecord | None,
    on: date,
    programme: Programme,
    method: PayMethod,
) -> str:
    if judgment.state != "APPROVED" or judgment.outcome != "ELIGIBLE" or judgment.superseded_by is not None or judgment.amount <= 0:
        return "決裁された支給の判定ではありません。"
    if len(heads_of(case)) != 1:
        return NO_ONE_HEAD
    if not same_head(judgment, [person.id for person in heads_of(case)], len(case.people)):
        return "決裁のあとで世帯主が替わりました。判定をやり直してください。"
    ended = _over(session, case.id, on)
    if ended:
        return ended
    due = collation_state.due(session)
    if due:
        return due
    findings = session.scalars(
        select(CollationFinding).where(CollationFinding.case_id == case.id, CollationFinding.gone_at.is_(None))
    ).all()
    if any(finding.decision is None for finding in findings):
        return "突合の結果が決まっていません。"
    group = group_of(Benefit(judgment.benefit))
    children = children_of(session, judgment)
    for finding in findings:
        if finding.decision != FindingDecision.SAME_PERSON_STOP.value:
            continue
        # A row of the contractor's list is about one benefit; another case or municipality may pay the person any of them.
        if finding.source == Source.PLANNED.value and group_of(Benefit(finding.benefit)) != group:
            continue
        if finding.child_number is None or finding.child_number in children:
            return "突合で、二重の支給になると決めています。"
    if any(person.paid_by_host for person in case.people) and not case.host_paid_cleared:
        return "ホストで支給済になっています。"
    waits = why_not_ready(programme.routes[Category(case.category)], routes.reached(session, judgment, account), on)
    if waits:
        return waits
    assert account is not None
    if account.method != method.value:
        return "窓口払いの案件です。" if account.method == PayMethod.CASH.value else "口座振込の案件です。"
    wrong = receivers.why_not(session, judgment, case, account)
    if wrong:
        return wrong
    ended = no_longer(session, account, on)
    if ended:
        return ended
    gone_already = taken(session, judgment, case)
    if gone_already:
        return gone_already
    for key in _keys(judgment, case):
        left = sent_blocks.why_not(session, key, judgment.programme, children)
        if left:
            return left
    if children and session.scalar(
        select(PaidChild.id)
        .where(PaidChild.programme == judgment.programme, PaidChild.resident_number.in_(children), PaidChild.released_at.is_(None))
        .limit(1)
    ):
        return "対象児童の加算を、別の案件で支払っているか支払の途中です。"
    return ""


def payable(
    session: Session, judgment: JudgmentRecord, on: date, programme: Programme, method: PayMethod = PayMethod.TRANSFER
) -> Payable | str:
    """The benefit with its account, or the sentence why it cannot be paid by ``method`` on ``on``."""
    case = session.get_one(Case, judgment.case_id)
    account = live_account(session, case.id)
    reason = _why_not(session, judgment, case, account, on, programme, method)
    if reason:
        return reason
    assert account is not None
    return Payable(judgment, case, account)
