"""Finds clear text of planted people in what a process wrote, and sockets that leave the machine.

Input is an strace log made with :data:`STRACE`. Every written file is put together again by path (deleted ones included) and searched
in all encodings in which a library might write Japanese, also inside zip members, deflate streams and the text of PDFs. The detector is
itself tested with planted leaks.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

STRACE = [
    "strace", "-f", "-qq", "-xx", "-y", "-s", "9000000",
    "-e", "trace=write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,splice,socket,connect,io_uring_setup,mmap",
]  # fmt: skip
_CALL = re.compile(r"^(?:\[pid\s+\d+\] |\d+\s+)?(\w+)\((.*)$")
_TARGET = re.compile(r"^\d+<((?:\\x[0-9a-f]{2})+|[^>]*)>(\(deleted\))?")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_FAMILY = re.compile(r"^(AF_\w+)")
#: Families that cannot leave the machine.
ALLOWED_FAMILIES = frozenset({"AF_UNIX"})
#: Where a write is no write to a disk: memory, pipes, terminals, sockets of the allowed family.
_NOT_DISK = re.compile(r"^(pipe:|socket:|UNIX|anon_inode|/dev/(null|pts|tty|shm/|ptmx)|/memfd:|memfd:|/proc/|eventfd)")


@dataclass(frozen=True)
class Leak:
    """One finding: where, which canary, in which encoding."""

    path: str
    canary: str
    encoding: str


@dataclass(frozen=True)
class Report:
    leaks: tuple[Leak, ...]
    families: frozenset[str]
    truncated: int
    io_uring: int
    shared_mappings: tuple[str, ...]
    files: int


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _path(argument: str) -> str:
    found = _TARGET.match(argument)
    if not found:
        return ""
    raw = found[1]
    return unhex(raw).decode("utf-8", "replace") if raw.startswith("\\x") else raw


def read_trace(log: Path) -> tuple[dict[str, list[bytes]], set[str], int, int, set[str]]:
    """Written chunks by path, socket families, truncated records, io_uring calls, files mapped shared and writable."""
    written: dict[str, list[bytes]] = defaultdict(list)
    families: set[str] = set()
    mapped: set[str] = set()
    truncated = uring = 0
    with log.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            found = _CALL.match(line)
            if not found:
                continue
            call, rest = found[1], found[2]
            if call == "socket":
                family = _FAMILY.match(rest)
                families.add(family[1] if family else rest[:20])
            elif call == "io_uring_setup":
                uring += 1
            elif call == "mmap":
                if "MAP_SHARED" in rest and "PROT_WRITE" in rest and (fd := re.search(r", (\d+<[^,]*>), ", rest)):
                    path = _path(fd[1])
                    if path and not _NOT_DISK.match(path):
                        mapped.add(path)
            elif call in ("sendfile", "copy_file_range", "splice"):
                written[_path(rest)].append(b"")
            elif call != "connect":
                path = _path(rest)
                if _NOT_DISK.match(path):
                    continue
                for text, cut in _STRING.findall(rest[len(rest.split(",", 1)[0]) :]):
                    truncated += bool(cut)
                    written[path].append(unhex(text))
    return written, families, truncated, uring, mapped


def encodings(canary: str) -> dict[str, bytes]:
    """The canary as the libraries that we use, and their relatives, would write it."""
    made = {
        "utf-8": canary.encode(),
        "utf-16-le": canary.encode("utf-16-le"),
        "utf-16-be": canary.encode("utf-16-be"),
        "xml-decimal": canary.encode("ascii", "xmlcharrefreplace"),
        "xml-hex": "".join(c if c.isascii() else f"&#x{ord(c):x};" for c in canary).encode(),
        "json": canary.encode("ascii", "backslashreplace"),
        "percent": "".join(f"%{b:02X}" for b in canary.encode()).encode(),
    }
    for name in ("cp932", "euc-jp"):
        try:
            made[name] = canary.encode(name)
        except UnicodeEncodeError:
            continue
    return {name: data for name, data in made.items() if data}


def _layers(data: bytes) -> list[tuple[str, bytes]]:
    """The bytes themselves and what is packed in them. Members are found by their local headers: a trace has the writes, not the file."""
    layers = [("", data)]
    for match in re.finditer(rb"PK\x03\x04", data):
        header = data[match.start() : match.start() + 30]
        if len(header) == 30:
            body = match.start() + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
            layers += _inflated("zip:", data[body:], -15)
    for match in re.finditer(rb"x[\x01\x5e\x9c\xda]", data):
        layers += _inflated("zlib:", data[match.start() :], 15)
    if b"%PDF-" in data:
        if not shutil.which("pdftotext"):
            raise RuntimeError("pdftotext is needed to look into PDFs")
        found = subprocess.run(["pdftotext", "-", "-"], input=data[data.index(b"%PDF-") :], capture_output=True, check=False)
        layers.append(("pdf:", "".join(found.stdout.decode("utf-8", "replace").split()).encode()))
    return layers


def _inflated(kind: str, data: bytes, window: int) -> list[tuple[str, bytes]]:
    try:
        return [(kind, zlib.decompressobj(window).decompress(data, 20_000_000))]
    except zlib.error:
        return []


def search(data: bytes, canaries: tuple[str, ...]) -> list[tuple[str, str]]:
    """(canary, encoding) of every hit in the bytes and in what is packed in them."""
    hits = []
    forms = [(canary, name, form) for canary in canaries for name, form in encodings(canary).items()]
    joined = [(canary, "utf-8", "".join(canary.split()).encode()) for canary in canaries]
    for packed, layer in _layers(data):
        for canary, name, form in joined if packed == "pdf:" else forms:
            if form in layer:
                hits.append((canary, packed + name))
    return hits


def inspect(log: Path, canaries: tuple[str, ...], outputs: tuple[Path, ...]) -> Report:
    """Everything written outside the asked-for ``outputs``, searched for every canary; file names are searched too."""
    written, families, truncated, uring, mapped = read_trace(log)
    leaks = []
    for path, chunks in written.items():
        if any(Path(path) == output or output in Path(path).parents for output in outputs):
            continue
        whole = b"".join(chunks)
        leaks += [Leak(path, canary, name) for canary, name in search(whole, canaries)]
        leaks += [Leak(path, canary, "file name") for canary in canaries if canary in path]
    return Report(tuple(leaks), frozenset(families), truncated, uring, tuple(sorted(mapped)), len(written))
