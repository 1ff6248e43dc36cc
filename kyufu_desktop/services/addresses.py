"""Where to write: sealed per case, confirmed by a second person who has seen it, shown on a stated reason that is kept first."""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import window_fit
from kyufu_desktop.domain.addressee import Honorific, is_named
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import LetterState
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import Case, Person, SafeAddress
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.security import seal
from kyufu_desktop.services import gaiji, letter_words
from kyufu_desktop.services.case_lists import address_waits
from kyufu_desktop.services.case_rows import AddressEntry
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.contacts import REVEAL_REASONS, REVEALED, keep_words, require_reason
from kyufu_desktop.services.destination import destination_of, prints_former_names
from kyufu_desktop.services.session import Desk, Second

ADDRESS = "address"
_FIELDS = ("postal", "address", "building", "care_of", "recipient", "phone", "honorific", "window")
#: Lines of 建物・部屋 that the window can take.
MOST_LINES = 3
_POSTAL = re.compile(r"(\d{3})-?(\d{4})")
_KANJI_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")
_KANJI_TENS = re.compile("([二三四五六七八九]?)十([一二三四五六七八九]?)")
#: 区 or 市 at the beginning: somebody may leave it out.
_MUNICIPALITY = re.compile("^[^市区]{1,5}[市区]")
_JOINTS = re.compile(r"(丁目|番地|番|号|の|-|－|―|−|ー|‐|\s)+")
#: Shorter than this an address names a ward, not a place.
_SHORTEST = 6


def enter_address(desk: Desk, case_id: int, entry: AddressEntry) -> Changes:
    """Seals the address as a new version.

    Where it cannot stand in the window of the envelope it is kept all the same and says so, so that whoever has the paper in his hands
    learns it now; no letter is made to it. Raises InputProblem K-1615 (a registered address of the case), K-1616, K-1617, K-1620, K-1621
    (敬称), K-1623 (more than three lines).
    """
    with desk.work(Act.ADDRESS_ENTERED) as unit:
        case = case_of(unit.session, case_id)
        checked = _checked(entry)
        _refuse_honorific(case, checked)
        _refuse_registered(case.people, checked)
        place = destination_of(case, checked, former=prints_former_names(unit.session))
        why = window_fit.why_not([place], letter_words.trial(desk, unit.session, gaiji.approved(unit.session))).get(0, "")
        # A missing character may be registered later; what is too long stays so.
        checked = dataclasses.replace(checked, window=why if why == window_fit.TOO_LONG else "")
        assert case.case_key is not None
        at = desk.now_text()
        for older in unit.session.scalars(select(SafeAddress).where(SafeAddress.case_id == case_id, SafeAddress.superseded_at.is_(None))):
            older.superseded_at = at
        record = SafeAddress(
            case_id=case_id,
            sealed=seal.seal(case.case_key, desk.address_key(), case_id, {name: getattr(checked, name) for name in _FIELDS}, ADDRESS),
            entered_at=at,
            entered_by=desk.staff.id,
        )
        unit.session.add(record)
        unit.session.flush()
        advance(case, Act.ADDRESS_ENTERED, at)
        on_paper = _on_paper(unit.session, case_id)
        unit.record(Act.ADDRESS_ENTERED, subject="case", subject_id=case_id, address=record.id)
    sentence = why or "2人目の確認を待っています。"
    if on_paper:
        sentence += f"前の送り先で印刷した手紙が{on_paper}通あります。送らず、「確認書・通知」で書損にしてください。"
    return Changes(Kind.ADDRESSES | Kind.CASES | Kind.AUDIT, f"送り先を封をして保管しました。{sentence}", (case_id,))


def _on_paper(session: Session, case_id: int) -> int:
    """Letters of the case that lie printed, or come out of the printer just now, for another place than the one entered now."""
    states = (LetterState.PRINTING.value, LetterState.PRINTED.value)
    lying = select(func.count(Letter.id)).where(Letter.case_id == case_id, Letter.state.in_(states), Letter.voided_by.is_(None))
    return session.scalar(lying) or 0


