from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kyufu_desktop.domain.account import AccountSource, HolderMatch, bank_kana, compare_holder, from_yucho, may_be_used, parse_host_account
from kyufu_desktop.errors import InputProblem
from tests.domain.builders import name_of, rows

BANK_SET = frozenset("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ()-.")
KANA = "".join(chr(code) for code in range(0x3041, 0x30FF)) + "ｱｶﾞﾊﾟｰ･ 　Ａａa-ヴー"


@pytest.mark.parametrize("row", rows("bank_kana"), ids=name_of)
def test_bank_kana_table(row: dict[str, str]) -> None:
    if not row["銀行の文字"]:
        with pytest.raises(InputProblem) as caught:
            bank_kana(row["書かれた名義"])
        assert caught.value.field == "holder_kana"
        for character in row["送れない文字"].split():
            assert f"「{character}」" in caught.value.happened
        return
    done = bank_kana(row["書かれた名義"])
    assert done.text == row["銀行の文字"]
    assert bool(done.notes) == bool(row["知らせる"])


@settings(max_examples=1000)
@given(st.one_of(st.text(), st.text(alphabet=KANA, max_size=60)))
def test_output_is_in_the_banks_set_or_refused(written: str) -> None:
    try:
        done = bank_kana(written)
    except InputProblem as problem:
        assert problem.field == "holder_kana"
        return
    assert set(done.text) <= BANK_SET
    assert 0 < len(done.text.encode("cp932")) <= 30
    assert done.text == done.text.strip()
    assert "  " not in done.text


@settings(max_examples=500)
@given(st.text(alphabet=KANA, max_size=40))
def test_doing_it_again_changes_nothing(written: str) -> None:
    try:
        once = bank_kana(written).text
    except InputProblem:
        return
    assert bank_kana(once).text == once


@given(st.characters())
def test_every_single_character_of_unicode_is_sent_or_named(character: str) -> None:
    try:
        assert set(bank_kana(f"ア{character}").text) <= BANK_SET
    except InputProblem as problem:
        assert problem.code == "K-1040"


def test_refusal_names_the_original_character_and_not_its_folding() -> None:
    with pytest.raises(InputProblem) as caught:
        bank_kana("カブ㈱")
    assert "「㈱」" in caught.value.happened


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ("シンジュク　ハナコ", "ｼﾝｼﾞﾕｸﾊﾅｺ", HolderMatch.SAME),
        ("シンジュク　ハナコ", "ｼﾝｼﾞﾕｸ ﾊﾅｺ", HolderMatch.SAME),
        ("シンジュク　ハナコ", "ﾊﾅｺ ｼﾝｼﾞﾕｸ", HolderMatch.SWAPPED),
        ("グエン ヴァン ア", "ｱ ｸﾞｴﾝ ｳﾞｱﾝ", HolderMatch.SWAPPED),
        ("シンジュク　ハナコ", "ｼﾝｼﾞﾕｸ ﾀﾛｳ", HolderMatch.DIFFERENT),
        ("新宿　花子", "ｼﾝｼﾞﾕｸ ﾊﾅｺ", HolderMatch.DIFFERENT),
    ],
)
def test_holder_is_compared_without_blanks_and_a_swap_is_told(mine: str, theirs: str, expected: HolderMatch) -> None:
    assert compare_holder(mine, theirs) is expected


@pytest.mark.parametrize("row", rows("yucho"), ids=lambda row: f"{row['記号']}-{row['番号']}")
def test_yucho_table(row: dict[str, str]) -> None:
    if row["断る欄"]:
        with pytest.raises(InputProblem) as caught:
            from_yucho(row["記号"], row["番号"], "ア")
        assert caught.value.field == row["断る欄"]
        assert len(row["番号"]) == 1 or row["番号"] not in str(caught.value)
        return
    found = from_yucho(row["記号"], row["番号"], "シンジュク　ハナコ")
    account = found.account
    assert (account.bank, account.branch, account.number, account.kind) == ("9900", row["店番"], row["口座番号"], row["種目"])
    assert account.holder == "ｼﾝｼﾞﾕｸ ﾊﾅｺ"
    assert found.branch_name == row["店名"]
    if row["検査数字"]:
        assert found.check_digit_fits == (row["検査数字"] == "合う")


def test_host_account_is_read() -> None:
    account = parse_host_account("0001-001-1-1234567-マリー-アン")
    assert (account.bank, account.branch, account.kind, account.number, account.holder) == ("0001", "001", "1", "1234567", "ﾏﾘ--ｱﾝ")


@pytest.mark.parametrize(
    "text", ["0001-001-1-123456-ヤマダ", "001-001-1-1234567-ア", "0001-01-1-1234567-ア", "0001-001-3-1234567-ア", "0001-001-1-1234567", ""]
)
def test_wrong_host_account_is_refused_without_echoing_digits(text: str) -> None:
    with pytest.raises(InputProblem) as caught:
        parse_host_account(text)
    assert caught.value.field == "account"
    assert "123456" not in str(caught.value)


def test_nothing_older_than_the_request_and_no_past_account_is_proposed() -> None:
    since = date(2024, 6, 10)
    allowed = {(source, day) for source in AccountSource for day in (9, 10, 11) if may_be_used(source, date(2024, 6, day), since)}
    assert allowed == {(AccountSource.STATED, 10), (AccountSource.STATED, 11)}
