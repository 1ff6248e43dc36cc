"""What the second person compares with the paper: the address in large lines, and the evidence that waits."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QRadioButton, QWidget

from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.services.cases import EvidenceRow
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import label
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.stations.second_look import SecondLook


def address_lines(seen: SecondLook) -> tuple[tuple[str, str], ...]:
    """(word, value) of everything that was entered as the address; empty values are said to be empty, for they are compared as well."""
    if seen.address is None:
        return ()
    entry = seen.address
    head = seen.page.people[0].name if seen.page.people else ""
    return (
        ("郵便番号", entry.postal),
        ("住所", entry.address),
        ("建物・部屋", entry.building or "（なし）"),
        ("気付", entry.care_of or "（なし）"),
        ("宛名", entry.recipient or head),
        ("電話", entry.phone or "（なし）"),
    )


def evidence_words(item: EvidenceRow) -> str:
    """``保護命令決定書（令6.5.20 発行、令6.5.20–令7.5.19）``."""
    parts = [f"{wareki_short(item.issued_on)} 発行"]
    if item.starts_on or item.ends_on:
        start = wareki_short(item.starts_on) if item.starts_on else ""
        parts.append(f"{start}–{wareki_short(item.ends_on) if item.ends_on else '期限なし'}")
    return f"{item.kind_name}（{'、'.join(parts)}）"


class Comparison(QWidget):
    """The values of one case, each on a line of its own: what is compared with the paper."""

    def __init__(self, seen: SecondLook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        line = 0
        for words, value in address_lines(seen):
            grid.addWidget(label(words, "muted"), line, 0)
            grid.addWidget(NameLabel(value) if words == "宛名" else label(value, "strong", wrap=True), line, 1)
            line += 1
        for item in seen.evidences:
            grid.addWidget(label("秘匿の根拠", "muted"), line, 0)
            grid.addWidget(label(evidence_words(item), "strong", wrap=True), line, 1)
            line += 1
        self.setMinimumWidth(560)


class SecondLookDialog(Dialog):
    """One case: compare with the paper, then say so."""

    def __init__(self, seen: SecondLook, parent: QWidget | None = None) -> None:
        super().__init__("書類と照らし合わせます", act="書類と同じです", focus_cancel=True, parent=parent)
        self.setObjectName("second_look")
        self.body.addWidget(label("申出書と証明書を手もとに置き、1文字ずつ見比べてください。", "sub"))
        self.body.addWidget(Comparison(seen))


class WhoComparesDialog(Dialog):
    """Whose eyes: the person logged in, or somebody who sits down here."""

    def __init__(self, desk: Desk, waiting: int, mine: int, parent: QWidget | None = None) -> None:
        super().__init__("2人目の確認を始めます", act="始める", parent=parent)
        self.setObjectName("second_round.who")
        self.body.addWidget(label(f"2人目を待っている案件が {waiting:,}件あります。入力した人は、自分で確認できません。", "sub", wrap=True))
        self.me = QRadioButton(f"あなた（{desk.staff.name}）が確かめます")
        self.me.setObjectName("second_round.me")
        self.other = QRadioButton("別の人が、この席で確かめます")
        self.other.setObjectName("second_round.other")
        (self.me if mine else self.other).setChecked(True)
        self.body.addWidget(self.me)
        self.body.addWidget(self.other)
