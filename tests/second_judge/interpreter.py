"""A second judge: the decision tables of the CSV files beside this one, read by a small interpreter.

It shares nothing with the rules of ``kyufu_desktop.domain`` but the data types; a rule that both read differently shows as a difference.

The language of the tables: ``かつ``, ``または``, ``でない``, ``= ≠ < ≤ ∈``, ``+ - ×``, brackets, ``いる(..)`` ``全員(..)`` ``人数(..)``
over the people of the case and ``員にいる(..)`` ``員の全員(..)`` over those of the base date. ``不明`` is the unknown: what is compared or
computed with it is not true, only ``= 不明`` asks for it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from kyufu_desktop.domain.facts import CaseFacts, PersonFacts
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import Benefit

TABLES = Path(__file__).resolve().parent
TOKEN = re.compile(r"\s+|([()；=≠<≤∈+×-]|[^\s()；=≠<≤∈+×-]+)")


@dataclass(slots=True)
class Sight:
    """What an expression looks at: a case under a programme and, inside ``いる(..)`` and in the tables of people, one person."""

    case: CaseFacts
    programme: Programme
    person: PersonFacts | None = None
    benefit: str = ""


Term = Callable[[Sight], Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the tables come to for one benefit. ``amount`` in yen."""

    benefit: str
    person_id: int | None
    outcome: str
    amount: int
    reasons: tuple[str, ...]
    children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of ``rules.csv``; ``@`` in front of the rule takes in another table."""

    table: str
    rule: str
    when: Term
    effect: str
    refusal: str
    hold: str


def _read(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _over(of: str, inner: Term) -> Term:
    """``いる`` / ``全員`` / ``人数`` over the people of the case, ``員..`` over those alive on the base date."""
    members = of.startswith("員")

    def each(sight: Sight) -> list[bool]:
        before = sight.person
        found = []
        for person in _members(sight) if members else sight.case.persons:
            sight.person = person
            found.append(bool(inner(sight)))
        sight.person = before
        return found

    counts: dict[str, Term] = {"いる": lambda s: any(each(s)), "全員": lambda s: all(each(s)), "人数": lambda s: sum(each(s))}
    return counts[of.removeprefix("員に").removeprefix("員の")]


def _members(sight: Sight) -> tuple[PersonFacts, ...]:
    """Who was of the household on the base date; everybody where nobody was."""
    alive = _word("基準日の員")
    return tuple(person for person in sight.case.persons if alive(replace(sight, person=person))) or sight.case.persons


def _known(function: Callable[..., Any]) -> Callable[..., Any]:
    """Unknown in, unknown out (``None`` is not true)."""
    return lambda *values: None if any(value is None for value in values) else function(*values)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "大きいほう": _known(max),
    "切上げ": _known(lambda amount, unit: (amount + unit - 1) // unit * unit),
    "もし": lambda condition, then, otherwise: then if condition else otherwise,
}
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": _known(lambda a, b: a < b),
    "≤": _known(lambda a, b: a <= b),
    "∈": _known(lambda a, b: a in b),
}
SUMS: dict[str, Callable[[Any, Any], Any]] = {
    "+": _known(lambda a, b: a + b),
    "-": _known(lambda a, b: a - b),
    "×": _known(lambda a, b: a * b),
}


class Reader:
    """Reads one expression (recursive descent) into a function of a Sight."""

    def __init__(self, text: str) -> None:
        self.tokens = [token for token in TOKEN.findall(text) if token]
        self.text = text

    def take(self, *wanted: str) -> str:
        if self.tokens and (not wanted or self.tokens[0] in wanted):
            return self.tokens.pop(0)
        return ""

    def need(self, token: str) -> None:
        if not self.take(token):
            raise ValueError(f"「{token}」がない: {self.text}")

    def whole(self) -> Term:
        term = self.either()
        if self.tokens:
            raise ValueError(f"読み残し {self.tokens}: {self.text}")
        return term

    def either(self) -> Term:
        terms = [self.both()]
        while self.take("または"):
            terms.append(self.both())
        return terms[0] if len(terms) == 1 else lambda s: any(term(s) for term in terms)

    def both(self) -> Term:
        terms = [self.comparison()]
        while self.take("かつ"):
            terms.append(self.comparison())
        return terms[0] if len(terms) == 1 else lambda s: all(term(s) for term in terms)

    def comparison(self) -> Term:
        if self.take("でない"):
            negated = self.comparison()
            return lambda s: not negated(s)
        left = self.sum()
        sign = self.take("=", "≠", "<", "≤", "∈")
        if not sign:
            return left
        right = self.sum()
        if sign in "=≠":
            return (lambda s: left(s) == right(s)) if sign == "=" else (lambda s: left(s) != right(s))
        compare = COMPARISONS[sign]
        return lambda s: compare(left(s), right(s))

    def sum(self) -> Term:
        term = self.product()
        while sign := self.take("+", "-"):
            term = self._joined(sign, term, self.product())
        return term

    def product(self) -> Term:
        term = self.atom()
        while self.take("×"):
            term = self._joined("×", term, self.atom())
        return term

    @staticmethod
    def _joined(sign: str, left: Term, right: Term) -> Term:
        compute = SUMS[sign]
        return lambda s: compute(left(s), right(s))

    def atom(self) -> Term:
        if self.take("("):
            inner = self.either()
            self.need(")")
            return inner
        name = self.take()
        if self.take("("):
            parts = [self.either()]
            while self.take("；"):
                parts.append(self.either())
            self.need(")")
            if name in ("いる", "全員", "人数", "員にいる", "員の全員"):
                return _over(name, parts[0])
            if name == "全員外":
                return lambda s: all(person.resident_number != parts[0](s) for person in _members(s))
            function = FUNCTIONS[name]
            return lambda s: function(*(part(s) for part in parts))
        return _word(name)


@cache
def _words() -> dict[str, str]:
    return {row["言葉"]: row["式"] for row in _read("words")}


@cache
def _word(name: str) -> Term:
    """A word of ``words.csv``, one of the few that are no column, a number, the unknown, or the text itself."""
    if name in COMPUTED:
        return COMPUTED[name]
    text = _words().get(name)
    if text is not None:
        return attrgetter(text[1:]) if text.startswith("@") else _read_expression(text)
    value = None if name == "不明" else int(name) if name.isdigit() else name
    return lambda s: value


@cache
def _read_expression(text: str) -> Term:
    return Reader(text).whole()


def _kind(sight: Sight) -> str | None:
    """The kind that everybody's class of 均等割 fits, None where unknown or 課税."""
    levies = {str(person.tax.levy) for person in _members(sight)}
    return "非課税化" if levies == {"非課税"} else "均等割のみ課税化" if levies <= {"非課税", "均等割のみ"} else None


