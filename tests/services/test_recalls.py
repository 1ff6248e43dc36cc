"""組戻し and 返還: the money stays taken until it is here, two people see it come, and nothing is paid again without a new look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.services import recalls, results, review
from tests.services.money_office import SECOND, WORDS, change, events, form, live_children, payment, states, template
from tests.services.office import Office, copied


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("paid"), children=1)


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    """One payment with a child, paid."""
    with copied(made, tmp_path) as found:
        found.clock.days(10)
        results.enter_results(found.desk, 1, {}, found.desk.today())
        yield found


def ask(office: Office) -> None:
    recalls.ask(office.desk, 1, WORDS, office.desk.today())


def test_a_recall_that_the_bank_could_do_frees_the_benefit_after_a_new_look(office: Office) -> None:
    ask(office)
    assert (states(office), live_children(office)) == (["組戻依頼中"], 1)
    recalls.settle(office.desk, 1, True, office.desk.today(), office.suzuki)
    assert (states(office), live_children(office)) == (["組戻済"], 0)
    assert events(office) == [("振込済", "HAND", None), ("組戻依頼中", "HAND", None), ("組戻済", "HAND", office.suzuki.staff.id)]
    assert (office.status(1), form(office, 1).state) == ("振込不能", "収受")
    assert office.ready() == ()
    office.verify_accounts()
    office.look_at(form(office, 1).id)
    review.complete(office.desk, form(office, 1).id, office.desk.today())
    office.batch()
    assert states(office) == ["組戻済", "振込準備"]


def test_no_second_payment_while_the_recall_runs_is_refused_by_the_file_itself(office: Office) -> None:
    for step in (
        lambda: ask(office),
        lambda: recalls.settle(office.desk, 1, False, office.desk.today(), office.suzuki),
        lambda: recalls.claim(office.desk, 1, WORDS, office.desk.today()),
    ):
        step()
        with pytest.raises(IntegrityError, match="UNIQUE"):
            change(office, SECOND)
        assert office.ready() == ()
        assert live_children(office) == 1
    assert states(office) == ["返還請求中"]


def test_a_refused_recall_is_claimed_and_repaid(office: Office) -> None:
    ask(office)
    recalls.settle(office.desk, 1, False, office.desk.today(), office.suzuki, "受取人の同意なし")
    recalls.claim(office.desk, 1, WORDS, office.desk.today())
    assert recalls.claim_sheet(office.desk, 1).startswith(b"%PDF")
    office.clock.days(30)
    recalls.repaid(office.desk, 1, office.desk.today(), office.tanaka)
    assert (states(office), live_children(office)) == (["返還済"], 0)
    assert office.ready() == (), "repaid money is not paid out again by itself"
    assert payment(office).paid_on is None


def test_who_asked_does_not_confirm_the_answer(office: Office) -> None:
    recalls.ask(office.at(office.suzuki), 1, WORDS, office.desk.today())
    with pytest.raises(NotAllowed, match="K-1987"):
        recalls.settle(office.desk, 1, True, office.desk.today(), office.suzuki)
    recalls.settle(office.desk, 1, False, office.desk.today(), office.tanaka)
    recalls.claim(office.at(office.tanaka), 1, WORDS, office.desk.today())
    with pytest.raises(NotAllowed, match="K-1987"):
        recalls.repaid(office.desk, 1, office.desk.today(), office.tanaka)


def test_steps_out_of_turn_are_refused(office: Office) -> None:
    for step in (
        lambda: recalls.settle(office.desk, 1, True, office.desk.today(), office.suzuki),
        lambda: recalls.repaid(office.desk, 1, office.desk.today(), office.suzuki),
    ):
        with pytest.raises(Conflict, match="K-1980"):
            step()
    ask(office)
    for step in (lambda: ask(office), lambda: recalls.claim(office.desk, 1, WORDS, office.desk.today())):
        with pytest.raises(Conflict, match="K-1980"):
            step()
    assert states(office) == ["組戻依頼中"]


@pytest.mark.parametrize(("reason", "day"), [("短い", None), (WORDS, date(2024, 8, 1)), (WORDS, date(2031, 1, 1))])
def test_a_recall_needs_a_reason_and_a_day_that_can_be(office: Office, reason: str, day: date | None) -> None:
    with pytest.raises(InputProblem):
        recalls.ask(office.desk, 1, reason, day or office.desk.today())
    assert states(office) == ["振込済"]


def test_the_list_says_what_is_open_and_what_may_be_done_next(office: Office) -> None:
    assert recalls.page(office.desk).rows == ()
    (row,) = recalls.page(office.desk, "R600000001").rows
    assert row.may == {Act.RECALL_ASKED, Act.REPAYMENT_CLAIMED}
    ask(office)
    page = recalls.page(office.desk)
    assert (page.open_count, page.open_total) == (1, 50_000)
    assert page.rows[0].may == {Act.RECALL_SETTLED}
    assert [event.word for event in page.rows[0].events] == ["振込済", "組戻依頼中"]
