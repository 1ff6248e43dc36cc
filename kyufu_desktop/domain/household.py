"""The two benefits of the household (非課税化給付, 均等割のみ課税化給付): the decision table, row by row, in its order.

The household is that of the base date: who died before it is looked at in the rows about the R5 benefit only, who died on it or later is
still one of its people.
"""

from __future__ import annotations

from collections.abc import Sequence

from kyufu_desktop.domain.conditions import FAIL, HOLD, HOUSEHOLD_BENEFITS, NOT_APPLIED, PASS, Book, against, decide, names, tax_origins
from kyufu_desktop.domain.deaths import household_row
from kyufu_desktop.domain.facts import CaseFacts, ExitKind, LevyClass, PersonFacts, Residence
from kyufu_desktop.domain.former_benefit import r5_rows
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
    kind = _type(persons)
    origin = tax_origins(persons)
    levy_rows = _levy_rows(kind, persons, origin, book)
    known = (_tax_known(persons, origin, book), _tax_consistent(persons, origin, book))
    # Where only one of the two is offered, a class that does not fit refuses whatever the others' taxes turn out to be.
    tax_rows = (*known, *levy_rows) if len(book.household_benefits) > 1 else (*levy_rows, *known)
    conditions = (
        exit_row(facts, book, elsewhere_has_its_row=True),
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
        *tax_rows,
        *common,
        double(facts, not HOUSEHOLD_BENEFITS.isdisjoint(facts.collation_stops), book),
    )
    outcome, reasons = decide(conditions)
    benefit = kind if kind in book.household_benefits else Benefit.HOUSEHOLD
    if outcome is not Outcome.ELIGIBLE:
        return Judgment(benefit, outcome, 0, reasons, conditions)
    return Judgment(benefit, outcome, book.programme.amount(benefit), (_ELIGIBLE[benefit],), conditions)


def _type(persons: Sequence[PersonFacts]) -> Benefit:
    """The benefit that the classes of the levy point to; HOUSEHOLD where a class is unknown or 課税."""
    benefit = Benefit.HIKAZEI
    for person in persons:
        levy = person.tax.levy
        if levy is LevyClass.PER_CAPITA_ONLY:
            benefit = Benefit.KINTOWARI
        elif levy is not LevyClass.EXEMPT:
            return Benefit.HOUSEHOLD
    return benefit


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
        finding, reason = against(effect, Reason.NG_SHOTOKUWARI, Reason.HOLD_TAX_CONTRADICTION)
        return book.own(rule, "所得割（定額減税前）が課税されている人がいます", values, finding, reason, tax_origins(taxed))
    if any(person.tax.income_levy is None for person in persons):
        return book.shared(
            rule, "分かっている人に、所得割（定額減税前）が課税されている人はいません", f"{len(persons)}人", PASS, None, origin
        )
    return book.shared(rule, "所得割（定額減税前）が課税されている人はいません", f"{len(persons)}人", PASS, None, origin)


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


def _tax_known(persons: Sequence[PersonFacts], origin: str, book: Book) -> Condition:
    rule, year = "household.tax_known", book.programme.tax_year
    unknown = [person for person in persons if person.tax.levy is None or person.tax.income_levy is None]
    if unknown:
        return book.own(rule, f"{year}住民税が分からない人がいます", names(unknown), HOLD, Reason.HOLD_TAX_INQUIRY, tax_origins(unknown))
    return book.shared(rule, f"全員の{year}住民税が分かっています", f"{len(persons)}人", PASS, None, origin)


def _tax_consistent(persons: Sequence[PersonFacts], origin: str, book: Book) -> Condition:
    rule = "household.tax_consistent"
    found = [person for person in persons if person.tax.levy is LevyClass.TAXED and person.tax.income_levy == 0]
    if found:
        return book.own(
            rule, "課税とされていますが、所得割が0円です", names(found), HOLD, Reason.HOLD_TAX_CONTRADICTION, tax_origins(found)
        )
    return book.shared(rule, "均等割の区分と所得割の額は食い違っていません", f"{len(persons)}人", PASS, None, origin)


def _levy_rows(kind: Benefit, persons: Sequence[PersonFacts], origin: str, book: Book) -> tuple[Condition, Condition]:
    """Rows 10 and 11. Where the programme does not offer what the household's classes point to, the row of that benefit refuses."""
    exempt, per_capita, offered = "household.exempt", "household.per_capita", book.household_benefits
    count = f"{len(persons)}人"
    if Benefit.KINTOWARI not in offered:
        levied = [person for person in persons if _levied(person)]
        if levied:
            return (
                book.own(exempt, "均等割が課税されている人がいます", names(levied), FAIL, Reason.NG_LEVY_TAXED, tax_origins(levied)),
                book.shared(per_capita, "均等割のみ課税の世帯への給付は行っていません", "", NOT_APPLIED),
            )
    if kind is Benefit.HIKAZEI:
        if kind not in offered:
            return (
                book.shared(exempt, "均等割非課税の世帯への給付は行っていません", count, FAIL, Reason.NG_NOT_OFFERED, origin),
                book.shared(per_capita, "均等割のみ課税の条件は、非課税の世帯には適用しません", "", NOT_APPLIED),
            )
        return (
            book.shared(exempt, "全員が均等割非課税です", count, PASS, None, origin),
            book.shared(per_capita, "均等割のみ課税の条件は、非課税の世帯には適用しません", "", NOT_APPLIED),
        )
    if kind is Benefit.KINTOWARI:
        only = sum(1 for person in persons if person.tax.levy is LevyClass.PER_CAPITA_ONLY)
        return (
            book.shared(exempt, "均等割が課税されている人がいるため、非課税の条件は適用しません", "", NOT_APPLIED),
            book.shared(
                per_capita, "均等割のみ課税か非課税の人だけの世帯です", f"{count}のうち均等割のみ課税 {only}人", PASS, None, origin
            ),
        )
    return (
        book.shared(exempt, "税の区分がそろわないため、非課税の条件は見ていません", "", NOT_APPLIED),
        book.shared(per_capita, "税の区分がそろわないため、均等割のみ課税の条件は見ていません", "", NOT_APPLIED),
    )


def _levied(person: PersonFacts) -> bool:
    """Whether 均等割 is surely levied; 課税 with 所得割 0 is a contradiction and not sure."""
    levy = person.tax.levy
    return levy is LevyClass.PER_CAPITA_ONLY or (levy is LevyClass.TAXED and person.tax.income_levy != 0)
