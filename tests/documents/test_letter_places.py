"""A letter for one envelope and for another: where everything on its first page stands, read back from the PDF."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pikepdf
import pypdfium2
import pytest

from kyufu_desktop.documents import letter_press, wording
from kyufu_desktop.documents.letters import Composed, Confirmation, Destination
from kyufu_desktop.documents.window_check import check_window
from kyufu_desktop.domain.envelope import LONG_3, Envelope, Rectangle, envelope, square_2
from kyufu_desktop.domain.letter import Layout
from kyufu_desktop.errors import UserError

WORDS = wording.load()
MM = 72 / 25.4
ENVELOPES = {
    "usual": LONG_3,
    "smaller window further in": envelope("長形3号", size=(235, 120), sheet=(210, 99), window=(30, 18, 80, 42)),
    "window across": envelope("長形3号", size=(235, 120), sheet=(210, 99), window=(15, 10, 140, 48)),
    "flat": square_2((22, 40, 95, 60)),
}
PLACE = Destination(
    "1600023", ("東京都新宿区西新宿二丁目8番1号", "第二みどりハイツ新宿 東棟402号室"), "渡邉\U000e0102 花子", care_of="みどり園 気付"
)


def _letter(destination: Destination = PLACE, **changes: Any) -> Confirmation:
    letter = Confirmation(
        "R601420001-01", "6新総総第1207号", date(2024, 8, 28), date(2024, 10, 31), destination, (("調整給付", 50000, ()),), ("甲 乙",),
        reissue=2,
    )  # fmt: skip
    return replace(letter, **changes)


def _boxes(pdf: bytes, number: int = 0) -> list[tuple[Rectangle, int]]:
    """Every object of a page with its kind, mm from the top left, as it is drawn (not as text of a line)."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[number]
    height = page.get_height()
    found = []
    for item in page.get_objects():
        left, bottom, right, top = item.get_bounds()
        found.append((Rectangle(left / MM, (height - top) / MM, right / MM, (height - bottom) / MM), item.type))
    page.close()
    document.close()
    return found


def _positions(of: Envelope) -> list[Rectangle]:
    """What the window shows of the sheet: it lies in each corner of its play, and in steps of 2.5 mm between them."""
    steps = [
        [play * part / round(play / 2.5 + 0.5) for part in range(round(play / 2.5 + 0.5) + 1)] for play in (of.play_right, of.play_down)
    ]
    return [of.window().shifted(-right, -down) for right, down in itertools.product(*steps)]


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("practice", [False, True], ids=["real", "practice"])
@pytest.mark.parametrize("name", ENVELOPES)
def test_in_every_position_the_window_shows_the_whole_destination_and_nothing_else(name: str, practice: bool, layout: Layout) -> None:
    of = ENVELOPES[name]
    letter = _letter(practice=practice, layout=layout)
    composed = letter_press.compose([letter], WORDS, envelope=of)
    check_window(composed, of, [(letter.code, letter.destination)])
    boxes = [box for box, _ in _boxes(composed.pdf)]
    address = [box for box in boxes if of.always_visible().holds(box, 0.05)]
    assert address
    for seen in _positions(of):
        assert all(seen.holds(box, 0.05) for box in address)
        assert not [box for box in boxes if box not in address and box.meets(seen)]


@pytest.mark.parametrize("name", ENVELOPES)
def test_whole_letter_is_there_whatever_the_envelope(name: str) -> None:
    composed = letter_press.compose([_letter()], WORDS, envelope=ENVELOPES[name])
    document = pypdfium2.PdfDocument(composed.pdf)
    text = "".join(document[number].get_textpage().get_text_range() for number in range(len(document)))
    document.close()
    words = ("支給要件確認書", "再発行 2", "6新総総第1207号", "令和6年8月28日", "新宿区長", "50,000円", "令和6年10月31日", "R601420001")
    assert all(word in text for word in words)


def test_a_letter_for_one_envelope_is_refused_for_another() -> None:
    letter = _letter()
    composed = letter_press.compose([letter], WORDS, envelope=ENVELOPES["smaller window further in"])
    with pytest.raises(UserError) as caught:
        check_window(composed, ENVELOPES["usual"].__class__(**{**_plain(LONG_3), "window_left": 40}), [(letter.code, letter.destination)])
    assert caught.value.code in {"K-1816", "K-1817"}


