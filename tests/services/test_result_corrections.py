"""A failure by hand is entered by two people, and taken back by two where it was none: nobody is paid twice for a slip of the hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kyufu_desktop.domain.letter import LetterKind
from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.review import ReturnedForm
from kyufu_desktop.services import (
    accounts,
    batches,
    letter_occasions,
    letters,
    payments,
    print_jobs,
    recalls,
    result_corrections,
    results,
    review,
)
from kyufu_desktop.services.accounts import AccountEntry
from tests.services.money_office import WORDS, change, events, form, live_children, payment, states, template
from tests.services.office import MACHINE, Office, copied, opened, silent

TRANSFER_DAY = date(2024, 8, 29)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("sent"), 2)


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    """Two payments at the bank; ten days later."""
    with copied(made, tmp_path) as found:
        found.clock.days(10)
        yield found


def late(office: Office, payment_id: int = 1) -> None:
    results.enter_late(office.desk, payment_id, FailureReason.CLOSED, office.desk.today(), office.suzuki)


def correct(office: Office, payment_id: int = 1) -> str:
    return result_corrections.paid_after_all(office.desk, payment_id, WORDS, office.desk.today(), office.suzuki).sentence


def paid(office: Office) -> None:
    results.enter_results(office.desk, 1, {}, office.desk.today())


# ------------------------------------------------------------------ two people


def test_a_failure_by_hand_is_not_entered_by_one_person_alone(office: Office) -> None:
    with pytest.raises(NotAllowed, match="K-1591"):
        results.enter_results(office.desk, 1, {1: FailureReason.CLOSED}, office.desk.today())
    with pytest.raises(NotAllowed, match="K-1592"):
        results.enter_results(office.desk, 1, {1: FailureReason.CLOSED}, office.desk.today(), office.sato)
    assert states(office) == ["結果待ち"] * 2
    results.enter_results(office.desk, 1, {1: FailureReason.CLOSED}, office.desk.today(), office.suzuki)
    assert (states(office), events(office, 1)) == (["振込不能", "振込済"], [("振込不能", "HAND", office.suzuki.staff.id)])


def test_results_without_a_failure_need_nobody_else(office: Office) -> None:
    paid(office)
    assert states(office) == ["振込済"] * 2


def test_money_that_came_back_late_is_seen_by_a_second_person_who_did_not_enter_it_as_paid(office: Office) -> None:
    results.enter_results(office.at(office.suzuki), 1, {}, office.desk.today())
    for second in (office.sato, office.suzuki):
        with pytest.raises(NotAllowed, match="K-1592"):
            results.enter_late(office.desk, 1, FailureReason.CLOSED, office.desk.today(), second)
    assert states(office) == ["振込済"] * 2
    results.enter_late(office.desk, 1, FailureReason.CLOSED, office.desk.today(), office.tanaka)
    assert events(office, 1)[-1] == ("振込不能", "HAND", office.tanaka.staff.id)


def test_a_correction_is_seen_by_a_second_person_who_did_not_enter_the_failure(office: Office) -> None:
    results.enter_results(office.at(office.suzuki), 1, {1: FailureReason.CLOSED}, office.desk.today(), office.tanaka)
    for second in (office.sato, office.suzuki):
        with pytest.raises(NotAllowed, match="K-1592"):
            result_corrections.paid_after_all(office.desk, 1, WORDS, office.desk.today(), second)
    with pytest.raises(InputProblem, match="K-1986"):
        result_corrections.paid_after_all(office.desk, 1, "短い", office.desk.today(), office.tanaka)
    assert states(office) == ["振込不能", "振込済"]


# ------------------------------------------------------------------ the wrong row


def test_a_failure_for_the_wrong_row_is_taken_back_and_everything_is_as_before(office: Office) -> None:
    paid(office)
    before = form(office, 1)
    account = accounts.of_case(office.desk, 1)
    late(office)
    assert (office.status(1), form(office, 1).state) == ("振込不能", "不備")
    assert "「振込済」に直しました" in correct(office)
    assert events(office, 1) == [
        ("振込済", "HAND", None),
        ("振込不能", "HAND", office.suzuki.staff.id),
        ("振込済", "HAND", office.suzuki.staff.id),
    ]
    after = form(office, 1)
    for name in ("state", "items", "deficiencies", "completed_on", "second_look_at", "second_look_by"):
        assert getattr(after, name) == getattr(before, name), name
    restored = accounts.of_case(office.desk, 1)
    assert account is not None and restored is not None and restored.verified_by == account.verified_by is not None
    assert (office.status(1), office.row(1).state.value) == ("振込済", "振込済")
    assert (payment(office).paid_on, payment(office).failure) == (TRANSFER_DAY, None)
    with office.desk.look() as db:
        due = letter_occasions.occasions(db, office.desk.programme, office.desk.today())
    assert not [one for one in due if one.kind is LetterKind.DEFICIENCY], "nobody is asked for an account for nothing"
    assert (office.ready(), accounts.waiting(office.desk), payments.page(office.desk).failed) == ((), (), ())


def test_the_file_itself_refuses_a_second_payment_after_the_correction(office: Office) -> None:
    paid(office)
    late(office)
    correct(office)
    assert office.ready() == ()
    with pytest.raises(Conflict, match="K-1753"):
        office.batch(office.judgments(1)[0])


def test_a_failure_that_was_entered_with_the_results_is_taken_back_too(office: Office) -> None:
    results.enter_results(office.desk, 1, {1: FailureReason.NO_ACCOUNT}, office.desk.today(), office.suzuki)
    assert office.row(1).state.value == "一部不能"
    correct(office)
    assert (states(office), office.row(1).state.value, payment(office).paid_on) == (["振込済"] * 2, "振込済", TRANSFER_DAY)


def test_the_host_hears_of_it_again(office: Office) -> None:
    paid(office)
    late(office)
    change(office, "UPDATE payment SET reported_export_id = (SELECT max(id) FROM export)")
    correct(office)
    assert payment(office).reported_export_id is None


def again(office: Office) -> None:
    """The account is confirmed again, the form looked at again: the benefit is ready for the next batch."""
    office.verify_accounts()
    office.look_at(form(office, 1).id)
    review.complete(office.desk, form(office, 1).id, office.desk.today())


@pytest.mark.parametrize("step", ["prepared", "approved", "at the bank", "paid"])
def test_a_failure_is_not_taken_back_while_a_later_attempt_holds_the_money(office: Office, step: str) -> None:
    paid(office)
    late(office)
    again(office)
    batch = office.batch()
    if step != "prepared":
        office.approved(batch)
    if step in ("at the bank", "paid"):
        office.written(batch)
    if step == "paid":
        office.settled(batch)
    with pytest.raises(Conflict, match="K-1593"):
        correct(office)
    assert states(office)[0] == "振込不能"


def test_a_failure_is_taken_back_once_the_later_attempt_was_taken_out_of_the_house(office: Office) -> None:
    paid(office)
    late(office)
    again(office)
    batches.cancel_batch(office.desk, office.batch(), office.suzuki, "振込不能ではなかったと分かったため")
    assert office.status(1) == "審査完了"
    correct(office)
    assert (states(office), office.status(1), office.ready()) == (["振込済", "振込済", "取消"], "振込済", ())


def test_what_was_not_failed_and_what_never_left_is_not_corrected(office: Office) -> None:
    with pytest.raises(Conflict, match="K-1595"):
        correct(office)
    paid(office)
    with pytest.raises(Conflict, match="K-1595"):
        correct(office)


def test_an_account_that_was_entered_anew_stays(office: Office) -> None:
    paid(office)
    late(office)
    entry = AccountEntry(bank="0001", branch="001", number="7654321", holder="ミホン　ハナコ", passbook_seen=True)
    accounts.enter(office.desk, 1, entry)
    correct(office)
    found = accounts.of_case(office.desk, 1)
    assert found is not None and (found.number_tail, found.verified_by) == ("321", None)


def test_the_person_who_was_asked_for_an_account_is_to_be_told_and_her_answer_waits_for_nothing(office: Office) -> None:
    paid(office)
    late(office)
    asked = form(office, 1).id
    letters.prepare(office.desk, (1,), silent, frozenset({LetterKind.DEFICIENCY}))
    letter = office.letter(1)
    order = print_jobs.start_job(office.desk, (letter.id,), MACHINE, silent)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    letters.mark_sent(office.desk, office.enclosed(letter.id), office.desk.today())
    _, answer = review.receive(office.desk, letter.code, office.desk.today(), None)
    said = correct(office)
    assert "本人に知らせてください" in said
    assert (form_state(office, asked), form_state(office, answer)) == ("審査完了", "補正済")
    assert office.status(1) == "振込済"


def test_an_answer_that_was_through_its_review_is_the_form_that_comes_back(office: Office) -> None:
    paid(office)
    late(office)
    letters.prepare(office.desk, (1,), silent, frozenset({LetterKind.DEFICIENCY}))
    letter = office.letter(1)
    order = print_jobs.start_job(office.desk, (letter.id,), MACHINE, silent)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    letters.mark_sent(office.desk, office.enclosed(letter.id), office.desk.today())
    _, answer = review.receive(office.desk, letter.code, office.desk.today(), None)
    office.account(1, "7654321")
    office.look_at(answer)
    review.second_look(office.desk, (answer,), office.suzuki)
    review.complete(office.desk, answer, office.desk.today())
    batch = office.approved(office.batch())
    office.written(batch)
    office.settled(batch)
    late(office, 3)
    assert form_state(office, answer) == "不備"
    correct(office, 3)
    assert (states(office), form_state(office, 1), form_state(office, answer)) == (["振込不能", "振込済", "振込済"], "補正済", "審査完了")


def form_state(office: Office, form_id: int) -> str:
    with office.desk.look() as db:
        return db.get_one(ReturnedForm, form_id).state


def test_a_notice_in_the_house_is_not_sent_after_the_correction(office: Office) -> None:
    paid(office)
    late(office)
    letters.prepare(office.desk, (1,), silent, frozenset({LetterKind.DEFICIENCY}))
    assert "書損にしてください" in correct(office)
    with pytest.raises(Conflict, match="K-1691"):
        print_jobs.start_job(office.desk, (office.letter(1).id,), MACHINE, silent)


def test_every_step_of_the_correction_is_in_the_list_of_what_can_be_done(office: Office) -> None:
    paid(office)
    late(office)
    (row,) = recalls.page(office.desk, "R600000001").rows
    assert [act.value for act in row.may] == ["RESULT_CORRECTED"]
    assert (row.amount, row.transfer_on, row.benefit_word) == (100_000, TRANSFER_DAY, "非課税化給付")
    correct(office)
    (row,) = recalls.page(office.desk, "R600000001").rows
    assert "RESULT_CORRECTED" not in [act.value for act in row.may]


# ------------------------------------------------------------------ children and a second benefit


def test_a_child_is_counted_again_and_only_where_nobody_else_counts_it(tmp_path: Path) -> None:
    with copied(template(tmp_path / "made", children=1), tmp_path / "copy") as office:
        office.clock.days(10)
        paid(office)
        late(office)
        assert live_children(office) == 0
        child = "(SELECT resident_number FROM paid_child WHERE id = 1)"
        change(office, f"INSERT INTO paid_child (programme, resident_number, payment_id) VALUES ('r6', {child}, 1)")
        with pytest.raises(Conflict, match="K-1594"):
            correct(office)
        assert states(office) == ["振込不能"]
        change(office, "UPDATE paid_child SET released_at = 'x' WHERE id = 2")
        correct(office)
        assert (states(office), live_children(office)) == (["振込済"], 1)


@pytest.fixture(scope="module")
def twofold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One household with two benefits, both at the bank."""
    folder = tmp_path_factory.mktemp("two")
    with opened(folder) as office:
        office.reviewed(office.household(("hikazei", 100_000), ("kodomo", 50_000), children=1))
        office.written(office.approved(office.batch()))
    return folder


