"""Cells of the case page's tables: rows of the services in, cells out."""

from __future__ import annotations

from datetime import date

from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.domain.decline import DeclineState
from kyufu_desktop.domain.evidence import EvidenceState
from kyufu_desktop.domain.judgment import Condition, Finding
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.services.case_rows import HeirRow
from kyufu_desktop.services.cases import (
    CasePage,
    ContactRow,
    DeclineRow,
    EvidenceRow,
    ExitRow,
    HouseholdEventRow,
    JudgmentRow,
    PersonRow,
    ProxyRow,
)
from kyufu_desktop.services.municipality_notices import NoticeRow as MunicipalityRow
from kyufu_desktop.views.parts import Cell, Row, group
from kyufu_desktop.views.stations.case_paintings import Happening, period_painter
from kyufu_desktop.views.stations.tall_table import Tall, TallRow
from kyufu_desktop.views.stations.words import DECLINE_CHIPS, FINDING_CHIPS, PROXY_CHIPS, days_left, moment_words, short_day


def evidence_cells(row: EvidenceRow, on: date) -> tuple[Tall | Cell, ...]:
    """根拠 | 有効な期間 | 2人目の確認."""
    soon = row.state in (EvidenceState.ENDS_SOON, EvidenceState.EXPIRED)
    token = "fail" if row.state is EvidenceState.EXPIRED else "hold" if soon else "text"
    if row.ends_on is None:
        words = f"{wareki_short(row.issued_on)} 発行 期限なし"
    else:
        words = f"{wareki_short(row.starts_on or row.issued_on)}–{wareki_short(row.ends_on)}"
        words += f" {days_left(row.ends_on, on)}" if soon else ""
    chip = ("2人目待ち", "users", "wait") if row.verified_by is None else ("確認済", "users", "ok")
    when = moment_words(row.verified_on).split(" ")[0]
    return (
        Tall(row.kind_name),
        Cell(words, paint=period_painter(row.starts_on, row.ends_on, row.issued_on, on, words, token), accessible=words),
        Cell(row.verified_by or "", sub=when or None, chip=chip, color="text2"),
    )


def person_cells(row: PersonRow) -> tuple[Cell, ...]:
    """氏名 | 続柄 | 生年月日 | 知らせること."""
    notes = []
    if row.former_name:
        notes.append(f"旧氏 {row.former_name}")
    if row.braille:
        notes.append(f"点字 {row.braille}")
    if row.unprintable:
        notes.append("印刷できない字 " + " ".join(row.unprintable))
    return (
        Cell(row.name, sub=row.kana, name=True),
        Cell(row.relation_word, color="text2"),
        Cell(row.birth_words, sub=row.resident_number, sub_mono=True),
        Cell("　".join(notes), color="fail" if row.unprintable else "text2"),
    )


def judgment_lines(rows: tuple[JudgmentRow, ...], programme: Programme) -> list[TallRow | Row]:
    """Every condition of every benefit, under a row that names the benefit where there is more than one.

    A decision that does not hold any more comes first, with the fact that broke it; its old conditions are not shown as if they held.
    """
    lines: list[TallRow | Row] = []
    gone = [row for row in rows if row.void_reason is not None]
    live = [row for row in rows if row.void_reason is None]
    for row in gone:
        whose = f"　{row.person_name}" if row.person_name else ""
        words = f"{programme.label(row.benefit)}{whose}の決裁は、無効になりました。"
        when = moment_words(row.voided_at).split(" ")[0]
        cells = (Cell(chip=("無効", "ban", "fail")), Tall(words, f"変わったこと　{row.void_reason}"), Cell(when, color="text2"))
        lines.append((("void", row.judgment_id), cells))
    for row in live:
        if len(live) > 1:
            amount = f"{row.amount:,}円" if row.amount else ""
            whose = f"　{row.person_name}" if row.person_name else ""
            lines.append(group(f"{programme.label(row.benefit)}{whose}", "judge", "text2", amount))
        lines += [((row.benefit, row.person_name, index), condition_cells(item)) for index, item in enumerate(row.conditions)]
    return lines


def condition_cells(item: Condition) -> tuple[Tall | Cell, ...]:
    """結果 | 確かめたこと with the values used | 根拠. What was found is a reason: no word of it is cut."""
    return (Cell(chip=FINDING_CHIPS[item.finding]), Tall(item.sentence, item.values), Cell(item.article, color="text2"))


def first_open(rows: tuple[JudgmentRow, ...]) -> object:
    """Key of the first condition that holds or fails, else of the first one: what the person must look at first."""
    gone = next((row for row in rows if row.void_reason is not None), None)
    if gone is not None:
        return ("void", gone.judgment_id)
    keys = [((row.benefit, row.person_name, index), item) for row in rows for index, item in enumerate(row.conditions)]
    for key, item in keys:
        if item.finding in (Finding.HOLD, Finding.FAIL):
            return key
    return keys[0][0] if keys else None


def judgment_sums(rows: tuple[JudgmentRow, ...], programme: Programme) -> str:
    """``非課税化給付 100,000円　こども加算 50,000円``; what was voided is not counted."""
    live = (row for row in rows if row.amount and row.void_reason is None)
    return "　".join(f"{programme.label(row.benefit)} {row.amount:,}円" for row in live)


