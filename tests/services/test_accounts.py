"""Accounts: as written, as the bank takes it, verified by a second person."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.account import BelongsTo, HolderMatch
from kyufu_desktop.domain.payment import PayMethod
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.case import EvidenceRecord, Heir, Proxy
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.security import seal
from kyufu_desktop.services import accounts, collation_candidates, payables, proxies
from kyufu_desktop.services.accounts import AccountEntry
from tests.services.office import Office, copied, opened

GOOD = AccountEntry(bank="0001", branch="001", number="1234567", holder="みほん　はなこ", passbook_seen=True)

DV, CHILD = 1, 2
WHY = "書類と電話で本人の申出を確かめた"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cases: 1 of a DV evacuee, 2 of a child in care."""
    folder = tmp_path_factory.mktemp("accounts")
    with opened(folder) as office:
        office.household(("hikazei", 100_000))
        office.household(("hikazei", 100_000), category="CHILD")
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Office]:
    with copied(template, tmp_path) as made:
        yield made


def live(office: Office, case: int) -> AccountRecord:
    with office.desk.look() as db:
        found = db.scalars(select(AccountRecord).where(AccountRecord.case_id == case, AccountRecord.superseded_by.is_(None))).one()
        db.expunge(found)
        return found


def refused(office: Office, case: int, entry: AccountEntry) -> InputProblem:
    with pytest.raises(InputProblem) as caught:
        accounts.enter(office.desk, case, entry)
    return caught.value


def test_the_check_names_bank_and_branch_and_shows_the_banks_kana(office: Office) -> None:
    case = DV
    found = accounts.check(office.desk, case, GOOD)
    assert found.bank_name.startswith("みずほ") and found.branch_name
    assert (found.holder, found.match) == ("ﾐﾎﾝ ﾊﾅｺ", HolderMatch.SAME)


def test_a_yucho_symbol_and_number_become_a_transfer_account(office: Office) -> None:
    case = DV
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
    case = DV
    with pytest.raises(InputProblem) as caught:
        accounts.enter(office.desk, case, entry)
    assert caught.value.field == field
    assert accounts.waiting(office.desk) == ()


def test_another_holder_needs_a_reason(office: Office) -> None:
    case = DV
    other = AccountEntry(bank="0001", branch="001", number="1234567", holder="ベツノ ヒト")
    with pytest.raises(InputProblem) as caught:
        accounts.enter(office.desk, case, other)
    assert caught.value.field == "holder_differs_reason"
    swapped = AccountEntry(bank="0001", branch="001", number="1234567", holder="ハナコ ミホン")
    assert any("順が受給者と逆" in words for words in accounts.check(office.desk, case, swapped).warnings)


def test_an_account_shared_with_another_case_is_pointed_out(office: Office) -> None:
    accounts.enter(office.desk, DV, GOOD)
    assert accounts.check(office.desk, CHILD, GOOD).answer_for == ("同じ口座が、ほかの案件 1件にも入力されています。",)
    assert accounts.check(office.desk, DV, GOOD).answer_for == ()
    problem = refused(office, CHILD, dataclasses.replace(GOOD, holder_differs_reason="短い理由です"))
    assert (problem.code, problem.field) == ("K-1744", "holder_differs_reason")
    accounts.enter(office.desk, CHILD, dataclasses.replace(GOOD, holder_differs_reason=WHY))
    assert live(office, CHILD).holder_differs_reason == WHY


def test_whoever_entered_an_account_cannot_verify_it(office: Office) -> None:
    case = DV
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
    case = DV
    office.account(case)
    accounts.enter(office.desk, case, GOOD)
    with office.desk.look() as db:
        old, new = db.scalars(select(AccountRecord).order_by(AccountRecord.id))
        assert (old.superseded_by, new.superseded_by, new.verified_by) == (new.id, None, None)


def test_no_number_and_no_name_shows_in_a_repr(office: Office) -> None:
    case = DV
    accounts.enter(office.desk, case, GOOD)
    shown = repr(GOOD) + repr(accounts.check(office.desk, case, GOOD)) + repr(accounts.waiting(office.desk))
    assert not any(secret in shown for secret in ("1234567", "はなこ", "ﾊﾅｺ", "見本 花子"))


