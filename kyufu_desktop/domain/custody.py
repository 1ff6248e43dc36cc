"""What leaves and comes back: the hand-over ledger (受渡し管理簿), return and erasure of media (返却・消去), and their rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from kyufu_desktop.domain.names import folded
from kyufu_desktop.errors import InputProblem


class ExportKind(StrEnum):
    BANK_FILE = "BANK_FILE"
    HOST_STATUS = "HOST_STATUS"
    INQUIRY_TAX = "INQUIRY_TAX"
    INQUIRY_ACCOUNT = "INQUIRY_ACCOUNT"
    EXCLUSION = "EXCLUSION"
    READING_TEXT = "READING_TEXT"
    ACCOUNTING = "ACCOUNTING"


EXPORT_LABELS: dict[ExportKind, str] = {
    ExportKind.BANK_FILE: "振込データ",
    ExportKind.HOST_STATUS: "給付状況",
    ExportKind.INQUIRY_TAX: "税照会",
    ExportKind.INQUIRY_ACCOUNT: "口座照会",
    ExportKind.EXCLUSION: "除外一覧",
    ExportKind.READING_TEXT: "読み上げ文",
    ExportKind.ACCOUNTING: "会計への支払明細",
}

EXPORT_FILE_NAMES: dict[ExportKind, str] = {
    ExportKind.BANK_FILE: "transfer.txt",
    ExportKind.HOST_STATUS: "host_status.xlsx",
    ExportKind.INQUIRY_TAX: "inquiry_tax.xlsx",
    ExportKind.INQUIRY_ACCOUNT: "inquiry_account.xlsx",
    ExportKind.EXCLUSION: "exclusion.xlsx",
    ExportKind.READING_TEXT: "reading_text.zip",
    ExportKind.ACCOUNTING: "accounting.xlsx",
}


class ErasureMethod(StrEnum):
    """What was done; whether nothing can be read any more is not claimed (a flash medium keeps old blocks when it is overwritten)."""

    DESTROYED = "DESTROYED"
    OVERWRITTEN = "OVERWRITTEN"
    KEY_DISCARDED = "KEY_DISCARDED"
    RECEIVER = "RECEIVER"
    RECEIVER_KEEPS = "RECEIVER_KEEPS"
    """As RECEIVER, and the medium does not come back: the receiver's report came in its place."""


METHOD_LABELS: dict[ErasureMethod, str] = {
    ErasureMethod.DESTROYED: "媒体を物理的に破壊",
    ErasureMethod.OVERWRITTEN: "消去用の機器で上書き",
    ErasureMethod.KEY_DISCARDED: "暗号鍵（パスワード）の破棄",
    ErasureMethod.RECEIVER: "受領者が消去し報告書を受領",
    ErasureMethod.RECEIVER_KEEPS: "受領者が消去し報告書を受領（媒体は返らない）",
}

#: Done by the receiver: the day is that of his report, and may lie before the return.
BY_RECEIVER = frozenset({ErasureMethod.RECEIVER, ErasureMethod.RECEIVER_KEEPS})
_KEPT = "管理簿には、まだ何も書いていません。"
#: A name of one character is told apart from nobody.
_LEAST_NAME = 2


@dataclass(frozen=True, slots=True)
class Span:
    """Days from-to, both counted; None = open."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the ledger: what, how many, which medium, whose hands, when the password went its own way, how it ended.

    ``returned_on`` is None too where the medium does not come back (:attr:`ErasureMethod.RECEIVER_KEEPS`); ``reported_on`` is the day on
    which the receiver's report came then.
    """

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
    bag: str = ""
    sealed: bool = True
    """False: written as it is (a bank file by setting); then there is no password."""
    returned_on: date | None = None
    reported_on: date | None = None
    erased_on: date | None = None
    method: ErasureMethod | None = None
    witness: str = field(default="", repr=False)
    erased_by: str = ""
    """Who entered the erasure; of a receiver's erasure it was the receiver who did it."""

    @property
    def eraser(self) -> str:
        """Whose hands erased."""
        return self.receiver if self.method in BY_RECEIVER else self.erased_by