def _plain(of: Envelope) -> dict[str, Any]:
    return {name: getattr(of, name) for name in of.__slots__}


def test_an_envelope_without_room_is_refused_with_the_measure_to_look_at() -> None:
    narrow = envelope("長形3号", size=(235, 120), sheet=(210, 99), window=(22, 13, 60, 45))
    with pytest.raises(UserError) as caught:
        letter_press.compose([_letter()], WORDS, envelope=narrow)
    assert caught.value.code == "K-1811"
    assert "長形3号" in caught.value.happened and "窓の幅" in caught.value.todo


def test_masked_letter_shows_the_true_window_and_no_destination() -> None:
    for of in ENVELOPES.values():
        boxes = _boxes(letter_press.preview(_letter(), WORDS, envelope=of))
        wanted = of.window_on_sheet()
        frame = [box for box, _ in boxes if wanted.holds(box, 0.3) and box.holds(wanted, 0.3)]
        assert frame, of


# ------------------------------------------------------------ moved against what a printer prints askew
def _block(composed: Composed) -> Rectangle:
    inside = [box for box, _ in _boxes(composed.pdf) if LONG_3.always_visible().holds(box, 0.05)]
    return Rectangle(
        min(box.left for box in inside), min(box.top for box in inside), max(box.right for box in inside), max(box.bottom for box in inside)
    )


@pytest.mark.parametrize("shift", [(1.5, 0.0), (-2.0, 0.5), (0.5, -0.5), (3.0, 1.0)])
def test_only_the_destination_is_moved(shift: tuple[float, float]) -> None:
    short = _letter(Destination("000-8484", ("東京都見本区北町一丁目4番1号",), "山田 花子"))
    straight, moved = (letter_press.compose([short], WORDS, shift=by) for by in ((0.0, 0.0), shift))
    check_window(moved, LONG_3, [(short.code, short.destination)])
    wanted = _block(straight).shifted(*shift)
    assert wanted.holds(_block(moved), 0.05) and _block(moved).holds(wanted, 0.05)
    outside = [[box for box, _ in _boxes(made.pdf) if not LONG_3.may_be_visible().meets(box)] for made in (straight, moved)]
    assert outside[0] == outside[1]


@pytest.mark.parametrize("shift", [(-4.0, 0.0), (0.0, -4.0), (40.0, 0.0), (0.0, 12.0)])
def test_a_shift_that_would_hide_a_stroke_is_refused(shift: tuple[float, float]) -> None:
    with pytest.raises(UserError) as caught:
        letter_press.compose([_letter()], WORDS, shift=shift)
    assert caught.value.code == "K-1812"
    assert "R601420001-01" in caught.value.happened and "新宿" not in str(caught.value)


def test_a_destination_that_never_fitted_is_not_blamed_on_the_shift() -> None:
    with pytest.raises(UserError) as caught:
        letter_press.compose([_letter(replace(PLACE, lines=("東京都新宿区", "みどり" * 100)))], WORDS, shift=(1.0, 0.0))
    assert caught.value.code == "K-1805"


def test_customer_bar_code_moves_with_its_destination_or_the_letter_is_refused() -> None:
    words = replace(WORDS, customer_barcode=True)
    short = _letter(Destination("000-8484", ("東京都見本区北町一丁目4番1号",), "山田 花子"))
    check_window(letter_press.compose([short], words, shift=(0.3, 0.0)), LONG_3, [(short.code, short.destination)])
    with pytest.raises(UserError) as caught:
        letter_press.compose([short], words, shift=(1.0, 0.0))
    assert caught.value.code == "K-1812"


# ------------------------------------------------------------ what else may never stand there: planted, and caught
def _image(document: pikepdf.Pdf) -> pikepdf.Object:
    picture = pikepdf.Stream(document, b"\x00" * 4)
    picture.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 2, "/Height": 2})
    picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceGray, 8
    return document.make_indirect(picture)


def _form(document: pikepdf.Pdf) -> pikepdf.Object:
    form = pikepdf.Stream(document, b"0 0 20 20 re f")
    form.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form, "/BBox": pikepdf.Array([0, 0, 20, 20])})
    return document.make_indirect(form)


