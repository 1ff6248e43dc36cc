"""Which font holds which character: the index that decides what may be printed.

No font holds every variant, and a list of fonts prints the wrong shape without a word. So every text is split into runs before it is
printed or painted,
by an index (base character, variation selector) -> font. What no font holds is refused.
The character maps are read as the tables ``cmap`` formats 12 and 14 of OpenType (ISO/IEC 14496-22) define them;
all other tables stay closed.
"""

from __future__ import annotations

import os
import struct
import sys
import threading
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast

from fontTools.ttLib import TTFont

from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures
from kyufu_desktop.errors import UserError

BODY_MINCHO = "BIZ UDMincho"
BODY_GOTHIC = "BIZ UDGothic"

#: Order of preference for names and addresses: (family as the printer's engine knows it, file names it may have).
NAME_FONTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (BODY_MINCHO, ("BIZUDMincho-Regular.ttf",)),
    ("Noto Serif CJK JP", ("NotoSerifCJK-Regular.ttc",)),
    ("IPAmjMincho", ("ipamjm.ttf",)),
    ("HanaMinA", ("HanaMinA.ttf",)),
    ("HanaMinB", ("HanaMinB.ttf",)),
)
#: Order of preference for names on the screen, where the words around them are Gothic.
SCREEN_FONTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("BIZ UDPGothic", ("BIZUDPGothic-Regular.ttf",)),
    ("Noto Sans CJK JP", ("NotoSansCJK-Regular.ttc",)),
    *NAME_FONTS[2:],
    # What only a Mincho face holds is shown in it rather than as a box.
    *NAME_FONTS[:2],
)
GOTHIC_FILES: tuple[str, ...] = ("BIZUDGothic-Regular.ttf", "BIZUDGothic-Bold.ttf")
#: The ward's own characters, if the workstation has them: put behind all others, so that no standard shape is replaced. Windows' own
#: EUDC.TTE is read by the printing engine under one of these names only.
WARD_FONT_FILES: tuple[str, ...] = ("ward_gaiji.ttf", "ward_gaiji.otf")
#: Names that the printing engine needs in a font: family and PostScript name (OpenType, table ``name``).
_NEEDED_NAMES = (1, 6)

#: What is to be done about a character that no font holds.
WAY_OUT = "正しい字形を住民記録で確かめ、「外字」の画面で絵を登録するか、文字を直してください。"

_DEBIAN_FOLDERS = (
    "/usr/share/fonts/truetype/bizud-mincho",
    "/usr/share/fonts/truetype/bizud-gothic",
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/truetype/ipamj",
    "/usr/share/fonts/truetype/hanazono",
)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that one font prints; without a ``family`` one character that is printed as its approved picture."""

    family: str
    text: str

    def __repr__(self) -> str:
        return f"Run({self.family!r}, {len(self.text)} characters)"


class _Opened(Protocol):
    """The part of fontTools' font that is used here: tables as raw bytes."""

    @property
    def reader(self) -> dict[str, bytes]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Ranges:
    """Sorted, disjoint code point ranges."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __contains__(self, code: object) -> bool:
        if not isinstance(code, int):
            return False
        at = bisect_right(self.starts, code) - 1
        return at >= 0 and code <= self.ends[at]


def _ranges(pairs: Iterable[tuple[int, int]]) -> _Ranges:
    ordered = sorted(pairs)
    return _Ranges(tuple(start for start, _ in ordered), tuple(end for _, end in ordered))


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one font file can show."""

    family: str
    path: Path
    plain: _Ranges
    variants: dict[int, tuple[_Ranges, frozenset[int]]]
    """selector -> (bases shown by their ordinary glyph, bases shown by a glyph of their own)."""
    ward: bool = False
    """The ward's own font. What stands at a private code point is the ward's agreement: no other font is asked for it."""

    def shows(self, cluster: str) -> bool:
        """Whether the font shows exactly this shape (all parts of the cluster)."""
        return all((self.ward or not is_private(base)) and self.holds(base, selector) for base, selector in _shapes(cluster))

    def holds(self, base: int, selector: int | None) -> bool:
        """Whether the tables of the font name a glyph."""
        if selector is None:
            return base in self.plain
        found = self.variants.get(selector)
        return found is not None and ((base in found[0] and base in self.plain) or base in found[1])


def is_selector(code: int) -> bool:
    """Variation selectors 1-16 and 17-256 (Unicode Standard, 23.4)."""
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


