"""The table of measurements is complete, and a measurement gives lines that can be read."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.bench.measures import MEASURES


def test_everything_that_a_person_waits_for_is_measured() -> None:
    assert list(MEASURES) == ["open_vault", "inspect_workbook", "judgments", "letters", "window", "collation", "bank_file"]


def test_measurement_prints_lines_of_json_with_goal_and_verdict() -> None:
    answer = subprocess.run([sys.executable, "-m", "tests.bench", "judgments"], check=True, capture_output=True, text=True)
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert lines and all({"name", "value", "unit", "against", "ratio", "goal", "met"} <= line.keys() for line in lines)
    assert all(line["value"] > 0 and isinstance(line["met"], bool) for line in lines)
