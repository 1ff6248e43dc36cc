"""Sheets about money as PDF bytes: the receipt of the counter (two copies), the cash ledger, the sheet of a repayment that is claimed.

The copy of the receipt that the person takes along is neutral: it may be found by who must not know. No kind of case, no classification
mark, no word of evacuation, facility or shortage of tax; the number, the sum, the day and the ward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.documents.sheets import MARK, OFFICE, Written, pairs, sheet, table, text
from kyufu_desktop.domain.calendar import wareki, wareki_short
from kyufu_desktop.domain.values import yen

#: What a person's copy says of who paid: nothing but the ward.
WARD = "新宿区"


@dataclass(frozen=True, slots=True)
class CashLine:
    """One line of 現金出納: a receipt that was used or voided."""

    number: int
    day: date | None
    management_number: str
    amount: int
    receiver: str
    payer: str = field(repr=False)
    witness: str = field(repr=False)
    remark: str = ""


def receipt(number: int, name: str, amount: int, on: date, *, practice: bool) -> tuple[bytes, bytes]:
    """(the person's copy, the ward's copy). The receiver signs both at the counter."""
    body = [
        pairs("", [("領収書の番号", f"{number:06d}"), ("金額", yen(amount)), ("お名前", Written(name)), ("作成の日", wareki(on))]),
        text("", "上の金額を、たしかに受け取りました。"),
        pairs("受け取った方", [("受け取った日", ""), ("署名", ""), ("ご本人との関係", "")]),
    ]
    theirs = sheet("領収書", body, practice=practice, office=WARD, mark="お客様控え", foot="この紙は、お受け取りの記録です。")
    ours = sheet(
        "領収書（区の控え）",
        [
            *body,
            pairs("区の記入欄", [("本人確認書類", ""), ("支払った人の署名", ""), ("立ち会った人の署名", "")]),
            text("", "書き損じたときも捨てず、「無効」と書いて綴ってください。番号は二度と使いません。"),
        ],
        practice=practice,
        office=OFFICE,
        mark=MARK,
    )
    return theirs, ours


def cash_ledger(lines: Sequence[CashLine], on: date, *, practice: bool) -> bytes:
    """現金出納の一覧: every receipt number in order, with the sum of each day."""
    days: dict[date, list[int]] = {}
    for line in lines:
        if line.day is not None:
            days.setdefault(line.day, []).append(line.amount)
    rows = [
        (
            f"{line.number:06d}",
            wareki_short(line.day) if line.day is not None else "",
            line.management_number,
            yen(line.amount),
            line.receiver,
            Written(line.payer),
            Written(line.witness),
            Written(line.remark),
        )
        for line in lines
    ]
    heads = ("領収書", "支給日", "給付管理番号", "金額", "受け取った人", "支払った人", "立ち会った人", "備考")
    totals = [(wareki(day), f"{len(amounts):,}件", yen(sum(amounts))) for day, amounts in sorted(days.items())]
    return sheet(
        "現金出納の一覧",
        [
            text("", f"{wareki(on)}現在"),
            table("日ごとの合計", ("支給日", "件数", "金額"), (60, 40, 0), totals, numbers=(1, 2)),
            table("領収書", heads, (20, 26, 34, 30, 30, 34, 34, 0), rows, numbers=(3,)),
        ],
        practice=practice,
        office=OFFICE,
        mark=MARK,
        wide=True,
    )


def claim_sheet(
    *,
    management_number: str,
    name: str,
    benefit: str,
    reference: str,
    amount: int,
    steps: Sequence[tuple[date, str, str, str]],
    on: date,
    practice: bool,
) -> bytes:
    """返還請求の整理票: internal. What is written to the person is decided by the ward outside this program."""
    rows = [(wareki_short(day), word, Written(reason), Written(who)) for day, word, reason, who in steps]
    return sheet(
        "返還請求の整理票",
        [
            pairs(
                "",
                [
                    ("作成の日", wareki(on)),
                    ("給付管理番号", management_number),
                    ("受給者", Written(name)),
                    ("給付", benefit),
                    ("振込の番号", reference),
                    ("返還を求める額", yen(amount)),
                ],
            ),
            table("経過", ("日", "状態", "理由", "入れた人"), (28, 34, 0, 40), rows),
            text(
                "",
                "この票は庁内で使います。本人へ出す文書の内容と送り先は、取扱責任者が決めてください。",
                "文書を出すときは、秘匿している送り先だけを使ってください。",
            ),
            pairs("決裁の記録", [("請求を決めた日", ""), ("取扱責任者", ""), ("納付の期限", ""), ("入金を確かめた日", "")]),
        ],
        practice=practice,
        office=OFFICE,
        mark=MARK,
    )
