"""Where letters come out: one printer on the desk with its paper tray, one side or both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
    Failure.UNKNOWN: "プリンターから返事がありませんでした",
}


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
