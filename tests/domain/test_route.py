"""プッシュ型・確認書型・申請書型 against their table."""

from __future__ import annotations

import itertools
from datetime import date

import jpholiday
import pytest

from kyufu_desktop.domain.calendar import is_business_day
from kyufu_desktop.domain.case import TRANSITIONS, CaseStatus
from kyufu_desktop.domain.decline import last_day_to_take_back
from kyufu_desktop.domain.letter_occasion import notice_due
from kyufu_desktop.domain.programme import Route
from kyufu_desktop.domain.programme_words import ROUTE_WORDS
from kyufu_desktop.domain.route import MOVES_ON, Reached, last_day_of_waiting, why_not_ready
from kyufu_desktop.domain.staff import Act
from tests.domain.builders import name_of, rows

ROUTES = {words: route for route, words in ROUTE_WORDS.items()}


def is_bank_day(day: date) -> bool:
    return is_business_day(day, lambda one: bool(jpholiday.is_holiday(one)))


def reached(row: dict[str, str]) -> Reached:
    ends = date.fromisoformat(row["届出の期限"]) if row["届出の期限"] else None
    return Reached(
        form_completed=row["確認書の審査"] == "完了",
        application_completed=row["申請書の審査"] == "完了",
        announced=row["支給のお知らせ"] == "発送済",
        announcement_returned=row["支給のお知らせ"] == "返戻",
        wait_until=last_day_of_waiting(ends, int(row["待つ営業日"]), is_bank_day) if ends else None,
        declined=row["辞退"] == "あり",
        account_verified=row["口座"] == "確認済",
    )


@pytest.mark.parametrize("row", rows("routes"), ids=name_of)
def test_routes_table(row: dict[str, str]) -> None:
    why = why_not_ready(ROUTES[row["方式"]], reached(row), date.fromisoformat(row["見る日"]))
    assert (why == "") == (row["振り込める"] == "はい")
    assert why == row["理由"]


def test_every_route_is_in_the_table_on_both_sides() -> None:
    assert {(ROUTES[row["方式"]], row["振り込める"]) for row in rows("routes")} == set(itertools.product(Route, ("はい", "いいえ")))


@pytest.mark.parametrize("route", Route)
def test_nothing_is_paid_against_a_decline_or_to_an_account_that_nobody_else_checked(route: Route) -> None:
    for flags in itertools.product((False, True), repeat=6):
        papers = Reached(*flags[:4], wait_until=None, declined=flags[4], account_verified=flags[5])
        if why_not_ready(route, papers, date(2024, 12, 20)) == "":
            assert not papers.declined and papers.account_verified
            assert papers.form_completed or papers.application_completed or papers.announced


@pytest.mark.parametrize("route", Route)
def test_a_case_moves_on_with_its_batch_only_where_the_table_of_statuses_lets_it(route: Route) -> None:
    for status in MOVES_ON[route]:
        assert TRANSITIONS[(status, Act.BATCH_MADE)].done is CaseStatus.PAYMENT_PREPARED
    assert {status for status, act in TRANSITIONS if act is Act.BATCH_MADE} == frozenset().union(*MOVES_ON.values())


def test_a_decline_can_be_taken_back_until_the_later_of_two_days() -> None:
    deadline = date(2024, 10, 31)
    assert last_day_to_take_back(deadline, date(2024, 9, 11)) == deadline
    assert last_day_to_take_back(deadline, date(2024, 11, 5)) == date(2024, 11, 5)
    assert last_day_to_take_back(deadline, None) == deadline


@pytest.mark.parametrize(
    ("answers", "expected"),
    [([], True), ([None], False), ([date(2024, 9, 1)], False), ([date(2024, 8, 31)], True), ([date(2024, 8, 1), date(2024, 8, 20)], False)],
)
def test_a_deficiency_is_told_once_and_reminded_of_once(answers: list[date | None], expected: bool) -> None:
    assert notice_due(answers, date(2024, 9, 1)) is expected
