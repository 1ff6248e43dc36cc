"""What a letter says, made from the case's own facts, and the sealed snapshot of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents.letters import BenefitLine, Confirmation, Destination, working_lines
from kyufu_desktop.domain.letter import LetterCode
from kyufu_desktop.domain.values import OF_A_PERSON, Benefit, Category, Relation, yen
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.case import Case, EvidenceRecord, SafeAddress
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.security import seal
from kyufu_desktop.services.case_steps import case_of
from kyufu_desktop.services.destination import Guarded, destination_of, guarded, open_address, verified_address
from kyufu_desktop.services.judgment_rows import working_from
from kyufu_desktop.services.session import Desk

_PURPOSE = "letter"


def content_of(
    desk: Desk, session: Session, case: Case, address: SafeAddress, benefits: list[JudgmentRecord], issue: int, document_number: str
) -> Confirmation:
    """The letter of one case. The destination is the sealed safe address of this case and nothing else."""
    return Confirmation(
        code=str(LetterCode(case.management_number, issue)),
        document_number=document_number,
        issued_on=desk.today(),
        deadline=desk.programme.return_deadline,
        destination=destination_of(case, open_address(desk, case, address)),
        benefits=tuple(_benefit_line(desk, case, benefit) for benefit in benefits),
        members=_members(session, case, benefits),
        adjustment=tuple(line for benefit in benefits if benefit.working for line in working_lines(working_from(benefit.working))),
        practice=desk.practice,
        reissue=issue - 1,
        management_number=case.management_number,
    )


def _benefit_line(desk: Desk, case: Case, benefit: JudgmentRecord) -> BenefitLine:
    kind = Benefit(benefit.benefit)
    detail: tuple[str, ...] = ()
    if kind is Benefit.KODOMO:
        detail = (f"対象児童 {len(json.loads(benefit.children))}人 × {yen(desk.programme.amount(Benefit.KODOMO))}",)
    elif kind in OF_A_PERSON and len(case.people) > 1:
        detail = tuple(f"納税義務者 {person.name}" for person in case.people if person.id == benefit.person_id)
    return desk.programme.label(kind), benefit.amount, detail


def _members(session: Session, case: Case, benefits: list[JudgmentRecord]) -> tuple[str, ...]:
    """The recipient, counted children, and, for evacuees, companions that verified evidence names. Nobody else is printed."""
    counted = {person_id for benefit in benefits for person_id in json.loads(benefit.children)}
    named: set[str] = set()
    if case.category == Category.DV.value:
        for companions in session.scalars(
            select(EvidenceRecord.companions).where(
                EvidenceRecord.case_id == case.id, EvidenceRecord.verified_at.is_not(None), EvidenceRecord.withdrawn_at.is_(None)
            )
        ):
            named.update(json.loads(companions))
    return tuple(
        person.name for person in case.people if person.relation == Relation.HEAD.value or person.id in counted or person.name in named
    )


def seal_content(desk: Desk, case: Case, content: Confirmation) -> bytes:
    """The snapshot under the case's own key."""
    assert case.case_key is not None
    plain = asdict(content)
    plain["issued_on"] = content.issued_on.isoformat()
    plain["deadline"] = content.deadline.isoformat()
    return seal.seal(case.case_key, desk.address_key(), case.id, plain, _PURPOSE)


def open_content(desk: Desk, case: Case, letter: Letter) -> Confirmation:
    """The snapshot of a letter, exactly as it was made."""
    assert case.case_key is not None
    plain = seal.unseal(case.case_key, desk.address_key(), case.id, letter.snapshot_sealed, _PURPOSE)
    place = plain["destination"]
    return Confirmation(
        code=plain["code"],
        document_number=plain["document_number"],
        issued_on=date.fromisoformat(plain["issued_on"]),
        deadline=date.fromisoformat(plain["deadline"]),
        destination=Destination(place["postal"], tuple(place["lines"]), place["name"], place["honorific"], place["care_of"]),
        benefits=tuple((label, amount, tuple(detail)) for label, amount, detail in plain["benefits"]),
        members=tuple(plain["members"]),
        adjustment=tuple((what, how, result) for what, how, result in plain["adjustment"]),
        practice=plain["practice"],
        reissue=plain["reissue"],
        management_number=plain["management_number"],
    )


def guarded_content(desk: Desk, session: Session, letter: Letter) -> Guarded:
    """The snapshot beside the destination as the case's newest verified address says it now. Raises ``Conflict`` where that has changed."""
    case = case_of(session, letter.case_id)
    address = verified_address(session, case.id)
    if address is None or address.id != letter.address_id:
        raise Conflict(
            "K-1855", f"確認書 {letter.code} の宛先が、作成のあとで変わりました。", todo="「確認書を作る」で作り直してください。"
        )
    return guarded(case, open_content(desk, case, letter), destination_of(case, open_address(desk, case, address)))
