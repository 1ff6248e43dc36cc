"""A character that no font holds, all the way: listed, refused, given a picture, looked at by a second person, printed, taken back."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import select

from kyufu_desktop.documents.gaiji import counted, marks
from kyufu_desktop.domain.gaiji import GaijiState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed, UserError
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import Case, Person, SafeAddress
from kyufu_desktop.models.letter import Gaiji
from kyufu_desktop.security import seal
from kyufu_desktop.services import cases, gaiji, gaiji_list, ledgers, letter_words, letters, municipality_notices, print_jobs
from kyufu_desktop.services.gaiji_list import GaijiRow
from tests.documents.shapes import KO, OTSU, drawn, in_windows_fonts, ward_font
from tests.services.desk_work import Ward, facts, person, workbook
from tests.services.office import MACHINE, Office, opened, silent

SOURCE = "住民票の写し 令和6年8月1日"
REASON = "字形が住民票と違っていたため取り下げる"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as found:
        yield found


def rename(office: Office, case_id: int, name: str, **more: str) -> None:
    """The head of a case gets another name (and other columns)."""
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        head = unit.session.scalars(select(Person).where(Person.case_id == case_id).order_by(Person.id)).first()
        assert head is not None
        head.name = name
        for column, value in more.items():
            setattr(head, column, value)
        unit.record(Act.TARGETS_IMPORTED, rows=1)


def readdress(office: Office, case_id: int, **changes: str) -> None:
    """The verified address of a case, sealed anew with some of its fields changed."""
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        case, key = unit.session.get_one(Case, case_id), office.desk.address_key()
        record = unit.session.scalars(select(SafeAddress).where(SafeAddress.case_id == case_id)).one()
        assert case.case_key is not None
        plain = seal.unseal(case.case_key, key, case_id, record.sealed, "address")
        record.sealed = seal.seal(case.case_key, key, case_id, {**plain, **changes}, "address")
        unit.record(Act.TARGETS_IMPORTED, rows=1)


def row(office: Office, code: str = "U+E000") -> GaijiRow:
    return next(each for each in gaiji_list.page(office.desk) if each.code == code)


def has_picture(office: Office, characters: str = "\ue000", strokes: tuple[tuple[int, int, int, int], ...] = KO) -> GaijiRow:
    """A verified picture. Returns its line."""
    gaiji.enter(office.desk, characters, drawn(strokes), SOURCE)
    code = " ".join(f"U+{ord(each):04X}" for each in characters)
    waiting = row(office, code)
    assert waiting.gaiji_id is not None
    gaiji.verify(office.desk, waiting.gaiji_id, waiting.sha256, office.suzuki)
    return row(office, code)


def pictures_on(office: Office, pdf: bytes) -> dict[str, int]:
    """characters -> how often their picture stands on these pages."""
    known = {mark: characters for characters, mark in marks(gaiji.pictures(office.desk)).items()}
    document = pypdfium2.PdfDocument(pdf)
    try:
        return {known[mark]: number for mark, number in counted(document, range(len(document))).items()}
    finally:
        document.close()


def test_the_whole_way_of_a_name_that_no_font_holds(office: Office) -> None:
    desk, case = office.desk, office.household(("hikazei", 100_000))
    rename(office, case, "渡\ue000 葛\U000e0100")
    # Refused, and the list says who needs what.
    (due,) = letters.page(desk).ready
    assert "U+E000" in due.obstacle and "「外字」の画面" in due.obstacle
    with pytest.raises(Conflict, match="K-1841"):
        letters.prepare(desk, (case,), silent)
    missing = row(office)
    assert (missing.state, missing.people, [(need.management_number, need.where) for need in missing.cases]) == (
        GaijiState.MISSING, 1, [("R600000001", "氏名")],
    )  # fmt: skip
    # A picture alone prints nothing.
    gaiji.enter(desk, "\ue000", drawn(), SOURCE)
    waiting = row(office)
    assert waiting.state is GaijiState.WAITING and waiting.gaiji_id is not None and waiting.entered.startswith("佐藤 主事")
    assert letters.page(desk).ready[0].obstacle and not gaiji.pictures(desk)
    # Who entered it cannot verify it.
    with pytest.raises(NotAllowed, match="K-1471"):
        gaiji.verify(desk, waiting.gaiji_id, waiting.sha256, office.sato)
    gaiji.verify(desk, waiting.gaiji_id, waiting.sha256, office.suzuki)
    assert row(office).state is GaijiState.APPROVED
    # Printed.
    letters.prepare(desk, (case,), silent)
    order = print_jobs.start_job(desk, (office.letter(case).id,), MACHINE, silent)
    assert pictures_on(office, order.pdf) == {"\ue000": 2}
    print_jobs.confirm_job(desk, order.job_id, order.sheets)
    # Taken back: the next letter is refused again, by its code and the code point.
    print_jobs.spoil(desk, office.letter(case).id, "紙がしわになったため")
    gaiji.withdraw(desk, waiting.gaiji_id, REASON)
    with pytest.raises(UserError) as caught:
        print_jobs.start_job(desk, (office.letter(case).id,), MACHINE, silent)
    assert caught.value.code == "K-1804" and "U+E000" in caught.value.happened
    gone = row(office)
    assert gone.state is GaijiState.WITHDRAWN and gone.withdrawn_reason == REASON
    # Another picture may follow.
    assert has_picture(office, strokes=OTSU).state is GaijiState.APPROVED
    assert pictures_on(office, print_jobs.start_job(desk, (office.letter(case).id,), MACHINE, silent).pdf) == {"\ue000": 2}


def test_a_character_of_the_sealed_address_is_listed_by_its_code_point_only(office: Office) -> None:
    case = office.household(("hikazei", 100_000), category="CHILD")
    readdress(office, case, building="み\ue001荘 402号室")
    found = row(office, "U+E001")
    assert [(need.case_id, need.where) for need in found.cases] == [(case, "送り先")] and found.people == 0
    assert "荘" not in repr(found) and "み" not in repr(found)
    assert "宛先に外字（U+E001）があります。「外字」の画面へ。" in letters.page(office.desk).ready[0].obstacle
    has_picture(office, "\ue001")
    letters.prepare(office.desk, (case,), silent)
    order = print_jobs.start_job(office.desk, (office.letter(case).id,), MACHINE, silent)
    assert pictures_on(office, order.pdf) == {"\ue001": 1}


def test_an_address_is_not_looked_into_where_nobody_is_written_to(office: Office) -> None:
    case = office.household(("hikazei", 100_000), state="DRAFTED")
    readdress(office, case, building="み\ue001荘 402号室")
    assert gaiji_list.page(office.desk) == ()


def test_every_place_of_a_persons_data_is_looked_at(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    rename(office, case, "山\U000e01ef", former_name="渡\ue002", registered_address="東京都\ue003区1-1-1", registered_building="\ue004荘")
    found = {each.code: each.cases[0].where for each in gaiji_list.page(office.desk)}
    assert found["U+5C71 U+E01EF"].startswith("氏名")
    assert (found["U+E002"], found["U+E003"], found["U+E004"]) == ("旧氏", "住民票の住所", "住民票の住所")


def test_a_picture_that_nobody_needs_any_more_stays_in_the_list(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    rename(office, case, "渡\ue000")
    has_picture(office)
    rename(office, case, "渡辺")
    assert (row(office).people, row(office).cases, row(office).state) == (0, (), GaijiState.APPROVED)


def test_what_has_to_be_done_comes_first(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    rename(office, case, "\ue000\ue001\ue002")
    has_picture(office, "\ue000")
    gaiji.enter(office.desk, "\ue002", drawn(OTSU), SOURCE)
    assert [each.code for each in gaiji_list.page(office.desk)] == ["U+E001", "U+E002", "U+E000"]
    counts = {count.key: count.count for count in cases.station_counts(office.desk)}
    assert counts["gaiji"] == 2


@pytest.mark.parametrize("characters", ["山", "葛\U000e0100", "𠮷", "\ue000\ue001", "", " ", "\n"])
def test_a_standard_character_never_gets_another_shape(office: Office, characters: str) -> None:
    with pytest.raises(InputProblem, match="K-1896") if characters else pytest.raises(InputProblem):
        gaiji.enter(office.desk, characters, drawn(), SOURCE)


def test_no_picture_without_a_document_that_shows_it(office: Office) -> None:
    with pytest.raises(InputProblem) as caught:
        gaiji.enter(office.desk, "\ue000", drawn(), " 　")
    assert (caught.value.code, caught.value.field) == ("K-1899", "source")


def test_one_character_has_one_picture(office: Office) -> None:
    gaiji.enter(office.desk, "\ue000", drawn(), SOURCE)
    with pytest.raises(Conflict, match="K-1897"):
        gaiji.enter(office.desk, "\ue000", drawn(OTSU), SOURCE)


def test_who_verifies_has_seen_this_picture(office: Office) -> None:
    gaiji.enter(office.desk, "\ue000", drawn(), SOURCE)
    waiting = row(office)
    assert waiting.gaiji_id is not None
    with pytest.raises(Conflict, match="K-1473"):
        gaiji.verify(office.desk, waiting.gaiji_id, "0" * 64, office.suzuki)
    gaiji.verify(office.desk, waiting.gaiji_id, waiting.sha256, office.suzuki)
    with pytest.raises(Conflict, match="K-1470"):
        gaiji.verify(office.desk, waiting.gaiji_id, waiting.sha256, office.suzuki)


def test_taking_back_needs_a_reason_and_happens_once(office: Office) -> None:
    shown = has_picture(office)
    assert shown.gaiji_id is not None
    with pytest.raises(InputProblem, match="K-1648"):
        gaiji.withdraw(office.desk, shown.gaiji_id, "違う")
    gaiji.withdraw(office.desk, shown.gaiji_id, REASON)
    with pytest.raises(Conflict, match="K-1470"):
        gaiji.withdraw(office.desk, shown.gaiji_id, REASON)
    assert not gaiji.pictures(office.desk)


def test_the_log_names_code_point_and_picture_and_both_people(office: Office) -> None:
    shown = has_picture(office)
    with office.desk.look() as session:
        kept = session.scalars(select(AuditEntry).where(AuditEntry.subject == "gaiji").order_by(AuditEntry.seq)).all()
        assert [entry.act for entry in kept] == [Act.GAIJI_ENTERED.value, Act.GAIJI_VERIFIED.value]
        details = [json.loads(entry.detail) for entry in kept]
        stored = session.scalars(select(Gaiji.image)).one()
    assert all(detail["code"] == "U+E000" and detail["sha256"] == shown.sha256 for detail in details)
    assert details[1]["second"] == office.suzuki.staff.id and gaiji.sha256_of(stored) == shown.sha256


def test_the_wards_font_goes_before_a_picture(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = office.household(("hikazei", 100_000))
    rename(office, case, "渡\ue000")
    has_picture(office)
    with in_windows_fonts(tmp_path, monkeypatch) as place:
        ward_font(place / "ward_gaiji.ttf", (0xE000,))
        assert row(office).state is GaijiState.IN_FONT
        with pytest.raises(InputProblem, match="K-1896"):
            gaiji.enter(office.desk, "\ue000", drawn(), SOURCE)
        letters.prepare(office.desk, (case,), silent)
        order = print_jobs.start_job(office.desk, (office.letter(case).id,), MACHINE, silent)
        assert pictures_on(office, order.pdf) == {}


def test_a_registered_address_with_a_picture_in_it_is_still_found_on_the_pages(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The registered address of another case of the job slips into a letter: its picture is no text, the rest of it betrays it."""
    one, two = office.household(("hikazei", 100_000)), office.household(("hikazei", 100_000))
    rename(office, two, "見本 花子", registered_address="東京都\ue000本区架空町三丁目9番1号", registered_building="")
    has_picture(office)
    letters.prepare(office.desk, (one, two), silent)
    ids = tuple(office.letter(case).id for case in (one, two))
    real = letter_words.letter_press.compose

    def slipped(contents, words, progress, pictures, **places):  # type: ignore[no-untyped-def]
        from dataclasses import replace

        wrong = replace(contents[0], members=(*contents[0].members, "東京都\ue000本区架空町三丁目9番1号"))
        return real([wrong, *contents[1:]], words, progress, pictures, **places)

    monkeypatch.setattr(letter_words.letter_press, "compose", slipped)
    with pytest.raises(UserError) as caught:
        print_jobs.start_job(office.desk, ids, MACHINE, silent)
    assert caught.value.code == "K-1840" and "住民票の住所" in caught.value.happened


