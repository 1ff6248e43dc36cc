"""Two processes typeset many letters: the same pages as one, the same refusals, and nobody left behind."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kyufu_desktop.documents import letter_press, wording
from kyufu_desktop.documents.letters import Confirmation, Destination
from kyufu_desktop.documents.typesetting import SecondProcess
from kyufu_desktop.errors import Cancelled, UserError

WORDS = wording.load()
MANY = letter_press.ALONE + 10


def _letter(number: int, **changes: object) -> Confirmation:
    destination = Destination("1608484", ("東京都新宿区西新宿二丁目8番1号", f"みどり荘 {number}号室"), "葛\U000e0100城 花子")
    benefits = (("調整給付", 50000, ()),)
    letter = Confirmation(
        f"R60142{number:04d}-01", "6新総総第1207号", date(2024, 8, 28), date(2024, 10, 31), destination, benefits, ("葛\U000e0100城 花子",)
    )
    return replace(letter, **changes)  # type: ignore[arg-type]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[SecondProcess]:
    """Every second process that the job started."""
    found: list[SecondProcess] = []
    enter = SecondProcess.__enter__

    def noted(self: SecondProcess) -> SecondProcess:
        found.append(self)
        return enter(self)

    monkeypatch.setattr(SecondProcess, "__enter__", noted)
    return found


def test_two_processes_make_the_same_bytes_as_one(started: list[SecondProcess], monkeypatch: pytest.MonkeyPatch) -> None:
    made = [_letter(number) for number in range(MANY)]
    together = letter_press.compose(made, WORDS)
    monkeypatch.setattr(SecondProcess, "available", staticmethod(lambda: False))
    alone = letter_press.compose(made, WORDS)
    assert len(started) == 1 and started[0]._process.poll() is not None
    assert together == alone and together.pages_per_letter == (3,) * MANY


def test_second_process_typesets_by_itself() -> None:
    data = letter_press._chunk_data([_letter(1)], letter_press.Job(WORDS))
    with SecondProcess(WORDS.template) as second:
        found = second.typeset(data)
    second.close()
    assert found == letter_press._chunk([_letter(1)], letter_press.Job(WORDS))


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_second_process_leaves_no_image_of_its_memory() -> None:
    with SecondProcess(WORDS.template) as second:
        assert second.typeset(letter_press._chunk_data([_letter(1)], letter_press.Job(WORDS))) is not None
        limits = Path(f"/proc/{second._process.pid}/limits").read_text()
    second.close()
    assert re.search(r"Max core file size\s+0\s+0\b", limits)


def test_few_letters_start_no_process(started: list[SecondProcess]) -> None:
    letter_press.compose([_letter(1), _letter(2)], WORDS)
    assert started == []


@pytest.mark.parametrize("bad", [1, letter_press.CHUNK + 1, MANY - 1])
def test_letter_that_cannot_be_set_is_named_wherever_it_was_typeset(bad: int, started: list[SecondProcess]) -> None:
    made = [_letter(number) for number in range(MANY)]
    made[bad] = _letter(bad, management_number="\ue001")
    with pytest.raises(UserError) as caught:
        letter_press.compose(made, WORDS)
    assert caught.value.code == "K-1806" and made[bad].code in str(caught.value)
    assert started[0]._process.poll() is not None


def test_a_process_that_dies_costs_time_and_no_letter(started: list[SecondProcess]) -> None:
    def kill(_done: int, _of: int) -> None:
        if started:
            started[0]._process.kill()

    composed = letter_press.compose([_letter(number) for number in range(MANY)], WORDS, kill)
    assert composed.pages_per_letter == (3,) * MANY and len(composed.parts) == 4


def test_stopping_ends_the_second_process_at_once(started: list[SecondProcess]) -> None:
    def stop(done: int, _of: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        letter_press.compose([_letter(number) for number in range(MANY)], WORDS, stop)
    assert started[0]._process.poll() is not None
