"""判定調書: everything that a judgment was made from, on one page where it fits, and nothing cut off."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from kyufu_desktop.documents.decision_sheet import BenefitSheet, ConditionLine, DecisionSheet, Fact, decision_sheet
from kyufu_desktop.domain.judgment import Finding
from kyufu_desktop.errors import UserError

DAY = date(2024, 8, 28)
ORIGIN = "ホスト 判定資料 12行目"
ARTICLE = "要綱 第3条"
CONDITIONS = (
    ConditionLine("基準日に区に住んでいましたか", "基準日に新宿区の住民基本台帳にあります", "令和6年6月3日", ORIGIN, Finding.PASS, ARTICLE),
    ConditionLine("未申告の人はいませんか", "申告していない人がいます", "山田 花子", ORIGIN, Finding.HOLD, ARTICLE),
    ConditionLine("扶養親族になっていませんか", "この条件はこの区分には適用しません", "", "", Finding.NOT_APPLIED, "要綱 第4条"),
)
WORKING = (("算定の人数", "本人1人", "1人"), ("(A)＋(B)", "15,000円 ＋ 1,000円", "16,000円"), ("支給予定額", "切り上げ", "20,000円"))
BENEFIT = BenefitSheet(
    "非課税化給付", "支給", 100_000, CONDITIONS, WORKING, "山田 花子", ("申告があれば、支給できます（100,000円）",),
    "決裁済", "佐藤 主事", DAY, "鈴木 係長", DAY, "ab" * 32,
)  # fmt: skip
SHEET = DecisionSheet(
    "R601420001", "渡邉󠄂 花子", "令和6年度 給付金　2024-06-03版", "cd" * 32, DAY, DAY, 2,
    (Fact("秘匿の根拠", "保護命令決定書（令和6年6月1日）", "入力 佐藤 8/20、確認 鈴木 8/21"),), (BENEFIT,),
)  # fmt: skip


def text_of(pdf: bytes) -> str:
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode("utf-8")
    return re.sub(r"\s", "", found)


def pages_of(pdf: bytes) -> int:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def test_sheet_tells_facts_definition_conditions_sum_turning_and_signatures() -> None:
    told = text_of(decision_sheet(SHEET))
    for words in (
        "自治体機密性3", "R601420001", "2024-06-03版", "cdcdcdcd", "入力佐藤8/20、確認鈴木8/21", "基準日に区に住んでいましたか",
        "申告していない人がいます", "ホスト判定資料12行目", "要綱第3条", "適用外", "(A)＋(B)", "16,000円", "こうなれば変わります",
        "申告があれば、支給できます", "佐藤主事", "鈴木係長", "abababab", "第2版", "花子",
    ):  # fmt: skip
        assert words in told, words


def test_one_benefit_with_every_row_of_the_rules_fits_one_page() -> None:
    long = replace(CONDITIONS[1], sentence="令和5年度の給付対象世帯にいた人がいます。数えるかどうかの判断が要ります")
    whole = replace(SHEET, benefits=(replace(BENEFIT, conditions=(long,) * 24, working=(), turning=()),))
    assert pages_of(decision_sheet(whole)) == 1


def test_nothing_is_cut_off_where_it_takes_more_pages() -> None:
    numbered = tuple(replace(CONDITIONS[0], values=f"番号{number:03d}") for number in range(90))
    pdf = decision_sheet(replace(SHEET, benefits=(replace(BENEFIT, conditions=numbered),)))
    assert pages_of(pdf) > 1
    told = text_of(pdf)
    assert all(f"番号{number:03d}" in told for number in range(90))


def test_void_decision_says_so_with_the_reason() -> None:
    void = replace(BENEFIT, state="決裁無効", note="決裁無効：秘匿の根拠の取下げ（令和6年8月28日、佐藤 主事）")
    assert "決裁無効：秘匿の根拠の取下げ" in text_of(decision_sheet(replace(SHEET, benefits=(void,))))


def test_draft_says_that_it_is_not_decided() -> None:
    waiting = replace(BENEFIT, state="決裁待ち", approver="", approved_on=None)
    told = text_of(decision_sheet(replace(SHEET, benefits=(waiting,))))
    assert "まだです" in told and "起案の照合値" in told and "署名した照合値" not in told


def test_practice_is_written_across_the_page() -> None:
    assert "練" in text_of(decision_sheet(replace(SHEET, practice=True)))
    assert "練" not in text_of(decision_sheet(SHEET))


@pytest.mark.parametrize("place", ["recipient", "origin"])
def test_character_that_cannot_be_printed_is_refused_by_its_code(place: str) -> None:
    wrong = replace(SHEET, recipient="山\ue000") if place == "recipient" else replace(SHEET, facts=(Fact("氏名", "山\ue000", "x"),))
    with pytest.raises(UserError) as caught:
        decision_sheet(wrong)
    assert caught.value.code == "K-1804" and "U+E000" in str(caught.value)
