"""試し刷り: no letter goes to a printer of which nobody has held a page in his hand."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pypdfium2.raw
import pytest
from sqlalchemy import select

from kyufu_desktop.domain.envelope import LONG_3
from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.domain.printing import CODE_LENGTH, CODE_LETTERS, Failure, Machine, destination_block
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.letter import PrinterTest, PrintJob
from kyufu_desktop.services import letters, print_jobs, printer_tests, workstation
from tests.services.office import MACHINE, Office, opened, prove_printer, silent

OTHER = Machine("別のプリンター", "usb://Mihon/2")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as found:
        yield found


def prepared(office: Office, count: int) -> tuple[int, ...]:
    cases = tuple(office.household(("hikazei", 100_000)) for _ in range(count))
    letters.prepare(office.desk, cases, silent)
    return tuple(office.letter(case).id for case in cases)


def code(office: Office) -> str:
    with office.desk.look() as db:
        found = db.scalars(select(PrinterTest.code).order_by(PrinterTest.id.desc())).first()
    assert found is not None
    return found


def job(office: Office) -> PrintJob:
    with office.desk.look() as db:
        found = db.scalars(select(PrintJob).order_by(PrintJob.id.desc())).first()
        assert found is not None
        db.expunge(found)
    return found


def test_letters_wait_until_the_code_of_the_test_page_was_typed(office: Office) -> None:
    ids = prepared(office, 1)
    with pytest.raises(Conflict, match="K-1873"):
        print_jobs.start_job(office.desk, ids, OTHER, silent)
    printer_tests.make(office.desk, OTHER)
    with pytest.raises(Conflict, match="K-1873"):
        print_jobs.start_job(office.desk, ids, OTHER, silent)
    printer_tests.confirm(office.desk, OTHER, code(office))
    assert print_jobs.start_job(office.desk, ids, OTHER, silent).letters == 1


def test_the_code_stands_on_the_page_and_no_person_does(office: Office) -> None:
    office.household(("hikazei", 100_000))
    pdf = printer_tests.make(office.desk, OTHER)
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    words = done.stdout.decode("utf-8")
    assert code(office) in words.replace(" ", "") and "見本" not in words
    assert len(code(office)) == CODE_LENGTH and set(code(office)) <= set(CODE_LETTERS)


def test_a_code_is_accepted_as_people_type_it(office: Office) -> None:
    printer_tests.make(office.desk, OTHER)
    typed = code(office).lower().translate(str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)}))
    printer_tests.confirm(office.desk, OTHER, f" {typed[:3]}　{typed[3:]} ")


def test_another_code_proves_nothing(office: Office) -> None:
    printer_tests.make(office.desk, OTHER)
    wrong = "A" * CODE_LENGTH if code(office) != "A" * CODE_LENGTH else "C" * CODE_LENGTH
    with pytest.raises(InputProblem, match="K-1872"):
        printer_tests.confirm(office.desk, OTHER, wrong)
    with pytest.raises(InputProblem, match="K-1871"):
        printer_tests.confirm(office.desk, OTHER, "あ")
    with office.desk.look() as db:
        assert not printer_tests.tested(db, OTHER)


@pytest.mark.parametrize("changed", [{"device": "usb://Mihon/9"}, {"tray": "Tray2"}, {"duplex": True}, {"name": "x"}])
def test_another_device_tray_or_side_is_another_printer(office: Office, changed: dict[str, object]) -> None:
    machine = dataclasses.replace(MACHINE, **changed)  # type: ignore[arg-type]
    with office.desk.look() as db:
        assert printer_tests.tested(db, MACHINE) and not printer_tests.tested(db, machine)


def test_a_new_test_page_takes_the_former_proof_back(office: Office) -> None:
    first = code(office)
    printer_tests.make(office.desk, MACHINE)
    with pytest.raises(Conflict, match="K-1873"):
        print_jobs.start_job(office.desk, prepared(office, 1), MACHINE, silent)
    if first != code(office):
        with pytest.raises(InputProblem, match="K-1872"):
            printer_tests.confirm(office.desk, MACHINE, first)


def test_both_sides_take_half_the_sheets_and_letters_never_share_one(office: Office) -> None:
    both = dataclasses.replace(MACHINE, duplex=True)
    prove_printer(office.desk, both)
    order = print_jobs.start_job(office.desk, prepared(office, 3), both, silent)
    assert order.sheets == 6, "three pages are two sheets"
    print_jobs.confirm_job(office.desk, order.job_id, 3)
    states = [letter.state for letter in letters.page(office.desk).letters]
    assert states.count(LetterState.PRINTED) == 1 and states.count(LetterState.PREPARED) == 2
    assert job(office).shredded_sheets == 4


def test_each_letter_is_a_job_of_its_own_with_numbers_for_a_title(office: Office) -> None:
    order = print_jobs.start_job(office.desk, prepared(office, 3), MACHINE, silent)
    assert [piece.title for piece in order.pieces] == [f"letters-{order.job_id}-{number}" for number in (1, 2, 3)]
    for number, piece in enumerate(order.pieces, start=1):
        done = subprocess.run(["pdftotext", "-", "-"], input=piece.pdf, capture_output=True, check=True, timeout=60)
        words = done.stdout.decode("utf-8")
        assert f"見本 花子{number} 様" in words.replace("\n", " ") and words.count("／3 枚") == 3


def test_a_run_that_stops_in_the_middle_puts_the_rest_back_into_the_queue(office: Office) -> None:
    ids = prepared(office, 3)
    order = print_jobs.start_job(office.desk, ids, MACHINE, silent)
    before = job(office).sha256
    print_jobs.handed_over(office.desk, order, 1, "ward-7", Failure.REFUSED)
    after = job(office)
    assert (after.letters, after.sheets, after.queue_job, after.failure, after.state) == (1, 3, "ward-7", "REFUSED", "SENT")
    assert after.sha256 != before
    states = {letter.letter_id: letter.state for letter in letters.page(office.desk).letters}
    assert states == {ids[0]: LetterState.PRINTING, ids[1]: LetterState.PREPARED, ids[2]: LetterState.PREPARED}
    print_jobs.confirm_job(office.desk, order.job_id, 3)
    again = print_jobs.start_job(office.desk, ids[1:], MACHINE, silent)
    assert again.letters == 2


def test_a_run_of_which_nothing_left_is_closed_and_asks_nobody(office: Office) -> None:
    ids = prepared(office, 2)
    order = print_jobs.start_job(office.desk, ids, MACHINE, silent)
    print_jobs.handed_over(office.desk, order, 0, "", Failure.CANCELLED)
    assert (job(office).state, job(office).good_sheets, job(office).letters) == ("CONFIRMED", 0, 0)
    assert {letter.state for letter in letters.page(office.desk).letters} == {LetterState.PREPARED}


class Place:
    """Where the words of a page stand (mm from the top left corner), as pdftotext finds them."""

    def __init__(self, pdf: bytes) -> None:
        done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
        found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="[\d.]+" yMax="[\d.]+">(.*?)</word>', done.stdout.decode("utf-8"))
        self._places = [(word, float(x) * 25.4 / 72, float(y) * 25.4 / 72) for x, y, word in found]

    def of(self, words: str) -> tuple[float, float]:
        return next((x, y) for word, x, y in self._places if word == words)


def lines_of(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Left, top, width, height (mm) of every drawn path."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        boxes = [found.get_bounds() for found in page.get_objects() if found.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH]
        mm = 25.4 / 72
        return [(x * mm, (page.get_height() - top) * mm, (right - x) * mm, (top - bottom) * mm) for x, bottom, right, top in boxes]
    finally:
        document.close()


def is_drawn(boxes: list[tuple[float, float, float, float]], left: float, top: float, width: float, height: float) -> bool:
    """Whether a line or frame has its middle exactly there; its box is larger by the thickness of its stroke."""
    return any(
        abs(x + w / 2 - left - width / 2) < 0.03
        and abs(y + h / 2 - top - height / 2) < 0.03
        and 0 <= w - width < 0.6
        and 0 <= h - height < 0.6
        for x, y, w, h in boxes
    )


def test_what_is_measured_stands_where_the_page_says(office: Office) -> None:
    boxes = lines_of(printer_tests.make(office.desk, OTHER))
    for x, y in ((20, 70), (190, 70), (20, 270), (190, 270)):
        assert is_drawn(boxes, x - 5, y, 10, 0) and is_drawn(boxes, x, y - 5, 0, 10), f"the cross at {x}, {y}"
    assert is_drawn(boxes, 55, 277, 100, 0) and is_drawn(boxes, 193, 150, 0, 100), "100 mm both ways"
    for step in (50, 100, 150, 200):
        assert is_drawn(boxes, step, 8, 0, 4) and is_drawn(boxes, 8, step, 4, 0), f"the rulers at {step} mm"
    always, outer = LONG_3.always_visible(), LONG_3.may_be_visible()
    for area in (always, outer):
        assert is_drawn(boxes, area.left, area.top, area.right - area.left, area.bottom - area.top)
    assert not is_drawn(boxes, 21, 70, 10, 0), "a millimetre beside would be seen"


def test_only_the_destination_moves_with_the_correction(office: Office) -> None:
    before = printer_tests.make(office.desk, OTHER)
    officer = office.at(office.suzuki)
    workstation.change_setting(officer, "shift_right", "0.5")
    workstation.change_setting(officer, "shift_down", "－0.4")
    assert workstation.calibration(office.desk) == (0.5, -0.4)
    after = printer_tests.make(office.desk, OTHER)
    old, new = lines_of(before), lines_of(after)
    block = destination_block(LONG_3)
    size = (block.right - block.left, block.bottom - block.top)
    assert is_drawn(old, block.left, block.top, *size) and is_drawn(new, block.left + 0.5, block.top - 0.4, *size)
    assert sum(one not in old for one in new) == 1, "every other line stays where it was"
    assert Place(after).of("20,")[0] == pytest.approx(Place(before).of("20,")[0])


@pytest.mark.parametrize(("name", "value"), [("shift_right", "0.6"), ("shift_down", "-0.6"), ("shift_right", "9"), ("shift_down", "x")])
def test_a_correction_that_could_hide_the_destination_is_refused_when_it_is_set(office: Office, name: str, value: str) -> None:
    with pytest.raises(InputProblem, match=r"K-187[67]") as caught:
        workstation.change_setting(office.at(office.suzuki), name, value)
    assert caught.value.field == name
    assert workstation.calibration(office.desk) == (0.0, 0.0)


def test_the_page_says_how_to_measure_and_what_is_set(office: Office) -> None:
    workstation.change_setting(office.at(office.suzuki), "shift_right", "0.3")
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=printer_tests.make(office.desk, OTHER), capture_output=True, check=True)
    said = re.sub(r"\s", "", done.stdout.decode("utf-8"))
    for words in (
        "調整用紙",
        "ずれの測り方",
        "20から引いた数が、右の補正です",
        "70から引いた数が、下の補正です",
        "右+0.3mm下+0.0mm",
        "長形3号",
    ):
        assert words in said, words
