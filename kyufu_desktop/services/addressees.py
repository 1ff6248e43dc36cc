"""To whom a letter of a case may be addressed: the person himself, or a proxy whom two people have confirmed and who still acts.

The sealed names are opened here for comparison only. What is written in the window beside that is nobody's, and no letter is made.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from kyufu_desktop.domain.addressee import Honorific, is_named, is_plainly
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.case import Case, SafeAddress
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.services import proxies
from kyufu_desktop.services.case_rows import AddressEntry
from kyufu_desktop.services.case_steps import recipient
from kyufu_desktop.services.destination import open_address
from kyufu_desktop.services.session import Desk

NOT_AN_ADDRESSEE = "宛名が、本人でも確認済の代理人でもありません。代理人を入れて2人目が確かめるか、送り先の宛名を直してください。"
NOT_A_BODY = "本人の氏名に「御中」がついています。送り先を入れ直してください。"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom the window names. ``proxy_ids`` is empty for the person himself, else the acting proxies of that name, the newest first."""

    proxy_ids: tuple[int, ...] = ()

    @property
    def proxy_id(self) -> int | None:
        return self.proxy_ids[0] if self.proxy_ids else None


def addressee(desk: Desk, session: Session, case: Case, entry: AddressEntry) -> Addressee | None:
    """Whom an address entry of the case names today; None where it is neither the person nor an acting, confirmed proxy."""
    written, head = entry.recipient.strip(), recipient(case).name
    if not written or is_plainly(written, head):
        return Addressee() if entry.honorific == Honorific.PERSON.value else None
    acting = proxies.live_proxies(session, case.id, desk.today())
    matches = is_plainly if entry.honorific == Honorific.BODY.value else is_named
    found = tuple(row.id for row in acting if matches(written, proxies.name_of(desk.address_key(), case, row)))
    return Addressee(found) if found else None


def obstacle(desk: Desk, session: Session, case: Case, address: SafeAddress) -> str:
    """Why no letter may go to this verified address, as a sentence; empty where one may."""
    entry = open_address(desk, case, address)
    if addressee(desk, session, case, entry) is None:
        own = is_plainly(entry.recipient, recipient(case).name) or not entry.recipient.strip()
        return NOT_A_BODY if own else NOT_AN_ADDRESSEE
    return entry.window


def required(desk: Desk, session: Session, case: Case, entry: AddressEntry) -> Addressee:
    """As :func:`addressee`; raises Conflict K-1860 where nobody may be written to."""
    found = addressee(desk, session, case, entry)
    if found is None:
        raise Conflict(
            "K-1860",
            "宛名が、本人でも確認済の代理人でもありません。",
            kept="手紙は作っていません。",
            todo="案件の「手続き」で代理人を入れて2人目が確かめるか、送り先の宛名を直してください。",
        )
    return found


def holds(desk: Desk, session: Session, case: Case, letter: Letter) -> bool:
    """Whether the letter still goes to whom it was made for: the person himself, or a proxy who acts today."""
    address = session.get_one(SafeAddress, letter.address_id)
    found = addressee(desk, session, case, open_address(desk, case, address))
    if found is None:
        return False
    return letter.proxy_id in found.proxy_ids if found.proxy_ids else letter.proxy_id is None


def refuse_ended(desk: Desk, session: Session, case: Case, letter: Letter) -> None:
    """Raises Conflict K-1861 where the letter does not hold (see :func:`holds`)."""
    if not holds(desk, session, case, letter):
        raise ended(letter)


def ended(letter: Letter) -> Conflict:
    """Whom the letter names may not be written to any more."""
    return Conflict(
        "K-1861",
        f"{LETTER_LABELS[LetterKind(letter.kind)]} {letter.code} の宛名の人は、いまは代理人ではありません。",
        kept="この操作では、1通も変えていません。",
        todo="代理人と送り先を確かめてください。印刷した手紙は、書損にして細断してください。",
    )
