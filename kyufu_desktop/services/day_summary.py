"""What a rehearsed day came to, as ``summary.json``: counts, totals, and per case and benefit outcome, amount and reason codes.

Dummy people only.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.custody import ExportKind
from kyufu_desktop.domain.judgment import Outcome
from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.domain.payment import PaymentState
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.errors import NotAllowed
from kyufu_desktop.models.case import Case, Person
from kyufu_desktop.models.exchange import CollationFinding, Export, ImportFile
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.services.session import Desk

#: A household benefit that was refused or held before its type was known is told under both.
_TOLD_AS: dict[Benefit, tuple[Benefit, ...]] = {Benefit.HOUSEHOLD: (Benefit.HIKAZEI, Benefit.KINTOWARI)}


_APPROVED = select(JudgmentRecord.amount).where(
    JudgmentRecord.state == "APPROVED",
    JudgmentRecord.outcome == Outcome.ELIGIBLE.value,
    JudgmentRecord.superseded_by.is_(None),
)


def summary(desk: Desk) -> dict[str, Any]:
    """The tree of ``summary.json``. Raises NotAllowed K-1683 in a real vault: it names people by their numbers in clear."""
    if not desk.practice:
        raise NotAllowed("K-1683", "実際の保管庫では、まとめのファイルを作れません。", todo="練習用の保管庫で行ってください。")
    with desk.look() as session:
        cases = [_case(session, case) for case in session.scalars(select(Case).order_by(Case.management_number))]
        sent = (PaymentState.SENT.value, PaymentState.PAID.value, PaymentState.FAILED.value)
        written = session.scalars(select(Batch).where(Batch.export_id.is_not(None))).all()
        records = session.scalars(select(Payment).where(Payment.state.in_(sent))).all()
        status = session.scalars(select(Export).where(Export.kind == ExportKind.HOST_STATUS.value, Export.voided_at.is_(None))).all()
        return {
            "kind": desk.vault.kind,
            "imported": _imported(session),
            "cases": cases,
            "totals": {
                "approved": sum(session.scalars(_APPROVED)),
                "letters": sum(len(case["letters"]) for case in cases),
                "transfer_records": len(records),
                "transfer_total": sum(record.amount for record in records),
                "trailer_total": sum(batch.total for batch in written),
                "paid": sum(case["paid"] for case in cases),
                "host_status_total": sum(export.total for export in status),
            },
        }


def _imported(session: Session) -> dict[str, Any]:
    refused = []
    for file in session.scalars(select(ImportFile).order_by(ImportFile.id)):
        refused += [{**finding, "file": file.file_name} for finding in json.loads(file.report) if finding.get("fatal", True)]
    return {
        "people": len(session.scalars(select(Person.id)).all()),
        "cases": len(session.scalars(select(Case.id)).all()),
        "refused": refused,
    }


def _case(session: Session, case: Case) -> dict[str, Any]:
    numbers = {person.id: person.resident_number for person in case.people}
    live = select(JudgmentRecord).where(JudgmentRecord.case_id == case.id, JudgmentRecord.superseded_by.is_(None))
    judgments = session.scalars(live.order_by(JudgmentRecord.id)).all()
    benefits = []
    for judgment in judgments:
        for benefit in _TOLD_AS.get(Benefit(judgment.benefit), (Benefit(judgment.benefit),)):
            benefits.append(
                {
                    "benefit": benefit.value,
                    "resident_number": numbers.get(judgment.person_id) if judgment.person_id is not None else None,
                    "outcome": judgment.outcome,
                    "amount": judgment.amount,
                    "reasons": json.loads(judgment.reasons),
                    "state": judgment.state,
                }
            )
    met: dict[int, dict[str, Any]] = defaultdict(dict)
    for finding in session.scalars(
        select(CollationFinding)
        .where(CollationFinding.case_id == case.id, CollationFinding.gone_at.is_(None))
        .order_by(CollationFinding.id)
    ):
        met[finding.id] = {
            "keys": json.loads(finding.keys) if finding.keys.startswith("[") else finding.keys.split(","),
            "planned_management_number": finding.planned_management_number,
            "certainty": finding.certainty,
            "decided": finding.decision is not None,
        }
    letters = session.scalars(select(Letter).where(Letter.case_id == case.id, Letter.voided_by.is_(None))).all()
    told = [letter.kind for letter in letters if letter.state not in (LetterState.SPOILED.value, LetterState.PREPARED.value)]
    paid = session.scalars(select(Payment.amount).where(Payment.case_id == case.id, Payment.state == PaymentState.PAID.value)).all()
    return {
        "management_number": case.management_number,
        "household_number": case.household_number,
        "category": case.category,
        "status": case.status,
        "benefits": benefits,
        "collation": list(met.values()),
        "letters": told,
        "paid": sum(paid),
    }
