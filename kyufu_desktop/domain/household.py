"""The two benefits of the household (非課税化給付, 均等割のみ課税化給付): the decision table, row by row, in its order.

The household is that of the base date: who died before it is looked at in the rows about the R5 benefit only, who died on it or later is
still one of its people.
"""

from __future__ import annotations

from collections.abc import Sequence

from kyufu_desktop.domain.conditions import HOLD, HOUSEHOLD_BENEFITS, PASS, Book, against, decide, names, tax_origins
from kyufu_desktop.domain.deaths import household_row
from kyufu_desktop.domain.facts import CaseFacts, ExitKind, PersonFacts, Residence
from kyufu_desktop.domain.former_benefit import r5_rows
from kyufu_desktop.domain.levy_classes import household_type, tax_rows
from kyufu_desktop.domain.outcome import Condition, Judgment, Outcome, Reason
from kyufu_desktop.domain.programme import Effect
from kyufu_desktop.domain.safety import double, exit_row
from kyufu_desktop.domain.values import Benefit, yen

_ELIGIBLE = {Benefit.HIKAZEI: Reason.ELIGIBLE_HIKAZEI, Benefit.KINTOWARI: Reason.ELIGIBLE_KINTOWARI}


def judge_household(
    facts: CaseFacts, everybody: Sequence[PersonFacts], persons: Sequence[PersonFacts], common: tuple[Condition, ...], book: Book
) -> Judgment:
    """``everybody`` and ``persons`` (those of the base date) are in the order of their ids, ``common`` the rows of every benefit.

    Missing tax facts stand after rows 1 to 9: who is refused anyway is not asked for.
    """
    kind = household_type(persons)
    origin = tax_origins(persons)
    conditions = (
        exit_row(facts, book),
        _resident(facts, book),
        _income_levy(facts, persons, origin, book),
        _undeclared(facts, persons, origin, book),
        _treaty(facts, persons, origin, book),
        _dependants(facts, persons, origin, book),
        *r5_rows(facts, everybody, persons, origin, book),
        _other_municipality(facts, book),
        _split(facts, book),
        _entry(facts, persons, origin, book),
        household_row(facts, everybody, book),
        *tax_rows(facts, kind, persons, origin, book),
        *common,
        double(facts, not HOUSEHOLD_BENEFITS.isdisjoint(facts.collation_stops), book),
    )
    outcome, reasons = decide(conditions)
    benefit = kind if kind in book.household_benefits else Benefit.HOUSEHOLD
    if outcome is not Outcome.ELIGIBLE:
        return Judgment(benefit, outcome, 0, reasons, conditions)
    return Judgment(benefit, outcome, book.programme.amount(benefit), (_ELIGIBLE[benefit],), conditions)


def _resident(facts: CaseFacts, book: Book) -> Condition:
    rule, where, origin = "household.resident", facts.residence, facts.residence_origin
    effect = book.effect(rule, facts.category)
    if effect is Effect.OFF:
        return book.off(rule)
    if where is Residence.REGISTERED:
        return book.shared(rule, "基準日に新宿区の住民基本台帳にあります", book.base_day, PASS, None, origin)
    if where is Residence.ACTUAL:
        return book.shared(rule, "住民票はありませんが、基準日に実際に新宿区に住んでいます", book.base_day, PASS, None, origin)
    if where is Residence.FIRST_REGISTERED_LATER:
        if facts.residence_confirmed:
            return book.shared(
                rule,
                "基準日のあとに初めて登録されていますが、基準日に住んでいたものと扱います（担当者の判断）",
                book.base_day,
                PASS,
                None,
                origin,
            )
        return book.shared(
            rule,
            "どこにも登録がなく、基準日のあとに初めて登録されています。扱いの判断が要ります",
            book.base_day,
            HOLD,
            Reason.HOLD_RESIDENCE,
            origin,
        )
    finding, reason = against(effect, Reason.NG_NOT_RESIDENT, Reason.HOLD_RESIDENCE)
    return book.shared(rule, "基準日に新宿区に住んでいません", book.base_day, finding, reason, origin)


def _income_levy(facts: CaseFacts, persons: Sequence[PersonFacts], origin: str, book: Book) -> Condition:
    """The levy before the fixed-sum cut: a levy that only the cut brought to nought still refuses."""
    rule = "household.income_levy"
    effect = book.effect(rule, facts.category)
    if effect is Effect.OFF:
        return book.off(rule)
    taxed = [person for person in persons if person.tax.income_levy is not None and person.tax.income_levy > 0]
    if taxed:
        values = "、".join(f"{person.name} {yen(person.tax.income_levy or 0)}" for person in taxed)
        finding, reason = against(effect, Reason.NG_SHOTOKUWARI, Reason.HOLD_TAX_INQUIRY)
        return book.own(rule, f"{book.levy_word}が課税されている人がいます", values, finding, reason, tax_origins(taxed))
    if any(person.tax.income_levy is None for person in persons):
        return book.shared(rule, f"分かっている人に、{book.levy_word}が課税されている人はいません", f"{len(persons)}人", PASS, None, origin)
    return book.shared(rule, f"{book.levy_word}が課税されている人はいません", f"{len(persons)}人", PASS, None, origin)


