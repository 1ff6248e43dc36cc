"""Household events: each with its document, revoked instead of changed, and what they make of the facts."""

from __future__ import annotations

from datetime import date

import pytest

from kyufu_desktop.domain.household_event import EVENT_LABELS, EventKind
from kyufu_desktop.domain.judgment import CaseFacts, Residence
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.services import cases, household_events, judgment
from kyufu_desktop.services.case_facts import facts_of
from kyufu_desktop.services.cases import EventEntry
from tests.services.desk_work import Ward, facts, person, workbook
from tests.services.office import silent

SOURCE = "住民票の除票 8月20日"
WHY = "別の人の書類を見て入れていたため取り消す"


@pytest.fixture
def case(ward: Ward) -> int:
    people = [
        person(10, 1),
        person(11, 1, 続柄="子", 漢字氏名="見本　次郎", カナ氏名="ミホン ジロウ", 生年月日="2024-06-05"),
    ]
    ward.bring_in("targets", workbook(people, [facts(10), facts(11)]))
    found = ward.case_id("R600000001")
    ward.evidence(found)
    return found


def of(ward: Ward, case: int) -> CaseFacts:
    with ward.desk.look() as session:
        return facts_of(session, [case], ward.desk.programme, ward.desk.today())[case]


def add(ward: Ward, case: int, kind: EventKind, person_id: int | None = None, on: date | None = None) -> int:
    household_events.add(ward.desk, case, EventEntry(kind, person_id, on, SOURCE))
    return cases.page(ward.desk, case).household_events[-1].event_id


def test_death_comes_to_the_person_with_its_document(ward: Ward, case: int) -> None:
    baby = ward.person_id(11)
    add(ward, case, EventKind.DEATH, baby, date(2024, 8, 1))
    dead = next(one for one in of(ward, case).persons if one.person_id == baby)
    assert dead.died_on == date(2024, 8, 1)
    assert SOURCE in dead.origin and "入力 佐藤 主事 8/28" in dead.origin
    with pytest.raises(Conflict, match="K-1664"):
        add(ward, case, EventKind.DEATH, baby, date(2024, 8, 2))


def test_revoked_event_is_as_if_it_never_was_but_stays_on_the_page(ward: Ward, case: int) -> None:
    event = add(ward, case, EventKind.DEATH, ward.person_id(10), date(2024, 8, 1))
    household_events.revoke(ward.desk, event, WHY)
    assert all(one.died_on is None for one in of(ward, case).persons)
    row = cases.page(ward.desk, case).household_events[0]
    assert (row.revoked_reason, row.person_name) == (WHY, "見本　花子")
    with pytest.raises(Conflict):
        household_events.revoke(ward.desk, event, WHY)


def test_split_counts_only_after_the_base_date(ward: Ward, case: int) -> None:
    early = add(ward, case, EventKind.SPLIT, on=date(2024, 6, 3))
    assert not of(ward, case).split_household
    household_events.revoke(ward.desk, early, WHY)
    add(ward, case, EventKind.SPLIT, on=date(2024, 6, 4))
    assert of(ward, case).split_household and "世帯分離" in of(ward, case).split_origin


@pytest.mark.parametrize(
    ("kind", "on", "where"),
    [
        (EventKind.TRANSFER_IN, date(2024, 6, 3), Residence.REGISTERED),
        (EventKind.TRANSFER_IN, date(2024, 6, 4), Residence.ELSEWHERE),
        (EventKind.TRANSFER_OUT, date(2024, 6, 3), Residence.ELSEWHERE),
        (EventKind.TRANSFER_OUT, date(2024, 6, 4), Residence.REGISTERED),
        (EventKind.RESIDES_UNREGISTERED, None, Residence.ACTUAL),
        (EventKind.FIRST_REGISTERED_LATER, date(2024, 7, 1), Residence.FIRST_REGISTERED_LATER),
        (EventKind.NOT_RESIDENT, None, Residence.ELSEWHERE),
    ],
)
def test_where_the_household_stood_on_the_base_date(ward: Ward, case: int, kind: EventKind, on: date | None, where: Residence) -> None:
    add(ward, case, kind, on=on)
    known = of(ward, case)
    assert known.residence is where and EVENT_LABELS[kind] in known.residence_origin


def test_newest_statement_about_the_residence_counts(ward: Ward, case: int) -> None:
    add(ward, case, EventKind.NOT_RESIDENT)
    add(ward, case, EventKind.RESIDES_UNREGISTERED)
    assert of(ward, case).residence is Residence.ACTUAL
    assert "住民票のある区市町村への通知の要否が未定" in cases.page(ward.desk, case).missing


def test_first_registration_waits_for_a_person_and_is_settled_by_one(ward: Ward, case: int) -> None:
    add(ward, case, EventKind.FIRST_REGISTERED_LATER, on=date(2024, 7, 1))
    assert not of(ward, case).residence_confirmed
    add(ward, case, EventKind.RESIDENCE_CONFIRMED)
    assert of(ward, case).residence_confirmed and of(ward, case).residence is Residence.FIRST_REGISTERED_LATER


def test_late_birth_is_counted_only_when_applied_for_in_time(ward: Ward, case: int) -> None:
    baby, last = ward.person_id(11), ward.desk.programme.newborn_until
    ward.office.clock.days((last - ward.desk.today()).days + 1)
    late = add(ward, case, EventKind.NEWBORN_APPLIED, baby, ward.desk.today())
    assert of(ward, case).newborn_applied == frozenset()
    household_events.revoke(ward.desk, late, WHY)
    add(ward, case, EventKind.NEWBORN_APPLIED, baby, last)
    assert of(ward, case).newborn_applied == frozenset({"0000000011"})


def test_event_after_the_approval_voids_it(ward: Ward, case: int) -> None:
    judgment.draft(ward.desk, (case,), silent)
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    changed = household_events.add(ward.desk, case, EventEntry(EventKind.NOT_RESIDENT, None, None, SOURCE))
    assert "決裁は無効" in changed.sentence
    assert Act.JUDGMENT_VOIDED.value in ward.acts(case) and ward.status(case) != "支給判定済"


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (EventEntry(EventKind.DEATH, None, date(2024, 8, 1), SOURCE), "person_id"),
        (EventEntry(EventKind.DEATH, 9999, date(2024, 8, 1), SOURCE), "person_id"),
        (EventEntry(EventKind.SPLIT, None, None, SOURCE), "happened_on"),
        (EventEntry(EventKind.SPLIT, None, date(2024, 8, 29), SOURCE), "happened_on"),
        (EventEntry(EventKind.SPLIT, None, date(2024, 8, 1), " "), "source"),
    ],
)
def test_event_that_says_too_little_is_refused(ward: Ward, case: int, entry: EventEntry, field: str) -> None:
    with pytest.raises(InputProblem) as refused:
        household_events.add(ward.desk, case, entry)
    assert refused.value.field == field and cases.page(ward.desk, case).household_events == ()


def test_every_event_has_its_words() -> None:
    assert set(EVENT_LABELS) == set(EventKind)
