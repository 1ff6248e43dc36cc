"""審査: a received form is looked at item by item, where it is set by a second person too, decided about where it is late, completed.

The door to the modules of the same work; screens ask here.
"""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain import review as rules
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.case_exit import ExitCause
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.judgment import ExitKind
from kyufu_desktop.domain.review import DEFICIENCIES, ITEM_LABELS, OPEN, FormKind, FormState, Item, ItemState
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.letter import LetterBenefit
from kyufu_desktop.models.review import ReturnedForm
from kyufu_desktop.services import case_exits
from kyufu_desktop.services.case_rows import ExitEntry
from kyufu_desktop.services.case_steps import approved_benefits, case_of, live_account
from kyufu_desktop.services.contacts import require_reason
from kyufu_desktop.services.receipt import CameIn, Scanned, look_up, receive, receive_application
from kyufu_desktop.services.review_forms import (
    DEFICIENT_BEFORE,
    LATE_REASON,
    form_of,
    looked_at,
    move,
    open_form,
    policy,
    with_items,
    with_note,
)
from kyufu_desktop.services.review_page import FormPage, FormRow, ReviewPage, form, page
from kyufu_desktop.services.session import Desk, Second

__all__ = [
    "CameIn",
    "FormPage",
    "FormRow",
    "ReviewPage",
    "Scanned",
    "check",
    "complete",
    "decide_late",
    "form",
    "look_up",
    "page",
    "receive",
    "receive_application",
    "second_look",
]

_CHANGED = Kind.CASES | Kind.FORMS | Kind.AUDIT


def check(desk: Desk, form_id: int, items: dict[Item, ItemState], deficiencies: tuple[str, ...]) -> Changes:
    """Keeps what was looked at; any deficiency makes the form 不備 (case 不備照会中). A second person's look is void with it."""
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
        found = open_form(unit.session, form_id)
        case = case_of(unit.session, found.case_id)
        found.items = with_items(found.items, items)
        if deficiencies:
            found.items = with_note(found.items, DEFICIENT_BEFORE, "1")
        found.deficiencies = json.dumps(sorted(deficiencies))
        found.state = (FormState.DEFICIENT if deficiencies else FormState.RECEIVED).value
        found.reviewed_by = desk.staff.id
        found.second_look_at, found.second_look_by = None, None
        # A form that is looked at again after a failed transfer leaves the case at 振込不能 until the review is completed.
        if deficiencies and case.status != CaseStatus.PAYMENT_FAILED.value:
            move(found, case, Act.FORM_CHECKED, desk.now_text())
        unit.record(
            Act.FORM_CHECKED,
            subject="case",
            subject_id=case.id,
            form=found.id,
            deficient=len(deficiencies),
            codes=",".join(sorted(deficiencies)),
        )
        words = f"不備 {len(deficiencies)}件を記録しました。" if deficiencies else "見た項目を記録しました。"
        return Changes(_CHANGED, words, (case.id,))


def second_look(desk: Desk, form_ids: tuple[int, ...], second: Second) -> Changes:
    """Another person than the reviewer has looked at these forms and their copies. All or none of them.

    Raises InputProblem K-1735 (none chosen, or not looked at yet), NotAllowed K-1736 (the reviewer himself), Conflict K-1725, K-1727.
    """
    if not form_ids:
        raise InputProblem("K-1735", "forms", "確かめる確認書を選んでいません。", todo="一覧を読み直してください。")
    with desk.work(Act.FORM_SECOND_LOOK, second) as unit:
        cases: list[int] = []
        for form_id in form_ids:
            found = open_form(unit.session, form_id)
            if found.reviewed_by is None or not rules.ready_for_second_look(looked_at(found, None)):
                raise InputProblem(
                    "K-1735", "forms", "まだ審査の終わっていない確認書があります。", todo="1人目が、すべての項目を見てください。"
                )
            if not may_verify(Act.FORM_SECOND_LOOK, found.reviewed_by, second.staff):
                raise NotAllowed("K-1736", "審査した人は、2人目になれません。", todo="別の取扱者が確かめてください。")
            found.second_look_at = desk.now_text()
            found.second_look_by = second.staff.id
            cases.append(found.case_id)
            unit.record(Act.FORM_SECOND_LOOK, subject="case", subject_id=found.case_id, form=found.id)
        return Changes(_CHANGED, f"確認書 {len(cases)}件を、2人目が確かめました。", tuple(dict.fromkeys(cases)))


