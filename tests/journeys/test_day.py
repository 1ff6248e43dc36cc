"""A whole working day through the real window, on workbooks of dummy people: the sums agree wherever they stand."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from kyufu_desktop.services import day_summary, practice, session
from kyufu_desktop.views.day import STATIONS
from tests.journeys import reference_judge
from tests.journeys.day_run import PASSWORD, DayRun, run_day

CASES = 12


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> DayRun:
    place = tmp_path_factory.mktemp("day")
    practice.seed_workbooks(place / "inputs", PASSWORD, cases=CASES)
    return run_day(place / "inputs", place / "out")


def test_summary_has_the_keys_it_promises(day: DayRun) -> None:
    summary = day.summary
    assert summary["kind"] == "practice"
    assert {"people", "cases", "refused"} <= set(summary["imported"])
    assert summary["imported"]["cases"] == len(summary["cases"]) == CASES
    assert {"approved", "transfer_records", "transfer_total", "host_status_total"} <= set(summary["totals"])
    for case in summary["cases"]:
        expected = {"management_number", "household_number", "category", "benefits", "collation", "letters", "paid"}
        assert expected <= set(case)
        assert case["category"] in {"DV", "CHILD", "DISABLED", "ELDERLY"}
        assert all({"keys", "planned_management_number"} <= set(meeting) for meeting in case["collation"])
    for benefit in day.benefits:
        assert {"benefit", "resident_number", "outcome", "amount", "reasons"} <= set(benefit)
        assert benefit["outcome"] in {"ELIGIBLE", "NG", "HOLD"}
        assert (benefit["resident_number"] is not None) == (benefit["benefit"] == "chosei")
    for refused in summary["imported"]["refused"]:
        assert refused["sheet"] and refused["row"] > 0 and refused["why"]


def test_approved_sum_is_the_bank_file_its_trailer_and_the_report_to_the_host(day: DayRun) -> None:
    approved = sum(benefit["amount"] for benefit in day.benefits if benefit["state"] == "APPROVED" and benefit["outcome"] == "ELIGIBLE")
    transfers = day.transfers()
    assert approved > 0
    assert sum(amount for *_, amount in transfers) == approved
    assert day.trailer() == (len(transfers), approved)
    assert sum(int(row["支給額"] or 0) for row in day.status_rows()) == approved
    totals = day.summary["totals"]
    assert totals["approved"] == totals["transfer_total"] == totals["host_status_total"] == approved
    assert totals["transfer_records"] == len(transfers)
    assert sum(case["paid"] for case in day.cases) == approved


def test_report_to_the_host_tells_each_case_what_was_paid_and_no_address(day: DayRun) -> None:
    rows = day.status_rows()
    paid = Counter({case["management_number"]: case["paid"] for case in day.cases if case["paid"]})
    told: Counter[str] = Counter()
    for row in rows:
        told[row["給付管理番号"]] += int(row["支給額"] or 0)
    assert +told == paid
    assert not any("見本" in str(value) for row in rows for value in row.values())


def test_confirmations_are_one_for_each_case_that_gets_one(day: DayRun) -> None:
    pages = day.pages_of("支給要件確認書")
    codes = [re.findall(r"R6\d{8}-\d\d-\d", page) for page in pages]
    wanted = sorted(case["management_number"] for case in day.cases if "confirmation" in case["letters"])
    assert wanted
    assert sorted({code[:10] for found in codes for code in found}) == wanted
    assert len(pages) == 3 * len(wanted)
    assert [len(set(found)) for found in codes] == [1] * len(pages), "every page has a code of its own"
    addresses = [re.search(r"〒(000-\d{4})", page) for page in pages[::3]]
    assert all(addresses), "where to write is the place entered here, never the registered one"


def test_every_case_gets_the_letters_of_its_way_and_no_other(day: DayRun) -> None:
    for case in day.cases:
        outcomes = {benefit["outcome"] for benefit in case["benefits"]}
        if case["paid"]:
            assert [kind for kind in case["letters"] if kind != "refusal"] == ["confirmation", "decision", "payment"]
        assert "refusal" not in case["letters"] or "NG" in outcomes
        assert case["paid"] or not {"decision", "payment"} & set(case["letters"])


def test_no_letter_of_any_kind_names_a_registered_place(day: DayRun) -> None:
    assert not any("新宿区新宿五丁目" in page or "西新宿" in page for page in day.pages())


def test_code_on_the_paper_is_read_by_another_reader(day: DayRun, tmp_path: Path) -> None:
    if shutil.which("zbarimg") is None or shutil.which("pdftoppm") is None:
        pytest.skip("zbarimg and pdftoppm are not installed on this machine")
    page = ["-r", "200", "-f", "1", "-l", "1", "-png"]
    subprocess.run(["pdftoppm", *page, day.out / "letters.pdf", tmp_path / "page"], check=True, capture_output=True)
    (picture,) = tmp_path.glob("page*.png")
    read = subprocess.run(["zbarimg", "-q", "--raw", picture], capture_output=True, check=True).stdout.decode().split()
    printed = re.findall(r"R6\d{8}-\d\d-\d", day.pages()[0])
    assert printed[0] in read


def test_every_station_has_a_picture(day: DayRun) -> None:
    names = [path.stem for path in (day.out / "screens").glob("*.png")]
    for station in STATIONS:
        assert any(name.endswith(f"_station_{station}") for name in names), station
    assert all((day.out / "screens" / f"{name}.png").stat().st_size > 10_000 for name in names)


def test_what_waits_for_a_person_says_why_and_is_not_paid(day: DayRun) -> None:
    held = [benefit for benefit in day.benefits if benefit["outcome"] == "HOLD"]
    assert held
    for benefit in held:
        assert benefit["amount"] == 0 and benefit["reasons"][0].startswith("HOLD_")
    for case in day.cases:
        eligible = sum(benefit["amount"] for benefit in case["benefits"] if benefit["outcome"] == "ELIGIBLE")
        assert case["paid"] == eligible
        if case["collation"]:
            assert case["paid"] == 0, "nobody decided the meeting"


def test_second_judge_agrees_on_every_benefit_and_every_meeting(day: DayRun) -> None:
    agrees_with_the_reference(day)


def test_vault_opens_again_and_tells_the_same(day: DayRun) -> None:
    with day.vault() as desk:
        assert session.verify_chain(desk).ok
        again = day_summary.summary(desk)
    assert again["cases"] == day.cases
    assert again["totals"] == day.summary["totals"]


def test_second_day_on_the_same_folder_is_refused_with_a_sentence(day: DayRun) -> None:
    with pytest.raises(AssertionError, match="K-1780"):
        run_day(day.inputs, day.out)


def agrees_with_the_reference(day: DayRun) -> None:
    households = reference_judge.read(day.inputs, PASSWORD)
    assert sorted(households) == sorted(case["management_number"] for case in day.cases)
    for case in day.cases:
        household = households[case["management_number"]]
        told = sorted(
            (benefit["benefit"], benefit["resident_number"] or "", benefit["outcome"], benefit["amount"], benefit["reasons"][0])
            for benefit in case["benefits"]
        )
        expected = sorted(
            (each.benefit, each.taxpayer or "", each.outcome, each.amount, each.first_reason) for each in reference_judge.judge(household)
        )
        assert told == expected, case["management_number"]
        met = sorted((meeting["planned_management_number"], sorted(meeting["keys"])) for meeting in case["collation"])
        assert met == sorted((number, sorted(keys)) for number, keys in household.met), case["management_number"]


def test_one_case_is_written_to_through_a_director_and_one_through_a_corporation(day: DayRun) -> None:
    text = re.sub(r"\s", "", subprocess.run(["pdftotext", day.out / "letters.pdf", "-"], capture_output=True, check=True).stdout.decode())
    assert "施設長見本太郎様" in text and "社会福祉法人見本会御中" in text and "様分" in text
