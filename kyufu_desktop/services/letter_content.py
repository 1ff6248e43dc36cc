"""What a letter of each kind says, made from the case's own facts and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents.letters import BenefitLine, Confirmation, working_lines
from kyufu_desktop.documents.notices import (
    Content,
    DecisionNotice,
    DeficiencyNotice,
    MaskedAccount,
    PaymentNotice,
    PushNotice,
    RefusalNotice,
    Reminder,
)
from kyufu_desktop.domain.letter import LetterCode, LetterKind, LetterState, layout_for
from kyufu_desktop.domain.letter_occasion import Occasion
from kyufu_desktop.domain.outcome import Reason
from kyufu_desktop.domain.payment import PayMethod
from kyufu_desktop.domain.refusal import neutral
from kyufu_desktop.domain.review import DEFICIENCIES
from kyufu_desktop.domain.values import OF_A_PERSON, Benefit, Category, Relation, yen
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.case import Case, EvidenceRecord, SafeAddress
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter, LetterBenefit
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.models.review import AccountRecord, ReturnedForm
from kyufu_desktop.services.accounts import KINDS
from kyufu_desktop.services.case_steps import live_account, recipient
from kyufu_desktop.services.destination import destination_of, open_address, printed_name, prints_former_names
from kyufu_desktop.services.judgment_rows import working_from
from kyufu_desktop.services.present_banks import present
from kyufu_desktop.services.session import Desk
from kyufu_desktop.services.workstation import value_of


@dataclass(frozen=True, slots=True)
class Making:
    """All that a letter is made from: one case, its verified address, the occasion and the judgments that it is about."""

    desk: Desk
    session: Session
    case: Case
    address: SafeAddress
    occasion: Occasion
    judgments: Sequence[JudgmentRecord]
    issue: int
    document_number: str
    reissue: int
    to_proxy: bool
    """The address names a proxy, so that the letter says for whom it is."""

    @property
    def former(self) -> bool:
        """Whether names are written with the former name."""
        return prints_former_names(self.session)

    def head(self) -> dict[str, Any]:
        """The fields that every kind has."""
        head = recipient(self.case)
        return {
            "code": str(LetterCode(self.case.management_number, self.issue)),
            "document_number": self.document_number,
            "issued_on": self.desk.today(),
            "destination": destination_of(self.case, open_address(self.desk, self.case, self.address), former=self.former),
            "on_behalf_of": printed_name(head, former=self.former) if self.to_proxy else "",
            "management_number": self.case.management_number,
            "practice": self.desk.practice,
            "reissue": self.reissue,
            "layout": layout_for(bool(head.braille)),
        }

    def benefits(self) -> tuple[BenefitLine, ...]:
        return tuple(self._line(judgment) for judgment in self.judgments)

    def _line(self, judgment: JudgmentRecord) -> BenefitLine:
        kind = Benefit(judgment.benefit)
        detail: tuple[str, ...] = ()
        if kind is Benefit.KODOMO:
            detail = (f"対象児童 {len(json.loads(judgment.children))}人 × {yen(self.desk.programme.amount(Benefit.KODOMO))}",)
        elif kind in OF_A_PERSON and len(self.case.people) > 1:
            taxpayers = [person for person in self.case.people if person.id == judgment.person_id]
            detail = tuple(f"納税義務者 {printed_name(person, former=self.former)}" for person in taxpayers)
        return self.desk.programme.label(kind), judgment.amount, detail


def content_of(making: Making) -> Content:
    """The letter of the occasion's kind. The destination is the sealed safe address of this case and nothing else."""
    return _SAYS[making.occasion.kind](making)


def return_due(content: Content) -> date | None:
    """The day by which the person has to answer; None where the letter is not answered."""
    if isinstance(content, Confirmation):
        return content.deadline
    if isinstance(content, PushNotice):
        return content.decline_by
    return content.answer_by if isinstance(content, DeficiencyNotice) else None


def _confirmation(making: Making) -> Confirmation:
    return Confirmation(
        **making.head(),
        deadline=making.desk.programme.return_deadline,
        benefits=making.benefits(),
        members=_members(making),
        adjustment=tuple(line for each in making.judgments if each.working for line in working_lines(working_from(each.working))),
    )


