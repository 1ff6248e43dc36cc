"""プッシュ型・確認書型・申請書型: what each way to the money needs before a decided benefit may be paid, as one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.programme import Route


@dataclass(frozen=True, slots=True)
class Reached:
    """How far the papers of one decided benefit have come."""

    form_completed: bool = False
    """The review of the form that came back with the code of its letter is completed."""
    application_completed: bool = False
    """The review of an application of the case is completed."""
    announced: bool = False
    """A 支給のお知らせ that tells of it was posted and did not come back."""
    announcement_returned: bool = False
    wait_until: date | None = None
    """The last day on which a declaration may still arrive: the period itself and the days that are waited for the post."""
    declined: bool = False
    account_verified: bool = False


def last_day_of_waiting(decline_by: date, days: int, is_bank_day: Callable[[date], bool]) -> date:
    """The ``days``-th bank day after the last day of the period; the period's own last day where nothing is waited for.

    当日消印有効: what was posted on the last day is in time and arrives later. Bank days, because the post is not carried at weekends.
    """
    day = decline_by
    for _ in range(days):
        day = date.fromordinal(day.toordinal() + 1)
        while not is_bank_day(day):
            day = date.fromordinal(day.toordinal() + 1)
    return day


def _says(sentence: str) -> Callable[[Reached], str]:
    return lambda _: sentence


def _waits(reached: Reached) -> str:
    assert reached.wait_until is not None
    return f"辞退の届出を{wareki(reached.wait_until)}まで待っています。"


@dataclass(frozen=True, slots=True)
class _Stop:
    """A row of the table: on these routes, where ``stands`` says so, the benefit is not paid, and ``says`` why."""

    routes: frozenset[Route]
    stands: Callable[[Reached, date], bool]
    says: Callable[[Reached], str]


_PUSH, _CONFIRMATION, _APPLICATION = (frozenset({route}) for route in Route)

#: The first row that stands decides. A completed form is enough on every route: a person signed for the very benefits of its letter.
_STOPS: tuple[_Stop, ...] = (
    _Stop(frozenset(Route), lambda at, _: at.declined, _says("辞退の届出があります。")),
    _Stop(_CONFIRMATION, lambda at, _: not at.form_completed, _says("確認書の審査が完了していません。")),
    _Stop(
        _APPLICATION,
        lambda at, _: not (at.form_completed or at.application_completed),
        _says("申請書の審査が完了していません。"),
    ),
    _Stop(
        _PUSH,
        lambda at, _: not (at.form_completed or at.announced) and at.announcement_returned,
        _says("支給のお知らせが戻っています。"),
    ),
    _Stop(_PUSH, lambda at, _: not (at.form_completed or at.announced), _says("支給のお知らせを発送していません。")),
    _Stop(_PUSH, lambda at, on: not at.form_completed and at.wait_until is not None and on <= at.wait_until, _waits),
    _Stop(frozenset(Route), lambda at, _: not at.account_verified, _says("口座が確認済になっていません。")),
)


def why_not_ready(route: Route, reached: Reached, on: date) -> str:
    """Why the papers do not allow the benefit to be paid on ``on``, as a sentence; empty where they do."""
    return next((stop.says(reached) for stop in _STOPS if route in stop.routes and stop.stands(reached, on)), "")


#: The statuses from which a case goes on to 振込準備 when a benefit of it is put into a batch. Any other status belongs to another
#: benefit of the case, which is still under way, and stays. A case without a form has nothing to review: it comes from 確認書発送, or from
#: 振込不能 once its account was confirmed again; an application may be through its review before the decision.
MOVES_ON: dict[Route, frozenset[CaseStatus]] = {
    Route.CONFIRMATION: frozenset({CaseStatus.REVIEWED}),
    Route.PUSH: frozenset({CaseStatus.REVIEWED, CaseStatus.LETTER_SENT, CaseStatus.PAYMENT_FAILED}),
    Route.APPLICATION: frozenset({CaseStatus.REVIEWED, CaseStatus.JUDGED}),
}
