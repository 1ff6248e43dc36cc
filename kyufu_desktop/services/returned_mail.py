"""返戻 of letters: what came back, whom the ward asked, how it was settled. The registered address is never an answer.

A reminder mailed to the house that a person fled from betrayed her in 浜松市; what comes back leads to the supporter, not to the register.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import FIRST, LetterKind, LetterState, parse_code
from kyufu_desktop.domain.returned_mail import RETURN_REASON_LABELS, SETTLEMENT_LABELS, ReturnReason, Settlement
from kyufu_desktop.domain.staff import Act, Role
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.letter import Letter, ReturnedMail
from kyufu_desktop.models.review import ReturnedForm
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.contacts import check_contact, keep_words, require_reason
from kyufu_desktop.services.destination import verified_address
from kyufu_desktop.services.session import Desk

_CHANGED = Kind.LETTERS | Kind.CASES | Kind.CONTACTS | Kind.AUDIT
#: Ways to ask after a letter came back. Post is none: where to write is just what nobody knows.
FOLLOW_UP_KINDS: tuple[str, ...] = ("支援者", "電話", "来所", "庁内")


@dataclass(frozen=True, slots=True)
class OpenMail:
    """A letter that came back and is not settled. ``contacted``: somebody was asked already."""

    mail_id: int
    case_id: int
    management_number: str
    code: str
    came_back_on: date
    reason_words: str
    contacted: bool


def came_back(desk: Desk, letter: int | str, on: date, reason: ReturnReason) -> Changes:
    """The letter of this id, or of this scanned code, came back. It is never sent again by itself.

    Raises InputProblem K-1853 (the day), K-1030 (no code), Conflict K-1854 (not sent, or its form came back), K-1889 (no such letter).
    """
    if on > desk.today():
        raise InputProblem("K-1853", "on", "返戻の日が今日よりあとの日です。", todo="戻ってきた日を入力してください。")
    wanted = Letter.id == letter if isinstance(letter, int) else Letter.code == str(parse_code(letter))
    with desk.work(Act.LETTER_RETURNED) as unit:
        found = unit.session.scalar(select(Letter).where(wanted))
        if found is None:
            raise Conflict("K-1889", "この手紙の記録はありません。", todo="コードを読み直してください。")
        form = unit.session.scalar(select(ReturnedForm.id).where(ReturnedForm.letter_id == found.id))
        if found.state != LetterState.SENT.value or form is not None:
            raise Conflict("K-1854", f"{found.code} は返戻にできません。", todo="発送済で、まだ収受していないものだけです。")
        if found.sent_on is not None and on < found.sent_on:
            raise InputProblem("K-1853", "on", "返戻の日が発送日より前の日です。", todo="戻ってきた日を入力してください。")
        found.state = LetterState.UNDELIVERED.value
        mail = ReturnedMail(
            case_id=found.case_id,
            letter_id=found.id,
            came_back_on=on,
            reason=reason.value,
            recorded_at=desk.now_text(),
            recorded_by=desk.staff.id,
        )
        unit.session.add(mail)
        unit.session.flush()
        # Of a letter that was issued anew meanwhile only the place counts: where the new one goes elsewhere, nothing is wrong with it.
        address = verified_address(unit.session, found.case_id)
        elsewhere = found.voided_by is not None and address is not None and address.id != found.address_id
        if LetterKind(found.kind) in FIRST and not elsewhere:
            # Another letter that comes back stops nothing that its case has reached; that the place is wrong is told all the same.
            advance(case_of(unit.session, found.case_id), Act.LETTER_RETURNED, desk.now_text())
        unit.record(Act.LETTER_RETURNED, subject="case", subject_id=found.case_id, letter=found.id, mail=mail.id, reason=reason.value)
        words = f"{found.code} を返戻にしました。住民票の住所には送りません。"
        if found.voided_by is not None and not elsewhere:
            words += "再発行した手紙も同じ送り先です。送らないでください。"
        return Changes(_CHANGED, words, (found.case_id,))


def note_contact(desk: Desk, mail_id: int, happened_on: date, kind: str, words: str) -> Changes:
    """Whom the ward asked and what was said, sealed in 対応履歴 of the case.

    Raises InputProblem K-1887 (asked by post), K-1631 to K-1634 as for every contact, Conflict K-1885 (settled).
    """
    if kind not in FOLLOW_UP_KINDS:
        raise InputProblem("K-1887", "kind", "返戻のあとは、手紙で連絡できません。", todo="支援者、電話、来所、庁内から選んでください。")
    check_contact(desk, happened_on, kind, words)
    with desk.work(Act.CONTACT_ADDED) as unit:
        mail = _open(unit.session, mail_id)
        mail.contact_id = keep_words(desk, unit.session, case_of(unit.session, mail.case_id), kind, words.strip(), happened_on)
        unit.record(Act.CONTACT_ADDED, subject="case", subject_id=mail.case_id, contact=mail.contact_id, mail=mail.id)
        return Changes(_CHANGED, "返戻についての連絡を、対応履歴に加えました。", (mail.case_id,))


def settle(desk: Desk, mail_id: int, how: Settlement, reason: str = "") -> Changes:
    """Ends the follow-up. ``NEW_ADDRESS`` needs a newer address that two people confirmed; the others a reason (10 characters at least).

    Raises Conflict K-1885 (settled), K-1884 (no newer address), K-1888 (given up before anybody was asked),
    NotAllowed K-1886 (given up by another than the officer), InputProblem K-1648 and K-1631 for the reason.
    """
    if how is Settlement.GIVEN_UP and desk.staff.role is not Role.OFFICER:
        raise NotAllowed("K-1886", "届けるのをやめる判断は、取扱責任者だけができます。", todo="取扱責任者に相談してください。")
    stated = "" if how is Settlement.NEW_ADDRESS else require_reason(reason, "reason")
    with desk.work(Act.RETURNED_MAIL_SETTLED) as unit:
        mail = _open(unit.session, mail_id)
        case = case_of(unit.session, mail.case_id)
        if how is Settlement.NEW_ADDRESS:
            address = verified_address(unit.session, case.id)
            if address is None or address.id <= unit.session.get_one(Letter, mail.letter_id).address_id:
                raise Conflict("K-1884", "2人で確認した新しい送り先がありません。", todo="支援者をとおして確かめ、送り先を入れてください。")
        elif how is Settlement.GIVEN_UP and mail.contact_id is None:
            raise Conflict("K-1888", "まだ、だれにも連絡していません。", todo="支援者に連絡し、その結果を入れてください。")
        contact = None
        if stated:
            kind = "庁内" if how is Settlement.GIVEN_UP else "来所"
            contact = keep_words(desk, unit.session, case, kind, f"返戻：{SETTLEMENT_LABELS[how]}。{stated}", desk.today())
        mail.settled_how, mail.settled_at, mail.settled_by = how.value, desk.now_text(), desk.staff.id
        unit.record(Act.RETURNED_MAIL_SETTLED, subject="case", subject_id=case.id, mail=mail.id, how=how.value, contact=contact)
        return Changes(_CHANGED, f"返戻を「{SETTLEMENT_LABELS[how]}」で終えました。", (case.id,))


def open_mail(desk: Desk) -> tuple[OpenMail, ...]:
    """What came back and is not settled, the longest waiting first. No name of a person."""
    with desk.look() as session:
        return tuple(waiting(session))


def waiting(session: Session) -> list[OpenMail]:
    query = (
        select(ReturnedMail, Case.management_number, Letter.code)
        .join(Case, Case.id == ReturnedMail.case_id)
        .join(Letter, Letter.id == ReturnedMail.letter_id)
        .where(ReturnedMail.settled_at.is_(None))
        .order_by(ReturnedMail.came_back_on, ReturnedMail.id)
    )
    return [
        OpenMail(
            mail.id,
            mail.case_id,
            number,
            code,
            mail.came_back_on,
            RETURN_REASON_LABELS[ReturnReason(mail.reason)],
            mail.contact_id is not None,
        )
        for mail, number, code in session.execute(query)
    ]


def _open(session: Session, mail_id: int) -> ReturnedMail:
    mail = session.get(ReturnedMail, mail_id)
    if mail is None or mail.settled_at is not None:
        raise Conflict("K-1885", "この返戻は、もう片づいています。", todo="一覧を読み直してください。")
    return mail
