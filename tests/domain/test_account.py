from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date

import jaconv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kyufu_desktop.domain.account import (
    SOURCE_LABELS,
    AccountSource,
    HolderMatch,
    compare_holder,
    from_yucho,
    may_be_used,
    names_holder,
    parse_host_account,
    why_not_used,
)
from kyufu_desktop.domain.holder_kana import CORPORATIONS, bank_kana, names_corporation
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import InputProblem
from tests.domain.builders import CATEGORIES, name_of, rows

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


#: Any text at all (a text cannot hold lone surrogates), and texts that look like names, so that most of them are sent.
ANY = st.one_of(
    st.text(),
    st.text(alphabet=KANA, max_size=60),
    st.lists(st.sampled_from([*CORPORATIONS, "　", "ミドリ", "(", ")", "ｶ", "ﾞ"]), max_size=6).map("".join),
)


@settings(max_examples=1500)
@given(ANY, st.booleans())
def test_output_is_in_the_banks_set_or_the_original_characters_are_named(written: str, corporate: bool) -> None:
    try:
        done = bank_kana(written, corporate=corporate)
    except InputProblem as problem:
        assert problem.field == "holder_kana"
        if problem.code == "K-1040":
            shown = problem.happened.split(": ", 1)[1]
            assert any(character in shown or f"U+{ord(character):04X}" in shown for character in written)
        else:
            assert problem.code == "K-1041" and not any(character.isalnum() for character in written)
        return
    assert set(done.text) <= BANK_SET
    assert 0 < len(done.text.encode("cp932")) <= 30
    assert done.text == done.text.strip()
    assert "  " not in done.text
    assert set(done.warnings) <= set(done.notes)


@settings(max_examples=800)
@given(ANY, st.booleans())
def test_doing_it_again_changes_nothing_and_says_nothing(written: str, corporate: bool) -> None:
    try:
        once = bank_kana(written, corporate=corporate).text
    except InputProblem:
        return
    again = bank_kana(once, corporate=corporate)
    assert (again.text, again.notes) == (once, ())


@settings(max_examples=800)
@given(ANY)
def test_whatever_is_more_than_a_change_of_width_is_noted(written: str) -> None:
    try:
        done = bank_kana(written)
    except InputProblem:
        return
    # The marks of voice have no half width of their own in the library's table.
    plain = jaconv.z2h(written, kana=True, ascii=True, digit=True).translate(str.maketrans("゛゜\u3099\u309a", "ﾞﾟﾞﾟ"))
    assert bool(done.notes) >= (done.text != plain), (written, plain)


#: Where letters have a compatible form (NFKC) that the bank could take; the other planes hold ideographs, scripts and nothing.
COMPATIBLE = (range(0x3400), range(0xFB00, 0x10000), range(0x1D400, 0x1D800), range(0x1F100, 0x1F300))


def sent_or_named(codes: Iterable[int]) -> int:
    """How many of the characters are sent; the others must be refused by name."""
    sent = 0
    for code in codes:
        if 0xD800 <= code <= 0xDFFF:
            continue
        try:
            done = bank_kana(f"ア{chr(code)}")
        except InputProblem as problem:
            assert problem.code == "K-1040"
            continue
        sent += 1
        assert set(done.text) <= BANK_SET
    return sent


def test_every_character_with_a_compatible_form_is_sent_or_named() -> None:
    assert 1000 < sent_or_named(itertools.chain(*COMPATIBLE)) < 3000
    assert sent_or_named(range(0x3400, 0x110000, 101)) < 20


@pytest.mark.campaign
def test_every_single_character_of_unicode_is_sent_or_named() -> None:
    assert sent_or_named(range(0x110000)) < 3000


def test_a_dakuten_is_never_cut_off_its_kana() -> None:
    for blanks in range(26, 33):
        text = bank_kana("ア" * blanks + "ガパ" * 3).text
        assert len(text) in (29, 30) and bank_kana(text).text == text
        assert not text.endswith(("ｶ", "ﾊ")), "each of them stands with its mark"