#: What is drawn at (x, y) from the page's lower left, in points.
PLANTED: dict[str, Callable[[float, float], str]] = {
    "picture": lambda x, y: f"q 30 0 0 10 {x} {y} cm /Planted Do Q",
    "drawing in a form": lambda x, y: f"q 1 0 0 1 {x} {y} cm /Form Do Q",
    "line": lambda x, y: f"{x} {y} m {x + 40} {y} l S",
    "hair line that ends in reach": lambda x, y: f"0.1 w {x} {y} m {x + 400} {y} l S",
    "box": lambda x, y: f"{x} {y} 30 10 re f",
    "shading": lambda x, y: f"q {x} {y} 30 10 re W n /Shade sh Q",
}


def _planted(pdf: bytes, drawing: str) -> Composed:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        page.Resources.XObject = pikepdf.Dictionary(Planted=_image(document), Form=_form(document))
        function = pikepdf.Dictionary(FunctionType=2, Domain=[0, 1], C0=[0], C1=[1], N=1)
        shade = pikepdf.Dictionary(ShadingType=2, ColorSpace=pikepdf.Name.DeviceGray, Coords=[0, 0, 600, 0], Function=function)
        page.Resources.Shading = pikepdf.Dictionary(Shade=shade)
        page.contents_add(drawing.encode("ascii"))
        buffer = io.BytesIO()
        document.save(buffer)
        return Composed((buffer.getvalue(),), (len(document.pages),))


@pytest.mark.parametrize("kind", PLANTED)
def test_whatever_else_is_drawn_in_reach_of_the_window_is_caught_and_outside_is_not(kind: str) -> None:
    letter = _letter()
    pdf = letter_press.compose([letter], WORDS).pdf
    wanted = [(letter.code, letter.destination)]
    # 100 mm from the left and 50 from the top lies in reach of the window, 70 from the top does not.
    check_window(_planted(pdf, PLANTED[kind](100 * MM, (297 - 70) * MM)), LONG_3, wanted)
    with pytest.raises(UserError) as caught:
        check_window(_planted(pdf, PLANTED[kind](100 * MM, (297 - 50) * MM)), LONG_3, wanted)
    assert caught.value.code == "K-1816"


# ------------------------------------------------------------ later pages, and the paper itself
def _changed(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> Composed:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        buffer = io.BytesIO()
        document.save(buffer)
        return Composed((buffer.getvalue(),), (len(document.pages),))


def test_the_destination_of_another_letter_on_a_later_page_in_reach_is_caught() -> None:
    other = replace(PLACE, lines=("千葉県市川市八幡三丁目4番5号",), name="山田 花子", care_of="")
    first, second = _letter(), _letter(other, code="R601420002-01")
    wanted = [(letter.code, letter.destination) for letter in (first, second)]
    parts = [letter_press.compose([letter], WORDS).pdf for letter in (first, second)]
    check_window(Composed(tuple(parts), (3, 3)), LONG_3, wanted)

    def strange(document: pikepdf.Pdf) -> None:
        with pikepdf.open(io.BytesIO(parts[1])) as source:
            document.pages.insert(2, source.pages[0])

    mixed = _changed(parts[0], strange)
    with pytest.raises(UserError) as caught:
        check_window(Composed((mixed.pdf, parts[1]), (4, 3)), LONG_3, wanted)
    assert caught.value.code == "K-1818" and first.code in str(caught.value)


def _wide(document: pikepdf.Pdf) -> None:
    document.pages[1].MediaBox = pikepdf.Array([0, 0, 842, 595])


def _turned(document: pikepdf.Pdf) -> None:
    document.pages[0].Rotate = 180


def _noted(document: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[100, 700, 200, 750], Contents="x")
    document.pages[0].Annots = pikepdf.Array([document.make_indirect(note)])


@pytest.mark.parametrize("change", [_wide, _turned, _noted])
def test_a_page_that_is_not_upright_a4_or_carries_a_note_is_refused(change: Callable[[pikepdf.Pdf], None]) -> None:
    letter = _letter()
    composed = _changed(letter_press.compose([letter], WORDS).pdf, change)
    with pytest.raises(UserError) as caught:
        check_window(composed, LONG_3, [(letter.code, letter.destination)])
    assert caught.value.code == "K-1819"
