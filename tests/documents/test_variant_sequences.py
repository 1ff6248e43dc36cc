"""Every registered variant of a character comes out in the shape that its font names for it, or is refused by its code point.

What the fonts hold is read here with fontTools, which shares no line with the program's own index; what came out is read from the PDF: the
outline of every glyph that was embedded against the outline of the glyph that the font's table of variants names.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

import pikepdf
import pytest
import typst
from fontTools.cffLib import CFFFontSet
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from kyufu_desktop.documents import fonts, typesetting
from kyufu_desktop.errors import UserError

SEED = 20241124
SAMPLE = 700
A_PAGE = 400

Pair = tuple[int, int]


@lru_cache(maxsize=1)
def opened() -> dict[str, TTFont]:
    """Family -> font file, as the program's order names them."""
    return {coverage.family: TTFont(coverage.path, lazy=True, fontNumber=0) for coverage in fonts.index()}


@lru_cache(maxsize=1)
def shapes() -> dict[str, dict[Pair, str]]:
    """Family -> (base, selector) -> name of the glyph that shows it."""
    found: dict[str, dict[Pair, str]] = {}
    for family, font in opened().items():
        plain = font.getBestCmap()
        held: dict[Pair, str] = {}
        for table in font["cmap"].tables:
            if table.format == 14:
                for selector, pairs in table.uvsDict.items():
                    for base, glyph in pairs:
                        if glyph is not None or base in plain:
                            held[base, selector] = glyph or plain[base]
        found[family] = held
    return found


@lru_cache(maxsize=1)
def registered() -> tuple[Pair, ...]:
    """Every sequence that any of the fonts names, in order."""
    return tuple(sorted({pair for held in shapes().values() for pair in held}))


def text(pair: Pair) -> str:
    return chr(pair[0]) + chr(pair[1])


def routed(pairs: Sequence[Pair]) -> dict[Pair, str]:
    """Each sequence and the family that the program prints it with."""
    found: dict[Pair, str] = {}
    for pair in pairs:
        (run,) = fonts.route(text(pair))
        assert run.text == text(pair)
        found[pair] = run.family
    return found


class Outlines:
    """The outlines of a font as lists of drawing operations, composites resolved."""

    def __init__(self, glyphs: Any) -> None:
        self._glyphs = glyphs

    def of(self, name: str) -> list[Any]:
        pen = DecomposingRecordingPen(self._glyphs)
        self._glyphs[name].draw(pen)
        return pen.value


@cache
def outlines(family: str) -> Outlines:
    return Outlines(opened()[family].getGlyphSet())


def printed(family: str, pairs: Sequence[Pair]) -> Iterator[list[Any]]:
    """The outlines that came out for the sequences, in order, read from the PDF."""
    lines = "\n\n".join(text(pair) for pair in pairs)
    source = f'#set page(width: 60pt, height: auto)\n#set text(font: "{family}", fallback: false, size: 10pt)\n{lines}\n'
    pdf = typst.Compiler(font_paths=typesetting._fonts()).compile(input=source.encode("utf-8"), format="pdf")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            embedded = {name: _embedded(font) for name, font in page.Resources.Font.items()}
            current = ""
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    current = str(operands[0])
                elif str(operator) == "Tj":
                    yield from _glyphs(embedded[current], bytes(operands[0]))
                elif str(operator) == "TJ":
                    for part in operands[0]:
                        if isinstance(part, pikepdf.String):
                            yield from _glyphs(embedded[current], bytes(part))


def _glyphs(font: tuple[Outlines, dict[int, str]], codes: bytes) -> Iterator[list[Any]]:
    drawn, names = font
    for at in range(0, len(codes), 2):
        yield drawn.of(names[int.from_bytes(codes[at : at + 2], "big")])