def test_of_two_failures_the_real_one_goes_on_being_looked_at(twofold: Path, tmp_path: Path) -> None:
    with copied(twofold, tmp_path) as office:
        office.clock.days(10)
        failed = dict.fromkeys((1, 2), FailureReason.CLOSED)
        results.enter_results(office.desk, 1, failed, office.desk.today(), office.suzuki)
        correct(office, 1)
        assert (states(office), office.status(1), office.row(1).state.value) == (["振込済", "振込不能"], "振込不能", "一部不能")
        assert (form(office, 1).state, json.loads(form(office, 1).deficiencies)) == ("不備", ["D13"])
        correct(office, 2)
        assert (states(office), office.status(1), form(office, 1).state) == (["振込済"] * 2, "振込済", "審査完了")
        assert live_children(office) == 1


def test_beside_a_benefit_that_waits_for_its_batch_the_case_goes_back_to_where_it_waited(tmp_path: Path) -> None:
    with opened(tmp_path) as office:
        case = office.household(("hikazei", 100_000), ("kodomo", 50_000), children=1)
        office.reviewed(case)
        first, _ = office.judgments(case)
        batch = office.approved(office.batch(first))
        office.written(batch)
        office.clock.days(10)
        results.enter_results(office.desk, batch, {1: FailureReason.CLOSED}, office.desk.today(), office.suzuki)
        correct(office)
        assert (office.status(case), len(office.ready())) == ("審査完了", 1)
        late(office)
        again(office)
        second = office.batch(office.judgments(case)[1])
        assert office.status(case) == "振込準備"
        correct(office)
        assert office.status(case) == "振込準備"
        office.written(office.approved(second))
        office.settled(second)
        assert (states(office), office.status(case)) == (["振込済", "振込済"], "振込済")
