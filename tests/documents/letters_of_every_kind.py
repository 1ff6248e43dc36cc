"""One letter of every kind, of dummy people: what the tests of documents print and read back."""

from __future__ import annotations

from datetime import date

from kyufu_desktop.documents.letters import Confirmation, Destination
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
from kyufu_desktop.domain.letter import Layout
from kyufu_desktop.domain.refusal import RefusalReason

PLACE = Destination("950-0001", ("見本県見本市北町1丁目8番",), "見本 花子", care_of="みどり園 気付")
HEAD = {
    "code": "R600000001-02",
    "document_number": "第2号",
    "issued_on": date(2024, 9, 2),
    "destination": PLACE,
    "management_number": "R600000001",
    "layout": Layout.LARGE,
}
BENEFITS = (("非課税世帯への給付", 100_000, ()), ("こども加算", 50_000, ("対象児童 1人 × 50,000円",)))
ACCOUNT = MaskedAccount("みずほ銀行", "東京営業部", "普通", "567")
DAY = date(2024, 9, 20)

EACH: tuple[Content, ...] = (
    PushNotice(**HEAD, benefits=BENEFITS, account=ACCOUNT, decline_by=DAY),
    Confirmation("R600000001-01", "第1号", date(2024, 8, 28), DAY, PLACE, BENEFITS, ("見本 花子",), management_number="R600000001"),
    Reminder(**HEAD, benefits=BENEFITS, first_sent_on=DAY, deadline=DAY),
    DeficiencyNotice(**HEAD, items=(("署名がありません。", "署名をお願いします。"),), received_on=DAY, answer_by=DAY),
    DecisionNotice(**HEAD, benefits=BENEFITS, decided_on=DAY),
    RefusalNotice(**HEAD, refused=(("非課税世帯への給付", (RefusalReason.TAX,)),), decided_on=DAY),
    PaymentNotice(**HEAD, benefits=BENEFITS, transfer_on=DAY, account=ACCOUNT),
)
