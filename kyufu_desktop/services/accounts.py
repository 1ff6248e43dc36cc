"""Accounts: entered from the form, holder's kana normalised with every change shown, verified by a second person."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.account import AccountSource, BelongsTo
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.payment import BatchState, PaymentState, PayMethod
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.exchange.banks import BankList
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.services import batches
from kyufu_desktop.services.account_check import KINDS, REASON_LENGTH, AccountCheck, AccountEntry, read_entry
from kyufu_desktop.services.account_holders import no_longer
from kyufu_desktop.services.case_facts import cases_with_people
from kyufu_desktop.services.case_steps import case_of, listed_name, live_account
from kyufu_desktop.services.present_banks import present
from kyufu_desktop.services.session import Desk, Second

__all__ = [
    "KINDS",
    "REASON_LENGTH",
    "AccountCheck",
    "AccountEntry",
    "AccountRow",
    "ask_again",
    "check",
    "end",
    "enter",
    "of_case",
    "row",
    "see_passbook",
    "verify",
    "waiting",
    "waiting_count",
]

#: Why a batch that waits in the house loses the payments of a case.
WHY_CHANGED = "口座が変わったため"
_CHANGED = Kind.ACCOUNTS | Kind.FORMS | Kind.CASES | Kind.AUDIT


@dataclass(frozen=True, slots=True)
class AccountRow:
    account_id: int
    case_id: int
    management_number: str
    name: str = field(repr=False)
    bank_name: str
    branch_name: str
    kind_word: str
    number_tail: str
    """Last three digits only."""
    holder: str = field(repr=False)
    entered_by: str
    entered_by_id: int
    verified_by: str | None
    method: PayMethod = PayMethod.TRANSFER
    belongs_to: BelongsTo = BelongsTo.SELF
    passbook_seen_by: str | None = None
    """Who has seen the copy of the passbook, and when; None = nobody yet."""
    passbook_seen_at: str | None = None
    listed_on: date | None = None
    """Day of the list of banks in which bank and branch were found."""
    still_listed: bool = True
    """Bank and branch are in the list that counts now."""
    reason: str = field(default="", repr=False)
    """Why it is paid there all the same."""


def check(desk: Desk, case_id: int, entry: AccountEntry) -> AccountCheck:
    """Looks at an entry without storing it. Raises ``InputProblem`` naming the field that cannot be."""
    with desk.look() as session:
        return read_entry(desk, session, case_of(session, case_id), entry).found


def of_case(desk: Desk, case_id: int) -> AccountRow | None:
    """The live account of a case, masked."""
    with desk.look() as session:
        account = live_account(session, case_id)
        return None if account is None else row(session, account)


def enter(desk: Desk, case_id: int, entry: AccountEntry) -> Changes:
    """A new row that supersedes the old. What has to be answered for (another holder, a shared account, cash) needs a reason.

    Money that is on its way is not touched: Conflict K-1743. A batch that waits in the house loses the payments of the case and has to
    be approved anew, in the same unit of work.
    """
    if entry.origin_on is not None and entry.origin_on > desk.today():
        raise InputProblem("K-1742", "origin_on", "口座の届出の日が今日よりあとの日です。", todo="今日までの日を入力してください。")
    with desk.work(Act.ACCOUNT_ENTERED) as unit:
        session = unit.session
        case = case_of(session, case_id)
        _refuse_on_its_way(session, case_id)
        read = read_entry(desk, session, case, entry)
        reason = entry.holder_differs_reason.strip()
        if read.found.answer_for and len(reason) < REASON_LENGTH:
            what = "窓口で渡す" if entry.method is PayMethod.CASH else "その口座に振り込む"
            raise InputProblem(
                "K-1744",
                "holder_differs_reason",
                "".join(read.found.answer_for),
                todo=f"{what}理由を{REASON_LENGTH}字以上で入力してください。",
            )
        account, seen = read.account, entry.passbook_seen and entry.method is PayMethod.TRANSFER
        record = AccountRecord(
            case_id=case_id,
            method=entry.method.value,
            belongs_to=entry.belongs_to.value,
            proxy_id=read.proxy_id,
            heir_id=read.heir_id,
            bank_list_on=read.found.listed_on,
            source=AccountSource.STATED.value,
            origin_on=entry.origin_on or desk.today(),
            bank=account.bank,
            branch=account.branch,
            kind=account.kind,
            number=account.number,
            holder=account.holder,
            holder_written=entry.holder,
            notes=json.dumps((*read.found.notes, *read.found.warnings), ensure_ascii=False),
            passbook_seen_by=desk.staff.id if seen else None,
            passbook_seen_at=desk.now_text() if seen else None,
            holder_differs_reason=reason or None,
            entered_at=desk.now_text(),
            entered_by=desk.staff.id,
        )
        supersede(session, record)
        taken = batches.take_out(unit, desk, case_id, WHY_CHANGED)
        unit.record(
            Act.ACCOUNT_ENTERED,
            subject="case",
            subject_id=case_id,
            account=record.id,
            method=record.method,
            belongs_to=record.belongs_to,
            match=read.found.match.value,
            changed=len(read.found.notes),
            warnings=len(read.found.warnings) + len(read.found.answer_for),
            voided=len(taken.batches),
        )
        words = "窓口払いにしました。" if entry.method is PayMethod.CASH else "口座を入力しました。"
        words += "2人目の確認を待ちます。" if seen or entry.method is PayMethod.CASH else "通帳の写しを見ると、2人目が確かめられます。"
        words += taken.words
        if batches.announced(session, case_id, [batch.id for batch in taken.batches]):
            words += "振込の通知は送ったあとです。振込日が変わることを知らせてください。"
        return Changes(_CHANGED | (Kind.PAYMENTS | Kind.LETTERS if taken.batches else Kind.NONE), words, (case_id,))


def _refuse_on_its_way(session: Session, case_id: int) -> None:
    """The file is with the bank, or nobody knows yet whether it is on the medium."""
    waits = select(Payment.id).join(Batch, Batch.id == Payment.batch_id)
    writing = (Payment.state == PaymentState.IN_BATCH.value) & (Batch.state == BatchState.WRITING.value)
    sent = Payment.state == PaymentState.SENT.value
    if session.scalar(waits.where(Payment.case_id == case_id, or_(sent, writing)).limit(1)) is not None:
        raise Conflict(
            "K-1743",
            "この案件は振込の途中です。口座は変えられません。",
            todo="振込の結果を入力してから、口座を変えてください。",
        )


def see_passbook(desk: Desk, account_id: int) -> Changes:
    """The copy of the passbook came later than the account: who sees it now stands with it. Raises Conflict K-1745."""
    with desk.work(Act.ACCOUNT_ENTERED) as unit:
        record = unit.session.get(AccountRecord, account_id)
        waits = record is not None and record.superseded_by is None and record.verified_by is None
        if record is None or not waits or record.passbook_seen_by is not None or record.method != PayMethod.TRANSFER.value:
            raise Conflict("K-1745", "口座が通帳の写しを待つ状態ではありません。", todo="一覧を読み直してください。")
        present(unit.session).check(record.bank, record.branch)
        record.passbook_seen_by, record.passbook_seen_at = desk.staff.id, desk.now_text()
        unit.record(Act.ACCOUNT_ENTERED, subject="case", subject_id=record.case_id, account=record.id, passbook=1)
        return Changes(_CHANGED, "通帳の写しを見たことを書きました。2人目の確認を待ちます。", (record.case_id,))


def supersede(session: Session, record: AccountRecord) -> None:
    """Puts ``record`` in the place of the live account of its case.

    The index allows one live row only, and a row can only name one that exists: the new row is first stored as if it were the old one.
    """
    old = live_account(session, record.case_id)
    if old is not None:
        record.superseded_by = old.id
    session.add(record)
    session.flush()
    if old is not None:
        old.superseded_by = record.id
        session.flush()
        record.superseded_by = None
        session.flush()


def end(session: Session, case_id: int) -> int | None:
    """Takes the live account out of force where nothing takes its place: its owner receives nothing here any more. Returns its id.

    The row names itself as what superseded it.
    """
    live = live_account(session, case_id)
    if live is None:
        return None
    live.superseded_by = live.id
    session.flush()
    return live.id


def ask_again(session: Session, case_id: int, at: str, *, passbook: bool = True) -> int | None:
    """After a failed transfer: the same account as a new row without the second person's check; returns its id.

    ``passbook`` False: the copy of the passbook has to be seen anew as well.
    """
    old = live_account(session, case_id)
    if old is None:
        return None
    record = AccountRecord(
        case_id=case_id,
        method=old.method,
        belongs_to=old.belongs_to,
        proxy_id=old.proxy_id,
        heir_id=old.heir_id,
        bank_list_on=old.bank_list_on,
        source=old.source,
        origin_on=old.origin_on,
        bank=old.bank,
        branch=old.branch,
        kind=old.kind,
        number=old.number,
        holder=old.holder,
        holder_written=old.holder_written,
        notes=old.notes,
        passbook_seen_by=old.passbook_seen_by if passbook else None,
        passbook_seen_at=old.passbook_seen_at if passbook else None,
        holder_differs_reason=old.holder_differs_reason,
        entered_at=at,
        entered_by=old.entered_by,
    )
    supersede(session, record)
    return record.id


def row(session: Session, record: AccountRecord) -> AccountRow:
    """An account as screens show it: the last three digits of the number only."""
    case, lists, cash = case_of(session, record.case_id), present(session), record.method == PayMethod.CASH.value
    return AccountRow(
        account_id=record.id,
        case_id=record.case_id,
        management_number=case.management_number,
        name=listed_name(case),
        bank_name=_bank_word(lists, record, cash),
        branch_name="" if cash else lists.branch_name(record.bank, record.branch) or record.branch,
        kind_word="" if cash else KINDS[record.kind],
        number_tail=record.number[-3:],
        holder=record.holder,
        entered_by=_staff_name(session, record.entered_by),
        entered_by_id=record.entered_by,
        verified_by=None if record.verified_by is None else _staff_name(session, record.verified_by),
        method=PayMethod(record.method),
        belongs_to=BelongsTo(record.belongs_to),
        passbook_seen_by=None if record.passbook_seen_by is None else _staff_name(session, record.passbook_seen_by),
        passbook_seen_at=record.passbook_seen_at,
        listed_on=record.bank_list_on,
        still_listed=cash or lists.knows(record.bank, record.branch),
        reason=record.holder_differs_reason or "",
    )


def _bank_word(lists: BankList, record: AccountRecord, cash: bool) -> str:
    return "窓口払い" if cash else lists.bank_name(record.bank) or record.bank


def _staff_name(session: Session, staff_id: int) -> str:
    member = session.get(StaffMember, staff_id)
    return member.name if member is not None else "不明"


def _awaits() -> tuple[ColumnElement[bool], ...]:
    """Of an account: live, not verified, and the copy of the passbook was seen; cash has none."""
    ready = or_(AccountRecord.passbook_seen_by.is_not(None), AccountRecord.method == PayMethod.CASH.value)
    return AccountRecord.superseded_by.is_(None), AccountRecord.verified_by.is_(None), ready


def waiting(desk: Desk) -> tuple[AccountRow, ...]:
    """Accounts that wait for a second person; one whose passbook nobody has seen yet waits for that first."""
    with desk.look() as session:
        records = session.scalars(select(AccountRecord).where(*_awaits()).order_by(AccountRecord.entered_at, AccountRecord.id)).all()
        # Held while the rows are made, so that every one finds its case and its people here already.
        held = (cases_with_people(session, [record.case_id for record in records]), session.scalars(select(StaffMember)).all())
        rows = tuple(row(session, record) for record in records)
        del held
        return rows


def waiting_count(desk: Desk) -> int:
    """How many accounts wait for a second person."""
    with desk.look() as session:
        return session.scalar(select(func.count()).select_from(AccountRecord).where(*_awaits())) or 0


def verify(desk: Desk, account_ids: tuple[int, ...], second: Second) -> Changes:
    """The second person has compared account and copy of the passbook. All or none of ``account_ids``."""
    if not account_ids:
        raise InputProblem("K-1747", "accounts", "確認する口座を選んでいません。", todo="一覧から選んでください。")
    with desk.work(Act.ACCOUNT_VERIFIED, second) as unit:
        cases: list[int] = []
        for account_id in account_ids:
            record = unit.session.get(AccountRecord, account_id)
            if record is None or record.superseded_by is not None or record.verified_by is not None:
                raise Conflict("K-1745", "口座が確認を待つ状態ではありません。", todo="一覧を読み直してください。")
            if not may_verify(Act.ACCOUNT_VERIFIED, record.entered_by, second.staff):
                raise NotAllowed("K-1746", "口座を入力した人は確認できません。", todo="別の取扱者が確認してください。")
            _refuse_unfit(unit.session, record, desk.today())
            record.verified_at = desk.now_text()
            record.verified_by = second.staff.id
            cases.append(record.case_id)
            unit.record(Act.ACCOUNT_VERIFIED, subject="case", subject_id=record.case_id, account=record.id)
        return Changes(Kind.ACCOUNTS | Kind.FORMS | Kind.CASES | Kind.AUDIT, f"口座 {len(cases)}件を確認済にしました。", tuple(cases))


def _refuse_unfit(session: Session, record: AccountRecord, on: date) -> None:
    """What a second person may not confirm, whoever he is."""
    number = case_of(session, record.case_id).management_number
    gone = no_longer(session, record, on)
    if gone:
        raise Conflict("K-1465", f"{number} の口座は確認できません。{gone}", todo="口座を入れ直してください。")
    if record.method == PayMethod.CASH.value:
        return
    if record.passbook_seen_by is None:
        raise Conflict("K-1466", f"{number} の通帳の写しを、まだだれも見ていません。", todo="写しを見てから、確かめてください。")
    if not present(session).knows(record.bank, record.branch):
        raise Conflict(
            "K-1467", f"{number} の支店が、いまの一覧にありません。", todo="通帳の写しで支店を確かめ、口座を入れ直してください。"
        )
