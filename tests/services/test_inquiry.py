"""Inquiries: nobody is asked twice, only what was asked is taken, and what a machine cannot answer waits for a person."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.inquiry import OVERDUE_AFTER_DAYS, AnswerDocument, AnswerWay
from kyufu_desktop.domain.judgment import LevyClass
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem
from kyufu_desktop.exchange import envelope, inquiry_files, workbook, workbook_writer
from kyufu_desktop.exchange.workbook_writer import OutSheet
from kyufu_desktop.models.case import Case, CaseExit, TaxFact
from kyufu_desktop.models.exchange import Export, InquiryRecord
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.services import cases, host_exchange, inquiry, judgment
from kyufu_desktop.services.inquiry import HandAnswer
from tests.services.desk_work import PASSWORD, Ward, facts, person, sample
from tests.services.desk_work import workbook as targets_of
from tests.services.office import silent

CITY = "神奈川県川崎市"


def answers(*rows: tuple[object, ...], on: str | None = None) -> bytes:
    headings = ("住民番号", "照会先", "処理結果", "令和6年度均等割", "令和6年度所得割額（定額減税前）", "合計所得金額", "未申告")
    sheets = [OutSheet("税照会結果", headings, rows)]  # type: ignore[arg-type]
    if on is not None:
        sheets.insert(0, OutSheet("表紙", ("項目", "値"), (("作成日", on), ("件数", len(rows)), ("様式", "税照会結果 第1版"))))
    return envelope.seal(workbook_writer.write(sheets), PASSWORD)


PAPER = AnswerDocument(AnswerWay.CERTIFICATE, "第123号", date(2024, 8, 20))


def by_hand(levy: LevyClass = LevyClass.EXEMPT, income_levy: int = 0, total: int = 0, document: AnswerDocument = PAPER) -> HandAnswer:
    return HandAnswer(levy, income_levy, total, False, document)


def accounts(*rows: tuple[object, ...]) -> bytes:
    headings = ("住民番号", "処理結果", "公金受取口座情報")
    return envelope.seal(workbook_writer.write([OutSheet("口座照会結果", headings, rows)]), PASSWORD)  # type: ignore[arg-type]


@pytest.fixture
def asked(ward: Ward) -> Ward:
    """Two people who moved in, asked about; both cases have verified evidence."""
    moved = {"令和6年1月1日時点の住所地": CITY}
    people = [person(10, 1, **moved), person(20, 2, **moved), person(30, 3)]
    ward.bring_in("targets", targets_of(people, [facts(10, 令和6年度均等割=""), facts(20, 令和6年度均等割=""), facts(30)]))
    ward.evidence_for_all()
    ward.written(host_exchange.make_inquiries(ward.desk, "tax", "M-07", silent))
    return ward


def test_who_moved_in_is_listed_before_and_after_asking(ward: Ward) -> None:
    ward.bring_in("targets", targets_of([person(10, 1, 令和6年1月1日時点の住所地=CITY)], [facts(10, 令和6年度均等割="")]))
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
        inquiry.answer_by_hand(asked.desk, who, by_hand(document=AnswerDocument(AnswerWay.TELEPHONE, "", date(2024, 8, 28))))
    inquiry.answer_by_hand(asked.desk, who, by_hand(total=900_000))
    assert asked.status(case) == "要件承認"
    assert judgment.page(asked.desk, case).total == 100_000
    row = next(row for row in inquiry.page(asked.desk) if row.case_id == case)
    assert row.state_word == "済"


def test_a_corrected_host_file_that_still_knows_nothing_keeps_the_answer(asked: Ward) -> None:
    asked.bring_in("tax_answers", answers(("0000000010", CITY, "正常", "非課税", 0, 0, None)))
    moved = {"令和6年1月1日時点の住所地": CITY}
    asked.bring_in("targets", targets_of([person(10, 1, **moved)], [facts(10, 令和6年度均等割="", 生活保護受給="1")]))
    assert judgment.page(asked.desk, asked.case_id("R600000001")).total == 100_000


def allowing_accounts(ward: Ward) -> Ward:
    """The same ward under a programme that lets the account be asked for."""
    programme = dataclasses.replace(ward.desk.programme, account_inquiry=frozenset(Category))
    return Ward(dataclasses.replace(ward.office, desk=dataclasses.replace(ward.desk, programme=programme)))


def test_account_answers_are_information_only(ward: Ward) -> None:
    case = ward.household(1)
    open_ward = allowing_accounts(ward)
    ward.written(host_exchange.make_inquiries(open_ward.desk, "account", "M-07", silent))
    inspection = open_ward.bring_in("account_answers", accounts(("0000000010", "正常", "0001-001-1-1234567-ミホン ハナコ")))
    assert inspection.people == 1
    assert ward.count(AccountRecord) == 0 and ward.status(case) == "要件承認"
    with ward.desk.look() as session:
        assert session.scalars(select(InquiryRecord.note)).one() is not None


def test_the_ward_s_programme_asks_for_no_account_and_takes_no_answer_about_one(ward: Ward) -> None:
    ward.household(1)
    with pytest.raises(Conflict) as caught:
        host_exchange.make_inquiries(ward.desk, "account", "M-07", silent)
    assert caught.value.code == "K-1765"
    inspection = ward.inspect("account_answers", accounts(("0000000010", "正常", "0001-001-1-1234567-ミホン ハナコ")))
    assert inspection.people == 0 and any("口座を照会していません" in finding.why for finding in inspection.findings)
    assert all(row.kind == "TAX" for row in inquiry.page(ward.desk))


def test_a_request_without_the_flag_cannot_be_written(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without 不開示 the portal shows the other party which ward asked: such a file is never made, and nobody counts as asked."""
    ward.bring_in("targets", targets_of([person(10, 1, 令和6年1月1日時点の住所地=CITY)], [facts(10, 令和6年度均等割="")]))
    monkeypatch.setattr(inquiry_files, "HIDDEN", "")
    with pytest.raises(CustodyProblem) as caught:
        host_exchange.make_inquiries(ward.desk, "tax", "M-07", silent)
    assert caught.value.code == "K-1766"
    assert list(ward.office.medium.iterdir()) == [] and ward.count(InquiryRecord) == 0


