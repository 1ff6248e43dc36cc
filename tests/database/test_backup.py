from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from kyufu_desktop.database import vault
from kyufu_desktop.database.backup import RestoreReport, make_backup, restore
from kyufu_desktop.database.folder import VaultFolder, database_of
from kyufu_desktop.database.unit_of_work import read_session, write_unit
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import CustodyProblem
from kyufu_desktop.models.base import Setting
from kyufu_desktop.security.keys import KdfParameters

CHEAP = KdfParameters(8, 1, 1)
AOKI = ("aoki", "青木", "correct horse battery staple")
BABA = ("baba", "馬場", "another long passphrase here")


def _now() -> str:
    return "2024-08-28T10:15:00+09:00"


def _write(one: vault.OpenVault, name: str) -> None:
    with write_unit(one.engine, one.chain, one.staff_id, _now) as unit:
        unit.session.add(Setting(name=name, value="CANARY-7391"))
        unit.record(Act.SETTING_CHANGED)


def _names(one: vault.OpenVault) -> set[str]:
    with read_session(one.engine) as session:
        return {row.name for row in session.query(Setting)} - {"recovery_public_key"}


@pytest.fixture
def backed_up(tmp_path: Path) -> tuple[Path, Path]:
    folder, medium = tmp_path / "vault", tmp_path / "medium"
    medium.mkdir()
    vault.create_vault(folder, "practice", (AOKI, BABA), _now, CHEAP)
    one = vault.unlock(folder, AOKI[0], AOKI[2])
    _write(one, "before")
    report = make_backup(one, medium, "20240828-101500")
    assert (report.chain, report.generation) == (2, 1)
    assert [path.name for path in medium.iterdir()] == [report.path.name]
    _write(one, "after")
    one.close()
    return folder, report.path


def test_backup_is_encrypted(backed_up: tuple[Path, Path]) -> None:
    data = backed_up[1].read_bytes()
    assert b"CANARY" not in data
    assert b"SQLite format 3" not in data


def test_restore_names_what_is_lost_and_keeps_what_was_replaced(backed_up: tuple[Path, Path]) -> None:
    folder, backup = backed_up
    report = restore(folder, backup, AOKI[0], AOKI[2])
    assert (report.chain_before, report.chain, report.replaced) == (3, 2, "gen-1")
    assert ("setting", 3, 2) in report.changed
    assert (folder / "gen-1" / "vault.db").exists()
    one = vault.unlock(folder, BABA[0], BABA[2])
    assert _names(one) == {"before"}
    one.close()


def test_restore_can_be_declined_after_seeing_the_difference(backed_up: tuple[Path, Path]) -> None:
    folder, backup = backed_up
    seen: list[RestoreReport] = []

    def decline(report: RestoreReport) -> bool:
        seen.append(report)
        return False

    restore(folder, backup, AOKI[0], AOKI[2], approve=decline)
    assert seen
    one = vault.unlock(folder, AOKI[0], AOKI[2])
    assert _names(one) == {"before", "after"}
    one.close()
    assert not (folder / "new-restore").exists()


def test_damaged_vault_comes_back_from_its_backup(backed_up: tuple[Path, Path]) -> None:
    folder, backup = backed_up
    database = database_of(VaultFolder(folder).current())
    database.write_bytes(b"\x00" * database.stat().st_size)
    report = restore(folder, backup, AOKI[0], AOKI[2])
    assert report.chain_before is None
    one = vault.unlock(folder, AOKI[0], AOKI[2])
    assert _names(one) == {"before"}
    one.close()


def test_every_damaged_backup_is_refused_and_the_vault_stays(backed_up: tuple[Path, Path]) -> None:
    folder, backup = backed_up
    good = backup.read_bytes()
    for position in range(60, len(good), len(good) // 25):
        changed = bytearray(good)
        changed[position] ^= 1
        backup.write_bytes(bytes(changed))
        with pytest.raises(CustodyProblem):
            restore(folder, backup, AOKI[0], AOKI[2])
    backup.write_bytes(good[: len(good) // 2])
    with pytest.raises(CustodyProblem) as caught:
        restore(folder, backup, AOKI[0], AOKI[2])
    assert caught.value.code == "K-1442"
    one = vault.unlock(folder, AOKI[0], AOKI[2])
    assert _names(one) == {"before", "after"}
    one.close()


def test_backup_of_another_vault_and_strange_archives_are_refused(backed_up: tuple[Path, Path], tmp_path: Path) -> None:
    _, backup = backed_up
    other = tmp_path / "other"
    vault.create_vault(other, "practice", (AOKI, BABA), _now, CHEAP)
    with pytest.raises(CustodyProblem) as caught:
        restore(other, backup, AOKI[0], AOKI[2])
    assert caught.value.code == "K-1442"
    with zipfile.ZipFile(backup, "a") as archive:
        archive.writestr("../evil.txt", "x")
    with pytest.raises(CustodyProblem):
        restore(backed_up[0], backup, AOKI[0], AOKI[2])
    assert not (tmp_path / "evil.txt").exists()


def test_restore_needs_the_passphrase_and_a_closed_vault(backed_up: tuple[Path, Path]) -> None:
    folder, backup = backed_up
    one = vault.unlock(folder, AOKI[0], AOKI[2])
    with pytest.raises(CustodyProblem) as elsewhere:
        restore(folder, backup, AOKI[0], AOKI[2])
    assert elsewhere.value.code == "K-1421"
    one.close()
    with pytest.raises(CustodyProblem) as wrong:
        restore(folder, backup, AOKI[0], "not the passphrase at all")
    assert wrong.value.code == "K-1402"


def test_backup_with_the_file_of_another_day_is_refused(backed_up: tuple[Path, Path], tmp_path: Path) -> None:
    folder, first = backed_up
    one = vault.unlock(folder, AOKI[0], AOKI[2])
    second = make_backup(one, tmp_path, "20240829-101500").path
    one.close()
    mixed = tmp_path / "mixed.backup"
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(second) as new, zipfile.ZipFile(mixed, "w") as archive:
        archive.writestr("vault.db", old.read("vault.db"))
        for name in ("slots.json", "manifest.json"):
            archive.writestr(name, new.read(name))
    with pytest.raises(CustodyProblem) as caught:
        restore(folder, mixed, AOKI[0], AOKI[2])
    assert caught.value.code == "K-1442"
