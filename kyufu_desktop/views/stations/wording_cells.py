"""How 通知の文言 says a kind of letter, a version and its state."""

from __future__ import annotations

import re
from datetime import date

from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.domain.letter_wording import WordingState
from kyufu_desktop.services.wordings import KindRow, VersionRow
from kyufu_desktop.views.stations.tall_table import Tall

#: State -> icon and tone; the word is the state's own.
CHIPS: dict[WordingState, tuple[str, str]] = {
    WordingState.DRAFT: ("pen", "run"),
    WordingState.WAITING: ("users", "wait"),
    WordingState.APPROVED: ("stamp", "ok"),
    WordingState.IN_FORCE: ("ok", "ok"),
    WordingState.FORMER: ("na", "none"),
    WordingState.WITHDRAWN: ("ban", "none"),
}
_UNSOUND = ("不一致", "fail", "fail")
#: What is typed and not kept yet.
DRAFT = (WordingState.DRAFT.value, *CHIPS[WordingState.DRAFT])


def next_name(kind: KindRow) -> str:
    """「第3版」 after 「令和6年度 第2版」: what stands before the number stays."""
    found = [re.fullmatch(r"(.*第)(\d+)(版)", version.version) for version in kind.versions]
    numbered = [(int(each[2]), each[1]) for each in found if each is not None]
    if not numbered:
        return ""
    number, before = max(numbered)
    return f"{before}{number + 1}版"


def kind_words(kind: KindRow) -> Tall:
    return Tall(kind.label, f"{kind.now.version}　{wareki_short(kind.now.valid_from)}")


def kind_chip(kind: KindRow) -> tuple[str, str, str]:
    return version_chip(kind.waiting[0] if kind.waiting and kind.now.sound else kind.now)


def version_chip(version: VersionRow) -> tuple[str, str, str]:
    return (version.state.value, *CHIPS[version.state]) if version.sound else _UNSOUND


def version_words(version: VersionRow) -> Tall:
    told = [_from(version.valid_from), f"案 {version.made}"]
    if version.approved:
        told.append(f"決裁 {version.approved}")
    return Tall(version.version, "　".join((*told, version.reason) if version.reason else (_from(version.valid_from), version.made)))


def _from(day: date) -> str:
    return f"{wareki_short(day)}から"
