"""A file on its way to the medium is stopped anywhere: what the vault says and what lies on the medium never part."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem, NotAllowed, UserError
from kyufu_desktop.exchange import archive, zengin
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.services import bank_files, batches, cases, custody, host_exchange, ledgers, open_files, outgoing
from kyufu_desktop.services.exchange_rows import OpenFile
from kyufu_desktop.services.open_files import Found
from kyufu_desktop.services.outgoing import Outgoing
from tests.services.office import Office, copied, opened, silent


class PowerCut(BaseException):
    """The process ends here: nothing behind it runs."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two approved batches of one payment each."""
    folder = tmp_path_factory.mktemp("two-steps")
    with opened(folder) as office:
        for _ in range(2):
            office.reviewed(office.household(("hikazei", 100_000)))
        first, second = office.ready()
        office.approved(office.batch(first))
        office.approved(office.batch(second))
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Office]:
    with copied(template, tmp_path) as made:
        yield made


def cut(office: Office, monkeypatch: pytest.MonkeyPatch, where: str, sealed: Outgoing, *, after: bool = False) -> None:
    """Writes, and cuts the power before (or after) the function ``where`` of the writing: what cleans up behind it does not run either."""
    real: Callable[..., object] = getattr(outgoing, where)

    def stop(*arguments: object) -> object:
        if after:
            real(*arguments)
        raise PowerCut

    monkeypatch.setattr(outgoing, where, stop)
    monkeypatch.setattr(outgoing, "_cleared", lambda *_: False)
    with pytest.raises(PowerCut):
        outgoing.write_out(office.desk, sealed, str(office.medium))
    monkeypatch.undo()


def sealed(office: Office, batch: int = 1) -> Outgoing:
    return bank_files.bank_file(office.desk, batch, "DVD-001", silent)


def state(office: Office, batch: int = 1) -> str:
    return office.row(batch).state.value


def waiting(office: Office) -> OpenFile:
    (found,) = open_files.waiting(office.desk)
    return found


def names(office: Office) -> list[str]:
    return sorted(path.name for path in office.medium.iterdir())


