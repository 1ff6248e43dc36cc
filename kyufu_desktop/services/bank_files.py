"""The bank file on its way out: the bytes that were approved, sealed, and the batch marked 書出中 before they can be on the medium.

What is known at every moment: approved (no file), 書出中 with its line in the ledger and its entry in the sent ledger (a file may be
there, a person looks), sent (the file was read back).
"""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.database.sent_ledger import Left
from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.custody import EXPORT_FILE_NAMES, ExportKind
from kyufu_desktop.domain.payment import BatchState, PaymentState, PayMethod
from kyufu_desktop.errors import Conflict, CustodyProblem
from kyufu_desktop.exchange import archive
from kyufu_desktop.exchange.envelope import generate_password
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.models.payment import Batch
from kyufu_desktop.services import bank_calendar, receivers, sent_ledger, workstation
from kyufu_desktop.services.bank_data import decisions_stand, payments_of, unchanged, verify_signature
from kyufu_desktop.services.batches import batch_of, changed, require_collated, require_entitled, title_of, voided
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.outgoing import Around, Outgoing, name_of, next_number
from kyufu_desktop.services.session import Desk


def bank_file(desk: Desk, batch_id: int, medium: str, progress: Progress) -> Outgoing:
    """The bytes that were approved (digest and signature checked again), sealed in an archive unless the setting says plain.

    Nothing is marked yet: that is done step by step by ``write_out``.
    """
    progress(0, 1)
    with desk.look() as session:
        batch = batch_of(session, batch_id, BatchState.APPROVED)
        data = _approved_bytes(desk, session, batch)
        plain = workstation.value_of(session, "bank_file") == "plain"
        number = max(next_number(session, ExportKind.BANK_FILE), sent_ledger.highest(desk).export + 1)
        count, total = batch.count, batch.total
    name = name_of(ExportKind.BANK_FILE, number)
    password = "" if plain else generate_password()
    sealed = data if plain else archive.seal_file(EXPORT_FILE_NAMES[ExportKind.BANK_FILE], data, password)
    digest = hashlib.sha256(sealed).hexdigest()
    progress(1, 1)

    def verify(back: bytes) -> None:
        if (back != data) if plain else not archive.verify(back, password, data):
            raise CustodyProblem(
                "K-1764",
                "読み戻した振込データが、決裁した内容と違います。",
                kept="渡してよいファイルはできていません。",
                todo="媒体を替えて、もう一度書き出してください。",
            )

    return Outgoing(
        export_id=0,
        file_name=name if plain else f"{name.removesuffix('.txt')}.zip",
        data=sealed,
        rows=count,
        total=total,
        sha256=digest,
        password=password,
        kind=ExportKind.BANK_FILE,
        medium=medium,
        verify=verify,
        on_written=lambda unit, export_id: mark_sent(desk, unit, batch_id, export_id),
        subject="batch",
        subject_id=batch_id,
        number=number,
        around=Around(
            started=lambda unit, export_id: _start(desk, unit, batch_id, export_id, data),
            announced=lambda _: _announce(desk, batch_id),
            withdrawn=lambda _: sent_ledger.set_left(desk, number, digest, Left.ABSENT),
            voided=lambda unit, _: back_to_approved(unit.session, batch_id),
        ),
    )


def _approved_bytes(desk: Desk, session: Session, batch: Batch) -> bytes:
    if batch.method != PayMethod.TRANSFER.value:
        raise Conflict("K-1989", f"{title_of(batch)}は、銀行には渡しません。", todo="窓口払いの画面で、領収書を印刷して支給してください。")
    sent_ledger.require_fitting(desk, session)
    require_collated(session, batch)
    if not decisions_stand(session, batch.id):
        raise voided(batch)
    data = unchanged(desk.programme.bank, session, batch)
    if data is None or not verify_signature(session, batch):
        raise changed(batch)
    require_entitled(session, batch, desk.today())
    receivers.require_batch(session, desk.programme, payments_of(session, batch.id), desk.today())
    bank_calendar.require_in_time(desk, batch)
    return data


def _start(desk: Desk, unit: UnitOfWork, batch_id: int, export_id: int, data: bytes) -> None:
    """From here on the batch is 書出中: it cannot be cancelled, and no other one is written before it is clear what became of it."""
    session = unit.session
    batch = batch_of(session, batch_id, BatchState.APPROVED)
    if _approved_bytes(desk, session, batch) != data:
        raise changed(batch)
    other = session.scalar(select(Batch.number).where(Batch.state == BatchState.WRITING.value).limit(1))
    if other is not None:
        raise Conflict(
            "K-1942",
            f"第{other}回の振込データが媒体に書かれたか、まだ確かめていません。",
            kept="ファイルは書き出していません。",
            todo=f"先に、第{other}回の媒体を確かめてください。",
        )
    batch.state = BatchState.WRITING.value
    batch.export_id = export_id
    session.flush()


def _announce(desk: Desk, batch_id: int) -> None:
    with desk.look() as session:
        sent_ledger.begin(desk, session, batch_of(session, batch_id, BatchState.WRITING))


def mark_sent(desk: Desk, unit: UnitOfWork, batch_id: int, export_id: int) -> None:
    """The file is on the medium: batch and payments wait for the result from now on, and the batch cannot be cancelled any more."""
    session = unit.session
    batch = batch_of(session, batch_id, BatchState.WRITING)
    if batch.export_id != export_id or unchanged(desk.programme.bank, session, batch) is None:
        raise changed(batch)
    # A batch whose entry is missing was killed before it: there is none of it on a medium that this program wrote.
    sent_ledger.begin(desk, session, batch)
    export = session.get_one(Export, export_id)
    sent_ledger.set_left(desk, export.number, export.sha256, Left.WRITTEN)
    batch.state = BatchState.SENT.value
    for payment in payments_of(session, batch_id):
        payment.state = PaymentState.SENT.value
    session.flush()


def back_to_approved(session: Session, batch_id: int) -> None:
    """The file is certainly on no medium: the same bytes, still approved, may be written again."""
    batch = batch_of(session, batch_id, BatchState.WRITING)
    batch.state = BatchState.APPROVED.value
    batch.export_id = None
    session.flush()
