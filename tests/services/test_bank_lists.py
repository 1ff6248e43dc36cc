"""A newer list of banks: shown before it counts, counted everywhere after it, and no approved byte changed by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, FileProblem, InputProblem, NotAllowed
from kyufu_desktop.exchange import archive, banks
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.exchange import BankList
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.services import accounts, bank_files, bank_lists, payments
from kyufu_desktop.services.accounts import AccountEntry
from kyufu_desktop.services.bank_lists import BankListInspection
from kyufu_desktop.services.present_banks import present
from kyufu_desktop.services.session import JAPAN, Desk
from tests.services.bank_archive_file import AFTER, LATER, NEWER, moved, newer_list, renamed
from tests.services.office import Office, copied, opened, silent

#: After the day of the list that comes with the program.
THEN = datetime.combine(AFTER, time(10), JAPAN)
ONE, TWO = 1, 2


@pytest.fixture(scope="module")
def gone() -> bytes:
    return newer_list(NEWER, moved)


@pytest.fixture(scope="module")
def other_name() -> bytes:
    return newer_list(LATER, renamed)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reviewed cases, both at branch 001 of bank 0001."""
    folder = tmp_path_factory.mktemp("lists")
    with opened(folder) as office:
        for _ in (ONE, TWO):
            office.reviewed(office.household(("hikazei", 100_000)))
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Office]:
    with copied(template, tmp_path) as made:
        made.clock.now = THEN
        yield made


def officer(office: Office) -> Desk:
    return office.at(office.suzuki)


def bring_in(office: Office, data: bytes) -> BankListInspection:
    found = bank_lists.inspect(officer(office), data, "banks.zip", silent)
    bank_lists.bring_in(officer(office), found)
    return found


def at_another_branch(office: Office, case: int) -> None:
    entry = AccountEntry(bank="0001", branch="004", number=f"{case:07d}", holder="ミホン ハナコ", passbook_seen=True)
    accounts.enter(office.desk, case, entry)
    office.verify_accounts()


def test_what_a_list_changes_is_shown_before_anything_is_kept(office: Office, gone: bytes) -> None:
    at_another_branch(office, TWO)
    found = bank_lists.inspect(officer(office), gone, "banks.zip", silent)
    assert (found.listed_on, found.present_on) == (NEWER, banks.packaged().listed_on)
    assert found.differences.branches_gone == (("0001-001", "みずほ 東京営業部"),)
    assert found.differences.branches_new == (("0001-999", "みずほ 見本新"),)
    assert [code for code, _, _ in found.differences.branches_renamed] == ["0001-004"]
    (stranded,) = found.stranded
    assert (stranded.case_id, stranded.management_number, stranded.place) == (ONE, "R600000001", "みずほ 東京営業部")
    with office.desk.look() as db:
        assert db.scalars(select(BankList)).all() == [] and present(db) is banks.packaged()


def test_the_newest_list_counts_everywhere(office: Office, gone: bytes) -> None:
    bring_in(office, gone)
    check = accounts.check(office.desk, ONE, AccountEntry(bank="0001", branch="999", number="1234567", holder="ミホン ハナコ"))
    assert (check.branch_name, check.listed_on) == ("見本新", NEWER)
    with pytest.raises(InputProblem) as caught:
        accounts.check(office.desk, ONE, AccountEntry(bank="0001", branch="001", number="1234567", holder="ミホン ハナコ"))
    assert caught.value.field == "branch"
    page = bank_lists.page(office.desk)
    assert (page.listed_on, page.origin) == (NEWER, f"鈴木 係長 が{wareki(AFTER)}に取り込んだ一覧です。")
    at_another_branch(office, ONE)
    row = accounts.of_case(office.desk, ONE)
    assert row is not None and (row.branch_name, row.listed_on) == ("見本中央", NEWER)
    batch = office.approved(office.batch())
    assert "ﾐﾎﾝﾁﾕｳｵｳ" in bytes_of(office, batch).decode("cp932")


def bytes_of(office: Office, batch: int) -> bytes:
    sealed = bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    return archive.open_file(sealed.data, sealed.password, "x")[1]


def test_accounts_at_a_vanished_branch_wait_for_a_new_look_and_leave_their_batch(office: Office, gone: bytes) -> None:
    at_another_branch(office, TWO)
    batch = office.approved(office.batch())
    bring_in(office, gone)
    row = office.row(batch)
    assert (row.state.value, row.count) == ("決裁待ち", 1), "the other case stays in it"
    assert office.status(ONE) == "審査完了" and office.status(TWO) == "振込準備"
    (stranded,) = bank_lists.page(office.desk).stranded
    assert stranded.case_id == ONE
    with office.desk.look() as db:
        live = db.scalars(select(AccountRecord).where(AccountRecord.case_id == ONE, AccountRecord.superseded_by.is_(None))).one()
        account, seen = live.id, (live.verified_by, live.passbook_seen_by)
    assert seen == (None, None)
    # Neither the passbook nor a second person can wave it through: the branch has to be entered anew.
    with pytest.raises(InputProblem, match="K-1252"):
        accounts.see_passbook(office.desk, account)
    with pytest.raises(Conflict):
        accounts.verify(office.desk, (account,), office.suzuki)
    assert accounts.waiting(office.desk) == ()
    at_another_branch(office, ONE)
    assert bank_lists.page(office.desk).stranded == () and len(payments.page(office.desk).ready) == 1


