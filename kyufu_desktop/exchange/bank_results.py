"""Results that a bank gives of a transfer file: its own records of 120 bytes with a code in the unused area, or a table (CSV).

There is no standard for it (総合振込 has no result record): where the code stands, what the codes mean and what the columns are called are
settings of the programme. Nothing is repaired: whatever cannot be read refuses the file and is named by its line and field.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.domain.payment_result import PAID_WORD, read_codes
from kyufu_desktop.domain.programme import BankSettings
from kyufu_desktop.domain.values import BankAccount
from kyufu_desktop.errors import CellFinding, FileProblem
from kyufu_desktop.exchange.zengin import RECORD

ZENGIN, TABLE = "ZENGIN", "CSV"
FAILED_WORD = "振込不能"
#: A file of results is small; this is a hundred times the largest batch.
LARGEST = 20_000_000


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """What the file says of one transfer. ``reason`` None = paid; ``amount`` and ``account`` None where the file does not hold them."""

    line: int
    reference: str
    reason: FailureReason | None
    amount: int | None = None
    account: BankAccount | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class BankAnswers:
    form: str
    answers: tuple[BankAnswer, ...]
    month_day: tuple[int, int] | None = None
    """Transfer day of the header; a table has none."""


def read(data: bytes, file_name: str, settings: BankSettings) -> BankAnswers:
    """The answers in the order of the file. Raises ``FileProblem`` K-1270 (neither form), K-1271 (with every faulty line and field)."""
    plain = data.replace(b"\r", b"").replace(b"\n", b"").removesuffix(b"\x1a")
    if 0 < len(data) <= LARGEST:
        if plain[:1] == b"1" and len(plain) % RECORD == 0:
            return _records(plain, file_name, settings)
        if b"," in data:
            return _table(data, file_name, settings)
    raise FileProblem(
        "K-1270",
        "振込結果のファイルとして読めません。",
        file=file_name,
        todo="銀行から受け取った120桁のファイルか、CSVを選んでください。",
    )


def _refuse(file_name: str, findings: list[CellFinding]) -> FileProblem:
    return FileProblem(
        "K-1271",
        f"振込結果のファイルに、読めないところが{len(findings)}か所あります。",
        file=file_name,
        todo="ファイルは直さず、銀行に確かめてください。",
        findings=tuple(findings),
    )


def _records(plain: bytes, file_name: str, settings: BankSettings) -> BankAnswers:
    records = [plain[at : at + RECORD] for at in range(0, len(plain), RECORD)]
    kinds = b"".join(record[:1] for record in records)
    if not re.fullmatch(b"12*89", kinds):
        raise _refuse(file_name, [CellFinding("", len(records), "データ区分", "1・2…・8・9の順ではありません。")])
    findings: list[CellFinding] = []
    head, tail = records[0], records[-2]
    if head[4:14] != settings.client_code.encode("ascii"):
        findings.append(CellFinding("", 1, "振込依頼人コード", "この区の振込依頼人コードではありません。"))
    month_day = _number(head[54:58])
    if month_day is None:
        findings.append(CellFinding("", 1, "振込指定日", "月日の4桁の数字ではありません。"))
    codes = read_codes(settings.result_codes)
    answers = [
        answer
        for line, record in enumerate(records[1:-2], start=2)
        if (answer := _record(line, record, settings.result_position, codes, findings)) is not None
    ]
    if not findings and (_number(tail[1:7]), _number(tail[7:19])) != (len(answers), sum(answer.amount or 0 for answer in answers)):
        findings.append(CellFinding("", len(records) - 1, "合計", "件数か金額の合計が、中身と違います。"))
    if findings:
        raise _refuse(file_name, findings)
    assert month_day is not None
    return BankAnswers(ZENGIN, tuple(answers), divmod(month_day, 100))


def _record(
    line: int, record: bytes, position: int, codes: dict[str, FailureReason | None], findings: list[CellFinding]
) -> BankAnswer | None:
    """One transfer; None where a field of it cannot be read (the finding says which)."""
    before = len(findings)
    amount = _number(record[80:90])
    if not amount:
        findings.append(CellFinding("", line, "振込金額", "1円以上の数字ではありません。"))
    reference = record[91:111].decode("cp932", errors="replace").strip()
    if not re.fullmatch("[0-9]{10}", reference):
        findings.append(CellFinding("", line, "顧客コード", "振込の番号（10桁の数字）ではありません。"))
    code = record[position - 1 : position].decode("ascii", errors="replace")
    if code not in codes:
        findings.append(CellFinding("", line, f"{position}桁目", "結果のコードが、給付の定義の表にありません。", found=code))
    if len(findings) > before:
        return None
    bank, branch, kind, number, holder = (
        record[start:end].decode("cp932", errors="replace") for start, end in ((1, 5), (20, 23), (42, 43), (43, 50), (50, 80))
    )
    return BankAnswer(line, reference, codes[code], amount, BankAccount(bank, branch, kind, number, holder.rstrip()))


def _number(digits: bytes) -> int | None:
    return int(digits) if re.fullmatch(b"[0-9]+", digits) else None


def _table(data: bytes, file_name: str, settings: BankSettings) -> BankAnswers:
    rows = list(csv.reader(io.StringIO(_text(data, file_name), newline=""), strict=False))
    names = [name.strip() for name in settings.result_columns.split(",")]
    heads = [head.strip() for head in rows[0]]
    missing = [name for name in names if heads.count(name) != 1]
    if missing:
        raise _refuse(file_name, [CellFinding("", 1, name, "この名前の列が、1つだけあるはずです。") for name in missing])
    places = [heads.index(name) for name in names]
    codes = read_codes(settings.result_codes)
    findings: list[CellFinding] = []
    answers: list[BankAnswer] = []
    for line, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heads):
            findings.append(CellFinding("", line, "", "列の数が見出しと違います。"))
            continue
        answer = _row(line, [cells[place].strip() for place in places], names, codes, findings.append)
        if answer is not None:
            answers.append(answer)
    if findings:
        raise _refuse(file_name, findings)
    return BankAnswers(TABLE, tuple(answers))


def _row(
    line: int, values: list[str], names: list[str], codes: dict[str, FailureReason | None], fault: Callable[[CellFinding], None]
) -> BankAnswer | None:
    reference, result, reason = values[:3]
    good = True
    if not re.fullmatch("[0-9]{1,10}", reference):
        fault(CellFinding("", line, names[0], "振込の番号（10桁までの数字）ではありません。"))
        good = False
    known = {item.value: item for item in FailureReason}
    outcome: FailureReason | None = None
    if result in codes:
        outcome = codes[result]
        # The bank's own word is finer than its code, where it is one of ours.
        outcome = known.get(reason, outcome) if outcome is not None else None
    elif result == FAILED_WORD and reason in known:
        outcome = known[reason]
    elif result != PAID_WORD:
        column = names[2] if result == FAILED_WORD else names[1]
        fault(CellFinding("", line, column, "結果か理由の言葉が、給付の定義の表にありません。"))
        good = False
    amount: int | None = None
    if len(values) > 3:
        amount = int(plain) if re.fullmatch("[0-9]{1,12}", plain := values[3].replace(",", "")) else None
        if not amount:
            fault(CellFinding("", line, names[3], "1円以上の数字ではありません。"))
            good = False
    return BankAnswer(line, reference.zfill(10), outcome, amount) if good else None


def _text(data: bytes, file_name: str) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refuse(file_name, [CellFinding("", 1, "", "文字コードがUTF-8でもシフトJISでもありません。")])
