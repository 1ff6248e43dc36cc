"""収受・審査 through its screen: a form comes back, is looked at, its account confirmed by a second person, completed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from kyufu_desktop.domain.decline import DeclineState
from kyufu_desktop.domain.programme import Route
from kyufu_desktop.domain.review import FormState
from kyufu_desktop.domain.values import Category
from kyufu_desktop.services import accounts, cases, payments, print_jobs, review, workstation
from kyufu_desktop.services.accounts import AccountEntry
from kyufu_desktop.views.dialogs import Dialog, SecondPersonDialog
from kyufu_desktop.views.parts import Field
from kyufu_desktop.views.stations.dialogs_review import DeclarationDialog, LateDialog
from kyufu_desktop.views.stations.review import ReviewStation
from tests.services.office import OFFICERS
from tests.views.station_bench import Bench, agree, bench, dismiss, suzuki_signs, type_in
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
    assert "それでも支払う理由" in words(station)
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
    put(station, "account.passbook")
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


class Decides:
    """The officer's word on a late form."""

    def __init__(self, what: str, reason: str) -> None:
        self._what, self._reason = what, reason

    def __call__(self, dialog: Dialog) -> bool:
        put(dialog, "late.accepted", self._what)
        type_in(dialog, late__reason=self._reason)
        return dialog.perform()


def late_form(work: Bench) -> tuple[int, int]:
    """A form that came after the deadline, looked at, with its account. Returns (case, form)."""
    case = office(work).household(("hikazei", 100_000))
    (code,) = office(work).sent(case)
    office(work).clock.days(70)
    _, form = review.receive(work.ward.desk, code, work.ward.desk.today(), None)
    office(work).look_at(form)
    office(work).account(case)
    return case, form


def test_a_late_form_waits_for_the_officer_who_accepts_it_with_a_reason(work: Bench) -> None:
    _, form = late_form(work)
    station = review_station(work)
    station.queue.table.select(form)
    work.settle()
    assert station.side.late_chip.isVisible()
    assert not work.button(station, "review.decide_late").isEnabled() and "取扱責任者が決めます。" in words(station)
    office(work).desk = work.ward.office.at(office(work).suzuki)
    officers = review_station(work)
    officers.queue.table.select(form)
    work.settle()
    assert not Decides("accept", "短い")(LateDialog()), "a reason that says nothing is not taken"
    work.answers.append(Decides("accept", "災害で郵便が止まっていたため受け付けます"))
    work.press(officers, "review.decide_late")
    assert "災害で郵便が止まっていた" in words(officers)
    assert "まだのこと　確認書を2人目が見ていません。" in words(officers)
    work.answers.append(agree)
    work.press(officers, "review.second_look")
    work.press(officers, "review.complete")
    assert review.page(work.ward.desk).completed == 1


def test_a_late_form_that_is_not_accepted_leaves_the_queue_and_closes_the_case(work: Bench) -> None:
    case, form = late_form(work)
    office(work).desk = work.ward.office.at(office(work).suzuki)
    station = review_station(work)
    station.queue.table.select(form)
    work.settle()
    work.answers.append(Decides("refuse", "期限のあとに届き、事情の説明もない"))
    work.press(station, "review.decide_late")
    assert review.page(work.ward.desk).waiting == () and station.form is None
    assert office(work).status(case) == "終結"


def test_the_second_person_looks_at_all_forms_of_a_reviewer_in_one_round(work: Bench) -> None:
    workstation.change_setting(office(work).at(office(work).suzuki), "form_second_look", "every")
    for _ in range(3):
        office(work).look_at(office(work).received(office(work).household(("hikazei", 100_000))))
    station = review_station(work)
    assert work.button(station, "review.second_look").words == "2人目：確認書 3件を見る…"
    work.answers.append(suzuki_signs)
    work.press(station, "review.second_look")
    assert [row.reviewed_by for row in review.page(work.ward.desk).waiting] == [None, None, None]


# ---------------------------------------------------------------- applications and declarations
def by(work: Bench, route: Route) -> ReviewStation:
    """The station in a programme that pays everybody by ``route``."""
    routes = dict.fromkeys(Category, route)
    desk = work.ward.desk
    office(work).desk = dataclasses.replace(desk, programme=dataclasses.replace(desk.programme, routes=routes))
    return review_station(work)


def test_an_application_is_received_by_its_number_once_the_name_was_compared(work: Bench) -> None:
    case = office(work).household(("hikazei", 100_000))
    station = by(work, Route.APPLICATION)
    work.answers.append(dismiss)
    came_back(work, station, f"R6{case:08d}")
    assert review.page(work.ward.desk).waiting == ()
    work.answers.append(agree)
    work.press(station, "review.receive")
    assert f"申請書 R6{case:08d}" in words(station)
    assert station.form is not None and station.form.case_id == case


def test_the_declaration_of_a_push_letter_offers_the_decline(work: Bench) -> None:
    case = office(work).household(("hikazei", 100_000))
    office(work).account(case)
    station = by(work, Route.PUSH)
    (code,) = office(work).sent(case)
    work.answers.append(agree)
    came_back(work, station, code)
    assert isinstance(work.shown[-1], DeclarationDialog)
    (row,) = cases.page(work.ward.desk, case).declines
    assert (row.state, row.how_words) == (DeclineState.STOPS, "届出書")