def _placement(sight: Sight) -> Any:
    found = sight.programme.placement(sight.case.placement)
    return found if found is not None and sight.case.category in found.categories else None


def _stopped(sight: Sight) -> bool:
    household = {"hikazei", "kintowari", "household"}
    return bool((household if sight.benefit in household else {sight.benefit}) & set(sight.case.collation_stops))


COMPUTED: dict[str, Term] = {
    "種類": _kind,
    "非課税化はない": lambda s: not s.programme.offers(Benefit.HIKAZEI),
    "均等割のみはない": lambda s: not s.programme.offers(Benefit.KINTOWARI),
    "世帯への給付がある": lambda s: s.programme.offers(Benefit.HIKAZEI) or s.programme.offers(Benefit.KINTOWARI),
    "給付の額": lambda s: s.programme.amount(Benefit(s.benefit)),
    "措置がない": lambda s: _placement(s) is None,
    "児童だけの措置": lambda s: _placement(s) is not None and _placement(s).children_only,
    "止められた": _stopped,
    "所得割を見ない": lambda s: s.programme.effect("household.income_levy", s.case.category).value == "off",
    "世帯主だった人を見ない": lambda s: s.programme.effect("household.r5_head", s.case.category).value == "off",
}


@cache
def _table(name: str) -> tuple[Row, ...]:
    """The rows of a table with those that it takes in. ``@世帯`` stays: the child addition asks for the household's verdict."""
    rows: list[Row] = []
    for line in _read("rules"):
        if line["表"] != name:
            continue
        taken = line["規則"].removeprefix("@")
        if line["規則"].startswith("@") and taken != "世帯":
            rows += _table(taken)
        else:
            when = _read_expression(line["当てはまるとき"]) if line["当てはまるとき"] else bool
            rows.append(Row(name, line["規則"], when, line["扱い"], line["不支給"], line["保留"]))
    return tuple(rows)


