"""The host's own sample workbooks, and the planted faults row by row."""

from __future__ import annotations

import pytest

from kyufu_desktop.errors import CellFinding
from kyufu_desktop.exchange import host_files, inquiry_files

PASSWORD = "renshu-2024"


@pytest.fixture
def dirty(sample):
    return host_files.inspect_targets(sample("targets_dirty.xlsx"), PASSWORD, "targets_dirty.xlsx")


def findings_at(inspection, row, column) -> list[CellFinding]:
    return [finding for finding in inspection.findings if (finding.row, finding.column) == (row, column)]


def test_clean_sample_comes_in_whole(sample):
    inspection = host_files.inspect_targets(sample("targets.xlsx"), PASSWORD, "targets.xlsx")
    assert (inspection.people_in, inspection.cases_in, inspection.refused_households) == (397, 240, 0)
    assert inspection.count_agrees and len(inspection.facts) == 397
    assert not any(finding.fatal for finding in inspection.findings)


def test_dirty_cover_counts_one_more_than_the_sheet(dirty):
    assert not dirty.count_agrees and (dirty.cover_count, dirty.counted) == (41, 40)


REFUSED = [
    (5, "住民番号"),
    (6, "住民番号"),
    (8, "生年月日"),
    (9, "生年月日"),
    (12, "漢字氏名"),
    (14, "郵便番号"),
    (17, "漢字氏名"),
    (18, "特別対応区分"),
    (19, "給付管理番号"),
    (20, "振込口座情報"),
    (20, "続柄"),
    (21, "続柄"),
    (22, "漢字氏名"),
]
ACCEPTED = [(3, "住民番号"), (10, "生年月日"), (11, "漢字氏名"), (13, "郵便番号"), (15, "カナ氏名"), (16, "漢字住所"), (23, "生年月日")]


@pytest.mark.parametrize(("row", "column"), REFUSED)
def test_planted_fault_is_refused_where_it_stands(dirty, row, column):
    assert any(finding.fatal for finding in findings_at(dirty, row, column))
    assert row not in {person.row for person in dirty.people}


@pytest.mark.parametrize(("row", "column"), ACCEPTED)
def test_planted_oddity_is_accepted_with_a_note(dirty, row, column):
    found = findings_at(dirty, row, column)
    assert found and not any(finding.fatal for finding in found)


def test_nothing_but_the_planted_faults_is_refused(dirty):
    assert {(finding.row, finding.column) for finding in dirty.findings if finding.fatal and finding.row} == set(REFUSED)
    assert (dirty.refused_households, dirty.people_in) == (7, 25)


def test_planted_oddities_are_normalised(dirty):
    by_row = {person.row: person for person in dirty.people}
    assert by_row[3].resident_number == "0012345678"
    assert by_row[10].birth.day.isoformat() == "2023-03-15"
    assert by_row[11].unprintable
    assert by_row[13].postal == "160-0022"
    assert by_row[15].kana == "ヤマダ ハナコ"
    # Rows 16 and 23 belong to households that another row refuses: nothing half.
    assert 16 not in by_row and 23 not in by_row


def test_planted_my_number_is_not_echoed(dirty):
    assert "9018" not in repr(dirty.findings)


def test_both_rows_of_the_doubled_number_are_named(dirty):
    assert "5、6行目" in findings_at(dirty, 5, "住民番号")[0].why


def test_planned_sample_is_read_whole(sample):
    inspection = host_files.inspect_planned(sample("planned_payments.xlsx"), PASSWORD, "planned_payments.xlsx")
    assert inspection.count_agrees and len(inspection.rows) == 5016 and inspection.findings == ()


def test_answer_samples_are_read_whole(sample):
    tax = inquiry_files.inspect_tax_answers(sample("tax_answers.xlsx"), PASSWORD, "tax_answers.xlsx")
    account = inquiry_files.inspect_account_answers(sample("account_answers.xlsx"), PASSWORD, "account_answers.xlsx")
    assert len(tax.rows) == 52 and len(account.rows) == 240
    assert tax.findings == () and account.findings == ()
