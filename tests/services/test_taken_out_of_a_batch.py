"""What changes beneath an approved payment takes it out of its batch, and the batch has to be approved anew; the old bytes never leave."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.letter import LetterKind, LetterState
from kyufu_desktop.domain.payment import PayMethod
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict
from kyufu_desktop.exchange import archive, zengin
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.payment import Batch, PaidChild, Payment
from kyufu_desktop.services import (
    accounts,
    bank_data,
    bank_files,
    batches,
    enclosing,
    letter_occasions,
    letters,
    outgoing,
    payables,
    payments,
    print_jobs,
    recalls,
)
from kyufu_desktop.services.accounts import AccountEntry
from kyufu_desktop.services.batches import TakenOut
from kyufu_desktop.services.judgment_void import void_records
from tests.services.money_office import change
from tests.services.office import MACHINE, Office, copied, opened, silent

ONE, TWO, THREE = 1, 2, 3
NEW = AccountEntry(bank="0001", branch="001", number="7654321", holder="ミホン ハナコ", passbook_seen=True)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three reviewed cases: one with a child, so that a released child is seen too."""
    folder = tmp_path_factory.mktemp("taken")
    with opened(folder) as office:
        for children in (1, 0, 0):
            benefits = (("hikazei", 100_000), ("kodomo", 50_000)) if children else (("hikazei", 100_000),)
            office.reviewed(office.household(*benefits, children=children))
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Office]:
    with copied(template, tmp_path) as made:
        yield made


def batch_row(office: Office, batch_id: int) -> Batch:
    with office.desk.look() as db:
        found = db.get_one(Batch, batch_id)
        db.expunge(found)
        return found


def states(office: Office, batch_id: int) -> list[tuple[int, str]]:
    with office.desk.look() as db:
        return [(row.case_id, row.state) for row in db.scalars(select(Payment).where(Payment.batch_id == batch_id).order_by(Payment.id))]


@pytest.mark.parametrize("approved", [False, True])
def test_a_changed_account_takes_the_case_out_and_voids_the_approval(office: Office, approved: bool) -> None:
    batch = office.batch()
    if approved:
        office.approved(batch)
    before = batch_row(office, batch)
    changes = accounts.enter(office.desk, ONE, NEW)
    assert "振込データ第1号から外しました。決裁をやり直してください。" in changes.sentence
    after = batch_row(office, batch)
    assert (after.number, after.state, after.count, after.total, after.revision) == (1, "決裁待ち", 2, 200_000, 1)
    assert (after.signature_id, after.approved_at, after.approved_by) == (None, None, None)
    assert after.sha256 != before.sha256
    assert states(office, batch) == [(ONE, "取消"), (ONE, "取消"), (TWO, "振込準備"), (THREE, "振込準備")]
    assert office.status(ONE) == "審査完了" and office.status(TWO) == "振込準備"
    assert office.row(batch).memo == "2件を外し、作り直し"
    with office.desk.look() as db:
        assert db.scalars(select(PaidChild.released_at)).one() is not None
        detail = db.scalars(select(AuditEntry.detail).where(AuditEntry.act == "BATCH_VOIDED")).one()
    assert f'"approved":{int(approved)}' in detail and '"taken":2' in detail and "765" not in detail


def test_the_old_bytes_can_never_be_written(office: Office) -> None:
    """The file was sealed before the account changed: neither it nor the old signature leaves the house."""
    batch = office.approved(office.batch())
    sealed = bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    old_signature, old_digest = batch_row(office, batch).signature_id, batch_row(office, batch).sha256
    accounts.enter(office.desk, ONE, NEW)
    with pytest.raises(Conflict):
        outgoing.write_out(office.desk, sealed, str(office.medium))
    assert list(office.medium.iterdir()) == []
    # Somebody with the key puts the old approval back, past the program.
    with office.desk.work(Act.COLLATED) as unit:
        row = unit.session.get_one(Batch, batch)
        row.state, row.signature_id = "送信待ち", old_signature
        unit.record(Act.COLLATED)
    with pytest.raises(Conflict, match="K-1759"):
        bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.get_one(Batch, batch).sha256 = old_digest
        unit.record(Act.COLLATED)
    with pytest.raises(Conflict, match="K-1759"):
        bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    assert list(office.medium.iterdir()) == []


