"""Accounts: entered from the form, holder's kana normalised with every change shown, verified by a second person."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.account import AccountSource, HolderMatch, bank_kana, compare_holder, from_yucho
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.payment import PaymentState
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.domain.values import BankAccount
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.exchange import banks
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.services.case_facts import cases_with_people
from kyufu_desktop.services.case_steps import case_of, live_account, recipient
from kyufu_desktop.services.session import Desk, Second

KINDS: dict[str, str] = {"1": "普通", "2": "当座", "4": "貯蓄", "9": "その他"}
#: A holder other than the recipient needs a reason of this many characters at least.
REASON_LENGTH = 10


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """As written on the form. For Yucho ``bank`` may be empty and symbol/number given instead."""

    bank: str = field(default="", repr=False)
    branch: str = field(default="", repr=False)
    kind: str = field(default="1", repr=False)
    number: str = field(default="", repr=False)
    holder: str = field(default="", repr=False)
    yucho_symbol: str = field(default="", repr=False)
    yucho_number: str = field(default="", repr=False)
    origin_on: date | None = None
    passbook_seen: bool = False
    holder_differs_reason: str = ""


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """What the check found, before anything is stored: bank and branch, the bank's kana, notes on every change, match."""

    bank_name: str
    branch_name: str
    holder: str = field(repr=False)
    notes: tuple[str, ...]
    match: HolderMatch
    warnings: tuple[str, ...]
    """E.g. the same private account in another case, Yucho check digit, list date of banks."""


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


@dataclass(frozen=True, slots=True)
class _Read:
    """An entry turned into the bank's terms."""

    account: BankAccount = field(repr=False)
    bank_name: str
    branch_name: str
    notes: tuple[str, ...]
    match: HolderMatch
    warnings: tuple[str, ...]


def check(desk: Desk, case_id: int, entry: AccountEntry) -> AccountCheck:
    """Looks at an entry without storing it. Raises ``InputProblem`` naming the field that cannot be."""
    with desk.look() as session:
        read = _read(session, case_of(session, case_id), entry)
        return AccountCheck(read.bank_name, read.branch_name, read.account.holder, read.notes, read.match, read.warnings)


def _digits(field_name: str, label: str, text: str, length: int, *, pad: bool = False) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().replace("-", "")
    if not (plain.isascii() and plain.isdigit()) or len(plain) > length or (len(plain) < length and not pad):
        raise InputProblem("K-1740", field_name, f"{label}は{length}けたの数字のはずです。", todo="通帳の写しを見て入力してください。")
    return plain.zfill(length)


def _read(session: Session, case: Case, entry: AccountEntry) -> _Read:
    holder = bank_kana(entry.holder)
    if not holder.text:
        raise InputProblem("K-1740", "holder_kana", "口座名義のカナがありません。", todo="通帳の表紙の裏のカナを入力してください。")
    warnings: list[str] = []
    if entry.yucho_symbol or entry.yucho_number:
        conversion = from_yucho(entry.yucho_symbol, entry.yucho_number, holder.text)
        account = conversion.account
        bank_name, branch_name = "ゆうちょ銀行", conversion.branch_name
        if not conversion.check_digit_fits:
            warnings.append("記号番号の検査数字が合いません。通帳の写しをもう一度見てください。")
    else:
        bank = _digits("bank", "銀行番号", entry.bank, 4)
        branch = _digits("branch", "支店番号", entry.branch, 3)
        if entry.kind not in KINDS:
            raise InputProblem("K-1740", "kind", "預金種目が一覧にありません。", todo="普通・当座・貯蓄・その他から選んでください。")
        number = _digits("number", "口座番号", entry.number, 7, pad=True)
        account = BankAccount(bank, branch, entry.kind, number, holder.text)
        banks.check(bank, branch)
        bank_name, branch_name = banks.bank_name(bank) or "", banks.branch_name(bank, branch) or ""
        warnings.append(f"銀行・支店の一覧は{wareki(banks.list_date())}のものです。")
    if set(account.number) == {"0"}:
        raise InputProblem("K-1740", "number", "口座番号がすべて0です。", todo="通帳の写しを見て入力してください。")
    match = compare_holder(recipient(case).kana, account.holder)
    if match is HolderMatch.SWAPPED:
        warnings.append("口座名義の姓と名の順が受給者と逆です。")
    elif match is HolderMatch.DIFFERENT:
        warnings.append("口座名義が受給者と違います。")
    if _shared(session, case.id, account):
        warnings.append("同じ口座が、ほかの案件にも入力されています。")
    return _Read(account, bank_name, branch_name, holder.notes, match, tuple(warnings))


def _shared(session: Session, case_id: int, account: BankAccount) -> bool:
    return (
        session.scalar(
            select(AccountRecord.id)
            .where(
                AccountRecord.case_id != case_id,
                AccountRecord.superseded_by.is_(None),
                AccountRecord.bank == account.bank,
                AccountRecord.branch == account.branch,
                AccountRecord.kind == account.kind,
                AccountRecord.number == account.number,
            )
            .limit(1)
        )
        is not None
    )


