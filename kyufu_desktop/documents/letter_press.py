"""Letters of one kind as PDF, in memory: in chunks, by two processes where there are many."""

from __future__ import annotations

import contextlib
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

import pypdfium2

from kyufu_desktop.documents.letter_pages import data_of, is_large
from kyufu_desktop.documents.letters import Composed
from kyufu_desktop.documents.notices import Content, kind_of
from kyufu_desktop.documents.typesetting import SecondProcess, TypesettingFault, forget, typeset
from kyufu_desktop.documents.wording import Wording
from kyufu_desktop.errors import UserError

CHUNK = 26
"""Letters typeset at once: more need more memory (two processes do it), fewer more time."""
ALONE = 2 * CHUNK
"""Up to so many letters no second process is started: starting it would take longer."""

#: (done, of all); raises ``Cancelled`` to stop.
Progress = Callable[[int, int], None]


def _too_long(fault: TypesettingFault, letters: Sequence[Content]) -> str:
    """Code of the letter whose destination does not fit the window, where that is what stopped the template; else empty."""
    found = re.search(r"DESTINATION-TOO-LONG (\S+?)[\"\s]*$", fault.diagnostic)
    return found[1] if found is not None and any(letter.code == found[1] for letter in letters) else ""


def _refusal(fault: TypesettingFault, letters: Sequence[Content]) -> UserError:
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


def _chunk_data(letters: Sequence[Content], wording: Wording, *, masked: bool) -> dict[str, Any]:
    return {
        "wording": dict(wording.values),
        "large": is_large(letters[0]),
        "letters": [data_of(letter, wording, masked=masked) for letter in letters],
    }


def _chunk(letters: Sequence[Content], wording: Wording, *, masked: bool) -> bytes:
    try:
        return typeset(wording.template, _chunk_data(letters, wording, masked=masked))
    except TypesettingFault as fault:
        # A chunk that fails is taken apart, so that the sentence names the letter.
        if len(letters) > 1 and "DESTINATION-TOO-LONG" not in fault.diagnostic:
            for letter in letters:
                _chunk((letter,), wording, masked=masked)
        raise _refusal(fault, letters) from None


def too_long(letters: Sequence[Content], wording: Wording) -> tuple[str, ...]:
    """Codes of the letters whose destination does not fit the window at 9 points.

    Raises ``UserError`` as :func:`compose` for other faults.
    """
    found: list[str] = []
    for chunk in _chunks(letters):
        left = list(chunk)
        while left:
            try:
                typeset(wording.template, _chunk_data(left, wording, masked=False))
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


def compose(letters: Sequence[Content], wording: Wording, progress: Progress = _silent) -> Composed:
    """All letters as PDF, in memory.

    Raises ``UserError`` K-1803 (postal code), K-1804 (a character that no font holds: letter code and code point),
    K-1805 (the destination does not fit the window at 9 points), K-1806 (the template stopped).
    Then nothing is made. ``progress`` may raise ``Cancelled``.
    """
    if len({kind_of(letter) for letter in letters}) > 1:
        raise ValueError("letters of two kinds")
    if len({letter.code for letter in letters}) != len(letters):
        raise ValueError("two letters of one code")
    chunks = _chunks(letters)
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
def _helper(chunks: Sequence[Sequence[Content]], wording: Wording, parts: dict[int, bytes]) -> Iterator[deque[int]]:
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


def preview(letter: Content, wording: Wording) -> bytes:
    """The letter with hatched bars instead of the destination (which the template never receives)."""
    return _chunk((letter,), wording, masked=True)
