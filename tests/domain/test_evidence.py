from __future__ import annotations

from datetime import date

import pytest

from kyufu_desktop.domain.evidence import (
    Evidence,
    EvidenceState,
    carries,
    check_entry,
    current_name,
    is_named,
    named_in,
    state_on,
    unmatched,
)
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import InputProblem
from tests.domain.builders import CATEGORIES, name_of, programme, rows


def evidence(row: dict[str, str]) -> Evidence:
    ends = date.fromisoformat(row["終わりの日"]) if row["終わりの日"] else None
    moved = date.fromisoformat(row["転入日"]) if row["転入日"] else None
    details = dict(item.split("=") for item in row["項目"].split("|") if item)
    issued, checked = date.fromisoformat(row["発行日"]), bool(row["確認済み"])
    return Evidence(row["種類"], issued, None, ends, "架空の婦人相談所", (), checked, row["措置の根拠"] or None, moved, details)


@pytest.mark.parametrize("row", rows("evidence"), ids=name_of)
def test_evidence_table(row: dict[str, str]) -> None:
    piece = evidence(row)
    category = CATEGORIES[row["区分"]]
    if row["受け付ける"] == "いいえ":
        with pytest.raises(InputProblem):
            check_entry(piece, category, programme())
        return
    check_entry(piece, category, programme())
    on = date.fromisoformat(row["見る日"])
    assert state_on(piece, on).value == row["状態"]
    assert carries((piece,), on) == (row["状態"] in ("VALID", "ENDS_SOON"))


def test_every_kind_of_the_programme_is_in_the_table() -> None:
    accepted = {(row["種類"], CATEGORIES[row["区分"]]) for row in rows("evidence") if row["受け付ける"] == "はい"}
    assert accepted == {(kind.code, category) for kind in programme().evidence for category in kind.categories}


def test_one_good_piece_among_bad_ones_carries() -> None:
    day = date(2024, 8, 28)
    expired = Evidence("E4", date(2023, 1, 1), None, date(2024, 1, 1), "架空", verified=True)
    unverified = Evidence("E2", date(2024, 6, 1), None, None, "架空")
    good = Evidence("E3", date(2024, 6, 1), None, None, "架空", verified=True)
    assert not carries((expired, unverified), day)
    assert carries((expired, unverified, good), day)
    assert not carries((), day)


def test_last_month_is_measured_by_the_calendar_month() -> None:
    piece = Evidence("E4", date(2024, 1, 1), None, date(2024, 3, 31), "架空", verified=True)
    assert state_on(piece, date(2024, 2, 28)) is EvidenceState.VALID
    assert state_on(piece, date(2024, 2, 29)) is EvidenceState.ENDS_SOON


def test_issuer_is_required_and_never_shown_by_repr() -> None:
    piece = Evidence("E3", date(2024, 6, 1), None, None, "遠くの町")
    assert "遠くの町" not in repr(piece)
    with pytest.raises(InputProblem) as caught:
        check_entry(Evidence("E3", date(2024, 6, 1), None, None, "　"), Category.DV, programme())
    assert caught.value.field == "issuer"


def test_details_of_a_document_are_never_shown_by_repr() -> None:
    piece = Evidence("E1", date(2024, 6, 1), None, None, "裁判所", ("同伴の子",), details={"court": "遠くの裁判所"})
    assert "遠くの" not in repr(piece) and "同伴の子" not in repr(piece)


def test_contract_based_residence_is_refused_in_so_many_words() -> None:
    piece = Evidence("P4", date(2023, 4, 1), None, None, "架空の施設")
    with pytest.raises(InputProblem) as caught:
        check_entry(piece, Category.ELDERLY, programme())
    assert caught.value.field == "basis" and "契約による入所" in str(caught.value)


@pytest.mark.parametrize("written", ["渡邉󠄂　髙子", "渡辺高子", "ワタナベ タカコ", "ﾜﾀﾅﾍﾞ ﾀｶｺ", "わたなべ　たかこ"])
def test_companion_is_known_however_the_document_writes_him(written: str) -> None:
    piece = Evidence("E2", date(2024, 6, 1), None, None, "架空", (written,))
    assert is_named(named_in((piece,)), "渡邉󠄂 髙子", "ワタナベ タカコ")
    assert unmatched((written,), [("渡邉󠄂 髙子", "ワタナベ タカコ")]) == ()


def test_companion_whom_nobody_is_stays_in_sight() -> None:
    piece = Evidence("E2", date(2024, 6, 1), None, None, "架空", ("見本 次郎",))
    assert not is_named(named_in((piece,)), "見本 三郎", "ミホン サブロウ")
    assert unmatched(("見本 次郎",), [("見本 三郎", "ミホン サブロウ")]) == ("見本 次郎",)


def test_nobody_is_named_by_an_empty_kana() -> None:
    piece = Evidence("E2", date(2024, 6, 1), None, None, "架空", ("",))
    assert not is_named(named_in((piece,)), "見本 三郎", "")


def test_old_names_of_institutions_are_read_as_todays() -> None:
    assert current_name("架空県婦人相談所") == "架空県女性相談支援センター"
    assert current_name("架空県女性相談支援センター") == "架空県女性相談支援センター"
