"""Pictures of characters that nobody has, and a font of the ward that holds one: for tests of 外字."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image, ImageDraw

from kyufu_desktop.documents import fonts, typesetting
from kyufu_desktop.documents.gaiji import Pictures
from kyufu_desktop.documents.gaiji_image import redrawn

#: Strokes of invented characters, in hundredths of the side.
KO: tuple[tuple[int, int, int, int], ...] = ((12, 14, 88, 22), (46, 22, 54, 86), (20, 50, 80, 57), (12, 82, 88, 90))
OTSU: tuple[tuple[int, int, int, int], ...] = ((14, 10, 22, 90), (22, 46, 86, 54), (78, 10, 86, 90), (40, 10, 60, 20))


def drawn(strokes: Sequence[tuple[int, int, int, int]] = KO, side: int = 256, mode: str = "L", high: int = 0, **kept: object) -> bytes:
    """A PNG as somebody would bring it from a scanner."""
    image = Image.new("L", (side, high or side), 255)
    pen = ImageDraw.Draw(image)
    for left, top, right, bottom in strokes:
        pen.rectangle((left * side // 100, top * side // 100, right * side // 100, bottom * side // 100), fill=0)
    made = io.BytesIO()
    if mode == "I;16":
        image = image.convert("I").point(lambda value: value * 257)
    (image if mode == "L" else image.convert(mode)).save(made, "PNG", **kept)
    return made.getvalue()


def pictures(**found: bytes) -> Pictures:
    """Approved pictures by the last digits of their private code point: ``E000=drawn()``."""
    return Pictures(tuple((chr(int(code, 16)), redrawn(png)) for code, png in found.items()))


def ward_font(path: Path, codes: Sequence[int], *, names: bool = True) -> None:
    """A tiny TrueType font; without ``names`` it lacks what the printing engine asks for."""
    builder = FontBuilder(1000, isTTF=True)
    glyphs = [".notdef", *(f"u{code:X}" for code in codes)]
    builder.setupGlyphOrder(glyphs)
    builder.setupCharacterMap({code: f"u{code:X}" for code in codes})
    pen = TTGlyphPen(None)
    for left, top, right, bottom in KO:
        left, right, low, upper = left * 10, right * 10, 880 - bottom * 10, 880 - top * 10
        pen.moveTo((left, low))
        pen.lineTo((left, upper))
        pen.lineTo((right, upper))
        pen.lineTo((right, low))
        pen.closePath()
    shape = pen.glyph()
    builder.setupGlyf(dict.fromkeys(glyphs, shape))
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (1000, 120)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    said = {"familyName": "Ward Gaiji", "styleName": "Regular"}
    builder.setupNameTable({**said, "psName": "WardGaiji-Regular"} if names else said)
    builder.setupOS2(sTypoAscender=880, usWinAscent=880, usWinDescent=120)
    builder.setupPost()
    builder.save(path)


def _forget_fonts() -> None:
    fonts._load.cache_clear()
    fonts.font_for.cache_clear()
    typesetting._fonts.cache_clear()


@contextmanager
def in_windows_fonts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of fonts of a Windows workstation, beside those of this machine."""
    place = folder / "Fonts"
    place.mkdir()
    with monkeypatch.context() as patch:
        patch.setenv("WINDIR", str(folder))
        _forget_fonts()
        try:
            yield place
        finally:
            _forget_fonts()
    _forget_fonts()
