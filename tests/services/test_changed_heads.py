"""A corrected file names another head: one head a household, nothing goes out in the former one's name, and nobody is paid twice."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text

from kyufu_desktop.domain.household_event import EventKind
from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.case import Case, Person, Proxy
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.services import (
    accounts,
    cases,
    collation,
    household_events,
    judgment,
    known_accounts,
    letters,
    payables,
    payments,
    proxies,
    recalls,
    review,
)
from kyufu_desktop.services.accounts import AccountEntry
from kyufu_desktop.services.case_rows import EventEntry, ProxyEntry
from kyufu_desktop.services.case_steps import recipient
from tests.services.desk_work import ADDRESS, Ward, facts, person, workbook
from tests.services.money_office import change
from tests.services.office import silent
from tests.services.test_collation import planned
from tests.services.test_judgment_void import decided, sendable
from tests.services.test_planned_difference import stranger

TARO, HANAKO = "見本　太郎", "見本　花子"
HUSBAND = person(10, 1, 漢字氏名=TARO, カナ氏名="ミホン タロウ")
WIFE = person(11, 1, 続柄="妻", 漢字氏名=HANAKO)
WRONG = workbook([HUSBAND, WIFE], [facts(10), facts(11)])
#: The husband was never of the household that fled: the host takes him out.
RIGHT = workbook([{**WIFE, "続柄": "世帯主"}], [facts(11)])


def household(ward: Ward, *, named: tuple[str, ...] = (HANAKO, TARO)) -> int:
    """The wrongly listed household up to a decision, with a confirmed safe address. ``named``: whom the evidence names."""
    ward.bring_in("targets", WRONG)
    case = ward.case_id("R600000001")
    ward.evidence(case, companions=named)
    cases.enter_address(ward.desk, case, ADDRESS)
    sendable(ward, case)
    decided(ward, case)
    return case


def prepared(ward: Ward, step: str) -> int:
    """The same with its money at ``step``: batch, approved, sent, paid. Returns the case id."""
    case = household(ward)
    form = ward.office.received(case)
    his = AccountEntry(bank="0001", branch="001", number="1234567", holder="ミホン　タロウ", passbook_seen=True)
    accounts.enter(ward.desk, case, his)
    ward.office.verify_accounts()
    ward.office.look_at(form)
    review.complete(ward.desk, form, ward.desk.today())
    ward.bring_in("planned", planned(stranger(1)))
    collation.run(ward.desk, silent)
    batch = ward.office.batch()
    if step != "batch":
        ward.office.approved(batch)
    if step in ("sent", "paid"):
        ward.office.written(batch)
    if step == "paid":
        ward.office.settled(batch)
    return case


def people(ward: Ward) -> list[tuple[str, str, str]]:
    with ward.desk.look() as session:
        return [(one.name, one.relation, one.relation_word) for one in session.scalars(select(Person).order_by(Person.id))]


def records(ward: Ward) -> list[tuple[str, str | None]]:
    with ward.desk.look() as session:
        return [(one.state, one.void_reason) for one in session.scalars(select(JudgmentRecord).order_by(JudgmentRecord.id))]


def states(ward: Ward) -> list[str]:
    with ward.desk.look() as session:
        return list(session.scalars(select(Payment.state).order_by(Payment.id)))


def decided_again(ward: Ward, case: int) -> None:
    """Everything for the new head: address, decision, form, account of her own."""
    sendable(ward, case)
    decided(ward, case)
    form = ward.office.received(case)
    ward.office.account(case, "7654321")
    ward.office.look_at(form)
    review.complete(ward.desk, form, ward.desk.today())
    # A file came in: nothing is paid before the lists were compared again.
    collation.run(ward.desk, silent)


# ------------------------------------------------------------------ one head


def test_who_was_taken_out_by_a_corrected_file_is_no_head_any_more_and_stays_on_record(ward: Ward) -> None:
    case = household(ward)
    ward.bring_in("targets", RIGHT)
    assert people(ward) == [(TARO, "MEMBER", "元の世帯主"), (HANAKO, "HEAD", "世帯主")]
    with ward.desk.look() as session:
        assert recipient(session.get_one(Case, case)).name == HANAKO
    assert cases.list_ids(ward.desk, cases.CaseFilter(text="太郎")) == (case,), "he is still found"


def test_the_change_is_said_with_case_number_and_both_rows_before_it_is_brought_in(ward: Ward) -> None:
    household(ward)
    gone = ward.inspect("targets", RIGHT)
    assert ("R600000001", "世帯主", f"{TARO} → {HANAKO}") in gone.differences
    (said,) = [one for one in gone.findings if "世帯主が替わります" in one.why]
    assert (said.row, said.fatal) == (2, False) and "R600000001" in said.why and "このファイルにいません" in said.why
    both = ward.inspect("targets", workbook([{**WIFE, "続柄": "世帯主"}, {**HUSBAND, "続柄": "夫"}], [facts(11), facts(10)]))
    (said,) = [one for one in both.findings if "世帯主が替わります" in one.why]
    assert (said.row, "3行目" in said.why) == (2, True)
    assert people(ward)[0][1] == "HEAD", "looking changes nothing"


def test_a_file_that_says_the_same_head_changes_none(ward: Ward) -> None:
    household(ward)
    inspection = ward.bring_in("targets", workbook([HUSBAND, {**WIFE, "漢字方書": "101"}], [facts(10), facts(11)]))
    assert not [one for one in inspection.findings if "世帯主が替わります" in one.why]
    assert records(ward) == [("APPROVED", None)]


def test_a_new_head_who_was_not_here_before_is_judged_with_the_household(ward: Ward) -> None:
    case = household(ward)
    ward.bring_in("targets", workbook([person(12, 1, 漢字氏名="見本　桃子")], [facts(12, 令和6年度均等割="均等割のみ")]))
    assert [one[:2] for one in people(ward)] == [(TARO, "MEMBER"), (HANAKO, "MEMBER"), ("見本　桃子", "HEAD")]
    assert records(ward)[0][0] == "VOID"
    assert judgment.page(ward.desk, case).name == "見本　桃子"


def test_nobody_is_picked_where_a_case_has_two_heads_or_none(ward: Ward) -> None:
    case = prepared(ward, "batch")
    for relation in ("HEAD", "MEMBER"):
        with ward.desk.work(Act.COLLATED) as unit:
            unit.session.execute(text(f"UPDATE person SET relation = '{relation}'"))
            unit.record(Act.COLLATED)
        with ward.desk.look() as session:
            with pytest.raises(Conflict, match="K-1791"):
                recipient(session.get_one(Case, case))
            record = session.scalars(select(JudgmentRecord)).one()
            why = payables.why_not(session, record, session.get_one(Case, case), ward.desk.today(), ward.desk.programme)
            assert why == "世帯主が1人に決まっていません。"
        assert payments.page(ward.desk).ready == ()
        letters.page(ward.desk)
        judgment.list_cases(ward.desk, "承認済")


def test_a_household_that_got_two_heads_from_an_older_version_is_mended_by_the_next_file(ward: Ward) -> None:
    household(ward)
    with ward.desk.work(Act.COLLATED) as unit:
        unit.session.execute(text("UPDATE person SET relation = 'HEAD', relation_word = '世帯主'"))
        unit.record(Act.COLLATED)
    ward.bring_in("targets", RIGHT)
    assert [one[1] for one in people(ward)] == ["MEMBER", "HEAD"]
    assert records(ward)[0][0] == "VOID"


# ------------------------------------------------------------------ nothing in his name


@pytest.mark.parametrize("named", [(HANAKO, TARO), (HANAKO,)])
def test_the_approval_is_void_although_the_household_may_be_judged_alike(ward: Ward, named: tuple[str, ...]) -> None:
    case = household(ward, named=named)
    ward.bring_in("targets", RIGHT)
    assert records(ward) == [("VOID", "支給対象者データの訂正")]
    assert ward.status(case) == "要件承認"
    assert judgment.page(ward.desk, case).may_draft == (TARO in named), "who is not named by the evidence holds the household"


def test_a_draft_that_was_made_for_the_former_head_is_not_approved(ward: Ward) -> None:
    ward.bring_in("targets", WRONG)
    case = ward.case_id("R600000001")
    ward.evidence(case, companions=(HANAKO, TARO))
    judgment.draft(ward.desk, (case,), silent)
    ward.bring_in("targets", RIGHT)
    with pytest.raises(Conflict, match="K-1673"):
        judgment.approve(ward.desk, (case,), ward.suzuki, silent)


def test_a_letter_in_his_name_does_not_leave_and_the_address_is_confirmed_anew(ward: Ward) -> None:
    case = household(ward)
    (printed,) = ward.office.enclosed(*ward.office.printed(case))
    ward.bring_in("targets", RIGHT)
    with ward.desk.look() as session:
        assert session.get_one(Letter, printed).state == LetterState.SPOILED.value
    with pytest.raises(Conflict):
        letters.mark_sent(ward.desk, (printed,), ward.desk.today())
    decided(ward, case)
    with pytest.raises(Conflict):
        letters.prepare(ward.desk, (case,), silent)
    sendable(ward, case)
    ward.office.sent(case)


@pytest.mark.parametrize("step", ["batch", "approved"])
def test_no_money_that_waits_in_the_house_goes_to_him(ward: Ward, step: str) -> None:
    case = prepared(ward, step)
    ward.bring_in("targets", RIGHT)
    assert states(ward) == ["取消"] and ward.office.ready() == ()
    assert accounts.of_case(ward.desk, case) is None, "his account is in force no more"
    (his,) = [row for row in known_accounts.known(ward.desk, case) if row.key.startswith("account:")]
    assert his.why_not == "世帯主が替わる前の口座です。使いません。"
    decided_again(ward, case)
    ward.office.batch()
    with ward.desk.look() as session:
        paid = session.scalars(select(Payment).order_by(Payment.id.desc())).first()
        assert paid is not None and (paid.number, paid.entitlement) == ("7654321", "r6|household|0000000011")


def test_his_proxy_acts_for_her_no_more(ward: Ward) -> None:
    case = household(ward)
    basis = ward.desk.programme.proxies[0].code
    proxies.enter(ward.desk, case, ProxyEntry(basis, "見本　次郎", "兄", "", True, date(2024, 8, 1), None))
    ward.bring_in("targets", RIGHT)
    with ward.desk.look() as session:
        proxy = session.scalars(select(Proxy)).one()
        assert proxy.ended_at is not None and proxy.ended_reason == "世帯主が替わったため"


# ------------------------------------------------------------------ never twice


def test_what_went_to_the_former_head_is_told_and_is_not_paid_a_second_time(ward: Ward) -> None:
    case = prepared(ward, "paid")
    seen = ward.inspect("targets", RIGHT)
    assert any("前の世帯主への支払があります" in one.why for one in seen.findings)
    ward.bring_in("targets", RIGHT)
    assert records(ward) == [("APPROVED", None)], "a payment that was made is left alone"
    _, report = judgment.draft(ward.desk, (case,), silent)
    assert report.changed == 0 and ward.office.ready() == ()


@pytest.mark.parametrize("step", ["asked", "refused", "claimed"])
def test_money_that_is_asked_back_from_the_former_head_stops_her_payment_until_it_is_here(ward: Ward, step: str) -> None:
    case = prepared(ward, "paid")
    ward.bring_in("targets", RIGHT)
    why, day = "前の世帯主へ支払っていたため", ward.desk.today()
    recalls.ask(ward.desk, 1, why, day)
    if step != "asked":
        recalls.settle(ward.desk, 1, False, day, ward.suzuki)
    if step == "claimed":
        recalls.claim(ward.desk, 1, why, day)
    household_events.add(ward.desk, case, EventEntry(EventKind.TRANSFER_OUT, ward.person_id(11), date(2024, 8, 20), "住民票の写し"))
    assert records(ward) == [("APPROVED", None)], "what he has was paid on it"
    _, report = judgment.draft(ward.desk, (case,), silent)
    assert report.changed == 0 and ward.office.ready() == ()
    with pytest.raises(Conflict, match="K-1753"):
        ward.office.batch(1)
    if step == "asked":
        recalls.settle(ward.desk, 1, True, day, ward.suzuki)
    else:
        if step == "refused":
            recalls.claim(ward.desk, 1, why, day)
        recalls.repaid(ward.desk, 1, day, ward.suzuki)
    assert records(ward)[0][0] == "VOID", "the money is here again, and the decision about him falls"
    decided_again(ward, case)
    (row,) = payments.page(ward.desk).ready
    assert row.name == HANAKO


def test_whoever_makes_a_second_decision_past_the_rules_still_pays_nothing_while_he_has_the_money(ward: Ward) -> None:
    case = prepared(ward, "paid")
    ward.bring_in("targets", RIGHT)
    change(ward.office, "UPDATE judgment SET state = 'VOID', superseded_by = id")
    decided_again(ward, case)
    assert ward.office.ready() == ()
    with ward.desk.look() as session:
        record = session.scalars(select(JudgmentRecord).order_by(JudgmentRecord.id.desc())).first()
        assert record is not None
        said = payables.why_not(session, record, session.get_one(Case, case), ward.desk.today(), ward.desk.programme)
        decision = record.id
    assert "前の世帯主へ支払っている" in said
    with pytest.raises(Conflict, match="K-1752"):
        ward.office.batch(decision)


# ------------------------------------------------------------------ a head who died


def test_after_a_death_the_new_head_of_the_file_receives_and_not_the_dead(ward: Ward) -> None:
    case = household(ward)
    household_events.add(ward.desk, case, EventEntry(EventKind.DEATH, ward.person_id(10), date(2024, 8, 20), "住民票の除票"))
    assert records(ward)[0][0] == "VOID"
    ward.bring_in("targets", RIGHT)
    with ward.desk.look() as session:
        assert recipient(session.get_one(Case, case)).name == HANAKO
    ward.bring_in("planned", planned(stranger(1)))
    decided_again(ward, case)
    (row,) = payments.page(ward.desk).ready
    assert row.name == HANAKO
