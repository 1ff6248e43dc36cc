"""受付簿: what came in about whom, entered in which case, confirmed by whom. A line is numbered and never taken out.

Who sent it tells the region: it is sealed under a key of the line itself (bound to the negative of its id, which no case has).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.collation import fold_kana
from kyufu_desktop.domain.notice import CHANNEL_LABELS, KIND_LABELS, STATE_LABELS, Channel, NoticeKind, NoticeState, state_of
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.case import Case, Person, ReceivedNotice
from kyufu_desktop.security import seal
from kyufu_desktop.services.case_facts import chunks, people_named, staff_names
from kyufu_desktop.services.case_rows import NoticeEntry, NoticeRow, SourceWords
from kyufu_desktop.services.case_steps import case_of
from kyufu_desktop.services.contacts import REVEAL_REASONS, refuse_my_number, require_reason
from kyufu_desktop.services.evidence import check_reveal
from kyufu_desktop.services.judgment_void import void_changed
from kyufu_desktop.services.session import Desk, Second

SENDER = "notice sender"
_NUMBERS = {"resident_number": 10, "household_number": 9}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A case that a notice may belong to; ``why`` in words (「住民番号が同じ」)."""

    case_id: int
    management_number: str
    name: str = field(repr=False)
    why: str


def record(desk: Desk, entry: NoticeEntry) -> tuple[Changes, int]:
    """A new line of the book, with the next number. Returns what changed and the id of the line. Raises InputProblem K-1706 to K-1708."""
    _check(desk, entry)
    with desk.work(Act.NOTICE_RECEIVED) as unit:
        session, key = unit.session, desk.address_key()
        notice_id = (session.scalar(select(func.max(ReceivedNotice.id))) or 0) + 1
        wrapped = seal.new_case_key(key, -notice_id)
        row = ReceivedNotice(
            id=notice_id,
            number=(session.scalar(select(func.max(ReceivedNotice.number))) or 0) + 1,
            kind=entry.kind.value,
            channel=entry.channel.value,
            received_on=entry.received_on,
            name=entry.name.strip(),
            kana=entry.kana.strip(),
            kana_folded=fold_kana(entry.kana),
            birth_day=entry.birth_day,
            resident_number=entry.resident_number or None,
            household_number=entry.household_number or None,
            companions=json.dumps(
                [
                    {
                        "name": one.name.strip(),
                        "kana": one.kana.strip(),
                        "birth": one.birth.isoformat() if one.birth else None,
                        "resident_number": one.resident_number or None,
                    }
                    for one in entry.companions
                ],
                ensure_ascii=False,
            ),
            notice_key=wrapped,
            sender_sealed=seal.seal(wrapped, key, -notice_id, {"sender": entry.sender.strip()}, SENDER),
            recorded_at=desk.now_text(),
            recorded_by=desk.staff.id,
        )
        session.add(row)
        session.flush()
        unit.record(Act.NOTICE_RECEIVED, subject="notice", subject_id=notice_id, number=row.number, kind=row.kind)
        sentence = f"受付簿の{row.number}番に書きました。案件への入力を待っています。"
    return Changes(Kind.NOTICES | Kind.AUDIT, sentence), notice_id


def _check(desk: Desk, entry: NoticeEntry) -> None:
    if not entry.name.strip() and not entry.kana.strip():
        raise InputProblem("K-1706", "name", "だれについての受付かが入っていません。", todo="氏名かカナ氏名を入れてください。")
    if entry.received_on > desk.today():
        raise InputProblem("K-1707", "received_on", "受け付けた日が、今日より後です。", todo="日付を確かめてください。")
    for name, digits in _NUMBERS.items():
        number = getattr(entry, name)
        if number and (len(number) != digits or not (number.isascii() and number.isdecimal())):
            raise InputProblem("K-1708", name, f"番号は{digits}けたの数字です。", todo="番号を確かめるか、空にしてください。")
    if any(not (one.name.strip() or one.kana.strip()) for one in entry.companions):
        raise InputProblem("K-1706", "companions", "同伴者の名前が入っていません。", todo="氏名かカナ氏名を入れてください。")
    if any(
        one.resident_number and (len(one.resident_number) != 10 or not (one.resident_number.isascii() and one.resident_number.isdecimal()))
        for one in entry.companions
    ):
        raise InputProblem("K-1708", "companions", "住民番号は10けたの数字です。", todo="番号を確かめるか、空にしてください。")
    refuse_my_number(entry.sender, "sender")


