"""Entry of the frozen program. It has no interpreter beside it, so the calls that begin another process come back to here."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["--workbook-child"]:
        # Reads a foreign workbook for the real program; it must load nothing of a vault.
        from kyufu_desktop.exchange import workbook_child

        answer = sys.stdout.buffer
        sys.stderr = None
        workbook_child.run(sys.stdin.buffer, answer)
        sys.exit(0)
    if sys.argv[1:3] == ["-m", "kyufu_desktop"]:
        # Locking replaces the process with the arguments of a program that is not frozen.
        del sys.argv[1:3]
    from kyufu_desktop.__main__ import main

    sys.exit(main())
