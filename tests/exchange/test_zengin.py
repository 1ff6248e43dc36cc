"""The bank file, byte for byte, and read back by a parser that knows nothing of the writer."""

from __future__ import annotations

import random
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
from tests.exchange import zengin_reader
from tests.exchange.zengin_reader import read

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
    code_type="0",
    new_code="0",
    holder_length=30,
    end_mark=False,
    cut_off_days=2,
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


def test_sample_is_reproduced_byte_for_byte():
    data = zengin.encode(SETTINGS, TRANSFERS, PAY_DAY)
    assert data == b"".join(line.encode("cp932") + b"\r\n" for line in SAMPLE)
    assert zengin.totals(data) == (2, 150_000)


def test_file_without_line_ends_is_the_same_records():
    data = zengin.encode(replace(SETTINGS, line_end=""), TRANSFERS, PAY_DAY)
    assert data == b"".join(line.encode("cp932") for line in SAMPLE)
    assert zengin.totals(data) == (2, 150_000)


#: setting -> the value of another bank, record, first position, bytes there. All else stays as in the sample.
VARIANTS = (
    ("clearing_filler", "0000", 1, 39, b"0000"),
    ("transfer_kind", " ", 1, 112, b" "),
    ("edi", True, 1, 113, b"Y"),
    ("new_code", "1", 1, 91, b"1"),
    ("account_kind", "2", 0, 96, b"2"),
    ("client_name", "ｼﾝｼﾞﾕｸｸ", 0, 15, "ｼﾝｼﾞﾕｸｸ".encode("cp932") + b" " * 33),
    ("bank_name", "A-1", 0, 63, b"A-1" + b" " * 12),
)


@pytest.mark.parametrize(("name", "value", "record", "position", "expected"), VARIANTS, ids=[row[0] for row in VARIANTS])
def test_every_variant_of_a_bank_changes_its_own_bytes_and_no_others(name, value, record, position, expected):
    data = zengin.encode(replace(SETTINGS, **{name: value}), TRANSFERS, PAY_DAY)
    wanted = [line.encode("cp932") for line in SAMPLE]
    for number in [record] if record == 0 else [1, 2]:
        at = position - 1
        wanted[number] = wanted[number][:at] + expected + wanted[number][at + len(expected) :]
    assert data == b"".join(line + b"\r\n" for line in wanted)


def test_end_mark_stands_behind_the_last_record_and_nowhere_else():
    for line_end in ("\r\n", ""):
        plain = zengin.encode(replace(SETTINGS, line_end=line_end), TRANSFERS, PAY_DAY)
        marked = zengin.encode(replace(SETTINGS, line_end=line_end, end_mark=True), TRANSFERS, PAY_DAY)
        assert marked == plain + b"\x1a"
        assert zengin.totals(marked) == (2, 150_000)
        assert read(marked, line_end.encode(), end_mark=True).total == 150_000


def test_new_code_tells_a_first_attempt_from_a_later_one():
    later = replace(TRANSFERS[1], first=False)
    found = read(zengin.encode(replace(SETTINGS, new_code="1"), [TRANSFERS[0], later], PAY_DAY))
    assert [one["new_code"] for one in found.transfers] == ["1", "0"]


def test_bank_that_takes_shorter_names_gets_their_first_letters():
    found = read(zengin.encode(replace(SETTINGS, holder_length=9), TRANSFERS, PAY_DAY))
    assert [one["holder"] for one in found.transfers] == ["ｼﾝｼﾞﾕｸ ﾊﾅ", "ﾏﾘ- ｴﾘｻﾞﾍ"]


def test_ebcdic_is_refused_in_words():
    with pytest.raises(InputProblem, match="EBCDIC") as problem:
        zengin.encode(replace(SETTINGS, code_type="1"), TRANSFERS, PAY_DAY)
    assert problem.value.field == "code_type"


