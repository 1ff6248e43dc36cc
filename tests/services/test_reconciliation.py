"""照合表: every table falsified past the program is found in its own column, and money on its way is no fault."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.services import host_exchange, outgoing, reconciliation, reconciliation_sheet
from kyufu_desktop.services.reconciliation_sheet import BATCH, DECIDED, FILE, HOST, LEDGER, RESULT, ReconciliationSheet
from tests.services.office import Office, opened, silent

T = TypeVar("T")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One batch of three: two paid, one failed, told to the host; a second batch that waits for the bank."""
    with opened(tmp_path_factory.mktemp("reconciled")) as office:
        for number in range(3):
            office.reviewed(office.household(("hikazei", 100_000 + 10_000 * number)))
        first = office.approved(office.batch())
        office.written(first)
        failed = office.payments_of(first)[2].payment_id
        office.settled(first, {failed: FailureReason.NAME_DIFFERS})
        outgoing.write_out(office.desk, host_exchange.make_status(office.desk, "DVD-002", silent), str(office.medium))
        office.reviewed(office.household(("kodomo", 50_000), children=1))
        office.written(office.approved(office.batch()))
        yield office


class _TakenBack(Exception):
    """The falsified books are thrown away again."""


def falsified(office: Office, *statements: str) -> ReconciliationSheet:
    """The sheet as it is after somebody with the key wrote past the program; the books are honest again afterwards."""
    return after(office, lambda session: reconciliation_sheet.sheet(office.desk, session), *statements)


def after(office: Office, look: Callable[[Session], T], *statements: str) -> T:
    page: T | None = None
    with contextlib.suppress(_TakenBack), office.desk.work(Act.COLLATED) as unit:
        guards = unit.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for guard in guards:
            unit.session.execute(text(f"DROP TRIGGER {guard}"))
        for statement in statements:
            unit.session.execute(text(statement))
        page = look(unit.session)
        raise _TakenBack
    assert page is not None
    return page


def test_honest_books_have_no_difference_and_say_what_is_on_its_way(office: Office) -> None:
    page = reconciliation_sheet.page(office.desk)
    assert page.faults == ()
    first, second = page.rows
    assert [(cell.count, cell.yen) for cell in first.cells] == [(3, 330_000)] * 5 + [(2, 210_000)]
    assert first.cells[RESULT].note == "振込不能 1"
    assert [(cell.count, cell.yen, cell.verdict) for cell in second.cells[RESULT:]] == [
        (1, 50_000, "wait"),
        (1, 50_000, ""),
        (0, 0, "wait"),
    ]
    assert [cell.yen for cell in page.total.cells] == [380_000] * 5 + [210_000]
    assert page.waiting == ("第2回の結果待ちが1件・50,000円あります。",)


