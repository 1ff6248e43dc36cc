"""再発行 of sent letters: the former code is void, the new one is awaited, and nothing goes where a letter came back from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kyufu_desktop.documents.letters import Composed
from kyufu_desktop.domain.letter import LetterKind, LetterState
from kyufu_desktop.domain.returned_mail import ReturnReason, Settlement
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem, UserError
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.services import cases, destination, letters, print_jobs, reissues, returned_mail, review
from kyufu_desktop.services.cases import AddressEntry
from tests.services.office import MACHINE, Office, opened, silent

LOST = "用紙をなくしたと電話があった"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def printed(office: Office, letter: Letter) -> str:
    order = print_jobs.start_job(office.desk, (letter.id,), MACHINE, silent)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    return destination.fold("".join(destination.page_texts(Composed((order.pdf,), ()))))


def posted(office: Office, letter: Letter) -> str:
    text = printed(office, letter)
    letters.mark_sent(office.desk, office.enclosed(letter.id), office.desk.today())
    return text


def anew(office: Office, letter_id: int) -> Letter:
    reissues.reissue_sent(office.desk, letter_id, LOST)
    with office.desk.look() as db:
        case_id = db.get_one(Letter, letter_id).case_id
    return office.letter(case_id)


def kept(office: Office, letter_id: int) -> Letter:
    with office.desk.look() as db:
        found = db.get_one(Letter, letter_id)
        db.expunge(found)
        return found


def moved(office: Office, case_id: int) -> None:
    cases.enter_address(office.desk, case_id, AddressEntry("950-0002", "見本県見本市南町2丁目1番", "", "", "", ""))
    cases.reveal_address(office.at(office.suzuki), case_id, "送り先の確認", "書類と照らし合わせるため")
    cases.verify_address(office.desk, (case_id,), office.suzuki)


@pytest.fixture
def sent(office: Office) -> Letter:
    case_id = office.household(("hikazei", 100_000))
    office.sent(case_id)
    return office.letter(case_id)


def test_a_lost_form_is_issued_anew_and_only_the_new_code_is_received(office: Office, sent: Letter) -> None:
    new = anew(office, sent.id)
    assert (new.state, new.issue) == (LetterState.PREPARED.value, 2)
    old = kept(office, sent.id)
    assert (old.state, old.voided_by, old.reprint_reason) == (LetterState.SENT.value, new.id, LOST)
    text = posted(office, new)
    assert "再発行1" in text and new.code in text and old.code not in text
    assert office.status(sent.case_id) == "確認書発送"
    with pytest.raises(Conflict) as refused:
        review.receive(office.desk, old.code, office.desk.today(), None)
    assert refused.value.code == "K-1722" and new.code in str(refused.value) and "再発行する前" in refused.value.happened
    review.receive(office.desk, new.code, office.desk.today(), None)
    assert office.status(sent.case_id) == "確認書収受"


def test_the_old_code_names_the_code_that_is_valid_now_however_often_it_was_issued(office: Office, sent: Letter) -> None:
    second = anew(office, sent.id)
    printed(office, second)
    print_jobs.spoil(office.desk, second.id, "折り機で破れた")
    third = office.letter(sent.case_id)
    assert "再発行2" in posted(office, third)
    fourth = anew(office, third.id)
    for code in (sent.code, second.code, third.code):
        with pytest.raises(Conflict, match=fourth.code):
            review.receive(office.desk, code, office.desk.today(), None)


def test_what_was_done_and_why_is_recorded(office: Office, sent: Letter) -> None:
    new = anew(office, sent.id)
    with office.desk.look() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.act == Act.LETTER_REISSUED.value)).one()
        assert (entry.subject, entry.subject_id) == ("case", sent.case_id)
        assert str(new.id) in entry.detail and LOST not in entry.detail
    assert any("再発行" in event.words for event in cases.page(office.desk, sent.case_id).events)
    assert "再発行したので無効" in cases.page(office.desk, sent.case_id).letters[0][2]


def test_a_reason_is_needed(office: Office, sent: Letter) -> None:
    with pytest.raises(InputProblem, match="K-1866"):
        reissues.reissue_sent(office.desk, sent.id, " なし ")
    assert office.letter(sent.case_id).id == sent.id


def test_a_received_form_is_not_issued_anew(office: Office, sent: Letter) -> None:
    review.receive(office.desk, sent.code, office.desk.today(), None)
    with pytest.raises(Conflict, match="K-1864"):
        anew(office, sent.id)


def test_a_letter_that_came_back_is_not_issued_anew(office: Office, sent: Letter) -> None:
    returned_mail.came_back(office.desk, sent.id, office.desk.today(), ReturnReason.UNKNOWN_ADDRESS)
    with pytest.raises(Conflict, match="K-1863"):
        anew(office, sent.id)


def test_nothing_is_issued_anew_to_a_place_where_another_letter_came_back_from(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.reviewed(case_id)
    letters.prepare(office.desk, (case_id,), silent, frozenset({LetterKind.DECISION}))
    decision = office.letter(case_id)
    posted(office, decision)
    other = anew(office, decision.id)
    posted(office, other)
    returned_mail.came_back(office.desk, decision.id, office.desk.today(), ReturnReason.UNKNOWN_ADDRESS)
    with pytest.raises(Conflict, match="K-1865"):
        anew(office, other.id)


def test_a_letter_that_waits_or_is_void_is_not_issued_anew(office: Office, sent: Letter) -> None:
    new = anew(office, sent.id)
    for letter_id in (new.id, sent.id):
        with pytest.raises(Conflict, match="K-1862"):
            reissues.reissue_sent(office.desk, letter_id, LOST)


def test_what_does_not_hold_any_more_is_not_issued_anew(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.reviewed(case_id)
    office.approved(office.batch())
    letters.prepare(office.desk, (case_id,), silent, frozenset({LetterKind.PAYMENT}))
    letter = office.letter(case_id)
    posted(office, letter)
    office.clock.days(20)
    with pytest.raises(Conflict, match="振込日"):
        reissues.reissue_sent(office.desk, letter.id, LOST)


def test_nobody_of_a_closed_case_is_asked_again(office: Office, sent: Letter) -> None:
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.get_one(Case, sent.case_id).status = "終結"
        unit.record(Act.COLLATED)
    with pytest.raises(Conflict, match="終結"):
        anew(office, sent.id)


def test_the_new_letter_goes_to_the_address_of_now(office: Office, sent: Letter) -> None:
    moved(office, sent.case_id)
    text = posted(office, anew(office, sent.id))
    assert "南町2丁目1番" in text and "北町1丁目8番" not in text


def test_a_form_that_comes_back_by_post_after_its_reissue_stops_the_new_letter(office: Office, sent: Letter) -> None:
    new = anew(office, sent.id)
    printed(office, new)
    office.enclosed(new.id)
    assert any(row.void and row.code == sent.code for row in letters.page(office.desk).letters), "it can still be chosen"
    told = returned_mail.came_back(office.desk, sent.code, office.desk.today(), ReturnReason.MOVED)
    assert "送らないでください" in told.sentence and office.status(sent.case_id) == "返戻"
    with pytest.raises(UserError, match="K-1883"):
        letters.mark_sent(office.desk, (new.id,), office.desk.today())
    moved(office, sent.case_id)
    returned_mail.settle(office.desk, returned_mail.open_mail(office.desk)[0].mail_id, Settlement.NEW_ADDRESS)
    print_jobs.spoil(office.desk, new.id, "送り先が変わった")
    posted(office, office.letter(sent.case_id))
    assert office.status(sent.case_id) == "確認書発送"


def test_the_old_letter_coming_back_says_nothing_of_another_place(office: Office, sent: Letter) -> None:
    moved(office, sent.case_id)
    posted(office, anew(office, sent.id))
    told = returned_mail.came_back(office.desk, sent.code, office.desk.today(), ReturnReason.MOVED)
    assert office.status(sent.case_id) == "確認書発送" and "送らないでください" not in told.sentence


def test_the_reminder_looks_at_the_new_letter(office: Office, sent: Letter) -> None:
    office.clock.days((office.desk.programme.return_deadline - office.desk.today()).days - 10)

    def due() -> list[LetterKind]:
        return [row.kind for row in letters.page(office.desk).ready]

    assert due() == [LetterKind.REMINDER]
    new = anew(office, sent.id)
    assert due() == [], "nobody is reminded of a form that lies in this house"
    posted(office, new)
    assert due() == [LetterKind.REMINDER]
    letters.prepare(office.desk, (sent.case_id,), silent, frozenset({LetterKind.REMINDER}))
    reminder = office.letter(sent.case_id)
    assert "令和6年10月21日" in printed(office, reminder), "the day on which the new one was sent"
    office.enclosed(reminder.id)
    review.receive(office.desk, new.code, office.desk.today(), None)
    with pytest.raises(Conflict, match="もう届いています"):
        letters.mark_sent(office.desk, (reminder.id,), office.desk.today())


def test_a_reissue_does_not_move_a_case_that_has_gone_on_with_another_benefit(office: Office, sent: Letter) -> None:
    new = anew(office, sent.id)
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.get_one(Case, sent.case_id).status = "審査完了"
        unit.record(Act.COLLATED)
    posted(office, new)
    assert office.status(sent.case_id) == "審査完了"


def test_a_first_letter_is_still_refused_where_the_case_has_gone_on(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    (letter_id,) = office.enclosed(*office.printed(case_id))
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.get_one(Case, case_id).status = "審査完了"
        unit.record(Act.COLLATED)
    with pytest.raises(Conflict, match="K-1060"):
        letters.mark_sent(office.desk, (letter_id,), office.desk.today())


def test_a_deficiency_notice_is_issued_anew_with_a_new_deadline_and_answered_by_the_new_code(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    form_id = office.received(case_id)
    items = {**dict.fromkeys(review.Item, review.ItemState.FITS), review.Item.SIGNATURE: review.ItemState.DEFICIENT}
    review.check(office.desk, form_id, items, ("D02",))
    letters.prepare(office.desk, (case_id,), silent, frozenset({LetterKind.DEFICIENCY}))
    old = office.letter(case_id)
    posted(office, old)
    office.clock.days(3)
    new = anew(office, old.id)
    assert old.return_due is not None and new.return_due is not None and new.return_due > old.return_due
    posted(office, new)
    with pytest.raises(Conflict, match=new.code):
        review.receive(office.desk, old.code, office.desk.today(), None)
    review.receive(office.desk, new.code, office.desk.today(), None)
