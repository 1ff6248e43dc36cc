"""Dialogs of 通知の文言: name, day and reason of a new version; what it changes, before a second person signs it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.domain.staff import Role
from kyufu_desktop.services.wordings import Comparison
from kyufu_desktop.views.dialogs import ConfirmDialog, Dialog, SecondPersonDialog
from kyufu_desktop.views.parts import Field, Row, group, text_field
from kyufu_desktop.views.stations.form_dialog import DAYS, LEAST, FormDialog, fit, lines_field
from kyufu_desktop.views.stations.tall_table import Tall, TallRow, TallTable

_WIDE, _LIST_HEIGHT = 980, 260


class SaveDraftDialog(FormDialog):
    """Everything that a version needs beside its words. ``later``: another approved version begins on a later day."""

    def __init__(self, kind: str, version: str, today: date, later: bool) -> None:
        hint = f"{LEAST}文字以上で書いてください。決裁する人が読み、記録に残ります。"
        fields = {
            "version": Field("版の名前", text_field(text=version, width=300), True, "あとで変えられません。", name="wording.version"),
            "valid_from": Field("使い始める日", text_field(text=wareki_short(today), width=200), True, DAYS, name="wording.valid_from"),
            "reason": Field("直す理由", lines_field(84), True, hint, name="wording.reason"),
        }
        self.before = QCheckBox("あとから始まる版の日まで、この版を使う")
        if later:
            fields["before_later"] = Field("あとから始まる版が、決裁されています", self.before, name="wording.before_later")
        note = "保存した案は、書き直せません。案を作った人とは別の取扱責任者が決裁すると、その日から作る手紙に使います。"
        super().__init__(f"{kind}の文言の案を保存します", "案を保存する", fields, note)

    def ready(self) -> bool:
        needed = [("version", "版の名前を入れてください。"), ("valid_from", "日付を入れてください。")]
        return not self.missing(needed) and self.read_days("valid_from") and not self.short("reason")

    @property
    def day(self) -> date:
        found = self.days["valid_from"]
        assert found is not None
        return found


def approval_sentences(found: Comparison, today: date) -> tuple[str, ...]:
    """What the second person agrees to, besides the words."""
    version = found.version
    begins = f"{wareki_short(version.valid_from)}から作る手紙に使います。"
    if version.valid_from < today:
        begins = f"使い始める日（{wareki_short(version.valid_from)}）を過ぎています。決裁したときから作る手紙に使います。"
    return (
        f"{found.label}の文言「{version.version}」を決裁します。{begins}",
        f"案 {version.made}　理由 {version.reason}",
        "もう作ってある手紙は、作ったときの文言のままです。",
    )


def changes_table(found: Comparison) -> TallTable:
    """Field by field: what it says now, what it will say."""
    table = TallTable(("項目", "いまの文言", "新しい文言"), (190, 0, 0), name="変わる文言")
    table.setObjectName("wording.changes")
    lines: list[TallRow | Row] = []
    above = ""
    for change in found.changes:
        if change.group != above:
            above = change.group
            lines.append(group(above))
        lines.append((change.key, (Tall(change.label), Tall(change.before, color="text2"), Tall(change.after))))
    table.set_tall(lines)
    table.setFixedHeight(_LIST_HEIGHT)
    return table


class ApproveOwnDialog(ConfirmDialog):
    """The officer at the desk is another person than the maker: reads and signs."""

    def __init__(self, found: Comparison, today: date, parent: QWidget | None = None) -> None:
        super().__init__("通知の文言を決裁します", approval_sentences(found, today), "決裁する", parent=parent)
        _with_changes(self, found)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit(self)


class ApproveOtherDialog(SecondPersonDialog):
    """Another officer reads and signs at this desk."""

    def __init__(
        self, choices: Sequence[tuple[str, str, Role | str]], found: Comparison, today: date, parent: QWidget | None = None
    ) -> None:
        super().__init__(choices, "\n".join(approval_sentences(found, today)), parent)
        self.act_button.set_words("決裁する")
        _with_changes(self, found)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit(self)


def _with_changes(dialog: Dialog, found: Comparison) -> None:
    dialog.setFixedWidth(_WIDE)
    place = 1 if isinstance(dialog, SecondPersonDialog) else dialog.body.count()
    dialog.body.insertWidget(place, changes_table(found))
