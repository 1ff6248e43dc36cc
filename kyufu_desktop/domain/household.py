"""The two benefits of the household (非課税化給付, 均等割のみ課税化給付): the decision table, row by row, in its order."""

from __future__ import annotations

from collections.abc import Sequence

from kyufu_desktop.domain.conditions import FAIL, HOLD, HOUSEHOLD_BENEFITS, NOT_APPLIED, PASS, Book, decide, names, safety
from kyufu_desktop.domain.facts import CaseFacts, HistoryDecision, LevyClass, PersonFacts
from kyufu_desktop.domain.outcome import Condition, Judgment, Outcome, Reason
from kyufu_desktop.domain.values import Benefit, yen


def judge_household(facts: CaseFacts, persons: Sequence[PersonFacts], book: Book) -> Judgment:
    """``persons`` is in the order of their ids. Missing tax facts stand after rows 1 to 9: who is refused anyway is not asked for."""
    benefit = _type(persons)
    conditions = (
        _resident(facts, book),
        _income_levy(persons, book),
        _undeclared(persons, book),
        _treaty(persons, book),
        _dependants(facts, persons, book),
        _r5(facts, persons, book),
        _other_municipality(facts, book),
        _split(facts, book),
        _entry(persons, book),
        _tax_known(persons, book),
        _tax_consistent(persons, book),
        *_levy_rows(benefit, persons, book),
        *safety(facts, persons, not HOUSEHOLD_BENEFITS.isdisjoint(facts.collation_stops), book),
    )
    outcome, reasons = decide(conditions)
    if outcome is not Outcome.ELIGIBLE:
        return Judgment(benefit, outcome, 0, reasons, conditions)
    if benefit is Benefit.HIKAZEI:
        return Judgment(benefit, outcome, book.programme.hikazei_amount, (Reason.ELIGIBLE_HIKAZEI,), conditions)
    return Judgment(benefit, outcome, book.programme.kintowari_amount, (Reason.ELIGIBLE_KINTOWARI,), conditions)


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
    if facts.resident_on_base_date:
        return book.shared("household.resident", "基準日に新宿区に住んでいます", book.base_day, PASS)
    return book.shared("household.resident", "基準日に新宿区に住んでいません", book.base_day, FAIL, Reason.NG_NOT_RESIDENT)


def _income_levy(persons: Sequence[PersonFacts], book: Book) -> Condition:
    """The levy before the fixed-sum cut of R6: a levy that only the cut brought to nought still refuses."""
    taxed = [person for person in persons if person.tax.income_levy is not None and person.tax.income_levy > 0]
    if taxed:
        values = "、".join(f"{person.name} {yen(person.tax.income_levy or 0)}" for person in taxed)
        return book.own("household.income_levy", "所得割（定額減税前）が課税されている人がいます", values, FAIL, Reason.NG_SHOTOKUWARI)
    return book.shared("household.income_levy", "所得割（定額減税前）が課税されている人はいません", f"{len(persons)}人", PASS)


def _undeclared(persons: Sequence[PersonFacts], book: Book) -> Condition:
    found = [person for person in persons if person.tax.undeclared]
    if found:
        return book.own("household.undeclared", "住民税の申告をしていない人がいます", names(found), HOLD, Reason.HOLD_UNDECLARED)
    return book.shared("household.undeclared", "未申告の人はいません", f"{len(persons)}人", PASS)


def _treaty(persons: Sequence[PersonFacts], book: Book) -> Condition:
    found = [person for person in persons if person.tax.treaty_exempt]
    if found:
        return book.own("household.treaty", "租税条約により住民税を免除されている人がいます", names(found), FAIL, Reason.NG_TREATY)
    return book.shared("household.treaty", "租税条約による免除を受けた人はいません", f"{len(persons)}人", PASS)


def _dependants(facts: CaseFacts, persons: Sequence[PersonFacts], book: Book) -> Condition:
    """Switched off for the in-house categories: they count as living on their own, whoever claims them for tax."""
    if facts.category not in book.programme.dependants_exclusion:
        return book.shared("household.dependants", "扶養の条件はこの区分には適用しません", "独立した生計とみなします", NOT_APPLIED)
    own = {person.resident_number for person in persons}
    for person in persons:
        supporter = person.tax.supporter_number
        if not person.tax.supporter_outside_ward and (supporter is None or supporter in own):
            return book.shared("household.dependants", "世帯の外の人に扶養されていない人がいます", f"{len(persons)}人", PASS)
    return book.own("household.dependants", "全員が世帯の外の人の扶養親族です", names(persons), FAIL, Reason.NG_DEPENDANTS_ONLY)


