"""Every paper that the program makes is tagged, in Japanese, archival and readable by a voice; every check catches a planted fault.

Without veraPDF (Java): what stays unchecked is written in docs/measurements.md.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pikepdf
import pytest

from kyufu_desktop.documents import letter_press, municipality_notice, printer_test, wording
from kyufu_desktop.documents.decision_sheet import decision_sheet
from kyufu_desktop.documents.letters import Confirmation
from kyufu_desktop.documents.notices import Content, kind_of
from kyufu_desktop.domain.envelope import LONG_3
from kyufu_desktop.domain.letter import Layout
from kyufu_desktop.domain.printing import Machine
from tests.documents import accessible_pdf, test_decision_sheet, test_municipality_notice, test_sheets
from tests.documents.accessible_pdf import CHECKS, content, elements, spoken
from tests.documents.letters_of_every_kind import EACH


def _letter(letter: Content, layout: Layout) -> Callable[[], bytes]:
    made, words = replace(letter, layout=layout), wording.load_kind(kind_of(letter), "confirmation_r6")
    return lambda: letter_press.compose([made], replace(words, customer_barcode=True)).pdf


PAPERS: dict[str, Callable[[], bytes]] = {
    **{f"{type(letter).__name__} {layout.value}": _letter(letter, layout) for letter in EACH for layout in Layout},
    **{f"sheet {name}": lambda make=make: make(False) for name, (make, _) in test_sheets.SHEETS.items()},  # type: ignore[misc]
    "municipality notice": lambda: municipality_notice.compose(test_municipality_notice.NOTICE),
    "decision sheet": lambda: decision_sheet(test_decision_sheet.SHEET),
    "printer test": lambda: printer_test.compose("7K2M", Machine("ward", "usb://x"), LONG_3, date(2024, 8, 28), practice=True),
}


@pytest.mark.parametrize("name", PAPERS)
def test_paper_passes_every_check(name: str) -> None:
    with pikepdf.open(io.BytesIO(PAPERS[name]())) as document:
        found = {check: wrong for check, look in CHECKS.items() if (wrong := look(document))}
    assert found == {}


def _in_order(text: str, *words: str) -> None:
    places = [text.find(word) for word in words]
    assert -1 not in places and places == sorted(places), dict(zip(words, places, strict=True))


@pytest.mark.parametrize("letter", EACH, ids=lambda letter: type(letter).__name__)
def test_letter_is_read_as_it_is_seen(letter: Content) -> None:
    """Destination, number, date, sender, title, body; the foot (code, office, page) is an artifact that stands on every page."""
    words = wording.load_kind(kind_of(letter), "confirmation_r6")
    with pikepdf.open(io.BytesIO(letter_press.compose([letter], words).pdf)) as document:
        said = spoken(document).replace(" ", "")
        apart = [content(document, number)[2].replace(" ", "") for number in range(len(document.pages))]
    to = letter.destination
    _in_order(said, to.postal, to.lines[0], "みどり園気付", "見本花子", letter.document_number, "令和6年", "新宿区長", "給付管理番号")
    assert all(f"{letter.code}-{number}" in foot for number, foot in enumerate(apart, start=1))
    assert not any(f"{letter.code}-{number}" in said for number in range(1, len(apart) + 1))


def test_form_and_guide_are_read_after_the_letter() -> None:
    with pikepdf.open(io.BytesIO(PAPERS["Confirmation STANDARD"]())) as document:
        said = spoken(document)
    _in_order(said, "支給要件確認書", "提出期限", "振込先の届出・署名", "金融機関", "記入のご案内")


# ------------------------------------------------------------ planted faults
def _no_tags(document: pikepdf.Pdf) -> None:
    del document.Root["/StructTreeRoot"]


def _not_marked(document: pikepdf.Pdf) -> None:
    document.Root.MarkInfo.Marked = False


def _page_left_out(document: pikepdf.Pdf) -> None:
    del document.pages[1].obj["/StructParents"]


def _no_language(document: pikepdf.Pdf) -> None:
    del document.Root["/Lang"]


def _other_language(document: pikepdf.Pdf) -> None:
    document.Root.Lang = pikepdf.String("en-US")


def _file_name_shown(document: pikepdf.Pdf) -> None:
    document.Root.ViewerPreferences.DisplayDocTitle = False


def _metadata(old: bytes, new: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        data = document.Root.Metadata.read_bytes()
        assert old in data
        document.Root.Metadata.write(data.replace(old, new))

    return change


def _fonts(document: pikepdf.Pdf) -> list[Any]:
    return [item for item in document.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"]


def _not_embedded(document: pikepdf.Pdf) -> None:
    described = next(font.FontDescriptor for font in _fonts(document) if "/FontDescriptor" in font)
    for key in ("/FontFile", "/FontFile2", "/FontFile3"):
        if key in described:
            del described[key]


def _no_characters(document: pikepdf.Pdf) -> None:
    del next(font for font in _fonts(document) if "/ToUnicode" in font)["/ToUnicode"]


def _first(document: pikepdf.Pdf, kind: str) -> Any:
    return next(element for element in elements(document) if str(element.S) == kind)


def _no_words(document: pikepdf.Pdf) -> None:
    del _first(document, "/Figure")["/Alt"]


def _jump(document: pikepdf.Pdf) -> None:
    _first(document, "/H2").S = pikepdf.Name("/H3")


def _no_first_heading(document: pikepdf.Pdf) -> None:
    _first(document, "/H1").S = pikepdf.Name("/P")


def _no_head(document: pikepdf.Pdf) -> None:
    _first(document, "/TH").S = pikepdf.Name("/TD")


def _no_scope(document: pikepdf.Pdf) -> None:
    _first(document, "/TH").A = pikepdf.Dictionary(O=pikepdf.Name.Table)


def _no_cell(document: pikepdf.Pdf) -> None:
    _first(document, "/TD").S = pikepdf.Name("/P")


def _painted_beside(document: pikepdf.Pdf) -> None:
    document.pages[0].contents_add(b"0 0 10 10 re f")


def _not_in_the_tree(document: pikepdf.Pdf) -> None:
    del _first(document, "/H1")["/K"]


def _twice_in_the_tree(document: pikepdf.Pdf) -> None:
    heading = _first(document, "/H1")
    heading.K = pikepdf.Array([*(heading.K if isinstance(heading.K, pikepdf.Array) else [heading.K])] * 2)


def _mark_of_nothing(document: pikepdf.Pdf) -> None:
    _first(document, "/H1").K = pikepdf.Array([9999])


def _upside_down(document: pikepdf.Pdf) -> None:
    whole = _first(document, "/Document")
    whole.K = pikepdf.Array(list(whole.K)[::-1])


def _title_first(document: pikepdf.Pdf) -> None:
    whole = _first(document, "/Document")
    at = next(number for number, kid in enumerate(whole.K) if str(kid.S) == "/H1")
    kids = list(whole.K)
    whole.K = pikepdf.Array([kids[at], *kids[:at], *kids[at + 1 :]])


PLANTED: list[tuple[str, Callable[[pikepdf.Pdf], None]]] = [
    ("tags", _no_tags),
    ("tags", _not_marked),
    ("tags", _page_left_out),
    ("language", _no_language),
    ("language", _other_language),
    ("title", _file_name_shown),
    ("title", _metadata(b"dc:title", b"dc:titel")),
    ("standards", _metadata(b"pdfuaid:part", b"pdfuaid:prat")),
    ("standards", _metadata(b"<pdfaid:conformance>B", b"<pdfaid:conformance>U")),
    ("fonts", _not_embedded),
    ("fonts", _no_characters),
    ("figures", _no_words),
    ("headings", _jump),
    ("headings", _no_first_heading),
    ("tables", _no_head),
    ("tables", _no_scope),
    ("tables", _no_cell),
    ("marks", _painted_beside),
    ("marks", _not_in_the_tree),
    ("marks", _twice_in_the_tree),
    ("marks", _mark_of_nothing),
    ("order", _upside_down),
    ("order", _title_first),
]


@pytest.fixture(scope="module")
def sound() -> bytes:
    letter = next(letter for letter in EACH if isinstance(letter, Confirmation))
    return letter_press.compose([letter], replace(wording.load(), customer_barcode=True)).pdf


@pytest.mark.parametrize(("check", "plant"), PLANTED, ids=lambda item: getattr(item, "__name__", item))
def test_planted_fault_is_caught(check: str, plant: Callable[[pikepdf.Pdf], None], sound: bytes) -> None:
    with pikepdf.open(io.BytesIO(sound)) as document:
        assert CHECKS[check](document) == []
        plant(document)
        assert CHECKS[check](document) != []


def test_every_check_has_a_planted_fault() -> None:
    assert {check for check, _ in PLANTED} == set(accessible_pdf.CHECKS)
