"""Accounts that are known of a person: listed masked with origin and day, and never proposed where they could be the other party's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.account import AccountSource
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import EvidenceRecord, Person, ReceivedNotice
from kyufu_desktop.models.exchange import ImportFile, InquiryRecord
from kyufu_desktop.services import accounts, known_accounts
from kyufu_desktop.services.accounts import AccountEntry
from kyufu_desktop.services.known_accounts import KnownAccount
from tests.services.office import Office, copied, opened

CASE = 1
HOST = {"past_account": "0001-001-1-1110001-ミホン ハナコ", "public_account": "0005-001-1-1110002-ミホン ハナコ"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with a taxpayer's own benefit; the host knows accounts of both people; the paper is of 5 August."""
    folder = tmp_path_factory.mktemp("known")
    with opened(folder) as office:
        office.household(("hikazei", 100_000), children=1)
        with office.desk.work(Act.TARGETS_IMPORTED) as unit:
            head, other = unit.session.scalars(select(Person).order_by(Person.id))
            for column, text in HOST.items():
                setattr(head, column, text)
            head.welfare_account = "9900-408-1-1110003-ミホン ハナコ"
            other.public_account = "0001-001-1-1110004-ミホン ジロウ"
            unit.session.get_one(ImportFile, 1).created_on = date(2024, 8, 20)
            unit.session.add(
                EvidenceRecord(
                    case_id=CASE, kind="E1", issued_on=date(2024, 8, 1), starts_on=date(2024, 8, 5), issuer_sealed=b"x",
                    entered_at=office.desk.now_text(), entered_by=1,
                )
            )  # fmt: skip
            unit.record(Act.TARGETS_IMPORTED)
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Office]:
    with copied(template, tmp_path) as made:
        yield made


def stated(office: Office, on: date, number: str = "2220001") -> None:
    entry = AccountEntry(
        bank="0001", branch="001", number=number, holder="ミホン ハナコ", origin_on=on, passbook_seen=True,
        holder_differs_reason="書類と電話で本人の申出を確かめた",
    )  # fmt: skip
    accounts.enter(office.desk, CASE, entry)


def lines(office: Office) -> dict[str, KnownAccount]:
    return {line.number_tail: line for line in known_accounts.known(office.desk, CASE)}


def test_all_four_sources_are_listed_with_origin_and_day(office: Office) -> None:
    stated(office, date(2024, 8, 20))
    found = known_accounts.known(office.desk, CASE)
    assert [line.source for line in found] == [
        AccountSource.PAST_BENEFIT,
        AccountSource.PUBLIC_MONEY,
        AccountSource.WELFARE,
        AccountSource.STATED,
    ]
    assert [line.origin_on for line in found] == [date(2024, 8, 20)] * 4
    assert found[0].origin_word == "ホスト 令6.8.20" and found[0].place == "みずほ 東京営業部"
    assert found[3].origin_word == "いまの口座 令6.8.20"


def test_only_what_was_stated_since_the_request_may_be_taken_over(office: Office) -> None:
    stated(office, date(2024, 8, 4), "2220001")
    stated(office, date(2024, 8, 5), "2220002")
    found = known_accounts.known(office.desk, CASE)
    assert [(line.source, line.origin_on) for line in found if not line.why_not] == [(AccountSource.STATED, date(2024, 8, 5))]
    older = next(line for line in found if line.origin_on == date(2024, 8, 4))
    assert older.why_not == "申出の日より前に届いた口座です。使いません。"


def test_a_line_that_may_not_be_used_is_refused_by_the_service_too(office: Office) -> None:
    stated(office, date(2024, 8, 4))
    for line in known_accounts.known(office.desk, CASE):
        with pytest.raises(Conflict, match="K-1464"):
            known_accounts.take_over(office.desk, CASE, line.key)
    with pytest.raises(Conflict, match="K-1464"):
        known_accounts.take_over(office.desk, CASE, "account:99")


def test_a_proposable_one_fills_the_fields_and_nothing_else(office: Office) -> None:
    stated(office, date(2024, 8, 6))
    (line,) = (line for line in known_accounts.known(office.desk, CASE) if not line.why_not)
    taken = known_accounts.take_over(office.desk, CASE, line.key)
    assert (taken.bank, taken.branch, taken.kind, taken.number, taken.holder) == ("0001", "001", "1", "2220001", "ﾐﾎﾝ ﾊﾅｺ")
    assert "2220001" not in repr(taken) and "2220001" not in repr(line) and "2220001" not in line.key
    row = accounts.of_case(office.desk, CASE)
    assert row is not None and row.verified_by is None, "nothing was entered by it"


