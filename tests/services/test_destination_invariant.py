"""A letter's every word comes from the addressee's own case: whole vaults of families, all their letters read from the finished pages.

The text is read with ``pdftotext``, which shares nothing with the program; each page is held to be of the case whose code stands on it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.documents.letter_pages import data_of
from kyufu_desktop.domain.letter import LetterKind, LetterState
from kyufu_desktop.domain.letter_occasion import Occasion
from kyufu_desktop.domain.outcome import Outcome
from kyufu_desktop.domain.payment import BatchState, PaymentState
from kyufu_desktop.domain.review import FormState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import UserError
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import Case, Person
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter, PrintJob
from kyufu_desktop.models.payment import Batch, Payment
from kyufu_desktop.models.review import AccountRecord, ReturnedForm
from kyufu_desktop.services import addressees, letter_data, letter_words, letters, print_jobs
from kyufu_desktop.services.case_facts import cases_with_people
from kyufu_desktop.services.case_steps import case_of
from kyufu_desktop.services.destination import open_address, verified_address
from kyufu_desktop.services.letter_content import Making, content_of
from tests.services.families import Household, plant, rows_that_say, secrets_in
from tests.services.office import MACHINE, Office, opened, silent

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")

SEED = 20241124
CI, CAMPAIGN, THROUGH_PDF = 120, 10_000, 5_000
RUN = 50
_CODE = re.compile(r"(R6[0-9]{8})-[0-9]{2}")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as found:
        yield found


def pages(pdf: bytes) -> list[str]:
    """The text of each page as another program reads it."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=120)
    return done.stdout.decode("utf-8").split("\f")[:-1]


def leaks(texts: Sequence[str], households: dict[str, Household]) -> list[str]:
    """What stands on a page and may not: secret words and names of others. A page without a code of its own is a leak too."""
    found: list[str] = []
    everyone = {name: household.case_id for household in households.values() for name in household.names}
    for number, text in enumerate(texts, start=1):
        codes = set(_CODE.findall(re.sub(r"\s+", "", text)))
        if len(codes) != 1 or not codes <= set(households):
            found.append(f"page {number}: codes {sorted(codes)}")
            continue
        own = households[codes.pop()]
        found += [f"page {number}: {word}" for word in sorted(secrets_in(text) - own.allowed)]
        named = set(re.findall(r"\S+ 花子[0-9]+の[0-9]+", text))
        found += [f"page {number}: {name}" for name in sorted(named) if everyone.get(name) != own.case_id]
    return found


def run(office: Office, count: int, through_pdf: int) -> tuple[int, list[str]]:
    """Letters of ``count`` households; the first ``through_pdf`` are printed and read. Returns letters read and what leaked anywhere."""
    planted = plant(office, count, SEED)
    households = {f"R6{household.case_id:08d}": household for household in planted}
    ids = [household.case_id for household in planted]
    for start in range(0, len(ids), 500):
        letters.prepare(office.desk, tuple(ids[start : start + 500]), silent)
    with office.desk.look() as db:
        made = list(db.scalars(select(Letter.id).order_by(Letter.id)))
    assert len(made) == len(planted)
    found: list[str] = []
    read = 0
    for start in range(0, min(through_pdf, len(made)), RUN):
        chosen = tuple(made[start : start + RUN])
        order = print_jobs.start_job(office.desk, chosen, MACHINE, silent)
        texts = pages(order.pdf)
        found += leaks(texts, households)
        found += sorted(secrets_in(" ".join(piece.title for piece in order.pieces)))
        print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
        read += len(chosen)
    more, leaked = later_kinds(office, ids[:through_pdf], households)
    found += leaked
    found += sorted(rows_that_say(office, (Letter, PrintJob, AuditEntry)))
    return read + more, found


