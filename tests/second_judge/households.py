"""Seeded households of every kind, most of them close to a bound of some rule, and the programmes they are judged by."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from kyufu_desktop.domain.facts import CaseFacts, ExitKind, HistoryDecision, LevyClass, PersonFacts, Residence, TaxFacts
from kyufu_desktop.domain.programme import AfterDeath, BenefitRule, Effect, Programme, Rule
from kyufu_desktop.domain.values import Benefit, BirthDate, Category, Relation

UNTAXED = (LevyClass.PER_CAPITA_ONLY, LevyClass.EXEMPT)

#: Rules whose effect a programme may choose, and the effects that have a reason.
CHOICES: dict[str, tuple[Effect, ...]] = {
    "household.resident": (Effect.REFUSE, Effect.HOLD, Effect.OFF),
    "household.undeclared": (Effect.REFUSE, Effect.HOLD, Effect.OFF),
    "household.treaty": (Effect.REFUSE, Effect.HOLD, Effect.OFF),
    "household.dependants": (Effect.REFUSE, Effect.HOLD, Effect.OFF),
    "household.r5_head": (Effect.REFUSE, Effect.HOLD, Effect.OFF),
    "household.r5": (Effect.REFUSE, Effect.HOLD, Effect.OFF),
    "household.other_municipality": (Effect.REFUSE, Effect.HOLD, Effect.OFF),
    "household.income_levy": (Effect.REFUSE, Effect.HOLD, Effect.OFF),
    "household.split": (Effect.REFUSE, Effect.HOLD, Effect.OFF),
    "household.entry": (Effect.REFUSE, Effect.HOLD, Effect.OFF),
    "common.companion": (Effect.REFUSE, Effect.HOLD, Effect.OFF),
    "common.placement": (Effect.REFUSE, Effect.HOLD, Effect.OFF),
}


def varied(random: Random, programme: Programme) -> Programme:
    """The programme with other switches, effects and benefits, as another ward or year might have them."""
    rules = dict(programme.rules)
    for name, effects in CHOICES.items():
        if random.random() < 0.4:
            effect = dict.fromkeys(Category, random.choice(effects))
            rules[name] = dataclasses.replace(rules.get(name, Rule(name, "", {}, "")), effects=effect)
    if "household.r5_head" in rules:
        rules["household.r5_head_died"] = dataclasses.replace(rules["household.r5_head"], id="household.r5_head_died")
    benefits = tuple(rule for rule in programme.benefits if random.random() < 0.85)
    if random.random() < 0.3 and not any(rule.benefit is Benefit.FUSOKU for rule in benefits):
        benefits = (*benefits, BenefitRule(Benefit.FUSOKU, "不足額給付", "不足額", 0, 0, ""))
    return dataclasses.replace(
        programme,
        rules=rules,
        benefits=benefits,
        head_counts_as_child=random.random() < 0.5,
        child_death_after_base_date_counts=random.random() < 0.5,
        death_before_submission=random.choice(list(AfterDeath)),
        death_after_submission=random.choice(list(AfterDeath)),
        flat_shortfall=random.choice((0, 40_000)),
        flat_shortfall_abroad=random.choice((0, 30_000)),
    )


def households(seed: int, count: int, programmes: tuple[Programme, ...]) -> Iterator[tuple[CaseFacts, Programme]]:
    """``count`` cases with the programme each is judged by; the same seed gives the same households."""
    random = Random(seed)
    offered = (*programmes, *(varied(random, random.choice(programmes)) for _ in range(60)))
    for number in range(count):
        programme = programmes[0] if random.random() < 0.4 else random.choice(offered)
        yield _Builder(random, programme, random.choice((0.0, 0.04, 0.15))).case(number + 1), programme


@dataclasses.dataclass(frozen=True, slots=True)
class _Builder:
    """One household. ``odd`` is how likely each oddity is: 0 gives the plain households that are paid."""

    random: Random
    programme: Programme
    odd: float

    def chance(self, share: float = 1.0) -> bool:
        return self.random.random() < self.odd * share

    def near(self, day: date) -> date:
        return day + timedelta(days=self.random.choice((-30, -1, 0, 0, 1, 30)))

    def case(self, case_id: int) -> CaseFacts:
        random = self.random
        category = random.choice(list(Category))
        size = random.choice((1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7))
        supported = random.random() < 0.2
        mood = random.choice(("exempt", "exempt", "exempt", "per_capita", "taxed", "mixed"))
        submitted = self.near(self.programme.base_date + timedelta(days=45)) if random.random() < 0.3 else None
        persons = tuple(self.person(number, mood, submitted, supported=supported) for number in range(1, size + 1))
        shuffled = list(persons)
        random.shuffle(shuffled)
        numbers = [person.resident_number for person in persons]
        return CaseFacts(
            case_id=case_id,
            category=category,
            persons=tuple(shuffled),
            residence=random.choice(list(Residence)) if self.chance(2) else random.choice((Residence.REGISTERED, Residence.ACTUAL)),
            residence_confirmed=random.random() < 0.3,
            evidence_verified=not self.chance(),
            placement=self.placement(category),
            open_findings=random.choice((1, 2)) if self.chance() else 0,
            collation_stops=frozenset({random.choice(list(Benefit))}) if self.chance() else frozenset(),
            exit=random.choice(list(ExitKind)) if self.chance() else None,
            submitted_on=submitted,
            r5_head_died=self.chance(0.5),
            split_household=self.chance(),
            host_paid_cleared=random.random() < 0.4,
            history=random.choice((None, *HistoryDecision)),
            child_resident_numbers_elsewhere=frozenset(number for number in numbers if self.chance(2)),
            newborn_applied=frozenset(number for number in numbers if random.random() < 0.5),
        )

    def placement(self, category: Category) -> str | None:
        codes = [placement.code for placement in self.programme.placements]
        fitting = [placement.code for placement in self.programme.placements if category in placement.categories]
        if self.chance(2) or not fitting:
            return self.random.choice((None, "X99", *codes))
        return self.random.choice(fitting)

    def person(self, number: int, mood: str, submitted: date | None, *, supported: bool) -> PersonFacts:
        random = self.random
        day: date | None = date(random.randint(1930, 2005), random.randint(1, 12), random.randint(1, 28))
        if (number == 1 and random.random() < 0.2) or (number > 1 and random.random() < 0.5):
            bounds = (self.programme.child_born_from, self.programme.base_date, self.programme.newborn_until)
            day = self.near(random.choice(bounds)) if random.random() < 0.4 else date(random.randint(2007, 2023), 7, 7)
        if self.chance():
            day = None
        died = None
        if self.chance(2):
            died = self.near(random.choice((self.programme.base_date, submitted or self.programme.return_deadline)))
        return PersonFacts(
            person_id=number,
            resident_number=f"{number:010d}",
            name=f"練習　{number}",
            relation=Relation.HEAD if number == 1 else Relation.MEMBER,
            birth=BirthDate("不詳" if day is None else day.isoformat(), day),
            levied_elsewhere=self.chance(2),
            paid_by_host=self.chance(0.5),
            tax=self.tax(mood, supported=supported),
            died_on=died,
            named=number == 1 or not self.chance(),
        )

    def tax(self, mood: str, *, supported: bool) -> TaxFacts:
        random = self.random
        kinds = {"exempt": LevyClass.EXEMPT, "per_capita": random.choice(UNTAXED), "taxed": LevyClass.TAXED}
        levy: LevyClass | None = kinds[mood] if mood in kinds else random.choice(list(LevyClass))
        values: dict[str, Any] = {"levy": levy, "income_levy": 0, "income_tax": 0, "total_income": random.choice((0, 450_000))}
        classes = {
            "spouse": random.choice((0, 0, 1)),
            "dependants_general": random.choice((0, 0, 0, 1, 2)),
            "dependants_specific": random.choice((0, 0, 0, 1)),
            "dependants_elderly": random.choice((0, 0, 0, 1)),
            "dependants_under16": random.choice((0, 0, 1, 3)),
            "dependants_abroad": random.choice((1, 2)) if self.chance(2) else 0,
        }
        people = 1 + sum(classes.values()) - 2 * classes["dependants_abroad"]
        if levy is LevyClass.TAXED or self.chance():
            step = random.choice((-10_001, -10_000, -9_999, -5_000, -1, 0, 1, 50_000))
            values["income_levy"] = max(0, 10_000 * people + step) if random.random() < 0.9 else 0
            values["income_tax"] = max(0, 30_000 * people + random.choice((-30_000, -10_000, -9_999, -1, 0, 1, 100_000)))
            values["total_income"] = random.choice((1_000_000, 3_000_000, 5_000_000, 18_049_999, 18_050_000, 18_050_001))
            if random.random() < 0.1:
                values["income_tax"] = 0
        for name in ("levy", "income_levy", "income_tax", "total_income"):
            if self.chance(0.5):
                values[name] = None
        supporter = (
            random.choice(("9999999999", "9999999998") if supported else ("0000000001", "0000000002", "9999999999"))
            if supported or random.random() < 0.15
            else None
        )
        return TaxFacts(
            **values,
            **classes,
            undeclared=self.chance(),
            treaty_exempt=self.chance(),
            supporter_number=supporter,
            supporter_outside_ward=supporter == "9999999999" and random.random() < 0.5,
            r5_target=self.chance(),
            r5_head=self.chance(0.5),
            welfare=random.random() < 0.1,
            entered_japan_late=self.chance(0.5),
            adjustment_decided=random.choice((None, 0, 10_000, 20_000, 30_000, 40_000, 60_000)) if random.random() < 0.6 else None,
            outside_tax_cut=random.random() < 0.15,
        )
