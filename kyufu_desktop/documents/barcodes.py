"""Codes on a letter, drawn in memory: Code 128 of the letter code, and the customer bar code of Japan Post.

Sources: JIS X 0504 (Code 128); Japan Post,
「郵便番号・バーコードマニュアル」 (structure, check digit, bar table, extraction of the address number).
"""

from __future__ import annotations

import re
import unicodedata

from zint import OutputOptions, Symbol, Symbology

from kyufu_desktop.errors import UserError

CODE128_MODULE_MM = 0.33
"""Width of one module in mm on the letter: four dots at 300 dpi, which every scanner in the office reads."""
CODE128_QUIET_MODULES = 10

# --- Code 128 -------------------------------------------------------------------------------------------------------------------------


def code128(text: str) -> bytes:
    """SVG of the bars of ``text`` (ASCII), one unit per module, quiet zones of ten modules included."""
    symbol = Symbol()
    symbol.symbology = Symbology.CODE128
    symbol.outfile = "code.svg"  # Only the ending is used: the picture stays in memory.
    symbol.output_options = OutputOptions.BARCODE_MEMORY_FILE
    symbol.show_text = False
    symbol.encode(text)
    symbol.print()
    picture = symbol.memfile
    if picture is None:
        raise ValueError("the bar code library gave no picture")
    bars = bytes(picture).decode("ascii")
    width = re.search(r'<svg width="(\d+)"', bars)
    path = re.search(r'<path d="([^"]+)"', bars)
    if width is None or path is None:
        raise ValueError("the bar code library gave an unknown picture")
    # The library draws two units per module and 100 units of height.
    modules = int(width[1]) // 2 + 2 * CODE128_QUIET_MODULES
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{modules}" height="30" viewBox="0 0 {modules} 30">'
        f'<g transform="translate({CODE128_QUIET_MODULES} 0) scale(0.5 0.3)"><path d="{path[1]}"/></g></svg>'
    ).encode("ascii")


def width_mm(bars: bytes) -> float:
    """Width in mm of a picture of :func:`code128` at the module width of the letter."""
    found = re.match(rb'<svg [^>]*?width="(\d+)"', bars)
    if found is None:
        raise ValueError("no width in the bar code")
    return round(int(found[1]) * CODE128_MODULE_MM, 2)


# --- Customer bar code ----------------------------------------------------------------------------------------------------------------

#: F = long, A = upper half, D = lower half, T = timing only.
_BARS: dict[str, str] = {
    "1": "FFT",
    "2": "FDA",
    "3": "DFA",
    "4": "FAD",
    "5": "FTF",
    "6": "DAF",
    "7": "AFD",
    "8": "ADF",
    "9": "TFF",
    "0": "FTT",
    "-": "TFT",
    "CC1": "DAT",
    "CC2": "DTA",
    "CC3": "ADT",
    "CC4": "TDA",
    "CC5": "ATD",
    "CC6": "TAD",
    "CC7": "TTF",
    "CC8": "FFF",
}
_VALUES: dict[str, int] = {**{str(digit): digit for digit in range(10)}, "-": 10, **{f"CC{number}": 10 + number for number in range(1, 9)}}
_BY_VALUE = {value: symbol for symbol, value in _VALUES.items()}
_START, _STOP = "FD", "DF"
_ADDRESS_PLACES = 13
_SIZE_PT = 8.0
"""Size factor: 8 to 11.5 points are allowed; the measures below are those of 10 points."""


def _postal_digits(postal: str) -> str:
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", postal))
    if len(digits) != 7:
        raise UserError("K-1803", "郵便番号が7けたではありません。", todo="宛先の郵便番号を直してください。")
    return digits


def _symbols(address_number: str) -> list[str]:
    found: list[str] = []
    for character in address_number:
        if character.isdigit() or character == "-":
            found.append(character)
        elif "A" <= character <= "Z":
            group, digit = divmod(ord(character) - ord("A"), 10)
            found += [f"CC{group + 1}", str(digit)]
        else:
            raise ValueError("an address number holds digits, capital letters and hyphens only")
    return found[:_ADDRESS_PLACES] + ["CC4"] * (_ADDRESS_PLACES - len(found))


