"""返戻: why a letter came back and how that may end. Writing to the registered address is none of the ways."""

from __future__ import annotations

from enum import StrEnum


class ReturnReason(StrEnum):
    """What the post office stamped on it."""

    UNKNOWN_ADDRESS = "UNKNOWN_ADDRESS"
    MOVED = "MOVED"
    ABSENT = "ABSENT"
    REFUSED = "REFUSED"
    OTHER = "OTHER"


RETURN_REASON_LABELS: dict[ReturnReason, str] = {
    ReturnReason.UNKNOWN_ADDRESS: "宛所不明",
    ReturnReason.MOVED: "転居",
    ReturnReason.ABSENT: "不在（保管期間の経過）",
    ReturnReason.REFUSED: "受取拒否",
    ReturnReason.OTHER: "その他",
}


class Settlement(StrEnum):
    """A newer address that two people confirmed, handed over in person or by the supporter, or given up by the officer."""

    NEW_ADDRESS = "NEW_ADDRESS"
    HANDED_OVER = "HANDED_OVER"
    GIVEN_UP = "GIVEN_UP"


SETTLEMENT_LABELS: dict[Settlement, str] = {
    Settlement.NEW_ADDRESS: "新しい送り先を確認した",
    Settlement.HANDED_OVER: "窓口または支援者をとおして渡した",
    Settlement.GIVEN_UP: "届けるのをやめた",
}
