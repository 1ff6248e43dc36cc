"""A second person's approval: an Ed25519 signature over exactly what was shown."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kyufu_desktop.security.canonical import canonical

_CONTEXT = b"kyufu approval v1\x00"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is approved. ``total`` in yen, ``sha256`` of the exact bytes in hex, ``seq`` the number that may be approved only once."""

    kind: str
    count: int
    total: int
    sha256: str
    generation: int
    seq: int

    def payload(self) -> bytes:
        """Canonical JSON, as it is signed and kept. No personal data."""
        return canonical(
            {
                "kind": self.kind,
                "count": self.count,
                "total": self.total,
                "sha256": self.sha256,
                "generation": self.generation,
                "seq": self.seq,
            }
        )


class Signer:
    """One person's signing key while he is present. ``repr`` shows the staff id only."""

    __slots__ = ("_key", "staff_id")

    def __init__(self, staff_id: int, seed: bytes) -> None:
        self.staff_id = staff_id
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, statement: Statement) -> bytes:
        """64 bytes."""
        return self._key.sign(_CONTEXT + statement.payload())

    def sign_bytes(self, purpose: bytes, message: bytes) -> bytes:
        """Signature over other bytes; ``purpose`` keeps it apart from approvals."""
        return self._key.sign(b"kyufu " + purpose + b"\x00" + message)

    def __repr__(self) -> str:
        return f"<Signer {self.staff_id}>"


def sign(signer: Signer, statement: Statement) -> bytes:
    """The signature of ``signer`` over ``statement``."""
    return signer.sign(statement)


def verify(public_key: bytes, statement: Statement, signature: bytes) -> bool:
    """Whether the owner of ``public_key`` signed exactly ``statement``.

    ``public_key`` may be the 64 bytes kept with a member of the staff: the first 32 are the signing key.
    """
    return _verify(public_key, _CONTEXT + statement.payload(), signature)


def verify_bytes(public_key: bytes, purpose: bytes, message: bytes, signature: bytes) -> bool:
    """Counterpart of :meth:`Signer.sign_bytes`."""
    return _verify(public_key, b"kyufu " + purpose + b"\x00" + message, signature)


def _verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key[:32]).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
