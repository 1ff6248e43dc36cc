"""相続人: who receives for somebody who died, where the programme pays to heirs. Entered by one person, confirmed by another.

The program writes no letter to heirs: how they are asked stays with the ward and stands in 対応履歴.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.programme import AfterDeath, Programme
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.case import Case, Heir
from kyufu_desktop.models.review import ReturnedForm
from kyufu_desktop.security import seal
from kyufu_desktop.services.case_rows import HeirEntry, HeirRow
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.contacts import refuse_my_number, require_reason
from kyufu_desktop.services.receivers import died_on
from kyufu_desktop.services.session import Desk, Second

HEIR = "heir"
#: 続柄 as it is chosen.
RELATIONS: tuple[str, ...] = ("配偶者", "子", "父母", "祖父母", "兄弟姉妹", "孫", "甥・姪", "相続財産清算人", "その他")
_CHANGED = Kind.CASES | Kind.ACCOUNTS | Kind.PAYMENTS | Kind.AUDIT


def why_not(session: Session, case: Case, person_id: int, programme: Programme) -> str:
    """Why nobody inherits the benefit of this person, as a sentence; empty where the programme pays to heirs."""
    day = died_on(session, person_id)
    if day is None:
        return "この人の死亡が、世帯の異動に入っていません。"
    if _rule(session, case, day, programme) is not AfterDeath.PAY_TO_HEIRS:
        return "この給付の定めでは、この時期に亡くなった方の分を相続人に支給しません。"
    return ""


def _rule(session: Session, case: Case, died: date, programme: Programme) -> AfterDeath:
    """What the programme says of a death on ``died``: the form came back by that day, or it did not."""
    forms = select(ReturnedForm.postmark_on, ReturnedForm.received_on).where(ReturnedForm.case_id == case.id)
    days = [postmark or received for postmark, received in session.execute(forms)]
    handed_in = bool(days) and min(days) <= died
    return programme.death_after_submission if handed_in else programme.death_before_submission


def enter(desk: Desk, case_id: int, entry: HeirEntry) -> Changes:
    """A new heir, waiting for a second person. Raises InputProblem K-1991 (name, relation), Conflict K-1992 (death, programme)."""
    if not entry.name.strip() or not entry.kana.strip():
        raise InputProblem("K-1991", "name", "相続人の氏名かカナが空です。", todo="戸籍にある氏名を入れてください。")
    if entry.relation not in RELATIONS:
        raise InputProblem("K-1991", "relation", "続柄が一覧にありません。", todo="一覧から選んでください。")
    refuse_my_number(entry.name, "name")
    with desk.work(Act.HEIR_ENTERED) as unit:
        session = unit.session
        case = case_of(session, case_id)
        if entry.person_id not in {person.id for person in case.people}:
            raise InputProblem("K-1991", "person_id", "この世帯の人ではありません。", todo="亡くなった人を選び直してください。")
        why = why_not(session, case, entry.person_id, desk.programme)
        if why:
            raise Conflict("K-1992", why, kept="相続人は入れていません。", todo="世帯の異動と給付の定義を確かめてください。")
        assert case.case_key is not None
        values = {"name": entry.name.strip(), "kana": entry.kana.strip()}
        row = Heir(
            case_id=case_id,
            person_id=entry.person_id,
            relation=entry.relation,
            sealed=seal.seal(case.case_key, desk.address_key(), case_id, values, HEIR),
            register_seen=entry.register_seen,
            consent_seen=entry.consent_seen,
            entered_at=desk.now_text(),
            entered_by=desk.staff.id,
        )
        session.add(row)
        session.flush()
        advance(case, Act.HEIR_ENTERED, desk.now_text())
        unit.record(Act.HEIR_ENTERED, subject="case", subject_id=case_id, heir=row.id)
    return Changes(_CHANGED, "相続人を入れました。2人目の確認を待っています。", (case_id,))


def verify(desk: Desk, heir_id: int, second: Second, *, register_seen: bool = True, consent_seen: bool = True) -> Changes:
    """Another person has seen 戸籍 and the other heirs' consent; both are needed (InputProblem K-1993).

    Raises Conflict K-1994, NotAllowed K-1995. One heir receives for one who died: a second one is refused (Conflict K-1996).
    """
    with desk.work(Act.HEIR_VERIFIED, second) as unit:
        session = unit.session
        row = session.get(Heir, heir_id)
        if row is None or row.verified_at is not None or row.ended_at is not None:
            raise Conflict("K-1994", "相続人が確認を待つ状態ではありません。", todo="案件を開き直してください。")
        if not may_verify(Act.HEIR_VERIFIED, row.entered_by, second.staff):
            raise NotAllowed("K-1995", "相続人を入力した人は、自分で確認できません。", todo="別の取扱者が確認してください。")
        row.register_seen, row.consent_seen = row.register_seen or register_seen, row.consent_seen or consent_seen
        if not (row.register_seen and row.consent_seen):
            raise InputProblem(
                "K-1993", "register_seen", "戸籍か、ほかの相続人の同意をまだ見ていません。", todo="書類を見てから確認してください。"
            )
        others = select(Heir.id).where(
            Heir.person_id == row.person_id, Heir.verified_at.is_not(None), Heir.ended_at.is_(None), Heir.id != row.id
        )
        if session.scalar(others.limit(1)) is not None:
            raise Conflict("K-1996", "受け取る相続人は、もう決まっています。", todo="先に、前の相続人を解消してください。")
        case = case_of(session, row.case_id)
        why = why_not(session, case, row.person_id, desk.programme)
        if why:
            raise Conflict("K-1992", why, kept="相続人は確認していません。", todo="世帯の異動と給付の定義を確かめてください。")
        row.verified_at, row.verified_by = desk.now_text(), second.staff.id
        advance(case, Act.HEIR_VERIFIED, desk.now_text())
        unit.record(Act.HEIR_VERIFIED, subject="case", subject_id=case.id, heir=row.id)
    return Changes(_CHANGED, "相続人を確認済にしました。相続人の口座を入れられます。", (case.id,))


def end(desk: Desk, heir_id: int, reason: str) -> Changes:
    """The heir does not receive any more from now on. Raises Conflict K-1994, InputProblem K-1648."""
    stated = require_reason(reason, "reason")
    with desk.work(Act.HEIR_ENDED) as unit:
        row = unit.session.get(Heir, heir_id)
        if row is None or row.ended_at is not None:
            raise Conflict("K-1994", "この相続人は、もう解消されています。", todo="案件を開き直してください。")
        row.ended_at, row.ended_by, row.ended_reason = desk.now_text(), desk.staff.id, stated
        case = case_of(unit.session, row.case_id)
        advance(case, Act.HEIR_ENDED, desk.now_text())
        unit.record(Act.HEIR_ENDED, subject="case", subject_id=case.id, heir=heir_id)
    return Changes(_CHANGED, "相続人を解消しました。", (case.id,))


def rows_of(session: Session, case: Case, staff: dict[int, str]) -> tuple[HeirRow, ...]:
    names = {person.id: person.name for person in case.people}
    return tuple(
        HeirRow(
            heir_id=row.id,
            died=names.get(row.person_id, ""),
            relation=row.relation,
            state="解消" if row.ended_at is not None else "2人目待ち" if row.verified_at is None else "確認済",
            register_seen=row.register_seen,
            consent_seen=row.consent_seen,
            entered_by=staff.get(row.entered_by, ""),
            entered_by_id=row.entered_by,
            ended_reason=row.ended_reason,
        )
        for row in session.scalars(select(Heir).where(Heir.case_id == case.id).order_by(Heir.id))
    )


def name_of(desk: Desk, case: Case, row: Heir) -> str:
    """The heir's name, for the receipt and for comparing with an account."""
    assert case.case_key is not None
    return str(seal.unseal(case.case_key, desk.address_key(), case.id, row.sealed, HEIR).get("name", ""))
