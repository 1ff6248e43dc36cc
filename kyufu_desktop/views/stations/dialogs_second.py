"""What the second person compares with the paper: the address in large lines, and the evidence that waits."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QRadioButton, QWidget

from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.services.cases import AddressEntry, EvidenceRow
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import NameRadio, label
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.stations.form_dialog import fit
from kyufu_desktop.views.stations.second_look import SecondLook


def address_lines(entry: AddressEntry, head: str, *, short: bool = False) -> tuple[tuple[str, str], ...]:
    """(word, value) of an address. Empty values are said to be empty, for they are compared as well; ``short`` leaves them out."""
    lines = (
        ("宛名", entry.recipient or head),
        ("敬称", entry.honorific),
        ("郵便番号", entry.postal),
        ("住所", entry.address),
        ("建物・部屋", entry.building),
        ("気付", entry.care_of),
        ("電話", entry.phone),
    )
    warning = (("封筒の窓", entry.window),) if entry.window else ()
    return (*((words, value or "（なし）") for words, value in lines if value or not short), *warning)


def evidence_words(item: EvidenceRow) -> str:
    """``保護命令決定書（令6.5.20 発行、令6.5.20–令7.5.19）``."""
    parts = [f"{wareki_short(item.issued_on)} 発行"]
    if item.starts_on or item.ends_on:
        start = wareki_short(item.starts_on) if item.starts_on else ""
        parts.append(f"{start}–{wareki_short(item.ends_on) if item.ends_on else '期限なし'}")
    return f"{item.kind_name}（{'、'.join(parts)}）"


def evidence_facts(item: EvidenceRow) -> tuple[tuple[str, str], ...]:
    """(word, value) of what a document says beside its period; the issuer is not among it."""
    lines = (
        ("措置の根拠", item.basis_words),
        ("転入した日", wareki_short(item.moved_in_on) if item.moved_in_on else ""),
        ("同伴者", "、".join(item.companions)),
        ("世帯にいない人", "、".join(item.unmatched)),
    )
    return tuple((words, value) for words, value in lines if value)


class ValueLines(QWidget):
    """(word, value) on lines of their own; the value of 宛名 is a person's name."""

    def __init__(self, lines: tuple[tuple[str, str], ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for line, (words, value) in enumerate(lines):
            head = label(words, "muted")
            head.setMinimumHeight(24)
            grid.addWidget(head, line, 0, Qt.AlignmentFlag.AlignTop)
            shown = NameLabel(value) if words == "宛名" else label(value, "strong", wrap=True)
            shown.setMinimumHeight(24)
            grid.addWidget(shown, line, 1)


def comparison_lines(seen: SecondLook) -> tuple[tuple[str, str], ...]:
    """All that the second person compares with the paper."""
    head = seen.page.people[0].name if seen.page.people else ""
    lines = list(address_lines(seen.address, head)) if seen.address is not None else []
    for place, item in enumerate(seen.evidences):
        lines += [("秘匿の根拠", evidence_words(item)), *evidence_facts(item)]
        lines += seen.sources[place].lines if place < len(seen.sources) else ()
    return tuple(lines)


class SecondLookDialog(Dialog):
    """One case: compare with the paper, then say so."""

    def __init__(self, seen: SecondLook, parent: QWidget | None = None) -> None:
        super().__init__("書類と照らし合わせます", act="書類と同じです", focus_cancel=True, width=760, parent=parent)
        self.setObjectName("second_look")
        self.body.addWidget(label("申出書と証明書を手もとに置き、1文字ずつ見比べてください。", "sub"))
        self.body.addWidget(ValueLines(comparison_lines(seen)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit(self)


class WhoComparesDialog(Dialog):
    """Whose eyes: the person logged in, or somebody who sits down here."""

    def __init__(self, desk: Desk, waiting: int, mine: int, parent: QWidget | None = None) -> None:
        super().__init__("2人目の確認を始めます", act="始める", parent=parent)
        self.setObjectName("second_round.who")
        self.body.addWidget(label(f"2人目を待っている案件が {waiting:,}件あります。入力した人は、自分で確認できません。", "sub", wrap=True))
        self.me = NameRadio(f"あなた（{desk.staff.name}）が確かめます")
        self.me.setObjectName("second_round.me")
        self.other = QRadioButton("別の人が、この席で確かめます")
        self.other.setObjectName("second_round.other")
        (self.me if mine else self.other).setChecked(True)
        self.body.addWidget(self.me)
        self.body.addWidget(self.other)
