"""判定調書 as PDF bytes: one page for a case as far as it fits; facts with their origin, every condition in order, sums, signatures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures, require_all
from kyufu_desktop.documents.letters import WorkingLine
from kyufu_desktop.documents.sheets import MARK, OFFICE, printable
from kyufu_desktop.documents.typesetting import TypesettingFault, typeset
from kyufu_desktop.domain.calendar import wareki, wareki_short
from kyufu_desktop.domain.judgment import Finding
from kyufu_desktop.domain.values import yen
from kyufu_desktop.errors import UserError

FINDING_WORDS: dict[Finding, str] = {
    Finding.PASS: "適合",
    Finding.FAIL: "不適合",
    Finding.HOLD: "保留",
    Finding.NOT_APPLIED: "適用外",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact as it stood when it was judged, and where it is from."""

    what: str = field(repr=False)
    words: str = field(repr=False)
    origin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One condition looked at: what was asked, what was found (with the values used), where the fact is from, result, article."""

    question: str
    sentence: str = field(repr=False)
    values: str = field(repr=False)
    origin: str = field(repr=False)
    finding: Finding
    article: str


@dataclass(frozen=True, slots=True)
class BenefitSheet:
    """The judgment of one benefit: outcome in words (「支給」), amount in yen, every condition, the sum where there is one.

    ``state`` in words (決裁済 / 決裁待ち / 決裁無効 …), ``digest`` the hexadecimal digest that the approver signed, ``note`` why it does
    not hold (void, sent back); ``turning`` are sentences of what would change it.
    """

    label: str
    outcome: str
    amount: int
    conditions: tuple[ConditionLine, ...] = field(repr=False)
    working: tuple[WorkingLine, ...] = field(default=(), repr=False)
    taxpayer: str = field(default="", repr=False)
    turning: tuple[str, ...] = field(default=(), repr=False)
    state: str = ""
    drafter: str = ""
    drafted_on: date | None = None
    approver: str = ""
    approved_on: date | None = None
    digest: str = ""
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DecisionSheet:
    """判定調書 of one case. ``edition`` counts the sheets made of this case; ``programme_digest`` is of the definition that was used."""

    management_number: str
    recipient: str = field(repr=False)
    programme: str
    programme_digest: str
    judged_on: date
    made_on: date
    edition: int
    facts: tuple[Fact, ...] = field(repr=False)
    benefits: tuple[BenefitSheet, ...] = field(repr=False)
    practice: bool = False


def decision_sheet(data: DecisionSheet, pictures: Pictures = NO_PICTURES) -> bytes:
    """The sheet. Raises UserError K-1804 where a character cannot be printed, K-1806 where it cannot be set."""
    said = partial(printable, pictures=pictures)
    plain = {
        "office": OFFICE,
        "mark": MARK,
        "practice": data.practice,
        "foot": f"{data.management_number}　第{data.edition}版（{wareki(data.made_on)}作成）",
        "head": [
            ["給付管理番号", data.management_number],
            ["受給者", said(data.recipient)],
            ["給付の定義", data.programme],
            ["定義の照合値", _groups(data.programme_digest)],
            ["判定日", wareki(data.judged_on)],
        ],
        "facts": [[said(fact.what), said(fact.words), said(fact.origin)] for fact in data.facts],
        "benefits": [_benefit(benefit, said) for benefit in data.benefits],
    }
    try:
        pdf = typeset("decision_sheet", plain, pictures)
    except TypesettingFault:
        raise UserError(
            "K-1806",
            "判定調書を組めませんでした。",
            kept="印刷物は作っていません。",
            todo="書体を確かめ、直らないときは担当へ知らせてください。",
        ) from None
    require_all(pdf, plain, pictures, "判定調書")
    return pdf


def _benefit(benefit: BenefitSheet, said: Callable[[str], Any]) -> dict[str, Any]:
    return {
        "label": benefit.label,
        "taxpayer": said(benefit.taxpayer),
        "outcome": benefit.outcome,
        "amount": yen(benefit.amount),
        "state": benefit.state,
        "note": said(benefit.note),
        "conditions": [
            [
                FINDING_WORDS[line.finding],
                said(line.question),
                [said(line.sentence), said(line.values)],
                said(line.origin),
                line.article,
            ]
            for line in benefit.conditions
        ],
        "working": [list(line) for line in benefit.working],
        "turning": [said(sentence) for sentence in benefit.turning],
        "signed": [
            ["起案", _who(benefit.drafter, benefit.drafted_on)],
            ["決裁", _who(benefit.approver, benefit.approved_on) if benefit.approver else "まだです"],
            ["署名した照合値" if benefit.approver else "起案の照合値", _groups(benefit.digest) or "なし"],
        ],
    }


def _who(name: str, on: date | None) -> str:
    return f"{name}　{wareki_short(on)}" if on is not None else name


def _groups(digest: str) -> str:
    return " ".join(_parts(digest, 8))


def _parts(text: str, size: int) -> Sequence[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]
