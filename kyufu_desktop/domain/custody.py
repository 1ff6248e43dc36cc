"""What leaves and comes back: the hand-over ledger (受渡し管理簿) and its rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ExportKind(StrEnum):
    BANK_FILE = "BANK_FILE"
    HOST_STATUS = "HOST_STATUS"
    INQUIRY_TAX = "INQUIRY_TAX"
    INQUIRY_ACCOUNT = "INQUIRY_ACCOUNT"
    EXCLUSION = "EXCLUSION"
    ACCOUNTING = "ACCOUNTING"


EXPORT_LABELS: dict[ExportKind, str] = {
    ExportKind.BANK_FILE: "振込データ",
    ExportKind.HOST_STATUS: "給付状況",
    ExportKind.INQUIRY_TAX: "税照会",
    ExportKind.INQUIRY_ACCOUNT: "口座照会",
    ExportKind.EXCLUSION: "除外一覧",
    ExportKind.ACCOUNTING: "会計への支払明細",
}

EXPORT_FILE_NAMES: dict[ExportKind, str] = {
    ExportKind.BANK_FILE: "transfer.txt",
    ExportKind.HOST_STATUS: "host_status.xlsx",
    ExportKind.INQUIRY_TAX: "inquiry_tax.xlsx",
    ExportKind.INQUIRY_ACCOUNT: "inquiry_account.xlsx",
    ExportKind.EXCLUSION: "exclusion.xlsx",
    ExportKind.ACCOUNTING: "accounting.xlsx",
}


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the ledger: what, how many, which medium, whose hands, when the password went its own way."""

    export_id: int
    kind: ExportKind
    file_name: str
    rows: int
    total: int
    sha256: str
    medium: str
    made_on: date
    maker: str
    handed_over_on: date | None
    receiver: str
    password_on: date | None
    remark: str = ""
    """What the paper says beside the file: 書出しの途中, 書き出していない, 第1回, 第1回（同じ回の再作成）."""


def may_print_password(line: LedgerLine, on: date) -> str | None:
    """None where allowed, else the sentence why not: the password goes on another occasion than the medium, never on the same day."""
    if line.handed_over_on is None:
        return "媒体をまだ渡していません。渡したことを管理簿に入れてください。"
    if line.password_on is not None:
        return "パスワードの通知書は、もう印刷しました。"
    if line.handed_over_on >= on:
        return "媒体を渡した日です。通知書は別の日に渡してください。"
    return None
