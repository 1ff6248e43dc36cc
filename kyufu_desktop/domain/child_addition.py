"""こども加算: follows the benefit of the household; each child is looked at by birth date and place of life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.conditions import FAIL, HOLD, NOT_APPLIED, PASS, Book, decide, names, safety
from kyufu_desktop.domain.facts import CaseFacts, PersonFacts
from kyufu_desktop.domain.outcome import Condition, Finding, Judgment, Outcome, Reason
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import Benefit, Relation


def judge_children(facts: CaseFacts, persons: Sequence[PersonFacts], household: Judgment, book: Book) -> Judgment | None:
    """None where nobody of the household can be a child. ``persons`` is in the order of their ids."""
    programme = book.programme
    born_from = programme.child_born_from
    candidates: list[PersonFacts] = []
    for person in persons:
        day = person.birth.day
        if (day is None or day >= born_from) and (person.relation is not Relation.HEAD or programme.head_counts_as_child):
            candidates.append(person)
    if not candidates:
        return None

    elsewhere = facts.child_resident_numbers_elsewhere
    present = [person for person in candidates if person.resident_number not in elsewhere]
    placed = [person for person in candidates if person.resident_number in elsewhere]
    counted: list[PersonFacts] = []
    unknown: list[PersonFacts] = []
    newborn: list[PersonFacts] = []
    for person in present:
        day = person.birth.day
        if day is None:
            unknown.append(person)
        elif day <= programme.base_date:
            counted.append(person)
        elif day <= programme.newborn_until:
            newborn.append(person)

    conditions = (
        _household(household, book),
        _known(unknown, book),
        _newborn(newborn, programme.newborn_until, book),
        _placed(placed, bool(present), book),
        _counted(counted, bool(unknown or newborn or placed), programme, book),
        *safety(facts, persons, Benefit.KODOMO in facts.collation_stops, book),
    )
    outcome, own_reasons = decide(conditions)
    if outcome is Outcome.ELIGIBLE:
        amount = programme.child_amount * len(counted)
        children = tuple(person.person_id for person in counted)
        return Judgment(Benefit.KODOMO, outcome, amount, (Reason.ELIGIBLE_KODOMO,), conditions, children=children)
    reasons = own_reasons
    if household.outcome is not Outcome.ELIGIBLE:
        reasons = tuple(dict.fromkeys((*household.reasons, *own_reasons)))
    return Judgment(Benefit.KODOMO, outcome, 0, reasons, conditions)


def _household(household: Judgment, book: Book) -> Condition:
    rule = "child.household"
    if household.outcome is Outcome.ELIGIBLE:
        return book.shared(rule, "世帯への給付は支給できます", "", PASS)
    if household.outcome is Outcome.NG:
        return book.own(rule, "世帯への給付が支給できません", "", FAIL, household.reasons[0])
    return book.own(rule, "世帯への給付が保留です", "", HOLD, household.reasons[0])


def _known(unknown: Sequence[PersonFacts], book: Book) -> Condition:
    if unknown:
        values = "、".join(f"{person.name} {person.birth.written}" for person in unknown)
        return book.own("child.birth_known", "生年月日の分からない人がいます", values, HOLD, Reason.HOLD_BIRTH_UNKNOWN)
    return book.shared("child.birth_known", "生年月日の分からない人はいません", "", PASS)


def _newborn(newborn: Sequence[PersonFacts], until: date, book: Book) -> Condition:
    if newborn:
        values = "、".join(f"{person.name} {wareki(person.birth.day)}" for person in newborn if person.birth.day is not None)
        return book.own("child.newborn", "基準日のあとに生まれた子がいます。申請が要ります", values, HOLD, Reason.HOLD_NEWBORN)
    return book.shared("child.newborn", "基準日のあとに生まれた子はいません", f"申請の期限 {wareki(until)}", PASS)


def _placed(placed: Sequence[PersonFacts], others: bool, book: Book) -> Condition:
    """A child is counted once: who lives elsewhere on the base date is left out, the brothers and sisters are still counted."""
    if not placed:
        return book.shared("child.placed", "ほかで数えられる子はいません", "", PASS)
    finding: Finding = NOT_APPLIED if others else FAIL
    return book.own("child.placed", "ほかで数えられるため、ここでは数えない子がいます", names(placed), finding, Reason.NG_CHILD_PLACED)


def _counted(counted: Sequence[PersonFacts], explained: bool, programme: Programme, book: Book) -> Condition:
    rule = "child.counted"
    since = wareki(programme.child_born_from)
    if counted:
        return book.shared(rule, f"{since}以後に生まれた子が基準日にいます", f"{len(counted)}人", PASS)
    if explained:
        return book.shared(rule, "いま数えられる子はいません", "", NOT_APPLIED)
    return book.shared(rule, "数えられる子がいません", f"申請の期限 {wareki(programme.newborn_until)}", FAIL, Reason.NG_NO_CHILD)