def test_what_lies_on_the_medium_asks_for_non_disclosure_of_everybody(asked: Ward) -> None:
    (file,) = asked.office.medium.iterdir()
    with asked.desk.look() as session:
        password = session.scalars(select(Export.password)).one()
    assert password is not None
    plain = envelope.open_sealed(file.read_bytes(), password, file.name)
    sheets = workbook.read(plain, file.name)
    assert sheets["税照会"].rows == [["住民番号", "照会先", "不開示"], ["0000000010", CITY, "要"], ["0000000020", CITY, "要"]]
    assert not any("DV" in str(cell) or "避難" in str(cell) for sheet in sheets.values() for row in sheet.rows for cell in row)


def test_answers_older_than_the_question_or_from_elsewhere_are_refused_by_row(asked: Ward) -> None:
    old = asked.inspect("tax_answers", answers(("0000000010", CITY, "正常", "非課税", 0, 0, None), on="2024-08-27"))
    assert old.people == 0 and any(finding.fatal and "より前に作られた" in finding.why for finding in old.findings)
    elsewhere = asked.inspect("tax_answers", answers(("0000000010", "北海道札幌市", "正常", "非課税", 0, 0, None)))
    assert elsewhere.people == 0 and any("照会先が" in finding.why for finding in elsewhere.findings)
    fresh = asked.inspect("tax_answers", answers(("0000000010", CITY, "正常", "非課税", 0, 0, None), on="2024-08-28"))
    assert fresh.people == 1


def test_doubled_answers_are_refused_and_the_reason_says_so(asked: Ward) -> None:
    row = ("0000000010", CITY, "正常", "非課税", 0, 0, None)
    doubled = asked.inspect("tax_answers", answers(row, row))
    assert doubled.people == 0
    asked.bring_in("tax_answers", answers(row))
    again = asked.inspect("tax_answers", answers(("0000000010", CITY, "正常", "課税", 9000, 900_000, None)))
    assert any("回答が済んだ人" in finding.why for finding in again.findings)


def test_the_change_of_a_result_is_shown_before_and_after_the_import(asked: Ward) -> None:
    case = asked.case_id("R600000001")
    data = answers(("0000000010", CITY, "正常", "非課税", 0, 0, None))
    inspection = asked.inspect("tax_answers", data)
    assert ("R600000001", "非課税化給付", "保留 → 支給 100,000円") in inspection.differences
    assert inquiry.proposals(asked.desk) == ()
    changes = host_exchange.bring_in(asked.desk, inspection, True, silent)
    assert "1件の案件で、判定の結果が変わります" in changes.sentence
    (proposal,) = inquiry.proposals(asked.desk)
    assert (proposal.case_id, proposal.decided) == (case, False)
    assert [(turn.label, turn.before, turn.after) for turn in proposal.turned] == [("非課税化給付", "保留", "支給 100,000円")]


