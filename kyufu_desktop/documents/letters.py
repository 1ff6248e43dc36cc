"""The confirmation letter (支給要件確認書) as data, and its PDF.

:class:`Confirmation` is all that a letter may hold. There is deliberately no field for the registered address, the category, a facility of
somebody else, the evidence or another household: what the template cannot receive it cannot print.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pypdfium2

from kyufu_desktop.documents import barcodes
from kyufu_desktop.documents.fonts import route, unprintable
from kyufu_desktop.documents.typesetting import SecondProcess, TypesettingFault, forget, runs, typeset
from kyufu_desktop.documents.wording import Wording, load
from kyufu_desktop.domain.calendar import wareki, wareki_with_weekday
from kyufu_desktop.domain.judgment import AdjustmentWorking
from kyufu_desktop.domain.letter import Layout
from kyufu_desktop.domain.values import yen
from kyufu_desktop.errors import UserError

CHUNK = 26
"""Letters typeset at once: more need more memory (two processes do it), fewer more time."""
ALONE = 2 * CHUNK
"""Up to so many letters no second process is started: starting it would take longer."""

#: (done, of all); raises ``Cancelled`` to stop.
Progress = Callable[[int, int], None]


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

    ``management_number`` may stay empty: then it is the part of ``code`` before the issue number.
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


@dataclass(frozen=True, slots=True)
class Composed:
    """The letters as PDF: each of ``parts`` (``CHUNK`` letters) is PDF/A-2b and PDF/UA-1 with its tags, in the order of the letters."""

    parts: tuple[bytes, ...] = field(repr=False)
    pages_per_letter: tuple[int, ...]

    @property
    def pdf(self) -> bytes:
        """All letters in one file. More than one part are joined for the printer (joining keeps the pages, not the tags)."""
        return self.parts[0] if len(self.parts) == 1 else join(self.parts)


def join(parts: Sequence[bytes]) -> bytes:
    """The pages of several PDFs, in order, as one, in memory."""
    import io

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


def _texts(letter: Confirmation) -> tuple[str, ...]:
    return (*letter.destination.lines, letter.destination.care_of, letter.destination.name, *letter.members)


def obstacle(letter: Confirmation) -> str | None:
    """None where the letter can be printed, else the sentence why not (code points, never the text)."""
    missing = dict.fromkeys(code for text in _texts(letter) for code in unprintable(text))
    return f"印刷できない文字があります（{'、'.join(missing)}）。" if missing else None


def _postal(postal: str) -> str:
    digits = re.sub(r"\D", "", postal.translate(str.maketrans("０１２３４５６７８９", "0123456789")))
    if len(digits) != 7:
        raise UserError("K-1803", "郵便番号が7けたではありません。", kept="手紙は作っていません。", todo="宛先の郵便番号を直してください。")
    return f"{digits[:3]}-{digits[3:]}"


def _destination(letter: Confirmation, wording: Wording) -> dict[str, Any]:
    destination = letter.destination
    found: dict[str, Any] = {
        "destination": {
            "postal": _postal(destination.postal),
            "lines": [runs(route(line)) for line in destination.lines if line],
            "care_of": runs(route(destination.care_of)),
            "name": runs(route(destination.name)),
            "honorific": destination.honorific,
        }
    }
    if wording.customer_barcode:
        found["customer"] = barcodes.customer(destination.postal, " ".join(destination.lines)).decode("ascii")
        found["customer_width"] = barcodes.customer_size_mm()[0]
    return found


def _data(letter: Confirmation, wording: Wording, *, masked: bool) -> dict[str, Any]:
    missing = obstacle(letter)
    if missing is not None:
        raise UserError(
            "K-1804",
            f"確認書 {letter.code} に{missing}",
            kept="手紙は1通も作っていません。",
            todo="正しい字形を住民記録で確かめ、外字の書体を入れるか、文字を直してください。",
        )
    bars = barcodes.code128(letter.code)
    return {
        "code": letter.code,
        "management_number": letter.management_number or letter.code.rpartition("-")[0] or letter.code,
        "document_number": letter.document_number,
        "issued_on": wareki(letter.issued_on),
        "deadline": wareki_with_weekday(letter.deadline),
        "mark": f"再発行 {letter.reissue}" if letter.reissue else "",
        "practice": letter.practice,
        "masked": masked,
        "benefits": [{"label": label, "amount": yen(amount), "detail": list(detail)} for label, amount, detail in letter.benefits],
        "total": yen(sum(amount for _, amount, _ in letter.benefits)),
        "adjustment": [list(line) for line in letter.adjustment],
        "members": [runs(route(member)) for member in letter.members],
        "bars": bars.decode("ascii"),
        "bars_width": barcodes.width_mm(bars),
        # A masked letter never receives the destination: what is not there cannot be uncovered.
        **({} if masked else _destination(letter, wording)),
    }


def _refusal(fault: TypesettingFault, letters: Sequence[Confirmation]) -> UserError:
    too_long = re.search(r"DESTINATION-TOO-LONG (\S+?)[\"\s]*$", fault.diagnostic)
    if too_long is not None and any(letter.code == too_long[1] for letter in letters):
        return UserError(
            "K-1805",
            f"確認書 {too_long[1]} の宛先が、封筒の窓に入りません（9ポイントまで小さくしました）。",
            kept="手紙は1通も作っていません。",
            todo="方書の行を分けるか、窓のない封筒で送ってください。",
        )
    codes = letters[0].code if len(letters) == 1 else f"{letters[0].code} から {letters[-1].code}"
    character = re.search(r"character `?.?U\+?\{?([0-9a-fA-F]{4,6})", fault.diagnostic)
    which = f"（U+{character[1].upper()}）" if character else ""
    return UserError(
        "K-1806",
        f"確認書 {codes} を組めませんでした{which}。",
        kept="手紙は1通も作っていません。",
        todo="文言の設定と書体を確かめ、直らないときは担当へ知らせてください。",
    )


def _pages(pdf: bytes, count: int) -> tuple[int, ...]:
    """Pages of each letter, by the bookmark that each letter's title makes."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        starts = [bookmark.get_dest().get_index() for bookmark in document.get_toc() if bookmark.level == 0]
        total = len(document)
    finally:
        document.close()
    if len(starts) != count:
        raise UserError("K-1806", "確認書の通数とページが合いません。", kept="手紙は1通も作っていません。", todo="担当へ知らせてください。")
    return tuple(following - start for start, following in zip(starts, [*starts[1:], total], strict=True))


