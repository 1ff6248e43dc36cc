"""Judgments as they are kept: snapshot, digest of exactly what is shown, and back to what the screen shows."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.judgment import AdjustmentWorking, CaseFacts, Condition, Finding, Judgment, Outcome, Reason
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.values import OF_A_PERSON, Benefit, Relation
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.security.canonical import canonical
from kyufu_desktop.services.case_facts import chunks, snapshot
from kyufu_desktop.services.case_rows import JudgmentRow

JUDGED, DRAFTED, APPROVED, RETURNED, VOID = "JUDGED", "DRAFTED", "APPROVED", "RETURNED", "VOID"

#: What of a record two judgments are compared by; the day and the version of the programme alone make no new decision.
_CORE = ("outcome", "amount", "reasons", "working", "children")


def key_of(judgment: Judgment) -> str:
    """``household`` / ``kodomo`` / ``chosei:<person id>`` / ``fusoku:<person id>``: one live judgment each."""
    if judgment.benefit in OF_A_PERSON:
        return f"{judgment.benefit.value}:{judgment.person_id}"
    return "kodomo" if judgment.benefit is Benefit.KODOMO else "household"


def text(value: object) -> str:
    """Canonical JSON as text."""
    return canonical(value).decode("utf-8")


def columns_of(judgment: Judgment) -> dict[str, Any]:
    """The columns of a record that say what was judged."""
    return {
        "person_id": judgment.person_id,
        "benefit": judgment.benefit.value,
        "benefit_key": key_of(judgment),
        "outcome": judgment.outcome.value,
        "amount": judgment.amount,
        "reasons": text([reason.value for reason in judgment.reasons]),
        "conditions": text([dataclasses.asdict(condition) for condition in judgment.conditions]),
        "working": None if judgment.working is None else text(dataclasses.asdict(judgment.working)),
        "children": text(list(judgment.children)),
    }


def same(record: JudgmentRecord, columns: Mapping[str, Any]) -> bool:
    """Whether a fresh judgment says word for word what the record says: what is to be signed must be what is shown."""
    return _core(record, columns) and record.conditions == columns["conditions"]


def agrees(record: JudgmentRecord, columns: Mapping[str, Any]) -> bool:
    """Whether a fresh judgment comes to the same decision on the same grounds.

    A second document of the same kind, or another source of the same number, changes the words of a condition but no decision.
    """
    if not _core(record, columns):
        return False
    return record.conditions == columns["conditions"] or _grounds(record.conditions) == _grounds(columns["conditions"])


def _core(record: JudgmentRecord, columns: Mapping[str, Any]) -> bool:
    return record.benefit == columns["benefit"] and all(getattr(record, name) == columns[name] for name in _CORE)


def _grounds(stored: str) -> list[tuple[str, str, str | None]]:
    """Rule, finding and reason of every condition; a condition that is not applied is no ground."""
    return [(item["rule"], item["finding"], item["reason"]) for item in json.loads(stored) if item["finding"] != Finding.NOT_APPLIED.value]


def same_head(record: JudgmentRecord, heads: Sequence[int], people: int) -> bool:
    """Whether who is head now was the head when the record was made: the benefit of a household is decided for whoever receives it.

    Two households of the same taxes judge alike, word for word; the head stands in the facts alone. A benefit of one person is his own, and
    where there is one person (``people``) nobody else can have been the head.
    """
    if record.person_id is not None or people < 2:
        return True
    known = {person["person_id"] for person in json.loads(record.facts).get("persons", ()) if person["relation"] == Relation.HEAD.value}
    return not known or known == set(heads)


def fresh_record(judgment: Judgment, facts: CaseFacts, programme: Programme, on: date, staff_id: int, at: str) -> JudgmentRecord:
    """A new row with its snapshot and digest, not yet added. ELIGIBLE and NG are DRAFTED, HOLD is only JUDGED."""
    record = JudgmentRecord(
        case_id=facts.case_id,
        **columns_of(judgment),
        facts=text(snapshot(facts)),
        programme=programme.code,
        programme_digest=programme.digest,
        judged_on=on,
        digest="",
        state=JUDGED if judgment.outcome is Outcome.HOLD else DRAFTED,
        drafted_by=staff_id,
        drafted_at=at,
    )
    record.digest = digest_of(record)
    return record


def digest_of(record: JudgmentRecord) -> str:
    """SHA-256 over canonical JSON of exactly what is shown for approval, computed from the row itself."""
    return hashlib.sha256(
        canonical(
            {
                "case": record.case_id,
                "benefit": record.benefit,
                "benefit_key": record.benefit_key,
                "outcome": record.outcome,
                "amount": record.amount,
                "reasons": record.reasons,
                "conditions": record.conditions,
                "working": record.working,
                "children": record.children,
                "facts": record.facts,
                "programme": record.programme,
                "programme_digest": record.programme_digest,
                "judged_on": record.judged_on.isoformat(),
                "drafted_by": record.drafted_by,
            }
        )
    ).hexdigest()


def voided_records(session: Session, case_ids: Sequence[int]) -> dict[int, dict[str, JudgmentRecord]]:
    """Case id -> benefit key -> the newest approval that does not hold any more and that nothing has followed."""
    found: dict[int, dict[str, JudgmentRecord]] = {case_id: {} for case_id in case_ids}
    for part in chunks(case_ids):
        query = select(JudgmentRecord).where(
            JudgmentRecord.case_id.in_(part), JudgmentRecord.state == VOID, JudgmentRecord.voided_at.is_not(None)
        )
        for record in session.scalars(query.order_by(JudgmentRecord.id)):
            found[record.case_id][record.benefit_key] = record
    return found


def live_records(session: Session, case_ids: Sequence[int]) -> dict[int, dict[str, JudgmentRecord]]:
    """Case id -> benefit key -> the live record."""
    found: dict[int, dict[str, JudgmentRecord]] = {case_id: {} for case_id in case_ids}
    for part in chunks(case_ids):
        for record in session.scalars(
            select(JudgmentRecord)
            .where(JudgmentRecord.case_id.in_(part), JudgmentRecord.superseded_by.is_(None), JudgmentRecord.state != VOID)
            .order_by(JudgmentRecord.id)
        ):
            found[record.case_id][record.benefit_key] = record
    return found


def conditions_from(stored: str) -> tuple[Condition, ...]:
    return tuple(
        Condition(
            rule=item["rule"],
            sentence=item["sentence"],
            values=item["values"],
            article=item["article"],
            finding=Finding(item["finding"]),
            reason=Reason(item["reason"]) if item["reason"] else None,
            question=item.get("question", ""),
            origin=item.get("origin", ""),
        )
        for item in json.loads(stored)
    )


def working_from(stored: str) -> AdjustmentWorking:
    values = json.loads(stored)
    values["components"] = tuple((word, count) for word, count in values["components"])
    return AdjustmentWorking(**values)


#: The last line of a working; before it may stand what was decided earlier.
TOTAL, EARLIER, RESULT = "控除不足額の合計", "前の年の調整給付", "支給額（1万円未満切上げ）"


def working_lines(working: AdjustmentWorking) -> tuple[tuple[str, int], ...]:
    """The sum of the adjustment benefit step by step, as screen and decision sheet show it: (word, people or yen)."""
    earlier = ((EARLIER, working.earlier),) if working.earlier else ()
    return (
        *working.components,
        ("人数", working.people),
        ("所得税の減税枠", working.income_tax_frame),
        ("推計所得税額", working.income_tax),
        ("所得税分の控除不足額", working.income_tax_shortfall),
        ("住民税の減税枠", working.resident_tax_frame),
        ("所得割額（減税前）", working.income_levy),
        ("住民税分の控除不足額", working.resident_tax_shortfall),
        (TOTAL, working.total),
        *earlier,
        (RESULT, working.amount),
    )


def row_of(record: JudgmentRecord, names: Mapping[int, str], staff: Mapping[int, str]) -> JudgmentRow:
    """``names`` are person id -> name, ``staff`` staff id -> name."""
    return JudgmentRow(
        judgment_id=record.id or 0,
        case_id=record.case_id,
        benefit=Benefit(record.benefit),
        person_name=names.get(record.person_id) if record.person_id else None,
        outcome=Outcome(record.outcome),
        amount=record.amount,
        reasons=tuple(json.loads(record.reasons)),
        conditions=conditions_from(record.conditions),
        working=working_lines(working_from(record.working)) if record.working else None,
        state=record.state,
        drafted_by=staff.get(record.drafted_by, "") if record.id else "",
        drafted_by_id=record.drafted_by if record.id else 0,
        drafted_at=record.drafted_at if record.id else "",
        approved_by=staff.get(record.approved_by) if record.approved_by else None,
        approved_at=record.approved_at,
        returned_reason=record.returned_reason,
        void_reason=record.void_reason,
        voided_at=record.voided_at,
        person_id=record.person_id,
    )


def held_sentences(records: Iterable[JudgmentRecord]) -> str:
    """Why the benefits of a case are held, in the words of their conditions, each once."""
    sentences: list[str] = []
    for record in records:
        if record.outcome != Outcome.HOLD.value:
            continue
        for condition in conditions_from(record.conditions):
            if condition.finding is Finding.HOLD and condition.sentence not in sentences:
                sentences.append(condition.sentence)
    return " ".join(sentences)
