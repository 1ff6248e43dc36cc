"""Three households with a child benefit among them, in versions of the host's workbook, and the steps that bring them to their money.

For the tests that try random acts: what is refused is refused, and a second judge says what is due.
"""

from __future__ import annotations

import atexit
import functools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kyufu_desktop.errors import UserError
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.review import ReturnedForm
from kyufu_desktop.services import accounts, cases, judgment, review
from kyufu_desktop.services.accounts import AccountEntry
from kyufu_desktop.services.case_facts import facts_of
from kyufu_desktop.services.programme_definitions import as_proposed
from tests.second_judge import interpreter
from tests.services.desk_work import ADDRESS, Ward, facts, person, workbook
from tests.services.office import Office, copied, opened, silent

REASON = "練習のために、この操作を試してみます"
TAXED = {"令和6年度均等割": "課税", "令和6年度所得割額（定額減税前）": 5_000, "令和6年分推計所得税額": 10_000, "合計所得金額": 3_000_000}
#: What the host may say of the three households at one time or another.
MOTHER: tuple[dict[str, Any], ...] = (
    {},
    {"令和6年度均等割": "均等割のみ"},
    TAXED,
    {"令和5年度給付時世帯主": "1"},
    {"令和6年度均等割": None},
)
CHILD: tuple[dict[str, str], ...] = ({}, {"生年月日": "平成27年不詳"}, {"生年月日": "2024-07-01"}, {"生年月日": "2006-04-01"})
TAXPAYER: tuple[dict[str, Any], ...] = (TAXED, {**TAXED, "一般扶養親族数": 1}, {**TAXED, "令和6年度所得割額（定額減税前）": None}, {})
WARD_CHILD: tuple[dict[str, Any], ...] = ({}, {"未申告": "1"}, {"令和6年度均等割": "均等割のみ"})
HOUSEHOLDS = 3


@functools.cache
def of_the_host(mother: int, child: int, taxpayer: int, ward_child: int, alone: int = 0) -> bytes:
    """The workbook in one of its versions: a mother who fled with a child, a taxpayer who fled, a child in care, others alone."""
    others = [10 * number for number in range(HOUSEHOLDS + 1, HOUSEHOLDS + 1 + alone)]
    people = [
        person(10, 1),
        person(11, 1, 続柄="子", 漢字氏名="見本　次郎", カナ氏名="ミホン ジロウ", **{"生年月日": "2015-05-05", **CHILD[child]}),
        person(20, 2, 漢字氏名="見本　三郎", カナ氏名="ミホン サブロウ", 生年月日="1970-03-03"),
        person(30, 3, 漢字氏名="見本　四郎", カナ氏名="ミホン シロウ", 生年月日="2012-04-04", 特別対応区分="児童福祉施設等入所児童"),
        *(person(number, number // 10) for number in others),
    ]
    tax = [facts(10, **MOTHER[mother]), facts(11), facts(20, **TAXPAYER[taxpayer]), facts(30, **WARD_CHILD[ward_child])]
    tax += [facts(number) for number in others]
    return workbook(people, tax)


@functools.cache
def template(begun: bool, alone: int = 0) -> Path:
    """The households brought in, with verified evidence and address; where ``begun``, decided, asked and reviewed as well."""
    keep = tempfile.TemporaryDirectory()
    atexit.register(keep.cleanup)
    folder = Path(keep.name)
    if begun:
        with copied(template(False, alone), folder) as office:
            office.under(as_proposed("r6"))
            decide_all(office)
            for case_id in Ward(office).ids():
                ask(office, case_id, f"{case_id:07d}")
            assert len(office.ready()) == 4 + alone
        return folder
    with opened(folder, "practice", lambda: as_proposed("r6")) as office:
        ward = Ward(office)
        ward.bring_in("targets", of_the_host(0, 0, 0, 0, alone))
        ward.evidence_for_all()
        for case_id in ward.ids():
            cases.enter_address(ward.desk, case_id, ADDRESS)
            cases.reveal_address(ward.desk, case_id, "送り先の確認", "2人目の確認のため書類と照らし合わせます")
            cases.verify_address(ward.desk, (case_id,), ward.suzuki)
    return folder


def attempt(*steps: Callable[[], object]) -> bool:
    """Does the steps in order; a step that is refused stops them. True = all were done."""
    for step in steps:
        try:
            step()
        except UserError:
            return False
    return True


def due(office: Office) -> dict[tuple[str, str], int]:
    """(entitlement, benefit) -> yen that are due now, read by the second judge from the facts of the vault."""
    found: dict[tuple[str, str], int] = {}
    with office.desk.look() as session:
        today, programme = office.desk.today(), office.desk.programme
        case_ids = tuple(session.scalars(select(Case.id)))
        for case in facts_of(session, case_ids, programme, today).values():
            numbers = {person.person_id: person.resident_number for person in case.persons}
            head = next(person.resident_number for person in case.persons if person.relation.value == "HEAD")
            for verdict in interpreter.judge(case, programme):
                group = "household" if verdict.benefit in ("hikazei", "kintowari", "household") else verdict.benefit
                number = head if verdict.person_id is None else numbers[verdict.person_id]
                found[(f"r6|{group}|{number}", verdict.benefit)] = verdict.amount
    return found


def decide_all(office: Office) -> None:
    """起案 and 決裁 of everything that can be."""
    case_ids = Ward(office).ids()
    attempt(lambda: judgment.draft(office.desk, case_ids, silent))
    for case_id in case_ids:
        attempt(functools.partial(judgment.approve, office.desk, (case_id,), office.suzuki, silent))


def ask(office: Office, case_id: int, account: str) -> None:
    """Letter sent, form back, account entered and verified, review completed: as far as it goes."""
    attempt(lambda: office.received(case_id))
    attempt(lambda: accounts.enter(office.desk, case_id, entry_of(office, case_id, account)))
    look_over(office)


def entry_of(office: Office, case_id: int, number: str) -> AccountEntry:
    """An account of the head of the household, whose passbook was seen."""
    with office.desk.look() as session:
        holder = next(person.kana for person in session.get_one(Case, case_id).people if person.relation == "HEAD")
    return AccountEntry(bank="0001", branch="001", number=number, holder=holder, passbook_seen=True)


def look_over(office: Office) -> None:
    """Whatever waits for a second look at its account, or for the end of its review, gets it."""
    attempt(office.verify_accounts)
    with office.desk.look() as session:
        forms = list(session.scalars(select(ReturnedForm.id).where(ReturnedForm.state != "審査完了")))
    for form in forms:
        attempt(
            functools.partial(office.look_at, form),
            functools.partial(review.complete, office.desk, form, office.desk.today()),
        )
