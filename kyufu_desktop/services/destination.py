"""Where a letter may go: only to the verified safe address of the addressee's own case, and nothing that betrays may stand in it.

Letters have gone to a violent husband because the address came from the register, and have shown a victim's new address because a form
printed another person's data. So both are checked on the data and again on the text of the finished pages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pypdfium2
from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents.fonts import clusters, pictured, unprintable
from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures
from kyufu_desktop.documents.letters import Composed, Confirmation, Destination
from kyufu_desktop.documents.notices import Content
from kyufu_desktop.documents.notices import said as said_by
from kyufu_desktop.domain.addressee import is_plainly
from kyufu_desktop.domain.values import CATEGORY_HOST_WORDS, CATEGORY_LABELS
from kyufu_desktop.errors import UserError
from kyufu_desktop.models.case import Case, Person, SafeAddress
from kyufu_desktop.security import seal
from kyufu_desktop.services.case_rows import AddressEntry
from kyufu_desktop.services.case_steps import recipient
from kyufu_desktop.services.session import Desk
from kyufu_desktop.services.workstation import value_of

#: Words that would say why a case is kept in-house.
BETRAYING: tuple[str, ...] = (*CATEGORY_LABELS.values(), *CATEGORY_HOST_WORDS, "避難", "措置", "虐待", "保護命令")
#: Standing alone only: a name may begin with these letters.
_ALONE = re.compile(r"(?<![A-Za-z])DV(?![A-Za-z])")
#: What may not follow directly on a number that ends an address: it would be another number.
_AFTER = "(?![0-9]|-[0-9]|[丁番号の])"
#: An address shorter than this (「新宿区」) would be found everywhere.
_SHORTEST = 5


def verified_address(session: Session, case_id: int) -> SafeAddress | None:
    """The newest address of the case, if a second person has verified it. An older verified one never counts."""
    return if_verified(session.scalar(select(SafeAddress).where(SafeAddress.case_id == case_id).order_by(SafeAddress.id.desc()).limit(1)))


def if_verified(newest: SafeAddress | None) -> SafeAddress | None:
    """The newest address of a case where a letter may go to it, else None."""
    if newest is None or newest.verified_by is None or newest.superseded_at is not None:
        return None
    return newest


def open_address(desk: Desk, case: Case, record: SafeAddress) -> AddressEntry:
    """The sealed address of this case. Only for composing letters: showing it to a person is an act with a reason of its own."""
    assert case.case_key is not None
    plain = seal.unseal(case.case_key, desk.address_key(), case.id, record.sealed, "address")
    return AddressEntry(**plain)


def with_former_name(name: str, person: Person, *, former: bool) -> str:
    """「氏名（旧氏 ○○）」 where ``former`` asks for it and the register has one; ``name`` is ``person``'s name as it is to be written."""
    return f"{name}（旧氏 {person.former_name}）" if former and person.former_name else name


def printed_name(person: Person, *, former: bool) -> str:
    """The name of a person as letters write it."""
    return with_former_name(person.name, person, former=former)


def prints_former_names(session: Session) -> bool:
    """The setting 「旧氏を宛名に書く」."""
    return value_of(session, "former_name") == "after"


def destination_of(case: Case, entry: AddressEntry, *, former: bool = False) -> Destination:
    """The window block of an address entry of this case; with ``former`` the former name follows the person's own name."""
    care_of = entry.care_of.strip()
    head, written = recipient(case), entry.recipient.strip()
    own = not written or is_plainly(written, head.name)
    return Destination(
        postal=entry.postal,
        lines=entry.lines,
        name=with_former_name(written or head.name, head, former=former) if own else written,
        honorific=entry.honorific,
        care_of=care_of if not care_of or care_of.endswith("気付") else f"{care_of} 気付",
    )


