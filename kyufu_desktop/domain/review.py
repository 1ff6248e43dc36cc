"""Receipt and review of returned forms: items looked at, deficiencies from a list, late and postmark rule."""

from __future__ import annotations

import re
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
    LATE = "期限後"
    """It came after the deadline and the officer did not accept it."""


#: Forms that somebody still has to do something about.
OPEN: frozenset[FormState] = frozenset({FormState.RECEIVED, FormState.DEFICIENT})


class FormKind(StrEnum):
    """A form with the code of the letter it came with, or an application (申請書) that came by itself."""

    CONFIRMATION = "CONFIRMATION"
    APPLICATION = "APPLICATION"


class SecondLook(StrEnum):
    """Which forms a second person looks at before their review is completed: a setting of the workstation."""

    NONE = "none"
    FLAGGED = "flagged"
    EVERY = "every"


class Waits(StrEnum):
    """Whom or what an open form waits for, the most urgent first."""

    OFFICER = "OFFICER"
    """It came after the deadline: an officer decides whether it is accepted."""
    OVERDUE = "OVERDUE"
    """The day by which its deficiencies were to be mended has passed."""
    ANSWER = "ANSWER"
    REVIEWER = "REVIEWER"
    SECOND = "SECOND"
    NOBODY = "NOBODY"
    """It can be completed."""


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


_NUMBER = re.compile(r"R6[0-9]{8}\Z")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｒｒ", "0123456789RR")


def management_number(text: str) -> str | None:
    """給付管理番号 as it stands on an application, scanned or typed; None where the text is something else (the code of a letter)."""
    plain = text.strip().translate(_FULL_WIDTH).replace(" ", "").upper()
    return plain if _NUMBER.match(plain) else None


@dataclass(frozen=True, slots=True)
class Looked:
    """How far the review of one form has come."""

    items: dict[Item, ItemState]
    account_entered: bool = False
    account_verified: bool = False
    late: bool = False
    late_accepted: bool = False
    deficient_before: bool = False
    """A deficiency was found in it, or in the form that it supplements."""
    second_look: bool = False
    answer_by: date | None = None
    """The day by which its deficiencies were to be mended, where a 不備通知 was posted."""


def needs_second_look(policy: SecondLook, looked: Looked) -> bool:
    """Whether a second person looks at the form before it is completed."""
    return policy is SecondLook.EVERY or (policy is SecondLook.FLAGGED and (looked.late or looked.deficient_before))


def complete(looked: Looked, policy: SecondLook) -> tuple[str, ...]:
    """Sentences of what is still missing; empty = the review can be completed."""
    return (*_of_reviewer(looked), *_of_others(looked, policy))


def _of_reviewer(looked: Looked) -> tuple[str, ...]:
    missing = [f"「{ITEM_LABELS[item]}」をまだ見ていません。" for item in Item if item not in looked.items]
    missing += [f"「{ITEM_LABELS[item]}」に不備があります。" for item in Item if looked.items.get(item) is ItemState.DEFICIENT]
    if not looked.account_entered:
        missing.append("口座がまだ入力されていません。")
    return tuple(missing)


def _of_others(looked: Looked, policy: SecondLook) -> tuple[str, ...]:
    missing = []
    if looked.account_entered and not looked.account_verified:
        missing.append("口座を2人目が確かめていません。")
    if needs_second_look(policy, looked) and not looked.second_look:
        missing.append("確認書を2人目が見ていません。")
    if looked.late and not looked.late_accepted:
        missing.append("期限を過ぎています。受け付けるかを、取扱責任者が決めます。")
    return tuple(missing)


def waits_for(looked: Looked, policy: SecondLook, on: date) -> Waits:
    """Whose turn it is."""
    if looked.late and not looked.late_accepted:
        return Waits.OFFICER
    if ItemState.DEFICIENT in looked.items.values():
        return Waits.OVERDUE if looked.answer_by is not None and looked.answer_by < on else Waits.ANSWER
    if _of_reviewer(looked):
        return Waits.REVIEWER
    return Waits.SECOND if _of_others(looked, policy) else Waits.NOBODY


def ready_for_second_look(looked: Looked) -> bool:
    """Everything was looked at and nothing is deficient: there is something to look at a second time."""
    return all(item in looked.items for item in Item) and ItemState.DEFICIENT not in looked.items.values()
