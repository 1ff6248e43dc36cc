"""The audit chain: every entry carries an HMAC over the one before it and itself.

The chain shows an edit, an insertion, a deletion and a swap. It cannot show that its end was cut off or that the whole file was put back:
for that there is the anchor, a short code of count and head that is kept outside of the file, on paper.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kyufu_desktop.security.canonical import canonical

#: No 0, O, 1, I: what is copied by hand must not be mistaken.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. ``at`` is ISO 8601 with offset, ``detail`` canonical JSON with ids, counts and codes only."""

    seq: int
    at: str
    monotonic_ms: int
    actor_id: int
    act: str
    subject: str
    subject_id: int | None
    detail: str
    mac: bytes = field(default=b"", repr=False)

    def payload(self) -> bytes:
        return canonical(
            {
                "seq": self.seq,
                "at": self.at,
                "monotonic_ms": self.monotonic_ms,
                "actor": self.actor_id,
                "act": self.act,
                "subject": self.subject,
                "subject_id": self.subject_id,
                "detail": self.detail,
            }
        )


def chain_key(audit_key: bytes, vault_id: str) -> bytes:
    """The chain's key; entries of one vault do not fit into another."""
    return HKDF(hashes.SHA256(), 32, None, b"kyufu audit chain v1\x00" + vault_id.encode()).derive(audit_key)


def next_mac(key: bytes, previous: bytes, entry: Entry) -> bytes:
    """HMAC-SHA256 of ``entry`` behind ``previous`` (``GENESIS`` for the first)."""
    return hmac.digest(key, previous + entry.payload(), "sha256")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``count`` entries are good; ``first_bad`` is the number of the first that is not, None where all are."""

    count: int
    head: bytes = field(repr=False)
    first_bad: int | None = None


def verify(key: bytes, entries: Iterable[Entry]) -> Verdict:
    """Checks numbers (1, 2, 3 ... without a gap) and codes, in the order given."""
    head, count = GENESIS, 0
    for entry in entries:
        if entry.seq != count + 1 or not hmac.compare_digest(entry.mac, next_mac(key, head, entry)):
            return Verdict(count, head, count + 1)
        head, count = entry.mac, count + 1
    return Verdict(count, head)


def anchor(count: int, head: bytes) -> str:
    """``7K2M-Q9XD-TR4A``: 60 bits over count and head."""
    number = int.from_bytes(hashlib.sha256(b"kyufu anchor v1\x00" + count.to_bytes(8, "big") + head).digest()[:8], "big") >> 4
    letters = "".join(ALPHABET[(number >> shift) & 31] for shift in range(55, -1, -5))
    return "-".join(letters[i : i + 4] for i in (0, 4, 8))