def _r5(facts: CaseFacts, persons: Sequence[PersonFacts], book: Book) -> Condition:
    """Once only in R5 and R6 together, by the membership of the household and not only by its present head."""
    rule = "household.r5"
    heads = [person for person in persons if person.tax.r5_head]
    if heads:
        return book.own(rule, "令和5年度の給付対象世帯の世帯主だった人がいます", names(heads), FAIL, Reason.NG_R5_TARGET)
    members = [person for person in persons if person.tax.r5_target]
    if not members:
        return book.shared(rule, "令和5年度の給付対象世帯ではありません", f"{len(persons)}人", PASS)
    if facts.category not in book.programme.r5_manual:
        return book.own(rule, "令和5年度の給付対象世帯です", names(members), FAIL, Reason.NG_R5_TARGET)
    if facts.history is HistoryDecision.COUNTS:
        return book.own(rule, "令和5年度の給付対象世帯です（担当者の判断）", names(members), FAIL, Reason.NG_R5_TARGET)
    if facts.history is HistoryDecision.DOES_NOT_COUNT:
        return book.own(rule, "元の世帯の令和5年度の給付は数えません（担当者の判断）", names(members), PASS)
    return book.own(
        rule, "令和5年度の給付対象世帯にいた人がいます。数えるかどうかの判断が要ります", names(members), HOLD, Reason.HOLD_R5_HISTORY
    )


def _other_municipality(facts: CaseFacts, book: Book) -> Condition:
    rule = "household.other_municipality"
    if facts.other_municipality:
        return book.shared(rule, "ほかの区市町村で同じ給付の対象です", "", FAIL, Reason.NG_OTHER_MUNICIPALITY)
    return book.shared(rule, "ほかの区市町村で同じ給付を受けていません", "", PASS)


def _split(facts: CaseFacts, book: Book) -> Condition:
    if facts.split_household:
        return book.shared("household.split", "基準日のあとに同じ住所で世帯を分けています", book.base_day, FAIL, Reason.NG_SPLIT_HOUSEHOLD)
    return book.shared("household.split", "基準日のあとに世帯を分けていません", book.base_day, PASS)


def _entry(persons: Sequence[PersonFacts], book: Book) -> Condition:
    found = [person for person in persons if person.tax.entered_japan_late]
    if found:
        return book.own("household.entry", "賦課期日のあとに海外から入国した人がいます", names(found), HOLD, Reason.HOLD_FOREIGN_ENTRY)
    return book.shared("household.entry", "賦課期日のあとに海外から入国した人はいません", book.levy_day, PASS)


def _tax_known(persons: Sequence[PersonFacts], book: Book) -> Condition:
    unknown = [person for person in persons if person.tax.levy is None or person.tax.income_levy is None]
    if unknown:
        return book.own("household.tax_known", "令和6年度住民税が分からない人がいます", names(unknown), HOLD, Reason.HOLD_TAX_INQUIRY)
    return book.shared("household.tax_known", "全員の令和6年度住民税が分かっています", f"{len(persons)}人", PASS)


def _tax_consistent(persons: Sequence[PersonFacts], book: Book) -> Condition:
    rule = "household.tax_consistent"
    found = [person for person in persons if person.tax.levy is LevyClass.TAXED and person.tax.income_levy == 0]
    if found:
        return book.own(rule, "課税とされていますが、所得割が 0円 です", names(found), HOLD, Reason.HOLD_TAX_CONTRADICTION)
    return book.shared(rule, "均等割の区分と所得割の額は食い違っていません", f"{len(persons)}人", PASS)


def _levy_rows(benefit: Benefit, persons: Sequence[PersonFacts], book: Book) -> tuple[Condition, Condition]:
    exempt, per_capita = "household.exempt", "household.per_capita"
    count = f"{len(persons)}人"
    if benefit is Benefit.HIKAZEI:
        return (
            book.shared(exempt, "全員が均等割非課税です", count, PASS),
            book.shared(per_capita, "均等割のみ課税の条件は、非課税の世帯には適用しません", "", NOT_APPLIED),
        )
    if benefit is Benefit.KINTOWARI:
        only = sum(1 for person in persons if person.tax.levy is LevyClass.PER_CAPITA_ONLY)
        return (
            book.shared(exempt, "均等割が課税されている人がいるため、非課税の条件は適用しません", "", NOT_APPLIED),
            book.shared(per_capita, "均等割のみ課税か非課税の人だけの世帯です", f"{count}のうち均等割のみ課税 {only}人", PASS),
        )
    return (
        book.shared(exempt, "税の区分がそろわないため、非課税の条件は見ていません", "", NOT_APPLIED),
        book.shared(per_capita, "税の区分がそろわないため、均等割のみ課税の条件は見ていません", "", NOT_APPLIED),
    )
