"""Codes of what went to the bank, for a file that lies beside the vault and may be read by anybody.

Two keys from the audit key, which stays over all generations: one authenticates the file, one turns an entitlement or a child into a code.
The second key is kept inside the vault as well, where the numbers themselves are, so that a rule can ask without the keyring.
"""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: 160 bits as hex digits: long enough that two never meet, short enough for the name of a setting.
_LENGTH = 40


def ledger_key(audit_key: bytes, vault_id: str) -> bytes:
    """Authenticates the sent ledger of one vault."""
    return HKDF(hashes.SHA256(), 32, None, b"kyufu sent ledger v1\x00" + vault_id.encode()).derive(audit_key)


def mark_key(audit_key: bytes, vault_id: str) -> bytes:
    """Makes the codes in it."""
    return HKDF(hashes.SHA256(), 32, None, b"kyufu sent marks v1\x00" + vault_id.encode()).derive(audit_key)


def mark(key: bytes, what: str, value: str) -> str:
    """Code of ``value``; ``what`` (entitlement, child, file) keeps codes of different things apart."""
    return hmac.digest(key, what.encode() + b"\x00" + value.encode(), "sha256").hex()[:_LENGTH]


def seal(key: bytes, content: bytes) -> str:
    return hmac.digest(key, content, "sha256").hex()


def holds(key: bytes, content: bytes, code: str) -> bool:
    return hmac.compare_digest(seal(key, content), code)
