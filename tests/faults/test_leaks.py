"""No clear text of a person on a disk and no socket that leaves the machine, over a whole day; and a detector that is itself proven."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from trace_detector import ALLOWED_FAMILIES, STRACE, inspect

from kyufu_desktop.exchange import dummies
from kyufu_desktop.services import practice

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "renshu-2024"

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace がありません")


def traced(arguments: list[str], log: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Runs Python under strace with every place where a library might leave something below ``home``."""
    environment = {
        **os.environ,
        "HOME": str(home), "TMPDIR": str(home / "tmp"), "XDG_CONFIG_HOME": str(home / "config"), "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_DATA_HOME": str(home / "data"), "SQLITE_TMPDIR": str(home / "tmp"), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    command = [*STRACE, "-o", str(log), sys.executable, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False, cwd=home)


def canaries_of(inputs: Path) -> tuple[str, ...]:
    """What must not be found: names, kana, addresses and numbers of the dummy people, their safe places, the passphrases."""
    from kyufu_desktop.exchange import host_files

    people = host_files.inspect_targets((inputs / "targets.xlsx").read_bytes(), PASSWORD, "targets.xlsx").people
    words: list[str] = []
    for person in people[:6]:
        words += [person.name, person.kana, person.address, person.resident_number]
    places = ["見本県見本市", "東京都見本区", "見本ハイツ", "見本相談所", *practice._FACILITIES]
    return tuple(dict.fromkeys(word for word in [*words, *places, *(who[3] for who in practice.PEOPLE)] if len(word) > 2))


@pytest.mark.slow
def test_a_whole_day_leaves_no_person_on_disk_and_opens_no_way_out(tmp_path: Path) -> None:
    inputs, out, log = tmp_path / "inputs", tmp_path / "out", tmp_path / "trace"
    practice.seed_workbooks(inputs, PASSWORD, cases=6, seed=7)
    day = [
        "-m",
        "kyufu_desktop",
        "day",
        "--inputs",
        str(inputs),
        "--password",
        PASSWORD,
        "--out",
        str(out),
        "--vault",
        str(tmp_path / "vault"),
    ]
    done = traced(day, log, tmp_path / "home")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    report = inspect(log, canaries_of(inputs), (out,))
    assert report.files > 3, "the trace saw nothing"
    assert report.truncated == 0, "a record was cut: a blind spot"
    assert report.leaks == ()
    assert report.families <= ALLOWED_FAMILIES
    assert report.io_uring == 0
    assert not [path for path in report.shared_mappings if "/vault" not in path], report.shared_mappings
    # The vault itself is searched as it lies on the disk, not only as it was written.
    from trace_detector import search

    for path in (tmp_path / "vault").rglob("*"):
        if path.is_file():
            assert search(path.read_bytes(), canaries_of(inputs)) == [], path.name


NAME = "架空\u3000花子7391"
LEAKS = {
    "a log line": "open('{d}/x.log', 'w').write('{n}')",
    "utf-16": "open('{d}/x', 'wb').write('{n}'.encode('utf-16-le'))",
    "cp932": "open('{d}/x', 'wb').write('{n}'.encode('cp932'))",
    "an unlinked temporary file": "import tempfile\nwith tempfile.TemporaryFile() as f: f.write('{n}'.encode()); f.flush()",
    "xml entities": "open('{d}/x.xml', 'w').write('{n}'.encode('ascii', 'xmlcharrefreplace').decode())",
    "json escapes": "import json\nopen('{d}/x.json', 'w').write(json.dumps('{n}'))",
    "a zip member": "import zipfile\nwith zipfile.ZipFile('{d}/x.zip', 'w', 8) as z: z.writestr('a', '{n}')",
    "a deflate stream": "import zlib\nopen('{d}/x', 'wb').write(b'junk' + zlib.compress('{n}'.encode()))",
    "a file name": "open('{d}/{n}', 'w').write('x')",
    "a pdf": "import typst\nopen('{d}/x.pdf', 'wb').write(typst.compile('#set text(font: \"BIZ UDGothic\")\\n{n}'.encode()))",
    "a plain workbook": "import openpyxl\nb = openpyxl.Workbook(); b.active['A1'] = '{n}'; b.save('{d}/x.xlsx')",
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS.keys())
def test_a_planted_leak_is_caught(leak: str, tmp_path: Path) -> None:
    log = tmp_path / "trace"
    done = traced(["-c", leak.format(d=tmp_path, n=NAME)], log, tmp_path / "home")
    assert done.returncode == 0, done.stderr
    assert inspect(log, (NAME,), ()).leaks


def test_a_file_mapped_shared_is_named_because_a_trace_cannot_see_into_it(tmp_path: Path) -> None:
    log = tmp_path / "trace"
    code = f"import mmap\nf = open('{tmp_path}/x', 'w+b'); f.truncate(4096); m = mmap.mmap(f.fileno(), 4096); m[:3] = b'abc'"
    assert traced(["-c", code], log, tmp_path / "home").returncode == 0
    assert inspect(log, (NAME,), ()).shared_mappings == (f"{tmp_path}/x",)


def test_an_internet_socket_is_seen_even_if_it_connects_to_nothing(tmp_path: Path) -> None:
    log = tmp_path / "trace"
    assert traced(["-c", "import socket; socket.socket(socket.AF_INET)"], log, tmp_path / "home").returncode == 0
    assert "AF_INET" in inspect(log, (NAME,), ()).families


def test_what_was_asked_for_is_not_called_a_leak(tmp_path: Path) -> None:
    log = tmp_path / "trace"
    assert traced(["-c", f"open('{tmp_path}/out.txt', 'w').write('{NAME}')"], log, tmp_path / "home").returncode == 0
    assert inspect(log, (NAME,), (tmp_path / "out.txt",)).leaks == ()


def test_the_sealed_workbook_that_leaves_holds_nothing_to_read(tmp_path: Path) -> None:
    from trace_detector import search

    data = dummies.targets_workbook(7, 6, PASSWORD)
    assert not zipfile.is_zipfile(tmp_path / "none") and search(data, ("新宿区", "世帯主")) == []
