"""An office with a real encrypted vault and decided cases, for the tests of letters, forms, accounts and payments.

The rows that imports, evidence and judging would leave are put in directly; everything after that goes through the services.
"""

from __future__ import annotations

import atexit
import dataclasses
import functools
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.domain.account import BelongsTo
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.payment import PayMethod
from kyufu_desktop.domain.printing import Machine
from kyufu_desktop.domain.programme import BankSettings, Programme
from kyufu_desktop.domain.review import Item, ItemState
from kyufu_desktop.domain.staff import Act, Role
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.case import Case, Person, SafeAddress
from kyufu_desktop.models.exchange import ImportFile
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter, PrinterTest
from kyufu_desktop.security import seal
from kyufu_desktop.security.approval import Signer, Statement
from kyufu_desktop.security.keys import KdfParameters
from kyufu_desktop.services import (
    accounts,
    bank_files,
    batches,
    enclosing,
    letters,
    outgoing,
    payments,
    print_jobs,
    printer_tests,
    results,
    review,
    session,
)
from kyufu_desktop.services.accounts import AccountEntry
from kyufu_desktop.services.judgment_rows import digest_of
from kyufu_desktop.services.programme_definitions import as_proposed
from kyufu_desktop.services.session import JAPAN, Desk, Second

CHEAP = KdfParameters(memory_kib=64, time=1, lanes=1)
OFFICERS = (
    ("suzuki", "鈴木 係長", "青い傘をさして七つの橋をゆっくり渡る朝"),
    ("tanaka", "田中 主任", "北の窓に小さな鉢植えを三つならべる"),
)
HANDLER = ("sato", "佐藤 主事", "朝の電車は二番線から静かに出発していく")
WEDNESDAY = datetime(2024, 8, 28, 10, 0, tzinfo=JAPAN)

BANK = BankSettings(
    "1234567890", "ｼﾝｼﾞﾕｸｸ", "0001", "ﾐｽﾞﾎ", "001", "ﾄｳｷﾖｳ", "1", "1000000", "0000", "\r\n", "7", False, "0", "0", 30, False, 1
)


#: The printer on the office's desk; its test page was confirmed.
MACHINE = Machine("練習プリンター", "usb://Mihon/1")


def programme() -> Programme:
    """The ward's programme with a bank that exists, shorter days and no evidence to choose from."""
    return dataclasses.replace(
        as_proposed("r6"),
        name="練習の給付",
        newborn_until=date(2024, 9, 30),
        reminder_days_before=30,
        batch_ceiling=50_000_000,
        evidence=(),
        bank=BANK,
    )


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = WEDNESDAY

    def __call__(self) -> datetime:
        return self.now

    def days(self, count: int) -> None:
        self.now += timedelta(days=count)


