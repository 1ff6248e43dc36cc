"""Vaults that an earlier version of the program made, in ``tests/old_databases``: they open, and nothing of them is lost.

Each holds dummy people only and was left by the program of its time: 12 cases, evidence confirmed, collated, seven drafted, four decided.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kyufu_desktop.bootstrap import PRACTICE_START
from kyufu_desktop.database import migrate
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.case import Case, EvidenceRecord, Person
from kyufu_desktop.models.exchange import CollationFinding
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.services import judgment, practice, programmes, session
from kyufu_desktop.services.judgment_rows import digest_of
from kyufu_desktop.services.session import Desk

OLD = Path(__file__).resolve().parent.parent / "old_databases"
VERSIONS = sorted(path.name for path in OLD.iterdir() if path.is_dir())


@pytest.fixture(params=VERSIONS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy with the modes of a vault: a checkout does not keep them."""
    place = tmp_path / "vault"
    shutil.copytree(OLD / request.param, place)
    for path in (place, *place.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return place


def _unlock(folder: Path, person: int) -> Desk:
    login, _, _, passphrase = practice.PEOPLE[person]
    return session.unlock(folder, login, passphrase, lambda: PRACTICE_START)


def test_a_vault_of_an_earlier_version_is_brought_up_and_the_former_file_is_kept(folder: Path) -> None:
    before = {path.name for path in folder.glob("gen-1/*.db")}
    desk = _unlock(folder, 0)
    try:
        assert migrate.revision_of(desk.vault.engine) == migrate.head()
        assert {path.name for path in folder.glob("gen-1/*.db")} - before == {f"before-{migrate.head()}.db"}
        assert session.verify_chain(desk).ok
    finally:
        session.close(desk)


def test_every_row_of_an_earlier_version_is_still_there(folder: Path) -> None:
    desk = _unlock(folder, 0)
    try:
        with desk.look() as db:
            counts = {
                table: db.scalar(select(func.count()).select_from(table))
                for table in (Case, Person, EvidenceRecord, CollationFinding, JudgmentRecord, Signature)
            }
        assert counts == {Case: 12, Person: 25, EvidenceRecord: 12, CollationFinding: 6, JudgmentRecord: 19, Signature: 5}
    finally:
        session.close(desk)


def test_decisions_of_an_earlier_version_are_still_what_was_signed(folder: Path) -> None:
    desk = _unlock(folder, 0)
    try:
        with desk.look() as db:
            signed = list(db.scalars(select(JudgmentRecord).where(JudgmentRecord.signature_id.is_not(None))))
            assert len(signed) == 5
            assert all(digest_of(record) == record.digest == db.get_one(Signature, record.signature_id).digest for record in signed)
    finally:
        session.close(desk)


def test_work_goes_on_in_a_vault_of_an_earlier_version_once_its_values_are_confirmed(folder: Path) -> None:
    desk = _unlock(folder, 2)
    try:
        assert desk.programme.code == "r6"
        cases = judgment.list_cases(desk, None)
        assert len(cases) == 12
        assert programmes.open_questions(desk)
        for row in cases:
            assert judgment.page(desk, row.case_id).rows
        assert judgment.decision_sheet(desk, cases[0].case_id).startswith(b"%PDF")
    finally:
        session.close(desk)
