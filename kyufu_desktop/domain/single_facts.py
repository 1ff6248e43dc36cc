"""The single facts that may turn a judgment: each is one thing that a clerk can find out, enter or decide, applied to the facts of a case.

A fact that concerns several people in the same way (their taxes, their names in the document) is one fact: one answer, one paper.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.child_addition import is_candidate
from kyufu_desktop.domain.conditions import names
from kyufu_desktop.domain.facts import CaseFacts, ExitKind, HistoryDecision, LevyClass, PersonFacts, Residence, TaxFacts
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.questions import levy_word
from kyufu_desktop.domain.safety import unnamed
from kyufu_desktop.domain.values import Relation, yen


@dataclass(frozen=True, slots=True)
class SingleFact:
    """``fact`` is an id (``tax.exempt``, ``amounts:12``), ``sentence`` what has to be found,
    ``facts`` the case as it would stand.

    ``at_most``: the amount that follows is the highest possible one, because the fact is an amount that nobody knows yet.
    """

    fact: str
    sentence: str = field(repr=False)
    facts: CaseFacts
    at_most: bool = False


def single_facts(facts: CaseFacts, programme: Programme) -> Iterator[SingleFact]:
    """Every fact of the table that the case leaves open or against it, in a fixed order."""
    facts = _with(facts, persons=tuple(sorted(facts.persons, key=lambda person: person.person_id)))
    yield from _of_papers(facts, programme)
    yield from _of_double_payment(facts)
    yield from _of_household(facts)
    yield from _of_taxes(facts, programme)
    yield from _of_deaths(facts)
    yield from _of_children(facts, programme)
    for person in facts.persons:
        yield from _of_person(facts, person, programme)


def _with(facts: CaseFacts, **changes: Any) -> CaseFacts:
    return dataclasses.replace(facts, **changes)


def _people(facts: CaseFacts, chosen: Sequence[PersonFacts], change: Callable[[PersonFacts], PersonFacts]) -> CaseFacts:
    ids = {person.person_id for person in chosen}
    return _with(facts, persons=tuple(change(person) if person.person_id in ids else person for person in facts.persons))


def _taxes(facts: CaseFacts, chosen: Sequence[PersonFacts], change: Callable[[TaxFacts], TaxFacts]) -> CaseFacts:
    return _people(facts, chosen, lambda person: dataclasses.replace(person, tax=change(person.tax)))


def _who(facts: CaseFacts, test: Callable[[PersonFacts], bool]) -> list[PersonFacts]:
    return [person for person in facts.persons if test(person)]


def _of_papers(facts: CaseFacts, programme: Programme) -> Iterator[SingleFact]:
    if not facts.evidence_verified:
        yield SingleFact("evidence", "秘匿の根拠が2人目に確認されれば", _with(facts, evidence_verified=True))
    missing = unnamed(facts.persons)
    if missing:
        named = _people(facts, missing, lambda person: dataclasses.replace(person, named=True))
        yield SingleFact("companions", f"{names(missing)}さんの名前のある根拠の書類が確認されれば", named)
    since = programme.child_born_from
    grown = any(person.birth.day is None or person.birth.day < since for person in facts.persons)
    for placement in programme.placements:
        if facts.category in placement.categories and not (placement.children_only and grown) and placement.code != facts.placement:
            sentence = "法律による措置であることが根拠の書類で確認されれば"
            yield SingleFact("placement", sentence, _with(facts, placement=placement.code))
            break


def _of_double_payment(facts: CaseFacts) -> Iterator[SingleFact]:
    if facts.open_findings:
        sentence = f"突合で見つかった{facts.open_findings}件がどれも別の人（別の給付）と判断されれば"
        yield SingleFact("findings", sentence, _with(facts, open_findings=0))
    if facts.collation_stops:
        yield SingleFact("double_payment", "突合での二重の支給との判断が改められれば", _with(facts, collation_stops=frozenset()))
    if any(person.paid_by_host for person in facts.persons) and not facts.host_paid_cleared:
        yield SingleFact("host_paid", "ホストの支給済がこの給付のものではないと判断されれば", _with(facts, host_paid_cleared=True))
    if facts.exit is not None:
        word = {
            ExitKind.WITHDRAWN: "取下げが取り消されれば",
            ExitKind.LAPSED: "要件の消滅が取り消されれば",
            ExitKind.CLAIMED_ELSEWHERE: "ほかの区市町村での申請が取り下げられれば",
        }[facts.exit]
        yield SingleFact("exit", word, _with(facts, exit=None))


def _of_household(facts: CaseFacts) -> Iterator[SingleFact]:
    if facts.residence is Residence.ELSEWHERE:
        yield SingleFact("residence", "基準日に実際に新宿区に住んでいたと確認されれば", _with(facts, residence=Residence.ACTUAL))
    if facts.residence is Residence.FIRST_REGISTERED_LATER and not facts.residence_confirmed:
        yield SingleFact("residence", "基準日に住んでいたものと扱うと判断されれば", _with(facts, residence_confirmed=True))
    if facts.history is not HistoryDecision.DOES_NOT_COUNT and any(person.tax.r5_target or person.tax.r5_head for person in facts.persons):
        sentence = "元の世帯の令和5年度の給付を数えないと判断されれば"
        yield SingleFact("r5.history", sentence, _with(facts, history=HistoryDecision.DOES_NOT_COUNT))
    heads = _who(facts, lambda person: person.tax.r5_head)
    if heads or facts.r5_head_died:
        sentence = "令和5年度の給付対象世帯ではなかったと分かれば"
        cleared = _taxes(facts, heads, lambda tax: dataclasses.replace(tax, r5_head=False, r5_target=False))
        yield SingleFact("r5.head", sentence, _with(cleared, r5_head_died=False))
    if facts.split_household:
        yield SingleFact("split", "世帯を分けたのが基準日より前と分かれば", _with(facts, split_household=False))


def _exempt(tax: TaxFacts) -> TaxFacts:
    """What is unknown of the tax turns out as exempt; what is known stays."""
    return dataclasses.replace(
        tax,
        levy=LevyClass.EXEMPT if tax.levy is None else tax.levy,
        income_levy=0 if tax.income_levy is None else tax.income_levy,
        undeclared=False,
    )


def _of_taxes(facts: CaseFacts, programme: Programme) -> Iterator[SingleFact]:
    unknown = _who(facts, lambda person: person.tax.levy is None or person.tax.income_levy is None)
    if unknown:
        where = "転入前の区市町村で" if all(person.levied_elsewhere for person in unknown) else ""
        who = f"{names(unknown)}さんが{where}"
        exempt = _taxes(facts, unknown, lambda tax: dataclasses.replace(_exempt(tax), undeclared=tax.undeclared))
        yield SingleFact("tax.exempt", f"{who}{programme.tax_year}住民税非課税と分かれば", exempt)
    undeclared = _who(facts, lambda person: person.tax.undeclared)
    if undeclared:
        yield SingleFact("declaration", f"{names(undeclared)}さんが申告をして非課税と分かれば", _taxes(facts, undeclared, _exempt))
    levied = _who(facts, lambda person: bool(person.tax.income_levy))
    if levied:
        corrected = _taxes(facts, levied, _without_income_levy)
        yield SingleFact("income_levy", f"{names(levied)}さんの{levy_word(programme)}が0円と改められれば", corrected)
    doubtful = _who(facts, lambda person: person.tax.levy is LevyClass.TAXED and person.tax.income_levy == 0)
    if doubtful:
        only = _taxes(facts, doubtful, _without_income_levy)
        yield SingleFact("tax.per_capita", f"{names(doubtful)}さんが均等割のみ課税と分かれば", only)
    treaty = _who(facts, lambda person: person.tax.treaty_exempt)
    if treaty:
        none = _taxes(facts, treaty, lambda tax: dataclasses.replace(tax, treaty_exempt=False))
        yield SingleFact("treaty", f"{names(treaty)}さんの免除が租税条約によるものではないと分かれば", none)
    entered = _who(facts, lambda person: person.tax.entered_japan_late)
    if entered:
        settled = _taxes(facts, entered, lambda tax: dataclasses.replace(tax, entered_japan_late=False))
        yield SingleFact("entry", f"{names(entered)}さんの入国が賦課期日までと分かれば", settled)
    if all(person.tax.supporter_number or person.tax.supporter_outside_ward for person in facts.persons):
        for person in facts.persons:
            alone = _taxes(facts, [person], lambda tax: dataclasses.replace(tax, supporter_number=None, supporter_outside_ward=False))
            yield SingleFact(f"dependants:{person.person_id}", f"{person.name}さんが誰の扶養親族でもないと分かれば", alone)


def _without_income_levy(tax: TaxFacts) -> TaxFacts:
    levy = LevyClass.PER_CAPITA_ONLY if tax.levy is LevyClass.TAXED else tax.levy
    return dataclasses.replace(tax, income_levy=0, levy=levy)


def _of_deaths(facts: CaseFacts) -> Iterator[SingleFact]:
    heads = _who(facts, lambda person: person.relation is Relation.HEAD)
    alive = _who(facts, lambda person: person.died_on is None and person.relation is not Relation.HEAD)
    alive.sort(key=lambda person: person.birth.day or date.max)
    if heads and alive and all(person.died_on is not None for person in heads):
        head = _people(facts, alive[:1], lambda person: dataclasses.replace(person, relation=Relation.HEAD))
        yield SingleFact("new_head", "残った世帯員のうち新しい世帯主（受給者）が決まれば", head)
    died = [person.died_on for person in facts.persons if person.died_on is not None]
    if died and (facts.submitted_on is None or facts.submitted_on > min(died)):
        yield SingleFact("submitted", f"提出が{wareki(min(died))}以前と分かれば", _with(facts, submitted_on=min(died)))


def _of_children(facts: CaseFacts, programme: Programme) -> Iterator[SingleFact]:
    candidates = _who(facts, lambda person: is_candidate(person, programme))
    unknown = [person for person in candidates if person.birth.day is None]
    if unknown:
        day = programme.child_born_from
        child = _people(facts, unknown, lambda person: dataclasses.replace(person, birth=dataclasses.replace(person.birth, day=day)))
        yield SingleFact("birth", f"{names(unknown)}さんの生年月日が{wareki(day)}以後と分かれば", child)
    waiting = [
        person
        for person in candidates
        if person.birth.day is not None
        and programme.base_date < person.birth.day <= programme.newborn_until
        and person.resident_number not in facts.newborn_applied
    ]
    if waiting:
        numbers = facts.newborn_applied | {person.resident_number for person in waiting}
        sentence = f"{names(waiting)}さんの申請が{wareki(programme.newborn_until)}までにあれば"
        yield SingleFact("newborn", sentence, _with(facts, newborn_applied=numbers))
    if any(person.resident_number in facts.child_resident_numbers_elsewhere for person in candidates):
        sentence = "その子がほかで数えられていないと分かれば"
        yield SingleFact("child.placed", sentence, _with(facts, child_resident_numbers_elsewhere=frozenset()))


def _of_person(facts: CaseFacts, person: PersonFacts, programme: Programme) -> Iterator[SingleFact]:
    """What concerns the benefit of one taxpayer."""
    tax, key = person.tax, person.person_id
    amounts = (("所得税額", tax.income_tax), ("所得割額", tax.income_levy), ("合計所得金額", tax.total_income))
    missing = [word for word, amount in amounts if amount is None]
    if missing:
        # The lowest taxes leave the most of the cut over; one yen, because with neither tax there is no benefit.
        income_tax = tax.income_tax if tax.income_tax is not None else 0 if tax.income_levy else 1
        least = dataclasses.replace(tax, income_tax=income_tax, income_levy=tax.income_levy or 0, total_income=tax.total_income or 0)
        sentence = f"{person.name}さんの{'、'.join(missing)}が分かれば"
        yield SingleFact(f"amounts:{key}", sentence, _taxes(facts, [person], lambda _: least), at_most=True)
    if person.levied_elsewhere:
        here = _people(facts, [person], lambda one: dataclasses.replace(one, levied_elsewhere=False))
        yield SingleFact(f"levied_here:{key}", f"{person.name}さんの住民税を新宿区が課税していると分かれば", here)
    if tax.adjustment_decided is None:
        nothing = _taxes(facts, [person], lambda one: dataclasses.replace(one, adjustment_decided=0))
        yield SingleFact(f"earlier:{key}", f"{person.name}さんの先に決まった調整給付の額が分かれば", nothing, at_most=True)
    if tax.dependants_abroad:
        none = _taxes(facts, [person], lambda one: dataclasses.replace(one, dependants_abroad=0))
        yield SingleFact(f"abroad:{key}", f"{person.name}さんの国外に住む扶養親族がいないと分かれば", none, at_most=True)
    if tax.total_income is not None and tax.total_income > programme.income_cap:
        capped = _taxes(facts, [person], lambda one: dataclasses.replace(one, total_income=programme.income_cap))
        cap = yen(programme.income_cap)
        yield SingleFact(f"income:{key}", f"{person.name}さんの合計所得金額が {cap} 以下と改められれば", capped)
