"""Evidence of the sensitive status: entered by one person, compared with the documents by another. The issuer stays sealed."""

from __future__ import annotations

import json

from sqlalchemy import select

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.evidence import Evidence, check_entry
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.case import Case, EvidenceRecord
from kyufu_desktop.security import seal
from kyufu_desktop.services.case_rows import EvidenceEntry
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.session import Desk, Second

ISSUER = "issuer"


def enter_evidence(desk: Desk, case_id: int, entry: EvidenceEntry) -> Changes:
    """A new piece of evidence, waiting for a second person. Raises InputProblem K-102x naming the field."""
    with desk.work(Act.EVIDENCE_ENTERED) as unit:
        case = case_of(unit.session, case_id)
        piece = Evidence(entry.kind, entry.issued_on, entry.starts_on, entry.ends_on, entry.issuer.strip(), entry.companions)
        check_entry(piece, Category(case.category), desk.programme)
        if entry.issued_on > desk.today():
            raise InputProblem("K-1611", "issued_on", "発行日が、今日より後です。", todo="書類の日付を確かめてください。")
        assert case.case_key is not None
        record = EvidenceRecord(
            case_id=case_id,
            kind=entry.kind,
            issued_on=entry.issued_on,
            starts_on=entry.starts_on,
            ends_on=entry.ends_on,
            issuer_sealed=seal.seal(case.case_key, desk.address_key(), case_id, {"issuer": piece.issuer}, ISSUER),
            companions=json.dumps(list(entry.companions), ensure_ascii=False),
            entered_at=desk.now_text(),
            entered_by=desk.staff.id,
        )
        unit.session.add(record)
        unit.session.flush()
        advance(case, Act.EVIDENCE_ENTERED, desk.now_text())
        unit.record(Act.EVIDENCE_ENTERED, subject="case", subject_id=case_id, evidence=record.id, kind=entry.kind)
    return Changes(Kind.EVIDENCE | Kind.CASES | Kind.AUDIT, "秘匿の根拠を入れました。2人目の確認を待っています。", (case_id,))


def verify_evidence(desk: Desk, evidence_ids: tuple[int, ...], second: Second) -> Changes:
    """A second person has compared the documents; refused where he entered one himself (NotAllowed). All or none."""
    with desk.work(Act.EVIDENCE_VERIFIED, second) as unit:
        cases: dict[int, Case] = {}
        for record in _to_verify(
            unit.session.scalars(select(EvidenceRecord).where(EvidenceRecord.id.in_(evidence_ids))).all(), evidence_ids
        ):
            if not may_verify(Act.EVIDENCE_VERIFIED, record.entered_by, second.staff):
                raise NotAllowed("K-1612", "根拠を入力した人は、自分で確認できません。", todo="別の取扱者が書類と照らし合わせてください。")
            record.verified_at = desk.now_text()
            record.verified_by = second.staff.id
            case = cases[record.case_id] = case_of(unit.session, record.case_id)
            advance(case, Act.EVIDENCE_VERIFIED, desk.now_text())
            unit.record(Act.EVIDENCE_VERIFIED, subject="case", subject_id=case.id, evidence=record.id)
        if not cases:
            raise InputProblem("K-1614", "evidence_ids", "確認する根拠が選ばれていません。", todo="一覧で選んでください。")
    sentence = f"秘匿の根拠{len(evidence_ids):,}件を確認済にしました。"
    return Changes(Kind.EVIDENCE | Kind.CASES | Kind.JUDGMENTS | Kind.AUDIT, sentence, tuple(cases))


def _to_verify(records: object, wanted: tuple[int, ...]) -> list[EvidenceRecord]:
    found: list[EvidenceRecord] = list(records)  # type: ignore[call-overload]
    if len(found) != len(set(wanted)) or any(record.verified_at or record.withdrawn_at for record in found):
        raise Conflict("K-1613", "根拠が確認を待つ状態ではありません。", todo="一覧を読み直してください。")
    return found
