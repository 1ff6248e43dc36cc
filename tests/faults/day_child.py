"""A day that is going to be killed. Whatever the screen has shown of the log, count and code, is printed: nothing of it may be lost.

``python day_child.py INPUTS PASSWORD OUT``
"""

from __future__ import annotations

import sys
from pathlib import Path

from kyufu_desktop.__main__ import main
from kyufu_desktop.security.keys import KdfParameters
from kyufu_desktop.services import session
from kyufu_desktop.views.shell import Shell

# The passphrases of the rehearsal guard nobody: a day of many kills need not wait for them.
for made in (session.first_start, session.add_staff):
    made.__defaults__ = tuple(KdfParameters(64, 1, 1) if isinstance(each, KdfParameters) else each for each in made.__defaults__ or ())

_set_anchor = Shell.set_anchor


def _shown(self: Shell, count: int, code: str) -> None:
    _set_anchor(self, count, code)
    print("shown", count, code, flush=True)


Shell.set_anchor = _shown  # type: ignore[method-assign]
inputs, password, out = sys.argv[1:]
sys.exit(main(["day", "--inputs", inputs, "--password", password, "--out", str(Path(out))]))
