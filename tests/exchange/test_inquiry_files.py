"""Inquiries and answers, exclusion, status: what leaves says no more than it must, what returns is checked."""

from __future__ import annotations

from datetime import date

import pytest

from kyufu_desktop.domain.inquiry import AnswerResult
from kyufu_desktop.domain.values import BENEFIT_HOST_WORDS, CATEGORY_HOST_WORDS, CATEGORY_LABELS, Benefit
from kyufu_desktop.exchange import envelope, inquiry_files, raw_workbook, workbook
from kyufu_desktop.exchange.inquiry_files import StatusRow, TaxInquiry

DAY = date(2024, 6, 12)
TAX = ["住民番号", "照会先", "処理結果", "令和6年度均等割", "令和6年度所得割額（定額減税前）", "合計所得金額", "未申告"]
ACCOUNT = ["住民番号", "処理結果", "公金受取口座情報"]


def sealed(sheet, headings, rows, form=None, count=None):
    cover = [["作成日", "2024-06-20"], ["件数", len(rows) if count is None else count], ["様式", form or f"{sheet} 第1版"]]
    return envelope.seal(raw_workbook.write([("表紙", ["項目", "値"], cover), (sheet, headings, rows)]), "p")


def test_tax_inquiry_asks_for_non_disclosure_of_everybody_and_says_nothing_else():
    plain = inquiry_files.tax_inquiry_workbook([TaxInquiry("0099000001", "神奈川県横浜市中区")] * 3, created_on=DAY, practice=True)
    sheets = workbook.read(plain, "a.xlsx")
    assert sheets["税照会"].rows[0] == ["住民番号", "照会先", "不開示"]
    assert all(row[2] == "要" for row in sheets["税照会"].rows[1:])
    assert ["区分", "練習"] in [row[:2] for row in sheets["表紙"].rows]


def test_account_inquiry_asks_for_non_disclosure_of_everybody():
    plain = inquiry_files.account_inquiry_workbook(["0099000001", "0099000002"], created_on=DAY, practice=False)
    assert workbook.read(plain, "a.xlsx")["口座照会"].rows == [["住民番号", "不開示"], ["0099000001", "要"], ["0099000002", "要"]]


def test_exclusion_holds_numbers_only():
    plain = inquiry_files.exclusion_workbook([("R699000001", "0099000001")], created_on=DAY, practice=False)
    assert workbook.read(plain, "a.xlsx")["委託対象外"].rows == [["給付管理番号", "住民番号"], ["R699000001", "0099000001"]]


def test_status_says_amount_and_day_but_never_a_category():
    rows = [
        StatusRow("R699000001", Benefit.KODOMO, True, 50_000, date(2024, 8, 15), "支給済", date(2024, 7, 1), date(2024, 7, 31)),
        StatusRow("R699000002", Benefit.HIKAZEI, False, 0, None, "不支給", None, None),
    ]
    plain = inquiry_files.status_workbook(rows, created_on=DAY, practice=False)
    table = workbook.read(plain, "a.xlsx")["給付状況"].rows
    assert table[1] == ["R699000001", "子ども加算", "支給", 50_000, "2024-08-15", "支給済", "2024-07-01", "2024-07-31"]
    assert table[2][:4] == ["R699000002", "令和6年度非課税化給付", "不支給", 0]
    everything = str(workbook.read(plain, "a.xlsx"))
    assert not any(word in everything for word in (*CATEGORY_HOST_WORDS, *CATEGORY_LABELS.values()))


def test_every_benefit_that_is_paid_has_a_word_for_the_host():
    assert set(BENEFIT_HOST_WORDS.values()) == set(Benefit) - {Benefit.HOUSEHOLD}


def test_answers_come_back_with_their_facts():
    taxed = ["0099000001", "横浜市", "正常", "課税", 35_000, 2_000_000, "1"]
    rows = [taxed, ["0099000002", "札幌市", "自動応答不可", None, None, None, None]]
    inspection = inquiry_files.inspect_tax_answers(sealed("税照会結果", TAX, rows), "p", "tax.xlsx")
    assert inspection.findings == () and inspection.count_agrees
    first, second = inspection.rows
    assert (first.income_levy, first.total_income, first.undeclared) == (35_000, 2_000_000, True)
    assert second.result is AnswerResult.NOT_AUTOMATIC and second.levy is None
    assert "0099000001" not in repr(inspection)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["0099000002", "横浜市", "正常", None, 0, 0, None], "令和6年度均等割"),
        (["0099000002", "横浜市", "該当者なし", "課税", 0, 0, None], "令和6年度均等割"),
        (["0099000002", "横浜市", "たぶん", "課税", 0, 0, None], "処理結果"),
        (["0099000002", None, "正常", "課税", 0, 0, None], "照会先"),
        (["0099000001", "横浜市", "正常", "課税", 0, 0, None], "住民番号"),
        (["123456789018", "横浜市", "正常", "課税", 0, 0, None], "住民番号"),
    ],
)
def test_faulty_answer_is_refused_and_its_row_named(row, column):
    rows = [["0099000001", "横浜市", "正常", "非課税", 0, 0, None], row]
    inspection = inquiry_files.inspect_tax_answers(sealed("税照会結果", TAX, rows), "p", "tax.xlsx")
    assert any(finding.fatal and finding.row == 3 and finding.column == column for finding in inspection.findings)
    assert all(answer.row != 3 for answer in inspection.rows)


def test_account_answer_without_account_means_none_registered():
    account = "0001-001-1-0900001-アオバ ミドリ"
    rows = [["0099000001", "正常", None], ["0099000002", "正常", account], ["0099000003", "該当者なし", account]]
    inspection = inquiry_files.inspect_account_answers(sealed("口座照会結果", ACCOUNT, rows), "p", "account.xlsx")
    assert [answer.account is None for answer in inspection.rows] == [True, False]
    assert [finding.row for finding in inspection.findings if finding.fatal] == [4]


def test_count_of_the_cover_is_compared():
    rows = [["0099000001", "正常", None]]
    inspection = inquiry_files.inspect_account_answers(sealed("口座照会結果", ACCOUNT, rows, count=2), "p", "account.xlsx")
    assert not inspection.count_agrees
