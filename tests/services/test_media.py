"""Media with the real vault: handed over with a notice, the password another day, back in time or overdue, erased before a witness."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import select

from kyufu_desktop.domain.custody import ErasureMethod
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.exchange import Export, MediumReturn
from kyufu_desktop.services import cases, host_exchange, ledgers, media, workstation
from kyufu_desktop.services.media import Erasure
from tests.services.conftest import ward_programme
from tests.services.desk_work import Ward, facts, person, workbook
from tests.services.office import copied, opened, silent

M = ErasureMethod
RECEIVER = "情報システム課 山下"
WITNESS = "総務課 森 係長"


def text(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return re.sub(r"\s", "", done.stdout.decode("utf-8"))


def pages(pdf: bytes) -> int:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def filled(folder: Path, handed_over: bool) -> Path:
    """One case and two files written to one medium, closed again."""
    with opened(folder, "practice", ward_programme) as office:
        made = Ward(office)
        made.bring_in("targets", workbook([person(10, 1), person(11, 1, 続柄="子")], [facts(10), facts(11)]))
        for export_id in (1, 2):
            made.written(host_exchange.make_exclusion(office.desk, "M-07", silent))
            if handed_over:
                media.hand_over(office.desk, export_id, RECEIVER, "B-3")
    return folder


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    return {handed: filled(tmp_path_factory.mktemp("media"), handed) for handed in (False, True)}


@pytest.fixture
def here(templates: dict[bool, Path], tmp_path: Path) -> Iterator[Ward]:
    """Two files on one medium that is still in the house."""
    with copied(templates[False], tmp_path) as office:
        yield Ward(office)


@pytest.fixture
def out(templates: dict[bool, Path], tmp_path: Path) -> Iterator[Ward]:
    """The same two files, both handed over today."""
    with copied(templates[True], tmp_path) as office:
        yield Ward(office)


def line(ward: Ward, export_id: int = 1) -> host_exchange.ExportRow:
    return next(row for row in host_exchange.overview(ward.desk).exports if row.export_id == export_id)


def passwords(ward: Ward) -> list[str]:
    with ward.desk.look() as session:
        return [found for found in session.scalars(select(Export.password).order_by(Export.id)) if found]


def later(ward: Ward, days: int) -> date:
    ward.office.clock.days(days)
    return ward.desk.today()


# ---------------------------------------------------------------- the notice that goes with the medium
def test_the_notice_names_what_is_on_the_medium_and_holds_no_group_of_any_password(out: Ward) -> None:
    secret = passwords(out)
    said = text(media.notice(out.desk, 1))
    assert len(secret) == 2
    for password in secret:
        groups = [password[at : at + 4] for at in range(0, len(password), 4)]
        assert len(groups) >= 5 and not any(group in said for group in groups)
    for words in ("媒体送付票", "exclusion.xlsx", "exclusion-02.xlsx", "M-07", "B-3", RECEIVER.replace(" ", ""), "令和6年9月11日まで"):
        assert words in said, words
    assert "パスワードは別の機会に、別の通知書で渡します。" in said and "パスワード通知書" not in said
    for export_id in (1, 2):
        assert line(out, export_id).sha256[:4] in said
    assert "受け取った人の署名" in said


def test_a_password_group_on_the_notice_would_be_seen(out: Ward) -> None:
    """The planted fault: with a password in the bag's number, the same look finds it."""
    (secret, _) = passwords(out)
    with out.desk.work(Act.MEDIUM_HANDED_OVER) as unit:
        for export in unit.session.scalars(select(Export)):
            export.bag = secret[:4]
        unit.record(Act.MEDIUM_HANDED_OVER, subject="export", subject_id=1)
    assert secret[:4] in text(media.notice(out.desk, 1))


def test_the_password_sheet_never_holds_the_notice(out: Ward) -> None:
    later(out, 1)
    (secret, _) = passwords(out)
    sheet = media.password_sheet(out.desk, 1)
    said = text(sheet)
    assert secret in said and pages(sheet) == 1
    for words in ("媒体送付票", "返却と消去のお願い", line(out).sha256[:12], "除外一覧"):
        assert words not in said


def test_there_is_no_notice_before_the_hand_over_nor_after_the_return(here: Ward) -> None:
    with pytest.raises(Conflict, match="K-1482"):
        media.notice(here.desk, 1)
    media.hand_over(here.desk, 1, RECEIVER, "B-3")
    media.notice(here.desk, 1)
    media.enter_return(here.desk, 1, here.desk.today())
    with pytest.raises(Conflict, match="K-1482"):
        media.notice(here.desk, 1)


def test_another_receiver_of_the_same_medium_is_not_on_the_notice(out: Ward) -> None:
    later(out, 1)
    out.written(host_exchange.make_exclusion(out.desk, "M-07", silent))
    media.hand_over(out.desk, 3, "会計課 森", "B-4")
    said = text(media.notice(out.desk, 3))
    assert "exclusion-03.xlsx" in said and "exclusion-02.xlsx" not in said and "山下" not in said


