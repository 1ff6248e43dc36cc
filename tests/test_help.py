"""The manual says what the program does: a page for every station, only keys that exist, the whole list of deficiencies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kyufu_desktop import settings
from kyufu_desktop.domain.review import DEFICIENCIES, ITEM_LABELS
from kyufu_desktop.views.workplace import FURTHER

PAGES = (
    "today",
    "notices",
    "cases",
    "judgment",
    "collation",
    "inquiry",
    "letters",
    "review",
    "payments",
    "tracking",
    "host_exchange",
    "programme",
    "wording",
    "gaiji",
    "admin",
)
HEADINGS = ("この画面ですること", "手順", "うまくいかないとき", "してはいけないこと")
VIEWS = Path(__file__).parents[1] / "kyufu_desktop" / "views"
#: Keys of Qt itself and of the frame, which no station names.
EVERYWHERE = {"Tab", "Space", "Esc", "←", "→", "Ctrl+0", "Ctrl+1〜9", "F1", "Ctrl+9"} | {
    f"Ctrl+Shift+{number}" for number in FURTHER.values()
}
KEY = re.compile(r"\*\*((?:(?:Ctrl|Alt|Shift)\+)*(?:Enter|Esc|Tab|Space|F\d+|[A-Z0-9]|1〜9|[←→]))\*\*")


def _text(page: str) -> str:
    return settings.resource("help", f"{page}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_manual_has_its_four_parts_in_order(page: str) -> None:
    places = [_text(page).find(f"## {heading}") for heading in HEADINGS]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("page", PAGES)
def test_the_manual_names_only_keys_that_the_program_has(page: str) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in VIEWS.rglob("*.py"))
    named = {key for key in KEY.findall(_text(page)) if key not in EVERYWHERE}
    missing = {key for key in named if f'"{key}"' not in source}
    assert not missing


@pytest.mark.parametrize("page", FURTHER)
def test_a_screen_beside_the_daily_ten_says_the_key_that_opens_it(page: str) -> None:
    assert set(re.findall(r"Ctrl\+Shift\+(\d)", _text(page))) == {str(FURTHER[page])}


def test_the_page_of_the_review_lists_every_deficiency_in_the_words_of_the_letter() -> None:
    lines = [line for line in _text("review").splitlines() if re.match(r"\| D\d\d ", line)]
    assert lines == [f"| {item.code} | {ITEM_LABELS[item.item]} | {item.words} | {item.remedy} |" for item in DEFICIENCIES]


@pytest.mark.parametrize("page", PAGES)
def test_the_manual_uses_the_words_of_the_ward(page: str) -> None:
    forbidden = ("エクスポート", "インポート", "ステータス", "エラー", "データベース", "恐れ入り", "！", "OK")
    assert [word for word in forbidden if word in _text(page)] == []
