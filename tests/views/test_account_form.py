"""The account panel: what is known and may not be used, whose account it is, the passbook, the counter, the reason that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.payment import PayMethod
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.exchange import banks
from kyufu_desktop.models.case import EvidenceRecord, Person
from kyufu_desktop.models.exchange import ImportFile
from kyufu_desktop.services import accounts, review
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Button, Field, Segments, Table
from kyufu_desktop.views.stations.account_known import KnownAccounts
from kyufu_desktop.views.stations.cases import CasesStation
from kyufu_desktop.views.stations.custody import CustodyStation
from kyufu_desktop.views.stations.custody_banks import BankListDialog
from kyufu_desktop.views.stations.dialogs_account import AccountDialog
from kyufu_desktop.views.stations.review import ReviewStation
from tests.services.bank_archive_file import NEWER, moved, newer_list
from tests.views.station_bench import Bench, bench, suzuki_signs
from tests.views.station_stand import Filled, Paper, custody_station, office, put, review_station, show, told, words


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


def with_form(work: Bench) -> tuple[int, ReviewStation]:
    """A case whose accounts the host knows, its form received, on the screen."""
    case = office(work).household(("hikazei", 100_000), category="CHILD")
    with work.ward.desk.work(Act.TARGETS_IMPORTED) as unit:
        head = unit.session.scalars(select(Person).where(Person.case_id == case)).one()
        head.past_account = "0005-001-1-1110001-ミホン タロウ"
        head.public_account = "0001-001-1-1110002-ミホン ハナコ"
        unit.session.get_one(ImportFile, 1).created_on = date(2024, 8, 20)
        unit.session.add(
            EvidenceRecord(
                case_id=case, kind="P1", issued_on=date(2024, 8, 1), issuer_sealed=b"x", entered_at=work.ward.desk.now_text(), entered_by=1
            )
        )
        unit.record(Act.TARGETS_IMPORTED)
    (code,) = office(work).sent(case)
    station = review_station(work)
    put(station, "review.code", code)
    work.press(station, "review.receive")
    return case, station


def choose(where: QWidget, name: str, key: str) -> None:
    found = where.findChild(Segments, name)
    assert found is not None
    found.choose(key)


def type_account(where: QWidget, holder: str = "ミホン　ハナコ", number: str = "1234567") -> None:
    for name, text in (("bank", "0001"), ("branch", "001"), ("kind", "1"), ("number", number), ("holder", holder)):
        put(where, f"account.{name}", text)


def text_of(where: QWidget, name: str) -> str:
    found = where.findChild(QLineEdit, name)
    assert found is not None
    return found.text()


def problems(where: QWidget) -> list[str]:
    return [field.problem for field in where.findChildren(Field) if field.problem]


def test_what_is_known_is_listed_and_a_forbidden_one_cannot_be_taken(work: Bench) -> None:
    _, station = with_form(work)
    known = station.findChild(KnownAccounts)
    assert known is not None
    spoken = [" ".join(cell.spoken() for cell in row.cells) for row in known.table.rows]
    assert len(spoken) == 2
    assert "過去の給付の口座" in spoken[0] and "下3けた 001" in spoken[0] and "この区分では使いません。" in spoken[0]
    assert "公金受取口座" in spoken[1] and "ホスト 令6.8.20" in spoken[1]
    assert not any("111000" in line for line in spoken)
    take = station.findChild(Button, "account.take_over")
    assert take is not None and not take.isVisible()
    for row in known.table.rows:
        known.table.select(row.key)
        known.table.activated.emit(row.key)
        work.settle()
        assert text_of(station, "account.number") == ""


def test_one_that_the_person_stated_fills_the_fields_and_still_needs_passbook_and_second_person(work: Bench) -> None:
    case, station = with_form(work)
    type_account(station)
    put(station, "account.passbook")
    work.settle()
    work.press(station, "account.enter")
    station.account.open(case)
    work.settle()
    known = station.findChild(KnownAccounts)
    assert known is not None and text_of(station, "account.number") == ""
    known.table.select(known.table.rows[-1].key)
    work.press(station, "account.take_over")
    assert text_of(station, "account.number") == "1234567" and text_of(station, "account.holder") == "ﾐﾎﾝ ﾊﾅｺ"
    tick = station.findChild(QCheckBox, "account.passbook")
    assert tick is not None and not tick.isChecked()
    assert accounts.of_case(work.ward.desk, case).verified_by is None  # type: ignore[union-attr]


def test_bank_and_branch_are_named_with_the_day_of_the_list_and_every_change_is_said(work: Bench) -> None:
    _, station = with_form(work)
    type_account(station, "ミホン・ジュリー")
    work.settle()
    said = words(station)
    assert "みずほ 東京営業部（令和" in said and "の一覧）" in said
    for sentence in ("「ュ」", "長音「ー」", "「・」を空白にしました。", "口座名義が受給者と違います。", "それでも支払う理由"):
        assert sentence in said


def test_a_shared_private_account_is_entered_only_with_a_reason(work: Bench) -> None:
    other = office(work).household(("hikazei", 100_000))
    office(work).account(other, "1234567")
    _, station = with_form(work)
    type_account(station)
    work.press(station, "account.enter")
    assert len(problems(station)) == 1 and "ほかの案件" in problems(station)[0]
    put(station, "account.reason", "姉妹で同じ口座を使うと本人から聞いた")
    work.press(station, "account.enter")
    assert problems(station) == []


def test_the_passbook_can_be_seen_later_by_whoever_sees_it(work: Bench) -> None:
    case, station = with_form(work)
    type_account(station)
    work.press(station, "account.enter")
    assert "通帳の写しを、まだだれも見ていません。" in words(station)
    assert accounts.waiting(work.ward.desk) == ()
    work.press(station, "account.see_passbook")
    assert "通帳の写しを見た人　佐藤 主事 8/28 10:00" in words(station)
    work.answers.append(suzuki_signs)
    work.press(station, "review.verify_accounts")
    assert accounts.of_case(work.ward.desk, case).verified_by == "鈴木 係長"  # type: ignore[union-attr]


def test_the_counter_hides_the_bank_and_asks_for_a_reason(work: Bench) -> None:
    case, station = with_form(work)
    type_account(station)
    choose(station, "account.where", "cash")
    work.settle()
    assert text_of(station, "account.number") == "" and not station.findChild(QLineEdit, "account.number").isVisible()  # type: ignore[union-attr]
    assert "窓口で現金を渡します。振込はしません。" in words(station)
    work.press(station, "account.enter")
    assert len(problems(station)) == 1
    put(station, "account.reason", "口座を作れないと本人から申出があった")
    work.press(station, "account.enter")
    row = accounts.of_case(work.ward.desk, case)
    assert row is not None and row.method is PayMethod.CASH
    assert "窓口払い　口座を作れないと本人から申出があった" in words(station)


def test_a_proxy_that_nobody_confirmed_is_said_beside_the_choice(work: Bench) -> None:
    _, station = with_form(work)
    type_account(station, "コウケン　タロウ")
    choose(station, "account.whose", "PROXY")
    work.press(station, "account.enter")
    assert problems(station) == ["2人目が確かめた代理人がいません。案件の「代理人」で、先に代理人を確かめてください。"]


def test_the_switch_of_abbreviations_shows_up_for_a_corporation_only_and_is_off(work: Bench) -> None:
    _, station = with_form(work)
    tick = station.findChild(QCheckBox, "account.corporate")
    assert tick is not None
    type_account(station)
    choose(station, "account.whose", "FACILITY")
    work.settle()
    assert not tick.isVisible()
    put(station, "account.holder", "シャカイフクシホウジン　ミドリエン")
    work.settle()
    assert tick.isVisible() and not tick.isChecked() and "ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝ ﾐﾄﾞﾘｴﾝ" in words(station)
    tick.setChecked(True)
    work.settle()
    assert "ﾌｸ)ﾐﾄﾞﾘｴﾝ" in words(station)


def test_the_account_of_an_approved_batch_is_changed_from_the_page_of_the_case(work: Bench) -> None:
    case = office(work).household(("hikazei", 100_000))
    office(work).reviewed(case)
    batch = office(work).approved(office(work).batch())
    station = show(work, CasesStation(work.ward.desk, work.lane, work._go, Paper(office(work).medium)))
    station.open_case(case)
    work.settle()

    def change(dialog: Dialog) -> bool:
        assert isinstance(dialog, AccountDialog)
        dialog.show()
        work.settle()
        assert "決裁がやり直し" in words(dialog)
        type_account(dialog, number="12345678")
        work.press(dialog, "account.enter")  # type: ignore[arg-type]
        assert problems(dialog) == ["口座番号は7けたの数字のはずです。通帳の写しを見て入力してください。"]
        put(dialog, "account.number", "7654321")
        put(dialog, "account.passbook")
        work.press(dialog, "account.enter")  # type: ignore[arg-type]
        return dialog.result() == 1

    work.answers.append(change)
    work.press(station, "case.change_account")
    row = accounts.of_case(work.ward.desk, case)
    assert row is not None and row.number_tail == "321"
    assert (office(work).row(batch).state.value, office(work).row(batch).memo) == ("取消", "口座が変わったため")
    assert review.page(work.ward.desk).completed == 1


def test_an_officer_brings_a_newer_list_in_after_seeing_what_it_changes(work: Bench, tmp_path: Path) -> None:
    case = office(work).household(("hikazei", 100_000))
    office(work).account(case)
    archive = tmp_path / "banks.zip"
    archive.write_bytes(newer_list(NEWER, moved))
    station = custody_station(work, Paper(tmp_path))
    assert f"{wareki(banks.packaged().listed_on)}の一覧" in words(station) and "プログラムに付いてきた一覧です。" in words(station)

    def look(dialog: Dialog) -> bool:
        assert isinstance(dialog, BankListDialog)
        dialog.show()
        said = words(dialog)
        assert "なくなる支店 1" in said and "新しい支店 1" in said and "口座 1件は、確認からやり直します。" in said
        lines = [" ".join(cell.spoken() for cell in row.cells) for table in dialog.findChildren(Table) for row in table.rows]
        assert "なくなる支店 0001-001 みずほ 東京営業部" in lines and any("R600000001" in line for line in lines)
        return dialog.perform()

    work.answers += [Filled(banks__path=str(archive)), look]
    work.press(station, "admin.bring_banks")
    work.settle()
    assert f"{wareki(NEWER)}の一覧" in words(station) and "支店が一覧にない口座が 1件あります。" in words(station)
    station._banks.stranded.select(case)
    station._banks.stranded.activated.emit(case)
    assert work.gone_to == [("cases", case)]


def test_a_file_that_is_no_list_changes_nothing_and_says_so(work: Bench, tmp_path: Path) -> None:
    archive = tmp_path / "banks.zip"
    archive.write_bytes(b"not an archive")
    station = custody_station(work, Paper(tmp_path))
    work.answers.append(Filled(banks__path=str(archive)))
    work.press(station, "admin.bring_banks")
    assert told(station).code == "K-1261" and told(station).kept == "何も取り込んでいません。"


def test_a_handler_sees_the_list_and_may_not_bring_one_in(work: Bench, tmp_path: Path) -> None:
    station = show(work, CustodyStation(work.ward.desk, work.lane, work._go, Paper(tmp_path)))
    assert not work.button(station, "admin.bring_banks").isEnabled()
    assert "一覧を取り込むのは、取扱責任者です。" in words(station)
