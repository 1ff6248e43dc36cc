"""Rehearsals: dummy values that pass every check, and never in a real vault."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kyufu_desktop.domain.evidence import Evidence, EvidenceState, check_entry, state_on
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import CustodyProblem, NotAllowed
from kyufu_desktop.exchange import envelope
from kyufu_desktop.services import accounts, practice, session
from tests.services.conftest import ward_programme
from tests.services.office import CHEAP, WEDNESDAY, opened


def test_nothing_of_it_works_in_a_real_vault(tmp_path: Path) -> None:
    with opened(tmp_path, "real") as office:
        for attempt in (
            lambda: practice.safe_address(office.desk, 1, Category.DV),
            lambda: practice.acting(office.desk, 11, Category.ELDERLY),
            lambda: practice.evidence(office.desk, Category.DV, date(2024, 6, 3)),
            lambda: practice.returned_account(office.desk, "ミホン ハナコ", 1),
        ):
            with pytest.raises(NotAllowed):
                attempt()


def test_dummy_values_pass_the_checks_of_the_real_thing(tmp_path: Path) -> None:
    with opened(tmp_path, "practice", ward_programme) as office:
        case = office.household(("hikazei", 100_000))
        for number in range(20):
            assert accounts.check(office.desk, case, practice.returned_account(office.desk, "ミホン ハナコ", number)).match.value == "SAME"
        for category in Category:
            entry = practice.evidence(office.desk, category, date(2024, 6, 3))
            piece = Evidence(
                entry.kind,
                entry.issued_on,
                entry.starts_on,
                entry.ends_on,
                entry.issuer,
                (),
                True,
                entry.basis,
                entry.moved_in_on,
                entry.details,
            )
            check_entry(piece, category, office.desk.programme)
            assert state_on(piece, office.desk.today()) is EvidenceState.VALID
            address = practice.safe_address(office.desk, 7, category)
            assert address == practice.safe_address(office.desk, 7, category)
            assert bool(address.care_of) == (category is not Category.DV)
            assert practice.acting(office.desk, 7, category) is None and address.recipient == ""
        director, body = (practice.acting(office.desk, number, Category.ELDERLY) for number in (11, 12))
        assert director is not None and body is not None
        assert practice.safe_address(office.desk, 11, Category.ELDERLY).recipient == f"施設長 {director.name}"
        address = practice.safe_address(office.desk, 12, Category.ELDERLY)
        assert (address.recipient, address.honorific) == (body.name, "御中")


def test_a_practice_vault_is_made_once_and_a_real_one_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    assert not practice.is_practice_folder(folder)
    people = practice.prepare_vault(folder, WEDNESDAY, CHEAP)
    assert people == practice.prepare_vault(folder, WEDNESDAY, CHEAP)
    assert practice.is_practice_folder(folder)
    with pytest.raises(CustodyProblem):
        practice.refuse_existing(folder)
    for login, name, role, words in people:
        desk = session.unlock(folder, login, words, lambda: WEDNESDAY)
        assert (desk.staff.name, desk.practice) == (name, True) and role
        session.close(desk)
    with opened(tmp_path / "other") as real, pytest.raises(CustodyProblem):
        practice.prepare_vault(real.folder, WEDNESDAY, CHEAP)


def test_the_dummy_workbooks_are_sealed_and_made_once(tmp_path: Path) -> None:
    made = practice.seed_workbooks(tmp_path / "inputs", "renshu-2024", cases=8)
    assert [path.name for path in made] == ["targets.xlsx", "planned_payments.xlsx", "tax_answers.xlsx", "account_answers.xlsx"]
    before = [path.read_bytes() for path in made]
    for data in before:
        assert data[:2] != b"PK"
        assert envelope.open_sealed(data, "renshu-2024", "x")[:2] == b"PK"
    practice.seed_workbooks(tmp_path / "inputs", "renshu-2024", cases=8)
    assert [path.read_bytes() for path in made] == before
