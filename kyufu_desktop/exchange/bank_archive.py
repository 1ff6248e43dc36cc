"""A newer list of banks on a medium: a ZIP of ``zengin-code``'s source data, read in memory and believed only within limits.

Nothing of the archive is ever written to a disk; whatever is not the three kinds of files of the form is not even opened.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from kyufu_desktop.errors import Cancelled, FileProblem
from kyufu_desktop.exchange.banks import BankList, Place, half_width, listed

#: Bytes of the archive, of one member unpacked, of all that is read; members in the archive.
MAX_ARCHIVE, MAX_MEMBER, MAX_READ, MAX_MEMBERS = 16 * 1024 * 1024, 2 * 1024 * 1024, 32 * 1024 * 1024, 6000
#: A list with fewer of the banks or branches that are known today is not the whole list.
LEAST_SHARE = 0.8

_BANKS = re.compile(r"((?:[A-Za-z0-9._-]{1,80}/){0,3})data/banks\.json")
_LONGEST = 40
_KANA = re.compile(r"[ｱ-ﾝﾞﾟA-Z0-9\-]{1,15}")
_FORM = "data/banks.json と data/branches と data/updated_at の入った書庫を選んでください。"


def read_archive(data: bytes, file: str, present: BankList, today: date | None, progress: Callable[[int, int], None]) -> BankList:
    """The list in the archive. ``present``: the one that counts now, which it must be newer than and not much shorter.

    ``today`` None: a list of a later day is taken too; in a practice vault the clock may stand years ago. ``progress`` may raise
    ``Cancelled``. Raises ``FileProblem`` K-1261 (no such archive, or one that must not be trusted), K-1262 (its files are not of the
    form), K-1263 (not newer), K-1264 (not the whole list).
    """
    if len(data) > MAX_ARCHIVE:
        raise _problem("K-1261", f"書庫が大きすぎます。{MAX_ARCHIVE // 1024 // 1024}MBまでです。", file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(_Members(archive, file), file, present, today, progress)
    except (FileProblem, Cancelled):
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError, OSError):
        raise _problem("K-1261", "書庫が壊れているか、読めない形です。", file) from None


class _Members:
    """The members of an archive that may be read, and how much was read so far."""

    def __init__(self, archive: zipfile.ZipFile, file: str) -> None:
        infos = archive.infolist()
        names = [info.filename for info in infos]
        if len(infos) > MAX_MEMBERS or len(set(names)) != len(names):
            raise _problem("K-1261", "書庫に、同じ名前か多すぎるファイルがあります。", file)
        if any("\\" in name or name.startswith("/") or ".." in name.split("/") or ":" in name for name in names):
            raise _problem("K-1261", "書庫に、あってはならない名前のファイルがあります。", file)
        self._archive, self._file, self._left = archive, file, MAX_READ
        self._infos = {info.filename: info for info in infos}
        found = [match for name in names if (match := _BANKS.fullmatch(name))]
        if len(found) != 1:
            raise _problem("K-1262", "金融機関の一覧の書庫ではありません。", file)
        self._prefix = found[0][1] + "data/"

    def text(self, name: str) -> str:
        info = self._infos.get(self._prefix + name)
        if info is None:
            raise _problem("K-1262", f"書庫に {name} がありません。", self._file)
        if info.flag_bits & 1:
            raise _problem("K-1261", "暗号のかかった書庫は読めません。", self._file)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _problem("K-1261", "書庫の圧縮のしかたが違います。", self._file)
        limit = min(MAX_MEMBER, self._left)
        # What the archive says of a size is not believed: no more than the limit is ever unpacked.
        with self._archive.open(info) as opened:
            read = opened.read(limit + 1)
        if len(read) > limit:
            raise _problem("K-1261", "書庫の中のファイルが大きすぎます。", self._file)
        self._left -= len(read)
        try:
            return read.decode("utf-8")
        except UnicodeDecodeError:
            raise _problem("K-1262", f"{name} の文字が読めません。", self._file) from None

    def table(self, name: str, digits: int) -> dict[str, Place]:
        """One JSON file: code -> entry, every entry with a name and a kana that the bank file can take."""
        try:
            plain = json.loads(self.text(name), object_pairs_hook=_without_twins)
        except (ValueError, RecursionError):
            raise _problem("K-1262", f"{name} が正しい形ではありません。", self._file) from None
        if not isinstance(plain, dict):
            raise _problem("K-1262", f"{name} が正しい形ではありません。", self._file)
        return {code: self._place(code, entry, digits, name) for code, entry in plain.items()}

    def _place(self, code: str, entry: object, digits: int, name: str) -> Place:
        if isinstance(entry, dict) and entry.get("code") == code and re.fullmatch(f"[0-9]{{{digits}}}", code):
            words, kana = entry.get("name"), entry.get("kana")
            if isinstance(words, str) and isinstance(kana, str) and _fits(words) and _fits(kana) and _KANA.fullmatch(half_width(kana)):
                return Place(words, kana)
        raise _problem("K-1262", f"{name} に、コード・名前・カナのそろわない行があります。", self._file)


def _fits(words: str) -> bool:
    return 0 < len(words) <= _LONGEST and words.replace("\u3000", "").isprintable() and words == words.strip()


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key twice")
    return made


def _read(members: _Members, file: str, present: BankList, today: date | None, progress: Callable[[int, int], None]) -> BankList:
    listed_on = _day(members.text("updated_at").strip(), file)
    if today is not None and listed_on > today:
        raise _problem("K-1263", "一覧の日付が、今日よりあとです。", file, "端末の時計と、一覧の日付を確かめてください。")
    if listed_on <= present.listed_on:
        raise _problem("K-1263", "いま使っている一覧より新しくありません。", file, "もっと新しい一覧を選んでください。")
    banks = members.table("banks.json", 4)
    branches: dict[str, Mapping[str, Place]] = {}
    for done, bank in enumerate(sorted(banks)):
        if done % 100 == 0:
            progress(done, len(banks))
        branches[bank] = members.table(f"branches/{bank}.json", 3)
    found = listed(listed_on, banks, branches)
    for words, known, now in zip(("金融機関", "支店"), present.count(), found.count(), strict=True):
        if now < known * LEAST_SHARE:
            raise _problem("K-1264", f"{words}が{now:,}しかありません（いまは{known:,}）。", file, "全部の入った一覧を選んでください。")
    progress(len(banks), len(banks))
    return found


def _day(written: str, file: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{8}", written):
            return date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        raise _problem("K-1262", "一覧の日付（updated_at）がありえない日です。", file) from None
    raise _problem("K-1262", "一覧の日付（updated_at）が読めません。", file)


def _problem(code: str, happened: str, file: str, todo: str = _FORM) -> FileProblem:
    return FileProblem(code, happened, file=file, todo=todo)
