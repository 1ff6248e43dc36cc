"""Accounts that are known of the people of a case, from wherever: with origin and day, and whether one may be proposed at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.account import SOURCE_LABELS, AccountSource, parse_host_account, why_not_used
from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.domain.notice import NoticeKind
from kyufu_desktop.domain.payment import PaymentState, PayMethod
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import OF_A_PERSON, BankAccount, Category
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.case import Case, EvidenceRecord, Person, ReceivedNotice
from kyufu_desktop.models.exchange import ImportFile, InquiryRecord
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.services.case_steps import case_of, recipient
from kyufu_desktop.services.present_banks import present
from kyufu_desktop.services.session import Desk

#: Columns of a person that the host fills.
_OF_THE_HOST = (
    ("past_account", AccountSource.PAST_BENEFIT),
    ("public_account", AccountSource.PUBLIC_MONEY),
    ("welfare_account", AccountSource.WELFARE),
)
_GONE = "支店が一覧にありません。使いません。"


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """One line of the list: the last three digits only. ``why_not`` empty: it may be taken over."""

    key: str
    """Names the line in :func:`take_over`; says nothing about the account."""
    source: AccountSource
    source_word: str
    origin_word: str
    """Where it was read, with the day."""
    origin_on: date | None
    whose: str = field(repr=False)
    """Name of the person, where it is not the recipient."""
    place: str
    """Bank and branch."""
    number_tail: str
    why_not: str


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A proposable account as it fills the fields. The passbook and the second person are still to see."""

    bank: str = field(repr=False)
    branch: str = field(repr=False)
    kind: str = field(repr=False)
    number: str = field(repr=False)
    holder: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    """A known account with its digits; it never leaves the services."""

    row: KnownAccount = field(repr=False)
    account: BankAccount = field(repr=False)

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.account.bank, self.account.branch, self.account.kind, self.account.number


def known(desk: Desk, case_id: int) -> tuple[KnownAccount, ...]:
    """All that is known, masked. Looking at it is recorded."""
    with desk.work(Act.CASE_VIEWED) as unit:
        case = case_of(unit.session, case_id)
        found = known_of(desk, unit.session, case)
        unit.record(Act.CASE_VIEWED, subject="case", subject_id=case_id, place="accounts", accounts=len(found))
        return tuple(each.row for each in found)


def take_over(desk: Desk, case_id: int, key: str) -> TakenOver:
    """The digits of a line of :func:`known`, to fill the form. Raises Conflict K-1464 where it may not be proposed."""
    with desk.work(Act.ACCOUNT_ENTERED) as unit:
        case = case_of(unit.session, case_id)
        found = next((each for each in known_of(desk, unit.session, case) if each.row.key == key), None)
        if found is None or found.row.why_not:
            why = found.row.why_not if found is not None else "この口座は、もう一覧にありません。"
            raise Conflict("K-1464", f"この口座は写せません。{why}", todo="確認書に書かれた口座を入力してください。")
        unit.record(Act.CASE_VIEWED, subject="case", subject_id=case_id, place="account", source=found.row.source.value)
        account = found.account
        return TakenOver(account.bank, account.branch, account.kind, account.number, account.holder)


def sensitive_since(session: Session, case_id: int) -> date | None:
    """The day of the request or placement: nothing older than it is proposed. None where neither evidence nor notice tells it.

    A renewed paper does not begin a new flight, so the first one counts; a request that came later than the paper counts instead.
    """
    pieces = session.execute(
        select(EvidenceRecord.starts_on, EvidenceRecord.issued_on).where(
            EvidenceRecord.case_id == case_id, EvidenceRecord.withdrawn_at.is_(None)
        )
    )
    starts = [starts_on or issued_on for starts_on, issued_on in pieces]
    asked = session.scalars(
        select(ReceivedNotice.received_on).where(ReceivedNotice.case_id == case_id, ReceivedNotice.kind == NoticeKind.OWN.value)
    ).all()
    days = [min(some) for some in (starts, asked) if some]
    return max(days, default=None)


