"""支給対象者データ: what is accepted, what is normalised with a note, what refuses the whole household."""

from __future__ import annotations

from datetime import date

import pytest

from kyufu_desktop.domain.judgment import LevyClass
from kyufu_desktop.domain.values import Category, Relation
from kyufu_desktop.errors import FileProblem
from kyufu_desktop.exchange import dummies, envelope, host_files


def fatal(inspection):
    return {(finding.sheet, finding.row, finding.column) for finding in inspection.findings if finding.fatal}


def notes(inspection):
    return {(finding.sheet, finding.row, finding.column) for finding in inspection.findings if not finding.fatal}


def test_clean_workbook_comes_in_whole_and_to_the_code_point(targets):
    inspection = targets.inspect()
    assert inspection.findings == ()
    assert (inspection.cases_in, inspection.people_in, inspection.refused_households) == (3, 4, 0)
    assert (inspection.created_on, inspection.base_date) == (date(2024, 6, 10), date(2024, 6, 3))
    assert inspection.count_agrees
    parent, child = inspection.people[1:3]
    assert parent.name == "葛\U000e0100城\u3000空"
    assert parent.relation is Relation.HEAD and child.relation is Relation.MEMBER and child.relation_word == "子"
    assert parent.birth.day == date(1990, 4, 29)
    assert parent.category is Category.DV and not parent.unprintable
    facts = inspection.facts[parent.resident_number]
    assert facts.tax.levy is LevyClass.EXEMPT and facts.tax.origin == "ホスト 判定資料 3行目"


def test_columns_are_found_by_heading_in_any_order(targets):
    targets.people_headings.reverse()
    targets.facts_headings.reverse()
    assert targets.inspect().people_in == 4


@pytest.mark.parametrize("heading", ["住民番号", "特別対応区分", "生活保護費支給口座情報"])
def test_missing_heading_is_refused_by_its_name(targets, heading):
    targets.people_headings.remove(heading)
    with pytest.raises(FileProblem) as problem:
        targets.inspect()
    assert heading in problem.value.happened
    assert problem.value.findings[0].column == heading


def test_doubled_heading_is_refused_by_its_name(targets):
    targets.people_headings.append("漢字氏名")
    with pytest.raises(FileProblem) as problem:
        targets.inspect()
    assert "漢字氏名" in problem.value.happened and "重なって" in problem.value.happened


def test_unknown_heading_is_reported_and_ignored(targets):
    targets.people_headings.append("新しい列")
    for person in targets.people:
        person["新しい列"] = "値"
    inspection = targets.inspect()
    assert inspection.people_in == 4
    assert notes(inspection) == {("支給対象者", 1, "新しい列")}


def test_count_that_disagrees_is_said_once_and_left_to_the_caller(targets):
    targets.cover["件数"] = 5
    inspection = targets.inspect()
    assert not inspection.count_agrees
    assert (inspection.cover_count, inspection.counted) == (5, 4)
    assert [finding.column for finding in inspection.findings] == ["件数"]
    assert inspection.people_in == 4


@pytest.mark.parametrize(
    ("item", "value"), [("様式", "支給対象者データ 第9版"), ("作成日", "きのう"), ("基準日", None), ("件数", "多数"), ("様式", None)]
)
def test_cover_that_cannot_be_understood_refuses_the_file(targets, item, value):
    targets.cover[item] = value
    with pytest.raises(FileProblem) as problem:
        targets.inspect()
    assert problem.value.code == "K-1222" and item in problem.value.happened


