"""Keys of a vault and the slots that hold them.

Three random 256-bit keys: ``main`` opens the file, ``address`` opens what could betray where a person is, ``audit`` continues the log.
Every member of the staff has a slot with two parts:

* *private*: his Ed25519 and X25519 keys and the list of signing keys he trusts, sealed (AES-256-GCM) under a key that Argon2id makes
  from his passphrase. The associated data binds vault, kind, user, login, name, role, derivation, salt and public keys.
* *box*: the vault's keys that his role may have, sealed to his public key. The associated data binds vault, kind, generation,
  user and role; the box is signed by who made it, and is believed only if the private part trusts that signer.

So keys can be changed when a member leaves, without the passphrases of those who stay, and nobody who can merely write to
the folder can slip another vault under a member of the staff.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kyufu_desktop.domain.staff import Role
from kyufu_desktop.errors import CustodyProblem
from kyufu_desktop.security.approval import Signer, verify_bytes
from kyufu_desktop.security.canonical import canonical
from kyufu_desktop.security.passphrase import passphrase_bytes
from kyufu_desktop.security.recovery_code import code_key
from kyufu_desktop.security.seal import gcm_open, gcm_seal

_BOX = b"slot box v1"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KdfParameters:
    """Argon2id: memory in KiB, passes, lanes. The default takes about 0.4 s and 256 MiB per try."""

    memory_kib: int = 262144
    time: int = 3
    lanes: int = 2

    def values(self) -> dict[str, int]:
        return {"memory_kib": self.memory_kib, "time": self.time, "lanes": self.lanes}


REAL = KdfParameters()
#: What a slot file may ask for at most: a changed file must not make the machine stand still.
_MAX_MEMORY_KIB, _MAX_TIME, _MAX_LANES = 2**22, 20, 16


@dataclass(frozen=True, slots=True, repr=False)
class VaultKeys:
    """The vault's keys. ``address`` is None for roles that must not read where a person is."""

    main: bytes
    address: bytes | None
    audit: bytes

    @staticmethod
    def new() -> VaultKeys:
        return VaultKeys(secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_KEY_BYTES))

    def for_role(self, role: Role) -> VaultKeys:
        """取扱者 and 取扱責任者 have all, 窓口 and 監査 everything but the address key."""
        return self if role in (Role.HANDLER, Role.OFFICER) else replace(self, address=None)

    def __repr__(self) -> str:
        return "<VaultKeys>"


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """What an unlocked member of the staff holds: the vault's keys of his role and his own signing and box seeds."""

    main: bytes
    address: bytes | None
    audit: bytes
    signing: bytes
    box: bytes

    @property
    def keys(self) -> VaultKeys:
        return VaultKeys(self.main, self.address, self.audit)

    def __repr__(self) -> str:
        return "<Keyring>"


@dataclass(frozen=True, slots=True)
class Slot:
    """One member's slot. ``public`` is the Ed25519 key (32 bytes) and the X25519 key (32 bytes)."""

    user: int
    login: str
    name: str
    role: Role
    kdf: KdfParameters
    salt: bytes = field(repr=False)
    public: bytes = field(repr=False)
    private: bytes = field(repr=False)
    box: bytes = field(repr=False, default=b"")
    signatures: tuple[tuple[bytes, bytes], ...] = field(repr=False, default=())
    """(public key, signature over the box) of who made it and of the second person."""


@dataclass(frozen=True, slots=True)
class SlotBook:
    """All slots of one generation. ``recovery`` is sealed under the paper key; ``recovery_public`` is its signing key."""

    vault_id: str
    kind: str
    generation: int
    slots: tuple[Slot, ...]
    recovery: bytes = field(repr=False, default=b"")
    recovery_public: bytes = field(repr=False, default=b"")

    def find(self, login: str) -> Slot | None:
        wanted = login.strip().casefold()
        return next((slot for slot in self.slots if slot.login.casefold() == wanted), None)

    def with_slot(self, slot: Slot) -> SlotBook:
        """The same book with ``slot`` in the place of the one with the same user, or added."""
        return replace(self, slots=tuple(sorted((*(s for s in self.slots if s.user != slot.user), slot), key=lambda s: s.user)))


