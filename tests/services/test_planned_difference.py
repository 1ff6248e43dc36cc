"""A newer list: what it changes is shown before it comes in, an older one is asked about, and no money moves before it was collated."""

from __future__ import annotations

import random

import pytest

from kyufu_desktop.domain.collation import PlannedPayment
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.errors import Cancelled, InputProblem
from kyufu_desktop.exchange.planned_rows import PlannedRows
from kyufu_desktop.models.exchange import ImportFile, PlannedRow
from kyufu_desktop.services import collation, collation_state, host_exchange, planned_difference
from tests.services.desk_work import Ward
from tests.services.office import silent
from tests.services.test_collation import planned
from tests.services.test_host_exchange import stop_after

OURS = {"給付管理番号": "R600000001"}


def stranger(number: int, **changes: str | int) -> dict[str, str | int]:
    return {
        "給付管理番号": f"R6{77_000_000 + number}",
        "世帯番号": f"{770_000_000 + number}",
        "世帯主住民番号": f"77{number:08}",
        **changes,
    }


def test_new_gone_and_changed_rows_are_told_and_those_of_our_cases_one_by_one(ward: Ward) -> None:
    ward.household(1)
    ward.bring_in("planned", planned(OURS, stranger(1), stranger(2), stranger(3)))
    newer = planned(
        {**OURS, "状態": "支給済", "支給予定額": 50_000, "支給予定日": "2024-08-01"},
        {"世帯番号": "000000001", "給付種別": "調整給付"},
        stranger(1),
        stranger(2, 支給予定額=30_000),
        stranger(4),
        stranger(5),
    )
    look = ward.inspect("planned", newer)
    head, *ours = look.differences
    assert head[2] == "4行 → 6行。増えた行 3、なくなった行 1、変わった行 2。うち案件に関わるもの 2"
    assert all(number == "R600000001" for number, _, _ in ours)
    assert {(place, words.split("　", 1)[1]) for _, place, words in ours} == {
        ("状態", "予定 → 支給済"),
        ("支給予定額", "100,000円 → 50,000円"),
        ("支給予定日", "7/22 → 8/1"),
        ("増えた行", "100,000円　7/22　予定"),
    }
    assert ward.count(PlannedRow) == 4, "looking stores nothing"
    host_exchange.bring_in(ward.desk, look, True, silent)
    page = collation.page(ward.desk)
    assert page.difference is not None and (page.difference.new, page.difference.gone, page.difference.ours) == (3, 1, 2)


def test_a_row_that_went_away_is_told(ward: Ward) -> None:
    ward.household(1)
    ward.bring_in("planned", planned(OURS, stranger(1)))
    look = ward.inspect("planned", planned(stranger(1)))
    assert [place for _, place, _ in look.differences[1:]] == ["なくなった行"]


def test_the_first_list_has_no_difference(ward: Ward) -> None:
    assert ward.inspect("planned", planned(OURS)).differences == ()


def test_an_older_list_comes_in_only_where_somebody_confirms_it(ward: Ward) -> None:
    ward.bring_in("planned", planned(stranger(1)))
    older = ward.inspect("planned", planned(stranger(2), created_on="2024-06-30"))
    assert older.older and "より前です" in older.findings[0].why and not older.findings[0].fatal
    with pytest.raises(InputProblem, match="K-1653"):
        host_exchange.bring_in(ward.desk, older, False, silent)
    assert ward.count(ImportFile) == 1
    host_exchange.bring_in(ward.desk, older, True, silent)
    assert ward.count(ImportFile) == 2
    assert not ward.inspect("planned", planned(stranger(3), created_on="2024-07-02")).older


def test_a_stopped_import_keeps_the_former_list(ward: Ward) -> None:
    ward.bring_in("planned", planned(stranger(1)))
    look = ward.inspect("planned", planned(stranger(2), stranger(3)))
    with pytest.raises(Cancelled):
        host_exchange.bring_in(ward.desk, look, True, stop_after(1))
    assert ward.count(PlannedRow) == 1


def test_a_newer_list_or_new_cases_make_the_run_due(ward: Ward) -> None:
    def due() -> str:
        with ward.desk.look() as session:
            return collation_state.due(session)

    ward.household(1)
    assert due() == ""
    ward.bring_in("planned", planned(stranger(1)))
    assert "まだ突き合わせていません" in due()
    collation.run(ward.desk, silent)
    assert due() == "" and collation.page(ward.desk).run is not None
    ward.bring_in("planned", planned(stranger(2)))
    assert due().startswith("新しい支給予定情報")
    collation.run(ward.desk, silent)
    ward.household(2)
    assert due().startswith("新しく取り込んだ案件")
    assert collation.page(ward.desk).due == due()


def test_packed_rows_are_the_rows() -> None:
    chance = random.Random(3)
    rows = [
        PlannedPayment(
            n, f"R6{n:08}", f"{n:09}", f"{n:010}", "ヤマダ", None, chance.choice(list(Benefit)), n, None, n % 2 == 0, None if n % 3 else "1"
        )
        for n in range(4_500)
    ]
    packed = PlannedRows(rows)
    assert len(packed) == 4_500 and list(packed) == rows
    assert packed[4_001] == rows[4_001] and packed[-1] == rows[-1] and packed[10:13] == tuple(rows[10:13])
    assert "ヤマダ" not in repr(packed)
    with pytest.raises(IndexError):
        packed[4_500]


def test_difference_counts_as_sets_of_rows_would(ward: Ward) -> None:
    chance = random.Random(5)
    for _ in range(6):
        old = [stranger(chance.randrange(8), 支給予定額=chance.choice([10_000, 20_000])) for _ in range(chance.randrange(1, 9))]
        new = [stranger(chance.randrange(8), 支給予定額=chance.choice([10_000, 20_000])) for _ in range(chance.randrange(1, 9))]
        ward.bring_in("planned", planned(*old))
        read = ward.inspect("planned", planned(*new)).payload
        with ward.desk.look() as session:
            found = planned_difference.compare(session, read.rows, ward.desk.programme, silent)  # type: ignore[attr-defined]
        left, added = list(map(tuple, map(dict.values, old))), []
        for row in map(tuple, map(dict.values, new)):
            if row in left:
                left.remove(row)
            else:
                added.append(row)
        changed = 0
        for row in list(added):
            same = next((one for one in left if one[0] == row[0]), None)
            if same is not None:
                left.remove(same)
                added.remove(row)
                changed += 1
        assert (found.before, found.new, found.gone, found.changed) == (len(old), len(added), len(left), changed)
