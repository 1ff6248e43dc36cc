"""Asking for the second person, one way for every station: who is logged in if he may, else another person's slot in the same dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from kyufu_desktop.domain.staff import Act, Role, may, may_verify
from kyufu_desktop.services import session
from kyufu_desktop.services.session import Desk, Second
from kyufu_desktop.views.dialogs import ConfirmDialog, SecondPersonDialog, present

Prove = Callable[[], Second]
"""Runs on the lane (a slot takes half a second to open) and raises NotAllowed where the person may not."""


def ask_second(
    desk: Desk, act: Act, maker_id: int, title: str, sentences: Sequence[str], verb: str, *, officer: bool = False
) -> Prove | None:
    """How to prove the second person, or None where nobody was given. ``maker_id`` made what is confirmed; ``officer``: 取扱責任者 only."""
    if may_verify(act, maker_id, desk.staff) and (not officer or desk.staff.role is Role.OFFICER):
        return partial(session.as_second, desk, act, maker_id) if present(ConfirmDialog(title, sentences, verb)) else None
    # The names come from the slots beside the file, not from the database: this runs outside the lane.
    choices = session.staff_choices(desk.vault.folder.path)
    mine = desk.staff.login if maker_id == desk.staff.id else ""
    people = [person for person in choices if may(person[2], act) and person[0] != mine and (not officer or person[2] is Role.OFFICER)]
    dialog = SecondPersonDialog(people, "\n".join((title, *sentences)))
    if not present(dialog):
        return None
    login, passphrase = dialog.answer
    return partial(session.second_person, desk, login, passphrase, act, maker_id)
