"""何が変われば支給できるか: the single facts that would turn a judgment, found by judging again with each of them.

Pure and deterministic: every claim is the outcome of :func:`judge` on the facts with that one fact changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.domain.facts import CaseFacts
from kyufu_desktop.domain.judgment import judge
from kyufu_desktop.domain.outcome import Finding, Judgment, Outcome, Reason
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.single_facts import SingleFact, single_facts
from kyufu_desktop.domain.values import Benefit, yen


@dataclass(frozen=True, slots=True)
class Turning:
    """One fact that alone changes the judgment of ``benefit`` (as it is now) and of ``person_id``.

    ``outcome`` and ``amount`` (yen, 0 unless ELIGIBLE) are those that follow; ``becomes`` is the benefit it is then judged as.
    ``needs_more`` are the reasons that still stand in the way afterwards; empty where the fact alone is enough.
    """

    benefit: Benefit
    person_id: int | None
    fact: str
    sentence: str = field(repr=False)
    outcome: Outcome
    amount: int
    becomes: Benefit
    needs_more: tuple[Reason, ...] = ()


#: What pays first, then what waits, then what still refuses.
_RANK = {Outcome.ELIGIBLE: 0, Outcome.HOLD: 1, Outcome.NG: 2}

_Key = tuple[str, int | None]
_HOUSEHOLD: _Key = ("household", None)


def turning(facts: CaseFacts, programme: Programme, on: date) -> tuple[Turning, ...]:
    """For every benefit that is not ELIGIBLE: what alone pays it, opens a refused one again, or leaves less in the way.

    In the order of the judgments; what pays stands before what does not yet.
    """
    now = _by_key(judge(facts, programme, on))
    waiting = {key: judgment for key, judgment in now.items() if judgment.outcome is not Outcome.ELIGIBLE}
    if not waiting:
        return ()
    found: dict[_Key, list[Turning]] = {key: [] for key in waiting}
    for change in single_facts(facts, programme):
        then = _by_key(judge(change.facts, programme, on))
        for key, before in waiting.items():
            after = then.get(key)
            if after is not None and _better(before, after):
                found[key].append(_turning(change, before, after, then.get(_HOUSEHOLD)))
    return tuple(item for items in found.values() for item in sorted(items, key=lambda item: _RANK[item.outcome]))


def _by_key(judgments: tuple[Judgment, ...]) -> Mapping[_Key, Judgment]:
    own = {Benefit.KODOMO, Benefit.CHOSEI, Benefit.FUSOKU}
    return {(item.benefit.value if item.benefit in own else "household", item.person_id): item for item in judgments}


def _better(before: Judgment, after: Judgment) -> bool:
    """Paid; or a refused one held; or held with fewer reasons; or refused for one last reason (it then takes two facts)."""
    if after.outcome is Outcome.ELIGIBLE:
        return True
    if before.outcome is Outcome.NG and after.outcome is Outcome.HOLD:
        return True
    fewer = set(after.reasons) < set(before.reasons)
    if after.outcome is Outcome.HOLD:
        return fewer
    return before.outcome is Outcome.NG and fewer and len(after.reasons) == 1


def _turning(change: SingleFact, before: Judgment, after: Judgment, household: Judgment | None) -> Turning:
    if after.outcome is Outcome.ELIGIBLE:
        follows = f"支給できることがあります（{yen(after.amount)}まで）" if change.at_most else f"支給できます（{yen(after.amount)}）"
        more: tuple[Reason, ...] = ()
    else:
        more = after.reasons
        opened = before.outcome is Outcome.NG and after.outcome is Outcome.HOLD
        follows = f"{'不支給ではなく保留になります。' if opened else ''}残ることは「{'」「'.join(_left(after, household))}」です"
    sentence = f"{change.sentence}、{follows}"
    return Turning(before.benefit, before.person_id, change.fact, sentence, after.outcome, after.amount, after.benefit, more)


def _left(judgment: Judgment, household: Judgment | None) -> list[str]:
    """The sentences that still stand in the way; for the child addition those of the household itself."""
    left: dict[str, None] = {}
    for item in judgment.conditions:
        if item.finding not in (Finding.FAIL, Finding.HOLD):
            continue
        if item.rule == "child.household" and household is not None:
            left |= dict.fromkeys(_left(household, None))
        else:
            left[item.sentence] = None
    return list(left)
