"""相続人 at the case page: entered after a death, sealed, confirmed by another person, ended with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kyufu_desktop.services import cases
from tests.services.money_office import change
from tests.views.station_bench import Bench, bench, suzuki_signs
from tests.views.station_stand import office
from tests.views.test_case_procedures import filled, open_case, reason, said


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


def died(work: Bench, case: int) -> None:
    """The form came on 20 August, the head died on the 25th."""
    change(
        office(work),
        "INSERT INTO returned_form (case_id, kind, received_on, late, items, deficiencies, state, received_at, received_by)"
        f" VALUES ({case}, 'APPLICATION', '2024-08-20', 0, '{{}}', '[]', '収受', '2024-08-20T10:00:00+09:00', 1)",
    )
    change(
        office(work),
        "INSERT INTO household_event (case_id, person_id, kind, happened_on, source, entered_at, entered_by)"
        f" SELECT {case}, min(id), 'DEATH', '2024-08-25', '住民票の除票', '2024-08-28T10:00:00+09:00', 1 FROM person"
        f" WHERE case_id = {case}",
    )


def test_an_heir_is_sealed_confirmed_by_another_person_and_ended(work: Bench) -> None:
    case = work.ward.household(1)
    died(work, case)
    station = open_case(work, case, "heirs")
    work.answers.append(filled({"heir.relation": "子"}, heir__name="相続　太郎", heir__kana="ソウゾク タロウ"))
    work.press(station, "case.enter_heir")
    assert [item.state for item in cases.page(work.ward.desk, case).heirs] == ["2人目待ち"]
    assert "相続　太郎" not in said(station)
    assert station.minimumSizeHint().width() <= 1072, "the parts fit the smallest window"
    work.answers.append(suzuki_signs)
    work.press(station, "case.verify_heir")
    assert [item.state for item in cases.page(work.ward.desk, case).heirs] == ["確認済"]
    work.answers.append(reason)
    work.press(station, "case.end_heir")
    assert [item.state for item in cases.page(work.ward.desk, case).heirs] == ["解消"]


def test_an_heir_of_somebody_who_lives_is_refused_with_the_reason(work: Bench) -> None:
    case = work.ward.household(1)
    station = open_case(work, case, "heirs")
    work.answers.append(filled({"heir.relation": "子"}, heir__name="相続　太郎", heir__kana="ソウゾク タロウ"))
    work.press(station, "case.enter_heir")
    assert work.problem(station) == "K-1992"
    assert cases.page(work.ward.desk, case).heirs == ()
