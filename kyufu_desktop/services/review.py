"""Receipt and review (収受・審査) of returned forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.review import FormState, Item, ItemState
from kyufu_desktop.services.accounts import AccountRow
from kyufu_desktop.services.session import Desk, Second


@dataclass(frozen=True, slots=True)
class FormRow:
    form_id: int
    case_id: int
    code: str
    name: str = field(repr=False)
    received_on: date
    late: bool
    state: FormState
    missing: str


@dataclass(frozen=True, slots=True)
class FormPage:
    """One form under review: items with their state, chosen deficiencies, account, what is still missing in sentences."""

    form_id: int
    case_id: int
    code: str
    name: str = field(repr=False)
    kana: str = field(repr=False)
    benefits: str
    amount: int
    received_on: date
    postmark_on: date | None
    late: bool
    deadline: date
    items: dict[Item, ItemState]
    deficiencies: tuple[str, ...]
    account: AccountRow | None
    missing: tuple[str, ...]
    state: FormState


@dataclass(frozen=True, slots=True)
class ReviewPage:
    waiting: tuple[FormRow, ...]
    completed: int
    not_returned: int
    """Letters sent and not yet back."""


def page(desk: Desk) -> ReviewPage:
    raise NotImplementedError


def receive(desk: Desk, code: str, received_on: date, postmark_on: date | None) -> tuple[Changes, int]:
    """Receipt by the code (scanned or typed) -> form id. Void code, wrong state or second receipt: clear sentence."""
    raise NotImplementedError


def form(desk: Desk, form_id: int) -> FormPage:
    raise NotImplementedError


def check(desk: Desk, form_id: int, items: dict[Item, ItemState], deficiencies: tuple[str, ...]) -> Changes:
    """Keeps what was looked at; any deficiency makes the form 不備 (case 不備照会中)."""
    raise NotImplementedError


def complete(desk: Desk, form_id: int, completed_on: date) -> Changes:
    """Review completed: everything fits and the account is verified by a second person; else InputProblem with what is missing."""
    raise NotImplementedError