def test_the_rest_is_approved_anew_under_the_same_number_and_paid(office: Office) -> None:
    batch = office.approved(office.batch())
    accounts.enter(office.desk, ONE, NEW)
    office.approved(batch)
    sealed = bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    data = archive.open_file(sealed.data, sealed.password, "x")[1]
    assert zengin.totals(data) == (2, 200_000) and b"7654321" not in data
    office.written(batch)
    assert states(office, batch)[:2] == [(ONE, "取消"), (ONE, "取消")], "what was taken out does not leave with the others"
    # The case is paid by another batch, into the new account, once a second person has verified it.
    assert office.ready() == ()
    office.verify_accounts()
    second = office.approved(office.batch())
    office.written(second)
    office.settled(batch)
    office.settled(second)
    assert [state for _, state in states(office, batch)] == ["取消", "取消", "振込済", "振込済"]
    with office.desk.look() as db:
        paid = db.scalars(select(Payment).where(Payment.state == "振込済")).all()
        assert sum(payment.amount for payment in paid) == 350_000
        assert {payment.number for payment in paid if payment.case_id == ONE} == {"7654321"}
        assert [payment.attempt for payment in paid if payment.case_id == ONE] == [2, 2]
    page = payments.page(office.desk)
    assert [box[1] for box in page.reconciliation.boxes[:3]] == [350_000] * 3


def test_a_batch_that_loses_its_last_payment_is_cancelled_with_its_reason(office: Office) -> None:
    two = next(row.judgment_id for row in payments.page(office.desk).ready if row.case_id == TWO)
    batch = office.approved(office.batch(two))
    accounts.enter(office.desk, TWO, NEW)
    assert (batch_row(office, batch).state, office.row(batch).memo) == ("取消", "口座が変わったため")
    with pytest.raises(Conflict, match="K-1755"):
        bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    # The number is never used again.
    assert batch_row(office, office.batch(*office.ready())).number == 2


def test_money_that_has_left_is_not_touched(office: Office) -> None:
    batch = office.approved(office.batch())
    office.written(batch)
    with pytest.raises(Conflict, match="K-1743"):
        accounts.enter(office.desk, ONE, NEW)
    assert batch_row(office, batch).revision == 0 and {state for _, state in states(office, batch)} == {"結果待ち"}


def test_a_batch_that_is_just_being_written_is_not_touched(office: Office) -> None:
    """Nobody knows yet whether the file is on the medium."""
    batch = office.approved(office.batch())
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.get_one(Batch, batch).state = "書出中"
        unit.record(Act.COLLATED)
    with pytest.raises(Conflict, match="K-1743"):
        accounts.enter(office.desk, ONE, NEW)
    with office.desk.work(Act.COLLATED) as unit:
        assert batches.take_out(unit, office.desk, ONE, "x") == TakenOut()
        unit.record(Act.COLLATED)
    assert {state for _, state in states(office, batch)} == {"振込準備"}


def test_one_benefit_of_two_goes_and_the_other_stays(office: Office) -> None:
    """A voided decision takes its own payment along, not that of the household's other benefit."""
    batch = office.approved(office.batch())
    household, kodomo = office.judgments(ONE)
    with office.desk.work(Act.COLLATED) as unit:
        record = unit.session.get_one(payables.JudgmentRecord, kodomo)
        void_records(unit, office.desk, accounts.case_of(unit.session, ONE), [record], Act.JUDGMENT_VOIDED, "世帯の異動")
    row = batch_row(office, batch)
    assert (row.state, row.count, row.total) == ("決裁待ち", 3, 300_000)
    assert office.status(ONE) == CaseStatus.PAYMENT_PREPARED.value, "the household's benefit is still on its way"
    with office.desk.look() as db:
        left = [payment.judgment_id for payment in bank_data.payments_of(db, batch)]
        assert bank_data.decisions_stand(db, batch), "the void decision is not behind anything in the file"
    assert household in left and kodomo not in left
    assert kodomo not in office.ready()
    office.approved(batch)


def test_all_or_nothing_of_the_change_is_kept(office: Office) -> None:
    """The account is refused after the batch was looked at: the approval still stands."""
    batch = office.approved(office.batch())
    with pytest.raises(Exception, match="K-1744"):
        accounts.enter(office.desk, ONE, AccountEntry(bank="0001", branch="001", number="7654321", holder="ベツノ ヒト"))
    assert batch_row(office, batch).state == "送信待ち" and batch_row(office, batch).revision == 0
    office.written(batch)


def test_an_account_that_becomes_cash_is_in_no_bank_file(office: Office) -> None:
    batch = office.approved(office.batch())
    accounts.enter(office.desk, TWO, AccountEntry(method=PayMethod.CASH, holder_differs_reason="口座を作れないとの本人の申出"))
    office.verify_accounts()
    assert [case for case, state in states(office, batch) if state == "取消"] == [TWO]
    assert TWO not in {row.case_id for row in payments.page(office.desk).ready}
    (judgment,) = office.judgments(TWO)
    with pytest.raises(Conflict, match="窓口払い"):
        office.batch(judgment)
    with office.desk.look() as db:
        record = db.get_one(payables.JudgmentRecord, judgment)
        cash = payables.payable(db, record, office.desk.today(), office.desk.programme, PayMethod.CASH)
        assert isinstance(cash, payables.Payable) and cash.account.method == "CASH"


