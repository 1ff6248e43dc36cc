"""Dialogs of 収受・審査 and of a decline: whose paper it is, what was declared, what becomes of a late form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.domain.decline import DECLINE_LABELS, DeclineHow
from kyufu_desktop.services.cases import Declinable, DeclineEntry
from kyufu_desktop.services.review import Scanned
from kyufu_desktop.views.dialogs import ConfirmDialog
from kyufu_desktop.views.parts import Field, label, row, text_field
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.stations.form_dialog import DAYS, LEAST, FormDialog, choice, lines_field


def _person(scanned: Scanned) -> QWidget:
    """The name as it must stand on the paper."""
    shown = QWidget()
    shown.setLayout(row(NameLabel(scanned.name, 24), label(scanned.kana, "sub"), label(scanned.code, "sub", mono=True), None, gap=16))
    return shown


class ApplicantDialog(ConfirmDialog):
    """An application has no code of its own: the name is compared before it is received."""

    def __init__(self, scanned: Scanned, parent: QWidget | None = None) -> None:
        super().__init__("申請書を収受します", ["申請書の氏名と同じことを確かめてください。"], "収受する", parent=parent)
        self.body.insertWidget(0, _person(scanned))


class DeclarationDialog(FormDialog):
    """届出書 of a 支給のお知らせ: a decline, or another account."""

    DECLINE, ACCOUNT = "decline", "account"

    def __init__(self, scanned: Scanned, on: date, parent: QWidget | None = None) -> None:
        self.what = choice([("受給を辞退する", self.DECLINE), ("振込先を変える", self.ACCOUNT)])
        self.day = text_field("", 150, wareki_short(on))
        fields = {
            "what": Field("届出書に印のあるもの", self.what, True, name="declaration.what"),
            "declared_on": Field("消印の日（窓口なら受け取った日）", self.day, True, DAYS, name="declaration.declared_on"),
        }
        super().__init__("届出書を受け付けます", "受け付ける", fields, "届出書の氏名と同じことを確かめてください。", parent)
        self.body.insertWidget(0, _person(scanned))
        self._note = label("", wrap=True)
        self.body.addWidget(self._note)
        self.what.currentIndexChanged.connect(self._changed)
        self._changed()

    @property
    def declines(self) -> bool:
        return bool(self.what.currentData() == self.DECLINE)

    @property
    def declared_on(self) -> date:
        day = self.days["declared_on"]
        assert day is not None
        return day

    def entry(self) -> DeclineEntry:
        return DeclineEntry(self.declared_on, DeclineHow.PAPER)

    def _changed(self) -> None:
        declines = "この給付は支払いません。期限までは、案件の画面で撤回できます。"
        self._note.setText(declines if self.declines else "このあと、右の口座の欄に、届出書のとおりに入れてください。")

    def ready(self) -> bool:
        return not self.missing((("declared_on", "日付を入れてください。"),)) and self.read_days("declared_on")


class DeclineDialog(FormDialog):
    """辞退: which letter, how it was declared, and when."""

    def __init__(self, letters: Sequence[Declinable], on: date, parent: QWidget | None = None) -> None:
        self.letter = choice([(letter.words, letter.letter_id) for letter in letters])
        self.how = choice([(words, how.value) for how, words in DECLINE_LABELS.items()])
        self.day = text_field("", 150, wareki_short(on))
        fields = {
            "letter": Field("どの手紙の辞退か", self.letter, True, name="decline.letter"),
            "how": Field("届出の方法", self.how, True, name="decline.how"),
            "declared_on": Field("届出の日", self.day, True, f"届出書は消印の日、電話はその日です。{DAYS}", name="decline.declared_on"),
        }
        note = "この手紙の給付は、すぐに支払えなくなります。期限までは撤回できます。"
        super().__init__("辞退を登録します", "登録する", fields, note, parent)

    @property
    def letter_id(self) -> int:
        return int(self.letter.currentData())

    def entry(self) -> DeclineEntry:
        day = self.days["declared_on"]
        assert day is not None
        return DeclineEntry(day, DeclineHow(self.how.currentData()))

    def ready(self) -> bool:
        return not self.missing((("declared_on", "日付を入れてください。"),)) and self.read_days("declared_on")


class WithdrawDialog(FormDialog):
    """撤回: the day on which the person said so, and why."""

    def __init__(self, on: date, parent: QWidget | None = None) -> None:
        self.day = text_field("", 150, wareki_short(on))
        self.reason = lines_field(84)
        fields = {
            "on": Field("申し出た日", self.day, True, DAYS, name="withdraw_decline.on"),
            "reason": Field("撤回の事情", self.reason, True, f"{LEAST}文字以上で書いてください。", name="withdraw_decline.reason"),
        }
        note = "撤回すると、この給付の手続きが続きます。記録は残ります。"
        super().__init__("辞退を撤回します", "撤回する", fields, note, parent)

    @property
    def answer(self) -> tuple[date, str]:
        """(day, reason)."""
        day = self.days["on"]
        assert day is not None
        return day, self.reason.toPlainText().strip()

    def ready(self) -> bool:
        short = self.short("reason")
        missing = self.missing((("on", "日付を入れてください。"),))
        return self.read_days("on") and not missing and not short


class LateDialog(FormDialog):
    """A form that came after the deadline: accepted or not, by an officer, with the reason."""

    ACCEPT, REFUSE = "accept", "refuse"

    def __init__(self, parent: QWidget | None = None) -> None:
        self.what = choice([("受け付ける", self.ACCEPT), ("期限後のため受け付けない", self.REFUSE)])
        self.reason = lines_field(84)
        fields = {
            "accepted": Field("扱い", self.what, True, name="late.accepted"),
            "reason": Field("理由", self.reason, True, f"{LEAST}文字以上で書いてください。", name="late.reason"),
        }
        super().__init__("期限後の扱いを決めます", "決める", fields, "期限は当日消印有効です。封筒の消印を確かめてください。", parent)
        self._note = label("", wrap=True)
        self.body.addWidget(self._note)
        self.what.currentIndexChanged.connect(self._changed)
        self._changed()

    @property
    def accepts(self) -> bool:
        return bool(self.what.currentData() == self.ACCEPT)

    @property
    def words(self) -> str:
        return self.reason.toPlainText().strip()

    def _changed(self) -> None:
        refused = "案件は要件消滅になり、決裁は無効になります。不支給を起案し、不支給決定通知書を送ります。"
        self._note.setText("審査を続けます。受け付けた理由は記録に残ります。" if self.accepts else refused)
        if self.isVisible():
            self.fit()

    def ready(self) -> bool:
        return not self.short("reason")
