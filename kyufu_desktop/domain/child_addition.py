"""こども加算: follows the benefit of the household; each child is looked at by birth date, life and place of life."""

from __future__ import annotations

from collections.abc import Sequence

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.conditions import FAIL, HOLD, NOT_APPLIED, PASS, Book, decide, names, origins
from kyufu_desktop.domain.deaths import child_counts, child_row
from kyufu_desktop.domain.facts import CaseFacts, PersonFacts
from kyufu_desktop.domain.outcome import Condition, Finding, Judgment, Outcome, Reason
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.safety import double, exit_row
from kyufu_desktop.domain.values import Benefit, Relation


def is_candidate(person: PersonFacts, programme: Programme) -> bool:
    """Whether the person can be a child of the addition: young enough, or of unknown age; the head only where the programme says so."""
    day = person.birth.day
    return (day is None or day >= programme.child_born_from) and (person.relation is not Relation.HEAD or programme.head_counts_as_child)


def judge_children(
    facts: CaseFacts, everybody: Sequence[PersonFacts], household: Judgment, common: tuple[Condition, ...], book: Book
) -> Judgment | None:
    """None where nobody of the household can be a child. ``everybody`` in the order of their ids, ``common`` the rows of all."""
    programme = book.programme
    candidates = [person for person in everybody if is_candidate(person, programme)]
    if not candidates:
        return None

    elsewhere = facts.child_resident_numbers_elsewhere
    placed: list[PersonFacts] = []
    dead: list[PersonFacts] = []
    left_out: list[PersonFacts] = []
    counted: list[PersonFacts] = []
    unknown: list[PersonFacts] = []
    applied: list[PersonFacts] = []
    waiting: list[PersonFacts] = []
    for person in candidates:
        day = person.birth.day
        if person.resident_number in elsewhere:
            placed.append(person)
            continue
        if person.died_on is not None:
            dead.append(person)
            if not child_counts(person.died_on, programme):
                left_out.append(person)
                continue
        if day is None:
            unknown.append(person)
        elif day <= programme.base_date:
            counted.append(person)
        elif day <= programme.newborn_until:
            (applied if person.resident_number in facts.newborn_applied else waiting).append(person)
    counted.extend(applied)
    counted.sort(key=lambda person: person.person_id)

    others = bool(counted or unknown or waiting)
    conditions = (
        exit_row(facts, book),
        _household(household, book),
        _known(unknown, book),
        _newborn(waiting, applied, book),
        _placed(placed, others, book),
        child_row(dead, left_out, others, book),
        _counted(counted, bool(unknown or waiting or placed or left_out), book),
        *common,
        double(facts, Benefit.KODOMO in facts.collation_stops, book),
    )
    outcome, own_reasons = decide(conditions)
    if outcome is Outcome.ELIGIBLE:
        amount = programme.amount(Benefit.KODOMO) * len(counted)
        children = tuple(person.person_id for person in counted)
        return Judgment(Benefit.KODOMO, outcome, amount, (Reason.ELIGIBLE_KODOMO,), conditions, children=children)
    reasons = own_reasons
    if household.outcome is not Outcome.ELIGIBLE:
        reasons = tuple(dict.fromkeys((own_reasons[0], *household.reasons, *own_reasons)))
    return Judgment(Benefit.KODOMO, outcome, 0, reasons, conditions)


def _household(household: Judgment, book: Book) -> Condition:
    rule = "child.household"
    if household.outcome is Outcome.ELIGIBLE:
        return book.shared(rule, "世帯への給付は支給できます", book.programme.label(household.benefit), PASS)
    if household.outcome is Outcome.NG:
        return book.own(rule, "世帯への給付が支給できません", "", FAIL, household.reasons[0])
    return book.own(rule, "世帯への給付が保留です", "", HOLD, household.reasons[0])


def _born(persons: Sequence[PersonFacts]) -> str:
    return "、".join(f"{person.name} {wareki(person.birth.day)}" for person in persons if person.birth.day is not None)


def _known(unknown: Sequence[PersonFacts], book: Book) -> Condition:
    rule = "child.birth_known"
    if unknown:
        values = "、".join(f"{person.name} {person.birth.written}" for person in unknown)
        return book.own(rule, "生年月日の分からない人がいます", values, HOLD, Reason.HOLD_BIRTH_UNKNOWN, origins(unknown))
    return book.shared(rule, "生年月日の分からない人はいません", "", PASS)


def _newborn(waiting: Sequence[PersonFacts], applied: Sequence[PersonFacts], book: Book) -> Condition:
    rule = "child.newborn"
    if waiting:
        return book.own(
            rule, "基準日のあとに生まれた子がいます。申請が要ります", _born(waiting), HOLD, Reason.HOLD_NEWBORN, origins(waiting)
        )
    if applied:
        return book.own(rule, "基準日のあとに生まれた子の申請が期限までにあります", _born(applied), PASS, None, origins(applied))
    return book.shared(rule, "基準日のあとに生まれた子はいません", f"申請の期限 {book.newborn_day}", PASS)


def _placed(placed: Sequence[PersonFacts], others: bool, book: Book) -> Condition:
    """A child is counted once: who lives elsewhere on the base date is left out, the brothers and sisters are still counted."""
    rule = "child.placed"
    if not placed:
        return book.shared(rule, "ほかで数えられる子はいません", "", PASS)
    finding: Finding = NOT_APPLIED if others else FAIL
    return book.own(rule, "ほかで数えられるため、ここでは数えない子がいます", names(placed), finding, Reason.NG_CHILD_PLACED)


def _counted(counted: Sequence[PersonFacts], explained: bool, book: Book) -> Condition:
    rule = "child.counted"
    if counted:
        return book.own(rule, f"{book.since}以後に生まれた子がいます", f"{len(counted)}人", PASS, None, origins(counted))
    if explained:
        return book.shared(rule, "いま数えられる子はいません", "", NOT_APPLIED)
    return book.shared(rule, "数えられる子がいません", f"申請の期限 {book.newborn_day}", FAIL, Reason.NG_NO_CHILD)
