"""Names in the window: alike in widths and blanks only, with or without a title of the list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyufu_desktop.domain.addressee import TITLES, folded, is_named, is_plainly, same_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("見本 花子", "見本　花子"),
        ("見本花子", " 見本 花子 "),
        ("ﾐﾎﾝ ｶﾞｸ", "ミホン　ガク"),
        ("ＮＧＵＹＥＮ ＴＨＩ", "NGUYEN THI"),
        ("社会福祉法人（みどり会）", "社会福祉法人(みどり会)"),
    ],
)
def test_widths_and_blanks_do_not_make_another_name(one: str, other: str) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("高橋 花子", "髙橋 花子"),
        ("渡邉\U000e0102 花子", "渡邉 花子"),
        ("神田 花子", "\ufa19田 花子"),
        ("見本 はな子", "見本 ハナ子"),
        ("nguyen", "NGUYEN"),
        ("", "見本 花子"),
    ],
)
def test_a_variant_of_a_character_is_another_name(one: str, other: str) -> None:
    assert not same_name(one, other)


@pytest.mark.parametrize(
    "written", ["施設長 見本 太郎", "施設長　見本太郎", "成年後見人 弁護士 見本 太郎", "見本 太郎", "代表理事見本太郎"]
)
def test_a_title_of_the_list_may_stand_before_a_name(written: str) -> None:
    assert is_named(written, "見本　太郎")


@pytest.mark.parametrize("written", ["見本 太郎 施設長", "夫 見本 太郎", "見本 次郎", "施設長", "施設長 見本 太郎 ほか", ""])
def test_nothing_else_may(written: str) -> None:
    assert not is_named(written, "見本 太郎")


def test_nobody_has_no_name() -> None:
    assert not is_named("施設長", "") and not is_plainly("", "") and not is_plainly("施設長 見本 太郎", "見本 太郎")


@given(st.lists(st.sampled_from(TITLES), max_size=4), st.text("見本花子邉\U000e0102 　", min_size=1).filter(str.strip))
def test_any_row_of_titles_leaves_the_name(titles: list[str], name: str) -> None:
    assert is_named("　".join([*titles, name]), name)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)