def test_every_field_stands_where_the_table_says():
    """The values of the sample, by name, as a reader finds them that knows the table only."""
    found = read(b"".join(line.encode("cp932") + b"\r\n" for line in SAMPLE))
    assert found == read(zengin.encode(SETTINGS, TRANSFERS, PAY_DAY))
    assert found.header == {
        "record": "1", "service": "21", "code_type": "0", "client_code": "1234567890", "client_name": "ｼﾝｼﾞﾕｸｸ ｶｲｹｲｶﾝﾘｼﾔ",
        "day": "0815", "bank": "9999", "bank_name": "ﾃｽﾄｷﾞﾝｺｳ", "branch": "001", "branch_name": "ﾎﾝﾃﾝ", "kind": "1",
        "number": "0000001", "dummy": "",
    }  # fmt: skip
    assert found.transfers[0] == {
        "record": "2", "bank": "9900", "bank_name": "ﾕｳﾁﾖ", "branch": "408", "branch_name": "ﾖﾝｾﾞﾛﾊﾁ", "clearing": "    ", "kind": "1",
        "number": "1234567", "holder": "ｼﾝｼﾞﾕｸ ﾊﾅｺ", "amount": "0000100000", "new_code": "0", "customer": "A000000017",
        "transfer_kind": "7", "mark": " ", "dummy": "",
    }  # fmt: skip
    assert found.trailer == {"record": "8", "count": "000002", "total": "000000150000", "dummy": ""}


@pytest.mark.parametrize("layout", [zengin_reader.HEADER, zengin_reader.DATA, zengin_reader.TRAILER, zengin_reader.END])
def test_tables_of_the_reader_cover_every_byte_once(layout):
    covered = [at for first, length, _ in layout.values() for at in range(first, first + length)]
    assert covered == list(range(1, 121))


def test_reader_sees_what_a_bank_would_refuse():
    good = b"".join(line.encode("cp932") + b"\r\n" for line in SAMPLE)
    for spoiled in (
        good.replace(b"0000100000", b"0000100001", 1),
        good.replace(b"8000002", b"8000001", 1),
        good[:-1],
        good.replace(b"\r\n", b"\n\r", 1),
        good[:122] + good[244:],
        good.replace("ﾊﾅｺ".encode("cp932"), b"\x82\xa0\xb1", 1),
    ):
        with pytest.raises(zengin_reader.Misread):
            read(spoiled)


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
    data = zengin.encode(SETTINGS, transfers, day)
    same(read(data), transfers, day)
    assert zengin.totals(data) == (len(transfers), sum(transfer.amount for transfer in transfers))


def same(found, transfers, day):
    assert found.header["day"] == f"{day.month:02}{day.day:02}"
    for read_back, transfer in zip(found.transfers, transfers, strict=True):
        account = transfer.account
        assert (read_back["bank"], read_back["branch"]) == (account.bank, account.branch)
        assert (read_back["kind"], read_back["number"]) == (account.kind, account.number)
        assert read_back["holder"] == account.holder.rstrip(" ")
        assert (read_back["bank_name"], read_back["branch_name"]) == (transfer.bank_kana, transfer.branch_kana)
        assert int(read_back["amount"]) == transfer.amount
        assert read_back["customer"] == transfer.reference
    assert (found.count, found.total) == (len(transfers), sum(transfer.amount for transfer in transfers))


def generated(count, seed):
    """Payments of a whole programme: all kinds of account, every letter that may be sent, names of every length."""
    chance = random.Random(seed)
    letters = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟABCXYZ0189().,/-"
    made = []
    for number in range(count):
        holder = "".join(chance.choices(letters, k=chance.randint(1, 30)))
        digits = f"{chance.randrange(10**14):014}"
        account = BankAccount(digits[:4], digits[4:7], chance.choice("1249"), digits[7:], holder)
        amount = chance.choice((100_000, 50_000, 10_000 * chance.randint(1, 30), 1, 9_999_999))
        made.append(Transfer(f"{number + 1:010}", account, "".join(chance.choices(letters[:45], k=chance.randint(0, 15))), "ﾎﾝﾃﾝ", amount))
    return made


def through(count, seed):
    transfers = generated(count, seed)
    data = zengin.encode(SETTINGS, transfers, PAY_DAY)
    assert len(data) == (count + 3) * 122
    same(read(data), transfers, PAY_DAY)
    assert zengin.totals(data) == (count, sum(transfer.amount for transfer in transfers))


def test_five_thousand_payments_come_back_with_equal_totals():
    through(5_000, seed=1)


@pytest.mark.campaign
def test_fifty_thousand_payments_come_back_with_equal_totals():
    for seed in range(5):
        through(50_000, seed=seed)


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