def _checked(entry: AddressEntry) -> AddressEntry:
    postal = _POSTAL.fullmatch(unicodedata.normalize("NFKC", entry.postal).strip())
    if postal is None:
        raise InputProblem("K-1616", "postal", "郵便番号は7けたのはずです。", todo="郵便番号を確かめてください。")
    if len(entry.address.strip()) < _SHORTEST:
        raise InputProblem("K-1617", "address", "住所が短すぎます。", todo="都道府県から番地まで入れてください。")
    building = [line.strip() for line in entry.building.splitlines() if line.strip()]
    if len(building) > MOST_LINES:
        raise InputProblem("K-1623", "building", f"建物・部屋は{MOST_LINES}行までです。", todo="行をまとめてください。")
    return AddressEntry(
        postal=f"{postal[1]}-{postal[2]}",
        address=entry.address.strip(),
        building="\n".join(building),
        care_of=entry.care_of.strip(),
        recipient=entry.recipient.strip(),
        phone=entry.phone.strip(),
        honorific=entry.honorific,
    )


def _refuse_honorific(case: Case, entry: AddressEntry) -> None:
    """御中 is for facilities and corporations. Raises InputProblem K-1620 (unknown word), K-1621 (a person's own name, or nobody's)."""
    if entry.honorific not in set(Honorific):
        raise InputProblem("K-1620", "honorific", "敬称が一覧にありません。", todo="「様」か「御中」を選んでください。")
    if entry.honorific != Honorific.BODY.value:
        return
    if not entry.recipient.strip():
        raise InputProblem("K-1621", "recipient", "「御中」をつける施設や法人の名前がありません。", todo="宛名に名前を入れてください。")
    if any(is_named(entry.recipient, person.name) for person in case.people):
        raise InputProblem("K-1621", "honorific", "人の氏名に「御中」はつけられません。", todo="「様」を選んでください。")


def _refuse_registered(people: list[Person], entry: AddressEntry) -> None:
    wanted = folded_address(entry.address + entry.building.replace("\n", ""))
    for person in people:
        street = folded_address(person.registered_address)
        whole = folded_address(person.registered_address + (person.registered_building or ""))
        # 「34番2」 must not be taken for 「34番21」.
        found = re.search(re.escape(street) + r"(?!\d)", wanted) is not None or wanted in whole
        # 「西新宿2-8-1」: nobody else's town is named, so it is the registered one.
        town = _MUNICIPALITY.sub("", street)
        found = found or (len(town) >= _SHORTEST - 2 and re.match(re.escape(town) + r"(?!\d)", wanted) is not None)
        if len(street) >= _SHORTEST and found:
            raise InputProblem(
                "K-1615", "address", "住民票の住所と同じです。ここには送れません。", todo="本人または支援者に、送り先を確かめてください。"
            )


def folded_address(text: str) -> str:
    """For comparison only: width, 漢数字, 丁目・番・号 and hyphens folded, 東京都 left out."""
    tens = _KANJI_TENS.sub(lambda found: f"{found[1] or '一'}{found[2] or '〇'}", unicodedata.normalize("NFKC", text))
    plain = tens.translate(_KANJI_DIGITS).replace("東京都", "")
    return _JOINTS.sub("-", plain).strip("-").casefold()


def addresses_to_verify(desk: Desk) -> tuple[int, ...]:
    """Case ids whose newest address waits for a second person, without those that the logged-in person entered himself."""
    with desk.look() as session:
        query = (
            select(SafeAddress.case_id)
            .join(Case, Case.id == SafeAddress.case_id)
            .where(address_waits(), SafeAddress.entered_by != desk.staff.id)
            .order_by(Case.management_number)
        )
        return tuple(session.scalars(query))


def newest_address(session: Session, case_id: int) -> SafeAddress | None:
    return session.scalar(select(SafeAddress).where(SafeAddress.case_id == case_id).order_by(SafeAddress.id.desc()).limit(1))


