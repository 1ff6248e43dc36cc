"""封入の照合 through the vault: a letter leaves only after another person than the printer found envelope and pages to fit."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.enclosing import Outcome
from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.letter import EnclosingCheck, Letter
from kyufu_desktop.services import enclosing, letters, print_jobs
from tests.services.office import MACHINE, Office, opened, silent


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def printed(office: Office, count: int) -> tuple[enclosing.WaitingLetter, ...]:
    office.printed(*(office.household(("hikazei", 100_000)) for _ in range(count)))
    return enclosing.page(office.desk).waiting


def look(office: Office, letter: enclosing.WaitingLetter, *pages: str) -> Outcome:
    return enclosing.look(office.desk, letter.code, pages or letter.page_codes, office.suzuki).outcome


def records(office: Office, act: Act) -> list[AuditEntry]:
    with office.desk.look() as db:
        found = list(db.scalars(select(AuditEntry).where(AuditEntry.act == act.value).order_by(AuditEntry.seq)))
        db.expunge_all()
        return found


def send(office: Office, *ids: int) -> None:
    letters.mark_sent(office.desk, ids, office.desk.today())


def test_a_letter_that_was_not_enclosed_is_not_sent(office: Office) -> None:
    one, two = printed(office, 2)
    assert look(office, one) is Outcome.FITS
    with pytest.raises(Conflict, match="K-1880"):
        send(office, one.letter_id, two.letter_id)
    send(office, one.letter_id)
    assert [letter.state for letter in letters.page(office.desk).letters] == [LetterState.PRINTED, LetterState.SENT]


def test_who_printed_cannot_check_the_enclosing(office: Office) -> None:
    (letter,) = printed(office, 1)
    for second in (None, office.sato):
        with pytest.raises(NotAllowed, match="K-1881"):
            enclosing.look(office.desk, letter.code, letter.page_codes, second)
    with office.desk.look() as db:
        assert db.get_one(Letter, letter.letter_id).enclosed_at is None
        assert db.scalars(select(EnclosingCheck)).all() == []
    assert enclosing.look(office.at(office.tanaka), letter.code, letter.page_codes).fits, "another person needs no second one"


def test_whoever_sees_a_swap_stops_it_even_who_printed(office: Office) -> None:
    one, two = printed(office, 2)
    assert enclosing.look(office.desk, one.code, (one.code, two.code)).outcome is Outcome.SWAPPED


def test_all_seeded_mistakes_of_sixty_letters_are_stopped_and_only_the_rest_is_sent(office: Office) -> None:
    waiting = printed(office, 60)
    assert len(waiting) == 60 and all(letter.pages == 3 for letter in waiting)
    chance = random.Random(7)
    wrong = chance.sample(waiting, 15)
    packed = {letter.code: list(letter.page_codes) for letter in waiting}
    expected = {letter.code: Outcome.FITS for letter in waiting}
    for one, other in ((wrong[0], wrong[1]), (wrong[2], wrong[3]), (wrong[4], wrong[5])):
        packed[one.code][1], packed[other.code][1] = packed[other.code][1], packed[one.code][1]
        expected[one.code] = expected[other.code] = Outcome.SWAPPED
    for letter in wrong[6:10]:
        packed[letter.code].pop()
        expected[letter.code] = Outcome.MISSING
    for letter in wrong[10:]:
        packed[letter.code].append(packed[letter.code][0])
        expected[letter.code] = Outcome.DOUBLE
    # The first page twice instead of the second: the number of the sheets alone would not tell.
    twice = wrong[14].code
    packed[twice] = [packed[twice][0], packed[twice][0], packed[twice][2]]
    found = {letter.code: look(office, letter, *packed[letter.code]) for letter in waiting}
    assert found == expected
    page = enclosing.page(office.desk)
    assert (page.enclosed, {letter.code for letter in page.waiting}) == (45, {letter.code for letter in wrong})
    assert (len(records(office, Act.LETTER_ENCLOSED)), len(records(office, Act.ENCLOSING_STOPPED))) == (45, 15)
    for letter in wrong:
        with pytest.raises(Conflict, match="K-1880"):
            send(office, letter.letter_id)
    send(office, *(letter.letter_id for letter in waiting if expected[letter.code] is Outcome.FITS))


def test_a_second_envelope_of_the_same_code_is_stopped_and_takes_the_first_back(office: Office) -> None:
    (letter,) = printed(office, 1)
    assert look(office, letter) is Outcome.FITS
    assert look(office, letter) is Outcome.DOUBLE
    with pytest.raises(Conflict, match="K-1880"):
        send(office, letter.letter_id)


def test_a_page_found_in_another_envelope_takes_its_own_envelope_back(office: Office) -> None:
    one, two = printed(office, 2)
    assert look(office, two) is Outcome.FITS
    assert look(office, one, one.page_codes[0], two.page_codes[1]) is Outcome.SWAPPED
    with pytest.raises(Conflict, match="K-1880"):
        send(office, two.letter_id)


def test_a_spoiled_letter_and_a_queued_one_are_never_enclosed(office: Office) -> None:
    (letter,) = printed(office, 1)
    assert look(office, letter) is Outcome.FITS
    print_jobs.spoil(office.desk, letter.letter_id, "窓から住所が見えない")
    assert look(office, letter) is Outcome.VOID
    with office.desk.look() as db:
        new = db.scalars(select(Letter).order_by(Letter.id.desc())).first()
        assert new is not None and new.enclosed_at is None
        code, number = new.code, new.id
    assert enclosing.look(office.desk, code, (code, code), office.suzuki).outcome is Outcome.NOT_PRINTED
    order = print_jobs.start_job(office.desk, (number,), MACHINE, silent)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    with pytest.raises(Conflict, match="K-1880"):
        send(office, number)


def test_a_stop_is_kept_with_codes_only(office: Office) -> None:
    (letter,) = printed(office, 1)
    assert look(office, letter, letter.page_codes[0], "123456789018") is Outcome.UNKNOWN
    with office.desk.look() as db:
        (check,) = db.scalars(select(EnclosingCheck))
        assert json.loads(check.pages) == [letter.code + "-1", "?"]
        number = check.id
        assert (check.outcome, check.checked_by) == ("UNKNOWN", office.suzuki.staff.id)
    (stop,) = records(office, Act.ENCLOSING_STOPPED)
    assert json.loads(stop.detail) == {"check": number, "outcome": "UNKNOWN", "page": 2, "second": office.suzuki.staff.id}


def test_without_an_envelope_there_is_nothing_to_look_at(office: Office) -> None:
    with pytest.raises(InputProblem, match="K-1882"):
        enclosing.look(office.desk, "  ", ())