def later_kinds(office: Office, ids: list[int], households: dict[str, Household]) -> tuple[int, list[str]]:
    """The letters that follow on a confirmation, every fifth case each: reminder, deficiency, decision, announcement, refusal."""
    stand = dict(zip(ids, (number % 5 for number in range(len(ids))), strict=True))
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        for letter in unit.session.scalars(select(Letter).where(Letter.case_id.in_(ids))):
            letter.state, letter.sent_on = LetterState.SENT.value, office.desk.today()
            state = {1: FormState.DEFICIENT, 2: FormState.COMPLETED, 3: FormState.COMPLETED}.get(stand[letter.case_id])
            if state is not None:
                unit.session.add(_form(office, letter, state))
        _refuse(office, unit, [case_id for case_id, place in stand.items() if place == 4])
        _transfer(office, unit, [case_id for case_id, place in stand.items() if place == 3])
        unit.record(Act.TARGETS_IMPORTED, rows=1)
    office.clock.days((office.desk.programme.return_deadline - office.desk.today()).days - 5)
    found: list[str] = []
    read = 0
    for kind in (LetterKind.REMINDER, LetterKind.DEFICIENCY, LetterKind.DECISION, LetterKind.PAYMENT, LetterKind.REFUSAL):
        letters.prepare(office.desk, tuple(ids), silent, frozenset({kind}))
        with office.desk.look() as db:
            made = list(db.scalars(select(Letter.id).where(Letter.kind == kind.value).order_by(Letter.id)))
        assert len(made) >= len(ids) // 5, kind
        for start in range(0, len(made), RUN):
            order = print_jobs.start_job(office.desk, tuple(made[start : start + RUN]), MACHINE, silent)
            found += leaks(pages(order.pdf), households)
            print_jobs.confirm_job(office.desk, order.job_id, order.sheets)
        read += len(made)
    return read, found


def _form(office: Office, letter: Letter, state: FormState) -> ReturnedForm:
    return ReturnedForm(
        case_id=letter.case_id, letter_id=letter.id, received_on=office.desk.today(), late=False, items="{}",
        deficiencies='["D02", "D08"]' if state is FormState.DEFICIENT else "[]", state=state.value,
        received_at=office.desk.now_text(), received_by=office.sato.staff.id,
    )  # fmt: skip


def _refuse(office: Office, unit: UnitOfWork, ids: list[int]) -> None:
    """A further benefit of each of these cases was decided not to be paid, for reasons that would betray much."""
    for case_id in ids:
        person = unit.session.scalars(select(Person.id).where(Person.case_id == case_id)).first()
        assert person is not None
        reasons = '["NG_SPLIT_HOUSEHOLD", "NG_OTHER_MUNICIPALITY"]'
        changes = {"outcome": "NG", "reasons": reasons, "benefit_key": f"fusoku:{person}"}
        unit.session.add(office._judgment(case_id, person, "fusoku", 0, [], **changes))


def _transfer(office: Office, unit: UnitOfWork, ids: list[int]) -> None:
    """An approved batch with the benefits of these cases, and their verified accounts."""
    at, by = office.desk.now_text(), office.sato.staff.id
    judgments = list(unit.session.scalars(select(JudgmentRecord).where(JudgmentRecord.case_id.in_(ids))))
    batch = Batch(
        number=1, transfer_on=office.desk.programme.return_deadline, count=len(judgments), total=sum(each.amount for each in judgments),
        sha256="0" * 64, state=BatchState.APPROVED.value, made_at=at, made_by=by,
    )  # fmt: skip
    unit.session.add(batch)
    unit.session.flush()
    accounts: dict[int, int] = {}
    for case_id in ids:
        account = AccountRecord(
            case_id=case_id, source="FORM", origin_on=office.desk.today(), bank="0001", branch="001", kind="1", number=f"{case_id:07d}",
            holder="ﾐﾎﾝ", holder_written="ミホン", entered_at=at, entered_by=by, verified_at=at, verified_by=office.suzuki.staff.id,
        )  # fmt: skip
        unit.session.add(account)
        unit.session.flush()
        accounts[case_id] = account.id
    for each in judgments:
        unit.session.add(
            Payment(
                batch_id=batch.id,
                case_id=each.case_id,
                judgment_id=each.id,
                account_id=accounts[each.case_id],
                entitlement=f"r6:{each.id}",
                benefit=each.benefit,
                attempt=1,
                reference=f"{each.id:020d}",
                amount=each.amount,
                bank="0001",
                branch="001",
                kind="1",
                number=f"{each.case_id:07d}",
                holder="ﾐﾎﾝ",
                state=PaymentState.IN_BATCH.value,
            )
        )