def test_stopped_before_the_file_the_batch_waits_for_a_look_and_goes_back_with_two_people(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(office, monkeypatch, "_place", sealed(office))
    assert state(office) == "書出中" and names(office) == []
    line = waiting(office)
    assert (line.batch, line.medium, line.file_name, line.rows, line.total) == (1, "DVD-001", "transfer.zip", 1, 100_000)
    assert open_files.look(office.desk, line.export_id, str(office.medium)) is Found.NOTHING
    task = next(task for task in cases.today(office.desk).tasks if "書かれたか" in task.words)
    assert (task.group, task.subject, task.due, task.station) == ("late", "第1回", "媒体 DVD-001", "payments")
    with pytest.raises(Conflict, match="K-1949"):
        open_files.complete(office.desk, line.export_id, str(office.medium))
    with pytest.raises(NotAllowed):
        open_files.absent(office.desk, line.export_id, str(office.medium), office.sato)
    with pytest.raises(NotAllowed, match="K-1946"):
        open_files.absent(office.at(office.suzuki), line.export_id, str(office.medium), office.suzuki)
    open_files.absent(office.desk, line.export_id, str(office.medium), office.suzuki)
    assert state(office) == "送信待ち" and open_files.waiting(office.desk) == ()
    office.written(1)
    assert state(office) == "結果待ち" and names(office) == ["transfer-02.zip"]
    first, second = ledgers.ledger(office.desk)
    assert (first.remark, second.remark) == ("第1回　書き出していない", "第1回（同じ回の再作成）")


def test_stopped_after_the_file_it_is_found_and_counts_as_written(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sealed(office)
    cut(office, monkeypatch, "_place", before, after=True)
    assert state(office) == "書出中" and names(office) == ["transfer.zip"]
    line = waiting(office)
    assert open_files.look(office.desk, line.export_id, str(office.medium)) is Found.WHOLE
    with pytest.raises(Conflict, match="K-1948"):
        open_files.absent(office.desk, line.export_id, str(office.medium), office.suzuki)
    open_files.complete(office.desk, line.export_id, str(office.medium))
    assert state(office) == "結果待ち" and {row.state_word for row in office.payments_of(1)} == {"結果待ち"}
    with office.desk.look() as db:
        password = db.scalars(select(Export.password)).one()
    assert password == before.password, "the file that was found can be opened"
    data = archive.open_file((office.medium / "transfer.zip").read_bytes(), password, "x")[1]
    assert zengin.totals(data) == (1, 100_000)
    with pytest.raises(Conflict, match="K-1947"):
        open_files.complete(office.desk, line.export_id, str(office.medium))


def test_half_a_file_is_taken_off_the_medium(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    cut(office, monkeypatch, "_read_back", sealed(office))
    assert names(office) == ["transfer.zip.part"] and state(office) == "書出中"
    open_files.absent(office.desk, waiting(office).export_id, str(office.medium), office.suzuki)
    assert names(office) == []


def test_another_file_of_that_name_is_not_taken_for_ours(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    cut(office, monkeypatch, "_place", sealed(office))
    (office.medium / "transfer.zip").write_bytes(b"what somebody else put there")
    line = waiting(office)
    assert open_files.look(office.desk, line.export_id, str(office.medium)) is Found.OTHER
    with pytest.raises(Conflict, match="K-1949"):
        open_files.complete(office.desk, line.export_id, str(office.medium))
    open_files.absent(office.desk, line.export_id, str(office.medium), office.suzuki)
    assert (office.medium / "transfer.zip").read_bytes() == b"what somebody else put there"


def test_nothing_else_moves_while_it_is_not_clear(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    cut(office, monkeypatch, "_place", sealed(office))
    with pytest.raises(Conflict, match="書出中"):
        sealed(office)
    with pytest.raises(Conflict, match="書出中"):
        batches.cancel_batch(office.desk, 1, office.suzuki, "振込日を変えるため取り消します")
    other = sealed(office, 2)
    with pytest.raises(Conflict, match="K-1942"):
        outgoing.write_out(office.desk, other, str(office.medium))
    assert state(office, 2) == "送信待ち" and names(office) == []
    with pytest.raises(Conflict, match="K-1952"):
        host_exchange.hand_over(office.desk, waiting(office).export_id, "会計課", "A-1")
    with pytest.raises(Conflict, match="K-1952"):
        host_exchange.password_sheet(office.desk, waiting(office).export_id)


def test_failure_that_surely_left_nothing_is_taken_back_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(_: Path) -> bytes:
        return b"torn"

    monkeypatch.setattr(outgoing, "_read_back", torn)
    with pytest.raises(CustodyProblem, match="K-1667"):
        outgoing.write_out(office.desk, sealed(office), str(office.medium))
    monkeypatch.undo()
    assert state(office) == "送信待ち" and names(office) == [] and open_files.waiting(office.desk) == ()
    office.written(1)
    assert state(office) == "結果待ち"


def test_medium_that_goes_away_half_way_leaves_the_question_open(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()

    def pulled(path: Path) -> bytes:
        stick.rename(tmp_path / "pulled")
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(outgoing, "_read_back", pulled)
    with pytest.raises(CustodyProblem, match="K-1941"):
        outgoing.write_out(office.desk, sealed(office), str(stick))
    monkeypatch.undo()
    assert state(office) == "書出中"
    line = waiting(office)
    with pytest.raises(InputProblem, match="K-1649"):
        open_files.look(office.desk, line.export_id, str(stick))
    open_files.absent(office.desk, line.export_id, str(tmp_path / "pulled"), office.suzuki)
    assert state(office) == "送信待ち" and list((tmp_path / "pulled").iterdir()) == []


def test_file_of_the_same_name_is_never_written_over_nor_removed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    there = office.medium / "transfer.zip"
    there.write_bytes(b"yesterday's")
    with pytest.raises(CustodyProblem, match="K-1665"):
        outgoing.write_out(office.desk, sealed(office), str(office.medium))
    there.unlink()
    real = outgoing._read_back

    def meanwhile(path: Path) -> bytes:
        there.write_bytes(b"put there meanwhile")
        return real(path)

    monkeypatch.setattr(outgoing, "_read_back", meanwhile)
    with pytest.raises(CustodyProblem, match="K-1666"):
        outgoing.write_out(office.desk, sealed(office), str(office.medium))
    assert there.read_bytes() == b"put there meanwhile" and names(office) == ["transfer.zip"]
    assert state(office) == "送信待ち"


def test_two_files_made_at_once_do_not_get_one_number(office: Office) -> None:
    one, two = sealed(office, 1), sealed(office, 2)
    outgoing.write_out(office.desk, one, str(office.medium))
    with pytest.raises(UserError):
        outgoing.write_out(office.desk, two, str(office.medium))
    with pytest.raises(Conflict, match="K-1950"):
        outgoing.write_out(office.desk, dataclasses.replace(two, file_name="other.zip"), str(office.medium))
    outgoing.write_out(office.desk, sealed(office, 2), str(office.medium))
    assert names(office) == ["transfer-02.zip", "transfer.zip"]


@pytest.mark.parametrize("after", [False, True])
def test_any_other_file_is_made_anew_and_none_is_left_that_the_ledger_does_not_know(
    office: Office, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    cut(office, monkeypatch, "_place", host_exchange.make_exclusion(office.desk, "M-07", silent), after=after)
    line = waiting(office)
    assert (line.kind_word, line.batch) == ("除外一覧", 0)
    with pytest.raises(Conflict, match="K-1947"):
        open_files.complete(office.desk, line.export_id, str(office.medium))
    open_files.void(office.desk, line.export_id, str(office.medium))
    assert names(office) == [] and open_files.waiting(office.desk) == ()
    host_exchange.write_out(office.desk, host_exchange.make_exclusion(office.desk, "M-07", silent), str(office.medium))
    assert names(office) == ["exclusion-02.xlsx"]


def test_medium_that_was_destroyed_is_said_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    cut(office, monkeypatch, "_place", host_exchange.make_exclusion(office.desk, "M-07", silent), after=True)
    open_files.void(office.desk, waiting(office).export_id, None)
    assert ledgers.ledger(office.desk)[-1].remark == "書き出していない"


def test_bank_file_is_never_settled_the_easy_way(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    cut(office, monkeypatch, "_place", sealed(office))
    with pytest.raises(Conflict, match="支給・振込"):
        open_files.void(office.desk, waiting(office).export_id, None)


def test_every_step_is_in_the_log(office: Office) -> None:
    office.written(1)
    with office.desk.look() as db:
        acts = [row.act for row in db.execute(select(custody.AuditEntry.act).order_by(custody.AuditEntry.seq))]
        assert db.scalars(select(Payment.state).where(Payment.batch_id == 1)).all() == ["結果待ち"]
    assert acts[-2:] == [Act.BANK_FILE_STARTED.value, Act.BANK_FILE_WRITTEN.value]
