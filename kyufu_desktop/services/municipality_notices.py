"""The notice to the municipality where a person is registered: needed or not, made, sent. It never says where the person is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import municipality_notice as documents
from kyufu_desktop.documents.municipality_notice import MunicipalityNotice as Letter
from kyufu_desktop.documents.municipality_notice import NoticePerson
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.municipality import split_address
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem, UserError
from kyufu_desktop.models.case import Case, CaseExit, MunicipalityNotice, Person
from kyufu_desktop.services import gaiji
from kyufu_desktop.services.case_facts import cases_with_people
from kyufu_desktop.services.case_steps import case_of, recipient
from kyufu_desktop.services.contacts import require_reason
from kyufu_desktop.services.destination import fold
from kyufu_desktop.services.notice_guard import Guard, companions_of, guard_of, same_name
from kyufu_desktop.services.session import Desk, Second

UNDECIDED, NOT_NEEDED, TO_MAKE, TO_SEND, SENT = "要否未定", "不要", "作成待ち", "発送待ち", "発送済"
_SENTENCES: dict[str, str] = {
    UNDECIDED: "住民票のある区市町村へ知らせるかどうかを決めてください。",
    NOT_NEEDED: "通知は要りません。",
    TO_MAKE: "通知を印刷して、親展で封をしてください。",
    TO_SEND: "封筒の宛名を確かめて、送った日を入れてください。",
    SENT: "通知を送りました。",
}
_CHANGED = Kind.CASES | Kind.NOTICES | Kind.AUDIT


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """``state_word`` is 要否未定 / 不要 / 作成待ち / 発送待ち / 発送済.

    ``proposed`` is the municipality as the registered address names it.
    """

    case_id: int
    notice_id: int | None
    management_number: str
    name: str = field(repr=False)
    state_word: str
    sentence: str
    municipality: str = field(repr=False)
    proposed: str = field(repr=False)
    requested_on: date | None
    reason: str = field(repr=False)
    made_at: str | None
    sent_on: date | None

    @property
    def print_title(self) -> str:
        """The title of the print job: a number only."""
        return f"notice-{self.notice_id or 0}"


def page(desk: Desk) -> tuple[NoticeRow, ...]:
    """Cases in which something is to be done: undecided, to be made, made and not sent; by management number. Recorded as CASES_LISTED."""
    with desk.work(Act.CASES_LISTED) as unit:
        session = unit.session
        left = select(CaseExit.case_id).where(CaseExit.revoked_at.is_(None))
        query = select(Case.id).where(Case.status != CaseStatus.CLOSED.value, Case.id.not_in(left)).order_by(Case.management_number)
        ids = list(session.scalars(query))
        cases, current = cases_with_people(session, ids), _all_current(session)
        rows = tuple(_row(cases[case_id], current.get(case_id)) for case_id in ids)
        rows = tuple(row for row in rows if row.state_word in (UNDECIDED, TO_MAKE, TO_SEND))
        unit.record(Act.CASES_LISTED, place="municipality_notices", rows=len(rows))
    return rows


def of_case(desk: Desk, case_id: int) -> NoticeRow:
    """Where the notice of one case stands, whatever its state. Raises Conflict K-1790 (no such case)."""
    with desk.look() as session:
        return _row(case_of(session, case_id), _current(session, case_id))


def _row(case: Case, record: MunicipalityNotice | None) -> NoticeRow:
    head = recipient(case)
    state = _state(case, record)
    here = record is None and state == NOT_NEEDED
    return NoticeRow(
        case_id=case.id,
        notice_id=record.id if record is not None else None,
        management_number=case.management_number,
        name=head.name,
        state_word=state,
        sentence="住民票は区内にあります。通知は要りません。" if here else _SENTENCES[state],
        municipality=record.municipality if record is not None else "",
        proposed=municipality_in(head.registered_address),
        requested_on=record.requested_on if record is not None else None,
        reason=record.reason if record is not None else "",
        made_at=record.made_at if record is not None else None,
        sent_on=record.sent_on if record is not None else None,
    )


def _state(case: Case, record: MunicipalityNotice | None) -> str:
    if record is None:
        return NOT_NEEDED if all(_is_own_ward(person.registered_address) for person in case.people) else UNDECIDED
    if not record.needed:
        return NOT_NEEDED
    if record.sent_on is not None:
        return SENT
    return TO_SEND if record.made_at is not None else TO_MAKE


def municipality_in(address: str) -> str:
    """「神奈川県川崎市」 of a registered address; empty where it does not begin with one."""
    place = split_address(address)
    return place.prefecture + place.municipality if place.municipality else ""


def _without_prefecture(text: str) -> str:
    return fold(text).removeprefix(split_address(fold(text)).prefecture)


def _is_own_ward(address: str) -> bool:
    return _without_prefecture(address).startswith(fold(documents.wording().sender["ward"]))


def _all_current(session: Session) -> dict[int, MunicipalityNotice]:
    query = select(MunicipalityNotice).where(MunicipalityNotice.superseded_at.is_(None)).order_by(MunicipalityNotice.id)
    return {record.case_id: record for record in session.scalars(query)}


def _current(session: Session, case_id: int) -> MunicipalityNotice | None:
    return session.scalar(
        select(MunicipalityNotice)
        .where(MunicipalityNotice.case_id == case_id, MunicipalityNotice.superseded_at.is_(None))
        .order_by(MunicipalityNotice.id.desc())
        .limit(1)
    )


def decide(desk: Desk, case_id: int, needed: bool, municipality: str, requested_on: date | None, reason: str) -> Changes:
    """Whether the municipality of registration is told. A new decision follows the old one, which stays.

    Raises InputProblem K-1648 (reason), K-1775 (a municipality in which nobody of the case is registered, or the ward itself),
    K-1776 (the day of the 申出).
    """
    stated = require_reason(reason, "reason")
    with desk.work(Act.MUNICIPALITY_NOTICE_DECIDED) as unit:
        session, at = unit.session, desk.now_text()
        case = case_of(session, case_id)
        if needed:
            _check_municipality(case.people, municipality)
            if requested_on is None or requested_on > desk.today():
                raise InputProblem(
                    "K-1776", "requested_on", "申出のあった日を、今日までの日で入れてください。", todo="申出書の日付を確かめてください。"
                )
        before = _current(session, case_id)
        if before is not None:
            before.superseded_at = at
        record = MunicipalityNotice(
            case_id=case_id,
            needed=needed,
            municipality=municipality.strip() if needed else "",
            requested_on=requested_on if needed else None,
            reason=stated,
            decided_at=at,
            decided_by=desk.staff.id,
        )
        session.add(record)
        session.flush()
        unit.record(Act.MUNICIPALITY_NOTICE_DECIDED, subject="case", subject_id=case_id, notice=record.id, needed=int(needed))
    sentence = "住民票のある区市町村へ知らせることにしました。" if needed else "住民票のある区市町村へは知らせないことにしました。"
    return Changes(_CHANGED, sentence, (case_id,))


def _check_municipality(people: list[Person], municipality: str) -> None:
    wanted = _without_prefecture(municipality)
    if not wanted or not any(_without_prefecture(person.registered_address).startswith(wanted) for person in people):
        raise InputProblem(
            "K-1775",
            "municipality",
            "この区市町村に、住民票のある人がいません。",
            todo="住民票の住所にある区市町村の名前だけを入れてください。",
        )
    if _is_own_ward(municipality):
        raise InputProblem("K-1775", "municipality", "住民票は区内にあります。", todo="通知は要りません。「知らせない」を選んでください。")


def make(desk: Desk, case_id: int) -> bytes:
    """The notice as PDF bytes, in memory; its SHA-256 is kept with the notice and in the log. May be made again until it is sent.

    The sealed address, telephone, facility, issuer and account of the case are opened here to be looked for, in the data and again in the
    text of the finished pages. Raises Conflict K-1777 (no notice is needed or decided), K-1778 (sent already), UserError K-1830 and
    K-1833 (something that betrays stands in it), K-1831, K-1832 (documents).
    """
    with desk.work(Act.MUNICIPALITY_NOTICE_MADE) as unit:
        session = unit.session
        case = case_of(session, case_id)
        record = _to_make(session, case_id)
        letter = _letter(desk, session, case, record)
        pictures = gaiji.approved(session)
        guard = guard_of(desk, session, case, _allowed(letter, case), pictures)
        _refuse("K-1830", guard, "\n".join(letter.texts()))
        pdf = documents.compose(letter, pictures=pictures)
        _refuse("K-1833", guard, documents.page_text(pdf))
        record.made_at, record.made_by = desk.now_text(), desk.staff.id
        record.sha256 = hashlib.sha256(pdf).hexdigest()
        unit.record(Act.MUNICIPALITY_NOTICE_MADE, subject="case", subject_id=case_id, notice=record.id, sha256=record.sha256)
    return pdf


def _to_make(session: Session, case_id: int) -> MunicipalityNotice:
    record = _current(session, case_id)
    if record is None or not record.needed:
        raise Conflict("K-1777", "この案件は、通知を出すことになっていません。", todo="先に、知らせるかどうかを決めてください。")
    if record.sent_on is not None:
        raise Conflict("K-1778", "この通知は、もう送りました。", todo="もう一度送るときは、知らせることを決め直してください。")
    return record


def _letter(desk: Desk, session: Session, case: Case, record: MunicipalityNotice) -> Letter:
    head = recipient(case)
    companions = []
    for name in companions_of(session, case.id):
        known = next((person for person in case.people if same_name(person.name, name)), None)
        if known is not head:
            companions.append(_person(known) if known is not None else NoticePerson(name, "", "", ""))
    assert record.requested_on is not None
    return Letter(
        number=f"通知 第{record.id}号",
        issued_on=desk.today(),
        municipality=record.municipality,
        programme=desk.programme.name,
        requested_on=record.requested_on,
        person=_person(head),
        companions=tuple(companions),
        practice=desk.practice,
    )


def _person(person: Person) -> NoticePerson:
    birth = wareki(person.birth_day) if person.birth_day is not None else person.birth_written
    registered = " ".join(part for part in (person.registered_address, person.registered_building or "") if part)
    return NoticePerson(person.name, person.kana, birth, registered)


def _allowed(letter: Letter, case: Case) -> str:
    """What stands in the letter by its nature. The building of the register is not among it: it may be the very facility.

    Nor is a companion whom only the document names: what was typed there is no register's word, and a place may stand beside the name.
    """
    people = [text for person in case.people for text in (person.name, person.kana, person.registered_address)]
    return "\n".join((documents.wording().fixed(), letter.programme, *people))


def _refuse(code: str, guard: Guard, text: str) -> None:
    found = guard.found(text)
    if found:
        raise UserError(
            code,
            f"通知を止めました。{'・'.join(found)}が入っています。",
            kept="通知は作っていません。",
            todo="区市町村の名前、住民票の住所、根拠の書類の氏名を、取扱責任者と確かめてください。",
        )


def sent(desk: Desk, case_id: int, sent_on: date, second: Second | None = None) -> Changes:
    """The notice left the house, sealed as 親展. With a ``second`` it was he who compared the envelope, and the record names him.

    Raises Conflict K-1777 (not made), K-1778 (sent already), InputProblem K-1776 (a day before it was made or after today).
    """
    with desk.work(Act.MUNICIPALITY_NOTICE_SENT, second) as unit:
        record = _to_make(unit.session, case_id)
        if record.made_at is None:
            raise Conflict("K-1777", "通知を、まだ印刷していません。", todo="通知を作って印刷してから、送った日を入れてください。")
        if not date.fromisoformat(record.made_at[:10]) <= sent_on <= desk.today():
            raise InputProblem("K-1776", "sent_on", "送った日は、通知を作った日から今日までのはずです。", todo="日付を確かめてください。")
        record.sent_on = sent_on
        record.sent_by = second.staff.id if second is not None else desk.staff.id
        unit.record(
            Act.MUNICIPALITY_NOTICE_SENT,
            subject="case",
            subject_id=case_id,
            notice=record.id,
            day=sent_on.isoformat(),
            sha256=record.sha256,
        )
    return Changes(_CHANGED, "通知を送った日を残しました。", (case_id,))