def test_the_declaration_of_a_push_letter_takes_another_account(work: Bench) -> None:
    case = office(work).household(("hikazei", 100_000))
    office(work).account(case)
    station = by(work, Route.PUSH)
    (code,) = office(work).sent(case)
    work.answers.append(Filled(declaration__what="account"))
    came_back(work, station, code)
    assert "新しい口座を入れてください" in words(station)
    type_account(station)
    put(station, "account.number", "7654321")
    work.settle()
    work.press(station, "account.enter")
    (waiting,) = accounts.waiting(work.ward.desk)
    assert (waiting.case_id, waiting.number_tail) == (case, "321")
    assert cases.page(work.ward.desk, case).declines == ()
    assert office(work).letter(case).state == "発送済"


# ---------------------------------------------------------------- the keyboard
class Keys:
    """Counts real key events; what stands on the form itself (bank, branch, number, kana) and the code are not counted."""

    def __init__(self, work: Bench, station: ReviewStation) -> None:
        self._work, self._station, self.count = work, station, 0
        self.to_window()

    def to_window(self) -> None:
        """The window has the keys; again after a dialog, which is answered here without being shown."""
        self._station.activateWindow()
        self._work.qtbot.waitUntil(self._station.isActiveWindow)

    def write(self, text: str) -> None:
        """Into whatever has the focus, as a person or a scanner would."""
        focused = QApplication.focusWidget()
        assert isinstance(focused, QLineEdit), focused
        if text.isascii():
            QTest.keyClicks(focused, text)
        else:
            # Kana come from the input method, in one piece.
            focused.insert(text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.count += 1
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier)
        if modifier:
            # A button that is pressed by its shortcut stays down for a moment before it acts.
            self._work.qtbot.wait(150)
        self._work.settle()

    def focus(self) -> str:
        focused = QApplication.focusWidget()
        return focused.objectName() if focused is not None else ""


def test_a_form_without_fault_is_ready_to_pay_after_at_most_twelve_keys(work: Bench) -> None:
    (code,) = office(work).sent(office(work).household(("hikazei", 100_000)))
    station = review_station(work)
    keys = Keys(work, station)
    station.receipt.begin()
    keys.write(code)
    keys.press(Qt.Key.Key_Return)
    assert keys.focus() == "review.all_fit"
    keys.press(Qt.Key.Key_Return)
    for name, text in (("bank", "0001"), ("branch", "001"), ("kind", ""), ("number", "1234567"), ("holder", "ミホン　ハナコ")):
        assert keys.focus() == f"account.{name}"
        if text:
            keys.write(text)
        keys.press(Qt.Key.Key_Return)
    assert keys.focus() == "account.enter" and "名義は本人と同じです。" in words(station)
    keys.press(Qt.Key.Key_Return)
    assert keys.focus() == "review.code", "the next paper"
    assert keys.count == 8
    # One round of the second person for all accounts of the day.
    work.answers.append(suzuki_signs)
    keys.press(Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    keys.count -= 1
    keys.to_window()
    keys.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert review.page(work.ward.desk).completed == 1
    assert len(payments.page(work.ward.desk).ready) == 1
    assert keys.count == 9 <= 12


def test_a_form_whose_account_is_known_takes_three_keys(work: Bench) -> None:
    case = office(work).household(("hikazei", 100_000))
    (code,) = office(work).sent(case)
    office(work).account(case)
    station = review_station(work)
    keys = Keys(work, station)
    station.receipt.begin()
    keys.write(code)
    keys.press(Qt.Key.Key_Return)
    keys.press(Qt.Key.Key_Return)
    assert keys.focus() == "review.complete"
    keys.press(Qt.Key.Key_Return)
    assert review.page(work.ward.desk).completed == 1 and keys.count == 3
    assert keys.focus() == "review.code"


def test_ctrl_enter_leaves_what_waits_for_others_and_goes_to_the_next_form(work: Bench) -> None:
    first, second = (office(work).received(office(work).household(("hikazei", 100_000))) for _ in range(2))
    case = review.form(work.ward.desk, first).case_id
    office(work).look_at(first)
    entry = AccountEntry(bank="0001", branch="001", number="1234567", holder="ミホン　ハナコ", passbook_seen=True)
    accounts.enter(work.ward.desk, case, entry)
    station = review_station(work)
    station.queue.table.select(first)
    work.settle()
    assert work.button(station, "review.complete").words == "次の確認書へ"
    work.press(station, "review.complete")
    assert station.form is not None and station.form.form_id == second
    assert review.page(work.ward.desk).completed == 0


def test_yucho_is_chosen_by_one_key_and_its_two_numbers_follow(work: Bench) -> None:
    (code,) = office(work).sent(office(work).household(("hikazei", 100_000)))
    station = review_station(work)
    keys = Keys(work, station)
    came_back(work, station, code)
    keys.press(Qt.Key.Key_Return)
    keys.press(Qt.Key.Key_Y, Qt.KeyboardModifier.AltModifier)
    for name, text in (("yucho_symbol", "14030"), ("yucho_number", "12345671"), ("holder", "ミホン　ハナコ")):
        assert keys.focus() == f"account.{name}"
        keys.write(text)
        keys.press(Qt.Key.Key_Return)
    keys.press(Qt.Key.Key_Return)
    (account,) = accounts.waiting(work.ward.desk)
    assert account.number_tail == "567" and keys.focus() == "review.code"


def test_another_holder_brings_the_focus_to_the_reason(work: Bench) -> None:
    (code,) = office(work).sent(office(work).household(("hikazei", 100_000)))
    station = review_station(work)
    keys = Keys(work, station)
    came_back(work, station, code)
    keys.press(Qt.Key.Key_Return)
    for text in ("0001", "001", "", "1234567", "ベツノ　ヒト"):
        if text:
            keys.write(text)
        keys.press(Qt.Key.Key_Return)
    assert keys.focus() == "account.reason"
    assert accounts.waiting(work.ward.desk) == ()
