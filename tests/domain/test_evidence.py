from __future__ import annotations

from datetime import date

import pytest

from kyufu_desktop.domain.evidence import Evidence, EvidenceState, carries, check_entry, state_on
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import InputProblem
from tests.domain.builders import CATEGORIES, name_of, programme, rows


def evidence(row: dict[str, str]) -> Evidence:
    ends = date.fromisoformat(row["終わりの日"]) if row["終わりの日"] else None
    return Evidence(row["種類"], date.fromisoformat(row["発行日"]), None, ends, "架空の機関", (), bool(row["確認済み"]))


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
