"""What a run over many cases came to: counts for each benefit and each reason, and for every case that was left why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from kyufu_desktop.domain.judgment import Finding, Outcome
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.services.judgment_rows import conditions_from
from kyufu_desktop.services.judgment_standing import Standing


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case of which something was not drafted, and why in words."""

    case_id: int
    management_number: str
    why: str


@dataclass(frozen=True, slots=True)
class BenefitCount:
    """One benefit of the programme in a run: benefits (not cases) by outcome, and the yen of what can be paid."""

    label: str
    eligible: int
    refused: int
    held: int
    amount: int


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What a run over many cases came to: counts and, per held case, why (words)."""

    judged: int
    eligible: int
    refused: int
    held: tuple[HeldCase, ...] = field(repr=False)
    changed: int
    """Cases of which something was drafted or noted anew."""
    benefits: tuple[BenefitCount, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    """(sentence, cases) of everything that holds or refuses, the most frequent first."""


class Tally:
    """Gathers the report while the run goes on."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._judged = self._eligible = self._refused = self._changed = 0
        self._held: list[HeldCase] = []
        self._benefits: dict[str, Counter[Outcome]] = {}
        self._amounts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()

    def add(self, number: str, standing: Standing, shown: list[JudgmentRecord], why: str, changed: bool) -> None:
        """One case: ``why`` = why something of it was left, empty where nothing was."""
        outcomes = [entry.judgment.outcome for entry in standing.entries]
        self._judged += 1
        self._eligible += Outcome.ELIGIBLE in outcomes
        self._refused += all(outcome is Outcome.NG for outcome in outcomes)
        self._changed += changed
        if why:
            self._held.append(HeldCase(standing.facts.case_id, number, why))
        for entry in standing.entries:
            label = self._programme.label(entry.judgment.benefit)
            self._benefits.setdefault(label, Counter())[entry.judgment.outcome] += 1
            self._amounts[label] += entry.judgment.amount
        self._reasons.update(dict.fromkeys(_sentences(shown), 1))

    def report(self) -> BulkReport:
        counts = tuple(
            BenefitCount(label, found[Outcome.ELIGIBLE], found[Outcome.NG], found[Outcome.HOLD], self._amounts[label])
            for label, found in sorted(self._benefits.items(), key=lambda item: self._place(item[0]))
        )
        reasons = tuple(sorted(self._reasons.items(), key=lambda item: (-item[1], item[0])))
        return BulkReport(self._judged, self._eligible, self._refused, tuple(self._held), self._changed, counts, reasons)

    def _place(self, label: str) -> int:
        """Order of the programme; what it does not name comes first (a household whose benefit is not known yet)."""
        return next((place for place, rule in enumerate(self._programme.benefits, 1) if rule.label == label), 0)


def _sentences(records: list[JudgmentRecord]) -> list[str]:
    """Sentences of all that holds or refuses, of one case each once."""
    return list(
        dict.fromkeys(
            f"{'保留' if condition.finding is Finding.HOLD else '不支給'}：{condition.sentence}"
            for record in records
            if record.outcome != Outcome.ELIGIBLE.value
            for condition in conditions_from(record.conditions)
            if condition.finding is (Finding.HOLD if record.outcome == Outcome.HOLD.value else Finding.FAIL)
        )
    )
