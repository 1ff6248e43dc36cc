"""Dialogs of the case page: where to write, evidence, contacts, the decisions that only a person can take.

What was typed stays in the dialog: where a service refuses one field, the screen shows the same dialog again with the problem beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QRadioButton, QWidget

from kyufu_desktop.domain.calendar import parse_day, wareki_short
from kyufu_desktop.domain.programme import EvidenceKind
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services.cases import CONTACT_KINDS, AddressEntry, CasePage, EvidenceEntry
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Field, label, row, text_field

#: A reason or a note that says less than this says nothing (characters).
LEAST = 10


class FormDialog(Dialog):
    """Some fields. What was typed can be taken over into a fresh dialog: a shown one is gone when it closes."""

    def __init__(
        self, title: str, act: str, fields: dict[str, Field], note: str = "", parent: QWidget | None = None, width: int = 640
    ) -> None:
        super().__init__(title, act=act, width=width, parent=parent)
        self.body.setSpacing(6)
        if note:
            self.body.addWidget(label(note, "sub", wrap=True))
        for key, field in fields.items():
            self.add_field(key, field)

    def typed(self) -> dict[str, str]:
        """What stands in the fields, as text."""
        return {key: _text_of(field.widget) for key, field in self.fields.items()}

    def retype(self, typed: dict[str, str]) -> None:
        """Fills the fields with what :meth:`typed` gave."""
        for key, text in typed.items():
            _fill(self.fields[key].widget, text)

    def missing(self, needed: Sequence[tuple[str, str]]) -> bool:
        """Marks every empty field of (field, sentence); True where one is empty."""
        empty = [(key, sentence) for key, sentence in needed if not _text_of(self.fields[key].widget).strip()]
        for key, sentence in reversed(empty):
            self.refuse(key, sentence)
        return bool(empty)


def _text_of(widget: QWidget) -> str:
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return widget.text() if isinstance(widget, QLineEdit) else ""


def _fill(widget: QWidget, text: str) -> None:
    if isinstance(widget, QPlainTextEdit):
        widget.setPlainText(text)
    elif isinstance(widget, QComboBox):
        widget.setCurrentText(text)
    elif isinstance(widget, QLineEdit):
        widget.setText(text)


class AddressDialog(FormDialog):
    """送り先: where letters of this case go. Sealed the moment it is entered; a second person compares it with the paper."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.postal = text_field("000-0000", 140)
        self.address = text_field("")
        self.building = text_field("")
        self.care_of = text_field("")
        self.recipient = text_field("")
        self.phone = text_field("", 240)
        fields = {
            "postal": Field("郵便番号", self.postal, True, name="address.postal"),
            "address": Field("住所", self.address, True, name="address.address"),
            "building": Field("建物・部屋", self.building, name="address.building"),
            "care_of": Field("気付（施設など）", self.care_of, name="address.care_of"),
            "recipient": Field("宛名", self.recipient, name="address.recipient", hint="空けておくと、世帯主の氏名で送ります。"),
            "phone": Field("電話", self.phone, name="address.phone"),
        }
        super().__init__(
            "送り先を入れます", "入れる", fields, "申出書のとおりに入れてください。別の人が書類と照らし合わせるまで使いません。", parent
        )

    def entry(self) -> AddressEntry:
        return AddressEntry(
            *(box.text().strip() for box in (self.postal, self.address, self.building, self.care_of, self.recipient, self.phone))
        )

    def ready(self) -> bool:
        return not self.missing((("postal", "郵便番号を入れてください。"), ("address", "住所を入れてください。")))


class EvidenceDialog(FormDialog):
    """秘匿の根拠: one document, its period and who issued it. The issuer is sealed: its name tells the region."""

    def __init__(self, kinds: Sequence[EvidenceKind], on: date, parent: QWidget | None = None) -> None:
        self.kind = QComboBox()
        self.kind.setFixedHeight(36)
        for kind in kinds:
            self.kind.addItem(kind.name, kind.code)
        self.issued_on = text_field(wareki_short(on), 200)
        self.starts_on = text_field(wareki_short(on), 200)
        self.ends_on = text_field(wareki_short(on), 200)
        self.issuer = text_field("")
        self.companions = text_field("")
        days = "令6.8.28 や 2024-08-28 の形で入れます。"
        fields = {
            "kind": Field("根拠の種類", self.kind, True, name="evidence.kind"),
            "issued_on": Field("発行した日", self.issued_on, True, days, name="evidence.issued_on"),
            "starts_on": Field("有効な期間の始まり", self.starts_on, name="evidence.starts_on"),
            "ends_on": Field("有効な期間の終わり", self.ends_on, hint="期限のない書類では空けておきます。", name="evidence.ends_on"),
            "issuer": Field("発行した機関", self.issuer, True, name="evidence.issuer"),
            "companions": Field(
                "書類にある同伴者", self.companions, hint="何人もいるときは、読点（、）で区切ります。", name="evidence.companions"
            ),
        }
        super().__init__(
            "根拠を加えます", "加える", fields, "書類のとおりに入れてください。別の人が確かめるまで判定に使いません。", parent, 700
        )
        # The two ends of the period stand side by side: they are read together.
        place = self.body.indexOf(self.fields["starts_on"])
        period = row(self.fields["starts_on"], (self.fields["ends_on"], 1), gap=24)
        period.setAlignment(self.fields["starts_on"], Qt.AlignmentFlag.AlignTop)
        self.body.insertLayout(place, period)
        self._days: dict[str, date | None] = {}

    def entry(self) -> EvidenceEntry:
        """Only after :meth:`ready` has said yes."""
        issued = self._days["issued_on"]
        assert issued is not None
        names = tuple(name.strip() for name in self.companions.text().replace(",", "、").split("、") if name.strip())
        return EvidenceEntry(
            str(self.kind.currentData()), issued, self._days["starts_on"], self._days["ends_on"], self.issuer.text().strip(), names
        )

    def ready(self) -> bool:
        missing = self.missing((("issued_on", "発行した日を入れてください。"), ("issuer", "発行した機関を入れてください。")))
        fits = [
            self._read_day(key, box)
            for key, box in (("issued_on", self.issued_on), ("starts_on", self.starts_on), ("ends_on", self.ends_on))
        ]
        return not missing and all(fits)

    def _read_day(self, key: str, box: QLineEdit) -> bool:
        self._days[key] = None
        if not box.text().strip():
            return True
        try:
            self._days[key] = parse_day(box.text())
        except InputProblem as problem:
            self.refuse(key, problem.happened)
            return False
        return True


class ContactDialog(FormDialog):
    """対応履歴: what was said, when, by which way."""

    def __init__(self, on: date, parent: QWidget | None = None) -> None:
        self.day = text_field("", 200)
        self.day.setText(wareki_short(on))
        self.kind = QComboBox()
        self.kind.setFixedHeight(36)
        self.kind.addItems(CONTACT_KINDS)
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhMultiLine)
        self.words.setFixedHeight(110)
        fields = {
            "happened_on": Field("日", self.day, True, name="contact.day"),
            "kind": Field("方法", self.kind, True, name="contact.kind"),
            "words": Field("内容", self.words, True, "マイナンバーは書けません。", name="contact.words"),
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
        self.reason = QPlainTextEdit()
        self.reason.setTabChangesFocus(True)
        self.reason.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhMultiLine)
        self.reason.setFixedHeight(90)
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


def evidence_kinds(page: CasePage, kinds: Sequence[EvidenceKind]) -> tuple[EvidenceKind, ...]:
    """The kinds that the programme accepts for the category of the case."""
    return tuple(kind for kind in kinds if page.category in kind.categories)
