"""Collation: every planted meeting is found, stays until a person decides, and holds the judgment meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.collation import FindingDecision, Key
from kyufu_desktop.errors import Cancelled, Conflict, InputProblem
from kyufu_desktop.exchange import dummies, envelope, workbook_writer
from kyufu_desktop.exchange.workbook_writer import OutSheet
from kyufu_desktop.models.exchange import CollationFinding, PlannedRow
from kyufu_desktop.services import collation, judgment
from tests.services.desk_work import PASSWORD, SEED, Ward, sample
from tests.services.office import silent
from tests.services.test_host_exchange import stop_after

REASON = "委託先の担当に電話で確かめ、本人と分かった"
HEADINGS = (
    "給付管理番号",
    "世帯番号",
    "世帯主住民番号",
    "カナ氏名",
    "生年月日",
    "給付種別",
    "支給予定額",
    "支給予定日",
    "状態",
    "対象児童住民番号",
)


def planned(*rows: dict[str, str | int], created_on: str = "2024-07-01") -> bytes:
    usual = {
        "給付管理番号": "R699999999",
        "世帯番号": "999999999",
        "世帯主住民番号": "9999999991",
        "カナ氏名": "ベツ ジン",
        "生年月日": "1970-02-03",
        "給付種別": "令和6年度非課税化給付",
        "支給予定額": 100_000,
        "支給予定日": "2024-07-22",
        "状態": "予定",
    }
    cover = (("作成日", created_on), ("件数", len(rows)), ("様式", "支給予定情報 第1版"))
    body = [[{**usual, **row}.get(heading) for heading in HEADINGS] for row in rows]
    return envelope.seal(
        workbook_writer.write([OutSheet("表紙", ("項目", "値"), cover), OutSheet("支給予定情報", HEADINGS, body)]), PASSWORD
    )


def test_without_a_list_there_is_nothing_to_compare(ward: Ward) -> None:
    with pytest.raises(Conflict, match="K-1695"):
        collation.run(ward.desk, silent)


def test_a_meeting_holds_the_judgment_until_a_person_decides(ward: Ward) -> None:
    case = ward.household(1)
    ward.bring_in("planned", planned({"世帯主住民番号": "0000000010"}))
    collation.run(ward.desk, silent)
    assert judgment.page(ward.desk, case).headline == "保留しています"
    (finding,) = collation.page(ward.desk).findings
    assert finding.keys == (Key.PERSON,) and finding.decision is None
    with pytest.raises(InputProblem):
        collation.decide(ward.desk, finding.finding_id, FindingDecision.OTHER_PERSON, "別人")
    collation.decide(ward.desk, finding.finding_id, FindingDecision.OTHER_PERSON, REASON)
    assert judgment.page(ward.desk, case).total == 100_000
    collation.decide(ward.desk, finding.finding_id, FindingDecision.SAME_PERSON_STOP, REASON)
    assert judgment.page(ward.desk, case).total == 0


def test_running_again_asks_nothing_twice_and_keeps_decisions(ward: Ward) -> None:
    ward.household(1)
    ward.bring_in("planned", planned({"世帯番号": "000000001"}))
    collation.run(ward.desk, silent)
    (finding,) = collation.page(ward.desk).findings
    collation.decide(ward.desk, finding.finding_id, FindingDecision.SAME_PERSON_PAY, REASON)
    ward.bring_in("planned", planned({"カナ氏名": "ホカ"}, {"世帯番号": "000000001"}))
    collation.run(ward.desk, silent)
    (again,) = collation.page(ward.desk).findings
    assert again.decision is FindingDecision.SAME_PERSON_PAY and ward.count(CollationFinding) == 1


def test_a_row_that_has_been_paid_meanwhile_asks_again(ward: Ward) -> None:
    ward.household(1)
    ward.bring_in("planned", planned({"世帯番号": "000000001"}))
    collation.run(ward.desk, silent)
    ward.bring_in("planned", planned({"世帯番号": "000000001", "状態": "支給済"}))
    collation.run(ward.desk, silent)
    (open_one,) = collation.page(ward.desk).findings
    assert open_one.paid
    with ward.desk.look() as session:
        assert [finding.gone_at is None for finding in session.scalars(select(CollationFinding).order_by(CollationFinding.id))] == [
            False,
            True,
        ]


def test_only_the_newest_list_counts(ward: Ward) -> None:
    ward.household(1)
    ward.bring_in("planned", planned({"世帯番号": "000000001"}, {}))
    ward.bring_in("planned", planned({}))
    assert ward.count(PlannedRow) == 1
    collation.run(ward.desk, silent)
    assert collation.page(ward.desk).findings == ()


def test_a_cancelled_run_leaves_no_finding(ward: Ward) -> None:
    ward.household(1)
    ward.bring_in("planned", planned({"世帯番号": "000000001"}))
    with pytest.raises(Cancelled):
        collation.run(ward.desk, stop_after(0))
    assert ward.count(CollationFinding) == 0


def test_planted_meetings_of_the_dummies_are_all_found(imported: Ward) -> None:
    imported.bring_in("planned", dummies.planned_workbook(SEED, 30, PASSWORD))
    collation.run(imported.desk, silent)
    found = {key for finding in collation.page(imported.desk).findings for key in finding.keys}
    assert found == set(Key) - {Key.ACCOUNT}, "the list holds no account"


def test_planted_meetings_of_the_sample_are_all_found(ward: Ward) -> None:
    ward.bring_in("targets", sample("targets.xlsx"))
    ward.bring_in("planned", sample("planned_payments.xlsx"))
    collation.run(ward.desk, silent)
    page = collation.page(ward.desk)
    assert page.list_rows == 5016 and page.cases == 240
    keys = [finding.keys for finding in page.findings]
    assert sum(Key.MANAGEMENT in one for one in keys) == 4 and sum(Key.CHILD in one for one in keys) == 4
    assert sum(Key.HOUSEHOLD in one for one in keys) == 8 and len(keys) == 20
