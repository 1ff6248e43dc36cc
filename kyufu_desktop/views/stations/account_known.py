"""Accounts that are known of a person, above the fields: masked, with where they come from and why one is not used."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kyufu_desktop.services.known_accounts import KnownAccount
from kyufu_desktop.views.parts import Button, col, label, row
from kyufu_desktop.views.stations.tall_table import Tall, TallTable

_NONE = "この人の口座は、まだ1つも分かっていません。"


class KnownAccounts(QWidget):
    """``wanted``: key of a line that may be taken over and that somebody asked for."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[object, KnownAccount] = {}
        self._none = label(_NONE, "muted")
        self.table = TallTable(("出どころ", "口座", "使えるか"), (170, 0, 218), fit=True, name="分かっている口座")
        self._take = Button("この口座を写す", "Alt+U", "quiet", name="account.take_over")
        self._take.clicked.connect(self._want)
        self._why = label("", "muted", wrap=True)
        self.table.chosen.connect(self._look)
        self.table.activated.connect(self._want)
        self.setLayout(
            col(row(label("分かっている口座", "strong"), None, self._take), self._none, self.table, self._why, gap=4, margins=(0, 0, 0, 4))
        )
        self.show_known(())

    def show_known(self, lines: Sequence[KnownAccount]) -> None:
        self._lines = {line.key: line for line in lines}
        self.table.set_tall([(line.key, _cells(line)) for line in lines])
        self.table.setVisible(bool(lines))
        self._none.setVisible(not lines)
        self._look()

    def _look(self, key: object = None) -> None:
        """Whether the chosen line may be taken over; it says why not. ``key``: just chosen, before the list itself knows."""
        line = self._lines.get(key if key is not None else self.table.key())
        usable = [each for each in self._lines.values() if not each.why_not]
        self._take.setVisible(bool(usable))
        self._why.setVisible(False)
        if line is not None and not line.why_not:
            self._take.allow()
            return
        self._take.forbid("")
        self._take.setAccessibleDescription(line.why_not if line is not None else "写す口座を、一覧から選んでください。")

    def _want(self, _: object = None) -> None:
        line = self._lines.get(self.table.key())
        if line is not None and not line.why_not:
            self.wanted.emit(line.key)


def _cells(line: KnownAccount) -> tuple[Tall, ...]:
    whose = f"（{line.whose}）" if line.whose else ""
    verdict = Tall("写せます", "通帳の写しと2人目の確認は要ります。", "ok") if not line.why_not else Tall(line.why_not, color="text2")
    return (
        Tall(f"{line.source_word}{whose}", line.origin_word),
        Tall(line.place, f"下3けた {line.number_tail}"),
        verdict,
    )
