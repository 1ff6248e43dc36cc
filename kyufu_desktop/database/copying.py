"""Copies of the encrypted file that are encrypted again, and the proof that a copy is whole.

The only place that lifts the authorizer: ATTACH and VACUUM INTO are denied everywhere else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine, text

from kyufu_desktop.database.durable import create_private, sync_folder
from kyufu_desktop.database.engine import check_header, deny_attach, translate


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds, in numbers: rows per table, count and head of the audit chain."""

    rows: tuple[tuple[str, int], ...]
    chain: int
    head: bytes


def contents(engine: Engine) -> Contents:
    with engine.connect() as connection:
        tables = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
        ).scalars()
        rows = tuple((name, connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()) for name in list(tables))  # noqa: S608
        last = connection.exec_driver_sql("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1").first()
    return Contents(rows, 0 if last is None else last[0], b"" if last is None else last[1])


def copy_under_key(engine: Engine, target: Path, key: bytes) -> None:
    """Everything into a new file under another 32-byte key. Triggers and indexes come along."""
    create_private(target)
    with _lifted(engine) as connection:
        connection.execute("ATTACH DATABASE ? AS fresh KEY ?", (str(target), f"x'{key.hex()}'"))
        try:
            connection.execute("SELECT sqlcipher_export('fresh')").fetchall()
        finally:
            connection.execute("DETACH DATABASE fresh")
    _settle(target)


def copy_same_key(engine: Engine, target: Path) -> None:
    """Everything into a new file under the same key."""
    create_private(target)
    with _lifted(engine) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    _settle(target)


def _settle(target: Path) -> None:
    handle = os.open(target, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    sync_folder(target.parent)
    check_header(target)


@contextmanager
def _lifted(engine: Engine) -> Iterator[Any]:
    pooled = engine.raw_connection()
    try:
        connection: Any = pooled.driver_connection
        connection.execute("PRAGMA query_only = 0")
        connection.set_authorizer(None)
        try:
            yield connection
        except driver.Error as problem:
            known = translate(problem)
            if known is None:
                raise
            raise known from None
        finally:
            connection.set_authorizer(deny_attach)
    finally:
        pooled.close()
