"""The same day on the host's sample workbooks: 397 people, 240 cases."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.exchange.test_libreoffice import opened
from tests.journeys.day_run import DayRun, run_day
from tests.journeys.test_day import agrees_with_the_reference

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (SAMPLES / "targets.xlsx").exists(), reason="the host's sample workbooks are not beside this checkout"),
]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> DayRun:
    return run_day(SAMPLES, tmp_path_factory.mktemp("day") / "out")


def test_everybody_of_the_samples_is_there(day: DayRun) -> None:
    assert (day.summary["imported"]["people"], day.summary["imported"]["cases"]) == (397, 240)


def test_sums_agree_from_the_approval_to_the_report(day: DayRun) -> None:
    approved = sum(benefit["amount"] for benefit in day.benefits if benefit["state"] == "APPROVED" and benefit["outcome"] == "ELIGIBLE")
    transfers = day.transfers()
    assert approved > 0
    assert day.trailer() == (len(transfers), approved) == (len(transfers), sum(amount for *_, amount in transfers))
    assert sum(int(row["支給額"] or 0) for row in day.status_rows()) == approved
    assert day.summary["totals"]["approved"] == day.summary["totals"]["host_status_total"] == approved


def test_nobody_is_paid_twice(day: DayRun) -> None:
    eligible = [benefit for benefit in day.benefits if benefit["outcome"] == "ELIGIBLE"]
    assert len(day.transfers()) == len(eligible)
    keys = Counter((benefit["case"]["management_number"], benefit["benefit"], benefit["resident_number"]) for benefit in eligible)
    assert set(keys.values()) == {1}
    for case in day.cases:
        kinds = [benefit["benefit"] for benefit in case["benefits"] if benefit["outcome"] == "ELIGIBLE"]
        assert not {"hikazei", "kintowari"} <= set(kinds), case["management_number"]
        assert case["paid"] == sum(benefit["amount"] for benefit in case["benefits"])
        assert not (case["collation"] and case["paid"])


def test_confirmations_are_one_for_each_case_paid(day: DayRun) -> None:
    with_letter = [case["management_number"] for case in day.cases if "confirmation" in case["letters"]]
    assert with_letter == [case["management_number"] for case in day.cases if case["paid"]]
    pages = Counter(re.search(r"R6\d{8}-\d\d", page)[0] for page in day.pages_of("支給要件確認書"))  # type: ignore[index]
    assert sorted(code[:10] for code in pages) == with_letter
    # Three pages; in large print, for the people whom the host marks, six.
    assert set(pages.values()) == {3, 6} and list(pages.values()).count(6) == 4


def test_second_judge_agrees_on_every_benefit_of_all_cases(day: DayRun) -> None:
    agrees_with_the_reference(day)


def test_libreoffice_opens_the_report_with_the_password_of_the_ledger_only(day: DayRun, tmp_path: Path) -> None:
    report = day.out / "host_status.xlsx"
    right, wrong, empty = opened(tmp_path, [(report, day.password("host_status.xlsx")), (report, "wrong"), (report, "")])
    assert wrong is None and empty is None
    assert ["TEXT", "給付管理番号"] in right["給付状況"]
    assert {kind for kind, _ in right["給付状況"]} <= {"TEXT", "VALUE"}, "nothing live"
