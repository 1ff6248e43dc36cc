"""What an answer changes: the benefits of a case judged before and after, for a person to look at and to judge anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.judgment import CaseFacts, Judgment, Outcome, judge
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import Benefit, yen
from kyufu_desktop.models.case import Case, Person, TaxFact
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.services.case_facts import chunks, facts_of, tax_facts
from kyufu_desktop.services.judgment_rows import key_of, live_records

NOTHING = "なし"
_WORDS: dict[Outcome, str] = {Outcome.ELIGIBLE: "支給", Outcome.NG: "不支給", Outcome.HOLD: "保留"}
#: Sources of tax facts that came as an answer.
_ANSWERS = ("INQUIRY", "CERTIFICATE")


@dataclass(frozen=True, slots=True)
class Turned:
    """One benefit whose result an answer changes. ``before`` and ``after`` in words: 「保留」, 「支給 100,000円」, 「不支給」, 「なし」."""

    key: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A case to be judged anew because an answer came in."""

    case_id: int
    management_number: str
    name: str = field(repr=False)
    turned: tuple[Turned, ...]
    decided: bool
    """The result before was already drafted or decided; it does not hold any more."""


def _words(outcome: Outcome, amount: int) -> str:
    return f"{_WORDS[outcome]} {yen(amount)}" if outcome is Outcome.ELIGIBLE else _WORDS[outcome]


def _before(programme: Programme, benefit: Benefit, outcome: Outcome, amount: int, now: Judgment | None) -> str:
    """The result before; where the same sum would be paid as another benefit, with that benefit's name."""
    words = _words(outcome, amount)
    named = outcome is Outcome.ELIGIBLE and now is not None and now.outcome is Outcome.ELIGIBLE and now.benefit is not benefit
    return f"{programme.label(benefit)} {words}" if named else words


def _by_key(judgments: Sequence[Judgment]) -> dict[str, Judgment]:
    return {key_of(judgment): judgment for judgment in judgments}


def _label(programme: Programme, facts: CaseFacts, judgment: Judgment) -> str:
    label = programme.label(judgment.benefit)
    if judgment.person_id is None or len(facts.persons) == 1:
        return label
    place = next((number for number, person in enumerate(facts.persons, start=1) if person.person_id == judgment.person_id), 0)
    return f"{label}（{place}人目）"


def turned(programme: Programme, on: date, before: CaseFacts, after: CaseFacts) -> tuple[Turned, ...]:
    """The benefits whose outcome or amount differs between two states of the facts of one case."""
    old, new = _by_key(judge(before, programme, on)), _by_key(judge(after, programme, on))
    found = []
    for key in dict.fromkeys((*new, *old)):
        first, second = old.get(key), new.get(key)
        now = _words(second.outcome, second.amount) if second is not None else NOTHING
        then = NOTHING if first is None else _before(programme, first.benefit, first.outcome, first.amount, second)
        shown = second or first
        # A benefit that nobody had looked at and that is refused changes nothing for anybody.
        nothing = {then, now} == {NOTHING, _WORDS[Outcome.NG]}
        if then != now and not nothing and shown is not None:
            found.append(Turned(key, _label(programme, after, shown), then, now))
    return tuple(found)


def proposals(session: Session, programme: Programme, on: date) -> tuple[Proposal, ...]:
    """Every case whose newest answer changes a result that has not been drafted or decided anew since, by management number.

    "Before" is the judgment that is kept; where none is kept, the result without the newest answer of each person.
    """
    last = select(func.max(TaxFact.id)).group_by(TaxFact.person_id)
    query = select(TaxFact, Person.case_id).join(Person, Person.id == TaxFact.person_id)
    answered = [(row, case_id) for row, case_id in session.execute(query.where(TaxFact.id.in_(last), TaxFact.source.in_(_ANSWERS)))]
    ids = sorted({case_id for _, case_id in answered})
    earlier = _rows_before(session, [row.person_id for row, _ in answered], {row.id for row, _ in answered})
    replaced = {row.person_id: tax_facts(earlier.get(row.person_id)) for row, _ in answered}
    facts, live, names = facts_of(session, ids, programme, on), live_records(session, ids), _names(session, ids)
    found = []
    for case_id in ids:
        if case_id not in facts:
            continue
        after = facts[case_id]
        persons = tuple(
            dataclasses.replace(person, tax=replaced[person.person_id]) if person.person_id in replaced else person
            for person in after.persons
        )
        turns, decided = _against(programme, on, dataclasses.replace(after, persons=persons), after, live[case_id])
        if turns:
            number, name = names[case_id]
            found.append(Proposal(case_id, number, name, turns, decided))
    return tuple(sorted(found, key=lambda proposal: proposal.management_number))


def _against(
    programme: Programme, on: date, before: CaseFacts, after: CaseFacts, live: dict[str, JudgmentRecord]
) -> tuple[tuple[Turned, ...], bool]:
    """What differs, and whether something kept differs. A kept judgment goes before what is only computed."""
    computed = {turn.key: turn for turn in turned(programme, on, before, after)}
    found: list[Turned] = []
    decided = False
    for key, judgment in _by_key(judge(after, programme, on)).items():
        kept = live.get(key)
        if kept is None or kept.state in ("JUDGED", "RETURNED"):
            if key in computed:
                found.append(computed.pop(key))
            continue
        computed.pop(key, None)
        then = _before(programme, Benefit(kept.benefit), Outcome(kept.outcome), kept.amount, judgment)
        now = _words(judgment.outcome, judgment.amount)
        if then != now:
            found.append(Turned(key, _label(programme, after, judgment), then, now))
            decided = True
    found.extend(computed.values())
    return tuple(found), decided


def _rows_before(session: Session, person_ids: Sequence[int], newest: set[int]) -> dict[int, TaxFact]:
    """Person id -> the row of tax facts before the newest one."""
    found: dict[int, TaxFact] = {}
    for part in chunks(person_ids):
        for row in session.scalars(select(TaxFact).where(TaxFact.person_id.in_(part)).order_by(TaxFact.id)):
            if row.id not in newest:
                found[row.person_id] = row
    return found


def _names(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Case id -> management number and name of the head of the household."""
    found: dict[int, tuple[str, str]] = {}
    for part in chunks(case_ids):
        query = select(Case.id, Case.management_number, Person.name).join(Person, Person.case_id == Case.id).where(Case.id.in_(part))
        for case_id, number, name in session.execute(query.order_by(Person.relation, Person.id)):
            # HEAD sorts before MEMBER.
            found.setdefault(case_id, (number, name))
    return found
