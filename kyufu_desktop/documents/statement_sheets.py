"""月次精算書 and 事業終了精算書 as PDF: figures in columns, no name of a person to be paid, places for the signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures
from kyufu_desktop.documents.sheets import Written, pairs, sheet, table, text
from kyufu_desktop.domain.calendar import wareki, wareki_short

#: mm of the first column; the others share what is left.
_FIRST = 40
_SIGNERS = ("作成者", "取扱責任者", "会計担当")


@dataclass(frozen=True, slots=True)
class BatchSlip:
    """A batch of the period. ``digest`` of the approved bytes, ``ledger`` of the line in the hand-over ledger, both shortened."""

    number: int
    transfer_on: date
    state: str
    count: int
    total: int
    digest: str
    ledger: str
    cash: bool = False


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something not settled, by management number only."""

    management_number: str
    benefit: str
    amount: int
    state: str


@dataclass(frozen=True, slots=True)
class StatementData:
    """``heads`` name the columns of ``lines`` = (label, pairs of count and yen); the last line is the total."""

    title: str
    programme: str
    first: date
    last: date
    made_on: date
    made_by: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
    batches: tuple[BatchSlip, ...]
    items: tuple[OpenItem, ...]
    open: tuple[str, ...]
    differences: tuple[str, ...]


def statement(data: StatementData, pictures: Pictures = NO_PICTURES, *, practice: bool) -> bytes:
    """The sheet, A4 lying on its side."""
    sections: list[dict[str, Any]] = [
        pairs(
            "",
            [
                ("制度", data.programme),
                ("期間", f"{wareki(data.first)}から{wareki(data.last)}まで"),
                ("作成", Written(f"{wareki(data.made_on)}　{data.made_by}")),
            ],
        )
    ]
    if data.open:
        sections.append(text("まだ確定していません", "次のことが済むまで、この書類の数字は変わります。", *data.open))
    sections += [
        _figures("金額（円）", data, 1),
        _figures("件数（件）", data, 0),
        _batch_table(data.batches),
        _item_table(data.items, data.made_on),
        text("照合の差異", *(data.differences or ("差異なし",))),
        table("確認", _SIGNERS, (0, 0, 0), [["　\n　", "", ""]]),
    ]
    return sheet(data.title, sections, pictures, practice=practice, foot=f"{wareki(data.made_on)}作成", wide=True)


def _figures(heading: str, data: StatementData, which: int) -> dict[str, Any]:
    rows = [[label, *(f"{pair[which]:,}" for pair in pairs)] for label, pairs in data.lines]
    widths = (_FIRST, *(0 for _ in data.heads))
    return table(heading, ("給付", *data.heads), widths, rows, numbers=range(1, len(data.heads) + 1))


def _batch_table(batches: Sequence[BatchSlip]) -> dict[str, Any]:
    if not batches:
        return text("期間の回", "期間に振込指定日のある回はありません。")
    rows = [
        [
            f"第{batch.number}回",
            wareki_short(batch.transfer_on),
            "窓口払い" if batch.cash else "振込",
            batch.state,
            f"{batch.count:,}",
            f"{batch.total:,}",
            batch.digest,
            batch.ledger,
        ]
        for batch in batches
    ]
    heads = ("回", "支給する日", "方法", "状態", "件数", "金額（円）", "決裁の照合値", "管理簿の照合値")
    return table("期間の回", heads, (24, 26, 24, 28, 20, 34, 0, 0), rows, numbers=(4, 5))


def _item_table(items: Sequence[OpenItem], on: date) -> dict[str, Any]:
    heading = f"精算の済んでいないもの（{wareki(on)}現在）"
    if not items:
        return text(heading, "ありません。")
    rows = [[item.management_number, item.benefit, f"{item.amount:,}", item.state] for item in items]
    return table(heading, ("給付管理番号", "給付", "金額（円）", "状態"), (44, 0, 40, 50), rows, numbers=(2,))