def link(desk: Desk, notice_id: int, case_id: int | None) -> Changes:
    """The notice is entered in a case. A MIRROR notice about nobody of the in-house cases is entered with None (exclusion list only).

    Raises Conflict K-1709 (entered or closed already), InputProblem K-1710 (no case for an OWN notice).
    """
    with desk.work(Act.NOTICE_LINKED) as unit:
        row = _row_of(unit.session, notice_id)
        if row.entered_at is not None or row.closed_at is not None:
            raise Conflict("K-1709", "この受付は、もう入力か完了が済んでいます。", todo="受付簿を読み直してください。")
        if case_id is None and row.kind != NoticeKind.MIRROR.value:
            raise InputProblem("K-1710", "case_id", "どの案件に入れるかが選ばれていません。", todo="案件を選んでください。")
        if case_id is not None:
            case_of(unit.session, case_id)
        row.case_id, row.entered_at, row.entered_by = case_id, desk.now_text(), desk.staff.id
        unit.session.flush()
        subject = ("case", case_id) if case_id is not None else ("notice", notice_id)
        unit.record(Act.NOTICE_LINKED, subject=subject[0], subject_id=subject[1], notice=notice_id)
        touched = (case_id,) if case_id is not None else ()
        void_changed(unit, desk, touched, "受付の反映")
    return Changes(Kind.NOTICES | Kind.CASES | Kind.JUDGMENTS | Kind.AUDIT, "受付を反映しました。2人目の確認を待っています。", touched)


def verify(desk: Desk, notice_ids: tuple[int, ...], second: Second) -> Changes:
    """Another person has compared the entry with the paper. All or none. Raises Conflict K-1712, NotAllowed K-1713, InputProblem K-1614."""
    if not notice_ids:
        raise InputProblem("K-1614", "notice_ids", "確認する受付が選ばれていません。", todo="一覧で選んでください。")
    with desk.work(Act.NOTICE_VERIFIED, second) as unit:
        touched: list[int] = []
        for notice_id in dict.fromkeys(notice_ids):
            row = _row_of(unit.session, notice_id)
            if row.entered_by is None or row.verified_at is not None or row.closed_at is not None:
                raise Conflict("K-1712", "受付が確認を待つ状態ではありません。", todo="受付簿を読み直してください。")
            if not may_verify(Act.NOTICE_VERIFIED, row.entered_by, second.staff):
                raise NotAllowed("K-1713", "受付を案件に入れた人は、自分で確認できません。", todo="別の取扱者が確認してください。")
            row.verified_at, row.verified_by = desk.now_text(), second.staff.id
            subject = ("case", row.case_id) if row.case_id is not None else ("notice", notice_id)
            unit.record(Act.NOTICE_VERIFIED, subject=subject[0], subject_id=subject[1], notice=notice_id)
            if row.case_id is not None:
                touched.append(row.case_id)
        unit.session.flush()
        # The log and the screens say no more than this: a household must never learn what came from elsewhere.
        void_changed(unit, desk, touched, "受付の確認")
    sentence = f"受付{len(set(notice_ids)):,}件を確認済にしました。"
    return Changes(Kind.NOTICES | Kind.CASES | Kind.JUDGMENTS | Kind.AUDIT, sentence, tuple(dict.fromkeys(touched)))


def close(desk: Desk, notice_id: int, reason: str) -> Changes:
    """An officer ends a line without (further) effect, e.g. sent by mistake. Raises Conflict K-1714, InputProblem K-1648."""
    stated = require_reason(reason, "reason")
    with desk.work(Act.NOTICE_CLOSED) as unit:
        row = _row_of(unit.session, notice_id)
        if row.closed_at is not None:
            raise Conflict("K-1714", "この受付は、もう完了しています。", todo="受付簿を読み直してください。")
        row.closed_at, row.closed_by, row.closed_reason = desk.now_text(), desk.staff.id, stated
        unit.session.flush()
        unit.record(Act.NOTICE_CLOSED, subject="notice", subject_id=notice_id)
        touched = (row.case_id,) if row.case_id is not None else ()
        void_changed(unit, desk, touched, "受付の完了")
    return Changes(Kind.NOTICES | Kind.CASES | Kind.JUDGMENTS | Kind.AUDIT, "受付を、処理なしで完了にしました。", touched)


def page(desk: Desk, *, open_only: bool = False) -> tuple[NoticeRow, ...]:
    """The book, newest number first. Recorded as CASES_LISTED."""
    query = select(ReceivedNotice).order_by(ReceivedNotice.number.desc())
    if open_only:
        query = query.where(ReceivedNotice.closed_at.is_(None), ReceivedNotice.verified_at.is_(None))
    with desk.work(Act.CASES_LISTED) as unit:
        found = rows_of(unit.session, unit.session.scalars(query).all(), desk.today())
        unit.record(Act.CASES_LISTED, place="notices", rows=len(found))
    return found


def rows_of(session: Session, notices: Sequence[ReceivedNotice], on: date) -> tuple[NoticeRow, ...]:
    staff = staff_names(session)
    ids = sorted({notice.case_id for notice in notices if notice.case_id is not None})
    numbers: dict[int, str] = {}
    for part in chunks(ids):
        numbers.update(dict(session.execute(select(Case.id, Case.management_number).where(Case.id.in_(part))).all()))
    return tuple(_notice_row(notice, staff, numbers, on) for notice in notices)


