"""Who sits at the desk: first start, unlocking, the second person, staff, anchor and log.

Every use case takes a :class:`Desk`. ``desk.work(act)`` checks the role and opens a write unit that must leave an audit record;
``desk.look()`` only reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.database import vault as vaults
from kyufu_desktop.database.folder import Anchor, VaultFolder, load_book, read_anchor, write_anchor
from kyufu_desktop.database.unit_of_work import UnitOfWork, last_of_chain, read_session, write_unit
from kyufu_desktop.database.vault import OpenVault
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.staff import ROLE_LABELS, Act, Role, Staff, may, may_lead, may_verify
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem, NotAllowed
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.base import Setting
from kyufu_desktop.models.programme import ProgrammeValue
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.security import audit_chain
from kyufu_desktop.security.approval import Signer
from kyufu_desktop.security.keys import REAL, KdfParameters
from kyufu_desktop.security.passphrase import weakness
from kyufu_desktop.services import programme_definitions

__all__ = ["Anchor", "AuditRow", "ChainReport", "Desk", "Second"]

JAPAN = timezone(timedelta(hours=9), "JST")
#: A vault without two officers could neither approve nor remove anybody.
_MIN_OFFICERS = 2
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Second:
    """A second person who has proved presence; ``signer`` is that person's own. Raises NotAllowed K-1622 where it is another's."""

    staff: Staff
    signer: Signer

    def __post_init__(self) -> None:
        if self.signer.staff_id != self.staff.id:
            raise _not_proved()


@dataclass(frozen=True, slots=True)
class Desk:
    """An unlocked vault and who works at it. ``clock`` gives aware datetimes; it is the only source of time."""

    vault: OpenVault
    staff: Staff
    signer: Signer
    clock: Callable[[], datetime] = field(repr=False)
    programme: Programme = field(repr=False)

    def work(self, act: Act, second: Second | None = None) -> AbstractContextManager[UnitOfWork]:
        """A write unit for ``act``. With a ``second`` the act is that person's, and every record names him; who sits here leads it.

        Raises NotAllowed K-1601 where the role forbids it, K-1622 where ``second`` is not (or no more) who the vault knows.
        """
        require(second.staff if second is not None else self.staff, act)
        if second is not None and not may_lead(self.staff.role):
            raise _role_forbids(self.staff.role)
        if second is None:
            return write_unit(self.vault.engine, self.vault.chain, self.staff.id, self.now_text)
        return self._work_of(second)

    @contextmanager
    def _work_of(self, second: Second) -> Iterator[UnitOfWork]:
        with write_unit(self.vault.engine, self.vault.chain, self.staff.id, self.now_text, second.staff.id) as unit:
            require_known(unit.session, second)
            yield unit

    def look(self, act: Act = Act.CASES_LISTED) -> AbstractContextManager[Session]:
        """A read-only session for who may do ``act``; without one, for who may see cases at all.

        Opening a person's data is an act of its own and needs :meth:`work`. Raises NotAllowed K-1601.
        """
        require(self.staff, act)
        return read_session(self.vault.engine)

    def today(self) -> date:
        """The day in Japan."""
        return self.clock().astimezone(JAPAN).date()

    def now_text(self) -> str:
        """``2024-08-28T10:15:00+09:00``."""
        return moment(self.clock)

    @property
    def practice(self) -> bool:
        return self.vault.kind == "practice"

    def may(self, act: Act) -> bool:
        return may(self.staff.role, act)

    def address_key(self) -> bytes:
        """Raises NotAllowed K-1604 where the role has no key to the safe addresses."""
        key = self.vault.keyring.address
        if key is None:
            raise NotAllowed(
                "K-1604",
                f"{ROLE_LABELS[self.staff.role]}は、秘匿している連絡先を扱えません。",
                todo="取扱者または取扱責任者に頼んでください。",
            )
        return key


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the log as it is shown. ``detail`` are pairs of name and value; ids, counts and codes only."""

    seq: int
    at: str
    actor: str
    act: Act
    subject: str
    subject_id: int | None
    detail: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Result of checking the whole log. ``first_bad`` is the first number that does not fit; ``anchor`` is for the paper."""

    count: int
    ok: bool
    first_bad: int | None
    anchor: Anchor


def moment(clock: Callable[[], datetime]) -> str:
    return clock().astimezone(JAPAN).isoformat(timespec="seconds")


def require(staff: Staff, act: Act) -> None:
    """Raises NotAllowed K-1601 where the role of ``staff`` forbids ``act``."""
    if not staff.active or not may(staff.role, act):
        raise _role_forbids(staff.role)


def _role_forbids(role: Role) -> NotAllowed:
    return NotAllowed("K-1601", f"{ROLE_LABELS[role]}は、この操作を行えません。", todo="権限のある人に頼んでください。")


def require_known(session: Session, second: Second) -> None:
    """Raises NotAllowed K-1622 where the file does not know ``second`` with this role and this signing key, or not any more."""
    row = session.get(StaffMember, second.staff.id)
    if row is None or not row.active or row.role != second.staff.role.value or row.public_key[:32] != second.signer.public_key:
        raise _not_proved()


def first_start(
    folder: Path,
    kind: str,
    officers: Sequence[tuple[str, str, str]],
    clock: Callable[[], datetime],
    kdf: KdfParameters = REAL,
    programme: str = programme_definitions.DEFAULT,
) -> str:
    """Makes a vault of ``kind`` ``"real"`` or ``"practice"`` for two officers (login, name, passphrase) and one programme for ever.

    In a practice vault what the programme leaves open is confirmed as proposed, by the two. Returns the paper key's code.
    Raises InputProblem K-1401/K-1605/K-1606, K-1010 for a wrong definition, FileProblem K-1640, CustodyProblem K-1406.
    """
    if len(officers) < _MIN_OFFICERS:
        raise _too_few_officers()
    for login, name, passphrase in officers:
        _check_person(login, name, passphrase)
    if len({login.strip().casefold() for login, _, _ in officers}) < len(officers):
        raise _login_taken()
    rules = programme_definitions.as_written(programme)

    def furnish(unit: UnitOfWork) -> None:
        unit.session.add(Setting(name=programme_definitions.SETTING, value=rules.code))
        if kind == "practice" and rules.questions:
            unit.session.add_all(
                ProgrammeValue(
                    programme=rules.code,
                    key=key,
                    value=programme_definitions.stored(value),
                    source=source,
                    set_at=moment(clock),
                    set_by=1,
                    confirmed_by=2,
                )
                for key, (value, source) in programme_definitions.proposals(rules).items()
            )
            unit.record(Act.PROGRAMME_CONFIRMED, programme=rules.code, values=len(rules.questions), second=2)

    return vaults.create_vault(folder, kind, officers, lambda: moment(clock), kdf, furnish)


def staff_choices(folder: Path) -> tuple[tuple[str, str, Role], ...]:
    """(login, name, role) for the lock screen. Raises CustodyProblem K-1405, K-1404."""
    return tuple((slot.login, slot.name, slot.role) for slot in load_book(VaultFolder(folder).current()).slots)


def vault_kind(folder: Path) -> str | None:
    """``"real"`` or ``"practice"`` as the slots say, None where there is no vault; believed only after unlocking."""
    place = VaultFolder(folder)
    return load_book(place.current()).kind if place.exists() else None


def last_anchor(folder: Path) -> Anchor | None:
    """The anchor of the last end of work, shown at the lock screen to compare with the paper."""
    return read_anchor(VaultFolder(folder))


def unlock(folder: Path, login: str, passphrase: str, clock: Callable[[], datetime], *, override_chain: bool = False) -> Desk:
    """Opens the vault with its programme as it is in force now, and records the login.

    Raises InputProblem K-1010 where the definition of the vault's programme is wrong, FileProblem K-1640 where it is missing;
    CustodyProblem: K-1402 wrong, K-1403 wait, K-1430 log shorter or other than the last anchor, K-1431 log changed. The last two are
    lifted by an officer with ``override_chain``; that is recorded.
    """
    vault = vaults.unlock(folder, login, passphrase)
    try:
        with read_session(vault.engine) as reading:
            programme = programme_definitions.in_force(reading)
        desk = Desk(vault, _staff_of(vault, vault.staff_id), vault.signer, clock, programme)
        problem = _chain_problem(desk)
        if problem is not None:
            if not override_chain:
                raise problem
            if desk.staff.role is not Role.OFFICER:
                raise NotAllowed("K-1601", "記録が食い違うまま開けるのは取扱責任者です。", todo="取扱責任者に開けてもらってください。")
        # Wrong passphrases at the door could not be recorded while it was closed.
        failed = {"failed": vault.failed_tries} if vault.failed_tries else {}
        with desk.work(Act.LOGGED_IN) as unit:
            unit.record(Act.LOGGED_IN, "staff", desk.staff.id, override=problem.code if problem is not None else None, **failed)
    except BaseException:
        vault.close()
        raise
    return desk


def close(desk: Desk) -> Anchor:
    """Records the lock, keeps the anchor beside the vault and closes the file."""
    try:
        with desk.work(Act.LOCKED) as unit:
            unit.record(Act.LOCKED, "staff", desk.staff.id)
        return _keep_anchor(desk)
    finally:
        desk.vault.close()


def second_person(desk: Desk, login: str, passphrase: str, act: Act, maker_id: int) -> Second:
    """Another person proves presence with his passphrase. A wrong one is recorded (PROOF_FAILED) and delays the next try.

    Raises NotAllowed K-1602/K-1603, CustodyProblem K-1402/K-1403.
    """
    try:
        signer = vaults.prove(desk.vault, login, passphrase)
    except CustodyProblem as problem:
        _record_failed_proof(desk, problem, login, act)
        raise
    return _second(_staff_of(desk.vault, signer.staff_id), signer, act, maker_id)


def _record_failed_proof(desk: Desk, problem: CustodyProblem, login: str, act: Act) -> None:
    """A wrong passphrase; a try within the delay was not looked at and is not counted."""
    if problem.code != "K-1402":
        return
    whose = next((person.id for person in list_staff(desk) if person.login.casefold() == login.strip().casefold()), None)
    with desk.work(Act.PROOF_FAILED) as unit:
        unit.record(Act.PROOF_FAILED, "staff", whose, wanted=act.value)


def as_second(desk: Desk, act: Act, maker_id: int) -> Second:
    """Who is logged in acts as the second person on what another person made. Raises NotAllowed K-1602/K-1603."""
    return _second(desk.staff, desk.signer, act, maker_id)


def list_staff(desk: Desk) -> tuple[Staff, ...]:
    """All that were ever registered, in the order of registration."""
    with desk.look(Act.LOGGED_IN) as session:
        return tuple(_staff(row) for row in session.scalars(select(StaffMember).order_by(StaffMember.id)))


def add_staff(desk: Desk, login: str, name: str, role: Role, passphrase: str, second: Second, kdf: KdfParameters = REAL) -> Staff:
    """Registers a member; both officers answer for it. Raises InputProblem K-1401/K-1606/K-1607, NotAllowed K-1601/K-1602/K-1603."""
    _check_person(login, name, passphrase)
    second = _second(second.staff, second.signer, Act.STAFF_ADDED, desk.staff.id)
    login = login.strip()
    with desk.work(Act.STAFF_ADDED) as unit:
        require_known(unit.session, second)
        taken = unit.session.scalars(select(StaffMember.login)).all()
        if login.casefold() in {other.casefold() for other in taken}:
            raise _login_taken()
        user = vaults.add_staff(desk.vault, unit, login, name, role, passphrase, (desk.signer, second.signer), desk.now_text(), kdf)
        unit.record(Act.STAFF_ADDED, "staff", user, role=role.value, second=second.staff.id)
    return Staff(user, login, name, role)


def remove_staff(desk: Desk, staff_id: int, second: Second) -> str:
    """Takes a member out: new keys, new generation, and a new paper key whose code is returned (print it, seal it, destroy the old one).

    Raises NotAllowed K-1601/K-1602/K-1603, InputProblem K-1605 (two officers must stay), Conflict K-1608 (not registered any more).
    """
    require(desk.staff, Act.STAFF_REMOVED)
    second = _second(second.staff, second.signer, Act.STAFF_REMOVED, desk.staff.id)
    people = list_staff(desk)
    leaving = next((one for one in people if one.id == staff_id and one.active), None)
    if leaving is None:
        raise Conflict("K-1608", "この人は、もう取扱者から外れています。", todo="取扱者の一覧を開き直してください。")
    if sum(one.active and one.role is Role.OFFICER and one.id != staff_id for one in people) < _MIN_OFFICERS:
        raise _too_few_officers()
    if staff_id == desk.staff.id:
        raise NotAllowed("K-1609", "自分自身を取扱者から外すことはできません。", todo="ほかの取扱責任者に頼んでください。")

    with desk.look(Act.STAFF_REMOVED) as session:
        require_known(session, second)

    def amend(unit: UnitOfWork) -> None:
        row = unit.session.get_one(StaffMember, staff_id)
        row.active = False
        row.removed_at = desk.now_text()
        unit.record(Act.STAFF_REMOVED, "staff", staff_id, second=second.staff.id)

    return vaults.rotate(desk.vault, frozenset({staff_id}), (desk.signer, second.signer), desk.now_text, amend)


def change_passphrase(desk: Desk, old: str, new: str, kdf: KdfParameters = REAL) -> None:
    """A new passphrase for oneself. Raises InputProblem K-1401, CustodyProblem K-1402/K-1403."""
    _check_person(desk.staff.login, desk.staff.name, new)
    try:
        with desk.work(Act.PASSPHRASE_CHANGED) as unit:
            unit.record(Act.PASSPHRASE_CHANGED, "staff", desk.staff.id)
            vaults.change_passphrase(desk.vault, desk.staff.login, old, new, kdf)
    except CustodyProblem as problem:
        _record_failed_proof(desk, problem, desk.staff.login, Act.PASSPHRASE_CHANGED)
        raise


def use_recovery(
    folder: Path, code: str, login: str, name: str, passphrase: str, clock: Callable[[], datetime], kdf: KdfParameters = REAL
) -> str:
    """With the paper key from the safe: registers a new officer, changes all keys, returns the next paper key's code.

    Raises InputProblem K-1401/K-1411/K-1606/K-1607, CustodyProblem K-1412.
    """
    _check_person(login, name, passphrase)
    if login.strip().casefold() in {other.casefold() for other, _, _ in staff_choices(folder)}:
        raise _login_taken()
    return vaults.recover(folder, code, login, name, passphrase, lambda: moment(clock), kdf)


def anchor(desk: Desk) -> Anchor:
    """Records ANCHOR_TAKEN, keeps the anchor beside the vault and returns it for the paper ledger."""
    with desk.work(Act.ANCHOR_TAKEN) as unit:
        unit.record(Act.ANCHOR_TAKEN)
    return _keep_anchor(desk)


def current_anchor(desk: Desk) -> Anchor:
    """Count and code as they stand now; nothing is recorded."""
    with desk.look(Act.LOGGED_IN) as session:
        count, head = last_of_chain(session)
    return Anchor(count, audit_chain.anchor(count, head), desk.now_text())


def verify_chain(desk: Desk) -> ChainReport:
    """Checks every entry of the log."""
    with desk.look(Act.LOGGED_IN) as session:
        verdict = audit_chain.verify(desk.vault.chain, _entries(session))
    taken = Anchor(verdict.count, audit_chain.anchor(verdict.count, verdict.head), desk.now_text())
    return ChainReport(verdict.count, verdict.first_bad is None, verdict.first_bad, taken)


def audit_page(
    desk: Desk,
    before_seq: int | None = None,
    limit: int = 200,
    act: Act | None = None,
    staff_id: int | None = None,
    subject: str = "",
    subject_id: int | None = None,
) -> tuple[AuditRow, ...]:
    """Lines of the log, newest first, before ``before_seq``. Reading the log is recorded (once per page). Raises NotAllowed K-1601."""
    query = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(limit)
    if before_seq is not None:
        query = query.where(AuditEntry.seq < before_seq)
    if act is not None:
        query = query.where(AuditEntry.act == act.value)
    if staff_id is not None:
        query = query.where(AuditEntry.actor_id == staff_id)
    if subject:
        query = query.where(AuditEntry.subject == subject)
    if subject_id is not None:
        query = query.where(AuditEntry.subject_id == subject_id)
    with desk.work(Act.AUDIT_READ) as unit:
        names = {row[0]: row[1] for row in unit.session.execute(select(StaffMember.id, StaffMember.name))}
        rows = unit.session.scalars(query).all()
        unit.record(Act.AUDIT_READ, rows=len(rows))
    return tuple(
        AuditRow(
            row.seq,
            row.at,
            names.get(row.actor_id, str(row.actor_id)),
            Act(row.act),
            row.subject,
            row.subject_id,
            tuple((key, "" if value is None else str(value)) for key, value in json.loads(row.detail).items()),
        )
        for row in rows
    )


def _keep_anchor(desk: Desk) -> Anchor:
    taken = current_anchor(desk)
    write_anchor(desk.vault.folder, taken)
    return taken


def _chain_problem(desk: Desk) -> CustodyProblem | None:
    kept = read_anchor(desk.vault.folder)
    with desk.look(Act.LOGGED_IN) as session:
        verdict = audit_chain.verify(desk.vault.chain, _entries(session))
        mac = session.scalar(select(AuditEntry.mac).where(AuditEntry.seq == kept.count)) if kept is not None else None
        count = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    if verdict.first_bad is not None:
        return CustodyProblem(
            "K-1431",
            f"操作の記録の{verdict.first_bad}番目が、書かれたときと違います。",
            kept="保管庫は閉じたままです。",
            todo="作業を止め、取扱責任者が紙の管理簿と照らし合わせてください。",
        )
    if kept is not None and (mac is None or audit_chain.anchor(kept.count, mac) != kept.code):
        return CustodyProblem(
            "K-1430",
            f"操作の記録が、前回の終わり({kept.count}件)とつながりません。いまは{count}件です。",
            kept="保管庫は閉じたままです。",
            todo="古い写しに替わったおそれがあります。取扱責任者が紙の管理簿と照らし合わせてください。",
        )
    return None


def _entries(session: Session) -> Iterator[audit_chain.Entry]:
    columns = (
        AuditEntry.seq,
        AuditEntry.at,
        AuditEntry.monotonic_ms,
        AuditEntry.actor_id,
        AuditEntry.act,
        AuditEntry.subject,
        AuditEntry.subject_id,
        AuditEntry.detail,
        AuditEntry.mac,
    )
    for row in session.execute(select(*columns).order_by(AuditEntry.seq).execution_options(yield_per=_CHUNK)):
        yield audit_chain.Entry(*row)


def _staff(row: StaffMember) -> Staff:
    return Staff(row.id, row.login, row.name, Role(row.role), row.active)


def _staff_of(vault: OpenVault, staff_id: int) -> Staff:
    with read_session(vault.engine) as session:
        return _staff(session.get_one(StaffMember, staff_id))


def _second(staff: Staff, signer: Signer, act: Act, maker_id: int) -> Second:
    if staff.id == maker_id:
        raise NotAllowed("K-1602", "作った人は、自分で確認や決裁をできません。", todo="別の人が確認してください。")
    if not may_verify(act, maker_id, staff):
        raise NotAllowed("K-1603", f"{ROLE_LABELS[staff.role]}は、この確認や決裁を行えません。", todo="権限のある別の人に頼んでください。")
    return Second(staff, signer)


def _not_proved() -> NotAllowed:
    return NotAllowed("K-1622", "2人目の人を確かめられませんでした。", todo="2人目の人に、もう一度パスフレーズを入れてもらってください。")


def _check_person(login: str, name: str, passphrase: str) -> None:
    login = login.strip()
    if not 1 <= len(login) <= 32 or any(character.isspace() or not character.isprintable() for character in login):
        raise InputProblem("K-1607", "login", "ログイン名は空白のない1から32文字にしてください。", todo="職員番号などを入れてください。")
    if not name.strip():
        raise InputProblem("K-1610", "name", "氏名が空です。", todo="職員の氏名を入れてください。")
    weak = weakness(passphrase, login)
    if weak is not None:
        raise InputProblem("K-1401", "passphrase", weak, todo="覚えられる言葉をつないで長くしてください。")


def _login_taken() -> InputProblem:
    return InputProblem("K-1606", "login", "このログイン名は、もう使われています。", todo="別のログイン名にしてください。")


def _too_few_officers() -> InputProblem:
    return InputProblem("K-1605", "role", "取扱責任者が2人必要です。", todo="先に、ほかの取扱責任者を登録してください。")
