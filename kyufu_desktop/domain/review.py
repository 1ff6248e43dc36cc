"""Receipt and review of returned forms: items looked at, deficiencies from a list, late and postmark rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Item(StrEnum):
    """What a reviewer looks at, in the order of the form."""

    PLEDGES = "PLEDGES"
    SIGNATURE = "SIGNATURE"
    IDENTITY = "IDENTITY"
    PASSBOOK = "PASSBOOK"
    HOLDER = "HOLDER"
    PROXY = "PROXY"


ITEM_LABELS: dict[Item, str] = {
    Item.PLEDGES: "確認・誓約の欄",
    Item.SIGNATURE: "署名と日付",
    Item.IDENTITY: "本人確認書類の写し",
    Item.PASSBOOK: "通帳の写し",
    Item.HOLDER: "口座の名義",
    Item.PROXY: "代理人の欄",
}


class ItemState(StrEnum):
    FITS = "FITS"
    DEFICIENT = "DEFICIENT"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class FormState(StrEnum):
    RECEIVED = "収受"
    DEFICIENT = "不備"
    COMPLETED = "審査完了"


@dataclass(frozen=True, slots=True)
class Deficiency:
    """One deficiency of the closed list; ``words`` go into the letter, ``remedy`` says how to mend it."""

    code: str
    item: Item
    words: str
    remedy: str


DEFICIENCIES: tuple[Deficiency, ...] = ()


def in_time(received_on: date, postmark_on: date | None, deadline: date) -> bool:
    """当日消印有効: the postmark counts where there is one, else the day of receipt."""
    raise NotImplementedError


def complete(items: dict[Item, ItemState], account_verified: bool) -> tuple[str, ...]:
    """Sentences of what is still missing; empty = the review can be completed."""
    raise NotImplementedError
