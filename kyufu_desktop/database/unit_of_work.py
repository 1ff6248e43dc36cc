"""One act, one transaction: what is changed and its line in the audit log are kept together or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kyufu_desktop.database.engine import WRITES
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.security.audit_chain import GENESIS, Entry, next_mac
from kyufu_desktop.security.canonical import canonical

_LONGEST_DETAIL = 400


class UnitOfWork:
    """A write transaction. ``session`` is for reading and changing, :meth:`record` for the log. Made by :func:`write_unit`."""

    def __init__(self, session: Session, chain: bytes, actor_id: int, now_text: Callable[[], str], second_id: int | None = None) -> None:
        self.session = session
        self.recorded = 0
        self._chain = chain
        self._actor_id = actor_id
        self._second_id = second_id
        self._now_text = now_text
        self._head: tuple[int, bytes] | None = None

    def record(self, act: Act, subject: str = "", subject_id: int | None = None, **detail: str | int | None) -> None:
        """Continues the audit chain. ``detail`` holds ids, counts and codes only: 監査 reads it without any other key."""
        if self._second_id is not None:
            detail.setdefault("second", self._second_id)
        for key, value in detail.items():
            assert value is None or isinstance(value, (int, str)), f"detail {key} of {act}: only text and numbers"
            assert not isinstance(value, str) or len(value) <= _LONGEST_DETAIL, f"detail {key} of {act} is too long"
        count, head = self._head if self._head is not None else last_of_chain(self.session)
        entry = Entry(
            seq=count + 1,
            at=self._now_text(),
            monotonic_ms=time.monotonic_ns() // 1_000_000,
            actor_id=self._actor_id,
            act=act.value,
            subject=subject,
            subject_id=subject_id,
            detail=canonical(detail).decode("utf-8"),
        )
        mac = next_mac(self._chain, head, entry)
        self.session.add(
            AuditEntry(
                seq=entry.seq,
                at=entry.at,
                monotonic_ms=entry.monotonic_ms,
                actor_id=entry.actor_id,
                act=entry.act,
                subject=entry.subject,
                subject_id=entry.subject_id,
                detail=entry.detail,
                mac=mac,
            )
        )
        self._head = (entry.seq, mac)
        self.recorded += 1

    @property
    def next_seq(self) -> int:
        """The number that the next audit entry will have; an approval binds it."""
        return (self._head if self._head is not None else last_of_chain(self.session))[0] + 1


def last_of_chain(session: Session) -> tuple[int, bytes]:
    """Count and head of the audit chain."""
    row = session.execute(select(AuditEntry.seq, AuditEntry.mac).order_by(AuditEntry.seq.desc()).limit(1)).first()
    return (0, GENESIS) if row is None else (row[0], row[1])


@contextmanager
def write_unit(
    engine: Engine, chain: bytes, actor_id: int, now_text: Callable[[], str], second_id: int | None = None
) -> Iterator[UnitOfWork]:
    """BEGIN IMMEDIATE; commit at the end, roll back on any exception.

    Leaving without a single ``record`` is a bug: AssertionError, and nothing is kept. Driver errors come as UserErrors (K-142x).
    """
    session = Session(engine.execution_options(**{WRITES: True}), expire_on_commit=False)
    try:
        session.connection()
        unit = UnitOfWork(session, chain, actor_id, now_text, second_id)
        yield unit
        assert unit.recorded, "a unit of work without an audit record"
        session.commit()
    except BaseException:
        _roll_back(session)
        raise
    finally:
        session.close()


@contextmanager
def read_session(engine: Engine) -> Iterator[Session]:
    """A session that cannot write (``query_only``); always rolled back."""
    session = Session(engine, expire_on_commit=False, autoflush=False)
    try:
        yield session
    finally:
        _roll_back(session)
        session.close()


def _roll_back(session: Session) -> None:
    try:
        session.rollback()
    except OperationalError:
        # On a full disk SQLite has rolled back by itself already; "no transaction is active" would hide the real sentence.
        session.invalidate()
