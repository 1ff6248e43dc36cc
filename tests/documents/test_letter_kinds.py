"""What each kind of letter may hold, and that it is kept whole."""

from __future__ import annotations

import dataclasses
import json

import pytest

from kyufu_desktop.documents.notices import TYPES, Content, MaskedAccount, from_plain, kind_of, said, to_plain
from kyufu_desktop.domain.letter import LetterKind
from tests.documents.letters_of_every_kind import EACH


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
