"""The paper key for the safe: 160 random bits as eight groups of four letters and a check group that finds typing errors."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kyufu_desktop.errors import InputProblem

_BYTES = 20
#: What is misread by hand; the code itself has neither 0, 1 nor 8.
_MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})


def new_code() -> str:
    """``ABCD-EFGH-...`` (nine groups). It is shown once, printed from memory and never stored."""
    return _format(secrets.token_bytes(_BYTES))


def code_bytes(code: str) -> bytes:
    """The 20 bytes of a typed code; spaces, hyphens and small letters do not matter. Raises InputProblem K-1411 on a typing error."""
    letters = "".join(character for character in code.upper() if not character.isspace() and character not in "-‐－ー").translate(_MISREAD)
    try:
        value = base64.b32decode(letters[:32])
    except ValueError:
        value = b""
    if len(value) != _BYTES or _format(value).replace("-", "") != letters:
        raise InputProblem(
            "K-1411", "recovery_code", "復旧コードに打ち間違いがあります。", todo="紙のコードを4文字ずつ見比べて、もう一度入れてください。"
        )
    return value


def code_key(code: str, vault_id: str) -> bytes:
    """The 256-bit key of a typed code. 160 random bits need no slow derivation. Raises as :func:`code_bytes`."""
    return HKDF(hashes.SHA256(), 32, None, b"kyufu recovery v1\x00" + vault_id.encode()).derive(code_bytes(code))


def _format(value: bytes) -> str:
    letters = base64.b32encode(value).decode()
    check = base64.b32encode(hashlib.sha256(b"kyufu recovery check v1\x00" + value).digest())[:4].decode()
    groups = [letters[i : i + 4] for i in range(0, 32, 4)]
    return "-".join([*groups, check])
