"""プッシュ型 and 申請書型 through the services: what is ready when, and what the case goes through."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from kyufu_desktop.domain.letter import LetterKind
from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.domain.programme import Route
from kyufu_desktop.domain.returned_mail import ReturnReason
from kyufu_desktop.domain.review import FormKind, Item, ItemState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.services import accounts, batches, cases, letters, payables, payments, returned_mail, review, workstation
from kyufu_desktop.services.accounts import AccountEntry
from tests.services.office import Office, copied, opened, silent

FITS = dict.fromkeys(Item, ItemState.FITS)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    with opened(folder):
        pass
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Office]:
    """DV is paid as in the ward's programme; children by push, old people by application."""
    with copied(template, tmp_path) as made:
        routes = {**made.desk.programme.routes, Category.CHILD: Route.PUSH, Category.ELDERLY: Route.APPLICATION}
        made.desk = dataclasses.replace(made.desk, programme=dataclasses.replace(made.desk.programme, routes=routes))
        yield made


def announced(office: Office) -> int:
    """A child's case with a verified account whose 支給のお知らせ was posted today."""
    case = office.household(("hikazei", 100_000), category="CHILD")
    office.account(case, f"{case:07d}")
    office.sent(case)
    return case


def why_not(office: Office, case: int) -> str:
    with office.desk.look() as session:
        judgment = session.get_one(JudgmentRecord, office.judgments(case)[0])
        found = payables.payable(session, judgment, office.desk.today(), office.desk.programme)
        return found if isinstance(found, str) else ""


def until(office: Office, day: date) -> None:
    office.clock.days((day - office.desk.today()).days)


def test_push_is_ready_by_itself_after_the_period_and_three_bank_days(office: Office) -> None:
    case = announced(office)
    decline_by = office.letter(case).return_due
    assert decline_by == date(2024, 9, 11)
    assert office.status(case) == "確認書発送" and office.ready() == ()
    until(office, date(2024, 9, 17))
    assert why_not(office, case) == "辞退の届出を令和6年9月17日まで待っています。"
    with pytest.raises(Conflict, match="辞退の届出"):
        office.batch(*office.judgments(case))
    until(office, date(2024, 9, 18))
    assert office.ready() == tuple(office.judgments(case))
    assert any(task.words == "次の振込の回を作る" for task in cases.today(office.desk).tasks)


def test_the_days_that_are_waited_for_the_post_are_a_setting(office: Office) -> None:
    case = announced(office)
    until(office, date(2024, 9, 12))
    assert office.ready() == ()
    workstation.change_setting(office.at(office.suzuki), "decline_wait_days", "0")
    assert office.ready() == tuple(office.judgments(case))
    with pytest.raises(InputProblem):
        workstation.change_setting(office.at(office.suzuki), "decline_wait_days", "11")


def test_push_goes_from_its_letter_to_paid_without_a_review(office: Office) -> None:
    case = announced(office)
    until(office, date(2024, 9, 18))
    batch = office.approved(office.batch())
    assert office.status(case) == "振込準備"
    office.written(batch)
    office.settled(batch)
    assert office.status(case) == "振込済"
    assert office.ready() == ()


def test_a_push_case_of_a_cancelled_batch_is_put_into_another(office: Office) -> None:
    case = announced(office)
    until(office, date(2024, 9, 18))
    batches.cancel_batch(office.desk, office.batch(), office.suzuki, "振込日を変えるために取り消します")
    assert office.ready() == tuple(office.judgments(case))
    office.batch()
    assert office.status(case) == "振込準備"


def test_a_push_transfer_that_failed_waits_for_the_account_only(office: Office) -> None:
    case = announced(office)
    until(office, date(2024, 9, 18))
    batch = office.approved(office.batch())
    office.written(batch)
    (row,) = office.payments_of(batch)
    office.settled(batch, {row.payment_id: FailureReason.NO_ACCOUNT})
    assert office.status(case) == "振込不能"
    assert payments.page(office.desk).failed[0].what_next == "口座が確認済になっていません。"
    office.account(case, "7654321")
    office.batch()
    assert office.status(case) == "振込準備"


def test_a_changed_account_of_a_push_case_waits_for_the_second_person_and_keeps_the_letter(office: Office) -> None:
    case = announced(office)
    until(office, date(2024, 9, 18))
    entry = AccountEntry(bank="0001", branch="001", number="9999999", holder="ミホン　ハナコ", passbook_seen=True)
    accounts.enter(office.desk, case, entry)
    assert why_not(office, case) == "口座が確認済になっていません。"
    office.verify_accounts()
    assert why_not(office, case) == ""


def test_a_push_letter_that_came_back_stops_the_money_even_after_the_period(office: Office) -> None:
    case = announced(office)
    until(office, date(2024, 9, 18))
    returned_mail.came_back(office.desk, office.letter(case).code, office.desk.today(), ReturnReason.MOVED)
    assert why_not(office, case) == "支給のお知らせが戻っています。"


def test_the_declaration_of_a_push_letter_is_no_form(office: Office) -> None:
    code = office.letter(announced(office)).code
    scanned = review.look_up(office.desk, code)
    assert scanned.what is review.CameIn.DECLARATION and scanned.name.startswith("見本")
    with pytest.raises(InputProblem) as told:
        review.receive(office.desk, code, office.desk.today(), None)
    assert told.value.code == "K-1858"


# ---------------------------------------------------------------- applications
def applied(office: Office, case: int) -> int:
    return review.receive_application(office.desk, f"R6{case:08d}", office.desk.today(), None)[1]


