"""The bank file, byte for byte, and read back by a parser that knows nothing of the writer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kyufu_desktop.domain.payment import Transfer
from kyufu_desktop.domain.programme import BankSettings
from kyufu_desktop.domain.values import BankAccount
from kyufu_desktop.errors import FileProblem, InputProblem
from kyufu_desktop.exchange import zengin

SETTINGS = BankSettings(
    client_code="1234567890",
    client_name="ｼﾝｼﾞﾕｸｸ ｶｲｹｲｶﾝﾘｼﾔ",
    bank_code="9999",
    bank_name="ﾃｽﾄｷﾞﾝｺｳ",
    branch_code="001",
    branch_name="ﾎﾝﾃﾝ",
    account_kind="1",
    account_number="0000001",
    clearing_filler="    ",
    line_end="\r\n",
    transfer_kind="7",
    edi=False,
)
TRANSFERS = (
    Transfer("A000000017", BankAccount("9900", "408", "1", "1234567", "ｼﾝｼﾞﾕｸ ﾊﾅｺ"), "ﾕｳﾁﾖ", "ﾖﾝｾﾞﾛﾊﾁ", 100_000),
    Transfer("A000000025", BankAccount("9999", "001", "1", "7654321", "ﾏﾘ- ｴﾘｻﾞﾍﾞｽ"), "ﾃｽﾄｷﾞﾝｺｳ", "ﾎﾝﾃﾝ", 50_000),
)
PAY_DAY = date(2024, 8, 15)
# The five records as a bank's manual prints them, blanks at the end included.
SAMPLE = (
    "12101234567890ｼﾝｼﾞﾕｸｸ ｶｲｹｲｶﾝﾘｼﾔ                       08159999ﾃｽﾄｷﾞﾝｺｳ       001ﾎﾝﾃﾝ           10000001                 ",
    "29900ﾕｳﾁﾖ           408ﾖﾝｾﾞﾛﾊﾁ            11234567ｼﾝｼﾞﾕｸ ﾊﾅｺ                    00001000000A000000017          7        ",
    "29999ﾃｽﾄｷﾞﾝｺｳ       001ﾎﾝﾃﾝ               17654321ﾏﾘ- ｴﾘｻﾞﾍﾞｽ                   00000500000A000000025          7        ",
    "8000002000000150000" + " " * 101,
    "9" + " " * 119,
)

#: The layout again, as positions from 1, written down apart from the writer.
DATA = {
    "bank": (2, 5),
    "bank_kana": (6, 20),
    "branch": (21, 23),
    "branch_kana": (24, 38),
    "clearing": (39, 42),
    "kind": (43, 43),
    "number": (44, 50),
    "holder": (51, 80),
    "amount": (81, 90),
    "new": (91, 91),
    "reference": (92, 111),
    "route": (112, 112),
    "mark": (113, 113),
}


def field(record, name):
    first, last = DATA[name]
    return record[first - 1 : last].decode("cp932")


def records(data):
    lines = data.split(b"\r\n")
    assert lines.pop() == b""
    return lines


def test_sample_is_reproduced_byte_for_byte():
    data = zengin.encode(SETTINGS, TRANSFERS, PAY_DAY)
    assert data == b"".join(line.encode("cp932") + b"\r\n" for line in SAMPLE)
    assert zengin.totals(data) == (2, 150_000)


def test_file_without_line_ends_is_the_same_records():
    data = zengin.encode(replace(SETTINGS, line_end=""), TRANSFERS, PAY_DAY)
    assert data == b"".join(line.encode("cp932") for line in SAMPLE)
    assert zengin.totals(data) == (2, 150_000)


def test_variants_of_the_bank_are_settings():
    variant = replace(SETTINGS, clearing_filler="0000", edi=True, transfer_kind="8")
    record = records(zengin.encode(variant, TRANSFERS, PAY_DAY))[1]
    assert (field(record, "clearing"), field(record, "mark"), field(record, "route")) == ("0000", "Y", "8")


KANA = st.text("ｱｲｳｶｷｸｻﾝﾞﾟABZ019 ().-", max_size=30)
ACCOUNTS = st.builds(
    BankAccount,
    bank=st.from_regex("[0-9]{4}", fullmatch=True),
    branch=st.from_regex("[0-9]{3}", fullmatch=True),
    kind=st.sampled_from("1249"),
    number=st.from_regex("[0-9]{7}", fullmatch=True),
    holder=KANA,
)
PAYMENTS = st.builds(
    Transfer,
    reference=st.from_regex("[A-Z0-9]{0,20}", fullmatch=True),
    account=ACCOUNTS,
    bank_kana=st.text("ｱｲｳﾞA-", max_size=15),
    branch_kana=st.text("ｱｲｳﾞ9-", max_size=15),
    amount=st.integers(1, 9_999_999_999),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PAYMENTS, min_size=1, max_size=30), st.dates())
def test_whatever_is_written_is_read_back_by_an_independent_parser(transfers, day):
    lines = records(zengin.encode(SETTINGS, transfers, day))
    assert {len(line) for line in lines} == {120}
    assert [line[:1] for line in lines] == [b"1", *[b"2"] * len(transfers), b"8", b"9"]
    assert lines[0][54:58] == f"{day.month:02}{day.day:02}".encode()
    for line, transfer in zip(lines[1:-2], transfers, strict=True):
        account = transfer.account
        assert (field(line, "bank"), field(line, "branch")) == (account.bank, account.branch)
        assert (field(line, "kind"), field(line, "number")) == (account.kind, account.number)
        assert field(line, "holder").rstrip(" ") == account.holder.rstrip(" ")
        assert field(line, "bank_kana").rstrip() == transfer.bank_kana
        assert int(field(line, "amount")) == transfer.amount
        assert field(line, "reference").rstrip() == transfer.reference
    assert int(lines[-2][1:7]) == len(transfers) and int(lines[-2][7:19]) == sum(transfer.amount for transfer in transfers)
    assert zengin.totals(b"\r\n".join(lines) + b"\r\n") == (len(transfers), sum(transfer.amount for transfer in transfers))


@pytest.mark.parametrize("holder", ["ヤマダ", "ﾔﾏﾀﾞｰ", "ｦﾝﾅ", "ｷｬﾛﾙ", "山田", "ﾔﾏﾀﾞ,", "yamada", "ｱ" * 31, "ｱ\nｲ", "ﾔﾏﾀﾞ･"])
def test_letters_that_banks_refuse_never_leave(holder):
    spoiled = replace(TRANSFERS[0], account=replace(TRANSFERS[0].account, holder=holder))
    if holder == "ﾔﾏﾀﾞ,":
        zengin.encode(SETTINGS, [spoiled], PAY_DAY)
        return
    with pytest.raises(InputProblem) as problem:
        zengin.encode(SETTINGS, [spoiled], PAY_DAY)
    assert problem.value.field == "holder" and holder not in str(problem.value)


@pytest.mark.parametrize(
    ("name", "value"), [("bank", "12345"), ("bank", "12a4"), ("branch", "１２３"), ("kind", "3"), ("number", "12345678"), ("number", "")]
)
def test_account_that_does_not_fit_is_refused_by_its_field(name, value):
    spoiled = replace(TRANSFERS[0], account=replace(TRANSFERS[0].account, **{name: value}))
    with pytest.raises(InputProblem) as problem:
        zengin.encode(SETTINGS, [spoiled], PAY_DAY)
    assert problem.value.field == name


@pytest.mark.parametrize("amount", [0, -1, 10_000_000_000])
def test_amount_outside_the_record_is_refused(amount):
    with pytest.raises(InputProblem):
        zengin.encode(SETTINGS, [replace(TRANSFERS[0], amount=amount)], PAY_DAY)


def test_empty_batch_makes_no_file():
    with pytest.raises(ValueError):
        zengin.encode(SETTINGS, [], PAY_DAY)


def test_totals_notice_every_changed_digit_and_every_lost_record():
    data = zengin.encode(SETTINGS, TRANSFERS, PAY_DAY)
    lines = data.split(b"\r\n")
    changed = [
        data.replace(b"0000100000", b"0000900000", 1),
        data.replace(b"8000002", b"8000003", 1),
        b"\r\n".join(lines[:1] + lines[2:]),
        b"\r\n".join([*lines[:2], *lines[1:]]),
        b"\r\n".join(lines[:4]) + b"\r\n",
        data[:-10],
        b"",
    ]
    for spoiled in changed:
        with pytest.raises(FileProblem):
            zengin.totals(spoiled)
