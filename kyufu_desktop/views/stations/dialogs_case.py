"""Dialogs of the case page: where to write, contacts, the decisions that only a person can take, what was sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from kyufu_desktop.domain.addressee import Honorific
from kyufu_desktop.domain.calendar import parse_day, wareki_short
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services.addresses import MOST_LINES
from kyufu_desktop.services.cases import CONTACT_KINDS, AddressEntry, SourceWords
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Field, NameField, label, row, text_field
from kyufu_desktop.views.stations.dialogs_second import ValueLines
from kyufu_desktop.views.stations.form_dialog import LEAST, FormDialog, choice, lines_field

__all__ = ["LEAST", "AddressDialog", "ContactDialog", "DecisionDialog", "FormDialog", "SourceDialog", "history_dialog", "host_paid_dialog"]


#: What may stand after a name: persons first.
HONORIFICS: tuple[str, ...] = tuple(word.value for word in Honorific)
_TO = "空なら世帯主。ほかは確認済の代理人だけ。"


class AddressDialog(FormDialog):
    """送り先: where letters of this case go. Sealed the moment it is entered; a second person compares it with the paper."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.postal = text_field("000-0000", 140)
        self.address = text_field("")
        self.building = lines_field(84)
        self.care_of = text_field("")
        self.recipient = text_field("")
        self.honorific = choice([(words, words) for words in HONORIFICS])
        self.phone = text_field("", 240)
        fields = {
            "postal": Field("郵便番号", self.postal, True, name="address.postal"),
            "address": NameField("住所", self.address, True, name="address.address"),
            "building": NameField("建物・部屋", self.building, name="address.building", hint="3行まで。分けた行のまま印刷します。"),
            "care_of": NameField("気付（施設など）", self.care_of, name="address.care_of"),
            "recipient": NameField("宛名", self.recipient, name="address.recipient", hint=_TO),
            "honorific": Field("敬称", self.honorific, name="address.honorific", hint="施設や法人は御中です。"),
            "phone": Field("電話", self.phone, name="address.phone"),
        }
        super().__init__(
            "送り先を入れます",
            "入れる",
            fields,
            "申出書のとおりに入れてください。別の人が書類と照らし合わせるまで使いません。",
            parent,
            760,
        )
        # The lines keep their height; what a wrapped hint needs does not pull them apart.
        self.fields["building"].setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.beside("postal", "phone")
        self.beside("recipient", "honorific")

    def entry(self) -> AddressEntry:
        return AddressEntry(
            self.postal.text().strip(),
            self.address.text().strip(),
            self.building.toPlainText().strip(),
            self.care_of.text().strip(),
            self.recipient.text().strip(),
            self.phone.text().strip(),
            str(self.honorific.currentData()),
        )

    def ready(self) -> bool:
        if self.missing((("postal", "郵便番号を入れてください。"), ("address", "住所を入れてください。"))):
            return False
        if len([line for line in self.building.toPlainText().splitlines() if line.strip()]) > MOST_LINES:
            return self.refuse("building", f"{MOST_LINES}行までにまとめてください。")
        if self.honorific.currentData() != HONORIFICS[0] and not self.recipient.text().strip():
            return self.refuse("recipient", "施設や法人の名前を入れてください。")
        return True


class ContactDialog(FormDialog):
    """対応履歴: what was said, when, by which way."""

    def __init__(self, on: date, parent: QWidget | None = None) -> None:
        self.day = text_field("", 200)
        self.day.setText(wareki_short(on))
        self.kind = choice([(kind, kind) for kind in CONTACT_KINDS])
        self.words = lines_field(110)
        fields = {
            "happened_on": Field("日", self.day, True, name="contact.day"),
            "kind": Field("方法", self.kind, True, name="contact.kind"),
            "words": NameField("内容", self.words, True, "マイナンバーは書けません。", name="contact.words"),
        }
        super().__init__("対応を書きます", "書く", fields, "書いたものは直せません。違うときは、書き足してください。", parent)
        self.happened_on = on

    def ready(self) -> bool:
        try:
            self.happened_on = parse_day(self.day.text())
        except InputProblem as problem:
            return self.refuse("happened_on", problem.happened)
        return not self.missing((("words", "内容を入れてください。"),))


class DecisionDialog(FormDialog):
    """A decision that only a person can take: one of some sentences, and why."""

    def __init__(
        self, title: str, note: str, choices: Sequence[tuple[str, str]], act: str, name: str, parent: QWidget | None = None
    ) -> None:
        self.buttons: dict[str, QRadioButton] = {}
        self.reason = lines_field(90)
        field = Field("そう決めた理由", self.reason, True, f"{LEAST}文字以上で書いてください。記録に残ります。", name=f"{name}.reason")
        super().__init__(title, act, {"reason": field}, note, parent)
        for place, (key, words) in enumerate(choices):
            button = QRadioButton(words)
            button.setObjectName(f"{name}.{key}")
            self.buttons[key] = button
            self.body.insertLayout(1 + place, row(button, None))
        self._problem = label("", color="fail")
        self._problem.hide()
        self.body.insertWidget(1 + len(choices), self._problem)

    @property
    def choice(self) -> str:
        """Key of the chosen sentence, empty where none is chosen: nothing is chosen beforehand."""
        return next((key for key, button in self.buttons.items() if button.isChecked()), "")

    @property
    def words(self) -> str:
        return self.reason.toPlainText().strip()

    def ready(self) -> bool:
        self._problem.setVisible(not self.choice)
        self._problem.setText("" if self.choice else "どれかを選んでください。")
        if len(self.words) < LEAST:
            return self.refuse("reason", f"あと{LEAST - len(self.words)}文字、書いてください。")
        return bool(self.choice)


def history_dialog(parent: QWidget | None = None) -> DecisionDialog:
    """R5 の対象: whether the history of the former household counts for this case."""
    return DecisionDialog(
        "令和5年度の対象だったかを決めます",
        "元の世帯は、令和5年度の給付の対象でした。本人はその世帯主ではありません。",
        (("does_not_count", "本人の対象歴とはしません（支給できます）"), ("counts", "本人の対象歴とします（支給できません）")),
        "決める",
        "history",
        parent,
    )


def host_paid_dialog(parent: QWidget | None = None) -> DecisionDialog:
    """支給済 of the host: whether it concerns this benefit."""
    return DecisionDialog(
        "ホストの「支給済」を確かめます",
        "ホストの記録では、この世帯のだれかが支給済です。",
        (("clear", "この給付とは別の支給です（判定を進めます）"),),
        "決める",
        "host_paid",
        parent,
    )


class SourceDialog(Dialog):
    """What was sealed about a document, a proxy or a notice; it closes by itself."""

    def __init__(self, title: str, source: SourceWords, seconds: int = 60, parent: QWidget | None = None) -> None:
        super().__init__(title, cancel="閉じる", parent=parent)
        self.setObjectName("source")
        self.body.addWidget(ValueLines(source.lines or (("内容", "（なし）"),)))
        self._left = seconds
        self._said = label(f"あと{seconds}秒で閉じます", color="hold")
        self.body.addWidget(self._said)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()

    def _tick(self) -> None:
        self._left -= 1
        self._said.setText(f"あと{self._left}秒で閉じます")
        if self._left <= 0:
            self._clock.stop()
            self.reject()
