"""返戻: why a letter came back; whom the ward asked then and how it ended."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from kyufu_desktop.domain.returned_mail import RETURN_REASON_LABELS, SETTLEMENT_LABELS, ReturnReason, Settlement
from kyufu_desktop.services.returned_mail import FOLLOW_UP_KINDS, OpenMail
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Field, label, text_field

#: The choice that keeps a contact and leaves the letter open.
CONTACT = "CONTACT"


class CameBackDialog(Dialog):
    """``reason`` is the answer."""

    def __init__(self, code: str, parent: QWidget | None = None) -> None:
        super().__init__("返戻を入れます", act="返戻を入れる", parent=parent)
        self.body.addWidget(label(f"{code} が返ってきました。この送り先には、送り直しません。", wrap=True))
        self.body.addWidget(label("連絡は、支援者をとおして行ってください。", wrap=True))
        self._choice = QComboBox()
        for reason in ReturnReason:
            self._choice.addItem(RETURN_REASON_LABELS[reason], reason.value)
        self.add_field("reason", Field("返ってきた理由", self._choice, required=True, name="returned.reason"))

    @property
    def reason(self) -> ReturnReason:
        return ReturnReason(self._choice.currentData())


class FollowUpDialog(Dialog):
    """What was done about a letter that came back: a contact, or how it ended. ``how`` is None for a contact."""

    def __init__(self, mail: OpenMail, parent: QWidget | None = None) -> None:
        super().__init__("返戻のその後を入れます", act="入れる", parent=parent)
        self.body.addWidget(label(f"{mail.code}　{mail.reason_words}　住民票の住所には送りません。", wrap=True))
        self._how = QComboBox()
        self._how.addItem("連絡した（返戻は続く）", CONTACT)
        for how in Settlement:
            self._how.addItem(SETTLEMENT_LABELS[how], how.value)
        self._kind = QComboBox()
        for kind in FOLLOW_UP_KINDS:
            self._kind.addItem(kind, kind)
        self._words = text_field()
        self.add_field("how", Field("したこと", self._how, required=True, name="returned.how"))
        self.add_field("kind", Field("連絡した相手・方法", self._kind, name="returned.kind"))
        hint = "新しい送り先を確認したときは、なくてもかまいません。ほかは10文字以上です。"
        self.add_field("words", Field("内容・理由", self._words, name="returned.words", hint=hint))

    @property
    def how(self) -> Settlement | None:
        chosen = str(self._how.currentData())
        return None if chosen == CONTACT else Settlement(chosen)

    @property
    def kind(self) -> str:
        return str(self._kind.currentData())

    @property
    def words(self) -> str:
        return self._words.text().strip()

    def ready(self) -> bool:
        if self.how is not Settlement.NEW_ADDRESS and len(self.words) < 10:
            return self.refuse("words", "10文字以上で書いてください。")
        return True
