"""A letter to be heard: everything that the paper says, nothing of where it goes, no sign that only the eye understands."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from typing import Any

import pytest

from kyufu_desktop.documents.letters import Confirmation, working_lines
from kyufu_desktop.documents.notices import Content, DecisionNotice, PaymentNotice, PushNotice, RefusalNotice, kind_of
from kyufu_desktop.documents.reading_text import NO_READING, OWN_CHARACTER, Reader, reading_text
from kyufu_desktop.documents.wording import load_kind
from kyufu_desktop.domain.judgment import AdjustmentWorking
from kyufu_desktop.domain.refusal import RefusalReason
from tests.documents.letters_of_every_kind import ACCOUNT, EACH, PLACE

HANAKO = Reader("見本 花子", {"見本 花子": "ミホン　ハナコ", "見本 次郎": "ミホン ジロウ"})
#: Signs of the layout: a voice leaves them out or says something else.
LAYOUT = re.compile("[□✓＊〒×÷＋＝／│─┌┐└┘■●○◎→\u3000\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def read(letter: Content, reader: Reader = HANAKO) -> str:
    return reading_text(letter, load_kind(kind_of(letter)), reader)


def heard(letter: Content, reader: Reader = HANAKO) -> str:
    """Without blanks, as one compares."""
    return re.sub(r"[ \n]", "", read(letter, reader))


def changed(letter: Content, **changes: Any) -> Content:
    return dataclasses.replace(letter, **changes)


def of(kind: type[Any]) -> Content:
    return next(letter for letter in EACH if isinstance(letter, kind))


def facts(letter: Any) -> list[str]:
    """What must be heard of each letter, written down by hand."""
    found = ["ミホンハナコ", "見本花子", letter.code.replace("-", "の"), letter.document_number]
    for label, amount, _ in getattr(letter, "benefits", ()):
        found += [label, {100_000: "10万円（100,000円）", 50_000: "5万円（50,000円）"}[amount]]
    if hasattr(letter, "benefits"):
        found += ["15万円（150,000円）", "対象児童1人かける5万円（50,000円）"]
    if hasattr(letter, "account") and letter.account is not None:
        found += ["みずほ銀行", "東京営業部", "普通", "番号のおわりの3けたは567"]
    if isinstance(letter, RefusalNotice):
        found += ["非課税世帯への給付", "支給要件（住民税の課税の状況）に該当しないため"]
    if hasattr(letter, "items"):
        found += ["署名がありません。", "署名をお願いします。"]
    for name in ("deadline", "answer_by", "decline_by", "transfer_on"):
        if hasattr(letter, name):
            found.append("令和6年9月20日、金曜日")
    for name in ("decided_on", "received_on", "first_sent_on"):
        if hasattr(letter, name):
            found.append("令和6年9月20日")
    return found


@pytest.mark.parametrize("letter", EACH, ids=lambda letter: type(letter).__name__)
def test_every_fact_of_a_letter_is_heard(letter: Content) -> None:
    text = heard(letter)
    assert [fact for fact in facts(letter) if fact not in text] == []


@pytest.mark.parametrize("letter", EACH, ids=lambda letter: type(letter).__name__)
def test_every_word_of_the_ward_is_heard_in_the_order_of_the_paper(letter: Content) -> None:
    words = load_kind(kind_of(letter)).values
    text = read(letter)
    wanted = [words["title"], words["lead"]]
    if isinstance(letter, Confirmation):
        wanted += [*words["pledges"], words["late"], words["form_title"], words["account_how"], *words["enclosures"], words["proxy_how"]]
        wanted += [*words["proxy_bases"], words["signature_lead"], words["guide_lead"]]
        wanted += [step["how"].replace("✓", "印") for step in words["guide_steps"]] + [words["guide_close"]]
    else:
        wanted += list(words["close"])
    wanted += [f"{words['head_contact']}は、次のとおりです。", "新宿区 総務部 総務課", "0 3 の 0 0 0 0 の 0 0 0 0"]
    places = [text.find(each) for each in wanted]
    assert [each for each, place in zip(wanted, places, strict=True) if place < 0] == []
    assert places == sorted(places)


@pytest.mark.parametrize("letter", EACH, ids=lambda letter: type(letter).__name__)
def test_nothing_of_the_destination_is_heard(letter: Content) -> None:
    text = heard(letter)
    for line in (*PLACE.lines, PLACE.care_of, PLACE.postal, "みどり園", "北町", "950"):
        assert line.replace(" ", "") not in text


@pytest.mark.parametrize("letter", EACH, ids=lambda letter: type(letter).__name__)
def test_no_sign_of_the_layout_and_no_wide_digit_is_left(letter: Content) -> None:
    text = read(changed(letter, practice=True, reissue=2))
    assert LAYOUT.search(text) is None and re.search("[０-９]", text) is None
    assert "再発行2回目" in text and text.startswith("練習用の文です。")
    assert all(line.strip() == line and line for line in text.splitlines())


def test_an_instruction_on_appeals_is_heard_too() -> None:
    wording = load_kind(kind_of(of(DecisionNotice)))
    text = reading_text(of(DecisionNotice), dataclasses.replace(wording, values={**wording.values, "kyoji": True}), HANAKO)
    assert all(paragraph.split("（")[0] in text for paragraph in wording.values["kyoji_text"])


def test_the_sum_of_the_adjustment_benefit_is_heard_line_by_line() -> None:
    working = AdjustmentWorking(
        components=(("本人", 1), ("扶養親族", 1)), people=2, income_tax=12_000, income_levy=5_000,
        income_tax_frame=60_000, resident_tax_frame=20_000, income_tax_shortfall=48_000, resident_tax_shortfall=15_000,
        total=63_000, amount=70_000,
    )  # fmt: skip
    text = heard(changed(of(Confirmation), adjustment=working_lines(working)))
    for piece in (
        "本人1人たす扶養親族1人",
        "3万円（30,000円）かける2人ひく推計所得税額1万2,000円（12,000円）",
        "答えは、7万円（70,000円）",
    ):
        assert piece in text
    assert "AたすB" in text


def test_members_and_taxpayers_are_named_with_their_readings() -> None:
    letter = changed(of(Confirmation), members=("見本 花子", "見本 次郎"), benefits=(("調整給付", 40_000, ("納税義務者 見本 次郎",)),))
    text = read(letter)
    assert "2人です" in text and "2人目、ミホン ジロウ（表記は 見本 次郎）様。" in text
    assert "納税義務者 ミホン ジロウ（表記は 見本 次郎）様" in text


def test_a_reading_that_is_not_registered_is_said_and_never_guessed() -> None:
    text = read(of(Confirmation), Reader("見本 花子", {"見本 花子": ""}))
    assert text.count(NO_READING) == 2 and f"見本 花子{NO_READING}様の分です。" in text


def test_a_letter_to_a_proxy_says_for_whom_it_is_and_not_who_he_is() -> None:
    place = dataclasses.replace(PLACE, name="施設長 代理 太郎")
    text = read(changed(of(PaymentNotice), destination=place, on_behalf_of="見本 花子"))
    assert "見本 花子）様の分です。代理人の方にお送りした手紙です。" in text and "代理 太郎" not in text


def test_variants_and_private_characters_are_made_sayable() -> None:
    name = "葛\U000e0100城 \ue000子"
    text = read(changed(of(Confirmation), members=(name,)), Reader(name, {name: "カツラギ ハナコ"}))
    assert f"カツラギ ハナコ（表記は 葛城 {OWN_CHARACTER}子）" in text


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (9_999, "9,999円です"),
        (10_000, "1万円（10,000円）"),
        (36_500, "3万6,500円（36,500円）"),
        (1_234_567, "123万4,567円（1,234,567円）"),
        (0, "0円です"),
    ],
)
def test_amounts_are_said_in_words(amount: int, said: str) -> None:
    assert said in read(changed(of(PushNotice), benefits=(("給付", amount, ()),)))


def test_a_day_with_its_weekday_is_spelled_out() -> None:
    text = read(changed(of(PaymentNotice), transfer_on=date(2024, 10, 31), account=ACCOUNT))
    assert "令和6年10月31日、木曜日です。" in text


def test_every_reason_of_a_refusal_has_words() -> None:
    letter = changed(of(RefusalNotice), refused=(("給付", tuple(RefusalReason)),))
    assert all(words in read(letter) for words in load_kind(kind_of(letter)).values["reasons"].values())
