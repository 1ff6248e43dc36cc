"""Dialogs of 照会: an answer that came by telephone, official letter or certificate, its correction, and asking again."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.domain.inquiry import AnswerDocument, AnswerWay
from kyufu_desktop.domain.judgment import LevyClass
from kyufu_desktop.services.inquiry import HandAnswer, InquiryRow
from kyufu_desktop.views.dialogs import AskTextDialog
from kyufu_desktop.views.parts import Field, NameField, integer_field, text_field
from kyufu_desktop.views.parts.form import integer_of
from kyufu_desktop.views.stations.form_dialog import LEAST, FormDialog, choice, lines_field
from kyufu_desktop.views.stations.words import LEVY_WORDS


class HandAnswerDialog(FormDialog):
    """Which class, which sums, and what the answer rests on. As a correction it asks for the reason too."""

    def __init__(self, item: InquiryRow, on: date, tax_year: str, *, correction: bool = False, parent: QWidget | None = None) -> None:
        self.way = choice([(way.value, way) for way in AnswerWay])
        self.dated_on = text_field(wareki_short(on))
        self.number = text_field("")
        self.called_back = text_field("")
        self.levy = choice([(LEVY_WORDS[value], value) for value in LevyClass])
        self.income_levy = integer_field(width=160)
        self.total_income = integer_field(width=160)
        self.undeclared = QCheckBox("申告していません（未申告）")
        self.undeclared.setObjectName("answer.undeclared")
        fields = {
            "way": Field("回答の届き方", self.way, True, name="answer.way"),
            "dated_on": Field("書類の日（電話をした日）", self.dated_on, True, name="answer.dated_on"),
            "number": Field("書類の番号", self.number, hint="公文書と証明書では必ず入れます。", name="answer.number"),
            "called_back": NameField(
                "折り返した相手",
                self.called_back,
                hint="電話では必ず入れます。代表番号を調べて折り返した、相手の課と氏名です。",
                name="answer.called_back",
            ),
            "levy": Field(f"{tax_year}の住民税", self.levy, True, name="answer.levy"),
            "income_levy": Field("所得割額（定額減税の前）", self.income_levy, True, name="answer.income_levy", after="円"),
            "total_income": Field("合計所得金額", self.total_income, True, name="answer.total_income", after="円"),
        }
        title, act = ("回答を直します", "直す") if correction else ("回答を入れます", "入れる")
        note = f"{item.management_number}　照会先 {item.asked_of}"
        note += "　前の回答は残ります。" if correction else ""
        super().__init__(title, act, fields, note, parent, 700)
        self.beside("way", "dated_on")
        self.beside("income_levy", "total_income")
        self.body.addWidget(self.undeclared)
        self.reason: QPlainTextEdit | None = None
        if correction:
            self.reason = lines_field(64)
            self.add_field("reason", Field(f"直す理由（{LEAST}文字以上。記録に残ります）", self.reason, True, name="answer.reason"))
            # A problem beside a field takes height that was not there when the dialog was measured; this field gives none.
            self.fields["reason"].setMinimumHeight(100)

    def typed(self) -> dict[str, str]:
        return {**super().typed(), "undeclared": "1" if self.undeclared.isChecked() else ""}

    def retype(self, typed: dict[str, str]) -> None:
        self.undeclared.setChecked(bool(typed.get("undeclared")))
        super().retype({key: text for key, text in typed.items() if key in self.fields})

    def answer(self) -> HandAnswer:
        """Only after :meth:`ready` has said yes."""
        day = self.days["dated_on"]
        assert day is not None
        document = AnswerDocument(AnswerWay(self.way.currentData()), self.number.text().strip(), day, self.called_back.text().strip())
        return HandAnswer(
            LevyClass(self.levy.currentData()),
            integer_of(self.income_levy) or 0,
            integer_of(self.total_income) or 0,
            self.undeclared.isChecked(),
            document,
        )

    @property
    def why(self) -> str:
        """The reason of a correction."""
        return self.reason.toPlainText().strip() if self.reason is not None else ""

    def ready(self) -> bool:
        by_call = AnswerWay(self.way.currentData()) is AnswerWay.TELEPHONE
        paper = ("called_back", "折り返した相手を入れてください。") if by_call else ("number", "書類の番号を入れてください。")
        missing = self.missing(
            (
                ("dated_on", "書類の日を入れてください。"),
                paper,
                ("income_levy", "ないときは0です。"),
                ("total_income", "ないときは0です。"),
            )
        )
        if missing:
            return False
        return self.read_days("dated_on") and not (self.reason is not None and self.short("reason"))


def ask_again_dialog(item: InquiryRow, parent: QWidget | None = None) -> AskTextDialog:
    """Asking the same person's municipality once more: a decision with its reason."""
    return AskTextDialog(
        "もう一度照会します",
        "そうする理由",
        "照会に加える",
        f"{item.management_number}　いまの照会は取りやめ、次の照会ファイルに入れます。{LEAST}文字以上で書いてください。",
        least=LEAST,
        multiline=True,
        parent=parent,
    )