def is_private(code: int) -> bool:
    """Private use (Unicode Standard, 23.5): some fonts hold glyphs there that have nothing to do with the ward's characters."""
    return 0xE000 <= code <= 0xF8FF or 0xF0000 <= code <= 0x10FFFF


def pieces(text: str) -> tuple[str, ...]:
    """The text cut between whole characters: variation selectors and combining marks stay with what they belong to."""
    found: list[str] = []
    for character in text:
        if found and (is_selector(ord(character)) or unicodedata.combining(character)):
            found[-1] += character
        else:
            found.append(character)
    return tuple(found)


def clusters(text: str) -> tuple[str, ...]:
    """The characters of the text as they are shown.

    Letters and kana written as base and mark are shown by the composed character, because the fonts hold that one; ideographs are left
    exactly as they are: composing would replace compatibility ideographs by others.
    """
    return tuple(_composed(piece) for piece in pieces(text))


def _composed(piece: str) -> str:
    if len(piece) == 1 or ord(piece[0]) >= 0x3400 or any(is_selector(ord(character)) for character in piece):
        return piece
    return unicodedata.normalize("NFC", piece)


def _shapes(cluster: str) -> tuple[tuple[int, int | None], ...]:
    """The (base, selector) pairs that a font must hold to show the cluster."""
    found: list[tuple[int, int | None]] = []
    for character in cluster:
        code = ord(character)
        if is_selector(code) and found and found[-1][1] is None:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, None))
    return tuple(found)


def _resource_fonts() -> Path:
    base = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[2]))
    return base / "resources" / "fonts"


def font_dirs() -> tuple[Path, ...]:
    """Folders that hold the fonts: the program's own folder if it has one, then those of Debian and Windows."""
    folders = [_resource_fonts(), *(Path(folder) for folder in _DEBIAN_FOLDERS), Path("/usr/local/share/fonts/kyufu")]
    windows = os.environ.get("WINDIR")
    if windows:
        folders.append(Path(windows) / "Fonts")
    return tuple(folder for folder in folders if folder.is_dir())


def find_font(names: Iterable[str]) -> Path | None:
    """The first file of one of these names."""
    wanted = tuple(names)
    for folder in font_dirs():
        for name in wanted:
            if (folder / name).is_file():
                return folder / name
    return None


def _subtables(cmap: bytes) -> dict[int, int]:
    """Format -> offset of the Unicode subtables of formats 4, 12 and 14."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    found: dict[int, int] = {}
    for number in range(count):
        platform, _encoding, offset = struct.unpack_from(">HHL", cmap, 4 + 8 * number)
        (form,) = struct.unpack_from(">H", cmap, offset)
        if platform in (0, 3) and form in (4, 12, 14):
            found[form] = offset
    return found


def _format12(cmap: bytes, offset: int) -> _Ranges:
    (groups,) = struct.unpack_from(">L", cmap, offset + 12)
    values = struct.unpack_from(f">{3 * groups}L", cmap, offset + 16)
    pairs = []
    for at in range(0, len(values), 3):
        start, end, glyph = values[at : at + 3]
        # Glyph 0 is the box for "missing".
        start += glyph == 0
        if start <= end:
            pairs.append((start, end))
    return _ranges(pairs)


def _format4(cmap: bytes, offset: int) -> _Ranges:
    (double,) = struct.unpack_from(">H", cmap, offset + 6)
    ends = struct.unpack_from(f">{double // 2}H", cmap, offset + 14)
    starts = struct.unpack_from(f">{double // 2}H", cmap, offset + 16 + double)
    return _ranges((start, end) for start, end in zip(starts, ends, strict=True) if start != 0xFFFF)


def _format14(cmap: bytes, offset: int) -> dict[int, tuple[_Ranges, frozenset[int]]]:
    (records,) = struct.unpack_from(">L", cmap, offset + 6)
    found: dict[int, tuple[_Ranges, frozenset[int]]] = {}
    for number in range(records):
        at = offset + 10 + 11 * number
        selector = int.from_bytes(cmap[at : at + 3], "big")
        default_at, own_at = struct.unpack_from(">LL", cmap, at + 3)
        pairs: list[tuple[int, int]] = []
        own: set[int] = set()
        if default_at:
            (count,) = struct.unpack_from(">L", cmap, offset + default_at)
            for position in range(offset + default_at + 4, offset + default_at + 4 + 4 * count, 4):
                start = int.from_bytes(cmap[position : position + 3], "big")
                pairs.append((start, start + cmap[position + 3]))
        if own_at:
            (count,) = struct.unpack_from(">L", cmap, offset + own_at)
            for position in range(offset + own_at + 4, offset + own_at + 4 + 5 * count, 5):
                own.add(int.from_bytes(cmap[position : position + 3], "big"))
        found[selector] = (_ranges(pairs), frozenset(own))
    return found


@lru_cache(maxsize=16)
def _coverage(family: str, path: Path, *, ward: bool = False) -> Coverage:
    font = cast(_Opened, TTFont(path, lazy=True, fontNumber=0))
    try:
        cmap = font.reader["cmap"]
    finally:
        font.close()
    tables = _subtables(cmap)
    plain = _format12(cmap, tables[12]) if 12 in tables else _format4(cmap, tables[4])
    return Coverage(family, path, plain, _format14(cmap, tables[14]) if 14 in tables else {}, ward)


def _ward_font() -> tuple[str, Path] | None:
    path = find_font(WARD_FONT_FILES)
    if path is None:
        return None
    font = TTFont(path, lazy=True, fontNumber=0)
    try:
        names = font["name"]
        # Without these names the printing engine passes the font over: its characters then need a picture.
        if not all(names.getDebugName(number) for number in _NEEDED_NAMES):
            return None
        return str(names.getBestFamilyName()), path
    finally:
        font.close()


_LOADING = threading.Lock()


@lru_cache(maxsize=2)
def _load(order: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[Coverage, ...]:
    found = [_coverage(family, path) for family, files in order if (path := find_font(files)) is not None]
    if not found:
        raise UserError(
            "K-1801",
            "印刷に使う書体が、この端末にありません。",
            todo="書体（BIZ UD明朝、Noto Serif CJK、IPAmj明朝、花園明朝）を入れてください。",
        )
    ward = _ward_font()
    if ward is not None:
        found.append(_coverage(*ward, ward=True))
    return tuple(found)


def index(*, screen: bool = False) -> tuple[Coverage, ...]:
    """What the fonts of this machine hold, in order of preference. Read once per process.

    Raises ``UserError`` K-1801 where the machine has none of the fonts.
    """
    with _LOADING:
        return _load(SCREEN_FONTS if screen else NAME_FONTS)


def screen_face() -> Coverage:
    """What the face of the screens' own words holds. Only this one file is read: the first window must not wait for all fonts."""
    family, files = SCREEN_FONTS[0]
    with _LOADING:
        path = find_font(files)
        return _coverage(family, path) if path is not None else _load(SCREEN_FONTS)[0]


