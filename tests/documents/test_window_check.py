"""Finished letters are read back: the window shows the destination and nothing else."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from kyufu_desktop.documents import letter_press, typesetting, wording
from kyufu_desktop.documents.letters import Confirmation, Destination
from kyufu_desktop.documents.window_check import check_window
from kyufu_desktop.domain.envelope import LONG_3
from kyufu_desktop.errors import UserError

DESTINATIONS = (
    Destination("000-8484", ("東京都見本区北町一丁目4番1号",), "山田 花子"),
    Destination("1600023", ("東京都新宿区西新宿二丁目8番1号", "第二みどりハイツ新宿 東棟", "402号室 佐々木様方"), "山田 花子"),
    Destination("2720021", ("千葉県市川市八幡三丁目4番5号",), "髙橋 \U00020bb7子", care_of="みどり園 気付"),
    Destination("1600023", ("東京都新宿区西新宿二丁目8番1号",), "MARIA CONCEPCION DE LOS SANTOS FERNANDEZ NGUYỄN THỊ HOA"),
    Destination("1600023", ("葛\U000e0100飾区\U0002000b町1-1",), "渡邉\U000e0118 葛\U000e0102城", care_of="邊\U000e0101 気付"),
)


def _letter(number: int, destination: Destination) -> Confirmation:
    return Confirmation(
        f"R60142{number:04d}-01", "6新総総第1号", date(2024, 8, 28), date(2024, 10, 31), destination, (("調整給付", 50000, ()),), ("甲",)
    )


def _refused(monkeypatch: pytest.MonkeyPatch, old: bytes, new: bytes) -> str:
    template = typesetting._template("letter.typ")
    assert old in template
    changed = template.replace(old, new, 1)
    others = {name: typesetting._template(name) for name in ("confirmation.typ", "paper.typ")}
    monkeypatch.setattr(typesetting, "_template", lambda name: others.get(name, changed))
    composed = letter_press.compose([_letter(1, DESTINATIONS[0])], wording.load())
    with pytest.raises(UserError) as caught:
        check_window(composed, LONG_3, [("R601420001-01", DESTINATIONS[0])])
    assert "R601420001-01" in str(caught.value) and "山田" not in str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("barcode", [False, True])
def test_real_letters_pass(barcode: bool) -> None:
    made = [_letter(number, destination) for number, destination in enumerate(DESTINATIONS) if not barcode or number < 3]
    composed = letter_press.compose(made, replace(wording.load(), customer_barcode=barcode))
    check_window(composed, LONG_3, [(letter.code, letter.destination) for letter in made])


def test_title_in_the_window_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _refused(monkeypatch, b"height: places.body_top * 1mm - margin.top, above", b"height: 36mm, above") == "K-1816"


def test_destination_too_low_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _refused(monkeypatch, b"dy: found.at(1), block", b"dy: found.at(1) + 20mm, block") == "K-1817"


def test_another_persons_destination_is_caught() -> None:
    composed = letter_press.compose([_letter(1, DESTINATIONS[0])], wording.load())
    with pytest.raises(UserError) as caught:
        check_window(composed, LONG_3, [("R601420001-01", DESTINATIONS[1])])
    assert caught.value.code == "K-1816"


def test_marks_written_apart_and_dashes_of_every_kind_pass() -> None:
    apart = unicodedata.normalize("NFD", "NGUYỄN THỊ HOA")
    made = [
        _letter(1, Destination("1600023", ("東京都新宿区西新宿2‐8−1", "ガーデンﾊｲﾂ101"), apart)),
        _letter(2, Destination("1600023", ("東京都新宿区西新宿２－８－１",), "神\ufa19田 花子")),
    ]
    check_window(letter_press.compose(made, wording.load()), LONG_3, [(letter.code, letter.destination) for letter in made])


def test_a_destination_on_a_later_page_is_caught() -> None:
    first, second = _letter(1, DESTINATIONS[0]), _letter(2, DESTINATIONS[0])
    composed = letter_press.compose([first, second], wording.load())
    together = replace(composed, pages_per_letter=(4,))
    with pytest.raises(UserError) as caught:
        check_window(together, LONG_3, [(first.code, first.destination)])
    assert caught.value.code == "K-1818"


def test_pages_that_belong_to_no_letter_are_caught() -> None:
    composed = letter_press.compose([_letter(1, DESTINATIONS[0]), _letter(2, DESTINATIONS[1])], wording.load())
    with pytest.raises(UserError) as caught:
        check_window(composed, LONG_3, [("R601420001-01", DESTINATIONS[0])])
    assert caught.value.code == "K-1819"