def unshown(desk: Desk, session: Session, case: Case, record: SafeAddress, known: Pictures = NO_PICTURES) -> tuple[str, ...]:
    """Code points in the destination of a letter that neither a font nor a picture shows. The address is opened for this alone."""
    where = destination_of(case, open_address(desk, case, record), former=prints_former_names(session))
    return tuple(dict.fromkeys(code for text in (*where.lines, where.care_of, where.name) for code in unprintable(text, known)))


@dataclass(frozen=True, slots=True)
class Guarded:
    """A letter with what must not be found in it. ``own`` is the destination as the safe address says it now."""

    letter: Content
    own: Destination
    registered: tuple[str, ...] = field(repr=False)
    """Registered addresses of every person of the case."""
    people: frozenset[str] = field(repr=False)
    """Names of the people of the case, with and without the former name."""
    heads: frozenset[str] = field(repr=False)
    """The same of the recipient."""


def guarded(case: Case, letter: Content, entry: AddressEntry) -> Guarded:
    """The letter beside what the case says now. Either form of the name counts: the setting of 旧氏 may have changed since."""
    registered = [person.registered_address + (person.registered_building or "") for person in case.people]
    registered += [person.registered_address for person in case.people]
    own, with_former = destination_of(case, entry), destination_of(case, entry, former=True)
    return Guarded(
        letter,
        with_former if letter.destination == with_former else own,
        tuple(dict.fromkeys(registered)),
        frozenset(name for person in case.people for name in _forms(person)),
        frozenset(_forms(recipient(case))),
    )


def _forms(person: Person) -> tuple[str, str]:
    return person.name, printed_name(person, former=True)


def fold(text: str) -> str:
    """For comparison only, never stored: widths unified, blanks and line ends dropped, every dash alike."""
    return re.sub(r"\s+", "", _unified(text))


def _unified(text: str) -> str:
    return re.sub(r"[\u2010-\u2015\u2212\uff0d\u30fc\uff70]", "-", unicodedata.normalize("NFKC", text))


def contains_address(text: str, address: str) -> bool:
    """Whether ``text`` (not folded) holds the whole ``address``, however it is written and broken into lines.

    「1-1」 is not found in 「1-10」; a number on the next line does not hide it.
    """
    pattern = _address_pattern(address)
    return pattern is not None and pattern.search(_unified(text)) is not None


def _address_pattern(address: str) -> re.Pattern[str] | None:
    """What :func:`contains_address` looks for in a text with unified widths; None where the address is too short to name a place."""
    wanted = fold(address)
    if len(wanted) < _SHORTEST:
        return None
    after = _AFTER if wanted[-1].isdigit() else ""
    return re.compile(r"\s*".join(re.escape(character) for character in wanted) + after)


def check_data(letters: Sequence[Guarded]) -> None:
    """Raises ``UserError`` K-1840 naming the code of the first letter whose data hold what must not be there."""
    for item in letters:
        letter = item.letter
        window = "\n".join((*letter.destination.lines, letter.destination.care_of, letter.destination.name))
        said = "\n".join(said_by(letter))
        body = fold(said)
        if letter.destination != item.own:
            raise _stopped(letter.code, "宛先が、この案件の確認済の住所と一致しません。")
        if any(contains_address(window, address) or contains_address(said, address) for address in item.registered):
            raise _stopped(letter.code, "住民票の住所が入っています。")
        if any(fold(word) in body for word in BETRAYING) or _ALONE.search(body):
            raise _stopped(letter.code, "区分を示す言葉が入っています。")
        facility = fold(letter.destination.care_of.removesuffix("気付"))
        if facility and facility in body:
            raise _stopped(letter.code, "宛名のほかに施設の名前が入っています。")
        if isinstance(letter, Confirmation) and not set(letter.members) <= item.people:
            raise _stopped(letter.code, "ほかの案件の人が入っています。")
        if letter.on_behalf_of and letter.on_behalf_of not in item.heads:
            raise _stopped(letter.code, "だれの分かに、この案件の本人でない人が入っています。")
        own = any(is_plainly(letter.destination.name, name) for name in item.heads)
        if own is bool(letter.on_behalf_of):
            raise _stopped(letter.code, "宛名と、だれの分かが合いません。")


