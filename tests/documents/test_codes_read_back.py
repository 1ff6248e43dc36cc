"""Codes as a scanner meets them: every page of every kind of letter, as it goes to the printer, at 300 dots an inch, in grey."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pypdfium2
import pytest

from kyufu_desktop.documents import barcodes, letter_press, wording
from kyufu_desktop.documents.letters import Confirmation, Destination
from kyufu_desktop.documents.notices import Content, kind_of
from kyufu_desktop.domain.letter import Layout, page_code
from tests.documents.letters_of_every_kind import EACH

DPI = 300
DOTS = DPI / 25.4
#: A page in grey: its width, and a byte for every dot, row by row.
Grey = tuple[int, bytes]


def grey_pages(pdf: bytes, dpi: int = DPI) -> list[Grey]:
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for number in range(len(document)):
        page = document[number]
        bitmap = page.render(scale=dpi / 72, grayscale=True)
        data, stride, width = bytes(bitmap.buffer), bitmap.stride, bitmap.width
        found.append((width, b"".join(data[row * stride : row * stride + width] for row in range(bitmap.height))))
        bitmap.close()
        page.close()
    document.close()
    return found


def read_codes(pages: Sequence[Grey], folder: Path) -> list[list[str]]:
    """What zbarimg finds on each page."""
    found = []
    for number, (width, dots) in enumerate(pages):
        picture = folder / f"{number}.pgm"
        picture.write_bytes(f"P5 {width} {len(dots) // width} 255\n".encode() + dots)
        answer = subprocess.run(["zbarimg", "-q", "--raw", "-Sdisable", "-Scode128.enable", picture], capture_output=True, check=False)
        found.append(answer.stdout.decode().split())
        picture.unlink()
    return found


def _letter(letter: Content, layout: Layout) -> Content:
    return replace(letter, layout=layout)


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbar-tools is not installed")
@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("letter", EACH, ids=lambda letter: type(letter).__name__)
def test_the_code_of_every_page_is_read_back_as_printed(letter: Content, layout: Layout, tmp_path: Path) -> None:
    made = _letter(letter, layout)
    composed = letter_press.compose([made], wording.load_kind(kind_of(made), "confirmation_r6"))
    (pdf,) = composed.letters()
    (pages,) = composed.pages_per_letter
    assert read_codes(grey_pages(pdf), tmp_path) == [[page_code(made.code, page)] for page in range(1, pages + 1)]


QUIET_MM = barcodes.CODE128_QUIET_MODULES * barcodes.CODE128_MODULE_MM


def _bars_of(page: Grey, dpi: int = DPI) -> tuple[float, list[int], float]:
    """White before the bars (mm), the widths of bars and spaces in turn (dots), white behind them (mm).

    Along that line of the lowest 40 mm of the sheet that changes most often before it is white for 3 mm.
    """
    width, dots = page
    per_mm = dpi / 25.4
    best: tuple[float, list[int], float] = (0.0, [], 0.0)
    for row in range(len(dots) // width - round(40 * per_mm), len(dots) // width, 3):
        runs = [(dark, len(list(run))) for dark, run in groupby(dot < 128 for dot in dots[row * width : (row + 1) * width])]
        end = next((at for at, (dark, long) in enumerate(runs) if at > 0 and not dark and long >= 3 * per_mm), 0)
        if end > len(best[1]) + 1:
            best = (runs[0][1] / per_mm, [long for _, long in runs[1:end]], runs[end][1] / per_mm)
    return best


@pytest.mark.parametrize("letter", EACH, ids=lambda letter: type(letter).__name__)
def test_bars_are_wide_enough_and_have_their_quiet_zones_on_paper(letter: Content) -> None:
    (pdf,) = letter_press.compose([letter], wording.load_kind(kind_of(letter), "confirmation_r6")).letters()
    for number, page in enumerate(grey_pages(pdf), start=1):
        before, bars, behind = _bars_of(page)
        drawn = barcodes.width_mm(barcodes.code128(page_code(letter.code, number))) - 2 * QUIET_MM
        assert sum(bars) / DOTS == pytest.approx(drawn, abs=0.3)
        assert min(before, behind) >= QUIET_MM - 0.1
        assert min(bars) >= 2


def test_bars_of_half_the_width_would_be_noticed() -> None:
    (pdf,) = letter_press.compose([EACH[1]], wording.load()).letters()
    _, bars, _ = _bars_of(grey_pages(pdf, DPI // 4)[0], DPI // 4)
    assert min(bars) < 2


# ------------------------------------------------------------ the customer bar code
def _customer_bars(page: Grey, dpi: int) -> str:
    """The 67 bars of the customer bar code (F, A, D, T), measured in the window of a page."""
    width, dots = page
    mm = dpi / 25.4
    top, bottom, left, right = (round(edge * mm) for edge in (32.5, 37.5, 21.5, 87.5))
    columns = [[row for row in range(top, bottom) if dots[row * width + column] < 128] for column in range(left, right)]
    bars = [
        [row for rows in group for row in rows] for dark, group in ((key, list(run)) for key, run in groupby(columns, key=bool)) if dark
    ]
    high, low = min(map(min, bars)), max(map(max, bars))
    third = (low - high) / 3

    def kind(bar: list[int]) -> str:
        up, down = min(bar) < high + third / 2, max(bar) > low - third / 2
        return {(True, True): "F", (True, False): "A", (False, True): "D", (False, False): "T"}[up, down]

    return "".join(map(kind, bars))


@pytest.mark.parametrize(
    ("postal", "address", "number"),
    [
        ("1000013", "1-3-2 503号", "1-3-2-503"),
        ("9100067", "3丁目80-25 J1ビル2-B", "3-80-25J1-2B"),
        ("1080075", "二丁目16番3号", "2-16-3"),
    ],
)
def test_customer_bars_on_the_letter_are_those_of_the_address(postal: str, address: str, number: str) -> None:
    assert barcodes.address_number(address) == number
    letter = EACH[1]
    assert isinstance(letter, Confirmation)
    words = replace(wording.load(), customer_barcode=True)
    made = replace(letter, destination=Destination(postal, (address,), "見本 花子"))
    (pdf,) = letter_press.compose([made], words).letters()
    assert _customer_bars(grey_pages(pdf, 600)[0], 600) == barcodes.customer_bars(postal, number)
