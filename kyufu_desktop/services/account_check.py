"""An account as it is written on a form, looked at before it is kept: what it means to the bank, and what a person has to answer for."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.account import (
    SINCE_WORDS,
    AccountSource,
    BelongsTo,
    HolderMatch,
    compare_holder,
    from_yucho,
    names_holder,
)
from kyufu_desktop.domain.holder_kana import Normalised, bank_kana, names_corporation
from kyufu_desktop.domain.payment import PayMethod
from kyufu_desktop.domain.values import BankAccount, Category
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.review import AccountRecord
from kyufu_desktop.services.account_holders import heir_of
from kyufu_desktop.services.case_steps import recipient
from kyufu_desktop.services.known_accounts import known_of, sensitive_since
from kyufu_desktop.services.present_banks import present
from kyufu_desktop.services.proxies import live_proxy, name_of
from kyufu_desktop.services.session import Desk

KINDS: dict[str, str] = {"1": "普通", "2": "当座", "4": "貯蓄", "9": "その他"}
#: What must be answered for needs a reason of this many characters at least.
REASON_LENGTH = 10
_SWAPPED = ("口座名義の姓と名の順が受給者と逆です。",)


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """As written on the form. For Yucho ``bank`` may be empty and symbol/number given instead; for CASH all of them are empty."""

    bank: str = field(default="", repr=False)
    branch: str = field(default="", repr=False)
    kind: str = field(default="1", repr=False)
    number: str = field(default="", repr=False)
    holder: str = field(default="", repr=False)
    yucho_symbol: str = field(default="", repr=False)
    yucho_number: str = field(default="", repr=False)
    origin_on: date | None = None
    passbook_seen: bool = False
    holder_differs_reason: str = field(default="", repr=False)
    """Why it is paid there, or at the counter, all the same; see :attr:`AccountCheck.answer_for`."""
    method: PayMethod = PayMethod.TRANSFER
    belongs_to: BelongsTo = BelongsTo.SELF
    heir_id: int | None = None
    """Which heir, where there is more than one."""
    corporate: bool = False
    """法人の略語を使う. Off by default: an abbreviated 社会福祉協議会 and its like did not match the name in the passbook."""


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """What the check found, before anything is stored: bank and branch, the bank's kana, notes on every change, match."""

    bank_name: str
    branch_name: str
    holder: str = field(repr=False)
    notes: tuple[str, ...] = field(repr=False)
    match: HolderMatch
    warnings: tuple[str, ...] = field(repr=False)
    """E.g. Yucho check digit, a changed ヲ, an account that was known before the request."""
    answer_for: tuple[str, ...] = ()
    """What is only entered with a reason: another holder, an account shared with another case, the counter."""
    listed_on: date | None = None
    """Day of the list of banks and branches; None where none was looked at."""
    corporation: bool = False
    """The holder is a corporation whose long word the switch would abbreviate."""


@dataclass(frozen=True, slots=True)
class Read:
    """An entry turned into the bank's terms. CASH has an account without digits."""

    account: BankAccount = field(repr=False)
    found: AccountCheck
    proxy_id: int | None = None
    heir_id: int | None = None


def read_entry(desk: Desk, session: Session, case: Case, entry: AccountEntry) -> Read:
    """Raises ``InputProblem`` naming the field that cannot be."""
    proxy_id, heir_id, proxy_name = None, None, ""
    if entry.belongs_to is BelongsTo.PROXY:
        proxy = live_proxy(session, case.id, desk.today())
        if proxy is None:
            raise InputProblem(
                "K-1461", "belongs_to", "2人目が確かめた代理人がいません。", todo="案件の「代理人」で、先に代理人を確かめてください。"
            )
        proxy_id, proxy_name = proxy.id, name_of(desk.address_key(), case, proxy)
    elif entry.belongs_to is BelongsTo.HEIR:
        heir_id = heir_of(session, case.id, entry.heir_id).id
    if entry.method is PayMethod.CASH:
        if entry.belongs_to is BelongsTo.FACILITY:
            raise InputProblem(
                "K-1463", "belongs_to", "窓口で受け取るのは、本人か代理人か相続人です。", todo="受け取る人を選び直してください。"
            )
        found = AccountCheck("", "", "", (), HolderMatch.SAME, (), ("窓口で現金を渡します。振込はしません。",))
        return Read(BankAccount("", "", "", "", ""), found, proxy_id, heir_id)
    holder = bank_kana(entry.holder, corporate=entry.corporate)
    account, places, warnings = _account(session, entry, holder)
    match, answers = _match(case, entry, account.holder, proxy_name)
    answers += _shared(session, case.id, account, entry.belongs_to)
    late, known = _older(session, case, entry, desk.today()), _known_before(desk, session, case, account)
    listed_on = present(session).listed_on
    found = AccountCheck(
        *places,
        account.holder,
        tuple(note for note in holder.notes if note not in holder.warnings),
        match,
        (*warnings, *holder.warnings, *(_SWAPPED if match is HolderMatch.SWAPPED else ()), *known),
        (*answers, *late),
        listed_on,
        names_corporation(bank_kana(entry.holder, limit=10_000).text),
    )
    return Read(account, found, proxy_id, heir_id)


