"""The row of a second person's signature: one way to keep it, whatever was signed."""

from __future__ import annotations

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.models.base import Signature
from kyufu_desktop.security.approval import Statement
from kyufu_desktop.services.session import Desk, Second


def keep_signature(desk: Desk, unit: UnitOfWork, statement: Statement, by: Second, of: tuple[Act, str, int]) -> Signature:
    """``by`` signs ``statement`` for (act, subject, its id); the row is in the unit of work. Bulk approvals number their own."""
    act, subject, subject_id = of
    signature = Signature(
        act=act.value,
        subject=subject,
        subject_id=subject_id,
        digest=statement.sha256,
        payload=statement.payload().decode("utf-8"),
        signer_id=by.staff.id,
        signature=by.signer.sign(statement),
        signed_at=desk.now_text(),
    )
    unit.session.add(signature)
    unit.session.flush()
    return signature
