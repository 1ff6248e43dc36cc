"""To and from the host: what comes in stands whole or not at all, what goes out is sealed, proven and in the ledger."""

from __future__ import annotations

import dataclasses
import io
import os
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from kyufu_desktop.errors import Cancelled, Conflict, CustodyProblem, FileProblem, InputProblem
from kyufu_desktop.exchange import envelope
from kyufu_desktop.models.case import Case, Person, TaxFact
from kyufu_desktop.models.exchange import Export, ImportFile, InquiryRecord
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.services import cases, host_exchange, judgment
from tests.services.desk_work import ADDRESS, PASSWORD, Ward, facts, person, sample, workbook
from tests.services.office import silent


def stop_after(calls: int) -> host_exchange.Progress:
    """Progress of a person who presses やめる after so many reports."""
    left = [calls]

    def progress(done: int, total: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Cancelled

    return progress


def rows_of(data: bytes, password: str, sheet: str) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(envelope.open_sealed(data, password, "x")))
    return list(book[sheet].iter_rows(values_only=True))[1:]


def test_inspecting_stores_nothing(ward: Ward) -> None:
    inspection = ward.inspect("targets", ward.targets(5))
    assert inspection.new_cases == 5 and ward.count(Case) == 0 and ward.count(ImportFile) == 0


def test_the_same_file_comes_in_once(ward: Ward) -> None:
    data = ward.targets(5)
    inspection = ward.bring_in("targets", data)
    with pytest.raises(Conflict, match="K-1678"):
        ward.inspect("targets", data)
    with pytest.raises(Conflict, match="K-1678"):
        host_exchange.bring_in(ward.desk, inspection, True, silent)
    assert ward.count(Case) == 5


def test_a_household_with_a_faulty_row_is_refused_whole_and_the_others_come_in(ward: Ward) -> None:
    people = [person(10, 1), person(11, 1, 続柄="子", 生年月日="2024-02-30"), person(20, 2)]
    inspection = ward.bring_in("targets", workbook(people, [facts(10), facts(11), facts(20)]))
    assert inspection.refused_households == 1
    assert any(finding.row == 3 and finding.column == "生年月日" for finding in inspection.findings)
    with ward.desk.look() as session:
        assert list(session.scalars(select(Case.management_number))) == ["R600000002"]
        assert session.scalars(select(Person.resident_number)).all() == ["0000000020"]
        record = session.scalars(select(ImportFile)).one()
        assert record.refused == 1 and "生年月日" in record.report and "2024-02-30" not in record.report


def test_a_cover_count_that_disagrees_must_be_confirmed(ward: Ward) -> None:
    inspection = ward.inspect("targets", workbook([person(10, 1)], [facts(10)], count=2))
    assert not inspection.count_agrees
    with pytest.raises(InputProblem, match="K-1679"):
        host_exchange.bring_in(ward.desk, inspection, False, silent)
    assert ward.count(Case) == 0
    host_exchange.bring_in(ward.desk, inspection, True, silent)
    assert ward.count(Case) == 1


def test_a_cancelled_import_leaves_nothing(ward: Ward) -> None:
    inspection = ward.inspect("targets", ward.targets(60))
    acts = ward.acts()
    with pytest.raises(Cancelled):
        host_exchange.bring_in(ward.desk, inspection, True, stop_after(1))
    assert (ward.count(Case), ward.count(Person), ward.count(ImportFile)) == (0, 0, 0)
    assert ward.acts() == acts


def test_a_corrected_file_shows_its_differences_and_appends_new_facts(ward: Ward) -> None:
    ward.bring_in("targets", workbook([person(10, 1), person(20, 2)], [facts(10), facts(20)]))
    corrected = [person(10, 1, 漢字氏名="見本　花江"), person(20, 2)]
    tax = [facts(10, 令和6年度均等割="均等割のみ"), facts(20)]
    inspection = ward.inspect("targets", workbook(corrected, tax))
    assert (inspection.new_cases, inspection.changed_cases, inspection.unchanged_cases) == (0, 1, 1)
    assert ("R600000001", "漢字氏名", "見本　花子 → 見本　花江") in inspection.differences
    assert ("R600000001", "均等割", "非課税 → 均等割のみ") in inspection.differences
    host_exchange.bring_in(ward.desk, inspection, True, silent)
    with ward.desk.look() as session:
        query = select(TaxFact.levy).join(Person).where(Person.resident_number == "0000000010").order_by(TaxFact.id)
        assert list(session.scalars(query)) == ["非課税", "均等割のみ"]
        assert session.scalars(select(Person.name).where(Person.resident_number == "0000000010")).one() == "見本　花江"
    assert cases.list_ids(ward.desk, cases.CaseFilter(text="花江")) == (ward.case_id("R600000001"),)


def test_a_changed_fact_of_a_drafted_case_is_reported_and_stops_the_approval(ward: Ward) -> None:
    case = ward.household(1)
    judgment.draft(ward.desk, (case,), silent)
    inspection = ward.inspect("targets", workbook([person(10, 1)], [facts(10, 令和6年度均等割="均等割のみ")]))
    assert any("起案または決裁" in finding.why and not finding.fatal for finding in inspection.findings)
    changes = host_exchange.bring_in(ward.desk, inspection, True, silent)
    assert "判定のやり直しが1件" in changes.sentence
    with pytest.raises(Conflict, match="K-1673"):
        judgment.approve(ward.desk, (case,), ward.suzuki, silent)