# ------------------------------------------------------------------ the passbook


def test_nobody_verifies_an_account_whose_passbook_nobody_has_seen(office: Office) -> None:
    changes = accounts.enter(office.desk, DV, dataclasses.replace(GOOD, passbook_seen=False))
    assert "通帳の写しを見ると" in changes.sentence
    account = live(office, DV)
    assert (account.passbook_seen_by, account.passbook_seen_at) == (None, None)
    assert accounts.waiting(office.desk) == () and accounts.waiting_count(office.desk) == 0
    with pytest.raises(Conflict, match="K-1466"):
        accounts.verify(office.desk, (account.id,), office.suzuki)
    office.clock.days(1)
    accounts.see_passbook(office.at(office.tanaka), account.id)
    (row,) = accounts.waiting(office.desk)
    assert row.passbook_seen_by == "田中 主任" and str(row.passbook_seen_at).startswith("2024-08-29T")
    with pytest.raises(Conflict, match="K-1745"):
        accounts.see_passbook(office.desk, account.id)
    accounts.verify(office.desk, (account.id,), office.suzuki)


def test_who_ticked_the_passbook_stands_with_the_account_and_when(office: Office) -> None:
    accounts.enter(office.desk, DV, GOOD)
    row = accounts.of_case(office.desk, DV)
    assert row is not None and (row.passbook_seen_by, row.passbook_seen_at) == ("佐藤 主事", office.desk.now_text())
    assert row.listed_on is not None and row.still_listed


# ------------------------------------------------------------------ whose account it is


def facility(holder: str = "ミドリエン　ミホン　ハナコ", reason: str = WHY) -> AccountEntry:
    return dataclasses.replace(GOOD, holder=holder, belongs_to=BelongsTo.FACILITY, holder_differs_reason=reason)


def test_an_account_that_the_facility_keeps_is_shared_without_a_warning_where_both_are_such(office: Office) -> None:
    other = office.household(("hikazei", 100_000), category="CHILD")
    assert refused(office, CHILD, facility(reason="")).field == "holder_differs_reason"
    accounts.enter(office.desk, CHILD, facility())
    (named, shared) = accounts.check(office.desk, other, facility()).answer_for
    assert "本人の名前があります" in named and "同じ施設の口座" in shared
    accounts.enter(office.desk, other, facility())
    # The same account as the private one of somebody else is a warning again.
    found = accounts.check(office.desk, DV, GOOD)
    assert found.answer_for == ("同じ口座が、ほかの案件 2件にも入力されています。",)
    assert live(office, other).belongs_to == "FACILITY"


def test_an_account_in_the_name_of_the_facility_alone_says_so(office: Office) -> None:
    found = accounts.check(office.desk, CHILD, facility("シャカイフクシホウジン　ミドリエン"))
    assert found.answer_for == ("施設の名義の口座です。本人の名前がありません。",) and found.corporation
    assert found.holder == "ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝ ﾐﾄﾞﾘｴﾝ", "the switch is off until somebody puts it on"
    short = accounts.check(office.desk, CHILD, dataclasses.replace(facility("シャカイフクシホウジン　ミドリエン"), corporate=True))
    assert short.holder == "ﾌｸ)ﾐﾄﾞﾘｴﾝ" and any("略語" in note for note in short.notes)


def proxy(office: Office, case: int, name: str, *, verified: bool = True, **changes: object) -> int:
    with office.desk.work(Act.PROXY_ENTERED) as unit:
        key = accounts.case_of(unit.session, case).case_key
        assert key is not None
        values: dict[str, object] = {
            "case_id": case,
            "basis": "B2",
            "sealed": seal.seal(key, office.desk.address_key(), case, {"name": name, "relation": "後見人", "phone": ""}, proxies.PROXY),
            "document_seen": True,
            "starts_on": date(2024, 1, 1),
            "entered_at": office.desk.now_text(),
            "entered_by": office.sato.staff.id,
            "verified_at": office.desk.now_text() if verified else None,
            "verified_by": office.suzuki.staff.id if verified else None,
        }
        row = Proxy(**{**values, **changes})
        unit.session.add(row)
        unit.session.flush()
        unit.record(Act.PROXY_ENTERED)
        return row.id


