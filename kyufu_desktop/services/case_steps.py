"""Small steps that several stations do to a case: move its status by the one table, find its recipient, its live account."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.case import CaseStatus, next_status
from kyufu_desktop.domain.payment import OCCUPYING
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Benefit, Relation
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.case import Case, Person
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.models.review import AccountRecord

#: Of a case whose recipient is not certain.
NO_ONE_HEAD = "世帯主が1人に決まっていません。"


def advance(case: Case, act: Act, at: str, *, failed: bool = False) -> None:
    """Moves the case by the table of transitions; raises ``Conflict`` where the table has no such row."""
    case.status = next_status(CaseStatus(case.status), act, failed=failed).value
    case.changed_at = at


def case_of(session: Session, case_id: int) -> Case:
    """The case, or ``Conflict`` where it is not here any more."""
    case = session.get(Case, case_id)
    if case is None:
        raise Conflict("K-1790", "この案件は保管庫にありません。", todo="一覧を読み直してください。")
    return case


def heads_of(case: Case) -> list[Person]:
    """Who stands as 世帯主: one, where everything is as it should be."""
    return [person for person in case.people if person.relation == Relation.HEAD.value]


def recipient(case: Case) -> Person:
    """The head of the household: to him the letter goes and the account belongs.

    Never picked from several: the one of them may be whom the other fled from. Raises Conflict K-1791 where there is not exactly one.
    """
    heads = heads_of(case)
    if len(heads) != 1:
        raise Conflict(
            "K-1791",
            f"{case.management_number} は、{NO_ONE_HEAD}",
            todo="ホスト担当に世帯主を確かめ、直した支給対象者データを取り込んでください。",
        )
    return heads[0]


def listed_name(case: Case) -> str:
    """The recipient's name in a list. One case without exactly one head must not close the list of all the others: it shows them all."""
    return "／".join(person.name for person in heads_of(case)) or "世帯主なし"


def live_account(session: Session, case_id: int) -> AccountRecord | None:
    """The one account of the case that has not been superseded."""
    return session.scalar(select(AccountRecord).where(AccountRecord.case_id == case_id, AccountRecord.superseded_by.is_(None)))


def decided() -> tuple[ColumnElement[bool], ...]:
    """Of a judgment: decided (決裁) to be paid, and no payment of it under way or made: nobody is asked for an account twice."""
    occupied = select(Payment.judgment_id).where(Payment.state.in_(sorted(state.value for state in OCCUPYING)))
    return (
        JudgmentRecord.id.not_in(occupied),
        JudgmentRecord.state == "APPROVED",
        JudgmentRecord.outcome == "ELIGIBLE",
        JudgmentRecord.superseded_by.is_(None),
        JudgmentRecord.amount > 0,
    )


def approved_benefits(session: Session, case_id: int) -> list[JudgmentRecord]:
    """Benefits that were decided (決裁) to be paid and of which nothing is paid yet, in the order of their judgment."""
    return list(session.scalars(select(JudgmentRecord).where(JudgmentRecord.case_id == case_id, *decided()).order_by(JudgmentRecord.id)))


def benefit_words(judgments: list[JudgmentRecord], programme: Programme) -> str:
    """``非課税化給付・こども加算``, in the programme's words."""
    words: list[str] = []
    for judgment in judgments:
        word = programme.label(Benefit(judgment.benefit))
        if word not in words:
            words.append(word)
    return "・".join(words)
