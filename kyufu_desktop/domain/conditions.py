"""The conditions as they are written down: sentence, values, article, finding. Shared by the rules of all benefits.

A condition that holds nobody's name is made once per programme and day and then used again: most conditions of most cases read alike,
and tens of thousands of cases are judged in one run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.facts import CaseFacts, PersonFacts
from kyufu_desktop.domain.outcome import Condition, Finding, Outcome, Reason
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import Benefit, yen

PASS, FAIL, HOLD, NOT_APPLIED = Finding.PASS, Finding.FAIL, Finding.HOLD, Finding.NOT_APPLIED

#: The two benefits of the household exclude each other: money stopped for one is stopped for the other.
HOUSEHOLD_BENEFITS: frozenset[Benefit] = frozenset({Benefit.HIKAZEI, Benefit.KINTOWARI, Benefit.HOUSEHOLD})

_KEPT = 4096


class Book:
    """Programme, day of judgment and the conditions already written for them."""

    __slots__ = ("_articles", "_written", "base_day", "income_cap", "levy_day", "on", "programme", "today")

    def __init__(self, programme: Programme, on: date) -> None:
        self.programme = programme
        self.on = on
        self._articles = dict(programme.articles)
        self._written: dict[tuple[str, str, str], Condition] = {}
        self.base_day = wareki(programme.base_date)
        self.levy_day = wareki(programme.levy_date)
        self.today = wareki(on)
        self.income_cap = yen(programme.income_cap)

    def shared(self, rule: str, sentence: str, values: str, finding: Finding, reason: Reason | None = None) -> Condition:
        """A condition without anybody's name or amount in it. One sentence of a rule always comes with the same finding and reason."""
        key = (rule, sentence, values)
        found = self._written.get(key)
        if found is None:
            if len(self._written) >= _KEPT:
                self._written.clear()
            found = self._written[key] = self.own(rule, sentence, values, finding, reason)
        return found

    def own(self, rule: str, sentence: str, values: str, finding: Finding, reason: Reason | None = None) -> Condition:
        """A condition that holds values of one person; never kept."""
        return Condition(rule, sentence, values, self._articles.get(rule, ""), finding, reason)


def names(persons: Iterable[PersonFacts]) -> str:
    """「桐島 悠真、桐島 まこと」."""
    return "、".join(person.name for person in persons)


def safety(facts: CaseFacts, persons: Sequence[PersonFacts], stopped: bool, book: Book) -> tuple[Condition, ...]:
    """What must be in order before any money of a sensitive case is decided, whatever the benefit."""
    if facts.evidence_verified:
        evidence = book.own("common.evidence", "秘匿の根拠は2人で確認済みです", f"{facts.evidence_words}　{book.today}現在", PASS)
    else:
        evidence = book.shared(
            "common.evidence", "確認済みで期間内の秘匿の根拠がありません", f"{book.today}現在", HOLD, Reason.HOLD_EVIDENCE
        )
    paid = [person for person in persons if person.paid_by_host]
    if not paid:
        host = book.shared("common.host_paid", "ホストの給付状況に支給済はありません", "", PASS)
    elif facts.host_paid_cleared:
        host = book.shared("common.host_paid", "ホストの支給済はこの給付のものではないと判断されています", f"{len(paid)}人", PASS)
    else:
        host = book.own("common.host_paid", "ホストの給付状況が支給済です", names(paid), HOLD, Reason.HOLD_PAID_BY_HOST)
    if facts.open_findings:
        open_ = book.shared(
            "common.collation",
            "突合で見つかったもののうち、判断していないものがあります",
            f"{facts.open_findings}件",
            HOLD,
            Reason.HOLD_COLLATION,
        )
    else:
        open_ = book.shared("common.collation", "突合で判断の残っているものはありません", "", PASS)
    if stopped:
        double = book.shared("common.double_payment", "同じ給付がほかで支給されます", "突合の判断", FAIL, Reason.NG_DOUBLE_PAYMENT)
    else:
        double = book.shared("common.double_payment", "同じ人への支給予定はほかにありません", "", PASS)
    return evidence, host, open_, double


def decide(conditions: Sequence[Condition]) -> tuple[Outcome, tuple[Reason, ...]]:
    """The first failing condition decides; the reasons of all failing ones are kept, the deciding one first."""
    outcome = Outcome.ELIGIBLE
    reasons: dict[Reason, None] = {}
    for condition in conditions:
        finding = condition.finding
        if (finding is FAIL or finding is HOLD) and condition.reason is not None:
            if outcome is Outcome.ELIGIBLE:
                outcome = Outcome.NG if finding is FAIL else Outcome.HOLD
            reasons[condition.reason] = None
    return outcome, tuple(reasons)
