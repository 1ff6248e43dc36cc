from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from kyufu_desktop import settings
from kyufu_desktop.domain.judgment import judge
from kyufu_desktop.domain.programme_file import parse
from kyufu_desktop.errors import InputProblem
from tests.domain.builders import ON, case, programme


@pytest.fixture
def values() -> dict[str, Any]:
    return copy.deepcopy(settings.read_toml("programmes", "r6.toml")[0])


def test_every_value_of_the_programme_names_its_source() -> None:
    for key, source in programme().sources.items():
        assert source.strip(), key
    assert programme().sources["dates.base_date"].startswith("区の業務仕様書")


def test_programme_of_r6_holds_the_amounts_of_the_ward() -> None:
    r6 = programme()
    assert (r6.hikazei_amount, r6.kintowari_amount, r6.child_amount) == (100_000, 100_000, 50_000)
    days = (r6.base_date, r6.levy_date, r6.child_born_from)
    assert days == (date(2024, 6, 3), date(2024, 1, 1), date(2006, 4, 2))
    assert (r6.income_cap, r6.adjustment_unit) == (18_050_000, 10_000)
    assert len(r6.digest) == 64


@pytest.mark.parametrize(
    ("table", "key", "wrong"),
    [
        ("dates", "base_date", "2024-06-03"),
        ("amounts", "hikazei", "100000"),
        ("amounts", "hikazei", -1),
        ("amounts", "income_cap", 18_050_000.0),
        ("amounts", "child", True),
        ("rules", "head_counts_as_child", 0),
        ("rules", "r5_manual", ["DV", "KIND"]),
        ("bank", "edi", "Y"),
    ],
)
def test_wrong_value_is_refused_with_its_key(values: dict[str, Any], table: str, key: str, wrong: object) -> None:
    values[table][key]["value"] = wrong
    with pytest.raises(InputProblem) as caught:
        parse(values, digest="")
    assert caught.value.field == f"{table}.{key}"
    assert f"{table}.{key}" in caught.value.happened
    assert "にしてください" in caught.value.todo


@pytest.mark.parametrize("spoil", [lambda leaf: leaf.pop("source"), lambda leaf: leaf.pop("value"), lambda leaf: leaf.update(source=" ")])
def test_value_without_source_is_refused(values: dict[str, Any], spoil: Any) -> None:
    spoil(values["amounts"]["child"])
    with pytest.raises(InputProblem) as caught:
        parse(values, digest="")
    assert caught.value.field == "amounts.child"


@pytest.mark.parametrize("table", ["programme", "dates", "amounts", "rules", "bank", "evidence", "articles"])
def test_missing_table_is_refused(values: dict[str, Any], table: str) -> None:
    del values[table]
    with pytest.raises(InputProblem) as caught:
        parse(values, digest="")
    assert caught.value.field.startswith(table)


def test_every_rule_that_is_looked_at_has_an_article() -> None:
    looked_at = {condition.rule for judgment in judge(case(), programme(), ON) for condition in judgment.conditions}
    assert looked_at <= set(programme().articles)
