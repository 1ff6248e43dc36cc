from __future__ import annotations

import pytest

from kyufu_desktop.security.passphrase import passphrase_bytes, weakness


@pytest.mark.parametrize("good", ["correct-horse-battery", "こぶし 公園 みずうみ 汽車 ひつじ", "さくらのはなが/さきました/はるです"])
def test_long_passphrases_or_five_words_are_accepted(good: str) -> None:
    assert weakness(good, "aoki") is None


@pytest.mark.parametrize(
    "bad", ["", "short", "a" * 40, "one two three x", "aoki-aoki-aoki-12345", "x" * 8 + "yz" * 130, "tab\tin a passphrase word"]
)
def test_weak_passphrases_get_a_sentence(bad: str) -> None:
    assert (weakness(bad, "aoki") or "").endswith("。")


def test_composed_and_decomposed_kana_are_the_same_passphrase() -> None:
    assert passphrase_bytes("か\u3099") == passphrase_bytes("が")
