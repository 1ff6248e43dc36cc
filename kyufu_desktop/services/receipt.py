"""収受: what came back by post or over the counter is taken in by its code, or, an application, by the number of its case."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain import review as rules
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind, LetterState, parse_code
from kyufu_desktop.domain.programme import Route
from kyufu_desktop.domain.review import OPEN, FormKind, FormState, ItemState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.review import Decline, ReturnedForm
from kyufu_desktop.services import accounts
from kyufu_desktop.services.accounts import AccountRow
from kyufu_desktop.services.case_steps import case_of, live_account, recipient
from kyufu_desktop.services.review_forms import DEFICIENT_BEFORE, move
from kyufu_desktop.services.session import Desk

_CHANGED = Kind.CASES | Kind.FORMS | Kind.AUDIT


class CameIn(StrEnum):
    """What was read: a form with a code, an application with the number of its case, the declaration of a 支給のお知らせ."""

    FORM = "FORM"
    APPLICATION = "APPLICATION"
    DECLARATION = "DECLARATION"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a code belongs to, before anything is kept; name and kana to be compared with the paper."""

    what: CameIn
    code: str
    case_id: int | None = None
    letter_id: int | None = None
    name: str = field(default="", repr=False)
    kana: str = field(default="", repr=False)
    account: AccountRow | None = None
    """The live account of the case, for the declaration of another one."""


def look_up(desk: Desk, text: str) -> Scanned:
    """What ``text`` is the code of. Whether a form may be received at all is asked by :func:`receive`.

    Raises InputProblem K-1030 (no code), K-1731 (no such case), K-1732 (the category is not paid by application), and for a 支給のお知らせ
    whatever :func:`receive` says of a letter that cannot be answered.
    """
    number = rules.management_number(text)
    with desk.look() as session:
        if number is not None:
            case = _applicant(session, desk, number)
            return _scanned(session, CameIn.APPLICATION, number, case)
        wanted = str(parse_code(text))
        letter = session.scalar(select(Letter).where(Letter.code == wanted))
        if letter is None or letter.kind != LetterKind.PUSH.value:
            return Scanned(CameIn.FORM, wanted)
        _refuse_unusable(session, letter)
        return _scanned(session, CameIn.DECLARATION, letter.code, case_of(session, letter.case_id), letter.id)


def _scanned(session: Session, what: CameIn, code: str, case: Case, letter_id: int | None = None) -> Scanned:
    head, account = recipient(case), live_account(session, case.id)
    return Scanned(what, code, case.id, letter_id, head.name, head.kana, None if account is None else accounts.row(session, account))


