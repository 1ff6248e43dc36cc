"""Dialog of 給付の定義: the second officer reads every value that is settled, and signs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.staff import Role
from kyufu_desktop.views.dialogs import SecondPersonDialog
from kyufu_desktop.views.stations.tall_table import Tall, TallTable

_LIST_HEIGHT = 280


class ConfirmValuesDialog(SecondPersonDialog):
    """``values`` = (what, value in words, what it rests on)."""

    def __init__(
        self, staff_choices: Sequence[tuple[str, str, Role | str]], values: Sequence[tuple[str, str, str]], parent: QWidget | None = None
    ) -> None:
        sentence = f"給付の定義の値{len(values)}件を確定します。紙の要綱と1つずつ比べてください。確定した値は、次に開けたときから使います。"
        super().__init__(staff_choices, sentence, parent)
        table = TallTable(("項目", "値・根拠"), (230, 0), name="確定する値")
        table.setObjectName("programme.confirm_list")
        table.setFixedHeight(_LIST_HEIGHT)
        table.set_tall([((what,), (Tall(what), Tall(value, source))) for what, value, source in values])
        self.body.insertWidget(1, table)
        self.act_button.set_words("確定する")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # The sentence takes two lines at this width: asked only now, the dialog is high enough for all of it.
        layout = self.layout()
        if layout is not None:
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))
