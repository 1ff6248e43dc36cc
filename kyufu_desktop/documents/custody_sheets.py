"""The papers of media and of printing as PDF bytes: 媒体送付票, 受渡し管理簿, 印刷管理簿, 電子データ消去報告書.

What a sheet is not given it cannot print: none of these is ever handed a password or the name of a person of a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures
from kyufu_desktop.documents.sheets import OFFICE, Written, pairs, sheet, stacked, table, text
from kyufu_desktop.domain.calendar import wareki, wareki_short
from kyufu_desktop.domain.custody import EXPORT_LABELS, METHOD_LABELS, ErasureMethod, LedgerLine, Span
from kyufu_desktop.domain.printing import CAUSE_WORDS, PrintLine
from kyufu_desktop.domain.values import yen

#: Hexadecimal digits of a SHA-256 that a person compares by eye: the same ones on every paper.
DIGEST_DIGITS = 12
_NONE = "この範囲の記録はありません。"


def digest_head(sha256: str) -> str:
    """``a3f0 9c1b 77de``."""
    return " ".join(sha256[at : at + 4] for at in range(0, DIGEST_DIGITS, 4))


def _span_words(span: Span, what: str, on: date) -> str:
    """「令和6年8月1日から令和6年8月31日までに作成したもの（令和6年9月2日現在）」."""
    first, last = (wareki(day) if day else "" for day in (span.first, span.last))
    when = f"{first}から{last}までに" if first and last else f"{first}以後に" if first else f"{last}までに" if last else "これまでに"
    return f"{when}{what}もの（{wareki(on)}現在）"


def _content(line: LedgerLine) -> dict[str, Any]:
    return stacked(EXPORT_LABELS[line.kind], line.file_name, line.remark)


def _short(day: date | None) -> str:
    return wareki_short(day) if day is not None else ""


def medium_notice(lines: Sequence[LedgerLine], sender: str, due: date, pictures: Pictures = NO_PICTURES, *, practice: bool) -> bytes:
    """媒体送付票: goes with the medium; what is on it, from whom to whom, until when it comes back. ``lines`` were handed over together."""
    first = lines[0]
    assert first.handed_over_on is not None
    password = (
        ("パスワードは別の機会に、別の通知書で渡します。",)
        if any(line.sealed for line in lines)
        else ("このファイルにパスワードはありません。鍵付きかばんから出したままにしないでください。",)
    )
    rows = [
        (f"{line.export_id}", _content(line), f"{line.rows:,}件", yen(line.total) if line.total else "", digest_head(line.sha256))
        for line in lines
    ]
    return sheet(
        "媒体送付票",
        [
            pairs(
                "",
                [
                    ("渡した日", wareki(first.handed_over_on)),
                    ("送り元", stacked(OFFICE, Written(f"取扱者 {sender}"))),
                    ("受領者", Written(first.receiver)),
                    ("媒体の管理番号", Written(first.medium)),
                    ("かばんの番号", Written(first.bag)),
                ],
            ),
            table(
                "媒体に入っているもの",
                ("管理簿", "情報の内容", "数量", "金額", "照合値（SHA-256の初め）"),
                (16, 0, 20, 30, 42),
                rows,
                numbers=(2, 3),
            ),
            text("", *password),
            pairs(
                "返却と消去のお願い",
                [
                    ("返していただく日", f"{wareki(due)}まで"),
                    ("媒体", "使い終わったら、鍵付きかばんに入れて返してください。"),
                    ("写したデータ", "使い終わったら消去し、消去した日と方法を書いた報告書をください。"),
                ],
            ),
            pairs("受領の確認", [("受け取った日", ""), ("受け取った人の署名", "")]),
            text("", "2部のうち1部は、署名をもらって持ち帰り、受渡し管理簿に綴じます。"),
        ],
        pictures,
        practice=practice,
    )


def ledger(lines: Sequence[LedgerLine], span: Span, on: date, pictures: Pictures = NO_PICTURES, *, practice: bool) -> bytes:
    """受渡し管理簿: what left the workstation, on which medium, through whose hands, when the password went, how it came back and ended."""
    rows = [
        (
            str(line.export_id),
            wareki_short(line.made_on),
            _content(line),
            f"{line.rows:,}件",
            yen(line.total) if line.total else "",
            stacked(Written(line.medium), Written(f"鞄 {line.bag}") if line.bag else ""),
            Written(line.maker),
            stacked(_short(line.handed_over_on), Written(line.receiver)),
            _short(line.password_on) if line.sealed else "なし",
            _end(line),
            digest_head(line.sha256),
        )
        for line in lines
    ]
    heads = ("番号", "作成日", "情報の内容", "数量", "金額", "媒体", "取扱者", "受渡日・受領者", "通知書", "返却・消去", "照合値")
    widths = (11, 20, 0, 19, 25, 20, 20, 29, 19, 40, 15)
    title = "受渡し管理簿"
    return sheet(
        title,
        [
            text("", _span_words(span, "作成した", on), *(() if rows else (_NONE,))),
            table("", heads, widths, rows, numbers=(3, 4)),
            text("", _sums(lines), "返却・消去の欄は、行ったことを書いています。照合値は、ファイルのSHA-256の初めの12けたです。"),
        ],
        pictures,
        practice=practice,
        foot=title,
        wide=True,
    )


def _end(line: LedgerLine) -> dict[str, Any]:
    return stacked(
        f"返却 {_short(line.returned_on)}" if line.returned_on else "",
        f"報告書 {_short(line.reported_on)}" if line.reported_on else "",
        f"消去 {_short(line.erased_on)}" if line.erased_on else "",
        METHOD_LABELS[line.method] if line.method else "",
        Written(f"立会 {line.witness}") if line.witness else "",
    )


def _sums(lines: Sequence[LedgerLine]) -> str:
    back, erased = (
        sum(day is not None for day in days) for days in ([line.returned_on for line in lines], [line.erased_on for line in lines])
    )
    return f"{len(lines):,}行、情報 {sum(line.rows for line in lines):,}件。返却 {back:,}行、消去 {erased:,}行。"


def print_ledger(lines: Sequence[PrintLine], span: Span, on: date, pictures: Pictures = NO_PICTURES, *, practice: bool) -> bytes:
    """印刷管理簿: every run of letters, how it came out, and why letters of it were made anew, in codes."""
    rows = [
        (
            str(line.job_id),
            stacked(wareki_short(date.fromisoformat(line.started_at[:10])), line.started_at[11:16]),
            Written(line.started_by),
            stacked(Written(line.printer), Written(f"{line.tray or '自動'}・{'両面' if line.duplex else '片面'}")),
            line.kind_word,
            f"{line.letters:,}通",
            f"{line.sheets:,}枚",
            _came_out(line),
            _spoiled(line),
            digest_head(line.sha256),
        )
        for line in lines
    ]
    heads = ("番号", "日時", "人", "プリンター・用紙の口・面", "種類", "通数", "枚数", "出来", "書損・作り直し", "照合値")
    widths = (12, 20, 24, 0, 36, 15, 15, 38, 34, 30)
    title = "印刷管理簿"
    codes = "　".join(f"{cause.value} {words}" for cause, words in CAUSE_WORDS.items())
    return sheet(
        title,
        [
            text("", _span_words(span, "印刷した", on), *(() if rows else (_NONE,))),
            table("", heads, widths, rows, numbers=(5, 6)),
            text(
                "",
                f"{len(lines):,}回、{sum(line.letters for line in lines):,}通、{sum(line.sheets for line in lines):,}枚。"
                f"細断 {sum(line.shredded_sheets for line in lines):,}枚、書損 {sum(line.spoiled for line in lines):,}通。",
                f"書損の理由: {codes}（人が書いた理由の文は、名前が入ることがあるので、ここには載せません）",
                "作り直した手紙は、新しい番号になり、もとの番号は使えません。照合値は、印刷に出したもののSHA-256の初めの12けたです。",
            ),
        ],
        pictures,
        practice=practice,
        foot=title,
        wide=True,
    )


def _came_out(line: PrintLine) -> dict[str, Any]:
    if line.good_sheets is None:
        return stacked("まだ確かめていません", line.failure_words)
    shredded = f"細断 {line.shredded_sheets:,}枚" if line.shredded_sheets else ""
    return stacked(f"良い {line.good_sheets:,}枚", shredded, line.failure_words)


def _spoiled(line: PrintLine) -> dict[str, Any]:
    if not line.spoiled:
        return stacked("")
    causes = "、".join(f"{cause.value} {number:,}通" for cause, number in line.causes)
    return stacked(f"書損 {line.spoiled:,}通", f"理由 {causes}", f"作り直し {line.anew:,}通" if line.anew else "作り直さず")


def erasure_report(
    lines: Sequence[LedgerLine],
    waiting: Sequence[LedgerLine],
    span: Span,
    medium: str,
    on: date,
    pictures: Pictures = NO_PICTURES,
    *,
    practice: bool,
) -> bytes:
    """電子データ消去報告書: what was erased, how, by whom, before whose eyes; ``waiting`` was handed over and is not erased yet.

    It says what was done. That an overwritten flash medium can still be read it neither claims nor denies: it says so.
    """
    rows = [
        (
            str(line.export_id),
            _content(line),
            f"{line.rows:,}件",
            Written(line.medium),
            stacked(f"作成 {wareki_short(line.made_on)}", f"受渡 {_short(line.handed_over_on)}"),
            stacked(
                f"返却 {_short(line.returned_on)}" if line.returned_on else f"報告書 {_short(line.reported_on)}",
                f"消去 {_short(line.erased_on)}",
            ),
            METHOD_LABELS[line.method] if line.method else "",
            Written(line.eraser),
            Written(line.witness),
            digest_head(line.sha256),
        )
        for line in lines
    ]
    heads = ("管理簿", "情報の内容", "数量", "媒体", "作成・受渡", "返却・消去", "行ったこと", "消去した人", "立ち会った人", "照合値")
    widths = (14, 0, 17, 20, 30, 33, 36, 25, 25, 16)
    title = "電子データ消去報告書"
    media = sorted({line.medium for line in lines})
    facts: list[tuple[str, Any]] = [
        ("報告日", wareki(on)),
        ("範囲", _span_words(span, "消去した", on)),
        *([("媒体", Written(medium))] if medium else []),
        ("消去したもの", f"管理簿の{len(lines):,}行、媒体 {len(media):,}個、情報 {sum(line.rows for line in lines):,}件"),
        ("まだ消去していないもの", f"{len(waiting):,}行（管理簿の番号 {_numbers(waiting)}）" if waiting else "ありません"),
    ]
    notes = ["「行ったこと」の欄は、行ったことをそのまま書いています。照合値は、ファイルのSHA-256の初めの12けたです。"]
    if any(line.method is ErasureMethod.OVERWRITTEN for line in lines):
        notes.append(
            "上書きした媒体のうち、USBメモリーやSSDには、上書き後も古いデータが残ることがあります。上書きの記録は、消えたことの証明ではありません。"
        )
    if any(line.method is ErasureMethod.KEY_DISCARDED for line in lines):
        notes.append("暗号鍵を破棄した媒体には、暗号化されたデータが残っています。保管庫のパスワードは消し、通知書は細断します。")
    return sheet(
        title,
        [
            pairs("", facts),
            table("", heads, widths, rows, numbers=(2,)),
            text("", *notes),
            pairs("報告の確認", [("消去した人の署名", ""), ("立ち会った人の署名", ""), ("取扱責任者の署名", "")]),
        ],
        pictures,
        practice=practice,
        foot=title,
        wide=True,
    )


def _numbers(lines: Sequence[LedgerLine]) -> str:
    return "、".join(str(line.export_id) for line in lines)