def receive(desk: Desk, code: str, received_on: date, postmark_on: date | None) -> tuple[Changes, int]:
    """Receipt by the code (scanned or typed) -> form id. Void code, wrong state or second receipt: clear sentence."""
    wanted = str(parse_code(code))
    _check_days(desk, received_on, postmark_on)
    with desk.work(Act.FORM_RECEIVED) as unit:
        session = unit.session
        letter = session.scalar(select(Letter).where(Letter.code == wanted))
        if letter is None:
            raise InputProblem("K-1721", "code", "この番号の確認書はありません。", todo="確認書の右上の番号を確かめてください。")
        due = day_due(letter)
        _refuse_unusable(session, letter)
        _refuse_declined(session, letter)
        if letter.sent_on is not None and received_on < letter.sent_on:
            raise InputProblem("K-1720", "received_on", "収受日が発送日より前の日です。", todo="届いた日を入力してください。")
        case = case_of(session, letter.case_id)
        answered = _answered(session, letter)
        form = ReturnedForm(
            case_id=case.id,
            kind=answered.kind if answered is not None else FormKind.CONFIRMATION.value,
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
        move(form, case, Act.FORM_RECEIVED, desk.now_text())
        unit.record(Act.FORM_RECEIVED, subject="case", subject_id=case.id, form=form.id, letter=letter.id, late=form.late)
        words = f"{LETTER_LABELS[LetterKind(letter.kind)]} {letter.code} の返送を収受しました。{_late_words(form, due)}"
        return Changes(_CHANGED, words, (case.id,)), form.id


def receive_application(desk: Desk, management_number: str, received_on: date, postmark_on: date | None) -> tuple[Changes, int]:
    """An application that came by itself -> form id. In time by the programme's deadline, 当日消印有効.

    Raises InputProblem K-1720 (days), K-1731 (no such case), K-1732 (not paid by application), Conflict K-1733 (one is here already).
    """
    number = rules.management_number(management_number)
    _check_days(desk, received_on, postmark_on)
    with desk.work(Act.FORM_RECEIVED) as unit:
        session = unit.session
        case = _applicant(session, desk, number or management_number)
        states = [FormState.COMPLETED.value, *(state.value for state in OPEN)]
        here = select(ReturnedForm.id).where(
            ReturnedForm.case_id == case.id, ReturnedForm.kind == FormKind.APPLICATION.value, ReturnedForm.state.in_(states)
        )
        if session.scalar(here.limit(1)) is not None:
            raise Conflict(
                "K-1733",
                "この案件の申請書は、すでに収受しています。",
                kept="収受は記録していません。",
                todo="2通目の紙は、収受済みの紙と一緒に保管してください。",
            )
        due = desk.programme.return_deadline
        form = ReturnedForm(
            case_id=case.id,
            kind=FormKind.APPLICATION.value,
            letter_id=None,
            received_on=received_on,
            postmark_on=postmark_on,
            late=not rules.in_time(received_on, postmark_on, due),
            items="{}",
            deficiencies="[]",
            state=FormState.RECEIVED.value,
            received_at=desk.now_text(),
            received_by=desk.staff.id,
        )
        session.add(form)
        session.flush()
        move(form, case, Act.FORM_RECEIVED, desk.now_text())
        unit.record(Act.FORM_RECEIVED, subject="case", subject_id=case.id, form=form.id, letter=None, late=form.late)
        words = f"申請書 {case.management_number} を収受しました。{_late_words(form, due)}"
        return Changes(_CHANGED, words, (case.id,)), form.id


def _late_words(form: ReturnedForm, due: date) -> str:
    return f"期限（{wareki(due)}）を過ぎています。" if form.late else ""


def _check_days(desk: Desk, received_on: date, postmark_on: date | None) -> None:
    if received_on > desk.today():
        raise InputProblem("K-1720", "received_on", "収受日が今日よりあとの日です。", todo="届いた日を入力してください。")
    if postmark_on is not None and postmark_on > received_on:
        raise InputProblem("K-1720", "postmark_on", "消印の日が収受日よりあとの日です。", todo="封筒の消印を確かめてください。")


def _applicant(session: Session, desk: Desk, number: str) -> Case:
    """The case that an application names. Only where the programme says 申請書型: elsewhere the form has a code of its own."""
    case = session.scalar(select(Case).where(Case.management_number == number))
    if case is None:
        raise InputProblem("K-1731", "code", "この給付管理番号の案件はありません。", todo="申請書の番号を確かめてください。")
    if desk.programme.routes[Category(case.category)] is not Route.APPLICATION:
        raise InputProblem(
            "K-1732",
            "code",
            "この案件は、申請書では受け付けない区分です。",
            kept="収受は記録していません。",
            todo="確認書の右上の番号を、-01 などの終わりまで入力してください。",
        )
    return case


def day_due(letter: Letter) -> date:
    """The day by which the form had to be back. Raises ``InputProblem`` where nobody is to answer the letter."""
    if letter.kind == LetterKind.PUSH.value:
        raise InputProblem(
            "K-1858",
            "code",
            "支給のお知らせの届出書です。",
            kept="収受は記録していません。",
            todo="「収受・審査」でコードを読むと、辞退か口座の変更を選べます。",
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
    """What was found in order before is not looked at again; what was deficient is, and that there was a deficiency stays known."""
    if form is None:
        return "{}"
    kept = {name: state for name, state in json.loads(form.items).items() if state != ItemState.DEFICIENT.value}
    return json.dumps({**kept, DEFICIENT_BEFORE: "1"}, ensure_ascii=False, sort_keys=True)


def _refuse_declined(session: Session, letter: Letter) -> None:
    """A form after a decline says the opposite of it: a person asks which of the two holds."""
    if session.scalar(select(Decline.id).where(Decline.letter_id == letter.id, Decline.withdrawn_at.is_(None))) is not None:
        raise Conflict(
            "K-1734",
            "この確認書の給付には、辞退の届出があります。",
            kept="収受は記録していません。",
            todo="本人に確かめ、受け取る意思があれば、案件で辞退を撤回してください。",
        )


def _valid_now(session: Session, letter: Letter) -> Letter | None:
    """The letter that stands in the place of a void one, however often it was made anew; None where the last of them is spoiled."""
    while letter.voided_by is not None:
        letter = session.get_one(Letter, letter.voided_by)
    return None if letter.state == LetterState.SPOILED.value else letter


def _refuse_unusable(session: Session, letter: Letter) -> None:
    if letter.voided_by is not None or letter.state == LetterState.SPOILED.value:
        newer = _valid_now(session, letter)
        now = f"今の番号は {newer.code} です。" if newer is not None else "新しい確認書はまだありません。"
        before = "再発行する前のものです。" if letter.sent_on is not None else "刷り直す前のものです。"
        raise Conflict("K-1722", f"この番号の確認書は無効です。{before}", todo=f"{now}届いた紙を別にして、責任者に知らせてください。")
    if session.scalar(select(ReturnedForm.id).where(ReturnedForm.letter_id == letter.id)) is not None:
        raise Conflict("K-1723", "この確認書はすでに収受しています。", todo="2通目の紙は、収受済みの紙と一緒に保管してください。")
    if letter.state != LetterState.SENT.value:
        raise Conflict(
            "K-1724", f"この確認書は「{letter.state}」で、発送済ではありません。", todo="「確認書・通知」で発送の記録を確かめてください。"
        )
