"""Results of the bank: by hand, late, and by file; each step an event; what failed asks for another account and is paid again once."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from kyufu_desktop.domain.letter import LetterKind
from kyufu_desktop.domain.payment import OCCUPYING, FailureReason, PaymentState, PayMethod
from kyufu_desktop.domain.payment_result import DEFICIENCY_OF, check_move, followers
from kyufu_desktop.domain.review import DEFICIENCIES
from kyufu_desktop.errors import Conflict, FileProblem, InputProblem
from kyufu_desktop.exchange import zengin
from kyufu_desktop.services import letter_occasions, letters, payments, print_jobs, result_files, results, review
from kyufu_desktop.services.bank_data import encode_batch, payments_of
from kyufu_desktop.services.batches import batch_of
from tests.services.money_office import SECOND, change, events, form, live_children, payment, states, template, undone
from tests.services.office import MACHINE, Office, copied, silent

TRANSFER_DAY = date(2024, 8, 29)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("sent"), 3)


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    """Three payments at the bank; ten days later."""
    with copied(made, tmp_path) as found:
        found.clock.days(10)
        yield found


#: Written down a second time: what a bank and a counter can make of a payment.
FOLLOWS = {
    (PayMethod.TRANSFER, "結果待ち"): {"振込済", "振込不能"},
    (PayMethod.TRANSFER, "振込不能"): {"振込済"},
    (PayMethod.TRANSFER, "振込済"): {"振込不能", "組戻依頼中", "返還請求中"},
    (PayMethod.TRANSFER, "組戻依頼中"): {"組戻済", "組戻不可"},
    (PayMethod.TRANSFER, "組戻不可"): {"返還請求中"},
    (PayMethod.TRANSFER, "返還請求中"): {"返還済"},
    (PayMethod.CASH, "振込準備"): {"振込済", "取消"},
    (PayMethod.CASH, "振込済"): {"返還請求中"},
    (PayMethod.CASH, "返還請求中"): {"返還済"},
}


def test_a_state_follows_another_only_where_the_table_says_so() -> None:
    for state, to, method in itertools.product(PaymentState, PaymentState, PayMethod):
        if to.value in FOLLOWS.get((method, state.value), set()):
            check_move(state, to, method)
        else:
            with pytest.raises(Conflict, match="K-1980"):
                check_move(state, to, method)


def test_nothing_that_left_the_house_comes_to_an_end_that_the_house_alone_decides() -> None:
    left = set(PaymentState) - {PaymentState.IN_BATCH}
    reached = {to for state in left for method in PayMethod for to in followers(state, method)}
    assert not reached & {PaymentState.CANCELLED, PaymentState.IN_BATCH, PaymentState.SENT}
    assert followers(PaymentState.FAILED, PayMethod.TRANSFER) == {PaymentState.PAID}, "it was paid after all; a new attempt is a new row"


def test_the_file_itself_refuses_a_second_payment_in_every_state_that_holds_the_money(office: Office) -> None:
    change(office, "DROP TRIGGER payment_never_unsent")
    for state in PaymentState:
        change(office, f"UPDATE payment SET state = '{state.value}' WHERE id = 1")
        if state in OCCUPYING:
            with pytest.raises(IntegrityError, match="UNIQUE"):
                change(office, SECOND)
        else:
            undone(office, SECOND)


def test_results_by_hand_leave_a_step_for_each_payment(office: Office) -> None:
    results.enter_results(office.desk, 1, {2: FailureReason.CLOSED}, office.desk.today(), office.suzuki)
    assert states(office) == ["振込済", "振込不能", "振込済"]
    assert [events(office, number) for number in (1, 2, 3)] == [
        [("振込済", "HAND", None)],
        [("振込不能", "HAND", office.suzuki.staff.id)],
        [("振込済", "HAND", None)],
    ]
    assert (payment(office, 1).paid_on, payment(office, 2).paid_on) == (TRANSFER_DAY, None)
    assert office.row(1).state.value == "一部不能"


def test_steps_are_never_rewritten(office: Office) -> None:
    results.enter_results(office.desk, 1, {}, office.desk.today())
    for statement in ("UPDATE payment_event SET state = '振込不能'", "DELETE FROM payment_event"):
        with pytest.raises(IntegrityError, match="append-only"):
            change(office, statement)


@pytest.mark.parametrize("reason", list(FailureReason))
def test_every_failure_asks_for_another_account_by_letter(office: Office, reason: FailureReason) -> None:
    results.enter_results(office.desk, 1, {1: reason}, office.desk.today(), office.suzuki)
    found = form(office, 1)
    assert (found.state, json.loads(found.deficiencies)) == ("不備", [DEFICIENCY_OF[reason]])
    assert office.status(1) == "振込不能"
    with office.desk.look() as db:
        due = letter_occasions.occasions(db, office.desk.programme, office.desk.today())
    assert [(occasion.kind, occasion.case_id) for occasion in due if occasion.kind is LetterKind.DEFICIENCY] == [(LetterKind.DEFICIENCY, 1)]


def test_every_failure_has_words_of_the_closed_list() -> None:
    assert set(DEFICIENCY_OF) == set(FailureReason)
    assert set(DEFICIENCY_OF.values()) <= {deficiency.code for deficiency in DEFICIENCIES}


def test_the_notice_about_the_account_is_made_sent_and_answered_and_the_benefit_paid_once(office: Office) -> None:
    results.enter_results(office.desk, 1, {1: FailureReason.CLOSED}, office.desk.today(), office.suzuki)
    ready = next(row for row in letters.page(office.desk).ready if row.kind is LetterKind.DEFICIENCY)
    assert ready.obstacle == ""
    letters.prepare(office.desk, (1,), silent, frozenset({LetterKind.DEFICIENCY}))
    letter = office.letter(1).id
    order = print_jobs.start_job(office.desk, (letter,), MACHINE, silent)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    letters.mark_sent(office.desk, office.enclosed(letter), office.desk.today())
    assert office.ready() == (), "nothing is paid before the account was looked at again"
    _, answer = review.receive(office.desk, office.letter(1).code, office.desk.today(), None)
    office.account(1, "7654321")
    office.look_at(answer)
    review.second_look(office.desk, (answer,), office.suzuki)
    review.complete(office.desk, answer, office.desk.today())
    assert len(office.ready()) == 1
    office.batch()
    assert states(office) == ["振込不能", "振込済", "振込済", "振込準備"]
    assert payment(office, 4).number == "7654321"


def test_money_that_comes_back_late_is_a_failure_of_that_payment_alone(office: Office) -> None:
    results.enter_results(office.desk, 1, {}, office.desk.today())
    office.clock.days(5)
    results.enter_late(office.desk, 2, FailureReason.NO_ACCOUNT, office.desk.today(), office.suzuki)
    assert states(office) == ["振込済", "振込不能", "振込済"]
    assert [step[0] for step in events(office, 2)] == ["振込済", "振込不能"]
    assert (office.status(2), office.row(1).state.value) == ("振込不能", "一部不能")
    assert payment(office, 2).paid_on is None
    with pytest.raises(Conflict, match="K-1980"):
        results.enter_late(office.desk, 2, FailureReason.NO_ACCOUNT, office.desk.today(), office.suzuki)


def test_what_the_host_was_told_as_paid_is_told_again_when_it_comes_back(office: Office) -> None:
    results.enter_results(office.desk, 1, {}, office.desk.today())
    change(office, "UPDATE payment SET reported_export_id = (SELECT max(id) FROM export)")
    results.enter_late(office.desk, 2, FailureReason.NO_ACCOUNT, office.desk.today(), office.suzuki)
    assert (payment(office, 1).reported_export_id, payment(office, 2).reported_export_id) == (1, None)


def test_a_late_day_before_the_result_or_in_the_future_is_refused(office: Office) -> None:
    results.enter_results(office.desk, 1, {}, office.desk.today())
    for day in (date(2024, 8, 28), date(2030, 1, 1)):
        with pytest.raises(InputProblem):
            results.enter_late(office.desk, 2, FailureReason.NO_ACCOUNT, day, office.suzuki)
    assert states(office) == ["振込済"] * 3


def test_a_child_is_free_again_only_when_its_money_is_here(tmp_path: Path) -> None:
    with copied(template(tmp_path / "made", children=1), tmp_path / "copy") as office:
        office.clock.days(10)
        results.enter_results(office.desk, 1, {}, office.desk.today())
        assert live_children(office) == 1
        results.enter_late(office.desk, 1, FailureReason.CLOSED, office.desk.today(), office.suzuki)
        assert live_children(office) == 0


# ------------------------------------------------------------------ by file


def bank_says(office: Office, *codes: str, leave_out: int = 0) -> bytes:
    """The file that went out, with the bank's codes in it; the last ``leave_out`` transfers are not answered."""
    with office.desk.look() as db:
        batch = batch_of(db, 1)
        rows = payments_of(db, 1)
        data = encode_batch(office.desk.programme.bank, batch, rows[: len(rows) - leave_out])
    lines = data.split(b"\r\n")
    for number, code in enumerate(codes, start=1):
        lines[number] = lines[number][:113] + code.encode() + lines[number][114:]
    return b"\r\n".join(lines)


