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
*DefaultImageableArea: A4
*ImageableArea A4/A4: "12 12 583 830"
*DefaultPaperDimension: A4
*PaperDimension A4/A4: "595 842"
"""


@dataclass(frozen=True, slots=True)
class PrivateCups:
    """A running server. ``address`` is the value for ``CUPS_SERVER``."""

    root: Path
    address: str

    def job(self, timeout: float = 20.0) -> tuple[bytes, str, str, str]:
        """(PDF, title, copies, options) of the next job that arrived, whole; it is taken away."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            ready = sorted((self.root / "out").glob("job*.opts"))
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
    server = subprocess.Popen(
        ["cupsd", "-c", root / "etc/cupsd.conf", "-s", root / "etc/cups-files.conf", "-f"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = str(root / "cups.sock")
    environment = {**os.environ, "CUPS_SERVER": address, "LC_ALL": "C.UTF-8"}
    try:
        for _ in range(100):
            answer = subprocess.run(["lpstat", "-r"], env=environment, capture_output=True, text=True, check=False)
            if "is running" in answer.stdout:
                break
            time.sleep(0.05)
        else:
            raise TimeoutError("the private CUPS server did not start")
        added = ["lpadmin", "-p", QUEUE, "-E", "-v", device, "-P", str(root / "ward.ppd")]
        subprocess.run(added, env=environment, capture_output=True, check=True)
        yield PrivateCups(root, address)
    finally:
        server.terminate()
        server.wait(timeout=10)
