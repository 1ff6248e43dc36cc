"""Workbooks for and from the information network, and those for the host: nothing leaves that says why a person is here.

The column 不開示 is always 要: without it the person's portal would show (番号法 23条) which municipality asked.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.domain.inquiry import AnswerResult
from kyufu_desktop.domain.judgment import LevyClass
from kyufu_desktop.domain.values import BENEFIT_HOST_WORDS, BankAccount, Benefit
from kyufu_desktop.errors import CellFinding
from kyufu_desktop.exchange import envelope, layouts, workbook, workbook_writer
from kyufu_desktop.exchange.tables import Progress, Row, Table

HIDDEN = "要"
_BENEFIT_WORDS: Mapping[Benefit, str] = {benefit: word for word, benefit in BENEFIT_HOST_WORDS.items()}


@dataclass(frozen=True, slots=True)
class TaxAnswer:
    """One answer about taxes. Amounts in yen; None where the answer is not 正常."""

    row: int
    resident_number: str = field(repr=False)
    asked_of: str = field(repr=False)
    result: AnswerResult
    levy: LevyClass | None = field(repr=False)
    income_levy: int | None = field(repr=False)
    total_income: int | None = field(repr=False)
    undeclared: bool = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccountAnswer:
    """One answer about a public-money account; ``account`` is None where none is registered."""

    row: int
    resident_number: str = field(repr=False)
    result: AnswerResult
    account: BankAccount | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class TaxAnswersInspection:
    sha256: str
    file: str
    created_on: date | None
    cover_count: int | None
    counted: int
    rows: tuple[TaxAnswer, ...] = field(repr=False)
    findings: tuple[CellFinding, ...]
    count_agrees: bool


@dataclass(frozen=True, slots=True)
class AccountAnswersInspection:
    sha256: str
    file: str
    created_on: date | None
    cover_count: int | None
    counted: int
    rows: tuple[AccountAnswer, ...] = field(repr=False)
    findings: tuple[CellFinding, ...]
    count_agrees: bool


@dataclass(frozen=True, slots=True)
class TaxInquiry:
    """Whom to ask of which municipality."""

    resident_number: str = field(repr=False)
    asked_of: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One benefit of one case for the host. ``amount`` in yen, 0 where not paid; ``status`` is the word of 給付状況."""

    management_number: str = field(repr=False)
    benefit: Benefit
    eligible: bool
    amount: int
    transferred_on: date | None
    status: str
    letter_sent_on: date | None
    letter_due_on: date | None


def inspect_tax_answers(data: bytes, password: str, file: str, progress: Progress | None = None) -> TaxAnswersInspection:
    """Answers by number. Whether they were asked for is known to the caller only. Raises ``FileProblem`` K-12xx."""
    table = Table("tax_answers", envelope.open_sealed(data, password, file), file, workbook.Limits(), progress)
    rows = _single(table)
    for row in rows:
        values = row.values
        normal = values["result"] is AnswerResult.NORMAL
        if normal and values["levy"] is None and not row.faulty:
            _note(table, row, "令和6年度均等割", "処理結果が正常なのに、均等割が空です")
        if not normal and values["result"] is not None and values["levy"] is not None:
            _note(table, row, "令和6年度均等割", "処理結果が正常でないのに、均等割が入っています")
    answers = tuple(TaxAnswer(row.number, **{**row.values, "undeclared": bool(row.values["undeclared"])}) for row in rows if not row.faulty)
    agrees = table.agrees()
    assert table.cover is not None
    return TaxAnswersInspection(
        hashlib.sha256(data).hexdigest(),
        file,
        table.cover.created_on,
        table.cover.count,
        len(rows),
        answers,
        tuple(table.findings),
        agrees,
    )


def inspect_account_answers(data: bytes, password: str, file: str, progress: Progress | None = None) -> AccountAnswersInspection:
    """As :func:`inspect_tax_answers`."""
    table = Table("account_answers", envelope.open_sealed(data, password, file), file, workbook.Limits(), progress)
    rows = _single(table)
    for row in rows:
        if row.values["account"] is not None and row.values["result"] not in {None, AnswerResult.NORMAL}:
            _note(table, row, "公金受取口座情報", "処理結果が正常でないのに、口座が入っています")
    answers = tuple(AccountAnswer(row.number, **row.values) for row in rows if not row.faulty)
    agrees = table.agrees()
    assert table.cover is not None
    return AccountAnswersInspection(
        hashlib.sha256(data).hexdigest(),
        file,
        table.cover.created_on,
        table.cover.count,
        len(rows),
        answers,
        tuple(table.findings),
        agrees,
    )


def tax_inquiry_workbook(rows: Sequence[TaxInquiry], *, created_on: date, practice: bool) -> bytes:
    """税照会: 住民番号, 照会先, 不開示. The workbook in clear, in memory, to be sealed."""
    return _workbook("inquiry_tax", [(row.resident_number, row.asked_of, HIDDEN) for row in rows], created_on, practice)


def account_inquiry_workbook(resident_numbers: Sequence[str], *, created_on: date, practice: bool) -> bytes:
    """口座照会: 住民番号, 不開示."""
    return _workbook("inquiry_account", [(number, HIDDEN) for number in resident_numbers], created_on, practice)


def exclusion_workbook(pairs: Sequence[tuple[str, str]], *, created_on: date, practice: bool) -> bytes:
    """委託対象外: pairs (給付管理番号, 住民番号) that the contractor's data must not hold. No name, no category, no reason."""
    return _workbook("exclusion", list(pairs), created_on, practice)


def status_workbook(rows: Sequence[StatusRow], *, created_on: date, practice: bool, words: Mapping[Benefit, str] = _BENEFIT_WORDS) -> bytes:
    """給付状況 for the host, in the programme's ``words`` of 給付種別. No address, no account, no category."""
    return _workbook("host_status", [_status(row, words) for row in rows], created_on, practice)


def _status(row: StatusRow, words: Mapping[Benefit, str]) -> tuple[str | int | None, ...]:
    return (
        row.management_number,
        words[row.benefit],
        "支給" if row.eligible else "不支給",
        row.amount,
        _iso(row.transferred_on),
        row.status,
        _iso(row.letter_sent_on),
        _iso(row.letter_due_on),
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _workbook(name: str, rows: Sequence[Sequence[str | int | None]], created_on: date, practice: bool) -> bytes:
    layout = layouts.out(name)
    cover = workbook_writer.cover(layout.form, created_on, len(rows), practice=practice)
    return workbook_writer.write([cover, workbook_writer.OutSheet(layout.sheet, layout.headings, rows)])


def _single(table: Table) -> list[Row]:
    """All rows; a number that is answered twice is refused in each of its rows."""
    rows = [row for _, row in table.rows()]
    by_number: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.values["resident_number"]:
            by_number[row.values["resident_number"]].append(row)
    for doubles in by_number.values():
        if len(doubles) > 1:
            numbers = "、".join(str(row.number) for row in doubles[:10])
            for row in doubles:
                _note(table, row, "住民番号", f"同じ住民番号が{numbers}行目にあります")
    return rows


def _note(table: Table, row: Row, heading: str, why: str) -> None:
    table.findings.append(CellFinding(table.layout.sheets[0].name, row.number, heading, why))
    row.faulty = True