def check_text(item: Guarded, text: str, places: Iterable[AddressEntry], allowed: Iterable[str] = ()) -> None:
    """A text made of the letter that is no letter: nothing of where it goes, or of any other of the case's ``places``, may stand in it.

    ``allowed`` are the ward's own lines: somebody may be written to at the ward's office. Raises ``UserError`` K-1840 as for a letter.
    """
    check_data([item])
    unified, body, own, code = _unified(text), fold(text), fold("\n".join(allowed)), item.letter.code
    lines = [*item.own.lines, item.own.care_of]
    for place in places:
        lines += [place.postal, *place.lines, place.care_of, place.phone]
    wanted = {fold(line.removesuffix("気付")) for line in lines}
    # 「101」 alone is no place, and stands in many an amount.
    if any(len(line) > 2 and not line.isdigit() and line in body and line not in own for line in wanted):
        raise _stopped(code, "送り先が入っています。")
    patterns = (_address_pattern(address) for address in item.registered)
    if any(pattern is not None and pattern.search(unified) for pattern in patterns):
        raise _stopped(code, "住民票の住所が入っています。")
    if any(fold(word) in body for word in BETRAYING) or _ALONE.search(body):
        raise _stopped(code, "区分を示す言葉が入っています。")


def without_pictures(text: str, pictures: Pictures) -> str:
    """The text as it can be found on a finished page: the characters that stand there as pictures are left out."""
    shown = frozenset(pictured(text, pictures))
    return "".join(cluster for cluster in clusters(text) if cluster not in shown) if shown else text


def check_pages(letters: Sequence[Guarded], composed: Composed, pictures: Pictures = NO_PICTURES) -> None:
    """Reads the finished pages again: no registered address of any case of the job, no code of another letter in a letter's pages.

    The registered address of another case is passed over only where it is word for word the letter's own verified destination.
    """
    texts = list(page_texts(composed))
    # Every page is held against every case of the job: what does not change between two pages is made once.
    addresses = dict.fromkeys(address for item in letters for address in item.registered)
    forbidden = {address: pattern for address in addresses if (pattern := _address_pattern(without_pictures(address, pictures)))}
    codes = [item.letter.code for item in letters]
    start = 0
    for item, pages in zip(letters, composed.pages_per_letter, strict=True):
        raw = "\n".join(texts[start : start + pages])
        text, unified = fold(raw), _unified(raw)
        start += pages
        if item.letter.code not in text:
            raise _stopped(item.letter.code, "ページと番号が合いません。")
        found = [address for address, pattern in forbidden.items() if pattern.search(unified)]
        # Somebody else of the job may be registered where this person is safe (a facility): then it is this letter's own destination.
        window = "\n".join((*item.own.lines, item.own.care_of))
        if any(address in item.registered or not contains_address(window, address) for address in found):
            raise _stopped(item.letter.code, "できあがったページに住民票の住所があります。")
        if any(code in text for code in codes if code != item.letter.code):
            raise _stopped(item.letter.code, "できあがったページにほかの手紙の番号があります。")
    if start != len(texts):
        raise _stopped(letters[-1].letter.code, "ページの数が合いません。")


def page_texts(composed: Composed) -> Iterable[str]:
    """The text of every page, in order, read from the bytes that go to the printer."""
    for part in composed.parts:
        document = pypdfium2.PdfDocument(part)
        try:
            for number in range(len(document)):
                page = document[number]
                text = page.get_textpage()
                yield text.get_text_range()
                text.close()
                page.close()
        finally:
            document.close()


def _stopped(code: str, why: str) -> UserError:
    return UserError(
        "K-1840",
        f"手紙 {code} を止めました。{why}",
        kept="この印刷は1枚も出していません。",
        todo="送らずに、取扱責任者と宛先を確かめてください。",
    )
