"""Every kind of letter through its whole life on a real vault: due, made, printed, enclosed, sent, come back, made void."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kyufu_desktop.domain.judgment import Reason
from kyufu_desktop.domain.letter import FIRST, LetterKind, LetterState
from kyufu_desktop.domain.programme import Route
from kyufu_desktop.domain.refusal import NEUTRAL
from kyufu_desktop.domain.returned_mail import ReturnReason
from kyufu_desktop.domain.review import FormState, Item, ItemState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.case import Person
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.review import ReturnedForm
from kyufu_desktop.services import batches, letters, print_jobs, returned_mail, review, workstation
from tests.services.office import MACHINE, Office, opened, silent

needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as found:
        yield found


def due(office: Office) -> list[tuple[LetterKind, int, str]]:
    return [(row.kind, row.case_id, row.obstacle) for row in letters.page(office.desk).ready]


def made(office: Office, case_id: int, kind: LetterKind) -> Letter:
    letters.prepare(office.desk, (case_id,), silent, frozenset({kind}))
    letter = office.letter(case_id)
    assert letter.kind == kind.value
    return letter


def printed(office: Office, letter: Letter) -> str:
    """The letter on paper, well. Returns what stands on its pages without blanks."""
    order = print_jobs.start_job(office.desk, (letter.id,), MACHINE, silent)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    done = subprocess.run(["pdftotext", "-", "-"], input=order.pdf, capture_output=True, check=True, timeout=60)
    return re.sub(r"\s", "", done.stdout.decode("utf-8"))


def posted(office: Office, letter: Letter) -> str:
    text = printed(office, letter)
    letters.mark_sent(office.desk, office.enclosed(letter.id), office.desk.today())
    return text


def state(office: Office, letter: Letter) -> str:
    with office.desk.look() as session:
        return session.get_one(Letter, letter.id).state


def deficient(office: Office, case_id: int, *codes: str) -> int:
    """A form of the case that came back without a signature. Returns the form id."""
    form_id = office.received(case_id)
    items = {**dict.fromkeys(Item, ItemState.FITS), Item.SIGNATURE: ItemState.DEFICIENT}
    review.check(office.desk, form_id, items, codes or ("D02",))
    return form_id


def until_reminders(office: Office) -> None:
    deadline = office.desk.programme.return_deadline
    office.clock.days((deadline - office.desk.today()).days - 10)


@needs_pdftotext
def test_a_reminder_tells_the_deadline_and_leaves_the_case_as_it_is(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.sent(case_id)
    until_reminders(office)
    assert due(office) == [(LetterKind.REMINDER, case_id, "")]
    text = posted(office, made(office, case_id, LetterKind.REMINDER))
    assert "確認書の提出のお願い" in text and "100,000円" in text and "令和6年8月28日" in text
    assert office.status(case_id) == "確認書発送"
    assert due(office) == []


@needs_pdftotext
def test_a_reminder_is_not_sent_once_the_form_is_back(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    (code,) = office.sent(case_id)
    until_reminders(office)
    letter = made(office, case_id, LetterKind.REMINDER)
    printed(office, letter)
    office.enclosed(letter.id)
    review.receive(office.desk, code, office.desk.today(), None)
    with pytest.raises(Conflict) as refused:
        letters.mark_sent(office.desk, (letter.id,), office.desk.today())
    assert refused.value.code == "K-1691" and "もう届いています" in refused.value.happened
    assert "細断" in print_jobs.spoil(office.desk, letter.id, "確認書が届いたため").sentence
    assert state(office, letter) == LetterState.SPOILED.value


@needs_pdftotext
def test_a_deficiency_is_told_without_a_digit_of_the_account_and_answered_by_its_own_code(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    form_id = deficient(office, case_id, "D02")
    office.account(case_id, "7654321")
    letter = made(office, case_id, LetterKind.DEFICIENCY)
    assert letter.return_due == office.desk.today() + timedelta(days=14)
    text = posted(office, letter)
    assert "署名がありません。" in text and "署名をお願いします。" in text
    assert "321" not in text and "みずほ" not in text
    _, answer = review.receive(office.desk, letter.code, office.desk.today(), None)
    with office.desk.look() as session:
        assert session.get_one(ReturnedForm, form_id).state == FormState.SUPPLEMENTED.value
    page = review.form(office.desk, answer)
    assert page.items[Item.PASSBOOK] is ItemState.FITS and Item.SIGNATURE not in page.items
    assert [row.form_id for row in review.page(office.desk).waiting] == [answer]
    office.look_at(answer)
    review.second_look(office.desk, (answer,), office.suzuki)
    review.complete(office.desk, answer, office.desk.today())
    assert office.status(case_id) == "審査完了"
    assert len(office.ready()) == 1


@needs_pdftotext
def test_an_answered_deficiency_is_not_answered_twice(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    form_id = deficient(office, case_id)
    letter = made(office, case_id, LetterKind.DEFICIENCY)
    posted(office, letter)
    review.receive(office.desk, letter.code, office.desk.today(), None)
    with pytest.raises(Conflict) as refused:
        review.receive(office.desk, letter.code, office.desk.today(), None)
    assert refused.value.code == "K-1723"
    with pytest.raises(Conflict) as refused:
        review.check(office.desk, form_id, dict.fromkeys(Item, ItemState.FITS), ())
    assert refused.value.code == "K-1727"


@needs_pdftotext
def test_a_deficiency_that_was_mended_at_the_counter_needs_no_answer_by_post(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    form_id = deficient(office, case_id)
    letter = made(office, case_id, LetterKind.DEFICIENCY)
    posted(office, letter)
    office.look_at(form_id)
    with pytest.raises(Conflict) as refused:
        review.receive(office.desk, letter.code, office.desk.today(), None)
    assert refused.value.code == "K-1859"


def test_the_days_to_mend_a_deficiency_are_a_setting(office: Office) -> None:
    at_the_officers = office.at(office.suzuki)
    workstation.change_setting(at_the_officers, "deficiency_days", "21")
    with pytest.raises(InputProblem):
        workstation.change_setting(at_the_officers, "deficiency_days", "3")
    case_id = office.household(("hikazei", 100_000))
    deficient(office, case_id)
    assert made(office, case_id, LetterKind.DEFICIENCY).return_due == office.desk.today() + timedelta(days=21)


@needs_pdftotext
def test_a_decision_tells_the_amount_and_three_digits_of_the_account(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000), ("kodomo", 50_000), children=1)
    office.reviewed(case_id)
    text = posted(office, made(office, case_id, LetterKind.DECISION))
    assert "支給決定通知書" in text and "150,000円" in text
    assert "＊＊＊＊001" in text and "0000001" not in text.replace("R600000001", "")
    assert office.status(case_id) == "審査完了" and len(office.ready()) == 2


@needs_pdftotext
def test_a_refusal_says_a_neutral_reason_only(office: Office) -> None:
    case_id = office.household(("hikazei", 0), outcome="NG", reasons='["NG_SPLIT_HOUSEHOLD", "NG_OTHER_MUNICIPALITY"]')
    text = posted(office, made(office, case_id, LetterKind.REFUSAL))
    assert "支給要件（給付金の受給の状況）に該当しないため" in text
    for betraying in ("別の世帯", "世帯を分け", "市区町村", "ほかの", "配偶者"):
        assert betraying not in text
    assert due(office) == []


def test_every_reason_of_a_refusal_has_a_neutral_form() -> None:
    assert {reason for reason in Reason if reason.value.startswith("NG_")} == set(NEUTRAL)


def test_nothing_is_written_to_a_person_who_has_died(office: Office) -> None:
    case_id = office.household(("hikazei", 0), outcome="NG", reasons='["NG_DECEASED"]')
    ((kind, _, obstacle),) = due(office)
    assert kind is LetterKind.REFUSAL and "亡くなって" in obstacle
    with pytest.raises(Conflict) as refused:
        made(office, case_id, LetterKind.REFUSAL)
    assert refused.value.code == "K-1841"


@needs_pdftotext
def test_a_transfer_is_announced_before_its_day_and_not_after_it(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.reviewed(case_id)
    batch_id = office.approved(office.batch())
    letter = made(office, case_id, LetterKind.PAYMENT)
    text = printed(office, letter)
    assert "支給（振込）通知書" in text and "100,000円" in text
    assert "＊＊＊＊001" in text and "0000001" not in text.replace("R600000001", "")
    office.enclosed(letter.id)
    office.clock.days((office.row(batch_id).transfer_on - office.desk.today()).days)
    with pytest.raises(Conflict) as refused:
        letters.mark_sent(office.desk, (letter.id,), office.desk.today())
    assert refused.value.code == "K-1691" and "振込日" in refused.value.happened


@needs_pdftotext
def test_a_cancelled_batch_is_not_announced(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.reviewed(case_id)
    batch_id = office.approved(office.batch())
    letter = made(office, case_id, LetterKind.PAYMENT)
    batches.cancel_batch(office.desk, batch_id, office.tanaka, "口座を確かめ直すために取り消します")
    with pytest.raises(Conflict) as refused:
        print_jobs.start_job(office.desk, (letter.id,), MACHINE, silent)
    assert refused.value.code == "K-1691" and "取り消され" in refused.value.happened


def test_a_category_that_the_programme_pays_without_a_form_gets_an_announcement_with_a_form_to_decline(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    routes = dict.fromkeys(Category, Route.PUSH)
    office.desk = dataclasses.replace(office.desk, programme=dataclasses.replace(office.desk.programme, routes=routes))
    assert due(office) == [(LetterKind.PUSH, case_id, "口座が確認済になっていません。")]
    office.account(case_id)
    letter = made(office, case_id, LetterKind.PUSH)
    assert letter.return_due == office.desk.today() + timedelta(days=14)
    order = print_jobs.start_job(office.desk, (letter.id,), MACHINE, silent)
    assert order.sheets == 2
    with pytest.raises(InputProblem) as told:
        review.receive(office.desk, letter.code, office.desk.today(), None)
    assert told.value.code == "K-1858"


@needs_pdftotext
def test_a_person_who_reads_braille_gets_every_letter_in_large_print(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        unit.session.get_one(Person, 1).braille = "1"
        unit.record(Act.TARGETS_IMPORTED, rows=1)
    letter = made(office, case_id, LetterKind.CONFIRMATION)
    assert letter.layout == "LARGE"
    posted(office, letter)
    assert office.letter(case_id).sheets == office.letter(case_id).pages == 6


@needs_pdftotext
def test_a_decision_that_came_back_leaves_the_case_where_it_is_and_waits_for_another_place(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.reviewed(case_id)
    letter = made(office, case_id, LetterKind.DECISION)
    posted(office, letter)
    returned_mail.came_back(office.desk, letter.code, office.desk.today(), ReturnReason.MOVED)
    assert office.status(case_id) == "審査完了"
    assert [mail.code for mail in returned_mail.open_mail(office.desk)] == [letter.code]
    ((kind, _, obstacle),) = due(office)
    assert kind is LetterKind.DECISION and "返戻になった宛先のまま" in obstacle


@needs_pdftotext
def test_a_spoiled_notice_is_made_anew_under_a_new_code_and_says_so(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.reviewed(case_id)
    letter = made(office, case_id, LetterKind.DECISION)
    printed(office, letter)
    print_jobs.spoil(office.desk, letter.id, "にじみがあったため")
    again = office.letter(case_id)
    assert again.kind == LetterKind.DECISION.value and again.code != letter.code
    assert "再発行1" in printed(office, again)


def test_letters_of_two_kinds_are_not_one_job(office: Office) -> None:
    one, two = office.household(("hikazei", 100_000)), office.household(("hikazei", 0), outcome="NG", reasons='["NG_TREATY"]')
    letters.prepare(office.desk, (one, two), silent, FIRST | {LetterKind.REFUSAL})
    with pytest.raises(InputProblem) as refused:
        print_jobs.start_job(office.desk, (office.letter(one).id, office.letter(two).id), MACHINE, silent)
    assert refused.value.code == "K-1857"


def test_a_letter_for_a_further_benefit_is_no_reissue_of_the_first(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.sent(case_id)
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        office.decide(unit, case_id, 1, "chosei", 30_000)
        unit.record(Act.TARGETS_IMPORTED, rows=1)
    letters.prepare(office.desk, (case_id,), silent)
    order = print_jobs.start_job(office.desk, (office.letter(case_id).id,), MACHINE, silent)
    done = subprocess.run(["pdftotext", "-", "-"], input=order.pdf, capture_output=True, check=True, timeout=60)
    assert "再発行" not in done.stdout.decode("utf-8")
