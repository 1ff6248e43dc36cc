"""Panels of the case page. They show what they are given; the station behind them does the acts."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import CATEGORY_LABELS
from kyufu_desktop.services.cases import CasePage
from kyufu_desktop.views.parts import Button, Chip, Panel, box, col, icon, label, row
from kyufu_desktop.views.parts.masked import MaskBar
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.parts.text import tint
from kyufu_desktop.views.stations.case_cells import happenings
from kyufu_desktop.views.stations.case_paintings import EventLine
from kyufu_desktop.views.stations.dialogs_second import ValueLines
from kyufu_desktop.views.stations.words import ADDRESS_CHIPS, STATUS_CHIPS, short_day
from kyufu_desktop.views.theme import pix

#: Events on the page before 「すべて見る」.
FEW_EVENTS = 5


class Identity(QWidget):
    """Who: name, kana, birth; number, household; the two chips that must not be overlooked and the state."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._inner = QWidget()
        self._lines.addWidget(self._inner)

    def show_page(self, page: CasePage) -> None:
        head = page.people[0] if page.people else None
        top = row(
            NameLabel(head.name if head else "", 24),
            label(head.kana if head else "", "sub"),
            label(head.birth_words if head else "", "sub"),
            None,
            gap=16,
        )
        others = len(page.people) - 1
        household = f"世帯 {len(page.people)}人（{'本人だけ' if others <= 0 else f'ほかに{others}人'}）"
        below = row(label(page.management_number, "sub", mono=True), label(household, "sub"), None, gap=16)
        chips = col(
            row(None, Chip("秘匿", "lock", "secret"), Chip(CATEGORY_LABELS[page.category], "shield", "secret"), gap=6),
            row(None, label("状態"), Chip(*STATUS_CHIPS[page.status]), gap=6),
            gap=4,
        )
        inner = QWidget()
        inner.setLayout(row((col(top, below, gap=2), 1), chips, gap=12))
        self._lines.replaceWidget(self._inner, inner)
        self._inner.deleteLater()
        self._inner = inner