@lru_cache(maxsize=8192)
def font_for(cluster: str, *, screen: bool = False) -> Coverage | None:
    """The first font that holds exactly this shape (all parts of the cluster), or None."""
    return next((coverage for coverage in index(screen=screen) if coverage.shows(cluster)), None)


def code_point(cluster: str) -> str:
    """``U+845B U+E0100``."""
    return " ".join(f"U+{ord(character):04X}" for character in cluster)


def lacking(text: str, pictures: Pictures = NO_PICTURES) -> tuple[str, ...]:
    """The characters (as they are stored) that neither a font of this machine nor a picture shows, each once, in order of appearance."""
    found = (cluster for cluster in clusters(text) if font_for(cluster) is None and pictures.png(cluster) is None)
    return tuple(dict.fromkeys(found))


def unprintable(text: str, pictures: Pictures = NO_PICTURES) -> tuple[str, ...]:
    """Code points (``U+E000``) of what is :func:`lacking`."""
    return tuple(code_point(cluster) for cluster in lacking(text, pictures))


def pictured(text: str, pictures: Pictures) -> tuple[str, ...]:
    """The characters of the text that are printed as pictures, as often as they stand there."""
    if not pictures:
        return ()
    return tuple(cluster for cluster in clusters(text) if pictures.png(cluster) is not None and font_for(cluster) is None)


def route(text: str, pictures: Pictures = NO_PICTURES, *, screen: bool = False) -> tuple[Run, ...]:
    """The text as runs of one font each; a character that no font holds is a run of its own where it has a picture.

    Raises ``UserError`` K-1802 naming the code points that nothing shows (never the text).
    """
    runs: list[Run] = []
    for cluster in clusters(text):
        coverage = font_for(cluster, screen=screen)
        if coverage is None and pictures.png(cluster) is None:
            codes = "、".join(unprintable(text, pictures))
            raise UserError("K-1802", f"印刷できない文字があります（{codes}）。", todo=WAY_OUT)
        family = coverage.family if coverage is not None else ""
        if family and runs and runs[-1].family == family:
            runs[-1] = Run(family, runs[-1].text + cluster)
        else:
            runs.append(Run(family, cluster))
    return tuple(runs)
