"""照合表 with money from the counter: its list, its receipts and what nobody came for are columns like the bank's papers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kyufu_desktop.domain.payment import PayMethod
from kyufu_desktop.services import batches, cash, cash_desk, exports, host_exchange, outgoing, recalls, reconciliation_sheet
from kyufu_desktop.services.cash import HandOver
from kyufu_desktop.services.reconciliation_sheet import BATCH, FILE, LEDGER, RESULT
from tests.services.money_office import WORDS, template
from tests.services.office import Office, reopened, silent
from tests.services.test_reconciliation import falsified

HERSELF = HandOver("SELF", "LICENCE")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A list of three: two came, the third did not and was taken out; a second list that waits for her."""
    folder: Path = tmp_path_factory.mktemp("counter")
    template(folder, 3, sent=False)
    with reopened(folder) as office:
        office.at_the_counter(1, 2, 3)
        first = listed(office)
        for payment in (1, 2):
            cash_desk.receipt(office.desk, payment)
            cash.hand_over(office.desk, payment, HERSELF, office.tanaka)
        cash.take_out(office.desk, first, office.suzuki, WORDS)
        listed(office)
        yield office


def listed(office: Office) -> int:
    ids = tuple(row.judgment_id for row in cash_desk.page(office.desk).ready)
    batch = batches.make_batch(office.desk, ids, office.desk.today(), silent, PayMethod.CASH)[1]
    batches.approve_batch(office.desk, batch, len(ids), 100_000 * len(ids), office.suzuki)
    return batch


def test_honest_books_of_the_counter_have_no_difference(office: Office) -> None:
    page = reconciliation_sheet.page(office.desk)
    assert page.faults == ()
    first, second = page.rows
    assert [(cell.count, cell.yen) for cell in first.cells[:5]] == [(2, 200_000)] * 5
    assert (first.cells[FILE].note, first.cells[LEDGER].note) == ("窓口払い", "領収書")
    assert [(cell.count, cell.verdict) for cell in second.cells[RESULT:5]] == [(1, "wait"), (0, "wait")]
    assert page.total.cells[LEDGER].yen == 200_000


#: What is falsified -> in which column it is found, and words of the sentence.
FAULTS: dict[str, tuple[str, int, str]] = {
    "a receipt less": (
        "UPDATE cash_receipt SET paid_on = NULL WHERE id = 1",
        LEDGER,
        "領収書が1件・100,000円で、支給済の2件・200,000円と",
    ),
    "a payment without a receipt": ("UPDATE payment SET state = '振込済' WHERE id = 4", LEDGER, "領収書が0件"),
    "a receiver that was not signed": ("UPDATE cash_receipt SET receiver = 'HEIR' WHERE id = 1", LEDGER, "署名が合わない領収書"),
    "another account in the list": ("UPDATE payment SET account_id = 2 WHERE id = 1", FILE, "窓口払いの一覧の照合値が"),
    "a smaller total": ("UPDATE batch SET total = 150000 WHERE number = 1", BATCH, "50,000円違います"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_table_of_the_counter_falsified_past_the_program_is_found(office: Office, name: str) -> None:
    statement, column, words = FAULTS[name]
    page = falsified(office, statement)
    assert [fault for fault in page.faults if fault.column == column and words in fault.sentence], [f.sentence for f in page.faults]
    assert page.total.cells[column].verdict == "fault"


def test_money_that_came_back_after_the_host_was_told_waits_for_the_next_workbook_and_is_no_fault(office: Office) -> None:
    def tell() -> None:
        outgoing.write_out(office.desk, host_exchange.make_status(office.desk, "DVD-002", silent), str(office.medium))

    def status() -> set[tuple[str, int]]:
        with office.desk.look() as db:
            return {(row.status, row.amount) for row in exports.status_rows(db)}

    tell()
    page = reconciliation_sheet.page(office.desk)
    assert page.faults == () and not [words for words in page.waiting if "報告待ち" in words]
    assert status() == {("支給済", 100_000), ("支払手続中", 0)}
    recalls.claim(office.desk, 1, WORDS, office.desk.today())
    assert status() == {("支給済", 100_000), ("返還請求中", 100_000), ("支払手続中", 0)}, "as long as the payee has it, it is paid"
    assert reconciliation_sheet.page(office.desk).faults == ()
    recalls.repaid(office.desk, 1, office.desk.today(), office.suzuki)
    page = reconciliation_sheet.page(office.desk)
    assert page.faults == ()
    assert [words for words in page.waiting if "報告待ち" in words] == ["第1回のホストへの報告待ちが1件・100,000円あります。"]
    tell()
    page = reconciliation_sheet.page(office.desk)
    assert page.faults == () and not [words for words in page.waiting if "報告待ち" in words]
    assert status() == {("支給済", 100_000), ("返還済", 0), ("支払手続中", 0)}
