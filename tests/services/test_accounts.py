"""Accounts: as written, as the bank takes it, verified by a second person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.account import HolderMatch
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.services import accounts
from kyufu_desktop.services.accounts import AccountEntry
from tests.services.office import Office, opened

GOOD = AccountEntry(bank="0001", branch="001", number="1234567", holder="みほん　はなこ", passbook_seen=True)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def test_the_check_names_bank_and_branch_and_shows_the_banks_kana(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    found = accounts.check(office.desk, case, GOOD)
    assert found.bank_name.startswith("みずほ") and found.branch_name
    assert (found.holder, found.match) == ("ﾐﾎﾝ ﾊﾅｺ", HolderMatch.SAME)


def test_a_yucho_symbol_and_number_become_a_transfer_account(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    accounts.enter(office.desk, case, AccountEntry(holder="ミホン ハナコ", yucho_symbol="14030", yucho_number="12345671"))
    with office.desk.look() as db:
        kept = db.scalars(select(AccountRecord)).one()
        assert (kept.bank, kept.branch, kept.number) == ("9900", "408", "1234567")


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (AccountEntry(bank="9998", branch="001", number="1234567", holder="ミホン ハナコ"), "bank"),
        (AccountEntry(bank="0001", branch="000", number="1234567", holder="ミホン ハナコ"), "branch"),
        (AccountEntry(bank="0001", branch="001", number="12345678", holder="ミホン ハナコ"), "number"),
        (AccountEntry(bank="0001", branch="001", number="0", holder="ミホン ハナコ"), "number"),
        (AccountEntry(bank="0001", branch="001", kind="3", number="1234567", holder="ミホン ハナコ"), "kind"),
        (AccountEntry(bank="0001", branch="001", number="1234567", holder="見本花子"), "holder_kana"),
        (AccountEntry(bank="0001", branch="001", number="1234567", holder=""), "holder_kana"),
        (AccountEntry(holder="ミホン ハナコ", yucho_symbol="99999", yucho_number="1"), "yucho_symbol"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(office: Office, entry: AccountEntry, field: str) -> None:
    case = office.household(("hikazei", 100_000))
    with pytest.raises(InputProblem) as caught:
        accounts.enter(office.desk, case, entry)
    assert caught.value.field == field
    assert accounts.waiting(office.desk) == ()


def test_another_holder_needs_a_reason(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    other = AccountEntry(bank="0001", branch="001", number="1234567", holder="ベツノ ヒト")
    with pytest.raises(InputProblem) as caught:
        accounts.enter(office.desk, case, other)
    assert caught.value.field == "holder_differs_reason"
    swapped = AccountEntry(bank="0001", branch="001", number="1234567", holder="ハナコ ミホン")
    assert any("順が受給者と逆" in words for words in accounts.check(office.desk, case, swapped).warnings)


def test_an_account_shared_with_another_case_is_pointed_out(office: Office) -> None:
    one, two = office.household(("hikazei", 100_000)), office.household(("hikazei", 100_000))
    accounts.enter(office.desk, one, GOOD)
    assert any("ほかの案件" in words for words in accounts.check(office.desk, two, GOOD).warnings)
    assert not any("ほかの案件" in words for words in accounts.check(office.desk, one, GOOD).warnings)


def test_whoever_entered_an_account_cannot_verify_it(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    accounts.enter(office.desk, case, GOOD)
    (row,) = accounts.waiting(office.desk)
    assert (row.number_tail, row.verified_by) == ("567", None)
    with pytest.raises(NotAllowed):
        accounts.verify(office.at(office.suzuki), (row.account_id,), office.sato)
    accounts.verify(office.at(office.suzuki), (row.account_id,), office.suzuki)
    assert accounts.waiting(office.desk) == ()
    with pytest.raises(Conflict):
        accounts.verify(office.desk, (row.account_id,), office.suzuki)


def test_a_new_account_supersedes_the_old_one_and_waits_again(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.account(case)
    accounts.enter(office.desk, case, GOOD)
    with office.desk.look() as db:
        old, new = db.scalars(select(AccountRecord).order_by(AccountRecord.id))
        assert (old.superseded_by, new.superseded_by, new.verified_by) == (new.id, None, None)


def test_an_account_cannot_be_changed_while_money_is_on_its_way(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    office.reviewed(case)
    office.batch()
    with pytest.raises(Conflict, match="振込の途中"):
        accounts.enter(office.desk, case, GOOD)


def test_no_number_and_no_name_shows_in_a_repr(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    accounts.enter(office.desk, case, GOOD)
    shown = repr(GOOD) + repr(accounts.check(office.desk, case, GOOD)) + repr(accounts.waiting(office.desk))
    assert not any(secret in shown for secret in ("1234567", "はなこ", "ﾊﾅｺ", "見本 花子"))
