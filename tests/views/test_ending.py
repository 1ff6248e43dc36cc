"""Screens that end: nothing crashes, nothing of them stays. In a process of its own, so that a crash is a failed test with its stack."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kyufu_desktop import views

ROOT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("ending_child.py")


def ended(kind: str, folder: Path, rounds: int, *more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(CHILD), kind, str(folder), str(rounds), *more]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def survived(child: subprocess.CompletedProcess[str]) -> None:
    assert child.returncode == 0, f"ended with {child.returncode} after {child.stdout.splitlines()[-1:]}\n{child.stderr}"


@pytest.mark.slow
def test_window_is_locked_again_and_again_and_nothing_of_it_stays(tmp_path: Path) -> None:
    survived(ended("window", tmp_path, 4))


@pytest.mark.slow
def test_every_station_that_python_drops_is_ended_whole(tmp_path: Path) -> None:
    survived(ended("alone", tmp_path, 2))


def test_dialog_that_nobody_holds_is_ended_whole(tmp_path: Path) -> None:
    survived(ended("made_before_its_parent", tmp_path, 20))


@pytest.mark.campaign
def test_window_is_locked_two_hundred_times(tmp_path: Path) -> None:
    survived(ended("window", tmp_path, 200))


@pytest.mark.campaign
def test_every_station_is_dropped_fifty_times(tmp_path: Path) -> None:
    survived(ended("alone", tmp_path, 50))


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_planted_fault_is_a_crash_with_its_stack(tmp_path: Path) -> None:
    child = ended("made_before_its_parent", tmp_path, 20, "unmended")
    assert child.returncode in (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS), child.stderr
    assert "Garbage-collecting" in child.stderr


def held_by_qt(source: str) -> list[str]:
    """Slots that Qt holds with the widget in them: ``connect(partial(self.x, ...))`` and ``connect(lambda: self.x())``."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "connect" and node.args:
            slot = node.args[0]
            wrapped = isinstance(slot, ast.Lambda) or (isinstance(slot, ast.Call) and ast.unparse(slot.func).endswith("partial"))
            if wrapped and any(isinstance(each, ast.Name) and each.id == "self" for each in ast.walk(slot)):
                found.append(ast.unparse(node))
    return found


def test_no_slot_keeps_its_own_screen() -> None:
    sources = sorted(Path(views.__file__).parent.rglob("*.py"))
    assert {path.name: held for path in sources if (held := held_by_qt(path.read_text(encoding="utf-8")))} == {}


def test_slots_that_keep_their_screen_are_found() -> None:
    planted = "a.clicked.connect(partial(self.go, 1))\nb.clicked.connect(lambda: self.go(1))\nc.clicked.connect(self.go)"
    assert len(held_by_qt(planted)) == 2
