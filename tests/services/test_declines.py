"""辞退: it stops the money at once, can be taken back until a day, and becomes 取下げ after it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from kyufu_desktop.domain.case_exit import ExitCause
from kyufu_desktop.domain.decline import DeclineHow, DeclineState
from kyufu_desktop.domain.judgment import ExitKind
from kyufu_desktop.domain.letter import LetterKind
from kyufu_desktop.domain.programme import Route
from kyufu_desktop.domain.refusal import RefusalReason, neutral
from kyufu_desktop.domain.review import FormState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.services import bank_files, batches, case_exits, cases, declines, judgment, letters, open_files, payments, review
from kyufu_desktop.services.cases import DeclineEntry, DeclineRow, ExitEntry
from tests.services.desk_work import Ward
from tests.services.office import Office, copied, opened, silent
from tests.services.test_written_in_two_steps import cut

WHY = "生活の見通しが立たず、やはり受け取りたいと電話があった"
GOOD = "受け付けてもらいたいと窓口で申出があった"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    with opened(folder):
        pass
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Office]:
    """DV by confirmation, children by push."""
    with copied(template, tmp_path) as made:
        routes = {**made.desk.programme.routes, Category.CHILD: Route.PUSH}
        made.desk = dataclasses.replace(made.desk, programme=dataclasses.replace(made.desk.programme, routes=routes))
        yield made


def announced(office: Office) -> int:
    """A push case whose period is over: ready to pay."""
    case = office.household(("hikazei", 100_000), category="CHILD")
    office.account(case, f"{case:07d}")
    office.sent(case)
    office.clock.days(30)
    assert set(office.judgments(case)) <= set(office.ready())
    return case


def decline(office: Office, case: int, how: DeclineHow = DeclineHow.PAPER) -> int:
    declines.enter(office.desk, office.letter(case).id, DeclineEntry(office.desk.today(), how))
    return row(office, case).decline_id


def row(office: Office, case: int) -> DeclineRow:
    return cases.page(office.desk, case).declines[-1]


def after_the_deadline(office: Office) -> None:
    office.clock.days((office.desk.programme.return_deadline - office.desk.today()).days + 1)


def test_a_decline_stops_the_money_at_once_and_its_withdrawal_makes_it_ready_again(office: Office) -> None:
    case = announced(office)
    found = decline(office, case, DeclineHow.PHONE)
    assert office.ready() == ()
    page = cases.page(office.desk, case)
    assert page.turn is not None and "10月31日まで撤回できます" in page.turn.sentence
    assert (page.declines[0].benefits, page.declines[0].how_words) == ("非課税化給付", "電話")
    with pytest.raises(Conflict, match="辞退の届出があります"):
        office.batch(*office.judgments(case))
    declines.withdraw(office.desk, found, office.desk.today(), WHY)
    assert office.ready() == tuple(office.judgments(case))
    assert (row(office, case).state, row(office, case).withdrawn_reason) == (DeclineState.WITHDRAWN, WHY)


def test_a_letter_is_declined_once_and_again_after_a_withdrawal(office: Office) -> None:
    case = announced(office)
    found = decline(office, case)
    with pytest.raises(Conflict) as twice:
        decline(office, case)
    assert twice.value.code == "K-1552"
    declines.withdraw(office.desk, found, office.desk.today(), WHY)
    with pytest.raises(Conflict) as gone:
        declines.withdraw(office.desk, found, office.desk.today(), WHY)
    assert gone.value.code == "K-1556"
    decline(office, case)
    assert [one.state for one in cases.page(office.desk, case).declines] == [DeclineState.WITHDRAWN, DeclineState.STOPS]


def test_days_that_cannot_be_are_refused(office: Office) -> None:
    case = announced(office)
    letter = office.letter(case)
    for day in (office.desk.today() + timedelta(days=1), letter.issued_on - timedelta(days=1)):
        with pytest.raises(InputProblem) as refused:
            declines.enter(office.desk, letter.id, DeclineEntry(day, DeclineHow.PAPER))
        assert refused.value.field == "declared_on"
    found = decline(office, case)
    with pytest.raises(InputProblem) as early:
        declines.withdraw(office.desk, found, office.desk.today() - timedelta(days=1), WHY)
    assert early.value.field == "on"


def test_only_a_first_letter_that_was_posted_is_declined(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.printed(case)
    with pytest.raises(Conflict) as refused:
        decline(office, case)
    assert refused.value.code == "K-1551"
    assert cases.page(office.desk, case).declinable == ()


def test_a_decline_comes_out_of_the_batch_in_the_house_which_is_approved_anew(office: Office) -> None:
    case = announced(office)
    other = announced(office)
    waiting = office.approved(office.batch())
    told = declines.enter(office.desk, office.letter(case).id, DeclineEntry(office.desk.today(), DeclineHow.PAPER))
    assert "第1号から外しました" in told.sentence
    left = office.row(waiting)
    assert (left.state.value, left.count, left.total) == ("決裁待ち", 1, 100_000)
    assert [one.management_number for one in office.payments_of(waiting)] == [cases.page(office.desk, other).management_number]
    assert office.ready() == ()
    with pytest.raises(Conflict, match="K-1755"):
        bank_files.bank_file(office.desk, waiting, "DVD-001", silent)
    office.written(office.approved(waiting))
    declines.withdraw(office.desk, row(office, case).decline_id, office.desk.today(), WHY)
    assert office.ready() == tuple(office.judgments(case))


def test_a_decline_of_all_that_a_batch_holds_cancels_it_and_its_announcement(office: Office) -> None:
    case = announced(office)
    waiting = office.approved(office.batch())
    assert [ready.kind for ready in letters.page(office.desk).ready] == [LetterKind.PAYMENT]
    decline(office, case)
    assert letters.page(office.desk).ready == ()
    assert office.row(waiting).state.value == "取消"


def test_a_decline_while_the_file_is_being_written_keeps_the_next_one_in_the_house(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody touches a batch that may be on a medium; where it turns out that it is not, it can neither be approved nor leave."""
    case = announced(office)
    waiting = office.approved(office.batch())
    cut(office, monkeypatch, "_place", bank_files.bank_file(office.desk, waiting, "DVD-001", silent))
    assert office.row(waiting).state.value == "書出中"
    decline(office, case)
    (found,) = payments.page(office.desk).open_files
    open_files.absent(office.desk, found.export_id, str(office.medium), office.suzuki)
    assert any(task.words == "辞退のある振込の回を取り消す" for task in cases.today(office.desk).tasks)
    with pytest.raises(Conflict, match="辞退の届出がありました"):
        bank_files.bank_file(office.desk, waiting, "DVD-001", silent)
    batches.cancel_batch(office.desk, waiting, office.suzuki, "辞退の届出があったため取り消します")
    assert not any(task.words == "辞退のある振込の回を取り消す" for task in cases.today(office.desk).tasks)
    assert office.ready() == ()