class AddressPanel(Panel):
    """送り先: masked; shown for a minute after a reason was given and recorded. One clock and one 「隠す」 for all values together."""

    concealed = Signal()

    def __init__(self, reveal: Button, enter: Button, verify: Button, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic, self._until = monotonic, 0.0
        self._shown: QWidget | None = None
        self._chip = Chip("未着手", "todo", "none")
        self._none = label("まだ入っていません。申出書のとおりに入れてください。", "muted", wrap=True)
        self._warning = label("", color="hold", wrap=True)
        self._bars = QWidget()
        bars = QGridLayout(self._bars)
        bars.setContentsMargins(0, 0, 0, 0)
        bars.setHorizontalSpacing(12)
        bars.setVerticalSpacing(4)
        for line, (words, length) in enumerate((("宛名", 7), ("住所", 14), ("電話", 8))):
            bars.addWidget(label(words, "muted"), line, 0)
            bars.addWidget(MaskBar(length), line, 1)
        bars.setColumnStretch(1, 1)
        self._left = label("", color="hold")
        self.hide_button = Button("隠す", "Esc", "quiet", name="case.conceal")
        self.hide_button.setShortcut("Esc")
        self.hide_button.clicked.connect(self.conceal)
        self._clock_row = box(row(self._left, None, self.hide_button))
        self._note = label("60秒で閉じます。見た人と理由を記録します。", "muted", wrap=True)
        self._reveal, self._enter, self._verify = reveal, enter, verify
        super().__init__(
            "送り先",
            self._none,
            self._bars,
            self._clock_row,
            self._warning,
            row(reveal, None),
            self._note,
            col(row(enter, None), row(verify, None), gap=0),
            right=(self._chip,),
            gap=6,
        )
        self._clock = QTimer(self)
        self._clock.setInterval(500)
        self._clock.timeout.connect(self._tick)
        self._here = False
        self._warning.hide()
        self._show_state()

    @property
    def revealed(self) -> bool:
        """Whether the address stands on the screen."""
        return self._shown is not None

    def show_page(self, page: CasePage, may_reveal: bool) -> None:
        self._chip.set(*ADDRESS_CHIPS.get(page.address_state, (page.address_state, "info", "none")))
        self._here = page.address_state != "なし"
        self._warning.setText(page.address_warning)
        self._warning.setVisible(bool(page.address_warning))
        self._may_reveal = may_reveal
        self._enter.setVisible(Act.ADDRESS_ENTERED in page.actions)
        self._enter.set_words("送り先を入れ直す…" if self._here else "送り先を入れる…")
        self._verify.setVisible(page.address_state == "2人目待ち")
        self._show_state()

    _may_reveal = True

    def reveal(self, lines: tuple[tuple[str, str], ...], seconds: int = 60) -> None:
        """Shows (word, value) for ``seconds``; the line 宛名 is a person's name."""
        self.conceal()
        self._shown = ValueLines(lines)
        self.body.insertWidget(1, self._shown)
        self._until = self._monotonic() + seconds
        self._clock.start()
        self._show_state()
        self._tick()

    def conceal(self) -> None:
        """Takes the values away, from the window and from this object."""
        gone, self._shown = self._shown, None
        if gone is None:
            return
        self._clock.stop()
        self.body.removeWidget(gone)
        gone.setParent(None)
        gone.deleteLater()
        self._show_state()
        self.concealed.emit()

    def _tick(self) -> None:
        left = self._until - self._monotonic()
        if left <= 0:
            self.conceal()
        else:
            self._left.setText(f"あと{int(left + 0.999)}秒で閉じます")

    def _show_state(self) -> None:
        shown = self.revealed
        self._none.setVisible(not self._here)
        self._bars.setVisible(self._here and not shown)
        self._clock_row.setVisible(shown)
        self._reveal.setVisible(self._here and not shown and self._may_reveal)
        self._note.setVisible(self._here and not shown)
        self._bars.setAccessibleName("送り先 伏せています")


class NextPanel(Panel):
    """次にすること: the sentence, and the buttons of what only a person can decide here. How the case ended stands above it."""

    def __init__(self, *buttons: Button) -> None:
        self._ended = label("", color="hold", wrap=True)
        self._strip = box(row(icon("stop", "hold"), (self._ended, 1), margins=(10, 6, 10, 6)), "soft_hold")
        self._sentence = label("", "strong", wrap=True)
        self._second = label("起案・入力した人とは別の人が行います。", "muted", wrap=True)
        super().__init__("次にすること", self._strip, self._sentence, self._second, *buttons, gap=6)

    def show_page(self, page: CasePage) -> None:
        ended = next((item for item in page.exits if item.revoked_at is None), None)
        self._strip.setVisible(ended is not None)
        if ended is not None:
            self._ended.setText(f"{ended.words}（{ended.cause_words}） {short_day(ended.happened_on)}")
        self._sentence.setText(page.turn.sentence if page.turn else "この案件でいますることはありません。")
        self._second.setVisible(bool(page.turn and page.turn.second_person))


class FlagPanel(Panel):
    """受付・入力・2人目の確認: three facts with their times, and the steps that are still missing."""

    _FACTS = (("受付", "received"), ("入力", "entered"), ("2人目の確認", "verified"))

    def __init__(self) -> None:
        self._values = {key: label("", wrap=True) for _, key in self._FACTS}
        self._marks = {key: label("") for _, key in self._FACTS}
        lines = []
        for words, key in self._FACTS:
            head = label(words, "muted")
            head.setFixedWidth(92)
            self._marks[key].setFixedSize(20, 24)
            line = row(self._marks[key], head, (self._values[key], 1), gap=8)
            for widget in (self._marks[key], head):
                line.setAlignment(widget, Qt.AlignmentFlag.AlignTop)
            lines.append(line)
        self._missing = label("", color="hold", wrap=True)
        self._chip = Chip("そろっています", "ok", "ok")
        super().__init__("受付から確認まで", *lines, self._missing, right=(self._chip,), gap=4)

    def show_page(self, page: CasePage) -> None:
        for _, key in self._FACTS:
            said = str(getattr(page.flag, key))
            self._values[key].setText(said or "まだです")
            tint(self._values[key], "text" if said else "hold")
            self._marks[key].setPixmap(pix("check" if said else "todo", "ok" if said else "hold", 18))
        count = len(page.missing)
        self._chip.set(*((f"{count}つ足りません", "alarm", "hold") if count else ("そろっています", "ok", "ok")))
        self._missing.setText("\n".join(("足りないもの", *(f"・{words}" for words in page.missing))))
        self._missing.setVisible(bool(count))


class EventsPanel(Panel):
    """経過: who did what, who looked."""

    def __init__(self, everything: Button) -> None:
        self._line = EventLine()
        self._button = everything
        super().__init__("経過", self._line, None, right=(everything,))

    def show_page(self, page: CasePage, all_of_them: bool) -> None:
        self._line.show_items(happenings(page, len(page.events) if all_of_them else FEW_EVENTS))
        self._button.setVisible(len(page.events) > FEW_EVENTS)
        self._button.set_words("少なく見る" if all_of_them else "すべて見る")
