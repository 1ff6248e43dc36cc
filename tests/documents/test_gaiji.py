"""Characters that no font holds: the ward's own font last, an approved picture after it, and neither for a standard character."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from kyufu_desktop.documents import decision_sheet, fonts, letter_press, municipality_notice, sheets, typesetting, wording
from kyufu_desktop.documents.fonts import index
from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures, counted, mark, marks, png_of, spoken
from kyufu_desktop.documents.gaiji_image import LEAST, MOST, redrawn
from kyufu_desktop.documents.letters import Composed, Confirmation, Destination
from kyufu_desktop.documents.typesetting import SecondProcess
from kyufu_desktop.documents.window_check import check_window
from kyufu_desktop.domain.envelope import LONG_3
from kyufu_desktop.domain.letter import Layout
from kyufu_desktop.errors import InputProblem, UserError
from tests.documents.shapes import KO, OTSU, drawn, in_windows_fonts, pictures, ward_font
from tests.documents.test_decision_sheet import SHEET
from tests.documents.test_municipality_notice import NOTICE, PERSON

WORDS = wording.load()
KNOWN = pictures(E000=drawn(KO), E001=drawn(OTSU))
DAY = date(2024, 8, 28)


def _letter(number: int = 1, **changes: object) -> Confirmation:
    lines = ("東京都\ue001田区西新宿二丁目8番1号", "み\ue000荘 402号室")
    where = Destination("1608484", lines, "渡\ue000 葛\U000e0100城", care_of="\ue001園 気付")
    letter = Confirmation(
        f"R60142{number:04d}-01", "6新総総第1号", DAY, date(2024, 10, 31), where,
        (("調整給付", 50000, ("納税義務者 渡\ue000 葛\U000e0100城",)),), ("渡\ue000 葛\U000e0100城", "渡\ue000 太郎"),
    )  # fmt: skip
    return replace(letter, **changes)  # type: ignore[arg-type]


def _text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(document[number].get_textpage().get_text_range() for number in range(len(document)))
    finally:
        document.close()


def _spoken(pdf: bytes) -> list[str]:
    """The alternative texts of all figures of the structure tree, in the order of reading."""

    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, pikepdf.Array):
            for item in node:
                yield from walk(item)
        elif isinstance(node, pikepdf.Dictionary):
            if node.get("/S") == "/Figure":
                yield str(node.get("/Alt", ""))
            yield from walk(node.get("/K"))

    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [words for words in walk(document.Root.StructTreeRoot) if words.startswith("外字")]


# ---------------------------------------------------------------- fonts
def test_a_character_of_the_wards_font_prints_and_is_asked_for_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with in_windows_fonts(tmp_path, monkeypatch) as place:
        ward_font(place / "ward_gaiji.ttf", (0xE000, ord("山")))
        assert [run.family for run in fonts.route("山\ue000")] == ["BIZ UDMincho", "Ward Gaiji"]
        assert index()[-1].ward and index(screen=True)[-1].ward
        assert fonts.route("山\ue000", KNOWN)[-1].family == "Ward Gaiji", "a font goes before every picture"
        composed = letter_press.compose(
            [_letter(destination=Destination("1608484", ("見本町1-1-1",), "渡\ue000"), members=("\ue000",))], WORDS
        )
        document = pypdfium2.PdfDocument(composed.pdf)
        assert "渡\ue000" in document[0].get_textpage().get_text_range()
        document.close()
    assert fonts.unprintable("\ue000") == ("U+E000",)


@pytest.mark.parametrize(("name", "names"), [("ward_gaiji.ttf", False), ("EUDC.TTE", True)])
def test_a_font_that_the_printing_engine_cannot_read_is_not_counted_on(
    name: str, names: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_windows_fonts(tmp_path, monkeypatch) as place:
        ward_font(place / name, (0xE000,), names=names)
        assert "Ward Gaiji" not in typesetting._fonts().families()
        assert fonts.unprintable("\ue000") == ("U+E000",)


def test_what_another_font_has_at_a_private_code_point_is_never_printed() -> None:
    foreign = [coverage for coverage in index() if coverage.holds(0xF137, None)]
    assert foreign, "the planted fault: a font of this machine holds a glyph there"
    assert fonts.unprintable("\uf137") == ("U+F137",)
    assert fonts.font_for("\uf137", screen=True) is None


def test_a_picture_never_stands_for_a_character_of_a_font() -> None:
    known = Pictures((("山", redrawn(drawn())),))
    assert [run.family for run in fonts.route("山", known)] == ["BIZ UDMincho"]
    assert fonts.pictured("山", known) == ()


# ---------------------------------------------------------------- the picture
@pytest.mark.parametrize("mode", ["L", "1", "RGB", "RGBA", "P", "LA", "I;16"])
def test_a_picture_of_every_kind_of_png_is_drawn_again_in_black_and_white(mode: str) -> None:
    kept = redrawn(drawn(mode=mode))
    assert mark(kept) == mark(redrawn(drawn(mode="1")))
    assert redrawn(kept) == kept, "drawn again it stays the same"


def test_nothing_but_the_points_survives() -> None:
    plain = drawn()
    secret = b"tEXtComment\0" + "渡邉 花子".encode()
    chunk = (len(secret) - 4).to_bytes(4, "big") + secret + zlib.crc32(secret).to_bytes(4, "big")
    with_words = plain[:33] + chunk + plain[33:] + b"%PDF trailing"
    kept = redrawn(with_words)
    assert kept == redrawn(plain) and b"tEXt" not in kept and b"%PDF" not in kept
    assert kept[12:16] == b"IHDR" and kept.count(b"IDAT") == 1


def _grey() -> bytes:
    from PIL import Image

    made = io.BytesIO()
    Image.linear_gradient("L").save(made, "PNG")
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "K-1890"),
        (b"BM" + bytes(100), "K-1890"),
        (drawn()[:200], "K-1890"),
        (drawn()[:40] + bytes(300) + drawn()[340:], "K-1890"),
        (drawn(side=LEAST - 8), "K-1891"),
        (drawn(side=MOST + 8), "K-1891"),
        (drawn() + bytes(1_000_000), "K-1891"),
        (drawn(high=400), "K-1892"),
        (drawn(strokes=()), "K-1893"),
        (drawn(strokes=((0, 0, 100, 100),)), "K-1893"),
        (_grey(), "K-1894"),
        (drawn(strokes=((10, 10, 40, 16), (22, 10, 28, 44))), "K-1895"),
    ],
    ids=["empty", "bitmap", "cut", "torn", "small", "large", "heavy", "oblong", "blank", "black", "grey", "lost in white"],
)
def test_a_picture_that_is_no_character_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(InputProblem) as caught:
        redrawn(data)
    assert (caught.value.code, caught.value.field) == (code, "picture")


def test_a_picture_that_claims_to_be_small_and_is_not_is_refused() -> None:
    head = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + b"IHDR" + (60_000).to_bytes(4, "big") * 2 + bytes(9)
    with pytest.raises(InputProblem, match="K-1891"):
        redrawn(head)


def test_an_almost_square_picture_gets_white_beside_it() -> None:
    kept = redrawn(drawn(strokes=((5, 5, 95, 14), (5, 60, 95, 70)), side=256, high=210))
    assert int.from_bytes(kept[16:20], "big") == int.from_bytes(kept[20:24], "big") == 256


# ---------------------------------------------------------------- letters
def test_without_a_picture_the_letter_is_refused_and_with_it_printed() -> None:
    with pytest.raises(UserError) as caught:
        letter_press.compose([_letter()], WORDS, pictures=KNOWN.only("\ue001"))
    assert caught.value.code == "K-1804" and "U+E000" in caught.value.happened and "U+E001" not in caught.value.happened
    assert "「外字」の画面" in caught.value.todo
    composed = letter_press.compose([_letter()], WORDS, pictures=KNOWN)
    known = marks(KNOWN)
    document = pypdfium2.PdfDocument(composed.pdf)
    found = counted(document, range(len(document)))
    document.close()
    assert found == {known["\ue000"]: 5, known["\ue001"]: 2}
    text = _text(composed.pdf)
    assert "\ue000" not in text and "\ue001" not in text and "葛" in text
    assert _spoken(composed.pdf) == [
        "外字 U+E001", "外字 U+E000", "外字 U+E001", "外字 U+E000", "外字 U+E000", "外字 U+E000", "外字 U+E000",
    ]  # fmt: skip


def test_a_picture_is_as_wide_as_a_character_and_stands_on_the_line() -> None:
    """The same letter with an ordinary character in its place: every line below and every character beside it stays where it was."""
    plain = _letter(destination=Destination("1608484", ("東京都国田区",), "渡国 花子"), members=("渡国 花子",), benefits=(("給付", 1, ()),))
    hard = _letter(
        destination=Destination("1608484", ("東京都\ue001田区",), "渡\ue000 花子"), members=("渡\ue000 花子",), benefits=plain.benefits
    )

    def places(pdf: bytes) -> list[tuple[str, float, float]]:
        document = pypdfium2.PdfDocument(pdf)
        page = document[0].get_textpage()
        every = [(page.get_text_range(at, 1), page.get_charbox(at)) for at in range(page.count_chars())]
        document.close()
        wanted = set("田区渡花子様")
        return sorted((character, round(box[0], 1), round(box[1], 1)) for character, box in every if character in wanted)

    alike, other = places(letter_press.compose([plain], WORDS).pdf), places(letter_press.compose([hard], WORDS, pictures=KNOWN).pdf)
    assert len(alike) == len(other)
    assert all(
        one[0] == two[0] and abs(one[1] - two[1]) < 0.4 and abs(one[2] - two[2]) < 0.2 for one, two in zip(alike, other, strict=True)
    )


@pytest.mark.parametrize("layout", list(Layout))
def test_the_window_is_checked_as_strictly_with_pictures(layout: Layout) -> None:
    made = _letter(layout=layout)
    composed = letter_press.compose([made], WORDS, pictures=KNOWN)
    check_window(composed, LONG_3, [(made.code, made.destination)], KNOWN)

    def refused(expected: Destination, known: Pictures = KNOWN) -> str:
        with pytest.raises(UserError) as caught:
            check_window(composed, LONG_3, [(made.code, expected)], known)
        return caught.value.code

    where = made.destination
    assert refused(where, NO_PICTURES) == "K-1816", "a picture nobody expects"
    assert refused(replace(where, name="渡 葛\U000e0100城")) == "K-1816"
    assert refused(replace(where, name="渡\ue001 葛\U000e0100城")) == "K-1816", "the picture of another character"
    assert refused(replace(where, name="渡\ue000\ue000 葛\U000e0100城")) == "K-1816"


def _without(composed: Composed, place: int) -> Composed:
    """The finished letter with one picture taken out of its first page."""
    document = pypdfium2.PdfDocument(composed.pdf)
    page = document[0]
    images = list(page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))
    page.remove_obj(images[place])
    page.gen_content()
    made = io.BytesIO()
    document.save(made)
    document.close()
    return replace(composed, parts=(made.getvalue(),))


def test_a_picture_that_vanished_from_the_window_is_missed() -> None:
    made = _letter()
    composed = letter_press.compose([made], WORDS, pictures=KNOWN)
    for place in range(4):
        with pytest.raises(UserError) as caught:
            check_window(_without(composed, place), LONG_3, [(made.code, made.destination)], KNOWN)
        assert caught.value.code in ("K-1816", "K-1817") and made.code in caught.value.happened


def test_a_picture_that_vanished_from_the_body_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    template = typesetting._template("confirmation.typ")
    broken = template.replace(b"routed(member) })", b"routed(member.slice(0, 1)) })")
    assert broken != template
    others = {name: typesetting._template(name) for name in ("letter.typ", "paper.typ")}
    monkeypatch.setattr(typesetting, "_template", lambda name: others.get(name, broken))
    with pytest.raises(UserError) as caught:
        letter_press.compose([_letter()], WORDS, pictures=KNOWN)
    assert caught.value.code == "K-1898" and _letter().code in caught.value.happened


def test_the_preview_shows_the_pictures_of_the_body_only() -> None:
    assert _spoken(letter_press.preview(_letter(), WORDS, KNOWN)) == ["外字 U+E000"] * 3


def test_the_second_process_prints_pictures_too() -> None:
    made = [_letter(number) for number in range(3)]
    data = letter_press._chunk_data(made, letter_press.Job(WORDS, pictures=KNOWN))
    with SecondProcess(WORDS.template, KNOWN) as second:
        found = second.typeset(data)
    second.close()
    assert found is not None and found == letter_press._chunk(made, letter_press.Job(WORDS, pictures=KNOWN))


def test_a_picture_used_in_many_letters_is_kept_once() -> None:
    large = Pictures((("\ue000", redrawn(drawn(side=MOST))),))
    where = Destination("1608484", ("見本町1-1-1",), "渡\ue000 花子")
    sizes = []
    for count in (1, letter_press.CHUNK):
        made = [_letter(number, destination=where, benefits=(("給付", 1, ()),), members=("渡\ue000",)) for number in range(count)]
        composed = letter_press.compose(made, WORDS, pictures=large)
        with pikepdf.open(io.BytesIO(composed.pdf)) as document:
            sizes.append(sum(1 for each in document.objects if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"))
    assert sizes == [1, 1]


# ---------------------------------------------------------------- everything else that is printed
def test_notice_and_sheets_print_pictures_with_their_alternative_text() -> None:
    notice = replace(NOTICE, person=replace(PERSON, name="渡\ue000　花子"), companions=(replace(PERSON, name="見本\ue001"),))
    assert set(_spoken(municipality_notice.compose(notice, pictures=KNOWN))) == {"外字 U+E000", "外字 U+E001"}
    assert _spoken(decision_sheet.decision_sheet(replace(SHEET, recipient="渡\ue000"), KNOWN))[:1] == ["外字 U+E000"]
    assert _spoken(sheets.anchor_slip(1, "7K2M", DAY, "佐\ue001", KNOWN, practice=False)) == ["外字 U+E001"]


def test_a_sheet_without_its_picture_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    template = typesetting._template("sheet.typ")
    broken = template.replace(b"else { routed(item) }", b"else { routed(item.filter(run => type(run) != dictionary)) }")
    assert broken != template
    others = {name: typesetting._template(name) for name in ("letter.typ", "paper.typ")}
    monkeypatch.setattr(typesetting, "_template", lambda name: others.get(name, broken))
    with pytest.raises(UserError, match="K-1898"):
        sheets.anchor_slip(1, "7K2M", DAY, "佐\ue001", KNOWN, practice=False)


def test_what_is_spoken_is_the_code_point() -> None:
    assert spoken("山\U000e01ef") == "外字 U+5C71 U+E01EF"


def test_a_variation_nobody_registered_can_have_a_picture() -> None:
    known = Pictures((("山\U000e01ef", redrawn(drawn(OTSU))),))
    made = _letter(
        destination=Destination("1608484", ("見本町1-1-1",), "山\U000e01ef 花子"), members=("山\U000e01ef",), benefits=(("給付", 1, ()),)
    )
    composed = letter_press.compose([made], WORDS, pictures=known)
    check_window(composed, LONG_3, [(made.code, made.destination)], known)
    plain = letter_press.compose([replace(made, destination=replace(made.destination, name="山 花子"))], WORDS, pictures=known)
    with pytest.raises(UserError, match="K-1816"):
        check_window(plain, LONG_3, [(made.code, made.destination)], known)


def test_pictures_do_not_show_themselves_in_a_repr() -> None:
    assert "PNG" not in repr(KNOWN)
    assert png_of(8, [b"\xff"] * 8).startswith(b"\x89PNG")
