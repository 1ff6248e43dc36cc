"""One figure with the alternative it was measured against, and small ways to measure."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` in ``unit``; ``against`` is what the alternative took in the same run (same unit), ``ratio`` = value / against."""

    name: str
    value: float
    unit: str
    goal: str
    met: bool
    against: float | None = None
    alternative: str = ""

    def line(self) -> str:
        """The figure as one JSON line."""
        ratio = round(self.value / self.against, 3) if self.against else None
        shown = {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "against": None if self.against is None else round(self.against, 4),
            "alternative": self.alternative,
            "ratio": ratio,
            "goal": self.goal,
            "met": self.met,
        }
        return json.dumps(shown, ensure_ascii=False)


def seconds(act: Callable[[], object]) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def median(act: Callable[[], object], times: int) -> float:
    """Median wall time of several calls, seconds."""
    return statistics.median(seconds(act) for _ in range(times))


def peak_mb(who: int = resource.RUSAGE_SELF) -> float:
    """Largest resident memory so far, MB: of this process, or of the largest of its ended children."""
    return resource.getrusage(who).ru_maxrss / 1024


def elsewhere(code: str, *arguments: str) -> dict[str, float]:
    """Runs ``code`` in a fresh interpreter and reads the JSON object it prints last."""
    answer = subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found
