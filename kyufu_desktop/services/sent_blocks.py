"""What this vault may never pay because the sent ledger shows that it went to the bank while another state of the vault was in use.

Kept as settings of the vault: one row a code, and the key with which a rule makes the code of whom it is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.models.base import Setting
from kyufu_desktop.security import sent_marks

_KEY = "sent_marks_key"
_BLOCKED = "sent_blocked:"
_SETTLED = "sent_settled:"
SENTENCE = "控えの記録では、すでに支払っています。"


def why_not(session: Session, entitlement: str, programme: str, children: Iterable[str]) -> str:
    """Why an entitlement, or a child counted in it, is not paid from this vault, as a sentence; empty where nothing forbids it."""
    kept = session.scalar(select(Setting.value).where(Setting.name == _KEY))
    if kept is None:
        return ""
    key = bytes.fromhex(kept)
    marks = [entitlement_mark(key, entitlement), *(child_mark(key, programme, child) for child in children)]
    found = session.scalar(select(Setting.id).where(Setting.name.in_([_BLOCKED + mark for mark in marks])).limit(1))
    return "" if found is None else SENTENCE


def entitlement_mark(key: bytes, entitlement: str) -> str:
    return sent_marks.mark(key, "entitlement", entitlement)


def child_mark(key: bytes, programme: str, resident_number: str) -> str:
    return sent_marks.mark(key, "child", f"{programme}|{resident_number}")


def block(session: Session, key: bytes, entitlements: Iterable[str], children: Iterable[str]) -> None:
    _put(session, _KEY, key.hex())
    for mark in (*entitlements, *children):
        _put(session, _BLOCKED + mark, "")


def settled(session: Session, file_mark: str, found: str) -> None:
    _put(session, _SETTLED + file_mark, found)


def is_settled(session: Session, file_mark: str) -> bool:
    return session.scalar(select(Setting.id).where(Setting.name == _SETTLED + file_mark)) is not None


def _put(session: Session, name: str, value: str) -> None:
    if session.scalar(select(Setting.id).where(Setting.name == name)) is None:
        session.add(Setting(name=name, value=value))
        session.flush()
