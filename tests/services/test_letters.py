"""Letters: only to the verified safe address of the addressee's own case, each code valid once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kyufu_desktop.documents.letter_press import compose
from kyufu_desktop.documents.letters import Composed
from kyufu_desktop.documents.wording import load
from kyufu_desktop.domain.letter import LetterKind, LetterState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Cancelled, Conflict, InputProblem, UserError
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.letter import Letter, PrintJob
from kyufu_desktop.services import destination, letter_data, letters, print_jobs, review
from tests.services.office import MACHINE, Office, opened, silent


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def change(office: Office, statement: str) -> None:
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.execute(text(statement))
        unit.record(Act.COLLATED)


def prepared(office: Office, *cases: int) -> tuple[int, ...]:
    letters.prepare(office.desk, cases, silent)
    return tuple(office.letter(case).id for case in cases)


def page_text(pdf: bytes) -> str:
    return destination.fold("".join(destination.page_texts(Composed((pdf,), ()))))


def test_a_letter_goes_to_the_safe_address_and_never_to_the_registered_one(office: Office) -> None:
    case = office.household(("hikazei", 100_000), category="CHILD")
    order = print_jobs.start_job(office.desk, prepared(office, case), MACHINE, silent)
    words = page_text(order.pdf)
    assert "見本県見本市北町1丁目8番" in words and "みどり園気付" in words
    assert "架空町" not in words and "架空荘" not in words
    assert "措置" not in words and "児童福祉施設" not in words
    assert [piece.title for piece in order.pieces] == [f"letters-{order.job_id}-1"], "the queue shows numbers only"


def test_without_a_verified_address_there_is_no_letter(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    change(office, "UPDATE safe_address SET verified_by = NULL")
    (ready,) = letters.page(office.desk).ready
    assert ready.obstacle == "宛先の住所が確認済になっていません。"
    with pytest.raises(Conflict):
        letters.prepare(office.desk, (case,), silent)


def test_a_newer_unverified_address_stops_the_older_verified_one(office: Office) -> None:
    office.household(("hikazei", 100_000))
    change(
        office,
        "INSERT INTO safe_address (case_id, sealed, entered_at, entered_by)"
        " SELECT case_id, sealed, entered_at, entered_by FROM safe_address",
    )
    assert letters.page(office.desk).ready[0].obstacle


def test_a_name_that_cannot_be_printed_is_an_obstacle_by_its_code_point(office: Office) -> None:
    office.household(("hikazei", 100_000))
    change(office, "UPDATE person SET name = char(57344)")
    assert "U+E000" in letters.page(office.desk).ready[0].obstacle


def test_what_is_not_approved_gets_no_letter(office: Office) -> None:
    office.household(("hikazei", 100_000), state="DRAFTED")
    refused = office.household(("hikazei", 0), outcome="NG")
    assert [(row.kind, row.case_id) for row in letters.page(office.desk).ready] == [(LetterKind.REFUSAL, refused)]


def test_the_snapshot_of_one_case_does_not_open_for_another(office: Office) -> None:
    one, two = office.household(("hikazei", 100_000)), office.household(("hikazei", 100_000))
    ids = prepared(office, one, two)
    change(office, f"UPDATE letter SET snapshot_sealed = (SELECT snapshot_sealed FROM letter WHERE id = {ids[0]}) WHERE id = {ids[1]}")
    with pytest.raises(UserError):
        print_jobs.start_job(office.desk, ids, MACHINE, silent)
    assert letters.page(office.desk).jobs == ()


def test_a_safe_address_that_is_the_registered_one_stops_the_whole_job(office: Office) -> None:
    one, two = office.household(("hikazei", 100_000)), office.household(("hikazei", 100_000))
    ids = prepared(office, one, two)
    change(
        office, f"UPDATE person SET registered_address = '見本県見本市北町{two}丁目８番', registered_building = NULL WHERE case_id = {two}"
    )
    with pytest.raises(UserError, match=office.letter(two).code) as caught:
        print_jobs.start_job(office.desk, ids, MACHINE, silent)
    assert "北町" not in str(caught.value), "only the code is named"
    assert letters.page(office.desk).jobs == ()
    assert office.letter(one).state == LetterState.PREPARED.value


def guarded(office: Office, case: int) -> destination.Guarded:
    (letter_id,) = prepared(office, case)
    with office.desk.look() as db:
        return letter_data.guarded_content(office.desk, db, db.get_one(Letter, letter_id))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("members", ("別世帯 太郎",)),
        ("benefits", (("非課税化給付", 100_000, ("DV等避難者の世帯",)),)),
        ("benefits", (("非課税化給付", 100_000, ("東京都新宿区架空町1番9号",)),)),
        ("benefits", (("非課税化給付", 100_000, ("みどり園の児童",)),)),
        ("document_number", "措置第1号"),
    ],
)
def test_whatever_betrays_is_found_in_the_data(office: Office, field: str, value: object) -> None:
    item = guarded(office, office.household(("hikazei", 100_000), category="CHILD"))
    destination.check_data([item])
    betraying = dataclasses.replace(item, letter=dataclasses.replace(item.letter, **{field: value}))  # type: ignore[arg-type]
    with pytest.raises(UserError, match="K-1840"):
        destination.check_data([betraying])


def test_a_destination_that_is_not_the_sealed_one_is_found(office: Office) -> None:
    item = guarded(office, office.household(("hikazei", 100_000)))
    elsewhere = dataclasses.replace(item.letter.destination, lines=("どこか県どこか市1番",))
    with pytest.raises(UserError, match="確認済の住所と一致しません"):
        destination.check_data([dataclasses.replace(item, letter=dataclasses.replace(item.letter, destination=elsewhere))])


def test_another_letters_code_and_a_registered_address_are_found_in_the_finished_pages(office: Office) -> None:
    one = guarded(office, office.household(("hikazei", 100_000)))
    two = guarded(office, office.household(("hikazei", 100_000)))
    good = compose([one.letter, two.letter], load())
    destination.check_pages([one, two], good)
    planted = dataclasses.replace(one.letter, benefits=(("給付", 1, (f"番号 {two.letter.code}",)),))
    with pytest.raises(UserError, match="ほかの手紙の番号"):
        destination.check_pages([one, two], compose([planted, two.letter], load()))
    planted = dataclasses.replace(one.letter, benefits=(("給付", 1, ("東京都新宿区架空町２番９号",)),))
    with pytest.raises(UserError, match="住民票の住所"):
        destination.check_pages([one, two], compose([planted, two.letter], load()))


def test_a_longer_house_number_is_not_taken_for_the_registered_one() -> None:
    registered = "東京都新宿区架空町１－１"
    assert destination.contains_address("東京都新宿区\n架空町 1-1\n100円", registered)
    assert not destination.contains_address("東京都新宿区架空町1-10", registered)
    assert not destination.contains_address("東京都新宿区架空町1-1-2", registered)
    assert destination.contains_address("東京都新宿区架空町1番1号100円", "東京都新宿区架空町１番１号")


def test_a_half_printed_letter_is_shredded_and_gets_a_new_number(office: Office) -> None:
    one, two = office.household(("hikazei", 100_000)), office.household(("hikazei", 100_000))
    ids = prepared(office, one, two)
    order = print_jobs.start_job(office.desk, ids, MACHINE, silent)
    (job,) = letters.page(office.desk).jobs
    assert sum(job.sheets_per_letter) == order.sheets and job.state == "SENT"
    print_jobs.confirm_job(office.desk, order.job_id, job.sheets_per_letter[0] + job.sheets_per_letter[1] - 1)
    first, second = office.letter(one), office.letter(two)
    assert (first.state, first.issue) == ("印刷済", 1)
    assert (second.state, second.issue) == ("順番待ち", 2)
    with office.desk.look() as db:
        old = db.get_one(Letter, ids[1])
        assert (old.state, old.voided_by) == ("書損", second.id)
        kept = db.get_one(PrintJob, order.job_id)
        assert (kept.good_sheets, kept.shredded_sheets) == (order.sheets - 1, job.sheets_per_letter[1])
    with pytest.raises(Conflict):
        print_jobs.confirm_job(office.desk, order.job_id, order.sheets)


def test_a_void_code_is_refused_at_receipt_with_the_new_one(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    (letter_id,) = office.printed(case)
    old = office.letter(case).code
    print_jobs.spoil(office.desk, letter_id, "折り機で破れた")
    new = office.letter(case).code
    assert new != old
    with pytest.raises(Conflict, match=f"無効.*{new}"):
        review.receive(office.desk, old, office.desk.today(), None)


def test_a_letter_is_sent_only_after_it_came_out_well(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    ids = prepared(office, case)
    with pytest.raises(Conflict):
        letters.mark_sent(office.desk, ids, office.desk.today())
    order = print_jobs.start_job(office.desk, ids, MACHINE, silent)
    with pytest.raises(Conflict):
        letters.mark_sent(office.desk, ids, office.desk.today())
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    with pytest.raises(InputProblem):
        letters.mark_sent(office.desk, ids, office.desk.today() + timedelta(days=1))
    office.enclosed(*ids)
    letters.mark_sent(office.desk, ids, office.desk.today())
    assert office.status(case) == "確認書発送"
    assert letters.page(office.desk).ready == ()


def test_an_address_changed_after_printing_keeps_the_letter_in_the_house(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    ids = office.printed(case)
    change(
        office,
        "INSERT INTO safe_address (case_id, sealed, entered_at, entered_by, verified_at, verified_by)"
        " SELECT case_id, sealed, entered_at, entered_by, verified_at, verified_by FROM safe_address",
    )
    with pytest.raises(Conflict, match="宛先が、印刷のあとで変わりました"):
        letters.mark_sent(office.desk, ids, office.desk.today())
    print_jobs.spoil(office.desk, ids[0], "宛先が変わった")
    letters.mark_sent(office.desk, office.enclosed(*office_print(office, case)), office.desk.today())


def office_print(office: Office, case: int) -> tuple[int, ...]:
    ids = (office.letter(case).id,)
    order = print_jobs.start_job(office.desk, ids, MACHINE, silent)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    return ids


def test_a_returned_letter_waits_for_a_new_address(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.sent(case)
    letters.mark_undelivered(office.desk, office.letter(case).id, office.desk.today())
    assert office.status(case) == "返戻"
    assert "返戻になった宛先のまま" in letters.page(office.desk).ready[0].obstacle
    change(
        office,
        "INSERT INTO safe_address (case_id, sealed, entered_at, entered_by, verified_at, verified_by)"
        " SELECT case_id, sealed, entered_at, entered_by, verified_at, verified_by FROM safe_address",
    )
    office.sent(case)
    assert (office.status(case), office.letter(case).issue) == ("確認書発送", 2)


def test_the_preview_never_holds_the_destination_and_is_recorded(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    (letter_id,) = prepared(office, case)
    words = page_text(letters.preview(office.desk, letter_id))
    assert "見本県" not in words and "100,000円" in words


def test_stopping_the_preparation_keeps_nothing(office: Office) -> None:
    cases = tuple(office.household(("hikazei", 100_000)) for _ in range(3))

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        letters.prepare(office.desk, cases, stop)
    assert letters.page(office.desk).letters == ()
    assert len(letters.page(office.desk).ready) == 3


def test_a_companion_is_named_only_where_verified_evidence_names_him(office: Office) -> None:
    case = office.household(("hikazei", 100_000), children=1)
    with office.desk.look() as db:
        head = db.get_one(Case, case).people[0].name
    item = guarded(office, case)
    assert item.letter.members == (head,)