FATAL = [
    ("住民番号", "009900000"),
    ("住民番号", 99000002),
    ("住民番号", "٠٠٩٩٠٠٠٠٠٢"),
    ("住民番号", "9999999999"),
    ("世帯番号", "99000002"),
    ("給付管理番号", "R5099000002"),
    ("給付管理番号", None),
    ("漢字氏名", None),
    ("漢字氏名", "\u3000 "),
    ("漢字氏名", "山田\n太郎"),
    ("漢字氏名", "山田\u202e太郎"),
    ("漢字氏名", "山〓 太郎"),
    ("漢字氏名", "山? 太郎"),
    ("漢字氏名", "山\ufffd太郎"),
    ("漢字氏名", '=HYPERLINK("http://x","山田")'),
    ("漢字氏名", "＝1+1"),
    ("漢字氏名", "@cmd"),
    ("漢字氏名", "山" * 300),
    ("漢字住所", "-1+1"),
    ("漢字住所", None),
    ("カナ氏名", "山田花子"),
    ("カナ氏名", "+ヤマダ"),
    ("生年月日", "2024-02-30"),
    ("生年月日", "昭和元年12月24日"),
    ("生年月日", "昭和65年1月1日"),
    ("生年月日", "2024-06-11"),
    ("生年月日", None),
    ("生年月日", -1),
    ("郵便番号", "160-00"),
    ("郵便番号", "16000222"),
    ("郵便番号", 1600022),
    ("在留カード番号", "A12345678BC"),
    ("続柄", None),
    ("続柄", "子"),
    ("特別対応区分", "その他"),
    ("特別対応区分", None),
    ("特別対応区分", "施設入所高齢者"),
    ("振込口座情報", "0001-001-1-123456-ヤマダ"),
    ("過去の給付金支給口座情報", 123.0),
    ("口座フラグ", "4"),
    ("確認書発送日", "2024-13-01"),
    ("給付状況", "支給ずみ"),
]


@pytest.mark.parametrize(("heading", "value"), FATAL)
def test_fault_refuses_the_whole_household_and_nobody_else(targets, heading, value):
    targets.people[1][heading] = value
    inspection = targets.inspect()
    assert any(column == heading and row in {3, 4} for _, row, column in fatal(inspection))
    assert [person.resident_number for person in inspection.people] == ["0099000001", "0099000004"]
    assert inspection.refused_households == 1
    assert set(inspection.facts) == {"0099000001", "0099000004"}


NORMALISED = [
    ("住民番号", "００９９０００００２", "resident_number", "0099000002"),
    ("世帯番号", "０９９０００００２", "household_number", "099000002"),
    ("郵便番号", "1600022", "postal", "160-0022"),
    ("郵便番号", "〒１６０－００２２", "postal", "160-0022"),
    ("カナ氏名", "ﾔﾏﾀﾞ ﾊﾅｺ", "kana", "ヤマダ ハナコ"),
    ("カナ氏名", "やまだ はなこ", "kana", "ヤマダ ハナコ"),
    ("漢字住所", "東京都新宿区\n新宿五丁目", "address", "東京都新宿区新宿五丁目"),
    ("漢字住所", "東京都新宿区\r\n新宿五丁目", "address", "東京都新宿区新宿五丁目"),
    ("漢字方書", "字\ue000荘", "building", "字\ue000荘"),
]


@pytest.mark.parametrize(("heading", "value", "field", "expected"), NORMALISED)
def test_writing_that_is_only_unusual_is_normalised_with_a_note(targets, heading, value, field, expected):
    targets.people[1][heading] = value
    inspection = targets.inspect()
    assert fatal(inspection) == set()
    assert ("支給対象者", 3, heading) in notes(inspection)
    assert getattr(inspection.people[1], field) == expected


@pytest.mark.parametrize(("value", "day"), [(45000, date(2023, 3, 15)), ("45000", date(2023, 3, 15)), ("昭和64年1月7日", date(1989, 1, 7))])
def test_birth_dates_as_serial_number_and_on_the_last_day_of_an_era(targets, value, day):
    targets.people[2]["生年月日"] = value
    inspection = targets.inspect()
    assert fatal(inspection) == set()
    assert inspection.people[2].birth.day == day


def test_unknown_birth_day_is_accepted_as_unknown(targets):
    targets.people[1]["生年月日"] = "昭和20年不詳"
    inspection = targets.inspect()
    assert inspection.people[1].birth.unknown and inspection.people[1].birth.written == "昭和20年不詳"
    assert ("支給対象者", 3, "生年月日") in notes(inspection)


def test_private_use_character_in_a_name_is_marked_unprintable(targets):
    targets.people[1]["漢字氏名"] = "渡\ue001\u3000太郎"
    inspection = targets.inspect()
    assert inspection.people[1].unprintable and inspection.people[1].name == "渡\ue001\u3000太郎"
    assert not inspection.people[0].unprintable
    assert ("支給対象者", 3, "漢字氏名") in notes(inspection)
    (said,) = (finding.why for finding in inspection.findings if finding.column == "漢字氏名")
    assert "「外字」の画面" in said and "渡" not in said