def every_kind(office: Office, count: int) -> tuple[int, list[str]]:
    """Each of ``count`` households with a letter of every kind, up to what the templates are given. Returns letters and what leaked."""
    planted = plant(office, count, SEED)
    ids = [household.case_id for household in planted]
    for start in range(0, count, 500):
        letters.prepare(office.desk, tuple(ids[start : start + 500]), silent)
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        for letter in unit.session.scalars(select(Letter)):
            letter.state, letter.sent_on = LetterState.SENT.value, office.desk.today()
            unit.session.add(_form(office, letter, FormState.DEFICIENT))
        _transfer(office, unit, ids)
        _refuse(office, unit, ids)
        unit.record(Act.TARGETS_IMPORTED, rows=count)
    found: list[str] = []
    made = 0
    with office.desk.look() as session:
        words = {kind: letter_words.words_in_force(office.desk, session, kind) for kind in LetterKind}
        for start in range(0, count, 500):
            run = planted[start : start + 500]
            cases = cases_with_people(session, [household.case_id for household in run])
            for household in run:
                for kind in LetterKind:
                    content = content_of(_making(office, session, cases[household.case_id], kind))
                    text = "\n".join(_strings(data_of(content, words[kind], masked=False)))
                    strange = secrets_in(text) - household.allowed
                    strange |= {name for name in _NAMED.findall(text) if name not in household.names}
                    found += [f"{content.code} {kind}: {word}" for word in sorted(strange)]
                    made += 1
    return made, found


_NAMED = re.compile(r"(?:見本|架空|例示|仮名|練習) 花子[0-9]+の[0-9]+")


def _making(office: Office, session: Session, case: Case, kind: LetterKind) -> Making:
    """Everything that a letter of the kind is made from, as the program puts it together for a case that is due for it."""
    address = verified_address(session, case.id)
    assert address is not None
    wanted = Outcome.NG if kind is LetterKind.REFUSAL else Outcome.ELIGIBLE
    query = select(JudgmentRecord).where(JudgmentRecord.case_id == case.id, JudgmentRecord.outcome == wanted.value)
    judgments = list(session.scalars(query))
    form = session.scalars(select(ReturnedForm.id).where(ReturnedForm.case_id == case.id)).first()
    batch = session.scalars(select(Payment.batch_id).where(Payment.case_id == case.id)).first()
    told = tuple(judgment.id for judgment in judgments)
    to_proxy = bool(addressees.required(office.desk, session, case, open_address(office.desk, case, address)).proxy_ids)
    return Making(office.desk, session, case, address, Occasion(kind, case.id, told, 0, form, batch), judgments, 9, "第9号", 1, to_proxy)


