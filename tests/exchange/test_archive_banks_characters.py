"""The archive of the bank file, the list of banks, the holidays, and what a text needs."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from datetime import date

import pytest

from kyufu_desktop.errors import FileProblem, InputProblem
from kyufu_desktop.exchange import archive, banks, characters
from kyufu_desktop.exchange.holidays import is_holiday

CONTENT = "12101234567890ｼﾝｼﾞﾕｸｸ".encode("cp932") * 50


def test_archive_opens_with_its_password_only(monkeypatch):
    monkeypatch.setattr(tempfile, "mkstemp", lambda *_: pytest.fail("a temporary file was asked for"))
    sealed = archive.seal_file("transfer.txt", CONTENT, "ABCD2345")
    assert archive.open_file(sealed, "ABCD2345", "transfer.zip") == ("transfer.txt", CONTENT)
    assert archive.verify(sealed, "ABCD2345", CONTENT)
    assert not archive.verify(sealed, "ABCD2345", CONTENT + b"x")
    assert not archive.verify(sealed, "OTHER", CONTENT)
    with pytest.raises(FileProblem) as problem:
        archive.open_file(sealed, "ABCD2346", "transfer.zip")
    assert problem.value.code == "K-1232"


def test_archive_is_aes_256_and_holds_nothing_in_clear():
    sealed = archive.seal_file("transfer.txt", CONTENT, "ABCD2345")
    with zipfile.ZipFile(io.BytesIO(sealed)) as plain:
        (entry,) = plain.infolist()
    assert entry.compress_type == 99
    # Extra field 0x9901: version 2 bytes, "AE", strength 3 = 256 bits.
    assert entry.extra[:2] == b"\x01\x99" and entry.extra[6:8] == b"AE" and entry.extra[8] == 3
    assert CONTENT[:20] not in sealed


def test_damaged_or_open_archive_is_refused():
    sealed = archive.seal_file("transfer.txt", CONTENT, "ABCD2345")
    middle = sealed.index(b"transfer.txt") + 60
    flipped = sealed[:middle] + bytes([sealed[middle] ^ 1]) + sealed[middle + 1 :]
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as clear:
        clear.writestr("transfer.txt", CONTENT)
    for spoiled, codes in ((flipped, {"K-1232", "K-1233"}), (sealed[:-30], {"K-1233"}), (b"x", {"K-1233"}), (plain.getvalue(), {"K-1231"})):
        with pytest.raises(FileProblem) as problem:
            archive.open_file(spoiled, "ABCD2345", "transfer.zip")
        assert problem.value.code in codes
        assert not archive.verify(spoiled, "ABCD2345", CONTENT)


LIST = banks.packaged()


def test_banks_and_branches_by_their_codes():
    assert LIST.bank_name("0001") == "みずほ"
    assert LIST.branch_name("0001", "001") == "東京営業部"
    assert LIST.branch_kana("9900", "408") == "ﾖﾝｾﾞﾛﾊﾁ"
    assert LIST.bank_name("9999") is None and LIST.branch_name("9999", "001") is None
    assert LIST.bank_kana("0005") == "ﾐﾂﾋﾞｼﾕ-ｴﾌｼﾞｴｲ"
    assert LIST.listed_on >= date(2024, 1, 1)
    LIST.check("0001", "001")


@pytest.mark.parametrize(
    ("bank", "branch", "field"), [("9999", "001", "bank"), ("0001", "000", "branch"), ("../", "001", "bank"), ("0001", "1", "branch")]
)
def test_unknown_codes_name_their_field(bank, branch, field):
    with pytest.raises(InputProblem) as problem:
        LIST.check(bank, branch)
    assert problem.value.field == field


def test_every_name_of_the_list_can_go_into_the_bank_file():
    for code in ("0001", "0005", "0009", "0398", "9900", *[f"{number:04}" for number in range(400, 600)]):
        names = [LIST.bank_kana(code), *(LIST.branch_kana(code, f"{branch:03}") for branch in range(0, 300, 7))]
        assert all(re.fullmatch(r"[ｱ-ﾝﾞﾟA-Z0-9-]{0,15}", name) for name in names), code


@pytest.mark.parametrize(("day", "holiday"), [("2024-08-12", True), ("2024-08-11", True), ("2024-08-15", False), ("2025-01-01", True)])
def test_holidays(day, holiday):
    assert is_holiday(date.fromisoformat(day)) is holiday


@pytest.mark.parametrize(
    ("text", "caution"),
    [
        ("山田\u3000太郎", ""),
        ("ヴァレンチーナ", ""),
        ("渡\ue001", "外字"),
        ("葛\U000e0100城", "異体字"),
        ("渡\ue001葛\U000e0100", "外字・異体字"),
        ("髙橋", "JIS第1・第2水準外"),
        ("𠮷田", "JIS第1・第2水準外"),
        ("NGUYỄN", "欧文の特殊文字"),
        ("渡邉\U000e0102", "異体字"),
    ],
)
def test_caution_says_what_a_text_needs(text, caution):
    assert characters.caution(text) == caution
