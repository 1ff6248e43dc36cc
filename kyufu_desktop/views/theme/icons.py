"""Icons: the SVG drawings of ``resources/icons`` (24 grid, 2 px round strokes), tinted with a token when loaded."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from kyufu_desktop.settings import resource
from kyufu_desktop.views.theme.tokens import value


def pix(name: str, color: str = "text2", size: int = 20) -> QPixmap:
    """Drawing ``name`` in the colour of a token, ``size`` pixels wide and high. Raises FileNotFoundError for an unknown drawing."""
    return _draw(name, value(color), size, _ratio())


def as_icon(name: str, color: str = "text2", size: int = 18) -> QIcon:
    return QIcon(pix(name, color, size))


def _ratio() -> float:
    application = QGuiApplication.instance()
    return application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0


@lru_cache(maxsize=64)
def _svg(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _draw(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", colour).encode()))
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