def test_a_bank_file_that_is_written_as_it_is_says_that_it_has_no_password(out: Ward) -> None:
    office = out.office
    workstation.change_setting(office.at(office.suzuki), "bank_file", "plain")
    office.reviewed(office.household(("hikazei", 100_000)))
    office.written(office.approved(office.batch()))
    media.hand_over(out.desk, 3, "会計課 森", "B-4")
    said = text(media.notice(out.desk, 3))
    assert "このファイルにパスワードはありません" in said and "別の通知書" not in said
    media.enter_return(out.desk, 3, out.desk.today())
    with pytest.raises(InputProblem, match="K-1480"):
        media.enter_erasure(out.desk, 3, Erasure(M.KEY_DISCARDED, out.desk.today(), WITNESS))


def test_printing_the_notice_is_in_the_record(out: Ward) -> None:
    media.notice(out.desk, 2)
    with out.desk.look() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert last is not None
        assert (last.act, last.subject, last.subject_id) == ("LEDGER_PRINTED", "medium_notice", 2)


# ---------------------------------------------------------------- coming back
def test_a_medium_that_does_not_come_back_is_overdue_here_and_in_the_work_of_today(out: Ward) -> None:
    def late() -> list[tuple[str, str]]:
        return [(task.subject, task.due) for task in cases.today(out.desk).tasks if task.words == "渡した媒体を返してもらう"]

    later(out, 14)
    assert not line(out).overdue and line(out).due_on == out.desk.today() and late() == []
    later(out, 1)
    assert line(out).overdue and late() == [("2件", "1日超過")]
    counts = {count.key: count for count in cases.station_counts(out.desk)}
    assert counts["host_exchange"].late and counts["host_exchange"].count == 2
    media.enter_return(out.desk, 1, out.desk.today())
    assert not line(out).overdue and late() == [("1件", "1日超過")]
    workstation.change_setting(out.office.at(out.office.suzuki), "return_days", "30")
    assert late() == [] and not line(out, 2).overdue


@pytest.mark.parametrize("value", ["0", "91", "あ", "-1", "14.5"])
def test_the_days_of_return_are_a_number_that_makes_sense(out: Ward, value: str) -> None:
    with pytest.raises(InputProblem, match="K-1770"):
        workstation.change_setting(out.office.at(out.office.suzuki), "return_days", value)


def test_a_return_is_entered_once_and_not_before_the_hand_over_nor_in_the_future(out: Ward) -> None:
    handed = out.desk.today()
    today = later(out, 3)
    for wrong in (handed - timedelta(days=1), today + timedelta(days=1)):
        with pytest.raises(InputProblem, match="K-1480"):
            media.enter_return(out.desk, 1, wrong)
    assert out.count(MediumReturn) == 0
    media.enter_return(out.desk, 1, today)
    with pytest.raises(Conflict, match="K-1483"):
        media.enter_return(out.desk, 1, handed)
    assert line(out).line.returned_on == today


def test_what_never_left_neither_comes_back_nor_is_erased(here: Ward) -> None:
    with pytest.raises(Conflict, match="K-1483"):
        media.enter_return(here.desk, 1, here.desk.today())
    with pytest.raises(Conflict, match="K-1483"):
        media.enter_erasure(here.desk, 1, Erasure(M.DESTROYED, here.desk.today(), WITNESS))
    with pytest.raises(Conflict, match="K-1686"):
        media.enter_return(here.desk, 9, here.desk.today())


# ---------------------------------------------------------------- erased
def test_our_own_erasure_needs_the_medium_back_and_another_witness(out: Ward) -> None:
    today = later(out, 3)
    with pytest.raises(InputProblem, match="K-1480"):
        media.enter_erasure(out.desk, 1, Erasure(M.DESTROYED, today, WITNESS))
    media.enter_return(out.desk, 1, today)
    for nobody in ("", out.desk.staff.name, "佐藤"):
        with pytest.raises(InputProblem, match="K-1481"):
            media.enter_erasure(out.desk, 1, Erasure(M.DESTROYED, today, nobody))
    with pytest.raises(InputProblem, match="K-1480"):
        media.enter_erasure(out.desk, 1, Erasure(M.DESTROYED, today - timedelta(days=1), WITNESS))
    assert line(out).line.erased_on is None
    media.enter_erasure(out.desk, 1, Erasure(M.DESTROYED, today, WITNESS))
    entry = line(out).line
    assert (entry.erased_on, entry.method, entry.witness, entry.eraser) == (today, M.DESTROYED, WITNESS, "佐藤 主事")
    with pytest.raises(Conflict, match="K-1483"):
        media.enter_erasure(out.desk, 1, Erasure(M.OVERWRITTEN, today, WITNESS))


def test_a_receiver_who_erased_himself_is_entered_with_his_report_and_the_medium_is_not_waited_for(out: Ward) -> None:
    erased = later(out, 2)
    today = later(out, 20)
    assert line(out).overdue
    with pytest.raises(InputProblem, match="K-1480"):
        media.enter_erasure(out.desk, 1, Erasure(M.RECEIVER_KEEPS, erased, WITNESS))
    media.enter_erasure(out.desk, 1, Erasure(M.RECEIVER_KEEPS, erased, WITNESS, today))
    entry = line(out).line
    assert (entry.returned_on, entry.reported_on, entry.erased_on, entry.eraser) == (None, today, erased, RECEIVER)
    assert not line(out).overdue
    with pytest.raises(Conflict, match="K-1483"):
        media.enter_return(out.desk, 1, today)