def _embedded(font: Any) -> tuple[Outlines, dict[int, str]]:
    """The outlines of an embedded font and its glyph names by character identifier."""
    description = font.DescendantFonts[0].FontDescriptor
    if "/FontFile2" in description:
        made = TTFont(io.BytesIO(description.FontFile2.read_bytes()), lazy=False)
        return Outlines(_TrueType(made)), {number: str(number) for number in range(made["maxp"].numGlyphs)}
    cff = CFFFontSet()
    cff.decompile(io.BytesIO(description.FontFile3.read_bytes()), None)
    top = cff[0]
    return Outlines(_Cff(top)), {(0 if name == ".notdef" else int(name[3:])): name for name in top.charset}


class _TrueType(dict[str, Any]):
    """Glyphs of a TrueType table by their number: an embedded font has no table of names."""

    def __init__(self, font: TTFont) -> None:
        super().__init__()
        table = font["glyf"]
        order = font.getGlyphOrder()
        for number, name in enumerate(order):
            self[str(number)] = self[name] = _Drawn(table, name)


class _Drawn:
    def __init__(self, table: Any, name: str) -> None:
        self._table, self._name = table, name

    def draw(self, pen: Any) -> None:
        self._table[self._name].draw(pen, self._table)


class _Cff(dict[str, Any]):
    def __init__(self, top: Any) -> None:
        super().__init__()
        for name in top.charset:
            self[name] = top.CharStrings[name]


def _points(outline: list[Any]) -> list[Any]:
    """Operations with their numbers rounded to whole units of the font."""
    return [(name, tuple(None if point is None else tuple(round(each) for each in point) for point in points)) for name, points in outline]


def differing(pairs: Sequence[Pair]) -> list[str]:
    """Code points of the sequences that came out in another shape than their font names for them."""
    found: list[str] = []
    by_family: dict[str, list[Pair]] = {}
    for pair, family in routed(pairs).items():
        by_family.setdefault(family, []).append(pair)
    for family, mine in by_family.items():
        for start in range(0, len(mine), A_PAGE):
            some = mine[start : start + A_PAGE]
            came = list(printed(family, some))
            assert len(came) == len(some), f"{family}: {len(came)} glyphs for {len(some)} sequences"
            for pair, outline in zip(some, came, strict=True):
                wanted = outlines(family).of(shapes()[family][pair])
                if _points(outline) != _points(wanted):
                    found.append(fonts.code_point(text(pair)))
    return found


def test_the_fonts_of_this_machine_name_more_than_twenty_six_thousand_variants() -> None:
    assert len(registered()) > 26_000


def test_no_registered_variant_is_refused_or_torn() -> None:
    assert len(routed(registered())) == len(registered())


def test_a_sample_of_the_variants_comes_out_in_the_shape_that_its_font_names() -> None:
    assert differing(random.Random(SEED).sample(registered(), SAMPLE)) == []


@pytest.mark.campaign
def test_every_variant_comes_out_in_the_shape_that_its_font_names() -> None:
    assert differing(registered()) == []


def test_variants_that_no_font_holds_are_refused_by_their_code_point() -> None:
    held = set(registered())
    bases = random.Random(SEED).sample(sorted({base for base, _ in held}), 300)
    unknown = [(base, 0xE01EF) for base in bases if (base, 0xE01EF) not in held]
    assert len(unknown) > 250
    for pair in unknown:
        with pytest.raises(UserError) as caught:
            fonts.route(text(pair))
        assert caught.value.code == "K-1802" and fonts.code_point(text(pair)) in caught.value.happened
        assert fonts.unprintable(text(pair)) == (fonts.code_point(text(pair)),)


def test_the_comparison_finds_a_shape_that_was_replaced() -> None:
    family = "IPAmjMincho"
    held = shapes()[family]
    base = next(base for base, selector in held if len({glyph for (other, _), glyph in held.items() if other == base}) > 2)
    one, two = [pair for pair in held if pair[0] == base and held[pair] != held[base, next(s for b, s in held if b == base)]][:2]
    (came,) = printed(family, [one])
    assert _points(came) == _points(outlines(family).of(held[one]))
    assert _points(came) != _points(outlines(family).of(held[two]))
