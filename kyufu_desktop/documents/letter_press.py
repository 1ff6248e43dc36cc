"""Letters of one kind as PDF, in memory: in chunks, by two processes where there are many."""

from __future__ import annotations

import contextlib
import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pypdfium2

from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures, counted, marks, vanished
from kyufu_desktop.documents.letter_pages import data_of, is_large, pictures_in
from kyufu_desktop.documents.letters import Composed
from kyufu_desktop.documents.notices import Content, kind_of
from kyufu_desktop.documents.typesetting import SecondProcess, TypesettingFault, forget, typeset
from kyufu_desktop.documents.wording import Wording
from kyufu_desktop.domain.envelope import LONG_3, Envelope, Rectangle
from kyufu_desktop.domain.first_page import first_page
from kyufu_desktop.errors import InputProblem, UserError

CHUNK = 16
"""Letters typeset at once: more need more memory (two processes do it), fewer more time."""
ALONE = 3 * CHUNK
"""Up to so many letters no second process is started: starting it would take longer."""

#: Right and down in mm: by how much the destination is moved against what the printer prints askew.
Shift = tuple[float, float]
STRAIGHT: Shift = (0.0, 0.0)

#: (done, of all); raises ``Cancelled`` to stop.
Progress = Callable[[int, int], None]


def _too_long(fault: TypesettingFault, letters: Sequence[Content]) -> str:
    """Code of the letter whose destination does not fit the window, where that is what stopped the template; else empty."""
    found = re.search(r"DESTINATION-TOO-LONG (\S+?)[\"\s]*$", fault.diagnostic)
    return found[1] if found is not None and any(letter.code == found[1] for letter in letters) else ""


