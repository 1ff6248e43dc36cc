"""An older vault is put back after cash was handed over: the ledger beside the vault still knows, and nobody is paid a second time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kyufu_desktop.database import sent_ledger as book
from kyufu_desktop.domain.payment import PayMethod
from kyufu_desktop.errors import Conflict, CustodyProblem
from kyufu_desktop.services import batches, cash, cash_desk, sent_ledger
from kyufu_desktop.services.cash import HandOver
from kyufu_desktop.services.sent_ledger import Standing
from tests.services.money_office import WORDS, states, template
from tests.services.office import Office, reopened, silent
from tests.services.test_older_vault import keep, put_back, settle, view

HERSELF = HandOver("SELF", "LICENCE")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Two reviewed cases that are paid at the counter, one of them with a child, and a third by transfer."""
    folder = tmp_path / "place"
    folder.mkdir()
    template(folder, 3, children=1, sent=False)
    with reopened(folder) as office:
        office.at_the_counter(1, 2)
    return folder


def listed(office: Office) -> int:
    ids = tuple(row.judgment_id for row in cash_desk.page(office.desk).ready)
    batch = batches.make_batch(office.desk, ids, office.desk.today(), silent, PayMethod.CASH)[1]
    batches.approve_batch(office.desk, batch, len(ids), sum(row.amount for row in _rows(office, batch)), office.suzuki)
    return batch


def _rows(office: Office, batch: int) -> tuple[cash_desk.CashPaymentRow, ...]:
    return next(row for row in cash_desk.page(office.desk).batches if row.batch_id == batch).payments


def paid(office: Office, payment_id: int) -> None:
    cash_desk.receipt(office.desk, payment_id)
    cash.hand_over(office.desk, payment_id, HERSELF, office.tanaka)


def test_cash_that_was_handed_over_since_the_backup_is_found_out_and_never_paid_again(place: Path) -> None:
    kept = keep(place, "before")
    with reopened(place) as office:
        listed(office)
        paid(office, 1)
        assert view(office).standing is Standing.FITS
    put_back(place, kept)
    with reopened(place) as office:
        assert len(cash_desk.page(office.desk).ready) == 2, "the older vault believes that nothing was paid"
        found = view(office)
        assert found.standing is Standing.OLDER_VAULT
        assert [(one.batch, one.receipt, one.count, one.total) for one in found.unknown] == [(1, 1, 1, 50_000)]
        with pytest.raises(Conflict, match="K-1944"):
            listed(office)
        with pytest.raises(Conflict, match="K-1944"):
            office.batch(*office.ready())
        settle(office)
        assert [row.case_id for row in cash_desk.page(office.desk).ready] == [2], "who was paid is gone from the list"
        batch = listed(office)
        (row,) = _rows(office, batch)
        assert row.payment_id == 2, "numbers go on behind the ledger's"
        assert next(one.number for one in cash_desk.page(office.desk).batches) == 2
        assert cash_desk.receipt(office.desk, row.payment_id).number == 2, "no receipt of this number lies with somebody else"
        cash.hand_over(office.desk, row.payment_id, HERSELF, office.tanaka)
        assert view(office).standing is Standing.FITS


def test_who_was_paid_at_the_counter_is_not_paid_by_transfer_after_an_older_vault_was_put_back(place: Path) -> None:
    kept = keep(place, "before")
    with reopened(place) as office:
        listed(office)
        paid(office, 1)
    put_back(place, kept)
    with reopened(place) as office:
        settle(office)
        office.account(1)
        assert office.ready() == (3,)
        with pytest.raises(Conflict, match="すでに支払っています"):
            office.batch(1)


def test_receipt_that_was_printed_before_the_backup_does_not_pay_a_second_time(place: Path) -> None:
    with reopened(place) as office:
        listed(office)
        cash_desk.receipt(office.desk, 1)
    kept = keep(place, "printed")
    with reopened(place) as office:
        cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    put_back(place, kept)
    with reopened(place) as office:
        with pytest.raises(Conflict, match="K-1944"):
            cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
        with pytest.raises(Conflict, match="K-1944"):
            cash_desk.receipt(office.desk, 2)
        settle(office)
        with pytest.raises(Conflict, match="すでに支払っています"):
            cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
        paid(office, 2)
        cash.take_out(office.desk, 1, office.suzuki, WORDS)
        assert states(office) == ["取消", "振込済"]
        assert cash_desk.page(office.desk).ready == ()


def test_cash_that_the_ledger_missed_stops_all_money_until_the_ledger_is_made_anew(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program ends between the vault's word and the ledger's: the vault is right, and nothing of it is lost."""
    with reopened(place) as office:
        listed(office)
        cash_desk.receipt(office.desk, 1)
        with monkeypatch.context() as stopped, pytest.raises(KeyboardInterrupt):
            stopped.setattr(book, "write_durably", _stopped)
            cash.hand_over(office.desk, 1, HERSELF, office.tanaka)
    with reopened(place) as office:
        assert states(office)[0] == "振込済"
        assert view(office).standing is Standing.BROKEN
        cash_desk.page(office.desk)
        with pytest.raises(CustodyProblem, match="K-1945"):
            paid(office, 2)
        sent_ledger.rebuild(office.at(office.suzuki), office.tanaka)
        assert view(office).standing is Standing.FITS
        paid(office, 2)
    (first, second) = json.loads((place / "vault" / "sent.json").read_text("utf-8"))["entries"]
    assert (first["receipt"], second["receipt"]) == (1, 2)
    assert [len(entry["children"]) for entry in (first, second)] == [1, 1]


def _stopped(*_: object) -> None:
    raise KeyboardInterrupt