def _account(session: Session, entry: AccountEntry, holder: Normalised) -> tuple[BankAccount, tuple[str, str], list[str]]:
    """The account, the names of bank and branch, warnings."""
    warnings: list[str] = []
    lists = present(session)
    if entry.yucho_symbol or entry.yucho_number:
        conversion = from_yucho(entry.yucho_symbol, entry.yucho_number, holder.text)
        account = conversion.account
        if not conversion.check_digit_fits:
            warnings.append("記号番号の検査数字が合いません。通帳の写しをもう一度見てください。")
        if not lists.knows(account.bank, account.branch):
            raise InputProblem("K-1042", "yucho_symbol", "この記号の店は一覧にありません。", todo="通帳の記号を確かめてください。")
        places = ("ゆうちょ銀行", conversion.branch_name)
    else:
        bank = _digits("bank", "銀行番号", entry.bank, 4)
        branch = _digits("branch", "支店番号", entry.branch, 3)
        if entry.kind not in KINDS:
            raise InputProblem("K-1740", "kind", "預金種目が一覧にありません。", todo="普通・当座・貯蓄・その他から選んでください。")
        number = _digits("number", "口座番号", entry.number, 7, pad=True)
        account = BankAccount(bank, branch, entry.kind, number, holder.text)
        lists.check(bank, branch)
        places = (lists.bank_name(bank) or "", lists.branch_name(bank, branch) or "")
    if set(account.number) == {"0"}:
        raise InputProblem("K-1740", "number", "口座番号がすべて0です。", todo="通帳の写しを見て入力してください。")
    return account, places, warnings


def _digits(field_name: str, label: str, text: str, length: int, *, pad: bool = False) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().replace("-", "")
    if not (plain.isascii() and plain.isdigit()) or len(plain) > length or (len(plain) < length and not pad):
        raise InputProblem("K-1740", field_name, f"{label}は{length}けたの数字のはずです。", todo="通帳の写しを見て入力してください。")
    return plain.zfill(length)


def _match(case: Case, entry: AccountEntry, holder: str, proxy_name: str) -> tuple[HolderMatch, list[str]]:
    """How the holder compares with whom the account belongs to, and what has to be answered for."""
    kana = recipient(case).kana
    match = compare_holder(kana, holder)
    if match is HolderMatch.SAME:
        return match, []
    if entry.belongs_to is BelongsTo.FACILITY:
        named = names_holder(kana, holder)
        return match, [
            "施設の管理する口座です。名義に本人の名前があります。" if named else "施設の名義の口座です。本人の名前がありません。"
        ]
    if match is HolderMatch.SWAPPED:
        return match, []
    if entry.belongs_to is BelongsTo.PROXY:
        if compare_holder(proxy_name, holder) is not HolderMatch.DIFFERENT:
            return match, ["代理人の名義の口座です。"]
        return match, ["代理人の口座です。書類の氏名と名義カナを見比べてください。"]
    if entry.belongs_to is BelongsTo.HEIR:
        return match, ["相続人の口座です。届の氏名と名義カナを見比べてください。"]
    return match, ["口座名義が受給者と違います。"]


def _shared(session: Session, case_id: int, account: BankAccount, belongs_to: BelongsTo) -> list[str]:
    """The same account in another case. Facilities keep one for many; of anybody else two cases should not have one."""
    others = session.scalars(
        select(AccountRecord.belongs_to).where(
            AccountRecord.case_id != case_id,
            AccountRecord.superseded_by.is_(None),
            AccountRecord.method == PayMethod.TRANSFER.value,
            AccountRecord.bank == account.bank,
            AccountRecord.branch == account.branch,
            AccountRecord.kind == account.kind,
            AccountRecord.number == account.number,
        )
    ).all()
    if not others:
        return []
    if belongs_to is BelongsTo.FACILITY and all(other == BelongsTo.FACILITY.value for other in others):
        return [f"同じ施設の口座が、ほかの案件 {len(others):,}件にもあります。"]
    return [f"同じ口座が、ほかの案件 {len(others):,}件にも入力されています。"]


def _older(session: Session, case: Case, entry: AccountEntry, today: date) -> list[str]:
    since = sensitive_since(session, case.id)
    if since is None or (entry.origin_on or today) >= since:
        return []
    return [f"{SINCE_WORDS[Category(case.category)]}より前に届いた口座です。"]


def _known_before(desk: Desk, session: Session, case: Case, account: BankAccount) -> list[str]:
    """An account that the ward knows from elsewhere and may not propose: whoever typed it must know that."""
    mine = (account.bank, account.branch, account.kind, account.number)
    return [
        f"{known.row.source_word}と同じ口座です。いまも本人だけが使えるか、確かめてください。"
        for known in known_of(desk, session, case)
        if known.row.source is not AccountSource.STATED and known.key == mine
    ][:1]