def withdrawn_cells(row: EvidenceRow) -> tuple[Tall | Cell, ...]:
    """A piece of evidence that was taken back: what it was, why, when."""
    when = moment_words(row.withdrawn_on).split(" ")[0]
    return (
        Tall(row.kind_name, color="text3"),
        Tall(row.withdrawn_reason or "", color="text3"),
        Cell(when, chip=("取下げ", "ban", "none")),
    )


def event_cells(row: HouseholdEventRow) -> tuple[Tall | Cell, ...]:
    """日 | 異動 and whose | 何で確かめたか, or why it was taken back | 状態."""
    day = wareki_short(row.happened_on) if row.happened_on else "－"
    taken = row.revoked_at is not None
    told = f"取消：{row.revoked_reason}" if taken else row.source
    chip = ("取消", "ban", "none") if taken else ("入力済", "check", "ok")
    color = "text3" if taken else "text"
    words = f"{row.words}（{row.person_name}）" if row.person_name else row.words
    return (Cell(day, mono=True, color="text2"), Tall(words, color=color), Tall(told, color=color), Cell(chip=chip))


def proxy_cells(row: ProxyRow) -> tuple[Tall | Cell, ...]:
    """代理の根拠, or why the proxy ended | 期間 and whether the paper was seen | 状態. Who it is stays sealed."""
    ends = wareki_short(row.ends_on) if row.ends_on else ""
    ended = row.ended_at is not None
    name = f"解消：{row.ended_reason}" if ended else row.basis_words.split("（")[0]
    seen = "書類を見ました" if row.document_seen else "書類はまだです"
    return (
        Tall(name, color="text3" if ended else "text"),
        Cell(f"{wareki_short(row.starts_on)}–{ends}", sub=seen, mono=True, color="text2"),
        Cell(row.verified_by or "", chip=PROXY_CHIPS.get(row.state, (row.state, "info", "none")), color="text2"),
    )


def decline_cells(row: DeclineRow) -> tuple[Tall | Cell, ...]:
    """届出の日 and how | the letter, and why it was taken back | until when it can be taken back | 状態."""
    taken = row.state is DeclineState.WITHDRAWN
    told = f"撤回した理由　{row.withdrawn_reason}" if taken else row.benefits
    color = "text" if row.state is DeclineState.STOPS else "text3"
    last = wareki_short(row.last_day) if row.state is DeclineState.STOPS else ""
    return (
        Cell(wareki_short(row.declared_on), sub=row.how_words, mono=True, color="text2"),
        Tall(row.letter_words, told, color),
        Cell(last, mono=True, color="text2"),
        Cell(chip=DECLINE_CHIPS[row.state]),
    )


def heir_cells(row: HeirRow) -> tuple[Tall | Cell, ...]:
    """Who died, or why the heir ended | 続柄 and which papers were seen | 状態. Who inherits stays sealed."""
    ended = row.state == "解消"
    seen = "戸籍・同意を見ました" if row.register_seen and row.consent_seen else "書類はまだです"
    return (
        Tall(f"解消：{row.ended_reason}" if ended else row.died, color="text3" if ended else "text"),
        Cell(row.relation, sub=seen, color="text2"),
        Cell("", chip=PROXY_CHIPS.get(row.state, (row.state, "info", "none")), color="text2"),
    )


def exit_cells(row: ExitRow) -> tuple[Tall | Cell, ...]:
    """日 | 終わり方 and cause | what it changed, and why | 状態."""
    taken = row.revoked_at is not None
    why = f"取り消した理由　{row.revoked_reason}" if taken else f"事情　{row.reason}"
    chip = ("取消", "ban", "none") if taken else ("登録済", "check", "none")
    day, color = Cell(wareki_short(row.happened_on), mono=True, color="text2"), "text3" if taken else "text"
    return (day, Cell(row.words, sub=row.cause_words, color=color), Tall(row.effect, why, color), Cell(chip=chip))


def municipality_lines(row: MunicipalityRow) -> tuple[tuple[str, str], ...]:
    """(word, value) of the notice to the municipality; nothing where nobody decided yet."""
    lines = (
        ("知らせる先", row.municipality),
        ("申出のあった日", wareki_short(row.requested_on) if row.requested_on else ""),
        ("決めた理由", row.reason),
        ("作った日", moment_words(row.made_at)),
        ("送った日", wareki_short(row.sent_on) if row.sent_on else ""),
    )
    return tuple((words, value) for words, value in lines if value)


def contact_cells(row: ContactRow) -> tuple[Tall | Cell, ...]:
    """日 | 方法 | 内容 in full | 書いた人."""
    return (
        Cell(short_day(row.happened_on), mono=True, color="text2"),
        Cell(row.kind, color="text2"),
        Tall(row.text),
        Cell(row.entered_by, color="text2"),
    )


def paper_cells(icon: str, what: str, state: str, amount: str, day: str) -> tuple[Cell, ...]:
    """もの | 状態 | 金額 | 日 of a letter or a payment."""
    return (
        Cell(what, icon=icon, icon_color="text2"),
        Cell(chip=state),
        Cell(amount, mono=True, right=True),
        Cell(day, mono=True, color="text2"),
    )


def happenings(page: CasePage, most: int) -> tuple[Happening, ...]:
    """The newest events, newest first."""
    return tuple(Happening(moment_words(row.at), row.words, row.who) for row in page.events[:most])