def decide_late(desk: Desk, form_id: int, accepted: bool, reason: str) -> Changes:
    """An officer accepts a form that came after the deadline, or does not: then the case leaves as 要件消滅 and is decided as 不支給.

    Raises InputProblem K-1648 (reason), Conflict K-1737 (not late, or over), K-1738 (the case has other benefits to be paid).
    """
    stated = require_reason(reason, "reason")
    with desk.work(Act.LATE_FORM_DECIDED) as unit:
        session = unit.session
        found = form_of(session, form_id)
        here_again = found.state == FormState.LATE.value and not case_exits.left(session, found.case_id)
        if not found.late or not (FormState(found.state) in OPEN or here_again):
            raise Conflict("K-1737", f"期限後の扱いを決める確認書ではありません（{found.state}）。", todo="一覧を読み直してください。")
        if accepted:
            found.items = with_note(found.items, LATE_REASON, stated)
            found.state = (FormState.DEFICIENT if json.loads(found.deficiencies) else FormState.RECEIVED).value
            words = "期限後の確認書を受け付けます。審査を続けてください。"
        else:
            _refuse_beside_others(session, found)
            found.state = FormState.LATE.value
            words = "期限後のため受け付けません。"
            if not case_exits.left(session, found.case_id):
                day = found.postmark_on or found.received_on
                told = f"期限後に届いた確認書を受け付けない（{wareki(day)}）。{stated}"
                words += case_exits.leave(unit, desk, found.case_id, ExitEntry(ExitKind.LAPSED, ExitCause.DEADLINE, day, stated), told)
        unit.record(Act.LATE_FORM_DECIDED, subject="case", subject_id=found.case_id, form=found.id, accepted=accepted)
        return Changes(_CHANGED | Kind.JUDGMENTS | Kind.LETTERS, words, (found.case_id,))


def _refuse_beside_others(session: Session, found: ReturnedForm) -> None:
    """要件消滅 is of the whole case. Where another benefit of it is still to be paid, that one comes first."""
    if found.kind == FormKind.APPLICATION.value:
        return
    told = set(session.scalars(select(LetterBenefit.judgment_id).where(LetterBenefit.letter_id == found.letter_id)))
    if any(judgment.id not in told for judgment in approved_benefits(session, found.case_id)):
        raise Conflict(
            "K-1738",
            "この案件には、ほかに支払っていない給付があります。",
            kept="確認書の扱いは変えていません。",
            todo="ほかの給付を支払ってから、もう一度決めてください。",
        )


def complete(desk: Desk, form_id: int, completed_on: date) -> Changes:
    """Review completed: everything fits and who has to look at it has looked; else InputProblem with what is missing."""
    if completed_on > desk.today():
        raise InputProblem("K-1728", "completed_on", "審査完了日が今日よりあとの日です。", todo="今日までの日を入力してください。")
    with desk.work(Act.REVIEW_COMPLETED) as unit:
        session = unit.session
        found = open_form(session, form_id)
        if completed_on < found.received_on:
            raise InputProblem(
                "K-1728", "completed_on", "審査完了日が収受日より前の日です。", todo="収受日からあとの日を入力してください。"
            )
        missing = rules.complete(looked_at(found, live_account(session, found.case_id)), policy(session))
        if missing:
            raise InputProblem("K-1729", "items", "審査を完了できません。" + " ".join(missing), todo="足りないものをそろえてください。")
        case = case_of(session, found.case_id)
        found.state = FormState.COMPLETED.value
        found.completed_on = completed_on
        move(found, case, Act.REVIEW_COMPLETED, desk.now_text())
        unit.record(Act.REVIEW_COMPLETED, subject="case", subject_id=case.id, form=found.id, late=found.late)
        words = "申請書の審査を完了しました。" if found.kind == FormKind.APPLICATION.value else "審査を完了しました。振込に入れられます。"
        return Changes(Kind.CASES | Kind.FORMS | Kind.PAYMENTS | Kind.LETTERS | Kind.AUDIT, words, (case.id,))