@pytest.mark.parametrize("method", [M.DESTROYED, M.KEY_DISCARDED])
def test_with_the_data_goes_the_password_that_the_vault_still_kept(out: Ward, method: ErasureMethod) -> None:
    today = later(out, 1)
    media.enter_return(out.desk, 1, today)
    assert len(passwords(out)) == 2
    media.enter_erasure(out.desk, 1, Erasure(method, today, WITNESS))
    assert len(passwords(out)) == 1
    with pytest.raises(Conflict, match="K-1684"):
        media.password_sheet(out.desk, 1)


def test_return_and_erasure_are_acts_of_the_record_without_any_name(out: Ward) -> None:
    today = later(out, 1)
    media.enter_return(out.desk, 1, today)
    media.enter_erasure(out.desk, 1, Erasure(M.OVERWRITTEN, today, WITNESS))
    with out.desk.look() as session:
        last = session.execute(select(AuditEntry.act, AuditEntry.detail).order_by(AuditEntry.seq.desc()).limit(2)).all()
    assert [act for act, _ in last] == ["MEDIUM_ERASED", "MEDIUM_RETURNED"]
    assert not any(word in detail for _, detail in last for word in ("森", "山下", "佐藤"))
    assert "森" not in repr(Erasure(M.OVERWRITTEN, today, WITNESS))
    assert "森" not in repr(line(out).line)


# ---------------------------------------------------------------- the report


def test_the_report_of_erased_data_has_the_numbers_of_the_ledger(out: Ward) -> None:
    desk = out.desk
    out.written(host_exchange.make_exclusion(desk, "M-09", silent))
    media.hand_over(desk, 3, RECEIVER, "B-3")
    today = later(out, 2)
    for export_id, method in ((1, M.DESTROYED), (3, M.OVERWRITTEN)):
        media.enter_return(desk, export_id, today)
        media.enter_erasure(desk, export_id, Erasure(method, today, WITNESS))
    lines = [entry for entry in ledgers.ledger(desk) if entry.erased_on is not None]
    report, book = text(ledgers.erasure_report_pdf(desk)), text(ledgers.ledger_pdf(desk))
    total = sum(entry.rows for entry in lines)
    assert f"管理簿の2行、媒体2個、情報{total:,}件" in report
    assert "1行（管理簿の番号2）" in report, "what went out and is not erased is named"
    assert f"3行、情報{sum(entry.rows for entry in ledgers.ledger(desk)):,}件。返却2行、消去2行。" in book
    for entry in lines:
        for paper in (report, book):
            for words in (entry.file_name, f"{entry.rows:,}件", entry.sha256[:4], entry.sha256[4:8], entry.sha256[8:12], entry.medium):
                assert words in paper, words
    for words in ("電子データ消去報告書", "媒体を物理的に破壊", "立ち会った人の署名", "証明ではありません"):
        assert words in report, words
    assert "返却令6.8.30" in book and "消去令6.8.30" in book


def test_the_report_is_of_one_medium_or_of_a_span(out: Ward) -> None:
    desk = out.desk
    first = later(out, 1)
    media.enter_return(desk, 1, first)
    media.enter_erasure(desk, 1, Erasure(M.DESTROYED, first, WITNESS))
    second = later(out, 5)
    media.enter_return(desk, 2, second)
    media.enter_erasure(desk, 2, Erasure(M.DESTROYED, second, WITNESS))
    assert "管理簿の2行、媒体1個" in text(ledgers.erasure_report_pdf(desk, medium="M-07"))
    report = text(ledgers.erasure_report_pdf(desk, ledgers.Span(second, second)))
    assert "管理簿の1行、媒体1個" in report and "exclusion-02.xlsx" in report and "exclusion.xlsx" not in report
    assert "ありません" in report
    for nothing in (ledgers.Span(second + timedelta(days=1), None), ledgers.Span(None, first - timedelta(days=1))):
        with pytest.raises(Conflict, match="K-1484"):
            ledgers.erasure_report_pdf(desk, nothing)
    with pytest.raises(Conflict, match="K-1484"):
        ledgers.erasure_report_pdf(desk, medium="M-99")


def test_the_witness_is_another_than_who_records_and_not_who_made_the_file(out: Ward) -> None:
    """The officer records: the handler may stand by."""
    today = later(out, 1)
    officer = out.office.at(out.suzuki)
    media.enter_return(officer, 1, today)
    media.enter_erasure(officer, 1, Erasure(M.DESTROYED, today, "佐藤 主事"))
    entry = line(out).line
    assert (entry.erased_by, entry.witness) == ("鈴木 係長", "佐藤 主事")
    assert dataclasses.replace(entry, method=M.RECEIVER).eraser == RECEIVER
