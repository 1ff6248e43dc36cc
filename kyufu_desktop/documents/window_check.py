"""Reads the finished letters back and refuses those whose window could show anything but the destination.

First pages: every object (text, line, picture, shading, drawing in a form) that meets what the window may show must be the next piece of
the destination, or its customer bar code, and must lie where the window always shows it: the mark of practice and the marks of folding too
stand outside. Other pages may hold words there (a sheet laid in front by mistake shows no address and cannot be posted), but no line of
the destination of any letter of the job. Every page is A4, upright, without annotations.

Not looked at: a sheet upside down or folded so that another third of it, or its back, faces the window.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import pypdfium2
import pypdfium2.raw as raw

from kyufu_desktop.documents.barcodes import customer_size_mm
from kyufu_desktop.documents.fonts import clusters, pictured
from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures, mark_on_page, marks
from kyufu_desktop.documents.letters import Composed, Destination
from kyufu_desktop.domain.envelope import Envelope, Rectangle
from kyufu_desktop.errors import UserError

_MM = 25.4 / 72
_TOLERANCE_MM = 0.1
_TODO = "文言か宛先を直し、手紙を作り直してください。"
_SQUEEZED = re.compile(r"[\s\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
#: A4 in points, and how far a page may be from it.
_PAPER, _PAPER_TOLERANCE = (595.28, 841.89), 1.0
#: Lines of so many characters name a place; the beginnings of all of them are looked up at every character of a page.
_TELLING = 5


def _squeeze(text: str) -> str:
    """For comparison only: characters that one glyph stands for are alike, marks stand apart from their letters, blanks are gone."""
    return _DASHES.sub("-", _SQUEEZED.sub("", unicodedata.normalize("NFKD", text)))


def _sign(mark: str) -> str:
    """What stands for a picture among the squeezed words; the two noncharacters around it stand in no text."""
    return f"\ufdd0{mark}\ufdd1"


def _said(text: str, pictures: Pictures) -> str:
    """A text as the finished page shows it: words squeezed, and a sign for every character that is a picture."""
    shown = frozenset(pictured(text, pictures))
    if not shown:
        return _squeeze(text)
    known = marks(pictures.only(shown))
    return "".join(_sign(known[cluster]) if cluster in shown else _squeeze(cluster) for cluster in clusters(text))


def _expected(destination: Destination, pictures: Pictures) -> tuple[str, ...]:
    digits = re.sub(r"\D", "", destination.postal.translate(str.maketrans("０１２３４５６７８９", "0123456789")))
    name = destination.name + destination.honorific
    return tuple(_said(part, pictures) for part in (f"〒{digits[:3]}-{digits[3:]}", *destination.lines, destination.care_of, name) if part)


def _objects(document: pypdfium2.PdfDocument, number: int, reach: Rectangle) -> Iterator[tuple[Rectangle, str | None]]:
    """What meets the reach on a page: its box in mm from the top left, and its text (None for lines and the like).

    The text of a picture is the sign of its pixels: only the picture that belongs there fits into the words of the destination.
    """
    page = raw.FPDF_LoadPage(document.raw, number)
    texts = raw.FPDFText_LoadPage(page)
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
    try:
        paper = (abs(width - _PAPER[0]), abs(height - _PAPER[1]))
        if max(paper) > _PAPER_TOLERANCE or raw.FPDFPage_GetRotation(page) or raw.FPDFPage_GetAnnotCount(page):
            raise _refusal("K-1819", "手紙のページが、縦のA4ではないか、注釈を含んでいます。")
        for at in range(raw.FPDFPage_CountObjects(page)):
            found = raw.FPDFPage_GetObject(page, at)
            raw.FPDFPageObj_GetBounds(found, left, bottom, right, top)
            box = Rectangle(left.value * _MM, (height - top.value) * _MM, right.value * _MM, (height - bottom.value) * _MM)
            if not box.meets(reach):
                continue
            if raw.FPDFPageObj_GetType(found) == raw.FPDF_PAGEOBJ_IMAGE:
                yield box, _sign(mark_on_page(found))
                continue
            if raw.FPDFPageObj_GetType(found) != raw.FPDF_PAGEOBJ_TEXT:
                yield box, None
                continue
            size = raw.FPDFTextObj_GetText(found, texts, None, 0)
            buffer = ctypes.create_string_buffer(size)
            raw.FPDFTextObj_GetText(found, texts, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
            yield box, _squeeze(buffer.raw[: size - 2].decode("utf-16-le"))
    finally:
        raw.FPDFText_ClosePage(texts)
        raw.FPDF_ClosePage(page)


def check_window(
    composed: Composed, envelope: Envelope, destinations: Sequence[tuple[str, Destination]], pictures: Pictures = NO_PICTURES
) -> None:
    """Every letter of ``composed``; ``destinations`` are (letter code, destination) in the order of the letters.

    Raises ``UserError`` naming the letter code: K-1816 (something else can come into the window), K-1817 (the destination, or a part of it,
    does not stand where the window always shows it), K-1818 (a later page holds a line of a destination in reach of the window),
    K-1819 (letters and pages do not match, or a page is not A4).
    """
    telling: dict[str, set[str]] = {}
    for _, each in destinations:
        for line in _expected(each, pictures):
            if len(line) >= _TELLING:
                telling.setdefault(line[:_TELLING], set()).add(line)
    letters = iter(zip(composed.pages_per_letter, destinations, strict=False))
    counted = 0
    for part in composed.parts:
        document = pypdfium2.PdfDocument(part)
        try:
            at, total = 0, len(document)
            while at < total:
                pages, (code, destination) = next(letters, (0, ("", None)))
                if destination is None or pages < 1 or at + pages > total:
                    raise _refusal("K-1819", "手紙の通数とページが合いません。")
                _first(document, at, envelope, code, _expected(destination, pictures))
                for other in range(at + 1, at + pages):
                    _other(document, other, envelope, code, _expected(destination, pictures), telling)
                at, counted = at + pages, counted + 1
        finally:
            document.close()
    if counted != len(destinations) or counted != len(composed.pages_per_letter):
        raise _refusal("K-1819", "手紙の通数とページが合いません。")


def _first(document: pypdfium2.PdfDocument, number: int, envelope: Envelope, code: str, expected: tuple[str, ...]) -> None:
    always = envelope.always_visible()
    remaining = "".join(expected)
    bars = 0
    for box, text in _objects(document, number, envelope.may_be_visible()):
        if text is None:
            width, height = customer_size_mm()
            bars += 1
            if bars > 1 or abs(box.right - box.left - width) > 1 or abs(box.bottom - box.top - height) > 0.5:
                raise _refusal("K-1816", f"手紙 {code} の宛先でないものが、封筒の窓に見えることがあります。")
        elif not remaining.startswith(text):
            raise _refusal("K-1816", f"手紙 {code} の宛先でないものが、封筒の窓に見えることがあります。")
        else:
            remaining = remaining[len(text) :]
        if not always.holds(box, _TOLERANCE_MM):
            raise _refusal("K-1817", f"手紙 {code} の宛先が、封筒の窓に隠れることがあります。")
    if remaining:
        raise _refusal("K-1817", f"手紙 {code} の宛先が、封筒の窓に隠れることがあります。")


def _other(
    document: pypdfium2.PdfDocument, number: int, envelope: Envelope, code: str, own: Sequence[str], telling: Mapping[str, set[str]]
) -> None:
    seen = "".join(text or "" for _, text in _objects(document, number, envelope.may_be_visible()))
    others = (part for at in range(len(seen)) for part in telling.get(seen[at : at + _TELLING], ()) if seen.startswith(part, at))
    if any(part in seen for part in own) or any(others):
        raise _refusal("K-1818", f"手紙 {code} の2枚目から後に、封筒の窓に見える宛先があります。")


def _refusal(code: str, happened: str) -> UserError:
    return UserError(code, happened, kept="印刷していません。", todo=_TODO)
