"""窓口払い: approved like a bank file, a receipt whose number is never used again, two signatures over every hand-over, never twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kyufu_desktop.domain.payment import BatchState, PayMethod
from kyufu_desktop.domain.staff import Role
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.payment import CashReceipt
from kyufu_desktop.services import accounts, bank_files, batches, cash, cash_desk, payments, recalls, reconciliation_sheet
from kyufu_desktop.services.accounts import AccountEntry
from kyufu_desktop.services.cash import HandOver
from tests.services.money_office import SECOND, WORDS, change, events, payment, states, template
from tests.services.office import Office, copied, silent

HERSELF = HandOver("SELF", "LICENCE")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("cash"), 2, sent=False)


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    """Two reviewed cases that are paid at the counter."""
    with copied(made, tmp_path) as found:
        found.at_the_counter(1, 2)
        yield found


def listed(office: Office) -> int:
    ids = tuple(row.judgment_id for row in cash_desk.page(office.desk).ready)
    return batches.make_batch(office.desk, ids, office.desk.today(), silent, PayMethod.CASH)[1]


def approved(office: Office) -> int:
    batch = listed(office)
    batches.approve_batch(office.desk, batch, 2, 200_000, office.suzuki)
    return batch


def test_cash_goes_from_the_list_to_the_hand_with_two_signatures(office: Office) -> None:
    batch = approved(office)
    first = cash_desk.receipt(office.desk, 1)
    assert first.number == 1
    cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    assert states(office) == ["振込済", "振込準備"]
    assert events(office) == [("振込済", "COUNTER", office.tanaka.staff.id)]
    assert (office.status(1), payment(office).paid_on) == ("振込済", office.desk.today())
    with office.desk.look() as db:
        receipt = db.scalars(select(CashReceipt)).one()
        assert (receipt.payer_id, receipt.witness_id) == (office.sato.staff.id, office.tanaka.staff.id)
        assert cash.signed(db, receipt)
    page = cash_desk.page(office.desk)
    assert page.days == ((office.desk.today(), 1, 100_000),)
    assert [row.state_word for row in page.batches[0].payments] == ["窓口で支給済", "窓口払い準備"]
    cash_desk.receipt(office.desk, 2)
    cash.hand_over(office.desk, 2, HERSELF, office.tanaka)
    assert next(row for row in cash_desk.page(office.desk).batches if row.batch_id == batch).state_word == "支給済"


@pytest.mark.parametrize(
    "what",
    [
        "UPDATE cash_receipt SET receiver = 'HEIR'",
        "UPDATE cash_receipt SET number = 9",
        "UPDATE cash_receipt SET witness_id = payer_id",
        "UPDATE cash_receipt SET witness_signature_id = payer_signature_id",
    ],
)
def test_a_receipt_that_says_something_else_than_was_signed_is_found(office: Office, what: str) -> None:
    approved(office)
    cash_desk.receipt(office.desk, 1)
    cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    change(office, what)
    with office.desk.look() as db:
        assert not cash.signed(db, db.scalars(select(CashReceipt)).one())


def test_the_same_person_cannot_pay_and_stand_by(office: Office) -> None:
    approved(office)
    cash_desk.receipt(office.desk, 1)
    with pytest.raises(NotAllowed, match="K-1988"):
        cash.hand_over(office.desk, 1, HERSELF, office.sato)
    assert states(office) == ["振込準備"] * 2


def test_count_and_total_are_typed_and_the_maker_does_not_approve(office: Office) -> None:
    batch = listed(office)
    for count, total in ((1, 200_000), (2, 100_000)):
        with pytest.raises(InputProblem, match="K-1757"):
            batches.approve_batch(office.desk, batch, count, total, office.suzuki)
    with pytest.raises(NotAllowed):
        batches.approve_batch(office.desk, batch, 2, 200_000, office.sato)


def test_nothing_is_handed_over_without_approval_or_receipt_or_proof_of_who_it_is(office: Office) -> None:
    batch = listed(office)
    with pytest.raises(Conflict, match="K-1755"):
        cash_desk.receipt(office.desk, 1)
    with pytest.raises(Conflict, match="K-1755"):
        cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    batches.approve_batch(office.desk, batch, 2, 200_000, office.suzuki)
    with pytest.raises(Conflict, match="K-1999"):
        cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    cash_desk.receipt(office.desk, 1)
    with pytest.raises(InputProblem, match="K-1998"):
        cash.hand_over(office.desk, 1, HandOver("SELF", ""), office.tanaka)
    assert states(office) == ["振込準備"] * 2


def test_it_is_handed_over_once(office: Office) -> None:
    approved(office)
    cash_desk.receipt(office.desk, 1)
    cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    with pytest.raises(Conflict, match="K-1980"):
        cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    with pytest.raises(Conflict, match="K-1755"):
        cash_desk.receipt(office.desk, 1)
    with pytest.raises(IntegrityError, match="UNIQUE"):
        change(office, SECOND)


def test_what_was_handed_over_is_never_taken_out_and_the_rest_is_free_again(office: Office) -> None:
    batch = approved(office)
    cash_desk.receipt(office.desk, 1)
    cash_desk.receipt(office.desk, 2)
    cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    with pytest.raises(Conflict, match="K-1755"):
        batches.cancel_batch(office.desk, batch, office.suzuki, WORDS)
    cash.take_out(office.desk, batch, office.suzuki, WORDS)
    assert states(office) == ["振込済", "取消"]
    assert [row.case_id for row in cash_desk.page(office.desk).ready] == [2]
    with pytest.raises(IntegrityError, match="never called back"):
        change(office, "UPDATE payment SET state = '取消' WHERE id = 1")


def test_a_receipt_number_is_never_used_again(office: Office) -> None:
    batch = approved(office)
    assert [cash_desk.receipt(office.desk, number).number for number in (1, 2, 1)] == [1, 2, 1], "printed again: the same number"
    cash.take_out(office.desk, batch, office.suzuki, WORDS)
    again = approved(office)
    assert [cash_desk.receipt(office.desk, number).number for number in (3, 4)] == [3, 4]
    with office.desk.look() as db:
        assert [one.voided_at is not None for one in db.scalars(select(CashReceipt).order_by(CashReceipt.number))] == [
            True,
            True,
            False,
            False,
        ]
    assert again != batch


def test_after_its_day_nothing_is_handed_over_any_more(office: Office) -> None:
    approved(office)
    cash_desk.receipt(office.desk, 1)
    office.clock.days(1)
    with pytest.raises(Conflict, match="K-1758"):
        cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    assert cash_desk.page(office.desk).batches[0].over


def test_a_list_that_was_changed_after_its_approval_is_not_paid(office: Office) -> None:
    approved(office)
    cash_desk.receipt(office.desk, 1)
    change(office, "DROP TRIGGER payment_fixed")
    change(office, "UPDATE payment SET amount = amount + 1 WHERE id = 2")
    with pytest.raises(Conflict, match="K-1759"):
        cash.hand_over(office.desk, 1, HERSELF, office.tanaka)


def test_cash_never_gets_into_a_bank_file_nor_a_transfer_to_the_counter(office: Office) -> None:
    assert payments.page(office.desk).ready == ()
    with pytest.raises(Conflict, match="窓口払いの案件です"):
        office.batch(1)
    batch = approved(office)
    assert payments.page(office.desk).batches == ()
    with pytest.raises(Conflict, match="K-1989"):
        bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    cash.take_out(office.desk, batch, office.suzuki, WORDS)
    office.account(1)
    with pytest.raises(Conflict, match="口座振込の案件です"):
        batches.make_batch(office.desk, (1,), office.desk.today(), silent, PayMethod.CASH)


def test_cash_is_not_recalled_by_a_bank_but_its_repayment_can_be_claimed(office: Office) -> None:
    approved(office)
    cash_desk.receipt(office.desk, 1)
    cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    with pytest.raises(Conflict, match="K-1980"):
        recalls.ask(office.desk, 1, WORDS, office.desk.today())
    recalls.claim(office.desk, 1, WORDS, office.desk.today())
    assert states(office)[0] == "返還請求中"


def test_a_proxy_at_the_counter_needs_a_confirmed_proxy_who_may_receive(office: Office) -> None:
    approved(office)
    cash_desk.receipt(office.desk, 1)
    for receiver, sentence in (("PROXY", "受け取ってよい代理人"), ("HEIR", "相続人に支給する案件ではありません")):
        with pytest.raises(Conflict, match=sentence):
            cash.hand_over(office.desk, 1, HandOver(receiver, "LICENCE"), office.tanaka)


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def test_the_copy_that_the_person_takes_along_tells_nothing_of_why(office: Office) -> None:
    approved(office)
    made = cash_desk.receipt(office.desk, 1)
    theirs, ours = words_of(made.theirs), words_of(made.ours)
    assert "000001" in theirs and "100,000" in theirs and "見本 花子1" in theirs
    for word in ("機密性", "区直接", "臨時", "給付", "非課税", "避難", "施設", "R6"):
        assert word not in theirs, word
    assert "立ち会った人" in ours and "自治体機密性3" in ours


def test_the_cash_ledger_lists_every_number_and_the_sum_of_each_day(office: Office) -> None:
    batch = approved(office)
    cash_desk.receipt(office.desk, 1)
    cash_desk.receipt(office.desk, 2)
    cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    cash.take_out(office.desk, batch, office.suzuki, WORDS)
    said = words_of(cash_desk.ledger(office.desk))
    assert "000001" in said and "000002" in said and "無効" in said and "100,000円" in said and "署名が合いません" not in said


def test_a_day_that_has_passed_makes_no_list(office: Office) -> None:
    with pytest.raises(InputProblem, match="K-1051"):
        batches.make_batch(office.desk, (1,), date(2024, 8, 1), silent, PayMethod.CASH)


def test_who_only_asks_at_the_counter_pays_nothing_out_whoever_stands_by(office: Office) -> None:
    approved(office)
    cash_desk.receipt(office.desk, 1)
    window = dataclasses.replace(office.desk, staff=dataclasses.replace(office.desk.staff, role=Role.COUNTER))
    with pytest.raises(NotAllowed, match="K-1601"):
        cash.hand_over(window, 1, HERSELF, office.tanaka)
    assert states(office) == ["振込準備"] * 2


def test_whoever_pays_out_is_known_to_the_file_with_the_key_that_signs(office: Office) -> None:
    approved(office)
    cash_desk.receipt(office.desk, 1)
    with pytest.raises(NotAllowed, match="K-1622"):
        cash.hand_over(dataclasses.replace(office.desk, signer=office.suzuki.signer), 1, HERSELF, office.tanaka)
    change(office, "UPDATE staff SET active = 0 WHERE id = 3")
    with pytest.raises(NotAllowed, match="K-1622"):
        cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    assert states(office) == ["振込準備"] * 2


def test_an_account_that_changes_takes_the_payment_out_and_says_which_papers_are_void(office: Office) -> None:
    batch = approved(office)
    cash_desk.receipt(office.desk, 1)
    cash_desk.receipt(office.desk, 2)
    told = accounts.enter(office.desk, 1, AccountEntry("0001", "001", "1", "0000001", "ミホン　ハナコ", passbook_seen=True))
    assert "窓口払い第1号から外しました。決裁をやり直してください。" in told.sentence
    assert "領収書 000001 は無効です。" in told.sentence
    assert "無効" in words_of(cash_desk.ledger(office.desk))
    assert states(office) == ["取消", "振込準備"]
    with pytest.raises(Conflict, match="K-1755"):
        cash.hand_over(office.desk, 2, HERSELF, office.tanaka)
    batches.approve_batch(office.desk, batch, 1, 100_000, office.suzuki)
    cash.hand_over(office.desk, 2, HERSELF, office.tanaka)


def test_what_is_taken_out_after_all_the_rest_was_handed_over_settles_the_list(office: Office) -> None:
    batch = approved(office)
    for payment_id in (1, 2):
        cash_desk.receipt(office.desk, payment_id)
    cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    office.account(2)
    (row,) = cash_desk.page(office.desk).batches
    assert (row.batch_id, row.state, row.count, row.total) == (batch, BatchState.SETTLED, 1, 100_000)
    assert reconciliation_sheet.page(office.desk).faults == ()


def test_a_cancelled_list_says_which_papers_are_void(office: Office) -> None:
    batch = approved(office)
    cash_desk.receipt(office.desk, 1)
    told = batches.cancel_batch(office.desk, batch, office.suzuki, WORDS)
    assert "領収書 000001 は無効です。" in told.sentence


def test_cash_waits_while_its_way_to_pay_is_looked_at_again(office: Office) -> None:
    approved(office)
    cash_desk.receipt(office.desk, 1)
    change(office, "UPDATE account SET verified_at = NULL WHERE case_id = 1")
    with pytest.raises(Conflict, match="2人目の確かめ直しを待っています"):
        cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