def _strings(value: object) -> Iterator[str]:
    """Every text in what a template is given; the runs of one name are one text, as on the paper."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, (list, tuple)):
        if value and all(_is_run(each) for each in value):
            yield "".join(each[1] for each in value)
        for inner in value:
            yield from _strings(inner)


def _is_run(value: object) -> bool:
    """A font and the text that it sets."""
    return isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(part, str) for part in value)


def test_no_kind_of_letter_is_made_from_the_words_of_another_person(office: Office) -> None:
    made, found = every_kind(office, CI // 4)
    assert made >= CI // 4 * len(LetterKind)
    assert found == []


def test_what_a_template_is_given_betrays_a_planted_word(office: Office) -> None:
    one, two = plant(office, 2, SEED)[:2]
    text = "\n".join(_strings({"members": [[["BIZ UDMincho", sorted(two.names)[0][:3]], ["IPAmjMincho", sorted(two.names)[0][3:]]]]}))
    assert [name for name in _NAMED.findall(text) if name not in one.names] == [sorted(two.names)[0]]


@pytest.mark.campaign
def test_no_kind_of_letter_is_made_from_the_words_of_another_person_in_ten_thousand_households(office: Office) -> None:
    made, found = every_kind(office, CAMPAIGN)
    assert made >= CAMPAIGN * len(LetterKind)
    assert found == []


@pytest.mark.slow
def test_no_word_of_a_protected_place_stands_in_the_letter_of_another_person(office: Office) -> None:
    read, found = run(office, CI, CI)
    assert read >= 2 * CI
    assert found == []


@pytest.mark.campaign
def test_no_word_of_a_protected_place_in_ten_thousand_households(office: Office) -> None:
    read, found = run(office, CAMPAIGN, THROUGH_PDF)
    assert read >= 2 * THROUGH_PDF
    assert found == []


def test_the_reader_of_the_pages_finds_what_is_planted(office: Office) -> None:
    one, two = plant(office, 2, SEED)[:2]
    households = {f"R6{household.case_id:08d}": household for household in (one, two)}
    foot = f"\nR6{one.case_id:08d}-01\n"
    own, other = sorted(one.allowed)[0], "墨000001"
    assert leaks([f"{own}町{foot}"], households) == []
    assert leaks([f"{other[:3]}\n {other[3:]}町{foot}"], households) == [f"page 1: {other}"]
    stranger = sorted(two.names)[0]
    assert leaks([f"{stranger} 様{foot}"], households) == [f"page 1: {stranger}"]
    assert leaks(["番号のないページ"], households) == ["page 1: codes []"]


def test_a_letter_with_the_place_of_another_case_is_not_printed(office: Office) -> None:
    planted = plant(office, 2, SEED)
    ids = tuple(household.case_id for household in planted)
    letters.prepare(office.desk, ids, silent)
    one, two = office.letter(ids[0]), office.letter(ids[1])
    with office.desk.work(Act.LETTER_PREPARED) as unit:
        # The fault: the letter of the first case is filled from the second.
        foreign = letter_data.open_content(office.desk, case_of(unit.session, ids[1]), two)
        kept = unit.session.get_one(Letter, one.id)
        kept.snapshot_sealed = letter_data.seal_content(office.desk, case_of(unit.session, ids[0]), foreign)
        unit.record(Act.LETTER_PREPARED)
    with pytest.raises(UserError) as stopped:
        print_jobs.start_job(office.desk, (one.id,), MACHINE, silent)
    assert stopped.value.code == "K-1840"


def test_a_facility_where_another_child_is_registered_does_not_stop_the_letters(office: Office) -> None:
    one, two = office.household(("hikazei", 100_000), category="CHILD"), office.household(("hikazei", 100_000), category="CHILD")
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        # The second child's registration was moved to the place where the first child lives.
        for person in unit.session.scalars(select(Person).where(Person.case_id == two)):
            person.registered_address, person.registered_building = f"見本県見本市北町{one}丁目8番", ""
        unit.record(Act.TARGETS_IMPORTED, rows=1)
    letters.prepare(office.desk, (one, two), silent)
    order = print_jobs.start_job(office.desk, (office.letter(one).id, office.letter(two).id), MACHINE, silent)
    assert order.letters == 2


def test_the_registered_address_of_another_case_outside_the_window_stops_the_job(office: Office) -> None:
    one, two = office.household(("hikazei", 100_000)), office.household(("hikazei", 100_000))
    with office.desk.work(Act.TARGETS_IMPORTED) as unit:
        # The fault: a benefit's taxpayer carries the words of where somebody else is registered.
        unit.session.get_one(Person, 1).name = "見本 東京都新宿区架空町2番9号"
        unit.record(Act.TARGETS_IMPORTED, rows=1)
    letters.prepare(office.desk, (one, two), silent)
    with pytest.raises(UserError) as stopped:
        print_jobs.start_job(office.desk, (office.letter(one).id, office.letter(two).id), MACHINE, silent)
    assert stopped.value.code == "K-1840"
