"""Cells of the case page's tables: rows of the services in, cells out."""

from __future__ import annotations

from datetime import date

from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.domain.evidence import EvidenceState
from kyufu_desktop.domain.judgment import Condition, Finding
from kyufu_desktop.domain.values import BENEFIT_LABELS
from kyufu_desktop.services.cases import CasePage, ContactRow, EvidenceRow, JudgmentRow, PersonRow
from kyufu_desktop.views.parts import Cell, Row, group
from kyufu_desktop.views.stations.case_paintings import Happening, period_painter
from kyufu_desktop.views.stations.words import FINDING_CHIPS, days_left, moment_words, short_day


def evidence_cells(row: EvidenceRow, on: date) -> tuple[Cell, ...]:
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
        two_lines(row.kind_name),
        Cell(words, paint=period_painter(row.starts_on, row.ends_on, row.issued_on, on, words, token), accessible=words),
        Cell(row.verified_by or "", sub=when or None, chip=chip, color="text2"),
    )


def two_lines(words: str, most: int = 12) -> Cell:
    """A long word on two lines, broken where it may be broken: before a bracket or after a point."""
    if len(words) <= most:
        return Cell(words)
    places = [place for place in range(3, min(most, len(words) - 1) + 1) if words[place] == "（" or words[place - 1] in "・、"]
    brackets = [place for place in places if words[place] == "（"]
    place = (brackets or places or [most])[-1]
    return Cell(words[:place], sub=words[place:])


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


def judgment_lines(rows: tuple[JudgmentRow, ...]) -> list[Row]:
    """Every condition of every benefit, under a row that names the benefit where there is more than one."""
    lines: list[Row] = []
    for row in rows:
        if len(rows) > 1:
            amount = f"{row.amount:,}円" if row.amount else ""
            whose = f"　{row.person_name}" if row.person_name else ""
            lines.append(group(f"{BENEFIT_LABELS[row.benefit]}{whose}", "judge", "text2", amount))
        lines += [Row((row.benefit, row.person_name, index), condition_cells(item)) for index, item in enumerate(row.conditions)]
    return lines


def condition_cells(item: Condition) -> tuple[Cell, ...]:
    """結果 | 確かめたこと with the values used | 根拠."""
    return (Cell(chip=FINDING_CHIPS[item.finding]), Cell(item.sentence, sub=item.values), Cell(item.article, color="text2"))


def first_open(rows: tuple[JudgmentRow, ...]) -> object:
    """Key of the first condition that holds or fails, else of the first one: what the person must look at first."""
    keys = [((row.benefit, row.person_name, index), item) for row in rows for index, item in enumerate(row.conditions)]
    for key, item in keys:
        if item.finding in (Finding.HOLD, Finding.FAIL):
            return key
    return keys[0][0] if keys else None


def judgment_sums(rows: tuple[JudgmentRow, ...]) -> str:
    """``非課税化給付 100,000円　こども加算 50,000円``."""
    return "　".join(f"{BENEFIT_LABELS[row.benefit]} {row.amount:,}円" for row in rows if row.amount)


def contact_cells(row: ContactRow) -> tuple[Cell, ...]:
    return (
        Cell(short_day(row.happened_on), mono=True, color="text2"),
        Cell(row.kind, color="text2"),
        Cell(row.text),
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
