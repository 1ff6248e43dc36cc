"""A process that kills itself with SIGKILL before the N-th line of chosen modules: nothing is tidied up, as when the power goes."""

from __future__ import annotations

import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from enum import Enum
from types import FrameType
from typing import Any

from kyufu_desktop.errors import UserError

#: A child that hangs is ended by the clock; what it did until then stands, and the test says so.
_LONGEST_SECONDS = 60


class Line:
    """Counts the lines that are about to run in files that end with one of ``watched``; 0 as ``last`` only counts."""

    def __init__(self, last: int, watched: tuple[str, ...]) -> None:
        self.last, self.watched, self.count = last, watched, 0

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "call":
            return self if frame.f_code.co_filename.replace(os.sep, "/").endswith(self.watched) else None
        if event == "line":
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


class End(Enum):
    """How the child ended."""

    KILLED = "killed"
    DONE = "done"
    """It came to its end before the line."""
    REFUSED = "refused"


def killed_halfway(prepare: Callable[[], Callable[[], object]], last: int, watched: tuple[str, ...]) -> End:
    """Forks a child that prepares itself, then acts and kills itself before line ``last`` of the act.

    The vault is opened by ``prepare`` in the child: nothing of a database may be open in the parent while it forks. POSIX only.
    """
    with warnings.catch_warnings():
        # Threads of the test runner are not needed in the child.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 9
        try:
            signal.alarm(_LONGEST_SECONDS)
            act = prepare()
            sys.settrace(Line(last, watched))
            act()
            code = 0
        except UserError:
            code = 3
        except BaseException:  # noqa: BLE001 - whatever it was, the child ends here and the parent tells
            sys.settrace(None)
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, f"the child was ended by signal {os.WTERMSIG(status)}"
        return End.KILLED
    code = os.WEXITSTATUS(status)
    assert code in (0, 3), "the child failed; its trace is above"
    return End.DONE if code == 0 else End.REFUSED
