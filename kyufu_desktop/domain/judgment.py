"""The judgment of the benefits: facts in, outcome, amount and every condition looked at out.

Pure and clock-free: the day of judgment is an argument. The tables are those of ``docs/rules.md`` (the rule book of the project); each
condition names the article that it rests on by the programme's ``articles``. The rows are in ``household``, ``child_addition`` and
``adjustment_benefit``; whoever uses a judgment imports its names from here.
"""

from __future__ import annotations

from datetime import date
from operator import attrgetter

from kyufu_desktop.domain.adjustment_benefit import adjustment, concerns, judge_adjustment
from kyufu_desktop.domain.child_addition import judge_children
from kyufu_desktop.domain.conditions import Book
from kyufu_desktop.domain.facts import CaseFacts, HistoryDecision, LevyClass, PersonFacts, TaxFacts
from kyufu_desktop.domain.household import judge_household
from kyufu_desktop.domain.outcome import AdjustmentWorking, Condition, Finding, Judgment, Outcome, Reason
from kyufu_desktop.domain.programme import Programme

__all__ = [
    "AdjustmentWorking",
    "CaseFacts",
    "Condition",
    "Finding",
    "HistoryDecision",
    "Judgment",
    "LevyClass",
    "Outcome",
    "PersonFacts",
    "Reason",
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
    """All benefits of one case: one household judgment, one child addition where there is a child, one adjustment per taxpayer.

    The order of ``facts.persons`` does not matter. Raises ValueError for a case without persons.
    """
    if not facts.persons:
        raise ValueError("a case has at least one person")
    book = _book(programme, on)
    persons = sorted(facts.persons, key=_by_id)
    household = judge_household(facts, persons, book)
    judgments = [household]
    children = judge_children(facts, persons, household, book)
    if children is not None:
        judgments.append(children)
    judgments.extend(judge_adjustment(facts, person, persons, book) for person in persons if concerns(person.tax))
    return tuple(judgments)
