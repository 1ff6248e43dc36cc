"""A child that writes into a vault until it is killed or the disk is full; every act is acknowledged on standard output after its commit.

``python writing_child.py FOLDER [BYTES]``: with BYTES no file may grow beyond that size (RLIMIT_FSIZE), as on a full disk.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kyufu_desktop.database import copying, vault
from kyufu_desktop.database.engine import check_integrity
from kyufu_desktop.database.unit_of_work import write_unit
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import UserError
from kyufu_desktop.models.base import Setting


def _now() -> str:
    return "2024-08-28T10:15:00+09:00"


def main() -> None:
    one = vault.unlock(Path(sys.argv[1]), "aoki", "correct horse battery staple")
    if len(sys.argv) > 2:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    print("ready", flush=True)
    before = copying.contents(one.engine)
    try:
        while True:
            before = copying.contents(one.engine) if len(sys.argv) > 2 else before
            with write_unit(one.engine, one.chain, one.staff_id, _now) as unit:
                seq = unit.next_seq
                for part in range(20):
                    unit.session.add(Setting(name=f"{seq}-{part}", value="x" * 700))
                unit.record(Act.SETTING_CHANGED, rows=20)
            print(seq, flush=True)
    except UserError as problem:
        print("refused", problem, flush=True)
        assert copying.contents(one.engine) == before
        check_integrity(one.engine)
        print("unchanged", flush=True)


main()
