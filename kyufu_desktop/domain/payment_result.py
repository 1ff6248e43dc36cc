"""What becomes of an attempt: which state may follow which, what a failure asks of the person, what the bank's codes mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from kyufu_desktop.domain.payment import AFTER_SENDING, FailureReason, PaymentState, PayMethod
from kyufu_desktop.errors import Conflict


class EventSource(StrEnum):
    """Where the word about a payment came from: entered by hand, a file of the bank, the counter."""

    HAND = "HAND"
    FILE = "FILE"
    COUNTER = "COUNTER"


#: Cash never leaves the house unpaid: it is handed over, or taken out of its batch before.
AT_THE_COUNTER: Mapping[PaymentState, frozenset[PaymentState]] = {
    PaymentState.IN_BATCH: frozenset({PaymentState.PAID, PaymentState.CANCELLED}),
}
_P = PaymentState
#: Cash that was handed over is not recalled by a bank: only its repayment can be claimed.
_AFTER_CASH: Mapping[PaymentState, frozenset[PaymentState]] = {
    **AT_THE_COUNTER,
    _P.PAID: frozenset({_P.REPAYMENT_CLAIMED}),
    _P.REPAYMENT_CLAIMED: frozenset({_P.REPAID}),
}

#: Deficiency of the closed list that a failure is told with (不備通知): the words are neutral and ask for another account.
DEFICIENCY_OF: Mapping[FailureReason, str] = {
    FailureReason.NO_ACCOUNT: "D09",
    FailureReason.NAME_DIFFERS: "D08",
    FailureReason.KIND_DIFFERS: "D13",
    FailureReason.CLOSED: "D13",
    FailureReason.STOPPED: "D13",
    FailureReason.BRANCH_GONE: "D13",
    FailureReason.OTHER: "D13",
}

PAID_WORD = "振込済"
_CODES = re.compile("[0-9A-Z]=[^,=]+(,[0-9A-Z]=[^,=]+)*")


def followers(state: PaymentState, method: PayMethod) -> frozenset[PaymentState]:
    """What may follow ``state``: a transfer once its file has left, cash from the list on."""
    return (_AFTER_CASH if method is PayMethod.CASH else AFTER_SENDING).get(state, frozenset())


def check_move(state: PaymentState, to: PaymentState, method: PayMethod) -> None:
    """Raises Conflict K-1980 where ``to`` may not follow ``state``."""
    if to not in followers(state, method):
        raise Conflict(
            "K-1980",
            f"「{word(state, method)}」の支払は、「{word(to, method)}」にできません。",
            todo="一覧を読み直し、いまの状態を確かめてください。",
        )


def word(state: PaymentState, method: PayMethod) -> str:
    """The state as screens say it: cash is not transferred."""
    if method is PayMethod.CASH:
        return {PaymentState.PAID: "窓口で支給済", PaymentState.IN_BATCH: "窓口払い準備"}.get(state, state.value)
    return state.value


def read_codes(text: str) -> dict[str, FailureReason | None]:
    """``0=振込済,1=口座なし`` -> code -> reason (None = paid). Raises ValueError where the text cannot be read or no code means paid."""
    if not _CODES.fullmatch(text):
        raise ValueError(text)
    codes: dict[str, FailureReason | None] = {}
    for part in text.split(","):
        code, _, meaning = part.partition("=")
        if code in codes:
            raise ValueError(text)
        codes[code] = None if meaning == PAID_WORD else FailureReason(meaning)
    if None not in codes.values():
        raise ValueError(text)
    return codes
