"""Internal sheets as PDF bytes, and the parts they are made of: anchor slip, password notice, staff list, recovery sheet.

All carry the classification mark; none goes to the person. Names are printed by the font that holds their variant. The papers of media and
of printing are in :mod:`custody_sheets`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kyufu_desktop.documents.fonts import WAY_OUT, route, unprintable
from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures, require_all
from kyufu_desktop.documents.typesetting import Piece, TypesettingFault, runs, typeset
from kyufu_desktop.domain.calendar import wareki
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


@dataclass(frozen=True, slots=True)
class Written:
    """A word that a person wrote, a name above all: :func:`sheet` sets it in the fonts and pictures that hold its characters."""

    words: str = field(repr=False)

    def __bool__(self) -> bool:
        return bool(self.words)


def stacked(*parts: Any) -> dict[str, Any]:
    """A cell of several lines, each a word or :class:`Written`; empty ones are left out."""
    return {"lines": [part for part in parts if part]}


def pairs(heading: str, rows: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    return {"kind": "pairs", "heading": heading, "rows": [list(row) for row in rows]}


def table(
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


def text(heading: str, *lines: str) -> dict[str, Any]:
    return {"kind": "text", "heading": heading, "rows": list(lines)}


def large(heading: str, *words: str) -> dict[str, Any]:
    return {"kind": "large", "heading": heading, "rows": list(words)}


def sheet(
    title: str,
    sections: Sequence[dict[str, Any]],
    pictures: Pictures = NO_PICTURES,
    *,
    practice: bool,
    foot: str = "",
    wide: bool = False,
    office: str = OFFICE,
    mark: str = MARK,
) -> bytes:
    """The PDF. Raises UserError K-1804 (code points only) where a character cannot be printed, K-1806 where the template stopped."""
    data = {
        "title": title,
        "office": office,
        "mark": mark,
        "foot": foot,
        "wide": wide,
        "practice": practice,
        "sections": _set(sections, pictures),
    }
    try:
        pdf = typeset("sheet", data, pictures)
    except TypesettingFault:
        raise UserError(
            "K-1806",
            f"{title}を組めませんでした。",
            kept="印刷物は作っていません。",
            todo="書体を確かめ、直らないときは担当へ知らせてください。",
        ) from None
    require_all(pdf, data, pictures, title)
    return pdf


def printable(text: str, pictures: Pictures = NO_PICTURES) -> list[Piece] | str:
    """Text in runs of the fonts and pictures that hold its characters. Raises UserError K-1804 (code points only) where none does."""
    missing = unprintable(text, pictures)
    if missing:
        raise UserError("K-1804", f"印刷できない文字があります（{'、'.join(missing)}）。", kept="印刷物は作っていません。", todo=WAY_OUT)
    return runs(route(text, pictures)) if text else ""


def _set(value: Any, pictures: Pictures) -> Any:
    """The same values with every :class:`Written` in runs of the fonts and pictures that hold its characters."""
    if isinstance(value, Written):
        return printable(value.words, pictures)
    if isinstance(value, dict):
        return {name: _set(inner, pictures) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_set(inner, pictures) for inner in value]
    return value


def anchor_slip(count: int, code: str, on: date, staff: str, pictures: Pictures = NO_PICTURES, *, practice: bool) -> bytes:
    """照合符号の控え: the number of audit records and the short code of the chain's head, to be kept outside the workstation."""
    return sheet(
        "記録の照合符号",
        [
            pairs("", [("記録日", wareki(on)), ("取扱者", Written(staff)), ("記録の件数", f"{count:,}件")]),
            large("照合符号", code),
            text(
                "",
                "次にログインするとき、画面の件数と照合符号がこの控えと同じか、それより進んでいることを確かめてください。",
                "違うときは作業をせず、取扱責任者に知らせてください。",
            ),
        ],
        pictures,
        practice=practice,
    )


def password_sheet(
    file_name: str, medium: str, password: str, on: date, receiver: str, pictures: Pictures = NO_PICTURES, *, practice: bool
) -> bytes:
    """パスワード通知書: goes to the receiver on another occasion than the medium. The password stands in groups of four."""
    groups = " ".join(password[at : at + 4] for at in range(0, len(password), 4))
    return sheet(
        "パスワード通知書",
        [
            pairs("", [("通知日", wareki(on)), ("受領者", Written(receiver)), ("ファイル", file_name), ("媒体の管理番号", medium)]),
            large("パスワード（空白は入れません）", groups),
            text("", "この通知書は媒体と別の機会に渡してください。", "ファイルを開いたことを確かめたら、この通知書を細断してください。"),
            pairs("受領の確認", [("受領日", ""), ("受領者の署名", "")]),
        ],
        pictures,
        practice=practice,
    )


def staff_list(lines: Sequence[StaffLine], on: date, pictures: Pictures = NO_PICTURES, *, practice: bool) -> bytes:
    """取扱者指定簿: who may handle the cases, in which role, since when."""
    rows = [
        (
            str(number),
            Written(line.name),
            line.role,
            wareki(line.appointed_on),
            wareki(line.removed_on) if line.removed_on else "",
            Written(line.appointed_by),
        )
        for number, line in enumerate(lines, start=1)
    ]
    return sheet(
        "取扱者指定簿",
        [
            text("", f"{wareki(on)}現在"),
            table("", ("番号", "氏名", "役割", "指定した日", "解いた日", "指定した人"), (12, 0, 28, 32, 32, 34), rows),
        ],
        pictures,
        practice=practice,
    )


def recovery_sheet(
    key_groups: Sequence[str], vault: str, generation: int, on: date, pictures: Pictures = NO_PICTURES, *, practice: bool
) -> bytes:
    """復旧用の控え: the paper key, in the groups in which it is typed in again."""
    return sheet(
        "復旧用の控え",
        [
            pairs("", [("作成日", wareki(on)), ("保管庫", vault), ("世代", str(generation))]),
            large("復旧用の鍵", *(" ".join(key_groups[at : at + 4]) for at in range(0, len(key_groups), 4))),
            text(
                "",
                "この控えがあれば、だれでも保管庫を開くことができます。封をして、取扱責任者が金庫に保管してください。",
                "写しを取らないでください。新しい控えを作ったときは、この控えを細断してください。",
            ),
            pairs("保管の記録", [("封をした日", ""), ("封をした人の署名", ""), ("立ち会った人の署名", "")]),
        ],
        pictures,
        practice=practice,
    )
