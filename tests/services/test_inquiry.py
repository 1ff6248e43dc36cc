"""Inquiries: nobody is asked twice, only what was asked is taken, and what a machine cannot answer waits for a person."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.judgment import LevyClass
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.exchange import envelope, workbook_writer
from kyufu_desktop.exchange.workbook_writer import OutSheet
from kyufu_desktop.models.case import TaxFact
from kyufu_desktop.models.exchange import InquiryRecord
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.services import host_exchange, inquiry, judgment
from kyufu_desktop.services.inquiry import HandAnswer
from tests.services.desk_work import PASSWORD, Ward, facts, person, workbook
from tests.services.office import silent

CITY = "神奈川県川崎市"


def answers(*rows: tuple[object, ...]) -> bytes:
    headings = ("住民番号", "照会先", "処理結果", "令和6年度均等割", "令和6年度所得割額（定額減税前）", "合計所得金額", "未申告")
    return envelope.seal(workbook_writer.write([OutSheet("税照会結果", headings, rows)]), PASSWORD)  # type: ignore[arg-type]


def accounts(*rows: tuple[object, ...]) -> bytes:
    headings = ("住民番号", "処理結果", "公金受取口座情報")
    return envelope.seal(workbook_writer.write([OutSheet("口座照会結果", headings, rows)]), PASSWORD)  # type: ignore[arg-type]


@pytest.fixture
def asked(ward: Ward) -> Ward:
    """Two people who moved in, asked about; both cases have verified evidence."""
    moved = {"令和6年1月1日時点の住所地": CITY}
    people = [person(10, 1, **moved), person(20, 2, **moved), person(30, 3)]
    ward.bring_in("targets", workbook(people, [facts(10, 令和6年度均等割=""), facts(20, 令和6年度均等割=""), facts(30)]))
    ward.evidence_for_all()
    ward.written(host_exchange.make_inquiries(ward.desk, "tax", "M-07", silent))
    return ward


def test_who_moved_in_is_listed_before_and_after_asking(ward: Ward) -> None:
    ward.bring_in("targets", workbook([person(10, 1, 令和6年1月1日時点の住所地=CITY)], [facts(10, 令和6年度均等割="")]))
    (row,) = inquiry.page(ward.desk)
    assert (row.state_word, row.asked_of, row.inquiry_id) == ("未着手", CITY, None)
    ward.written(host_exchange.make_inquiries(ward.desk, "tax", "M-07", silent))
    ward.office.clock.days(3)
    (row,) = inquiry.page(ward.desk)
    assert (row.state_word, row.waiting_days) == ("照会中", 3)


def test_a_normal_answer_becomes_a_new_fact_and_frees_the_judgment(asked: Ward) -> None:
    case = asked.case_id("R600000001")
    assert judgment.page(asked.desk, case).headline == "保留しています"
    asked.bring_in("tax_answers", answers(("0000000010", CITY, "正常", "非課税", 0, 0, None)))
    assert judgment.page(asked.desk, case).total == 100_000
    assert asked.status(case) == "要件承認"
    with asked.desk.look() as session:
        newest = session.scalars(select(TaxFact).order_by(TaxFact.id.desc())).first()
        assert newest is not None and (newest.source, newest.levy) == ("INQUIRY", "非課税")


def test_an_answer_nobody_asked_for_is_refused(asked: Ward) -> None:
    inspection = asked.bring_in(
        "tax_answers", answers(("0000000030", CITY, "正常", "課税", 9000, 0, None), ("0000000010", CITY, "正常", "非課税", 0, 0, None))
    )
    assert inspection.refused_households == 1 and inspection.people == 1
    assert any(finding.fatal and finding.row == 2 for finding in inspection.findings)
    with asked.desk.look() as session:
        assert session.scalars(select(TaxFact.levy).where(TaxFact.source == "INQUIRY")).all() == ["非課税"]


def test_a_second_answer_to_the_same_question_is_refused(asked: Ward) -> None:
    asked.bring_in("tax_answers", answers(("0000000010", CITY, "正常", "非課税", 0, 0, None)))
    inspection = asked.bring_in("tax_answers", answers(("0000000010", CITY, "正常", "課税", 9000, 0, None)))
    assert inspection.people == 0


def test_what_the_machine_could_not_answer_waits_for_an_answer_by_hand(asked: Ward) -> None:
    asked.bring_in("tax_answers", answers(("0000000010", CITY, "自動応答不可", None, None, None, None)))
    case = asked.case_id("R600000001")
    assert asked.status(case) == "税照会中"
    row = next(row for row in inquiry.page(asked.desk) if row.case_id == case)
    assert row.state_word == "保留"
    who = asked.person_id(10)
    with pytest.raises(InputProblem):
        inquiry.answer_by_hand(asked.desk, who, HandAnswer(LevyClass.EXEMPT, 0, 0, False, "電話"))
    inquiry.answer_by_hand(asked.desk, who, HandAnswer(LevyClass.EXEMPT, 0, 900_000, False, "川崎市 課税証明書 第123号"))
    assert asked.status(case) == "要件承認"
    assert judgment.page(asked.desk, case).total == 100_000
    row = next(row for row in inquiry.page(asked.desk) if row.case_id == case)
    assert row.state_word == "済"


def test_a_corrected_host_file_that_still_knows_nothing_keeps_the_answer(asked: Ward) -> None:
    asked.bring_in("tax_answers", answers(("0000000010", CITY, "正常", "非課税", 0, 0, None)))
    moved = {"令和6年1月1日時点の住所地": CITY}
    asked.bring_in("targets", workbook([person(10, 1, **moved)], [facts(10, 令和6年度均等割="", 生活保護受給="1")]))
    assert judgment.page(asked.desk, asked.case_id("R600000001")).total == 100_000


def test_account_answers_are_information_only(ward: Ward) -> None:
    case = ward.household(1)
    ward.written(host_exchange.make_inquiries(ward.desk, "account", "M-07", silent))
    inspection = ward.bring_in("account_answers", accounts(("0000000010", "正常", "0001-001-1-1234567-ミホン ハナコ")))
    assert inspection.people == 1
    assert ward.count(AccountRecord) == 0 and ward.status(case) == "要件承認"
    with ward.desk.look() as session:
        assert session.scalars(select(InquiryRecord.note)).one() is not None