def test_a_person_of_another_case_refuses_the_household(ward: Ward) -> None:
    ward.bring_in("targets", workbook([person(10, 1)], [facts(10)]))
    inspection = ward.bring_in("targets", workbook([person(10, 2), person(30, 3)], [facts(10), facts(30)]))
    assert inspection.refused_households == 1 and inspection.new_cases == 1
    assert ward.count(Case) == 2


def test_nothing_of_a_person_is_in_the_repr_of_an_inspection(ward: Ward) -> None:
    assert "見本" not in repr(ward.inspect("targets", workbook([person(10, 1)], [facts(10)])))


def test_a_wrong_password_says_so_and_keeps_nothing(ward: Ward) -> None:
    with pytest.raises(FileProblem, match="K-1203"):
        host_exchange.inspect(ward.desk, ward.targets(2), "chigau", "targets.xlsx", "targets", silent)


def test_the_dirty_sample_refuses_what_must_be_refused_and_keeps_the_rest(ward: Ward) -> None:
    inspection = ward.inspect("targets", sample("targets_dirty.xlsx"))
    assert not inspection.count_agrees and inspection.refused_households > 5
    host_exchange.bring_in(ward.desk, inspection, True, silent)
    assert ward.count(Case) == inspection.new_cases > 0
    assert "123456789018" not in str(inspection.findings)


def test_the_status_opens_with_its_password_only_and_is_in_the_ledger(ward: Ward) -> None:
    case = ward.household(1)
    judgment.draft(ward.desk, (case,), silent)
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    outgoing = host_exchange.make_status(ward.desk, "M-07", silent)
    assert ward.count(Export) == 0
    path = ward.written(outgoing)
    data = path.read_bytes()
    with pytest.raises(FileProblem, match="K-1203"):
        envelope.open_sealed(data, "x" * 20, "x")
    assert rows_of(data, outgoing.password, "給付状況")[0][:6] == ("R600000001", "令和6年度非課税化給付", "支給", 0, None, "手続中")
    (row,) = host_exchange.overview(ward.desk).exports
    assert (row.file_name, row.rows, row.sha256, row.medium) == ("host_status.xlsx", 1, outgoing.sha256, "M-07")
    assert list(path.parent.iterdir()) == [path]


def test_what_the_bank_paid_is_the_sum_that_the_host_is_told_and_is_reported_once(ward: Ward) -> None:
    office = ward.office
    case = ward.household(1, address=True)
    judgment.draft(ward.desk, (case,), silent)
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    cases.reveal_address(ward.desk, case, "送り先の確認", "2人目の確認のため書類と照らし合わせます")
    cases.verify_address(ward.desk, (case,), ward.suzuki)
    office.reviewed(case)
    batch = office.approved(office.batch())
    office.written(batch)
    office.settled(batch)
    assert host_exchange.overview(ward.desk).status_waiting == 1
    outgoing = host_exchange.make_status(ward.desk, "M-07", silent)
    assert outgoing.total == 100_000
    rows = rows_of(ward.written(outgoing).read_bytes(), outgoing.password, "給付状況")
    assert rows[0][3] == 100_000 and rows[0][5] == "支給済" and rows[0][6] is not None
    assert host_exchange.overview(ward.desk).status_waiting == 0
    with ward.desk.look() as session:
        assert session.scalars(select(Payment.reported_export_id)).one() is not None


def test_a_refusal_is_told_once_under_the_first_household_benefit(ward: Ward) -> None:
    case = ward.household(1, **{"令和6年度均等割": "課税", "令和6年度所得割額（定額減税前）": 50_000, "令和6年分推計所得税額": 60_000})
    judgment.draft(ward.desk, (case,), silent)
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    outgoing = host_exchange.make_status(ward.desk, "M-07", silent)
    rows = rows_of(ward.written(outgoing).read_bytes(), outgoing.password, "給付状況")
    assert [(row[1], row[2], row[3]) for row in rows if row[1] != "調整給付"] == [("令和6年度非課税化給付", "不支給", 0)]


def test_the_exclusion_holds_numbers_only(imported: Ward) -> None:
    outgoing = host_exchange.make_exclusion(imported.desk, "M-07", silent)
    rows = rows_of(imported.written(outgoing).read_bytes(), outgoing.password, "委託対象外")
    assert len(rows) == imported.count(Person)
    assert all(str(number).startswith("R6") and len(str(resident)) == 10 for number, resident in rows)


