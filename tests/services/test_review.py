"""Receipt and review of returned forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from kyufu_desktop.domain.review import DEFICIENCIES, FormState, Item, ItemState
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.services import review
from tests.services.office import Office, opened

WHY = "入院していたため期限に間に合わなかった"
FITS = dict.fromkeys(Item, ItemState.FITS)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def test_a_form_is_received_by_the_code_as_scanned_or_typed(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.sent(case)
    changes, form = review.receive(office.desk, "Ｒ６０００００００１ー０１", office.desk.today(), None)
    assert office.status(case) == "確認書収受"
    assert changes.cases == (case,)
    page = review.form(office.desk, form)
    assert (page.amount, page.benefits, page.late) == (100_000, "非課税化給付", False)
    assert review.page(office.desk).not_returned == 0


def test_a_second_receipt_is_refused(office: Office) -> None:
    (code,) = office.sent(office.household(("hikazei", 100_000)))
    review.receive(office.desk, code, office.desk.today(), None)
    with pytest.raises(Conflict, match="すでに収受"):
        review.receive(office.desk, code, office.desk.today(), None)


def test_an_unknown_code_and_an_unsent_letter_are_refused(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    with pytest.raises(InputProblem):
        review.receive(office.desk, "R699999999-01", office.desk.today(), None)
    office.printed(case)
    with pytest.raises(Conflict, match="発送済ではありません"):
        review.receive(office.desk, office.letter(case).code, office.desk.today(), None)


def test_days_that_cannot_be_are_refused_by_their_field(office: Office) -> None:
    (code,) = office.sent(office.household(("hikazei", 100_000)))
    today = office.desk.today()
    for received, postmark, field in (
        (today + timedelta(days=1), None, "received_on"),
        (today, today + timedelta(days=1), "postmark_on"),
        (today - timedelta(days=1), None, "received_on"),
    ):
        with pytest.raises(InputProblem) as caught:
            review.receive(office.desk, code, received, postmark)
        assert caught.value.field == field


@pytest.mark.parametrize(
    ("received", "postmark", "late"),
    [
        (date(2024, 10, 31), None, False),
        (date(2024, 11, 1), None, True),
        (date(2024, 11, 5), date(2024, 10, 31), False),
        (date(2024, 11, 5), date(2024, 11, 1), True),
    ],
)
def test_the_postmark_counts_for_the_deadline(office: Office, received: date, postmark: date | None, late: bool) -> None:
    (code,) = office.sent(office.household(("hikazei", 100_000)))
    office.clock.days(90)
    _, form = review.receive(office.desk, code, received, postmark)
    assert review.form(office.desk, form).late is late


def test_a_late_form_is_completed_only_once_the_officer_accepted_it(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    (code,) = office.sent(case)
    office.clock.days(90)
    _, form = review.receive(office.desk, code, office.desk.today(), None)
    office.account(case)
    office.look_at(form)
    with pytest.raises(InputProblem, match="期限を過ぎています"):
        review.complete(office.desk, form, office.desk.today())
    with pytest.raises(NotAllowed):
        review.decide_late(office.desk, form, True, WHY)
    review.decide_late(office.at(office.suzuki), form, True, WHY)
    review.second_look(office.desk, (form,), office.suzuki)
    review.complete(office.desk, form, office.desk.today())
    assert office.status(case) == "審査完了"


def test_what_is_missing_is_said_item_by_item(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    form = office.received(case)
    with pytest.raises(InputProblem) as caught:
        review.complete(office.desk, form, office.desk.today())
    for words in ("確認・誓約の欄", "通帳の写し", "口座がまだ入力されていません"):
        assert words in caught.value.happened
    office.look_at(form)
    assert review.form(office.desk, form).missing == ("口座がまだ入力されていません。",)
    assert office.status(case) == "確認書収受"


def test_a_deficiency_makes_the_form_deficient_until_it_is_mended(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    form = office.received(case)
    deficiency = next(one for one in DEFICIENCIES if one.item is Item.SIGNATURE)
    with pytest.raises(InputProblem):
        review.check(office.desk, form, FITS, (deficiency.code,))
    with pytest.raises(InputProblem):
        review.check(office.desk, form, {**FITS, Item.SIGNATURE: ItemState.DEFICIENT}, ())
    review.check(office.desk, form, {**FITS, Item.SIGNATURE: ItemState.DEFICIENT}, (deficiency.code,))
    assert office.status(case) == "不備照会中"
    assert review.form(office.desk, form).state is FormState.DEFICIENT
    office.account(case)
    office.look_at(form)
    review.second_look(office.desk, (form,), office.suzuki)
    review.complete(office.desk, form, office.desk.today())
    assert office.status(case) == "審査完了"
    with pytest.raises(Conflict):
        review.check(office.desk, form, FITS, ())
    assert review.page(office.desk).completed == 1
