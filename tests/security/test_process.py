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


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is of Linux")
def test_process_that_parses_foreign_workbooks_leaves_no_memory_image(tmp_path: Path) -> None:
    """It holds the opened workbook, and the parent's hardening ends where a new program starts."""
    program = (
        "import ctypes, resource, runpy, sys\n"
        "child = runpy.run_path(sys.argv[1])\n"
        "child['limit_this_process'](2**32, 60)\n"
        "assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)\n"
        "assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0\n"
    )
    child = Path(__file__).parents[2] / "kyufu_desktop" / "exchange" / "workbook_child.py"
    done = subprocess.run([sys.executable, "-I", "-B", "-c", program, str(child)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
