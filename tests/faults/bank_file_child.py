"""Approves a batch and writes its bank file, and kills itself before the N-th line of the modules that do it.

``python bank_file_child.py FOLDER N`` - N = 0 only counts. Prints ``lines COUNT`` where it lived to the end.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.faults.killed_at_a_line import Line
from tests.services.office import reopened

#: Where the steps between "approved" and "written to the medium" are.
WATCHED = (
    "services/batches.py", "services/bank_files.py", "services/outgoing.py", "services/sent_ledger.py",
    "database/sent_ledger.py", "database/durable.py", "database/unit_of_work.py",
)  # fmt: skip


def main(folder: Path, last: int) -> None:
    with reopened(folder) as office:
        print("ready", flush=True)
        line = Line(last, WATCHED)
        sys.settrace(line)
        office.written(office.approved(1))
        sys.settrace(None)
        print("lines", line.count, flush=True)


main(Path(sys.argv[1]), int(sys.argv[2]))
