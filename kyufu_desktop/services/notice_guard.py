"""What may not stand in a letter to the place that a person fled from: where he is, with whom, and who helped.

The sealed values of the case are opened here for comparison only; a refusal names the kind of what was found, never the words.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures
from kyufu_desktop.domain.municipality import split_address
from kyufu_desktop.models.case import Case, EvidenceRecord, Proxy, ReceivedNotice, SafeAddress
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.security import seal
from kyufu_desktop.services.addresses import ADDRESS, folded_address
from kyufu_desktop.services.destination import fold, without_pictures
from kyufu_desktop.services.evidence import ISSUER
from kyufu_desktop.services.notices import SENDER
from kyufu_desktop.services.proxies import PROXY
from kyufu_desktop.services.session import Desk

SAFE_ADDRESS, FACILITY, PHONE, ACCOUNT = "送り先の住所", "施設などの名前", "電話番号", "口座"
EVIDENCE, PROXY_NAME, SENDER_NAME = "根拠の書類の機関や内容", "代理人", "申出や通知の差出人"

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_WARD = re.compile("^[^0-9区市町村]{1,5}区")
_TOWN = re.compile("[^0-9一二三四五六七八九十]*")
_BREAKS = re.compile(r"[\s、，,・／/（）()「」]+")
_ONLY_A_DAY = re.compile(r"[0-9令和平成昭年月日元より~〜からまで./\-]+")
#: Shorter pieces of a document are ordinary words (「長」, 「子ども」 would be found everywhere).
_SHORTEST_PIECE = 3
#: Shorter numbers are found in every date.
_SHORTEST_NUMBER = 6


@dataclass(frozen=True, slots=True)
class Guard:
    """Words and numbers with the kind of secret that each is."""

    words: tuple[tuple[str, str], ...] = field(repr=False)
    numbers: tuple[tuple[str, str], ...] = field(repr=False)
    addresses: tuple[str, ...] = field(repr=False)

    def found(self, text: str) -> tuple[str, ...]:
        """The kinds of secret that stand in ``text``, however it is spaced and broken into lines; empty where none does."""
        plain, spaced, address = _plain(text), _spaced(text), folded_address(_plain(text))
        kinds = [kind for kind, word in self.words if word in plain]
        kinds += [kind for kind, digits in self.numbers if _number(digits).search(spaced)]
        kinds += [SAFE_ADDRESS for whole in self.addresses if re.search(re.escape(whole) + r"(?!\d)", address)]
        return tuple(dict.fromkeys(kinds))


def _plain(text: str) -> str:
    return _SELECTORS.sub("", fold(text))


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text))


def _number(digits: str) -> re.Pattern[str]:
    return re.compile(r"(?<![0-9])" + r"[-‐ー−\s()]*".join(digits) + r"(?![0-9])")


def guard_of(desk: Desk, session: Session, case: Case, allowed: str, pictures: Pictures = NO_PICTURES) -> Guard:
    """Everything sealed about where this case's people are, old and unconfirmed entries too.

    ``allowed`` is what the letter says by its nature (the ward's own name, the registered addresses, the names of the people): a piece that
    stands there anyway betrays nothing and is left out.

    Of the finished pages only the text is searched: what holds a character that stands there as a picture is looked for without it too.
    """

    def forms(words: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((_plain(words), _plain(without_pictures(words, pictures)))))

    known, digits_known = forms(allowed), re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", allowed))
    words: list[tuple[str, str]] = []
    numbers: list[tuple[str, str]] = []
    addresses: list[str] = []
    for entry in _addresses(desk, session, case):
        addresses += [folded_address(form) for form in forms(entry.get("address", ""))]
        words += [(SAFE_ADDRESS, piece) for piece in (*_places(entry.get("address", "")), *_building(entry.get("building", "")))]
        words += [(FACILITY, piece) for piece in _pieces(entry.get("care_of", "").removesuffix("気付"))]
        words += [(SAFE_ADDRESS, piece) for piece in _pieces(entry.get("recipient", ""))]
        numbers += [(PHONE, entry.get("phone", "")), (SAFE_ADDRESS, entry.get("postal", ""))]
    for value in _documents(desk, session, case):
        words += [(EVIDENCE, piece) for piece in _pieces(value)]
        numbers.append((EVIDENCE, value))
    for kind, value in (*_proxies(desk, session, case), *_senders(desk, session, case)):
        words += [(kind, piece) for piece in _pieces(value)]
        numbers.append((PHONE, value))
    for number in session.scalars(select(AccountRecord.number).where(AccountRecord.case_id == case.id)):
        numbers.append((ACCOUNT, number))
    kept = ((kind, form) for kind, word in words for form in forms(word))
    digits = ((kind, re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", number))) for kind, number in numbers)
    return Guard(
        tuple(dict.fromkeys((kind, word) for kind, word in kept if len(word) >= 2 and not any(word in each for each in known))),
        tuple(dict.fromkeys((kind, number) for kind, number in digits if len(number) >= _SHORTEST_NUMBER and number not in digits_known)),
        tuple(dict.fromkeys(whole for whole in addresses if whole)),
    )


def _addresses(desk: Desk, session: Session, case: Case) -> Iterator[Mapping[str, str]]:
    assert case.case_key is not None
    for sealed in session.scalars(select(SafeAddress.sealed).where(SafeAddress.case_id == case.id)):
        yield seal.unseal(case.case_key, desk.address_key(), case.id, sealed, ADDRESS)


def _documents(desk: Desk, session: Session, case: Case) -> Iterator[str]:
    """Every word read off the evidence: issuer, court, number, statement; not the people's names, which are no secret here."""
    assert case.case_key is not None
    for sealed in session.scalars(select(EvidenceRecord.issuer_sealed).where(EvidenceRecord.case_id == case.id)):
        yield from _strings(seal.unseal(case.case_key, desk.address_key(), case.id, sealed, ISSUER))


def _proxies(desk: Desk, session: Session, case: Case) -> Iterator[tuple[str, str]]:
    """Who acts for the person: a member of the facility's staff tells the facility."""
    assert case.case_key is not None
    for sealed in session.scalars(select(Proxy.sealed).where(Proxy.case_id == case.id)):
        for value in _strings(seal.unseal(case.case_key, desk.address_key(), case.id, sealed, PROXY)):
            yield PROXY_NAME, value


def _senders(desk: Desk, session: Session, case: Case) -> Iterator[tuple[str, str]]:
    """Who brought the request: a centre of support tells the region. The lines of the book have keys of their own."""
    query = select(ReceivedNotice).where(ReceivedNotice.case_id == case.id)
    for notice in session.scalars(query):
        for value in _strings(seal.unseal(notice.notice_key, desk.address_key(), -notice.id, notice.sender_sealed, SENDER)):
            yield SENDER_NAME, value


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, Iterable):
        for item in value:
            yield from _strings(item)


