"""Receipt and review (収受・審査) of returned forms."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain import review as rules
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind, LetterState, parse_code
from kyufu_desktop.domain.review import DEFICIENCIES, ITEM_LABELS, OPEN, FormState, Item, ItemState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Relation
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.case import Person
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter, LetterBenefit
from kyufu_desktop.models.review import AccountRecord, ReturnedForm
from kyufu_desktop.services import accounts
from kyufu_desktop.services.accounts import AccountRow
from kyufu_desktop.services.case_steps import advance, benefit_words, case_of, live_account, recipient
from kyufu_desktop.services.session import Desk

#: A decision that a person takes against the rule needs a reason of this many characters at least.
REASON_LENGTH = 10


@dataclass(frozen=True, slots=True)
class FormRow:
    form_id: int
    case_id: int
    code: str
    name: str = field(repr=False)
    received_on: date
    late: bool
    state: FormState
    missing: str


@dataclass(frozen=True, slots=True)
class FormPage:
    """One form under review: items with their state, chosen deficiencies, account, what is still missing in sentences."""

    form_id: int
    case_id: int
    code: str
    name: str = field(repr=False)
    kana: str = field(repr=False)
    benefits: str
    amount: int
    received_on: date
    postmark_on: date | None
    late: bool
    deadline: date
    items: dict[Item, ItemState]
    deficiencies: tuple[str, ...]
    account: AccountRow | None
    missing: tuple[str, ...]
    state: FormState


@dataclass(frozen=True, slots=True)
class ReviewPage:
    waiting: tuple[FormRow, ...]
    completed: int
    not_returned: int
    """Letters sent and not yet back."""


def page(desk: Desk) -> ReviewPage:
    with desk.look() as session:
        completed = session.scalar(select(func.count()).select_from(ReturnedForm).where(ReturnedForm.state == FormState.COMPLETED.value))
        not_returned = session.scalar(
            select(func.count())
            .select_from(Letter)
            .where(
                Letter.kind == LetterKind.CONFIRMATION.value,
                Letter.state == LetterState.SENT.value,
                Letter.voided_by.is_(None),
                Letter.id.not_in(select(ReturnedForm.letter_id).where(ReturnedForm.letter_id.is_not(None))),
            )
        )
        return ReviewPage(_rows(session), completed or 0, not_returned or 0)


def _rows(session: Session) -> tuple[FormRow, ...]:
    """Every form under review, one query for all of them: the list is read again after every act."""
    live = and_(AccountRecord.case_id == ReturnedForm.case_id, AccountRecord.superseded_by.is_(None))
    query = (
        select(
            ReturnedForm.id,
            ReturnedForm.case_id,
            Letter.code,
            Person.name,
            ReturnedForm.received_on,
            ReturnedForm.late,
            ReturnedForm.state,
            ReturnedForm.items,
            AccountRecord.id,
            AccountRecord.verified_by,
        )
        .join(Letter, Letter.id == ReturnedForm.letter_id)
        .outerjoin(Person, and_(Person.case_id == ReturnedForm.case_id, Person.relation == Relation.HEAD.value))
        .outerjoin(AccountRecord, live)
        .where(ReturnedForm.state.in_(sorted(state.value for state in OPEN)))
        .order_by(ReturnedForm.received_on, ReturnedForm.id, Person.id)
    )
    found: dict[int, FormRow] = {}
    for form_id, case_id, code, name, received_on, late, state, items, account_id, verified_by in session.execute(query):
        if form_id in found:
            continue
        if not name:
            # Says that the household has no head.
            name = recipient(case_of(session, case_id)).name
        missing = _missing_words(_states(items), account_id is not None, verified_by is not None)
        found[form_id] = FormRow(form_id, case_id, code, name, received_on, late, FormState(state), " ".join(missing))
    return tuple(found.values())


def _letter(session: Session, form: ReturnedForm) -> Letter:
    return session.get_one(Letter, form.letter_id)


def _items(form: ReturnedForm) -> dict[Item, ItemState]:
    return _states(form.items)


def _states(items: str) -> dict[Item, ItemState]:
    return {Item(name): ItemState(state) for name, state in json.loads(items).items() if name in Item.__members__}


def _missing(session: Session, form: ReturnedForm) -> tuple[str, ...]:
    if FormState(form.state) not in OPEN:
        return ()
    account = live_account(session, form.case_id)
    return _missing_words(_items(form), account is not None, account is not None and account.verified_by is not None)


def _missing_words(items: dict[Item, ItemState], entered: bool, verified: bool) -> tuple[str, ...]:
    missing = rules.complete(items, verified)
    return missing if entered else (*missing, "口座がまだ入力されていません。")


def receive(desk: Desk, code: str, received_on: date, postmark_on: date | None) -> tuple[Changes, int]:
    """Receipt by the code (scanned or typed) -> form id. Void code, wrong state or second receipt: clear sentence."""
    wanted = str(parse_code(code))
    if received_on > desk.today():
        raise InputProblem("K-1720", "received_on", "収受日が今日よりあとの日です。", todo="届いた日を入力してください。")
    if postmark_on is not None and postmark_on > received_on:
        raise InputProblem("K-1720", "postmark_on", "消印の日が収受日よりあとの日です。", todo="封筒の消印を確かめてください。")
    with desk.work(Act.FORM_RECEIVED) as unit:
        session = unit.session
        letter = session.scalar(select(Letter).where(Letter.code == wanted))
        if letter is None:
            raise InputProblem("K-1721", "code", "この番号の確認書はありません。", todo="確認書の右上の番号を確かめてください。")
        due = _due(letter)
        _refuse_unusable(session, letter)
        if letter.sent_on is not None and received_on < letter.sent_on:
            raise InputProblem("K-1720", "received_on", "収受日が発送日より前の日です。", todo="届いた日を入力してください。")
        case = case_of(session, letter.case_id)
        answered = _answered(session, letter)
        form = ReturnedForm(
            case_id=case.id,
            letter_id=letter.id,
            received_on=received_on,
            postmark_on=postmark_on,
            late=not rules.in_time(received_on, postmark_on, due),
            items=_fitting(answered),
            deficiencies="[]",
            state=FormState.RECEIVED.value,
            received_at=desk.now_text(),
            received_by=desk.staff.id,
        )
        if answered is not None:
            answered.state = FormState.SUPPLEMENTED.value
        session.add(form)
        session.flush()
        advance(case, Act.FORM_RECEIVED, desk.now_text())
        unit.record(Act.FORM_RECEIVED, subject="case", subject_id=case.id, form=form.id, letter=letter.id, late=form.late)
        words = f"{LETTER_LABELS[LetterKind(letter.kind)]} {letter.code} の返送を収受しました。"
        if form.late:
            words += f"期限（{wareki(due)}）を過ぎています。"
        return Changes(Kind.CASES | Kind.FORMS | Kind.AUDIT, words, (case.id,)), form.id


def _due(letter: Letter) -> date:
    """The day by which the form had to be back. Raises ``InputProblem`` where nobody is to answer the letter."""
    if letter.kind == LetterKind.PUSH.value:
        raise InputProblem(
            "K-1858",
            "code",
            "支給のお知らせの届出書です。",
            kept="収受は記録していません。",
            todo="辞退は案件の「取下げ・要件消滅」で、口座の変更は案件の口座で入力してください。",
        )
    if letter.return_due is None:
        raise InputProblem("K-1748", "code", "返送をお願いしていない手紙の番号です。", todo="確認書の番号を読み取ってください。")
    return letter.return_due


def _answered(session: Session, letter: Letter) -> ReturnedForm | None:
    """The deficient form that the answer to a 不備通知 mends; None for a first form. Raises Conflict K-1859 where it waits for none."""
    if letter.kind != LetterKind.DEFICIENCY.value:
        return None
    form = session.get(ReturnedForm, letter.form_id) if letter.form_id is not None else None
    if form is None or form.state != FormState.DEFICIENT.value:
        raise Conflict(
            "K-1859",
            "この不備通知の確認書は、補正を待っていません。",
            kept="収受は記録していません。",
            todo="「収受・審査」で、元の確認書を確かめてください。",
        )
    return form


def _fitting(form: ReturnedForm | None) -> str:
    """What was found in order before is not looked at again; what was deficient is."""
    if form is None:
        return "{}"
    kept = {name: state for name, state in json.loads(form.items).items() if state != ItemState.DEFICIENT.value}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _refuse_unusable(session: Session, letter: Letter) -> None:
    if letter.voided_by is not None or letter.state == LetterState.SPOILED.value:
        newer = session.get(Letter, letter.voided_by) if letter.voided_by is not None else None
        now = f"今の番号は {newer.code} です。" if newer is not None else "新しい確認書はまだありません。"
        raise Conflict(
            "K-1722", "この番号の確認書は無効です。刷り直す前のものです。", todo=f"{now}届いた紙を別にして、責任者に知らせてください。"
        )
    if session.scalar(select(ReturnedForm.id).where(ReturnedForm.letter_id == letter.id)) is not None:
        raise Conflict("K-1723", "この確認書はすでに収受しています。", todo="2通目の紙は、収受済みの紙と一緒に保管してください。")
    if letter.state != LetterState.SENT.value:
        raise Conflict(
            "K-1724", f"この確認書は「{letter.state}」で、発送済ではありません。", todo="「確認書・通知」で発送の記録を確かめてください。"
        )


def form(desk: Desk, form_id: int) -> FormPage:
    with desk.look() as session:
        found = _form(session, form_id)
        case = case_of(session, found.case_id)
        letter = _letter(session, found)
        told = list(
            session.scalars(
                select(JudgmentRecord)
                .join(LetterBenefit, LetterBenefit.judgment_id == JudgmentRecord.id)
                .where(LetterBenefit.letter_id == letter.id)
                .order_by(JudgmentRecord.id)
            )
        )
        account = live_account(session, case.id)
        head = recipient(case)
        return FormPage(
            form_id=found.id,
            case_id=case.id,
            code=letter.code,
            name=head.name,
            kana=head.kana,
            benefits=benefit_words(told, desk.programme),
            amount=letter.amount,
            received_on=found.received_on,
            postmark_on=found.postmark_on,
            late=found.late,
            deadline=_due(letter),
            items=_items(found),
            deficiencies=tuple(json.loads(found.deficiencies)),
            account=None if account is None else accounts.row(session, account),
            missing=_missing(session, found),
            state=FormState(found.state),
        )


def _form(session: Session, form_id: int) -> ReturnedForm:
    found = session.get(ReturnedForm, form_id)
    if found is None:
        raise Conflict("K-1725", "この収受の記録はありません。", todo="一覧を読み直してください。")
    return found


def check(desk: Desk, form_id: int, items: dict[Item, ItemState], deficiencies: tuple[str, ...]) -> Changes:
    """Keeps what was looked at; any deficiency makes the form 不備 (case 不備照会中)."""
    known = {deficiency.code: deficiency for deficiency in DEFICIENCIES}
    for code in deficiencies:
        if code not in known:
            raise InputProblem("K-1726", "deficiencies", "不備の種類が一覧にありません。", todo="一覧から選んでください。")
        if items.get(known[code].item) is not ItemState.DEFICIENT:
            raise InputProblem(
                "K-1726",
                "deficiencies",
                f"「{ITEM_LABELS[known[code].item]}」を不備にしていません。",
                todo="項目の見方か、不備の種類を直してください。",
            )
    for item, state in items.items():
        if state is ItemState.DEFICIENT and not any(known[code].item is item for code in deficiencies):
            raise InputProblem(
                "K-1726", "deficiencies", f"「{ITEM_LABELS[item]}」の不備の種類がありません。", todo="不備の種類を選んでください。"
            )
    with desk.work(Act.FORM_CHECKED) as unit:
        found = _form(unit.session, form_id)
        _refuse_completed(found)
        case = case_of(unit.session, found.case_id)
        found.items = json.dumps({item.value: state.value for item, state in items.items()}, sort_keys=True)
        found.deficiencies = json.dumps(sorted(deficiencies))
        found.state = (FormState.DEFICIENT if deficiencies else FormState.RECEIVED).value
        found.reviewed_by = desk.staff.id
        # A form that is looked at again after a failed transfer leaves the case at 振込不能 until the review is completed.
        if deficiencies and case.status != CaseStatus.PAYMENT_FAILED.value:
            advance(case, Act.FORM_CHECKED, desk.now_text())
        unit.record(
            Act.FORM_CHECKED,
            subject="case",
            subject_id=case.id,
            form=found.id,
            deficient=len(deficiencies),
            codes=",".join(sorted(deficiencies)),
        )
        words = f"不備 {len(deficiencies)}件を記録しました。" if deficiencies else "見た項目を記録しました。"
        return Changes(Kind.CASES | Kind.FORMS | Kind.AUDIT, words, (case.id,))


def _refuse_completed(found: ReturnedForm) -> None:
    if FormState(found.state) not in OPEN:
        raise Conflict("K-1727", f"この確認書は「{found.state}」です。", todo="一覧を読み直してください。")


def complete(desk: Desk, form_id: int, completed_on: date, late_reason: str = "") -> Changes:
    """Review completed: everything fits and the account is verified by a second person; else InputProblem with what is missing.

    A form that came after the deadline (当日消印有効) is completed only with ``late_reason``: why it is accepted all the same.
    """
    if completed_on > desk.today():
        raise InputProblem("K-1728", "completed_on", "審査完了日が今日よりあとの日です。", todo="今日までの日を入力してください。")
    with desk.work(Act.REVIEW_COMPLETED) as unit:
        session = unit.session
        found = _form(session, form_id)
        _refuse_completed(found)
        if completed_on < found.received_on:
            raise InputProblem(
                "K-1728", "completed_on", "審査完了日が収受日より前の日です。", todo="収受日からあとの日を入力してください。"
            )
        missing = _missing(session, found)
        if missing:
            raise InputProblem("K-1729", "items", "審査を完了できません。" + " ".join(missing), todo="足りないものをそろえてください。")
        if found.late:
            if len(late_reason.strip()) < REASON_LENGTH:
                raise InputProblem(
                    "K-1730",
                    "late_reason",
                    "期限を過ぎて届いた確認書です。",
                    todo=f"受け付ける理由を{REASON_LENGTH}字以上で入力してください。",
                )
            found.items = json.dumps({**json.loads(found.items), "late_reason": late_reason.strip()}, ensure_ascii=False, sort_keys=True)
        case = case_of(session, found.case_id)
        found.state = FormState.COMPLETED.value
        found.completed_on = completed_on
        found.reviewed_by = desk.staff.id
        advance(case, Act.REVIEW_COMPLETED, desk.now_text())
        unit.record(Act.REVIEW_COMPLETED, subject="case", subject_id=case.id, form=found.id, late=found.late)
        return Changes(Kind.CASES | Kind.FORMS | Kind.PAYMENTS | Kind.AUDIT, "審査を完了しました。振込に入れられます。", (case.id,))
