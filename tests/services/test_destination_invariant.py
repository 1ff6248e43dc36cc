"""A letter's every word comes from the addressee's own case: whole vaults of families, all their letters read from the finished pages.

The text is read with ``pdftotext``, which shares nothing with the program; each page is held to be of the case whose code stands on it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import UserError
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import Person
from kyufu_desktop.models.letter import Letter, PrintJob
from kyufu_desktop.services import letter_data, letters, print_jobs
from kyufu_desktop.services.case_steps import case_of
from tests.services.families import Household, plant, rows_that_say, secrets_in
from tests.services.office import MACHINE, Office, opened, silent

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")

SEED = 20241124
CI, CAMPAIGN, THROUGH_PDF = 120, 10_000, 5_000
RUN = 50
_CODE = re.compile(r"(R6[0-9]{8})-[0-9]{2}")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as found:
        yield found


def pages(pdf: bytes) -> list[str]:
    """The text of each page as another program reads it."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=120)
    return done.stdout.decode("utf-8").split("\f")[:-1]


def leaks(texts: Sequence[str], households: dict[str, Household]) -> list[str]:
    """What stands on a page and may not: secret words and names of others. A page without a code of its own is a leak too."""
    found: list[str] = []
    everyone = {name: household.case_id for household in households.values() for name in household.names}
    for number, text in enumerate(texts, start=1):
        codes = set(_CODE.findall(re.sub(r"\s+", "", text)))
        if len(codes) != 1 or not codes <= set(households):
            found.append(f"page {number}: codes {sorted(codes)}")
            continue
        own = households[codes.pop()]
        found += [f"page {number}: {word}" for word in sorted(secrets_in(text) - own.allowed)]
        named = set(re.findall(r"\S+ 花子[0-9]+の[0-9]+", text))
        found += [f"page {number}: {name}" for name in sorted(named) if everyone.get(name) != own.case_id]
    return found


def run(office: Office, count: int, through_pdf: int) -> tuple[int, list[str]]:
    """Letters of ``count`` households; the first ``through_pdf`` are printed and read. Returns letters read and what leaked anywhere."""
    planted = plant(office, count, SEED)
    households = {f"R6{household.case_id:08d}": household for household in planted}
    ids = [household.case_id for household in planted]
    for start in range(0, len(ids), 500):
        letters.prepare(office.desk, tuple(ids[start : start + 500]), silent)
    with office.desk.look() as db:
        made = list(db.scalars(select(Letter.id).order_by(Letter.id)))
    assert len(made) == len(planted)
    found: list[str] = []
    read = 0
    for start in range(0, min(through_pdf, len(made)), RUN):
        chosen = tuple(made[start : start + RUN])
        order = print_jobs.start_job(office.desk, chosen, MACHINE, silent)
        texts = pages(order.pdf)
        found += leaks(texts, households)
        found += sorted(secrets_in(order.title))
        print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
        read += len(chosen)
    found += sorted(rows_that_say(office, (Letter, PrintJob, AuditEntry)))
    return read, found


@pytest.mark.slow
def test_no_word_of_a_protected_place_stands_in_the_letter_of_another_person(office: Office) -> None:
    read, found = run(office, CI, CI)
    assert read >= CI
    assert found == []


@pytest.mark.campaign
def test_no_word_of_a_protected_place_in_ten_thousand_households(office: Office) -> None:
    read, found = run(office, CAMPAIGN, THROUGH_PDF)
    assert read == THROUGH_PDF
    assert found == []


def test_the_reader_of_the_pages_finds_what_is_planted(office: Office) -> None:
    one, two = plant(office, 2, SEED)[:2]
    households = {f"R6{household.case_id:08d}": household for household in (one, two)}
    foot = f"\nR6{one.case_id:08d}-01\n"
    own, other = sorted(one.allowed)[0], "墨000001"
    assert leaks([f"{own}町{foot}"], households) == []
    assert leaks([f"{other[:3]}\n {other[3:]}町{foot}"], households) == [f"page 1: {other}"]
    stranger = sorted(two.names)[0]
    assert leaks([f"{stranger} 様{foot}"], households) == [f"page 1: {stranger}"]
    assert leaks(["番号のないページ"], households) == ["page 1: codes []"]


def test_a_letter_with_the_place_of_another_case_is_not_printed(office: Office) -> None:
    planted = plant(office, 2, SEED)
    ids = tuple(household.case_id for household in planted)
    letters.prepare(office.desk, ids, silent)
    one, two = office.letter(ids[0]), office.letter(ids[1])
    with office.desk.work(Act.LETTER_PREPARED) as unit:
        # The fault: the letter of the first case is filled from the second.
        foreign = letter_data.open_content(office.desk, case_of(unit.session, ids[1]), two)
        kept = unit.session.get_one(Letter, one.id)
        kept.snapshot_sealed = letter_data.seal_content(office.desk, case_of(unit.session, ids[0]), foreign)
        unit.record(Act.LETTER_PREPARED)
    with pytest.raises(UserError) as stopped:
        print_jobs.start_job(office.desk, (one.id,), MACHINE, silent)
    assert stopped.value.code == "K-1840"


def test_a_facility_where_another_child_is_registered_does_not_stop_the_letters(office: Office) -> None:
    one, two = office.household(("hikazei", 100_000), category="CHILD"), office.household(("hikazei", 100_000), category="CHILD")
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        # The second child's registration was moved to the place where the first child lives.
        for person in unit.session.scalars(select(Person).where(Person.case_id == two)):
            person.registered_address, person.registered_building = f"見本県見本市北町{one}丁目8番", ""
        unit.record(Act.TARGETS_IMPORTED, rows=1)
    letters.prepare(office.desk, (one, two), silent)
    order = print_jobs.start_job(office.desk, (office.letter(one).id, office.letter(two).id), MACHINE, silent)
    assert order.letters == 2


def test_the_registered_address_of_another_case_outside_the_window_stops_the_job(office: Office) -> None:
    one, two = office.household(("hikazei", 100_000)), office.household(("hikazei", 100_000))
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        # The fault: a benefit's taxpayer carries the words of where somebody else is registered.
        unit.session.get_one(Person, 1).name = "見本 東京都新宿区架空町2番9号"
        unit.record(Act.TARGETS_IMPORTED, rows=1)
    letters.prepare(office.desk, (one, two), silent)
    with pytest.raises(UserError) as stopped:
        print_jobs.start_job(office.desk, (office.letter(one).id, office.letter(two).id), MACHINE, silent)
    assert stopped.value.code == "K-1840"
