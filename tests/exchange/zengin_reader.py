"""Reads a bank file by the table of the format (全銀協 総合振込), as slices. Written apart: nothing of the program is imported here.

Positions count from 1, as the table does. Numbers (N) are zero padded digits; texts (C) are padded with blanks at the right.
"""

from __future__ import annotations

from dataclasses import dataclass

LENGTH = 120
#: name -> (first position, length, N or C)
HEADER = {
    "record": (1, 1, "N"), "service": (2, 2, "N"), "code_type": (4, 1, "N"), "client_code": (5, 10, "N"), "client_name": (15, 40, "C"),
    "day": (55, 4, "N"), "bank": (59, 4, "N"), "bank_name": (63, 15, "C"), "branch": (78, 3, "N"), "branch_name": (81, 15, "C"),
    "kind": (96, 1, "N"), "number": (97, 7, "N"), "dummy": (104, 17, "C"),
}  # fmt: skip
DATA = {
    "record": (1, 1, "N"), "bank": (2, 4, "N"), "bank_name": (6, 15, "C"), "branch": (21, 3, "N"), "branch_name": (24, 15, "C"),
    "clearing": (39, 4, "X"), "kind": (43, 1, "N"), "number": (44, 7, "N"), "holder": (51, 30, "C"), "amount": (81, 10, "N"),
    "new_code": (91, 1, "N"), "customer": (92, 20, "C"), "transfer_kind": (112, 1, "X"), "mark": (113, 1, "X"), "dummy": (114, 7, "C"),
}  # fmt: skip
TRAILER = {"record": (1, 1, "N"), "count": (2, 6, "N"), "total": (8, 12, "N"), "dummy": (20, 101, "C")}
END = {"record": (1, 1, "N"), "dummy": (2, 119, "C")}


class Misread(Exception):
    """The bytes are not a bank file; the message says where."""


@dataclass(frozen=True)
class BankFile:
    header: dict[str, str]
    transfers: list[dict[str, str]]
    trailer: dict[str, str]

    @property
    def count(self) -> int:
        return len(self.transfers)

    @property
    def total(self) -> int:
        return sum(int(transfer["amount"]) for transfer in self.transfers)


def read(data: bytes, line_end: bytes = b"\r\n", end_mark: bool = False) -> BankFile:
    """Everything of a file with one group, checked for structure. Raises Misread."""
    if end_mark:
        if data[-1:] != b"\x1a":
            raise Misread("no end mark")
        data = data[:-1]
    step = LENGTH + len(line_end)
    if not data or len(data) % step:
        raise Misread(f"{len(data)} bytes are not records of {step}")
    records = []
    for at in range(0, len(data), step):
        if data[at + LENGTH : at + step] != line_end:
            raise Misread(f"no line end at {at + LENGTH}")
        records.append(data[at : at + LENGTH])
    kinds = [record[:1] for record in records]
    if len(records) < 4 or kinds != [b"1", *[b"2"] * (len(records) - 3), b"8", b"9"]:
        raise Misread("order of the records")
    found = BankFile(fields(records[0], HEADER), [fields(record, DATA) for record in records[1:-2]], fields(records[-2], TRAILER))
    fields(records[-1], END)
    if (int(found.trailer["count"]), int(found.trailer["total"])) != (found.count, found.total):
        raise Misread("the trailer does not count what is there")
    return found


def fields(record: bytes, layout: dict[str, tuple[int, int, str]]) -> dict[str, str]:
    found = {}
    for name, (first, length, kind) in layout.items():
        raw = record[first - 1 : first - 1 + length]
        # JIS X 0201: one byte a character, ASCII below 80, half-width kana from A1 to DF.
        if any(not (0x20 <= byte < 0x7F or 0xA1 <= byte <= 0xDF) for byte in raw):
            raise Misread(f"{name}: a byte outside JIS X 0201")
        text = "".join(chr(byte) if byte < 0x80 else chr(0xFF61 + byte - 0xA1) for byte in raw)
        if kind == "N" and not (text.isascii() and text.isdigit()):
            raise Misread(f"{name}: no digits")
        if name == "dummy" and text.strip(" "):
            raise Misread("dummy: not blank")
        found[name] = text.rstrip(" ") if kind == "C" else text
    return found
