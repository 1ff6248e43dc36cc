"""A vault: made, unlocked, its staff added and removed, its keys changed.

Removing a member means new keys: everything is copied under them into a new generation beside, verified, and only then
``CURRENT`` names it.
The audit key stays over generations, so that the chain and its anchors go on; without the new main key it is of no use to who has left.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from kyufu_desktop.database import copying, migrate, sent_ledger
from kyufu_desktop.database.durable import PRIVATE_FOLDER, create_private, sync_folder
from kyufu_desktop.database.engine import check_integrity, open_engine
from kyufu_desktop.database.folder import VaultFolder, begin_try, database_of, end_try, failed_tries, load_book, save_book
from kyufu_desktop.database.unit_of_work import UnitOfWork, read_session, write_unit
from kyufu_desktop.domain.staff import Act, Role
from kyufu_desktop.errors import CustodyProblem
from kyufu_desktop.models.base import Setting, VaultInfo
from kyufu_desktop.models.case import Case, ReceivedNotice
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.security import keys as slots
from kyufu_desktop.security import sent_marks
from kyufu_desktop.security.approval import Signer
from kyufu_desktop.security.audit_chain import chain_key
from kyufu_desktop.security.keys import REAL, KdfParameters, Keyring, OpenedSlot, SlotBook, VaultKeys
from kyufu_desktop.security.recovery_code import new_code
from kyufu_desktop.security.seal import rewrap

KINDS = ("real", "practice")
_RECOVERY_SETTING = "recovery_public_key"


class OpenVault:
    """An unlocked vault. ``engine`` and ``keyring`` change with the generation: always ask for them here, never keep them."""

    def __init__(self, folder: VaultFolder, book: SlotBook, opened_user: int, engine: Engine, keyring: Keyring) -> None:
        self.folder = folder
        self.kind = book.kind
        self.vault_id = book.vault_id
        self.generation = book.generation
        self.staff_id = opened_user
        self._engine: Engine | None = engine
        self.keyring = keyring
        #: Wrong passphrases of this member since the last time he got in.
        self.failed_tries = 0

    @property
    def engine(self) -> Engine:
        """Raises CustodyProblem K-1428 after :meth:`close`: an engine would open the file again by itself."""
        if self._engine is None:
            raise CustodyProblem("K-1428", "この端末は、もうロックされています。", todo="もう一度、保管庫を開けてください。")
        return self._engine

    @engine.setter
    def engine(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def chain(self) -> bytes:
        """Key of the audit chain."""
        return chain_key(self.keyring.audit, self.vault_id)

    @property
    def signer(self) -> Signer:
        return Signer(self.staff_id, self.keyring.signing)

    def close(self) -> None:
        """For good: whatever is still asked of this vault is refused."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def __repr__(self) -> str:
        return f"<OpenVault {self.kind} {self.vault_id} generation {self.generation}>"


def create_vault(
    folder: Path,
    kind: str,
    officers: Sequence[tuple[str, str, str]],
    now: Callable[[], str],
    kdf: KdfParameters = REAL,
    furnish: Callable[[UnitOfWork], None] = lambda _: None,
) -> str:
    """Makes a vault with its first two 取扱責任者, given as (login, name, passphrase). Returns the paper key's code; it is kept nowhere.

    ``furnish`` writes what a new vault begins with, in the same unit. Raises CustodyProblem K-1406 where the folder holds a vault already.
    """
    assert kind in KINDS and len(officers) >= 2
    place = VaultFolder(folder)
    if place.exists():
        raise CustodyProblem("K-1406", "このフォルダーには、もう保管庫があります。", todo="別の空のフォルダーを選んでください。")
    place.make()
    keys, code = VaultKeys.new(), new_code()
    book = SlotBook(str(uuid.uuid4()), kind, place.next_number(), ())
    book, paper = slots.fill_recovery(book, keys, code)
    made = [
        slots.new_slot(book, user, login.strip(), name, Role.OFFICER, passphrase, kdf, (paper.public_key,))
        for user, (login, name, passphrase) in enumerate(officers, start=1)
    ]
    book = replace(book, slots=tuple(slots.fill_box(book, slot, keys, (paper, signer)) for slot, signer in made))
    trusted = (paper.public_key, *(signer.public_key for _, signer in made))
    for login, _, passphrase in officers:
        # Opens every slot once: the vault counts only when both officers can get in, and each trusts the other.
        book = book.with_slot(slots.trust(book, slots.open_slot(book, login, passphrase), trusted))
    building = _new_folder(place, book.generation)
    create_private(database_of(building))
    engine = open_engine(database_of(building), keys.main, new=True)
    try:
        migrate.upgrade(engine)
        with write_unit(engine, chain_key(keys.audit, book.vault_id), 1, now) as unit:
            unit.session.add(VaultInfo(id=1, vault_id=book.vault_id, kind=kind, created_at=now()))
            _set(unit.session, _RECOVERY_SETTING, book.recovery_public.hex())
            for slot in book.slots:
                unit.session.add(_staff_row(slot, now()))
            unit.record(Act.VAULT_CREATED, kind=kind, generation=book.generation)
            furnish(unit)
        check_integrity(engine)
    finally:
        engine.dispose()
    save_book(building, book)
    # A vault without its ledger has lost what it knew of money that left: a new one begins with an empty one.
    sent_ledger.set_aside(place, "".join(character for character in now()[:19] if character.isdigit()))
    sent_ledger.write(place, sent_marks.ledger_key(keys.audit, book.vault_id), ())
    _settle(place, building, book.generation)
    return code


