"""The conditions as they are written down: question, sentence, values, article, finding, origin. Shared by the rules of all benefits.

A condition that holds nobody's name and comes from nowhere in particular is made once per programme and day and then used again: tens of
thousands of cases are judged in one run, and many of their conditions read alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.facts import PersonFacts
from kyufu_desktop.domain.outcome import Condition, Finding, Outcome, Reason
from kyufu_desktop.domain.programme import Effect, Programme
from kyufu_desktop.domain.questions import articles, levy_word, questions
from kyufu_desktop.domain.values import Benefit, Category, yen

PASS, FAIL, HOLD, NOT_APPLIED = Finding.PASS, Finding.FAIL, Finding.HOLD, Finding.NOT_APPLIED

#: The two benefits of the household exclude each other: money stopped for one is stopped for the other.
HOUSEHOLD_BENEFITS: frozenset[Benefit] = frozenset({Benefit.HIKAZEI, Benefit.KINTOWARI, Benefit.HOUSEHOLD})

_KEPT = 4096


class Book:
    """Programme, day of judgment and the conditions already written for them."""

    __slots__ = (
        "_articles",
        "_effects",
        "_questions",
        "_written",
        "actual_tax",
        "base_day",
        "household_benefits",
        "income_cap",
        "levy_day",
        "levy_word",
        "newborn_day",
        "offers_adjustment",
        "offers_children",
        "offers_shortfall",
        "on",
        "programme",
        "since",
        "today",
    )

    def __init__(self, programme: Programme, on: date) -> None:
        self.programme = programme
        self.on = on
        self.actual_tax = f"{programme.income_tax_year}所得税額"
        self.levy_word = levy_word(programme)
        self._articles = articles(programme)
        self._questions = questions(programme)
        self._effects = {(rule, category): programme.effect(rule, category) for rule in self._articles for category in Category}
        self._written: dict[tuple[str, str, str, Finding], Condition] = {}
        self.base_day = wareki(programme.base_date)
        self.levy_day = wareki(programme.levy_date)
        self.since = wareki(programme.child_born_from)
        self.newborn_day = wareki(programme.newborn_until)
        self.today = wareki(on)
        self.income_cap = yen(programme.income_cap)
        self.household_benefits = frozenset(item.benefit for item in programme.benefits) & HOUSEHOLD_BENEFITS
        self.offers_children = programme.offers(Benefit.KODOMO)
        self.offers_adjustment = programme.offers(Benefit.CHOSEI)
        self.offers_shortfall = programme.offers(Benefit.FUSOKU)

    def effect(self, rule: str, category: Category) -> Effect:
        return self._effects[rule, category]

    def shared(self, rule: str, sentence: str, values: str, finding: Finding, reason: Reason | None = None, origin: str = "") -> Condition:
        """A condition without anybody's name or amount in it. One sentence of a rule and finding always comes with the same reason."""
        if origin:
            return self.own(rule, sentence, values, finding, reason, origin)
        key = (rule, sentence, values, finding)
        found = self._written.get(key)
        if found is None:
            if len(self._written) >= _KEPT:
                self._written.clear()
            found = self._written[key] = self.own(rule, sentence, values, finding, reason)
        return found

    def own(self, rule: str, sentence: str, values: str, finding: Finding, reason: Reason | None = None, origin: str = "") -> Condition:
        """A condition that holds values of one person; never kept."""
        return Condition(rule, sentence, values, self._articles[rule], finding, reason, self._questions[rule], origin)

    def off(self, rule: str, values: str = "") -> Condition:
        """A row that the programme does not apply to the category."""
        return self.shared(rule, "この条件はこの区分には適用しません", values, NOT_APPLIED)


def against(effect: Effect, refused: Reason, held: Reason) -> tuple[Finding, Reason]:
    """What a row that is not in order comes to: (finding, reason) by what the programme does there."""
    return (FAIL, refused) if effect is Effect.REFUSE else (HOLD, held)


def names(persons: Iterable[PersonFacts]) -> str:
    """「桐島 悠真、桐島 まこと」."""
    return "、".join(person.name for person in persons)


def tax_origins(persons: Sequence[PersonFacts]) -> str:
    """Where the tax facts of these people come from, each place once."""
    if len(persons) == 1:
        return persons[0].tax.origin
    return "、".join(dict.fromkeys(person.tax.origin for person in persons if person.tax.origin))


def origins(persons: Sequence[PersonFacts]) -> str:
    """Where the rows of these people come from, each place once."""
    if len(persons) == 1:
        return persons[0].origin
    return "、".join(dict.fromkeys(person.origin for person in persons if person.origin))


def decide(conditions: Sequence[Condition]) -> tuple[Outcome, tuple[Reason, ...]]:
    """The first failing condition decides; the reasons of all failing ones are kept, the deciding one first."""
    outcome = Outcome.ELIGIBLE
    reasons: dict[Reason, None] = {}
    for condition in conditions:
        finding = condition.finding
        if (finding is FAIL or finding is HOLD) and condition.reason is not None:
            if outcome is Outcome.ELIGIBLE:
                outcome = Outcome.NG if finding is FAIL else Outcome.HOLD
            reasons[condition.reason] = None
    return outcome, tuple(reasons)