def may_print_password(line: LedgerLine, on: date) -> str | None:
    """None where allowed, else the sentence why not: the password goes on another occasion than the medium, never on the same day."""
    if line.handed_over_on is None:
        return "媒体をまだ渡していません。渡したことを管理簿に入れてください。"
    if line.password_on is not None:
        return "パスワードの通知書は、もう印刷しました。"
    if line.erased_on is not None:
        return "このファイルは、消去が済んでいます。"
    if line.handed_over_on >= on:
        return "媒体を渡した日です。通知書は別の日に渡してください。"
    return None


def return_due(handed_over_on: date, days: int) -> date:
    """The last day on which the medium may come back."""
    return handed_over_on + timedelta(days=days)


def due_of(line: LedgerLine, days: int) -> date | None:
    """Until when the medium is waited for; None where it was not handed over or is not waited for any more."""
    if line.handed_over_on is None or line.returned_on is not None or line.erased_on is not None:
        return None
    return return_due(line.handed_over_on, days)


def is_overdue(line: LedgerLine, days: int, on: date) -> bool:
    due = due_of(line, days)
    return due is not None and due < on


def methods_for(line: LedgerLine) -> tuple[ErasureMethod, ...]:
    """How the data of a line can have been erased: by us only what came back, and a key only where there is one."""
    if line.returned_on is None:
        return (ErasureMethod.RECEIVER_KEEPS,)
    ours = [ErasureMethod.DESTROYED, ErasureMethod.OVERWRITTEN, ErasureMethod.KEY_DISCARDED, ErasureMethod.RECEIVER]
    return tuple(method for method in ours if line.sealed or method is not ErasureMethod.KEY_DISCARDED)


def check_return(line: LedgerLine, returned_on: date, today: date) -> None:
    """Raises InputProblem("returned_on") K-1480: in the future, or before the hand-over."""
    if returned_on > today:
        raise _problem("returned_on", "返してもらった日が、今日より後です。", "実際に返ってきた日を入れてください。")
    if line.handed_over_on is not None and returned_on < line.handed_over_on:
        raise _problem("returned_on", "返してもらった日が、渡した日より前です。", "管理簿の渡した日を見て、入れ直してください。")


def check_erasure(line: LedgerLine, method: ErasureMethod, erased_on: date, reported_on: date | None, today: date) -> None:
    """Raises InputProblem K-1480 ("method", "erased_on", "reported_on") where the days or the method cannot be.

    What we erase has come back before. What the receiver erased lies between hand-over and report; the report is asked for only where the
    medium itself does not come back.
    """
    if method not in methods_for(line):
        raise _problem("method", "この媒体には、この方法は選べません。", "一覧にある方法から選んでください。")
    if erased_on > today:
        raise _problem("erased_on", "消去した日が、今日より後です。", "実際に消去した日を入れてください。")
    if method in BY_RECEIVER:
        if line.handed_over_on is not None and erased_on < line.handed_over_on:
            raise _problem("erased_on", "消去した日が、渡した日より前です。", "受領者の報告書にある日を入れてください。")
    elif line.returned_on is not None and erased_on < line.returned_on:
        raise _problem("erased_on", "消去した日が、返してもらった日より前です。", "実際に消去した日を入れてください。")
    if method is ErasureMethod.RECEIVER_KEEPS and (reported_on is None or not erased_on <= reported_on <= today):
        raise _problem("reported_on", "報告書を受け取った日は、消去した日から今日までのはずです。", "受け取った日を入れてください。")


def check_witness(witness: str, recorder: str) -> str:
    """The name without blanks around it.

    Raises InputProblem("witness") K-1481 where it is missing or cannot be told from who records: beside "佐藤 主事" both "佐藤" and
    "総務課 佐藤 主事" may be the same person.
    """
    name = witness.strip()
    if len(folded(name)) < _LEAST_NAME:
        raise InputProblem("K-1481", "witness", "立ち会った人の名前がありません。", kept=_KEPT, todo="所属と氏名を入れてください。")
    one, other = folded(name), folded(recorder)
    if one in other or other in one:
        raise InputProblem(
            "K-1481",
            "witness",
            "記録する人と区別できません。",
            kept=_KEPT,
            todo="別の人に立ち会ってもらい、その人の所属と氏名を入れてください。",
        )
    return name


def _problem(name: str, happened: str, todo: str) -> InputProblem:
    return InputProblem("K-1480", name, happened, kept=_KEPT, todo=todo)
