from __future__ import annotations

import secrets

import pytest

from kyufu_desktop.errors import CustodyProblem
from kyufu_desktop.security.seal import new_case_key, rewrap, seal, unseal, unseal_bytes

KEY = secrets.token_bytes(32)
ADDRESS = {"address": "東京都見本区北町一丁目4番1号 葛󠄀城寮", "name": "𠮷田 髙子"}


def test_sealed_address_comes_back_to_the_character() -> None:
    wrapped = new_case_key(KEY, 5)
    assert unseal(wrapped, KEY, 5, seal(wrapped, KEY, 5, ADDRESS, "address"), "address") == ADDRESS
    assert unseal_bytes(wrapped, KEY, 5, seal(wrapped, KEY, 5, b"\x00raw")) == b"\x00raw"


@pytest.mark.parametrize(
    ("case_id", "purpose", "key"),
    [(6, "address", KEY), (5, "issuer", KEY), (5, "address", bytes(32))],
    ids=["case", "purpose", "key"],
)
def test_sealed_address_does_not_open_for_another_case_purpose_or_key(case_id: int, purpose: str, key: bytes) -> None:
    wrapped = new_case_key(KEY, 5)
    sealed = seal(wrapped, KEY, 5, ADDRESS, "address")
    with pytest.raises(CustodyProblem) as caught:
        unseal(wrapped, key, case_id, sealed, purpose)
    assert caught.value.code == "K-1450"
    assert caught.value.__cause__ is None


def test_no_changed_bit_opens() -> None:
    wrapped = new_case_key(KEY, 5)
    sealed = seal(wrapped, KEY, 5, ADDRESS)
    for bit in range(0, len(sealed) * 8, 5):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << (bit % 8)
        with pytest.raises(CustodyProblem):
            unseal(wrapped, KEY, 5, bytes(changed))
    with pytest.raises(CustodyProblem):
        unseal(wrapped, KEY, 5, b"")


def test_same_content_never_looks_the_same_and_clear_text_is_not_inside() -> None:
    wrapped = new_case_key(KEY, 5)
    first, second = seal(wrapped, KEY, 5, ADDRESS), seal(wrapped, KEY, 5, ADDRESS)
    assert first != second
    assert "新宿".encode() not in first


def test_case_key_moves_to_a_new_address_key_and_the_old_one_is_dead() -> None:
    wrapped, fresh = new_case_key(KEY, 5), secrets.token_bytes(32)
    sealed = seal(wrapped, KEY, 5, ADDRESS)
    moved = rewrap(wrapped, KEY, fresh, 5)
    assert unseal(moved, fresh, 5, sealed) == ADDRESS
    with pytest.raises(CustodyProblem):
        unseal(moved, KEY, 5, sealed)
