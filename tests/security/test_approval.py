from __future__ import annotations

from dataclasses import replace

import pytest

from kyufu_desktop.security.approval import Signer, Statement, sign, verify

SIGNER = Signer(2, bytes(range(32)))
STATEMENT = Statement("BATCH_APPROVED", 12, 1_200_000, "ab" * 32, 3, 88)


def test_signature_holds_for_exactly_what_was_shown() -> None:
    signature = sign(SIGNER, STATEMENT)
    assert verify(SIGNER.public_key, STATEMENT, signature)
    assert verify(SIGNER.public_key + bytes(32), STATEMENT, signature)


@pytest.mark.parametrize(
    "change", [{"kind": "X"}, {"count": 13}, {"total": 1_200_001}, {"sha256": "ac" * 32}, {"generation": 4}, {"seq": 89}]
)
def test_nothing_of_it_can_be_changed_or_replayed(change: dict[str, object]) -> None:
    assert not verify(SIGNER.public_key, replace(STATEMENT, **change), sign(SIGNER, STATEMENT))  # type: ignore[arg-type]


def test_other_person_and_other_purpose_do_not_count() -> None:
    assert not verify(Signer(3, bytes(32)).public_key, STATEMENT, sign(SIGNER, STATEMENT))
    assert not verify(SIGNER.public_key, STATEMENT, SIGNER.sign_bytes(b"slot box v1", STATEMENT.payload()))
    assert not verify(b"", STATEMENT, b"")
    assert repr(SIGNER) == "<Signer 2>"