def test_a_list_between_approval_and_writing_changes_no_byte(office: Office, other_name: bytes) -> None:
    """The name of the branch in the bank file is another one from now on; what was approved leaves as it was approved."""
    one, two = (row.judgment_id for row in payments.page(office.desk).ready)
    batch = office.approved(office.batch(one))
    approved = bytes_of(office, batch)
    assert "ﾄｳｷﾖｳ".encode("cp932") in approved
    bring_in(office, other_name)
    assert office.row(batch).state.value == "送信待ち" and bytes_of(office, batch) == approved
    path = office.written(batch)
    assert path.exists()
    # A batch that is made now has the new name.
    later = office.approved(office.batch(two))
    assert "ﾐﾎﾝｴｲｷﾞﾖｳﾌﾞ".encode("cp932") in bytes_of(office, later)


def test_a_drafted_batch_is_approved_with_the_bytes_it_was_made_of(office: Office, other_name: bytes) -> None:
    batch = office.batch()
    digest = office.row(batch)
    bring_in(office, other_name)
    office.approved(batch)
    assert office.row(batch).total == digest.total and "ﾐﾎﾝｴｲｷﾞﾖｳﾌﾞ".encode("cp932") not in bytes_of(office, batch)


def test_the_name_kept_with_a_payment_is_part_of_what_was_approved(office: Office) -> None:
    batch = office.approved(office.batch())
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.scalars(select(Payment)).first().branch_kana = "ﾍﾞﾂ"  # type: ignore[union-attr]
        unit.record(Act.COLLATED)
    with pytest.raises(Conflict, match="K-1759"):
        bank_files.bank_file(office.desk, batch, "DVD-001", silent)


def test_only_an_officer_brings_a_list_in_and_it_is_recorded(office: Office, gone: bytes) -> None:
    with pytest.raises(NotAllowed):
        bank_lists.inspect(office.desk, gone, "banks.zip", silent)
    found = bank_lists.inspect(officer(office), gone, "banks.zip", silent)
    with pytest.raises(NotAllowed):
        bank_lists.bring_in(office.desk, found)
    bank_lists.bring_in(officer(office), found)
    with office.desk.look() as db:
        detail = db.scalars(select(AuditEntry.detail).where(AuditEntry.act == "BANK_LIST_BROUGHT")).one()
        stored = db.scalars(select(BankList)).one()
        assert '"accounts":2' in detail and f'"sha256":"{found.sha256}"' in detail
        assert len(stored.data) < 500_000 and banks.compare(banks.unpack(stored.data, stored.listed_on), found.payload) == NOTHING


NOTHING = banks.Differences((), (), (), (), (), ())


def test_the_same_or_an_older_list_is_refused_and_a_later_one_taken(office: Office, gone: bytes, other_name: bytes) -> None:
    first = bank_lists.inspect(officer(office), gone, "banks.zip", silent)
    bring_in(office, other_name)
    with pytest.raises(FileProblem, match="K-1263"):
        bank_lists.inspect(officer(office), gone, "banks.zip", silent)
    with pytest.raises(Conflict, match="K-1265"):
        bank_lists.bring_in(officer(office), first)


def test_a_list_of_a_later_day_than_the_clock_is_refused_in_a_real_vault(office: Office, gone: bytes) -> None:
    office.clock.now = datetime.combine(NEWER - timedelta(days=1), time(10), JAPAN)
    with pytest.raises(FileProblem, match="K-1263"):
        bank_lists.inspect(officer(office), gone, "banks.zip", silent)


def test_a_stored_list_is_never_rewritten(office: Office, gone: bytes) -> None:
    bring_in(office, gone)
    with pytest.raises(DatabaseError, match="never rewritten"), office.desk.work(Act.COLLATED) as unit:
        unit.session.scalars(select(BankList)).one().listed_on = date(2020, 1, 1)
        unit.record(Act.COLLATED)
        unit.session.flush()


def test_the_bank_of_a_person_shows_in_no_repr(office: Office, gone: bytes) -> None:
    found = bank_lists.inspect(officer(office), gone, "banks.zip", silent)
    assert found.stranded and "東京営業部" not in repr(found.stranded)
