"""辞退: entered from a declaration or a call, it stops the money at once; taken back until a day; after that closed as 取下げ.

One model for 「受け取らない」: a decline is a word about a letter that can be taken back and changes no decision. The decision changes only
when the case leaves by 取下げ (``case_exits``), which :func:`close` registers from the decline once nobody can take it back any more.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, func, literal, select, tuple_
from sqlalchemy.orm import Session

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.case_exit import ExitCause
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.decline import DECLINE_LABELS, DeclineHow, DeclineState, last_day_to_take_back
from kyufu_desktop.domain.judgment import ExitKind
from kyufu_desktop.domain.letter import FIRST, LETTER_LABELS, LetterKind, LetterState
from kyufu_desktop.domain.payment import GONE_OUT, PaymentState
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter, LetterBenefit
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.models.review import Decline
from kyufu_desktop.services import batches, case_exits, routes
from kyufu_desktop.services.case_rows import Declinable, DeclineEntry, DeclineRow, ExitEntry
from kyufu_desktop.services.case_steps import approved_benefits, benefit_words
from kyufu_desktop.services.contacts import require_reason
from kyufu_desktop.services.session import Desk

_CHANGED = Kind.CASES | Kind.FORMS | Kind.LETTERS | Kind.PAYMENTS | Kind.AUDIT
#: The money is on its way out of the house, or out of it.
_GONE_OUT: tuple[str, ...] = tuple(sorted(state.value for state in GONE_OUT))


def enter(desk: Desk, letter_id: int, entry: DeclineEntry) -> Changes:
    """The person does not want what the letter told: it comes out of the batches that wait in the house, which are approved anew.

    Raises InputProblem K-1550 (day), Conflict K-1551 (not a first letter that was posted), K-1552 (declined already), K-1553 (the case has
    left), K-1554 (all of it has left the house).
    """
    if entry.declared_on > desk.today():
        raise InputProblem("K-1550", "declared_on", "届出の日が今日よりあとの日です。", todo="届出書の消印か、電話の日を入れてください。")
    with desk.work(Act.DECLINE_ENTERED) as unit:
        session = unit.session
        letter = session.get(Letter, letter_id)
        if letter is None or not _posted(letter):
            raise Conflict("K-1551", "この手紙は、辞退を受け付ける手紙ではありません。", todo="発送済の手紙を選んでください。")
        if letter.sent_on is not None and entry.declared_on < letter.sent_on:
            raise InputProblem("K-1550", "declared_on", "届出の日が発送日より前の日です。", todo="届出の日を確かめてください。")
        if session.scalar(select(Decline.id).where(Decline.letter_id == letter.id, Decline.withdrawn_at.is_(None))) is not None:
            raise Conflict("K-1552", "この手紙の辞退は、もう登録されています。", todo="案件を開いて確かめてください。")
        if case_exits.left(session, letter.case_id):
            raise Conflict("K-1553", "取下げか要件消滅が、もう登録されています。", todo="案件を開いて確かめてください。")
        told, gone_out = _money(session, letter)
        if gone_out and not told - gone_out:
            raise Conflict(
                "K-1554",
                "この給付は、もう銀行へ渡しているか、支払っています。",
                kept="辞退は登録していません。",
                todo="返してもらう手続きを、取扱責任者に相談してください。",
            )
        row = Decline(
            case_id=letter.case_id,
            letter_id=letter.id,
            declared_on=entry.declared_on,
            how=entry.how.value,
            entered_at=desk.now_text(),
            entered_by=desk.staff.id,
        )
        session.add(row)
        session.flush()
        unit.record(Act.DECLINE_ENTERED, subject="case", subject_id=letter.case_id, decline=row.id, letter=letter.id, how=row.how)
        taken = batches.take_out(unit, desk, letter.case_id, "辞退の届出があったため", _of_the_benefits(session, told))
        words = f"{letter.code} の辞退を登録しました。この給付は支払いません。{taken.words}"
        return Changes(_CHANGED, words, (letter.case_id,))


def _posted(letter: Letter) -> bool:
    return LetterKind(letter.kind) in FIRST and letter.state == LetterState.SENT.value and letter.voided_by is None


def _money(session: Session, letter: Letter) -> tuple[set[int], set[int]]:
    """The judgments that the letter told of, and those of them whose money has left the house."""
    told = set(session.scalars(select(LetterBenefit.judgment_id).where(LetterBenefit.letter_id == letter.id)))
    paid = select(Payment.judgment_id).where(Payment.judgment_id.in_(told), Payment.state.in_(_GONE_OUT))
    return told, set(session.scalars(paid))


def _of_the_benefits(session: Session, told: set[int]) -> list[int]:
    """Every decision of these benefits: where one was voided and made anew, the new one is declined too."""
    benefits = select(JudgmentRecord.case_id, JudgmentRecord.benefit_key).where(JudgmentRecord.id.in_(told)).distinct()
    same = tuple_(JudgmentRecord.case_id, JudgmentRecord.benefit_key).in_(benefits)
    return list(session.scalars(select(JudgmentRecord.id).where(same).order_by(JudgmentRecord.id)))


def withdraw(desk: Desk, decline_id: int, on: date, reason: str) -> Changes:
    """The person wants the money after all; ready again at once. The row stays.

    Raises InputProblem K-1648 (reason), K-1555 (the day), Conflict K-1556 (nothing to take back), K-1557 (too late, or the case has left).
    """
    stated = require_reason(reason, "reason")
    with desk.work(Act.DECLINE_WITHDRAWN) as unit:
        row, letter = _live(unit.session, decline_id)
        last = last_day_to_take_back(desk.programme.return_deadline, letter.return_due)
        if on > desk.today() or on < row.declared_on:
            raise InputProblem("K-1555", "on", "撤回の日は、辞退の日から今日までの日のはずです。", todo="申し出た日を入れてください。")
        if on > last or case_exits.left(unit.session, row.case_id):
            raise Conflict(
                "K-1557",
                f"辞退を撤回できる期限（{wareki(last)}）を過ぎているか、案件が取下げになっています。",
                kept="辞退はそのままです。",
                todo="取扱責任者に相談してください。",
            )
        row.withdrawn_on, row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = on, desk.now_text(), desk.staff.id, stated
        unit.record(Act.DECLINE_WITHDRAWN, subject="case", subject_id=row.case_id, decline=row.id)
        return Changes(_CHANGED, "辞退を撤回しました。この給付の手続きを続けます。", (row.case_id,))


def close(desk: Desk, decline_id: int) -> Changes:
    """The decline for good: the case leaves by 取下げ, its approval is void, and its refusal (辞退の届出があったため) is drafted like any.

    Raises Conflict K-1556 (nothing to close), K-1558 (it can still be taken back), K-1559 (another benefit of the case is to be paid).
    """
    with desk.work(Act.CASE_EXITED) as unit:
        row, letter = _live(unit.session, decline_id)
        last = last_day_to_take_back(desk.programme.return_deadline, letter.return_due)
        if desk.today() <= last:
            raise Conflict("K-1558", f"この辞退は、{wareki(last)}まで撤回できます。", todo="その日が過ぎてから、取下げにしてください。")
        if _others(unit.session, row.case_id):
            raise Conflict(
                "K-1559",
                "この案件には、辞退していない給付があります。",
                kept="取下げは登録していません。",
                todo="ほかの給付を支払ってから、取下げにしてください。",
            )
        how = f"{DECLINE_LABELS[DeclineHow(row.how)]}、{wareki(row.declared_on)}"
        told = f"{LETTER_LABELS[LetterKind(letter.kind)]} {letter.code} の辞退（{how}）"
        entry = ExitEntry(ExitKind.WITHDRAWN, ExitCause.REQUEST, row.declared_on, told)
        words = case_exits.leave(unit, desk, row.case_id, entry, told)
        return Changes(_CHANGED | Kind.JUDGMENTS, words, (row.case_id,))


def _live(session: Session, decline_id: int) -> tuple[Decline, Letter]:
    row = session.get(Decline, decline_id)
    if row is None or row.withdrawn_at is not None:
        raise Conflict("K-1556", "この辞退は、もう撤回されています。", todo="案件を開き直してください。")
    return row, session.get_one(Letter, row.letter_id)


def _others(session: Session, case_id: int) -> bool:
    """Whether a benefit of the case that was not declined is decided and not paid."""
    declined = set(
        session.scalars(
            select(JudgmentRecord.benefit_key)
            .join(LetterBenefit, LetterBenefit.judgment_id == JudgmentRecord.id)
            .join(Decline, Decline.letter_id == LetterBenefit.letter_id)
            .where(Decline.case_id == case_id, Decline.withdrawn_at.is_(None))
        )
    )
    return any(judgment.benefit_key not in declined for judgment in approved_benefits(session, case_id)) or _in_batch(session, case_id)


def _in_batch(session: Session, case_id: int) -> bool:
    waits = select(Payment.id).where(Payment.case_id == case_id, Payment.state == PaymentState.IN_BATCH.value)
    return session.scalar(waits.limit(1)) is not None


def rows_of(session: Session, case_id: int, programme: Programme, staff: dict[int, str], on: date) -> tuple[DeclineRow, ...]:
    """Every decline of the case, in their order."""
    left, others = case_exits.left(session, case_id), _others(session, case_id)
    query = select(Decline, Letter).join(Letter, Letter.id == Decline.letter_id).where(Decline.case_id == case_id).order_by(Decline.id)
    rows = []
    for row, letter in session.execute(query):
        told = select(JudgmentRecord).join(LetterBenefit, LetterBenefit.judgment_id == JudgmentRecord.id)
        judgments = list(session.scalars(told.where(LetterBenefit.letter_id == letter.id).order_by(JudgmentRecord.id)))
        last = last_day_to_take_back(programme.return_deadline, letter.return_due)
        state = DeclineState.WITHDRAWN if row.withdrawn_at else DeclineState.FOR_GOOD if left else DeclineState.STOPS
        rows.append(
            DeclineRow(
                decline_id=row.id,
                letter_words=f"{LETTER_LABELS[LetterKind(letter.kind)]} {letter.code}",
                benefits=benefit_words(judgments, programme),
                declared_on=row.declared_on,
                how_words=DECLINE_LABELS[DeclineHow(row.how)],
                state=state,
                last_day=last,
                may_withdraw=state is DeclineState.STOPS and on <= last,
                may_close=state is DeclineState.STOPS and on > last and not others,
                entered_by=staff.get(row.entered_by, ""),
                withdrawn_on=row.withdrawn_on,
                withdrawn_reason=row.withdrawn_reason,
            )
        )
    return tuple(rows)


def letters_of(session: Session, case_id: int) -> tuple[Declinable, ...]:
    """First letters of the case that were posted and are not declined, the newest first."""
    live = select(Decline.letter_id).where(Decline.case_id == case_id, Decline.withdrawn_at.is_(None))
    query = (
        select(Letter)
        .where(
            Letter.case_id == case_id,
            Letter.kind.in_(sorted(kind.value for kind in FIRST)),
            Letter.state == LetterState.SENT.value,
            Letter.voided_by.is_(None),
            Letter.id.not_in(live),
        )
        .order_by(Letter.id.desc())
    )
    return tuple(Declinable(letter.id, f"{LETTER_LABELS[LetterKind(letter.kind)]} {letter.code}") for letter in session.scalars(query))


def to_close(session: Session, programme: Programme, on: date) -> tuple[tuple[int, str], ...]:
    """(case id, 給付管理番号) of cases whose decline nobody can take back any more, and which only wait for 取下げ."""
    deadline = literal(programme.return_deadline, Date)
    last = func.max(func.coalesce(Letter.return_due, deadline), deadline)
    query = (
        select(Case)
        .join(Decline, Decline.case_id == Case.id)
        .join(Letter, Letter.id == Decline.letter_id)
        .where(Decline.withdrawn_at.is_(None), last < on)
        .order_by(Case.management_number)
        .distinct()
    )
    return tuple(
        (case.id, case.management_number)
        for case in session.scalars(query)
        if not case_exits.left(session, case.id) and not _others(session, case.id)
    )


def in_a_batch(session: Session) -> tuple[tuple[int, int], ...]:
    """(batch id, number) of batches in the house that hold a declined benefit: one that was being written when the person declined."""
    from_case = select(Decline.case_id).where(Decline.withdrawn_at.is_(None))
    query = select(Batch.id, Batch.number, Payment.case_id).join(Payment, Payment.batch_id == Batch.id)
    found = session.execute(
        query.where(Payment.state == PaymentState.IN_BATCH.value, Payment.case_id.in_(from_case)).order_by(Batch.number)
    )
    stopped = {(batch_id, number) for batch_id, number, case_id in found if routes.declined_in_batch(session, case_id)}
    return tuple(sorted(stopped, key=lambda batch: batch[1]))
