"""Which list of banks counts in this vault; the smallest room, because everything that names a bank asks it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.exchange import banks
from kyufu_desktop.exchange.banks import BankList
from kyufu_desktop.models.exchange import BankList as StoredList

#: The list that was unpacked last, by its digest. It is public data, and the same digest is the same list.
_unpacked: dict[str, BankList] = {}


def present(session: Session) -> BankList:
    """The newest list: the program's, or one that was brought in and is newer."""
    packaged = banks.packaged()
    newest = session.execute(
        select(StoredList.id, StoredList.listed_on, StoredList.sha256).order_by(StoredList.listed_on.desc(), StoredList.id.desc()).limit(1)
    ).first()
    if newest is None or newest.listed_on <= packaged.listed_on:
        return packaged
    found = _unpacked.get(newest.sha256)
    if found is None:
        data = session.scalars(select(StoredList.data).where(StoredList.id == newest.id)).one()
        found = banks.unpack(data, newest.listed_on)
        _unpacked.clear()
        _unpacked[newest.sha256] = found
    return found