def test_a_proposal_goes_once_the_case_is_drafted_and_comes_back_with_a_correction(asked: Ward) -> None:
    case = asked.case_id("R600000001")
    asked.bring_in("tax_answers", answers(("0000000010", CITY, "正常", "非課税", 0, 0, None)))
    judgment.draft(asked.desk, (case,), silent)
    assert inquiry.proposals(asked.desk) == ()
    judgment.approve(asked.desk, (case,), asked.suzuki, silent)
    with pytest.raises(InputProblem):
        inquiry.correct_answer(asked.desk, asked.person_id(10), by_hand(LevyClass.TAXED, 35_000, 2_000_000), "ちがう")
    changes = inquiry.correct_answer(
        asked.desk, asked.person_id(10), by_hand(LevyClass.TAXED, 35_000, 2_000_000), "川崎市から訂正の公文書が届いた"
    )
    assert "前の回答も残っています" in changes.sentence
    (proposal,) = inquiry.proposals(asked.desk)
    assert [turn.after for turn in proposal.turned] == ["不支給"]
    assert "JUDGMENT_VOIDED" in asked.acts(case), "a signed decision on a wrong answer does not stand"
    with asked.desk.look() as session:
        rows = session.execute(select(TaxFact.source, TaxFact.levy, TaxFact.origin).order_by(TaxFact.id)).all()
    mine = [row for row in rows if row.levy in ("非課税", "課税") and row.source != "HOST"]
    assert [(row.source, row.levy) for row in mine] == [("INQUIRY", "非課税"), ("CERTIFICATE", "課税")]
    assert "訂正" in mine[1].origin and "佐々木" not in mine[1].origin


def test_an_answer_is_entered_once_and_corrected_only_where_there_is_one(asked: Ward) -> None:
    who = asked.person_id(10)
    with pytest.raises(Conflict) as caught:
        inquiry.correct_answer(asked.desk, who, by_hand(), "川崎市から訂正の公文書が届いた")
    assert caught.value.code == "K-1769"
    inquiry.answer_by_hand(asked.desk, who, by_hand())
    with pytest.raises(Conflict) as caught:
        inquiry.answer_by_hand(asked.desk, who, by_hand())
    assert caught.value.code == "K-1768"


def test_a_tax_that_the_host_knows_is_not_written_over_by_hand(asked: Ward) -> None:
    """A friend at the ward: a household refused for its tax, and a certificate that nobody asked for."""
    taxed = {"令和6年度均等割": "課税", "令和6年度所得割額（定額減税前）": 90_000, "令和6年分推計所得税額": 90_000}
    asked.bring_in("targets", targets_of([person(50, 5)], [facts(50, **taxed)]))
    before = asked.count(TaxFact)
    with pytest.raises(Conflict) as caught:
        inquiry.answer_by_hand(asked.desk, asked.person_id(50), by_hand())
    assert caught.value.code == "K-1779" and asked.count(TaxFact) == before


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        (by_hand(LevyClass.EXEMPT, 9000), "income_levy"),
        (by_hand(LevyClass.TAXED, 0, 900_000), "income_levy"),
        (by_hand(document=AnswerDocument(AnswerWay.LETTER, "", date(2024, 8, 28))), "number"),
        (by_hand(document=AnswerDocument(AnswerWay.TELEPHONE, "", date(2024, 8, 28))), "called_back"),
        (by_hand(document=AnswerDocument(AnswerWay.LETTER, "第1号", date(2024, 8, 27))), "dated_on"),
        (by_hand(document=AnswerDocument(AnswerWay.CERTIFICATE, "123456789018", date(2024, 8, 20))), "number"),
    ],
)
def test_an_answer_by_hand_that_cannot_be_right_changes_nothing(asked: Ward, answer: HandAnswer, field: str) -> None:
    before = asked.count(TaxFact)
    with pytest.raises(InputProblem) as caught:
        inquiry.answer_by_hand(asked.desk, asked.person_id(10), answer)
    assert caught.value.field == field and asked.count(TaxFact) == before


