from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from kyufu_desktop.database import copying, migrate, vault
from kyufu_desktop.database.engine import CLEAR_HEADER, check_integrity, open_engine
from kyufu_desktop.database.folder import VaultFolder, database_of
from kyufu_desktop.database.unit_of_work import read_session, write_unit
from kyufu_desktop.database.vault import OpenVault
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import CustodyProblem
from kyufu_desktop.models.base import Base, Setting
from kyufu_desktop.models.case import Contact
from kyufu_desktop.security.keys import KdfParameters

CHEAP = KdfParameters(8, 1, 1)
AOKI = ("aoki", "青木", "correct horse battery staple")
BABA = ("baba", "馬場", "another long passphrase here")
CANARY = "東京都新宿区歌舞伎町CANARY-7391"


def _now() -> str:
    return "2024-08-28T10:15:00+09:00"


def _open(folder: Path) -> OpenVault:
    return vault.unlock(folder, AOKI[0], AOKI[2])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    vault.create_vault(tmp_path / "vault", "practice", (AOKI, BABA), _now, CHEAP)
    return tmp_path / "vault"


@pytest.fixture
def opened(folder: Path) -> Iterator[OpenVault]:
    one = _open(folder)
    yield one
    one.close()


def _write(one: OpenVault, value: str) -> None:
    with write_unit(one.engine, one.chain, one.staff_id, _now) as unit:
        unit.session.add(Setting(name=f"s{unit.next_seq}", value=value))
        unit.record(Act.SETTING_CHANGED)


def _database(folder: Path) -> Path:
    return database_of(VaultFolder(folder).current())


def test_file_is_encrypted_and_holds_no_clear_text(opened: OpenVault) -> None:
    for _ in range(50):
        _write(opened, CANARY)
    data = _database(opened.folder.path).read_bytes()
    assert data[:16] != CLEAR_HEADER
    for encoding in ("utf-8", "utf-16-le", "cp932"):
        assert CANARY.encode(encoding) not in data
    for name in (b"CANARY", b"CREATE TABLE", opened.keyring.main, opened.keyring.main.hex().encode()):
        assert all(name not in file.read_bytes() for file in opened.folder.path.rglob("*") if file.is_file())


def test_clear_file_in_the_place_of_the_vault_is_refused(folder: Path) -> None:
    _database(folder).write_bytes(CLEAR_HEADER + bytes(4080))
    with pytest.raises(CustodyProblem) as caught:
        _open(folder)
    assert caught.value.code == "K-1407"


