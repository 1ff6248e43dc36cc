"""What leaves is opened by another program: LibreOffice with the password, not without, every cell a text and nothing live."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from kyufu_desktop.exchange import accounting_file, dummies, envelope, inquiry_files, workbook_writer
from kyufu_desktop.exchange.accounting_file import AccountingRow
from kyufu_desktop.exchange.inquiry_files import TaxInquiry
from kyufu_desktop.exchange.workbook_writer import OutSheet

SYSTEM_PYTHON = Path("/usr/bin/python3")
READER = Path(__file__).with_name("libreoffice_open.py")
PASSWORDS = ["Pass-日本7391", "ABCD2345EFGH6789JKLM", "x" * 255]
HOSTILE = [
    lead + rest
    for lead in ("=", "+", "-", "@", "\t=", "＝", "'=", " =", '="', "=-")
    for rest in ("1+1", "cmd|'/C calc'!A0", 'HYPERLINK("http://x.invalid","y")', "A1")
] + ["http://x.invalid/", "mailto:a@x.invalid", "\\\\server\\share", "0012345", "1E5", "2024-06-03", "TRUE", "葛\U000e0100城", "𠮷"]


def opened(tmp_path, pairs):
    if shutil.which("soffice") is None or not SYSTEM_PYTHON.exists():
        pytest.skip("LibreOffice is not installed on this machine")
    if subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode:
        pytest.skip("the system's Python has no UNO")
    arguments = [str(part) for pair in pairs for part in pair]
    done = subprocess.run(
        [SYSTEM_PYTHON, READER, tmp_path / "profile", *arguments],
        capture_output=True,
        check=True,
        timeout=240,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)},
    )
    return json.loads(done.stdout)


@pytest.mark.slow
def test_libreoffice_opens_what_leaves_with_the_password_only_and_finds_nothing_live(tmp_path):
    hostile = workbook_writer.write([OutSheet("表", ("列", "金額"), [(text, 1000) for text in HOSTILE])])
    asked = [TaxInquiry(f"00990000{number:02}", "横浜市") for number in range(1, 13)]
    small = inquiry_files.tax_inquiry_workbook(asked, created_on=date(2024, 6, 12), practice=True)
    pairs = []
    for number, password in enumerate(PASSWORDS):
        path = tmp_path / f"hostile{number}.xlsx"
        path.write_bytes(envelope.seal(hostile, password))
        pairs.append((path, password))
    day = date(2024, 8, 29)
    paid = accounting_file.accounting_workbook(
        [AccountingRow(1, day, "0000000001", "調整給付", 40_000, "振込済", "", day)], day, day, created_on=day, practice=True
    )
    (tmp_path / "paid.xlsx").write_bytes(envelope.seal(paid, "p"))
    (tmp_path / "small.xlsx").write_bytes(envelope.seal(small, "p"))
    (tmp_path / "dummies.xlsx").write_bytes(dummies.targets_workbook(5, 12, "p"))
    pairs += [
        (tmp_path / "paid.xlsx", "p"),
        (tmp_path / "small.xlsx", "p"),
        (tmp_path / "dummies.xlsx", "p"),
        (pairs[0][0], "wrong"),
        (tmp_path / "small.xlsx", ""),
    ]
    *right, paid_sheets, small_sheets, dummy_sheets, wrong, empty = opened(tmp_path, pairs)
    assert wrong is None and empty is None
    for sheets in right:
        cells = sheets["表"]
        assert {kind for kind, _ in cells} == {"TEXT", "VALUE"}
        assert [text for kind, text in cells if kind == "TEXT"] == ["列", "金額", *HOSTILE]
    cells = small_sheets["税照会"]
    assert cells[:3] == [["TEXT", "住民番号"], ["TEXT", "照会先"], ["TEXT", "不開示"]]
    # 不開示 is 要 in every row, as the host's operator sees it, and the number keeps its leading zeros.
    assert cells[5::3] == [["TEXT", "要"]] * 12 and cells[3] == ["TEXT", "0099000001"]
    assert ["TEXT", "練習"] in dummy_sheets["表紙"]
    # The number that the bank's papers carry keeps its zeros, the amount is a number, the cover has the total.
    assert ["TEXT", "0000000001"] in paid_sheets["支払明細"] and ["VALUE", "40,000"] in paid_sheets["支払明細"]
    assert ["TEXT", "40,000"] in paid_sheets["表紙"]
