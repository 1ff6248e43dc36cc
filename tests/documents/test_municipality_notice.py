"""The notice to the municipality of registration: it cannot even be given the place, and what it is given stands on the page."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from datetime import date

import pypdfium2
import pytest

from kyufu_desktop.documents import municipality_notice as documents
from kyufu_desktop.documents.municipality_notice import MunicipalityNotice, NoticePerson
from kyufu_desktop.documents.wording import FORBIDDEN_WORDS, letters_dir
from kyufu_desktop.errors import FileProblem, UserError

PERSON = NoticePerson("渡邉\U000e0102　葛\U000e0100城", "ワタナベ カツラギ", "昭和62年4月3日", "神奈川県川崎市架空区見本町三丁目9番1号")
NOTICE = MunicipalityNotice(
    "通知 第12号", date(2024, 8, 28), "神奈川県川崎市", "令和6年度 見本給付金", date(2024, 8, 20), PERSON,
    (NoticePerson("見本　次郎", "ミホン ジロウ", "平成27年5月5日", PERSON.registered), NoticePerson("見本　三郎", "", "", "")),
)  # fmt: skip


def _text(pdf: bytes) -> str:
    return re.sub(r"\s", "", documents.page_text(pdf))


def test_the_notice_has_no_place_for_what_would_betray() -> None:
    fields = {field.name for kind in (MunicipalityNotice, NoticePerson) for field in dataclasses.fields(kind)}
    assert fields == {
        "number", "issued_on", "municipality", "programme", "requested_on", "person", "companions", "practice",
        "name", "kana", "birth", "registered",
    }  # fmt: skip


def test_everything_that_it_is_given_stands_on_one_page() -> None:
    pdf = documents.compose(NOTICE)
    text = _text(pdf)
    for words in (
        "親展",
        "神奈川県川崎市長",
        "令和6年8月20日",
        "令和6年度見本給付金",
        "ワタナベカツラギ",
        "見本次郎",
        "ミホンジロウ",
        "見本三郎",
        "平成27年5月5日",
    ):
        assert words in text, words
    assert "葛\U000e0100城" in text, "the variant is printed, not its ordinary shape"
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    document.close()


def test_the_fixed_words_say_nothing_of_why() -> None:
    text = _text(documents.compose(dataclasses.replace(NOTICE, companions=())))
    assert [word for word in FORBIDDEN_WORDS if word in text] == []
    assert "どなたにも知らせないでください" in text


def test_names_are_not_in_the_representation() -> None:
    assert "渡" not in repr(NOTICE) and "川崎" not in repr(NOTICE)


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        (dataclasses.replace(NOTICE, person=dataclasses.replace(PERSON, name="山\ue000　花子")), "申し出た方: U+E000"),
        (dataclasses.replace(NOTICE, companions=(dataclasses.replace(PERSON, name="見本\ue001"),)), "同伴の方1人目: U+E001"),
        (dataclasses.replace(NOTICE, municipality="川崎\ue002市"), "区市町村の名前: U+E002"),
    ],
)
def test_a_character_that_no_font_holds_is_refused_with_whose_it_is(notice: MunicipalityNotice, words: str) -> None:
    with pytest.raises(UserError) as caught:
        documents.compose(notice)
    assert caught.value.code == "K-1831" and words in caught.value.happened and "花子" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "code"), [("lead", "", "K-1834"), ("lead", "避難している方です。", "K-1835"), ("keep", [], "K-1834")]
)
def test_words_that_are_missing_or_would_betray_are_refused(key: str, value: object, code: str) -> None:
    table = tomllib.loads((letters_dir() / "municipality_notice.toml").read_text(encoding="utf-8"))
    table["words"][key] = value
    with pytest.raises(FileProblem) as caught:
        documents.parse(table)
    assert caught.value.code == code


def test_practice_is_printed_across_the_page() -> None:
    assert "練習" in _text(documents.compose(dataclasses.replace(NOTICE, practice=True)))
    assert "練習" not in _text(documents.compose(NOTICE))
