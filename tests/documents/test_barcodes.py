"""Customer bar code bar for bar, and the extraction of the address number."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zint import OutputOptions, Symbol, Symbology

from kyufu_desktop.documents import barcodes
from kyufu_desktop.errors import UserError

VECTORS = Path(__file__).parents[1] / "vectors"


def _rows(name: str) -> list[list[str]]:
    with (VECTORS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


@pytest.mark.parametrize(("postal", "number", "bars", "_source"), _rows("customer_barcode.csv"))
def test_customer_bars_are_those_of_the_manual(postal: str, number: str, bars: str, _source: str) -> None:
    assert barcodes.customer_bars(postal, number) == bars


@pytest.mark.parametrize(("address", "number"), _rows("address_number.csv"))
def test_address_number_is_extracted_by_the_manual(address: str, number: str) -> None:
    assert barcodes.address_number(address) == number


@given(st.from_regex(r"[0-9]{7}", fullmatch=True), st.from_regex(r"[0-9]{1,4}(-[0-9]{1,4}){0,4}", fullmatch=True))
def test_every_code_has_67_bars_and_a_sum_of_nineteens(postal: str, number: str) -> None:
    bars = barcodes.customer_bars(postal, number)
    assert len(bars) == 67
    table = {pattern: symbol for symbol, pattern in barcodes._BARS.items()}
    symbols = [table[bars[at : at + 3]] for at in range(2, 65, 3)]
    assert len(symbols) == 21
    assert sum(barcodes._VALUES[symbol] for symbol in symbols) % 19 == 0


def _zint_bars(data: str) -> int:
    symbol = Symbol()
    symbol.symbology = Symbology.JAPANPOST
    symbol.outfile = "x.svg"
    symbol.output_options = OutputOptions.BARCODE_MEMORY_FILE
    symbol.encode(data)
    symbol.print()
    assert symbol.memfile is not None
    return len(re.findall(r"M\d", bytes(symbol.memfile).decode("ascii")))


def test_an_independent_encoder_draws_as_many_bars() -> None:
    assert _zint_bars("10000131-3-2-503") == 67


def test_postal_code_must_have_seven_digits() -> None:
    with pytest.raises(UserError) as caught:
        barcodes.customer_bars("160-848", "1")
    assert caught.value.code == "K-1803"


def test_customer_bar_code_fits_the_window() -> None:
    width, height = barcodes.customer_size_mm()
    assert width <= 65 and height <= 4
