"""Fonts, palette and style sheet, all from the tokens."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from kyufu_desktop.settings import resource
from kyufu_desktop.views.theme.tokens import DARK, LIGHT, MONO_FAMILY, WORDS_FAMILY, font, q, use, value

#: Where Debian's fonts-morisawa-bizud-gothic lays the two families; a packaged program brings them in resources/fonts.
_FOLDERS = ("/usr/share/fonts/truetype/bizud-gothic", "/usr/share/fonts/truetype/bizud-mincho")

_PALETTE = {
    QPalette.ColorRole.Window: "app",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.Mid: "line",
    QPalette.ColorRole.Dark: "field",
    QPalette.ColorRole.Light: "surface",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.ToolTipBase: "surface",
    QPalette.ColorRole.ToolTipText: "text",
}


def load_fonts() -> None:
    """Registers the BIZ UD faces. Raises FileNotFoundError where this machine has neither a packaged nor an installed copy."""
    for face in _faces():
        QFontDatabase.addApplicationFont(str(face))
    known = set(QFontDatabase.families())
    missing = {WORDS_FAMILY, MONO_FAMILY} - known
    if missing:
        raise FileNotFoundError(", ".join(sorted(missing)))


def _faces() -> list[Path]:
    try:
        folders = [resource("fonts")]
    except FileNotFoundError:
        folders = []
    folders += [Path(folder) for folder in _FOLDERS]
    return sorted({face.name: face for folder in reversed(folders) for face in folder.glob("BIZUD*.ttf")}.values())


def apply(app: QApplication, look: str) -> None:
    """Dresses the application: ``look`` is ``"light"`` or ``"dark"``."""
    use(DARK if look == "dark" else LIGHT)
    app.setStyle("Fusion")
    app.setFont(font(16))
    app.setPalette(palette())
    app.setStyleSheet(sheet())


def palette() -> QPalette:
    made = QPalette()
    for role, token in _PALETTE.items():
        made.setColor(role, q(token))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text, q("text3"))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText, q("text3"))
    return made


def sheet() -> str:
    """The style sheet. Buttons, tables, chips and the frame paint themselves; this dresses what Qt paints."""
    plates = "\n".join(
        f'QWidget[plate="soft_{tone}"] {{ background:{value(tone + "_soft")}; border-radius:5px; }}'
        for tone in ("ok", "fail", "hold", "wait")
    )
    return f"""
* {{ font-family:'{WORDS_FAMILY}'; font-size:16px; }}
QWidget {{ color:{value("text")}; }}
QMainWindow, QDialog, #page {{ background:{value("app")}; }}
QWidget[plate="page"] {{ background:{value("app")}; }}
QWidget[plate="topbar"] {{ background:{value("surface")}; border-bottom:1px solid {value("line")}; }}
QWidget[plate="sidebar"] {{ background:{value("side")}; border-right:1px solid {value("line")}; }}
QWidget[plate="status"] {{ background:{value("surface")}; border-top:1px solid {value("line")}; }}
QWidget[plate="panel"] {{ background:{value("surface")}; border:1px solid {value("line")}; border-radius:6px; }}
QWidget[plate="ink"] {{ background:{value("ink")}; border-radius:6px; }}
QWidget[plate="ink"] QLabel {{ color:{value("on_ink")}; }}
QWidget[plate="sunken"] {{ background:{value("sunken")}; border-radius:5px; }}
QWidget[plate="line"] {{ background:{value("line")}; border:none; }}
{plates}
QLabel[role="brand"], QLabel[role="section"] {{ font-weight:bold; font-size:18px; }}
QLabel[role="title"] {{ font-weight:bold; font-size:24px; }}
QLabel[role="strong"] {{ font-weight:bold; }}
QLabel[role="muted"] {{ color:{value("text3")}; }}
QLabel[role="sub"] {{ color:{value("text2")}; }}
QLabel[role="figure"] {{ font-weight:bold; font-size:28px; font-family:'{MONO_FAMILY}'; }}
QLabel[role="result"] {{ font-weight:bold; font-size:20px; font-family:'{MONO_FAMILY}'; color:{value("accent")}; }}
QLabel[mono="true"] {{ font-family:'{MONO_FAMILY}'; }}
{_tints()}
QScrollArea, QScrollArea > QWidget > #scrolled {{ background:transparent; border:none; }}
QLineEdit, QComboBox, QPlainTextEdit, WordsEdit {{
  background:{value("surface")}; border:1px solid {value("field")}; border-radius:5px; padding:0 8px;
  selection-background-color:{value("accent")}; selection-color:{value("on_accent")}; placeholder-text-color:{value("text3")}; }}
