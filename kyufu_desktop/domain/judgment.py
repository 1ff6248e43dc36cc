"""The judgment of the benefits: facts in, outcome, amount and every condition looked at out.

Pure and clock-free: the day of judgment is an argument. The tables are those of ``docs/rules.md`` (the rule book of the project); each
condition names the article that it rests on in the programme. The rows are in ``household``, ``child_addition``, ``adjustment_benefit``
and ``shortfall``, those of every benefit in ``safety``; whoever uses a judgment imports its names from here.
"""

from __future__ import annotations

from datetime import date
from operator import attrgetter

from kyufu_desktop.domain.adjustment_benefit import adjustment, concerns, judge_adjustment
from kyufu_desktop.domain.child_addition import judge_children
from kyufu_desktop.domain.conditions import Book
from kyufu_desktop.domain.deaths import of_base_date
from kyufu_desktop.domain.facts import CaseFacts, ExitKind, HistoryDecision, LevyClass, PersonFacts, Residence, TaxFacts
from kyufu_desktop.domain.household import judge_household
from kyufu_desktop.domain.outcome import AdjustmentWorking, Condition, Finding, Judgment, Outcome, Reason
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.safety import standing
from kyufu_desktop.domain.shortfall import concerns_shortfall, judge_shortfall

__all__ = [
    "AdjustmentWorking",
    "CaseFacts",
    "Condition",
    "ExitKind",
    "Finding",
    "HistoryDecision",
    "Judgment",
    "LevyClass",
    "Outcome",
    "PersonFacts",
    "Reason",
    "Residence",
    "TaxFacts",
    "adjustment",
    "judge",
]

_by_id = attrgetter("person_id")

#: The book of the last run: a run judges thousands of cases by one programme on one day. Compared by identity, so never stale.
_last: Book | None = None


def _book(programme: Programme, on: date) -> Book:
    global _last
    book = _last
    if book is None or book.programme is not programme or book.on != on:
        book = _last = Book(programme, on)
    return book


def judge(facts: CaseFacts, programme: Programme, on: date) -> tuple[Judgment, ...]:
    """What the programme offers, for one case: one judgment of the household, one child addition where there is a child, one adjustment
    benefit or shortfall for each person whom it concerns.

    Empty where nothing that the programme offers concerns the case. The order of ``facts.persons`` does not matter. Raises ValueError for
    a case without persons.
    """
    if not facts.persons:
        raise ValueError("a case has at least one person")
    book = _book(programme, on)
    everybody = sorted(facts.persons, key=_by_id)
    persons = of_base_date(everybody, programme)
    common = standing(facts, everybody, persons, book)
    judgments: list[Judgment] = []
    if book.household_benefits:
        household = judge_household(facts, everybody, persons, common, book)
        judgments.append(household)
        if book.offers_children:
            children = judge_children(facts, everybody, household, common, book)
            if children is not None:
                judgments.append(children)
    if book.offers_adjustment:
        judgments.extend(judge_adjustment(facts, person, common, book) for person in everybody if concerns(person.tax))
    if book.offers_shortfall:
        judgments.extend(judge_shortfall(facts, person, common, book) for person in everybody if concerns_shortfall(person.tax))
    return tuple(judgments)
