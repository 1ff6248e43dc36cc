"""What 収受・審査 runs on the lane."""

from __future__ import annotations

from datetime import date
from functools import partial

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.review import Item, ItemState
from kyufu_desktop.services import accounts, declines, review
from kyufu_desktop.services.accounts import AccountEntry
from kyufu_desktop.services.cases import DeclineEntry
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.review import FormPage, ReviewPage
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.second_person import Prove
from kyufu_desktop.views.stations.asking import Work
from kyufu_desktop.views.stations.dialogs_review import LateDialog
from kyufu_desktop.views.stations.form_dialog import FormDialog


def read(desk: Desk, form_id: int | None) -> tuple[ReviewPage, int, FormPage | None]:
    return review.page(desk), accounts.waiting_count(desk), None if form_id is None else review.form(desk, form_id)


def receive(desk: Desk, code: str, received: date, postmark: date | None, _: Progress) -> tuple[Changes, int]:
    return review.receive(desk, code, received, postmark)


def apply(desk: Desk, number: str, received: date, postmark: date | None, _: Progress) -> tuple[Changes, int]:
    return review.receive_application(desk, number, received, postmark)


def decline(desk: Desk, letter_id: int, entry: DeclineEntry, _: Progress) -> Changes:
    return declines.enter(desk, letter_id, entry)


def check(desk: Desk, form_id: int, items: dict[Item, ItemState], codes: tuple[str, ...], _: Progress) -> Changes:
    return review.check(desk, form_id, items, codes)


def enter(desk: Desk, case_id: int, entry: AccountEntry, _: Progress) -> Changes:
    return accounts.enter(desk, case_id, entry)


def verify(desk: Desk, ids: tuple[int, ...], prove: Prove, _: Progress) -> Changes:
    return accounts.verify(desk, ids, prove())


def look(desk: Desk, ids: tuple[int, ...], prove: Prove, _: Progress) -> Changes:
    return review.second_look(desk, ids, prove())


def late(desk: Desk, form_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, LateDialog)
    return partial(review.decide_late, desk, form_id, dialog.accepts, dialog.words)


def complete(desk: Desk, forms: tuple[int, ...], on: date, progress: Progress) -> Changes:
    """Each completed review is an act of its own: what was completed before a stop stays."""
    for number, form_id in enumerate(forms):
        progress(number, len(forms))
        review.complete(desk, form_id, on)
    return Changes(Kind.FORMS | Kind.CASES | Kind.PAYMENTS | Kind.LETTERS, f"{len(forms):,}件の審査を完了しました。")
