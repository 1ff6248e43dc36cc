"""The way of a letter to the paper, on a CUPS server of the test's own."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pypdfium2
import pytest
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter

from kyufu_desktop.domain.printing import Machine
from kyufu_desktop.errors import PaperUnknown, UserError
from kyufu_desktop.views import printing
from kyufu_desktop.views.printing import CupsPrinter, PracticePrinter


def _module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


cups = _module("private_cups", Path(__file__).parents[1] / "private_cups.py")
PINNED = Machine(cups.QUEUE, cups.DEVICE)
needs_cups = pytest.mark.skipif(not cups.available(), reason="cupsd is not installed, or the tests do not run as root")


def _pdf(pages: int = 2) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    import io

    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    return buffer.getvalue()


@pytest.fixture(scope="module")
def _server() -> Iterator[Any]:
    # The path of a socket is short: the folder of pytest would be too deep.
    root = Path(tempfile.mkdtemp(prefix="cups-"))
    try:
        with cups.private_cups(root) as server:
            yield server
    finally:
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def server(_server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("CUPS_SERVER", _server.address)
    return _server


@needs_cups
def test_job_arrives_whole_and_the_spool_is_empty_afterwards(server: Any) -> None:
    pdf = _pdf(4)
    receipt = CupsPrinter(PINNED).send(pdf, "J-12", copies=1)
    arrived, title, copies, options = server.job()
    assert arrived == pdf
    assert receipt.sha256 == hashlib.sha256(arrived).hexdigest()
    assert (title, copies) == ("J-12", "1")
    assert "media=A4" in options
    assert receipt.pages == 4 and receipt.job.startswith("ward-")
    left = [path for path in server.leftovers() if "job.cache" not in path]
    assert left == []


@needs_cups
def test_tray_and_sides_go_with_the_job(server: Any) -> None:
    CupsPrinter(Machine(cups.QUEUE, cups.DEVICE, "Tray2", duplex=True)).send(_pdf(), "J-20")
    options = server.job()[3].split()
    assert "InputSlot=Tray2" in options and "sides=two-sided-long-edge" in options
    CupsPrinter(PINNED).send(_pdf(), "J-21")
    options = server.job()[3].split()
    assert "sides=one-sided" in options and not any(option.startswith("InputSlot") for option in options)


def test_trays_are_read_from_the_description_of_the_printer() -> None:
    answer = "PageSize/Media Size: *A4 Letter\nInputSlot/Media Source: Auto *Tray1 Tray2\nDuplex/Double-Sided: *None DuplexNoTumble\n"
    assert printing.trays_in(answer) == ("Auto", "Tray1", "Tray2")
    assert printing.trays_in("PageSize/Media Size: *A4\n") == ()


@needs_cups
def test_an_empty_tray_is_told_and_what_waits_can_be_cancelled(server: Any) -> None:
    printer = CupsPrinter(PINNED)
    with server.without_paper():
        jobs = [printer.send(_pdf(), f"J-3{number}").job for number in range(3)]
        end = time.monotonic() + 10
        while not (state := printer.queue()).alert and time.monotonic() < end:
            time.sleep(0.05)
        assert state.jobs == tuple(jobs)
        assert "用紙がありません" in state.alert
        printer.cancel_waiting()
        assert printer.queue().jobs == ()
        assert server.leftovers() == []
    assert server.arrived() == []


@needs_cups
def test_jobs_come_out_in_their_order_once_there_is_paper_again(server: Any) -> None:
    printer = CupsPrinter(PINNED)
    with server.without_paper():
        for number in range(4):
            printer.send(_pdf(), f"J-4{number}")
    assert [server.job()[1] for _ in range(4)] == [f"J-4{number}" for number in range(4)]
    assert server.leftovers() == []


@needs_cups
def test_a_print_service_that_dies_takes_nothing_more_and_keeps_nothing_once_cancelled() -> None:
    root = Path(tempfile.mkdtemp(prefix="cups-"))
    printer = CupsPrinter(PINNED)
    try:
        with pytest.MonkeyPatch.context() as changed, cups.private_cups(root) as own:
            changed.setenv("CUPS_SERVER", own.address)
            with own.without_paper():
                printer.send(_pdf(), "J-50")
                own.kill()
                with pytest.raises(UserError) as caught:
                    printer.send(_pdf(), "J-51")
                assert caught.value.code == "K-1822"
                own.start()
                printer.cancel_waiting()
                assert own.leftovers() == []
            assert own.arrived() == []
    finally:
        shutil.rmtree(root, ignore_errors=True)


@needs_cups
def test_nothing_is_left_in_the_temporary_folder(server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    CupsPrinter(PINNED).send(_pdf(), "J-13")
    server.job()
    assert list(tmp_path.iterdir()) == []


def test_temporary_files_of_the_printing_program_lie_in_memory() -> None:
    if not Path("/dev/shm").is_dir():
        pytest.skip("this system has no /dev/shm")
    assert printing._environment()["TMPDIR"] == "/dev/shm"


@needs_cups
def test_queue_with_another_device_than_the_pinned_one_is_refused(server: Any) -> None:
    with pytest.raises(UserError) as caught:
        CupsPrinter(Machine(cups.QUEUE, "usb://Brother/HL-L2375DW")).send(_pdf(), "J-14")
    assert caught.value.code == "K-1823"


@needs_cups
def test_absent_queue_is_refused(server: Any) -> None:
    with pytest.raises(UserError) as caught:
        CupsPrinter(Machine("other", cups.DEVICE)).send(_pdf(), "J-15")
    assert caught.value.code == "K-1822"


@needs_cups
def test_pinned_network_device_is_refused_unless_allowed(server: Any) -> None:
    environment = printing._environment()
    device = "socket://192.0.2.7:9100"
    subprocess.run(
        ["lpadmin", "-p", "far", "-E", "-v", device, "-P", str(server.root / "ward.ppd")], env=environment, capture_output=True, check=True
    )
    try:
        listed = {printer.name: printer.refusal for printer in printing.cups_printers()}
        assert listed[cups.QUEUE] == "" and listed["far"] != ""
        with pytest.raises(UserError) as caught:
            CupsPrinter(Machine("far", device)).send(_pdf(), "J-16")
        assert caught.value.code == "K-1824"
        CupsPrinter(Machine("far", device), allow_network=True).check()
    finally:
        subprocess.run(["lpadmin", "-x", "far"], env=environment, capture_output=True, check=True)


@pytest.mark.parametrize(
    "device",
    [
        "file:///tmp/out.pdf",
        "cups-pdf:/",
        "fax://x",
        "hpfax:/usb/x",
        "ipp://10.0.0.1/ipp",
        "socket://10.0.0.1:9100",
        "smb://h/q",
        "dnssd://x._ipp._tcp.local/",
    ],
)
def test_devices_that_are_no_printer_on_the_desk_are_refused(device: str) -> None:
    assert printing.refusal(device)


@pytest.mark.parametrize("device", ["usb://Brother/HL-L2375DW?serial=E1", "parallel:/dev/lp0", "capture:/"])
def test_directly_connected_devices_are_accepted(device: str) -> None:
    assert printing.refusal(device) == ""


@pytest.mark.parametrize(
    ("name", "port", "refused"),
    [
        ("Brother HL", "USB001", False),
        ("Brother HL", "LPT1:", False),
        ("Microsoft Print to PDF", "PORTPROMPT:", True),
        ("Fax", "SHRFAX:", True),
        ("Ward", "192.0.2.7", True),
        ("\\\\server\\ward", "USB001", True),
        ("Ward", "", True),
    ],
)
def test_windows_ports(name: str, port: str, refused: bool) -> None:
    assert bool(printing.windows_refusal(name, port)) is refused


def test_practice_printer_cannot_be_made_for_the_real_vault(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        PracticePrinter(tmp_path, practice=False)
    assert caught.value.code == "K-1827"
    assert list(tmp_path.iterdir()) == []


def test_practice_printer_keeps_the_jobs_of_one_kind_in_one_file(tmp_path: Path) -> None:
    printer = PracticePrinter(tmp_path / "out", practice=True)
    printer.send(_pdf(2), "letters-1")
    printer.send(_pdf(1), "ledger-7")
    printer.send(_pdf(3), "letters-2")
    pages = {}
    for path in (tmp_path / "out").iterdir():
        document = pypdfium2.PdfDocument(path)
        pages[path.name] = len(document)
        document.close()
    assert pages == {"letters.pdf": 5, "ledger.pdf": 1}


def test_title_holds_the_job_number_only(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="number only"):
        PracticePrinter(tmp_path, practice=True).send(_pdf(), "山田 花子")


def test_printer_must_be_pinned() -> None:
    with pytest.raises(UserError) as caught:
        printing.pinned_printer(Machine(""))
    assert caught.value.code == "K-1826"


def _to_file(printer: QPrinter, path: Path) -> QPrinter:
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFullPage(True)
    return printer


class HaltingPrinter(QPrinter):
    """Takes the first page and no further one, as Windows' spooler does where the paper jams."""

    def newPage(self) -> bool:
        return False