#: What is falsified -> in which column it is found, and words of the sentence.
FAULTS: dict[str, tuple[tuple[str, ...], int, str]] = {
    "total of a batch": (("UPDATE batch SET total = total + 1000 WHERE number = 1",), BATCH, "1,000円違います"),
    "count of a batch": (("UPDATE batch SET count = 4 WHERE number = 1",), BATCH, "1件違います"),
    "signature of a batch": (("UPDATE batch SET signature_id = NULL WHERE number = 1",), BATCH, "署名がありません"),
    "amount of a judgment": (("UPDATE judgment SET amount = 90000 WHERE id = 1",), DECIDED, "10,000円違います"),
    "account of a payment": (("UPDATE payment SET number = '7654321' WHERE id = 1",), FILE, "照合値が、決裁したときと違います"),
    "digest of a batch": ((f"UPDATE batch SET sha256 = '{'a' * 64}' WHERE number = 1",), FILE, "照合値が、決裁したときと違います"),
    "letters that no bank takes": (("UPDATE payment SET holder = '花子' WHERE id = 1",), FILE, "「振込データ」だけが0件"),
    "a failed transfer made paid": (("UPDATE payment SET state = '振込済' WHERE id = 3",), RESULT, "合わない支払が1件・120,000円"),
    "a paid transfer made failed": (("UPDATE payment SET state = '振込不能' WHERE id = 1",), RESULT, "合わない支払が1件・100,000円"),
    "a result made waiting again": (("UPDATE payment SET state = '結果待ち' WHERE id = 1",), RESULT, "結果のない支払が1件・100,000円"),
    "a result before the file left": (("UPDATE batch SET state = '送信待ち' WHERE number = 1",), RESULT, "渡していない回に、結果が3件"),
    "a payment of a cancelled batch": (("UPDATE batch SET state = '取消' WHERE number = 1",), RESULT, "取り消していない支払が3件"),
    "total in the ledger": (("UPDATE export SET total = total - 500 WHERE id = 1",), LEDGER, "500円違います"),
    "rows in the ledger": (("UPDATE export SET rows = 2 WHERE id = 1",), LEDGER, "1件違います"),
    "digest in the ledger": ((f"UPDATE export SET sha256 = '{'b' * 64}' WHERE id = 1",), LEDGER, "書き出した記録の"),
    "a voided line": (("UPDATE export SET voided_at = '2024-09-01' WHERE id = 1",), LEDGER, "振込データの行がありません"),
    "a file of no batch": (("UPDATE batch SET export_id = NULL WHERE number = 1",), LEDGER, "どの回のものでもない振込データ"),
    "total told to the host": (("UPDATE export SET total = total + 7 WHERE kind = 'HOST_STATUS'",), HOST, "7円違います"),
    "told by no workbook": (("UPDATE payment SET reported_export_id = 1 WHERE id = 1",), HOST, "管理簿にない給付状況"),
    "told before the result": (("UPDATE payment SET reported_export_id = 2 WHERE id = 4",), HOST, "結果のない支払1件・50,000円"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_table_falsified_past_the_program_is_found_in_its_column(office: Office, name: str) -> None:
    statements, column, words = FAULTS[name]
    page = falsified(office, *statements)
    found = [fault for fault in page.faults if fault.column == column and words in fault.sentence]
    assert found, [(fault.column, fault.sentence) for fault in page.faults]
    assert all(fault.sentence.endswith("。") and fault.station for fault in found)
    assert page.total.cells[column].verdict == "fault"
    row = page.total if found[0].batch_number == 0 else page.rows[found[0].batch_number - 1]
    assert row.cells[column].verdict == "fault"


def test_an_amount_of_a_payment_is_found_where_the_bytes_are_made(office: Office) -> None:
    page = falsified(office, "UPDATE payment SET amount = amount + 1 WHERE id = 1")
    assert {FILE, RESULT} <= {fault.column for fault in page.faults}
    assert BATCH not in {fault.column for fault in page.faults}, "what was signed still holds"
    assert any("1円違います" in fault.sentence and fault.yen == 1 for fault in page.faults)


def test_every_fault_of_another_batch_stays_out_of_a_clean_line(office: Office) -> None:
    page = falsified(office, "UPDATE batch SET total = total + 1000 WHERE number = 1")
    assert all(cell.verdict != "fault" for cell in page.rows[1].cells)


def test_money_that_came_back_is_out_of_all_four_boxes(office: Office) -> None:
    def boxes(session: Session) -> list[int]:
        return [box[1] for box in reconciliation.reconcile(session).boxes]

    assert after(office, boxes) == [260_000, 260_000, 210_000, 210_000]
    assert after(office, boxes, "UPDATE payment SET state = '組戻済' WHERE id = 1") == [160_000, 160_000, 110_000, 110_000]
    asked = "UPDATE payment SET state = '組戻依頼中' WHERE id = 1"
    assert after(office, boxes, asked) == [260_000, 260_000, 210_000, 210_000], "as long as the payee has it, it is paid"


def test_results_that_were_entered_and_states_that_contradict_them_differ(office: Office) -> None:
    """An event says paid; the state of the same attempt was turned into failed together with its reason."""
    event = (
        "INSERT INTO payment_event (payment_id, state, happened_on, source, entered_at, entered_by)"
        " VALUES (1, '振込済', '2024-08-29', 'HAND', '2024-09-07T10:00:00+09:00', 3)"
    )
    assert falsified(office, event).faults == ()
    page = falsified(office, event, "UPDATE payment SET state = '振込不能', failure = 'その他' WHERE id = 1")
    assert any(fault.column == RESULT and "合わない支払が1件" in fault.sentence for fault in page.faults)
