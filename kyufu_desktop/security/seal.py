"""Sealing per case: what could betray where a person is.

Every case has its own 256-bit key, wrapped under the address key that only some roles hold. AES-256-GCM; the associated data binds the
case and the purpose, so that a sealed value moved to another case or column does not open. Destroying the wrapped key erases the case.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kyufu_desktop.errors import CustodyProblem
from kyufu_desktop.security.canonical import canonical

KEY_BYTES = 32
_NONCE = 12


def gcm_seal(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """nonce (12) + ciphertext + tag (16), with a fresh random nonce."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, associated)


def gcm_open(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """Raises ``InvalidTag`` where key, bytes or associated data are not the ones that were sealed."""
    if len(sealed) < _NONCE + 16:
        raise InvalidTag
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], associated)


def new_case_key(address_key: bytes, case_id: int) -> bytes:
    """A new case key, wrapped under the address key (60 bytes)."""
    return gcm_seal(address_key, secrets.token_bytes(KEY_BYTES), _wrap_context(case_id))


def rewrap(wrapped_key: bytes, old_address_key: bytes, new_address_key: bytes, case_id: int) -> bytes:
    """The same case key under another address key; what is sealed stays as it is."""
    return gcm_seal(new_address_key, _case_key(wrapped_key, old_address_key, case_id), _wrap_context(case_id))


def seal(wrapped_key: bytes, address_key: bytes, case_id: int, plaintext: Mapping[str, Any] | bytes, purpose: str = "") -> bytes:
    """Seals a JSON object or bytes for one case and one purpose (``"address"``, ``"issuer"``)."""
    body = bytes(plaintext) if isinstance(plaintext, bytes) else canonical(dict(plaintext))
    return gcm_seal(_case_key(wrapped_key, address_key, case_id), body, _seal_context(case_id, purpose))


def unseal_bytes(wrapped_key: bytes, address_key: bytes, case_id: int, sealed: bytes, purpose: str = "") -> bytes:
    """Raises CustodyProblem K-1450 where anything was changed or belongs to another case or purpose."""
    key = _case_key(wrapped_key, address_key, case_id)
    try:
        return gcm_open(key, sealed, _seal_context(case_id, purpose))
    except InvalidTag:
        raise _broken() from None


def unseal(wrapped_key: bytes, address_key: bytes, case_id: int, sealed: bytes, purpose: str = "") -> dict[str, Any]:
    """The JSON object that was sealed. Raises as :func:`unseal_bytes`."""
    value: dict[str, Any] = json.loads(unseal_bytes(wrapped_key, address_key, case_id, sealed, purpose))
    return value


def _case_key(wrapped_key: bytes, address_key: bytes, case_id: int) -> bytes:
    try:
        return gcm_open(address_key, wrapped_key, _wrap_context(case_id))
    except InvalidTag:
        raise _broken() from None


def _wrap_context(case_id: int) -> bytes:
    return canonical({"what": "kyufu case key v1", "case": case_id})


def _seal_context(case_id: int, purpose: str) -> bytes:
    return canonical({"what": "kyufu sealed v1", "case": case_id, "purpose": purpose})


def _broken() -> CustodyProblem:
    return CustodyProblem(
        "K-1450",
        "封をした内容を開けませんでした。記録が書き換えられたおそれがあります。",
        todo="この案件の発送を止め、取扱責任者に知らせてください。",
    )