def unlock(folder: Path, login: str, passphrase: str) -> OpenVault:
    """Opens the vault for ``login``, with all checks of slot, file, tables and registration.

    Raises CustodyProblem K-1402 (wrong), K-1403 (wait), K-1404 ... K-1410, and what ``engine.open_engine`` raises.
    """
    place = VaultFolder(folder)
    generation = place.current()
    place.check_modes()
    book = load_book(generation)
    slot = book.find(login)
    failed = failed_tries(place, slot.login) if slot is not None else 0
    opened = _try(place, book, login, passphrase)
    engine = open_engine(database_of(generation), opened.keyring.main)
    try:
        if migrate.is_older(engine):
            copying.copy_same_key(engine, _free_name(generation / f"before-{migrate.head()}.db"))
            migrate.upgrade(engine)
        check_belongs(engine, book, opened)
        trusted = _trusted(engine)
        if set(opened.trusted) != {*trusted, opened.slot.public[:32]}:
            save_book(generation, book.with_slot(slots.trust(book, opened, trusted)))
        place.sweep()
    except BaseException:
        engine.dispose()
        raise
    vault = OpenVault(place, book, opened.slot.user, engine, opened.keyring)
    vault.failed_tries = failed
    return vault


def prove(vault: OpenVault, login: str, passphrase: str) -> Signer:
    """A second person proves presence: his slot of the same generation opens. Raises as :func:`unlock`; the open vault stays as it is."""
    opened = _try(vault.folder, load_book(vault.folder.current()), login, passphrase)
    if opened.keyring.main != vault.keyring.main:
        raise slots.wrong_passphrase()
    _check_registered(vault.engine, opened)
    return Signer(opened.slot.user, opened.keyring.signing)


def add_staff(
    vault: OpenVault,
    unit: UnitOfWork,
    login: str,
    name: str,
    role: Role,
    passphrase: str,
    makers: tuple[Signer, ...],
    now: str,
    kdf: KdfParameters,
) -> int:
    """A new slot and its row, inside ``unit``. The slot is written before the commit; without its row it opens nothing. Returns the id."""
    address = vault.keyring.address
    assert address is not None, "only roles with all keys may add staff"
    generation = vault.folder.current()
    book = load_book(generation)
    user: int = 1 + max((*(s.user for s in book.slots), *unit.session.scalars(select(StaffMember.id))))
    trusted = _trusted_rows(unit.session)
    slot, signer = slots.new_slot(book, user, login.strip(), name, role, passphrase, kdf, trusted)
    slot = slots.fill_box(book, slot, vault.keyring.keys, makers)
    del signer
    unit.session.add(_staff_row(slot, now))
    unit.session.flush()
    orphans = tuple(s for s in book.slots if s.login.casefold() != slot.login.casefold())
    save_book(generation, replace(book, slots=orphans).with_slot(slot))
    return user


