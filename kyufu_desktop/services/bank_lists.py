"""The list of banks and branches that counts: the program's, or a newer one that an officer brought in on a medium."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.payment import PayMethod
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict
from kyufu_desktop.exchange import banks
from kyufu_desktop.exchange.bank_archive import read_archive
from kyufu_desktop.exchange.banks import BankList, Differences
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.exchange import BankList as StoredList
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.services import accounts, batches
from kyufu_desktop.services.case_facts import staff_names
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.present_banks import present
from kyufu_desktop.services.session import Desk

#: Cases in which nobody pays into the account any more.
_DONE = (CaseStatus.PAID.value, CaseStatus.NOT_ELIGIBLE.value, CaseStatus.CLOSED.value)
_WHY = "支店が新しい一覧にないため"


@dataclass(frozen=True, slots=True)
class StrandedAccount:
    """A live account whose bank or branch is not in the list: it needs a new look. Codes only; the name is not shown here."""

    account_id: int
    case_id: int
    management_number: str
    place: str = field(repr=False)
    """Bank and branch as they were called, or their codes."""
    state: str
    """振込準備 and the like: the status of the case."""


@dataclass(frozen=True, slots=True)
class BankListInspection:
    """A list that was read and not taken in: what it would change."""

    listed_on: date
    present_on: date
    banks: int
    branches: int
    differences: Differences
    stranded: tuple[StrandedAccount, ...]
    file: str
    sha256: str
    payload: BankList = field(repr=False)


@dataclass(frozen=True, slots=True)
class BankListPage:
    """Which list counts, where it comes from, and the accounts that it does not know (empty for who may not see cases)."""

    listed_on: date
    banks: int
    branches: int
    origin: str
    stranded: tuple[StrandedAccount, ...]


def page(desk: Desk) -> BankListPage:
    with desk.look(Act.LOGGED_IN) as session:
        current = present(session)
        stored = session.execute(
            select(StoredList.banks, StoredList.branches, StoredList.brought_at, StoredList.brought_by).where(
                StoredList.listed_on == current.listed_on
            )
        ).first()
        if stored is None:
            counts, origin = current.count(), "プログラムに付いてきた一覧です。"
        else:
            counts = (stored.banks, stored.branches)
            brought = date.fromisoformat(stored.brought_at[:10])
            origin = f"{staff_names(session).get(stored.brought_by, '')} が{wareki(brought)}に取り込んだ一覧です。"
        seen = _stranded(session, current, current) if desk.may(Act.CASES_LISTED) else ()
        return BankListPage(current.listed_on, *counts, origin, seen)


def inspect(desk: Desk, data: bytes, file: str, progress: Progress) -> BankListInspection:
    """Reads a list and says what it would change; nothing is kept. Raises ``FileProblem`` K-1261 to K-1264."""
    with desk.look(Act.BANK_LIST_BROUGHT) as session:
        now = present(session)
        found = read_archive(data, file, now, None if desk.practice else desk.today(), progress)
        return BankListInspection(
            found.listed_on,
            now.listed_on,
            *found.count(),
            banks.compare(now, found),
            _stranded(session, found, now),
            file,
            hashlib.sha256(data).hexdigest(),
            found,
        )


def bring_in(desk: Desk, inspection: BankListInspection) -> Changes:
    """The list counts from now on. Accounts at a branch that it does not know wait for a new look, and leave a batch that waits here.

    Raises Conflict K-1265 where another list was brought in since the inspection.
    """
    with desk.work(Act.BANK_LIST_BROUGHT) as unit:
        session = unit.session
        if present(session).listed_on != inspection.present_on:
            raise Conflict("K-1265", "確かめたあとに、別の一覧が取り込まれました。", todo="もう一度、ファイルを選んでください。")
        found = inspection.payload
        row = StoredList(
            listed_on=found.listed_on,
            sha256=inspection.sha256,
            banks=inspection.banks,
            branches=inspection.branches,
            data=banks.pack(found),
            brought_at=desk.now_text(),
            brought_by=desk.staff.id,
        )
        session.add(row)
        session.flush()
        stranded = _stranded(session, found, found)
        for account in stranded:
            batches.take_out(unit, desk, account.case_id, _WHY)
            # Whoever looks again has to see a passbook that names the branch of today.
            accounts.ask_again(session, account.case_id, desk.now_text(), passbook=False)
        gone = inspection.differences
        unit.record(
            Act.BANK_LIST_BROUGHT,
            subject="bank_list",
            subject_id=row.id,
            listed_on=found.listed_on.isoformat(),
            banks=inspection.banks,
            branches=inspection.branches,
            gone=len(gone.branches_gone),
            accounts=len(stranded),
            sha256=inspection.sha256,
        )
        words = f"金融機関の一覧（{wareki(found.listed_on)}）を取り込みました。"
        if stranded:
            words += f"口座 {len(stranded):,}件は、支店が一覧にないため見直してください。"
        kinds = Kind.ACCOUNTS | Kind.PAYMENTS | Kind.FORMS | Kind.CASES | Kind.AUDIT
        return Changes(kinds, words, tuple(account.case_id for account in stranded))


def _stranded(session: Session, newer: BankList, named_by: BankList) -> tuple[StrandedAccount, ...]:
    """Live accounts of cases that may still be paid, at a bank or branch that ``newer`` does not know."""
    query = (
        select(AccountRecord, Case.management_number, Case.status)
        .join(Case, Case.id == AccountRecord.case_id)
        .where(
            AccountRecord.superseded_by.is_(None),
            AccountRecord.method == PayMethod.TRANSFER.value,
            Case.status.not_in(_DONE),
        )
        .order_by(Case.management_number)
    )
    return tuple(
        StrandedAccount(record.id, record.case_id, number, place_words(record, (named_by, banks.packaged())), status)
        for record, number, status in session.execute(query)
        if not newer.knows(record.bank, record.branch)
    )


def place_words(account: AccountRecord, lists: Sequence[BankList]) -> str:
    """Bank and branch by the first list that knows them, else their codes."""
    for known in lists:
        bank, branch = known.bank_name(account.bank), known.branch_name(account.bank, account.branch)
        if bank and branch:
            return f"{bank} {branch}"
    return f"銀行 {account.bank} 支店 {account.branch}"
