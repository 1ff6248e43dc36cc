"""Colours, type, icons and the style sheet: the look of the program, in one place."""

from kyufu_desktop.views.theme.icons import pix
from kyufu_desktop.views.theme.stylesheet import apply, load_fonts
from kyufu_desktop.views.theme.tokens import DARK, LIGHT, font, q, use

__all__ = ["DARK", "LIGHT", "apply", "font", "load_fonts", "pix", "q", "use"]