def known_of(desk: Desk, session: Session, case: Case) -> list[Known]:
    """In the order of the sources; an account that the host cannot have written so is left out (the import has said it)."""
    since, category = sensitive_since(session, case.id), Category(case.category)
    asked = category in desk.programme.account_inquiry
    lists, formers = present(session), _of_former_heads(session, case.id)
    found: list[Known] = []
    for key, person, source, origin_word, known_on, stated_on, account in _found(session, case):
        why = why_not_used(source, stated_on, since, category, asked=asked)
        if not why and not lists.knows(account.bank, account.branch):
            why = _GONE
        if not why and source is AccountSource.STATED:
            why = _failed(session, case.id, account)
        if key in formers:
            why = "世帯主が替わる前の口座です。使いません。"
        row = KnownAccount(
            key=key,
            source=source,
            source_word=SOURCE_LABELS[source],
            origin_word=origin_word,
            origin_on=stated_on or known_on,
            whose="" if person is None or person.id == recipient(case).id else person.name,
            place=f"{lists.bank_name(account.bank) or account.bank} {lists.branch_name(account.bank, account.branch) or account.branch}",
            number_tail=account.number[-3:],
            why_not=why,
        )
        found.append(Known(row, account))
    return found


def _of_former_heads(session: Session, case_id: int) -> frozenset[str]:
    """Keys of the accounts up to the one that was taken out of force with its owner."""
    last = session.scalar(
        select(func.max(AccountRecord.id)).where(AccountRecord.case_id == case_id, AccountRecord.superseded_by == AccountRecord.id)
    )
    older = session.scalars(select(AccountRecord.id).where(AccountRecord.case_id == case_id, AccountRecord.id <= (last or 0)))
    return frozenset(f"account:{account_id}" for account_id in older)


_Line = tuple[str, Person | None, AccountSource, str, date | None, date | None, BankAccount]


def _found(session: Session, case: Case) -> Iterator[_Line]:
    """Key, person, source, where it was read, since when it is known, on which day it was stated, account."""
    people = _people(session, case)
    file = session.get(ImportFile, case.import_id)
    made = file.created_on if file is not None else None
    for person in people:
        for column, source in _OF_THE_HOST:
            written = getattr(person, column)
            account = _parsed(written)
            if account is not None:
                # The day of the file is not the day on which somebody registered the account: that one nobody tells.
                yield f"{column}:{person.id}", person, source, f"ホスト {_short(made)}", made, None, account
    yield from _answered(session, people)
    for record in session.scalars(
        select(AccountRecord)
        .where(AccountRecord.case_id == case.id, AccountRecord.method == PayMethod.TRANSFER.value)
        .order_by(AccountRecord.id.desc())
    ):
        account = BankAccount(record.bank, record.branch, record.kind, record.number, record.holder)
        words = "いまの口座" if record.superseded_by is None else "前の口座"
        origin = f"{words} {_short(record.origin_on)}"
        yield f"account:{record.id}", None, AccountSource(record.source), origin, record.origin_on, record.origin_on, account


def _answered(session: Session, people: list[Person]) -> Iterator[_Line]:
    """Answers of the information network about public-money accounts."""
    by_id = {person.id: person for person in people}
    query = (
        select(InquiryRecord, ImportFile.created_on)
        .outerjoin(ImportFile, ImportFile.id == InquiryRecord.answer_import_id)
        .where(InquiryRecord.person_id.in_(by_id), InquiryRecord.kind == "ACCOUNT", InquiryRecord.note.is_not(None))
    )
    for record, made in session.execute(query.order_by(InquiryRecord.id)):
        account = _parsed(record.note)
        if account is not None:
            words = f"口座照会 {_short(made)}の回答"
            yield f"inquiry:{record.id}", by_id[record.person_id], AccountSource.PUBLIC_MONEY, words, made, None, account


def _people(session: Session, case: Case) -> list[Person]:
    """The head, and taxpayers who have a benefit of their own."""
    own = set(
        session.scalars(
            select(JudgmentRecord.person_id).where(
                JudgmentRecord.case_id == case.id,
                JudgmentRecord.person_id.is_not(None),
                JudgmentRecord.superseded_by.is_(None),
                JudgmentRecord.benefit.in_([benefit.value for benefit in OF_A_PERSON]),
            )
        )
    )
    head = recipient(case)
    return [head, *(person for person in case.people if person.id in own and person.id != head.id)]


def _parsed(written: str | None) -> BankAccount | None:
    if not written:
        return None
    try:
        return parse_host_account(written)
    except InputProblem:
        return None


def _failed(session: Session, case_id: int, account: BankAccount) -> str:
    """Whether a transfer to the account came back."""
    failure = session.scalar(
        select(Payment.failure)
        .where(
            Payment.case_id == case_id,
            Payment.state == PaymentState.FAILED.value,
            Payment.bank == account.bank,
            Payment.branch == account.branch,
            Payment.kind == account.kind,
            Payment.number == account.number,
        )
        .limit(1)
    )
    return f"振込不能になった口座です（{failure}）。使いません。" if failure is not None else ""


def _short(day: date | None) -> str:
    return f"{wareki_short(day)}" if day is not None else "日付なし"