GUARDIAN = dataclasses.replace(GOOD, holder="コウケン　タロウ", belongs_to=BelongsTo.PROXY)


def test_an_account_of_a_proxy_needs_a_live_proxy(office: Office) -> None:
    assert refused(office, DV, GUARDIAN).code == "K-1461"
    proxy(office, DV, "後見　太郎", verified=False)
    proxy(office, DV, "後見　太郎", ends_on=date(2024, 8, 27))
    assert refused(office, DV, GUARDIAN).code == "K-1461"
    live_one = proxy(office, DV, "コウケン　タロウ")
    assert accounts.check(office.desk, DV, GUARDIAN).answer_for == ("代理人の名義の口座です。",)
    assert "見比べて" in accounts.check(office.desk, DV, dataclasses.replace(GUARDIAN, holder="ベツノ　ヒト")).answer_for[0]
    assert refused(office, DV, GUARDIAN).field == "holder_differs_reason"
    accounts.enter(office.desk, DV, dataclasses.replace(GUARDIAN, holder_differs_reason=WHY))
    assert (live(office, DV).proxy_id, live(office, DV).belongs_to) == (live_one, "PROXY")


def test_the_name_of_a_proxy_is_compared_and_never_shown(office: Office) -> None:
    proxy(office, DV, "秘密園　園長")
    found = accounts.check(office.desk, DV, dataclasses.replace(GUARDIAN, holder="ベツノ　ヒト"))
    assert "秘密園" not in str(found) and "秘密園" not in "".join((*found.answer_for, *found.warnings, *found.notes))


def test_a_proxy_who_was_dismissed_is_neither_confirmed_nor_paid(office: Office) -> None:
    of = proxy(office, DV, "コウケン　タロウ")
    accounts.enter(office.desk, DV, dataclasses.replace(GUARDIAN, holder_differs_reason=WHY))
    proxies.end(office.desk, of, "後見が終わったと裁判所の書類で確認")
    with pytest.raises(Conflict, match="K-1465"):
        accounts.verify(office.desk, (live(office, DV).id,), office.suzuki)
    with office.desk.look() as db:
        account = db.scalars(select(AccountRecord)).one()
        assert payables.no_longer(db, account, office.desk.today()) == "口座の代理人が、いまは代理できません。"


def heir(office: Office, *, verified: bool = True, ended: bool = False) -> int:
    with office.desk.work(Act.HEIR_ENTERED) as unit:
        row = Heir(
            case_id=DV,
            person_id=1,
            relation="子",
            sealed=b"sealed",
            register_seen=True,
            consent_seen=True,
            entered_at=office.desk.now_text(),
            entered_by=office.sato.staff.id,
            verified_at=office.desk.now_text() if verified else None,
            verified_by=office.suzuki.staff.id if verified else None,
            ended_at=office.desk.now_text() if ended else None,
        )
        unit.session.add(row)
        unit.session.flush()
        unit.record(Act.HEIR_ENTERED)
        return row.id


def test_an_account_of_an_heir_needs_one_who_is_confirmed_and_not_ended(office: Office) -> None:
    entry = dataclasses.replace(GOOD, holder="ソウゾク　イチロウ", belongs_to=BelongsTo.HEIR, holder_differs_reason=WHY)
    assert refused(office, DV, entry).code == "K-1462"
    waits, gone = heir(office, verified=False), heir(office, ended=True)
    for unfit in (waits, gone):
        assert refused(office, DV, dataclasses.replace(entry, heir_id=unfit)).code == "K-1462"
    one = heir(office)
    accounts.enter(office.desk, DV, entry)
    assert live(office, DV).heir_id == one
    assert refused(office, CHILD, dataclasses.replace(entry, heir_id=one)).code == "K-1462", "the heir of another case"
    two = heir(office)
    assert "2人以上" in refused(office, DV, entry).happened
    accounts.enter(office.desk, DV, dataclasses.replace(entry, heir_id=two))
    assert live(office, DV).heir_id == two