def test_every_change_names_its_character() -> None:
    done = bank_kana("ジュリー・ャヲ")
    said = " ".join(done.notes)
    for character in ("「ュ」", "「ユ」", "「ャ」", "「ー」", "「・」", "「ヲ」"):
        assert character in said
    assert [any(character in words for words in done.warnings) for character in ("・", "ヲ", "ー")] == [True, True, False]


@pytest.mark.parametrize("row", rows("corporations"), ids=name_of)
def test_corporations_are_abbreviated_by_place_and_only_where_it_is_switched_on(row: dict[str, str]) -> None:
    written = row["書かれた名義"]
    assert bank_kana(written).text == row["略語を使わない"]
    done = bank_kana(written, corporate=True)
    assert done.text == row["略語を使う"]
    assert any("略語" in note for note in done.notes) == names_corporation(bank_kana(written, limit=200).text)
    if len(row["略語を使わない"]) < 29:
        assert compare_holder(written, done.text) is compare_holder(done.text, written) is HolderMatch.SAME


def test_the_place_of_the_abbreviation_counts_and_a_first_bracket_does_not() -> None:
    assert compare_holder("ﾌｸ)ﾐﾄﾞﾘｴﾝ", "(ﾌｸ)ﾐﾄﾞﾘｴﾝ") is HolderMatch.SAME
    assert compare_holder("ﾌｸ)ﾐﾄﾞﾘｴﾝ", "ﾐﾄﾞﾘｴﾝ(ﾌｸ") is HolderMatch.DIFFERENT
    assert compare_holder("シャカイフクシホウジン　ミドリエン", "ｲ)ﾐﾄﾞﾘｴﾝ") is HolderMatch.DIFFERENT


def test_a_name_that_was_cut_at_the_end_of_the_field_is_the_same_name() -> None:
    long = "ミホンナナガイナマエノカタ　アレクサンドラヴィクトリアベル"
    cut = bank_kana(long).text
    assert len(cut) in (29, 30)
    assert compare_holder(long, cut) is HolderMatch.SAME
    assert compare_holder("ミホン　ハナコサン", "ミホン　ハナコ") is HolderMatch.DIFFERENT, "only a full field was cut"


def test_the_recipient_is_found_in_the_name_of_an_account_that_a_facility_keeps() -> None:
    assert names_holder("ミホン　ハナコ", "ﾐﾄﾞﾘｴﾝ ﾐﾎﾝﾊﾅｺ")
    assert names_holder("ミホン　ハナコ", "ﾊﾅｺ ﾐﾎﾝ ﾐﾄﾞﾘｴﾝ")
    assert not names_holder("ミホン　ハナコ", "ﾌｸ)ﾐﾄﾞﾘｴﾝ")


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


SOURCES = {words: source for source, words in SOURCE_LABELS.items()}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize("row", rows("account_sources"), ids=lambda row: f"{row['区分']} {row['出どころ']} {row['根拠']}")
def test_account_source_table(row: dict[str, str]) -> None:
    facts = (SOURCES[row["出どころ"]], _day(row["届出・登録の日"]), _day(row["申出・措置の日"]), CATEGORIES[row["区分"]])
    asked = bool(row["口座照会"])
    why = why_not_used(*facts, asked=asked)
    assert (not why) == bool(row["使えるか"]) == may_be_used(*facts, asked=asked)
    assert not why or why.endswith("使いません。")


def test_nothing_older_than_the_request_and_no_past_account_is_proposed() -> None:
    """Whatever the table says elsewhere: of the four categories kept in-house, for every source and day."""
    since = date(2024, 6, 10)
    for category in Category:
        for asked in (False, True):
            for source in AccountSource:
                for day in (None, 9, 10, 11):
                    origin = date(2024, 6, day) if day else None
                    if may_be_used(source, origin, since, category, asked=asked):
                        assert origin is not None and origin >= since
                        assert source is AccountSource.STATED or (asked and source is AccountSource.PUBLIC_MONEY)
                    assert not may_be_used(source, origin, None, category, asked=asked)
