"""What PDF/UA-1 asks of a file, as far as it can be looked at without veraPDF: each check says what is wrong, or nothing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

_PAINTS = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh", "EI"}
_HEADING = re.compile(r"/H([1-6])")
_CELLS = ("/TH", "/TD")


@dataclass(frozen=True, slots=True)
class Piece:
    """One marked piece of a page's content: where it begins (points from the lower left) and what it says."""

    page: int
    mcid: int
    left: float
    top: float
    text: str


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K")
    return [] if kids is None else list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def elements(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of structure in the order of reading."""
    root = document.Root.get("/StructTreeRoot")
    waiting = _kids(root)[::-1] if root is not None else []
    while waiting:
        element = waiting.pop()
        if isinstance(element, pikepdf.Dictionary) and "/S" in element:
            yield element
            waiting.extend(_kids(element)[::-1])


def read_order(document: pikepdf.Pdf) -> list[tuple[int, int]]:
    """(page, mark) of every marked piece in the order of the tree."""
    pages = {page.obj.objgen: number for number, page in enumerate(document.pages)}
    found: list[tuple[int, int]] = []

    def walk(element: Any, page: int) -> None:
        if "/Pg" in element:
            page = pages[element.Pg.objgen]
        for kid in _kids(element):
            if isinstance(kid, int):
                found.append((page, kid))
            elif "/MCID" in kid:
                found.append((pages[kid.Pg.objgen] if "/Pg" in kid else page, int(kid.MCID)))
            else:
                walk(kid, page)

    root = document.Root.get("/StructTreeRoot")
    for kid in _kids(root) if root is not None else []:
        walk(kid, -1)
    return found


def _unicode_of(font: Any) -> Callable[[bytes], str]:
    """What the codes of a font say, by its table."""
    table: dict[int, str] = {}
    text = font.ToUnicode.read_bytes().decode("ascii", "replace") if "/ToUnicode" in font else ""
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        for code, said in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            table[int(code, 16)] = bytes.fromhex(said).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.S):
        for first, last, said in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            for code in range(int(first, 16), int(last, 16) + 1):
                table[code] = chr(int(said, 16) + code - int(first, 16))
    return lambda raw: "".join(table.get(int.from_bytes(raw[at : at + 2], "big"), "") for at in range(0, len(raw), 2))


def content(document: pikepdf.Pdf, number: int) -> tuple[list[Piece], list[str], str]:
    """(marked pieces, what is wrong, words of the artifacts) of a page."""
    page = document.pages[number]
    fonts = {name: _unicode_of(font) for name, font in (page.Resources.get("/Font") or {}).items()}
    marks: list[int | None] = []
    pieces: dict[int, Piece] = {}
    wrong: list[str] = []
    apart = ""
    matrices = [pikepdf.Matrix()]
    line, font = pikepdf.Matrix(), fonts.get("", lambda _raw: "")
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "BDC" or name == "BMC":
            inner = operands[1] if name == "BDC" else {}
            if str(operands[0]) == "/Artifact":
                marks.append(None)
            elif isinstance(inner, pikepdf.Dictionary) and "/MCID" in inner:
                marks.append(int(inner.MCID))
            else:
                marks.append(marks[-1] if marks else -1)
        elif name == "EMC":
            marks.pop()
        elif name == "q":
            matrices.append(matrices[-1])
        elif name == "Q":
            matrices.pop()
        elif name == "cm":
            matrices[-1] = pikepdf.Matrix(*map(float, operands)) @ matrices[-1]
        elif name == "Tm":
            line = pikepdf.Matrix(*map(float, operands))
        elif name == "Tf":
            font = fonts[str(operands[0])]
        if name not in _PAINTS:
            continue
        if not marks or marks[-1] == -1:
            wrong.append(f"page {number + 1}: {name} paints outside every mark")
            continue
        said = ""
        if name in {"Tj", "TJ"}:
            strings = operands[0] if name == "TJ" else operands
            said = "".join(font(bytes(item)) for item in strings if isinstance(item, pikepdf.String))
        mark = marks[-1]
        if mark is None:
            apart += said
            continue
        at = line @ matrices[-1] if said else matrices[-1]
        before = pieces.get(mark)
        pieces[mark] = Piece(
            number, mark, before.left if before else at.e, before.top if before else at.f, (before.text if before else "") + said
        )
    return list(pieces.values()), wrong, apart


# ------------------------------------------------------------ the checks
def tags(document: pikepdf.Pdf) -> list[str]:
    root = document.Root.get("/StructTreeRoot")
    if root is None or not _kids(root):
        return ["no tree of structure"]
    wrong = [] if document.Root.get("/MarkInfo", {}).get("/Marked") is True else ["not marked as tagged"]
    return wrong + [f"page {at + 1} has no place in the tree" for at, page in enumerate(document.pages) if "/StructParents" not in page.obj]


def language(document: pikepdf.Pdf) -> list[str]:
    found = str(document.Root.get("/Lang", ""))
    return [] if found == "ja-JP" else [f"language {found!r}"]


def title(document: pikepdf.Pdf) -> list[str]:
    with document.open_metadata() as metadata:
        named = metadata.get("dc:title")
    wrong = [] if named and str(named).strip() else ["no title"]
    return wrong if document.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle") is True else [*wrong, "the title is not shown"]


def standards(document: pikepdf.Pdf) -> list[str]:
    with document.open_metadata() as metadata:
        wanted = {"pdfuaid:part": "1", "pdfaid:part": "2", "pdfaid:conformance": "B"}
        return [f"{key} is {metadata.get(key)!r}" for key, value in wanted.items() if str(metadata.get(key)) != value]


def fonts(document: pikepdf.Pdf) -> list[str]:
    wrong = []
    for item in document.objects:
        if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/Font":
            continue
        if "/DescendantFonts" in item and "/ToUnicode" not in item:
            wrong.append(f"{item.BaseFont}: no table of characters")
        if "/DescendantFonts" in item:
            continue
        described = item.get("/FontDescriptor", {})
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described.keys()):
            wrong.append(f"{item.BaseFont}: not embedded")
    return wrong


def figures(document: pikepdf.Pdf) -> list[str]:
    found = [element for element in elements(document) if str(element.S) in {"/Figure", "/Formula"}]
    return ["a figure without words" for element in found if not str(element.get("/Alt", "")).strip()]


def headings(document: pikepdf.Pdf) -> list[str]:
    levels = [int(found[1]) for element in elements(document) if (found := _HEADING.fullmatch(str(element.S)))]
    if not levels or levels[0] != 1:
        return ["the first heading is not H1"]
    return [f"H{now} after H{before}" for before, now in itertools.pairwise(levels) if now > before + 1]


def tables(document: pikepdf.Pdf) -> list[str]:
    """A head says so with TH and a scope; what has none is rows of a label and what belongs to it, four columns at most."""
    wrong = []
    for table in elements(document):
        if str(table.S) != "/Table":
            continue
        parts = _kids(table)
        if any(str(part.S) == "/THead" for part in parts):
            heads = [cell for part in parts if str(part.S) == "/THead" for row in _kids(part) for cell in _kids(row)]
            if not heads or any(str(cell.S) != "/TH" for cell in heads):
                wrong.append("a head without TH")
            if any("/Scope" not in _attributes(cell) for cell in heads if str(cell.S) == "/TH"):
                wrong.append("a TH without scope")
        elif len(parts) > 1 and len(_kids(parts[0])) > 4:
            wrong.append(f"a table of {len(_kids(parts[0]))} columns without a head")
        rows = [row for part in parts for row in ([part] if str(part.S) == "/TR" else _kids(part))]
        if any(str(cell.S) not in _CELLS for row in rows for cell in _kids(row)):
            wrong.append("a row of something else than cells")
    return wrong


def _attributes(element: Any) -> dict[str, Any]:
    found = element.get("/A", [])
    return {str(key): value for group in (found if isinstance(found, pikepdf.Array) else [found]) for key, value in group.items()}


def marks(document: pikepdf.Pdf) -> list[str]:
    """Everything painted is either in the tree, once, or an artifact."""
    wrong: list[str] = []
    painted: list[tuple[int, int]] = []
    for number in range(len(document.pages)):
        pieces, faults, _ = content(document, number)
        wrong += faults
        painted += [(piece.page, piece.mcid) for piece in pieces]
    named = read_order(document)
    if len(set(named)) != len(named):
        wrong.append("a piece stands in the tree twice")
    missing, unknown = set(painted) - set(named), set(named) - set(painted)
    return wrong + [f"{len(missing)} pieces are not in the tree"] * bool(missing) + [f"{len(unknown)} marks are empty"] * bool(unknown)


def order(document: pikepdf.Pdf) -> list[str]:
    """Read from top to bottom: the next line begins below the last one, or to the right of it."""
    pieces = {(piece.page, piece.mcid): piece for number in range(len(document.pages)) for piece in content(document, number)[0]}
    wrong = []
    before: Piece | None = None
    for key in read_order(document):
        now = pieces.get(key)
        if now is None or not now.text.strip():
            continue
        if before is not None and (now.page, 0) < (before.page, 0):
            wrong.append("an earlier page is read after a later one")
        elif before is not None and now.page == before.page and now.top > before.top + 1 and now.left <= before.left:
            wrong.append(f"page {now.page + 1}: a piece is read {now.top - before.top:.0f} points too late")
        before = now
    return wrong


CHECKS: dict[str, Callable[[pikepdf.Pdf], list[str]]] = {
    "tags": tags,
    "language": language,
    "title": title,
    "standards": standards,
    "fonts": fonts,
    "figures": figures,
    "headings": headings,
    "tables": tables,
    "marks": marks,
    "order": order,
}


def spoken(document: pikepdf.Pdf) -> str:
    """What a reader's voice says: the words in the order of the tree."""
    pieces = {(piece.page, piece.mcid): piece for number in range(len(document.pages)) for piece in content(document, number)[0]}
    return "".join(pieces[key].text for key in read_order(document) if key in pieces)
