"""Which words a letter of a kind is made with."""

from __future__ import annotations

from kyufu_desktop.documents import wording
from kyufu_desktop.documents.wording import Wording
from kyufu_desktop.domain.letter import LetterKind
from kyufu_desktop.services.session import Desk


def words_for(desk: Desk, kind: LetterKind) -> Wording:
    """The words of the programme at the desk."""
    return wording.load_kind(kind, desk.programme.letter_wording)
