"""返戻: what came back is followed up through the supporter, and never written to the registered address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from kyufu_desktop.documents.letters import Composed
from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.domain.returned_mail import ReturnReason, Settlement
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import Person
from kyufu_desktop.models.letter import Letter, ReturnedMail
from kyufu_desktop.services import cases, destination, letters, print_jobs, returned_mail
from kyufu_desktop.services.cases import AddressEntry
from tests.services.office import MACHINE, Office, opened, silent

REASON = "支援者の事務所で本人に手渡した"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def came_back(office: Office) -> tuple[int, int]:
    """(case, mail): a letter of a new case was sent and came back."""
    case = office.household(("hikazei", 100_000))
    (code,) = office.sent(case)
    returned_mail.came_back(office.desk, code, office.desk.today(), ReturnReason.UNKNOWN_ADDRESS)
    (mail,) = [mail for mail in returned_mail.open_mail(office.desk) if mail.case_id == case]
    assert (mail.code, mail.reason_words, mail.contacted) == (code, "宛所不明", False)
    return case, mail.mail_id


def new_address(office: Office, case: int, street: str = "見本県見本市南町5丁目6番") -> None:
    cases.enter_address(office.desk, case, AddressEntry("950-0002", street, "", "", "", ""))


def verified(office: Office, case: int) -> None:
    cases.reveal_address(office.desk, case, "送り先の確認", "2人目として書類と照らし合わせるため")
    cases.verify_address(office.desk, (case,), office.suzuki)


def details(office: Office, act: Act) -> list[dict[str, object]]:
    with office.desk.look() as db:
        return [json.loads(entry.detail) for entry in db.scalars(select(AuditEntry).where(AuditEntry.act == act.value))]


def test_the_hamamatsu_accident_a_reminder_to_the_former_husbands_house_cannot_be_written(office: Office) -> None:
    """浜松市: the reminder went by the register to the house of the former husband."""
    case, mail = came_back(office)
    with office.desk.look() as db:
        head = db.scalars(select(Person).where(Person.case_id == case)).first()
        assert head is not None
        house, postal = head.registered_address, head.registered_postal
    # Nothing goes out while it is open, and the register is no source of a new address, in whatever way it is written.
    with pytest.raises(Conflict):
        letters.prepare(office.desk, (case,), silent)
    for written in (house, house.removeprefix("東京都"), house.translate(str.maketrans("0123456789", "０１２３４５６７８９")) + "　102号"):
        with pytest.raises(InputProblem, match="K-1615"):
            cases.enter_address(office.desk, case, AddressEntry(postal, written, "", "", "", ""))
    with pytest.raises(Conflict, match="K-1884"):
        returned_mail.settle(office.desk, mail, Settlement.NEW_ADDRESS)
    # The supporter names another place; only that one is on the paper.
    returned_mail.note_contact(office.desk, mail, office.desk.today(), "支援者", "新しい送り先を聞いた")
    new_address(office, case)
    verified(office, case)
    returned_mail.settle(office.desk, mail, Settlement.NEW_ADDRESS)
    letters.prepare(office.desk, (case,), silent)
    order = print_jobs.start_job(office.desk, (office.letter(case).id,), MACHINE, silent)
    words = destination.fold("".join(destination.page_texts(Composed((order.pdf,), ()))))
    assert "南町5丁目6番" in words and "架空町" not in words and "北町" not in words


def test_an_entered_but_unconfirmed_address_does_not_settle(office: Office) -> None:
    case, mail = came_back(office)
    new_address(office, case)
    with pytest.raises(Conflict, match="K-1884"):
        returned_mail.settle(office.desk, mail, Settlement.NEW_ADDRESS)


def test_another_letter_that_is_ready_for_the_same_place_is_not_sent_any_more(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.sent(case)
    first = office.letter(case).id
    change(office, f"UPDATE letter SET state = '印刷済', sent_on = NULL WHERE id = {first}")
    change(
        office,
        "INSERT INTO letter (case_id, kind, issue, code, document_number, address_id, snapshot_sealed, issued_on, amount, state, sheets,"
        " pages, layout, wording_version, prepared_at, prepared_by)"
        " SELECT case_id, kind, 9, 'R600000001-09', document_number, address_id, snapshot_sealed, issued_on, amount, '返戻', sheets,"
        " pages, layout, wording_version, prepared_at, prepared_by FROM letter",
    )
    with pytest.raises(Conflict, match="K-1883"):
        letters.mark_sent(office.desk, (first,), office.desk.today())


def change(office: Office, statement: str) -> None:
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.execute(text(statement))
        unit.record(Act.COLLATED)


def test_the_follow_up_is_never_by_post(office: Office) -> None:
    _, mail = came_back(office)
    with pytest.raises(InputProblem, match="K-1887"):
        returned_mail.note_contact(office.desk, mail, office.desk.today(), "郵便", "住所へ手紙を出した")
    assert details(office, Act.CONTACT_ADDED) == []


def test_handed_over_needs_a_reason_and_is_kept_once(office: Office) -> None:
    _, mail = came_back(office)
    with pytest.raises(InputProblem, match="K-1648"):
        returned_mail.settle(office.desk, mail, Settlement.HANDED_OVER, "渡した")
    returned_mail.settle(office.desk, mail, Settlement.HANDED_OVER, REASON)
    assert returned_mail.open_mail(office.desk) == ()
    (detail,) = details(office, Act.RETURNED_MAIL_SETTLED)
    assert detail["how"] == "HANDED_OVER" and detail["mail"] == mail and REASON not in str(detail)
    for again in (Settlement.HANDED_OVER, Settlement.NEW_ADDRESS):
        with pytest.raises(Conflict, match="K-1885"):
            returned_mail.settle(office.desk, mail, again, REASON)
    with pytest.raises(Conflict, match="K-1885"):
        returned_mail.note_contact(office.desk, mail, office.desk.today(), "支援者", "もう一度聞いた")


def test_only_the_officer_gives_up_and_only_after_somebody_was_asked(office: Office) -> None:
    _, mail = came_back(office)
    officer = office.at(office.suzuki)
    with pytest.raises(NotAllowed, match="K-1886"):
        returned_mail.settle(office.desk, mail, Settlement.GIVEN_UP, REASON)
    with pytest.raises(Conflict, match="K-1888"):
        returned_mail.settle(officer, mail, Settlement.GIVEN_UP, REASON)
    returned_mail.note_contact(office.desk, mail, office.desk.today(), "支援者", "連絡が取れないとのこと")
    returned_mail.settle(officer, mail, Settlement.GIVEN_UP, REASON)
    with office.desk.look() as db:
        kept = db.get_one(ReturnedMail, mail)
        assert (kept.settled_how, kept.settled_by) == ("GIVEN_UP", office.suzuki.staff.id)


def test_what_waits_is_told_today_with_the_number_of_the_case_only(office: Office) -> None:
    case, mail = came_back(office)
    (task,) = [task for task in cases.today(office.desk).tasks if task.icon == "back2"]
    assert (task.case_id, task.subject) == (case, "R600000001")
    returned_mail.settle(office.desk, mail, Settlement.HANDED_OVER, REASON)
    assert not [task for task in cases.today(office.desk).tasks if task.icon == "back2"]


def test_the_case_page_tells_why_it_came_back_and_how_it_ended(office: Office) -> None:
    case, mail = came_back(office)
    assert cases.page(office.desk, case).letters[0][1:] == ("返戻", "返戻 8/28　宛所不明　送り先を確かめています")
    returned_mail.settle(office.desk, mail, Settlement.HANDED_OVER, REASON)
    assert cases.page(office.desk, case).letters[0][2] == "返戻 8/28　宛所不明　窓口または支援者をとおして渡した"


def test_only_a_sent_letter_comes_back_and_only_once(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    (letter_id,) = office.printed(case)
    on = office.desk.today()
    with pytest.raises(Conflict, match="K-1854"):
        returned_mail.came_back(office.desk, letter_id, on, ReturnReason.MOVED)
    office.enclosed(letter_id)
    letters.mark_sent(office.desk, (letter_id,), on)
    for day in (on + timedelta(days=1), on - timedelta(days=1)):
        with pytest.raises(InputProblem, match="K-1853"):
            returned_mail.came_back(office.desk, letter_id, day, ReturnReason.MOVED)
    letters.mark_undelivered(office.desk, letter_id, on)
    with pytest.raises(Conflict, match="K-1854"):
        returned_mail.came_back(office.desk, letter_id, on, ReturnReason.MOVED)
    with pytest.raises(Conflict, match="K-1889"):
        returned_mail.came_back(office.desk, "R699999999-01", on, ReturnReason.MOVED)
    with office.desk.look() as db:
        assert db.get_one(Letter, letter_id).state == LetterState.UNDELIVERED.value
        assert len(db.scalars(select(ReturnedMail)).all()) == 1
