"""Workbooks that leave: texts stay texts to the code point, nothing becomes a formula, nothing touches a disk."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from datetime import date

import openpyxl
import openpyxl.worksheet._writer
import pytest

from kyufu_desktop.exchange import workbook, workbook_writer
from kyufu_desktop.exchange.workbook_writer import OutSheet

HOSTILE = [
    "=1+1",
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "＝1+1",
    '=HYPERLINK("http://x","y")',
    "http://example.invalid/",
    "\\\\server\\share",
    "mailto:a@example.invalid",
    "#N/A",
    "#REF!",
    "TRUE",
    "0012345678",
    "1E5",
    "2024-06-03",
    "'quoted",
    "{=1}",
    "a\nb",
    " leading and trailing ",
    "_x000D_",
    "<b>&amp;</b>",
]
FAITHFUL = [
    "髙橋",
    "山﨑",
    "𠮷田",
    "渡邉\U000e0102",
    "葛\U000e0100城",
    "\ue000",
    "𠀋",
    "NGUYỄN THỊ HOA",
    "㈱",
    "ｶﾞ",
    "\ufa19",
    "は\u3099",
    "〜−",
]


def cells(plain):
    sheets = workbook.read(plain, "a.xlsx")
    return [row[0] for row in sheets["表"].rows[1:]]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_leaves_as_text(text):
    plain = workbook_writer.write([OutSheet("表", ("列",), [(text,)])])
    sheet = zipfile.ZipFile(io.BytesIO(plain)).read("xl/worksheets/sheet1.xml")
    assert not re.search(rb"<f[\s>]|hyperlink|t=\"e\"|t=\"b\"|t=\"n\"><v>0012", sheet)
    cell = openpyxl.load_workbook(io.BytesIO(plain))["表"]["A2"]
    assert cell.data_type == "s" and cell.number_format == "@" and cell.quotePrefix
    assert cell.font.name == workbook_writer.FONT
    if text != "_x000D_":
        assert cell.value == text


@pytest.mark.parametrize("text", FAITHFUL)
def test_names_leave_to_the_code_point(text):
    assert cells(workbook_writer.write([OutSheet("表", ("列",), [(text,)])])) == [text]


def test_amounts_leave_as_numbers():
    assert cells(workbook_writer.write([OutSheet("表", ("列",), [(100_000,), (0,)])])) == [100_000, 0]


def test_control_character_is_refused_without_its_text():
    with pytest.raises(ValueError, match="表 row 2") as error:
        workbook_writer.write([OutSheet("表", ("列",), [("秘匿\x01",)])])
    assert "秘匿" not in str(error.value)


def test_writing_makes_no_temporary_file(monkeypatch):
    def forbidden(*_args, **_kwargs):
        raise AssertionError("a temporary file was asked for")

    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, forbidden)
    workbook_writer.write([OutSheet("表", ("列",), [("文",)] * 100)])


def test_the_librarys_own_way_to_a_temporary_file_is_closed():
    with pytest.raises(RuntimeError):
        openpyxl.worksheet._writer.create_temporary_file()
    with pytest.raises(RuntimeError):
        book = openpyxl.Workbook()
        book.active.append(["x"])
        book.save(io.BytesIO())


def test_cover_says_practice_or_real():
    for practice, word in ((True, "練習"), (False, "本番")):
        plain = workbook_writer.write([workbook_writer.cover("様式", date(2024, 6, 3), 3, practice=practice)])
        rows = dict(row[:2] for row in workbook.read(plain, "a.xlsx")["表紙"].rows)
        assert rows["区分"] == word and rows["件数"] == 3 and rows["作成日"] == "2024-06-03"
