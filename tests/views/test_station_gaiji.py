"""外字 through its screen: the list, a picture from the medium, the second person, taking back, and what other screens show of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kyufu_desktop.documents.gaiji import NO_PICTURES
from kyufu_desktop.domain.gaiji import GaijiState
from kyufu_desktop.services import gaiji
from kyufu_desktop.services.session import Second
from kyufu_desktop.views.dialogs import Dialog, SecondPersonDialog
from kyufu_desktop.views.parts import Table
from kyufu_desktop.views.parts.gaiji import has_picture, show_pictures
from kyufu_desktop.views.stations.dialogs_gaiji import ChoosePictureDialog, LookAtPictureDialog
from kyufu_desktop.views.stations.gaiji import CHIPS, SENTENCES, GaijiStation
from kyufu_desktop.views.workplace import Workplace
from tests.documents.shapes import KO, drawn
from tests.services.office import HANDLER, Office
from tests.services.test_gaiji import REASON, SOURCE, readdress, rename, row
from tests.services.test_gaiji import has_picture as with_picture
from tests.views.station_bench import Bench, agree, bench, dismiss, suzuki_signs, type_in


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made
    show_pictures(NO_PICTURES)


def office(work: Bench) -> Office:
    return work.ward.office


def needing(work: Bench, name: str = "渡\ue000") -> int:
    case = office(work).household(("hikazei", 100_000))
    rename(office(work), case, name)
    return case


def station(work: Bench, second: Second | None = None) -> GaijiStation:
    desk = work.ward.desk if second is None else office(work).at(second)
    made = GaijiStation(desk, work.lane, work._go, office(work).medium)
    work.qtbot.addWidget(made)
    made.resize(1072, 600)
    made.show()
    work.settle()
    return made


def table(where: GaijiStation, name: str = "gaiji.table") -> Table:
    found = where.findChild(Table, name)
    assert found is not None
    return found


def said(where: GaijiStation) -> str:
    return " ".join(each.text() for each in where.findChildren(QLabel) if each.isVisible())


def state(work: Bench) -> GaijiState:
    return row(office(work)).state


def scanned(work: Bench, data: bytes = b"", name: str = "moji.png") -> Path:
    path = office(work).medium / name
    path.write_bytes(data or drawn(KO))
    return path


def chooses(path: Path, source: str = SOURCE) -> object:
    def answer(dialog: Dialog) -> bool:
        assert isinstance(dialog, ChoosePictureDialog)
        dialog.table.select(str(path))
        type_in(dialog, gaiji__source=source)
        return dialog.perform()

    return answer


def test_an_empty_list_says_what_would_fill_it(work: Bench) -> None:
    shown = station(work)
    assert "絵の要る文字はありません。" in said(shown) and "書体にない文字" in said(shown)
    assert not work.button(shown, "gaiji.enter").isVisible()


def test_the_character_its_state_and_who_needs_it_stand_side_by_side(work: Bench) -> None:
    case = needing(work)
    shown = station(work)
    assert [cell.spoken() for cell in table(shown).rows[0].cells] == ["U+E000", "U+E000", "1", "1", "絵がない"]
    assert SENTENCES[GaijiState.MISSING] in said(shown)
    needs = table(shown, "gaiji.needs")
    assert [cell.text for cell in needs.rows[0].cells] == [f"R6{case:08d}", "氏名"]
    needs.activated.emit(needs.rows[0].key)
    assert work.gone_to == [("cases", case)]
    assert work.button(shown, "gaiji.enter").isVisible() and not work.button(shown, "gaiji.verify").isVisible()


def test_from_the_medium_over_two_looks_to_the_letters(work: Bench) -> None:
    needing(work)
    path = scanned(work)
    shown = station(work)
    work.answers += [chooses(path), agree]  # type: ignore[list-item]
    work.press(shown, "gaiji.enter")
    assert [type(each) for each in work.shown] == [ChoosePictureDialog, LookAtPictureDialog]
    assert state(work) is GaijiState.WAITING and SENTENCES[GaijiState.WAITING] in said(shown)
    assert not work.button(shown, "gaiji.enter").isVisible()
    # The handler entered it: somebody else has to sign, and he is not among those who may.

    def another(dialog: Dialog) -> bool:
        assert isinstance(dialog, SecondPersonDialog) and dialog.person.findData(HANDLER[0]) < 0
        return suzuki_signs(dialog)

    work.answers += [agree, another]
    work.press(shown, "gaiji.verify")
    assert state(work) is GaijiState.APPROVED and row(office(work)).verified.startswith("鈴木 係長")
    assert table(shown).count() == 0, "nothing left to do"


def test_who_did_not_enter_it_looks_and_confirms_at_once(work: Bench) -> None:
    needing(work)
    gaiji.enter(work.ward.desk, "\ue000", drawn(), SOURCE)
    shown = station(work, work.ward.suzuki)
    work.answers += [agree, agree]
    work.press(shown, "gaiji.verify")
    assert state(work) is GaijiState.APPROVED


def test_nothing_is_kept_where_the_look_is_broken_off(work: Bench) -> None:
    needing(work)
    shown = station(work)
    work.answers += [chooses(scanned(work)), dismiss]  # type: ignore[list-item]
    work.press(shown, "gaiji.enter")
    assert state(work) is GaijiState.MISSING


def test_a_picture_that_is_refused_comes_back_beside_its_field(work: Bench) -> None:
    needing(work)
    oblong, good = scanned(work, drawn(side=200, high=400), "a.png"), scanned(work, name="b.png")
    shown = station(work)
    seen: list[tuple[str, str]] = []

    def again(dialog: Dialog) -> bool:
        assert isinstance(dialog, ChoosePictureDialog)
        seen.append((dialog.fields["picture"].problem, dialog.source.text()))
        return bool(chooses(good)(dialog))  # type: ignore[operator]

    work.answers += [chooses(oblong), again, agree]  # type: ignore[list-item]
    work.press(shown, "gaiji.enter")
    assert "正方形" in seen[0][0] and seen[0][1] == SOURCE
    assert state(work) is GaijiState.WAITING and work.problem(shown) == ""


def test_a_file_that_went_away_and_an_empty_source_are_said_beside_the_fields(work: Bench) -> None:
    needing(work)
    shown = station(work)

    def tries(dialog: Dialog) -> bool:
        assert isinstance(dialog, ChoosePictureDialog)
        assert not dialog.perform() and dialog.fields["source"].problem and dialog.fields["picture"].problem
        type_in(dialog, gaiji__file=str(office(work).medium / "no.png"), gaiji__source=SOURCE)
        assert not dialog.perform() and "ファイルがありません" in dialog.fields["picture"].problem
        return False

    work.answers.append(tries)
    work.press(shown, "gaiji.enter")


def test_taking_back_asks_for_a_reason_and_says_what_follows(work: Bench) -> None:
    needing(work)
    with_picture(office(work))
    shown = station(work)
    shown._segments.choose("all")
    work.settle()

    def reason(dialog: Dialog) -> bool:
        assert "印刷できません" in dialog.accessibleDescription()
        type_in(dialog, gaiji_withdraw__reason=REASON)
        return dialog.perform()

    work.answers.append(reason)
    work.press(shown, "gaiji.withdraw")
    assert state(work) is GaijiState.WITHDRAWN and REASON in said(shown)


def test_of_a_sealed_address_only_code_point_and_case_are_on_the_screen(work: Bench) -> None:
    case = office(work).household(("hikazei", 100_000))
    readdress(office(work), case, building="み\ue001荘 402号室")
    shown = station(work)
    assert [cell.text for cell in table(shown, "gaiji.needs").rows[0].cells] == [f"R6{case:08d}", "送り先"]
    everything = said(shown) + " ".join(cell.spoken() for each in shown.findChildren(Table) for line in each.rows for cell in line.cells)
    assert "荘" not in everything and "402" not in everything


def test_every_state_has_its_chip_and_its_sentence() -> None:
    assert set(CHIPS) == set(SENTENCES) == set(GaijiState)


def test_all_screens_paint_with_a_picture_as_soon_as_it_is_approved(work: Bench, tmp_path: Path) -> None:
    needing(work)
    with_picture(office(work))
    place = Workplace(office(work).folder, office(work).clock, on_lock=lambda: None, printer_folder=tmp_path)
    place._enter(work.ward.desk)

    def settle() -> None:
        work.qtbot.waitUntil(lambda: not place.lane.busy, timeout=20000)

    settle()
    assert has_picture("\ue000")
    kept = row(office(work))
    assert kept.gaiji_id is not None
    changes = gaiji.withdraw(work.ward.desk, kept.gaiji_id, REASON)
    place.lane.changed.emit(changes.kinds)
    settle()
    assert not has_picture("\ue000")
    place.lane.close()
    assert place.shell is not None
    place.shell.close()
