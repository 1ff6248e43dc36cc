"""The words of the letters."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest

from kyufu_desktop.documents import wording
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
