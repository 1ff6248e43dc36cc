"""State chips: icon, word and colour, always in this order. Icon and word carry the meaning, colour only helps the eye find it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kyufu_desktop.views.theme.icons import pix
from kyufu_desktop.views.theme.tokens import font, q

HEIGHT = 26

#: A word of the vocabulary, or word, icon and tone.
ChipLike = str | tuple[str, str, str]

#: tone -> (token of icon and word, token of the ground).
TONE: dict[str, tuple[str, str]] = {
    "ok": ("ok", "ok_soft"),
    "fail": ("fail", "fail_soft"),
    "late": ("on_fail", "fail"),
    "hold": ("hold", "hold_soft"),
    "wait": ("wait", "wait_soft"),
    "run": ("accent", "accent_soft"),
    "none": ("none", "none_soft"),
    "secret": ("on_ink", "ink"),
}

#: word -> (icon, tone).
WORD: dict[str, tuple[str, str]] = {
    "適合": ("ok", "ok"),
    "済": ("ok", "ok"),
    "振込済": ("ok", "ok"),
    "報告済": ("ok", "ok"),
    "一致": ("ok", "ok"),
    "準備よし": ("ok", "ok"),
    "印刷済": ("ok", "ok"),
    "発送済": ("ok", "ok"),
    "審査完了": ("ok", "ok"),
    "補正済": ("ok", "ok"),
    "支給判定済": ("ok", "ok"),
    "支給": ("ok", "ok"),
    "確認済": ("users", "ok"),
    "承認済": ("stamp", "ok"),
    "要件承認": ("stamp", "ok"),
    "不適合": ("fail", "fail"),
    "振込不能": ("fail", "fail"),
    "不一致": ("fail", "fail"),
    "不支給": ("fail", "fail"),
    "停止": ("ban", "fail"),
    "返戻": ("back2", "fail"),
    "組戻": ("back2", "fail"),
    "組戻依頼中": ("back2", "run"),
    "組戻済": ("back2", "none"),
    "組戻不可": ("ban", "fail"),
    "返還請求中": ("clock", "hold"),
    "返還済": ("ok", "ok"),
    "書損": ("ban", "fail"),
    "一部不能": ("alarm", "fail"),
    "期限超過": ("alarm", "late"),
    "期限後": ("alarm", "fail"),
    "保留": ("hold", "hold"),
    "今日まで": ("clock", "hold"),
    "送信待ち": ("clock", "hold"),
    "書出中": ("alarm", "hold"),
    "書出しの途中": ("alarm", "hold"),
    "書き出していない": ("ban", "fail"),
    "不備": ("alarm", "hold"),
    "不備照会中": ("alarm", "hold"),
    "2人目待ち": ("users", "wait"),
    "確認待ち": ("users", "wait"),
    "決裁待ち": ("stamp", "wait"),
    "起案できる": ("pen", "run"),
    "起案中": ("pen", "run"),
    "印刷中": ("half", "run"),
    "作業中": ("half", "run"),
    "要件審査": ("half", "run"),
    "結果待ち": ("clock", "run"),
    "振込待ち": ("clock", "run"),
    "振込準備": ("clock", "run"),
    "照会中": ("inquiry", "run"),
    "税照会中": ("inquiry", "run"),
    "確認書発送": ("letter", "run"),
    "確認書収受": ("inbox", "run"),
    "収受": ("inbox", "run"),
    "受付": ("inbox", "none"),
    "未着手": ("todo", "none"),
    "順番待ち": ("todo", "none"),
    "報告待ち": ("todo", "none"),
    "適用外": ("na", "none"),
    "取消": ("na", "none"),
    "終結": ("check", "none"),
    "秘匿": ("lock", "secret"),
}

_LEFT, _ICON, _GAP, _RIGHT = 6, 16, 5, 8


def chip_of(chip: ChipLike) -> tuple[str, str, str]:
    """Word, icon and tone; a word that nobody gave a meaning gets the plain ring of 'for your information'."""
    if isinstance(chip, tuple):
        return chip
    icon, tone = WORD.get(chip, ("info", "none"))
    return chip, icon, tone


def chip_width(chip: ChipLike) -> float:
    """Pixels that a chip takes."""
    return _LEFT + _ICON + _GAP + QFontMetricsF(font(16)).horizontalAdvance(chip_of(chip)[0]) + _RIGHT


def paint_chip(painter: QPainter, x: float, centre_y: float, chip: ChipLike, selected: bool = False) -> float:
    """Paints a chip from ``x`` around ``centre_y``; gives back its width. On a selected row the pale ones get a plate."""
    word, icon, tone = chip_of(chip)
    front, ground = TONE[tone]
    if selected and tone in ("run", "none"):
        ground = "surface"
    width = chip_width(chip)
    rect = QRectF(x, centre_y - HEIGHT / 2, width, HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(q(ground))
    painter.drawRoundedRect(rect, 4, 4)
    painter.drawPixmap(QPointF(x + _LEFT, centre_y - _ICON / 2), pix(icon, front, _ICON))
    painter.setPen(q(front))
    painter.setFont(font(16))
    words = QRectF(x + _LEFT + _ICON + _GAP, rect.y(), width, HEIGHT)
    painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), word)
    painter.restore()
    return width


class Chip(QWidget):
    """One state as a widget."""

    def __init__(self, word: ChipLike, icon: str | None = None, tone: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chip = chip_of(word)
        self.set(word, icon, tone)

    @property
    def chip(self) -> tuple[str, str, str]:
        """Word, icon, tone."""
        return self._chip

    def set(self, word: ChipLike, icon: str | None = None, tone: str | None = None) -> None:
        known = chip_of(word)
        self._chip = (known[0], icon or known[1], tone or known[2])
        self.setFixedSize(int(chip_width(self._chip)) + 1, HEIGHT)
        self.setAccessibleName(self._chip[0])
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_chip(QPainter(self), 0, self.height() / 2, self._chip)
