"""The codes of letters as a print queue hands them to its device."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from kyufu_desktop.documents import letter_press, wording
from kyufu_desktop.documents.notices import kind_of
from kyufu_desktop.domain.letter import page_code
from kyufu_desktop.domain.printing import Machine
from kyufu_desktop.views.printing import CupsPrinter
from tests.documents.letters_of_every_kind import EACH
from tests.documents.test_codes_read_back import grey_pages, read_codes

_SPEC = importlib.util.spec_from_file_location("private_cups", Path(__file__).parents[1] / "private_cups.py")
assert _SPEC is not None and _SPEC.loader is not None
cups = sys.modules.setdefault("private_cups", importlib.util.module_from_spec(_SPEC))
if not hasattr(cups, "QUEUE"):
    _SPEC.loader.exec_module(cups)


@pytest.mark.skipif(
    not cups.available() or shutil.which("zbarimg") is None, reason="cupsd or zbarimg is not installed, or the tests do not run as root"
)
def test_code_of_every_page_is_read_from_what_the_queue_gives_its_device(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    root = Path(tempfile.mkdtemp(prefix="cups-"))
    letters = [replace(letter, code=f"R60000{number:04d}-01", practice=number % 2 == 0) for number, letter in enumerate(EACH)]
    try:
        with cups.private_cups(root) as server:
            monkeypatch.setenv("CUPS_SERVER", server.address)
            printer = CupsPrinter(Machine(cups.QUEUE, cups.DEVICE))
            for letter in letters:
                composed = letter_press.compose([letter], wording.load_kind(kind_of(letter), "confirmation_r6"))
                (sent,) = composed.letters()
                printer.send(sent, "letters-1-1")
                received, *_ = server.job()
                assert received == sent
                expected = [[page_code(letter.code, page)] for page in range(1, composed.pages_per_letter[0] + 1)]
                assert read_codes(grey_pages(received), tmp_path) == expected
    finally:
        shutil.rmtree(root, ignore_errors=True)