def test_people_are_asked_only_when_the_inquiry_file_is_really_written(ward: Ward) -> None:
    moved = person(10, 1, 令和6年1月1日時点の住所地="神奈川県川崎市")
    ward.bring_in("targets", workbook([moved], [facts(10, 令和6年度均等割="")]))
    outgoing = host_exchange.make_inquiries(ward.desk, "tax", "M-07", silent)
    assert ward.count(InquiryRecord) == 0
    data = ward.written(outgoing).read_bytes()
    assert rows_of(data, outgoing.password, "税照会") == [("0000000010", "神奈川県川崎市", "要")]
    assert ward.count(InquiryRecord) == 1 and ward.status(ward.case_id("R600000001")) == "税照会中"
    with pytest.raises(Conflict, match="K-1692"):
        host_exchange.make_inquiries(ward.desk, "tax", "M-07", silent)


def test_a_pulled_medium_leaves_neither_file_nor_ledger_line(imported: Ward) -> None:
    outgoing = host_exchange.make_exclusion(imported.desk, "M-07", silent)
    with pytest.raises(InputProblem, match="K-1649"):
        host_exchange.write_out(imported.desk, outgoing, str(imported.office.medium / "gone"))
    assert imported.count(Export) == 0


def voided(ward: Ward) -> bool:
    """The one line of the ledger says that the file was never there; nobody can be given its password."""
    with ward.desk.look() as session:
        line = session.scalars(select(Export)).one()
        return line.voided_at is not None and line.read_back_at is None and line.password is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_medium_leaves_neither_file_nor_part_and_a_line_that_says_so(imported: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    outgoing = host_exchange.make_exclusion(imported.desk, "M-07", silent)
    real = os.open

    def full(path: str | Path, flags: int, mode: int = 0o777) -> int:
        """The real file is made, but what is written goes to a full device."""
        if not flags & os.O_CREAT:
            return real(path, flags, mode)
        os.close(real(path, flags, mode))
        return real("/dev/full", os.O_WRONLY)

    monkeypatch.setattr("kyufu_desktop.services.outgoing.os.open", full)
    with pytest.raises(CustodyProblem, match="空きが足りません"):
        host_exchange.write_out(imported.desk, outgoing, str(imported.office.medium))
    monkeypatch.undo()
    assert list(imported.office.medium.iterdir()) == [] and voided(imported)
    imported.written(outgoing)
    assert imported.count(Export) == 2, "the line of the file that was never there stays"


def test_a_file_that_reads_back_differently_is_not_left_there(imported: Ward) -> None:
    outgoing = host_exchange.make_exclusion(imported.desk, "M-07", silent)
    torn = dataclasses.replace(outgoing, data=outgoing.data[:-600] + bytes(600))
    with pytest.raises(CustodyProblem, match="K-1206"):
        host_exchange.write_out(imported.desk, torn, str(imported.office.medium))
    assert list(imported.office.medium.iterdir()) == [] and voided(imported)


def test_numbers_of_files_go_on_and_an_old_file_is_never_overwritten(imported: Ward) -> None:
    first = host_exchange.make_exclusion(imported.desk, "M-07", silent)
    second = host_exchange.make_exclusion(imported.desk, "M-07", silent)
    imported.written(first)
    with pytest.raises(CustodyProblem, match="K-1665"):
        imported.written(second)
    third = host_exchange.make_exclusion(imported.desk, "M-07", silent)
    imported.written(third)
    assert [row.number for row in host_exchange.overview(imported.desk).exports] == [2, 1]
    assert third.file_name == "exclusion-02.xlsx"


def test_the_password_goes_on_another_day_than_the_medium_and_is_then_dropped(imported: Ward) -> None:
    imported.written(host_exchange.make_exclusion(imported.desk, "M-07", silent))
    (row,) = host_exchange.overview(imported.desk).exports
    with pytest.raises(Conflict, match="K-1684"):
        host_exchange.password_sheet(imported.desk, row.export_id)
    host_exchange.hand_over(imported.desk, row.export_id, "ホスト担当 山本", "鞄3")
    with pytest.raises(Conflict, match="K-1684"):
        host_exchange.password_sheet(imported.desk, row.export_id)
    imported.office.clock.days(1)
    assert host_exchange.password_sheet(imported.desk, row.export_id).startswith(b"%PDF")
    with imported.desk.look() as session:
        assert session.get_one(Export, row.export_id).password is None
    with pytest.raises(Conflict):
        host_exchange.password_sheet(imported.desk, row.export_id)


def test_a_medium_is_handed_over_once(imported: Ward) -> None:
    imported.written(host_exchange.make_exclusion(imported.desk, "M-07", silent))
    with pytest.raises(InputProblem):
        host_exchange.hand_over(imported.desk, 1, " ", "鞄3")
    host_exchange.hand_over(imported.desk, 1, "ホスト担当 山本", "鞄3")
    with pytest.raises(Conflict, match="K-1688"):
        host_exchange.hand_over(imported.desk, 1, "別の人", "鞄3")


def test_the_whole_sample_comes_in(ward: Ward) -> None:
    inspection = host_exchange.inspect(ward.desk, sample("targets.xlsx"), PASSWORD, "targets.xlsx", "targets", silent)
    assert (inspection.people, inspection.cases, inspection.refused_households) == (397, 240, 0)
    assert inspection.created_on == date(2024, 6, 10)
    host_exchange.bring_in(ward.desk, inspection, False, silent)
    assert ward.count(Case) == 240 and ADDRESS.address not in repr(inspection)
