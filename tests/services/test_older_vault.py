"""An older vault is put back while the sent ledger stays: what it does not know to have left is never paid a second time."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem, NotAllowed, UserError
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.services import bank_files, batches, cases, open_files, outgoing, payables, payments, results, sent_ledger, workstation
from kyufu_desktop.services.sent_ledger import LedgerView, Standing
from tests.exchange.zengin_reader import BankFile, read
from tests.faults.killed_at_a_line import End, killed_halfway
from tests.services.office import Office, founded, opened, reopened, silent

by_signals = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
FOUND = "銀行の受付書で件数と合計を確かめた"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three people ready to be paid, one of them with a child; the bank file goes out in clear so that the tests can read it."""
    folder = tmp_path_factory.mktemp("older-vault")
    with opened(folder) as office:
        for number in range(3):
            benefits = [("hikazei", 100_000)] + ([("kodomo", 50_000)] if number == 0 else [])
            office.reviewed(office.household(*benefits, children=int(number == 0)))
        workstation.change_setting(office.at(office.suzuki), "bank_file", "plain")
    return folder


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "place")
    return tmp_path / "place"


def keep(place: Path, name: str) -> Path:
    """What a backup of the vault holds: the generation, without what lies beside it."""
    kept = place.parent / name
    shutil.copytree(place / "vault" / "gen-1", kept)
    return kept


def put_back(place: Path, kept: Path) -> None:
    shutil.rmtree(place / "vault" / "gen-1")
    shutil.copytree(kept, place / "vault" / "gen-1")
    # The anchor would stop the opening first; here an officer has accepted that.
    (place / "vault" / "anchor.json").unlink(missing_ok=True)


def view(office: Office) -> LedgerView:
    with office.desk.look() as session:
        return sent_ledger.view(office.desk, session)


def settle(office: Office) -> None:
    sent_ledger.settle(office.at(office.suzuki), FOUND, office.tanaka)


def files(place: Path) -> list[BankFile]:
    return [read(path.read_bytes()) for path in sorted((place / "medium").iterdir())]


def test_what_left_since_the_backup_is_found_out_and_never_paid_again(place: Path) -> None:
    kept = keep(place, "before")
    with reopened(place) as office:
        first = office.ready()
        office.written(office.approved(office.batch(*first[:2])))
        assert view(office).standing is Standing.FITS
    put_back(place, kept)
    with reopened(place) as office:
        assert office.ready() == first, "the older vault believes that nothing was paid"
        found = view(office)
        assert found.standing is Standing.OLDER_VAULT
        assert [(one.batch, one.count, one.total) for one in found.unknown] == [(1, 2, 150_000)]
        assert "late" in {task.group for task in cases.today(office.desk).tasks if "控えを確かめる" in task.words}
        for chosen in (first[:1], first[2:]):
            with pytest.raises(Conflict, match="K-1944"):
                office.batch(*chosen)
        settle(office)
        assert view(office).standing is Standing.FITS
        assert len(office.ready()) == 2, "the two that were paid are gone from the list"
        with pytest.raises(Conflict, match="すでに支払っています"):
            office.batch(first[0])
        batch = office.approved(office.batch())
        assert office.row(batch).number == 2, "numbers go on behind the ledger's"
        office.written(batch)
    one, two = files(place)
    references = [transfer["customer"] for transfer in one.transfers + two.transfers]
    assert len(set(references)) == len(references) == 4, "no reference comes twice at the bank"
    assert {t["number"] for t in one.transfers} & {t["number"] for t in two.transfers} == set()
    assert sorted(path.name for path in (place / "medium").iterdir()) == ["transfer-02.txt", "transfer.txt"]


def test_backup_of_an_approved_batch_cannot_be_written_a_second_time(place: Path) -> None:
    with reopened(place) as office:
        batch = office.approved(office.batch())
    kept = keep(place, "approved")
    with reopened(place) as office:
        office.written(batch)
    put_back(place, kept)
    with reopened(place) as office:
        assert office.row(batch).state.value == "送信待ち" and view(office).standing is Standing.OLDER_VAULT
        with pytest.raises(Conflict, match="K-1944"):
            bank_files.bank_file(office.desk, batch, "DVD-002", silent)
        batches.cancel_batch(office.desk, batch, office.suzuki, "前の保管庫に戻ったため取り消します")
        settle(office)
        assert office.ready() == ()


def test_file_sealed_before_cannot_be_written_after_the_older_vault_is_back(place: Path) -> None:
    with reopened(place) as office:
        batch = office.approved(office.batch())
        sealed = bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    kept = keep(place, "approved")
    with reopened(place) as office:
        office.written(batch)
    put_back(place, kept)
    with reopened(place) as office:
        again = bank_again(office, sealed, batch)
        with pytest.raises(Conflict, match="K-1944"):
            outgoing.write_out(office.desk, again, str(office.medium))


