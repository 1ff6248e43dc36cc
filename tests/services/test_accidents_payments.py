"""Accidents of other municipalities at the transfer itself, replayed: the program stands in the way each time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.services import bank_files, batches, outgoing, workstation
from tests.exchange.zengin_reader import read
from tests.services.office import Office, copied, opened, silent


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three households ready to be paid, the first with an addition for a child."""
    folder = tmp_path_factory.mktemp("accidents")
    with opened(folder) as office:
        for number in range(3):
            benefits = [("hikazei", 100_000)] + ([("kodomo", 50_000)] if number == 0 else [])
            office.reviewed(office.household(*benefits, children=int(number == 0)))
        workstation.change_setting(office.at(office.suzuki), "bank_file", "plain")
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Office]:
    with copied(template, tmp_path) as made:
        yield made


def past_the_program(office: Office, statement: str) -> None:
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.execute(text(statement))
        unit.record(Act.COLLATED)


def paid(office: Office) -> dict[str, int]:
    """Account number -> yen over all files that left, read from the medium."""
    found: dict[str, int] = {}
    for path in office.medium.iterdir():
        for transfer in read(path.read_bytes()).transfers:
            found[transfer["number"]] = found.get(transfer["number"], 0) + int(transfer["amount"])
    return found


def test_miyazaki_2024_an_earlier_payment_cannot_be_deleted_to_make_the_next_file(office: Office) -> None:
    """宮崎市: the earlier payment of こども加算 was deleted when the next transfer file was made, and the addition was paid again."""
    everything = office.ready()
    batch = office.approved(office.batch())
    office.written(batch)
    for statement in ("DELETE FROM payment", "DELETE FROM batch", "UPDATE payment SET state = '取消'"):
        with pytest.raises(IntegrityError):
            past_the_program(office, statement)
    past_the_program(office, "DELETE FROM paid_child")
    for judgment in everything:
        with pytest.raises(Conflict, match="すでに支払の回に入っています"):
            office.batch(judgment)
    office.settled(batch)
    assert office.ready() == ()
    assert paid(office) == {"0000001": 150_000, "0000002": 100_000, "0000003": 100_000}


def test_tsushima_2024_the_file_of_a_batch_is_not_made_a_second_time_by_mistake(office: Office) -> None:
    """対馬市: an operator made the file of nine households again. A batch is written once; anew only what was cancelled, by two people."""
    everything = office.ready()
    batch = office.approved(office.batch())
    again = bank_files.bank_file(office.desk, batch, "DVD-002", silent)
    office.written(batch)
    with pytest.raises(Conflict, match="結果待ち"):
        bank_files.bank_file(office.desk, batch, "DVD-002", silent)
    with pytest.raises(Conflict):
        outgoing.write_out(office.desk, dataclasses.replace(again, file_name="again.txt"), str(office.medium))
    with pytest.raises(Conflict, match="すでに支払の回に入っています"):
        office.batch(*everything)
    with pytest.raises(Conflict, match="結果待ち"):
        batches.cancel_batch(office.desk, batch, office.suzuki, "もう一度作るため取り消します")
    assert sum(paid(office).values()) == 350_000


def test_neyagawa_2020_a_list_that_nobody_brought_up_to_date_pays_nobody_twice(office: Office) -> None:
    """寝屋川市: 993 households were paid again, because the first transfer was not entered. Here the file itself takes the money."""
    everything = office.ready()
    office.written(office.approved(office.batch()))
    office.clock.days(20)
    assert office.ready() == (), "no result was entered, and nobody is ready all the same"
    with pytest.raises(Conflict, match="すでに支払の回に入っています"):
        office.batch(*everything)
    assert max(paid(office).values()) == 150_000


def test_abu_2022_one_transfer_of_everything_to_one_person_never_gets_through(office: Office) -> None:
    """阿武町: one transfer of 46,300,000 yen, the money of 463 households, to one person."""
    rules = office.desk.programme
    with office.desk.work(Act.JUDGMENT_DRAFTED) as unit:
        office.decide(unit, 1, 1, "chosei", 46_300_000)
        unit.record(Act.JUDGMENT_DRAFTED)
    with office.desk.look() as db:
        (wrong,) = db.execute(text("SELECT id FROM judgment WHERE amount = 46300000")).scalars()
    form_ready(office, wrong)
    with pytest.raises(Conflict, match="K-1055") as caught:
        office.batch(wrong)
    assert f"{rules.payment_ceiling:,}円" in caught.value.happened
    # Were the ceiling set too high, the sum of a batch is bounded as well.
    office.desk = dataclasses.replace(
        office.desk, programme=dataclasses.replace(rules, payment_ceiling=46_300_000, batch_ceiling=46_299_999)
    )
    with pytest.raises(Conflict, match="K-1056"):
        office.batch(wrong)
    # And were both, who approves has counted 463 households on paper: the total agrees, the count does not.
    ceilings(office, 10**8, 10**8)
    batch = office.batch(wrong)
    with pytest.raises(InputProblem, match="K-1757") as typed:
        batches.approve_batch(office.desk, batch, 463, 46_300_000, office.suzuki)
    assert typed.value.field == "typed_count" and office.row(batch).state.value == "決裁待ち"
    assert list(office.medium.iterdir()) == []


def form_ready(office: Office, judgment: int) -> None:
    """The review of the household's form is taken to cover the wrong decision too."""
    with office.desk.work(Act.JUDGMENT_DRAFTED) as unit:
        unit.session.execute(
            text(
                "INSERT INTO letter_benefit (letter_id, judgment_id) "
                "SELECT letter_id, :judgment FROM returned_form WHERE case_id = 1 AND state = '審査完了'"
            ),
            {"judgment": judgment},
        )
        unit.record(Act.JUDGMENT_DRAFTED)


def ceilings(office: Office, payment: int, batch: int) -> None:
    rules = dataclasses.replace(office.desk.programme, payment_ceiling=payment, batch_ceiling=batch)
    office.desk = dataclasses.replace(office.desk, programme=rules)
