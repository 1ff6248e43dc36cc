"""Rehearsals: dummy people, places and accounts, always the same for the same case. Nothing of this works in a real vault.

Places are made up so that nobody can take them for real ones (見本県見本市); banks and branches exist, account numbers do not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from kyufu_desktop.database.folder import VaultFolder, load_book
from kyufu_desktop.domain.evidence import placements_for
from kyufu_desktop.domain.staff import ROLE_LABELS, Act, Role
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import CustodyProblem, NotAllowed
from kyufu_desktop.exchange import dummies
from kyufu_desktop.security.keys import REAL, KdfParameters
from kyufu_desktop.services import session
from kyufu_desktop.services.accounts import AccountEntry
from kyufu_desktop.services.case_rows import AddressEntry, EvidenceEntry, ProxyEntry
from kyufu_desktop.services.programme_definitions import DEFAULT, as_written
from kyufu_desktop.services.session import Desk

#: (login, name, role, passphrase) of the people of a practice vault; shown to everybody who practises.
PEOPLE: tuple[tuple[str, str, Role, str], ...] = (
    ("suzuki", "鈴木 係長", Role.OFFICER, "れんしゅう用の鈴木係長の合言葉です"),
    ("tanaka", "田中 主任", Role.OFFICER, "れんしゅう用の田中主任の合言葉です"),
    ("sato", "佐藤 主事", Role.HANDLER, "れんしゅう用の佐藤主事の合言葉です"),
)
#: Dummy workbooks: file name -> what makes it.
SEED, CASES = 20240828, 60

_FACILITIES = ("みどり園", "あさひの里")
#: Case in care -> (ground of the proxy, name, before the name in the window, relation, 敬称): one person, one corporation.
_ACTING: dict[int, tuple[tuple[str, ...], str, str, str, str]] = {
    11: (("C1",), "見本 太郎", "施設長 ", "施設の長", "様"),
    12: (("B2", "B3"), "社会福祉法人見本会", "", "成年後見人", "御中"),
}
_TOWNS = ("北町", "南町", "緑台", "港通")
#: Banks and branches that exist (the list says so in the tests).
_BANKS = (("0001", "001"), ("0005", "001"), ("0009", "015"), ("0010", "100"))


def is_practice_folder(folder: Path) -> bool:
    """Whether a vault of practice lies in ``folder``; False where there is none. Raises CustodyProblem for a broken one."""
    place = VaultFolder(folder)
    return place.exists() and load_book(place.current()).kind == "practice"


def refuse_existing(folder: Path) -> None:
    """A rehearsal needs a new vault. Raises CustodyProblem K-1780 where one is there already."""
    if VaultFolder(folder).exists():
        raise CustodyProblem(
            "K-1780",
            "このフォルダーには、もう保管庫があります。",
            todo="空のフォルダーを指定してください。",
        )


def prepare_vault(
    folder: Path, start: datetime, kdf: KdfParameters = REAL, programme: str = DEFAULT
) -> tuple[tuple[str, str, str, str], ...]:
    """A practice vault with two officers and a handler, made for ``programme`` where there is none.

    Returns (login, name, role word, passphrase).

    Raises CustodyProblem K-1781 where a real vault lies there.
    """

    def clock() -> datetime:
        return start

    if not VaultFolder(folder).exists():
        first, second, handler = PEOPLE
        session.first_start(folder, "practice", [(login, name, words) for login, name, _, words in (first, second)], clock, kdf, programme)
        desk = session.unlock(folder, first[0], first[3], clock)
        try:
            other = session.second_person(desk, second[0], second[3], Act.STAFF_ADDED, desk.staff.id)
            session.add_staff(desk, handler[0], handler[1], handler[2], handler[3], other, kdf)
        finally:
            session.close(desk)
    elif not is_practice_folder(folder):
        raise CustodyProblem("K-1781", "ここにあるのは実際の保管庫です。", todo="練習には別のフォルダーを指定してください。")
    return tuple((login, name, ROLE_LABELS[role], words) for login, name, role, words in PEOPLE)


def seed_workbooks(folder: Path, password: str, cases: int = CASES, seed: int = SEED, programme: str = DEFAULT) -> tuple[Path, ...]:
    """Writes the four dummy workbooks of a programme, sealed with ``password``, into ``folder``; those that are there stay as they are."""
    words = {item.benefit: item.host_word for item in as_written(programme).benefits}
    makers: dict[str, Callable[[int, int, str], bytes]] = {
        "targets.xlsx": dummies.targets_workbook,
        "planned_payments.xlsx": partial(dummies.planned_workbook, words=words),
        "tax_answers.xlsx": dummies.tax_answers,
        "account_answers.xlsx": dummies.account_answers,
    }
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, make in makers.items():
        path = folder / name
        if not path.exists():
            path.write_bytes(make(seed, cases, password))
        written.append(path)
    return tuple(written)


def _practice_only(desk: Desk) -> None:
    if not desk.practice:
        raise NotAllowed("K-1782", "実際の保管庫では、練習用の値は使えません。", todo="練習用の保管庫で行ってください。")


def safe_address(desk: Desk, case_id: int, category: Category) -> AddressEntry:
    """Where a dummy person can be written to: by turns outside and inside Tokyo, for those in care a facility's name for 気付.

    The case that :func:`acting` knows a proxy of is written to through him.
    """
    _practice_only(desk)
    entry = acting(desk, case_id, category)
    written = honorific = ""
    if entry is not None:
        _, _, before, _, honorific = _ACTING[case_id]
        written = before + entry.name
    prefecture = "東京都見本区" if case_id % 3 == 0 else "見本県見本市"
    town = _TOWNS[case_id % len(_TOWNS)]
    in_care = category is not Category.DV
    return AddressEntry(
        postal=f"000-{case_id % 10_000:04d}",
        address=f"{prefecture}{town}{case_id % 9 + 1}丁目{case_id % 27 + 1}番{case_id % 19 + 1}号",
        building="" if in_care or case_id % 2 else f"見本ハイツ{100 + case_id % 9 + 1}号室",
        care_of=_FACILITIES[case_id % len(_FACILITIES)] if in_care else "",
        recipient=written,
        phone=f"000-0000-{case_id % 10_000:04d}",
        honorific=honorific or "様",
    )


def acting(desk: Desk, case_id: int, category: Category) -> ProxyEntry | None:
    """Who acts for a dummy person in care: two cases have somebody, so that both can be practised; None for all others."""
    _practice_only(desk)
    if case_id not in _ACTING or category is Category.DV:
        return None
    grounds, name, _, relation, _ = _ACTING[case_id]
    known = {basis.code for basis in desk.programme.proxies if category in basis.categories}
    basis = next((code for code in grounds if code in known), None)
    return None if basis is None else ProxyEntry(basis, name, relation, "000-0000-0000", True, desk.programme.base_date)


def evidence(desk: Desk, category: Category, base_date: date, companions: tuple[str, ...] = ()) -> EvidenceEntry:
    """The first kind that the programme accepts for ``category`` without further approval, in force a year from ``base_date``.

    Documents about a placement name the first legal basis that is not for children-only households.
    """
    _practice_only(desk)
    kind = next(kind for kind in desk.programme.evidence if category in kind.categories and not kind.needs_approval)
    issued = base_date - timedelta(days=30)
    bases = sorted(placements_for(category, desk.programme), key=lambda placement: placement.children_only)
    return EvidenceEntry(
        kind=kind.code,
        issued_on=issued,
        starts_on=issued,
        ends_on=base_date + timedelta(days=365) if kind.expires else None,
        issuer="見本県見本相談所",
        companions=companions,
        basis=bases[0].code if kind.placement and bases else None,
        moved_in_on=base_date + timedelta(days=1) if kind.moved_in_after_base_date else None,
        details={wanted.key: "見本" for wanted in kind.fields if wanted.required},
    )


def returned_account(desk: Desk, kana: str, number: int) -> AccountEntry:
    """An account on a returned dummy form: a real bank and branch, a made-up number, the recipient's own kana."""
    _practice_only(desk)
    bank, branch = _BANKS[number % len(_BANKS)]
    return AccountEntry(
        bank=bank,
        branch=branch,
        kind="1",
        number=f"{9_000_000 + number % 1_000_000:07d}",
        holder=kana,
        origin_on=desk.today(),
        passbook_seen=True,
    )
