"""The sent ledger against the vault: an older vault that was put back may not pay again what it does not know to have left.

The ledger (see ``database.sent_ledger``) lies beside the vault and survives a backup that is put back. A file in it that the vault does not
know as left stops all batches until two officers have compared it with the bank's records; what was paid with it stays blocked for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kyufu_desktop.database import sent_ledger as book
from kyufu_desktop.database.sent_ledger import LedgerBroken, Left, SentFile
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.payment import BatchState, PayMethod
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem, NotAllowed
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.models.payment import Batch, CashReceipt, PaidChild, Payment
from kyufu_desktop.security import sent_marks
from kyufu_desktop.services import sent_blocks
from kyufu_desktop.services.bank_data import payments_of, receipt_digest
from kyufu_desktop.services.session import Desk, Second, require

#: A batch in one of these has never left the house.
_AT_HOME = frozenset({BatchState.DRAFTED.value, BatchState.APPROVED.value, BatchState.CANCELLED.value})
#: What was found in the bank's records is told in this many characters at least.
FOUND_LENGTH = 10


class Standing(StrEnum):
    """How ledger and vault stand to each other."""

    FITS = "FITS"
    OLDER_VAULT = "OLDER_VAULT"
    """The ledger holds a bank file, or cash, that the vault does not know as left."""
    BROKEN = "BROKEN"
    """The ledger is missing or changed, or lacks a file or cash that the vault knows to have left."""


@dataclass(frozen=True, slots=True)
class UnknownFile:
    """A bank file, or a payment at the counter (``receipt`` > 0), that left although this vault does not know of it."""

    batch: int
    receipt: int
    count: int
    total: int
    transfer_on: date
    at: str


@dataclass(frozen=True, slots=True)
class LedgerView:
    """What the payments page shows of it."""

    standing: Standing
    unknown: tuple[UnknownFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Highest:
    """The highest numbers that ever left the house, 0 where there are none. New ones go on after them."""

    batch: int = 0
    payment: int = 0
    export: int = 0
    receipt: int = 0


def view(desk: Desk, session: Session) -> LedgerView:
    standing, unknown = _compare(desk, session)
    files = tuple(UnknownFile(entry.batch, entry.receipt, entry.count, entry.total, entry.transfer_on, entry.at) for entry in unknown)
    return LedgerView(standing, files)


def require_fitting(desk: Desk, session: Session) -> None:
    """Nothing moves towards the bank otherwise. Raises Conflict K-1944 (older vault) or CustodyProblem K-1945 (ledger broken)."""
    standing, _ = _compare(desk, session)
    if standing is Standing.OLDER_VAULT:
        raise Conflict(
            "K-1944",
            "この保管庫より新しい支払が、すでに済んでいます。",
            kept="支払は何も進めていません。",
            todo="「支給・振込」で、取扱責任者2人が銀行の記録と照らし合わせてください。",
        )
    if standing is Standing.BROKEN:
        raise CustodyProblem(
            "K-1945",
            "渡した振込データと現金の控えが、保管庫と合いません。",
            kept="支払は何も進めていません。",
            todo="「支給・振込」で、取扱責任者2人が控えを作り直してください。",
        )


def highest(desk: Desk) -> Highest:
    """Of a ledger that fits; one that is broken has been refused before."""
    entries = _entries(desk)
    return Highest(
        max((entry.batch for entry in entries), default=0),
        max((entry.payment for entry in entries), default=0),
        max((entry.export for entry in entries), default=0),
        max((entry.receipt for entry in entries), default=0),
    )


def begin(desk: Desk, session: Session, batch: Batch) -> None:
    """The file is about to be written: entered durably before a byte of it exists. Twice for the same file is once."""
    entry = _entry_of(desk, session, batch, session.get_one(Export, batch.export_id), Left.STARTED)
    entries = _entries(desk)
    if not any(known.is_of(entry.export, entry.file) for known in entries):
        book.write(desk.vault.folder, _key(desk), (*entries, entry))


def handed_over(desk: Desk, session: Session, batch: Batch, payment: Payment, receipt: CashReceipt) -> SentFile:
    """The entry of one payment at the counter, from the rows of the unit of work that pays it."""
    return SentFile(
        batch=batch.number,
        revision=batch.revision,
        export=0,
        count=1,
        total=payment.amount,
        sha256=receipt_digest(receipt.number, payment.id, payment.amount, receipt.receiver or ""),
        transfer_on=batch.transfer_on,
        at=desk.now_text(),
        payment=payment.id,
        entitlements=(sent_blocks.entitlement_mark(_mark_key(desk), payment.entitlement),),
        children=_children(desk, session, Payment.id == payment.id),
        left=Left.WRITTEN,
        receipt=receipt.number,
    )


def enter(desk: Desk, entry: SentFile) -> None:
    """Cash that has left the box, entered durably once the vault has it. Raises CustodyProblem K-1945, K-1420."""
    book.write(desk.vault.folder, _key(desk), (*_entries(desk), entry))


def set_left(desk: Desk, export: int, file: str, left: Left) -> None:
    """What became of the bank file with that running number and digest; a file that was never entered stays so."""
    entries = _entries(desk)
    changed = book.with_left(entries, export, file, left)
    if changed != entries:
        book.write(desk.vault.folder, _key(desk), changed)


def was_written(desk: Desk, export: int, file: str) -> bool:
    """Whether that very file was read back from the medium once, whatever the vault says: it may be one that was put back."""
    return any(entry.is_of(export, file) and entry.left is Left.WRITTEN for entry in _entries(desk))


def settle(desk: Desk, found: str, second: Second) -> Changes:
    """Two officers have compared every unknown file with the bank's records, cash with its receipts; ``found`` says how.

    What was paid with them is never paid here.
    """
    if len(found.strip()) < FOUND_LENGTH:
        raise InputProblem(
            "K-1951",
            "found",
            "確かめたことが短すぎます。",
            todo=f"銀行の記録や領収書で分かったことを{FOUND_LENGTH}字以上で入れます。",
        )
    with desk.work(Act.OLDER_VAULT_SETTLED, second) as unit:
        _require_two_officers(desk, second)
        standing, unknown = _compare(desk, unit.session)
        if standing is not Standing.OLDER_VAULT:
            raise Conflict("K-1577", "確かめを待っている振込データはありません。", todo="画面を読み直してください。")
        key = _mark_key(desk)
        for entry in unknown:
            sent_blocks.block(unit.session, key, entry.entitlements, entry.children)
            sent_blocks.settled(unit.session, _file_mark(key, entry), found.strip())
            unit.record(
                Act.OLDER_VAULT_SETTLED, subject="batch", number=entry.batch, count=entry.count, total=entry.total, sha256=entry.sha256
            )
    return Changes(Kind.PAYMENTS | Kind.AUDIT, f"済んでいた支払{len(unknown)}件を確かめました。そこで支払った人へは、もう支払いません。")


def rebuild(desk: Desk, second: Second) -> Changes:
    """Two officers answer for it: the ledger anew from what the vault knows. The one that was not believed is kept beside."""
    with desk.work(Act.OLDER_VAULT_SETTLED, second) as unit:
        _require_two_officers(desk, second)
        standing, _ = _compare(desk, unit.session)
        if standing is not Standing.BROKEN:
            raise Conflict("K-1577", "作り直す控えはありません。", todo="画面を読み直してください。")
        entries = []
        for batch in _left_batches(unit.session):
            export = unit.session.get(Export, batch.export_id) if batch.export_id is not None else None
            left = Left.STARTED if batch.state == BatchState.WRITING.value else Left.WRITTEN
            entries.append(_entry_of(desk, unit.session, batch, export, left))
        entries.extend(handed_over(desk, unit.session, *row) for row in _paid_at_the_counter(unit.session))
        unit.record(Act.OLDER_VAULT_SETTLED, subject="ledger", rebuilt=len(entries))
    # After the record: without it nobody may say that the ledger was made anew, and a failure here is asked about again.
    book.set_aside(desk.vault.folder, "".join(character for character in desk.now_text()[:19] if character.isdigit()))
    book.write(desk.vault.folder, _key(desk), entries)
    return Changes(Kind.PAYMENTS | Kind.AUDIT, f"渡した振込データと現金の控えを、{len(entries)}件で作り直しました。")


def _compare(desk: Desk, session: Session) -> tuple[Standing, tuple[SentFile, ...]]:
    left = {(batch.number, batch.sha256): batch.state for batch in _left_batches(session)}
    for batch, payment, receipt in _paid_at_the_counter(session):
        signed = receipt_digest(receipt.number, payment.id, payment.amount, receipt.receiver or "")
        left[batch.number, signed] = BatchState.SETTLED.value
    try:
        entries = book.read(desk.vault.folder, _key(desk))
    except LedgerBroken:
        # Every vault begins with an empty one. Where none lies, a backup was put back elsewhere, and it may be older than what left.
        return Standing.BROKEN, ()
    there = {(entry.batch, entry.sha256) for entry in entries if entry.left is not Left.ABSENT}
    # Killed between the vault's word and the ledger's there is a batch 書出中 without an entry, and no file yet.
    if any(file not in there for file, state in left.items() if state != BatchState.WRITING.value):
        return Standing.BROKEN, ()
    key = _mark_key(desk)
    unknown = tuple(
        entry
        for entry in entries
        if entry.left is not Left.ABSENT
        and (entry.batch, entry.sha256) not in left
        and not sent_blocks.is_settled(session, _file_mark(key, entry))
    )
    return (Standing.OLDER_VAULT if unknown else Standing.FITS), unknown


def _left_batches(session: Session) -> Sequence[Batch]:
    query = select(Batch).where(Batch.state.not_in(_AT_HOME), Batch.method == PayMethod.TRANSFER.value)
    return session.scalars(query.order_by(Batch.number)).all()


def _paid_at_the_counter(session: Session) -> list[tuple[Batch, Payment, CashReceipt]]:
    query = (
        select(Batch, Payment, CashReceipt)
        .join(Payment, Payment.batch_id == Batch.id)
        .join(CashReceipt, CashReceipt.payment_id == Payment.id)
        .where(CashReceipt.paid_on.is_not(None))
        .order_by(CashReceipt.number)
    )
    return [(batch, payment, receipt) for batch, payment, receipt in session.execute(query)]


def _entries(desk: Desk) -> tuple[SentFile, ...]:
    try:
        return book.read(desk.vault.folder, _key(desk))
    except LedgerBroken:
        raise CustodyProblem(
            "K-1945",
            "渡した振込データと現金の控えが読めません。",
            kept="支払は何も進めていません。",
            todo="「支給・振込」で、取扱責任者2人が控えを作り直してください。",
        ) from None


def _entry_of(desk: Desk, session: Session, batch: Batch, export: Export | None, left: Left) -> SentFile:
    payments = payments_of(session, batch.id)
    ids = [payment.id for payment in payments]
    return SentFile(
        batch=batch.number,
        revision=batch.revision,
        export=export.number if export is not None else 0,
        count=batch.count,
        total=batch.total,
        sha256=batch.sha256,
        transfer_on=batch.transfer_on,
        at=desk.now_text(),
        payment=max(ids, default=0),
        entitlements=tuple(sent_blocks.entitlement_mark(_mark_key(desk), payment.entitlement) for payment in payments),
        children=_children(desk, session, Payment.batch_id == batch.id),
        left=left,
        file=export.sha256 if export is not None else "",
    )


def _children(desk: Desk, session: Session, of: ColumnElement[bool]) -> tuple[str, ...]:
    query = (
        select(PaidChild.programme, PaidChild.resident_number)
        .join(Payment, Payment.id == PaidChild.payment_id)
        .where(of, PaidChild.released_at.is_(None))
        .order_by(PaidChild.id)
    )
    return tuple(sent_blocks.child_mark(_mark_key(desk), programme, number) for programme, number in session.execute(query))


def _file_mark(key: bytes, entry: SentFile) -> str:
    return sent_marks.mark(key, "file", f"{entry.batch}|{entry.revision}|{entry.export}|{entry.sha256}|{entry.at}")


def _mark_key(desk: Desk) -> bytes:
    return sent_marks.mark_key(desk.vault.keyring.audit, desk.vault.vault_id)


def _key(desk: Desk) -> bytes:
    return sent_marks.ledger_key(desk.vault.keyring.audit, desk.vault.vault_id)


def _require_two_officers(desk: Desk, second: Second) -> None:
    require(desk.staff, Act.OLDER_VAULT_SETTLED)
    if second.staff.id == desk.staff.id:
        raise NotAllowed("K-1576", "取扱責任者が2人必要です。", todo="もう1人の取扱責任者と一緒に行ってください。")
