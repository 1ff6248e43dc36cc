"""Where letters come out: one printer on the desk, its tray and sides, how far it prints beside the mark; why letters are made anew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from kyufu_desktop.domain.envelope import Envelope, Rectangle
from kyufu_desktop.domain.first_page import first_page
from kyufu_desktop.errors import InputProblem

#: Without 0, 1, 2, 5, 8, B, I, O, S, Z: a code that is typed from paper must not be misread.
CODE_LETTERS = "34679ACDEFGHJKLMNPQRTUVWXY"
CODE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Machine:
    """The pinned printer: queue, device address, tray ("" = the printer's own choice), both sides of a sheet or one."""

    name: str
    device: str = ""
    tray: str = ""
    duplex: bool = False

    def sheets(self, pages: int) -> int:
        """Sheets of paper of one letter; letters never share a sheet."""
        return (pages + 1) // 2 if self.duplex else pages


class Failure(StrEnum):
    """Why a run of letters did not reach the printer as a whole (in the print ledger)."""

    CANCELLED = "CANCELLED"
    REFUSED = "REFUSED"
    UNKNOWN = "UNKNOWN"


FAILURE_WORDS: dict[Failure, str] = {
    Failure.CANCELLED: "途中でやめました",
    Failure.REFUSED: "プリンターが受け付けませんでした",
    Failure.UNKNOWN: "紙がどこまで出たか、分かりませんでした",
}


#: What the program itself writes as the reason of a letter made anew; whatever else stands there was typed by a person.
STOPPED_REASON = "印刷が途中で止まったため"
VOIDED_REASON = "決裁が無効になったため"


class ReprintCause(StrEnum):
    """Why a printed letter did not go out, as the print ledger may say it: a reason that a person typed may hold a name."""

    STOPPED = "A"
    VOIDED = "B"
    SPOILED = "C"


CAUSE_WORDS: dict[ReprintCause, str] = {
    ReprintCause.STOPPED: "印刷が途中で止まった",
    ReprintCause.VOIDED: "決裁が無効になった",
    ReprintCause.SPOILED: "人が書損にした",
}


def cause_of(reason: str | None) -> ReprintCause:
    """The code of a reason; its words are not given on."""
    return {STOPPED_REASON: ReprintCause.STOPPED, VOIDED_REASON: ReprintCause.VOIDED}.get(reason or "", ReprintCause.SPOILED)


@dataclass(frozen=True, slots=True)
class PrintLine:
    """One line of the print ledger (印刷管理簿). Numbers and codes: the letters' own codes and the names of persons stay out of it."""

    job_id: int
    started_at: str
    started_by: str
    printer: str
    tray: str
    duplex: bool
    kind_word: str
    letters: int
    sheets: int
    good_sheets: int | None
    """None: how they came out was not said yet."""
    shredded_sheets: int
    spoiled: int
    """Letters of this run that were not sent: made anew under another number, or shredded."""
    anew: int
    """Those of them that were made anew."""
    causes: tuple[tuple[ReprintCause, int], ...]
    failure_words: str
    sha256: str


#: The destination may be moved by so much (mm) ...
SHIFT_MOST = 5.0
#: ... in steps of 0.1 mm, and keeps so far from the edge of what the window always shows when it is not moved.
BLOCK_MARGIN = 0.5
_SHIFT = re.compile(r"[+-]?[0-9]{1,2}(?:\.[0-9])?")
_SHIFT_PLAIN = str.maketrans("０１２３４５６７８９．＋－−‐ー", "0123456789.+----")
_SHIFT_KEPT = "補正は変えていません。"


def typed_shift(name: str, text: str) -> float:
    """Millimetres as a person types them ("-0.3", "０．４"). Raises InputProblem K-1876 naming ``name``."""
    plain = "".join(text.translate(_SHIFT_PLAIN).split())
    if not _SHIFT.fullmatch(plain) or abs(float(plain)) > SHIFT_MOST:
        raise InputProblem(
            "K-1876",
            name,
            f"補正は、-{SHIFT_MOST}から{SHIFT_MOST}まで、0.1mmきざみの数です。",
            kept=_SHIFT_KEPT,
            todo="「0.3」や「-0.2」のように入れてください。",
        )
    return float(plain)


def destination_block(envelope: Envelope) -> Rectangle:
    """Where the letters lay the destination (mm): what the window always shows, less a margin."""
    return first_page(envelope).destination


def check_shift(envelope: Envelope, name: str, right: float, down: float) -> None:
    """Whether the moved destination still lies in what the window always shows. Raises InputProblem K-1877 naming ``name``."""
    always, block = envelope.always_visible(), destination_block(envelope)
    if always.holds(block.shifted(right, down), 1e-6):
        return
    raise InputProblem(
        "K-1877",
        name,
        f"{envelope.name}の窓で宛先が隠れないのは、{BLOCK_MARGIN}mmまでです。",
        kept=_SHIFT_KEPT,
        todo="大きなずれは、用紙の口の紙そろえで直してください。",
    )


def typed_code(text: str) -> str:
    """The code of a test page as it was typed: full width, small letters and blanks are accepted.

    Raises ``InputProblem("code")`` K-1871.
    """
    wide = str.maketrans({chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)})
    plain = "".join(text.translate(wide).split()).replace("-", "").upper()
    if len(plain) != CODE_LENGTH or set(plain) - set(CODE_LETTERS):
        raise InputProblem(
            "K-1871",
            "code",
            f"試し刷りの符号は、英数字{CODE_LENGTH}字です。",
            kept="プリンターは、まだ使えるようにしていません。",
            todo="出てきた紙の大きな文字を、そのまま入力してください。",
        )
    return plain
