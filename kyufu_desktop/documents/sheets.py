"""Internal sheets as PDF bytes: anchor slip, password notice, staff list, hand-over ledger, recovery sheet.

All carry the classification mark; none goes to the person. Names are printed by the font that holds their variant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kyufu_desktop.documents.fonts import route, unprintable
from kyufu_desktop.documents.typesetting import TypesettingFault, runs, typeset
from kyufu_desktop.domain.calendar import wareki, wareki_short
from kyufu_desktop.domain.custody import EXPORT_LABELS, LedgerLine
from kyufu_desktop.domain.values import yen
from kyufu_desktop.errors import UserError

MARK = "自治体機密性3"
OFFICE = "新宿区 臨時給付金（区直接対応分）"


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One line of 取扱者指定簿."""

    name: str
    role: str
    appointed_on: date
    removed_on: date | None
    appointed_by: str


def printable(text: str) -> list[list[str]] | str:
    """Text in runs of the fonts that hold its characters. Raises UserError K-1804 (code points only) where one cannot be printed."""
    missing = unprintable(text)
    if missing:
        raise UserError(
            "K-1804",
            f"印刷できない文字があります（{'、'.join(missing)}）。",
            kept="印刷物は作っていません。",
            todo="正しい字形を確かめ、外字の書体を入れるか、文字を直してください。",
        )
    return runs(route(text)) if text else ""


def _pairs(heading: str, rows: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    return {"kind": "pairs", "heading": heading, "rows": [list(row) for row in rows]}


def _table(
    heading: str, heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[Any]], numbers: Sequence[int] = ()
) -> dict[str, Any]:
    """``widths`` in mm, 0 = what is left."""
    return {
        "kind": "table",
        "heading": heading,
        "heads": list(heads),
        "widths": list(widths),
        "rows": [list(row) for row in rows],
        "numbers": list(numbers),
    }


def _text(heading: str, *lines: str) -> dict[str, Any]:
    return {"kind": "text", "heading": heading, "rows": list(lines)}


def _large(heading: str, *words: str) -> dict[str, Any]:
    return {"kind": "large", "heading": heading, "rows": list(words)}


def _sheet(
    title: str,
    sections: Sequence[dict[str, Any]],
    *,
    practice: bool,
    foot: str = "",
    wide: bool = False,
    office: str = OFFICE,
    mark: str = MARK,
) -> bytes:
    data = {
        "title": title,
        "office": office,
        "mark": mark,
        "foot": foot,
        "wide": wide,
        "practice": practice,
        "sections": list(sections),
    }
    try:
        return typeset("sheet", data)
    except TypesettingFault:
        raise UserError(
            "K-1806",
            f"{title}を組めませんでした。",
            kept="印刷物は作っていません。",
            todo="書体を確かめ、直らないときは担当へ知らせてください。",
        ) from None


#: The pieces, for sheets that stand in modules of their own.
pairs, table, text, sheet = _pairs, _table, _text, _sheet


def anchor_slip(count: int, code: str, on: date, staff: str, *, practice: bool) -> bytes:
    """照合符号の控え: the number of audit records and the short code of the chain's head, to be kept outside the workstation."""
    return _sheet(
        "記録の照合符号",
        [
            _pairs("", [("記録日", wareki(on)), ("取扱者", printable(staff)), ("記録の件数", f"{count:,}件")]),
            _large("照合符号", code),
            _text(
                "",
                "次にログインするとき、画面の件数と照合符号がこの控えと同じか、それより進んでいることを確かめてください。",
                "違うときは作業をせず、取扱責任者に知らせてください。",
            ),
        ],
        practice=practice,
    )


def password_sheet(file_name: str, medium: str, password: str, on: date, receiver: str, *, practice: bool) -> bytes:
    """パスワード通知書: goes to the receiver on another occasion than the medium. The password stands in groups of four."""
    groups = " ".join(password[at : at + 4] for at in range(0, len(password), 4))
    return _sheet(
        "パスワード通知書",
        [
            _pairs("", [("通知日", wareki(on)), ("受領者", printable(receiver)), ("ファイル", file_name), ("媒体の管理番号", medium)]),
            _large("パスワード（空白は入れません）", groups),
            _text("", "この通知書は媒体と別の機会に渡してください。", "ファイルを開いたことを確かめたら、この通知書を細断してください。"),
            _pairs("受領の確認", [("受領日", ""), ("受領者の署名", "")]),
        ],
        practice=practice,
    )


def staff_list(lines: Sequence[StaffLine], on: date, *, practice: bool) -> bytes:
    """取扱者指定簿: who may handle the cases, in which role, since when."""
    rows = [
        (
            str(number),
            printable(line.name),
            line.role,
            wareki(line.appointed_on),
            wareki(line.removed_on) if line.removed_on else "",
            printable(line.appointed_by),
        )
        for number, line in enumerate(lines, start=1)
    ]
    return _sheet(
        "取扱者指定簿",
        [
            _text("", f"{wareki(on)}現在"),
            _table("", ("番号", "氏名", "役割", "指定した日", "解いた日", "指定した人"), (12, 0, 28, 32, 32, 34), rows),
        ],
        practice=practice,
    )


def ledger(lines: Sequence[LedgerLine], on: date, *, practice: bool) -> bytes:
    """受渡し管理簿: what left the workstation, on which medium, through whose hands, and when the password went its own way."""
    rows = [
        (
            str(line.export_id),
            wareki_short(line.made_on),
            f"{EXPORT_LABELS[line.kind]}（{line.file_name}）",
            f"{line.rows:,}件",
            yen(line.total) if line.total else "",
            line.medium,
            printable(line.maker),
            wareki_short(line.handed_over_on) if line.handed_over_on else "",
            printable(line.receiver),
            wareki_short(line.password_on) if line.password_on else "",
            line.sha256[:12],
            "",
        )
        for line in lines
    ]
    heads = ("番号", "作成日", "情報の内容", "数量", "金額", "媒体", "取扱者", "受渡日", "受領者", "パスワード", "照合値", "返却・消去")
    widths = (12, 20, 0, 16, 28, 20, 24, 20, 24, 20, 26, 24)
    return _sheet(
        "受渡し管理簿",
        [_text("", f"{wareki(on)}現在"), _table("", heads, widths, rows, numbers=(3, 4))],
        practice=practice,
        wide=True,
    )


def recovery_sheet(key_groups: Sequence[str], vault: str, generation: int, on: date, *, practice: bool) -> bytes:
    """復旧用の控え: the paper key, in the groups in which it is typed in again."""
    return _sheet(
        "復旧用の控え",
        [
            _pairs("", [("作成日", wareki(on)), ("保管庫", vault), ("世代", str(generation))]),
            _large("復旧用の鍵", *(" ".join(key_groups[at : at + 4]) for at in range(0, len(key_groups), 4))),
            _text(
                "",
                "この控えがあれば、だれでも保管庫を開くことができます。封をして、取扱責任者が金庫に保管してください。",
                "写しを取らないでください。新しい控えを作ったときは、この控えを細断してください。",
            ),
            _pairs("保管の記録", [("封をした日", ""), ("封をした人の署名", ""), ("立ち会った人の署名", "")]),
        ],
        practice=practice,
    )
