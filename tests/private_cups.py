"""A CUPS server of one's own for tests: on a UNIX socket, without system services, with a queue that keeps what it was sent.

Needs the packages ``cups`` and ``cups-client`` and the right to become ``lp``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

QUEUE = "ward"
DEVICE = "capture:/"

_FILES = """\
ServerRoot {root}/etc
RequestRoot {root}/spool
TempDir {root}/tmp
CacheDir {root}/cache
StateDir {root}/run
AccessLog {root}/log/access_log
ErrorLog {root}/log/error_log
PageLog {root}/log/page_log
ServerBin {root}/bin
DataDir /usr/share/cups
SystemGroup root
User lp
Group lp
"""
_SERVER = """\
LogLevel info
Listen {root}/cups.sock
Browsing No
WebInterface No
DefaultAuthType None
PreserveJobFiles No
PreserveJobHistory No
DirtyCleanInterval 0
ErrorPolicy abort-job
<Location />
Order allow,deny
Allow all
</Location>
<Location /admin>
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""
# argv: job user title copies options [file]
_BACKEND = """\
#!/bin/sh
[ $# -eq 0 ] && {{ echo 'direct capture "Unknown" "Capture"'; exit 0; }}
if [ -e "{root}/out/no-paper" ]; then
  echo 'STATE: +media-empty-error' >&2
  while [ -e "{root}/out/no-paper" ]; do sleep 0.05; done
  echo 'STATE: -media-empty-error' >&2
fi
if [ -n "${{6:-}}" ]; then cat "$6" > "{root}/out/job$1.pdf"; else cat > "{root}/out/job$1.pdf"; fi
printf '%s\\n%s\\n%s\\n' "$3" "$4" "$5" > "{root}/out/job$1.part"
mv "{root}/out/job$1.part" "{root}/out/job$1.opts"
"""
_PPD = """\
*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "WARD.PPD"
*Manufacturer: "Test"
*Product: "(Test)"
*ModelName: "Ward PDF capture"
*ShortNickName: "Ward PDF capture"
*NickName: "Ward PDF capture"
*PSVersion: "(3010) 0"
*LanguageLevel: "3"
*ColorDevice: False
*cupsFilter2: "application/pdf application/pdf 0 -"
*OpenUI *PageSize/Media Size: PickOne
*OrderDependency: 10 AnySetup *PageSize
*DefaultPageSize: A4
*PageSize A4/A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageSize
*OpenUI *PageRegion: PickOne
*OrderDependency: 10 AnySetup *PageRegion
*DefaultPageRegion: A4
*PageRegion A4/A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageRegion
*OpenUI *InputSlot/Tray: PickOne
*OrderDependency: 20 AnySetup *InputSlot
*DefaultInputSlot: Tray1
*InputSlot Tray1/Tray 1: ""
*InputSlot Tray2/Tray 2: ""
*CloseUI: *InputSlot
*DefaultImageableArea: A4
*ImageableArea A4/A4: "12 12 583 830"
*DefaultPaperDimension: A4
*PaperDimension A4/A4: "595 842"
"""


@dataclass(slots=True)
class PrivateCups:
    """A server of one's own. ``address`` is the value for ``CUPS_SERVER``."""

    root: Path
    address: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "CUPS_SERVER": self.address, "LC_ALL": "C.UTF-8"}

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["cupsd", "-c", self.root / "etc/cupsd.conf", "-s", self.root / "etc/cups-files.conf", "-f"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(100):
            answer = subprocess.run(["lpstat", "-r"], env=self.environment, capture_output=True, text=True, check=False)
            if "is running" in answer.stdout:
                return
            time.sleep(0.05)
        raise TimeoutError("the private CUPS server did not start")

    def kill(self) -> None:
        """As when the power of the print service fails."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=10)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=10)

    @contextmanager
    def without_paper(self) -> Iterator[None]:
        """The tray is empty for as long as this lasts."""
        mark = self.root / "out" / "no-paper"
        mark.touch()
        try:
            yield
        finally:
            mark.unlink(missing_ok=True)

    def arrived(self) -> list[str]:
        """Titles of the jobs that came out and were not taken away yet, in the order of their numbers."""
        done = sorted((self.root / "out").glob("job*.opts"), key=lambda path: int(path.stem[3:]))
        return [path.read_text("utf-8").splitlines()[0] for path in done]

    def job(self, timeout: float = 20.0) -> tuple[bytes, str, str, str]:
        """(PDF, title, copies, options) of the next job that arrived, whole; it is taken away."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            ready = sorted((self.root / "out").glob("job*.opts"), key=lambda path: int(path.stem[3:]))
            if ready:
                title, copies, options = ready[0].read_text("utf-8").splitlines()[:3]
                pdf = ready[0].with_suffix(".pdf").read_bytes()
                ready[0].unlink()
                ready[0].with_suffix(".pdf").unlink()
                return pdf, title, copies, options
            time.sleep(0.05)
        raise TimeoutError("no job arrived: " + (self.root / "log" / "error_log").read_text("utf-8", "replace")[-2000:])

    def leftovers(self, timeout: float = 10.0) -> list[str]:
        """Data files of jobs in the spool and the temporary folder, after the server had time to clear them."""
        end = time.monotonic() + timeout
        while True:
            found = [str(path) for folder in ("spool", "tmp") for path in (self.root / folder).rglob("*") if path.is_file()]
            if not found or time.monotonic() > end:
                return found
            time.sleep(0.05)


def available() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and all(shutil.which(name) for name in ("cupsd", "lp", "lpadmin", "lpstat"))


@contextmanager
def private_cups(root: Path, device: str = DEVICE) -> Iterator[PrivateCups]:
    """Starts the server in ``root`` and stops it at the end. ``root`` must be short: a socket's path has 107 bytes at most."""
    for name in ("etc/ppd", "spool", "tmp", "cache", "run", "log", "out"):
        (root / name).mkdir(parents=True, exist_ok=True)
    root.chmod(0o755)
    (root / "tmp").chmod(0o1777)
    shutil.chown(root / "out", "lp")
    (root / "etc/cups-files.conf").write_text(_FILES.format(root=root))
    (root / "etc/cupsd.conf").write_text(_SERVER.format(root=root))
    shutil.copytree("/usr/lib/cups", root / "bin")
    backend = root / "bin/backend/capture"
    backend.write_text(_BACKEND.format(root=root))
    backend.chmod(0o755)
    (root / "ward.ppd").write_text(_PPD)
    server = PrivateCups(root, str(root / "cups.sock"))
    server.start()
    try:
        added = ["lpadmin", "-p", QUEUE, "-E", "-v", device, "-P", str(root / "ward.ppd")]
        subprocess.run(added, env=server.environment, capture_output=True, check=True)
        yield server
    finally:
        server.stop()
