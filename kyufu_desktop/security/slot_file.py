"""The text form of a slot book: JSON with a checksum, so that a damaged copy is told from a wrong passphrase."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from typing import Any

from kyufu_desktop.domain.staff import Role
from kyufu_desktop.security.canonical import canonical
from kyufu_desktop.security.keys import KdfParameters, Slot, SlotBook

FORMAT = 1


def write_book(book: SlotBook) -> bytes:
    """The bytes of ``slots.json``. Names of staff are in it, secrets only sealed."""
    body: dict[str, Any] = {
        "format": FORMAT,
        "vault": book.vault_id,
        "kind": book.kind,
        "generation": book.generation,
        "recovery": _text(book.recovery),
        "recovery_public": _text(book.recovery_public),
        "slots": [
            {
                "user": slot.user,
                "login": slot.login,
                "name": slot.name,
                "role": slot.role.value,
                "kdf": slot.kdf.values(),
                "salt": _text(slot.salt),
                "public": _text(slot.public),
                "private": _text(slot.private),
                "box": _text(slot.box),
                "signatures": [[_text(key), _text(signature)] for key, signature in slot.signatures],
            }
            for slot in book.slots
        ],
    }
    return canonical({**body, "checksum": _checksum(body)})


def read_book(data: bytes) -> SlotBook:
    """Raises ValueError where the bytes are damaged or of another format."""
    try:
        body = json.loads(data.decode("utf-8"))
        checksum = body.pop("checksum")
        if checksum != _checksum(body) or body["format"] != FORMAT:
            raise ValueError("checksum or format")
        slots = tuple(
            Slot(
                user=int(one["user"]),
                login=str(one["login"]),
                name=str(one["name"]),
                role=Role(one["role"]),
                kdf=KdfParameters(int(one["kdf"]["memory_kib"]), int(one["kdf"]["time"]), int(one["kdf"]["lanes"])),
                salt=_bytes(one["salt"]),
                public=_bytes(one["public"]),
                private=_bytes(one["private"]),
                box=_bytes(one["box"]),
                signatures=tuple((_bytes(key), _bytes(signature)) for key, signature in one["signatures"]),
            )
            for one in body["slots"]
        )
        return SlotBook(
            str(body["vault"]),
            str(body["kind"]),
            int(body["generation"]),
            slots,
            _bytes(body["recovery"]),
            _bytes(body["recovery_public"]),
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise ValueError(type(problem).__name__) from None


def _checksum(body: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(body)).hexdigest()


def _text(value: bytes) -> str:
    return b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return b64decode(value, validate=True)
