"""Payments: from a completed review to the bank file and its result, and never a yen twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem, NotAllowed
from kyufu_desktop.exchange import archive, zengin
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.exchange import CollationFinding, Export
from kyufu_desktop.models.payment import Batch, PaidChild, Payment
from kyufu_desktop.services import accounts, bank_files, batches, outgoing, payments, results, review, workstation
from kyufu_desktop.services.accounts import AccountEntry
from tests.services.office import HANDLER, Office, opened, silent

NEXT_DAY = date(2024, 8, 29)
SATURDAY = date(2024, 8, 31)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def state_of(office: Office, batch_id: int) -> str:
    return office.row(batch_id).state.value


def change(office: Office, statement: str) -> None:
    """Somebody with the key writes past the program."""
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.execute(text(statement))
        unit.record(Act.COLLATED)


def test_a_decided_benefit_goes_all_the_way_to_the_bank_and_is_paid(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.reviewed(case)
    batch = office.approved(office.batch())
    sealed = bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    assert zengin.totals(archive.open_file(sealed.data, sealed.password, "x")[1]) == (1, 100_000)
    office.written(batch)
    assert state_of(office, batch) == "結果待ち"
    office.settled(batch)
    assert office.status(case) == "振込済"
    assert state_of(office, batch) == "振込済"
    page = payments.page(office.desk)
    assert page.ready == ()
    assert [box[1] for box in page.reconciliation.boxes] == [100_000, 100_000, 100_000, 0]
    assert page.reconciliation.equal == (True, True, False)
    assert "報告待ちが1件・100,000円" in page.reconciliation.difference


def test_the_bank_file_holds_neither_case_number_nor_resident_number(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.reviewed(case)
    batch = office.approved(office.batch())
    workstation.change_setting(office.at(office.suzuki), "bank_file", "plain")
    data = office.written(batch).read_bytes()
    assert zengin.totals(data) == (1, 100_000)
    assert b"R600000001" not in data
    assert data.split(b"\r\n")[1][91:101] == b"0000000001", "the running number of the payment"
    # With one person only, numbers may be alike: the resident number is not what is written.
    with office.desk.look() as db:
        assert db.scalars(select(Payment.reference)).one() == f"{1:010d}"


def test_the_same_benefit_cannot_be_put_in_two_batches(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.reviewed(case)
    (judgment,) = office.ready()
    office.batch(judgment)
    assert office.ready() == ()
    with pytest.raises(Conflict, match="すでに支払の回に入っています"):
        office.batch(judgment)


def test_the_same_benefit_cannot_be_twice_in_one_batch(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.reviewed(case)
    (judgment,) = office.ready()
    with pytest.raises(Conflict, match="2回"):
        office.batch(judgment, judgment)


COPY = (
    "INSERT INTO payment (batch_id, case_id, judgment_id, account_id, entitlement, benefit, attempt, reference, amount, bank, branch, kind,"
    " number, holder, state) SELECT batch_id, case_id, {judgment}, account_id, {entitlement}, benefit, attempt + 1, reference || 'x',"
    " amount, bank, branch, kind, number, holder, '振込準備' FROM payment"
)


def test_the_file_itself_refuses_a_second_payment_of_a_judgment(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    office.batch()
    with pytest.raises(IntegrityError, match=r"UNIQUE.*judgment"):
        change(office, COPY.format(judgment="judgment_id", entitlement="entitlement || '?'"))


def test_the_file_itself_refuses_a_second_payment_of_an_entitlement(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    office.household(("hikazei", 100_000))
    office.batch()
    with pytest.raises(IntegrityError, match=r"UNIQUE.*entitlement"):
        change(office, COPY.format(judgment="2", entitlement="entitlement"))


def test_what_the_index_refuses_comes_out_as_a_sentence(office: Office) -> None:
    """The rules are blinded by a state that they do not know; the index still sees the payment."""
    office.reviewed(office.household(("hikazei", 100_000)))
    (judgment,) = office.ready()
    office.batch(judgment)
    with office.desk.work(Act.BATCH_MADE) as unit, pytest.raises(Conflict, match="すでに支払の回に入っています"):
        item = payments.payables.Payable(
            unit.session.get_one(payments.JudgmentRecord, judgment),
            payments.case_of(unit.session, 1),
            unit.session.scalars(select(accounts.AccountRecord)).one(),
        )
        unit.record(Act.BATCH_MADE)
        unit.session.flush()
        with unit.session.begin_nested():
            batches._add_payment(unit.session, unit.session.scalars(select(Batch)).one(), item)


def test_a_child_is_paid_once_whatever_case_it_stands_in(office: Office) -> None:
    case = office.household(("kodomo", 50_000), children=1)
    office.reviewed(case)
    batch = office.batch()
    with office.desk.look() as db:
        child = db.scalars(select(PaidChild)).one()
        assert (child.programme, child.released_at) == ("r6", None)
        number = child.resident_number
    with pytest.raises(IntegrityError):
        change(office, f"INSERT INTO paid_child (programme, resident_number, payment_id) VALUES ('r6', '{number}', 1)")
    batches.cancel_batch(office.desk, batch, office.suzuki, "振込日を変えるため取り消します")
    with office.desk.look() as db:
        assert db.scalars(select(PaidChild.released_at)).one() is not None


def test_whoever_made_a_batch_cannot_approve_it(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    officer = office.at(office.suzuki)
    _, batch = batches.make_batch(officer, office.ready(), NEXT_DAY, silent)
    with pytest.raises(NotAllowed, match="作った人は決裁できません"):
        batches.approve_batch(office.desk, batch, 1, 100_000, office.suzuki)
    batches.approve_batch(officer, batch, 1, 100_000, office.tanaka)
    assert state_of(office, batch) == "送信待ち"


def test_a_handler_cannot_approve_a_batch(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    _, batch = batches.make_batch(office.at(office.suzuki), office.ready(), NEXT_DAY, silent)
    with pytest.raises(NotAllowed):
        batches.approve_batch(office.at(office.suzuki), batch, 1, 100_000, office.sato)


def test_a_borrowed_signing_key_does_not_approve(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    batch = office.batch()
    with pytest.raises(NotAllowed):
        batches.approve_batch(office.desk, batch, 1, 100_000, dataclasses.replace(office.suzuki, signer=office.sato.signer))


def test_the_total_must_be_typed_as_it_is(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    batch = office.batch()
    with pytest.raises(InputProblem) as caught:
        batches.approve_batch(office.desk, batch, 1, 10_000, office.suzuki)
    assert caught.value.field == "typed_total"
    assert state_of(office, batch) == "決裁待ち"


@pytest.mark.parametrize("day", [SATURDAY, date(2024, 9, 16), date(2024, 8, 28), date(2024, 12, 31)])
def test_a_day_on_which_banks_do_not_work_or_that_has_come_is_refused(office: Office, day: date) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    with pytest.raises(InputProblem):
        office.batch(on=day)
    assert len(office.ready()) == 1


@pytest.mark.parametrize(
    "what",
    [
        "UPDATE payment SET number = '7654321'",
        "UPDATE payment SET amount = amount + 1",
        "UPDATE payment SET holder = 'ﾍﾞﾂﾉ ﾋﾄ'",
        "UPDATE batch SET transfer_on = '2024-08-30'",
        "UPDATE batch SET sha256 = substr(sha256, 2) || 'x'",
        "UPDATE signature SET signature = zeroblob(64)",
        "UPDATE signature SET payload = replace(payload, '100000', '900000')",
        "UPDATE batch SET signature_id = NULL",
        "UPDATE signature SET signer_id = 3",
    ],
)
def test_any_change_after_approval_stops_the_bank_file(office: Office, what: str) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    batch = office.approved(office.batch())
    for guard in ("signature_no_update", "payment_fixed"):
        change(office, f"DROP TRIGGER {guard}")
    change(office, what)
    with pytest.raises(Conflict, match=r"決裁[はが]無効"):
        bank_files.bank_file(office.desk, batch, "DVD-001", silent)


@pytest.mark.parametrize(
    "what",
    [
        "UPDATE payment SET amount = amount + 1",
        "UPDATE payment SET entitlement = entitlement || 'x'",
        "UPDATE payment SET judgment_id = 2",
        "UPDATE payment SET state = '取消'",
        "UPDATE payment SET state = '振込準備'",
    ],
)
def test_the_file_itself_refuses_to_rewrite_a_payment_or_to_call_a_sent_one_back(office: Office, what: str) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    office.written(office.approved(office.batch()))
    with pytest.raises(IntegrityError, match=r"never rewritten|never called back"):
        change(office, what)


@pytest.mark.parametrize(
    "what",
    [
        "UPDATE judgment SET amount = amount + 1",
        "UPDATE judgment SET signature_id = NULL",
        "UPDATE judgment SET signature_id = (SELECT max(id) FROM signature)",
        "UPDATE judgment SET digest = substr(digest, 2) || '0'",
        "UPDATE judgment SET facts = '{ }'",
        "UPDATE judgment SET drafted_by = 1",
        "UPDATE judgment SET state = 'DRAFTED'",
    ],
)
def test_a_decision_that_nobody_else_signed_as_it_stands_is_never_paid(office: Office, what: str) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    batch = office.approved(office.batch())
    # Somebody who has the key and takes away what the file itself refuses.
    change(office, "DROP TRIGGER judgment_content_fixed")
    change(office, what)
    with pytest.raises(Conflict, match=r"決裁[はが]無効"):
        bank_files.bank_file(office.desk, batch, "DVD-001", silent)


def test_a_change_between_sealing_and_writing_stops_the_file_on_the_medium(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    batch = office.approved(office.batch())
    sealed = bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    change(office, "UPDATE payment SET number = '7654321'")
    with pytest.raises(Conflict):
        outgoing.write_out(office.desk, sealed, str(office.medium))
    assert list(office.medium.iterdir()) == []
    assert state_of(office, batch) == "送信待ち"


def test_a_changed_archive_is_not_left_on_the_medium(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    batch = office.approved(office.batch())
    sealed = bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    broken = dataclasses.replace(sealed, data=sealed.data[:-30] + b"x" * 30)
    with pytest.raises(CustodyProblem):
        outgoing.write_out(office.desk, broken, str(office.medium))
    assert list(office.medium.iterdir()) == []
    with office.desk.look() as db:
        line = db.scalars(select(Export)).one()
        assert line.voided_at is not None and line.password is None
    assert state_of(office, batch) == "送信待ち"
    office.written(batch)
    assert [path.name for path in office.medium.iterdir()] == ["transfer-02.zip"]


def test_the_approval_of_one_batch_does_not_serve_another(office: Office) -> None:
    one, two = office.household(("hikazei", 100_000)), office.household(("hikazei", 100_000))
    office.reviewed(one)
    office.reviewed(two)
    first, second = office.ready()
    office.approved(office.batch(first))
    other = office.batch(second)
    change(office, f"UPDATE batch SET state = '送信待ち', signature_id = (SELECT max(id) FROM signature) WHERE id = {other}")
    with pytest.raises(Conflict, match="決裁は無効"):
        bank_files.bank_file(office.desk, other, "DVD-001", silent)


def test_a_batch_is_written_once(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    batch = office.approved(office.batch())
    again = bank_files.bank_file(office.desk, batch, "DVD-002", silent)
    office.written(batch)
    with pytest.raises(Conflict):
        bank_files.bank_file(office.desk, batch, "DVD-002", silent)
    with pytest.raises(Conflict):
        outgoing.write_out(office.desk, dataclasses.replace(again, file_name="other.zip"), str(office.medium))
    assert [path.name for path in office.medium.iterdir()] == ["transfer.zip"]


def test_a_cancelled_batch_frees_its_payments_and_its_number_is_not_used_again(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.reviewed(case)
    batch = office.approved(office.batch())
    with pytest.raises(NotAllowed):
        batches.cancel_batch(office.desk, batch, office.sato, "振込日を変えるため取り消します")
    with pytest.raises(InputProblem):
        batches.cancel_batch(office.desk, batch, office.suzuki, "まちがい")
    batches.cancel_batch(office.desk, batch, office.suzuki, "振込日を変えるため取り消します")
    assert office.status(case) == "審査完了"
    again = office.batch()
    assert office.row(again).number == office.row(batch).number + 1
    with office.desk.look() as db:
        assert db.scalars(select(Payment.attempt).order_by(Payment.id)).all() == [1, 2]
    assert payments.page(office.desk).reconciliation.equal[0]


def test_a_batch_that_has_left_cannot_be_cancelled(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    batch = office.approved(office.batch())
    office.written(batch)
    with pytest.raises(Conflict, match="結果待ち"):
        batches.cancel_batch(office.desk, batch, office.suzuki, "振込日を変えるため取り消します")


def test_a_failed_transfer_goes_back_to_review_and_is_paid_again_exactly_once(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    form = office.reviewed(case)
    batch = office.approved(office.batch())
    office.written(batch)
    (row,) = office.payments_of(batch)
    office.settled(batch, {row.payment_id: FailureReason.CLOSED})
    assert office.status(case) == "振込不能"
    assert state_of(office, batch) == "一部不能"
    assert office.ready() == ()
    (failed,) = payments.page(office.desk).failed
    assert (failed.amount, failed.reason, failed.what_next) == (100_000, "口座解約", "確認書の審査が完了していません。")

    # The account waits for a second person again, and form items about it must be looked at again.
    assert len(accounts.waiting(office.desk)) == 1
    accounts.enter(office.desk, case, AccountEntry(bank="0001", branch="001", number="7654321", holder="ミホン ハナコ", passbook_seen=True))
    office.verify_accounts()
    with pytest.raises(InputProblem, match="通帳の写し"):
        review.complete(office.desk, form, office.desk.today())
    office.look_at(form)
    review.complete(office.desk, form, office.desk.today())
    assert payments.page(office.desk).failed[0].what_next == "次の振込に入れられます。"
    second = office.approved(office.batch())
    assert payments.page(office.desk).failed == ()
    office.written(second)
    office.settled(second)
    assert (office.status(case), office.ready()) == ("振込済", ())
    with office.desk.look() as db:
        assert [(p.attempt, p.state, p.number) for p in db.scalars(select(Payment).order_by(Payment.id))] == [
            (1, "振込不能", "0000001"),
            (2, "振込済", "7654321"),
        ]
    sums = payments.page(office.desk).reconciliation
    assert [box[1] for box in sums.boxes[:3]] == [100_000] * 3


def test_results_are_entered_once_and_not_before_the_day(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    batch = office.approved(office.batch())
    office.written(batch)
    with pytest.raises(InputProblem):
        results.enter_results(office.desk, batch, {}, office.desk.today())
    office.clock.days(5)
    with pytest.raises(Conflict):
        results.enter_results(office.desk, batch, {999: FailureReason.OTHER}, office.desk.today(), office.suzuki)
    results.enter_results(office.desk, batch, {}, office.desk.today())
    with pytest.raises(Conflict):
        results.enter_results(office.desk, batch, {}, office.desk.today())


def test_an_open_collation_finding_keeps_the_case_out_of_the_batch(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.reviewed(case)
    (judgment,) = office.ready()
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.add(
            CollationFinding(
                case_id=case, fingerprint="0" * 64, keys="person", certainty="SURE", benefit="kintowari",
                planned_management_number="R600000009",
                amount=100_000, paid=True, advice="", found_at=office.desk.now_text(),
            )
        )  # fmt: skip
        unit.record(Act.COLLATED)
    assert office.ready() == ()
    with pytest.raises(Conflict, match="突合の結果が決まっていません"):
        office.batch(judgment, on=NEXT_DAY)
    change(office, "UPDATE collation_finding SET decision = 'SAME_PERSON_STOP'")
    with pytest.raises(Conflict, match="二重の支給"):
        office.batch(judgment, on=NEXT_DAY)
    change(office, "UPDATE collation_finding SET decision = 'OTHER_PERSON'")
    assert office.ready() == (judgment,)


@pytest.mark.parametrize("state", ["DRAFTED", "RETURNED", "VOID", "JUDGED"])
def test_what_is_not_approved_is_not_paid(office: Office, state: str) -> None:
    case = office.household(("hikazei", 100_000))
    office.reviewed(case)
    (judgment,) = office.ready()
    change(office, f"UPDATE judgment SET state = '{state}'")
    assert office.ready() == ()
    with pytest.raises(Conflict, match="決裁された支給の判定ではありません"):
        office.batch(judgment, on=NEXT_DAY)


def test_an_account_changed_after_the_review_must_be_verified_before_it_is_paid_to(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.reviewed(case)
    (judgment,) = office.ready()
    accounts.enter(office.desk, case, AccountEntry(bank="0001", branch="001", number="7654321", holder="ミホン ハナコ"))
    with pytest.raises(Conflict, match="口座が確認済に"):
        office.batch(judgment, on=NEXT_DAY)


def test_several_benefits_of_a_household_are_paid_in_one_batch_or_in_two(office: Office) -> None:
    case = office.household(("hikazei", 100_000), ("kodomo", 50_000), children=1)
    office.reviewed(case)
    household, kodomo = office.ready()
    first = office.approved(office.batch(household))
    second = office.approved(office.batch(kodomo))
    office.written(first)
    office.clock.days(5)
    results.enter_results(office.desk, first, {}, office.desk.today())
    assert office.status(case) == "振込準備", "the child addition is still on its way"
    batches.cancel_batch(office.desk, second, office.suzuki, "振込日を変えるため取り消します")
    assert office.ready() == (kodomo,)


def test_every_step_leaves_its_line_in_the_log_without_a_name_or_an_account(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    batch = office.approved(office.batch())
    office.written(batch)
    office.settled(batch)
    with office.desk.look() as db:
        rows = db.execute(select(AuditEntry.act, AuditEntry.detail)).all()
        assert db.scalars(select(Signature.signer_id).where(Signature.act == "BATCH_APPROVED")).all() == [office.suzuki.staff.id]
    acts = [act for act, _ in rows]
    for act in (Act.BATCH_MADE, Act.BATCH_APPROVED, Act.BANK_FILE_WRITTEN, Act.RESULT_ENTERED):
        assert act.value in acts
    assert not any("見本" in detail or "ﾐﾎﾝ" in detail or '0000001"' in detail for _, detail in rows)
    assert HANDLER[1] not in str(rows)


def test_a_person_stops_the_making_of_a_batch_and_nothing_is_kept(office: Office) -> None:
    from kyufu_desktop.errors import Cancelled

    office.reviewed(office.household(("hikazei", 100_000)))

    def stop(done: int, total: int) -> None:
        if done == 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        batches.make_batch(office.desk, office.ready(), NEXT_DAY, stop)
    assert len(office.ready()) == 1 and payments.page(office.desk).batches == ()


@pytest.mark.parametrize("what", ["amount = amount + 1", "facts = '{ }'", "drafted_by = 1", "digest = 'x'"])
def test_the_file_itself_refuses_to_rewrite_what_was_judged(office: Office, what: str) -> None:
    office.household(("hikazei", 100_000))
    with pytest.raises(IntegrityError, match="never rewritten"):
        change(office, f"UPDATE judgment SET {what}")
