"""調整給付: of one taxpayer. Both shortfalls are added, the sum is rounded up once."""

from __future__ import annotations

from kyufu_desktop.domain.conditions import FAIL, HOLD, NOT_APPLIED, PASS, Book, decide
from kyufu_desktop.domain.deaths import person_row
from kyufu_desktop.domain.facts import CaseFacts, LevyClass, PersonFacts, TaxFacts
from kyufu_desktop.domain.outcome import AdjustmentWorking, Condition, Judgment, Outcome, Reason
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.safety import double, exit_row
from kyufu_desktop.domain.values import Benefit, yen

#: What the income tax of the adjustment benefit is called: it is taken from the year before.
_ESTIMATE = "推計所得税額"


def people_of(tax: TaxFacts) -> int:
    """The taxpayer, the spouse and every class of dependants, less those abroad. Below 1 the facts contradict each other."""
    return (
        1
        + tax.spouse
        + tax.dependants_general
        + tax.dependants_specific
        + tax.dependants_elderly
        + tax.dependants_under16
        - tax.dependants_abroad
    )


def adjustment(tax: TaxFacts, programme: Programme) -> AdjustmentWorking:
    """The sum of the adjustment benefit: both shortfalls added, the sum rounded up once.

    Never fewer than one person. Raises ValueError where one of the two taxes is not known.
    """
    if tax.income_tax is None or tax.income_levy is None:
        raise ValueError("both taxes must be known")
    people = max(1, people_of(tax))
    income_frame = programme.income_tax_relief * people
    resident_frame = programme.resident_tax_relief * people
    income_shortfall = max(0, income_frame - tax.income_tax)
    resident_shortfall = max(0, resident_frame - tax.income_levy)
    total = income_shortfall + resident_shortfall
    unit = programme.adjustment_unit
    return AdjustmentWorking(
        components=(
            ("本人", 1),
            ("同一生計配偶者", tax.spouse),
            ("一般扶養親族", tax.dependants_general),
            ("特定扶養親族", tax.dependants_specific),
            ("老人扶養親族", tax.dependants_elderly),
            ("16歳未満扶養親族", tax.dependants_under16),
            ("国外居住（除く）", -tax.dependants_abroad),
        ),
        people=people,
        income_tax_frame=income_frame,
        income_tax=tax.income_tax,
        income_tax_shortfall=income_shortfall,
        resident_tax_frame=resident_frame,
        income_levy=tax.income_levy,
        resident_tax_shortfall=resident_shortfall,
        total=total,
        amount=-(-total // unit) * unit,
    )


def concerns(tax: TaxFacts) -> bool:
    """Whether the person is a taxpayer at all, so that a judgment is made."""
    return tax.levy is LevyClass.TAXED or bool(tax.income_tax and tax.income_tax > 0) or bool(tax.income_levy and tax.income_levy > 0)


def judge_adjustment(facts: CaseFacts, person: PersonFacts, common: tuple[Condition, ...], book: Book) -> Judgment:
    """The judgment of one taxpayer; ``common`` are the rows of every benefit of the case."""
    tax = person.tax
    working: AdjustmentWorking | None = None
    if tax.income_tax is not None and tax.income_levy is not None:
        working = adjustment(tax, book.programme)
    conditions = (
        exit_row(facts, book),
        levied_here(person, book),
        amounts_known(tax, _ESTIMATE, book),
        people_row(tax, book),
        income_cap(tax, book),
        has_tax(tax, _ESTIMATE, book),
        person_row(facts, person, book),
        _shortfall(tax, working, book),
        *common,
        double(facts, Benefit.CHOSEI in facts.collation_stops, book),
    )
    outcome, reasons = decide(conditions)
    if outcome is Outcome.ELIGIBLE and working is not None:
        return Judgment(
            Benefit.CHOSEI, outcome, working.amount, (Reason.ELIGIBLE_CHOSEI,), conditions, person_id=person.person_id, working=working
        )
    return Judgment(Benefit.CHOSEI, outcome, 0, reasons, conditions, person_id=person.person_id, working=working)


def levied_here(person: PersonFacts, book: Book) -> Condition:
    rule, values = "adjustment.levied_here", f"賦課期日 {book.levy_day}"
    if person.levied_elsewhere:
        return book.shared(rule, "住民税はほかの区市町村が課税しています", values, FAIL, Reason.NG_NOT_LEVIED_HERE, person.origin)
    return book.shared(rule, "住民税は新宿区が課税しています", values, PASS, None, person.origin)


def amounts_known(tax: TaxFacts, word: str, book: Book) -> Condition:
    rule = "adjustment.amounts_known"
    missing = [
        word
        for word, amount in ((word, tax.income_tax), ("所得割額", tax.income_levy), ("合計所得金額", tax.total_income))
        if amount is None
    ]
    if missing:
        return book.shared(rule, "分からない金額があります", "、".join(missing), HOLD, Reason.HOLD_TAX_INQUIRY, tax.origin)
    return book.shared(rule, "税額と合計所得金額が分かっています", "", PASS, None, tax.origin)


def people_row(tax: TaxFacts, book: Book) -> Condition:
    rule, people = "adjustment.people", people_of(tax)
    if people < 1:
        values = f"国外居住 {tax.dependants_abroad}人"
        return book.own(rule, "国外居住の人数が扶養の人数を超えています", values, HOLD, Reason.HOLD_TAX_CONTRADICTION, tax.origin)
    return book.shared(rule, "扶養の人数は食い違っていません", f"{people}人", PASS, None, tax.origin)


def income_cap(tax: TaxFacts, book: Book) -> Condition:
    rule = "adjustment.income_cap"
    if tax.total_income is None:
        return book.shared(rule, "合計所得金額が分からないため、上限は見ていません", "", NOT_APPLIED)
    values = yen(tax.total_income)
    if tax.total_income > book.programme.income_cap:
        return book.own(rule, f"合計所得金額が {book.income_cap} を超えています", values, FAIL, Reason.NG_INCOME_CAP, tax.origin)
    return book.own(rule, f"合計所得金額は {book.income_cap} 以下です", values, PASS, None, tax.origin)


def has_tax(tax: TaxFacts, word: str, book: Book) -> Condition:
    rule = "adjustment.has_tax"
    if tax.income_tax is None or tax.income_levy is None:
        return book.shared(rule, "税額が分からないため、税の有無は見ていません", "", NOT_APPLIED)
    values = f"{word} {yen(tax.income_tax)}　所得割額 {yen(tax.income_levy)}"
    if tax.income_tax <= 0 and tax.income_levy <= 0:
        return book.own(rule, "所得税も所得割もありません", values, FAIL, Reason.NG_NO_TAX, tax.origin)
    return book.own(rule, "所得税か所得割のどちらかがあります", values, PASS, None, tax.origin)


def _shortfall(tax: TaxFacts, working: AdjustmentWorking | None, book: Book) -> Condition:
    rule = "adjustment.shortfall"
    if working is None:
        return book.shared(rule, "税額が分からないため、引ききれない額は見ていません", "", NOT_APPLIED)
    if people_of(tax) < 1:
        return book.shared(rule, "扶養の人数が食い違うため、引ききれない額は見ていません", "", NOT_APPLIED)
    if working.total <= 0:
        return book.shared(rule, "減税で引ききれない額がありません", "合計 0円", FAIL, Reason.NG_NO_SHORTFALL, tax.origin)
    return book.own(rule, "減税で引ききれない額があります", f"合計 {yen(working.total)}", PASS, None, tax.origin)
