"""Administration: settings, ledgers, backup, the end of the day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from kyufu_desktop.errors import InputProblem, NotAllowed
from kyufu_desktop.services import custody, ledgers, session, workstation
from tests.services.office import OFFICERS, Office, opened


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_only_an_officer_changes_a_setting(office: Office) -> None:
    assert workstation.setting(office.desk, "bank_file") == "archive"
    with pytest.raises(NotAllowed):
        workstation.change_setting(office.desk, "bank_file", "plain")
    officer = office.at(office.suzuki)
    workstation.change_setting(officer, "bank_file", "plain")
    workstation.change_setting(officer, "printer_name", "総務課プリンター")
    assert (workstation.setting(officer, "bank_file"), workstation.setting(officer, "printer_name")) == ("plain", "総務課プリンター")
    with pytest.raises(InputProblem):
        workstation.change_setting(officer, "bank_file", "mail")
    with pytest.raises(InputProblem):
        workstation.change_setting(officer, "recovery_public_key", "00")


def test_the_page_shows_staff_settings_and_the_state_of_the_log(office: Office) -> None:
    page = custody.page(office.desk)
    assert [one.name for one in page.staff] == ["鈴木 係長", "田中 主任", "佐藤 主事"]
    assert page.chain_ok and page.audit_count > 0 and page.vault_kind == "real" and page.last_backup == ""
    assert {name for name, _, _ in page.settings} == {
        "printer_name",
        "printer_device",
        "printer_tray",
        "printer_duplex",
        "bank_file",
        "medium",
        "deficiency_days",
        "decline_days",
        "return_days",
        "shift_right",
        "shift_down",
        "former_name",
        "decline_wait_days",
        "form_second_look",
    }


def test_the_ledger_lists_what_left_the_house(office: Office) -> None:
    office.reviewed(office.household(("hikazei", 100_000)))
    office.written(office.approved(office.batch()))
    (line,) = ledgers.ledger(office.desk)
    assert (line.file_name, line.rows, line.total, line.medium) == ("transfer.zip", 1, 100_000, "DVD-001")
    assert "DVD-001" in words(ledgers.ledger_pdf(office.desk))
    (job,) = ledgers.print_ledger(office.desk)
    assert job.letters == 1 and job.good_sheets == job.sheets


def test_the_staff_list_names_roles_and_who_appointed(office: Office) -> None:
    text = words(ledgers.staff_list_pdf(office.desk)).replace(" ", "")
    assert "佐藤主事" in text and "取扱責任者" in text


def test_the_anchor_slip_holds_the_code_that_the_next_login_compares(office: Office) -> None:
    text = words(custody.anchor_slip_pdf(office.desk))
    kept = session.last_anchor(office.folder)
    assert kept is not None and kept.code in text


def test_a_backup_opens_elsewhere_and_is_recorded(office: Office, tmp_path: Path) -> None:
    custody.backup(office.desk, str(office.medium))
    (path,) = office.medium.iterdir()
    assert custody.page(office.desk).last_backup
    elsewhere = tmp_path / "elsewhere"
    session_login, _, words_of = OFFICERS[0]
    from kyufu_desktop.database.backup import restore

    restore(elsewhere, path, session_login, words_of)
    restored = session.unlock(elsewhere, session_login, words_of, office.clock)
    session.close(restored)


def test_a_backup_into_the_vault_itself_is_refused(office: Office) -> None:
    with pytest.raises(InputProblem):
        custody.backup(office.desk, str(office.folder))
    with pytest.raises(InputProblem):
        custody.backup(office.desk, str(office.medium / "none"))


def test_closing_the_day_gives_the_anchor_for_the_paper(office: Office) -> None:
    taken = custody.close_day(office.desk)
    assert taken == session.last_anchor(office.folder)
