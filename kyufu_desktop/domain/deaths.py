"""What deaths do: to the benefit of the household (its head), to that of a taxpayer, and to the children.

A form that came back on the day of the death or before it was still handed in by the dead; from then on the claim belongs to the estate.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.conditions import FAIL, HOLD, NOT_APPLIED, PASS, Book, origins
from kyufu_desktop.domain.facts import CaseFacts, PersonFacts
from kyufu_desktop.domain.outcome import Condition, Reason
from kyufu_desktop.domain.programme import AfterDeath, Programme
from kyufu_desktop.domain.values import Relation


def of_base_date(persons: Sequence[PersonFacts], programme: Programme) -> Sequence[PersonFacts]:
    """The people of the household on the base date: without those who died before it; all where nobody else would be left."""
    day = programme.base_date
    alive = [person for person in persons if person.died_on is None or person.died_on >= day]
    return alive if alive and len(alive) < len(persons) else persons


def household_row(facts: CaseFacts, everybody: Sequence[PersonFacts], book: Book) -> Condition:
    """The head is who receives. Others alive: one of them may be the new head, which a person settles (he is entered as the head)."""
    rule = "household.deceased"
    dead = [person for person in everybody if person.died_on is not None]
    if not dead:
        return book.shared(rule, "亡くなった人はいません", f"{len(everybody)}人", PASS)
    heads = [person for person in everybody if person.relation is Relation.HEAD]
    gone = [person for person in heads if person.died_on is not None]
    alive = len(dead) < len(everybody)
    if alive and len(gone) < len(heads):
        return book.own(rule, "受給者（世帯主）は生きています", _days(dead), PASS, None, origins(dead))
    if alive and not gone:
        return book.own(rule, "亡くなった人は世帯主ではありません", _days(dead), PASS, None, origins(dead))
    if all(person.died_on is not None and person.died_on < book.programme.base_date for person in everybody):
        return book.own(rule, "全員が基準日の前に亡くなっています", _days(dead), FAIL, Reason.NG_DECEASED, origins(dead))
    recipients = gone if alive else dead
    after = any(_handed_in(facts, [person]) for person in recipients)
    what = book.programme.death_after_submission if after else book.programme.death_before_submission
    if alive and not (after and what is AfterDeath.PAY_TO_HEIRS):
        sentence = "世帯主が亡くなっています。新しい世帯主（受給者）を決める判断が要ります"
        return book.own(rule, sentence, _days(gone), HOLD, Reason.HOLD_DECEASED, origins(gone))
    return _estate(rule, recipients, after, what, book)


def person_row(facts: CaseFacts, person: PersonFacts, book: Book) -> Condition:
    """The row of a taxpayer's own benefit."""
    rule = "adjustment.deceased"
    if person.died_on is None:
        return book.shared(rule, "本人は生きています", "", PASS)
    after = _handed_in(facts, [person])
    what = book.programme.death_after_submission if after else book.programme.death_before_submission
    return _estate(rule, [person], after, what, book)


def child_row(dead: Sequence[PersonFacts], left_out: Sequence[PersonFacts], others: bool, book: Book) -> Condition:
    """``dead`` are the children who died, ``left_out`` those of them who are not counted, ``others`` = a child is left to be counted."""
    rule = "child.deceased"
    if not dead:
        return book.shared(rule, "亡くなった子はいません", "", PASS)
    if not left_out:
        return book.own(rule, "基準日に生きていた子は、そのあとに亡くなっても数えます", _days(dead), PASS, None, origins(dead))
    sentence = "亡くなったため数えない子がいます"
    if others:
        return book.own(rule, sentence, _days(left_out), NOT_APPLIED, Reason.NG_DECEASED, origins(left_out))
    return book.own(rule, sentence, _days(left_out), FAIL, Reason.NG_DECEASED, origins(left_out))


def child_counts(died_on: date | None, programme: Programme) -> bool:
    """Whether a child is counted as far as its death goes: alive on the base date, and the programme counts who died later."""
    if died_on is None:
        return True
    return died_on >= programme.base_date and programme.child_death_after_base_date_counts


def _handed_in(facts: CaseFacts, dead: Sequence[PersonFacts]) -> bool:
    """Whether the form came back while all of these were alive (the day of the death itself counts)."""
    handed = facts.submitted_on
    return handed is not None and all(person.died_on is None or handed <= person.died_on for person in dead)


def _days(dead: Sequence[PersonFacts]) -> str:
    return "、".join(f"{person.name} {wareki(person.died_on)}" for person in dead if person.died_on is not None)


def _estate(rule: str, dead: Sequence[PersonFacts], after: bool, what: AfterDeath, book: Book) -> Condition:
    when = "提出のあと" if after else "提出の前"
    if what is AfterDeath.PAY_TO_HEIRS:
        return book.own(rule, f"{when}に亡くなっているため、相続人に支給します", _days(dead), PASS, None, origins(dead))
    return book.own(rule, f"{when}に亡くなっているため、支給しません", _days(dead), FAIL, Reason.NG_DECEASED, origins(dead))