@dataclass(frozen=True, slots=True, repr=False)
class OpenedSlot:
    """A slot opened by its passphrase. ``kek`` serves to seal the private part again and is dropped with this object."""

    slot: Slot
    keyring: Keyring
    trusted: tuple[bytes, ...]
    kek: bytes

    def __repr__(self) -> str:
        return f"<OpenedSlot {self.slot.user}>"


def derive(passphrase: str, salt: bytes, kdf: KdfParameters) -> bytes:
    """The key of a passphrase (32 bytes, Argon2id)."""
    if not (8 <= kdf.memory_kib <= _MAX_MEMORY_KIB and 1 <= kdf.time <= _MAX_TIME and 1 <= kdf.lanes <= _MAX_LANES):
        raise slots_damaged()
    return hash_secret_raw(passphrase_bytes(passphrase), salt, kdf.time, kdf.memory_kib, kdf.lanes, _KEY_BYTES, Type.ID)


def new_slot(
    book: SlotBook, user: int, login: str, name: str, role: Role, passphrase: str, kdf: KdfParameters, trusted: tuple[bytes, ...]
) -> tuple[Slot, Signer]:
    """A slot without a box, and its owner's signer. ``trusted`` are the signing keys of the officers and of the paper key."""
    signing, box_seed, salt = secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_bytes(16)
    public = Ed25519PrivateKey.from_private_bytes(signing).public_key().public_bytes_raw() + (
        X25519PrivateKey.from_private_bytes(box_seed).public_key().public_bytes_raw()
    )
    bare = Slot(user, login, name, role, kdf, salt, public, b"")
    slot = _seal_private(book, bare, derive(passphrase, salt, kdf), signing, box_seed, (*trusted, public[:32]))
    return slot, Signer(user, signing)


def fill_box(book: SlotBook, slot: Slot, keys: VaultKeys, makers: tuple[Signer, ...]) -> Slot:
    """Seals the keys of the slot's role to its owner for this book's generation, signed by ``makers``."""
    ephemeral = X25519PrivateKey.generate()
    sender = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(slot.public[32:]))
    held = keys.for_role(slot.role)
    body = canonical(
        {"main": held.main.hex(), "audit": held.audit.hex(), "address": held.address.hex() if held.address is not None else None}
    )
    context = _box_context(book, slot)
    box = sender + gcm_seal(_box_key(shared, sender, slot.public[32:]), body, context)
    return replace(slot, box=box, signatures=tuple((maker.public_key, maker.sign_bytes(_BOX, context + box)) for maker in makers))


def open_slot(book: SlotBook, login: str, passphrase: str) -> OpenedSlot:
    """Opens the slot of ``login``.

    Raises CustodyProblem K-1402 where login or passphrase is wrong or the slot was changed, K-1409 where nobody trusted made the box.
    """
    slot = book.find(login)
    if slot is None:
        raise wrong_passphrase()
    kek = derive(passphrase, slot.salt, slot.kdf)
    try:
        private: dict[str, Any] = json.loads(gcm_open(kek, slot.private, _private_context(book, slot)))
    except InvalidTag:
        raise wrong_passphrase() from None
    signing, box_seed = bytes.fromhex(private["signing"]), bytes.fromhex(private["box"])
    trusted = tuple(bytes.fromhex(key) for key in private["trusted"])
    context = _box_context(book, slot)
    if not any(key in trusted and verify_bytes(key, _BOX, context + slot.box, signature) for key, signature in slot.signatures):
        raise _not_trusted()
    try:
        sender = slot.box[:32]
        shared = X25519PrivateKey.from_private_bytes(box_seed).exchange(X25519PublicKey.from_public_bytes(sender))
        held: dict[str, Any] = json.loads(gcm_open(_box_key(shared, sender, slot.public[32:]), slot.box[32:], context))
    except (InvalidTag, ValueError):
        raise _not_trusted() from None
    address = bytes.fromhex(held["address"]) if held["address"] is not None else None
    keyring = Keyring(bytes.fromhex(held["main"]), address, bytes.fromhex(held["audit"]), signing, box_seed)
    return OpenedSlot(slot, keyring, trusted, kek)


def trust(book: SlotBook, opened: OpenedSlot, trusted: tuple[bytes, ...]) -> Slot:
    """The opened slot with another list of trusted signing keys (his own is always among them)."""
    keyring = opened.keyring
    return _seal_private(book, opened.slot, opened.kek, keyring.signing, keyring.box, (*trusted, opened.slot.public[:32]))


