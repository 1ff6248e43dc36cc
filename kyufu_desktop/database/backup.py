"""Backups that are proved, and putting one back.

A backup is one archive of the encrypted file as it is, its slot book and a manifest of numbers. It counts only after it was
read back from the medium, opened, checked with both integrity checks, and found to hold the same rows and the same head of the audit chain.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from kyufu_desktop.database import copying
from kyufu_desktop.database.copying import Contents
from kyufu_desktop.database.durable import PRIVATE_FILE, PRIVATE_FOLDER, sync_folder
from kyufu_desktop.database.engine import disk_full, open_engine
from kyufu_desktop.database.folder import VaultFolder, begin_try, database_of, end_try, load_book, save_book
from kyufu_desktop.database.vault import OpenVault, check_belongs, copy_differs
from kyufu_desktop.domain.staff import Role
from kyufu_desktop.errors import CustodyProblem, NotAllowed
from kyufu_desktop.security.audit_chain import anchor
from kyufu_desktop.security.canonical import canonical
from kyufu_desktop.security.keys import OpenedSlot, SlotBook, open_slot
from kyufu_desktop.security.slot_file import read_book, write_book

_MEMBERS = {"vault.db", "slots.json", "manifest.json"}
_MAX_BYTES = 4 * 2**30


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A verified backup. ``code`` is the anchor of the audit chain at that point, ``sha256`` of the archive's bytes."""

    path: Path
    generation: int
    rows: int
    chain: int
    code: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was put back and what is lost by it: entries of the log and rows per table (table, rows now, rows in the backup).

    ``chain_before`` is None where the vault was too damaged to compare. ``replaced`` is the folder that is kept.
    """

    generation: int
    chain: int
    chain_before: int | None
    changed: tuple[tuple[str, int, int], ...]
    replaced: str


def make_backup(vault: OpenVault, target_folder: Path, stamp: str) -> BackupReport:
    """Writes and proves ``kyufu-<kind>-gen<N>-<stamp>.backup`` in ``target_folder``; ``stamp`` is ``YYYYMMDD-HHMMSS``.

    Raises CustodyProblem: K-1420 disk full, K-1440 the copy differs, K-1441 the file exists. Nothing is left behind on failure.
    """
    target = target_folder / f"kyufu-{vault.kind}-gen{vault.generation}-{stamp}.backup"
    if target.exists():
        raise CustodyProblem("K-1441", "同じ名前のバックアップがもうあります。", todo="少し待ってから、もう一度行ってください。")
    scratch = _scratch(vault.folder, "new-backup")
    part = target.with_suffix(".part")
    try:
        before = copying.contents(vault.engine)
        copying.copy_same_key(vault.engine, database_of(scratch))
        archive = _archive(database_of(scratch), load_book(vault.folder.current()), before)
        _write(part, archive)
        database_of(scratch).unlink()
        written = part.read_bytes()
        if written != archive:
            raise copy_differs()
        _unpack(written, scratch)
        _prove(scratch, vault.keyring.main, before)
        part.replace(target)
        sync_folder(target_folder)
    except OSError:
        raise disk_full() from None
    finally:
        part.unlink(missing_ok=True)
        shutil.rmtree(scratch, ignore_errors=True)
    rows = sum(count for _, count in before.rows)
    return BackupReport(
        target, vault.generation, rows, before.chain, anchor(before.chain, before.head), hashlib.sha256(archive).hexdigest()
    )


def restore(
    folder: Path,
    backup: Path,
    login: str,
    passphrase: str,
    *,
    passphrase_now: str | None = None,
    approve: Callable[[RestoreReport], bool] = lambda _: True,
) -> RestoreReport:
    """Puts a backup in the place of the current generation, which is kept. Needs an officer's passphrase of the backup's time.

    Where the slots of the vault are readable he must be an officer of today as well (``passphrase_now`` where it was changed since).
    ``approve`` sees the difference before anything is replaced. Opening afterwards shows that the log is shorter than the last anchor
    (K-1430) until an officer accepts it, which is recorded.

    Raises CustodyProblem K-1442 (not this vault, or damaged), K-1402, K-1421, NotAllowed K-1601.
    """
    place = VaultFolder(folder)
    place.make()
    scratch = _scratch(place, "new-restore")
    try:
        _unpack(backup.read_bytes(), scratch)
        book = load_book(scratch)
        slot = book.find(login)
        # What was typed is not written down: it may be a passphrase in the wrong field.
        name = slot.login if slot is not None else "?"
        begin_try(place, name)
        opened = open_slot(book, login, passphrase)
        end_try(place, name)
        _require_officer(opened)
        manifest = json.loads((scratch / "manifest.json").read_bytes())
        (scratch / "manifest.json").unlink()
        engine = open_engine(database_of(scratch), opened.keyring.main)
        try:
            check_belongs(engine, book, opened)
            inside = copying.contents(engine)
        finally:
            engine.dispose()
        if _manifest(book, inside) != manifest:
            raise _bad_backup()
        before, replaced = _before(place, book, login, passphrase_now or passphrase)
        report = _difference(book, inside, before, replaced)
        if not approve(report):
            return report
        number = 1
        while (final := place.path / f"gen-{book.generation}-r{number}").exists():
            number += 1
        scratch.rename(final)
        sync_folder(place.path)
        place.set_current(final)
        return report
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _before(place: VaultFolder, book: SlotBook, login: str, passphrase: str) -> tuple[Contents | None, str]:
    """What the current generation holds, None where it cannot be opened any more. Another vault's folder is refused."""
    if not place.exists():
        return None, ""
    current = place.current()
    engine: Engine | None = None
    try:
        old = load_book(current)
        if (old.vault_id, old.kind) != (book.vault_id, book.kind):
            raise _bad_backup()
        opened = open_slot(old, login, passphrase)
        _require_officer(opened)
        engine = open_engine(database_of(current), opened.keyring.main)
        return copying.contents(engine), current.name
    except CustodyProblem as problem:
        # Slots or file damaged beyond opening: that is what backups are for. A wrong passphrase or a vault open elsewhere is not.
        if problem.code not in ("K-1404", "K-1407", "K-1422"):
            raise
        return None, current.name
    finally:
        if engine is not None:
            engine.dispose()


