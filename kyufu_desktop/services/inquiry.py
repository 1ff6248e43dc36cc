"""Inquiries (照会): who must be asked, what is waiting and how long, answers that come by hand, asking again, what answers change."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.calendar import wareki, wareki_short
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.inquiry import (
    ASKED_AGAIN,
    OVERDUE_AFTER_DAYS,
    AnswerDocument,
    AnswerResult,
    InquiryKind,
    check_document,
    contradiction,
    is_overdue,
    must_ask_tax,
    origin_words,
    state_of,
)
from kyufu_desktop.domain.judgment import LevyClass, TaxFacts
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.case import Case, Person, TaxFact
from kyufu_desktop.models.exchange import InquiryRecord
from kyufu_desktop.services.case_facts import newest_tax_facts, person_facts, tax_facts
from kyufu_desktop.services.case_steps import case_of
from kyufu_desktop.services.contacts import keep_words, refuse_my_number, require_reason
from kyufu_desktop.services.exports import to_ask
from kyufu_desktop.services.import_answers import CERTIFICATE, INQUIRY, WHY_VOID, after_answers
from kyufu_desktop.services.inquiry_proposals import Proposal
from kyufu_desktop.services.inquiry_proposals import proposals as find_proposals
from kyufu_desktop.services.judgment_void import void_changed
from kyufu_desktop.services.session import Desk
from kyufu_desktop.services.tax_rows import tax_row

_BY_HAND = "電話、公文書または証明書で確かめました。"


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """``state_word`` is a chip word: 未着手 / 照会中 / 期限超過 / 保留 / 済. ``may_*`` say which acts this line is open for."""

    inquiry_id: int | None
    person_id: int
    case_id: int
    management_number: str
    name: str = field(repr=False)
    kind: str
    asked_of: str = field(repr=False)
    asked_at: str | None
    waiting_days: int | None
    state_word: str
    sentence: str
    overdue: bool = False
    times_asked: int = 0
    may_answer: bool = False
    may_correct: bool = False
    may_ask_again: bool = False


def page(desk: Desk) -> tuple[InquiryRow, ...]:
    """Everybody who must be asked or was asked, the newest inquiry of each, those waiting longest first. Recorded as CASES_LISTED."""
    with desk.work(Act.CASES_LISTED) as unit:
        session, on = unit.session, desk.today()
        query = (
            select(InquiryRecord, Person.name, Case.management_number)
            .join(Person, Person.id == InquiryRecord.person_id)
            .join(Case, Case.id == InquiryRecord.case_id)
            .order_by(InquiryRecord.id)
        )
        newest: dict[tuple[int, str], InquiryRow] = {}
        for record, name, number in session.execute(query):
            before = newest.get((record.person_id, record.kind))
            newest[record.person_id, record.kind] = _asked_row(record, name, number, on, before.times_asked + 1 if before else 1)
        for kind in InquiryKind:
            for person in to_ask(session, kind, desk.programme):
                earlier = newest.get((person.person_id, kind.value))
                newest[person.person_id, kind.value] = _to_ask_row(session, kind, person.person_id, person.asked_of, earlier)
        rows = sorted(newest.values(), key=_order)
        unit.record(Act.CASES_LISTED, place="inquiry", rows=len(rows))
    return tuple(rows)


def _order(row: InquiryRow) -> tuple[bool, bool, int, str, int]:
    """What is open first, who waits longest at the top, who must still be asked below."""
    return row.state_word == "済", row.inquiry_id is None, -(row.waiting_days or 0), row.management_number, row.person_id


def _to_ask_row(session: Session, kind: InquiryKind, person_id: int, asked_of: str, earlier: InquiryRow | None) -> InquiryRow:
    person = session.get_one(Person, person_id)
    state = state_of(kind, False, None)
    return InquiryRow(
        inquiry_id=None,
        person_id=person_id,
        case_id=person.case_id,
        management_number=session.get_one(Case, person.case_id).management_number,
        name=person.name,
        kind=kind.value,
        asked_of=asked_of,
        asked_at=None,
        waiting_days=None,
        state_word=state.word,
        sentence="もう一度照会します。照会データを作ってください。" if earlier else state.sentence,
        times_asked=earlier.times_asked if earlier else 0,
        may_answer=kind is InquiryKind.TAX,
    )


def _asked_row(record: InquiryRecord, name: str, number: str, on: date, times: int) -> InquiryRow:
    kind = InquiryKind(record.kind)
    waiting = None if record.answered_at is not None else (on - date.fromisoformat(record.asked_at[:10])).days
    result = AnswerResult(record.result) if record.result in set(AnswerResult) else None
    tax = kind is InquiryKind.TAX
    if record.result == ASKED_AGAIN:
        word, sentence = "済", "証明書などで税の額がわかったため、照会をやめました。"
    elif record.answered_at is not None and result is not AnswerResult.NORMAL and tax:
        word, sentence = "済", _BY_HAND
    else:
        state = state_of(kind, True, result, waiting)
        word, sentence = state.word, state.sentence
    return InquiryRow(
        inquiry_id=record.id,
        person_id=record.person_id,
        case_id=record.case_id,
        management_number=number,
        name=name,
        kind=record.kind,
        asked_of=record.asked_of,
        asked_at=record.asked_at,
        waiting_days=waiting,
        state_word=word,
        sentence=sentence,
        overdue=is_overdue(waiting),
        times_asked=times,
        may_answer=tax and waiting is not None,
        may_correct=tax and waiting is None,
        may_ask_again=waiting is not None and (result is not None or is_overdue(waiting)),
    )


def proposals(desk: Desk) -> tuple[Proposal, ...]:
    """The cases whose result an answer changes and that have not been judged anew. Recorded as CASES_LISTED."""
    with desk.work(Act.CASES_LISTED) as unit:
        found = find_proposals(unit.session, desk.programme, desk.today())
        unit.record(Act.CASES_LISTED, place="inquiry_proposals", rows=len(found))
    return found


@dataclass(frozen=True, slots=True)
class HandAnswer:
    """An answer by telephone, official letter or certificate, and the document (or call) that it rests on. Amounts in yen."""

    levy: LevyClass
    income_levy: int = field(repr=False)
    total_income: int = field(repr=False)
    undeclared: bool
    document: AnswerDocument


def answer_by_hand(desk: Desk, person_id: int, answer: HandAnswer) -> Changes:
    """Keeps the answer as new facts of source CERTIFICATE; what was known before stays as an older row.

    Raises InputProblem K-1636 (amounts), K-1773, K-1774 (document), K-1631 (個人番号), Conflict K-1637 (no such person),
    K-1768 (there is an answer already: a wrong one is corrected), K-1779 (nothing is to be asked about this person).
    """
    return _keep_answer(desk, person_id, answer, None)


def correct_answer(desk: Desk, person_id: int, answer: HandAnswer, reason: str) -> Changes:
    """A wrong answer is followed by the right one: a new row, the old one stays, the reason is sealed in 対応履歴 (10 characters at least).

    Raises as :func:`answer_by_hand`, K-1648 (reason), Conflict K-1769 (nothing was answered yet).
    """
    return _keep_answer(desk, person_id, answer, require_reason(reason, "reason"))


def _keep_answer(desk: Desk, person_id: int, answer: HandAnswer, correction: str | None) -> Changes:
    _check_amounts(answer)
    for name, words in (("number", answer.document.number), ("called_back", answer.document.called_back)):
        refuse_my_number(words, name)
    with desk.work(Act.INQUIRY_ANSWERED) as unit:
        session, at = unit.session, desk.now_text()
        person = session.get(Person, person_id)
        if person is None:
            raise Conflict("K-1637", "この人は、もう案件にいません。", todo="一覧を読み直してください。")
        newest = newest_tax_facts(session, [person.case_id]).get(person_id)
        waiting = _waiting(session, InquiryKind.TAX, person_id)
        _refuse_wrong_door(newest, waiting, correction)
        if not waiting and correction is None and not must_ask_tax(person_facts(person, newest)):
            # The host's own number is corrected by the host: one person with a paper does not write over it.
            raise Conflict("K-1779", "この人の税は、ホストの資料でわかっています。", todo="違うときは、ホスト担当に訂正を頼んでください。")
        check_document(answer.document, desk.today(), desk.programme, _asked_on(waiting) if correction is None else None)
        case = case_of(session, person.case_id)
        facts = _facts(tax_facts(newest), answer, corrected=correction is not None)
        session.add(tax_row(person_id, CERTIFICATE, facts, at, desk.staff.id))
        for record in waiting:
            record.answered_at = at
            record.note = "　".join(part for part in (facts.origin, answer.document.called_back.strip()) if part)
        contact = keep_words(desk, session, case, "庁内", _told(person.name, facts.origin, answer, correction), desk.today())
        after_answers(session, [case.id], at)
        unit.record(
            Act.INQUIRY_ANSWERED,
            subject="case",
            subject_id=case.id,
            kind="TAX",
            person=person_id,
            levy=answer.levy.name,
            way=answer.document.way.name,
            corrected=int(correction is not None),
            contact=contact,
        )
        session.flush()
        void_changed(unit, desk, [case.id], WHY_VOID if correction is None else "照会の回答の訂正")
    sentence = "回答を残しました。判定をやり直せます。" if correction is None else "回答を直しました。前の回答も残っています。"
    return Changes(Kind.INQUIRIES | Kind.JUDGMENTS | Kind.CASES | Kind.CONTACTS | Kind.AUDIT, sentence, (case.id,))


def _check_amounts(answer: HandAnswer) -> None:
    for name, amount in (("income_levy", answer.income_levy), ("total_income", answer.total_income)):
        if amount < 0:
            raise InputProblem("K-1636", name, "金額は0円以上のはずです。", todo="書類の金額を確かめてください。")
    odd = contradiction(answer.levy, answer.income_levy, answer.total_income, answer.undeclared)
    if odd is not None:
        raise InputProblem("K-1636", odd[0], odd[1], todo="書類の区分と金額を確かめてください。")


def _refuse_wrong_door(newest: TaxFact | None, waiting: list[InquiryRecord], correction: str | None) -> None:
    answered = newest is not None and newest.source in (INQUIRY, CERTIFICATE) and not waiting
    if correction is None and answered:
        raise Conflict("K-1768", "この人の回答は、もう入っています。", todo="違うときは、「回答を直す」で理由を添えて入れてください。")
    if correction is not None and not answered:
        raise Conflict("K-1769", "この人の回答は、まだ入っていません。", todo="「回答を入れる」で入れてください。")


def _waiting(session: Session, kind: InquiryKind, person_id: int) -> list[InquiryRecord]:
    query = select(InquiryRecord).where(
        InquiryRecord.person_id == person_id, InquiryRecord.kind == kind.value, InquiryRecord.answered_at.is_(None)
    )
    return list(session.scalars(query.order_by(InquiryRecord.id)))


def _asked_on(waiting: list[InquiryRecord]) -> date | None:
    return date.fromisoformat(waiting[-1].asked_at[:10]) if waiting else None


def _facts(before: TaxFacts, answer: HandAnswer, *, corrected: bool) -> TaxFacts:
    return dataclasses.replace(
        before,
        levy=answer.levy,
        income_levy=answer.income_levy,
        total_income=answer.total_income,
        undeclared=answer.undeclared,
        origin=origin_words(answer.document, wareki(answer.document.dated_on), corrected=corrected),
    )


def _told(name: str, origin: str, answer: HandAnswer, correction: str | None) -> str:
    called = answer.document.called_back.strip()
    words = f"{name}さんの税照会の回答を{'直した' if correction else '入れた'}。{origin}。"
    words += f"折り返した相手 {called}。" if called else ""
    return words + (f"直した理由 {correction}" if correction else "")


def ask_again(desk: Desk, person_id: int, kind: str, reason: str) -> Changes:
    """The inquiry that waits is given up, and the next file asks about the person again. The reason is kept with the old inquiry.

    Raises InputProblem K-1648, Conflict K-1767 (nothing waits, or it does not wait long enough yet).
    """
    stated = require_reason(reason, "reason")
    with desk.work(Act.INQUIRY_MADE) as unit:
        waiting = _waiting(unit.session, InquiryKind(kind), person_id)
        if not waiting:
            raise Conflict("K-1767", "回答を待っている照会がありません。", todo="一覧を読み直してください。")
        days = (desk.today() - date.fromisoformat(waiting[-1].asked_at[:10])).days
        if waiting[-1].result is None and not is_overdue(days):
            due = OVERDUE_AFTER_DAYS + 1 - days
            raise Conflict("K-1767", f"まだ回答を待つ間です（あと{due}日）。", todo="回答が届くか、日がたつのを待ってください。")
        for record in waiting:
            record.note = "　".join(part for part in (record.result, f"{wareki_short(desk.today())} {stated}") if part)
            record.result = ASKED_AGAIN
            record.answered_at = desk.now_text()
            unit.record(Act.INQUIRY_MADE, subject="case", subject_id=record.case_id, kind=kind, person=person_id, again=record.id)
    sentence = "もう一度照会する人に加えました。次の照会ファイルに入ります。"
    return Changes(Kind.INQUIRIES | Kind.CASES | Kind.AUDIT, sentence, tuple({record.case_id for record in waiting}))
