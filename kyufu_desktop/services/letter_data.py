"""The sealed snapshot of what a letter says, and the letter beside the destination as the case says it now."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kyufu_desktop.documents.notices import Content, from_plain, to_plain
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.security import seal
from kyufu_desktop.services import addressees
from kyufu_desktop.services.case_steps import case_of
from kyufu_desktop.services.destination import Guarded, guarded, open_address, verified_address
from kyufu_desktop.services.session import Desk

_PURPOSE = "letter"


def seal_content(desk: Desk, case: Case, content: Content) -> bytes:
    """The snapshot under the case's own key."""
    assert case.case_key is not None
    return seal.seal(case.case_key, desk.address_key(), case.id, to_plain(content), _PURPOSE)


def open_content(desk: Desk, case: Case, letter: Letter) -> Content:
    """The snapshot of a letter, exactly as it was made.

    One that was kept before letters had a layout is a standard one; one from before letters went to proxies is on nobody's behalf.
    """
    assert case.case_key is not None
    plain = seal.unseal(case.case_key, desk.address_key(), case.id, letter.snapshot_sealed, _PURPOSE)
    return from_plain(LetterKind(letter.kind), {"layout": "STANDARD", "on_behalf_of": "", **plain})


def words_of(letter: Letter) -> str:
    """「確認書 R601427643-02」, as sentences name a letter."""
    return f"{LETTER_LABELS[LetterKind(letter.kind)]} {letter.code}"


def guarded_content(desk: Desk, session: Session, letter: Letter) -> Guarded:
    """The snapshot beside the destination as the case's newest verified address says it now.

    Raises ``Conflict`` K-1855 where that has changed, K-1861 where the proxy whom it names does not act any more.
    """
    case = case_of(session, letter.case_id)
    address = verified_address(session, case.id)
    if address is None or address.id != letter.address_id:
        raise Conflict("K-1855", f"{words_of(letter)} の宛先が、作成のあとで変わりました。", todo="「手紙を作る」で作り直してください。")
    addressees.refuse_ended(desk, session, case, letter)
    return guarded(case, open_content(desk, case, letter), open_address(desk, case, address))
