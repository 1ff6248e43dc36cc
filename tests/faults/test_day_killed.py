"""A day is killed at any moment: the vault opens again, whole, and nothing that the screen had shown is lost."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from kyufu_desktop.database.engine import check_integrity
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.security import audit_chain
from kyufu_desktop.services import practice, session
from kyufu_desktop.services.session import JAPAN

pytestmark = [pytest.mark.skipif(os.name == "nt", reason="signals of POSIX"), pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("day_child.py")
PASSWORD = "renshu-2024"
CASES = 8
#: How often the screen shows the state of the log in such a day, roughly; the moments of the kills are drawn from it.
SHOWN = 60
AFTERWARDS = datetime(2024, 8, 28, 20, 0, tzinfo=JAPAN)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    practice.seed_workbooks(folder, PASSWORD, cases=CASES)
    return folder


def killed_day(inputs: Path, out: Path, after: int, wait: float) -> tuple[int, str]:
    """Kills the day ``wait`` seconds after the screen has shown the log for the ``after``-th time. Returns what it showed last."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        [sys.executable, str(CHILD), str(inputs), PASSWORD, str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=out.parent,
        env=environment,
    )
    assert child.stdout is not None
    lines: list[str] = []
    try:
        for line in child.stdout:
            lines += [line] if line.startswith("shown ") else []
            if len(lines) == after:
                break
        time.sleep(wait)
    finally:
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
        rest, _ = child.communicate(timeout=60)
    lines += [line for line in rest.split("\n")[:-1] if line.startswith("shown ")]
    assert lines, "the day ended before it showed anything"
    _, count, code = lines[-1].split()
    return int(count), code


def examine(out: Path, count: int, code: str) -> None:
    login, _, _, passphrase = practice.PEOPLE[0]
    desk = session.unlock(out / "vault", login, passphrase, lambda: AFTERWARDS)
    try:
        check_integrity(desk.vault.engine)
        report = session.verify_chain(desk)
        assert report.ok
        assert report.count > count, "the login after it is one more"
        with desk.look() as db:
            mac = db.scalars(select(AuditEntry.mac).where(AuditEntry.seq == count)).one()
            ledger = db.execute(select(Export.file_name, Export.sha256, Export.read_back_at)).all()
        assert audit_chain.anchor(count, mac) == code, "the code on the screen, and on the paper, is still that of the log"
        open_lines = {name for name, _, read_back in ledger if read_back is None}
        for name, digest, _ in ledger:
            if name not in open_lines or (out / name).exists():
                assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest, "what the ledger says is on the medium"
        # The ledger speaks first: no file that it does not know, and at most one of which it cannot say whether it is there.
        names = {"transfer.txt", "host_status.xlsx", "inquiry_tax.xlsx", "inquiry_account.xlsx", "exclusion.xlsx"}
        assert not [name for name in names - {name for name, _, _ in ledger} if (out / name).exists()]
        assert len(open_lines) <= 1
        # A kill cannot clean up: the one file that was being written may stay as .part.
        assert {path.stem for path in out.glob("*.part")} <= open_lines
    finally:
        session.close(desk)


def kill_and_examine(inputs: Path, folder: Path, kills: int, seed: int) -> None:
    """Kills are spread over the day: one in each of ``kills`` equal parts of it."""
    chance = random.Random(seed)
    for number in range(kills):
        out = folder / f"day-{number}"
        after = 1 + int(SHOWN * (number + chance.random()) / kills)
        count, code = killed_day(inputs, out, after, chance.uniform(0.0, 0.5))
        examine(out, count, code)


def test_killed_day_loses_nothing_that_was_shown_and_no_half_file_has_a_whole_name(inputs: Path, tmp_path: Path) -> None:
    kill_and_examine(inputs, tmp_path, 3, seed=5)


@pytest.mark.campaign
def test_forty_killed_days(inputs: Path, tmp_path: Path) -> None:
    kill_and_examine(inputs, tmp_path, 40, seed=6)
