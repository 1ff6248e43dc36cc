"""The confirmation letter: the window, the codes, the words, the variants, the mark of practice."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pypdfium2
import pytest

from kyufu_desktop.documents import letter_press, wording
from kyufu_desktop.documents.letters import Confirmation, Destination, working_lines
from kyufu_desktop.domain.judgment import AdjustmentWorking
from kyufu_desktop.errors import Cancelled, UserError

WORDS = wording.load()
WORKING = AdjustmentWorking((("本人", 1), ("配偶者", 1), ("一般扶養", 2)), 4, 120000, 79000, 41000, 40000, 35000, 5000, 46000, 50000)
MM = 72 / 25.4


def _letter(number: int = 1, **changes: object) -> Confirmation:
    letter = Confirmation(
        code=f"R60142{number:04d}-01",
        document_number="6新総総第1207号",
        issued_on=date(2024, 8, 28),
        deadline=date(2024, 10, 31),
        destination=Destination("1608484", ("東京都新宿区西新宿二丁目8番1号", "みどり荘 402号室"), "渡邉\U000e0102 葛\U000e0100城"),
        benefits=(("均等割のみ課税化給付", 100000, ("1世帯当たり10万円",)), ("調整給付", 50000, ())),
        members=("渡邉\U000e0102 葛\U000e0100城", "渡邉\U000e0102 \U00020bb7太郎"),
        adjustment=working_lines(WORKING),
    )
    return replace(letter, **changes)  # type: ignore[arg-type]


def _text(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode("utf-8")


def _words(pdf: bytes) -> list[list[tuple[float, float, float, float, str]]]:
    """Words of every page with their boxes in mm from the top left."""
    answer = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    space = "{http://www.w3.org/1999/xhtml}"
    pages = []
    for page in ElementTree.fromstring(answer.decode("utf-8")).iter(f"{space}page"):
        found = []
        for word in page.iter(f"{space}word"):
            box = [float(word.attrib[key]) / MM for key in ("xMin", "yMin", "xMax", "yMax")]
            found.append((box[0], box[1], box[2], box[3], word.text or ""))
        pages.append(found)
    return pages


def _ink(pdf: bytes, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float] | None:
    """What is printed inside a rectangle of the first page (mm), as the box of its ink in mm; None where it is white."""
    document = pypdfium2.PdfDocument(pdf)
    image = document[0].render(scale=300 / 72, grayscale=True).to_pil()
    document.close()
    dots = 300 / 25.4
    part = image.crop((round(left * dots), round(top * dots), round(right * dots), round(bottom * dots)))
    box = part.point(lambda value: 255 if value < 200 else 0).getbbox()
    if box is None:
        return None
    return (left + box[0] / dots, top + box[1] / dots, left + box[2] / dots, top + box[3] / dots)


HARD = {
    "short": Destination("000-8484", ("東京都見本区北町一丁目4番1号",), "山田 花子"),
    "care of": Destination("2720021", ("千葉県市川市八幡三丁目4番5号",), "髙橋 \U00020bb7子", care_of="みどり園 気付"),
    "long lines": Destination(
        "1600023", ("東京都新宿区西新宿二丁目8番1号 パークサイドレジデンス新宿中央公園前 ウエストタワー", "3401号室"), "山田 花子"
    ),
    "three lines": Destination(
        "1600023", ("東京都新宿区西新宿二丁目8番1号", "第二みどりハイツ新宿 東棟", "402号室 佐々木様方"), "山田 花子"
    ),
    "long name": Destination("1600023", ("東京都新宿区西新宿二丁目8番1号",), "MARIA CONCEPCION DE LOS SANTOS FERNANDEZ NGUYỄN THỊ HOA"),
    "variants": Destination("1600023", ("葛\U000e0100飾区\U0002000b町1-1",), "渡邉\U000e0118 葛\U000e0102城", care_of="邊\U000e0101 気付"),
}


@pytest.mark.parametrize("kind", HARD)
def test_destination_stays_where_the_window_always_shows_it(kind: str) -> None:
    pdf = letter_press.compose([_letter(destination=HARD[kind])], WORDS).pdf
    box = _ink(pdf, 0, 0, 112, 58)
    assert box is not None
    assert box[0] >= 22 and box[1] >= 13 and box[2] <= 87 and box[3] <= 37, box


@pytest.mark.parametrize("kind", HARD)
def test_nothing_but_the_destination_can_come_into_the_window(kind: str) -> None:
    destination = HARD[kind]
    pdf = letter_press.compose([_letter(destination=destination, reissue=3)], WORDS).pdf
    inside = "".join(word[4] for word in _words(pdf)[0] if word[0] < 112 and word[1] < 58)
    expected = f"〒{destination.postal.replace('-', '')[:3]}-{destination.postal.replace('-', '')[3:]}"
    expected += "".join(destination.lines) + destination.care_of + destination.name + destination.honorific
    squeeze = re.compile(r"\s|[\U000e0100-\U000e01ef]")
    assert squeeze.sub("", inside) == squeeze.sub("", expected)


def test_customer_bar_code_stays_in_the_window_too() -> None:
    words = replace(WORDS, customer_barcode=True)
    box = _ink(letter_press.compose([_letter()], words).pdf, 0, 0, 112, 58)
    assert box is not None
    assert box[0] >= 22 and box[1] >= 13 and box[2] <= 87 and box[3] <= 37, box


def test_destination_too_long_for_the_window_is_refused_before_printing() -> None:
    long = Destination("1600023", ("東京都新宿区西新宿二丁目8番1号", "みどり" * 100), "山田 花子")
    with pytest.raises(UserError) as caught:
        letter_press.compose([_letter(1), _letter(2, destination=long)], WORDS)
    assert caught.value.code == "K-1805"
    assert "R601420002-01" in str(caught.value) and "みどり" not in str(caught.value)


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbar-tools is not installed")
def test_code_is_read_back_from_every_page(tmp_path: Path) -> None:
    pdf = letter_press.compose([_letter(1), _letter(2, practice=True)], WORDS).pdf
    document = pypdfium2.PdfDocument(pdf)
    read = []
    for number in range(len(document)):
        picture = tmp_path / f"{number}.png"
        document[number].render(scale=300 / 72).to_pil().save(picture)
        answer = subprocess.run(["zbarimg", "-q", "--raw", str(picture)], capture_output=True, text=True, check=False)
        read.append(answer.stdout.strip())
    document.close()
    assert read == [f"R60142000{letter}-01-{page}" for letter in (1, 2) for page in (1, 2, 3)]


def test_letter_form_and_guide_are_three_pages_that_say_so() -> None:
    composed = letter_press.compose([_letter()], WORDS)
    assert composed.pages_per_letter == (3,)
    pages = _text(composed.pdf).split("\f")
    for number, title in enumerate(("支給要件確認書", "振込先の届出・署名", "記入のご案内"), start=1):
        assert f"{number}／3 枚" in pages[number - 1] and title in pages[number - 1]


@pytest.mark.parametrize("name", ["confirmation_r6", "confirmation_r6_12", "confirmation_r5_70000", "confirmation_r7_fusoku"])
def test_the_office_is_called_at_the_foot_and_nowhere_asked_for_its_own_number(name: str) -> None:
    one, two = _text(letter_press.compose([_letter()], wording.load(name)).pdf).split("\f")[:2]
    assert one.count("03-0000-0000") == two.count("03-0000-0000") == 1
    assert two.count("電話番号") == 2


def test_every_page_of_every_letter_carries_its_own_code_and_count() -> None:
    composed = letter_press.compose([_letter(number) for number in range(1, 4)], WORDS)
    pages = _words(composed.pdf)
    for position, page in enumerate(pages):
        codes = {word[4] for word in page if re.fullmatch(r"R\d{9}-\d\d-\d", word[4])}
        assert codes == {f"R60142{position // 3 + 1:04d}-01-{position % 3 + 1}"}
        assert f"{position % 3 + 1}／3" in "".join(word[4] for word in page)


def test_letter_says_amounts_working_deadline_and_what_being_late_means() -> None:
    text = re.sub(r"\s", "", _text(letter_press.compose([_letter()], WORDS).pdf))
    for words in (
        "150,000円",
        "100,000円",
        "41,000円",
        "46,000円",
        "令和6年8月28日",
        "令和6年10月31日（木）",
        "当日消印有効",
        "辞退したもの",
        "新宿区長",
    ):
        assert words in text, words


@pytest.mark.parametrize("word", wording.FORBIDDEN_WORDS)
def test_no_word_of_the_letter_tells_why_the_case_is_special(word: str) -> None:
    assert word not in re.sub(r"\s", "", _text(letter_press.compose([_letter()], WORDS).pdf))


def test_letter_has_no_field_for_what_must_not_be_printed() -> None:
    assert set(Confirmation.__dataclass_fields__) == {
        "code",
        "document_number",
        "issued_on",
        "deadline",
        "destination",
        "benefits",
        "members",
        "adjustment",
        "practice",
        "reissue",
        "management_number",
        "layout",
        "on_behalf_of",
    }
    assert set(Destination.__dataclass_fields__) == {"postal", "lines", "name", "honorific", "care_of"}


def test_letter_does_not_show_itself_in_a_repr() -> None:
    shown = repr(_letter())
    assert "新宿" not in shown.replace("6新総総", "") and "葛" not in shown and "100000" not in shown


def test_missing_character_is_refused_with_letter_and_code_point() -> None:
    with pytest.raises(UserError) as caught:
        letter_press.compose([_letter(1), _letter(2, members=("山\ue000",))], WORDS)
    assert caught.value.code == "K-1804"
    assert "R601420002-01" in str(caught.value) and "U+E000" in str(caught.value)


def test_missing_character_in_a_word_is_refused_too() -> None:
    with pytest.raises(UserError) as caught:
        letter_press.compose([_letter(1), _letter(2, document_number="\ue001")], WORDS)
    assert caught.value.code == "K-1804" and "R601420002-01" in str(caught.value)
    with pytest.raises(UserError) as caught:
        letter_press.compose([_letter(1)], replace(WORDS, values={**WORDS.values, "lead": "\ue001"}))
    assert caught.value.code == "K-1806" and "R601420001-01" in str(caught.value)


def test_a_name_in_a_line_of_detail_is_printed_by_the_font_that_the_index_names() -> None:
    pdf = letter_press.compose([_letter(benefits=(("調整給付", 50000, ("納税義務者 渡邉\U000e0102 \U00020bb7太郎",)),))], WORDS).pdf
    assert "\U00020bb7太郎" in _text(pdf)


def test_variants_are_printed_by_the_font_that_the_index_names() -> None:
    pdf = letter_press.compose([_letter(members=("葛\U000e0102", "\U00020bb7", "邉\U000e0118"))], WORDS).pdf
    used = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True).stdout.decode("utf-8")
    assert "IPAmjMincho" in used and "NotoSerifCJK" in used
    without = letter_press.compose([_letter(destination=HARD["short"], members=("山田 花子",))], WORDS).pdf
    used = subprocess.run(["pdffonts", "-"], input=without, capture_output=True, check=True).stdout.decode("utf-8")
    assert "IPAmjMincho" not in used and "NotoSerifCJK" not in used


@pytest.mark.parametrize("practice", [True, False])
def test_practice_stands_across_every_page_of_practice_and_nowhere_else(practice: bool) -> None:
    for page in _words(letter_press.compose([_letter(practice=practice)], WORDS).pdf):
        assert any(character in word[4] for word in page for character in "練習") is practice


def test_preview_never_receives_the_destination() -> None:
    pdf = letter_press.preview(_letter(destination=HARD["care of"], members=("山田 花子",)), WORDS)
    text = _text(pdf)
    assert "八幡" not in text and "みどり園" not in text and "272" not in text and "様" not in text
    with pikepdf.open(io.BytesIO(pdf)) as document:
        content = b"".join(page.Contents.read_bytes() for page in document.pages)
    assert b"\x51\x6b\x5e\x61" not in content


def test_reissue_is_marked() -> None:
    assert "再発行 2" in _text(letter_press.compose([_letter(reissue=2)], WORDS).pdf)
    assert "再発行" not in _text(letter_press.compose([_letter()], WORDS).pdf)


def test_pdf_is_tagged_and_archival() -> None:
    with pikepdf.open(io.BytesIO(letter_press.compose([_letter()], WORDS).pdf)) as document:
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang).startswith("ja")
        metadata = document.Root.Metadata.read_bytes()
    assert b"pdfuaid:part" in metadata and b"pdfaid:part" in metadata


def test_letters_beyond_one_chunk_are_joined_in_order() -> None:
    composed = letter_press.compose([_letter(number) for number in range(1, 53)], WORDS)
    assert len(composed.parts) == 4 and composed.pages_per_letter == (3,) * 52
    pages = _words(composed.pdf)
    assert len(pages) == 156
    assert any(word[4] == "R601420052-01-3" for word in pages[155])


def test_stopping_keeps_nothing() -> None:
    def stop(done: int, _of: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        letter_press.compose([_letter(number) for number in range(1, 53)], WORDS, stop)


def test_many_members_still_fit_the_first_page() -> None:
    members = tuple(f"渡邉\U000e0102 花子{number}" for number in range(9))
    assert letter_press.compose([_letter(members=members)], WORDS).pages_per_letter == (3,)