QLineEdit, QComboBox {{ min-height:34px; max-height:34px; }}
QPlainTextEdit {{ padding:6px 4px; }}
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus {{ border:2px solid {value("focus")}; padding:0 7px;
  min-height:32px; max-height:32px; }}
QPlainTextEdit:focus {{ padding:5px 3px; max-height:16777215px; }}
WordsEdit {{ padding:4px 6px; }}
WordsEdit:focus {{ border:2px solid {value("focus")}; padding:3px 5px; }}
WordsEdit[problem="true"] {{ border:2px solid {value("fail")}; padding:3px 5px; }}
QTextEdit {{ background:{value("surface")}; border:1px solid {value("field")}; border-radius:5px; padding:6px 4px; }}
QTextEdit:focus {{ border:2px solid {value("focus")}; padding:5px 3px; }}
QLineEdit[problem="true"], QComboBox[problem="true"], QPlainTextEdit[problem="true"] {{ border:2px solid {value("fail")}; padding:0 7px; }}
QLineEdit:disabled, QComboBox:disabled, QPlainTextEdit:disabled, QLineEdit:read-only {{ background:{value("sunken")};
  color:{value("text2")}; border-color:{value("line")}; }}
QComboBox::drop-down {{ border:none; width:28px; }}
QComboBox::down-arrow {{ image:url("{_arrow()}"); width:16px; height:16px; }}
QComboBox QAbstractItemView {{ background:{value("surface")}; border:1px solid {value("field")}; outline:0;
  selection-background-color:{value("sel")}; selection-color:{value("text")}; }}
QTableView {{ background:{value("surface")}; outline:0; border:none; border-bottom-left-radius:6px; border-bottom-right-radius:6px; }}
QHeaderView {{ background:{value("surface")}; border:none; }}
QHeaderView::section {{ background:{value("head")}; color:{value("text2")}; border:none; border-bottom:1px solid {value("line")};
  padding:0 8px 0 12px; font-weight:normal; }}
QScrollBar:vertical {{ background:transparent; width:12px; margin:0; }}
QScrollBar:horizontal {{ background:transparent; height:12px; margin:0; }}
QScrollBar::handle {{ background:{value("field")}; border-radius:4px; min-height:32px; min-width:32px; margin:2px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height:0; width:0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background:transparent; }}
QRadioButton, QCheckBox {{ spacing:8px; min-height:26px; }}
QRadioButton::indicator, QCheckBox::indicator {{ width:16px; height:16px; border:1px solid {value("field")};
  background:{value("surface")}; }}
QRadioButton::indicator {{ border-radius:9px; }}
QCheckBox::indicator {{ border-radius:3px; }}
QRadioButton::indicator:checked {{ width:8px; height:8px; border:5px solid {value("accent")}; border-radius:9px;
  background:{value("surface")}; }}
QCheckBox::indicator:checked {{ border-color:{value("accent")}; background:{value("accent")}; image:url("{_tick()}"); }}
QRadioButton:focus, QCheckBox:focus {{ border:2px solid {value("focus")}; border-radius:4px; padding:1px 4px; }}
QToolTip {{ background:{value("surface")}; color:{value("text")}; border:1px solid {value("field")}; padding:4px; }}
"""


def _tints() -> str:
    tokens = ("text", "text2", "text3", "accent", "ok", "fail", "hold", "wait", "none", "on_ink")
    return "\n".join(f'QLabel[tint="{token}"] {{ color:{value(token)}; }}' for token in tokens)


def _arrow() -> str:
    """A style sheet can tint nothing: the drawings for Qt's own controls lie ready in the colours they need."""
    return _drawn("control_down")


def _tick() -> str:
    return _drawn("control_tick")


def _drawn(name: str) -> str:
    look = "dark" if value("app") == DARK["app"] else "light"
    return resource("icons", f"{name}_{look}.svg").as_posix()
