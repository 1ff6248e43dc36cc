from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from kyufu_desktop.database import vault
from kyufu_desktop.database.engine import check_integrity
from kyufu_desktop.database.unit_of_work import read_session
from kyufu_desktop.errors import CustodyProblem
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.security.audit_chain import Entry, verify
from kyufu_desktop.security.keys import KdfParameters

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and resource limits of POSIX")

CHEAP = KdfParameters(8, 1, 1)
ROOT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("writing_child.py")
AOKI = ("aoki", "青木", "correct horse battery staple")
BABA = ("baba", "馬場", "another long passphrase here")


def _now() -> str:
    return "2024-08-28T10:15:00+09:00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    vault.create_vault(tmp_path / "vault", "practice", (AOKI, BABA), _now, CHEAP)
    return tmp_path / "vault"


def _child(folder: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(CHILD), str(folder), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def _examine(folder: Path, acknowledged: list[int]) -> None:
    """Both integrity checks, whole acts only, every acknowledged act there, chain good."""
    one = vault.unlock(folder, AOKI[0], AOKI[2])
    try:
        check_integrity(one.engine)
        with read_session(one.engine) as session:
            columns = AuditEntry.__table__.columns
            entries = [Entry(*row) for row in session.execute(text(f"SELECT {', '.join(c.name for c in columns)} FROM audit ORDER BY seq"))]
            parts = session.execute(
                text("SELECT substr(name, 1, instr(name, '-') - 1), count(*) FROM setting WHERE instr(name, '-') GROUP BY 1")
            )
            per_act = {int(seq): count for seq, count in parts.all()}
        assert verify(one.chain, entries).first_bad is None
        done = {entry.seq for entry in entries if entry.act == "SETTING_CHANGED"}
        assert set(acknowledged) <= done
        assert per_act == dict.fromkeys(done, 20), "the log and the tables tell the same story"
    finally:
        one.close()


def _kill_and_examine(folder: Path, count: int, seed: int) -> int:
    chance = random.Random(seed)
    acknowledged: list[int] = []
    hot = 0
    for _ in range(count):
        child = _child(folder)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n", child.communicate()[1]
        time.sleep(chance.uniform(0.0, 0.08))
        os.kill(child.pid, signal.SIGKILL)
        output, _ = child.communicate(timeout=30)
        acknowledged += [int(line) for line in output.split("\n")[:-1]]
        journal = folder / "gen-1" / "vault.db-journal"
        hot += journal.exists() and journal.stat().st_size > 0
        _examine(folder, acknowledged)
    assert acknowledged
    return hot


def test_killed_while_writing_nothing_acknowledged_is_lost_and_nothing_is_half_done(folder: Path) -> None:
    _kill_and_examine(folder, 20, seed=1)


@pytest.mark.campaign
def test_two_hundred_kills(folder: Path) -> None:
    hot = _kill_and_examine(folder, 200, seed=2)
    assert hot > 10, "the kills must hit transactions that are under way"


def _fill(folder: Path, limit: int, sentence: str) -> list[int]:
    output, errors = _child(folder, str(limit)).communicate(timeout=120)
    lines = output.split("\n")
    assert any(line.startswith(f"refused {sentence}") for line in lines), output[-500:] + errors[-2000:]
    assert "unchanged" in lines, errors[-2000:]
    return [int(line) for line in lines if line.isdigit()]


def test_file_that_may_not_grow_gets_a_clear_sentence_and_changes_nothing(folder: Path) -> None:
    size = (folder / "gen-1" / "vault.db").stat().st_size
    acknowledged = _fill(folder, size + 300_000, "K-1424 ディスクの読み書きに失敗しました。")
    assert acknowledged
    _examine(folder, acknowledged)


def test_full_disk_gets_a_clear_sentence_and_changes_nothing(folder: Path) -> None:
    """A real full disk of 3 MB in memory."""
    place = folder.with_name("disk")
    place.mkdir()
    if (
        shutil.which("mount") is None
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True, check=False).returncode
    ):
        pytest.skip("a small disk can only be mounted by root")
    try:
        shutil.copytree(folder, place / "vault")
        acknowledged = _fill(place / "vault", 2**40, "K-1420 ディスクの空きが足りず、保存できませんでした。")
        assert acknowledged
        # Opening counts the try in a small file beside; that must work on the full disk as well.
        _examine(place / "vault", acknowledged)
    finally:
        subprocess.run(["umount", str(place)], check=True, capture_output=True)


def _start_both(folder: Path) -> list[str]:
    program = (
        "import sys, time; from pathlib import Path; from kyufu_desktop.database import vault; from kyufu_desktop.errors import UserError\n"
        "sys.stdin.readline()\n"
        "try:\n one = vault.unlock(Path(sys.argv[1]), sys.argv[2], sys.argv[3]); print('open', flush=True); time.sleep(3)\n"
        "except UserError as problem: print(problem.code, flush=True)\n"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(folder), who[0], who[2]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for who in (AOKI, BABA)
    ]
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    return sorted(one.communicate(timeout=60)[0].strip() for one in both)


def test_of_two_programs_started_at_once_exactly_one_opens(folder: Path) -> None:
    for _ in range(3):
        assert _start_both(folder) == ["K-1421", "open"]


def test_lock_of_a_killed_program_does_not_stay(folder: Path) -> None:
    child = _child(folder)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    with pytest.raises(CustodyProblem):
        vault.unlock(folder, BABA[0], BABA[2])
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    vault.unlock(folder, BABA[0], BABA[2]).close()
