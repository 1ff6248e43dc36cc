"""The confirmation letter (支給要件確認書) as data, and what every letter is made of.

:class:`Confirmation` is all that a letter may hold. There is deliberately no field for the registered address, the category, a facility of
somebody else, the evidence or another household: what the template cannot receive it cannot print.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import pypdfium2

from kyufu_desktop.domain.judgment import AdjustmentWorking
from kyufu_desktop.domain.letter import Layout
from kyufu_desktop.domain.values import yen


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the letter goes, as written. ``care_of`` is a line of its own (「みどり園 気付」) or empty."""

    postal: str = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    name: str = field(repr=False)
    honorific: str = "様"
    care_of: str = field(default="", repr=False)


#: One benefit: its name, the amount in whole yen, lines of detail (may be empty).
BenefitLine = tuple[str, int, tuple[str, ...]]
#: One line of the sum of the adjustment benefit: what, how, result.
WorkingLine = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """All that one letter says. Amounts in whole yen; ``reissue`` is 0 for a first issue, else the number of the reissue.

    ``management_number`` may stay empty: then it is the part of ``code`` before the issue number. ``on_behalf_of`` is the recipient's own
    name where the letter goes to a proxy, else empty.
    """

    code: str
    document_number: str
    issued_on: date
    deadline: date
    destination: Destination
    benefits: tuple[BenefitLine, ...] = field(repr=False)
    members: tuple[str, ...] = field(repr=False)
    adjustment: tuple[WorkingLine, ...] = field(default=(), repr=False)
    practice: bool = False
    reissue: int = 0
    management_number: str = ""
    layout: Layout = Layout.STANDARD
    on_behalf_of: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Composed:
    """The letters as PDF: each of ``parts`` (``CHUNK`` letters) is PDF/A-2b and PDF/UA-1 with its tags, in the order of the letters."""

    parts: tuple[bytes, ...] = field(repr=False)
    pages_per_letter: tuple[int, ...]

    @property
    def pdf(self) -> bytes:
        """All letters in one file. More than one part are joined for the printer (joining keeps the pages, not the tags)."""
        return self.parts[0] if len(self.parts) == 1 else join(self.parts)

    def letters(self) -> Iterator[bytes]:
        """Each letter as a PDF of its own, in order, for the printer.

        A letter that is a part alone keeps its tags; one that is cut out of a part loses them (paper has none): the tree of a part holds
        the words of all its letters, so that a copy of it would carry those of other people.
        """
        counts = iter(self.pages_per_letter)
        for part in self.parts:
            source = pypdfium2.PdfDocument(part)
            try:
                total, start = len(source), 0
                while start < total:
                    count = next(counts)
                    yield part if count == total else _cut(source, range(start, start + count))
                    start += count
            finally:
                source.close()


def _cut(source: pypdfium2.PdfDocument, pages: range) -> bytes:
    target = pypdfium2.PdfDocument.new()
    try:
        target.import_pages(source, list(pages))
        buffer = io.BytesIO()
        target.save(buffer)
        return buffer.getvalue()
    finally:
        target.close()


def join(parts: Sequence[bytes]) -> bytes:
    """The pages of several PDFs, in order, as one, in memory."""
    target = pypdfium2.PdfDocument.new()
    try:
        for part in parts:
            source = pypdfium2.PdfDocument(part)
            try:
                target.import_pages(source)
            finally:
                source.close()
        buffer = io.BytesIO()
        target.save(buffer)
        return buffer.getvalue()
    finally:
        target.close()


def working_lines(working: AdjustmentWorking) -> tuple[WorkingLine, ...]:
    """The sum of the adjustment benefit as it stands in the letter: people, both taxes, both shortfalls, their sum, rounded up once."""
    people = "＋".join(f"{label}{count}人" for label, count in working.components if count or label in ("本人", "納税者"))
    return (
        ("算定の人数", people or f"{working.people}人", f"{working.people}人"),
        (
            "(A) 所得税分",
            _shortfall(working.income_tax_frame, working.people, "推計所得税額", working.income_tax),
            yen(working.income_tax_shortfall),
        ),
        (
            "(B) 住民税分",
            _shortfall(working.resident_tax_frame, working.people, "住民税所得割額", working.income_levy),
            yen(working.resident_tax_shortfall),
        ),
        ("(A)＋(B)", f"{yen(working.income_tax_shortfall)} ＋ {yen(working.resident_tax_shortfall)}", yen(working.total)),
        ("支給予定額", "(A)＋(B) を1万円単位に切り上げた額", yen(working.amount)),
    )


def _shortfall(frame: int, people: int, tax_name: str, tax: int) -> str:
    each = frame // people if people else frame
    return f"{yen(each)}×{people}人 － {tax_name} {yen(tax)}（0円を下回るときは0円）"
