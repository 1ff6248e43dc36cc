"""Judging again after the programme or a fact changed: only what differs from what stands, before and after, condition by condition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.judgment import Condition, Finding, Judgment, Outcome
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.services.case_facts import cases_with_people, chunks
from kyufu_desktop.services.case_steps import listed_name
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.judgment_drafting import may_change
from kyufu_desktop.services.judgment_rows import agrees, columns_of, conditions_from, key_of
from kyufu_desktop.services.judgment_standing import Standing, standings
from kyufu_desktop.services.session import Desk

_STEP = 100


@dataclass(frozen=True, slots=True)
class ConditionChange:
    """One condition that comes to something else. ``before`` / ``after`` are None where it was not looked at."""

    rule: str
    before: Condition | None = field(repr=False)
    after: Condition | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Difference:
    """One benefit of one case: what stands and what the facts and the programme of today come to. Amounts in yen.

    ``before`` / ``after`` are None where the case had, or has, no judgment of this benefit at all.
    """

    case_id: int
    management_number: str
    name: str = field(repr=False)
    benefit: Benefit
    label: str
    person_name: str | None = field(repr=False)
    before: Outcome | None
    before_amount: int
    before_state: str
    """State of the record that stands: JUDGED / DRAFTED / APPROVED / RETURNED / VOID."""
    after: Outcome | None
    after_amount: int
    changes: tuple[ConditionChange, ...] = field(repr=False)
    programme_changed: bool
    """What stands was judged by another version of the programme."""
    may_draft: bool
    """False where a payment is under way or made, the case does not stand where it is drafted, or a person holds it."""


def differences(desk: Desk, case_ids: Sequence[int] | None, progress: Progress) -> tuple[Difference, ...]:
    """Judges the cases (None = all) afresh and gives only what differs from what stands; nothing is changed. Recorded as CASES_LISTED.

    A case that was never judged has nothing that stands: it is drafted, not compared.
    """
    found: list[Difference] = []
    with desk.work(Act.CASES_LISTED) as unit:
        session = unit.session
        ids = list(session.scalars(select(Case.id).order_by(Case.management_number))) if case_ids is None else list(dict.fromkeys(case_ids))
        for start, part in enumerate(chunks(ids, _STEP)):
            progress(start * _STEP, len(ids))
            found.extend(_of_part(session, desk, part))
        progress(len(ids), len(ids))
        unit.record(Act.CASES_LISTED, place="differences", rows=len(found))
    return tuple(found)


def _of_part(session: Session, desk: Desk, part: Sequence[int]) -> list[Difference]:
    cases = cases_with_people(session, part)
    found: list[Difference] = []
    for case_id, standing in standings(session, desk, part).items():
        voided = {record.benefit_key: record for record in standing.voided}
        for entry in standing.entries:
            stands = entry.stored or voided.get(key_of(entry.judgment))
            if stands is None and not (standing.gone or any(other.stored for other in standing.entries) or voided):
                continue
            if stands is None or stands.id in {record.id for record in standing.voided} or not agrees(stands, columns_of(entry.judgment)):
                found.append(_difference(desk, cases[case_id], standing, stands, entry.judgment))
        found.extend(_difference(desk, cases[case_id], standing, record, None) for record in standing.gone)
    return found


def _difference(desk: Desk, case: Case, standing: Standing, stands: JudgmentRecord | None, judgment: Judgment | None) -> Difference:
    person_id = judgment.person_id if judgment is not None else stands.person_id if stands is not None else None
    benefit = judgment.benefit if judgment is not None else Benefit(stands.benefit) if stands is not None else Benefit.HOUSEHOLD
    paid = stands is not None and stands.id in standing.paid
    return Difference(
        case_id=case.id,
        management_number=case.management_number,
        name=listed_name(case),
        benefit=benefit,
        label=desk.programme.label(benefit),
        person_name=next((person.name for person in case.people if person.id == person_id), None),
        before=Outcome(stands.outcome) if stands is not None else None,
        before_amount=stands.amount if stands is not None else 0,
        before_state=stands.state if stands is not None else "",
        after=judgment.outcome if judgment is not None else None,
        after_amount=judgment.amount if judgment is not None else 0,
        changes=_changes(stands, judgment),
        programme_changed=stands is not None and stands.programme_digest != desk.programme.digest,
        may_draft=not paid and may_change(case) and not standing.held_by_person,
    )


def _changes(stands: JudgmentRecord | None, judgment: Judgment | None) -> tuple[ConditionChange, ...]:
    """Conditions whose finding differs; where every finding is the same (an amount, a rule's number), those whose words differ."""
    before = _numbered(conditions_from(stands.conditions)) if stands is not None else {}
    after = _numbered(judgment.conditions) if judgment is not None else {}
    pairs = [(key[0], before.get(key), after.get(key)) for key in dict.fromkeys([*before, *after])]
    moved = [pair for pair in pairs if _finding(pair[1]) is not _finding(pair[2])]
    if not moved:
        moved = [pair for pair in pairs if _said(pair[1]) != _said(pair[2])]
    return tuple(ConditionChange(*pair) for pair in moved)


def _numbered(conditions: Sequence[Condition]) -> dict[tuple[str, int], Condition]:
    """By rule; a rule that is looked at for several people is numbered."""
    found: dict[tuple[str, int], Condition] = {}
    count: Counter[str] = Counter()
    for condition in conditions:
        found[condition.rule, count[condition.rule]] = condition
        count[condition.rule] += 1
    return found


def _finding(condition: Condition | None) -> Finding:
    return condition.finding if condition is not None else Finding.NOT_APPLIED


def _said(condition: Condition | None) -> tuple[str, str]:
    return (condition.sentence, condition.values) if condition is not None else ("", "")