@dataclass
class Office:
    """Two officers and a handler at one vault. ``desk`` is the handler's."""

    desk: Desk
    clock: Clock
    suzuki: Second
    tanaka: Second
    sato: Second
    folder: Path
    medium: Path

    def at(self, second: Second) -> Desk:
        """The same vault with another person at the desk."""
        return dataclasses.replace(self.desk, staff=second.staff, signer=second.signer)

    def under(self, programme: Programme) -> None:
        """From now on everybody works by this programme."""
        self.desk = dataclasses.replace(self.desk, programme=programme)

    def household(self, *benefits: tuple[str, int], category: str = "DV", children: int = 0, **changes: object) -> int:
        """A case decided to be paid ``benefits`` (benefit, yen), with a verified safe address. Returns the case id."""
        with self.desk.work(Act.TARGETS_IMPORTED) as unit:
            db = unit.session
            if db.get(ImportFile, 1) is None:
                db.add(
                    ImportFile(
                        id=1, kind="targets", sha256="0" * 64, file_name="t", rows=1, refused=0, report="[]",
                        imported_at=self.desk.now_text(), imported_by=1,
                    )
                )  # fmt: skip
                db.flush()
            case_id = (db.scalar(select(func.max(Case.id))) or 0) + 1
            key = seal.new_case_key(self.desk.address_key(), case_id)
            db.add(
                Case(
                    id=case_id,
                    management_number=f"R6{case_id:08d}",
                    household_number=f"{case_id:09d}",
                    category=category,
                    programme="r6",
                    status=CaseStatus.JUDGED.value,
                    case_key=key,
                    search="",
                    import_id=1,
                    host_paid_cleared=False,
                    created_at=self.desk.now_text(),
                    changed_at=self.desk.now_text(),
                )
            )
            db.flush()
            first = (db.scalar(select(func.max(Person.id))) or 0) + 1
            for number in range(1 + children):
                db.add(self._person(first + number, case_id, head=number == 0))
            db.flush()
            for benefit, amount in benefits:
                counted = [first + number for number in range(1, 1 + children)] if benefit == "kodomo" else []
                self._decide(unit, self._judgment(case_id, first, benefit, amount, counted, **changes))
            address = {
                "postal": "950-0001",
                "address": f"見本県見本市北町{case_id}丁目8番",
                "building": "",
                "care_of": "みどり園" if category != "DV" else "",
                "recipient": "",
                "phone": "",
            }
            db.add(
                SafeAddress(
                    case_id=case_id,
                    sealed=seal.seal(key, self.desk.address_key(), case_id, address, "address"),
                    entered_at=self.desk.now_text(),
                    entered_by=self.sato.staff.id,
                    verified_at=self.desk.now_text(),
                    verified_by=self.suzuki.staff.id,
                )
            )
            unit.record(Act.TARGETS_IMPORTED, rows=1)
        return case_id

    def _person(self, person_id: int, case_id: int, *, head: bool) -> Person:
        return Person(
            id=person_id,
            case_id=case_id,
            resident_number=f"{person_id:010d}",
            relation="HEAD" if head else "MEMBER",
            relation_word="世帯主" if head else "子",
            name=f"見本 花子{person_id}" if head else f"見本 次郎{person_id}",
            kana="ミホン ハナコ",
            kana_folded="ミホンハナコ",
            birth_written="1980-01-01" if head else "2015-05-05",
            birth_day=date(1980, 1, 1) if head else date(2015, 5, 5),
            registered_postal="160-0022",
            registered_address=f"東京都新宿区架空町{case_id}番9号",
            registered_building="架空荘101",
            account_flag="0",
            paid_by_host=False,
            unprintable=False,
        )

    def _judgment(self, case_id: int, person_id: int, benefit: str, amount: int, counted: list[int], **changes: object) -> JudgmentRecord:
        values: dict[str, object] = {
            "case_id": case_id,
            "person_id": person_id if benefit == "chosei" else None,
            "benefit": benefit,
            "benefit_key": f"chosei:{person_id}" if benefit == "chosei" else "kodomo" if benefit == "kodomo" else "household",
            "outcome": "ELIGIBLE",
            "amount": amount,
            "reasons": "[]",
            "conditions": "[]",
            "children": json.dumps(counted),
            "facts": "{}",
            "programme": "r6",
            "programme_digest": "",
            "judged_on": self.desk.today(),
            "digest": "0" * 64,
            "state": "APPROVED",
            "drafted_by": self.sato.staff.id,
            "drafted_at": self.desk.now_text(),
            "approved_by": self.suzuki.staff.id,
            "approved_at": self.desk.now_text(),
        }
        return JudgmentRecord(**{**values, **changes})

    def decide(self, unit: UnitOfWork, case_id: int, person_id: int, benefit: str, amount: int) -> None:
        """A decided benefit of a case that was put in otherwise than by :meth:`household`."""
        self._decide(unit, self._judgment(case_id, person_id, benefit, amount, []))

    def _decide(self, unit: UnitOfWork, record: JudgmentRecord) -> None:
        """Signed by the officer, as the judging station leaves it."""
        record.digest = digest_of(record)
        unit.session.add(record)
        unit.session.flush()
        statement = Statement("judgment", 1, record.amount, record.digest, self.desk.vault.generation, unit.next_seq)
        signature = Signature(
            act=Act.JUDGMENT_APPROVED.value,
            subject="judgment",
            subject_id=record.id,
            digest=record.digest,
            payload=statement.payload().decode(),
            signer_id=self.suzuki.staff.id,
            signature=self.suzuki.signer.sign(statement),
            signed_at=self.desk.now_text(),
        )
        unit.session.add(signature)
        unit.session.flush()
        record.signature_id = signature.id

    def judgments(self, case_id: int) -> list[int]:
        with self.desk.look() as db:
            return list(db.scalars(select(JudgmentRecord.id).where(JudgmentRecord.case_id == case_id).order_by(JudgmentRecord.id)))

    def status(self, case_id: int) -> str:
        with self.desk.look() as db:
            return db.get_one(Case, case_id).status

    def letter(self, case_id: int) -> Letter:
        """The newest letter of a case."""
        with self.desk.look() as db:
            found = db.scalars(select(Letter).where(Letter.case_id == case_id).order_by(Letter.id.desc()).limit(1)).one()
            db.expunge(found)
            return found

    def printed(self, *case_ids: int) -> tuple[int, ...]:
        """Letters of the cases, printed well. Returns their ids."""
        letters.prepare(self.desk, case_ids, silent)
        ids = tuple(self.letter(case_id).id for case_id in case_ids)
        order = print_jobs.start_job(self.desk, ids, MACHINE, silent)
        print_jobs.confirm_job(self.desk, order.job_id, order.sheets)
        return ids

    def enclosed(self, *letter_ids: int) -> tuple[int, ...]:
        """Printed letters, each found whole in its envelope by the officer. Returns the ids."""
        for waiting in enclosing.page(self.desk).waiting:
            if waiting.letter_id in letter_ids:
                assert enclosing.look(self.desk, waiting.code, waiting.page_codes, self.suzuki).fits
        return letter_ids

    def sent(self, *case_ids: int) -> tuple[str, ...]:
        """Letters of the cases, sent today. Returns their codes."""
        letters.mark_sent(self.desk, self.enclosed(*self.printed(*case_ids)), self.desk.today())
        return tuple(self.letter(case_id).code for case_id in case_ids)

    def received(self, case_id: int) -> int:
        """The form of the case came back today. Returns the form id."""
        (code,) = self.sent(case_id)
        return review.receive(self.desk, code, self.desk.today(), None)[1]

    def account(self, case_id: int, number: str = "1234567") -> None:
        """An account entered by the handler and verified by an officer."""
        accounts.enter(
            self.desk, case_id, AccountEntry(bank="0001", branch="001", number=number, holder="ミホン　ハナコ", passbook_seen=True)
        )
        self.verify_accounts()

    def at_the_counter(self, *case_ids: int, belongs_to: BelongsTo = BelongsTo.SELF) -> None:
        """These are paid in cash from now on, as they asked for, and an officer has seen it."""
        why = "口座を持たず、窓口での受取りを希望したため"
        for case_id in case_ids:
            accounts.enter(self.desk, case_id, AccountEntry(method=PayMethod.CASH, holder_differs_reason=why, belongs_to=belongs_to))
        self.verify_accounts()

    def verify_accounts(self) -> None:
        waiting = tuple(row.account_id for row in accounts.waiting(self.desk))
        if waiting:
            accounts.verify(self.desk, waiting, self.suzuki)

    def look_at(self, form_id: int) -> None:
        review.check(self.desk, form_id, dict.fromkeys(Item, ItemState.FITS), ())

    def reviewed(self, case_id: int) -> int:
        """Everything up to 審査完了. Returns the form id."""
        form_id = self.received(case_id)
        self.account(case_id, f"{case_id:07d}")
        self.look_at(form_id)
        review.complete(self.desk, form_id, self.desk.today())
        return form_id

    def ready(self) -> tuple[int, ...]:
        return tuple(row.judgment_id for row in payments.page(self.desk).ready)

    def batch(self, *judgment_ids: int, on: date | None = None) -> int:
        """A batch of the handler for the next bank day. Returns the batch id."""
        chosen = judgment_ids or self.ready()
        return batches.make_batch(self.desk, chosen, on or payments.page(self.desk).next_day, silent)[1]

    def approved(self, batch_id: int) -> int:
        batches.approve_batch(self.desk, batch_id, self.row(batch_id).count, self.row(batch_id).total, self.suzuki)
        return batch_id

    def row(self, batch_id: int) -> payments.BatchRow:
        return next(row for row in payments.page(self.desk).batches if row.batch_id == batch_id)

    def written(self, batch_id: int) -> Path:
        """The bank file of an approved batch on the medium."""
        sealed = bank_files.bank_file(self.desk, batch_id, "DVD-001", silent)
        outgoing.write_out(self.desk, sealed, str(self.medium))
        return self.medium / sealed.file_name

    def settled(self, batch_id: int, failed: dict[int, object] | None = None) -> None:
        self.clock.days(10)
        second = self.suzuki if failed else None
        results.enter_results(self.desk, batch_id, failed or {}, self.desk.today(), second)  # type: ignore[arg-type]

    def payments_of(self, batch_id: int) -> tuple[payments.PaymentRow, ...]:
        return payments.batch_payments(self.desk, batch_id)


