"""A returned form as it is kept, and how far its review has come. What was looked at is one JSON object: the items, and some notes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.case import TRANSITIONS, CaseStatus
from kyufu_desktop.domain.letter import LetterKind, LetterState
from kyufu_desktop.domain.review import OPEN, FormKind, FormState, Item, ItemState, Looked, SecondLook
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.review import AccountRecord, ReturnedForm
from kyufu_desktop.services.case_facts import chunks
from kyufu_desktop.services.case_steps import advance
from kyufu_desktop.services.workstation import value_of

#: Notes beside the items: why a late form is accepted, and whether a deficiency was ever found.
LATE_REASON, DEFICIENT_BEFORE = "late_reason", "deficient_before"


def form_of(session: Session, form_id: int) -> ReturnedForm:
    """Raises Conflict K-1725 where there is none."""
    found = session.get(ReturnedForm, form_id)
    if found is None:
        raise Conflict("K-1725", "この収受の記録はありません。", todo="一覧を読み直してください。")
    return found


def open_form(session: Session, form_id: int) -> ReturnedForm:
    """A form whose review is not over. Raises Conflict K-1727."""
    found = form_of(session, form_id)
    if FormState(found.state) not in OPEN:
        raise Conflict("K-1727", f"この確認書は「{found.state}」です。", todo="一覧を読み直してください。")
    return found


def items_of(kept: str) -> dict[Item, ItemState]:
    return {Item(name): ItemState(state) for name, state in json.loads(kept).items() if name in Item.__members__}


def note_of(kept: str, name: str) -> str:
    """A note beside the items; empty where it was not made."""
    return str(json.loads(kept).get(name, ""))


def with_items(kept: str, items: Mapping[Item, ItemState]) -> str:
    """The items anew; the notes stay."""
    notes = {name: value for name, value in json.loads(kept).items() if name not in Item.__members__}
    return _json({**notes, **{item.value: state.value for item, state in items.items()}})


def with_note(kept: str, name: str, words: str) -> str:
    return _json({**json.loads(kept), name: words})


def _json(values: dict[str, str]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def looked_at(form: ReturnedForm, account: AccountRecord | None, answer_by: date | None = None) -> Looked:
    """How far the review of the form has come, with the live account of its case."""
    return Looked(
        items=items_of(form.items),
        account_entered=account is not None,
        account_verified=account is not None and account.verified_by is not None,
        late=form.late,
        late_accepted=bool(note_of(form.items, LATE_REASON)),
        deficient_before=bool(note_of(form.items, DEFICIENT_BEFORE)),
        second_look=form.second_look_at is not None,
        answer_by=answer_by,
    )


def policy(session: Session) -> SecondLook:
    """Which forms a second person looks at, by the setting of the workstation."""
    return SecondLook(value_of(session, "form_second_look"))


def answer_days(session: Session, form_ids: Iterable[int]) -> dict[int, date]:
    """Form id -> the day by which its deficiencies were to be mended, of the last 不備通知 that was posted."""
    found: dict[int, date] = {}
    for part in chunks(list(form_ids)):
        query = select(Letter.form_id, func.max(Letter.return_due)).where(
            Letter.form_id.in_(part),
            Letter.kind == LetterKind.DEFICIENCY.value,
            Letter.state == LetterState.SENT.value,
            Letter.voided_by.is_(None),
        )
        for form_id, due in session.execute(query.group_by(Letter.form_id)):
            if form_id is not None and due is not None:
                found[form_id] = due
    return found


def move(form: ReturnedForm, case: Case, act: Act, at: str) -> None:
    """Moves the case by the table. An application may come before anything was judged, or after the end: then the case stays."""
    if form.kind == FormKind.APPLICATION.value and (CaseStatus(case.status), act) not in TRANSITIONS:
        return
    advance(case, act, at)
