"""外字: the approved pictures of characters that no font holds, as a frozen value that is handed down to whatever prints.

A picture never stands for a character that a font holds: the fonts are asked first. What was printed is read back from the finished
pages by its pixels, so that a picture can neither vanish nor be taken for another one.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as raw

from kyufu_desktop.errors import UserError

#: Key of a run of text that is a picture, in what the templates read.
RUN = "picture"
_HEAD = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Pictures:
    """(characters as they are stored, PNG as :func:`png_of` makes it) of every approved picture, each once."""

    found: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)

    def png(self, cluster: str) -> bytes | None:
        """The picture of one character (selector included), or None."""
        return next((png for characters, png in self.found if characters == cluster), None)

    def only(self, characters: Iterable[str]) -> Pictures:
        """The pictures of these characters and no others."""
        wanted = frozenset(characters)
        return Pictures(tuple(entry for entry in self.found if entry[0] in wanted))

    def __bool__(self) -> bool:
        return bool(self.found)


NO_PICTURES = Pictures()


def spoken(cluster: str) -> str:
    """What a reader's voice says at the place of the picture, whose reading nobody knows: 「外字 U+E000」."""
    return "外字 " + " ".join(f"U+{ord(character):04X}" for character in cluster)


def for_templates(pictures: Pictures) -> str:
    """The pictures as JSON, as ``paper.typ`` reads them; given to a compilation once, however often a picture stands in it."""
    return json.dumps({characters: {"alt": spoken(characters), "png": list(png)} for characters, png in pictures.found}, ensure_ascii=False)


def printed_in(data: object) -> Iterator[str]:
    """The characters that stand as pictures in what a template reads, as often as they stand there."""
    if isinstance(data, Mapping):
        if len(data) == 1 and RUN in data:
            yield data[RUN]
            return
        data = data.values()
    if isinstance(data, Iterable) and not isinstance(data, str | bytes):
        for item in data:
            yield from printed_in(item)


# ---------------------------------------------------------------- the picture itself
def png_of(side: int, rows: Iterable[bytes]) -> bytes:
    """A square PNG of one bit a pixel and nothing else in it. ``rows`` are packed, 1 = white; ``side`` is a multiple of 8."""
    packed = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    head = side.to_bytes(4, "big") * 2 + bytes((1, 0, 0, 0, 0))
    return _HEAD + b"".join(_part(name, body) for name, body in ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b"")))


def _part(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def _pixels(png: bytes) -> bytes:
    """One byte a pixel, 0 or 255, of a PNG that :func:`png_of` made."""
    side = int.from_bytes(png[16:20], "big")
    at, size = 33, int.from_bytes(png[33:37], "big")
    rows = zlib.decompress(png[at + 8 : at + 8 + size])
    wide = side // 8 + 1
    table = bytes(255 if digit == ord("1") else 0 for digit in range(256))
    lines = (rows[line * wide + 1 : (line + 1) * wide] for line in range(side))
    return b"".join(f"{int.from_bytes(line, 'big'):0{side}b}".encode("ascii").translate(table) for line in lines)


def mark(png: bytes) -> str:
    """What tells one picture from another, taken from its pixels."""
    return hashlib.sha256(_pixels(png)).hexdigest()


def marks(pictures: Pictures) -> dict[str, str]:
    """characters -> mark."""
    return {characters: mark(png) for characters, png in pictures.found}


# ---------------------------------------------------------------- what was printed
def mark_on_page(image: Any) -> str:
    """The mark of a picture on a finished page (a page object of pdfium)."""
    size = raw.FPDFImageObj_GetImageDataDecoded(image, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFImageObj_GetImageDataDecoded(image, ctypes.cast(buffer, ctypes.c_void_p), size)
    return hashlib.sha256(buffer.raw[:size]).hexdigest()


def counted(document: pypdfium2.PdfDocument, numbers: Iterable[int]) -> Counter[str]:
    """The marks of all pictures on these pages."""
    found: Counter[str] = Counter()
    for number in numbers:
        page = document[number]
        found.update(mark_on_page(each.raw) for each in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE]))
        page.close()
    return found


def require_all(pdf: bytes, data: object, pictures: Pictures, what: str) -> None:
    """A sheet that was given pictures shows each of them, as often as it was given at least.

    Raises ``UserError`` K-1898 naming the sheet.
    """
    known = marks(pictures)
    wanted = Counter(known[characters] for characters in printed_in(data))
    if not wanted:
        return
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = counted(document, range(len(document)))
    finally:
        document.close()
    if any(found[each] < number for each, number in wanted.items()) or not set(found) <= set(wanted):
        raise vanished(what)


def vanished(what: str) -> UserError:
    return UserError(
        "K-1898",
        f"{what}に、外字の絵がそろっていません。",
        kept="1枚も印刷していません。",
        todo="「外字」の画面で絵を見て、直らないときは担当へ知らせてください。",
    )
