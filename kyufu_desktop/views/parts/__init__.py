"""The parts that every screen is put together from."""

from kyufu_desktop.views.parts.boxes import Amount, Reconcile
from kyufu_desktop.views.parts.button import Button
from kyufu_desktop.views.parts.cells import Cell, Column, Row, group
from kyufu_desktop.views.parts.chip import Chip, chip_of, chip_width, paint_chip
from kyufu_desktop.views.parts.choice import Segments
from kyufu_desktop.views.parts.empty import EmptyList
from kyufu_desktop.views.parts.error_panel import ErrorPanel
from kyufu_desktop.views.parts.form import Field, Form, integer_field, text_field
from kyufu_desktop.views.parts.masked import MaskedField
from kyufu_desktop.views.parts.name_field import NameChoice, NameField, NameRadio, NameTick
from kyufu_desktop.views.parts.panel import Panel
from kyufu_desktop.views.parts.progress import Bar, Progress
from kyufu_desktop.views.parts.reasons import ReasonList
from kyufu_desktop.views.parts.strip import SecretStrip
from kyufu_desktop.views.parts.table import Table
from kyufu_desktop.views.parts.text import box, col, hline, icon, label, row, vline

__all__ = [
    "Amount",
    "Bar",
    "Button",
    "Cell",
    "Chip",
    "Column",
    "EmptyList",
    "ErrorPanel",
    "Field",
    "Form",
    "MaskedField",
    "NameChoice",
    "NameField",
    "NameRadio",
    "NameTick",
    "Panel",
    "Progress",
    "ReasonList",
    "Reconcile",
    "Row",
    "SecretStrip",
    "Segments",
    "Table",
    "box",
    "chip_of",
    "chip_width",
    "col",
    "group",
    "hline",
    "icon",
    "integer_field",
    "label",
    "paint_chip",
    "row",
    "text_field",
    "vline",
]
