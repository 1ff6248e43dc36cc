"""Papers of media and printing: long ones go over several pages, each with its heads and its number."""

from __future__ import annotations

import re
import subprocess
from datetime import date

import pytest

from kyufu_desktop.documents import custody_sheets
from kyufu_desktop.domain.custody import ErasureMethod, ExportKind, LedgerLine, Span
from kyufu_desktop.domain.printing import PrintLine, ReprintCause
from kyufu_desktop.errors import UserError

DAY = date(2024, 8, 28)


def entry(number: int, **changes: object) -> LedgerLine:
    values: dict[str, object] = {
        "export_id": number,
        "kind": list(ExportKind)[number % 5],
        "file_name": f"inquiry_account-{number:02d}.xlsx",
        "rows": 38_000,
        "total": 1_234_567_890,
        "sha256": f"{number:012x}" * 5 + "abcd",
        "medium": f"DVD-{number:03d}",
        "made_on": DAY,
        "maker": "佐藤 主事",
        "handed_over_on": DAY,
        "receiver": "情報システム課 髙橋",
        "password_on": DAY,
        "bag": "B-3",
        "returned_on": DAY,
        "erased_on": DAY,
        "method": ErasureMethod.RECEIVER,
        "witness": "総務課 渡邉\U000e0101 係長",
        "erased_by": "佐藤 主事",
    }
    return LedgerLine(**{**values, **changes})  # type: ignore[arg-type]


def job(number: int) -> PrintLine:
    return PrintLine(
        job_id=number,
        started_at="2024-08-28T10:15:00+09:00",
        started_by="佐藤 主事",
        printer="机の上のプリンター",
        tray="Tray2",
        duplex=True,
        kind_word="支給（振込）通知書",
        letters=1_234,
        sheets=3_702,
        good_sheets=3_700,
        shredded_sheets=2,
        spoiled=3,
        anew=2,
        causes=((ReprintCause.STOPPED, 2), (ReprintCause.VOIDED, 1)),
        failure_words="途中でやめました",
        sha256=f"{number:012x}" * 5 + "abcd",
    )


PAPERS = {
    "受渡し管理簿": (lambda count: custody_sheets.ledger([entry(n) for n in range(count)], Span(), DAY, practice=False), "返却・消去"),
    "印刷管理簿": (
        lambda count: custody_sheets.print_ledger([job(n) for n in range(count)], Span(), DAY, practice=False),
        "書損・作り直し",
    ),
    "電子データ消去報告書": (
        lambda count: custody_sheets.erasure_report([entry(n) for n in range(count)], [], Span(), "", DAY, practice=False),
        "立ち会った人",
    ),
}


def pages(pdf: bytes) -> list[str]:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return [re.sub(r"\s", "", page) for page in done.stdout.decode("utf-8").split("\f")][:-1]


@pytest.mark.parametrize("name", PAPERS)
def test_a_long_paper_repeats_its_heads_and_numbers_its_pages(name: str) -> None:
    make, head = PAPERS[name]
    found = pages(make(40))
    assert len(found) > 3
    with_rows = [page for page in found if "情報の内容" in page or "出来" in page]
    for number, page in enumerate(found, start=1):
        assert f"{number}／{len(found)}枚" in page and name in page and "自治体機密性3" in page
    assert all(head in page for page in with_rows) and len(with_rows) >= len(found) - 1
    together = "".join(found)
    assert all(f"{n:012x}"[8:] in together for n in range(40)), "no line is lost at the turn of a page"


@pytest.mark.parametrize("name", PAPERS)
def test_no_row_is_torn_in_two_by_the_end_of_a_page(name: str) -> None:
    make, _ = PAPERS[name]
    whole = re.compile(r"立会総務課渡邉|途中でやめました|総務課渡邉")
    for page in pages(make(40)):
        rows = page.count("DVD-") or page.count("机の上のプリンター")
        assert len(whole.findall(page)) == rows


@pytest.mark.parametrize("name", PAPERS)
def test_a_short_one_is_one_page(name: str) -> None:
    assert len(pages(PAPERS[name][0](2))) == 1


def test_the_same_digits_are_compared_on_every_paper() -> None:
    digest = custody_sheets.digest_head("a3f09c1b77de" + "0" * 52)
    assert digest == "a3f0 9c1b 77de"


def test_a_receiver_whose_name_cannot_be_printed_stops_the_notice() -> None:
    with pytest.raises(UserError) as caught:
        custody_sheets.medium_notice([entry(1, receiver="山\ue000")], "佐藤", DAY, practice=False)
    assert caught.value.code == "K-1804"


def test_what_was_not_erased_yet_is_named_and_a_day_is_never_made_up() -> None:
    waiting = [entry(7, returned_on=None, erased_on=None, method=None, witness="")]
    kept = entry(3, returned_on=None, reported_on=DAY, method=ErasureMethod.RECEIVER_KEEPS)
    (page,) = pages(custody_sheets.erasure_report([kept], waiting, Span(DAY, DAY), "DVD-003", DAY, practice=True))
    assert "1行（管理簿の番号7）" in page and "報告書令6.8.28" in page and "返却令" not in page
    assert "媒体は返らない" in page and "情報システム課髙橋" in page
    (line,) = pages(custody_sheets.ledger(waiting, Span(), DAY, practice=False))
    assert "返却令" not in line and "消去令" not in line and "返却0行、消去0行" in line