def _notice_row(notice: ReceivedNotice, staff: dict[int, str], numbers: dict[int, str], on: date) -> NoticeRow:
    state = state_of(notice.entered_at is not None, notice.verified_at is not None, notice.closed_at is not None)
    kind = NoticeKind(notice.kind)
    return NoticeRow(
        notice_id=notice.id,
        number=notice.number,
        kind=kind,
        kind_words=KIND_LABELS[kind],
        channel_words=CHANNEL_LABELS[Channel(notice.channel)],
        received_on=notice.received_on,
        name=notice.name,
        kana=notice.kana,
        birth_day=notice.birth_day,
        companions=len(json.loads(notice.companions)),
        state=state,
        state_word=STATE_LABELS[state],
        days=(on - notice.received_on).days,
        case_id=notice.case_id,
        management_number=numbers.get(notice.case_id) if notice.case_id is not None else None,
        recorded_by=staff.get(notice.recorded_by, ""),
        recorded_by_id=notice.recorded_by,
        recorded_at=notice.recorded_at,
        entered_by=staff.get(notice.entered_by) if notice.entered_by else None,
        entered_by_id=notice.entered_by,
        entered_at=notice.entered_at,
        verified_by=staff.get(notice.verified_by) if notice.verified_by else None,
        verified_at=notice.verified_at,
        closed_at=notice.closed_at,
        closed_reason=notice.closed_reason,
    )


def suggestions(desk: Desk, notice_id: int) -> tuple[Suggestion, ...]:
    """Cases that the notice may belong to, the surest first: resident number, kana and birth, household. Recorded as CASES_LISTED."""
    with desk.work(Act.CASES_LISTED) as unit:
        found = _suggested(unit.session, _row_of(unit.session, notice_id))
        unit.record(Act.CASES_LISTED, place="notice", rows=len(found))
    return found


def _suggested(session: Session, notice: ReceivedNotice) -> tuple[Suggestion, ...]:
    reasons: dict[int, str] = {}
    named = people_named(notice)
    numbers = [one.resident_number for one in named if one.resident_number]
    if numbers:
        _add(reasons, session.scalars(select(Person.case_id).where(Person.resident_number.in_(numbers))), "住民番号が同じ")
    for one in named:
        if one.kana and one.birth is not None:
            same = select(Person.case_id).where(Person.kana_folded == fold_kana(one.kana), Person.birth_day == one.birth)
            _add(reasons, session.scalars(same), "カナ氏名と生年月日が同じ")
    if notice.household_number:
        household = select(Case.id).where(Case.household_number == notice.household_number)
        _add(reasons, session.scalars(household), "世帯番号が同じ")
    if notice.kana_folded:
        namesakes = select(Person.case_id).where(
            Person.kana_folded == notice.kana_folded, or_(Person.birth_day.is_(None), Person.birth_day == notice.birth_day)
        )
        _add(reasons, session.scalars(namesakes), "カナ氏名が同じ（生年月日は不明）")
    found: list[Suggestion] = []
    for case_id, why in reasons.items():
        case = session.get_one(Case, case_id)
        head = next((person for person in case.people if person.relation == "HEAD"), case.people[0])
        found.append(Suggestion(case_id, case.management_number, head.name, why))
    return tuple(found)


def _add(reasons: dict[int, str], case_ids: Iterable[int], why: str) -> None:
    for case_id in case_ids:
        reasons.setdefault(case_id, why)


def reveal_sender(desk: Desk, notice_id: int, reason: str, words: str) -> SourceWords:
    """Who sent a notice. The reason of the list is recorded first; its words are kept nowhere, for a line without a case has no history.

    Raises InputProblem K-1639, K-1648, Conflict K-1715.
    """
    check_reveal(reason, words)
    key = desk.address_key()
    with desk.work(Act.SOURCE_REVEALED) as unit:
        row = _row_of(unit.session, notice_id)
        wrapped, sealed = row.notice_key, row.sender_sealed
        unit.record(Act.SOURCE_REVEALED, subject="notice", subject_id=notice_id, reason=REVEAL_REASONS.index(reason))
    return SourceWords((("差出人", str(seal.unseal(wrapped, key, -notice_id, sealed, SENDER)["sender"])),))


def _row_of(session: Session, notice_id: int) -> ReceivedNotice:
    found = session.get(ReceivedNotice, notice_id)
    if found is None:
        raise Conflict("K-1715", "この受付は受付簿にありません。", todo="受付簿を読み直してください。")
    return found


def of_case(session: Session, case_id: int, on: date) -> tuple[NoticeRow, ...]:
    """Lines of the book that were entered in a case."""
    query = select(ReceivedNotice).where(ReceivedNotice.case_id == case_id).order_by(ReceivedNotice.id)
    return rows_of(session, session.scalars(query).all(), on)


def waiting(rows: Iterable[NoticeRow]) -> tuple[NoticeRow, ...]:
    """Lines with a missing step."""
    return tuple(row for row in rows if row.state in (NoticeState.RECEIVED, NoticeState.ENTERED))
