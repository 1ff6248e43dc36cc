"""Dialog of 照会: an answer that came by telephone, official letter or certificate."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from kyufu_desktop.domain.judgment import LevyClass
from kyufu_desktop.services.inquiry import HandAnswer, InquiryRow
from kyufu_desktop.views.parts import Field, integer_field, text_field
from kyufu_desktop.views.parts.form import integer_of
from kyufu_desktop.views.stations.dialogs_case import LEAST, FormDialog
from kyufu_desktop.views.stations.words import LEVY_WORDS


class HandAnswerDialog(FormDialog):
    """Which class, which sums, and what the answer rests on."""

    def __init__(self, row: InquiryRow, parent: QWidget | None = None) -> None:
        self.levy = QComboBox()
        self.levy.setFixedHeight(36)
        for value in LevyClass:
            self.levy.addItem(LEVY_WORDS[value], value)
        self.income_levy = integer_field(width=160)
        self.total_income = integer_field(width=160)
        self.undeclared = QCheckBox("申告していません（未申告）")
        self.undeclared.setObjectName("answer.undeclared")
        self.document = text_field("")
        fields = {
            "levy": Field("令和6年度の住民税", self.levy, True, name="answer.levy"),
            "income_levy": Field("所得割額", self.income_levy, True, "定額減税の前の額です。", name="answer.income_levy", after="円"),
            "total_income": Field("合計所得金額", self.total_income, name="answer.total_income", after="円"),
            "document": Field(
                "何で確かめたか", self.document, True, f"{LEAST}文字以上。公文書の番号、証明書の日付など。", name="answer.document"
            ),
        }
        super().__init__("回答を入れます", "入れる", fields, f"{row.management_number}　照会先 {row.asked_of}", parent)
        self.body.addWidget(self.undeclared)

    def answer(self) -> HandAnswer:
        """Only after :meth:`ready` has said yes."""
        return HandAnswer(
            LevyClass(self.levy.currentData()),
            integer_of(self.income_levy) or 0,
            integer_of(self.total_income) or 0,
            self.undeclared.isChecked(),
            self.document.text().strip(),
        )

    def ready(self) -> bool:
        if integer_of(self.income_levy) is None:
            return self.refuse("income_levy", "ないときは0を入れてください。")
        length = len(self.document.text().strip())
        return length >= LEAST or self.refuse("document", f"あと{LEAST - length}文字、書いてください。")
