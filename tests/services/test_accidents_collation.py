"""Accidents that really happened, replayed as far as the collation stops them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.account import BelongsTo
from kyufu_desktop.domain.collation import FindingDecision, Key, Source
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.case import Person, ReceivedNotice
from kyufu_desktop.models.exchange import CollationFinding
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.services import accounts, bank_files, batches, collation, outgoing, payments
from kyufu_desktop.services.accounts import AccountEntry
from kyufu_desktop.services.collation import FindingRow
from tests.services.desk_work import Ward
from tests.services.office import Office, opened, silent
from tests.services.test_collation import planned
from tests.services.test_planned_difference import stranger

REASON = "委託先の担当に電話で確かめ、本人と分かった"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def bring_in(office: Office, *rows: dict[str, str | int]) -> None:
    Ward(office).bring_in("planned", planned(*rows))


def number_of(office: Office, case: int, *, child: bool = False) -> str:
    with office.desk.look() as session:
        found = session.scalars(select(Person.resident_number).where(Person.case_id == case).order_by(Person.id)).all()
    return found[-1 if child else 0]


def apart(office: Office) -> None:
    """Everybody of the office has a name and a birth date of their own."""
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        for person in unit.session.scalars(select(Person)):
            person.kana_folded = "".join("アイウエオカキクケコ"[int(digit)] for digit in person.resident_number)
        unit.record(Act.TARGETS_IMPORTED)


def findings(office: Office) -> tuple[FindingRow, ...]:
    return collation.page(office.desk).findings


def test_miyazaki_2024_addition_for_a_child_is_not_paid_twice(office: Office) -> None:
    """宮崎市 2024: the contractor's earlier payment of こども加算 vanished from its list, and the addition was paid again."""
    case = office.household(("hikazei", 100_000), ("kodomo", 50_000), children=1)
    apart(office)
    office.reviewed(case)
    child = number_of(office, case, child=True)
    bring_in(office, stranger(1, 給付種別="子ども加算", 支給予定額=50_000, 状態="支給済", 対象児童住民番号=child), stranger(2))
    collation.run(office.desk, silent)
    (finding,) = findings(office)
    assert finding.keys == (Key.CHILD,) and "児童は1回だけ" in finding.advice and office.ready() == ()
    # The row vanishes: what a person has decided stays, and the child is still not paid by us.
    collation.decide(office.desk, finding.finding_id, FindingDecision.SAME_PERSON_STOP, REASON)
    bring_in(office, stranger(2))
    assert office.ready() == (), "nothing moves before the newer list was collated"
    collation.run(office.desk, silent)
    (kept,) = findings(office)
    assert kept.decision is FindingDecision.SAME_PERSON_STOP and not kept.in_list
    benefits = {row.benefit_word for row in payments.page(office.desk).ready}
    assert office.desk.programme.label(kept.benefit) not in benefits


def test_tsushima_2024_a_list_that_came_in_after_the_batch_stops_it(office: Office) -> None:
    """対馬市 2024: what had been paid meanwhile was not looked at again before the transfer file left."""
    case = office.household(("hikazei", 100_000))
    apart(office)
    office.reviewed(case)
    batch = office.batch()
    bring_in(office, {"世帯主住民番号": number_of(office, case), "状態": "支給済"})
    with pytest.raises(Conflict, match="K-1650"):
        office.approved(batch)
    collation.run(office.desk, silent)
    assert office.row(batch).state.value == "取消", "its only payment went out of it with the decision"
    with pytest.raises(Conflict, match="K-1755"):
        batches.approve_batch(office.desk, batch, 1, 100_000, office.suzuki)


def test_a_meeting_that_opens_after_the_approval_stops_the_money(office: Office) -> None:
    case = office.household(("hikazei", 100_000))
    apart(office)
    office.reviewed(case)
    batch = office.approved(office.batch())
    sealed = bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    bring_in(office, {"世帯主住民番号": number_of(office, case)})
    with pytest.raises(Conflict, match="K-1650"):
        bank_files.bank_file(office.desk, batch, "DVD-001", silent)
    collation.run(office.desk, silent)
    with pytest.raises(Conflict, match="K-1755"):
        outgoing.write_out(office.desk, sealed, str(office.medium))
    assert list(office.medium.iterdir()) == [] and {row.state_word for row in office.payments_of(batch)} == {"取消"}


