"""The book of requests and notices (受付簿): received, entered, verified are three facts, each with its day.

A city was told of a support measure and never entered it: what was received and not yet entered must stay in sight until it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kyufu_desktop.domain.names import folded


class NoticeKind(StrEnum):
    OWN = "OWN"
    """Somebody whom the ward shall protect."""
    MIRROR = "MIRROR"
    """Another municipality protects somebody of a household of the ward: that household must not learn why."""


class Channel(StrEnum):
    PERSON = "PERSON"
    SUPPORTER = "SUPPORTER"
    CHILD_OFFICE = "CHILD_OFFICE"
    PREFECTURE = "PREFECTURE"
    MUNICIPALITY = "MUNICIPALITY"
    FACILITY = "FACILITY"
    REGISTER = "REGISTER"
    WARD = "WARD"


class NoticeState(StrEnum):
    RECEIVED = "RECEIVED"
    ENTERED = "ENTERED"
    VERIFIED = "VERIFIED"
    CLOSED = "CLOSED"


KIND_LABELS: dict[NoticeKind, str] = {NoticeKind.OWN: "本人の申出・保護の通知", NoticeKind.MIRROR: "ほかの区市町村からの通知"}
CHANNEL_LABELS: dict[Channel, str] = {
    Channel.PERSON: "本人",
    Channel.SUPPORTER: "支援者",
    Channel.CHILD_OFFICE: "児童相談所",
    Channel.PREFECTURE: "都道府県",
    Channel.MUNICIPALITY: "ほかの区市町村",
    Channel.FACILITY: "施設",
    Channel.REGISTER: "庁内（住民記録）",
    Channel.WARD: "庁内（その他）",
}
STATE_LABELS: dict[NoticeState, str] = {
    NoticeState.RECEIVED: "未入力",
    NoticeState.ENTERED: "2人目の確認待ち",
    NoticeState.VERIFIED: "確認済",
    NoticeState.CLOSED: "処理なしで完了",
}


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody named in a notice or in a household: whatever of it is known."""

    name: str = field(repr=False)
    kana: str = field(default="", repr=False)
    birth: date | None = field(default=None, repr=False)
    resident_number: str | None = field(default=None, repr=False)


def same_person(one: Named, other: Named) -> bool:
    """By resident number where both have one; else kana (or the name) and the day of birth, both known."""
    if one.resident_number and other.resident_number:
        return one.resident_number == other.resident_number
    if one.birth is None or one.birth != other.birth:
        return False
    if one.kana and other.kana:
        return folded(one.kana) == folded(other.kana)
    return folded(one.name) == folded(other.name)


def state_of(entered: bool, verified: bool, closed: bool) -> NoticeState:
    if closed:
        return NoticeState.CLOSED
    if verified:
        return NoticeState.VERIFIED
    return NoticeState.ENTERED if entered else NoticeState.RECEIVED
