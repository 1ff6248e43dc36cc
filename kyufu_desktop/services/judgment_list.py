"""The station 判定 as it is read: the list of all cases, and one case with every benefit, its grounds and what would change them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from kyufu_desktop.domain.case import TRANSITIONS, CaseStatus
from kyufu_desktop.domain.judgment import Outcome
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.domain.turning import Turning, turning
from kyufu_desktop.domain.values import Category
from kyufu_desktop.models.case import Case
from kyufu_desktop.services.case_facts import cases_with_people, staff_names
from kyufu_desktop.services.case_rows import JudgmentRow
from kyufu_desktop.services.case_steps import case_of, listed_name, recipient
from kyufu_desktop.services.judgment_drafting import may_change
from kyufu_desktop.services.judgment_rows import row_of
from kyufu_desktop.services.judgment_standing import Standing, asked_cases, standings
from kyufu_desktop.services.session import Desk


@dataclass(frozen=True, slots=True)
class JudgmentCase:
    """One row of the station 判定.

    ``state_word`` is a chip word: 起案できる / 保留 / 決裁待ち / 承認済 / 照会中 / 不支給 / 決裁無効.
    """

    case_id: int
    management_number: str
    name: str = field(repr=False)
    category: Category
    state_word: str
    benefits: str
    amount: int
    may_draft: bool = False
    """Something of it can be drafted now, whatever the chip says; False where a person holds it."""


@dataclass(frozen=True, slots=True)
class JudgmentPage:
    """The right side of the station: header and every judgment with its conditions and sums."""

    case_id: int
    management_number: str
    name: str = field(repr=False)
    kana: str = field(repr=False)
    rows: tuple[JudgmentRow, ...]
    headline: str
    """支給できます / 支給できません / 保留しています."""
    total: int
    may_draft: bool
    may_approve: bool
    why_not: str
    voided: tuple[JudgmentRow, ...] = ()
    """Approvals that do not hold any more, with the reason; nothing has followed them yet."""
    turning: tuple[Turning, ...] = field(default=(), repr=False)
    """Which single fact would turn what is refused or held."""
    may_hold: bool = False
    may_withdraw: bool = False
    drafter_id: int = 0
    """Who drafted what is approved: a withdrawal asks for another person."""
    held_by_person: bool = False


def list_cases(desk: Desk, state_word: str | None) -> tuple[JudgmentCase, ...]:
    """All cases with their state, by management number; ``state_word`` picks one state. Recorded as CASES_LISTED."""
    with desk.work(Act.CASES_LISTED) as unit:
        session = unit.session
        ids = list(session.scalars(select(Case.id).order_by(Case.management_number)))
        cases = cases_with_people(session, ids)
        asked = asked_cases(session)
        judged = standings(session, desk, ids)
        rows = []
        for case_id in ids:
            word = judged[case_id].state_word(case_id in asked)
            if state_word is None or word == state_word:
                rows.append(_list_row(desk, cases[case_id], word, judged[case_id]))
        unit.record(Act.CASES_LISTED, place="judgment", rows=len(rows))
    return tuple(rows)


def _list_row(desk: Desk, case: Case, word: str, standing: Standing) -> JudgmentCase:
    eligible = [entry.judgment for entry in standing.entries if entry.judgment.outcome is Outcome.ELIGIBLE]
    words = dict.fromkeys(desk.programme.label(judgment.benefit) for judgment in eligible)
    return JudgmentCase(
        case_id=case.id,
        management_number=case.management_number,
        name=listed_name(case),
        category=Category(case.category),
        state_word=word,
        benefits="・".join(words),
        amount=sum(judgment.amount for judgment in eligible),
        may_draft=standing.to_draft and may_change(case) and not standing.held_by_person,
    )


def page(desk: Desk, case_id: int) -> JudgmentPage:
    """Judges afresh if nothing is stored or a fact changed; what is shown is what would be drafted. Recorded as CASE_VIEWED."""
    with desk.work(Act.CASE_VIEWED) as unit:
        case = case_of(unit.session, case_id)
        standing = standings(unit.session, desk, [case_id])[case_id]
        names = {person.id: person.name for person in case.people}
        staff = staff_names(unit.session)
        head = recipient(case)
        records = standing.shown(desk)
        status = CaseStatus(case.status)
        approved = [entry.stored for entry in standing.entries if entry.approved and entry.stored is not None]
        result = JudgmentPage(
            case_id=case_id,
            management_number=case.management_number,
            name=head.name,
            kana=head.kana,
            rows=tuple(row_of(record, names, staff) for record in records),
            headline=_headline(standing),
            total=sum(record.amount for record in records if record.outcome == Outcome.ELIGIBLE.value),
            may_draft=desk.may(Act.JUDGMENT_DRAFTED) and standing.to_draft and may_change(case),
            may_approve=_may_approve(desk, standing),
            why_not=_why_not(desk, standing, case),
            voided=tuple(row_of(record, names, staff) for record in standing.voided),
            turning=turning(standing.facts, desk.programme, desk.today()),
            may_hold=desk.may(Act.JUDGMENT_HELD) and not standing.held_by_person and (status, Act.JUDGMENT_HELD) in TRANSITIONS,
            may_withdraw=bool(approved) and not standing.paid and (status, Act.JUDGMENT_WITHDRAWN) in TRANSITIONS,
            drafter_id=approved[0].drafted_by if approved else 0,
            held_by_person=standing.held_by_person,
        )
        unit.record(Act.CASE_VIEWED, subject="case", subject_id=case_id, place="judgment")
    return result


def _headline(standing: Standing) -> str:
    outcomes = {entry.judgment.outcome for entry in standing.entries}
    if standing.held_by_person:
        return "保留しています"
    if Outcome.ELIGIBLE in outcomes:
        return "支給できます"
    return "保留しています" if Outcome.HOLD in outcomes else "支給できません"


def _may_approve(desk: Desk, standing: Standing) -> bool:
    drafted = [entry for entry in standing.entries if entry.drafted]
    return bool(drafted) and all(
        entry.same and entry.stored is not None and may_verify(Act.JUDGMENT_APPROVED, entry.stored.drafted_by, desk.staff)
        for entry in drafted
    )


def _why_not(desk: Desk, standing: Standing, case: Case) -> str:
    """Why the next step is not this person's, as one sentence; empty where it is."""
    if any(entry.occupied and not entry.same for entry in standing.entries):
        return "支給の手続が進んでいるため、判定を変えられません。"
    drafted = [entry for entry in standing.entries if entry.drafted]
    if drafted and not all(entry.same for entry in drafted):
        return "起案のあとに内容が変わりました。起案し直してください。"
    if drafted and any(entry.stored is not None and entry.stored.drafted_by == desk.staff.id for entry in drafted):
        return "起案した人は決裁できません。別の取扱責任者が決裁します。"
    if drafted and not desk.may(Act.JUDGMENT_APPROVED):
        return "決裁は取扱責任者が行います。"
    if standing.held_by_person:
        return "担当者が保留にしています。理由は、案件の対応履歴にあります。"
    if standing.to_draft and not may_change(case):
        return f"「{case.status}」のあいだは、起案できません。"
    if not drafted and not standing.to_draft and any(entry.held for entry in standing.entries):
        return "保留の理由が片づくまで、起案できません。"
    return ""
