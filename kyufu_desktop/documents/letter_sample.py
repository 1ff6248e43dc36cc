"""A letter of every kind to a person who does not exist, to see words on paper before anybody is written to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from kyufu_desktop.documents.letters import BenefitLine, Confirmation, Destination, WorkingLine
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
from kyufu_desktop.domain.letter import Layout, LetterKind
from kyufu_desktop.domain.refusal import RefusalReason
from kyufu_desktop.domain.review import DEFICIENCIES

#: 架空: no such prefecture, no such postal code.
PLACE = Destination("000-0000", ("見本県見本市北町1丁目8番",), "見本　花子")
_ACCOUNT = MaskedAccount("見本銀行", "北町支店", "普通", "567")
_MEMBERS = ("見本　花子", "見本　太郎", "見本　みどり")
_WORKING: tuple[WorkingLine, ...] = (
    ("算定の人数", "本人1人＋扶養親族2人", "3人"),
    ("(A) 所得税分", "30,000円×3人 － 推計所得税額 41,500円（0円を下回るときは0円）", "48,500円"),
    ("(B) 住民税分", "10,000円×3人 － 住民税所得割額 28,000円（0円を下回るときは0円）", "2,000円"),
    ("(A)＋(B)", "48,500円 ＋ 2,000円", "50,500円"),
    ("支給予定額", "(A)＋(B) を1万円単位に切り上げた額", "60,000円"),
)
_DAYS = 30


def sample(kind: LetterKind, layout: Layout, benefits: tuple[BenefitLine, ...], on: date) -> Content:
    """A letter of the kind made on ``on`` about ``benefits``, marked as practice."""
    head = {
        "code": "R600000000-01",
        "document_number": "第0号",
        "issued_on": on,
        "destination": PLACE,
        "management_number": "R600000000",
        "layout": layout,
        "practice": True,
    }
    return _MADE[kind](head, benefits, on, on + timedelta(days=_DAYS))


def _confirmation(head: dict[str, Any], benefits: tuple[BenefitLine, ...], _on: date, until: date) -> Content:
    return Confirmation(**head, deadline=until, benefits=benefits, members=_MEMBERS, adjustment=_WORKING)


def _push(head: dict[str, Any], benefits: tuple[BenefitLine, ...], _on: date, until: date) -> Content:
    return PushNotice(**head, benefits=benefits, account=_ACCOUNT, decline_by=until)


def _reminder(head: dict[str, Any], benefits: tuple[BenefitLine, ...], on: date, until: date) -> Content:
    return Reminder(**head, benefits=benefits, first_sent_on=on - timedelta(days=_DAYS), deadline=until)


def _deficiency(head: dict[str, Any], _benefits: tuple[BenefitLine, ...], on: date, until: date) -> Content:
    items = tuple((known.words, known.remedy) for known in DEFICIENCIES[:3])
    return DeficiencyNotice(**head, items=items, received_on=on, answer_by=until)


def _decision(head: dict[str, Any], benefits: tuple[BenefitLine, ...], on: date, _until: date) -> Content:
    return DecisionNotice(**head, benefits=benefits, decided_on=on, account=_ACCOUNT)


def _refusal(head: dict[str, Any], benefits: tuple[BenefitLine, ...], on: date, _until: date) -> Content:
    # Every reason, so that each of the ward's words about them is seen.
    reasons = tuple(RefusalReason)
    refused = tuple((label, reasons if place == 0 else reasons[:1]) for place, (label, _, _) in enumerate(benefits))
    return RefusalNotice(**head, refused=refused, decided_on=on)


def _payment(head: dict[str, Any], benefits: tuple[BenefitLine, ...], _on: date, until: date) -> Content:
    return PaymentNotice(**head, benefits=benefits, transfer_on=until, account=_ACCOUNT)


_MADE: dict[LetterKind, Callable[[dict[str, Any], tuple[BenefitLine, ...], date, date], Content]] = {
    LetterKind.PUSH: _push,
    LetterKind.CONFIRMATION: _confirmation,
    LetterKind.REMINDER: _reminder,
    LetterKind.DEFICIENCY: _deficiency,
    LetterKind.DECISION: _decision,
    LetterKind.REFUSAL: _refusal,
    LetterKind.PAYMENT: _payment,
}
