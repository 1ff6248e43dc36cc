"""案件 through its screen: the list, the page, what is entered, what is shown only on a reason, the second person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from kyufu_desktop.services import cases
from kyufu_desktop.services.cases import CaseFilter, EvidenceEntry
from kyufu_desktop.views.dialogs import Dialog, ReasonDialog
from kyufu_desktop.views.parts import Button, Table
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.stations.cases import CasesStation
from kyufu_desktop.views.stations.dialogs_case import AddressDialog
from tests.services.desk_work import ADDRESS, facts, person, workbook
from tests.views.station_bench import Bench, agree, bench, choose, dismiss, suzuki_signs, type_in
from tests.views.station_stand import put


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


def enter_address(dialog: Dialog) -> bool:
    assert isinstance(dialog, AddressDialog)
    type_in(dialog, address__postal=ADDRESS.postal, address__address=ADDRESS.address, address__building=ADDRESS.building)
    return dialog.perform()


def enter_evidence(dialog: Dialog) -> bool:
    put(dialog, "evidence.kind", "E1")
    type_in(dialog, evidence__issued_on="令6.6.1", evidence__starts_on="令6.6.1", evidence__ends_on="令7.5.31", evidence__issuer="見本機関")
    type_in(dialog, evidence__detail__court="見本裁判所", evidence__detail__number="令6-12")
    return dialog.perform()


def give_reason(dialog: Dialog) -> bool:
    assert isinstance(dialog, ReasonDialog)
    dialog.text.setPlainText("支援者の電話で送り先をたずねられた")
    return dialog.perform()


def texts(station: CasesStation) -> str:
    """All words on the screen."""
    labels = [label.text() for label in station.findChildren(QLabel) if label.isVisible()]
    return " ".join(labels + [name.text() for name in station.findChildren(NameLabel) if name.isVisible()])


def test_the_list_shows_every_case_and_search_narrows_it(work: Bench) -> None:
    work.ward.bring_in("targets", work.ward.targets(30))
    station = work.open(CasesStation)
    assert station._table.count() == 30
    number = cases.rows(work.ward.desk, work.ward.ids()[:1])[0].management_number
    search = station.findChild(QLineEdit, "cases.search")
    assert search is not None
    search.setText(number)
    work.qtbot.waitUntil(lambda: station._table.count() == 1, timeout=5000)


def test_the_list_narrows_to_cases_with_missing_steps_and_with_evidence_that_ends(work: Bench) -> None:
    work.ward.household(1)
    work.ward.bring_in("targets", workbook([person(20, 2)], [facts(20)]))
    ending = work.ward.household(3)
    (piece,) = (row.evidence_id for row in cases.page(work.ward.desk, ending).evidences)
    cases.withdraw_evidence(work.ward.desk, piece, "期限の近い書類に入れ替えるため")
    soon = work.ward.desk.today() + timedelta(days=10)
    details = {"court": "見本裁判所", "number": "令6-12"}
    cases.enter_evidence(work.ward.desk, ending, EvidenceEntry("E1", date(2024, 6, 1), None, soon, "見本裁判所", details=details))
    (piece,) = (row.evidence_id for row in cases.page(work.ward.desk, ending).evidences)
    cases.verify_evidence(work.ward.desk, (piece,), work.ward.suzuki)
    station = work.open(CasesStation)
    station._segments.choose("missing")
    work.settle()
    assert {station._table.model.key_at(place) for place in range(2)} == {work.ward.case_id("R600000002"), ending}
    station._segments.choose("ending")
    work.settle()
    assert station._table.count() == 1 and station._table.model.key_at(0) == ending


def test_an_empty_list_says_what_fills_it(work: Bench) -> None:
    station = work.open(CasesStation)
    assert "ここに並ぶ案件はありません。" in texts(station)
    work.press(station, "cases.to_host")
    assert work.gone_to == [("host_exchange", None)]


def test_address_is_masked_until_a_reason_is_recorded_and_goes_when_the_page_is_left(work: Bench) -> None:
    case = work.ward.household(1, address=True)
    station = work.open(CasesStation)
    station.open_case(case)
    work.settle()
    assert ADDRESS.address not in texts(station)
    work.answers.append(give_reason)
    work.press(station, "case.reveal")
    assert ADDRESS.address in texts(station)
    assert work.ward.acts(case)[-1] == "ADDRESS_REVEALED"
    station.open_case(None)
    work.settle()
    assert ADDRESS.address not in " ".join(label.text() for label in station.findChildren(QLabel))


def test_revealed_address_is_taken_away_by_esc_button(work: Bench) -> None:
    case = work.ward.household(1, address=True)
    station = work.open(CasesStation)
    station.open_case(case)
    work.settle()
    work.answers.append(give_reason)
    work.press(station, "case.reveal")
    work.press(station, "case.conceal")
    assert ADDRESS.address not in texts(station)
    assert work.button(station, "case.reveal").isVisible()


def test_without_a_reason_nothing_is_shown_and_nothing_is_recorded(work: Bench) -> None:
    case = work.ward.household(1, address=True)
    station = work.open(CasesStation)
    station.open_case(case)
    work.settle()
    before = work.ward.acts(case)
    work.answers.append(dismiss)
    work.press(station, "case.reveal")
    assert ADDRESS.address not in texts(station) and work.ward.acts(case) == before


def test_registered_address_is_refused_beside_its_field_and_what_was_typed_stays(work: Bench) -> None:
    work.ward.bring_in("targets", workbook([person(10, 1)], [facts(10)]))
    case = work.ward.ids()[0]
    station = work.open(CasesStation)
    station.open_case(case)
    work.settle()
    seen: list[tuple[str, str]] = []

    def registered(dialog: Dialog) -> bool:
        type_in(dialog, address__postal="160-0022", address__address="東京都新宿区架空町三丁目9番1号")
        return dialog.perform()

    def again(dialog: Dialog) -> bool:
        assert isinstance(dialog, AddressDialog)
        seen.append((dialog.address.text(), dialog.fields["address"].problem))
        return False

    work.answers += [registered, again]
    work.press(station, "case.enter_address")
    assert seen and seen[0][0] == "東京都新宿区架空町三丁目9番1号" and seen[0][1]
    assert not work.answers


def test_evidence_and_address_are_entered_and_a_second_person_at_the_desk_confirms_them(work: Bench) -> None:
    work.ward.bring_in("targets", workbook([person(10, 1)], [facts(10)]))
    case = work.ward.ids()[0]
    station = work.open(CasesStation)
    station.open_case(case)
    work.settle()
    work.answers += [enter_evidence, enter_address]
    work.press(station, "case.enter_evidence")
    work.press(station, "case.enter_address")
    assert cases.page(work.ward.desk, case).address_state == "2人目待ち"
    work.answers += [agree, suzuki_signs, agree, suzuki_signs]
    work.press(station, "case.verify_evidence")
    work.press(station, "case.verify_address")
    page = cases.page(work.ward.desk, case)
    assert page.address_state == "確認済" and page.evidences[0].verified_by == "鈴木 係長"
    assert work.problem(station) == ""


def test_history_is_decided_by_a_person_with_a_reason(work: Bench) -> None:
    number = {"令和5年度給付対象世帯": "1", "令和5年度給付時世帯主": "0"}
    case = work.ward.household(1, **number)
    page = cases.page(work.ward.desk, case)
    station = work.open(CasesStation)
    station.open_case(case)
    work.settle()
    assert work.button(station, "case.decide_history").isVisible() == page.history_needed
    if not page.history_needed:
        pytest.skip("the programme does not leave this history to a person")

    def decide(dialog: Dialog) -> bool:
        choose(dialog, "history.does_not_count")
        type_in(dialog, history__reason="元の世帯の世帯主ではないことを確かめた")
        return dialog.perform()

    work.answers.append(decide)
    work.press(station, "case.decide_history")
    assert not cases.page(work.ward.desk, case).history_needed


def test_contact_is_added_and_shown(work: Bench) -> None:
    case = work.ward.household(1)
    station = work.open(CasesStation)
    station.open_case(case)
    work.settle()

    def note(dialog: Dialog) -> bool:
        type_in(dialog, contact__words="支援者から電話。書類の届き方をたずねられた。")
        return dialog.perform()

    work.answers.append(note)
    work.press(station, "case.add_contact")
    assert station._case.work.contacts.count() == 1


def waiting_cases(work: Bench, count: int) -> tuple[int, ...]:
    ids = []
    for number in range(1, count + 1):
        work.ward.bring_in("targets", workbook([person(number * 10, number)], [facts(number * 10)]))
        ids.append(work.ward.case_id(f"R6{number:08d}"))
        work.ward.evidence(ids[-1], verified=False)
        cases.enter_address(work.ward.desk, ids[-1], ADDRESS)
    return tuple(ids)


def test_the_round_confirms_case_after_case_for_the_officer_logged_in(work: Bench) -> None:
    ids = waiting_cases(work, 3)
    station = work.open(CasesStation, work.ward.suzuki)
    work.answers += [agree, agree]
    work.press(station, "cases.second_round")
    assert ADDRESS.address in texts(station)
    work.press(station, "second_round.skip")
    work.press(station, "second_round.confirm")
    work.press(station, "second_round.confirm")
    assert not work.button(station, "second_round.confirm").isEnabled()
    states = [cases.page(work.ward.desk, case).address_state for case in ids]
    assert states == ["2人目待ち", "確認済", "確認済"]
    assert cases.page(work.ward.desk, ids[1]).evidences[0].verified_by == "鈴木 係長"
    work.press(station, "second_round.stop")
    assert station._table.isVisible()


def test_in_the_round_another_person_confirms_at_the_desk_of_who_entered(work: Bench) -> None:
    (case,) = waiting_cases(work, 1)
    station = work.open(CasesStation)

    def other(dialog: Dialog) -> bool:
        choose(dialog, "second_round.other")
        return dialog.perform()

    work.answers += [other, suzuki_signs]
    work.press(station, "cases.second_round")
    work.press(station, "second_round.confirm")
    assert cases.page(work.ward.desk, case).address_state == "確認済"


def test_who_entered_finds_nothing_to_confirm_in_the_round(work: Bench) -> None:
    (case,) = waiting_cases(work, 1)
    station = work.open(CasesStation)

    def me(dialog: Dialog) -> bool:
        choose(dialog, "second_round.me")
        return dialog.perform()

    work.answers += [me, agree]
    work.press(station, "cases.second_round")
    assert not work.button(station, "second_round.confirm").isEnabled()
    assert cases.list_ids(work.ward.desk, CaseFilter(waiting_for_second=True)) == (case,)


def test_buttons_and_lists_have_accessible_names(work: Bench) -> None:
    case = work.ward.household(1, address=True)
    station = work.open(CasesStation)
    station.open_case(case)
    work.settle()
    assert all(button.accessibleName() and button.objectName() for button in station.findChildren(Button) if button.isVisible())
    assert all(table.accessibleName() for table in station.findChildren(Table))
