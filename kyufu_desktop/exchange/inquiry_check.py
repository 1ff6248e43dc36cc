"""An inquiry workbook is read again before it is sealed: a row without 不開示 would show in the person's portal who asked.

The municipality that asks is where the person is. So the flag is not trusted to the writer: what is read back decides.
"""

from __future__ import annotations

from kyufu_desktop.errors import CustodyProblem
from kyufu_desktop.exchange import layouts, workbook

FLAG, FLAGGED = "不開示", "要"
#: All that an inquiry may hold: whom, of whom, and that it must not be shown.
ALLOWED: dict[str, frozenset[str]] = {
    "inquiry_tax": frozenset({"住民番号", "照会先", FLAG}),
    "inquiry_account": frozenset({"住民番号", FLAG}),
}


def require_hidden(plain: bytes, name: str, rows: int) -> None:
    """Raises ``CustodyProblem`` K-1766 unless every one of ``rows`` rows says 不開示 要 and no other column marks the person.

    ``plain`` is the workbook in clear, in memory; ``name`` its layout (``inquiry_tax`` / ``inquiry_account``).
    """
    layout = layouts.out(name)
    sheets = workbook.read(plain, f"{name}.xlsx")
    table = sheets[layout.sheet].rows if layout.sheet in sheets else []
    if not table or set(sheets) != {"表紙", layout.sheet}:
        raise _stopped("シートが決めたものと違います。")
    headings = [str(cell or "") for cell in table[0]]
    if set(headings) != ALLOWED[name] or len(headings) != len(ALLOWED[name]):
        raise _stopped("見出しが決めたものと違います。")
    place = headings.index(FLAG)
    bare = [number for number, row in enumerate(table[1:], start=2) if len(row) <= place or row[place] != FLAGGED]
    if bare:
        raise _stopped(f"不開示が「要」でない行が{len(bare):,}行あります（{bare[0]}行目から）。")
    if len(table) - 1 != rows:
        raise _stopped("行の数が、照会する人の数と違います。")


def _stopped(why: str) -> CustodyProblem:
    return CustodyProblem(
        "K-1766",
        f"照会のファイルを止めました。{why}",
        kept="何も書き出していません。照会中にもしていません。",
        todo="担当へ知らせてください。不開示のない照会は、決して出さないでください。",
    )
