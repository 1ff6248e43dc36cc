"""The index of characters and fonts."""

from __future__ import annotations

import subprocess
import sys

import pytest
from fontTools.ttLib import TTFont

from kyufu_desktop.documents import fonts
from kyufu_desktop.errors import UserError


@pytest.mark.parametrize("place", range(len(fonts.index())))
def test_index_agrees_with_fonttools_for_every_character(place: int) -> None:
    coverage = fonts.index()[place]
    font = TTFont(coverage.path, lazy=True, fontNumber=0)
    expected = set(font.getBestCmap())
    variants = {
        (base, selector)
        for table in font["cmap"].tables
        if table.format == 14
        for selector, found in table.uvsDict.items()
        for base, _ in found
    }
    font.close()
    plain = {code for start, end in zip(coverage.plain.starts, coverage.plain.ends, strict=True) for code in range(start, end + 1)}
    assert plain == expected
    assert {pair for pair in variants if not coverage.holds(*pair)} <= {pair for pair in variants if pair[0] not in expected}


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("髙橋山﨑", "BIZ UDMincho"),
        ("葛\U000e0100", "BIZ UDMincho"),
        ("\U00020bb7", "Noto Serif CJK JP"),
        ("邉\U000e0102", "Noto Serif CJK JP"),
        ("葛\U000e0102", "IPAmjMincho"),
        ("邉\U000e0118", "IPAmjMincho"),
        ("Ễ", "Noto Serif CJK JP"),
    ],
)
def test_each_variant_goes_to_a_font_that_holds_it(text: str, family: str) -> None:
    assert [run.family for run in fonts.route(text)] == [family]
    assert "".join(run.text for run in fonts.route(text)) == text


def test_selector_is_never_torn_from_its_base() -> None:
    assert fonts.pieces("葛\U000e0100城") == ("葛\U000e0100", "城")
    assert "".join(fonts.pieces("葛\U000e0100か\u3099\U00020bb7")) == "葛\U000e0100か\u3099\U00020bb7"


def test_compatibility_ideographs_keep_their_shape() -> None:
    assert "".join(run.text for run in fonts.route("\ufa19\ufa11")) == "\ufa19\ufa11"


def test_letters_in_two_parts_are_shown_as_one() -> None:
    assert "".join(run.text for run in fonts.route("NGUYE\u0302\u0303N")) == "NGUYỄN"


def test_character_that_no_font_holds_is_named_by_code_point() -> None:
    assert fonts.unprintable("山\ue000田\ue000") == ("U+E000",)
    with pytest.raises(UserError) as caught:
        fonts.route("山\ue000田")
    assert caught.value.code == "K-1802"
    assert "U+E000" in str(caught.value) and "田" not in str(caught.value).replace("外字", "")


def test_variant_that_no_font_holds_is_refused_not_replaced() -> None:
    assert fonts.unprintable("山\U000e01ef") == ("U+5C71 U+E01EF",)


def test_runs_do_not_show_the_name() -> None:
    assert "山" not in repr(fonts.route("山田"))


def test_index_is_loaded_in_less_than_seven_tenths_of_a_second() -> None:
    program = (
        "import time; from kyufu_desktop.documents import fonts; t = time.perf_counter(); fonts.index(); print(time.perf_counter() - t)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(answer.stdout) < 0.7
