"""Payments: from a completed review to the bank file and its result, and never a yen twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.exchange import archive, zengin
from kyufu_desktop.services import payments
from tests.services.office import Office, opened


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def test_a_decided_benefit_goes_all_the_way_to_the_bank_and_is_paid(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.reviewed(case)
    batch = office.approved(office.batch())
    sealed = payments.bank_file(office.desk, batch, "DVD-001", lambda done, total: None)
    assert zengin.totals(archive.open_file(sealed.data, sealed.password, "x")[1]) == (1, 100_000)
    office.written(batch)
    office.settled(batch)
    assert office.status(case) == "振込済"
    assert office.row(batch).state == "振込済"
    page = payments.page(office.desk)
    assert page.ready == () and page.reconciliation.boxes[2][1] == 100_000
    assert FailureReason.CLOSED == "口座解約"