def test_a_file_is_looked_at_first_and_then_taken_over_whole(office: Office) -> None:
    data = bank_says(office, "0", "1", "0")
    seen = result_files.inspect(office.desk, data, "kekka.txt")
    assert (seen.batch_number, seen.paid, seen.failed, seen.waiting, seen.findings) == (1, (2, 200_000), (1, 100_000), (0, 0), ())
    assert [row.reason for row in seen.rows] == ["口座なし"]
    assert states(office) == ["結果待ち"] * 3, "looking stores nothing"
    result_files.take_over(office.desk, seen, office.desk.today())
    assert states(office) == ["振込済", "振込不能", "振込済"]
    assert events(office, 2) == [("振込不能", "FILE", None)]
    assert form(office, 2).state == "不備"


def test_the_same_file_does_not_come_in_twice(office: Office) -> None:
    data = bank_says(office, "0", "0", leave_out=1)
    seen = result_files.inspect(office.desk, data, "kekka.txt")
    result_files.take_over(office.desk, seen, office.desk.today())
    with pytest.raises(Conflict, match="K-1984"):
        result_files.inspect(office.desk, data, "other.txt")
    with pytest.raises(Conflict, match="K-1984"):
        result_files.take_over(office.desk, seen, TRANSFER_DAY)
    assert states(office) == ["振込済", "振込済", "結果待ち"]
    with pytest.raises(IntegrityError, match="UNIQUE"):
        change(
            office,
            "INSERT INTO result_file (batch_id, form, file_name, sha256, rows, total, read_at, read_by)"
            " SELECT batch_id, form, file_name, sha256, rows, total, read_at, read_by FROM result_file",
        )