@pytest.mark.skipif(os.name == "nt", reason="access lists, not modes")
def test_everything_is_closed_to_others_and_an_opened_folder_is_closed_again(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path.name
    folder.chmod(0o755)
    _open(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_attach_is_denied_and_lifted_only_for_copies(opened: OpenVault, tmp_path: Path) -> None:
    clear = tmp_path / "clear.db"
    for statement in (f"ATTACH DATABASE '{clear}' AS x KEY ''", f"VACUUM INTO '{clear}'"):
        with pytest.raises(DatabaseError), opened.engine.connect() as connection:
            connection.rollback()
            connection.connection.driver_connection.rollback()  # type: ignore[union-attr]
            connection.exec_driver_sql(statement)
    assert not clear.exists()
    copying.copy_same_key(opened.engine, tmp_path / "copy.db")
    with pytest.raises(DatabaseError), opened.engine.connect() as connection:
        connection.exec_driver_sql(f"ATTACH DATABASE '{clear}' AS x KEY ''")
    assert not clear.exists()


def test_error_texts_hold_no_bound_value(opened: OpenVault) -> None:
    with pytest.raises(IntegrityError) as caught, write_unit(opened.engine, opened.chain, 1, _now) as unit:
        unit.record(Act.CONTACT_ADDED)
        unit.session.add(
            Contact(
                case_id=99, happened_on=__import__("datetime").date(2024, 8, 1), kind=CANARY, text_sealed=b"", entered_at="", entered_by=1
            )
        )
        unit.session.flush()
    chain: BaseException | None = caught.value
    while chain is not None:
        assert CANARY not in str(chain)
        assert CANARY not in repr(chain)
        chain = chain.__cause__ or chain.__context__


def test_second_opening_is_refused_in_this_and_in_another_process(opened: OpenVault) -> None:
    with pytest.raises(CustodyProblem) as caught:
        _open(opened.folder.path)
    assert caught.value.code == "K-1421"
    program = (
        "import sys; from pathlib import Path; from kyufu_desktop.database import vault; from kyufu_desktop.errors import CustodyProblem\n"
        "try: vault.unlock(Path(sys.argv[1]), sys.argv[2], sys.argv[3])\n"
        "except CustodyProblem as problem: print(problem.code)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(opened.folder.path), AOKI[0], AOKI[2]],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert result.stdout.strip() == "K-1421", result.stderr
    _write(opened, "still mine")


def test_unit_without_record_is_a_bug_and_keeps_nothing(opened: OpenVault) -> None:
    with pytest.raises(AssertionError, match="audit record"), write_unit(opened.engine, opened.chain, 1, _now) as unit:
        unit.session.add(Setting(name="lost", value="x"))
        unit.session.flush()
    with read_session(opened.engine) as session:
        assert session.query(Setting).filter_by(name="lost").count() == 0


def test_exception_in_a_unit_takes_change_and_record_back(opened: OpenVault) -> None:
    before = copying.contents(opened.engine)
    with pytest.raises(ZeroDivisionError), write_unit(opened.engine, opened.chain, 1, _now) as unit:
        unit.session.add(Setting(name="lost", value="x"))
        unit.record(Act.SETTING_CHANGED)
        unit.session.flush()
        _ = 1 / 0
    assert copying.contents(opened.engine) == before


def test_looking_cannot_write(opened: OpenVault) -> None:
    with pytest.raises(CustodyProblem) as caught, read_session(opened.engine) as session:
        session.add(Setting(name="x", value="y"))
        session.flush()
    assert caught.value.code == "K-1423"
    _write(opened, "writing works again")


@pytest.mark.parametrize("statement", ["UPDATE audit SET act = 'X'", "DELETE FROM audit", "DELETE FROM payment", "DELETE FROM batch"])
def test_file_itself_refuses_to_change_the_log_or_delete_payments(opened: OpenVault, statement: str) -> None:
    table = statement.split()[-1]
    with pytest.raises(IntegrityError, match=r"append-only|never deleted"), write_unit(opened.engine, opened.chain, 1, _now) as unit:
        unit.record(Act.SETTING_CHANGED)
        unit.session.flush()
        if table in ("payment", "batch"):
            unit.session.execute(text("PRAGMA defer_foreign_keys = ON"))
            columns = [c for c in Base.metadata.tables[table].columns if not c.nullable]
            names, values = ", ".join(c.name for c in columns), ", ".join("1" for _ in columns)
            unit.session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"))
        unit.session.execute(text(statement))


def test_migrated_tables_are_those_of_the_models(opened: OpenVault) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with opened.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata) == []
        found = dict(connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'")).all())
    partial = {
        index for table in Base.metadata.tables.values() for index in table.indexes if index.dialect_options["sqlite"]["where"] is not None
    }
    assert {index.name for index in partial} == set(found)
    for index in partial:
        assert str(index.dialect_options["sqlite"]["where"]) in found[str(index.name)]


def test_vault_of_a_newer_program_is_refused(folder: Path) -> None:
    one = _open(folder)
    with write_unit(one.engine, one.chain, 1, _now) as unit:
        unit.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        unit.record(Act.SETTING_CHANGED)
    one.close()
    with pytest.raises(CustodyProblem) as caught:
        _open(folder)
    assert caught.value.code == "K-1425"
    assert migrate.head() == "0004"


def test_every_changed_byte_region_of_the_file_is_noticed_when_opening(folder: Path) -> None:
    database = _database(folder)
    good = database.read_bytes()
    for position in range(5, len(good), len(good) // 40):
        changed = bytearray(good)
        changed[position] ^= 0x10
        database.write_bytes(bytes(changed))
        with pytest.raises(CustodyProblem) as caught:
            _open(folder)
        assert caught.value.code == "K-1422", position
    for length in (len(good) - 4096, len(good) - 100, 0):
        database.write_bytes(good[:length])
        with pytest.raises(CustodyProblem):
            _open(folder)


def test_slots_of_another_vault_do_not_open_this_one(folder: Path, tmp_path: Path) -> None:
    vault.create_vault(tmp_path / "other", "practice", (AOKI, BABA), _now, CHEAP)
    for name in ("slots.json", "slots.bak.json"):
        shutil.copy(VaultFolder(tmp_path / "other").current() / name, VaultFolder(folder).current() / name)
    with pytest.raises(CustodyProblem):
        _open(folder)


def test_damaged_slots_are_read_from_the_copy_and_two_damaged_ones_are_told(folder: Path) -> None:
    current = VaultFolder(folder).current()
    (current / "slots.json").write_bytes(b"{}")
    _open(folder).close()
    (current / "slots.json").write_bytes(b"{}")
    (current / "slots.bak.json").unlink()
    with pytest.raises(CustodyProblem) as caught:
        _open(folder)
    assert caught.value.code == "K-1404"


def test_interrupted_change_of_keys_leaves_the_old_generation_and_is_swept(folder: Path) -> None:
    half = folder / "new-gen-2"
    half.mkdir()
    (half / "vault.db").write_bytes(b"half")
    one = _open(folder)
    assert not half.exists()
    check_integrity(one.engine)
    one.close()


def test_folder_that_is_no_vault_and_one_that_is_already_are_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CustodyProblem) as missing:
        _open(tmp_path)
    assert missing.value.code == "K-1405"
    with pytest.raises(CustodyProblem) as there:
        vault.create_vault(folder, "real", (AOKI, BABA), _now, CHEAP)
    assert there.value.code == "K-1406"


def test_wrong_key_does_not_open_the_file(folder: Path) -> None:
    with pytest.raises(CustodyProblem) as caught:
        open_engine(_database(folder), bytes(32))
    assert caught.value.code == "K-1422"
