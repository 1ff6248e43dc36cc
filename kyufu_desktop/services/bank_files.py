"""The bank file on its way out: the bytes that were approved, sealed, and the batch marked where they are really on the medium."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.custody import EXPORT_FILE_NAMES, ExportKind
from kyufu_desktop.domain.payment import BatchState, PaymentState
from kyufu_desktop.errors import Conflict, CustodyProblem
from kyufu_desktop.exchange import archive
from kyufu_desktop.exchange.envelope import generate_password
from kyufu_desktop.models.payment import Batch
from kyufu_desktop.services import custody, receivers
from kyufu_desktop.services.bank_data import decisions_stand, payments_of, unchanged, verify_signature
from kyufu_desktop.services.batches import batch_of, changed, require_collated, require_entitled, voided
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.outgoing import Outgoing, name_of, next_number
from kyufu_desktop.services.session import Desk


def bank_file(desk: Desk, batch_id: int, medium: str, progress: Progress) -> Outgoing:
    """The bytes that were approved (digest and signature checked again), sealed in an archive unless the setting says plain.

    The batch is marked as sent where the file is really written: by ``on_written`` in the unit of work of ``write_out``.
    """
    progress(0, 1)
    with desk.look() as session:
        batch = batch_of(session, batch_id, BatchState.APPROVED)
        data = _approved_bytes(desk, session, batch)
        plain = custody.value_of(session, "bank_file") == "plain"
        number = next_number(session, ExportKind.BANK_FILE)
        count, total = batch.count, batch.total
    name = name_of(ExportKind.BANK_FILE, number)
    password = "" if plain else generate_password()
    sealed = data if plain else archive.seal_file(EXPORT_FILE_NAMES[ExportKind.BANK_FILE], data, password)
    progress(1, 1)

    def verify(back: bytes) -> None:
        if (back != data) if plain else not archive.verify(back, password, data):
            raise CustodyProblem(
                "K-1764",
                "読み戻した振込データが、決裁した内容と違います。",
                kept="渡してよいファイルはできていません。",
                todo="媒体を替えて、もう一度書き出してください。",
            )

    def on_written(unit: UnitOfWork, export_id: int) -> None:
        _mark_sent(desk, unit, batch_id, export_id, data)

    return Outgoing(
        export_id=0,
        file_name=name if plain else f"{name.removesuffix('.txt')}.zip",
        data=sealed,
        rows=count,
        total=total,
        sha256=hashlib.sha256(sealed).hexdigest(),
        password=password,
        kind=ExportKind.BANK_FILE,
        medium=medium,
        verify=verify,
        on_written=on_written,
        subject="batch",
        subject_id=batch_id,
    )


def _approved_bytes(desk: Desk, session: Session, batch: Batch) -> bytes:
    require_collated(session, batch)
    if not decisions_stand(session, batch.id):
        raise voided(batch)
    require_entitled(session, batch, desk.today())
    receivers.require_batch(session, desk.programme, payments_of(session, batch.id), desk.today())
    data = unchanged(desk.programme.bank, session, batch)
    if data is None or not verify_signature(session, batch):
        raise changed(batch)
    if batch.transfer_on <= desk.today():
        raise Conflict("K-1758", "振込日を過ぎています。", todo="振込データを取り消し、新しい振込日で作ってください。")
    return data


def _mark_sent(desk: Desk, unit: UnitOfWork, batch_id: int, export_id: int, data: bytes) -> None:
    """The file leaves: batch and payments wait for the result from now on, and the batch cannot be cancelled any more."""
    session = unit.session
    batch = batch_of(session, batch_id, BatchState.APPROVED)
    if _approved_bytes(desk, session, batch) != data:
        raise changed(batch)
    batch.state = BatchState.SENT.value
    batch.export_id = export_id
    for payment in payments_of(session, batch_id):
        payment.state = PaymentState.SENT.value
    session.flush()
