"""One case as one page: everything but the safe address. Reading it is recorded before it is shown."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents.fonts import unprintable
from kyufu_desktop.documents.gaiji import Pictures
from kyufu_desktop.domain.calendar import age_on, wareki
from kyufu_desktop.domain.case import CaseStatus, Turn, allowed_actions, next_turn
from kyufu_desktop.domain.decline import DeclineState
from kyufu_desktop.domain.evidence import EvidenceState
from kyufu_desktop.domain.judgment import Reason
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind
from kyufu_desktop.domain.notice import NoticeState
from kyufu_desktop.domain.payment import PaymentState
from kyufu_desktop.domain.programme import Programme, Route
from kyufu_desktop.domain.returned_mail import RETURN_REASON_LABELS, SETTLEMENT_LABELS, ReturnReason, Settlement
from kyufu_desktop.domain.staff import ACT_WORDS, Act, may_verify
from kyufu_desktop.domain.values import Benefit, Category, Relation
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import Case, Contact, Person
from kyufu_desktop.models.exchange import CollationFinding
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter, ReturnedMail
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.security import seal
from kyufu_desktop.services import addressees, declines
from kyufu_desktop.services.addresses import newest_address
from kyufu_desktop.services.case_exits import rows_of as exit_rows
from kyufu_desktop.services.case_facts import staff_names
from kyufu_desktop.services.case_lists import NO_ADDRESS, VERIFIED, WAITING
from kyufu_desktop.services.case_rows import CasePage, ContactRow, DeclineRow, EventRow, EvidenceRow, NoticeRow, PersonRow
from kyufu_desktop.services.case_steps import case_of, live_account
from kyufu_desktop.services.checklist import NOT_COMPARED, flag_times, missing_of
from kyufu_desktop.services.contacts import CONTACT
from kyufu_desktop.services.evidence import evidence_rows
from kyufu_desktop.services.gaiji import approved
from kyufu_desktop.services.heirs import rows_of as heir_rows
from kyufu_desktop.services.household_events import rows_of as event_rows
from kyufu_desktop.services.judgment import standings
from kyufu_desktop.services.judgment_rows import row_of
from kyufu_desktop.services.letter_standing import misplaced
from kyufu_desktop.services.notices import of_case as notices_of
from kyufu_desktop.services.proxies import rows_of as proxy_rows
from kyufu_desktop.services.session import Desk

STRIPS: dict[Category, str] = {
    Category.DV: "住民票の住所と元の世帯には、送りません・かけません・話しません。",
    Category.CHILD: "保護者と住民票の住所には、送りません・かけません・施設を話しません。",
    Category.DISABLED: "養護者と住民票の住所には、送りません・かけません・施設を話しません。",
    Category.ELDERLY: "養護者と住民票の住所には、送りません・かけません・施設を話しません。",
}

#: Lines of 経過 on the page; older ones are in the log of 管理.
_EVENTS = 200


def page(desk: Desk, case_id: int) -> CasePage:
    """The case page. Recorded as CASE_VIEWED before it is returned."""
    with desk.work(Act.CASE_VIEWED) as unit:
        case = case_of(unit.session, case_id)
        unit.record(Act.CASE_VIEWED, subject="case", subject_id=case_id, place="case")
        unit.session.flush()
        return _page(desk, unit.session, case)


def _page(desk: Desk, session: Session, case: Case) -> CasePage:
    staff = staff_names(session)
    on, pictures = desk.today(), approved(session)
    pieces = evidence_rows(session, case, desk.programme, staff, on)
    evidences = tuple(row for row in pieces if row.withdrawn_on is None)
    proxies = proxy_rows(session, case.id, desk.programme, staff, on)
    lines = notices_of(session, case.id, on)
    address = newest_address(session, case.id)
    # First, because it brings the people and the live judgments along.
    standing = standings(session, desk, [case.id])[case.id]
    live = [*(entry.stored for entry in standing.entries if entry.stored is not None), *standing.gone, *standing.voided]
    records = sorted(live, key=lambda record: record.id)
    names = {person.id: person.name for person in case.people}
    account = live_account(session, case.id)
    reasons = {reason for entry in standing.entries for reason in entry.judgment.reasons}
    status = CaseStatus(case.status)
    actions = set(allowed_actions(status, desk.staff, None))
    for act, maker in (
        *((Act.EVIDENCE_VERIFIED, row.entered_by_id) for row in evidences if row.state is EvidenceState.UNVERIFIED),
        *((Act.ADDRESS_VERIFIED, address.entered_by) for _ in [0] if address is not None and address.verified_at is None),
        *((Act.JUDGMENT_APPROVED, record.drafted_by) for record in records if record.state == "DRAFTED"),
        *((Act.PROXY_VERIFIED, row.entered_by_id) for row in proxies if row.verified_at is None and row.ended_at is None),
        *((Act.NOTICE_VERIFIED, row.entered_by_id) for row in lines if row.state is NoticeState.ENTERED and row.entered_by_id),
        *((Act.ACCOUNT_VERIFIED, account.entered_by) for _ in [0] if account is not None and account.verified_at is None),
    ):
        if may_verify(act, maker, desk.staff):
            actions.add(act)
    decline_rows = declines.rows_of(session, case.id, desk.programme, staff, on)
    return CasePage(
        case_id=case.id,
        management_number=case.management_number,
        household_number=case.household_number,
        category=Category(case.category),
        status=status,
        people=tuple(_person(person, on, pictures) for person in sorted(case.people, key=lambda one: one.relation != Relation.HEAD.value)),
        evidences=evidences,
        address_state=NO_ADDRESS if address is None else VERIFIED if address.verified_at else WAITING,
        address_entered_by_id=address.entered_by if address is not None else None,
        judgments=tuple(row_of(record, names, staff) for record in records),
        letters=_letters(session, case.id, desk.today()),
        payments=_payments(session, case.id, desk.programme),
        account_state=NO_ADDRESS if account is None else VERIFIED if account.verified_at else WAITING,
        open_findings=_open_findings(session, case.id),
        history_needed=Reason.HOLD_R5_HISTORY in reasons,
        host_paid=any(person.paid_by_host for person in case.people) and not case.host_paid_cleared,
        contacts=_contacts(desk, session, case, staff),
        events=_events(session, case.id, staff),
        turn=_turn(status, desk.programme.routes[Category(case.category)], evidences, address is not None, decline_rows),
        actions=frozenset(actions),
        strip=STRIPS[Category(case.category)],
        proxies=proxies,
        heirs=heir_rows(session, case, staff),
        household_events=event_rows(session, case, staff),
        exits=exit_rows(session, case.id, staff),
        notices=lines,
        flag=flag_times(session, case, lines, staff),
        missing=_missing(session, case, lines, on),
        address_warning="" if address is None else addressees.obstacle(desk, session, case, address),
        withdrawn_evidences=tuple(row for row in pieces if row.withdrawn_on is not None),
        declines=decline_rows,
        declinable=declines.letters_of(session, case.id),
    )


def _missing(session: Session, case: Case, lines: tuple[NoticeRow, ...], on: date) -> tuple[str, ...]:
    """What the monthly check would say about the case."""
    waits = (NOT_COMPARED,) if any(line.state is NoticeState.ENTERED for line in lines) else ()
    if CaseStatus(case.status) in (CaseStatus.PAID, CaseStatus.NOT_ELIGIBLE, CaseStatus.CLOSED):
        return waits
    return tuple(dict.fromkeys((*waits, *missing_of(session, [case.id], on).get(case.id, ()))))


def _turn(
    status: CaseStatus, route: Route, evidences: tuple[EvidenceRow, ...], has_address: bool, declined: tuple[DeclineRow, ...]
) -> Turn | None:
    """What the table of statuses says, made sharper by what is missing and by how the category is paid."""
    stopped = [row for row in declined if row.state is DeclineState.STOPS]
    if stopped:
        if any(row.may_close for row in stopped):
            return Turn(Act.CASE_EXITED, "辞退を取下げにして、不支給を起案してください。", False)
        return Turn(Act.DECLINE_WITHDRAWN, f"辞退の届出があります。{wareki(stopped[0].last_day)}まで撤回できます。", False)
    if status in {CaseStatus.ON_HOLD, CaseStatus.REQUIREMENTS_APPROVED, CaseStatus.REQUIREMENTS_CHECK, CaseStatus.ACCEPTED}:
        if not evidences:
            return Turn(Act.EVIDENCE_ENTERED, "秘匿の根拠を入力してください。", False)
        if all(row.state is EvidenceState.UNVERIFIED for row in evidences):
            return Turn(Act.EVIDENCE_VERIFIED, "2人目の方が秘匿の根拠を確かめてください。", True)
    if status is CaseStatus.JUDGED and not has_address:
        return Turn(Act.ADDRESS_ENTERED, "送り先を入れてください。住民票の住所には送れません。", False)
    if route is Route.PUSH and status is CaseStatus.LETTER_SENT:
        return Turn(Act.BATCH_MADE, "辞退の期限が過ぎると、振り込めるものに入ります。", False)
    return next_turn(status)


def _person(person: Person, on: date, pictures: Pictures) -> PersonRow:
    birth = "生年月日不詳" if person.birth_day is None else f"{wareki(person.birth_day)}生（{age_on(person.birth_day, on)}歳）"
    return PersonRow(
        person_id=person.id,
        resident_number=person.resident_number,
        name=person.name,
        kana=person.kana,
        former_name=person.former_name,
        relation_word=person.relation_word,
        birth_words=birth if person.birth_day is not None else f"{person.birth_written}生",
        braille=person.braille,
        unprintable=unprintable(person.name, pictures),
    )


def short(day: date | None) -> str:
    """``8/28``: the form of lists."""
    return f"{day.month}/{day.day}" if day else ""


def _letters(session: Session, case_id: int, on: date) -> tuple[tuple[str, str, str], ...]:
    stops = misplaced(session, on, case_id)
    columns = (Letter.id, Letter.kind, Letter.issue, Letter.state, Letter.sent_on, Letter.return_due, Letter.issued_on, Letter.voided_by)
    back = (ReturnedMail.came_back_on, ReturnedMail.reason, ReturnedMail.settled_how)
    query = select(*columns, *back).outerjoin(ReturnedMail, ReturnedMail.letter_id == Letter.id)
    return tuple(
        (
            f"{LETTER_LABELS[LetterKind(kind)]}（{issue}回目）",
            state,
            _returned(came_on, reason, how)
            if came_on
            else f"発送 {short(sent_on)}　再発行したので無効"
            if sent_on and voided_by
            else f"発送 {short(sent_on)}　返送期限 {short(return_due)}"
            if sent_on
            else f"作成 {short(issued_on)}　{stops[letter_id].value}。送らずに書損にします"
            if letter_id in stops
            else f"作成 {short(issued_on)}",
        )
        for letter_id, kind, issue, state, sent_on, return_due, issued_on, voided_by, came_on, reason, how in session.execute(
            query.where(Letter.case_id == case_id).order_by(Letter.id)
        )
    )


def _returned(on: date, reason: str, how: str | None) -> str:
    """``返戻 8/28　宛所不明　送り先を確かめています``."""
    ended = SETTLEMENT_LABELS[Settlement(how)] if how else "送り先を確かめています"
    return f"返戻 {short(on)}　{RETURN_REASON_LABELS[ReturnReason(reason)]}　{ended}"


def _payments(session: Session, case_id: int, programme: Programme) -> tuple[tuple[str, int, str, str], ...]:
    query = select(Payment.benefit, Payment.amount, Payment.state, Payment.paid_on, Payment.failure)
    return tuple(
        (
            programme.label(Benefit(benefit)),
            amount,
            PaymentState(state).value,
            f"振込 {short(paid_on)}" if paid_on else (failure or ""),
        )
        for benefit, amount, state, paid_on, failure in session.execute(query.where(Payment.case_id == case_id).order_by(Payment.id))
    )


def _open_findings(session: Session, case_id: int) -> int:
    query = select(CollationFinding.id).where(
        CollationFinding.case_id == case_id, CollationFinding.decision.is_(None), CollationFinding.gone_at.is_(None)
    )
    return len(session.scalars(query).all())


def _contacts(desk: Desk, session: Session, case: Case, staff: dict[int, str]) -> tuple[ContactRow, ...]:
    found = session.scalars(select(Contact).where(Contact.case_id == case.id).order_by(Contact.happened_on.desc(), Contact.id.desc())).all()
    if not found:
        return ()
    key = desk.address_key()
    assert case.case_key is not None
    return tuple(
        ContactRow(
            happened_on=record.happened_on,
            kind=record.kind,
            text=str(seal.unseal(case.case_key, key, case.id, record.text_sealed, CONTACT)["text"]),
            entered_by=staff.get(record.entered_by, ""),
        )
        for record in found
    )


def _events(session: Session, case_id: int, staff: dict[int, str]) -> tuple[EventRow, ...]:
    """経過 of the case, newest first; letters, forms and payments record under the case too."""
    query = (
        select(AuditEntry.at, AuditEntry.act, AuditEntry.actor_id, AuditEntry.detail)
        .where(AuditEntry.subject == "case", AuditEntry.subject_id == case_id)
        .order_by(AuditEntry.seq.desc())
        .limit(_EVENTS)
    )
    why = _void_reasons(session, case_id)
    return tuple(
        EventRow(at, ACT_WORDS[Act(act)] + _why(Act(act), detail, why), _who(actor, detail, staff))
        for at, act, actor, detail in session.execute(query)
    )


def _void_reasons(session: Session, case_id: int) -> dict[int, str]:
    """Judgment id -> why its approval does not hold any more."""
    query = select(JudgmentRecord.id, JudgmentRecord.void_reason).where(
        JudgmentRecord.case_id == case_id, JudgmentRecord.void_reason.is_not(None)
    )
    return {judgment_id: reason or "" for judgment_id, reason in session.execute(query)}


def _why(act: Act, detail: str, reasons: dict[int, str]) -> str:
    """The reason beside a decision that was taken out of force; it stands with the judgment, not in the log."""
    if act not in (Act.JUDGMENT_VOIDED, Act.JUDGMENT_WITHDRAWN):
        return ""
    reason = reasons.get(json.loads(detail).get("judgment", 0), "").removeprefix("決裁の取消。")
    return f"（{reason}）" if reason else ""


def _who(actor: int, detail: str, staff: dict[int, str]) -> str:
    """The person; of an act of a second person, that one."""
    second = json.loads(detail).get("second")
    return staff.get(second if isinstance(second, int) else actor, "")