def _undeclared(facts: CaseFacts, persons: Sequence[PersonFacts], origin: str, book: Book) -> Condition:
    rule = "household.undeclared"
    effect = book.effect(rule, facts.category)
    if effect is Effect.OFF:
        return book.off(rule)
    found = [person for person in persons if person.tax.undeclared]
    if found:
        finding, reason = against(effect, Reason.NG_UNDECLARED, Reason.HOLD_UNDECLARED)
        return book.own(rule, "住民税の申告をしていない人がいます", names(found), finding, reason, tax_origins(found))
    return book.shared(rule, "未申告の人はいません", f"{len(persons)}人", PASS, None, origin)


def _treaty(facts: CaseFacts, persons: Sequence[PersonFacts], origin: str, book: Book) -> Condition:
    rule = "household.treaty"
    effect = book.effect(rule, facts.category)
    if effect is Effect.OFF:
        return book.off(rule)
    found = [person for person in persons if person.tax.treaty_exempt]
    if found:
        finding, reason = against(effect, Reason.NG_TREATY, Reason.HOLD_TREATY)
        return book.own(rule, "租税条約により住民税を免除されている人がいます", names(found), finding, reason, tax_origins(found))
    return book.shared(rule, "租税条約による免除を受けた人はいません", f"{len(persons)}人", PASS, None, origin)


def _dependants(facts: CaseFacts, persons: Sequence[PersonFacts], origin: str, book: Book) -> Condition:
    """Switched off for the in-house categories: they count as living on their own, whoever claims them for tax."""
    rule = "household.dependants"
    effect = book.effect(rule, facts.category)
    if effect is Effect.OFF:
        return book.off(rule, "独立した生計とみなします")
    own = {person.resident_number for person in persons}
    for person in persons:
        supporter = person.tax.supporter_number
        if not person.tax.supporter_outside_ward and (supporter is None or supporter in own):
            return book.shared(rule, "世帯の外の人に扶養されていない人がいます", f"{len(persons)}人", PASS, None, origin)
    finding, reason = against(effect, Reason.NG_DEPENDANTS_ONLY, Reason.HOLD_DEPENDANTS)
    return book.own(rule, "全員が世帯の外の人の扶養親族です", names(persons), finding, reason, origin)


def _other_municipality(facts: CaseFacts, book: Book) -> Condition:
    rule = "household.other_municipality"
    effect = book.effect(rule, facts.category)
    if effect is Effect.OFF:
        return book.off(rule)
    if facts.exit is ExitKind.CLAIMED_ELSEWHERE:
        finding, reason = against(effect, Reason.NG_OTHER_MUNICIPALITY, Reason.HOLD_COLLATION)
        return book.shared(rule, "ほかの区市町村で同じ給付を申請しています", "", finding, reason, facts.exit_origin)
    return book.shared(rule, "ほかの区市町村で同じ給付を申請していません", "", PASS)


def _split(facts: CaseFacts, book: Book) -> Condition:
    rule = "household.split"
    effect = book.effect(rule, facts.category)
    if effect is Effect.OFF:
        return book.off(rule)
    if facts.split_household:
        finding, reason = against(effect, Reason.NG_SPLIT_HOUSEHOLD, Reason.HOLD_RESIDENCE)
        return book.shared(rule, "基準日のあとに同じ住所で世帯を分けています", book.base_day, finding, reason, facts.split_origin)
    return book.shared(rule, "基準日のあとに世帯を分けていません", book.base_day, PASS, None, facts.split_origin)


def _entry(facts: CaseFacts, persons: Sequence[PersonFacts], origin: str, book: Book) -> Condition:
    rule = "household.entry"
    effect = book.effect(rule, facts.category)
    if effect is Effect.OFF:
        return book.off(rule)
    found = [person for person in persons if person.tax.entered_japan_late]
    if found:
        finding, reason = against(effect, Reason.NG_FOREIGN_ENTRY, Reason.HOLD_FOREIGN_ENTRY)
        return book.own(rule, "賦課期日のあとに海外から入国した人がいます", names(found), finding, reason, tax_origins(found))
    return book.shared(rule, "賦課期日のあとに海外から入国した人はいません", book.levy_day, PASS, None, origin)
