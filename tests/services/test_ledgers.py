"""印刷管理簿 with the real vault: every run of letters, how it came out, why letters were made anew, and no word that a person typed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.custody import Span
from kyufu_desktop.domain.printing import Failure, ReprintCause
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.services import ledgers, letters, print_jobs
from tests.services.office import MACHINE, Office, opened, silent


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def text(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return re.sub(r"\s", "", done.stdout.decode("utf-8"))


def prepared(office: Office, count: int) -> tuple[int, ...]:
    cases = tuple(office.household(("hikazei", 100_000)) for _ in range(count))
    letters.prepare(office.desk, cases, silent)
    return tuple(office.letter(case).id for case in cases)


def test_every_run_is_a_line_with_what_came_out_and_why_letters_were_made_anew(office: Office) -> None:
    order = print_jobs.start_job(office.desk, prepared(office, 3), MACHINE, silent)
    (before,) = ledgers.print_ledger(office.desk)
    assert (before.good_sheets, before.spoiled) == (None, 0) and "まだ確かめていません" in text(ledgers.print_ledger_pdf(office.desk))
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets - 1)
    printed = next(letter.letter_id for letter in letters.page(office.desk).letters if letter.state == "印刷済")
    print_jobs.spoil(office.desk, printed, "見本 花子1さんの手紙を折り機で破いた")
    (line,) = ledgers.print_ledger(office.desk)
    assert (line.letters, line.sheets, line.spoiled, line.anew) == (3, order.sheets, 2, 2)
    assert line.causes == ((ReprintCause.STOPPED, 1), (ReprintCause.SPOILED, 1))
    said = text(ledgers.print_ledger_pdf(office.desk))
    for words in (
        "印刷管理簿",
        "佐藤主事",
        "練習プリンター",
        "自動・片面",
        "3通",
        f"良い{line.good_sheets}枚",
        f"細断{line.shredded_sheets}枚",
        "書損2通",
        "理由A1通、C1通",
        "作り直し2通",
        line.sha256[:4],
        line.sha256[8:12],
    ):
        assert words in said, words


def test_no_name_and_no_letters_code_is_in_the_print_ledger(office: Office) -> None:
    order = print_jobs.start_job(office.desk, prepared(office, 2), MACHINE, silent)
    print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
    first = letters.page(office.desk).letters[0]
    print_jobs.spoil(office.desk, first.letter_id, "見本 花子1さんの手紙を折り機で破いた")
    with office.desk.look() as session:
        assert any("見本" in (reason or "") for reason in session.scalars(select(Letter.reprint_reason))), "the fault is planted"
    said = text(ledgers.print_ledger_pdf(office.desk))
    for words in ("見本", "花子", "折り機", first.code, first.code.partition("-")[0]):
        assert words not in said, words
    assert "ここには載せません" in said


def test_a_run_that_never_left_says_so(office: Office) -> None:
    order = print_jobs.start_job(office.desk, prepared(office, 1), MACHINE, silent)
    print_jobs.handed_over(office.desk, order, 0, "", Failure.REFUSED)
    assert "プリンターが受け付けませんでした" in text(ledgers.print_ledger_pdf(office.desk))


def test_a_span_shows_its_days_only_and_is_in_the_record(office: Office) -> None:
    office.printed(office.household(("hikazei", 100_000)))
    first = office.desk.today()
    office.clock.days(3)
    office.printed(office.household(("hikazei", 100_000)))
    assert [line.job_id for line in ledgers.print_ledger(office.desk, Span(first + timedelta(days=1), None))] == [2]
    assert [line.job_id for line in ledgers.print_ledger(office.desk, Span(None, first))] == [1]
    said = text(ledgers.print_ledger_pdf(office.desk, Span(None, first)))
    assert "令和6年8月28日までに印刷したもの（令和6年8月31日現在）" in said and "1回、1通" in said
    empty = text(ledgers.print_ledger_pdf(office.desk, Span(first + timedelta(days=30), None)))
    assert "この範囲の記録はありません。" in empty and "令和6年9月27日以後に" in empty
    with office.desk.look() as session:
        query = select(AuditEntry.subject, AuditEntry.detail).where(AuditEntry.act == Act.LEDGER_PRINTED.value).order_by(AuditEntry.seq)
        (subject, detail), _ = session.execute(query).all()
    assert subject == "print_ledger" and '"last":"2024-08-28"' in detail.replace(" ", "")


def test_the_hand_over_ledger_shows_what_was_made_in_its_span(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    office.written(office.approved(office.batch()))
    made = office.desk.today()
    assert "transfer.zip" in text(ledgers.ledger_pdf(office.desk, Span(made, made)))
    assert "transfer.zip" not in text(ledgers.ledger_pdf(office.desk, Span(made + timedelta(days=1), None)))
