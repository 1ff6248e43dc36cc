"""Rows read by whole columns: what is kept for one cell must not answer for another."""

from __future__ import annotations

from typing import Any

import pytest

from kyufu_desktop.errors import CellFinding, FileProblem
from kyufu_desktop.exchange.layouts import known
from kyufu_desktop.exchange.tables import SheetReader
from kyufu_desktop.exchange.workbook import Marks

LAYOUT = known("targets")[0].sheets[1]
HEADINGS = [column.heading for column in LAYOUT.columns]


def _row(number: int, **cells: Any) -> list[Any]:
    given = {"resident_number": f"{number:010}", "levy": "課税", "income_levy": 25000.0, "income_tax": 0.0, "total_income": 0.0, **cells}
    return [given.get(column.field, "") for column in LAYOUT.columns]


def _read(rows: list[list[Any]], size: int) -> tuple[list[Any], list[CellFinding]]:
    findings: list[CellFinding] = []
    reader = SheetReader(LAYOUT, "x", findings, Marks())
    whole = [HEADINGS, *rows]
    found = [row for at in range(0, len(whole), size) for row in reader.read(at + 1, whole[at : at + size])]
    return found, findings


MIXED = [
    _row(1, undeclared=1.0, spouse=1.0),
    _row(2, undeclared=True, spouse=1.0),
    _row(3, income_levy=True),
    _row(4, income_levy=["date", "2024-06-03"]),
    _row(5, undeclared="１"),
    [""] * len(HEADINGS),
    _row(6, resident_number=""),
    _row(7, levy="123456789018"),
    _row(8)[:6],
    [*_row(9), "1234-5678-9018"],
    _row(10),
]


def test_truth_value_is_not_taken_for_the_number_of_another_row() -> None:
    found, findings = _read(MIXED, 100)
    assert [row.faulty for row in found[:4]] == [False, True, True, True]
    assert {(finding.row, finding.column) for finding in findings if finding.row in (3, 4, 5)} == {
        (3, "未申告"),
        (4, "令和6年度所得割額（定額減税前）"),
        (5, "令和6年度所得割額（定額減税前）"),
    }


def test_empty_rows_are_passed_over_and_short_rows_are_filled() -> None:
    found, _ = _read(MIXED, 100)
    assert [row.number for row in found] == [2, 3, 4, 5, 6, 8, 9, 10, 11, 12]
    assert set(found[-3].values) == {column.field for column in LAYOUT.columns} and not found[-3].faulty


def test_my_number_is_found_in_a_known_column_and_beside_the_table() -> None:
    _, findings = _read(MIXED, 100)
    named = [(finding.row, finding.column) for finding in findings if "個人番号" in finding.why]
    assert named == [(9, "令和6年度均等割"), (11, f"{len(HEADINGS) + 1}列目")]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pieces_of_any_size_are_read_alike(size: int) -> None:
    assert _read(MIXED, size) == _read(MIXED, 100)


def test_sheet_that_begins_below_its_first_row_has_no_headings() -> None:
    reader = SheetReader(LAYOUT, "x", [], Marks())
    with pytest.raises(FileProblem) as caught:
        list(reader.read(2, [HEADINGS]))
    assert caught.value.code == "K-1221"
