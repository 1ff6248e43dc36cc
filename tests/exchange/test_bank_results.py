"""A bank's file of results: read by position and by heading, refused with its line and field, never repaired."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from kyufu_desktop.domain.payment import FailureReason, Transfer
from kyufu_desktop.domain.payment_result import read_codes
from kyufu_desktop.domain.programme_leaves import well_formed
from kyufu_desktop.domain.values import BankAccount
from kyufu_desktop.errors import FileProblem
from kyufu_desktop.exchange import bank_results, zengin
from tests.services.office import BANK

ACCOUNT = BankAccount("0001", "001", "1", "1234567", "ﾐﾎﾝ ﾊﾅｺ")
TRANSFERS = [Transfer(f"{number:010d}", ACCOUNT, "ﾐｽﾞﾎ", "ﾄｳｷﾖｳ", number * 10_000) for number in (1, 2, 3)]


def answered(*codes: str, position: int = 114) -> bytes:
    """The transfer file as a bank gives it back, with its codes."""
    lines = zengin.encode(BANK, TRANSFERS[: len(codes)], date(2024, 8, 29)).split(b"\r\n")
    for number, code in enumerate(codes, start=1):
        line = lines[number]
        lines[number] = line[: position - 1] + code.encode() + line[position:]
    return b"\r\n".join(lines)


def faults(data: bytes, settings: object = BANK) -> list[tuple[int, str]]:
    with pytest.raises(FileProblem) as caught:
        bank_results.read(data, "kekka.txt", settings)  # type: ignore[arg-type]
    return [(finding.row, finding.column) for finding in caught.value.findings]


def test_records_are_read_with_their_code_amount_and_account() -> None:
    read = bank_results.read(answered("0", "1", "2"), "kekka.txt", BANK)
    assert (read.form, read.month_day) == ("ZENGIN", (8, 29))
    assert [(answer.reference, answer.reason, answer.amount) for answer in read.answers] == [
        ("0000000001", None, 10_000),
        ("0000000002", FailureReason.NO_ACCOUNT, 20_000),
        ("0000000003", FailureReason.NAME_DIFFERS, 30_000),
    ]
    assert {answer.account for answer in read.answers} == {ACCOUNT}


def test_position_and_codes_are_settings() -> None:
    other = dataclasses.replace(BANK, result_position=120, result_codes="A=振込済,Z=口座解約")
    read = bank_results.read(answered("A", "Z", position=120), "kekka.txt", other)
    assert [answer.reason for answer in read.answers] == [None, FailureReason.CLOSED]
    assert faults(answered("0", "A", position=120), other) == [(2, "120桁目")]


def test_a_code_outside_the_table_is_named_and_never_taken_as_paid() -> None:
    assert faults(answered("0", "7", " ")) == [(3, "114桁目"), (4, "114桁目")]


def change(data: bytes, line: int, at: int, text: bytes) -> bytes:
    lines = data.split(b"\r\n")
    lines[line - 1] = lines[line - 1][: at - 1] + text + lines[line - 1][at - 1 + len(text) :]
    return b"\r\n".join(lines)


@pytest.mark.parametrize(
    ("line", "at", "text", "column"),
    [
        (1, 5, b"9", "振込依頼人コード"),
        (1, 55, b"AB", "振込指定日"),
        (2, 81, b"X", "振込金額"),
        (2, 90, b"5", "合計"),
        (2, 92, b"?", "顧客コード"),
        (4, 2, b"9", "合計"),
        (2, 1, b"3", "データ区分"),
    ],
)
def test_a_damaged_record_is_named_by_line_and_field(line: int, at: int, text: bytes, column: str) -> None:
    assert column in [found for _, found in faults(change(answered("0", "0"), line, at, text))]


def test_a_file_that_was_cut_off_is_no_file_of_results() -> None:
    with pytest.raises(FileProblem, match="K-1270"):
        bank_results.read(answered("0")[:-5], "kekka.txt", BANK)
    with pytest.raises(FileProblem, match="K-1270"):
        bank_results.read(b"", "kekka.txt", BANK)


HEAD = "受付日,振込番号,金額,結果,理由\r\n"


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_a_table_is_read_by_its_headings_in_any_order(encoding: str) -> None:
    data = (HEAD + '9/2,1,"10,000",0,\r\n9/2,0000000002,20000,1,口座解約\r\n9/2,3,30000,振込不能,名義相違\r\n').encode(encoding)
    read = bank_results.read(data, "kekka.csv", BANK)
    assert [(answer.reference, answer.reason, answer.amount) for answer in read.answers] == [
        ("0000000001", None, 10_000),
        ("0000000002", FailureReason.CLOSED, 20_000),
        ("0000000003", FailureReason.NAME_DIFFERS, 30_000),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("9/2,,10000,0,", "振込番号"),
        ("9/2,1,10000,,", "結果"),
        ("9/2,1,10000,振込不能,よく分からない", "理由"),
        ("9/2,1,いちまん,0,", "金額"),
        ("9/2,1,10000,0", ""),
    ],
)
def test_a_row_of_a_table_that_cannot_be_read_is_named(row: str, column: str) -> None:
    assert faults((HEAD + row + "\r\n").encode("cp932")) == [(2, column)]


def test_a_table_without_a_wanted_column_is_refused() -> None:
    assert faults("振込番号,結果\r\n1,0\r\n".encode("cp932")) == [(1, "理由"), (1, "金額")]
    without = dataclasses.replace(BANK, result_columns="番号,結果,理由")
    assert bank_results.read("番号,結果,理由\r\n1,0,\r\n".encode("cp932"), "kekka.csv", without).answers[0].amount is None


@pytest.mark.parametrize("text", ["", "0=振込済,0=口座なし", "1=口座なし", "0=振込済,1=知らない", "0振込済"])
def test_a_table_of_codes_that_cannot_be_meant_is_not_taken(text: str) -> None:
    with pytest.raises(ValueError):
        read_codes(text)


@pytest.mark.parametrize(
    ("key", "value"), [("bank.result_position", 90), ("bank.result_codes", "0=済"), ("bank.result_columns", "番号,結果")]
)
def test_the_settings_are_checked_where_they_are_typed(key: str, value: object) -> None:
    assert not well_formed(key, value)
