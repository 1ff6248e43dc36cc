from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path

from kyufu_desktop.errors import InputProblem
from kyufu_desktop.log import describe, record_incident

CANARY = "新宿区歌舞伎町CANARY"
AT = datetime(2024, 8, 28, 10, 15)


def _fall(value: str) -> None:
    try:
        int(value)
    except ValueError:
        raise RuntimeError(f"cannot handle {value}") from InputProblem("K-1000", "x", value, todo=value)


def test_incident_holds_classes_and_places_but_no_value(tmp_path: Path) -> None:
    try:
        _fall(CANARY)
    except RuntimeError as problem:
        number = record_incident(problem, tmp_path, AT)
    text = (tmp_path / "incidents.log").read_text("utf-8")
    assert number in text
    assert "builtins.RuntimeError" in text
    assert "InputProblem K-1000" in text
    assert "test_log.py:" in text
    assert "CANARY" not in text
    assert str(tmp_path.parent) not in text
    assert stat.S_IMODE((tmp_path / "incidents.log").stat().st_mode) == 0o600


def test_log_that_cannot_be_written_does_not_hide_the_incident(tmp_path: Path) -> None:
    assert record_incident(ValueError("x"), tmp_path / "missing", AT).startswith("J-20240828-")


def test_endless_chain_of_causes_ends() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert len(describe(first)) == 2


def test_long_log_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "incidents.log").write_text("x" * 1_000_001)
    record_incident(ValueError("x"), tmp_path, AT)
    assert (tmp_path / "incidents.log").stat().st_size < 1000
