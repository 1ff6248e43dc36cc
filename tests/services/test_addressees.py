"""To whom a letter is addressed: the person himself or a confirmed proxy who still acts; honorifics, former names, long buildings."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kyufu_desktop.documents.letters import Composed
from kyufu_desktop.domain.letter import LetterKind, LetterState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem, UserError
from kyufu_desktop.models.case import Case, Person, SafeAddress
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.security import seal
from kyufu_desktop.services import cases, destination, letter_data, letters, print_jobs, proxies, workstation
from kyufu_desktop.services.addressees import NOT_A_BODY, NOT_AN_ADDRESSEE
from kyufu_desktop.services.cases import AddressEntry, ProxyEntry
from tests.services.office import MACHINE, Office, opened, silent

ENTRY = AddressEntry("950-0001", "見本県見本市北町1丁目8番", "", "みどり園", "", "")
WHY = "代理の委任が終わったと本人から連絡"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def written_to(office: Office, case_id: int, **changes: str) -> str:
    """A new address, confirmed by another person. Returns what the entry said."""
    told = cases.enter_address(office.desk, case_id, dataclasses.replace(ENTRY, **changes))
    cases.reveal_address(office.at(office.suzuki), case_id, "送り先の確認", "書類と照らし合わせるため")
    cases.verify_address(office.desk, (case_id,), office.suzuki)
    return told.sentence


def proxy(office: Office, case_id: int, name: str = "見本 太郎", *, until: date | None = None) -> int:
    proxies.enter(office.desk, case_id, ProxyEntry("C1", name, "施設の長", "", True, date(2024, 1, 1), until))
    proxy_id = cases.page(office.desk, case_id).proxies[-1].proxy_id
    proxies.verify(office.desk, (proxy_id,), office.suzuki)
    return proxy_id


def obstacle(office: Office) -> str:
    return letters.page(office.desk).ready[0].obstacle


def printed_text(office: Office, letter: Letter) -> str:
    order = print_jobs.start_job(office.desk, (letter.id,), MACHINE, silent)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    return destination.fold("".join(destination.page_texts(Composed((order.pdf,), ()))))


@pytest.fixture
def child(office: Office) -> int:
    return office.household(("hikazei", 100_000), category="CHILD")


def test_a_letter_to_somebody_else_than_the_person_or_his_proxy_is_not_made(office: Office, child: int) -> None:
    written_to(office, child, recipient="見本 太郎")
    assert obstacle(office) == NOT_AN_ADDRESSEE
    assert cases.page(office.desk, child).address_warning == NOT_AN_ADDRESSEE
    with pytest.raises(Conflict, match="K-1841"):
        letters.prepare(office.desk, (child,), silent)
    proxy(office, child, "見本 次郎")
    assert obstacle(office) == NOT_AN_ADDRESSEE
    proxy(office, child, "見本　太郎")
    assert obstacle(office) == ""


def test_an_unconfirmed_proxy_and_one_outside_his_period_are_nobody(office: Office, child: int) -> None:
    written_to(office, child, recipient="見本 太郎")
    proxies.enter(office.desk, child, ProxyEntry("C1", "見本 太郎", "", "", True, date(2024, 1, 1)))
    assert obstacle(office) == NOT_AN_ADDRESSEE
    proxy(office, child, until=date(2024, 8, 1))
    assert obstacle(office) == NOT_AN_ADDRESSEE


def test_the_persons_own_name_may_be_written_out(office: Office, child: int) -> None:
    written_to(office, child, recipient="見本　花子1")
    assert obstacle(office) == ""
    letters.prepare(office.desk, (child,), silent)
    letter = office.letter(child)
    assert letter.proxy_id is None
    text = printed_text(office, letter)
    assert "見本花子1様" in text and "様分" not in text


def test_a_letter_to_the_director_says_for_whom_it_is_and_keeps_his_title(office: Office, child: int) -> None:
    acting = proxy(office, child)
    written_to(office, child, recipient="施設長 見本 太郎")
    letters.prepare(office.desk, (child,), silent)
    letter = office.letter(child)
    assert letter.proxy_id == acting
    text = printed_text(office, letter)
    assert "みどり園気付" in text and "施設長見本太郎様" in text and "見本花子1様分" in text


@pytest.mark.parametrize("kind", [LetterKind.DECISION, LetterKind.PAYMENT])
def test_every_other_kind_says_for_whom_it_is_too(office: Office, child: int, kind: LetterKind) -> None:
    proxy(office, child)
    written_to(office, child, recipient="施設長　見本太郎")
    office.reviewed(child)
    if kind is LetterKind.PAYMENT:
        office.approved(office.batch())
    letters.prepare(office.desk, (child,), silent, frozenset({kind}))
    text = printed_text(office, office.letter(child))
    assert "見本花子1様分" in text and "施設長見本太郎様" in text


def test_a_corporation_is_written_to_with_its_own_honorific(office: Office, child: int) -> None:
    proxy(office, child, "社会福祉法人見本会")
    written_to(office, child, recipient="社会福祉法人 見本会", honorific="御中")
    letters.prepare(office.desk, (child,), silent)
    text = printed_text(office, office.letter(child))
    assert "社会福祉法人見本会御中" in text and "見本会様" not in text and "見本花子1様分" in text


def test_a_title_does_not_go_with_the_honorific_of_a_body(office: Office, child: int) -> None:
    proxy(office, child)
    written_to(office, child, recipient="施設長 見本 太郎", honorific="御中")
    assert obstacle(office) == NOT_AN_ADDRESSEE


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"recipient": "見本 花子1", "honorific": "御中"}, "K-1621"),
        ({"recipient": "施設長 見本花子1", "honorific": "御中"}, "K-1621"),
        ({"recipient": "", "honorific": "御中"}, "K-1621"),
        ({"recipient": "", "honorific": "殿"}, "K-1620"),
        ({"building": "1\n2\n3\n4"}, "K-1623"),
    ],
)
def test_what_no_envelope_can_say_is_refused_at_the_entry(office: Office, child: int, changes: dict[str, str], code: str) -> None:
    with pytest.raises(InputProblem, match=code):
        cases.enter_address(office.desk, child, dataclasses.replace(ENTRY, **changes))


def test_an_address_from_before_there_was_a_choice_reads_as_a_persons(office: Office, child: int) -> None:
    """The office puts its addresses in without 敬称, as they were sealed before."""
    assert cases.reveal_address(office.desk, child, "送り先の確認", "敬称を確かめるために見ます").honorific == "様"
    letters.prepare(office.desk, (child,), silent)
    assert "見本花子1様" in printed_text(office, office.letter(child))


def reseal(office: Office, case_id: int, **changes: str) -> None:
    """The fault: an address whose sealed words were changed past the service."""
    with office.desk.work(Act.ADDRESS_ENTERED) as unit:
        case = unit.session.get_one(Case, case_id)
        row = unit.session.query(SafeAddress).filter_by(case_id=case_id).order_by(SafeAddress.id.desc()).first()
        assert case.case_key is not None and row is not None
        plain = seal.unseal(case.case_key, office.desk.address_key(), case_id, row.sealed, "address")
        row.sealed = seal.seal(case.case_key, office.desk.address_key(), case_id, {**plain, **changes}, "address")
        unit.record(Act.ADDRESS_ENTERED)


def test_a_person_with_the_honorific_of_a_body_gets_no_letter_whatever_way_it_came_in(office: Office, child: int) -> None:
    reseal(office, child, honorific="御中")
    assert obstacle(office) == NOT_A_BODY


def test_a_proxy_who_ended_stops_the_letter_at_the_printer_and_it_can_be_made_anew(office: Office, child: int) -> None:
    acting = proxy(office, child)
    written_to(office, child, recipient="見本 太郎")
    letters.prepare(office.desk, (child,), silent)
    old = office.letter(child)
    proxies.end(office.desk, acting, WHY)
    with pytest.raises(Conflict, match="K-1861"):
        print_jobs.start_job(office.desk, (old.id,), MACHINE, silent)
    assert obstacle(office) == NOT_AN_ADDRESSEE
    written_to(office, child)
    assert obstacle(office) == ""
    letters.prepare(office.desk, (child,), silent)
    new = office.letter(child)
    assert new.proxy_id is None and "見本太郎" not in printed_text(office, new)
    with office.desk.look() as db:
        assert db.get_one(Letter, old.id).voided_by == new.id


def test_a_proxy_who_ended_stops_the_sending_and_the_paper_is_shredded(office: Office, child: int) -> None:
    acting = proxy(office, child)
    written_to(office, child, recipient="見本 太郎")
    (letter_id,) = office.enclosed(*office.printed(child))
    proxies.end(office.desk, acting, WHY)
    with pytest.raises(Conflict, match="K-1861"):
        letters.mark_sent(office.desk, (letter_id,), office.desk.today())
    assert "細断" in print_jobs.spoil(office.desk, letter_id, "代理人が替わった").sentence
    assert office.letter(child).state == LetterState.SPOILED.value
    written_to(office, child)
    office.sent(child)


def test_a_proxy_whose_period_ran_out_while_the_letter_lay_there_stops_it(office: Office, child: int) -> None:
    proxy(office, child, until=date(2024, 8, 30))
    written_to(office, child, recipient="見本 太郎")
    (letter_id,) = office.enclosed(*office.printed(child))
    office.clock.days(3)
    with pytest.raises(Conflict, match="K-1861"):
        letters.mark_sent(office.desk, (letter_id,), office.desk.today())


def test_a_renewed_proxy_lets_the_waiting_letter_be_made_anew(office: Office, child: int) -> None:
    acting = proxy(office, child)
    written_to(office, child, recipient="見本 太郎")
    letters.prepare(office.desk, (child,), silent)
    proxies.end(office.desk, acting, WHY)
    renewed = proxy(office, child)
    letters.prepare(office.desk, (child,), silent)
    letter = office.letter(child)
    assert (letter.issue, letter.proxy_id) == (2, renewed)
    printed_text(office, letter)


def test_a_jam_is_settled_though_the_proxy_ended_in_between(office: Office, child: int) -> None:
    acting = proxy(office, child)
    written_to(office, child, recipient="見本 太郎")
    letters.prepare(office.desk, (child,), silent)
    order = print_jobs.start_job(office.desk, (office.letter(child).id,), MACHINE, silent)
    proxies.end(office.desk, acting, WHY)
    print_jobs.confirm_job(office.desk, order.job_id, 0)
    assert office.letter(child).state == LetterState.SPOILED.value


def test_a_waiting_decision_with_an_old_address_is_made_anew(office: Office, child: int) -> None:
    office.reviewed(child)
    letters.prepare(office.desk, (child,), silent, frozenset({LetterKind.DECISION}))
    old = office.letter(child)
    assert letters.page(office.desk).ready == ()
    written_to(office, child, address="見本県見本市南町2丁目1番")
    assert [row.kind for row in letters.page(office.desk).ready] == [LetterKind.DECISION]
    letters.prepare(office.desk, (child,), silent, frozenset({LetterKind.DECISION}))
    new = office.letter(child)
    with office.desk.look() as db:
        assert db.get_one(Letter, old.id).voided_by == new.id
    assert "南町2丁目1番" in printed_text(office, new)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("on_behalf_of", "別世帯 太郎", "本人でない人"),
        ("on_behalf_of", "見本 花子1", "宛名と、だれの分かが合いません"),
    ],
)
def test_whose_letter_it_is_can_only_be_the_own_recipient(office: Office, child: int, field: str, value: str, why: str) -> None:
    letters.prepare(office.desk, (child,), silent)
    with office.desk.look() as db:
        item = letter_data.guarded_content(office.desk, db, db.get_one(Letter, office.letter(child).id))
    destination.check_data([item])
    with pytest.raises(UserError, match=why):
        destination.check_data([dataclasses.replace(item, letter=dataclasses.replace(item.letter, **{field: value}))])  # type: ignore[arg-type]


def test_a_letter_to_a_proxy_that_does_not_say_for_whom_it_is_is_stopped(office: Office, child: int) -> None:
    proxy(office, child)
    written_to(office, child, recipient="見本 太郎")
    letters.prepare(office.desk, (child,), silent)
    with office.desk.look() as db:
        item = letter_data.guarded_content(office.desk, db, db.get_one(Letter, office.letter(child).id))
    silent_letter = dataclasses.replace(item.letter, on_behalf_of="")
    with pytest.raises(UserError, match="だれの分か"):
        destination.check_data([dataclasses.replace(item, letter=silent_letter)])


def former(office: Office, case_id: int, name: str = "架空") -> None:
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        for person in unit.session.query(Person).filter_by(case_id=case_id, relation="HEAD"):
            person.former_name = name
        unit.record(Act.TARGETS_IMPORTED)


def test_the_former_name_is_written_only_where_the_ward_wants_it(office: Office, child: int) -> None:
    former(office, child)
    letters.prepare(office.desk, (child,), silent)
    assert "旧氏" not in printed_text(office, office.letter(child))
    with pytest.raises(InputProblem):
        workstation.change_setting(office.at(office.suzuki), "former_name", "before")
    workstation.change_setting(office.at(office.suzuki), "former_name", "after")
    print_jobs.spoil(office.desk, office.letter(child).id, "旧氏を書くため")
    text = printed_text(office, office.letter(child))
    assert "見本花子1(旧氏架空)様" in text
    assert text.count("見本花子1(旧氏架空)") >= 2, "in the window and among the members"


def test_a_letter_made_before_the_setting_changed_is_printed_as_it_was_made(office: Office, child: int) -> None:
    former(office, child)
    letters.prepare(office.desk, (child,), silent)
    workstation.change_setting(office.at(office.suzuki), "former_name", "after")
    assert "旧氏" not in printed_text(office, office.letter(child))


def test_a_former_name_of_somebody_else_is_found(office: Office, child: int) -> None:
    former(office, child)
    workstation.change_setting(office.at(office.suzuki), "former_name", "after")
    letters.prepare(office.desk, (child,), silent)
    with office.desk.look() as db:
        item = letter_data.guarded_content(office.desk, db, db.get_one(Letter, office.letter(child).id))
    destination.check_data([item])
    planted = dataclasses.replace(item.letter, members=("見本 花子1（旧氏 別人）",))  # type: ignore[arg-type]
    with pytest.raises(UserError, match="ほかの案件の人"):
        destination.check_data([dataclasses.replace(item, letter=planted)])


def test_an_address_that_does_not_fit_the_window_is_told_at_the_entry_and_gets_no_letter(office: Office, child: int) -> None:
    other = office.household(("hikazei", 100_000))
    told = written_to(office, child, building="みどり" * 100)
    assert "封筒の窓に入りません" in told and "みどりみどり" not in told
    assert "封筒の窓に入りません" in cases.page(office.desk, child).address_warning
    assert [bool(row.obstacle) for row in letters.page(office.desk).ready] == [True, False]
    letters.prepare(office.desk, (child, other), silent)
    with office.desk.look() as db:
        assert [letter.case_id for letter in db.query(Letter)] == [other]
    assert "封筒の窓" not in written_to(office, child, building="みどりが丘テラス\n東棟\n402号室", care_of="")
    letters.prepare(office.desk, (child,), silent)
    assert "みどりが丘テラス東棟402号室" in printed_text(office, office.letter(child))


def test_a_destination_that_outgrew_the_window_since_is_named_and_the_others_are_made(office: Office, child: int) -> None:
    other = office.household(("hikazei", 100_000))
    reseal(office, child, building="みどり" * 100)
    assert obstacle(office) == "", "only typesetting finds it"
    with pytest.raises(UserError, match="K-1805"):
        letters.prepare(office.desk, (child,), silent)
    told = letters.prepare(office.desk, (child, other), silent)
    assert "R600000001" in told.sentence and "1件は作れませんでした" in told.sentence
