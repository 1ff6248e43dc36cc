"""Evidence of the sensitive status: entered by one person, compared with the documents by another, withdrawn with a reason.

The issuer and whatever else was read off the document stay sealed. A renewal is a new piece; nothing in an old one is changed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.evidence import Evidence, check_entry, current_name, kind_of, state_on, unmatched
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.staff import Act, Role, may_verify
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.case import Case, EvidenceRecord
from kyufu_desktop.security import seal
from kyufu_desktop.services.case_facts import evidence_of
from kyufu_desktop.services.case_rows import EvidenceEntry, EvidenceRow, SourceWords
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.contacts import REVEAL_REASONS, REVEALED, keep_words, refuse_my_number, require_reason
from kyufu_desktop.services.judgment_void import void_changed
from kyufu_desktop.services.session import Desk, Second

ISSUER = "issuer"


def enter_evidence(desk: Desk, case_id: int, entry: EvidenceEntry) -> Changes:
    """A new piece of evidence, waiting for a second person. Raises InputProblem K-102x, K-1698 to K-1703 naming the field, K-1611."""
    with desk.work(Act.EVIDENCE_ENTERED) as unit:
        case = case_of(unit.session, case_id)
        piece = _checked(desk, case, entry)
        assert case.case_key is not None
        read = {"issuer": piece.issuer, "details": dict(piece.details)}
        record = EvidenceRecord(
            case_id=case_id,
            kind=piece.kind,
            issued_on=piece.issued_on,
            starts_on=piece.starts_on,
            ends_on=piece.ends_on,
            basis=piece.basis,
            moved_in_on=piece.moved_in_on,
            issuer_sealed=seal.seal(case.case_key, desk.address_key(), case_id, read, ISSUER),
            companions=json.dumps(list(piece.companions), ensure_ascii=False),
            entered_at=desk.now_text(),
            entered_by=desk.staff.id,
        )
        unit.session.add(record)
        unit.session.flush()
        advance(case, Act.EVIDENCE_ENTERED, desk.now_text())
        unit.record(Act.EVIDENCE_ENTERED, subject="case", subject_id=case_id, evidence=record.id, kind=entry.kind)
        # Nothing was verified, so nothing can carry a judgment yet; still, what is in force is looked at again.
        void_changed(unit, desk, (case_id,), "秘匿の根拠の入力")
        missing = unmatched(piece.companions, [(person.name, person.kana) for person in case.people])
    sentence = "秘匿の根拠を入れました。2人目の確認を待っています。"
    if missing:
        sentence += f"書類の同伴者のうち{len(missing)}人は、世帯に見当たりません。"
    return Changes(Kind.EVIDENCE | Kind.CASES | Kind.AUDIT, sentence, (case_id,))


def _checked(desk: Desk, case: Case, entry: EvidenceEntry) -> Evidence:
    details = {key: value.strip() for key, value in entry.details.items() if value.strip()}
    for key, value in details.items():
        refuse_my_number(value, key)
    kind = kind_of(entry.kind, desk.programme)
    piece = Evidence(
        kind=entry.kind,
        issued_on=entry.issued_on,
        starts_on=entry.starts_on,
        ends_on=entry.ends_on,
        issuer=entry.issuer.strip(),
        companions=tuple(dict.fromkeys(name.strip() for name in entry.companions if name.strip())),
        basis=entry.basis if kind is not None and kind.placement else None,
        moved_in_on=entry.moved_in_on if kind is not None and kind.moved_in_after_base_date else None,
        details=details,
    )
    check_entry(piece, Category(case.category), desk.programme)
    if entry.issued_on > desk.today():
        raise InputProblem("K-1611", "issued_on", "発行日が、今日より後です。", todo="書類の日付を確かめてください。")
    return piece


def verify_evidence(desk: Desk, evidence_ids: tuple[int, ...], second: Second) -> Changes:
    """A second person has compared the documents; refused where he entered one himself (NotAllowed K-1612). All or none.

    What the programme leaves to an officer (needs_approval) is refused to others with NotAllowed K-1704.
    """
    with desk.work(Act.EVIDENCE_VERIFIED, second) as unit:
        cases: dict[int, Case] = {}
        for record in _to_verify(
            unit.session.scalars(select(EvidenceRecord).where(EvidenceRecord.id.in_(evidence_ids))).all(), evidence_ids
        ):
            if not may_verify(Act.EVIDENCE_VERIFIED, record.entered_by, second.staff):
                raise NotAllowed("K-1612", "根拠を入力した人は、自分で確認できません。", todo="別の取扱者が書類と照らし合わせてください。")
            kind = kind_of(record.kind, desk.programme)
            if kind is not None and kind.needs_approval and second.staff.role is not Role.OFFICER:
                raise NotAllowed("K-1704", "この根拠を確認できるのは、取扱責任者だけです。", todo="取扱責任者に確認を頼んでください。")
            record.verified_at = desk.now_text()
            record.verified_by = second.staff.id
            case = cases[record.case_id] = case_of(unit.session, record.case_id)
            advance(case, Act.EVIDENCE_VERIFIED, desk.now_text())
            unit.record(Act.EVIDENCE_VERIFIED, subject="case", subject_id=case.id, evidence=record.id)
        if not cases:
            raise InputProblem("K-1614", "evidence_ids", "確認する根拠が選ばれていません。", todo="一覧で選んでください。")
        unit.session.flush()
        void_changed(unit, desk, cases, "秘匿の根拠の確認")
    sentence = f"秘匿の根拠{len(evidence_ids):,}件を確認済にしました。"
    return Changes(Kind.EVIDENCE | Kind.CASES | Kind.JUDGMENTS | Kind.AUDIT, sentence, tuple(cases))


def _to_verify(records: Sequence[EvidenceRecord], wanted: tuple[int, ...]) -> list[EvidenceRecord]:
    found = list(records)
    if len(found) != len(set(wanted)) or any(record.verified_at or record.withdrawn_at for record in found):
        raise Conflict("K-1613", "根拠が確認を待つ状態ではありません。", todo="一覧を読み直してください。")
    return found


def withdraw_evidence(desk: Desk, evidence_id: int, reason: str) -> Changes:
    """Takes a piece out of force; the row stays with who, when and why. Raises Conflict K-1705, InputProblem K-1648."""
    stated = require_reason(reason, "reason")
    with desk.work(Act.EVIDENCE_WITHDRAWN) as unit:
        record = unit.session.get(EvidenceRecord, evidence_id)
        if record is None or record.withdrawn_at is not None:
            raise Conflict("K-1705", "この根拠は、もう取り下げられています。", todo="案件を開き直してください。")
        case = case_of(unit.session, record.case_id)
        record.withdrawn_at = desk.now_text()
        record.withdrawn_by = desk.staff.id
        record.withdrawn_reason = stated
        advance(case, Act.EVIDENCE_WITHDRAWN, desk.now_text())
        unit.record(Act.EVIDENCE_WITHDRAWN, subject="case", subject_id=case.id, evidence=record.id)
        unit.session.flush()
        voided = void_changed(unit, desk, (case.id,), "秘匿の根拠の取下げ")
    sentence = "秘匿の根拠を取り下げました。" + ("決裁は無効になりました。判定をやり直してください。" if voided else "")
    return Changes(Kind.EVIDENCE | Kind.CASES | Kind.JUDGMENTS | Kind.AUDIT, sentence, (case.id,))


def reveal_evidence(desk: Desk, evidence_id: int, reason: str, words: str) -> SourceWords:
    """Issuer and further fields of a document. The reason is recorded first, its words are sealed in 対応履歴, then it is shown.

    Raises InputProblem K-1639, K-1648, Conflict K-1705.
    """
    stated = check_reveal(reason, words)
    key = desk.address_key()
    with desk.work(Act.SOURCE_REVEALED) as unit:
        record = unit.session.get(EvidenceRecord, evidence_id)
        if record is None:
            raise Conflict("K-1705", "この根拠は見つかりません。", todo="案件を開き直してください。")
        case = case_of(unit.session, record.case_id)
        assert case.case_key is not None
        contact = keep_words(desk, unit.session, case, REVEALED, f"{reason}。{stated}", desk.today())
        number = REVEAL_REASONS.index(reason)
        unit.record(Act.SOURCE_REVEALED, subject="case", subject_id=case.id, evidence=evidence_id, reason=number, contact=contact)
        sealed, wrapped, case_id, kind = record.issuer_sealed, case.case_key, case.id, kind_of(record.kind, desk.programme)
    read = seal.unseal(wrapped, key, case_id, sealed, ISSUER)
    issuer, today_s = str(read["issuer"]), current_name(str(read["issuer"]))
    lines = [("発行した機関", issuer if issuer == today_s else f"{issuer}（いまの名称 {today_s}）")]
    details = read.get("details", {})
    lines += [(one.label, str(details[one.key])) for one in (kind.fields if kind is not None else ()) if details.get(one.key)]
    return SourceWords(tuple(lines))


def check_reveal(reason: str, words: str) -> str:
    """The words of a reveal, trimmed. Raises InputProblem K-1639 (no reason of the list), K-1648 (too short)."""
    if reason not in REVEAL_REASONS:
        raise InputProblem("K-1639", "reason", "表示する理由が選ばれていません。", todo="理由を一覧から選んでください。")
    return require_reason(words, "words")


def evidence_rows(session: Session, case: Case, programme: Programme, staff: dict[int, str], on: date) -> tuple[EvidenceRow, ...]:
    """Every piece of a case, also withdrawn ones (``withdrawn_on``), in the order of entry."""
    people = [(person.name, person.kana) for person in case.people]
    query = select(EvidenceRecord).where(EvidenceRecord.case_id == case.id).order_by(EvidenceRecord.id)
    return tuple(_row(record, people, programme, staff, on) for record in session.scalars(query))


def _row(record: EvidenceRecord, people: Sequence[tuple[str, str]], programme: Programme, staff: dict[int, str], on: date) -> EvidenceRow:
    piece = evidence_of(record)
    kind = kind_of(record.kind, programme)
    placement = programme.placement(record.basis)
    return EvidenceRow(
        evidence_id=record.id,
        kind=record.kind,
        kind_name=kind.name if kind is not None else record.kind,
        issued_on=record.issued_on,
        starts_on=record.starts_on,
        ends_on=record.ends_on,
        state=state_on(piece, on),
        entered_by=staff.get(record.entered_by, ""),
        entered_by_id=record.entered_by,
        verified_by=staff.get(record.verified_by) if record.verified_by else None,
        verified_on=record.verified_at,
        basis_words=f"{placement.name}（{placement.law}）" if placement is not None else "",
        moved_in_on=record.moved_in_on,
        companions=piece.companions,
        unmatched=unmatched(piece.companions, people),
        needs_officer=kind is not None and kind.needs_approval,
        withdrawn_on=record.withdrawn_at,
        withdrawn_reason=record.withdrawn_reason,
    )