def _members(making: Making) -> tuple[str, ...]:
    """The recipient, counted children, and, for evacuees, companions that verified evidence names. Nobody else is printed."""
    case = making.case
    counted = {person_id for judgment in making.judgments for person_id in json.loads(judgment.children)}
    named: set[str] = set()
    if case.category == Category.DV.value:
        for companions in making.session.scalars(
            select(EvidenceRecord.companions).where(
                EvidenceRecord.case_id == case.id, EvidenceRecord.verified_at.is_not(None), EvidenceRecord.withdrawn_at.is_(None)
            )
        ):
            named.update(json.loads(companions))
    return tuple(
        printed_name(person, former=making.former)
        for person in case.people
        if person.relation == Relation.HEAD.value or person.id in counted or person.name in named
    )


def _push(making: Making) -> PushNotice:
    account = live_account(making.session, making.case.id)
    if account is None or account.verified_by is None or account.method != PayMethod.TRANSFER.value:
        raise Conflict("K-1856", "支給のお知らせに書く口座が確認済になっていません。", todo="口座を2人目が確かめてから作ってください。")
    days = int(value_of(making.session, "decline_days"))
    return PushNotice(
        **making.head(),
        benefits=making.benefits(),
        account=_masked(making.session, account),
        decline_by=making.desk.today() + timedelta(days=days),
    )


def _reminder(making: Making) -> Reminder:
    sent = making.session.scalars(
        select(Letter)
        .join(LetterBenefit, LetterBenefit.letter_id == Letter.id)
        .where(
            Letter.case_id == making.case.id,
            Letter.kind == LetterKind.CONFIRMATION.value,
            Letter.state == LetterState.SENT.value,
            LetterBenefit.judgment_id.in_(making.occasion.judgment_ids),
        )
        .order_by(Letter.id.desc())
        .limit(1)
    ).one()
    assert sent.sent_on is not None and sent.return_due is not None
    return Reminder(**making.head(), benefits=making.benefits(), first_sent_on=sent.sent_on, deadline=sent.return_due)


def _deficiency(making: Making) -> DeficiencyNotice:
    assert making.occasion.form_id is not None
    form = making.session.get_one(ReturnedForm, making.occasion.form_id)
    chosen = set(json.loads(form.deficiencies))
    days = int(value_of(making.session, "deficiency_days"))
    return DeficiencyNotice(
        **making.head(),
        items=tuple((known.words, known.remedy) for known in DEFICIENCIES if known.code in chosen),
        received_on=form.received_on,
        answer_by=making.desk.today() + timedelta(days=days),
    )


def _decided_on(making: Making) -> date:
    """The day of the last approval (決裁) that the letter tells of."""
    return max(date.fromisoformat(judgment.approved_at[:10]) for judgment in making.judgments if judgment.approved_at)


def _decision(making: Making) -> DecisionNotice:
    account = live_account(making.session, making.case.id)
    return DecisionNotice(
        **making.head(),
        benefits=making.benefits(),
        decided_on=_decided_on(making),
        account=None
        if account is None or account.verified_by is None or account.method != PayMethod.TRANSFER.value
        else _masked(making.session, account),
    )


def _refusal(making: Making) -> RefusalNotice:
    return RefusalNotice(
        **making.head(),
        refused=tuple(
            (making.desk.programme.label(Benefit(each.benefit)), neutral(Reason(reason) for reason in json.loads(each.reasons)))
            for each in making.judgments
        ),
        decided_on=_decided_on(making),
    )


def _payment(making: Making) -> PaymentNotice:
    batch = making.session.get_one(Batch, making.occasion.batch_id)
    paid = making.session.scalars(
        select(Payment).where(Payment.batch_id == batch.id, Payment.case_id == making.case.id).order_by(Payment.id)
    ).all()
    return PaymentNotice(
        **making.head(), benefits=making.benefits(), transfer_on=batch.transfer_on, account=_masked(making.session, paid[0])
    )


def _masked(session: Session, account: AccountRecord | Payment) -> MaskedAccount:
    """Three digits: enough to know one's own account by, too few to use it."""
    lists = present(session)
    return MaskedAccount(
        bank=lists.bank_name(account.bank) or account.bank,
        branch=lists.branch_name(account.bank, account.branch) or account.branch,
        kind=KINDS[account.kind],
        tail=account.number[-3:],
    )


_SAYS: dict[LetterKind, Callable[[Making], Content]] = {
    LetterKind.PUSH: _push,
    LetterKind.CONFIRMATION: _confirmation,
    LetterKind.REMINDER: _reminder,
    LetterKind.DEFICIENCY: _deficiency,
    LetterKind.DECISION: _decision,
    LetterKind.REFUSAL: _refusal,
    LetterKind.PAYMENT: _payment,
}
