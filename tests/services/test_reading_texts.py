"""Letters to be heard: made from the letter itself, recorded, held to the rules of a letter, and out of the house only sealed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.custody import ExportKind
from kyufu_desktop.domain.letter import Layout, LetterKind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, FileProblem, UserError
from kyufu_desktop.exchange import archive
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import Person
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.services import cases, host_exchange, ledgers, letters, outgoing, print_jobs, reading_texts
from kyufu_desktop.services.cases import AddressEntry
from tests.services.office import MACHINE, Office, opened, silent


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def person(office: Office, person_id: int, **changes: object) -> None:
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        found = unit.session.get_one(Person, person_id)
        for name, value in changes.items():
            setattr(found, name, value)
        unit.record(Act.TARGETS_IMPORTED)


@pytest.fixture
def letter_id(office: Office) -> int:
    case_id = office.household(("hikazei", 100_000), category="CHILD")
    person(office, 1, braille="点字")
    letters.prepare(office.desk, (case_id,), silent)
    return office.letter(case_id).id


def entries(office: Office) -> list[dict[str, object]]:
    with office.desk.look() as db:
        return [json.loads(detail) for detail in db.scalars(select(AuditEntry.detail).where(AuditEntry.act == Act.READING_TEXT_MADE.value))]


def test_the_text_says_the_letter_and_not_the_place_and_is_recorded(office: Office, letter_id: int) -> None:
    made = reading_texts.show(office.desk, letter_id)
    assert "10万円（100,000円）" in made.text and "ミホン ハナコ（表記は 見本 花子1）" in made.text
    assert "北町" not in made.text and "みどり園" not in made.text and "950" not in made.text.replace(" ", "")
    assert made.without_reading == 0
    assert [entry["letter"] for entry in entries(office)] == [letter_id]
    assert "10万円" not in repr(made)


def test_the_list_says_whose_letters_they_are_and_what_was_made(office: Office, letter_id: int) -> None:
    office.household(("hikazei", 100_000))
    letters.prepare(office.desk, (2,), silent)
    other, mine = letters.page(office.desk).letters
    assert (mine.braille, mine.layout, mine.read_aloud_on) == (True, Layout.LARGE, None)
    assert (other.braille, other.layout) == (False, Layout.STANDARD)
    reading_texts.show(office.desk, letter_id)
    assert letters.page(office.desk).letters[1].read_aloud_on == office.desk.today()


@pytest.mark.parametrize("kind", [LetterKind.DECISION, LetterKind.PAYMENT, LetterKind.REMINDER])
def test_later_letters_are_heard_too(office: Office, kind: LetterKind) -> None:
    case_id = office.household(("hikazei", 100_000))
    if kind is LetterKind.REMINDER:
        office.sent(case_id)
        office.clock.days((office.desk.programme.return_deadline - office.desk.today()).days - 10)
    else:
        office.reviewed(case_id)
    if kind is LetterKind.PAYMENT:
        office.approved(office.batch())
    letters.prepare(office.desk, (case_id,), silent, frozenset({kind}))
    assert "10万円（100,000円）" in reading_texts.show(office.desk, office.letter(case_id).id).text


def test_a_reading_that_is_missing_is_counted(office: Office, letter_id: int) -> None:
    person(office, 1, kana="")
    made = reading_texts.show(office.desk, letter_id)
    assert made.without_reading == 2 and "読みの登録がありません" in made.text


def test_two_people_of_one_name_and_two_readings_have_none(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000), children=1)
    person(office, 2, name="見本 花子1", kana="ミホン カコ")
    letters.prepare(office.desk, (case_id,), silent)
    assert reading_texts.show(office.desk, office.letter(case_id).id).without_reading > 0


def test_a_void_letter_is_not_read_to_anybody(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    (old,) = office.printed(case_id)
    print_jobs.spoil(office.desk, old, "折り機で破れた")
    with pytest.raises(Conflict, match="K-1867"):
        reading_texts.show(office.desk, old)


def test_a_letter_sent_long_ago_is_read_to_who_has_moved_since(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    office.sent(case_id)
    cases.enter_address(office.desk, case_id, AddressEntry("950-0002", "見本県見本市南町2丁目1番", "", "", "", ""))
    assert "10万円" in reading_texts.show(office.desk, office.letter(case_id).id).text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": "見本 北町1丁目8番 見本県見本市北町1丁目8番"}, "送り先"),
        ({"name": "みどり園の花子"}, "施設の名前"),
        ({"kana": "ミドリエン ハナコ みどり園"}, "送り先"),
        ({"kana": "東京都新宿区架空町1番9号"}, "住民票の住所"),
        ({"kana": "DV ハナコ"}, "区分を示す言葉"),
    ],
)
def test_what_betrays_is_found_in_the_text_as_well(office: Office, changes: dict[str, str], why: str) -> None:
    """The fault: words of the place stand where a name or a reading should."""
    case_id = office.household(("hikazei", 100_000), category="CHILD")
    person(office, 1, **changes)
    letters.prepare(office.desk, (case_id,), silent)
    with pytest.raises(UserError, match=why) as stopped:
        reading_texts.show(office.desk, office.letter(case_id).id)
    assert stopped.value.code == "K-1840" and entries(office) == []


def test_an_older_place_of_the_case_is_no_less_secret(office: Office) -> None:
    case_id = office.household(("hikazei", 100_000))
    cases.enter_address(office.desk, case_id, AddressEntry("950-0002", "見本県見本市南町2丁目1番", "", "", "", ""))
    cases.reveal_address(office.at(office.suzuki), case_id, "送り先の確認", "書類と照らし合わせるため")
    cases.verify_address(office.desk, (case_id,), office.suzuki)
    person(office, 1, kana="見本県見本市北町1丁目8番")
    letters.prepare(office.desk, (case_id,), silent)
    with pytest.raises(UserError, match="送り先"):
        reading_texts.show(office.desk, office.letter(case_id).id)


def test_the_archive_opens_with_its_password_only_and_holds_the_text_by_the_letters_code(office: Office, letter_id: int) -> None:
    made = reading_texts.make_archive(office.desk, letter_id, "M-01", silent)
    assert made.file_name == "reading_text.zip" and (made.rows, made.total) == (1, 0)
    assert "ミホン".encode() not in made.data and b"100,000" not in made.data
    told = outgoing.write_out(office.desk, made, str(office.medium))
    assert "読み上げ文" in told.sentence
    data = (office.medium / made.file_name).read_bytes()
    name, content = archive.open_file(data, made.password, made.file_name)
    assert name == "R600000001-01.txt"
    text = content.decode("utf-8-sig")
    assert text.replace("\r\n", "\n") == reading_texts.show(office.desk, letter_id).text
    with pytest.raises(FileProblem, match="K-1232"):
        archive.open_file(data, "x" + made.password, made.file_name)
    with zipfile.ZipFile(io.BytesIO(data)) as plain, pytest.raises((RuntimeError, NotImplementedError)):
        plain.read(name)


def test_the_password_goes_its_own_way_through_the_ledger(office: Office, letter_id: int) -> None:
    made = reading_texts.make_archive(office.desk, letter_id, "M-01", silent)
    assert entries(office) == [], "nothing is recorded before the file is there"
    outgoing.write_out(office.desk, made, str(office.medium))
    assert any(entry.get("letter") == letter_id and "export" in entry for entry in entries(office))
    (line,) = ledgers.ledger(office.desk)
    assert (line.kind, line.medium) == (ExportKind.READING_TEXT, "M-01")
    assert host_exchange.overview(office.desk).exports[0].kind_word == "読み上げ文"
    with pytest.raises(Conflict):
        host_exchange.password_sheet(office.desk, line.export_id)
    host_exchange.hand_over(office.desk, line.export_id, "本人の支援者 見本", "12")
    office.clock.days(1)
    assert host_exchange.password_sheet(office.desk, line.export_id)[:4] == b"%PDF"
    with office.desk.look() as db:
        assert db.get_one(Export, line.export_id).password is None


def test_a_printed_letter_of_a_braille_reader_is_heard_as_it_was_printed(office: Office, letter_id: int) -> None:
    before = reading_texts.show(office.desk, letter_id).text
    order = print_jobs.start_job(office.desk, (letter_id,), MACHINE, silent)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    assert reading_texts.show(office.desk, letter_id).text == before
