from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyufu_desktop.domain.names import folded, graphemes, looks_like_my_number, private_use

HARD = ["髙橋", "山﨑", "𠮷田", "渡邉\U000e0102", "葛\U000e0100城"]
HARD += ["辻\U000e0100", "\ue000", "𠀋", "NGUYỄN THỊ HOA", "ヴァレンチーナ", "㈱"]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("𠮷田", "吉田"),
        ("渡邉\U000e0102", "渡辺"),
        ("渡邊", "渡辺"),
        ("葛\U000e0100城", "葛城"),
        ("辻\U000e0100", "辻"),
        ("齋藤", "斉藤"),
        ("齊藤", "斎藤"),
        ("ﾔﾏﾀﾞ　ﾊﾅｺ", "やまだはなこ"),
        ("Nguyen Van A", "ＮＧＵＹＥＮ ＶＡＮ Ａ"),
        ("神\ufe00", "神"),
    ],
)
def test_search_finds_a_name_however_it_is_typed(written: str, typed: str) -> None:
    assert folded(written) == folded(typed)


@pytest.mark.parametrize(("one", "other"), [("高橋", "高梨"), ("ハナコ", "バナコ"), ("斉藤", "佐藤")])
def test_search_keeps_different_names_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize("name", HARD)
def test_folding_leaves_the_name_itself_alone(name: str) -> None:
    kept = str(name)
    folded(name)
    assert name == kept


@given(st.text())
def test_clusters_put_together_are_the_name(name: str) -> None:
    assert "".join(graphemes(name)) == name


@given(st.text())
def test_folding_twice_changes_nothing_more_for_names(name: str) -> None:
    if all(character.isascii() or "\u3041" <= character <= "\u9fff" for character in name):
        assert folded(folded(name)) == folded(name)


@pytest.mark.parametrize(
    ("name", "count"),
    [("渡邉\U000e0102", 2), ("葛\U000e0100城", 2), ("𠮷田", 2), ("か\u3099", 1), (unicodedata.normalize("NFD", "THỊ"), 3), ("", 0)],
)
def test_base_and_selector_are_one_cluster(name: str, count: int) -> None:
    assert len(graphemes(name)) == count


def test_private_use_characters_are_named() -> None:
    assert private_use("渡\ue001　太\U000f0000郎") == ("U+E001", "U+F0000")
    assert private_use("渡邉\U000e0102𠮷") == ()


@pytest.mark.parametrize("text", ["123456789018", "１２３４５６７８９０１８", "1234 5678 9018", "000000000000"])
def test_my_number_is_recognised(text: str) -> None:
    assert looks_like_my_number(text)


@pytest.mark.parametrize("text", ["123456789017", "12345678901", "1234567890180", "R60142764312", "", "١٢٣٤٥٦٧٨٩٠١٨"])
def test_other_numbers_are_not_taken_for_my_number(text: str) -> None:
    assert not looks_like_my_number(text)


@given(st.integers(0, 10**11 - 1))
def test_exactly_one_check_digit_fits(body: int) -> None:
    assert sum(looks_like_my_number(f"{body:011d}{digit}") for digit in range(10)) == 1