def prove_printer(desk: Desk, machine: Machine = MACHINE) -> None:
    """A test page, and its code typed back."""
    printer_tests.make(desk, machine)
    with desk.look() as db:
        code = db.scalars(select(PrinterTest.code).order_by(PrinterTest.id.desc())).first()
    assert code is not None
    printer_tests.confirm(desk, machine, code)


@contextmanager
def founded(folder: Path, kind: str = "real", rules: Callable[[], Programme] = programme) -> Iterator[Office]:
    """A new vault with two officers and a handler, who sits at the desk."""
    clock = Clock()
    vault = folder / "vault"
    session.first_start(vault, kind, OFFICERS, clock, CHEAP)
    officer = dataclasses.replace(session.unlock(vault, OFFICERS[0][0], OFFICERS[0][2], clock), programme=rules())
    suzuki = Second(officer.staff, officer.signer)
    tanaka = session.second_person(officer, OFFICERS[1][0], OFFICERS[1][2], Act.BATCH_APPROVED, officer.staff.id)
    handler = session.add_staff(officer, HANDLER[0], HANDLER[1], Role.HANDLER, HANDLER[2], tanaka, CHEAP)
    sato = session.second_person(officer, HANDLER[0], HANDLER[2], Act.ACCOUNT_VERIFIED, officer.staff.id)
    assert isinstance(sato.signer, Signer) and sato.staff == handler
    medium = folder / "medium"
    medium.mkdir()
    desk = dataclasses.replace(officer, staff=sato.staff, signer=sato.signer)
    prove_printer(desk)
    try:
        yield Office(desk, clock, suzuki, tanaka, sato, vault, medium)
    finally:
        officer.vault.close()


