"""Between the printer and the post: a letter whose place, addressee or ground changed is stopped at the envelope and shown everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from kyufu_desktop.documents.letters import Composed
from kyufu_desktop.domain.enclosing import Outcome
from kyufu_desktop.domain.letter import LetterKind, LetterState, Stop
from kyufu_desktop.domain.returned_mail import ReturnReason
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.letter import EnclosingCheck, Letter
from kyufu_desktop.services import cases, destination, enclosing, letters, print_jobs, proxies, reissues, returned_mail, review
from kyufu_desktop.services.cases import AddressEntry, ProxyEntry, TodayTask
from tests.services.office import MACHINE, Office, opened, silent

NEW = AddressEntry("950-0002", "見本県見本市南町2丁目1番", "", "", "", "")
SHRED = "送れない手紙を細断し、先に書損にしてください。"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def entered(office: Office, case_id: int, entry: AddressEntry = NEW) -> str:
    return cases.enter_address(office.desk, case_id, entry).sentence


def moved(office: Office, case_id: int, entry: AddressEntry = NEW) -> None:
    entered(office, case_id, entry)
    cases.reveal_address(office.at(office.suzuki), case_id, "送り先の確認", "書類と照らし合わせるため")
    cases.verify_address(office.desk, (case_id,), office.suzuki)


def look(office: Office, letter: Letter) -> enclosing.EnclosingResult:
    pages = tuple(f"{letter.code}-{page}" for page in range(1, (letter.pages or letter.sheets) + 1))
    return enclosing.look(office.desk, letter.code, pages, office.suzuki)


def stop_of(office: Office, letter: Letter) -> Stop | None:
    return next(row.stop for row in letters.page(office.desk).letters if row.letter_id == letter.id)


def tasks(office: Office, *, late: bool) -> list[TodayTask]:
    found = cases.today(office.desk).tasks
    return [task for task in found if task.station == "letters" and (task.group == "late") is late]


def kept(office: Office, letter_id: int) -> Letter:
    with office.desk.look() as db:
        found = db.get_one(Letter, letter_id)
        db.expunge(found)
        return found


def stopped_everywhere(office: Office, letter: Letter, stop: Stop, code: str) -> enclosing.EnclosingResult:
    """The list, the post and the envelope say the same of it; nothing that was said of its envelope before holds."""
    assert stop_of(office, letter) is stop
    with pytest.raises(Conflict, match=code):
        letters.mark_sent(office.desk, (letter.id,), office.desk.today())
    result = look(office, letter)
    assert result.outcome is Outcome.STALE and not result.fits
    assert "封をしてください" not in result.sentence and "細断" in result.sentence and letter.code in result.sentence
    assert kept(office, letter.id).enclosed_at is None
    return result


def printed(office: Office, case_id: int) -> Letter:
    office.printed(case_id)
    return office.letter(case_id)


def test_the_abuser_found_her_after_the_print_so_the_letter_is_stopped_at_the_envelope(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    letter = printed(office, case_id)
    assert stop_of(office, letter) is None
    moved(office, case_id)
    result = stopped_everywhere(office, letter, Stop.ADDRESS, "K-1852")
    assert "宛先が、印刷のあとで変わりました" in result.sentence
    with office.desk.look() as db:
        (check,) = db.scalars(select(EnclosingCheck))
        assert (check.letter_id, check.outcome) == (letter.id, "STALE")
        (entry,) = db.scalars(select(AuditEntry).where(AuditEntry.act == Act.ENCLOSING_STOPPED.value))
        assert "STALE" in entry.detail


def test_an_address_that_nobody_has_confirmed_yet_stops_the_old_letter_already(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    letter = printed(office, case_id)
    said = entered(office, case_id)
    assert "前の送り先で印刷した手紙が1通あります。" in said and "書損" in said
    stopped_everywhere(office, letter, Stop.ADDRESS, "K-1852")
    assert "前の送り先" not in entered(office, office.household(("hikazei", 100_000))), "nothing is on paper there"


def test_an_envelope_that_was_closed_before_is_taken_back_and_stands_among_what_is_late(office: Office) -> None:
    case_id, other = office.household(("hikazei", 100_000)), office.household(("hikazei", 100_000))
    office.enclosed(*office.printed(case_id, other))
    letter = office.letter(case_id)
    assert tasks(office, late=True) == [] and [task.subject for task in tasks(office, late=False)] == ["2件"]
    moved(office, case_id)
    (task,) = tasks(office, late=True)
    assert (task.words, task.subject, task.due) == ("封をした手紙を送らず、開けて細断する", letter.code, "宛先が変わりました")
    assert [task.subject for task in tasks(office, late=False)] == ["1件"], "nobody is told to post it"
    count = next(count for count in cases.station_counts(office.desk) if count.key == "letters")
    assert count.late
    stopped_everywhere(office, letter, Stop.ADDRESS, "K-1852")
    assert tasks(office, late=True)[0].words == "印刷した手紙を送らず、細断する"
    print_jobs.spoil(office.desk, letter.id, "宛先が変わった")
    assert tasks(office, late=True) == []
    letters.mark_sent(office.desk, (office.letter(other).id,), office.desk.today())


def test_the_new_letter_is_proposed_once_the_paper_is_shredded_and_goes_to_the_new_place(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    letter = printed(office, case_id)
    assert letters.page(office.desk).ready == ()
    moved(office, case_id)
    (ready,) = letters.page(office.desk).ready
    assert (ready.case_id, ready.kind, ready.obstacle) == (case_id, LetterKind.CONFIRMATION, SHRED)
    with pytest.raises(Conflict, match="K-1841"):
        letters.prepare(office.desk, (case_id,), silent)
    assert "3枚を細断" in print_jobs.spoil(office.desk, letter.id, "宛先が変わった").sentence
    new = office.letter(case_id)
    assert (kept(office, letter.id).voided_by, new.state) == (new.id, LetterState.PREPARED.value)
    order = print_jobs.start_job(office.desk, (new.id,), MACHINE, silent)
    text = destination.fold("".join(destination.page_texts(Composed((order.pdf,), ()))))
    assert "南町2丁目1番" in text and "北町" not in text
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    letters.mark_sent(office.desk, office.enclosed(new.id), office.desk.today())


def test_a_letter_shredded_before_the_new_place_is_confirmed_is_made_after_it(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    letter = printed(office, case_id)
    entered(office, case_id)
    print_jobs.spoil(office.desk, letter.id, "宛先が変わった")
    assert "確認済になっていません" in letters.page(office.desk).ready[0].obstacle
    moved(office, case_id)
    letters.prepare(office.desk, (case_id,), silent)
    assert office.letter(case_id).state == LetterState.PREPARED.value


def test_a_letter_in_the_printer_stays_there_until_it_is_confirmed_and_is_stopped_then(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    letters.prepare(office.desk, (case_id,), silent)
    order = print_jobs.start_job(office.desk, (office.letter(case_id).id,), MACHINE, silent)
    assert "印刷した手紙が1通あります" in entered(office, case_id)
    moved(office, case_id)
    letter = office.letter(case_id)
    assert (letter.state, stop_of(office, letter)) == (LetterState.PRINTING.value, None)
    assert look(office, letter).outcome is Outcome.NOT_PRINTED
    assert "送れなくなりました" in print_jobs.confirm_job(office.desk, order.job_id, order.sheets).sentence
    stopped_everywhere(office, office.letter(case_id), Stop.ADDRESS, "K-1852")


def test_a_decision_that_lies_printed_is_not_made_anew_beside_its_old_paper(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.reviewed(case_id)
    decision = frozenset({LetterKind.DECISION})
    letters.prepare(office.desk, (case_id,), silent, decision)
    letter = office.letter(case_id)
    order = print_jobs.start_job(office.desk, (letter.id,), MACHINE, silent)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    moved(office, case_id)
    assert [(row.kind, row.obstacle) for row in letters.page(office.desk).ready] == [(LetterKind.DECISION, SHRED)]
    with pytest.raises(Conflict, match="K-1841"):
        letters.prepare(office.desk, (case_id,), silent, decision)
    stopped_everywhere(office, kept(office, letter.id), Stop.ADDRESS, "K-1852")
    print_jobs.spoil(office.desk, letter.id, "宛先が変わった")
    assert (office.letter(case_id).kind, office.letter(case_id).state) == (LetterKind.DECISION.value, LetterState.PREPARED.value)


def test_mail_that_came_back_from_the_place_stops_what_lies_ready_for_it(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    (code,) = office.sent(case_id)
    reissues.reissue_sent(office.desk, office.letter(case_id).id, "届いていないと電話があった")
    new = office.letter(case_id)
    order = print_jobs.start_job(office.desk, (new.id,), MACHINE, silent)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    office.enclosed(new.id)
    returned_mail.came_back(office.desk, code, office.desk.today(), ReturnReason.UNKNOWN_ADDRESS)
    assert [task.due for task in tasks(office, late=True)] == ["戻ってきた宛先です"]
    stopped_everywhere(office, kept(office, new.id), Stop.RETURNED, "K-1883")


def test_a_proxy_who_ended_stops_what_lies_ready_for_him(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000), category="CHILD")
    proxies.enter(office.desk, case_id, ProxyEntry("C1", "見本 太郎", "施設の長", "", True, date(2024, 1, 1), None))
    acting = cases.page(office.desk, case_id).proxies[-1].proxy_id
    proxies.verify(office.desk, (acting,), office.suzuki)
    moved(office, case_id, AddressEntry("950-0001", "見本県見本市北町1丁目8番", "", "みどり園", "見本 太郎", ""))
    office.enclosed(*office.printed(case_id))
    letter = office.letter(case_id)
    proxies.end(office.desk, acting, "代理の委任が終わったと本人から連絡")
    assert [task.due for task in tasks(office, late=True)] == ["宛名が変わりました"]
    stopped_everywhere(office, letter, Stop.ADDRESSEE, "K-1861")


def test_a_reminder_of_a_form_that_is_here_is_stopped_at_the_envelope_too(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    (code,) = office.sent(case_id)
    office.clock.days((office.desk.programme.return_deadline - office.desk.today()).days - 10)
    letters.prepare(office.desk, (case_id,), silent, frozenset({LetterKind.REMINDER}))
    letter = office.letter(case_id)
    order = print_jobs.start_job(office.desk, (letter.id,), MACHINE, silent)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    review.receive(office.desk, code, office.desk.today(), None)
    assert "もう届いています" in stopped_everywhere(office, kept(office, letter.id), Stop.PASSED, "K-1691").sentence


def test_the_page_of_the_case_says_that_its_paper_must_not_be_sent(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.printed(case_id)
    moved(office, case_id)
    ((_, state, words),) = cases.page(office.desk, case_id).letters
    assert state == LetterState.PRINTED.value and "宛先が変わりました。送らずに書損にします" in words
