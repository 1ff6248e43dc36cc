"""Notices, household events, exits and proxies as plain values: who is the same, what stood on the base date, what an exit changes."""

from __future__ import annotations

from datetime import date

import pytest

from kyufu_desktop.domain.case_exit import CAUSE_LABELS, CAUSES, EXIT_LABELS, ExitCause, effect_of
from kyufu_desktop.domain.facts import ExitKind, Residence
from kyufu_desktop.domain.household_event import DATED, EVENT_LABELS, OF_A_PERSON, Event, EventKind, stand_on_base_date
from kyufu_desktop.domain.notice import (
    CHANNEL_LABELS,
    KIND_LABELS,
    STATE_LABELS,
    Channel,
    Named,
    NoticeKind,
    NoticeState,
    same_person,
    state_of,
)
from kyufu_desktop.domain.proxy import check_basis, in_force
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import InputProblem
from tests.domain.builders import programme

BORN = date(2015, 5, 5)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Named("甲", "", None, "0000000011"), Named("乙", "", None, "0000000011"), True),
        (Named("甲", "コウ", BORN, "0000000011"), Named("甲", "コウ", BORN, "0000000012"), False),
        (Named("見本 髙志", "ﾐﾎﾝ ﾀｶｼ", BORN), Named("見本 高志", "ミホン タカシ", BORN, "0000000011"), True),
        (Named("見本 髙志", "", BORN), Named("見本　高志", "ミホン タカシ", BORN), True),
        (Named("見本 髙志", "ミホン タカシ", None), Named("見本 髙志", "ミホン タカシ", None), False),
        (Named("見本 髙志", "ミホン タカシ", BORN), Named("見本 髙志", "ミホン タカシ", date(2015, 5, 6)), False),
        (Named("見本 髙志", "ミホン コウシ", BORN), Named("見本 髙志", "ミホン タカシ", BORN), False),
    ],
)
def test_people_are_the_same_by_number_or_by_kana_and_birth(one: Named, other: Named, same: bool) -> None:
    assert same_person(one, other) is same and same_person(other, one) is same


def test_nobody_named_is_shown_by_repr() -> None:
    assert "見本" not in repr(Named("見本 髙志", "ミホン", BORN, "0000000011")) and "0011" not in repr(Named("", "", None, "0000000011"))


def test_a_line_is_closed_before_all_else_and_verified_before_entered() -> None:
    assert state_of(False, False, False) is NoticeState.RECEIVED
    assert state_of(True, False, False) is NoticeState.ENTERED
    assert state_of(True, True, False) is NoticeState.VERIFIED
    assert state_of(True, True, True) is NoticeState.CLOSED


def test_every_value_has_its_words() -> None:
    assert set(KIND_LABELS) == set(NoticeKind) and set(CHANNEL_LABELS) == set(Channel) and set(STATE_LABELS) == set(NoticeState)
    assert set(EVENT_LABELS) == set(EventKind) and set(EXIT_LABELS) == set(ExitKind) == set(CAUSES) and set(CAUSE_LABELS) == set(ExitCause)
    assert {cause for causes in CAUSES.values() for cause in causes} == set(ExitCause)
    assert OF_A_PERSON.union(DATED).issubset(EventKind)


def happened(kind: EventKind, on: date | None = None, person_id: int | None = None) -> Event:
    return Event(kind, person_id, on, kind.value)


def test_without_events_the_hosts_list_says_it() -> None:
    assert stand_on_base_date([], 1, programme(), None).residence is Residence.REGISTERED


def test_a_move_of_somebody_else_than_the_head_moves_no_household() -> None:
    events = [happened(EventKind.TRANSFER_IN, date(2024, 7, 1), 2)]
    assert stand_on_base_date(events, 1, programme(), None).residence is Residence.REGISTERED
    assert stand_on_base_date(events, 2, programme(), None).residence is Residence.ELSEWHERE


def test_a_statement_goes_before_a_move_and_before_the_evidence() -> None:
    events = [happened(EventKind.NOT_RESIDENT), happened(EventKind.TRANSFER_IN, date(2024, 5, 1))]
    assert stand_on_base_date(events, 1, programme(), date(2024, 6, 10)).residence is Residence.ELSEWHERE


def test_who_fled_into_the_ward_with_a_support_measure_is_taken_where_she_lives() -> None:
    events = [happened(EventKind.TRANSFER_IN, date(2024, 6, 10))]
    assert stand_on_base_date(events, 1, programme(), date(2024, 6, 10)).residence is Residence.ACTUAL


@pytest.mark.parametrize(("decided", "paid", "word"), [(False, False, "決裁の前"), (True, False, "無効"), (True, True, "記録だけ")])
def test_an_exit_says_what_it_changes(decided: bool, paid: bool, word: str) -> None:
    assert word in effect_of(decided, paid).sentence


def test_ground_of_a_proxy_belongs_to_the_category() -> None:
    assert check_basis("B1", Category.CHILD, programme()).name.startswith("親権者")
    with pytest.raises(InputProblem, match="K-1711"):
        check_basis("B1", Category.ELDERLY, programme())


def test_proxy_acts_from_the_first_to_the_last_day() -> None:
    first, last = date(2024, 8, 1), date(2024, 8, 31)
    assert in_force(first, last, first) and in_force(first, last, last) and in_force(first, None, date(2030, 1, 1))
    assert not in_force(first, last, date(2024, 7, 31)) and not in_force(first, last, date(2024, 9, 1))