def test_money_that_left_the_house_is_not_declined_any_more(office: Office) -> None:
    case = announced(office)
    office.written(office.approved(office.batch()))
    with pytest.raises(Conflict) as late:
        decline(office, case)
    assert late.value.code == "K-1554"


def test_a_decline_follows_its_benefit_into_a_new_decision(office: Office) -> None:
    """The approval is voided and made anew: the letter names the old record, the person's word still counts."""
    case = announced(office)
    decline(office, case)
    (first,) = office.judgments(case)
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        old = unit.session.get_one(JudgmentRecord, first)
        old.state, old.superseded_by = "VOID", old.id
        office.decide(unit, case, 1, "hikazei", 100_000)
        unit.record(Act.TARGETS_IMPORTED, rows=1)
    office.sent(case)
    office.clock.days(30)
    assert office.ready() == ()


def test_only_the_benefits_of_the_letter_are_declined(office: Office) -> None:
    case = announced(office)
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        office.decide(unit, case, 1, "chosei", 30_000)
        unit.record(Act.TARGETS_IMPORTED, rows=1)
    first, second = office.judgments(case)
    decline(office, case)
    office.sent(case)
    office.clock.days(25)
    assert office.ready() == (second,)
    after_the_deadline(office)
    with pytest.raises(Conflict) as others:
        declines.close(office.desk, row(office, case).decline_id)
    assert others.value.code == "K-1559" and not row(office, case).may_close
    office.written(office.approved(office.batch(second)))
    declines.close(office.desk, row(office, case).decline_id)
    with office.desk.look() as session:
        states = {one: session.get_one(JudgmentRecord, one).state for one in (first, second)}
    assert states == {first: "VOID", second: "APPROVED"}


