"""Which case is due for which letter, on a real vault through the real services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kyufu_desktop.domain.letter import LetterKind
from kyufu_desktop.domain.letter_occasion import Occasion, announcement_due, first_letter, reminder_due
from kyufu_desktop.domain.review import Item, ItemState
from kyufu_desktop.domain.values import Category
from kyufu_desktop.services import letter_occasions, review
from kyufu_desktop.services.programme_definitions import as_proposed
from tests.services.office import Office, opened


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as found:
        yield found


def due(office: Office) -> tuple[Occasion, ...]:
    with office.desk.look() as session:
        return letter_occasions.occasions(session, office.desk.programme, office.desk.today())


def kinds(office: Office) -> list[tuple[LetterKind, int]]:
    return [(occasion.kind, occasion.case_id) for occasion in due(office)]


def test_no_category_of_the_wards_programme_is_paid_without_a_form() -> None:
    programme = as_proposed("r6")
    assert {first_letter(programme, category) for category in Category} == {LetterKind.CONFIRMATION}


def test_a_form_that_is_not_back_is_asked_for_from_thirty_days_before_the_deadline(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.sent(case_id)
    deadline, days = office.desk.programme.return_deadline, office.desk.programme.reminder_days_before
    office.clock.days((deadline - office.desk.today()).days - days - 1)
    assert due(office) == ()
    office.clock.days(1)
    assert [(o.kind, o.case_id, o.amount, o.judgment_ids) for o in due(office)] == [
        (LetterKind.REMINDER, case_id, 100_000, tuple(office.judgments(case_id)))
    ]
    office.clock.days(days)
    assert kinds(office) == [(LetterKind.REMINDER, case_id)]
    office.clock.days(1)
    assert due(office) == ()


def test_a_form_that_is_back_is_not_asked_for(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.received(case_id)
    office.clock.days((office.desk.programme.return_deadline - office.desk.today()).days)
    assert due(office) == ()


def test_a_form_with_a_deficiency_is_told_of_once_it_was_looked_at(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    form_id = office.received(case_id)
    assert due(office) == ()
    items = {**dict.fromkeys(Item, ItemState.FITS), Item.SIGNATURE: ItemState.DEFICIENT}
    review.check(office.desk, form_id, items, ("D02",))
    assert [(o.kind, o.case_id, o.form_id) for o in due(office)] == [(LetterKind.DEFICIENCY, case_id, form_id)]


def test_a_completed_review_makes_the_decision_due(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000), ("kodomo", 50_000), children=1)
    form_id = office.reviewed(case_id)
    assert [(o.kind, o.case_id, o.amount, o.form_id) for o in due(office)] == [(LetterKind.DECISION, case_id, 150_000, form_id)]


def test_a_refusal_is_due_as_soon_as_it_was_approved(office: Office) -> None:
    case_id = office.household(("hikazei", 0), outcome="NG", reasons='["NG_SHOTOKUWARI"]')
    assert [(o.kind, o.case_id, o.amount) for o in due(office)] == [(LetterKind.REFUSAL, case_id, 0)]
    drafted = office.household(("hikazei", 0), outcome="NG", state="DRAFTED", approved_by=None, approved_at=None)
    assert drafted not in [occasion.case_id for occasion in due(office)]


def test_an_approved_transfer_is_announced_before_its_day_and_never_on_it(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.reviewed(case_id)
    batch_id = office.batch()
    assert LetterKind.PAYMENT not in [occasion.kind for occasion in due(office)]
    office.approved(batch_id)
    announced = [occasion for occasion in due(office) if occasion.kind is LetterKind.PAYMENT]
    assert [(o.case_id, o.batch_id, o.amount) for o in announced] == [(case_id, batch_id, 100_000)]
    office.clock.days((office.row(batch_id).transfer_on - office.desk.today()).days)
    assert LetterKind.PAYMENT not in [occasion.kind for occasion in due(office)]


@pytest.mark.parametrize(("days", "expected"), [(-31, False), (-30, True), (0, True), (1, False)])
def test_reminders_begin_on_their_day_and_end_with_the_deadline(days: int, expected: bool) -> None:
    from datetime import date, timedelta

    deadline = date(2024, 10, 31)
    assert reminder_due(deadline, 30, deadline + timedelta(days=days)) is expected
    assert announcement_due(deadline, deadline) is False
