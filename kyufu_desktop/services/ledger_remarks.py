"""What the hand-over ledger says beside a file: which batch a bank file is of, and whether it is on a medium at all."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.staff import Act
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.models.payment import Batch

OPEN, VOIDED = "書出しの途中", "書き出していない"


def state_of(export: Export) -> str:
    """書出しの途中 / 書き出していない; empty where the file was read back from the medium."""
    return VOIDED if export.voided_at is not None else OPEN if export.read_back_at is None else ""


def remarks(session: Session) -> dict[int, str]:
    """Export id -> remark; a second file of the same batch says so, because the bank may get it once only."""
    numbers = {row[0]: row[1] for row in session.execute(select(Batch.id, Batch.number))}
    found: dict[int, list[str]] = {}
    seen: set[int] = set()
    begun = select(AuditEntry.subject_id, AuditEntry.detail).where(AuditEntry.act == Act.BANK_FILE_STARTED.value).order_by(AuditEntry.seq)
    for batch_id, detail in session.execute(begun):
        if batch_id is None or batch_id not in numbers:
            continue
        again = "（同じ回の再作成）" if batch_id in seen else ""
        found[int(json.loads(detail)["export"])] = [f"第{numbers[batch_id]}回{again}"]
        seen.add(batch_id)
    for export in session.scalars(select(Export)):
        word = state_of(export)
        if word:
            found.setdefault(export.id, []).append(word)
    return {export_id: "　".join(words) for export_id, words in found.items()}
