from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is of Linux")
def test_hardened_process_leaves_no_memory_image_and_no_open_files(tmp_path: Path) -> None:
    """In a child: the settings cannot be taken back."""
    program = (
        "import ctypes, resource, sys; from pathlib import Path; from kyufu_desktop.security.process import harden\n"
        "assert harden() == ()\n"
        "assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)\n"
        "assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0\n"
        "file = Path(sys.argv[1]) / 'x'; file.touch(); assert file.stat().st_mode & 0o077 == 0\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
