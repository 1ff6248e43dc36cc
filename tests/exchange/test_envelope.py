"""The envelope: a full random key, every wrong password and every flipped bit noticed, each fault its own sentence."""

from __future__ import annotations

import io
import os
import random
import zipfile

import olefile
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.ecma376_agile import ECMA376Agile

from kyufu_desktop.errors import CustodyProblem, FileProblem
from kyufu_desktop.exchange import envelope, raw_workbook

PASSWORD = "ABCD2345EFGH6789JKLM"


@pytest.fixture(scope="module")
def plain():
    return raw_workbook.write([("表紙", ["項目", "値"], [["秘匿の氏名", f"値{number}"] for number in range(400)])])


@pytest.fixture(scope="module")
def sealed(plain):
    return envelope.seal(plain, PASSWORD)


def code_of(data, password=PASSWORD):
    with pytest.raises(FileProblem) as problem:
        envelope.open_sealed(data, password, "a.xlsx")
    return problem.value.code


def test_sealed_workbook_opens_with_its_password_only(plain, sealed):
    assert envelope.open_sealed(sealed, PASSWORD, "a.xlsx") == plain
    assert code_of(sealed, "x" + PASSWORD) == "K-1203"
    assert code_of(sealed, "") == "K-1204"


@pytest.mark.parametrize("password", ["Pass-日本7391", "abc", "x" * 255, "ﾊﾟｽﾜｰﾄﾞ１２３", "𠮷野家"])
def test_passwords_of_any_letters_work(plain, password):
    assert envelope.open_sealed(envelope.seal(plain, password), password, "a.xlsx") == plain


def test_nothing_of_the_workbook_stands_in_clear(sealed):
    assert "秘匿".encode() not in sealed and b"worksheet" not in sealed and b"PK\x03\x04" not in sealed


def test_data_key_is_thirty_two_random_bytes(plain):
    keys = set()
    for _ in range(3):
        office = OOXMLFile(io.BytesIO(envelope.seal(plain, PASSWORD)))
        info = office.info
        key = ECMA376Agile.makekey_from_password(
            PASSWORD,
            info["passwordSalt"],
            info["passwordHashAlgorithm"],
            info["encryptedKeyValue"],
            info["spinValue"],
            info["passwordKeyBits"],
        )
        assert len(key) == 32 and len(set(key[16:])) > 4, "the second half is a constant"
        keys.add(key)
    assert len(keys) == 3


@pytest.mark.parametrize("size", [0, 100, 3000, 4040, 4070, 4080, 4096, 5000, 7_150_000, 9_000_000])
def test_workbooks_of_every_size_survive_the_container(size):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("part", os.urandom(size))
    assert envelope.open_sealed(envelope.seal(buffer.getvalue(), PASSWORD), PASSWORD, "a.xlsx") == buffer.getvalue()


def test_every_kind_of_wrong_file_has_its_own_sentence(plain, sealed):
    assert code_of(plain) == "K-1202"
    assert code_of(b"") == "K-1201"
    assert code_of("住民番号,氏名\n".encode("cp932")) == "K-1201"
    assert code_of(sealed[:8] + b"\0" * 2000) == "K-1204"


@pytest.mark.parametrize("part", range(1, 20))
def test_truncated_file_is_refused(sealed, part):
    assert code_of(sealed[: len(sealed) * part // 20]) in {"K-1201", "K-1204"}


def test_flipped_bits_are_noticed_or_harmless(plain, sealed):
    chance = random.Random(5)
    refused = 0
    for _ in range(30):
        position = chance.randrange(len(sealed) * 8)
        spoiled = bytearray(sealed)
        spoiled[position // 8] ^= 1 << position % 8
        try:
            assert envelope.open_sealed(bytes(spoiled), PASSWORD, "a.xlsx") == plain, "wrong text, and nobody noticed"
        except FileProblem:
            refused += 1
    assert refused >= 15


def test_every_bit_flipped_in_the_package_itself_is_refused(plain, sealed):
    with olefile.OleFileIO(io.BytesIO(sealed)) as container:
        package = container.openstream("EncryptedPackage").read()
    start = sealed.index(package[:64])
    chance = random.Random(6)
    for _ in range(12):
        spoiled = bytearray(sealed)
        spoiled[start + chance.randrange(8, len(package))] ^= 1 << chance.randrange(8)
        assert code_of(bytes(spoiled)) == "K-1204"


def test_other_kind_of_encryption_is_refused(sealed):
    with olefile.OleFileIO(io.BytesIO(sealed)) as container:
        info = container.openstream("EncryptionInfo").read()
    assert code_of(sealed.replace(info[:8], b"\x04\x00\x02\x00\x24\x00\x00\x00", 1)) == "K-1205"


def test_description_with_entities_or_endless_rounds_is_refused(sealed):
    assert code_of(sealed.replace(b'spinCount="100000"', b'spinCount="999999"'.ljust(18), 1)) in {"K-1203", "K-1204"}
    assert code_of(sealed.replace(b'spinCount="100000"', b'spinCount="9999999', 1)) == "K-1204"
    assert code_of(sealed.replace(b"<?xml", b"<!ENT", 1)) == "K-1204"


def test_read_back_proves_the_file_or_refuses_it(plain, sealed):
    envelope.verify(sealed, PASSWORD, plain)
    for data, password, content in ((plain, PASSWORD, plain), (sealed, "y" + PASSWORD, plain), (sealed, PASSWORD, plain + b"x")):
        with pytest.raises(CustodyProblem):
            envelope.verify(data, password, content)


def test_passwords_are_twenty_symbols_that_nobody_misreads():
    passwords = {envelope.generate_password() for _ in range(200)}
    assert len(passwords) == 200
    assert all(len(password) == 20 and set(password) <= set(envelope.ALPHABET) for password in passwords)
    assert len(envelope.ALPHABET) == 32 and not set(envelope.ALPHABET) & set("0O1I")
    assert envelope.grouped("ABCD2345EFGH6789JKLM") == "ABCD 2345 EFGH 6789 JKLM"
