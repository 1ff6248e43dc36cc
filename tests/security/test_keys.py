from __future__ import annotations

import time
from dataclasses import replace

import pytest

from kyufu_desktop.domain.staff import Role
from kyufu_desktop.errors import CustodyProblem, InputProblem
from kyufu_desktop.security import keys
from kyufu_desktop.security.keys import REAL, KdfParameters, Slot, SlotBook, VaultKeys
from kyufu_desktop.security.recovery_code import new_code
from kyufu_desktop.security.slot_file import read_book, write_book

CHEAP = KdfParameters(8, 1, 1)
PASS = "こぶし 公園 みずうみ 汽車 ひつじ"


def _book(role: Role = Role.HANDLER, kdf: KdfParameters = CHEAP) -> tuple[SlotBook, VaultKeys, str]:
    held, code = VaultKeys.new(), new_code()
    book, paper = keys.fill_recovery(SlotBook("vault-1", "real", 1, ()), held, code)
    for user, login in ((1, "aoki"), (2, "baba")):
        slot, signer = keys.new_slot(book, user, login, "青木" if user == 1 else "馬場", role, PASS, kdf, (paper.public_key,))
        book = book.with_slot(keys.fill_box(book, slot, held, (paper,)))
        assert signer.public_key == slot.public[:32]
    return book, held, code


def _fails(book: SlotBook, login: str = "aoki", passphrase: str = PASS) -> str:
    with pytest.raises(CustodyProblem) as caught:
        keys.open_slot(book, login, passphrase)
    return caught.value.code


def _flipped(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


def test_right_passphrase_opens_all_keys_and_composition_of_kana_does_not_matter() -> None:
    book, held, _ = _book()
    decomposed = PASS.replace("が", "か\u3099").replace("ぶ", "ふ\u3099").replace("づ", "つ\u3099")
    assert decomposed != PASS
    assert keys.open_slot(book, " AOKI ", decomposed).keyring.keys == held


@pytest.mark.parametrize("passphrase", ["", "x", PASS[:-1], PASS + " ", "あ" * 255])
def test_wrong_passphrase_has_one_sentence(passphrase: str) -> None:
    assert _fails(_book()[0], passphrase=passphrase) == "K-1402"
    assert _fails(_book()[0], login="nobody") == "K-1402"


@pytest.mark.parametrize("role", [Role.COUNTER, Role.AUDITOR])
def test_counter_and_auditor_never_hold_the_address_key(role: Role) -> None:
    book, held, _ = _book(role)
    opened = keys.open_slot(book, "aoki", PASS).keyring
    assert opened.address is None
    assert (opened.main, opened.audit) == (held.main, held.audit)


def test_no_single_changed_bit_of_a_slot_opens() -> None:
    book, _, _ = _book()
    slot = book.slots[0]
    tried = 0
    for name in ("private", "box", "salt", "public"):
        value = getattr(slot, name)
        for bit in range(0, len(value) * 8, 3):
            _fails(book.with_slot(replace(slot, **{name: _flipped(value, bit)})))
            tried += 1
    for bit in range(0, 512, 3):
        key, signature = slot.signatures[0]
        _fails(book.with_slot(replace(slot, signatures=((key, _flipped(signature, bit)),))))
        tried += 1
    assert tried > 900


@pytest.mark.parametrize(
    "change",
    [
        {"role": Role.OFFICER},
        {"name": "別人"},
        {"user": 9},
        {"kdf": KdfParameters(8, 2, 1)},
        {"kdf": KdfParameters(2**23, 1, 1)},
    ],
)
def test_role_name_user_or_derivation_cannot_be_changed(change: dict[str, object]) -> None:
    book, _, _ = _book(Role.COUNTER)
    changed = replace(book.slots[0], **change)  # type: ignore[arg-type]
    _fails(replace(book, slots=(changed, book.slots[1])))


def test_private_part_or_box_of_another_user_generation_kind_or_vault_does_not_open() -> None:
    book, held, _ = _book()
    first, second = book.slots
    _fails(book.with_slot(replace(first, private=second.private)))
    _fails(book.with_slot(replace(first, box=second.box, signatures=second.signatures)))
    for other in (replace(book, generation=2), replace(book, kind="practice"), replace(book, vault_id="vault-2")):
        _fails(other)
    del held


def test_keys_slipped_in_by_somebody_untrusted_are_refused() -> None:
    """Whoever can write to the folder could otherwise put a vault of his own under a member of the staff."""
    book, _, _ = _book()
    _, stranger = keys.new_slot(book, 7, "evil", "悪", Role.OFFICER, PASS, CHEAP, ())
    forged = keys.fill_box(book, book.slots[0], VaultKeys.new(), (stranger,))
    assert _fails(book.with_slot(forged)) == "K-1409"


def test_recovery_code_opens_and_every_typing_error_is_found() -> None:
    book, held, code = _book()
    assert keys.open_recovery(book, code.lower().replace("-", " "))[0] == held
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    for position, old in enumerate(code):
        if old == "-":
            continue
        wrong = code[:position] + letters[(letters.index(old) + 1) % 32] + code[position + 1 :]
        with pytest.raises(InputProblem) as caught:
            keys.open_recovery(book, wrong)
        assert caught.value.code == "K-1411"
    with pytest.raises(CustodyProblem) as other:
        keys.open_recovery(book, new_code())
    assert other.value.code == "K-1412"


def test_slot_file_round_trips_and_every_damage_is_told_apart() -> None:
    book, _, _ = _book()
    data = write_book(book)
    assert read_book(data) == book
    for bit in range(0, len(data) * 8, 41):
        with pytest.raises(ValueError):
            read_book(_flipped(data, bit))
    for length in range(0, len(data), 97):
        with pytest.raises(ValueError):
            read_book(data[:length])


def test_representations_hide_every_key() -> None:
    book, held, _ = _book()
    opened = keys.open_slot(book, "aoki", PASS)
    shown = f"{opened!r}{opened.keyring!r}{held!r}{book!r}{opened.slot!r}"
    for secret in (held.main, held.audit, opened.keyring.signing, opened.kek, book.slots[0].private):
        assert secret.hex() not in shown
        assert repr(secret)[2:-1] not in shown


def test_new_passphrase_replaces_the_old_one() -> None:
    book, held, _ = _book()
    changed = keys.with_passphrase(book, keys.open_slot(book, "aoki", PASS), "まったく別の長いことばを使います", CHEAP)
    book = book.with_slot(changed)
    assert _fails(book) == "K-1402"
    assert keys.open_slot(book, "aoki", "まったく別の長いことばを使います").keyring.keys == held
    assert isinstance(changed, Slot)


def test_real_parameters_cost_what_is_promised() -> None:
    book, held, _ = _book(kdf=REAL)
    assert REAL.memory_kib >= 256 * 1024
    start = time.perf_counter()
    assert keys.open_slot(book, "aoki", PASS).keyring.keys == held
    assert time.perf_counter() - start >= 0.15
