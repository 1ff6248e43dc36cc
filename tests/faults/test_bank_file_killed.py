"""kill -9 anywhere between approved and written to the medium: afterwards it is clear whether the file left, and nothing is paid twice."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kyufu_desktop.database.engine import check_integrity
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.services import open_files, sent_ledger, session, workstation
from kyufu_desktop.services.open_files import Found
from kyufu_desktop.services.sent_ledger import Standing
from tests.exchange.zengin_reader import read
from tests.services.office import Office, opened, reopened

pytestmark = [pytest.mark.skipif(os.name == "nt", reason="signals of POSIX"), pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("bank_file_child.py")
AMOUNTS = (100_000, 50_000)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One batch of two payments that waits for its approval; the file goes out in clear, so that it can be read here."""
    folder = tmp_path_factory.mktemp("killed")
    with opened(folder) as office:
        for amount in AMOUNTS:
            office.reviewed(office.household(("hikazei", amount)))
        workstation.change_setting(office.at(office.suzuki), "bank_file", "plain")
        office.batch()
    return folder


def start(folder: Path, last: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(CHILD), str(folder), str(last)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def count_lines(template: Path, folder: Path) -> int:
    shutil.copytree(template, folder)
    output, errors = start(folder, 0).communicate(timeout=120)
    assert "lines " in output, errors[-2000:]
    return int(output.split()[-1])


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "medium").iterdir()}


def examine(folder: Path) -> str:
    """Opens the vault after the kill, does what a person would do, and looks at everything that left. Returns the state that was found."""
    with reopened(folder) as office:
        check_integrity(office.desk.vault.engine)
        assert session.verify_chain(office.desk).ok
        found = office.row(1).state.value
        there = files(folder)
        if found in ("決裁待ち", "送信待ち"):
            assert there == {}, "a file, or a part of one, that the vault does not know of"
        with office.desk.look() as db:
            digest = db.scalars(select(Batch.sha256)).one()
        if found == "結果待ち":
            assert [hashlib.sha256(data).hexdigest() for data in there.values()] == [digest]
        carry_on(office, folder)
        assert office.row(1).state.value == "結果待ち"
        with office.desk.look() as db:
            assert sent_ledger.view(office.desk, db).standing is Standing.FITS
            written = db.scalars(select(Export).where(Export.voided_at.is_(None))).all()
            assert [line.read_back_at is not None for line in written] == [True]
            assert db.execute(select(func.count(), func.sum(Payment.amount))).one() == (2, sum(AMOUNTS))
    (data,) = files(folder).values()
    assert hashlib.sha256(data).hexdigest() == digest, "one content for the batch, whatever happened"
    bank = read(data)
    assert (bank.count, bank.total) == (2, sum(AMOUNTS))
    return found


def carry_on(office: Office, folder: Path) -> None:
    """The way of the panel, then the ordinary one."""
    for file in open_files.waiting(office.desk):
        medium = str(folder / "medium")
        if open_files.look(office.desk, file.export_id, medium) is Found.WHOLE:
            open_files.complete(office.desk, file.export_id, medium)
        else:
            open_files.absent(office.desk, file.export_id, medium, office.suzuki)
    if office.row(1).state.value == "決裁待ち":
        office.approved(1)
    if office.row(1).state.value == "送信待ち":
        office.written(1)


def kill_at_lines(template: Path, folder: Path, kills: int, seed: int) -> set[str]:
    """One kill in each of ``kills`` equal parts of the way. Returns the states that were found."""
    chance = random.Random(seed)
    lines = count_lines(template, folder / "whole")
    assert lines > 200
    states = set()
    for number in range(kills):
        place = folder / f"killed-{number}"
        shutil.copytree(template, place)
        last = 1 + int(lines * (number + chance.random()) / kills)
        output, errors = start(place, last).communicate(timeout=120)
        assert output == "ready\n", f"line {last} of {lines} was not the end: {output}{errors[-1000:]}"
        states.add(examine(place))
        shutil.rmtree(place)
    return states


def test_killed_at_four_lines_between_approved_and_written(template: Path, tmp_path: Path) -> None:
    assert kill_at_lines(template, tmp_path, 4, seed=11)


@pytest.mark.campaign
def test_killed_at_thirty_lines_between_approved_and_written(template: Path, tmp_path: Path) -> None:
    states = kill_at_lines(template, tmp_path, 30, seed=12)
    assert states == {"決裁待ち", "送信待ち", "書出中", "結果待ち"}, "the kills must reach every step of the way"


@pytest.mark.campaign
def test_killed_at_ten_moments_of_the_clock(template: Path, tmp_path: Path) -> None:
    """Inside the calls of the system as well, where no line begins."""
    chance = random.Random(13)
    for number in range(10):
        place = tmp_path / f"moment-{number}"
        shutil.copytree(template, place)
        child = start(place, 0)
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.6))
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
        child.communicate(timeout=60)
        examine(place)
