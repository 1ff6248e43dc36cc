"""秘匿の根拠 at the case page: its kind decides the fields, whom it names, who may confirm it, how it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QLabel
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.staff import Role
from kyufu_desktop.services import cases, session
from kyufu_desktop.services.cases import CasePage
from kyufu_desktop.views.dialogs import Dialog, ReasonDialog, SecondPersonDialog
from kyufu_desktop.views.stations.cases import CasesStation
from kyufu_desktop.views.stations.dialogs_case import SourceDialog
from kyufu_desktop.views.stations.dialogs_evidence import EvidenceDialog
from kyufu_desktop.views.stations.dialogs_second import SecondLookDialog
from tests.services.desk_work import facts, person, workbook
from tests.services.office import CHEAP
from tests.views.station_bench import Bench, agree, bench, suzuki_signs, type_in
from tests.views.station_stand import put


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


def family(work: Bench) -> int:
    """A mother with one child, without any evidence."""
    child = person(11, 1, 続柄="子", 漢字氏名="見本　若葉", カナ氏名="ミホン ワカバ", 生年月日="2015-09-03")
    work.ward.bring_in("targets", workbook([person(10, 1), child], [facts(10), facts(11)]))
    return work.ward.case_id("R600000001")


def page(work: Bench, case: int) -> CasePage:
    return cases.page(work.ward.desk, case)


def open_case(work: Bench, case: int) -> CasesStation:
    station = work.open(CasesStation)
    station.open_case(case)
    work.settle()
    return station


def dialog_of(work: Bench, case: int) -> EvidenceDialog:
    made = EvidenceDialog(page(work, case), work.ward.desk.programme, work.ward.desk.today())
    work.qtbot.addWidget(made)
    made.show()
    return made


def said(where: CasesStation | Dialog) -> str:
    return " ".join(label.text() for label in where.findChildren(QLabel) if label.isVisible())


def visible(dialog: EvidenceDialog) -> set[str]:
    return {key for key, field in dialog.fields.items() if field.isVisible()}


def test_the_kind_of_the_document_decides_which_fields_are_asked(work: Bench) -> None:
    dialog = dialog_of(work, family(work))
    put(dialog, "evidence.kind", "E1")
    assert {"court", "number", "respondent", "children"} <= visible(dialog)
    assert not {"moved_in_on", "basis", "statement"} & visible(dialog)
    put(dialog, "evidence.kind", "E4")
    assert "moved_in_on" in visible(dialog) and "court" not in visible(dialog)
    put(dialog, "evidence.kind", "E6")
    assert "statement" in visible(dialog)


def test_a_placement_asks_for_its_legal_basis_and_shows_the_law(work: Bench) -> None:
    work.ward.bring_in("targets", workbook([person(30, 3, 特別対応区分="児童福祉施設等入所児童", 生年月日="2012-05-05")], [facts(30)]))
    dialog = dialog_of(work, work.ward.case_id("R600000003"))
    type_in(dialog, evidence__issued_on="令6.6.1", evidence__issuer="見本相談所")
    assert not dialog.perform() and dialog.fields["basis"].problem
    put(dialog, "evidence.basis", "C01")
    law = work.ward.desk.programme.placement("C01")
    assert law is not None and law.law in said(dialog)
    assert dialog.ready() and dialog.entry().basis == "C01"


def test_fields_that_the_kind_needs_are_refused_beside_themselves(work: Bench) -> None:
    dialog = dialog_of(work, family(work))
    put(dialog, "evidence.kind", "E1")
    assert not dialog.perform()
    assert {key for key, field in dialog.fields.items() if field.problem} == {"issued_on", "issuer", "ends_on", "court", "number"}
    assert dialog.height() <= 720


def test_the_dialog_says_who_is_not_named_until_he_is_ticked(work: Bench) -> None:
    case = family(work)
    dialog = dialog_of(work, case)
    assert "見本　若葉" in said(dialog) and "まだどの書類にも名前がない人" in said(dialog)
    child = page(work, case).people[1].person_id
    box = dialog.findChild(QCheckBox, f"evidence.companion.{child}")
    assert box is not None
    box.setChecked(True)
    assert "まだどの書類にも名前がない人" not in said(dialog)
    type_in(dialog, evidence__companions="見本　花江、見本　花代")
    assert dialog.names == ("見本　若葉", "見本　花江", "見本　花代")


def enter(kind: str, **texts: str) -> object:
    def answer(dialog: Dialog) -> bool:
        put(dialog, "evidence.kind", kind)
        type_in(dialog, evidence__issued_on="令6.8.1", evidence__issuer="見本センター", **texts)
        return dialog.perform()

    return answer


def test_the_page_says_who_is_not_named_and_who_is_not_in_the_household(work: Bench) -> None:
    case = family(work)
    station = open_case(work, case)
    work.answers.append(enter("E2", evidence__companions="見本　花江"))
    work.press(station, "case.enter_evidence")
    assert "まだどの書類にも名前がない人：見本　若葉" in said(station)
    assert "世帯にいない人：見本　花江" in said(station)


def test_a_move_before_the_base_date_comes_back_beside_its_field_with_what_was_typed(work: Bench) -> None:
    case = family(work)
    station = open_case(work, case)
    seen: list[tuple[str, str]] = []

    def again(dialog: Dialog) -> bool:
        assert isinstance(dialog, EvidenceDialog)
        seen.append((dialog.moved_in_on.text(), dialog.fields["moved_in_on"].problem))
        return False

    work.answers += [enter("E4", evidence__ends_on="令7.7.1", evidence__moved_in_on="令6.5.1"), again]
    work.press(station, "case.enter_evidence")
    assert seen[0][0] == "令6.5.1" and seen[0][1]
    assert page(work, case).evidences == ()


def test_the_free_statement_is_confirmed_by_an_officer_only_and_the_button_says_so(work: Bench) -> None:
    office, passphrase = work.ward.office, "夜の港で白い猫が四つの箱を数えている"
    session.add_staff(office.at(office.suzuki), "chiba", "千葉 主事", Role.HANDLER, passphrase, office.tanaka, CHEAP)
    case = family(work)
    station = open_case(work, case)
    work.answers.append(enter("E6", evidence__detail__statement="別に暮らしている"))
    work.press(station, "case.enter_evidence")
    assert "取扱責任者" in work.button(station, "case.verify_evidence").words
    offered: list[str] = []

    def sign(dialog: Dialog) -> bool:
        assert isinstance(dialog, SecondPersonDialog)
        offered.extend(dialog.person.itemText(place) for place in range(dialog.person.count()))
        return suzuki_signs(dialog)

    work.answers += [agree, sign]
    work.press(station, "case.verify_evidence")
    assert offered and all("取扱責任者" in words for words in offered)
    assert page(work, case).evidences[0].verified_by == "鈴木 係長"


def test_the_second_person_sees_the_issuer_and_every_field_before_confirming(work: Bench) -> None:
    case = family(work)
    station = open_case(work, case)
    work.answers.append(enter("E6", evidence__detail__statement="別に暮らしている", evidence__companions="見本　若葉"))
    work.press(station, "case.enter_evidence")
    seen: list[str] = []

    def look(dialog: Dialog) -> bool:
        assert isinstance(dialog, SecondLookDialog)
        seen.append(" ".join(label.text() for label in dialog.findChildren(QLabel)))
        return False

    work.answers.append(look)
    work.press(station, "case.verify_evidence")
    assert all(words in seen[0] for words in ("見本センター", "別に暮らしている", "見本　若葉"))
    assert page(work, case).evidences[0].verified_by is None


def test_evidence_is_withdrawn_with_a_reason_and_stays_on_the_page(work: Bench) -> None:
    case = work.ward.household(1)
    station = open_case(work, case)

    def why(dialog: Dialog) -> bool:
        assert not dialog.perform()
        type_in(dialog, withdraw__reason="別の人の書類だったことが分かった")
        return dialog.perform()

    work.answers.append(why)
    work.press(station, "case.withdraw_evidence")
    read = page(work, case)
    assert read.evidences == () and read.withdrawn_evidences[0].withdrawn_reason == "別の人の書類だったことが分かった"
    assert station._case.work.evidence.count() == 1


def test_the_issuer_is_shown_only_after_a_reason_was_recorded(work: Bench) -> None:
    case = work.ward.household(1)
    station = open_case(work, case)
    assert "見本相談支援センター" not in said(station)
    shown: list[str] = []

    def reason(dialog: Dialog) -> bool:
        assert isinstance(dialog, ReasonDialog)
        dialog.text.setPlainText("支援者の電話で機関をたずねられた")
        return dialog.perform()

    def source(dialog: Dialog) -> bool:
        assert isinstance(dialog, SourceDialog)
        shown.append(" ".join(label.text() for label in dialog.findChildren(QLabel)))
        return False

    work.answers += [reason, source]
    work.press(station, "case.reveal_evidence")
    assert "見本相談支援センター" in shown[0]
    assert "SOURCE_REVEALED" in work.ward.acts(case)