def test_address_of_three_hundred_characters_is_accepted(targets):
    targets.people[1]["漢字方書"] = "棟" * 300
    assert targets.inspect().people[1].building == "棟" * 300


def test_long_name_is_measured_in_characters_as_people_see_them(targets):
    targets.people[1]["漢字氏名"] = "葛\U000e0100" * 150
    assert targets.inspect().people_in == 4


def test_resident_without_kana_is_accepted_with_a_note(targets):
    targets.people[1]["カナ氏名"] = None
    inspection = targets.inspect()
    assert inspection.people[1].kana == "" and ("支給対象者", 3, "カナ氏名") in notes(inspection)


@pytest.mark.parametrize("heading", ["漢字方書", "給付管理番号", "旧氏", "点字利用者情報", "漢字氏名"])
@pytest.mark.parametrize("written", ["123456789018", "１２３４５６７８９０１８", "1234-5678-9018", "番号 1234 5678 9018 です"])
def test_my_number_is_refused_and_never_echoed(targets, heading, written):
    targets.people[1][heading] = written
    inspection = targets.inspect()
    assert [person.resident_number for person in inspection.people] == ["0099000001", "0099000004"]
    assert any("個人番号" in finding.why and finding.column == heading for finding in inspection.findings)
    assert "9018" not in repr(inspection.findings) and "９０１８" not in repr(inspection.findings)


def test_twelve_digits_with_another_check_digit_are_no_my_number(targets):
    targets.people[1]["漢字方書"] = "部屋123456789017"
    assert fatal(targets.inspect()) == set()


def test_findings_never_echo_names_addresses_or_accounts(targets):
    for person in targets.people:
        person.update({"漢字氏名": "=秘匿氏名", "漢字住所": "=秘匿住所", "振込口座情報": "秘匿口座", "カナ氏名": "秘匿"})
        person["給付状況"] = "秘匿123456789018"
        person["特別対応区分"] = "1234567890秘匿の長い長い長い住所らしきもの"
    inspection = targets.inspect()
    assert inspection.people_in == 0
    assert "秘匿" not in repr(inspection) + str(inspection.findings)


def test_number_used_twice_names_both_rows_and_refuses_both_households(targets):
    targets.people[3]["住民番号"] = "0099000001"
    inspection = targets.inspect()
    assert {finding.row for finding in inspection.findings if finding.fatal} == {2, 5}
    assert all("2、5行目" in finding.why for finding in inspection.findings if finding.fatal)
    assert [person.resident_number for person in inspection.people] == ["0099000002", "0099000003"]


def test_two_heads_refuse_the_household(targets):
    targets.people[2]["続柄"] = "世帯主"
    inspection = targets.inspect()
    assert fatal(inspection) == {("支給対象者", 3, "続柄"), ("支給対象者", 4, "続柄")}
    assert inspection.people_in == 2


def test_management_number_of_two_households_refuses_both(targets):
    targets.people[3]["給付管理番号"] = targets.people[0]["給付管理番号"]
    inspection = targets.inspect()
    assert inspection.refused_households == 2
    assert [person.resident_number for person in inspection.people] == ["0099000002", "0099000003"]


def test_household_with_two_management_numbers_is_refused(targets):
    targets.people[2]["給付管理番号"] = "R699999999"
    inspection = targets.inspect()
    assert inspection.refused_households == 1 and inspection.people_in == 2


def test_row_whose_household_number_is_lost_takes_its_case_with_it(targets):
    targets.people[2]["世帯番号"] = "不明"
    inspection = targets.inspect()
    assert [person.resident_number for person in inspection.people] == ["0099000001", "0099000004"]


FATAL_FACTS = [
    ("令和6年度均等割", "免除かも"),
    ("令和6年度所得割額（定額減税前）", -1),
    ("令和6年度所得割額（定額減税前）", "▲5,000"),
    ("令和6年分推計所得税額", 100.5),
    ("合計所得金額", "たくさん"),
    ("未申告", "はい"),
    ("扶養者住民番号", "123"),
    ("扶養者住民番号", "0099000002"),
    ("16歳未満扶養親族数", 21),
    ("国外居住扶養親族数", 1),
    ("同一生計配偶者", 2),
]


