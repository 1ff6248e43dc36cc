"""The bank file inside an AES-256 archive (WinZip AE-2), made and opened in memory."""

from __future__ import annotations

import io
import zipfile
import zlib

import pyzipper

from kyufu_desktop.errors import FileProblem

#: Largest content taken out of an archive, bytes.
MAX_CONTENT = 64 * 1024 * 1024


def seal_file(name: str, data: bytes, password: str) -> bytes:
    """An archive with one member. ``name`` stands in clear in it and must not say anything about a person."""
    if not password:
        raise ValueError("a sealed archive needs a password")
    buffer = io.BytesIO()
    with pyzipper.AESZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode("utf-8"))
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        archive.writestr(name, data)
    return buffer.getvalue()


def open_file(data: bytes, password: str, file: str) -> tuple[str, bytes]:
    """(name, content) of the one member. Raises ``FileProblem`` K-1231 (no such archive), K-1232 (wrong password), K-1233 (damaged)."""
    try:
        with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
            (entry,) = archive.infolist()
            if not entry.flag_bits & 1 or entry.file_size > MAX_CONTENT:
                raise FileProblem("K-1231", "暗号化した書庫ではありません。", file=file, todo="選んだファイルを確かめてください。")
            archive.setpassword(password.encode("utf-8"))
            return entry.filename, archive.read(entry)
    except (ValueError, zipfile.BadZipFile, pyzipper.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError):
        raise FileProblem("K-1233", "書庫が壊れています。", file=file, todo="媒体から読み直してください。") from None
    except RuntimeError:
        # The library's word for a password that does not fit.
        raise FileProblem("K-1232", "パスワードが違うため、書庫を開けません。", file=file, todo="もう一度入力してください。") from None


def verify(data: bytes, password: str, content: bytes) -> bool:
    """Whether the archive refuses a wrong password and gives exactly ``content`` for the right one."""
    try:
        open_file(data, "x" + password, "")
    except FileProblem as refusal:
        if refusal.code != "K-1232":
            return False
    else:
        return False
    try:
        return open_file(data, password, "")[1] == content
    except FileProblem:
        return False
