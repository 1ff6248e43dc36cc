"""What a letter may say of a refusal: a closed list of neutral reasons."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from kyufu_desktop.domain.outcome import Reason


class RefusalReason(StrEnum):
    """Why nothing is paid, as a letter may say it. The closed list is all that a refusal can say: never whose tax, whose payment, where.

    The words of each stand in the wording file of the letter (``reasons``).
    """

    TAX = "TAX"
    RESIDENCE = "RESIDENCE"
    DEPENDANT = "DEPENDANT"
    RECEIVED = "RECEIVED"
    CHILD = "CHILD"
    AMOUNT = "AMOUNT"
    DECLARATION = "DECLARATION"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"
    OTHER = "OTHER"


#: What a letter may say of each reason of a judgment. Not a word of whose tax, whose payment or which place: those stay in the 判定調書.
NEUTRAL: dict[Reason, RefusalReason] = {
    Reason.NG_NOT_RESIDENT: RefusalReason.RESIDENCE,
    Reason.NG_SHOTOKUWARI: RefusalReason.TAX,
    Reason.NG_TREATY: RefusalReason.TAX,
    Reason.NG_DEPENDANTS_ONLY: RefusalReason.DEPENDANT,
    Reason.NG_R5_TARGET: RefusalReason.RECEIVED,
    Reason.NG_OTHER_MUNICIPALITY: RefusalReason.RECEIVED,
    Reason.NG_SPLIT_HOUSEHOLD: RefusalReason.RECEIVED,
    Reason.NG_INCOME_CAP: RefusalReason.TAX,
    Reason.NG_NO_TAX: RefusalReason.AMOUNT,
    Reason.NG_NO_SHORTFALL: RefusalReason.AMOUNT,
    Reason.NG_NOT_LEVIED_HERE: RefusalReason.TAX,
    Reason.NG_NO_CHILD: RefusalReason.CHILD,
    Reason.NG_CHILD_PLACED: RefusalReason.CHILD,
    Reason.NG_DOUBLE_PAYMENT: RefusalReason.RECEIVED,
    Reason.NG_UNDECLARED: RefusalReason.DECLARATION,
    Reason.NG_FOREIGN_ENTRY: RefusalReason.RESIDENCE,
    Reason.NG_LEVY_TAXED: RefusalReason.TAX,
    Reason.NG_NOT_OFFERED: RefusalReason.OTHER,
    Reason.NG_DECEASED: RefusalReason.OTHER,
    Reason.NG_WITHDRAWN: RefusalReason.WITHDRAWN,
    Reason.NG_LAPSED: RefusalReason.LAPSED,
}


def neutral(reasons: Iterable[Reason]) -> tuple[RefusalReason, ...]:
    """What a letter says of the reasons of a judgment, each once; of a reason without a neutral form: 「支給要件に該当しない」."""
    known = dict.fromkeys(NEUTRAL.get(reason, RefusalReason.OTHER) for reason in reasons)
    return tuple(known) or (RefusalReason.OTHER,)