def enter(desk: Desk, case_id: int, entry: AccountEntry) -> Changes:
    """A new row that supersedes the old; refused while a payment is under way. Another holder than the recipient needs a reason."""
    if entry.origin_on is not None and entry.origin_on > desk.today():
        raise InputProblem("K-1742", "origin_on", "口座の届出の日が今日よりあとの日です。", todo="今日までの日を入力してください。")
    with desk.work(Act.ACCOUNT_ENTERED) as unit:
        session = unit.session
        case = case_of(session, case_id)
        under_way = (PaymentState.IN_BATCH.value, PaymentState.SENT.value)
        if session.scalar(select(Payment.id).where(Payment.case_id == case_id, Payment.state.in_(under_way)).limit(1)) is not None:
            raise Conflict(
                "K-1743",
                "この案件は振込の途中です。口座は変えられません。",
                todo="振込の結果を入力するか、振込データを取り消してください。",
            )
        read = _read(session, case, entry)
        reason = entry.holder_differs_reason.strip()
        if read.match is HolderMatch.DIFFERENT and len(reason) < REASON_LENGTH:
            raise InputProblem(
                "K-1744",
                "holder_differs_reason",
                "口座名義が受給者と違います。",
                todo=f"その口座に振り込む理由を{REASON_LENGTH}字以上で入力してください。",
            )
        record = AccountRecord(
            case_id=case_id,
            source=AccountSource.STATED.value,
            origin_on=entry.origin_on or desk.today(),
            bank=read.account.bank,
            branch=read.account.branch,
            kind=read.account.kind,
            number=read.account.number,
            holder=read.account.holder,
            holder_written=entry.holder,
            notes=json.dumps(read.notes, ensure_ascii=False),
            passbook_seen_by=desk.staff.id if entry.passbook_seen else None,
            holder_differs_reason=reason or None,
            entered_at=desk.now_text(),
            entered_by=desk.staff.id,
        )
        supersede(session, record)
        unit.record(
            Act.ACCOUNT_ENTERED,
            subject="case",
            subject_id=case_id,
            account=record.id,
            match=read.match.value,
            changed=len(read.notes),
            warnings=len(read.warnings),
        )
        return Changes(Kind.ACCOUNTS | Kind.FORMS | Kind.CASES | Kind.AUDIT, "口座を入力しました。2人目の確認を待ちます。", (case_id,))


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


def ask_again(session: Session, case_id: int, at: str) -> int | None:
    """After a failed transfer: the same account as a new row without the second person's check; returns its id."""
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
        passbook_seen_by=old.passbook_seen_by,
        holder_differs_reason=old.holder_differs_reason,
        entered_at=at,
        entered_by=old.entered_by,
    )
    supersede(session, record)
    return record.id


def row(session: Session, record: AccountRecord) -> AccountRow:
    """An account as screens show it: the last three digits of the number only."""
    case = case_of(session, record.case_id)
    return AccountRow(
        account_id=record.id,
        case_id=record.case_id,
        management_number=case.management_number,
        name=recipient(case).name,
        bank_name=banks.bank_name(record.bank) or record.bank,
        branch_name=banks.branch_name(record.bank, record.branch) or record.branch,
        kind_word=KINDS[record.kind],
        number_tail=record.number[-3:],
        holder=record.holder,
        entered_by=_staff_name(session, record.entered_by),
        entered_by_id=record.entered_by,
        verified_by=None if record.verified_by is None else _staff_name(session, record.verified_by),
    )


def _staff_name(session: Session, staff_id: int) -> str:
    member = session.get(StaffMember, staff_id)
    return member.name if member is not None else "不明"


def waiting(desk: Desk) -> tuple[AccountRow, ...]:
    """Accounts that wait for a second person."""
    with desk.look() as session:
        records = session.scalars(
            select(AccountRecord)
            .where(AccountRecord.superseded_by.is_(None), AccountRecord.verified_by.is_(None))
            .order_by(AccountRecord.entered_at, AccountRecord.id)
        ).all()
        # Held while the rows are made, so that every one finds its case and its people here already.
        held = (cases_with_people(session, [record.case_id for record in records]), session.scalars(select(StaffMember)).all())
        rows = tuple(row(session, record) for record in records)
        del held
        return rows


def waiting_count(desk: Desk) -> int:
    """How many accounts wait for a second person."""
    with desk.look() as session:
        query = select(func.count()).select_from(AccountRecord)
        return session.scalar(query.where(AccountRecord.superseded_by.is_(None), AccountRecord.verified_by.is_(None))) or 0


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
            record.verified_at = desk.now_text()
            record.verified_by = second.staff.id
            cases.append(record.case_id)
            unit.record(Act.ACCOUNT_VERIFIED, subject="case", subject_id=record.case_id, account=record.id)
        return Changes(Kind.ACCOUNTS | Kind.FORMS | Kind.CASES | Kind.AUDIT, f"口座 {len(cases)}件を確認済にしました。", tuple(cases))
