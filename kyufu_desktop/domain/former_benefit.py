"""The R5 benefit: once only in R5 and R6 together, whether it was paid, not applied for or declined.

By the membership of the household and not only by its present head: a town paid again where the head of R5 had died.
"""

from __future__ import annotations

from collections.abc import Sequence

from kyufu_desktop.domain.conditions import PASS, Book, against, names, tax_origins
from kyufu_desktop.domain.facts import CaseFacts, HistoryDecision, PersonFacts
from kyufu_desktop.domain.outcome import Condition, Finding, Reason
from kyufu_desktop.domain.programme import Effect


def r5_rows(
    facts: CaseFacts, everybody: Sequence[PersonFacts], persons: Sequence[PersonFacts], origin: str, book: Book
) -> tuple[Condition, Condition, Condition]:
    """``everybody`` with those who died before the base date, ``persons`` without them."""
    return _head(facts, persons, origin, book), _head_died(facts, everybody, book), _member(facts, persons, origin, book)


def _against(effect: Effect, facts: CaseFacts) -> tuple[Finding, Reason | None]:
    """A row that waits for a person is settled by that person's decision on the history; one that refuses is not."""
    if effect is Effect.HOLD and facts.history is HistoryDecision.DOES_NOT_COUNT:
        return PASS, None
    if effect is Effect.HOLD and facts.history is HistoryDecision.COUNTS:
        return Finding.FAIL, Reason.NG_R5_TARGET
    return against(effect, Reason.NG_R5_TARGET, Reason.HOLD_R5_HISTORY)


def _decided(facts: CaseFacts) -> str:
    return "、".join(dict.fromkeys(word for word in (facts.r5_origin, facts.history_origin) if word))


def _head(facts: CaseFacts, persons: Sequence[PersonFacts], origin: str, book: Book) -> Condition:
    rule = "household.r5_head"
    effect = book.effect(rule, facts.category)
    if effect is Effect.OFF:
        return book.off(rule)
    heads = [person for person in persons if person.tax.r5_head and person.died_on is None]
    if not heads:
        return book.shared(rule, "令和5年度の給付対象世帯の世帯主だった人はいません", f"{len(persons)}人", PASS, None, origin)
    finding, reason = _against(effect, facts)
    return book.own(rule, "令和5年度の給付対象世帯の世帯主だった人がいます", names(heads), finding, reason, tax_origins(heads))


def _head_died(facts: CaseFacts, everybody: Sequence[PersonFacts], book: Book) -> Condition:
    rule = "household.r5_head_died"
    effect = book.effect(rule, facts.category)
    if effect is Effect.OFF:
        return book.off(rule)
    heads = [person for person in everybody if person.tax.r5_head and person.died_on is not None]
    if not facts.r5_head_died and not heads:
        return book.shared(rule, "世帯主の亡くなった令和5年度の給付対象世帯ではありません", "", PASS, None, facts.r5_origin)
    finding, reason = _against(effect, facts)
    return book.own(
        rule,
        "令和5年度の給付対象世帯です。世帯主が亡くなって新しい世帯主になっても、1回限りです",
        names(heads),
        finding,
        reason,
        facts.r5_origin or tax_origins(heads),
    )


def _member(facts: CaseFacts, persons: Sequence[PersonFacts], origin: str, book: Book) -> Condition:
    rule = "household.r5"
    effect = book.effect(rule, facts.category)
    if effect is Effect.OFF:
        return book.off(rule)
    heads_have_their_row = book.effect("household.r5_head", facts.category) is not Effect.OFF
    members = [person for person in persons if person.tax.r5_target and not (person.tax.r5_head and heads_have_their_row)]
    if not members:
        return book.shared(rule, "令和5年度の給付対象世帯にいた人はいません", f"{len(persons)}人", PASS, None, origin)
    finding, reason = _against(effect, facts)
    values, where = names(members), tax_origins(members)
    if finding is PASS:
        return book.own(rule, "元の世帯の令和5年度の給付は数えません（担当者の判断）", values, finding, None, _decided(facts) or where)
    if effect is Effect.REFUSE:
        return book.own(rule, "令和5年度の給付対象世帯です", values, finding, reason, where)
    if finding is Finding.FAIL:
        return book.own(rule, "令和5年度の給付対象世帯です（担当者の判断）", values, finding, reason, _decided(facts) or where)
    return book.own(rule, "令和5年度の給付対象世帯にいた人がいます。数えるかどうかの判断が要ります", values, finding, reason, where)