# ---------------------------------------------------------------- confirmation letters
def test_a_declined_confirmation_is_neither_reminded_of_nor_received(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    (code,) = office.sent(case)
    office.clock.days(50)
    assert [ready.kind for ready in letters.page(office.desk).ready] == [LetterKind.REMINDER]
    found = decline(office, case, DeclineHow.PHONE)
    assert letters.page(office.desk).ready == () and review.page(office.desk).not_returned == 0
    with pytest.raises(Conflict) as refused:
        review.receive(office.desk, code, office.desk.today(), None)
    assert refused.value.code == "K-1734"
    declines.withdraw(office.desk, found, office.desk.today(), WHY)
    review.receive(office.desk, code, office.desk.today(), None)


def test_who_declined_after_the_review_is_told_no_decision(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.reviewed(case)
    assert [ready.kind for ready in letters.page(office.desk).ready] == [LetterKind.DECISION]
    decline(office, case)
    assert letters.page(office.desk).ready == () and office.ready() == ()


# ---------------------------------------------------------------- for good
def test_a_decline_is_closed_only_when_nobody_can_take_it_back_and_then_not_taken_back(office: Office) -> None:
    case = announced(office)
    found = decline(office, case)
    with pytest.raises(Conflict) as early:
        declines.close(office.desk, found)
    assert early.value.code == "K-1558"
    assert not [task for task in cases.today(office.desk).tasks if "辞退" in task.words]
    after_the_deadline(office)
    assert [(task.words, task.case_id) for task in cases.today(office.desk).tasks if "辞退" in task.words] == [
        ("辞退を取下げにして、不支給を起案する", case)
    ]
    with pytest.raises(Conflict) as late:
        declines.withdraw(office.desk, found, office.desk.today(), WHY)
    assert late.value.code == "K-1557"
    declines.close(office.desk, found)
    assert office.status(case) == "終結" and row(office, case).state is DeclineState.FOR_GOOD
    (left,) = cases.page(office.desk, case).exits
    assert left.kind is ExitKind.WITHDRAWN and "支給のお知らせ" in left.reason
    assert not [task for task in cases.today(office.desk).tasks if "辞退" in task.words]
    with pytest.raises(Conflict):
        declines.close(office.desk, found)


def test_a_closed_decline_is_decided_as_not_paid_because_of_the_decline(ward: Ward) -> None:
    """From the real judgment to the letter: 不支給, 「辞退の届出があったため」."""
    case = ward.household(1, address=True)
    cases.reveal_address(ward.desk, case, "送り先の確認", "2人目の確認のため書類と照らし合わせます")
    cases.verify_address(ward.desk, (case,), ward.suzuki)
    judgment.draft(ward.desk, (case,), silent)
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    ward.office.sent(case)
    found = decline(ward.office, case)
    after_the_deadline(ward.office)
    declines.close(ward.desk, found)
    judgment.draft(ward.desk, (case,), silent)
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    assert [(ready.kind, ready.obstacle) for ready in letters.page(ward.desk).ready] == [(LetterKind.REFUSAL, "")]
    with ward.desk.look() as session:
        reasons = json.loads(session.get_one(JudgmentRecord, ward.office.judgments(case)[-1]).reasons)
    assert RefusalReason.WITHDRAWN in neutral(reasons)


def test_a_case_that_left_is_not_declined(office: Office) -> None:
    case = announced(office)
    case_exits.register(office.desk, case, ExitEntry(ExitKind.WITHDRAWN, ExitCause.REQUEST, office.desk.today(), GOOD))
    with pytest.raises(Conflict) as refused:
        decline(office, case)
    assert refused.value.code == "K-1553"


# ---------------------------------------------------------------- late forms that are not accepted
def late_form(office: Office, case: int) -> int:
    (code,) = office.sent(case)
    after_the_deadline(office)
    return review.receive(office.desk, code, office.desk.today(), None)[1]


def test_a_late_form_that_is_not_accepted_ends_the_case_as_lapsed(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    form = late_form(office, case)
    officers = office.at(office.suzuki)
    assert any(task.words == "期限後の確認書の扱いを決める" for task in cases.today(office.desk).tasks)
    review.decide_late(officers, form, False, "期限のあとに届き、事情の説明もない")
    assert review.form(office.desk, form).state is FormState.LATE
    assert office.status(case) == "終結" and review.page(office.desk).waiting == ()
    (left,) = cases.page(office.desk, case).exits
    assert (left.kind, left.cause_words) == (ExitKind.LAPSED, "提出期限の経過")
    assert not any(task.words == "期限後の確認書の扱いを決める" for task in cases.today(office.desk).tasks)
    with pytest.raises(Conflict) as over:
        review.decide_late(officers, form, True, GOOD)
    assert over.value.code == "K-1737"
    # The exit was an error: the form comes back to the queue, and can be accepted.
    case_exits.revoke(office.desk, left.exit_id, "消印を見落としていたため取り消す")
    assert [one.form_id for one in review.page(office.desk).waiting] == [form]
    review.decide_late(officers, form, True, GOOD)
    assert review.form(office.desk, form).state is FormState.RECEIVED


def test_a_late_form_beside_another_benefit_that_is_to_be_paid_is_decided_after_it(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    form = late_form(office, case)
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        office.decide(unit, case, 1, "chosei", 30_000)
        unit.record(Act.TARGETS_IMPORTED, rows=1)
    with pytest.raises(Conflict) as others:
        review.decide_late(office.at(office.suzuki), form, False, "期限のあとに届き、事情の説明もない")
    assert others.value.code == "K-1738"
    assert review.form(office.desk, form).state is FormState.RECEIVED


def test_a_form_in_time_is_not_decided_about(office: Office) -> None:
    form = office.received(office.household(("hikazei", 100_000)))
    with pytest.raises(Conflict) as refused:
        review.decide_late(office.at(office.suzuki), form, False, "期限のあとに届き、事情の説明もない")
    assert refused.value.code == "K-1737"


def test_dates_of_the_office_are_what_these_tests_think(office: Office) -> None:
    assert office.desk.programme.return_deadline == date(2024, 10, 31)
