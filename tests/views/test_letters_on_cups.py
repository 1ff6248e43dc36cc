"""Letters on a real print queue: whole, in order, as the ledger says; and what becomes of them when the printer fails."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.domain.printing import Machine
from kyufu_desktop.errors import Cancelled
from kyufu_desktop.models.letter import PrintJob
from kyufu_desktop.services import letters, print_jobs
from kyufu_desktop.views.printing import CupsPrinter
from kyufu_desktop.views.stations.letters_print import _print_job
from tests.services.office import Office, opened, prove_printer, silent

_SPEC = importlib.util.spec_from_file_location("private_cups", Path(__file__).parents[1] / "private_cups.py")
assert _SPEC is not None and _SPEC.loader is not None
cups = sys.modules.setdefault("private_cups", importlib.util.module_from_spec(_SPEC))
if not hasattr(cups, "QUEUE"):
    _SPEC.loader.exec_module(cups)

MACHINE = Machine(cups.QUEUE, cups.DEVICE, "Tray2")
pytestmark = pytest.mark.skipif(not cups.available(), reason="cupsd is not installed, or the tests do not run as root")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as found:
        prove_printer(found.desk, MACHINE)
        yield found


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    # The path of a socket is short: the folder of pytest would be too deep.
    root = Path(tempfile.mkdtemp(prefix="cups-"))
    try:
        with cups.private_cups(root) as own:
            monkeypatch.setenv("CUPS_SERVER", own.address)
            yield own
    finally:
        shutil.rmtree(root, ignore_errors=True)


def prepared(office: Office, count: int) -> tuple[int, ...]:
    cases = tuple(office.household(("hikazei", 100_000)) for _ in range(count))
    letters.prepare(office.desk, cases, silent)
    return tuple(office.letter(case).id for case in cases)


def ledger(office: Office) -> PrintJob:
    with office.desk.look() as db:
        found = db.scalars(select(PrintJob).order_by(PrintJob.id.desc())).first()
        assert found is not None
        db.expunge(found)
    return found


def states(office: Office) -> list[LetterState]:
    return [letter.state for letter in sorted(letters.page(office.desk).letters, key=lambda row: row.letter_id)]


def test_letters_arrive_whole_in_order_and_as_the_ledger_says(office: Office, server: Any, monkeypatch: Any, tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    run = _print_job(office.desk, prepared(office, 5), CupsPrinter(MACHINE), silent)
    assert run.problem is None
    jobs = [server.job() for _ in range(5)]
    row = ledger(office)
    assert [title for _, title, _, _ in jobs] == [f"letters-{row.id}-{number}" for number in range(1, 6)]
    assert all("InputSlot=Tray2" in options and "sides=one-sided" in options for *_, options in jobs)
    assert hashlib.sha256(b"".join(pdf for pdf, *_ in jobs)).hexdigest() == row.sha256
    assert (row.printer, row.device, row.tray, row.letters, row.sheets) == (cups.QUEUE, cups.DEVICE, "Tray2", 5, 15)
    assert row.queue_job is not None and row.queue_job.startswith("ward-") and row.failure is None
    assert server.leftovers() == [] and list((tmp_path / "tmp").iterdir()) == []


def test_a_changed_device_gets_nothing(office: Office, server: Any) -> None:
    elsewhere = Machine(cups.QUEUE, "usb://Mihon/3")
    prove_printer(office.desk, elsewhere)
    run = _print_job(office.desk, prepared(office, 2), CupsPrinter(elsewhere), silent)
    assert run.problem is not None and run.problem.code == "K-1823"
    assert server.arrived() == [] and states(office) == [LetterState.PREPARED] * 2
    assert (ledger(office).letters, ledger(office).failure) == (0, "REFUSED")


def test_a_run_that_is_stopped_by_a_person_prints_no_more(office: Office, server: Any) -> None:
    reports: list[int] = []

    def stop(at: int, of: int) -> None:
        # The typesetting ends with all of them; then the printing counts from the beginning.
        if of in reports and at == 2:
            raise Cancelled
        reports.append(at)

    run = _print_job(office.desk, prepared(office, 4), CupsPrinter(MACHINE), stop)
    assert run.problem is None
    assert [server.job()[1] for _ in range(2)] == ["letters-1-1", "letters-1-2"]
    assert server.arrived() == [] and CupsPrinter(MACHINE).queue().jobs == ()
    assert states(office)[2:] == [LetterState.PREPARED] * 2
    assert ledger(office).failure == "CANCELLED"


def test_the_print_service_dies_between_two_letters(office: Office, server: Any) -> None:
    ids = prepared(office, 3)
    sent = []

    class Dying(CupsPrinter):
        def send(self, pdf: bytes, title: str, copies: int = 1) -> Any:
            if sent:
                server.kill()
            sent.append(title)
            return super().send(pdf, title, copies)

    run = _print_job(office.desk, ids, Dying(MACHINE), silent)
    assert run.problem is not None and run.problem.code == "K-1822"
    assert states(office) == [LetterState.PRINTING, LetterState.PREPARED, LetterState.PREPARED]
    row = ledger(office)
    assert (row.letters, row.sheets, row.failure) == (1, 3, "REFUSED")
    server.start()
    CupsPrinter(MACHINE).cancel_waiting()
    assert server.leftovers() == []
    # Whether the one came out is for a person to say; then the rest is printed.
    print_jobs.confirm_job(office.desk, row.id, 0)
    again = tuple(letter.letter_id for letter in letters.page(office.desk).letters if letter.state is LetterState.PREPARED)
    assert _print_job(office.desk, again, CupsPrinter(MACHINE), silent).problem is None
    assert len(again) == 3


def test_an_empty_tray_holds_the_letters_and_cancelling_leaves_nothing_in_the_spool(office: Office, server: Any) -> None:
    with server.without_paper():
        run = _print_job(office.desk, prepared(office, 3), CupsPrinter(MACHINE), silent)
        assert run.problem is None
        assert len(CupsPrinter(MACHINE).queue().jobs) == 3
        CupsPrinter(MACHINE).cancel_waiting()
        assert server.leftovers() == []
    print_jobs.confirm_job(office.desk, ledger(office).id, 0)
    assert states(office) == [LetterState.PREPARED] * 3
    assert {letter.code[-2:] for letter in letters.page(office.desk).letters} == {"02"}, "the codes of the lost sheets are void"


def test_a_reprint_has_a_new_code_and_the_old_one_is_void(office: Office, server: Any) -> None:
    (old,) = prepared(office, 1)
    _print_job(office.desk, (old,), CupsPrinter(MACHINE), silent)
    print_jobs.confirm_job(office.desk, ledger(office).id, 3)
    print_jobs.spoil(office.desk, old, "紙が汚れたため")
    (new,) = [letter for letter in letters.page(office.desk).letters if letter.state is LetterState.PREPARED]
    _print_job(office.desk, (new.letter_id,), CupsPrinter(MACHINE), silent)
    first, second = server.job()[0], server.job()[0]
    assert first != second
    assert new.letter_id != old and new.code.endswith("-02")
