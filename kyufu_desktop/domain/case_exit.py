"""How a case leaves the in-house way: 取下げ, 要件消滅, a claim in another municipality; and what that still changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kyufu_desktop.domain.facts import ExitKind


class ExitCause(StrEnum):
    RETURNED_HOME = "RETURNED_HOME"
    SUPPORT_ENDED = "SUPPORT_ENDED"
    PLACEMENT_ENDED = "PLACEMENT_ENDED"
    DEATH = "DEATH"
    REQUEST = "REQUEST"
    DEADLINE = "DEADLINE"
    CLAIMED_ELSEWHERE = "CLAIMED_ELSEWHERE"


EXIT_LABELS: dict[ExitKind, str] = {
    ExitKind.WITHDRAWN: "取下げ",
    ExitKind.LAPSED: "要件消滅",
    ExitKind.CLAIMED_ELSEWHERE: "ほかの区市町村での申請",
}
CAUSE_LABELS: dict[ExitCause, str] = {
    ExitCause.RETURNED_HOME: "帰宅",
    ExitCause.SUPPORT_ENDED: "支援措置の終了",
    ExitCause.PLACEMENT_ENDED: "措置解除",
    ExitCause.DEATH: "死亡",
    ExitCause.REQUEST: "本人の申出",
    ExitCause.DEADLINE: "提出期限の経過",
    ExitCause.CLAIMED_ELSEWHERE: "ほかの区市町村での申請",
}
#: Which causes go with which kind.
CAUSES: dict[ExitKind, tuple[ExitCause, ...]] = {
    ExitKind.WITHDRAWN: (ExitCause.REQUEST,),
    ExitKind.LAPSED: (ExitCause.RETURNED_HOME, ExitCause.SUPPORT_ENDED, ExitCause.PLACEMENT_ENDED, ExitCause.DEATH, ExitCause.DEADLINE),
    ExitKind.CLAIMED_ELSEWHERE: (ExitCause.CLAIMED_ELSEWHERE,),
}


@dataclass(frozen=True, slots=True)
class ExitEffect:
    """What registering an exit now would change; ``sentence`` is shown before and after."""

    after_decision: bool
    after_payment: bool
    sentence: str


def effect_of(after_decision: bool, after_payment: bool) -> ExitEffect:
    """Before the money has left an exit refuses the benefits; afterwards it is kept and changes nothing."""
    if after_payment:
        sentence = "支払いのあとです。記録だけを残し、支給した内容は変えません。"
    elif after_decision:
        sentence = "決裁のあと、支払いの前です。まだ支払っていない給付は、決裁が無効になり、支給しません。"
    else:
        sentence = "決裁の前です。支給せずに終わります。"
    return ExitEffect(after_decision, after_payment, sentence)