def test_neyagawa_2020_the_same_people_in_a_list_that_was_not_brought_up_to_date(office: Office) -> None:
    """寝屋川市 2020: 993 households were paid twice from a list that still said 予定. Each meeting holds its case."""
    cases = [office.household(("hikazei", 100_000)) for _ in range(5)]
    apart(office)
    for case in cases:
        office.reviewed(case)
    bring_in(office, *({"世帯主住民番号": number_of(office, case), "給付管理番号": f"R6{90_000_000 + case}"} for case in cases[:4]))
    collation.run(office.desk, silent)
    assert len(findings(office)) == 4 and len(office.ready()) == 1
    first = findings(office)[0]
    collation.decide(office.desk, first.finding_id, FindingDecision.OTHER_PERSON, REASON)
    with office.desk.look() as session:
        held = session.scalars(select(JudgmentRecord.case_id).where(JudgmentRecord.state == "VOID")).all()
    assert set(held) == set(cases[:4]), "what was approved before the meeting has to be drafted and approved again"


def test_same_person_in_two_of_our_cases_is_paid_in_one_of_them(office: Office) -> None:
    one, two = (office.household(("hikazei", 100_000)) for _ in range(2))
    apart(office)
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        for person in unit.session.scalars(select(Person).where(Person.case_id.in_((one, two)), Person.relation == "HEAD")):
            person.kana_folded = "オナジヒト"
        unit.record(Act.TARGETS_IMPORTED)
    for case in (one, two):
        office.reviewed(case)
    bring_in(office, stranger(1))
    collation.run(office.desk, silent)
    first, second = findings(office)
    assert {first.source, second.source} == {Source.OWN} and office.ready() == ()
    collation.decide(office.desk, first.finding_id, FindingDecision.SAME_PERSON_PAY, REASON)
    with pytest.raises(Conflict, match="K-1652"):
        collation.decide(office.desk, second.finding_id, FindingDecision.SAME_PERSON_PAY, REASON)
    collation.decide(office.desk, second.finding_id, FindingDecision.SAME_PERSON_STOP, REASON)
    assert {row.decision for row in findings(office)} == {FindingDecision.SAME_PERSON_PAY, FindingDecision.SAME_PERSON_STOP}


OF_THE_FACILITY = AccountEntry(
    bank="0001",
    branch="001",
    number="7654321",
    holder="ミドリエン　ミホン　ハナコ",
    passbook_seen=True,
    belongs_to=BelongsTo.FACILITY,
    holder_differs_reason="施設長が本人の代わりに通帳を預かっている",
)


def test_account_of_a_facility_is_only_a_warning_that_a_person_clears(office: Office) -> None:
    cases = [office.household(("hikazei", 100_000)) for _ in range(2)]
    apart(office)
    for case in cases:
        form = office.received(case)
        accounts.enter(office.desk, case, OF_THE_FACILITY)
        office.verify_accounts()
        office.look_at(form)
    bring_in(office, stranger(1))
    collation.run(office.desk, silent)
    met = findings(office)
    assert [row.keys for row in met] == [(Key.ACCOUNT,)] * 2 and all("差し支えありません" in row.advice for row in met)
    for row in met:
        collation.decide(office.desk, row.finding_id, FindingDecision.SAME_PERSON_PAY, "施設が預かる口座で、名義も施設長である")
    collation.run(office.desk, silent)
    assert all(row.decision is FindingDecision.SAME_PERSON_PAY for row in findings(office))
    assert accounts.waiting(office.desk) == ()


def test_notice_of_another_municipality_holds_the_case_in_neutral_words(office: Office) -> None:
    case = office.household(("hikazei", 100_000), ("kodomo", 50_000), children=1)
    apart(office)
    office.reviewed(case)
    child = number_of(office, case, child=True)
    with office.desk.work(Act.NOTICE_RECEIVED) as unit:
        unit.session.add(
            ReceivedNotice(
                number=1, kind="MIRROR", channel="LETTER", received_on=office.desk.today(), name="", kana="", kana_folded="",
                companions=f'[{{"name": "", "kana": "", "birth": null, "resident_number": "{child}"}}]', notice_key=b"", sender_sealed=b"",
                recorded_at=office.desk.now_text(), recorded_by=1,
            )
        )  # fmt: skip
        unit.record(Act.NOTICE_RECEIVED)
    bring_in(office, stranger(1))
    collation.run(office.desk, silent)
    (finding,) = findings(office)
    assert (finding.source, finding.keys) == (Source.NOTICE, (Key.PERSON, Key.CHILD)) and office.ready() == ()
    assert not any(word in finding.advice for word in ("避難", "暴力", "DV", "支援", "施設"))
    with office.desk.look() as session:
        assert session.scalars(select(CollationFinding.child_number)).all() == [child]