def test_without_a_day_of_the_request_nothing_is_proposed(office: Office) -> None:
    with office.desk.work(Act.EVIDENCE_WITHDRAWN) as unit:
        unit.session.scalars(select(EvidenceRecord)).one().withdrawn_at = office.desk.now_text()
        unit.record(Act.EVIDENCE_WITHDRAWN)
    stated(office, date(2024, 8, 20))
    found = known_accounts.known(office.desk, CASE)
    assert all(line.why_not for line in found) and found[-1].why_not == "申出の日が分かりません。使いません。"


def test_a_request_that_came_after_the_paper_counts_and_a_renewed_paper_does_not(office: Office) -> None:
    with office.desk.work(Act.NOTICE_RECEIVED) as unit:
        assert known_accounts.sensitive_since(unit.session, CASE) == date(2024, 8, 5)
        unit.session.add(
            EvidenceRecord(
                case_id=CASE, kind="E1", issued_on=date(2024, 8, 25), starts_on=date(2024, 8, 25), issuer_sealed=b"x",
                entered_at=office.desk.now_text(), entered_by=1,
            )
        )  # fmt: skip
        unit.session.flush()
        assert known_accounts.sensitive_since(unit.session, CASE) == date(2024, 8, 5)
        for kind, day in (("MIRROR", 27), ("OWN", 10), ("OWN", 26)):
            unit.session.add(
                ReceivedNotice(
                    number=day, kind=kind, channel="PAPER", received_on=date(2024, 8, day), name="x", kana="x", kana_folded="x",
                    companions="[]", notice_key=b"x", sender_sealed=b"x", recorded_at="x", recorded_by=1, case_id=CASE,
                )
            )  # fmt: skip
        unit.session.flush()
        assert known_accounts.sensitive_since(unit.session, CASE) == date(2024, 8, 10)
        unit.record(Act.NOTICE_RECEIVED)


def test_a_taxpayer_with_a_benefit_of_his_own_is_listed_by_name(office: Office) -> None:
    assert "004" not in lines(office)
    with office.desk.work(Act.JUDGMENT_DRAFTED) as unit:
        office.decide(unit, CASE, 2, "chosei", 30_000)
        unit.record(Act.JUDGMENT_DRAFTED)
    line = lines(office)["004"]
    assert line.whose == "見本 次郎2" and line.why_not == "この区分では使いません。"


def test_an_answer_of_the_network_is_listed_and_not_proposed(office: Office) -> None:
    with office.desk.work(Act.INQUIRY_ANSWERED) as unit:
        unit.session.add(
            InquiryRecord(
                case_id=CASE, person_id=1, kind="ACCOUNT", asked_of="", asked_at=office.desk.now_text(), asked_by=1, answer_import_id=1,
                note="0001-001-1-3330009-ミホン ハナコ",
            )
        )  # fmt: skip
        unit.record(Act.INQUIRY_ANSWERED)
    line = lines(office)["009"]
    assert line.origin_word == "口座照会 令6.8.20の回答" and line.why_not


def test_who_types_an_account_that_was_known_before_is_told(office: Office) -> None:
    entry = AccountEntry(bank="0005", branch="001", number="1110002", holder="ミホン ハナコ")
    assert any("公金受取口座と同じ口座です" in words for words in accounts.check(office.desk, CASE, entry).warnings)


def test_looking_and_taking_over_are_recorded_without_a_digit(office: Office) -> None:
    stated(office, date(2024, 8, 6))
    known_accounts.take_over(office.desk, CASE, next(line.key for line in known_accounts.known(office.desk, CASE) if not line.why_not))
    with office.desk.look() as db:
        rows = db.execute(select(AuditEntry.act, AuditEntry.detail).order_by(AuditEntry.seq.desc()).limit(2)).all()
    assert [act for act, _ in rows] == ["CASE_VIEWED", "CASE_VIEWED"]
    assert all("place" in detail and "222" not in detail for _, detail in rows)
