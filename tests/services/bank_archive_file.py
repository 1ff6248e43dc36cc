"""A newer list of banks as a file: the program's own list with some branches changed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

from kyufu_desktop.exchange import banks

Table = dict[str, dict[str, str]]
#: Days of lists that are newer than the program's own, and a day after both.
NEWER, LATER, AFTER = (banks.packaged().listed_on + timedelta(days=days) for days in (8, 12, 16))


def newer_list(day: date, change: Callable[[Table], None], bank: str = "0001") -> bytes:
    """The whole list of ``day``; ``change`` is given the branches of ``bank``."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("data/updated_at", f"{day:%Y%m%d}")
        archive.writestr("data/banks.json", banks._source("banks.json"))
        for code in banks.packaged().banks:
            text = banks._source("branches", f"{code}.json")
            if code == bank:
                table: Table = json.loads(text)
                change(table)
                text = json.dumps(table, ensure_ascii=False)
            archive.writestr(f"data/branches/{code}.json", text)
    return made.getvalue()


def moved(table: Table) -> None:
    """Branch 001 of the bank is gone, 004 has another name, 999 is new."""
    del table["001"]
    table["004"] |= {"name": "見本中央", "kana": "ミホンチユウオウ"}
    table["999"] = {"code": "999", "name": "見本新", "kana": "ミホンシン", "hira": "", "roma": ""}


def renamed(table: Table) -> None:
    """Branch 001 has another kana."""
    table["001"] |= {"name": "見本営業部", "kana": "ミホンエイギヨウブ"}
