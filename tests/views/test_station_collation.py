"""突合 through its screen: what met, and what a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.collation import FindingDecision
from kyufu_desktop.services import collation
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Table
from kyufu_desktop.views.stations.collation import CollationStation
from tests.services.test_collation import planned
from tests.views.station_bench import Bench, bench, choose, type_in


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


def words(widget: CollationStation) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_without_a_list_the_button_is_off_and_says_why(work: Bench) -> None:
    station = work.open(CollationStation)
    assert not work.button(station, "collation.run").isEnabled()
    assert "支給予定情報を、まだ取り込んでいません。" in words(station)


def test_meeting_is_found_shown_with_its_keys_and_decided_by_a_person(work: Bench) -> None:
    case = work.ward.household(1)
    work.ward.bring_in("planned", planned({"世帯主住民番号": "0000000010"}))
    station = work.open(CollationStation)
    work.press(station, "collation.run")
    pairs = station.findChild(Table, "collation.pairs")
    assert pairs is not None
    beside = {row.cells[0].text: (row.cells[1].text, row.cells[2].text) for row in pairs.rows}
    assert beside["給付管理番号"] == ("R600000001", "R699999999") and beside["住民番号　＝"] == ("0000000010", "0000000010")
    assert beside["状態"][1] == "予定" and "番号が一致しています。" in words(station)

    def decide(dialog: Dialog) -> bool:
        assert not dialog.perform(), "nothing is chosen beforehand"
        choose(dialog, "finding.OTHER_PERSON")
        type_in(dialog, finding__reason="委託先に電話で確かめ、別の人と分かった")
        return dialog.perform()

    work.answers.append(decide)
    work.press(station, "collation.decide")
    (finding,) = collation.page(work.ward.desk).findings
    assert finding.decision is FindingDecision.OTHER_PERSON
    assert "判断を待つものはありません。" in words(station)
    station.open_case(case)
    assert "別の人" in words(station)