def test_the_preview_and_the_sheets_have_the_picture_too(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    rename(office, case, "渡\ue000")
    has_picture(office)
    letters.prepare(office.desk, (case,), silent)
    assert pictures_on(office, letters.preview(office.desk, office.letter(case).id)) == {"\ue000": 1}
    assert pictures_on(office, ledgers.staff_list_pdf(office.desk)) == {}


def test_the_notice_to_the_municipality_prints_the_picture(ward: Ward) -> None:
    office = ward.office
    changed = {"漢字氏名": "渡\ue000　花子", "漢字住所": "神奈川県川崎市架空区見本町三丁目9番1号"}
    ward.bring_in("targets", workbook([person(10, 1, **changed)], [facts(10)]))
    case = ward.case_id("R600000001")
    ward.evidence(case)
    reason = "申出書にもとづき、重ねて支給されないようにするため"
    municipality_notices.decide(ward.desk, case, True, "神奈川県川崎市", ward.desk.today(), reason)
    with pytest.raises(UserError, match="K-1831"):
        municipality_notices.make(ward.desk, case)
    has_picture(office)
    assert pictures_on(office, municipality_notices.make(ward.desk, case)) == {"\ue000": 1}


def test_the_note_of_the_case_goes_when_the_picture_is_approved(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    rename(office, case, "渡\ue000")
    assert cases.page(office.desk, case).people[0].unprintable == ("U+E000",)
    has_picture(office)
    assert cases.page(office.desk, case).people[0].unprintable == ()


def test_twenty_thousand_names_are_looked_through_quickly(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        model = unit.session.scalars(select(Person).where(Person.case_id == case)).first()
        assert model is not None
        columns = {column.name: getattr(model, column.name) for column in Person.__table__.columns}
        lines = [
            {**columns, "id": number, "resident_number": f"{number:010d}", "relation": "MEMBER", "name": f"見本 花子{number}"}
            for number in range(100, 20_100)
        ]
        unit.session.execute(Person.__table__.insert(), lines)  # type: ignore[arg-type]
        unit.record(Act.TARGETS_IMPORTED, rows=len(lines))
    rename(office, case, "渡\ue000")
    started = time.perf_counter()
    with office.desk.look() as session:
        assert gaiji_list.open_count(session) == 1
    assert time.perf_counter() - started < 1.0
