"""Heirs and proxies: who may be given the money is asked when a batch is made, approved, written and handed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kyufu_desktop.domain.account import BelongsTo
from kyufu_desktop.domain.payment import PayMethod
from kyufu_desktop.domain.programme import AfterDeath
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.services import accounts, bank_files, batches, cash, cash_desk, heirs, payables, proxies
from kyufu_desktop.services.accounts import AccountEntry
from kyufu_desktop.services.case_rows import ProxyEntry
from kyufu_desktop.services.case_steps import case_of
from kyufu_desktop.services.cash import HandOver
from kyufu_desktop.services.heirs import HeirEntry
from kyufu_desktop.services.payables import JudgmentRecord
from kyufu_desktop.services.session import Desk
from tests.services.money_office import WORDS, change, states, template
from tests.services.office import Office, copied, silent

ENTRY = HeirEntry(1, "子", "見本 太郎", "ミホン タロウ", True, True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("ready"), 1, sent=False)


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    """One reviewed case; its form came on 28 August."""
    with copied(made, tmp_path) as found:
        yield found


def died(office: Office, on: date = date(2024, 8, 28)) -> None:
    """The register shows it. Straight into the file: what it does to the decision is the judging's test."""
    change(
        office,
        "INSERT INTO household_event (case_id, person_id, kind, happened_on, source, entered_at, entered_by)"
        f" VALUES (1, 1, 'DEATH', '{on}', '住民票の除票', '2024-08-28T10:00:00+09:00', 1)",
    )


def why_not(office: Office) -> str:
    with office.desk.look() as db:
        return payables.why_not(db, db.get_one(JudgmentRecord, 1), case_of(db, 1), office.desk.today(), office.desk.programme)


def inherited(office: Office) -> None:
    """Dead, with a confirmed heir and his account."""
    died(office)
    heirs.enter(office.desk, 1, ENTRY)
    heirs.verify(office.desk, 1, office.suzuki)
    entry = AccountEntry(
        "0001", "001", "1", "7654321", "ミホン　タロウ", passbook_seen=True, belongs_to=BelongsTo.HEIR, holder_differs_reason=WORDS
    )
    accounts.enter(office.desk, 1, entry)
    office.verify_accounts()


def test_the_account_of_who_died_is_never_paid(office: Office) -> None:
    assert len(office.ready()) == 1
    batch = office.approved(office.batch())
    died(office)
    with pytest.raises(Conflict, match="亡くなっています"):
        bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    assert states(office) == ["振込準備"]


def test_a_death_before_the_batch_keeps_the_benefit_out_and_says_why(office: Office) -> None:
    died(office)
    assert office.ready() == ()
    assert "相続人の口座が要ります" in why_not(office)
    with pytest.raises(Conflict, match="亡くなっています"):
        office.batch(1)


def test_a_confirmed_heir_with_his_account_is_paid(office: Office) -> None:
    inherited(office)
    assert why_not(office) == ""
    office.written(office.approved(office.batch()))
    assert states(office) == ["結果待ち"]


def test_an_heir_who_ends_between_approval_and_file_stops_the_file(office: Office) -> None:
    inherited(office)
    batch = office.approved(office.batch())
    heirs.end(office.desk, 1, WORDS)
    with pytest.raises(Conflict, match="2人目が確かめた相続人がいません"):
        bank_files.bank_file(office.desk, batch, "DVD-001", silent)


def test_an_account_of_an_heir_is_not_paid_while_the_person_lives(office: Office) -> None:
    change(office, "UPDATE account SET belongs_to = 'HEIR'")
    assert "亡くなっていません" in why_not(office)


def test_cash_goes_to_the_heir_and_to_nobody_else(office: Office) -> None:
    inherited(office)
    office.at_the_counter(1, belongs_to=BelongsTo.HEIR)
    batch = batches.make_batch(office.desk, (1,), office.desk.today(), silent, PayMethod.CASH)[1]
    batches.approve_batch(office.desk, batch, 1, 100_000, office.suzuki)
    cash_desk.receipt(office.desk, 1)
    for receiver in ("SELF", "PROXY"):
        with pytest.raises(Conflict, match="相続人に支給する案件です"):
            cash.hand_over(office.desk, 1, HandOver(receiver, "LICENCE"), office.tanaka)
    cash.hand_over(office.desk, 1, HandOver("HEIR", "LICENCE"), office.tanaka)
    assert states(office) == ["振込済"]


