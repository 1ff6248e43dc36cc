"""Exits: before payment they refuse, after payment they are only kept; what ordinary files say of a case that was sensitive."""

from __future__ import annotations

import html
import io
import zipfile
from datetime import date

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.case_exit import CAUSES, ExitCause
from kyufu_desktop.domain.judgment import ExitKind
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.exchange import envelope
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.services import case_exits, cases, host_exchange, judgment
from kyufu_desktop.services.case_facts import facts_of
from kyufu_desktop.services.cases import ExitEntry
from tests.services.desk_work import ADDRESS, Ward
from tests.services.office import Office, silent

WHY = "本人から窓口で取り下げたいと申出があった"
BACK = ExitEntry(ExitKind.WITHDRAWN, ExitCause.REQUEST, date(2024, 8, 27), WHY)
HOME = ExitEntry(ExitKind.LAPSED, ExitCause.RETURNED_HOME, date(2024, 8, 27), "元の住所に戻ったと支援者から連絡があった")


def exit_of(ward: Ward, case: int) -> ExitKind | None:
    with ward.desk.look() as session:
        return facts_of(session, [case], ward.desk.programme, ward.desk.today())[case].exit


def test_withdrawal_before_the_decision_closes_the_case(ward: Ward) -> None:
    case = ward.household(1)
    assert "支給せずに終わります" in case_exits.effect(ward.desk, case).sentence
    case_exits.register(ward.desk, case, BACK)
    assert ward.status(case) == "終結" and exit_of(ward, case) is ExitKind.WITHDRAWN
    with pytest.raises(Conflict):
        case_exits.register(ward.desk, case, BACK)


def test_revoked_exit_leads_back_to_the_judgment(ward: Ward) -> None:
    case = ward.household(1)
    case_exits.register(ward.desk, case, BACK)
    (row,) = cases.page(ward.desk, case).exits
    case_exits.revoke(ward.desk, row.exit_id, "別の人の申出を取り違えていたため取り消す")
    assert exit_of(ward, case) is None and ward.status(case) == "要件承認"
    judgment.draft(ward.desk, (case,), silent)
    assert ward.status(case) == "決裁待ち"
    with pytest.raises(Conflict):
        case_exits.revoke(ward.desk, row.exit_id, "別の人の申出を取り違えていたため取り消す")


def test_exit_after_the_decision_takes_the_approval_out_of_force(ward: Ward) -> None:
    case = ward.household(1)
    judgment.draft(ward.desk, (case,), silent)
    judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    effect = case_exits.effect(ward.desk, case)
    assert (effect.after_decision, effect.after_payment) == (True, False)
    case_exits.register(ward.desk, case, HOME)
    assert ward.status(case) == "終結" and "JUDGMENT_VOIDED" in ward.acts(case)


def test_exit_after_the_payment_is_kept_and_changes_nothing(ward: Ward) -> None:
    case = ward.office.household(("hikazei", 100_000))
    _paid(ward.office, case)
    before = ward.status(case)
    with ward.desk.look() as session:
        money = [(row.state, row.amount) for row in session.scalars(select(Payment))]
    case_exits.register(ward.desk, case, HOME)
    assert ward.status(case) == before == "振込済" and exit_of(ward, case) is None
    with ward.desk.look() as session:
        assert [(row.state, row.amount) for row in session.scalars(select(Payment))] == money
    (row,) = cases.page(ward.desk, case).exits
    assert row.after_payment and "支給した内容は変えません" in row.effect and "JUDGMENT_VOIDED" not in ward.acts(case)


def test_exit_after_one_of_two_benefits_was_paid_refuses_the_other_and_leaves_the_paid_one(ward: Ward) -> None:
    case = ward.office.household(("hikazei", 100_000), ("kodomo", 50_000), children=1)
    office = ward.office
    office.reviewed(case)
    first, second = office.judgments(case)
    batch = office.approved(office.batch(first))
    office.written(batch)
    office.settled(batch)
    effect = case_exits.effect(ward.desk, case)
    assert (effect.after_decision, effect.after_payment) == (True, False)
    case_exits.register(ward.desk, case, HOME)
    assert exit_of(ward, case) is ExitKind.LAPSED
    with ward.desk.look() as session:
        states = {row.id: row.state for row in session.scalars(select(JudgmentRecord).where(JudgmentRecord.case_id == case))}
        assert [row.state for row in session.scalars(select(Payment))] == ["振込済"]
    assert states[first] == "APPROVED" and states[second] == "VOID"


def _paid(office: Office, case: int) -> None:
    office.reviewed(case)
    batch = office.approved(office.batch())
    office.written(batch)
    office.settled(batch)


@pytest.mark.parametrize(("kind", "cause"), [(kind, cause) for kind in ExitKind for cause in ExitCause if cause not in CAUSES[kind]][:6])
def test_cause_must_fit_the_kind(ward: Ward, kind: ExitKind, cause: ExitCause) -> None:
    case = ward.household(1)
    with pytest.raises(InputProblem) as refused:
        case_exits.register(ward.desk, case, ExitEntry(kind, cause, date(2024, 8, 27), WHY))
    assert refused.value.field == "cause" and cases.page(ward.desk, case).exits == ()


def test_cancelled_flag_puts_no_past_address_into_ordinary_files(ward: Ward) -> None:
    """A case that is not sensitive any more: neither its page nor any file for the host tells where the person was."""
    case = ward.household(1, address=True)
    cases.reveal_address(ward.desk, case, "送り先の確認", "2人目の確認のため書類と照らし合わせます")
    cases.verify_address(ward.desk, (case,), ward.suzuki)
    other = ward.household(2)
    judgment.draft(ward.desk, (case, other), silent)
    judgment.approve(ward.desk, (case, other), ward.suzuki, silent)
    case_exits.register(ward.desk, case, HOME)
    page = str(cases.page(ward.desk, case))
    for secret in (ADDRESS.address, ADDRESS.building, ADDRESS.phone, "見本相談支援センター"):
        assert secret not in page
    for make in (host_exchange.make_status, host_exchange.make_exclusion):
        outgoing = make(ward.desk, "DVD-001", silent)
        words = _words(outgoing.data, outgoing.password, outgoing.file_name)
        assert "0000000010" in words or "R600000002" in words, "the words of the file were read"
        for secret in (ADDRESS.address, ADDRESS.building, ADDRESS.phone, "見本相談支援センター", "北町"):
            assert secret not in words


def _words(data: bytes, password: str, name: str) -> str:
    """All text of an encrypted workbook."""
    with zipfile.ZipFile(io.BytesIO(envelope.open_sealed(data, password, name))) as workbook:
        return html.unescape("".join(workbook.read(part).decode("utf-8") for part in workbook.namelist()))