def change_passphrase(vault: OpenVault, login: str, old: str, new: str, kdf: KdfParameters) -> None:
    """A new passphrase for one's own slot. Raises CustodyProblem K-1402 where the old one is wrong."""
    generation = vault.folder.current()
    book = load_book(generation)
    opened = _try(vault.folder, book, login, old)
    save_book(generation, book.with_slot(slots.with_passphrase(book, opened, new, kdf)))


def rotate(
    vault: OpenVault, leaving: frozenset[int], makers: tuple[Signer, ...], now: Callable[[], str], amend: Callable[[UnitOfWork], None]
) -> str:
    """New keys for everybody but ``leaving``; ``amend`` makes the change and its record in the new file. Returns the new paper key's code.

    Until ``CURRENT`` is replaced the old generation counts; afterwards it is deleted. A power cut leaves one of the two, whole.
    """
    place, old_folder = vault.folder, vault.folder.current()
    old_book, old_address = load_book(old_folder), vault.keyring.address
    assert old_address is not None, "only roles with all keys may change them"
    fresh = replace(VaultKeys.new(), audit=vault.keyring.audit)
    code = new_code()
    book, paper = slots.fill_recovery(replace(old_book, generation=place.next_number(), slots=()), fresh, code)
    building = _new_folder(place, book.generation)
    engine: Engine | None = None
    try:
        before = copying.contents(vault.engine)
        copying.copy_under_key(vault.engine, database_of(building), fresh.main)
        engine = open_engine(database_of(building), fresh.main)
        if copying.contents(engine) != before:
            raise copy_differs()
        with write_unit(engine, vault.chain, vault.staff_id, now) as unit:
            _rewrap_cases(unit.session, old_address, fresh)
            _set(unit.session, _RECOVERY_SETTING, book.recovery_public.hex())
            amend(unit)
        check_integrity(engine)
        active = _active(engine)
        everybody = (*makers, paper)
        staying = (s for s in old_book.slots if s.user not in leaving and active.get(s.user) == s.public)
        kept = tuple(slots.fill_box(book, s, fresh, everybody) for s in staying)
        book = replace(book, slots=kept)
        save_book(building, book)
        # The lock goes with the connection: the file is opened again under its final name.
        engine.dispose()
        final = _settle(place, building, book.generation)
        engine = None
    except BaseException:
        if engine is not None:
            engine.dispose()
        shutil.rmtree(building, ignore_errors=True)
        raise
    vault.engine.dispose()
    vault.engine = open_engine(database_of(final), fresh.main)
    vault.keyring = replace(vault.keyring, main=fresh.main, address=fresh.address)
    vault.generation = book.generation
    shutil.rmtree(old_folder)
    sync_folder(place.path)
    return code


def recover(folder: Path, code: str, login: str, name: str, passphrase: str, now: Callable[[], str], kdf: KdfParameters = REAL) -> str:
    """The paper key registers a new 取扱責任者 and all keys are changed, for the envelope is open. Returns the code for the next envelope.

    Raises InputProblem K-1411, CustodyProblem K-1412.
    """
    place = VaultFolder(folder)
    generation = place.current()
    book = load_book(generation)
    keys, paper = slots.open_recovery(book, code)
    engine = open_engine(database_of(generation), keys.main)
    if migrate.is_older(engine):
        migrate.upgrade(engine)
    assert keys.address is not None
    with read_session(engine) as session:
        user = 1 + max((*(s.user for s in book.slots), *session.scalars(select(StaffMember.id))))
        trusted = _trusted_rows(session)
    slot, _ = slots.new_slot(book, user, login.strip(), name, Role.OFFICER, passphrase, kdf, trusted)
    save_book(generation, book.with_slot(slots.fill_box(book, slot, keys, (paper,))))
    vault = OpenVault(place, book, user, engine, Keyring(keys.main, keys.address, keys.audit, b"", b""))

    def amend(unit: UnitOfWork) -> None:
        unit.session.add(_staff_row(slot, now()))
        unit.session.flush()
        unit.record(Act.STAFF_ADDED, "staff", user, role=Role.OFFICER.value, by="recovery")

    try:
        return rotate(vault, frozenset(), (paper,), now, amend)
    finally:
        vault.close()


