"""The bank file: 総合振込 of the Japanese Bankers Association, records of 120 bytes, JIS X 0201 half width, byte for byte.

One header, the transfers, one trailer (count and total), one end record. Numbers are right-aligned with zeros, texts left-aligned with
blanks. What differs between banks (39-42, 91, EDI, 112, length of names, line ends, end mark) is a setting of the programme.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kyufu_desktop.domain.payment import Transfer
from kyufu_desktop.domain.programme import BankSettings
from kyufu_desktop.errors import FileProblem, InputProblem

RECORD = 120
#: Letters that every bank takes; the small kana, the long mark and ｦ are not among them.
_NAME = re.compile(r"[ｱ-ﾝﾞﾟA-Z0-9 ().,/\-]*")
_PLACE = re.compile(r"[ｱ-ﾝﾞﾟA-Z0-9 \-]*")
#: Our own opaque number; EDI information takes no comma anyway.
_REFERENCE = re.compile(r"[A-Z0-9 \-]*")
_DIGITS = re.compile("[0-9]+")
_KINDS = frozenset({"1", "2", "4", "9"})


def encode(settings: BankSettings, transfers: Sequence[Transfer], transfer_on: date) -> bytes:
    """The whole file. Raises ``InputProblem`` naming the field of what cannot be sent, and ValueError for an empty batch.

    The month and day only are in the file (positions 55-58): the day must be checked to be a business day before.
    """
    if not transfers:
        raise ValueError("a bank file needs at least one transfer")
    if len(transfers) > 999_999:
        raise ValueError("more transfers than the trailer can count")
    if settings.clearing_filler not in {"0000", "    "}:
        raise InputProblem("K-1242", "clearing_filler", "39から42桁目の設定が正しくありません。", todo="制度の設定を確かめてください。")
    total = sum(transfer.amount for transfer in transfers)
    records = [_header(settings, transfer_on)]
    records += [_transfer(settings, transfer) for transfer in transfers]
    records.append("8" + _n(len(transfers), 6, "count") + _n(total, 12, "amount") + " " * 101)
    records.append("9" + " " * 119)
    data = "".join(record + settings.line_end for record in records).encode("cp932")
    # Every letter that passed is one byte; a record of another length would shift all that follow it.
    if any(len(record) != RECORD for record in records) or len(data) != len(records) * (RECORD + len(settings.line_end)):
        raise ValueError("a record of the bank file is not 120 bytes")
    return data + (b"\x1a" if settings.end_mark else b"")


def totals(data: bytes) -> tuple[int, int]:
    """(count, total in yen) counted again from the transfers of the finished bytes, and compared with the trailer.

    Raises ``FileProblem`` K-1241 where structure, trailer or order of the records is wrong.
    """
    records = _records(data)
    kinds = b"".join(record[:1] for record in records)
    if not re.fullmatch(b"12+89", kinds):
        raise _broken()
    amounts = [_amount(record[80:90]) for record in records[1:-2]]
    trailer = records[-2]
    if (_amount(trailer[1:7]), _amount(trailer[7:19])) != (len(amounts), sum(amounts)):
        raise _broken()
    return len(amounts), sum(amounts)


def _header(settings: BankSettings, transfer_on: date) -> str:
    if settings.code_type != "0":
        raise InputProblem(
            "K-1242",
            "code_type",
            "EBCDIC（コード区分1）の振込データは作れません。",
            todo="JISコード（0）で受け取れるか、銀行に確かめてください。",
        )
    return (
        "1210"
        + _n(settings.client_code, 10, "client_code")
        + _c(settings.client_name, 40, "client_name", _NAME)
        + f"{transfer_on.month:02}{transfer_on.day:02}"
        + _n(settings.bank_code, 4, "bank_code")
        + _c(settings.bank_name, 15, "bank_name", _PLACE)
        + _n(settings.branch_code, 3, "branch_code")
        + _c(settings.branch_name, 15, "branch_name", _PLACE)
        + _kind(settings.account_kind, "account_kind")
        + _n(settings.account_number, 7, "account_number")
        + " " * 17
    )


def _transfer(settings: BankSettings, transfer: Transfer) -> str:
    account = transfer.account
    if transfer.amount <= 0:
        raise InputProblem("K-1242", "amount", "振込額が1円より少ない支払があります。", todo="支払を取り消して、作り直してください。")
    return (
        "2"
        + _n(account.bank, 4, "bank")
        + _c(transfer.bank_kana, 15, "bank_kana", _PLACE)
        + _n(account.branch, 3, "branch")
        + _c(transfer.branch_kana, 15, "branch_kana", _PLACE)
        + settings.clearing_filler
        + _kind(account.kind, "kind")
        + _n(account.number, 7, "number")
        + _c(account.holder, 30, "holder", _NAME)[: settings.holder_length].ljust(30)
        + _n(transfer.amount, 10, "amount")
        + ("1" if settings.new_code == "1" and transfer.first else "0")
        + _c(transfer.reference, 20, "reference", _REFERENCE)
        + (settings.transfer_kind or " ")[:1]
        + ("Y" if settings.edi else " ")
        + " " * 7
    )


def _n(value: str | int, length: int, field: str) -> str:
    digits = str(value)
    if not _DIGITS.fullmatch(digits) or len(digits) > length:
        raise InputProblem("K-1242", field, f"{length}桁までの数字でない項目があります。", todo="口座と制度の設定を確かめてください。")
    return digits.rjust(length, "0")


def _c(value: str, length: int, field: str, allowed: re.Pattern[str]) -> str:
    if not allowed.fullmatch(value) or len(value) > length:
        raise InputProblem(
            "K-1242",
            field,
            f"銀行へ送れない文字があるか、{length}文字を超える項目があります。",
            todo="名義と制度の設定を確かめてください。",
        )
    return value.ljust(length)


def _kind(value: str, field: str) -> str:
    if value not in _KINDS:
        raise InputProblem("K-1242", field, "預金種目が1、2、4、9のどれでもありません。", todo="口座を確かめてください。")
    return value


def _records(data: bytes) -> list[bytes]:
    stripped = data.replace(b"\r\n", b"").removesuffix(b"\x1a")
    if not stripped or len(stripped) % RECORD:
        raise _broken()
    return [stripped[at : at + RECORD] for at in range(0, len(stripped), RECORD)]


def _amount(digits: bytes) -> int:
    if not re.fullmatch(b"[0-9]+", digits):
        raise _broken()
    return int(digits)


def _broken() -> FileProblem:
    return FileProblem(
        "K-1241",
        "振込データの件数または合計が、中身と一致しません。",
        file="transfer.txt",
        kept="送ってよいデータはできていません。",
        todo="振込データを作り直してください。",
    )