def verify_address(desk: Desk, case_ids: tuple[int, ...], second: Second) -> Changes:
    """The second person confirms the newest address of each case. He must have seen it (a reveal by the desk in this session).

    All or none. Raises Conflict K-1618 (nothing waits), K-1619 (not seen), NotAllowed K-1638 (own entry).
    """
    if not case_ids:
        raise InputProblem("K-1614", "case_ids", "確認する案件が選ばれていません。", todo="一覧で選んでください。")
    with desk.work(Act.ADDRESS_VERIFIED, second) as unit:
        since = _session_start(unit.session)
        for case_id in case_ids:
            case = case_of(unit.session, case_id)
            record = newest_address(unit.session, case_id)
            if record is None or record.verified_at is not None:
                raise Conflict("K-1618", "送り先が確認を待つ状態ではありません。", todo="一覧を読み直してください。")
            if not may_verify(Act.ADDRESS_VERIFIED, record.entered_by, second.staff):
                raise NotAllowed("K-1638", "送り先を入力した人は、自分で確認できません。", todo="別の取扱者が確認してください。")
            if not _was_seen(unit.session, case_id, record.id, since, {desk.staff.id, second.staff.id}):
                raise Conflict("K-1619", "送り先をまだ画面で見ていません。", todo="送り先を表示し、書類と照らし合わせてください。")
            record.verified_at = desk.now_text()
            record.verified_by = second.staff.id
            advance(case, Act.ADDRESS_VERIFIED, desk.now_text())
            unit.record(Act.ADDRESS_VERIFIED, subject="case", subject_id=case_id, address=record.id)
    sentence = f"送り先{len(case_ids):,}件を確認済にしました。"
    return Changes(Kind.ADDRESSES | Kind.CASES | Kind.AUDIT, sentence, case_ids)


def _session_start(session: Session) -> int:
    return session.scalar(select(func.max(AuditEntry.seq)).where(AuditEntry.act == Act.LOGGED_IN.value)) or 0


def _was_seen(session: Session, case_id: int, address_id: int, since: int, who: set[int]) -> bool:
    query = select(AuditEntry.detail).where(
        AuditEntry.act == Act.ADDRESS_REVEALED.value,
        AuditEntry.subject_id == case_id,
        AuditEntry.seq > since,
        AuditEntry.actor_id.in_(who),
    )
    return any(json.loads(detail).get("address") == address_id for detail in session.scalars(query))


def reveal_address(desk: Desk, case_id: int, reason: str, words: str) -> AddressEntry:
    """Logs the reason (``words`` of 10 characters at least), commits, and only then returns the address.

    The log, which 監査 reads too, holds the number of the reason in the list. The words may tell of a person: they are sealed in 対応履歴
    of the case, in the same transaction. Where the log cannot be written nothing is shown.

    Raises InputProblem K-1639, K-1648, Conflict K-1641 (no address).
    """
    if reason not in REVEAL_REASONS:
        raise InputProblem("K-1639", "reason", "表示する理由が選ばれていません。", todo="理由を一覧から選んでください。")
    stated = require_reason(words, "words")
    key = desk.address_key()
    with desk.work(Act.ADDRESS_REVEALED) as unit:
        case = case_of(unit.session, case_id)
        record = newest_address(unit.session, case_id)
        if record is None:
            raise Conflict("K-1641", "送り先がまだ入っていません。", todo="送り先を入れてください。")
        wrapped, sealed = case.case_key, record.sealed
        assert wrapped is not None
        contact = keep_words(desk, unit.session, case, REVEALED, f"{reason}。{stated}", desk.today())
        unit.record(
            Act.ADDRESS_REVEALED,
            subject="case",
            subject_id=case_id,
            address=record.id,
            reason=REVEAL_REASONS.index(reason),
            contact=contact,
        )
    return AddressEntry(**seal.unseal(wrapped, key, case_id, sealed, ADDRESS))