def copy_differs() -> CustodyProblem:
    return CustodyProblem(
        "K-1440",
        "写しの内容が元と一致しませんでした。",
        kept="元の保管庫はそのままです。",
        todo="ディスクの状態を確かめ、もう一度行ってください。",
    )


def _try(place: VaultFolder, book: SlotBook, login: str, passphrase: str) -> OpenedSlot:
    slot = book.find(login)
    name = slot.login if slot is not None else "?"
    begin_try(place, name)
    opened = slots.open_slot(book, login, passphrase)
    end_try(place, name)
    return opened


def check_belongs(engine: Engine, book: SlotBook, opened: OpenedSlot) -> None:
    """Slots, file and registration are of one vault. Raises CustodyProblem K-1408, K-1410."""
    with read_session(engine) as session:
        info = session.execute(select(VaultInfo.vault_id, VaultInfo.kind)).first()
    if info is None or tuple(info) != (book.vault_id, book.kind):
        raise CustodyProblem(
            "K-1408",
            "鍵の控えと保管庫の中身が、別の保管庫のものです。",
            kept="保管庫は閉じたままです。",
            todo="フォルダーを変えずに、取扱責任者に知らせてください。",
        )
    _check_registered(engine, opened)


def _check_registered(engine: Engine, opened: OpenedSlot) -> None:
    with read_session(engine) as session:
        row = session.get(StaffMember, opened.slot.user)
        good = row is not None and row.active and row.role == opened.slot.role.value and row.public_key == opened.slot.public
    if not good:
        raise CustodyProblem(
            "K-1410",
            "この人の取扱者の登録がありません。",
            kept="保管庫は閉じたままです。",
            todo="取扱責任者に登録を確かめてもらってください。",
        )


def _trusted(engine: Engine) -> tuple[bytes, ...]:
    with read_session(engine) as session:
        return _trusted_rows(session)


def _trusted_rows(session: Session) -> tuple[bytes, ...]:
    officers = session.scalars(select(StaffMember.public_key).where(StaffMember.active, StaffMember.role == Role.OFFICER.value))
    paper = session.scalars(select(Setting.value).where(Setting.name == _RECOVERY_SETTING))
    return (*(key[:32] for key in officers), *(bytes.fromhex(value) for value in paper))


def _active(engine: Engine) -> dict[int, bytes]:
    with read_session(engine) as session:
        return {row[0]: row[1] for row in session.execute(select(StaffMember.id, StaffMember.public_key).where(StaffMember.active))}


def _rewrap_cases(session: Session, old_address: bytes, fresh: VaultKeys) -> None:
    assert fresh.address is not None
    for case_id, wrapped in session.execute(select(Case.id, Case.case_key).where(Case.case_key.is_not(None))).all():
        assert wrapped is not None
        session.execute(update(Case).where(Case.id == case_id).values(case_key=rewrap(wrapped, old_address, fresh.address, case_id)))
    # A line of the book of notices has a key of its own, bound to the negative of its id: no case has that number.
    for notice_id, wrapped in session.execute(select(ReceivedNotice.id, ReceivedNotice.notice_key)).all():
        renewed = rewrap(wrapped, old_address, fresh.address, -notice_id)
        session.execute(update(ReceivedNotice).where(ReceivedNotice.id == notice_id).values(notice_key=renewed))


def _staff_row(slot: slots.Slot, now: str) -> StaffMember:
    return StaffMember(
        id=slot.user, login=slot.login, name=slot.name, role=slot.role.value, public_key=slot.public, active=True, added_at=now
    )


def _set(session: Session, name: str, value: str) -> None:
    row = session.scalars(select(Setting).where(Setting.name == name)).first()
    if row is None:
        session.add(Setting(name=name, value=value))
    else:
        row.value = value


def _new_folder(place: VaultFolder, number: int) -> Path:
    building = place.path / f"new-gen-{number}"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=PRIVATE_FOLDER)
    return building


def _settle(place: VaultFolder, building: Path, number: int) -> Path:
    sync_folder(building)
    final = building.rename(place.path / f"gen-{number}")
    sync_folder(place.path)
    place.set_current(final)
    return final


def _free_name(path: Path) -> Path:
    path.unlink(missing_ok=True)
    return path