@pytest.mark.parametrize(("heading", "value"), FATAL_FACTS)
def test_fault_in_the_facts_refuses_the_household(targets, heading, value):
    targets.facts[1][heading] = value
    inspection = targets.inspect()
    assert ("判定資料", 3, heading) in fatal(inspection)
    assert [person.resident_number for person in inspection.people] == ["0099000001", "0099000004"]


def test_doubled_facts_refuse_the_household(targets):
    targets.facts.append(dict(targets.facts[1]))
    inspection = targets.inspect()
    assert {row for sheet, row, _ in fatal(inspection) if sheet == "判定資料"} == {3, 6}
    assert inspection.people_in == 2


def test_missing_facts_are_a_note_and_mean_not_known(targets):
    del targets.facts[0]
    inspection = targets.inspect()
    assert inspection.people_in == 4 and "0099000001" not in inspection.facts
    assert ("支給対象者", 2, "住民番号") in notes(inspection)


def test_facts_of_nobody_are_a_note(targets):
    targets.facts.append({"住民番号": "0099999998", "令和6年度均等割": "課税"})
    inspection = targets.inspect()
    assert inspection.people_in == 4 and ("判定資料", 6, "住民番号") in notes(inspection)


def test_zeros_beside_an_unknown_levy_are_no_facts(targets):
    targets.facts[0].update({"令和6年度均等割": None, "令和6年度所得割額（定額減税前）": 0, "令和6年分推計所得税額": 0})
    tax = targets.inspect().facts["0099000001"].tax
    assert (tax.levy, tax.income_levy, tax.income_tax, tax.total_income) == (None, None, None, None)


def test_amounts_written_as_text_are_read(targets):
    targets.facts[0]["合計所得金額"] = "18,050,000円"
    inspection = targets.inspect()
    assert inspection.facts["0099000001"].tax.total_income == 18_050_000


def test_account_flags_that_do_not_fit_are_one_note_for_all(targets):
    targets.people[0]["口座フラグ"] = targets.people[1]["口座フラグ"] = "2"
    inspection = targets.inspect()
    assert [finding.column for finding in inspection.findings] == ["口座フラグ"] and "2行" in inspection.findings[0].why


def test_inspection_shows_no_person_in_its_repr(targets):
    shown = repr(targets.inspect())
    assert "青葉" not in shown and "0099000001" not in shown and "新宿五丁目" not in shown


@pytest.mark.parametrize("sheet", [1, 2])
def test_missing_sheet_is_refused_by_its_name(targets, sheet):
    from kyufu_desktop.exchange import raw_workbook

    sheets = targets.sheets()
    name = sheets.pop(sheet)[0]
    with pytest.raises(FileProblem) as problem:
        host_files.inspect_targets(envelope.seal(raw_workbook.write(sheets), "p"), "p", "targets.xlsx")
    assert name in problem.value.happened


def test_planned_payments_come_with_folded_kana_and_planted_meetings():
    sealed = dummies.planned_workbook(3, 20, "p", rows=50)
    inspection = host_files.inspect_planned(sealed, "p", "planned.xlsx")
    assert inspection.count_agrees and inspection.findings == ()
    assert len(inspection.rows) == inspection.counted == 56
    known = {person.household_number for household in dummies.ward(3, 20) for person in household}
    assert any(row.household_number in known for row in inspection.rows)
    assert all("ー" not in row.kana_folded and " " not in row.kana_folded for row in inspection.rows)


def test_planned_payment_that_cannot_be_compared_is_fatal():
    from kyufu_desktop.exchange import layouts, raw_workbook

    layout = layouts.known("planned")[0]
    rows = dummies.planned_rows(3, 6, 3)
    spoiled = [["番号なし", *rows[0][1:]], [*rows[1][:4], "不明", *rows[1][5:]], *rows[2:]]
    cover = [["作成日", "2024-07-01"], ["件数", len(rows)], ["様式", layout.form]]
    headings = [column.heading for column in layout.sheets[0].columns]
    plain = raw_workbook.write([("表紙", ["項目", "値"], cover), (layout.sheets[0].name, headings, spoiled)])
    inspection = host_files.inspect_planned(envelope.seal(plain, "p"), "p", "planned.xlsx")
    assert {(finding.row, finding.column) for finding in inspection.findings if finding.fatal} == {(2, "給付管理番号"), (3, "生年月日")}
    assert len(inspection.rows) == len(rows)