def with_passphrase(book: SlotBook, opened: OpenedSlot, passphrase: str, kdf: KdfParameters) -> Slot:
    """The opened slot under a new passphrase; keys and box stay."""
    slot = replace(opened.slot, salt=secrets.token_bytes(16), kdf=kdf)
    kek = derive(passphrase, slot.salt, kdf)
    return _seal_private(book, slot, kek, opened.keyring.signing, opened.keyring.box, opened.trusted)


def fill_recovery(book: SlotBook, keys: VaultKeys, code: str) -> tuple[SlotBook, Signer]:
    """The book with a recovery part for the paper key ``code``, and the paper key's signer (staff id 0)."""
    seed = secrets.token_bytes(32)
    signer = Signer(0, seed)
    book = replace(book, recovery_public=signer.public_key)
    address = keys.address
    assert address is not None, "the paper key opens everything"
    body = canonical({"main": keys.main.hex(), "address": address.hex(), "audit": keys.audit.hex(), "signing": seed.hex()})
    return replace(book, recovery=gcm_seal(code_key(code, book.vault_id), body, _recovery_context(book))), signer


def open_recovery(book: SlotBook, code: str) -> tuple[VaultKeys, Signer]:
    """Raises InputProblem K-1411 on a typing error, CustodyProblem K-1412 where the code belongs to another vault or time."""
    try:
        held: dict[str, str] = json.loads(gcm_open(code_key(code, book.vault_id), book.recovery, _recovery_context(book)))
    except InvalidTag:
        raise CustodyProblem(
            "K-1412",
            "この復旧コードでは保管庫を開けません。",
            todo="いちばん新しい日付の封筒のコードか確かめてください。",
        ) from None
    keys = VaultKeys(bytes.fromhex(held["main"]), bytes.fromhex(held["address"]), bytes.fromhex(held["audit"]))
    return keys, Signer(0, bytes.fromhex(held["signing"]))


def wrong_passphrase() -> CustodyProblem:
    """One sentence for an unknown login, a wrong passphrase and a changed slot."""
    return CustodyProblem(
        "K-1402",
        "ログイン名またはパスフレーズが違います。",
        kept="保管庫は閉じたままです。",
        todo="日本語入力とCapsLockを確かめて、もう一度入れてください。",
    )


def slots_damaged() -> CustodyProblem:
    return CustodyProblem(
        "K-1404",
        "鍵の控えが2つとも壊れています。",
        kept="保管庫の中身には触れていません。",
        todo="フォルダーを変えずに、取扱責任者がバックアップから戻してください。",
    )


def _not_trusted() -> CustodyProblem:
    return CustodyProblem(
        "K-1409",
        "あなたの鍵を、信頼できる取扱責任者が作ったと確かめられません。",
        kept="保管庫は閉じたままです。",
        todo="取扱責任者に知らせ、登録をやり直してもらってください。",
    )


def _seal_private(book: SlotBook, slot: Slot, kek: bytes, signing: bytes, box_seed: bytes, trusted: tuple[bytes, ...]) -> Slot:
    body = canonical({"signing": signing.hex(), "box": box_seed.hex(), "trusted": sorted({key[:32].hex() for key in trusted})})
    return replace(slot, private=gcm_seal(kek, body, _private_context(book, slot)))


def _private_context(book: SlotBook, slot: Slot) -> bytes:
    return canonical(
        {
            "what": "kyufu slot private v1",
            "vault": book.vault_id,
            "kind": book.kind,
            "user": slot.user,
            "login": slot.login,
            "name": slot.name,
            "role": slot.role.value,
            "kdf": slot.kdf.values(),
            "salt": slot.salt.hex(),
            "public": slot.public.hex(),
        }
    )


def _box_context(book: SlotBook, slot: Slot) -> bytes:
    return canonical(
        {
            "what": "kyufu slot box v1",
            "vault": book.vault_id,
            "kind": book.kind,
            "generation": book.generation,
            "user": slot.user,
            "role": slot.role.value,
        }
    )


def _recovery_context(book: SlotBook) -> bytes:
    return canonical(
        {
            "what": "kyufu recovery v1",
            "vault": book.vault_id,
            "kind": book.kind,
            "generation": book.generation,
            "public": book.recovery_public.hex(),
        }
    )


def _box_key(shared: bytes, sender: bytes, receiver: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, b"kyufu slot box v1\x00" + sender + receiver).derive(shared)
