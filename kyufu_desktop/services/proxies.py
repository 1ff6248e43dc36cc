"""Who may act for the recipient: entered by one person, the document seen by another, ended instead of changed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.proxy import check_basis, in_force
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.case import Case, Proxy
from kyufu_desktop.security import seal
from kyufu_desktop.services.addresses import REVEAL_REASONS
from kyufu_desktop.services.case_rows import ProxyEntry, ProxyRow, SourceWords
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.contacts import REVEALED, keep_words, refuse_my_number, require_reason
from kyufu_desktop.services.evidence import check_reveal
from kyufu_desktop.services.session import Desk, Second

PROXY = "proxy"
_FIELDS = (("name", "氏名"), ("relation", "本人との関係"), ("phone", "電話"))


def enter(desk: Desk, case_id: int, entry: ProxyEntry) -> Changes:
    """A new proxy, waiting for a second person. Raises InputProblem K-1711 (ground), K-1716 (name), K-1717 (period)."""
    if not entry.name.strip():
        raise InputProblem("K-1716", "name", "代理人の氏名が空です。", todo="書類にある氏名を入れてください。")
    if entry.ends_on is not None and entry.ends_on < entry.starts_on:
        raise InputProblem("K-1717", "ends_on", "終わりの日が、始まりの日より前です。", todo="期間を書類で確かめてください。")
    refuse_my_number(entry.relation, "relation")
    with desk.work(Act.PROXY_ENTERED) as unit:
        case = case_of(unit.session, case_id)
        check_basis(entry.basis, Category(case.category), desk.programme)
        assert case.case_key is not None
        values = {"name": entry.name.strip(), "relation": entry.relation.strip(), "phone": entry.phone.strip()}
        row = Proxy(
            case_id=case_id,
            basis=entry.basis,
            sealed=seal.seal(case.case_key, desk.address_key(), case_id, values, PROXY),
            document_seen=entry.document_seen,
            starts_on=entry.starts_on,
            ends_on=entry.ends_on,
            entered_at=desk.now_text(),
            entered_by=desk.staff.id,
        )
        unit.session.add(row)
        unit.session.flush()
        advance(case, Act.PROXY_ENTERED, desk.now_text())
        unit.record(Act.PROXY_ENTERED, subject="case", subject_id=case_id, proxy=row.id, basis=entry.basis)
    return Changes(Kind.CASES | Kind.AUDIT, "代理人を入れました。2人目の確認を待っています。", (case_id,))


def verify(desk: Desk, proxy_ids: tuple[int, ...], second: Second, *, document_seen: bool = True) -> Changes:
    """Another person has seen the document. ``document_seen`` False is refused where the ground needs one (InputProblem K-1718).

    All or none. Raises Conflict K-1719, NotAllowed K-1660, InputProblem K-1614.
    """
    if not proxy_ids:
        raise InputProblem("K-1614", "proxy_ids", "確認する代理人が選ばれていません。", todo="一覧で選んでください。")
    with desk.work(Act.PROXY_VERIFIED, second) as unit:
        cases: dict[int, None] = {}
        for proxy_id in dict.fromkeys(proxy_ids):
            row = unit.session.get(Proxy, proxy_id)
            if row is None or row.verified_at is not None or row.ended_at is not None:
                raise Conflict("K-1719", "代理人が確認を待つ状態ではありません。", todo="案件を開き直してください。")
            if not may_verify(Act.PROXY_VERIFIED, row.entered_by, second.staff):
                raise NotAllowed("K-1660", "代理人を入力した人は、自分で確認できません。", todo="別の取扱者が確認してください。")
            case = case_of(unit.session, row.case_id)
            basis = check_basis(row.basis, Category(case.category), desk.programme)
            row.document_seen = row.document_seen or document_seen
            if basis.needs_document and not row.document_seen:
                raise InputProblem("K-1718", "document_seen", "代理の書類をまだ見ていません。", todo="書類を見てから確認してください。")
            row.verified_at, row.verified_by = desk.now_text(), second.staff.id
            advance(case, Act.PROXY_VERIFIED, desk.now_text())
            unit.record(Act.PROXY_VERIFIED, subject="case", subject_id=case.id, proxy=row.id)
            cases[case.id] = None
    return Changes(Kind.CASES | Kind.AUDIT, f"代理人{len(set(proxy_ids)):,}人を確認済にしました。", tuple(cases))


def end(desk: Desk, proxy_id: int, reason: str) -> Changes:
    """The proxy does not act any more from now on. Raises Conflict K-1719, InputProblem K-1648."""
    stated = require_reason(reason, "reason")
    with desk.work(Act.PROXY_ENDED) as unit:
        row = unit.session.get(Proxy, proxy_id)
        if row is None or row.ended_at is not None:
            raise Conflict("K-1719", "この代理人は、もう解消されています。", todo="案件を開き直してください。")
        row.ended_at, row.ended_by, row.ended_reason = desk.now_text(), desk.staff.id, stated
        case = case_of(unit.session, row.case_id)
        advance(case, Act.PROXY_ENDED, desk.now_text())
        unit.record(Act.PROXY_ENDED, subject="case", subject_id=case.id, proxy=proxy_id)
    return Changes(Kind.CASES | Kind.AUDIT, "代理人を解消しました。", (case.id,))


def live_proxy(session: Session, case_id: int, on: date) -> Proxy | None:
    """The newest confirmed proxy of a case that acts on ``on``; None where nobody does."""
    query = select(Proxy).where(Proxy.case_id == case_id, Proxy.verified_at.is_not(None), Proxy.ended_at.is_(None))
    found = session.scalars(query.order_by(Proxy.id.desc()))
    return next((row for row in found if in_force(row.starts_on, row.ends_on, on)), None)


def name_of(case: Case, row: Proxy, desk: Desk) -> str:
    """The name as it stands in the document, to be compared and not to be shown: showing it is :func:`reveal_proxy`."""
    return _unsealed(desk, case, row).get("name", "")


def _unsealed(desk: Desk, case: Case, row: Proxy) -> dict[str, str]:
    assert case.case_key is not None
    return {key: str(value) for key, value in seal.unseal(case.case_key, desk.address_key(), case.id, row.sealed, PROXY).items()}


def reveal_proxy(desk: Desk, proxy_id: int, reason: str, words: str) -> SourceWords:
    """Name, relation and phone; the reason is recorded first, its words are sealed in 対応履歴. Raises as ``reveal_evidence``."""
    stated = check_reveal(reason, words)
    with desk.work(Act.SOURCE_REVEALED) as unit:
        row = unit.session.get(Proxy, proxy_id)
        if row is None:
            raise Conflict("K-1719", "この代理人は見つかりません。", todo="案件を開き直してください。")
        case = case_of(unit.session, row.case_id)
        contact = keep_words(desk, unit.session, case, REVEALED, f"{reason}。{stated}", desk.today())
        number = REVEAL_REASONS.index(reason)
        unit.record(Act.SOURCE_REVEALED, subject="case", subject_id=case.id, proxy=proxy_id, reason=number, contact=contact)
    values = _unsealed(desk, case, row)
    return SourceWords(tuple((label, values[key]) for key, label in _FIELDS if values.get(key)))


def rows_of(session: Session, case_id: int, programme: Programme, staff: dict[int, str], on: date) -> tuple[ProxyRow, ...]:
    bases = {basis.code: f"{basis.name}（{basis.law}）" for basis in programme.proxies}
    query = select(Proxy).where(Proxy.case_id == case_id).order_by(Proxy.id)
    return tuple(
        ProxyRow(
            proxy_id=row.id,
            basis=row.basis,
            basis_words=bases.get(row.basis, row.basis),
            document_seen=row.document_seen,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            state=_state(row, on),
            entered_by=staff.get(row.entered_by, ""),
            entered_by_id=row.entered_by,
            entered_at=row.entered_at,
            verified_by=staff.get(row.verified_by) if row.verified_by else None,
            verified_at=row.verified_at,
            ended_at=row.ended_at,
            ended_reason=row.ended_reason,
        )
        for row in session.scalars(query)
    )


def _state(row: Proxy, on: date) -> str:
    if row.ended_at is not None:
        return "解消"
    if row.verified_at is None:
        return "2人目待ち"
    return "確認済" if in_force(row.starts_on, row.ends_on, on) else "期間外"
