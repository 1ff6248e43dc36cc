"""不足額給付, the year after the adjustment benefit: what the actual taxes show to be missing (I), or a flat sum (II).

I: the adjustment benefit computed again with the actual taxes, by the same formula and rounded up once, less what was decided the year
before. II: a person outside both the tax cut and the benefits of households (a worker in the family's business, an income above the limit
of dependants), with neither of the two taxes, gets a flat sum; less where the person lived abroad on the levy date.
"""

from __future__ import annotations

import dataclasses

from kyufu_desktop.domain.adjustment_benefit import (
    adjustment,
    amounts_known,
    concerns,
    has_tax,
    income_cap,
    levied_here,
    people_of,
    people_row,
)
from kyufu_desktop.domain.conditions import FAIL, HOLD, NOT_APPLIED, PASS, Book, decide
from kyufu_desktop.domain.deaths import person_row
from kyufu_desktop.domain.facts import CaseFacts, PersonFacts, TaxFacts
from kyufu_desktop.domain.outcome import AdjustmentWorking, Condition, Judgment, Outcome, Reason
from kyufu_desktop.domain.safety import double, exit_row
from kyufu_desktop.domain.values import Benefit, yen


def concerns_shortfall(tax: TaxFacts) -> bool:
    """Whether a judgment is made: a taxpayer, who had an adjustment benefit, or who stood outside the tax cut."""
    return tax.outside_tax_cut or tax.adjustment_decided is not None or concerns(tax)


def shortfall(tax: TaxFacts, book: Book) -> AdjustmentWorking:
    """The sum computed again, rounded up once, less ``earlier``; ``amount`` is what is left to pay, 0 while the earlier one is not known.

    Raises ValueError where one of the two taxes is not known.
    """
    again, earlier = adjustment(tax, book.programme), tax.adjustment_decided
    if earlier is None:
        return dataclasses.replace(again, amount=0)
    return dataclasses.replace(again, amount=max(0, again.amount - earlier), earlier=earlier)


def judge_shortfall(facts: CaseFacts, person: PersonFacts, common: tuple[Condition, ...], book: Book) -> Judgment:
    """The judgment of one person; ``common`` are the rows of every benefit of the case."""
    tax = person.tax
    known = tax.income_tax is not None and tax.income_levy is not None
    # While the taxes are not known, who stood outside the cut is not asked for an earlier amount that he never had.
    flat = tax.outside_tax_cut and not (known and (tax.income_tax or tax.income_levy))
    working = shortfall(tax, book) if known and not flat else None
    conditions = (
        exit_row(facts, book),
        levied_here(person, book),
        amounts_known(tax, book.actual_tax, book),
        people_row(tax, book),
        income_cap(tax, book),
        _kind(tax, known, book) if flat else has_tax(tax, book.actual_tax, book),
        person_row(facts, person, book),
        _earlier(tax, flat, book),
        _difference(tax, flat, working, book),
        *common,
        double(facts, Benefit.FUSOKU in facts.collation_stops, book),
    )
    outcome, reasons = decide(conditions)
    amount = 0
    if outcome is Outcome.ELIGIBLE:
        reasons = (Reason.ELIGIBLE_FUSOKU,)
        amount = _flat_amount(tax, book) if working is None else working.amount
    return Judgment(Benefit.FUSOKU, outcome, amount, reasons, conditions, person_id=person.person_id, working=working)


def _flat_amount(tax: TaxFacts, book: Book) -> int:
    return book.programme.flat_shortfall_abroad if tax.entered_japan_late else book.programme.flat_shortfall


def _kind(tax: TaxFacts, known: bool, book: Book) -> Condition:
    """Shown in the place of the row about the taxes: for a flat sum there must be none."""
    rule = "shortfall.kind"
    if not known:
        return book.shared(rule, "税額が分からないため、定額の不足額給付は見ていません", "", NOT_APPLIED)
    return book.shared(
        rule, "定額減税の対象になれず、世帯への給付の対象でもなかった人です", "所得税も所得割もありません", PASS, None, tax.origin
    )


def _earlier(tax: TaxFacts, flat: bool, book: Book) -> Condition:
    rule = "shortfall.earlier"
    if flat:
        return book.shared(rule, "定額の不足額給付のため、先の調整給付は見ていません", "", NOT_APPLIED)
    if tax.adjustment_decided is None:
        return book.shared(rule, "先に決まった調整給付の額が分かりません", "", HOLD, Reason.HOLD_EARLIER_AMOUNT, tax.origin)
    return book.own(rule, "先に決まった調整給付の額が分かっています", yen(tax.adjustment_decided), PASS, None, tax.origin)


def _difference(tax: TaxFacts, flat: bool, working: AdjustmentWorking | None, book: Book) -> Condition:
    rule = "shortfall.difference"
    if flat and (tax.income_tax is None or tax.income_levy is None):
        return book.shared(rule, "税額が分からないため、不足する額は見ていません", "", NOT_APPLIED)
    if flat:
        amount = _flat_amount(tax, book)
        if amount <= 0:
            return book.shared(rule, "定額の不足額給付は行っていません", "", FAIL, Reason.NG_NOT_OFFERED)
        where = "賦課期日に国外に住んでいました" if tax.entered_japan_late else ""
        return book.shared(rule, f"定額の不足額給付 {yen(amount)} の対象です", where, PASS, None, tax.origin)
    if working is None:
        return book.shared(rule, "税額が分からないため、不足する額は見ていません", "", NOT_APPLIED)
    if people_of(tax) < 1:
        return book.shared(rule, "扶養の人数が食い違うため、不足する額は見ていません", "", NOT_APPLIED)
    if not (tax.income_tax or tax.income_levy):
        return book.shared(rule, "所得税も所得割もないため、不足する額は見ていません", "", NOT_APPLIED)
    if tax.adjustment_decided is None:
        return book.shared(rule, "先の額が分からないため、不足する額は見ていません", "", NOT_APPLIED)
    values = f"改めて計算した引ききれない額 {yen(working.total)}　先に決まった額 {yen(working.earlier)}"
    if working.amount <= 0:
        return book.own(rule, "先に決まった額で足りています", values, FAIL, Reason.NG_NO_SHORTFALL, tax.origin)
    return book.own(rule, f"{yen(working.amount)} 不足しています", values, PASS, None, tax.origin)
