"""The envelope of a workbook: ECMA-376 agile encryption (AES-256, SHA-512), made and opened in memory.

Two things are done otherwise than by the library's defaults: the data key is drawn as 32 random bytes (the library draws 16 and pads them
with a constant), and password and integrity are always verified (without that a flipped bit gives wrong text silently).
"""

from __future__ import annotations

import io
import logging
import secrets
import zipfile

import msoffcrypto.exceptions
import olefile  # type: ignore[import-untyped]
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method import ecma376_agile
from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted

from kyufu_desktop.errors import CustodyProblem, FileProblem

#: Largest sealed file taken in, bytes.
MAX_SEALED = 200 * 1024 * 1024
#: Largest spin count that is worked off (1,000,000 is about a second; the format allows 10,000,000).
MAX_SPIN = 1_000_000
SPIN = 100_000

#: 32 symbols without 0/O and 1/I: 5 bits each, 100 bits a password.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
PASSWORD_LENGTH = 20

_ABOVE_MINI_STREAM = 8 + 4096 + 16
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# The parser of the container writes its own opinion of broken files to the log: nothing of a foreign file belongs there.
logging.getLogger("olefile").setLevel(logging.CRITICAL)
logging.getLogger("msoffcrypto").setLevel(logging.CRITICAL)


def seal(workbook: bytes, password: str) -> bytes:
    """The workbook in an agile envelope under ``password``, with a data key of 32 random bytes."""
    if not password:
        raise ValueError("a sealed workbook needs a password")
    agile = ecma376_agile.ECMA376Agile
    info, _ = agile.generate_encryption_parameters(password, None, SPIN)
    holder = info.encryptedKey
    digest = agile._derive_iterated_hash_from_password(password, holder.saltValue, holder.hashName, info.spinCount).digest()
    wrapping_key = agile._derive_encryption_key(digest, ecma376_agile.blkKey_encryptedKeyValue, holder.hashName, holder.keyBits)
    data_key = secrets.token_bytes(holder.keyBits // 8)
    info.encryptedKeyValue = ecma376_agile._encrypt_aes_cbc(data_key, wrapping_key, holder.saltValue)
    payload = agile.encrypt_payload(io.BytesIO(workbook), holder, data_key, info.keyData.saltValue)
    # A stream of 4,096 bytes or less would have to lie in the container's mini stream, where the library puts it wrongly (real workbooks
    # are larger). The length field of the package says how much of it counts, and the integrity value covers the filling as well.
    payload += secrets.token_bytes(max(0, _ABOVE_MINI_STREAM - len(payload)))
    description = agile.get_encryption_information(info, payload, data_key)
    sealed = io.BytesIO()
    ECMA376Encrypted(payload, description).write_to(sealed)
    return sealed.getvalue()


def open_sealed(data: bytes, password: str, file: str) -> bytes:
    """The workbook inside. Raises ``FileProblem`` K-1201 (no workbook), K-1202 (not encrypted), K-1203 (wrong password), K-1204 (damaged),
    K-1205 (another kind of encryption). ``file`` is the name shown in the sentence."""
    _check_outside(data, file)
    office = _container(data, file)
    try:
        office.load_key(password=password, verify_password=True)
    except msoffcrypto.exceptions.InvalidKeyError:
        raise FileProblem(
            "K-1203",
            "パスワードが違うため、ファイルを開けません。",
            file=file,
            todo="パスワード通知書を見て、もう一度入力してください。",
        ) from None
    except Exception:  # noqa: BLE001 - whatever a parser says of a broken file
        raise _damaged(file) from None
    plain = io.BytesIO()
    try:
        office.decrypt(plain, verify_integrity=True)
    except Exception:  # noqa: BLE001
        raise _damaged(file) from None
    return plain.getvalue()


def verify(data: bytes, password: str, plain: bytes) -> None:
    """Prove that ``data`` (read back from the medium) is ``plain``, sealed: agile, a wrong password refused, the right one opens it.

    Raises ``CustodyProblem`` K-1206.
    """
    wrong = "x" + password
    try:
        open_sealed(data, wrong, "")
    except FileProblem as refusal:
        refused = refusal.code == "K-1203"
    else:
        refused = False
    try:
        same = refused and open_sealed(data, password, "") == plain
    except FileProblem:
        same = False
    if not same:
        raise CustodyProblem(
            "K-1206",
            "書き込んだファイルが、暗号化した内容と一致しません。",
            kept="渡してよいファイルはできていません。",
            todo="媒体を替えて、もう一度書き出してください。",
        )


def generate_password() -> str:
    """A password of 20 symbols (100 bits) of :data:`ALPHABET`."""
    return "".join(secrets.choice(ALPHABET) for _ in range(PASSWORD_LENGTH))


def grouped(password: str) -> str:
    """The password in groups of four, for the notice that is read by people: ``ABCD EFGH ...``."""
    return " ".join(password[at : at + 4] for at in range(0, len(password), 4))


def _check_outside(data: bytes, file: str) -> None:
    if len(data) > MAX_SEALED:
        raise FileProblem("K-1207", "ファイルが大きすぎます。", file=file, todo="ホスト担当に、分けて渡すよう頼んでください。")
    if zipfile.is_zipfile(io.BytesIO(data)) and not data.startswith(_OLE):
        raise FileProblem(
            "K-1202",
            "ファイルが暗号化されていません。",
            file=file,
            todo="暗号化したファイルを、ホスト担当から受け取り直してください。",
        )
    if not data.startswith(_OLE):
        raise FileProblem(
            "K-1201",
            "エクセルのファイルではありません。",
            file=file,
            todo="選んだファイルを確かめてください。",
        )


def _container(data: bytes, file: str) -> OOXMLFile:
    """The opened container, of the agile kind only: the older kind has no integrity value."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if not (ole.exists("EncryptionInfo") and ole.exists("EncryptedPackage")):
                raise FileProblem(
                    "K-1201",
                    "暗号化したエクセルのファイル（.xlsx）ではありません。",
                    file=file,
                    todo="選んだファイルを確かめてください。",
                )
            description = ole.openstream("EncryptionInfo").read(65536)
        if description[:4] != b"\x04\x00\x04\x00":
            if description[2:4] not in {b"\x02\x00", b"\x03\x00"}:
                raise _damaged(file)
            raise FileProblem(
                "K-1205",
                "古い方式で暗号化されたファイルです。",
                file=file,
                todo="新しいエクセル（AES-256）で暗号化したファイルを受け取り直してください。",
            )
        if b"<!" in description or len(description) >= 65536:
            raise _damaged(file)
        office = OOXMLFile(io.BytesIO(data))
        if office.info["spinValue"] > MAX_SPIN:
            raise _damaged(file)
    except FileProblem:
        raise
    except Exception:  # noqa: BLE001 - a dozen kinds of exceptions, which all mean the same to a clerk
        raise _damaged(file) from None
    return office


def _damaged(file: str) -> FileProblem:
    return FileProblem(
        "K-1204",
        "ファイルが壊れているか、書き換えられています。",
        file=file,
        todo="媒体から読み直すか、ホスト担当から受け取り直してください。",
    )
