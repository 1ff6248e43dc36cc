"""収受・審査 through its screen: a form comes back, is looked at, its account confirmed by a second person, completed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.review import FormState
from kyufu_desktop.services import accounts, payments, print_jobs, review
from kyufu_desktop.views.dialogs import Dialog, SecondPersonDialog
from kyufu_desktop.views.parts import Field
from kyufu_desktop.views.stations.review import ReviewStation
from tests.services.office import OFFICERS
from tests.views.station_bench import Bench, agree, bench, suzuki_signs
from tests.views.station_stand import Filled, office, put, review_station, told, words


@pytest.fixture
def work(tmp_path: Path, qtbot: QtBot) -> Iterator[Bench]:
    with bench(tmp_path, qtbot) as made:
        yield made


def came_back(work: Bench, station: ReviewStation, code: str) -> None:
    put(station, "review.code", code)
    work.press(station, "review.receive")


def type_account(station: ReviewStation, holder: str = "ミホン　ハナコ") -> None:
    for name, text in (("bank", "0001"), ("branch", "001"), ("kind", "1"), ("number", "1234567"), ("holder", holder)):
        put(station, f"account.{name}", text)


def problems(station: ReviewStation) -> list[str]:
    return [field.problem for field in station.findChildren(Field) if field.problem]


def test_a_form_is_received_looked_at_and_completed(work: Bench) -> None:
    (code,) = office(work).sent(office(work).household(("hikazei", 100_000)))
    station = review_station(work)
    came_back(work, station, code)
    assert not work.button(station, "review.complete").isEnabled()
    work.press(station, "review.all_fit")
    work.press(station, "review.check")
    type_account(station)
    work.settle()
    assert "名義は本人と同じです。" in words(station)
    work.press(station, "account.enter")
    assert "口座を2人目が確かめていません。" in words(station)
    work.answers.append(suzuki_signs)
    work.press(station, "review.verify_accounts")
    work.press(station, "review.complete")
    page = review.page(work.ward.desk)
    assert (page.waiting, page.completed) == ((), 1)
    assert len(payments.page(work.ward.desk).ready) == 1
    assert "審査を待つ確認書はありません。" in words(station)


def test_all_that_is_complete_is_closed_at_once(work: Bench) -> None:
    for _ in range(2):
        form = office(work).received(office(work).household(("hikazei", 100_000)))
        office(work).look_at(form)
        case = review.form(work.ward.desk, form).case_id
        office(work).account(case, f"000000{case}")
    station = review_station(work)
    work.answers.append(agree)
    work.press(station, "review.complete_all")
    assert review.page(work.ward.desk).completed == 2


def test_a_wrong_code_is_said_beside_the_field_and_stays_there_to_be_mended(work: Bench) -> None:
    office(work).sent(office(work).household(("hikazei", 100_000)))
    station = review_station(work)
    came_back(work, station, "R600000099-01")
    assert problems(station) == ["この番号の確認書はありません。確認書の右上の番号を確かめてください。"]
    assert station.receipt.code == "R600000099-01"
    assert review.page(work.ward.desk).waiting == ()


def test_the_code_of_a_spoiled_letter_names_the_code_that_counts(work: Bench) -> None:
    case = office(work).household(("hikazei", 100_000))
    (printed,) = office(work).printed(case)
    old = office(work).letter(case).code
    print_jobs.spoil(work.ward.desk, printed, "汚れたため")
    station = review_station(work)
    station.scan(old)
    work.settle()
    assert office(work).letter(case).code in told(station).todo
    assert review.page(work.ward.desk).waiting == ()


def test_the_same_form_is_not_received_twice(work: Bench) -> None:
    (code,) = office(work).sent(office(work).household(("hikazei", 100_000)))
    station = review_station(work)
    came_back(work, station, code)
    came_back(work, station, code)
    assert "すでに収受しています" in told(station).happened
    assert len(review.page(work.ward.desk).waiting) == 1


def test_a_deficiency_by_its_number_marks_the_item_and_says_its_words(work: Bench) -> None:
    (code,) = office(work).sent(office(work).household(("hikazei", 100_000)))
    station = review_station(work)
    came_back(work, station, code)
    work.press(station, "review.all_fit")
    put(station, "review.deficiencies", "D06")
    assert "通帳（キャッシュカード）の写しがありません。" in words(station)
    work.press(station, "review.check")
    (form,) = review.page(work.ward.desk).waiting
    assert form.state is FormState.DEFICIENT
    put(station, "review.deficiencies", "D77")
    work.press(station, "review.check")
    assert problems(station) == ["D77 はありません。D01 から D12 までです。"]


def test_an_account_number_that_is_too_long_is_said_beside_the_field(work: Bench) -> None:
    (code,) = office(work).sent(office(work).household(("hikazei", 100_000)))
    station = review_station(work)
    came_back(work, station, code)
    type_account(station)
    put(station, "account.number", "12345678")
    work.press(station, "account.enter")
    assert problems(station) == ["口座番号は7けたの数字のはずです。通帳の写しを見て入力してください。"]
    kept = station.findChild(QLineEdit, "account.number")
    assert kept is not None and kept.text() == "12345678"


def test_another_holder_asks_for_the_reason(work: Bench) -> None:
    (code,) = office(work).sent(office(work).household(("hikazei", 100_000)))
    station = review_station(work)
    came_back(work, station, code)
    type_account(station, "ベツノ　ヒト")
    work.settle()
    assert "名義が違っても振り込む理由" in words(station)
    work.press(station, "account.enter")
    assert any("10字以上" in problem for problem in problems(station))
    put(station, "account.reason", "成年後見人の口座と届出で確かめました")
    work.press(station, "account.enter")
    assert problems(station) == []
    account = review.form(work.ward.desk, review.page(work.ward.desk).waiting[0].form_id).account
    assert account is not None and account.holder == "ﾍﾞﾂﾉ ﾋﾄ" and account.verified_by is None


def test_who_entered_the_account_is_not_offered_and_a_wrong_passphrase_confirms_nothing(work: Bench) -> None:
    (code,) = office(work).sent(office(work).household(("hikazei", 100_000)))
    station = review_station(work)
    came_back(work, station, code)
    type_account(station)
    work.press(station, "account.enter")

    def wrong_words(dialog: Dialog) -> bool:
        assert isinstance(dialog, SecondPersonDialog)
        assert [dialog.person.itemData(place) for place in range(dialog.person.count())] == [OFFICERS[0][0], OFFICERS[1][0]]
        dialog.sign(OFFICERS[0][0], "ちがう合言葉をいれてしまいました")
        return dialog.perform()

    work.answers.append(wrong_words)
    work.press(station, "review.verify_accounts")
    assert told(station).code == "K-1402"
    assert len(accounts.waiting(work.ward.desk)) == 1


def test_a_late_form_is_completed_only_with_a_reason(work: Bench) -> None:
    case = office(work).household(("hikazei", 100_000))
    (code,) = office(work).sent(case)
    office(work).clock.days(70)
    station = review_station(work)
    came_back(work, station, code)
    assert station.side.late_chip.isVisible()
    office(work).look_at(review.page(work.ward.desk).waiting[0].form_id)
    office(work).account(case)
    station.refresh()
    work.settle()
    work.answers.append(Filled(ask__text="災害で郵便が止まっていたため受け付けます"))
    work.press(station, "review.complete")
    assert review.page(work.ward.desk).completed == 1