def check_symbol(symbols: list[str]) -> str:
    """The check digit: it makes the sum of all values a multiple of 19."""
    return _BY_VALUE[-sum(_VALUES[symbol] for symbol in symbols) % 19]


def customer_bars(postal: str, address_number: str) -> str:
    """The 67 bars (letters F, A, D, T) of a postal code (7 digits, hyphen allowed) and an address number such as ``1-3-2-503``.

    Raises ``UserError`` K-1803 where the postal code has not seven digits.
    """
    symbols = [*_postal_digits(postal), *_symbols(address_number)]
    symbols.append(check_symbol(symbols))
    return _START + "".join(_BARS[symbol] for symbol in symbols) + _STOP


_KANJI_DIGITS = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_COUNTERS = "丁目|丁|番地|番|号|地割|線|の|ノ"


def _kanji_number(text: str) -> str:
    """``二十三`` -> ``23``, ``一〇二`` -> ``102``."""
    if not any(unit in text for unit in "十百"):
        return "".join(str(_KANJI_DIGITS[character]) for character in text)
    total, digit = 0, 0
    for character in text:
        if character in _KANJI_DIGITS:
            digit = _KANJI_DIGITS[character]
        else:
            total += (digit or 1) * (100 if character == "百" else 10)
            digit = 0
    return str(total + digit)


def address_number(address: str) -> str:
    """The address number (住所表示番号) of an address text, as Japan Post's manual extracts it.

    Give the part of the address that the postal code does not stand for (町域 behind, with building and room): ``3丁目80-25 J1ビル2-B`` ->
    ``3-80-25J1-2B``.
    Kanji numerals count only before 丁目, 番, 号 and the like; the F of floors, blanks and signs go; hyphens beside letters go.
    """
    text = unicodedata.normalize("NFKC", address).upper()
    text = re.sub(r"[&/・.]", "", text)
    digits = "〇一二三四五六七八九十百"
    counted = rf"([{digits}]+)(?=(?:{_COUNTERS})(?:[^一-龥]|$|[{digits}]))"
    text = re.sub(counted, lambda found: _kanji_number(found[1]), text)
    text = re.sub(r"[‐‑‒–—―−ー](?=[0-9A-Z])", "-", text)
    # Words of letters are names of buildings: only single letters belong to the number.
    text = re.sub(r"[A-Z]{2,}", "-", text)
    text = re.sub(r"(?<=\d)F", "-", text)
    text = re.sub(r"[^0-9A-Z]+", "-", text)
    text = re.sub(r"-?([A-Z])-?", r"\1", text)
    return text.strip("-")


def customer_size_mm() -> tuple[float, float]:
    """Width and height in mm of the customer bar code as drawn (without the free 2 mm around it)."""
    return 67 * 0.12 * _SIZE_PT, 0.36 * _SIZE_PT


def customer(postal: str, address_text: str) -> bytes:
    """SVG of the customer bar code at 8 points: bars 0.48 mm, pitch 0.96 mm, long bar 2.88 mm; one unit is one mm."""
    unit = _SIZE_PT / 10
    width, height = customer_size_mm()
    spans = {"F": (0.0, 3.6), "A": (0.0, 2.4), "D": (1.2, 2.4), "T": (1.2, 1.2)}
    path = ""
    for number, bar in enumerate(customer_bars(postal, address_number(address_text))):
        top, length = spans[bar]
        path += f"M{number * 1.2 * unit:.3f} {top * unit:.3f}h{0.6 * unit:.3f}v{length * unit:.3f}h-{0.6 * unit:.3f}Z"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}" height="{height:.2f}" viewBox="0 0 {width:.2f} {height:.2f}">'
        f'<path d="{path}"/></svg>'
    ).encode("ascii")
