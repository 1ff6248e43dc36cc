"""A whole day as the command does it, in a process of its own, and what it left."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

from kyufu_desktop.exchange import envelope
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.services import practice, session
from kyufu_desktop.services.session import JAPAN, Desk
from tests.exchange import zengin_reader

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "renshu-2024"
AFTERWARDS = datetime(2024, 8, 28, 20, 0, tzinfo=JAPAN)


@dataclass(frozen=True)
class DayRun:
    inputs: Path
    out: Path
    code: int
    said: str
    summary: dict[str, Any]

    @property
    def cases(self) -> list[dict[str, Any]]:
        return self.summary["cases"]

    @property
    def benefits(self) -> list[dict[str, Any]]:
        """Every benefit, with the case that it belongs to."""
        return [{**benefit, "case": case} for case in self.cases for benefit in case["benefits"]]

    def transfers(self) -> list[tuple[str, str, str, int]]:
        """(bank, branch, account number, yen) of every data record of the bank file, by the parser of its own test."""
        file = zengin_reader.read((self.out / "transfer.txt").read_bytes())
        return [(one["bank"], one["branch"], one["number"], int(one["amount"])) for one in file.transfers]

    def trailer(self) -> tuple[int, int]:
        trailer = zengin_reader.read((self.out / "transfer.txt").read_bytes()).trailer
        return int(trailer["count"]), int(trailer["total"])

    def pages(self) -> list[str]:
        """Text of every page of the letters, as another program reads it."""
        text = subprocess.run(["pdftotext", "-layout", self.out / "letters.pdf", "-"], capture_output=True, check=True).stdout.decode()
        return text.split("\f")[:-1]

    def pages_of(self, title: str) -> list[str]:
        """The pages of the letters whose first page has this title."""
        found: list[str] = []
        wanted = False
        for page in self.pages():
            if "1／" in page:
                wanted = title in page
            found += [page] if wanted else []
        return found

    def status_rows(self) -> list[dict[str, Any]]:
        plain = envelope.open_sealed((self.out / "host_status.xlsx").read_bytes(), self.password("host_status.xlsx"), "host_status.xlsx")
        import io

        book = openpyxl.load_workbook(io.BytesIO(plain), read_only=True)
        head, *rows = book["給付状況"].iter_rows(values_only=True)
        return [dict(zip(head, row, strict=False)) for row in rows]

    def password(self, file: str) -> str:
        """From the hand-over ledger in the vault of the day."""
        with self.vault() as desk, desk.look() as db:
            found = db.query(Export).filter(Export.file_name == file).one().password
        assert found is not None
        return found

    @contextmanager
    def vault(self) -> Iterator[Desk]:
        """The vault of the day, opened again as on the next morning; opening runs both integrity checks."""
        desk = session.unlock(self.out / "vault", practice.PEOPLE[0][0], practice.PEOPLE[0][3], lambda: AFTERWARDS)
        try:
            yield desk
        finally:
            session.close(desk)


def run_day(inputs: Path, out: Path, timeout: int = 900) -> DayRun:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "kyufu_desktop", "day", "--inputs", str(inputs), "--password", PASSWORD, "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False, cwd=out.parent, env=environment)
    said = re.sub(r"This plugin does not support propagateSizeHints\(\)\n", "", done.stdout + done.stderr)
    assert done.returncode == 0, said[-3000:]
    return DayRun(inputs, out, done.returncode, said, json.loads((out / "summary.json").read_text(encoding="utf-8")))