def _chunk_data(letters: Sequence[Confirmation], wording: Wording, *, masked: bool) -> dict[str, Any]:
    return {"wording": dict(wording.values), "letters": [_data(letter, wording, masked=masked) for letter in letters]}


def _chunk(letters: Sequence[Confirmation], wording: Wording, *, masked: bool) -> bytes:
    try:
        return typeset(wording.template, _chunk_data(letters, wording, masked=masked))
    except TypesettingFault as fault:
        # A chunk that fails is taken apart, so that the sentence names the letter.
        if len(letters) > 1 and "DESTINATION-TOO-LONG" not in fault.diagnostic:
            for letter in letters:
                _chunk((letter,), wording, masked=masked)
        raise _refusal(fault, letters) from None


def _silent(_done: int, _of: int) -> None:
    return None


def compose(letters: Sequence[Confirmation], wording: Wording, progress: Progress = _silent) -> Composed:
    """All letters as PDF, in memory.

    Raises ``UserError`` K-1803 (postal code), K-1804 (a character that no font holds: letter code and code point),
    K-1805 (the destination does not fit the window at 9 points), K-1806 (the template stopped).
    Then nothing is made. ``progress`` may raise ``Cancelled``.
    """
    if len({letter.code for letter in letters}) != len(letters):
        raise ValueError("two letters of one code")
    chunks = [letters[start : start + CHUNK] for start in range(0, len(letters), CHUNK)]
    parts: dict[int, bytes] = {}
    pages: dict[int, tuple[int, ...]] = {}
    progress(0, len(letters))
    with _helper(chunks, wording, parts) as waiting:
        while True:
            try:
                number = waiting.popleft()
            except IndexError:
                break
            parts[number] = _chunk(chunks[number], wording, masked=False)
            forget()
            progress(sum(len(chunks[ready]) for ready in list(parts)), len(letters))
    for number, chunk in enumerate(chunks):
        if number not in parts:
            # The second process stopped at this one or died: here it is done again, or its refusal names the letter.
            parts[number] = _chunk(chunk, wording, masked=False)
            forget()
        pages[number] = _pages(parts[number], len(chunk))
    progress(len(letters), len(letters))
    order = range(len(chunks))
    return Composed(tuple(parts[number] for number in order), tuple(count for number in order for count in pages[number]))


@contextlib.contextmanager
def _helper(chunks: Sequence[Sequence[Confirmation]], wording: Wording, parts: dict[int, bytes]) -> Iterator[deque[int]]:
    """The numbers of the chunks still to do. Many letters: a second process takes some of them and its PDFs come into ``parts``.

    On an orderly end its last chunk is waited for; on any other the process is ended at once.
    """
    waiting = deque(range(len(chunks)))
    if sum(map(len, chunks)) <= ALONE or not SecondProcess.available():
        yield waiting
        return

    def work() -> None:
        while True:
            try:
                number = waiting.popleft()
            except IndexError:
                return
            try:
                part = second.typeset(_chunk_data(chunks[number], wording, masked=False))
            except UserError:
                part = None  # The same data is refused in the first process too, where somebody hears it.
            if part is None:
                return
            parts[number] = part

    second = SecondProcess(wording.template)
    beside = threading.Thread(target=work, daemon=True)
    try:
        with second:
            beside.start()
            try:
                yield waiting
                beside.join()
            finally:
                waiting.clear()
    finally:
        # The process is gone: whoever still waits for its answer has it now.
        beside.join()
        second.close()


def preview(letter: Confirmation, wording: Wording | None = None) -> bytes:
    """The letter with hatched bars instead of the destination (which the template never receives)."""
    return _chunk((letter,), wording or load(), masked=True)