def _refusal(fault: TypesettingFault, letters: Sequence[Content]) -> UserError:
    shifted = re.search(r"DESTINATION-SHIFTED (\S+?)[\"\s]*$", fault.diagnostic)
    if shifted is not None and any(letter.code == shifted[1] for letter in letters):
        return UserError(
            "K-1812",
            f"手紙 {shifted[1]} の宛先が、印刷位置の補正のために、封筒の窓からはみ出します。",
            kept="手紙は1通も作っていません。",
            todo="印刷位置の補正を小さくするか、まっすぐ印刷できるプリンターで印刷してください。",
        )
    too_long = _too_long(fault, letters)
    if too_long:
        return UserError(
            "K-1805",
            f"手紙 {too_long} の宛先が、封筒の窓に入りません（9ポイントまで小さくしました）。",
            kept="手紙は1通も作っていません。",
            todo="送り先の「建物・部屋」の行を分け直すか、届くのに要らない言葉を省いて、入れ直してください。",
        )
    codes = letters[0].code if len(letters) == 1 else f"{letters[0].code} から {letters[-1].code}"
    character = re.search(r"character `?.?U\+?\{?([0-9a-fA-F]{4,6})", fault.diagnostic)
    which = f"（U+{character[1].upper()}）" if character else ""
    return UserError(
        "K-1806",
        f"手紙 {codes} を組めませんでした{which}。",
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


@dataclass(frozen=True, slots=True)
class Job:
    """What all letters of a job have in common."""

    wording: Wording
    envelope: Envelope = LONG_3
    shift: Shift = STRAIGHT
    pictures: Pictures = field(default=NO_PICTURES, repr=False)
    masked: bool = False


def _places(job: Job) -> dict[str, Any]:
    """Where the parts of the first page stand, in the form that the templates read (mm). Raises ``UserError`` K-1811."""
    try:
        page = first_page(job.envelope)
    except InputProblem as problem:
        raise UserError(
            "K-1811",
            f"封筒「{job.envelope.name}」では、手紙の置き場所が足りません。",
            kept="手紙は1通も作っていません。",
            todo=f"「給付の定義」の封筒の寸法を確かめ、{problem.todo}",
        ) from None
    visible, ward = page.visible, page.ward
    return {
        "destination": _corner(page.destination),
        "visible": [visible.left, visible.top, visible.right, visible.bottom],
        "window": _corner(page.window),
        "ward": [ward.left, ward.top, ward.width],
        "body_top": page.body_top,
        "folds": list(page.folds),
        "mark": page.mark,
        "shift": list(job.shift),
    }


def _corner(found: Rectangle) -> list[float]:
    return [found.left, found.top, found.width, found.height]


def _chunk_data(letters: Sequence[Content], job: Job) -> dict[str, Any]:
    return {
        "wording": dict(job.wording.values),
        "places": _places(job),
        "large": is_large(letters[0]),
        "letters": [data_of(letter, job.wording, job.pictures, masked=job.masked) for letter in letters],
    }


def _chunk(letters: Sequence[Content], job: Job) -> bytes:
    try:
        return typeset(job.wording.template, _chunk_data(letters, job), job.pictures)
    except TypesettingFault as fault:
        # A chunk that fails is taken apart, so that the sentence names the letter.
        if len(letters) > 1 and "DESTINATION-" not in fault.diagnostic:
            for letter in letters:
                _chunk((letter,), job)
        raise _refusal(fault, letters) from None


def too_long(letters: Sequence[Content], job: Job) -> tuple[str, ...]:
    """Codes of the letters whose destination does not fit the window at 9 points.

    Raises ``UserError`` as :func:`compose` for other faults.
    """
    found: list[str] = []
    for chunk in _chunks(letters):
        left = list(chunk)
        while left:
            try:
                typeset(job.wording.template, _chunk_data(left, job), job.pictures)
                break
            except TypesettingFault as fault:
                code = _too_long(fault, left)
                if not code:
                    raise _refusal(fault, left) from None
                found.append(code)
                left = [letter for letter in left if letter.code != code]
        forget()
    return tuple(found)


def _silent(_done: int, _of: int) -> None:
    return None


def _chunks(letters: Sequence[Content]) -> list[Sequence[Content]]:
    """Letters in their order, ``CHUNK`` at most together and only of one layout."""
    found: list[Sequence[Content]] = []
    for _, alike in groupby(letters, is_large):
        run = list(alike)
        found += [run[start : start + CHUNK] for start in range(0, len(run), CHUNK)]
    return found


def compose(
    letters: Sequence[Content],
    wording: Wording,
    progress: Progress = _silent,
    pictures: Pictures = NO_PICTURES,
    *,
    envelope: Envelope = LONG_3,
    shift: Shift = STRAIGHT,
) -> Composed:
    """All letters as PDF, in memory, for the window of ``envelope``; ``shift`` moves the destination only.
    ``pictures`` stand for characters that no font holds.

    Raises ``UserError`` K-1803 (postal code), K-1804 (a character that neither a font nor a picture shows: letter code and code point),
    K-1805 (the destination does not fit the window at 9 points), K-1806 (the template stopped), K-1811 (the envelope leaves no room),
    K-1812 (moved, the destination would leave what the window always shows), K-1898 (a picture is not on the page).
    Then nothing is made. ``progress`` may raise ``Cancelled``.
    """
    if len({kind_of(letter) for letter in letters}) > 1:
        raise ValueError("letters of two kinds")
    if len({letter.code for letter in letters}) != len(letters):
        raise ValueError("two letters of one code")
    chunks = _chunks(letters)
    shown = {letter.code: pictures_in(letter, pictures) for letter in letters}
    pictures = pictures.only(cluster for found in shown.values() for cluster in found)
    job = Job(wording, envelope, shift, pictures)
    parts: dict[int, bytes] = {}
    pages: dict[int, tuple[int, ...]] = {}
    progress(0, len(letters))
    with _helper(chunks, job, parts) as waiting:
        while True:
            try:
                number = waiting.popleft()
            except IndexError:
                break
            parts[number] = _chunk(chunks[number], job)
            forget()
            progress(sum(len(chunks[ready]) for ready in list(parts)), len(letters))
    for number, chunk in enumerate(chunks):
        if number not in parts:
            # The second process stopped at this one or died: here it is done again, or its refusal names the letter.
            parts[number] = _chunk(chunk, job)
            forget()
        pages[number] = _pages(parts[number], len(chunk))
        _require_pictures(parts[number], pages[number], chunk, shown, pictures)
    progress(len(letters), len(letters))
    order = range(len(chunks))
    return Composed(tuple(parts[number] for number in order), tuple(count for number in order for count in pages[number]))


def _require_pictures(
    pdf: bytes, pages: Sequence[int], letters: Sequence[Content], shown: Mapping[str, Sequence[str]], pictures: Pictures
) -> None:
    """Every letter shows each of its pictures as often as it says the character, and no other picture."""
    known = marks(pictures)
    if not any(shown[letter.code] for letter in letters):
        return
    document = pypdfium2.PdfDocument(pdf)
    try:
        start = 0
        for letter, count in zip(letters, pages, strict=True):
            wanted = Counter(known[cluster] for cluster in shown[letter.code])
            if counted(document, range(start, start + count)) != wanted:
                raise vanished(f"手紙 {letter.code} ")
            start += count
    finally:
        document.close()


@contextlib.contextmanager
def _helper(chunks: Sequence[Sequence[Content]], job: Job, parts: dict[int, bytes]) -> Iterator[deque[int]]:
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
                part = second.typeset(_chunk_data(chunks[number], job))
            except UserError:
                part = None  # The same data is refused in the first process too, where somebody hears it.
            if part is None:
                return
            parts[number] = part

    second = SecondProcess(job.wording.template, job.pictures)
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


def preview(letter: Content, wording: Wording, pictures: Pictures = NO_PICTURES, *, envelope: Envelope = LONG_3) -> bytes:
    """The letter with hatched bars instead of the destination (which the template never receives), the window as a dashed frame."""
    return _chunk((letter,), Job(wording, envelope, pictures=pictures, masked=True))
