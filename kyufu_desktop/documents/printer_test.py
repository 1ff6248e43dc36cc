"""試し刷り: a page with a code that a person types back, a frame, the envelope's window and a ruler. It holds no word of any person."""

from __future__ import annotations

from datetime import date

from kyufu_desktop.documents.typesetting import typeset
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.envelope import Envelope
from kyufu_desktop.domain.printing import Machine

TITLE = "プリンターの試し刷り"


def compose(code: str, machine: Machine, envelope: Envelope, on: date, *, practice: bool) -> bytes:
    """One page as PDF, in memory."""
    window = envelope.always_visible()
    return typeset(
        "printer_test",
        {
            "title": TITLE,
            "office": "新宿区",
            "code": code,
            "practice": practice,
            "window": [window.left, window.top, window.right - window.left, window.bottom - window.top],
            "how": "この紙が、この端末の前のプリンターから出てきたことを確かめ、上の大きな文字を画面に入力してください。",
            "rows": [
                ["刷った日", wareki(on)],
                ["用紙の口", machine.tray or "プリンターにまかせる"],
                ["面", "両面" if machine.duplex else "片面"],
            ],
            "look": [
                "外側の枠が、4辺とも欠けていません。",
                "下の目盛りが、ものさしで測って 100 mm です。",
                "点線の枠が、封筒の窓の中に見えます。",
                "A4の白い紙に、汚れやかすれがなく印刷されています。",
            ],
        },
    )
