"""What each kind of letter may hold, and that it is kept whole."""

from __future__ import annotations

import dataclasses
import json
from datetime import date

import pytest

from kyufu_desktop.documents.letters import Confirmation, Destination
from kyufu_desktop.documents.notices import (
    TYPES,
    Content,
    DecisionNotice,
    DeficiencyNotice,
    MaskedAccount,
    PaymentNotice,
    PushNotice,
    RefusalNotice,
    Reminder,
    from_plain,
    kind_of,
    said,
    to_plain,
)
from kyufu_desktop.domain.letter import Layout, LetterKind
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


def test_there_is_one_letter_of_every_kind() -> None:
    assert [kind_of(letter) for letter in EACH] == list(LetterKind) == list(TYPES)


@pytest.mark.parametrize("letter", EACH, ids=lambda letter: type(letter).__name__)
def test_a_kept_letter_comes_back_word_for_word(letter: Content) -> None:
    kept = json.loads(json.dumps(to_plain(letter), ensure_ascii=False))
    assert from_plain(kind_of(letter), kept) == letter


@pytest.mark.parametrize("letter", EACH, ids=lambda letter: type(letter).__name__)
def test_a_kept_letter_with_a_field_too_many_or_too_few_is_refused(letter: Content) -> None:
    kept = to_plain(letter)
    with pytest.raises(ValueError):
        from_plain(kind_of(letter), {**kept, "registered_address": "x"})
    del kept["destination"]
    with pytest.raises(ValueError):
        from_plain(kind_of(letter), kept)


def test_no_kind_of_letter_has_a_field_for_what_it_may_not_say() -> None:
    asked = {"category", "registered_address", "registered_building", "facility", "evidence", "household", "phone", "number"}
    for kind in TYPES.values():
        assert not {field.name for field in dataclasses.fields(kind)} & asked
    assert {field.name for field in dataclasses.fields(MaskedAccount)} == {"bank", "branch", "kind", "tail"}


def test_a_letter_cannot_be_given_more_than_three_digits_of_an_account() -> None:
    with pytest.raises(ValueError):
        MaskedAccount("みずほ銀行", "東京営業部", "普通", "4567")


@pytest.mark.parametrize("letter", EACH, ids=lambda letter: type(letter).__name__)
def test_what_a_letter_says_is_read_without_its_destination(letter: Content) -> None:
    words = " ".join(said(letter))
    assert "北町" not in words and "みどり園" not in words


def test_no_word_of_a_letter_stands_in_its_repr() -> None:
    for letter in EACH:
        assert "花子" not in repr(letter) and "北町" not in repr(letter) and "567" not in repr(letter)
