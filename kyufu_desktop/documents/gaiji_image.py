"""A picture of one character as somebody brought it: looked at, and drawn again, so that nothing but black and white points is kept."""

from __future__ import annotations

import pypdfium2

from kyufu_desktop.documents.gaiji import png_of
from kyufu_desktop.documents.typesetting import TypesettingFault, drawing
from kyufu_desktop.errors import InputProblem

#: px of a side; bytes of the file.
LEAST, MOST, MOST_BYTES = 128, 1024, 1_000_000
#: How much longer one side may be than the other.
_OBLONG = 1.25
#: Below this a point is black, up to this it is grey, above it is white (0 = black, 255 = white).
_BLACK, _GREY, _WHITE = 72, 128, 200
#: Shares of all points: fewer black ones are no character, more are a black plate; more grey ones are a photograph.
_LEAST_INK, _MOST_INK, _MOST_GREY = 0.004, 0.6, 0.35
#: Share of the side that the character fills at least: a smaller one would be printed smaller than the characters beside it.
_LEAST_FILLED = 0.55
_KEPT = "絵は登録していません。"
_HEAD = b"\x89PNG\r\n\x1a\n"


def redrawn(data: bytes) -> bytes:
    """The picture as a square PNG of black and white points, made anew by this program.

    Raises ``InputProblem`` on the field ``picture``: K-1890 (no PNG, or one that cannot be read), K-1891 (too large or too small),
    K-1892 (not square), K-1893 (nothing on it, or a black plate), K-1894 (grey), K-1895 (the character is too small in it).
    """
    wide, high = _size(data)
    grey = _points(data, wide, high)
    middle = len(grey.translate(None, bytes((*range(_BLACK), *range(_WHITE + 1, 256)))))
    ink = len(grey.translate(None, bytes(range(_GREY, 256))))
    total = wide * high
    if not _LEAST_INK <= ink / total <= _MOST_INK:
        raise _problem("K-1893", "白い地に黒い文字が見当たりません。", "文字だけを、白い地に黒で切り抜いてください。")
    if middle / total > _MOST_GREY:
        raise _problem("K-1894", "白と黒がはっきりしません。", "白黒で読み取り直してください。")
    lines = [grey[at : at + wide].translate(_DIGITS) for at in range(0, total, wide)]
    if _filled(lines) < _LEAST_FILLED * max(wide, high):
        raise _problem("K-1895", "文字が、絵の中で小さすぎます。", "文字のまわりの白いところを切り落としてください。")
    return _squared(lines, wide)


def _size(data: bytes) -> tuple[int, int]:
    if len(data) > MOST_BYTES:
        raise _problem("K-1891", "絵のファイルが大きすぎます。", f"{MOST_BYTES // 1_000_000}MBまでのPNGにしてください。")
    if not data.startswith(_HEAD) or data[12:16] != b"IHDR":
        raise _problem("K-1890", "PNGの絵ではありません。", "文字を切り抜き、PNGで保存してください。")
    wide, high = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if not (LEAST <= wide <= MOST and LEAST <= high <= MOST):
        raise _problem("K-1891", f"絵の大きさは、縦横{LEAST}から{MOST}点のはずです。", "読み取りの細かさを変えてください。")
    if max(wide, high) > _OBLONG * min(wide, high):
        raise _problem("K-1892", "絵が正方形ではありません。", "1文字だけを、正方形に切り抜いてください。")
    return wide, high


def _points(data: bytes, wide: int, high: int) -> bytes:
    """One byte a point, on white. The file is read by Typst's decoder (memory-safe), what it drew by pdfium."""
    try:
        pdf = drawing(data, wide, high)
    except TypesettingFault:
        raise _problem("K-1890", "PNGの絵を読めません。", "別のPNGで保存し直してください。") from None
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[0].render(scale=1, grayscale=True)
        assert (bitmap.width, bitmap.height) == (wide, high)
        plain = bytes(bitmap.buffer)
        return b"".join(plain[at : at + wide] for at in range(0, high * bitmap.stride, bitmap.stride))
    finally:
        document.close()


_DIGITS = bytes(ord("0") if value < _GREY else ord("1") for value in range(256))


def _filled(lines: list[bytes]) -> int:
    """The longer side of the box around the ink."""
    inked = [place for place, line in enumerate(lines) if b"0" in line]
    left = min(lines[place].index(b"0") for place in inked)
    right = max(lines[place].rindex(b"0") for place in inked)
    return max(inked[-1] - inked[0], right - left) + 1


def _squared(lines: list[bytes], wide: int) -> bytes:
    side = -(-max(wide, len(lines)) // 8) * 8
    left = (side - wide) // 2
    above = (side - len(lines)) // 2
    blank = b"1" * side
    whole = [blank] * above + [b"1" * left + line + b"1" * (side - wide - left) for line in lines]
    whole += [blank] * (side - len(whole))
    return png_of(side, (int(line, 2).to_bytes(side // 8, "big") for line in whole))


def _problem(code: str, happened: str, todo: str) -> InputProblem:
    return InputProblem(code, "picture", happened, kept=_KEPT, todo=todo)
