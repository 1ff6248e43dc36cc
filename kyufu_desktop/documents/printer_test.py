"""試し刷り: a page with a code that a person types back, and with what shows how far the printer prints beside the mark.

Rulers from the corner of the paper, crosses whose places are known, 100 mm both ways, what the envelope's window shows. It holds no word of
any person.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from kyufu_desktop.documents.typesetting import typeset
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.envelope import Envelope, Rectangle
from kyufu_desktop.domain.printing import BLOCK_MARGIN, Machine, destination_block

TITLE = "プリンターの試し刷り（調整用紙）"
A4_HEIGHT = 297.0
#: Where the crosses stand, mm from the left and the top edge of the sheet: one for each corner, all outside of the window.
CROSSES: tuple[tuple[int, int], ...] = ((20, 70), (190, 70), (20, 270), (190, 270))


def _box(area: Rectangle) -> list[float]:
    """Left, top, width, height as the template places it."""
    return [area.left, area.top, area.right - area.left, area.bottom - area.top]


def compose(code: str, machine: Machine, envelope: Envelope, on: date, shift: tuple[float, float] = (0.0, 0.0), *, practice: bool) -> bytes:
    """One page as PDF, in memory. ``shift``: mm by which the destination is moved right and down; the page shows where it lies."""
    x, y = CROSSES[0]
    data: dict[str, Any] = {
        "title": TITLE,
        "office": "新宿区",
        "code": code,
        "practice": practice,
        "window": _box(envelope.always_visible()),
        "outer": _box(envelope.may_be_visible()),
        "block": _box(destination_block(envelope).shifted(*shift)),
        "crosses": [list(cross) for cross in CROSSES],
        "labels": {"window": "窓にいつも見えるところ", "outer": "窓に見えることがあるところ", "block": "宛先"},
        "how": "この紙が、この端末の前のプリンターから出てきたことを確かめ、大きな文字を画面に入力してください。",
        "rows": [
            ["刷った日", wareki(on)],
            ["用紙の口・面", f"{machine.tray or 'プリンターにまかせる'}・{'両面' if machine.duplex else '片面'}"],
            ["封筒", envelope.name],
            ["いまの補正", f"右 {shift[0]:+.1f} mm　下 {shift[1]:+.1f} mm"],
        ],
        "look": [
            "外側の枠が、4辺とも欠けていません。100 mm の棒が、縦も横も 100 mm です。",
            f"紙を{'三つに折って' if envelope.sheet_height < A4_HEIGHT else 'そのまま'}封筒に入れると、破線の枠が窓の中に見えます。",
        ],
        "measure_head": "ずれの測り方",
        "measure": [
            f"左上の十字の、紙の左端からの長さ　［　　　　］mm　→　{x} から引いた数が、右の補正です。",
            f"左上の十字の、紙の上端からの長さ　［　　　　］mm　→　{y} から引いた数が、下の補正です。",
            "4つの十字で同じだけずれていないときは、紙が斜めか、大きさが変わっています。プリンターの設定を直します。",
            f"補正できるのは、上下左右に {BLOCK_MARGIN} mm までです。それより大きいずれは、用紙の口の紙そろえで直します。",
            "補正は「管理」の「端末の設定」で入れます。動くのは宛先だけです。入れたら、もう一度刷って確かめます。",
        ],
    }
    return typeset("printer_test", data)
