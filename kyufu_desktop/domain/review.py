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
    SUPPLEMENTED = "補正済"
    """Its 不備通知 was answered: the answer is a form of its own, and this one waits for nothing any more."""


#: Forms that somebody still has to do something about.
OPEN: frozenset[FormState] = frozenset({FormState.RECEIVED, FormState.DEFICIENT})


@dataclass(frozen=True, slots=True)
class Deficiency:
    """One deficiency of the closed list; ``words`` go into the letter, ``remedy`` says how to mend it."""

    code: str
    item: Item
    words: str
    remedy: str


#: The closed list; the words are neutral, because they go into a letter.
DEFICIENCIES: tuple[Deficiency, ...] = (
    Deficiency("D01", Item.PLEDGES, "確認・誓約の欄に印のないところがあります。", "すべての欄に印をつけてください。"),
    Deficiency("D02", Item.SIGNATURE, "署名がありません。", "署名をお願いします。"),
    Deficiency("D03", Item.SIGNATURE, "日付がありません。", "記入した日をお書きください。"),
    Deficiency("D04", Item.IDENTITY, "本人確認書類の写しがありません。", "写しを同封してください。"),
    Deficiency("D05", Item.IDENTITY, "本人確認書類の期限が過ぎています。", "期限の中のものの写しを同封してください。"),
    Deficiency("D06", Item.PASSBOOK, "通帳（キャッシュカード）の写しがありません。", "口座の分かるところの写しを同封してください。"),
    Deficiency("D07", Item.PASSBOOK, "写しの文字が読み取れません。", "はっきり写ったものを同封してください。"),
    Deficiency("D08", Item.HOLDER, "口座の名義が、お受け取りになる方と違います。", "ご本人名義の口座をお書きください。"),
    Deficiency("D09", Item.HOLDER, "口座の番号が、写しと合いません。", "番号を確かめて、お書きください。"),
    Deficiency("D10", Item.HOLDER, "口座の欄に書かれていないところがあります。", "金融機関・支店・種類・番号・名義をお書きください。"),
    Deficiency("D11", Item.PROXY, "代理人の欄に書かれていないところがあります。", "代理人の氏名と間柄をお書きください。"),
    Deficiency("D12", Item.PROXY, "代理であることの分かる書類がありません。", "書類の写しを同封してください。"),
    Deficiency("D13", Item.HOLDER, "お届けの口座に振り込めませんでした。", "お使いになれる、ご本人名義の口座をお書きください。"),
)


def in_time(received_on: date, postmark_on: date | None, deadline: date) -> bool:
    """当日消印有効: the postmark counts where there is one, else the day of receipt."""
    return (postmark_on or received_on) <= deadline


def complete(items: dict[Item, ItemState], account_verified: bool) -> tuple[str, ...]:
    """Sentences of what is still missing; empty = the review can be completed."""
    missing = [f"「{ITEM_LABELS[item]}」をまだ見ていません。" for item in Item if item not in items]
    missing += [f"「{ITEM_LABELS[item]}」に不備があります。" for item in Item if items.get(item) is ItemState.DEFICIENT]
    if not account_verified:
        missing.append("口座を2人目が確かめていません。")
    return tuple(missing)