def test_an_application_makes_its_case_ready_without_any_letter(office: Office) -> None:
    case = office.household(("hikazei", 100_000), category="ELDERLY")
    assert why_not(office, case) == "申請書の審査が完了していません。"
    form = applied(office, case)
    page = review.form(office.desk, form)
    assert (page.kind, page.code, page.amount) == (FormKind.APPLICATION, f"申請書 R6{case:08d}", 100_000)
    assert [row.code for row in review.page(office.desk).waiting] == [f"申請書 R6{case:08d}"]
    office.look_at(form)
    office.account(case)
    review.complete(office.desk, form, office.desk.today())
    assert office.ready() == tuple(office.judgments(case))
    office.batch()
    assert office.status(case) == "振込準備"


def test_who_applied_is_told_the_decision_first_and_asked_for_no_confirmation(office: Office) -> None:
    case = office.household(("hikazei", 100_000), category="ELDERLY")
    assert [row.kind for row in letters.page(office.desk).ready] == [LetterKind.CONFIRMATION]
    form = applied(office, case)
    assert letters.page(office.desk).ready == ()
    office.look_at(form)
    office.account(case)
    review.complete(office.desk, form, office.desk.today())
    assert [(row.kind, row.amount, row.obstacle) for row in letters.page(office.desk).ready] == [(LetterKind.DECISION, 100_000, "")]
    letters.prepare(office.desk, (case,), silent, frozenset({LetterKind.DECISION}))
    assert letters.page(office.desk).ready == ()


def test_a_confirmation_that_waits_for_the_printer_does_not_leave_once_the_application_is_here(office: Office) -> None:
    case = office.household(("hikazei", 100_000), category="ELDERLY")
    office.printed(case)
    letter = office.letter(case)
    office.enclosed(letter.id)
    applied(office, case)
    with pytest.raises(Conflict, match="申請書を収受しています"):
        letters.mark_sent(office.desk, (letter.id,), office.desk.today())


def test_an_application_comes_before_anything_was_decided_and_its_deficiency_is_told(office: Office) -> None:
    case = office.household(category="ELDERLY")
    form = applied(office, case)
    before = office.status(case)
    review.check(office.desk, form, {**FITS, Item.SIGNATURE: ItemState.DEFICIENT}, ("D02",))
    assert [(row.kind, row.amount, row.obstacle) for row in letters.page(office.desk).ready] == [(LetterKind.DEFICIENCY, 0, "")]
    letters.prepare(office.desk, (case,), silent, frozenset({LetterKind.DEFICIENCY}))
    notice = office.letter(case)
    assert notice.form_id == form
    with office.desk.work(Act.LETTER_SENT) as unit:
        # Printing and enclosing are the same as for every letter; here only its answer matters.
        unit.session.get_one(type(notice), notice.id).state = "発送済"
        unit.session.get_one(type(notice), notice.id).sent_on = office.desk.today()
        unit.record(Act.LETTER_SENT, subject="case", subject_id=case)
    _, answer = review.receive(office.desk, notice.code, office.desk.today(), None)
    assert review.form(office.desk, answer).kind is FormKind.APPLICATION
    office.look_at(answer)
    office.account(case)
    review.second_look(office.desk, (answer,), office.suzuki)
    review.complete(office.desk, answer, office.desk.today())
    assert office.status(case) in (before, "審査完了")
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        office.decide(unit, case, 1, "hikazei", 100_000)
        unit.record(Act.TARGETS_IMPORTED, rows=1)
    assert office.ready() == tuple(office.judgments(case))


def test_an_application_is_received_once_in_its_own_category_and_by_a_number_that_exists(office: Office) -> None:
    case = office.household(("hikazei", 100_000), category="ELDERLY")
    applied(office, case)
    with pytest.raises(Conflict) as twice:
        applied(office, case)
    assert twice.value.code == "K-1733"
    with pytest.raises(InputProblem) as other:
        applied(office, office.household(("hikazei", 100_000)))
    assert other.value.code == "K-1732"
    with pytest.raises(InputProblem) as nobody:
        review.receive_application(office.desk, "R699999999", office.desk.today(), None)
    assert nobody.value.code == "K-1731"
    assert review.look_up(office.desk, f"Ｒ6{case:08d}").what is review.CameIn.APPLICATION


def test_an_application_is_in_time_by_the_postmark(office: Office) -> None:
    case = office.household(("hikazei", 100_000), category="ELDERLY")
    deadline = office.desk.programme.return_deadline
    until(office, deadline + timedelta(days=4))
    form = review.receive_application(office.desk, f"R6{case:08d}", office.desk.today(), deadline)[1]
    assert review.form(office.desk, form).late is False


def test_a_failed_transfer_opens_the_application_again(office: Office) -> None:
    case = office.household(("hikazei", 100_000), category="ELDERLY")
    form = applied(office, case)
    office.look_at(form)
    office.account(case)
    review.complete(office.desk, form, office.desk.today())
    batch = office.approved(office.batch())
    office.written(batch)
    (row,) = office.payments_of(batch)
    office.settled(batch, {row.payment_id: FailureReason.NO_ACCOUNT})
    assert [row.form_id for row in review.page(office.desk).waiting] == [form]
    office.verify_accounts()
    assert office.ready() == ()
    office.look_at(form)
    review.complete(office.desk, form, office.desk.today())
    assert office.ready() == tuple(office.judgments(case))


def test_a_confirmation_case_stays_as_it_was(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.sent(case)
    until(office, date(2024, 12, 20))
    assert why_not(office, case) == "確認書の審査が完了していません。"
