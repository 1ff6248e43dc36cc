"""The rows of 支給予定情報 packed in memory: a million of them as objects would take half a gigabyte."""

from __future__ import annotations

import itertools
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import overload

from kyufu_desktop.domain.collation import PlannedPayment
from kyufu_desktop.domain.values import Benefit

#: Rows in one packed piece.
_PIECE = 2000


class PlannedRows(Sequence[PlannedPayment]):
    """An immutable sequence of planned payments, in the order of the sheet, unpacked piece by piece while it is walked through."""

    __slots__ = ("_count", "_pieces")

    def __init__(self, rows: Iterable[PlannedPayment]) -> None:
        self._pieces: list[bytes] = []
        self._count = 0
        walker = iter(rows)
        while piece := list(itertools.islice(walker, _PIECE)):
            self._count += len(piece)
            packed = json.dumps([_plain(row) for row in piece], ensure_ascii=False, separators=(",", ":"))
            self._pieces.append(zlib.compress(packed.encode("utf-8"), 1))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[PlannedPayment]:
        for piece in self._pieces:
            yield from _unpacked(piece)

    def pieces(self) -> Iterator[list[PlannedPayment]]:
        """The rows, some thousands at a time."""
        for piece in self._pieces:
            yield _unpacked(piece)

    @overload
    def __getitem__(self, at: int) -> PlannedPayment: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[PlannedPayment, ...]: ...

    def __getitem__(self, at: int | slice) -> PlannedPayment | tuple[PlannedPayment, ...]:
        if isinstance(at, slice):
            return tuple(self[place] for place in range(*at.indices(self._count)))
        place = at + self._count if at < 0 else at
        if not 0 <= place < self._count:
            raise IndexError(at)
        return _unpacked(self._pieces[place // _PIECE])[place % _PIECE]

    def __repr__(self) -> str:
        return f"<{self._count} planned rows>"


def _plain(row: PlannedPayment) -> tuple[object, ...]:
    return (
        row.row,
        row.management_number,
        row.household_number,
        row.head_number,
        row.kana_folded,
        row.birth.toordinal() if row.birth is not None else None,
        row.benefit.value,
        row.amount,
        row.planned_on.toordinal() if row.planned_on is not None else None,
        row.paid,
        row.child_number,
    )


def _unpacked(piece: bytes) -> list[PlannedPayment]:
    return [
        PlannedPayment(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            date.fromordinal(row[5]) if row[5] is not None else None,
            _BENEFITS[row[6]],
            row[7],
            date.fromordinal(row[8]) if row[8] is not None else None,
            row[9],
            row[10],
        )
        for row in json.loads(zlib.decompress(piece))
    ]


_BENEFITS: dict[str, Benefit] = {benefit.value: benefit for benefit in Benefit}
