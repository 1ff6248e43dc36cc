"""対応履歴 and decisions that a person takes about a case, each with its reason."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.judgment import HistoryDecision
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.exchange.cells import my_number
from kyufu_desktop.models.case import Case, Contact
from kyufu_desktop.security import seal
from kyufu_desktop.services.case_steps import advance, case_of
from kyufu_desktop.services.judgment_void import void_changed
from kyufu_desktop.services.session import Desk

CONTACT_KINDS: tuple[str, ...] = ("電話", "来所", "支援者", "郵便", "庁内", "その他")
CONTACT = "contact"
#: Why something that is hidden is shown; the log holds the number in this list.
REVEAL_REASONS: tuple[str, ...] = ("本人・支援者からの連絡", "送り先の確認", "不備・返戻の対応", "決裁のための確認", "その他")
#: Kind of the line that a reveal of the safe address leaves; nobody chooses it.
REVEALED = "表示理由"
#: A reason shorter than this explains nothing to who reads it next year.
REASON_LENGTH = 10


def require_reason(words: str, field: str) -> str:
    """The stated reason, trimmed. Raises InputProblem K-1648 (too short), K-1631 (個人番号)."""
    stated = words.strip()
    if len(stated) < REASON_LENGTH:
        raise InputProblem(
            "K-1648", field, f"理由は{REASON_LENGTH}文字以上で入れてください。", todo="あとで読む人に分かるように書いてください。"
        )
    refuse_my_number(stated, field)
    return stated


def refuse_my_number(words: str, field: str) -> None:
    """個人番号 has no place in this program (番号法 20条: no collecting without need)."""
    if my_number(words):
        raise InputProblem(
            "K-1631", field, "個人番号と思われる12けたの数字があります。", todo="個人番号を消してから、もう一度入れてください。"
        )


def add_contact(desk: Desk, case_id: int, happened_on: date, kind: str, words: str) -> Changes:
    """Appends to 対応履歴 (sealed). My Number in ``words`` is refused."""
    check_contact(desk, happened_on, kind, words)
    with desk.work(Act.CONTACT_ADDED) as unit:
        contact = keep_words(desk, unit.session, case_of(unit.session, case_id), kind, words.strip(), happened_on)
        unit.record(Act.CONTACT_ADDED, subject="case", subject_id=case_id, contact=contact)
    return Changes(Kind.CONTACTS | Kind.AUDIT, "対応履歴に加えました。", (case_id,))


def check_contact(desk: Desk, happened_on: date, kind: str, words: str) -> None:
    """Raises InputProblem K-1631 (個人番号), K-1632 (kind), K-1633 (empty), K-1634 (after today)."""
    if kind not in CONTACT_KINDS:
        raise InputProblem("K-1632", "kind", "連絡の方法が選ばれていません。", todo="一覧から選んでください。")
    if not words.strip():
        raise InputProblem("K-1633", "words", "内容が空です。", todo="話したことを入れてください。")
    if happened_on > desk.today():
        raise InputProblem("K-1634", "happened_on", "日付が、今日より後です。", todo="日付を確かめてください。")
    refuse_my_number(words, "words")


def keep_words(desk: Desk, session: Session, case: Case, kind: str, words: str, happened_on: date) -> int:
    """A line of 対応履歴, sealed under the key of the case. Returns its id."""
    assert case.case_key is not None
    record = Contact(
        case_id=case.id,
        happened_on=happened_on,
        kind=kind,
        text_sealed=seal.seal(case.case_key, desk.address_key(), case.id, {"text": words}, CONTACT),
        entered_at=desk.now_text(),
        entered_by=desk.staff.id,
    )
    session.add(record)
    session.flush()
    return record.id


def decide_history(desk: Desk, case_id: int, counts: bool, reason: str) -> Changes:
    """A person decides whether the R5 history of the former household counts (reason of 10 characters at least)."""
    stated = require_reason(reason, "reason")
    with desk.work(Act.HISTORY_DECIDED) as unit:
        case = case_of(unit.session, case_id)
        decision = HistoryDecision.COUNTS if counts else HistoryDecision.DOES_NOT_COUNT
        case.history = decision.value
        case.history_reason = stated
        advance(case, Act.HISTORY_DECIDED, desk.now_text())
        unit.record(Act.HISTORY_DECIDED, subject="case", subject_id=case_id, decision=decision.value)
        unit.session.flush()
        void_changed(unit, desk, (case_id,), "過去の給付についての判断")
    return Changes(Kind.CASES | Kind.JUDGMENTS | Kind.AUDIT, "過去の給付についての判断を残しました。", (case_id,))


def clear_host_paid(desk: Desk, case_id: int, reason: str) -> Changes:
    """A person decides that 支給済 of the host does not concern this benefit. The reason goes into 対応履歴, sealed."""
    stated = require_reason(reason, "reason")
    with desk.work(Act.HISTORY_DECIDED) as unit:
        case = case_of(unit.session, case_id)
        if case.host_paid_cleared or not any(person.paid_by_host for person in case.people):
            raise Conflict("K-1635", "ホストの支給済について、判断を待っていません。", todo="案件を読み直してください。")
        case.host_paid_cleared = True
        words = f"ホストの給付状況「支給済」は、この給付に関わらないと判断。{stated}"
        contact = keep_words(desk, unit.session, case, "庁内", words, desk.today())
        advance(case, Act.HISTORY_DECIDED, desk.now_text())
        unit.record(Act.HISTORY_DECIDED, subject="case", subject_id=case_id, decision="HOST_PAID_CLEARED", contact=contact)
        unit.session.flush()
        void_changed(unit, desk, (case_id,), "ホストの支給済についての判断")
    return Changes(Kind.CASES | Kind.CONTACTS | Kind.JUDGMENTS | Kind.AUDIT, "支給済についての判断を残しました。", (case_id,))