def _reason(row: Row, sight: Sight) -> str:
    """The reason that a row gives: by itself, or by what the programme lets it do for the category. ``""`` = in order."""
    effect = sight.programme.effect(row.rule, sight.case.category).value
    decided = sight.case.history if row.effect == "定義（人の判断）" and effect == "hold" else None
    ruled = row.effect.startswith("定義") or row.effect == "人が判断"
    if (ruled and effect == "off") or decided == "DOES_NOT_COUNT" or not row.when(sight):
        return ""
    refuses = row.effect == "不支給" or (row.effect.startswith("定義") and effect == "refuse") or decided == "COUNTS"
    reason = row.refusal if refuses else row.hold
    if not reason:
        raise ValueError(f"{row.rule}: {effect} の理由が表にない")
    return reason


def _reasons(table: str, sight: Sight, household: Verdict | None) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for row in _table(table):
        if row.rule == "@世帯":
            assert household is not None
            found |= {} if household.outcome == "ELIGIBLE" else dict.fromkeys(household.reasons)
        elif reason := _reason(row, sight):
            found[reason] = None
    return tuple(found)


def judge(case: CaseFacts, programme: Programme) -> tuple[Verdict, ...]:
    """All benefits of the programme that concern the case, in the order of ``benefits.csv``, people in the order of their ids."""
    verdicts: list[Verdict] = []
    for line in _read_benefits():
        people: list[PersonFacts | None] = [None]
        if line["だれに"] == "人":
            people = sorted(case.persons, key=attrgetter("person_id")) if programme.offers(Benefit(line["給付"])) else []
        elif line["給付"] != "世帯" and not programme.offers(Benefit(line["給付"])):
            people = []
        for person in people:
            sight = Sight(case, programme, person, line["給付"])
            if line["給付"] == "世帯":
                sight.benefit = _household_benefit(sight)
            if _read_expression(line["いつ"])(sight):
                verdicts.append(_verdict(line, sight, next(iter(verdicts), None)))
    return tuple(verdicts)


@cache
def _read_benefits() -> tuple[dict[str, str], ...]:
    return tuple(_read("benefits"))


def _household_benefit(sight: Sight) -> str:
    benefit = {"非課税化": Benefit.HIKAZEI, "均等割のみ課税化": Benefit.KINTOWARI}.get(_kind(sight) or "", Benefit.HOUSEHOLD)
    return (benefit if sight.programme.offers(benefit) else Benefit.HOUSEHOLD).value


def _verdict(line: dict[str, str], sight: Sight, household: Verdict | None) -> Verdict:
    person_id = sight.person.person_id if sight.person is not None else None
    reasons = _reasons(line["表"], sight, household)
    if reasons:
        return Verdict(sight.benefit, person_id, reasons[0].split("_")[0], 0, reasons, ())
    children: tuple[int, ...] = ()
    if line["数える人"]:
        counts = _read_expression(line["数える人"])
        children = tuple(sorted(person.person_id for person in sight.case.persons if counts(replace(sight, person=person))))
    amount = _read_expression(line["額"])(sight)
    return Verdict(sight.benefit, person_id, "ELIGIBLE", amount, (line["支給の理由"] or f"ELIGIBLE_{sight.benefit.upper()}",), children)
