"""The words of the letters."""

from __future__ import annotations

import copy
import tomllib
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyufu_desktop.documents import wording, wording_edit, wording_fields
from kyufu_desktop.documents.toml_text import to_toml
from kyufu_desktop.domain.letter import LetterKind
from kyufu_desktop.errors import FileProblem


def _table() -> dict[str, Any]:
    return tomllib.loads((wording.letters_dir() / "confirmation_r6.toml").read_text(encoding="utf-8"))


def test_words_are_loaded_with_their_version() -> None:
    assert wording.load().version


@pytest.mark.parametrize(("section", "key"), [("pledges", "items"), ("sender", "name"), ("text", "late"), ("account", "kinds")])
def test_missing_word_is_named(section: str, key: str) -> None:
    table = copy.deepcopy(_table())
    del table[section][key]
    with pytest.raises(FileProblem) as caught:
        wording.parse(table, name="x")
    assert caught.value.code == "K-1808"
    assert f"{section}.{key}" in caught.value.happened


def test_switch_must_be_true_or_false() -> None:
    table = _table()
    table["switches"]["kyoji"] = "yes"
    with pytest.raises(FileProblem) as caught:
        wording.parse(table, name="x")
    assert "switches.kyoji" in caught.value.happened


@pytest.mark.parametrize("word", ["DV", "避難", "施設", "措置"])
def test_word_that_tells_the_reason_is_refused(word: str) -> None:
    table = _table()
    table["pledges"]["items"] = [*table["pledges"]["items"], f"{word}に同意します。"]
    with pytest.raises(FileProblem) as caught:
        wording.parse(table, name="x")
    assert caught.value.code == "K-1809" and word in caught.value.happened


def test_absent_file_is_named_without_a_path() -> None:
    with pytest.raises(FileProblem) as caught:
        wording.load("../../etc/passwd")
    assert caught.value.code == "K-1807" and caught.value.file == "passwd.toml"


# ------------------------------------------------------------ keys, labels, text
FILES = sorted(path.stem for path in wording.letters_dir().glob("*.toml"))
OF_KINDS = [(kind, kind.value) for kind in LetterKind if kind is not LetterKind.CONFIRMATION] + [
    (LetterKind.CONFIRMATION, name) for name in FILES if name.startswith("confirmation_")
]


def test_every_file_of_words_is_of_a_kind_or_the_notice_to_a_municipality() -> None:
    assert {name for _, name in OF_KINDS} | {"municipality_notice"} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_every_file_has_a_version_and_a_day(name: str) -> None:
    table = wording.read_file(name)
    assert table["version"].strip() and type(table["valid_from"]) is date


@pytest.mark.parametrize("name", FILES)
def test_every_file_comes_back_from_its_text(name: str) -> None:
    table = wording.read_file(name)
    written = to_toml(table)
    assert tomllib.loads(written) == table
    assert [line.split(" = ")[0] for line in written.splitlines() if line.startswith("[")] == [
        line.split("#")[0].strip()
        for line in (wording.letters_dir() / f"{name}.toml").read_text(encoding="utf-8").splitlines()
        if line.startswith("[")
    ]


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
KEY = st.text("abcdefghijklmnopqrstuvwxyz_0123456789-", min_size=1, max_size=8)
TABLE = st.dictionaries(
    KEY,
    st.one_of(
        TEXT,
        st.lists(TEXT, max_size=4),
        st.booleans(),
        st.dates(),
        st.dictionaries(KEY, st.one_of(TEXT, st.lists(TEXT, max_size=3), st.booleans()), max_size=4),
        st.lists(st.dictionaries(KEY, TEXT, min_size=1, max_size=3), min_size=1, max_size=3),
    ),
    max_size=6,
)


@given(TABLE)
def test_any_table_of_words_comes_back_from_its_text(table: dict[str, Any]) -> None:
    assert tomllib.loads(to_toml(table)) == table


@pytest.mark.parametrize("value", [1, 1.5, None, [1], [["a"]], ["a", {"b": "c"}]])
def test_what_is_no_word_is_not_written(value: object) -> None:
    with pytest.raises(TypeError):
        to_toml({"key": value})


@pytest.mark.parametrize(("kind", "name"), OF_KINDS, ids=[name for _, name in OF_KINDS])
def test_every_key_of_a_file_has_its_label_and_every_label_its_key(kind: LetterKind, name: str) -> None:
    table = wording.read_file(name)
    keys = [key for key, value in table.items() if not isinstance(value, dict)]
    keys += [f"{section}.{key}" for section, part in table.items() if isinstance(part, dict) for key in part]
    known = {field.key: field for field in wording_fields.FIELDS[kind]}
    assert sorted(keys) == sorted(known)
    assert wording_fields.faults(kind, table) == []
    for field in wording_fields.words_of_kind(kind):
        assert field.label and field.group
        assert wording_edit.read_typed(field, wording_edit.typed_form(field, table)) == wording_fields.value_of(table, field.key)
    assert {field.key for field in known.values()} - {field.key for field in wording_fields.words_of_kind(kind)} <= {
        "version", "valid_from", "template", "answer",
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), OF_KINDS, ids=[name for _, name in OF_KINDS])
def test_every_missing_and_every_unknown_key_is_named(kind: LetterKind, name: str) -> None:
    table = wording.read_file(name)
    for field in wording_fields.FIELDS[kind]:
        section, _, key = field.key.rpartition(".")
        broken = copy.deepcopy(table)
        del (broken[section] if section else broken)[key]
        assert any(fault.startswith(field.key) for fault in wording_fields.faults(kind, broken)), field.key
    assert wording_fields.faults(kind, {**table, "titel": "x"}) == ["titel（知らない項目）"]
    assert wording_fields.faults(kind, {**table, "text": {**table["text"], "leed": "x"}}) == ["text.leed（知らない項目）"]
    assert "[text]" in wording_fields.faults(kind, {key: value for key, value in table.items() if key != "text"})


def test_a_refused_word_is_named_with_its_key_however_it_is_written() -> None:
    for written in ("ｄｖの", "D V の", "暴 力の", "避\n難"):
        table = _table()
        table["guide"]["steps"][1]["how"] = f"{written}ことを確かめます。"
        with pytest.raises(FileProblem) as caught:
            wording.parse(table, name="x")
        assert "guide.steps" in caught.value.happened