def notice(office: Office, batch: int, state: LetterState) -> int:
    with office.desk.work(Act.COLLATED) as unit:
        first = unit.session.scalars(select(Letter).where(Letter.case_id == ONE)).first()
        assert first is not None
        values = {column.key: getattr(first, column.key) for column in Letter.__table__.columns if column.key != "id"}
        values |= {"kind": LetterKind.PAYMENT.value, "batch_id": batch, "state": state.value, "code": "R600000001-09", "voided_by": None}
        made = Letter(**values)
        unit.session.add(made)
        unit.session.flush()
        unit.record(Act.COLLATED)
        return made.id


def test_the_notice_of_the_transfer_is_shredded_or_the_person_is_told(office: Office) -> None:
    batch = office.approved(office.batch())
    letter = notice(office, batch, LetterState.PRINTED)
    assert "振込の通知は送ったあと" not in accounts.enter(office.desk, ONE, NEW).sentence
    with office.desk.look() as db:
        assert db.get_one(Letter, letter).state == LetterState.SPOILED.value


def test_a_notice_that_has_been_sent_is_pointed_out(office: Office) -> None:
    notice(office, office.approved(office.batch()), LetterState.SENT)
    assert "振込の通知は送ったあとです" in accounts.enter(office.desk, ONE, NEW).sentence


def test_every_revision_has_its_own_digest_and_signature(office: Office) -> None:
    batch = office.approved(office.batch())
    seen = [batch_row(office, batch)]
    for number, case in enumerate((ONE, TWO)):
        accounts.enter(office.desk, case, AccountEntry(**{**_plain(NEW), "number": f"765432{number}"}))
        office.approved(batch)
        seen.append(batch_row(office, batch))
    assert [row.revision for row in seen] == [0, 1, 2]
    assert all(left.sha256 != right.sha256 for left, right in itertools.combinations(seen, 2))
    with office.desk.look() as db:
        kept = db.scalars(select(Signature).where(Signature.subject == bank_data.KIND).order_by(Signature.id)).all()
        assert [row.digest for row in kept] == [row.sha256 for row in seen]


def _plain(entry: AccountEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in ("bank", "branch", "holder", "passbook_seen")}


def test_an_announcement_that_is_just_being_printed_may_not_leave_once_its_payment_was_taken_out(office: Office) -> None:
    """Whether paper came out is not known yet, so it is not spoiled here; it is refused where it would leave."""
    batch = office.approved(office.batch())
    letters.prepare(office.desk, (ONE,), silent, frozenset({LetterKind.PAYMENT}))
    letter = office.letter(ONE)
    order = print_jobs.start_job(office.desk, (letter.id,), MACHINE, silent)
    accounts.enter(office.desk, ONE, NEW)
    assert office.letter(ONE).state == LetterState.PRINTING.value
    office.approved(batch)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    with office.desk.look() as db:
        assert "振込の回から外れた" in letter_occasions.passed(db, db.get_one(Letter, letter.id), office.desk.today())
    (waiting,) = enclosing.page(office.desk).waiting
    assert not enclosing.look(office.desk, waiting.code, waiting.page_codes, office.suzuki).fits, "stopped at the envelope"
    with pytest.raises(Conflict, match="K-1691"):
        letters.mark_sent(office.desk, (letter.id,), office.desk.today())


def test_an_account_that_is_looked_at_again_keeps_the_file_in_the_house(office: Office) -> None:
    batch = office.approved(office.batch())
    change(office, f"UPDATE account SET verified_at = NULL WHERE case_id = {TWO}")
    with pytest.raises(Conflict, match="2人目の確かめ直しを待っています"):
        bank_files.bank_file(office.desk, batch, "DVD-001", silent)


def test_money_that_came_back_takes_the_other_benefit_of_the_case_out_of_its_batch(office: Office) -> None:
    """The ward asked it back because the account was somebody else's: the second benefit must not follow it there."""
    first, second = (row.judgment_id for row in payments.page(office.desk).ready if row.case_id == ONE)
    paid = office.approved(office.batch(first))
    office.written(paid)
    office.settled(paid)
    waiting = office.approved(office.batch(second))
    (payment,) = office.payments_of(paid)
    recalls.ask(office.desk, payment.payment_id, "ちがう人の口座と分かったため", office.desk.today())
    recalls.settle(office.desk, payment.payment_id, True, office.desk.today(), office.suzuki)
    assert batch_row(office, waiting).state == "取消"
    assert not {first, second} & set(office.ready())
    with pytest.raises(Conflict, match="K-1755"):
        bank_files.bank_file(office.desk, waiting, "DVD-001", silent)
