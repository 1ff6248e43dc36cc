"""Internal sheets: the mark, the contents, the mark of practice."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import date

import pytest

from kyufu_desktop.documents import custody_sheets, sheets
from kyufu_desktop.domain.custody import ExportKind, LedgerLine, Span
from kyufu_desktop.errors import UserError

DAY = date(2024, 8, 28)


def _text(pdf: bytes) -> str:
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode("utf-8")
    return re.sub(r"\s", "", found)


LINE = LedgerLine(3, ExportKind.HOST_STATUS, "host_status.xlsx", 240, 24000000, "a" * 64, "DVD-012", DAY, "佐藤", DAY, "田中", None)
SHEETS: dict[str, tuple[Callable[[bool], bytes], tuple[str, ...]]] = {
    "anchor": (lambda on: sheets.anchor_slip(4312, "7K2M-Q9XD-TR4A", DAY, "佐藤", practice=on), ("4,312件", "7K2M-Q9XD-TR4A")),
    "password": (
        lambda on: sheets.password_sheet("host_status.xlsx", "DVD-012", "ABCDEFGH", DAY, "田中", practice=on),
        ("ABCDEFGH", "DVD-012", "別の機会"),
    ),
    "staff": (
        lambda on: sheets.staff_list([sheets.StaffLine("髙橋", "取扱者", DAY, None, "課長")], DAY, practice=on),
        ("取扱者指定簿", "髙橋"),
    ),
    "ledger": (
        lambda on: custody_sheets.ledger([LINE], Span(), DAY, practice=on),
        ("受渡し管理簿", "24,000,000円", "240件", "host_status.xlsx"),
    ),
    "recovery": (lambda on: sheets.recovery_sheet(["ABCD"] * 8, "保管庫", 3, DAY, practice=on), ("復旧用の鍵", "ABCDABCD")),
}


@pytest.mark.parametrize("practice", [True, False])
@pytest.mark.parametrize("name", SHEETS)
def test_sheet_holds_its_facts_and_the_classification_mark(name: str, practice: bool) -> None:
    make, words = SHEETS[name]
    text = _text(make(practice))
    for word in (*words, "自治体機密性3"):
        assert word in text, word
    assert ("練" in text) is practice


def test_character_that_cannot_be_printed_is_refused() -> None:
    with pytest.raises(UserError) as caught:
        sheets.anchor_slip(1, "7K2M", DAY, "山\ue000", practice=False)
    assert caught.value.code == "K-1804" and "U+E000" in str(caught.value)