def test_a_printer_that_halts_after_the_first_page_says_that_paper_may_be_there(qapp: Any, tmp_path: Path) -> None:
    printer = _to_file(HaltingPrinter(QPrinter.PrinterMode.HighResolution), tmp_path / "out.pdf")
    with pytest.raises(PaperUnknown) as caught:
        printing.paint_pdf(printer, _pdf(3))
    assert caught.value.code == "K-1828"
    document = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    assert len(document) == 1, "the first page is out in the world"
    document.close()


def test_a_printer_that_does_not_begin_has_printed_nothing(qapp: Any, tmp_path: Path) -> None:
    printer = _to_file(QPrinter(QPrinter.PrinterMode.HighResolution), tmp_path / "no folder" / "out.pdf")
    with pytest.raises(UserError) as caught:
        printing.paint_pdf(printer, _pdf(3))
    assert caught.value.code == "K-1825" and not isinstance(caught.value, PaperUnknown)
    assert caught.value.kept == "何も印刷していません。"


def test_a_queue_that_takes_a_letter_without_naming_it_may_have_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Programs of the printing system that answer as a broken one would: ``lp`` ends well and says nothing."""
    for name, answer in (("lpstat", "device for ward: usb://Mihon/1"), ("lp", "")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho '{answer}'\n", encoding="utf-8")
        program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(PaperUnknown) as caught:
        CupsPrinter(Machine("ward", "usb://Mihon/1")).send(_pdf(), "J-60")
    assert caught.value.code == "K-1829"


def test_pages_are_painted_at_their_true_size(qapp: Any, tmp_path: Path) -> None:
    printing.paint_pdf(_to_file(QPrinter(QPrinter.PrinterMode.HighResolution), tmp_path / "out.pdf"), _pdf(3))
    document = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    try:
        assert len(document) == 3
        assert [round(side) for side in document[0].get_size()] == [595, 842]
    finally:
        document.close()
