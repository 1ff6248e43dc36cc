"""A request without 不開示 would show in the person's portal which municipality asked: it is stopped before it is sealed."""

from __future__ import annotations

from datetime import date

import pytest

from kyufu_desktop.errors import CustodyProblem
from kyufu_desktop.exchange import inquiry_check, inquiry_files, raw_workbook
from kyufu_desktop.exchange.inquiry_files import TaxInquiry

DAY = date(2024, 6, 12)
COVER = ("表紙", ["項目", "値"], [["作成日", "2024-06-12"]])
HEADINGS = ["住民番号", "照会先", "不開示"]


def test_what_the_writer_makes_passes() -> None:
    tax = inquiry_files.tax_inquiry_workbook([TaxInquiry("0099000001", "横浜市")] * 40, created_on=DAY, practice=False)
    inquiry_check.require_hidden(tax, "inquiry_tax", 40)
    account = inquiry_files.account_inquiry_workbook(["0099000001"], created_on=DAY, practice=True)
    inquiry_check.require_hidden(account, "inquiry_account", 1)


@pytest.mark.parametrize("flag", [None, "", "不要", "1", " 要", "要 "])
def test_one_row_without_the_flag_stops_the_whole_file(flag: str | None) -> None:
    rows = [["0099000001", "横浜市", "要"], ["0099000002", "横浜市", flag], ["0099000003", "横浜市", "要"]]
    plain = raw_workbook.write([COVER, ("税照会", HEADINGS, rows)])
    with pytest.raises(CustodyProblem) as caught:
        inquiry_check.require_hidden(plain, "inquiry_tax", 3)
    assert caught.value.code == "K-1766" and "3行目" in caught.value.happened and "0099000002" not in str(caught.value)


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ([*HEADINGS, "区分"], ["0099000001", "横浜市", "要", "DV避難者"]),
        ([*HEADINGS, "氏名"], ["0099000001", "横浜市", "要", "見本 花子"]),
        (["住民番号", "照会先"], ["0099000001", "横浜市"]),
        (["住民番号", "照会先", "不開示", "不開示"], ["0099000001", "横浜市", "要", "不要"]),
    ],
)
def test_any_other_column_than_the_three_stops_it(headings: list[str], row: list[str]) -> None:
    with pytest.raises(CustodyProblem):
        inquiry_check.require_hidden(raw_workbook.write([COVER, ("税照会", headings, [row])]), "inquiry_tax", 1)


def test_another_sheet_or_a_row_too_many_stops_it() -> None:
    rows = [["0099000001", "横浜市", "要"]]
    extra = raw_workbook.write([COVER, ("税照会", HEADINGS, rows), ("ほか", ["住民番号"], [["0099000009"]])])
    for plain, count in ((extra, 1), (raw_workbook.write([COVER, ("税照会", HEADINGS, rows)]), 2)):
        with pytest.raises(CustodyProblem):
            inquiry_check.require_hidden(plain, "inquiry_tax", count)