def test_what_the_file_does_not_answer_goes_on_waiting_and_is_entered_by_hand_later(office: Office) -> None:
    seen = result_files.inspect(office.desk, bank_says(office, "0", "0", leave_out=1), "kekka.txt")
    assert seen.waiting == (1, 100_000)
    said = result_files.take_over(office.desk, seen, office.desk.today()).sentence
    assert "「結果待ち」のまま" in said
    assert office.row(1).state.value == "結果待ち"
    results.enter_results(office.desk, 1, {}, office.desk.today())
    assert states(office) == ["振込済"] * 3
    assert office.row(1).state.value == "振込済"


def test_a_bank_that_lists_only_failures_says_of_the_others_that_they_are_paid(office: Office) -> None:
    bank = dataclasses.replace(office.desk.programme.bank, result_file="failed_only")
    desk = dataclasses.replace(office.desk, programme=dataclasses.replace(office.desk.programme, bank=bank))
    seen = result_files.inspect(desk, "振込番号,結果,理由,金額\r\n2,1,,100000\r\n".encode("cp932"), "kekka.csv")
    assert (seen.unlisted_are_paid, seen.paid, seen.failed) == (True, (2, 200_000), (1, 100_000))
    result_files.take_over(desk, seen, desk.today())
    assert states(office) == ["振込済", "振込不能", "振込済"]


@pytest.mark.parametrize(
    ("rows", "line", "field"),
    [
        ("1,0,,100000\r\n9,0,,100000\r\n", 3, "振込の番号"),
        ("1,0,,100001\r\n2,0,,100000\r\n", 2, "振込金額"),
        ("1,0,,100000\r\n1,1,,100000\r\n", 2, "振込の番号"),
    ],
)
def test_one_row_that_does_not_fit_refuses_the_file_and_is_named(office: Office, rows: str, line: int, field: str) -> None:
    data = ("振込番号,結果,理由,金額\r\n" + rows).encode("cp932")
    seen = result_files.inspect(office.desk, data, "kekka.csv")
    assert (line, field) in [(finding.row, finding.column) for finding in seen.findings]
    with pytest.raises(FileProblem, match="K-1983"):
        result_files.take_over(office.desk, seen, office.desk.today())
    assert states(office) == ["結果待ち"] * 3


def test_another_account_or_another_day_in_the_records_refuses_the_file(office: Office) -> None:
    data = bank_says(office, "0", "0", "0")
    lines = data.split(b"\r\n")
    lines[0] = lines[0][:54] + b"0830" + lines[0][58:]
    lines[2] = lines[2][:43] + b"7777777" + lines[2][50:]
    seen = result_files.inspect(office.desk, b"\r\n".join(lines), "kekka.txt")
    assert sorted((finding.row, finding.column) for finding in seen.findings) == [(1, "振込指定日"), (3, "口座")]
    assert zengin.totals(data) == (3, 300_000)


def test_a_payment_that_has_its_result_is_not_answered_again_by_a_file(office: Office) -> None:
    seen = result_files.inspect(office.desk, bank_says(office, "0", "0", leave_out=1), "kekka.txt")
    result_files.take_over(office.desk, seen, office.desk.today())
    again = result_files.inspect(office.desk, bank_says(office, "0", "1", "0"), "kekka2.txt")
    assert [(finding.row, finding.why) for finding in again.findings] == [
        (2, "この支払は、もう「振込済」です。"),
        (3, "この支払は、もう「振込済」です。"),
    ]


def test_what_changed_between_looking_and_taking_over_refuses_the_file(office: Office) -> None:
    seen = result_files.inspect(office.desk, bank_says(office, "0", "0", leave_out=1), "kekka.txt")
    results.enter_results(office.desk, 1, {}, office.desk.today())
    with pytest.raises((Conflict, FileProblem)):
        result_files.take_over(office.desk, seen, office.desk.today())
    assert payments.page(office.desk).ready == ()
