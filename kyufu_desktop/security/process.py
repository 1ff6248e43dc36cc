"""Hardening of the running process: no memory image on disk, no look into it by other programs of the same user."""

from __future__ import annotations

import ctypes
import os
import sys

_PR_SET_DUMPABLE = 4


def harden() -> tuple[str, ...]:
    """Switches core dumps off, forbids reading the memory by the same user, and makes new files private (umask 077).

    Returns the names of what could not be done (``"core"``, ``"dumpable"``), for the self-test; on Windows nothing of it exists and the
    folder's access list is the protection.
    """
    os.umask(0o077)
    if sys.platform == "win32":
        return ()
    failed: list[str] = []
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        failed.append("core")
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
            failed.append("dumpable")
    return tuple(failed)