def _require_officer(opened: OpenedSlot) -> None:
    if opened.slot.role is not Role.OFFICER:
        raise NotAllowed("K-1601", "バックアップを戻せるのは取扱責任者だけです。", todo="取扱責任者に頼んでください。")


def _difference(book: SlotBook, inside: Contents, before: Contents | None, replaced: str) -> RestoreReport:
    if before is None:
        return RestoreReport(book.generation, inside.chain, None, (), replaced)
    now, then = dict(before.rows), dict(inside.rows)
    changed = tuple((t, now.get(t, 0), then.get(t, 0)) for t in sorted(now.keys() | then.keys()) if now.get(t, 0) != then.get(t, 0))
    return RestoreReport(book.generation, inside.chain, before.chain, changed, replaced)


def _manifest(book: SlotBook, inside: Contents) -> dict[str, object]:
    return {
        "format": 1,
        "vault": book.vault_id,
        "kind": book.kind,
        "generation": book.generation,
        "rows": dict(inside.rows),
        "chain": inside.chain,
        "code": anchor(inside.chain, inside.head),
    }


def _archive(database: Path, book: SlotBook, inside: Contents) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("vault.db", database.read_bytes())
        archive.writestr("slots.json", write_book(book))
        archive.writestr("manifest.json", canonical(_manifest(book, inside)))
    return buffer.getvalue()


def _unpack(data: bytes, scratch: Path) -> None:
    """Only the three known names, with their checksums. Raises CustodyProblem K-1442."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if {info.filename for info in infos} != _MEMBERS or len(infos) != len(_MEMBERS) or sum(i.file_size for i in infos) > _MAX_BYTES:
                raise _bad_backup()
            database, manifest = archive.read("vault.db"), archive.read("manifest.json")
            json.loads(manifest)
            book = read_book(archive.read("slots.json"))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise _bad_backup() from None
    _write(scratch / "vault.db", database)
    _write(scratch / "manifest.json", manifest)
    save_book(scratch, book)


def _prove(scratch: Path, key: bytes, before: Contents) -> None:
    engine = open_engine(database_of(scratch), key)
    try:
        if copying.contents(engine) != before:
            raise copy_differs()
    finally:
        engine.dispose()


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _scratch(place: VaultFolder, name: str) -> Path:
    path = place.path / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=PRIVATE_FOLDER)
    return path


def _bad_backup() -> CustodyProblem:
    return CustodyProblem(
        "K-1442",
        "このバックアップは壊れているか、この保管庫のものではありません。",
        kept="いまの保管庫はそのままです。",
        todo="別のバックアップを選んでください。",
    )