def test_asking_again_is_a_decision_with_a_reason_and_not_before_its_time(asked: Ward) -> None:
    who = asked.person_id(10)
    with pytest.raises(Conflict) as caught:
        inquiry.ask_again(asked.desk, who, "TAX", "照会先に電話で確かめた")
    assert caught.value.code == "K-1767"
    with pytest.raises(Conflict):
        host_exchange.make_inquiries(asked.desk, "tax", "M-08", silent)
    asked.office.clock.days(OVERDUE_AFTER_DAYS + 1)
    row = next(row for row in inquiry.page(asked.desk) if row.person_id == who)
    assert (row.state_word, row.overdue, row.may_ask_again) == ("期限超過", True, True)
    with pytest.raises(InputProblem):
        inquiry.ask_again(asked.desk, who, "TAX", "遅い")
    inquiry.ask_again(asked.desk, who, "TAX", "照会先で見当たらないと電話で聞いた")
    row = next(row for row in inquiry.page(asked.desk) if row.person_id == who)
    assert (row.state_word, row.times_asked, row.waiting_days) == ("未着手", 1, None)
    late = asked.inspect("tax_answers", answers(("0000000010", CITY, "正常", "非課税", 0, 0, None)))
    assert late.people == 0, "the given up question takes no answer"
    outgoing = host_exchange.make_inquiries(asked.desk, "tax", "M-08", silent)
    assert outgoing.rows == 1
    asked.written(outgoing)
    row = next(row for row in inquiry.page(asked.desk) if row.person_id == who)
    assert (row.state_word, row.times_asked, row.waiting_days) == ("照会中", 2, 0)
    assert asked.inspect("tax_answers", answers(("0000000010", CITY, "正常", "非課税", 0, 0, None))).people == 1


def test_what_no_machine_could_answer_may_be_asked_again_at_once(asked: Ward) -> None:
    asked.bring_in("tax_answers", answers(("0000000010", CITY, "自動応答不可", None, None, None, None)))
    inquiry.ask_again(asked.desk, asked.person_id(10), "TAX", "照会先が自動応答の制限を解いたと連絡")
    assert host_exchange.make_inquiries(asked.desk, "tax", "M-08", silent).rows == 1


def test_a_case_of_another_programme_or_one_that_left_is_never_in_the_request(ward: Ward) -> None:
    moved = {"令和6年1月1日時点の住所地": CITY}
    people = [person(number * 10, number, **moved) for number in (1, 2, 3)]
    ward.bring_in("targets", targets_of(people, [facts(number * 10, 令和6年度均等割="") for number in (1, 2, 3)]))
    other, left = ward.case_id("R600000001"), ward.case_id("R600000002")
    with ward.desk.work(Act.CASE_EXITED) as unit:
        unit.session.get_one(Case, other).programme = "r6-12"
        unit.session.add(
            CaseExit(
                case_id=left, kind="WITHDRAWN", cause="REQUEST", happened_on=date(2024, 8, 20), reason="本人の申出", after_decision=False,
                after_payment=False, entered_at=ward.desk.now_text(), entered_by=1,
            )
        )  # fmt: skip
        unit.record(Act.CASE_EXITED, subject="case", subject_id=left)
    outgoing = host_exchange.make_inquiries(ward.desk, "tax", "M-07", silent)
    assert outgoing.rows == 1
    ward.written(outgoing)
    stays = ward.case_id("R600000003")
    with ward.desk.look() as session:
        assert session.scalars(select(InquiryRecord.case_id)).all() == [stays]


def test_longest_waiting_stands_first_and_the_sidebar_counts_what_is_late(asked: Ward) -> None:
    asked.office.clock.days(OVERDUE_AFTER_DAYS)
    moved = {"令和6年1月1日時点の住所地": CITY}
    asked.bring_in("targets", targets_of([person(40, 4, **moved)], [facts(40, 令和6年度均等割="")]))
    asked.written(host_exchange.make_inquiries(asked.desk, "tax", "M-08", silent))
    asked.office.clock.days(1)
    rows = inquiry.page(asked.desk)
    assert [row.waiting_days for row in rows] == [15, 15, 1]
    count = next(count for count in cases.station_counts(asked.desk) if count.key == "inquiry")
    assert (count.count, count.late) == (3, True)


def test_the_host_s_own_answers_fit_the_questions_of_its_own_people(ward: Ward) -> None:
    ward.bring_in("targets", sample("targets.xlsx"))
    outgoing = host_exchange.make_inquiries(ward.desk, "tax", "M-07", silent)
    ward.written(outgoing)
    inspection = ward.bring_in("tax_answers", sample("tax_answers.xlsx"))
    assert inspection.people == outgoing.rows
    words = [row.state_word for row in inquiry.page(ward.desk)]
    assert set(words) == {"済", "保留"}
    assert inspection.differences, "the answers free at least one case"
