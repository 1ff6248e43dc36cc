"""Who may be given the money of a benefit: the living recipient, a proxy whom the programme lets receive, an heir of who died.

Asked where a benefit becomes payable, and again when its batch is made, approved, written or handed over: a proxy may end and a person may
die in between.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.household_event import EventKind
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.proxy import in_force
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.case import Case, Heir, HouseholdEvent, Person, Proxy
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.services.case_steps import case_of, recipient

SELF, FACILITY, PROXY, HEIR = "SELF", "FACILITY", "PROXY", "HEIR"


def entitled(judgment: JudgmentRecord, case: Case) -> Person:
    """Whose benefit it is: the head of the household, or the taxpayer."""
    if judgment.person_id is None:
        return recipient(case)
    return next(person for person in case.people if person.id == judgment.person_id)


def died_on(session: Session, person_id: int) -> date | None:
    """The day of a registered death; None where the person lives as far as the ward knows."""
    query = select(HouseholdEvent.happened_on).where(
        HouseholdEvent.person_id == person_id, HouseholdEvent.kind == EventKind.DEATH.value, HouseholdEvent.revoked_at.is_(None)
    )
    return session.scalar(query.limit(1))


def heir_stands(heir: Heir | None) -> bool:
    """Confirmed by a second person and not ended."""
    return heir is not None and heir.verified_at is not None and heir.ended_at is None


def why_not(session: Session, judgment: JudgmentRecord, case: Case, account: AccountRecord) -> str:
    """Why whoever ``account`` belongs to may not be given this benefit, as a sentence; empty where he may. What needs no programme."""
    person = entitled(judgment, case)
    if died_on(session, person.id) is None:
        return "受け取る方は亡くなっていません。相続人には支給できません。" if account.belongs_to == HEIR else ""
    if account.belongs_to != HEIR:
        return "受け取る方が亡くなっています。本人や代理人の口座には支給できません。相続人の口座が要ります。"
    heir = session.get(Heir, account.heir_id) if account.heir_id is not None else None
    if heir is None or not heir_stands(heir) or heir.person_id != person.id or heir.case_id != case.id:
        return "2人目が確かめた相続人がいません。"
    return ""


def proxy_why_not(session: Session, programme: Programme, case: Case, account: AccountRecord, on: date) -> str:
    """Why the proxy whose account it is may not receive on ``on``; empty where he may, or where it is no proxy's account."""
    if account.belongs_to != PROXY:
        return ""
    proxy = session.get(Proxy, account.proxy_id) if account.proxy_id is not None else None
    if proxy is None or proxy.case_id != case.id or proxy.verified_at is None:
        return "口座の代理人が、確認済になっていません。"
    if proxy.ended_at is not None or not in_force(proxy.starts_on, proxy.ends_on, on):
        return "口座の代理人が、いまは代理できません。"
    basis = next((basis for basis in programme.proxies if basis.code == proxy.basis), None)
    if basis is None or not basis.may_receive:
        return "この代理の根拠では、代理人が受け取ることはできません。"
    return ""


def require(session: Session, programme: Programme, items: Iterable[tuple[JudgmentRecord, Case, AccountRecord]], on: date) -> None:
    """Raises Conflict K-1752 for the first benefit whose money may not go to whose account it is."""
    for judgment, case, account in items:
        why = why_not(session, judgment, case, account) or proxy_why_not(session, programme, case, account, on)
        if why:
            raise Conflict(
                "K-1752",
                f"{case.management_number} は支払えません。{why}",
                kept="支払は何も進めていません。",
                todo="この案件の代理人・相続人・口座を確かめてください。",
            )


def require_batch(session: Session, programme: Programme, payments: Iterable[Payment], on: date) -> None:
    """The same for payments that wait in a batch, by the account that each of them goes to."""
    require(
        session,
        programme,
        (
            (
                session.get_one(JudgmentRecord, payment.judgment_id),
                case_of(session, payment.case_id),
                session.get_one(AccountRecord, payment.account_id),
            )
            for payment in payments
        ),
        on,
    )