def bank_again(office: Office, sealed: outgoing.Outgoing, batch: int) -> outgoing.Outgoing:
    """The same sealed file at another desk, under another name."""
    around = outgoing.Around(started=lambda unit, line: bank_files._start(office.desk, unit, batch, line, sealed.data))
    return dataclasses.replace(sealed, file_name="other.txt", around=around)


def test_approved_batch_of_the_older_vault_that_never_left_waits_as_well(place: Path) -> None:
    with reopened(place) as office:
        first = office.ready()
        waiting = office.approved(office.batch(first[3]))
    kept = keep(place, "waiting")
    with reopened(place) as office:
        office.written(office.approved(office.batch(*first[:2])))
    put_back(place, kept)
    with reopened(place) as office:
        with pytest.raises(Conflict, match="K-1944"):
            bank_files.bank_file(office.desk, waiting, "DVD-002", silent)
        settle(office)
        office.written(waiting)
        numbers = {row.number for row in payments.page(office.desk).batches}
        assert numbers == {1}


def test_approved_batch_of_the_older_vault_whose_people_were_paid_by_another_one_never_leaves(place: Path) -> None:
    """Approved, then cancelled and its people paid in the next batch; then the vault of the approval comes back."""
    with reopened(place) as office:
        batch = office.approved(office.batch())
        drafted = keep(place, "approved")
        batches.cancel_batch(office.desk, batch, office.suzuki, "振込日を変えるため取り消します")
        office.written(office.approved(office.batch()))
    put_back(place, drafted)
    with reopened(place) as office:
        assert office.row(batch).state.value == "送信待ち"
        settle(office)
        with pytest.raises(Conflict, match="すでに支払っています"):
            bank_files.bank_file(office.desk, batch, "DVD-002", silent)
    assert len(files(place)) == 1


def test_only_two_officers_settle_it_and_say_what_the_bank_said(place: Path) -> None:
    kept = keep(place, "before")
    with reopened(place) as office:
        office.written(office.approved(office.batch()))
    put_back(place, kept)
    with reopened(place) as office:
        officer = office.at(office.suzuki)
        with pytest.raises(NotAllowed):
            sent_ledger.settle(officer, FOUND, office.sato)
        with pytest.raises(NotAllowed):
            sent_ledger.settle(office.desk, FOUND, office.suzuki)
        with pytest.raises(NotAllowed, match="K-1576"):
            sent_ledger.settle(officer, FOUND, office.suzuki)
        with pytest.raises(InputProblem, match="K-1951"):
            sent_ledger.settle(officer, "見た", office.tanaka)
        assert view(office).standing is Standing.OLDER_VAULT
        settle(office)
        with office.desk.look() as db:
            (detail,) = db.scalars(select(AuditEntry.detail).where(AuditEntry.act == Act.OLDER_VAULT_SETTLED.value))
        assert json.loads(detail)["total"] == 350_000
        with pytest.raises(Conflict, match="K-1577"):
            settle(office)


def test_older_vault_put_back_once_more_asks_once_more(place: Path) -> None:
    kept = keep(place, "before")
    with reopened(place) as office:
        office.written(office.approved(office.batch()))
    for _ in range(2):
        put_back(place, kept)
        with reopened(place) as office:
            assert view(office).standing is Standing.OLDER_VAULT
            settle(office)
            assert office.ready() == ()


def test_result_that_the_older_vault_lost_is_entered_again_and_paid_once(place: Path) -> None:
    with reopened(place) as office:
        batch = office.approved(office.batch())
        office.written(batch)
    kept = keep(place, "sent")
    with reopened(place) as office:
        office.settled(batch)
    put_back(place, kept)
    with reopened(place) as office:
        assert view(office).standing is Standing.FITS and office.row(batch).state.value == "結果待ち"
        office.settled(batch, {1: FailureReason.CLOSED})
        assert office.row(batch).state.value == "一部不能"


