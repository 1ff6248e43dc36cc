"""The folder of a vault: which generation counts, its slot book in two copies, the delay after wrong passphrases, the last anchor.

::

    CURRENT            name of the generation that counts
    gen-1/vault.db     the encrypted file      gen-1/slots.json, slots.bak.json
    delay.json         wrong tries per login   anchor.json  count and code of the audit chain at the last end of work
    sent.json          what went to the bank, see ``sent_ledger``
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from kyufu_desktop.database.durable import PRIVATE_FOLDER, write_durably
from kyufu_desktop.database.engine import disk_full
from kyufu_desktop.errors import CustodyProblem
from kyufu_desktop.security.keys import SlotBook, slots_damaged
from kyufu_desktop.security.slot_file import read_book, write_book

_GENERATION = re.compile(r"gen-(\d{1,6})(?:-r\d{1,4})?")
_LONGEST_DELAY = 60.0


@dataclass(frozen=True, slots=True)
class Anchor:
    """Count and 60-bit code of the audit chain, with the moment it was taken (ISO 8601). For the paper ledger; no personal data."""

    count: int
    code: str
    at: str


@dataclass(frozen=True, slots=True)
class VaultFolder:
    """Paths below one vault."""

    path: Path

    def exists(self) -> bool:
        return (self.path / "CURRENT").is_file()

    def current(self) -> Path:
        """Folder of the generation that counts. Raises CustodyProblem K-1405 where there is none."""
        try:
            name = (self.path / "CURRENT").read_text("ascii").strip()
        except (OSError, ValueError):
            name = ""
        if not _GENERATION.fullmatch(name) or not (self.path / name).is_dir():
            raise CustodyProblem("K-1405", "このフォルダーに保管庫がありません。", todo="保管庫のフォルダーを選び直してください。")
        return self.path / name

    def set_current(self, generation: Path) -> None:
        write_durably(self.path / "CURRENT", generation.name.encode("ascii"))

    def next_number(self) -> int:
        """A generation number that no folder here has had."""
        return 1 + max((int(m[1]) for m in map(_GENERATION.fullmatch, self._names()) if m), default=0)

    def make(self) -> None:
        self.path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        if os.name != "nt":
            self.path.chmod(PRIVATE_FOLDER)

    def sweep(self) -> None:
        """Removes what an interrupted change of keys left: half-built folders and generations older than the current one."""
        current = self.current()
        number = _number(current.name)
        for name in self._names():
            if name.startswith("new-") or (_GENERATION.fullmatch(name) and _number(name) < number):
                shutil.rmtree(self.path / name)

    def check_modes(self) -> None:
        """Own folders are closed to others again; a folder of somebody else is refused (CustodyProblem K-1427)."""
        if os.name == "nt":
            return
        for folder in (self.path, self.current()):
            status = folder.stat()
            if not stat.S_IMODE(status.st_mode) & 0o077:
                continue
            if status.st_uid != os.getuid():
                raise CustodyProblem(
                    "K-1427", "保管庫のフォルダーを、ほかの人も開けます。", todo="フォルダーの権限を直してもらってから開いてください。"
                )
            folder.chmod(PRIVATE_FOLDER)

    def _names(self) -> list[str]:
        return sorted(entry.name for entry in self.path.iterdir() if entry.is_dir())


def database_of(generation: Path) -> Path:
    return generation / "vault.db"


def save_book(generation: Path, book: SlotBook) -> None:
    """Both copies, one after the other: a power cut leaves at least one whole. Raises CustodyProblem K-1420 on a full disk."""
    data = write_book(book)
    try:
        write_durably(generation / "slots.json", data)
        write_durably(generation / "slots.bak.json", data)
    except OSError:
        raise disk_full() from None


def load_book(generation: Path) -> SlotBook:
    """The slot book; where the first copy is damaged, the second. Raises CustodyProblem K-1404."""
    for name in ("slots.json", "slots.bak.json"):
        try:
            return read_book((generation / name).read_bytes())
        except (OSError, ValueError):
            continue
    raise slots_damaged()


def _number(name: str) -> int:
    match = _GENERATION.fullmatch(name)
    assert match is not None
    return int(match[1])


def begin_try(folder: VaultFolder, login: str) -> None:
    """Counts a try before it is made, so that ending the program does not undo it. Raises CustodyProblem K-1403 within the delay.

    The delay is 1, 2, 4 ... 60 seconds. It is a brake on guessing at the screen; against a stolen folder the slow derivation protects.
    """
    tries = _tries(folder)
    count, last = tries.get(login, (0, 0.0))
    wait = min(_LONGEST_DELAY, 2.0 ** (count - 1)) if count else 0.0
    passed = time.time() - last
    if 0 <= passed < wait:
        seconds = int(wait - passed) + 1
        raise CustodyProblem(
            "K-1403",
            f"続けて間違えたため、あと{seconds}秒は開けません。",
            kept="保管庫は閉じたままです。",
            todo="待ってから、もう一度入れてください。",
        )
    tries[login] = (min(count + 1, 1000), time.time())
    _save_tries(folder, tries)


def failed_tries(folder: VaultFolder, login: str) -> int:
    """How many tries of ``login`` failed since its last success."""
    return _tries(folder).get(login, (0, 0.0))[0]


def end_try(folder: VaultFolder, login: str) -> None:
    """The try succeeded: the delay is gone."""
    tries = _tries(folder)
    if tries.pop(login, None) is not None:
        _save_tries(folder, tries)


def _tries(folder: VaultFolder) -> dict[str, tuple[int, float]]:
    try:
        return {str(k): (int(v[0]), float(v[1])) for k, v in json.loads((folder.path / "delay.json").read_text("utf-8")).items()}
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return {}


def _save_tries(folder: VaultFolder, tries: dict[str, tuple[int, float]]) -> None:
    try:
        write_durably(folder.path / "delay.json", json.dumps(tries).encode())
    except OSError:
        # A full disk must not lock everybody out: the derivation is the real brake.
        return


def read_anchor(folder: VaultFolder) -> Anchor | None:
    """The last anchor kept beside the vault; None where there is none or it is unreadable."""
    try:
        values = json.loads((folder.path / "anchor.json").read_text("utf-8"))
        return Anchor(int(values["count"]), str(values["code"]), str(values["at"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_anchor(folder: VaultFolder, anchor: Anchor) -> None:
    try:
        write_durably(folder.path / "anchor.json", json.dumps({"count": anchor.count, "code": anchor.code, "at": anchor.at}).encode())
    except OSError:
        raise disk_full() from None
