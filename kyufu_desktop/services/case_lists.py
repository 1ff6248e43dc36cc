"""The list of cases: ids by one query, rows by pages of 200, a case by its code, and the counter's question."""

from __future__ import annotations

import hmac
import unicodedata
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.evidence import EvidenceState, state_on
from kyufu_desktop.domain.letter import parse_code
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Category, Relation
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.models.case import Case, EvidenceRecord, Person, Proxy, ReceivedNotice, SafeAddress
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.services.case_facts import chunks, evidence_of
from kyufu_desktop.services.case_rows import CaseFilter, CaseRow
from kyufu_desktop.services.search_text import like_patterns
from kyufu_desktop.services.session import Desk

NO_ADDRESS, WAITING, VERIFIED = "なし", "2人目待ち", "確認済"

#: Which of several pieces of evidence speaks for the case.
_RANK = (
    EvidenceState.VALID,
    EvidenceState.ENDS_SOON,
    EvidenceState.UNVERIFIED,
    EvidenceState.NOT_YET_VALID,
    EvidenceState.EXPIRED,
)

COUNTER_SENTENCE = "この窓口では、お答えできません。担当から折り返しご連絡します。"


def list_ids(desk: Desk, wanted: CaseFilter) -> tuple[int, ...]:
    """Ids of the cases wanted, by management number. Search is in SQL. Recorded as CASES_LISTED with a keyed code of the search text."""
    query = select(Case.id).where(*_conditions(wanted)).order_by(Case.management_number)
    with desk.work(Act.CASES_LISTED) as unit:
        ids = tuple(unit.session.scalars(query))
        unit.record(Act.CASES_LISTED, place="cases", rows=len(ids), search=search_hash(desk, wanted.text))
    return ids


def search_hash(desk: Desk, text: str) -> str | None:
    """Enough to see that the same was searched again, not enough to read it.

    Under a key of the vault: a plain hash of a name could be found by trying all names, by whoever holds a printed log.
    """
    if not text.strip():
        return None
    key = hmac.digest(desk.vault.chain, b"kyufu search v1", "sha256")
    return hmac.new(key, text.encode("utf-8"), "sha256").hexdigest()[:16]


def _conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Case.search.like(pattern, escape="\\") for pattern in like_patterns(wanted.text)]
    if wanted.status is not None:
        found.append(Case.status == wanted.status.value)
    if wanted.category is not None:
        found.append(Case.category == wanted.category.value)
    if wanted.waiting_for_second:
        found.append(waiting_for_second())
    return found


def waiting_for_second() -> ColumnElement[bool]:
    """Evidence, newest address, proxy or entered notice without a second person, or a draft without approval."""
    return or_(
        exists().where(EvidenceRecord.case_id == Case.id, EvidenceRecord.verified_at.is_(None), EvidenceRecord.withdrawn_at.is_(None)),
        exists().where(address_waits()).where(SafeAddress.case_id == Case.id),
        exists().where(Proxy.case_id == Case.id, Proxy.verified_at.is_(None), Proxy.ended_at.is_(None)),
        exists().where(ReceivedNotice.case_id == Case.id, ReceivedNotice.verified_at.is_(None), ReceivedNotice.closed_at.is_(None)),
        exists().where(JudgmentRecord.case_id == Case.id, JudgmentRecord.state == "DRAFTED", JudgmentRecord.superseded_by.is_(None)),
    )


def address_waits() -> ColumnElement[bool]:
    return and_(SafeAddress.verified_at.is_(None), SafeAddress.superseded_at.is_(None))


def rows(desk: Desk, ids: tuple[int, ...]) -> tuple[CaseRow, ...]:
    """Rows for a page of ids (200 at most), in the order of ``ids``."""
    with desk.look() as session:
        found = {row.case_id: row for part in chunks(ids) for row in _rows(session, part, desk.today())}
    return tuple(found[case_id] for case_id in ids if case_id in found)


def _rows(session: Session, ids: object, on: date) -> list[CaseRow]:
    part = list(ids)  # type: ignore[call-overload]
    evidence = evidence_states(session, part, on)
    addresses = address_states(session, part)
    counted = select(Person.case_id, func.count()).where(Person.case_id.in_(part)).group_by(Person.case_id)
    people = dict(session.execute(counted).all())
    query = (
        select(Case.id, Case.management_number, Case.category, Case.status, Person.name, Person.kana)
        .join(Person, and_(Person.case_id == Case.id, Person.relation == Relation.HEAD.value))
        .where(Case.id.in_(part))
    )
    return [
        CaseRow(
            case_id=case_id,
            management_number=number,
            name=name,
            kana=kana,
            category=Category(category),
            people=people.get(case_id, 0),
            status=CaseStatus(status),
            evidence=evidence.get(case_id),
            address_state=addresses.get(case_id, NO_ADDRESS),
        )
        for case_id, number, category, status, name, kana in session.execute(query)
    ]


def evidence_states(session: Session, ids: list[int], on: date) -> dict[int, EvidenceState]:
    """Case id -> the state that speaks for the case; absent where there is no evidence."""
    found: dict[int, EvidenceState] = {}
    query = select(EvidenceRecord).where(EvidenceRecord.case_id.in_(ids), EvidenceRecord.withdrawn_at.is_(None))
    for record in session.scalars(query):
        state = state_on(evidence_of(record), on)
        known = found.get(record.case_id)
        if known is None or _RANK.index(state) < _RANK.index(known):
            found[record.case_id] = state
    return found


def address_states(session: Session, ids: list[int]) -> dict[int, str]:
    """Case id -> 2人目待ち / 確認済 of the newest address; absent where there is none."""
    newest = select(func.max(SafeAddress.id)).where(SafeAddress.case_id.in_(ids)).group_by(SafeAddress.case_id)
    query = select(SafeAddress.case_id, SafeAddress.verified_at).where(SafeAddress.id.in_(newest))
    return {case_id: VERIFIED if verified_at else WAITING for case_id, verified_at in session.execute(query)}


def find_by_code(desk: Desk, text: str) -> int | None:
    """Case id of a scanned or typed management number or letter code; None where nothing fits. Recorded as CASES_LISTED."""
    typed = unicodedata.normalize("NFKC", text).strip().upper()
    if not typed:
        return None
    try:
        number = parse_code(typed).management_number
    except InputProblem:
        number = typed
    with desk.work(Act.CASES_LISTED) as unit:
        found = unit.session.scalar(select(Case.id).where(or_(Case.management_number == number, Case.management_number == typed)))
        unit.record(Act.CASES_LISTED, place="code", rows=int(found is not None), search=search_hash(desk, typed))
    return found


def ask_at_counter(desk: Desk, text: str) -> str:
    """Counter mode: always the same sentence, whether nobody or a restricted person was found; recorded as COUNTER_ASKED.

    The file is searched in neither case, so that not even the time taken tells anything.
    """
    with desk.work(Act.COUNTER_ASKED) as unit:
        unit.record(Act.COUNTER_ASKED, search=search_hash(desk, text))
    return COUNTER_SENTENCE
