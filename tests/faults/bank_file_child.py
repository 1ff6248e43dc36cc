"""Approves a batch and writes its bank file, and kills itself before the N-th line of the modules that do it.

``python bank_file_child.py FOLDER N`` - N = 0 only counts. Prints ``lines COUNT`` where it lived to the end.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from tests.services.office import reopened

#: Where the steps between "approved" and "written to the medium" are.
WATCHED = (
    "services/batches.py", "services/bank_files.py", "services/outgoing.py", "services/sent_ledger.py",
    "database/sent_ledger.py", "database/durable.py", "database/unit_of_work.py",
)  # fmt: skip


class Line:
    """Counts the lines that are about to run."""

    def __init__(self, last: int) -> None:
        self.last, self.count = last, 0

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "call":
            return self if frame.f_code.co_filename.replace(os.sep, "/").endswith(WATCHED) else None
        if event == "line":
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def main(folder: Path, last: int) -> None:
    with reopened(folder) as office:
        print("ready", flush=True)
        line = Line(last)
        sys.settrace(line)
        office.written(office.approved(1))
        sys.settrace(None)
        print("lines", line.count, flush=True)


main(Path(sys.argv[1]), int(sys.argv[2]))