def _places(address: str) -> tuple[str, ...]:
    """Prefecture, municipality, ward of a large city and town of an address, each by itself."""
    place = split_address(unicodedata.normalize("NFKC", address))
    ward = _WARD.match(place.rest)
    town = _TOWN.match(place.rest.removeprefix(ward[0] if ward is not None else ""))
    return place.prefecture, place.municipality, ward[0] if ward is not None else "", town[0] if town is not None else ""


def _building(building: str) -> tuple[str, ...]:
    """The building as written, each of its lines, and its name without the room."""
    return building, *building.splitlines(), re.split(r"[0-9０-９]", building)[0]


def _pieces(words: str) -> tuple[str, ...]:
    """The whole, and every part of it that says something by itself. Days say nothing."""
    whole = words.strip()
    parts = [part for part in _BREAKS.split(whole) if len(part) >= _SHORTEST_PIECE]
    return tuple(part for part in (whole, *parts) if part and not _ONLY_A_DAY.fullmatch(unicodedata.normalize("NFKC", part)))


def companions_of(session: Session, case_id: int) -> tuple[str, ...]:
    """Names of companions as the verified evidence lists them, each once, in the order of the documents."""
    query = select(EvidenceRecord.companions).where(
        EvidenceRecord.case_id == case_id, EvidenceRecord.verified_at.is_not(None), EvidenceRecord.withdrawn_at.is_(None)
    )
    names = (name for found in session.scalars(query.order_by(EvidenceRecord.id)) for name in json.loads(found))
    return tuple({_plain(name): name for name in names}.values())


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same apart from spaces and variants of a character."""
    return _plain(one) == _plain(other)