# ------------------------------------------------------------------ cash


CASH = AccountEntry(method=PayMethod.CASH, holder_differs_reason="口座を作れないため窓口で受け取りたいとの申出")


def test_cash_has_no_bank_but_a_reason_and_a_second_person(office: Office) -> None:
    assert refused(office, DV, dataclasses.replace(CASH, holder_differs_reason="")).field == "holder_differs_reason"
    assert refused(office, DV, dataclasses.replace(CASH, belongs_to=BelongsTo.FACILITY)).code == "K-1463"
    accounts.enter(office.desk, DV, dataclasses.replace(CASH, bank="0001", branch="001", number="1234567", holder="ミホン ハナコ"))
    kept = live(office, DV)
    assert (kept.method, kept.bank, kept.branch, kept.kind, kept.number, kept.holder) == ("CASH", "", "", "", "", "")
    (row,) = accounts.waiting(office.desk)
    assert (row.bank_name, row.number_tail, row.method) == ("窓口払い", "", PayMethod.CASH)
    with pytest.raises(NotAllowed):
        accounts.verify(office.at(office.suzuki), (row.account_id,), office.sato)
    accounts.verify(office.desk, (row.account_id,), office.suzuki)


def test_two_who_are_paid_at_the_counter_share_no_account(office: Office) -> None:
    for case in (DV, CHILD):
        accounts.enter(office.desk, case, CASH)
    assert accounts.check(office.desk, CHILD, CASH).answer_for == ("窓口で現金を渡します。振込はしません。",)
    with office.desk.look() as db:
        assert [keys.account for keys in collation_candidates.case_keys(db, date(2006, 4, 2))] == [None, None]


# ------------------------------------------------------------------ what a person is told


def test_an_account_older_than_the_request_is_answered_for(office: Office) -> None:
    with office.desk.work(Act.EVIDENCE_ENTERED) as unit:
        unit.session.add(
            EvidenceRecord(
                case_id=DV,
                kind="E1",
                issued_on=date(2024, 8, 1),
                starts_on=date(2024, 8, 5),
                issuer_sealed=b"x",
                entered_at=office.desk.now_text(),
                entered_by=1,
            )
        )
        unit.record(Act.EVIDENCE_ENTERED)
    older = dataclasses.replace(GOOD, origin_on=date(2024, 8, 4))
    assert accounts.check(office.desk, DV, older).answer_for == ("申出の日より前に届いた口座です。",)
    assert refused(office, DV, older).field == "holder_differs_reason"
    accounts.enter(office.desk, DV, dataclasses.replace(GOOD, origin_on=date(2024, 8, 5)))


def test_every_change_of_the_kana_is_told_and_kept(office: Office) -> None:
    written = dataclasses.replace(GOOD, holder="ミホン・ジュリー　ヲ", holder_differs_reason=WHY)
    found = accounts.check(office.desk, DV, written)
    assert found.holder == "ﾐﾎﾝ ｼﾞﾕﾘ- ｵ"
    assert any("「ュ」" in note for note in found.notes) and any("「ー」" in note for note in found.notes)
    assert any("「・」" in words for words in found.warnings) and any("「ヲ」" in words for words in found.warnings)
    accounts.enter(office.desk, DV, written)
    kept = live(office, DV)
    assert kept.holder_written == written.holder and "「ュ」" in kept.notes and "「ヲ」" in kept.notes


def test_a_yucho_symbol_whose_check_digit_does_not_fit_warns_and_does_not_block(office: Office) -> None:
    entry = AccountEntry(holder="ミホン ハナコ", yucho_symbol="10530", yucho_number="12345671", passbook_seen=True)
    assert any("検査数字" in words for words in accounts.check(office.desk, DV, entry).warnings)
    accounts.enter(office.desk, DV, entry)
    assert live(office, DV).branch == "058"
