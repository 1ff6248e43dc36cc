"""The code for the safe: what is said about it, and whether what was typed from the paper is it. Shown once at the door and in 管理."""

from __future__ import annotations

from kyufu_desktop.views.dialog import Dialog
from kyufu_desktop.views.parts import Field, label, text_field

TITLE = "復旧コードを紙に控えてください"
ONCE = "パスフレーズが分からなくなったとき、これだけで開けます。もう一度は表示しません。"
WRITE_DOWN = "2人で書き写し、封をして、金庫に入れてください。"
TYPE_AGAIN = "紙に書いた復旧コードを、見ながら入れてください"
DIFFERS = "表示したコードと違います。"
KEPT = "控えました"


def same_code(typed: str, code: str) -> bool:
    """Capitals, blanks and hyphens do not matter."""
    return _plain(typed) == _plain(code)


def _plain(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())


class RecoveryCodeDialog(Dialog):
    """The next paper key after somebody was taken out. It cannot be left before the code is on paper: there is no second look."""

    def __init__(self, code: str) -> None:
        super().__init__(TITLE, act=KEPT, width=700)
        self._code = code
        self._typed = text_field("", 480)
        shown = label(code, "result", mono=True, wrap=True)
        shown.setObjectName("recovery.code")
        shown.setAccessibleName("復旧コード")
        self.body.addWidget(label(ONCE, "sub", wrap=True))
        self.body.addWidget(shown)
        self.body.addWidget(label(f"{WRITE_DOWN}古い封筒のコードでは、もう開けません。", "sub", wrap=True))
        self.add_field("code", Field(TYPE_AGAIN, self._typed, required=True, name="recovery.typed"))
        self.cancel_button.hide()

    def ready(self) -> bool:
        return same_code(self._typed.text(), self._code) or self.refuse("code", DIFFERS)

    def reject(self) -> None:
        """Neither Esc nor closing the window does away with the code."""