@pytest.mark.parametrize("how", ["missing", "changed", "older", "of another vault"])
def test_ledger_that_cannot_be_believed_stops_everything_until_two_officers_make_it_anew(place: Path, how: str) -> None:
    ledger = place / "vault" / "sent.json"
    with reopened(place) as office:
        first = office.ready()
        office.written(office.approved(office.batch(*first[:2])))
        earlier = ledger.read_bytes()
        office.written(office.approved(office.batch(first[2])))
        if how == "missing":
            ledger.unlink()
        elif how == "changed":
            values = json.loads(ledger.read_text("utf-8"))
            values["entries"].pop()
            ledger.write_text(json.dumps(values), "utf-8")
        elif how == "older":
            ledger.write_bytes(earlier)
        else:
            ledger.write_text(json.dumps({"format": 1, "entries": [], "code": "0" * 64}), "utf-8")
        assert view(office).standing is Standing.BROKEN
        with pytest.raises(CustodyProblem, match="K-1945"):
            office.batch(first[3])
        officer = office.at(office.suzuki)
        with pytest.raises(Conflict, match="K-1577"):
            sent_ledger.settle(officer, FOUND, office.tanaka)
        with pytest.raises(NotAllowed):
            sent_ledger.rebuild(officer, office.sato)
        sent_ledger.rebuild(officer, office.tanaka)
        assert view(office).standing is Standing.FITS
        office.written(office.approved(office.batch(first[3])))
        assert [row.number for row in payments.page(office.desk).batches] == [3, 2, 1]
    assert len(list((place / "vault").glob("sent-*.json"))) == (how != "missing")


@pytest.mark.parametrize("approved", [False, True])
def test_backup_from_before_the_first_payment_on_another_machine_pays_nobody_before_two_officers_have_looked(
    place: Path, approved: bool
) -> None:
    """The disk is lost with its ledger after the first file went to the bank. Nothing in the backup says that anything ever left."""
    with reopened(place) as office:
        batch = office.approved(office.batch()) if approved else 0
    kept = keep(place, "evening")
    with reopened(place) as office:
        office.written(batch or office.approved(office.batch()))
    put_back(place, kept)
    (place / "vault" / "sent.json").unlink()
    with reopened(place) as office:
        assert view(office).standing is Standing.BROKEN
        assert "late" in {task.group for task in cases.today(office.desk).tasks if "控えを確かめる" in task.words}
        with pytest.raises(CustodyProblem, match="K-1945"):
            if batch:
                bank_files.bank_file(office.desk, batch, "DVD-002", silent)
            else:
                office.batch()