@functools.cache
def _founded_once(kind: str) -> Path:
    keep = tempfile.TemporaryDirectory()
    atexit.register(keep.cleanup)
    with founded(Path(keep.name), kind):
        pass
    return Path(keep.name)


@contextmanager
def opened(folder: Path, kind: str = "real", rules: Callable[[], Programme] = programme) -> Iterator[Office]:
    """The same as :func:`founded`, an eighth of its time: a copy of a vault that was founded once in this process."""
    with copied(_founded_once(kind), folder, rules) as office:
        yield office


@contextmanager
def copied(template: Path, folder: Path, rules: Callable[[], Programme] = programme) -> Iterator[Office]:
    """A copy of an office that was made and closed before: quicker than making it again."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    with reopened(folder, rules=rules) as office:
        yield office


@contextmanager
def reopened(folder: Path, clock: Clock | None = None, rules: Callable[[], Programme] = programme) -> Iterator[Office]:
    """The office that lies in ``folder``, the next day or after the power came back; without ``clock`` it is the Wednesday again."""
    clock = clock or Clock()
    officer = dataclasses.replace(session.unlock(folder / "vault", OFFICERS[0][0], OFFICERS[0][2], clock), programme=rules())
    suzuki = Second(officer.staff, officer.signer)
    tanaka = session.second_person(officer, OFFICERS[1][0], OFFICERS[1][2], Act.BATCH_APPROVED, officer.staff.id)
    sato = session.second_person(officer, HANDLER[0], HANDLER[2], Act.ACCOUNT_VERIFIED, officer.staff.id)
    desk = dataclasses.replace(officer, staff=sato.staff, signer=sato.signer)
    try:
        yield Office(desk, clock, suzuki, tanaka, sato, folder / "vault", folder / "medium")
    finally:
        officer.vault.close()
