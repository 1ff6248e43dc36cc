from __future__ import annotations

import stat
from pathlib import Path

from kyufu_desktop import log
from kyufu_desktop.errors import InputProblem

CANARY = "新宿区歌舞伎町CANARY"


def _fall(value: str) -> None:
    try:
        int(value)
    except ValueError:
        raise RuntimeError(f"cannot handle {value}") from InputProblem("K-1000", "x", value, todo=value)


def test_incident_holds_classes_and_places_but_no_value(tmp_path: Path) -> None:
    log.open_log(tmp_path)
    try:
        _fall(CANARY)
    except RuntimeError as problem:
        number = log.incident(problem)
    log.close_log()
    text = (tmp_path / "technical.log").read_text("utf-8")
    assert number in text
    assert "builtins.RuntimeError" in text
    assert "InputProblem K-1000" in text
    assert "test_log.py:" in text
    assert "CANARY" not in text
    assert str(tmp_path) not in text
    assert stat.S_IMODE((tmp_path / "technical.log").stat().st_mode) == 0o600


def test_endless_chain_of_causes_ends(tmp_path: Path) -> None:
    log.open_log(tmp_path)
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert log.incident(first).startswith("J-")
    log.close_log()


def test_log_that_cannot_be_written_does_not_hide_the_incident(tmp_path: Path) -> None:
    log.open_log(tmp_path / "missing")
    assert log.incident(ValueError("x")).startswith("J-")
    log.close_log()
