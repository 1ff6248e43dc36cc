"""The encrypted file behind SQLAlchemy: one connection, a raw key, no way to a clear copy, no bound value in an error text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy
import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import QueuePool

from kyufu_desktop.errors import CustodyProblem, UserError

CLEAR_HEADER = b"SQLite format 3\x00"
#: Execution option: ``True`` begins a transaction that may write.
WRITES = "kyufu_writes"
_SQLITE_ATTACH = 24
_DENY, _OK = 1, 0
_BUSY_SECONDS = 1.0
#: Files that this process has open.
_OPEN_HERE: set[Path] = set()

#: DELETE + EXTRA lost nothing in simulated power cuts, WAL lost commits silently; EXCLUSIVE keeps a second process out.
_PRAGMAS = (
    "cipher_memory_security = ON",
    "locking_mode = EXCLUSIVE",
    "journal_mode = DELETE",
    "synchronous = EXTRA",
    "temp_store = MEMORY",
    "secure_delete = ON",
    "foreign_keys = ON",
    "trusted_schema = OFF",
)


def open_engine(path: Path, key: bytes, *, new: bool = False) -> Engine:
    """An engine on ``path`` with the raw 32-byte ``key``; takes the exclusive lock and runs both integrity checks.

    Raises CustodyProblem: K-1407 not encrypted, K-1421 open elsewhere, K-1422 damaged or not the key, K-1423 read only, K-1420 disk full.
    """
    if path.resolve() in _OPEN_HERE:
        # Before the file is touched: closing any second handle of a process drops the locks of all of them (POSIX).
        raise _locked()
    if not new:
        check_header(path)
    engine = sqlalchemy.create_engine(
        "sqlite+pysqlite://",
        module=driver,
        creator=_creator(path, key),
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=5,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _translated)
    event.listen(engine, "close", lambda *_: _OPEN_HERE.discard(path.resolve()))
    try:
        if not new:
            check_integrity(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def check_header(path: Path) -> None:
    """Refuses a file that is missing, empty or in clear."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except FileNotFoundError:
        head = b""
    except OSError:
        raise _unreadable() from None
    if not head:
        raise _damaged()
    if head == CLEAR_HEADER:
        raise CustodyProblem(
            "K-1407",
            "保管庫のファイルが暗号化されていません。",
            kept="ファイルは開いていません。",
            todo="このフォルダーを使わず、取扱責任者に知らせてください。",
        )


def check_integrity(engine: Engine) -> None:
    """Page codes of the cipher and structure of the file, both: each finds what the other misses. Raises CustodyProblem K-1422."""
    with engine.connect() as connection:
        if connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall():
            raise _damaged()
        if connection.exec_driver_sql("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise _damaged()
        if connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
            raise _damaged()


def raw_connection(path: Path, key: bytes) -> Any:
    """A keyed driver connection in autocommit, with all settings and ATTACH denied. It holds the exclusive lock until it is closed."""
    connection = driver.connect(str(path), timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        # The library's own messages go to standard error, which is not ours to write on.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.set_authorizer(deny_attach)
        # Takes the lock now and not at the first write, and rolls a hot journal back.
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def deny_attach(action: int, *_: object) -> int:
    """``ATTACH ... KEY ''`` writes a clear copy of everything."""
    return _DENY if action == _SQLITE_ATTACH else _OK


def translate(problem: BaseException | None) -> UserError | None:
    """The one table of driver errors that a person is told of; None for everything else (a bug, or a broken constraint)."""
    name = str(getattr(problem, "sqlite_errorname", "") or "")
    for beginning, make in _TABLE:
        if name.startswith(beginning):
            return make()
    return None


def disk_full() -> CustodyProblem:
    return CustodyProblem(
        "K-1420",
        "ディスクの空きが足りず、保存できませんでした。",
        kept="この操作の前の状態に戻っています。",
        todo="取扱責任者がディスクの空きを作ってから、もう一度行ってください。",
    )


def _creator(path: Path, key: bytes) -> Callable[[], Any]:
    def connect() -> Any:
        try:
            connection = raw_connection(path, key)
            _OPEN_HERE.add(path.resolve())
            return connection
        except driver.Error as problem:
            known = translate(problem)
            if known is None:
                raise
            raise known from None

    return connect


def _begin(connection: Connection) -> None:
    writes = bool(connection.get_execution_options().get(WRITES, False))
    connection.exec_driver_sql(f"PRAGMA query_only = {0 if writes else 1}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _translated(context: ExceptionContext) -> BaseException | None:
    return translate(context.original_exception)


def _locked() -> CustodyProblem:
    return CustodyProblem(
        "K-1421",
        "この保管庫は、ほかの画面で開かれています。",
        todo="開いている画面を閉じるか、そちらで続けてください。",
    )


def _damaged() -> CustodyProblem:
    return CustodyProblem(
        "K-1422",
        "保管庫のファイルが壊れているか、別のファイルに替わっています。",
        kept="ファイルは変えていません。",
        todo="作業を止め、取扱責任者がバックアップから戻してください。",
    )


def _read_only() -> CustodyProblem:
    return CustodyProblem(
        "K-1423",
        "保管庫のフォルダーに書き込めません。",
        todo="フォルダーの権限と媒体の書込み禁止を確かめてください。",
    )


def _io() -> CustodyProblem:
    return CustodyProblem(
        "K-1424",
        "ディスクの読み書きに失敗しました。",
        kept="この操作の前の状態に戻っています。",
        todo="作業を止め、ディスクの状態を取扱責任者に確かめてもらってください。",
    )


def _unreadable() -> CustodyProblem:
    return CustodyProblem("K-1426", "保管庫のファイルを開けません。", todo="フォルダーの場所と権限を確かめてください。")


_TABLE: tuple[tuple[str, Callable[[], UserError]], ...] = (
    ("SQLITE_FULL", disk_full),
    ("SQLITE_BUSY", _locked),
    ("SQLITE_LOCKED", _locked),
    ("SQLITE_PROTOCOL", _locked),
    ("SQLITE_NOTADB", _damaged),
    ("SQLITE_CORRUPT", _damaged),
    ("SQLITE_READONLY", _read_only),
    ("SQLITE_PERM", _read_only),
    ("SQLITE_IOERR", _io),
    ("SQLITE_CANTOPEN", _unreadable),
)
