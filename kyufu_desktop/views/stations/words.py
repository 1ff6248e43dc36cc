"""Words of the stations: which chip a state wears and how a day is written in a list. Nothing here decides anything."""

from __future__ import annotations

from datetime import date, datetime

from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.collation import FindingDecision
from kyufu_desktop.domain.decline import DeclineState
from kyufu_desktop.domain.evidence import EvidenceState
from kyufu_desktop.domain.judgment import Finding, LevyClass

#: Chip of a case's status: word, icon, tone. Icon and word carry the meaning, the tone only helps the eye.
STATUS_CHIPS: dict[CaseStatus, tuple[str, str, str]] = {
    CaseStatus.ACCEPTED: ("受付", "inbox", "none"),
    CaseStatus.REQUIREMENTS_CHECK: ("要件審査", "half", "run"),
    CaseStatus.REQUIREMENTS_APPROVED: ("要件承認", "stamp", "ok"),
    CaseStatus.TAX_INQUIRY: ("照会中", "inquiry", "run"),
    CaseStatus.ON_HOLD: ("保留", "hold", "hold"),
    CaseStatus.DRAFTED: ("決裁待ち", "stamp", "wait"),
    CaseStatus.JUDGED: ("判定済", "ok", "ok"),
    CaseStatus.LETTER_SENT: ("返信待ち", "letter", "run"),
    CaseStatus.FORM_RECEIVED: ("収受済", "inbox", "run"),
    CaseStatus.DEFICIENT: ("不備", "alarm", "hold"),
    CaseStatus.RETURNED_MAIL: ("返戻", "back2", "fail"),
    CaseStatus.REVIEWED: ("審査済", "ok", "ok"),
    CaseStatus.PAYMENT_PREPARED: ("振込待ち", "clock", "run"),
    CaseStatus.PAID: ("振込済", "ok", "ok"),
    CaseStatus.PAYMENT_FAILED: ("振込不能", "fail", "fail"),
    CaseStatus.NOT_ELIGIBLE: ("不支給", "fail", "fail"),
    CaseStatus.CLOSED: ("終結", "check", "none"),
}

FINDING_CHIPS: dict[Finding, tuple[str, str, str]] = {
    Finding.PASS: ("適合", "ok", "ok"),
    Finding.FAIL: ("不適合", "fail", "fail"),
    Finding.HOLD: ("保留", "hold", "hold"),
    Finding.NOT_APPLIED: ("適用外", "na", "none"),
}

#: Chips of the station 判定 and of 照会; anything else is shown with the plain ring.
STATE_CHIPS: dict[str, tuple[str, str, str]] = {
    "起案できる": ("起案できる", "pen", "run"),
    "保留": ("保留", "hold", "hold"),
    "決裁待ち": ("決裁待ち", "stamp", "wait"),
    "承認済": ("承認済", "stamp", "ok"),
    "決裁無効": ("決裁無効", "ban", "fail"),
    "照会中": ("照会中", "inquiry", "run"),
    "不支給": ("不支給", "fail", "fail"),
    "未着手": ("未着手", "todo", "none"),
    "済": ("済", "ok", "ok"),
    "期限超過": ("期限超過", "alarm", "late"),
}

ADDRESS_CHIPS: dict[str, tuple[str, str, str]] = {
    "なし": ("未着手", "todo", "none"),
    "2人目待ち": ("2人目待ち", "users", "wait"),
    "確認済": ("確認済", "users", "ok"),
}

EVIDENCE_WORDS: dict[EvidenceState, tuple[str, str, str]] = {
    EvidenceState.UNVERIFIED: ("2人目待ち", "users", "wait"),
    EvidenceState.NOT_YET_VALID: ("開始前", "clock", "hold"),
    EvidenceState.VALID: ("確認済", "users", "ok"),
    EvidenceState.ENDS_SOON: ("終了間近", "clock", "hold"),
    EvidenceState.EXPIRED: ("期限切れ", "alarm", "fail"),
}

#: Where the notice to the municipality of registration stands.
MUNICIPALITY_CHIPS: dict[str, tuple[str, str, str]] = {
    "要否未定": ("要否未定", "todo", "hold"),
    "不要": ("不要", "na", "none"),
    "作成待ち": ("作成待ち", "printer", "run"),
    "発送待ち": ("発送待ち", "letter", "run"),
    "発送済": ("発送済", "ok", "ok"),
}

PROXY_CHIPS: dict[str, tuple[str, str, str]] = {
    "2人目待ち": ("2人目待ち", "users", "wait"),
    "確認済": ("確認済", "users", "ok"),
    "期間外": ("期間外", "clock", "hold"),
    "解消": ("解消", "ban", "none"),
}

DECLINE_CHIPS: dict[DeclineState, tuple[str, str, str]] = {
    DeclineState.STOPS: ("停止", "ban", "fail"),
    DeclineState.WITHDRAWN: ("撤回", "back2", "none"),
    DeclineState.FOR_GOOD: ("取下げ済", "check", "none"),
}

DECISION_WORDS: dict[FindingDecision, str] = {
    FindingDecision.SAME_PERSON_STOP: "同じ人です。こちらでは支給しません",
    FindingDecision.SAME_PERSON_PAY: "同じ人です。こちらで支給します",
    FindingDecision.OTHER_PERSON: "別の人です",
}

DECISION_CHIPS: dict[FindingDecision | None, tuple[str, str, str]] = {
    None: ("確認待ち", "users", "wait"),
    FindingDecision.SAME_PERSON_STOP: ("支給しない", "ban", "fail"),
    FindingDecision.SAME_PERSON_PAY: ("支給する", "ok", "ok"),
    FindingDecision.OTHER_PERSON: ("別の人", "na", "none"),
}

LEVY_WORDS: dict[LevyClass, str] = {
    LevyClass.EXEMPT: "非課税",
    LevyClass.PER_CAPITA_ONLY: "均等割のみ課税",
    LevyClass.TAXED: "所得割も課税",
}

_WEEKDAYS = "月火水木金土日"


def short_day(day: date) -> str:
    """``2024-09-06`` -> ``9/6(金)``: the form of lists."""
    return f"{day.month}/{day.day}({_WEEKDAYS[day.weekday()]})"


def moment_words(moment: str | None) -> str:
    """ISO moment of a record -> ``8/27 16:40``. What is already in words is given back unchanged; None -> empty."""
    if not moment:
        return ""
    try:
        when = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return f"{when.month}/{when.day} {when.hour}:{when.minute:02d}"


def days_left(day: date, on: date) -> str:
    """``あと9日`` / ``今日`` / ``5日超過``."""
    left = (day - on).days
    if left == 0:
        return "今日"
    return f"あと{left}日" if left > 0 else f"{-left}日超過"


def state_chip(word: str) -> tuple[str, str, str]:
    """Chip of a state word that a service returned."""
    return STATE_CHIPS.get(word, (word, "info", "none"))