def test_new_vault_beside_a_ledger_of_another_one_keeps_that_one(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir(mode=0o700)
    (tmp_path / "vault" / "sent.json").write_text("{}", "utf-8")
    with founded(tmp_path) as office:
        assert view(office).standing is Standing.FITS
    (kept,) = (tmp_path / "vault").glob("sent-*.json")
    assert kept.read_text("utf-8") == "{}"


def test_ledger_holds_no_person_s_data_and_no_number_that_names_one(place: Path) -> None:
    with reopened(place) as office:
        office.written(office.approved(office.batch()))
        with office.desk.look() as db:
            rows = db.scalars(select(Payment)).all()
            secrets = {value for row in rows for value in (row.entitlement, row.number, row.holder)} | {
                row.entitlement.rsplit("|", 1)[1] for row in rows
            }
    text = (place / "vault" / "sent.json").read_text("utf-8")
    assert not [secret for secret in secrets if secret in text]
    (entry,) = json.loads(text)["entries"]
    assert (len(entry["entitlements"]), len(entry["children"]), entry["left"]) == (4, 1, "WRITTEN")


def test_rule_of_the_ledger_is_one_of_the_reasons_why_a_benefit_is_not_paid(place: Path) -> None:
    kept = keep(place, "before")
    with reopened(place) as office:
        office.written(office.approved(office.batch()))
    put_back(place, kept)
    with reopened(place) as office:
        settle(office)
        with office.desk.look() as db:
            reasons = {payables.payable(db, judgment, office.desk.today(), office.desk.programme) for judgment in payables.candidates(db)}
    assert reasons == {"控えの記録では、すでに支払っています。"}


def killed_while_writing(place: Path, batch: int, *, read_back: bool) -> Path:
    """Killed at the first file: before the ledger has its line, or with ``read_back`` before the vault knows that it is there.

    Returns a copy of the vault as it was left.
    """

    def prepare() -> Callable[[], object]:
        office = stack.enter_context(reopened(place))
        sealed = bank_files.bank_file(office.desk, batch, "DVD-001", silent)

        def written(unit: UnitOfWork, line: int) -> None:
            bank_files.mark_sent(office.desk, unit, batch, line)
            os.kill(os.getpid(), signal.SIGKILL)

        around = sealed.around
        if not read_back:
            around = dataclasses.replace(around, announced=lambda _: os.kill(os.getpid(), signal.SIGKILL))
        return lambda: outgoing.write_out(office.desk, dataclasses.replace(sealed, around=around, on_written=written), str(office.medium))

    with contextlib.ExitStack() as stack:
        assert killed_halfway(prepare, 0, ()) is End.KILLED
    return keep(place, "stopped")


def not_handed_over(office: Office) -> None:
    """Two people look at the medium and say that the file that was begun is not there."""
    (file,) = open_files.waiting(office.desk)
    open_files.absent(office.desk, file.export_id, str(office.medium), office.suzuki)


def settled_and_never_again(office: Office, batch: int) -> None:
    assert view(office).standing is Standing.OLDER_VAULT
    settle(office)
    with pytest.raises(Conflict, match="すでに支払っています"):
        office.written(batch)


@by_signals
@pytest.mark.parametrize("form", ["plain", "archive"])
def test_word_about_a_file_that_never_was_leaves_another_file_of_the_same_number_in_the_ledger(place: Path, form: str) -> None:
    """A vault that was killed before its file had a line in the ledger is put back; another state of it used the number meanwhile.

    In an archive the file is another one even where the batch is the same.
    """
    with reopened(place) as office:
        workstation.change_setting(office.at(office.suzuki), "bank_file", form)
        first = office.ready()
        batch = office.approved(office.batch(*first[:2]))
    approved = keep(place, "approved")
    stopped = killed_while_writing(place, batch, read_back=False)
    put_back(place, approved)
    with reopened(place) as office:
        if form == "plain":
            batches.cancel_batch(office.desk, batch, office.suzuki, "振込日を変えるため取り消します")
            batch = office.approved(office.batch(first[0]))
        office.written(batch)
    put_back(place, stopped)
    with reopened(place) as office:
        not_handed_over(office)
        settled_and_never_again(office, 1)
    assert len(list((place / "medium").iterdir())) == 1


@by_signals
def test_file_that_was_read_back_once_stays_in_the_ledger_when_the_next_medium_is_empty(place: Path) -> None:
    """Killed before the vault knew, found whole and taken to the bank; then the vault of that moment is put back."""
    with reopened(place) as office:
        batch = office.approved(office.batch())
    stopped = killed_while_writing(place, batch, read_back=True)
    with reopened(place) as office:
        (file,) = open_files.waiting(office.desk)
        open_files.complete(office.desk, file.export_id, str(office.medium))
    (place / "medium" / "transfer.txt").rename(place / "at-the-bank.txt")
    put_back(place, stopped)
    with reopened(place) as office:
        not_handed_over(office)
        settled_and_never_again(office, batch)


def careless(office: Office, chance: random.Random) -> None:
    """Tries to pay whatever the vault believes can be paid, in any order, and settles whatever is asked."""
    for _ in range(8):
        step = chance.randrange(5)
        with contextlib.suppress(UserError):
            if step == 0 and office.ready():
                office.batch(*chance.sample(office.ready(), chance.randint(1, len(office.ready()))))
            rows = payments.page(office.desk).batches
            if step == 1 and rows:
                office.approved(chance.choice(rows).batch_id)
            if step == 2 and rows:
                office.written(chance.choice(rows).batch_id)
            if step == 3 and rows:
                office.clock.days(7)
                results.enter_results(office.desk, chance.choice(rows).batch_id, {}, office.desk.today())
            if step == 4:
                settle(office)


def back_and_forth(place: Path, rounds: int, seed: int) -> None:
    """Copies of the vault are taken and put back at random moments; the medium only ever gathers what really left."""
    chance = random.Random(seed)
    copies = [keep(place, "copy-0")]
    for number in range(1, rounds + 1):
        with reopened(place) as office:
            careless(office, chance)
        copies.append(keep(place, f"copy-{number}"))
        if chance.random() < 0.6:
            put_back(place, chance.choice(copies))
    paid: dict[str, int] = {}
    numbers: list[str] = []
    for file in files(place):
        for transfer in file.transfers:
            paid[transfer["number"] + transfer["amount"]] = paid.get(transfer["number"] + transfer["amount"], 0) + 1
            numbers.append(transfer["customer"])
    assert paid and set(paid.values()) == {1}, "an account gets each of its amounts once, whatever vault was put back"
    assert len(set(numbers)) == len(numbers)


def test_vaults_put_back_at_random_moments_never_pay_twice(place: Path) -> None:
    back_and_forth(place, 6, seed=3)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(10))
def test_vaults_put_back_at_many_random_moments_never_pay_twice(place: Path, seed: int) -> None:
    back_and_forth(place, 20, seed)


def test_number_of_a_batch_is_given_once_even_if_it_never_left(place: Path) -> None:
    with reopened(place) as office:
        batch = office.batch()
        batches.cancel_batch(office.desk, batch, office.suzuki, "振込日を変えるため取り消します")
        office.batch()
        with office.desk.look() as db:
            assert db.execute(select(func.count(), func.count(Batch.number.distinct()))).one() == (2, 2)
