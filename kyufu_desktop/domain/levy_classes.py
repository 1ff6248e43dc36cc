"""What the taxes of a household make of it: whether all are known and fit together, and rows 10 and 11 of its benefits."""

from __future__ import annotations

from collections.abc import Sequence

from kyufu_desktop.domain.conditions import FAIL, HOLD, NOT_APPLIED, PASS, Book, names, tax_origins
from kyufu_desktop.domain.facts import CaseFacts, LevyClass, PersonFacts
from kyufu_desktop.domain.outcome import Condition, Reason
from kyufu_desktop.domain.programme import Effect
from kyufu_desktop.domain.values import Benefit


def tax_rows(facts: CaseFacts, kind: Benefit, persons: Sequence[PersonFacts], origin: str, book: Book) -> tuple[Condition, ...]:
    """``kind`` is what :func:`household_type` says, ``origin`` where the taxes of all come from.

    Where only one of the two benefits is offered, a class that does not fit refuses whatever the others' taxes turn out to be.
    """
    levy_rows = _levy_rows(facts, kind, persons, origin, book)
    known = (_tax_known(persons, origin, book), _tax_consistent(persons, origin, book))
    return (*known, *levy_rows) if len(book.household_benefits) > 1 else (*levy_rows, *known)


def household_type(persons: Sequence[PersonFacts]) -> Benefit:
    """The benefit that the classes of the levy point to; HOUSEHOLD where a class is unknown or 課税."""
    benefit = Benefit.HIKAZEI
    for person in persons:
        levy = person.tax.levy
        if levy is LevyClass.PER_CAPITA_ONLY:
            benefit = Benefit.KINTOWARI
        elif levy is not LevyClass.EXEMPT:
            return Benefit.HOUSEHOLD
    return benefit


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


def _levy_rows(facts: CaseFacts, kind: Benefit, persons: Sequence[PersonFacts], origin: str, book: Book) -> tuple[Condition, Condition]:
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
    if book.effect("household.income_levy", facts.category) is Effect.OFF:
        # Nothing else refuses it then, and it is still neither of the two households.
        taxed = [person for person in persons if person.tax.levy is LevyClass.TAXED and person.tax.income_levy]
        if taxed:
            sentence, where = "均等割のみ課税か非課税の人だけの世帯ではありません", tax_origins(taxed)
            return (
                book.shared(exempt, "均等割が課税されている人がいるため、非課税の条件は適用しません", "", NOT_APPLIED),
                book.own(per_capita, sentence, names(taxed), FAIL, Reason.NG_LEVY_TAXED, where),
            )
    return (
        book.shared(exempt, "税の区分がそろわないため、非課税の条件は見ていません", "", NOT_APPLIED),
        book.shared(per_capita, "税の区分がそろわないため、均等割のみ課税の条件は見ていません", "", NOT_APPLIED),
    )


def _levied(person: PersonFacts) -> bool:
    """Whether 均等割 is surely levied; 課税 with 所得割 0 is a contradiction and not sure."""
    levy = person.tax.levy
    return levy is LevyClass.PER_CAPITA_ONLY or (levy is LevyClass.TAXED and person.tax.income_levy != 0)