def test_an_heir_is_entered_only_after_a_death_that_the_programme_pays_for(office: Office) -> None:
    with pytest.raises(Conflict, match="死亡が、世帯の異動に入っていません"):
        heirs.enter(office.desk, 1, ENTRY)
    died(office, date(2024, 8, 20))
    with pytest.raises(Conflict, match="相続人に支給しません"):
        heirs.enter(office.desk, 1, ENTRY)
    before = replace(office.desk.programme, death_before_submission=AfterDeath.PAY_TO_HEIRS)
    desk: Desk = replace(office.desk, programme=before)
    assert heirs.enter(desk, 1, ENTRY).cases == (1,)


@pytest.mark.parametrize(
    ("entry", "field"),
    [(replace(ENTRY, name=" "), "name"), (replace(ENTRY, relation="友人"), "relation"), (replace(ENTRY, person_id=9), "person_id")],
)
def test_what_is_missing_of_an_heir_is_named(office: Office, entry: HeirEntry, field: str) -> None:
    died(office)
    with pytest.raises(InputProblem) as caught:
        heirs.enter(office.desk, 1, entry)
    assert caught.value.field == field


def test_another_person_confirms_both_papers_and_one_heir_only(office: Office) -> None:
    died(office)
    for _ in range(2):
        heirs.enter(office.desk, 1, replace(ENTRY, register_seen=False, consent_seen=False))
    with pytest.raises(NotAllowed, match="K-1995"):
        heirs.verify(office.desk, 1, office.sato)
    with pytest.raises(InputProblem, match="K-1993"):
        heirs.verify(office.desk, 1, office.suzuki, consent_seen=False)
    heirs.verify(office.desk, 1, office.suzuki)
    with pytest.raises(Conflict, match="K-1996"):
        heirs.verify(office.desk, 2, office.suzuki)
    heirs.end(office.desk, 1, WORDS)
    heirs.verify(office.desk, 2, office.suzuki)


# ------------------------------------------------------------------ proxies


def with_proxy(office: Office, basis: str) -> None:
    entry = ProxyEntry(basis, "見本 後見", "後見人", "", True, date(2024, 1, 1))
    proxies.enter(office.desk, 1, entry)
    proxies.verify(office.desk, (1,), office.suzuki)
    entered = AccountEntry(
        "0001", "001", "1", "7654321", "ミホン　コウケン", passbook_seen=True, belongs_to=BelongsTo.PROXY, holder_differs_reason=WORDS
    )
    accounts.enter(office.desk, 1, entered)
    office.verify_accounts()


def test_a_legal_representative_is_paid(office: Office) -> None:
    with_proxy(office, "B2")
    office.written(office.approved(office.batch()))
    assert states(office) == ["結果待ち"]


def test_a_proxy_whose_ground_does_not_let_him_receive_is_not(office: Office) -> None:
    with_proxy(office, "C5")
    with pytest.raises(Conflict, match="この代理の根拠では"):
        office.batch(1)
    assert states(office) == []


def test_a_proxy_who_ends_in_between_stops_approval_and_file(office: Office) -> None:
    with_proxy(office, "B2")
    batch = office.batch(on=date(2024, 9, 10))
    change(office, "UPDATE proxy SET ends_on = '2024-08-28'")
    office.clock.days(1)
    with pytest.raises(Conflict, match="いまは代理できません"):
        office.approved(batch)


def test_a_proxy_who_ends_after_the_approval_stops_the_file(office: Office) -> None:
    with_proxy(office, "B2")
    batch = office.approved(office.batch())
    proxies.end(office.desk, 1, WORDS)
    with pytest.raises(Conflict, match="いまは代理できません"):
        bank_files.bank_file(office.desk, batch, "DVD-001", silent)
