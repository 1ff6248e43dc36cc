"""点字利用者 in 確認書・通知: whose letters are heard, in which layout they are printed, and the text to be read aloud."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import Layout, LetterState
from kyufu_desktop.services import host_exchange, reading_texts, workstation
from kyufu_desktop.services.host_exchange import Outgoing, Progress
from kyufu_desktop.services.letters import LetterRow
from kyufu_desktop.services.reading_texts import ReadingText
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import LeavesHouseDialog, present
from kyufu_desktop.views.parts import Button, Cell, Column, EmptyList, Row, Table
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_reading import ReadingDialog
from kyufu_desktop.views.stations.file_choice import MediumDialog
from kyufu_desktop.views.stations.letters_rows import state_chip

_LAYOUTS: dict[Layout, str] = {Layout.STANDARD: "標準", Layout.LARGE: "大活字"}


def is_heard(letter: LetterRow) -> bool:
    """Whether a letter belongs into the list: of a 点字利用者, or made in large print for one, and of a valid code."""
    return (letter.braille or letter.layout is Layout.LARGE) and not letter.void and letter.state is not LetterState.SPOILED


class ReadAloud:
    """Belongs to the station. ``chosen`` gives the letter of the chosen row, and says so where none is."""

    def __init__(self, station: Station, chosen: Callable[[], LetterRow | None], folder: Path) -> None:
        self._station, self._chosen, self._folder = station, chosen, folder
        self._letter: LetterRow | None = None
        self.table = Table(
            [Column("状態", 140), Column("氏名・番号・種類"), Column("紙の文字", 96), Column("読み上げ文", 116)],
            row_height=48,
            name="点字利用者の手紙",
            empty=EmptyList(
                "点字利用者の手紙はありません。", "ホストの「点字利用者情報」がある人の手紙を作ると、ここに並びます。", icon_name="letter"
            ),
        )
        self.table.setMinimumHeight(136)
        self.tell = Button("読み上げ文を見る…", "Alt+V", name="letters.read_aloud")
        self.tell.clicked.connect(self._ask_text)
        self.write = Button("媒体に書き出す…", "Alt+W", name="letters.write_reading_text")
        self.write.clicked.connect(self._ask_medium)

    def show_letters(self, shown: Sequence[LetterRow]) -> None:
        self.table.set_rows([_row(letter) for letter in shown])
        for button in (self.tell, self.write):
            button.allow() if shown else button.forbid("")

    # ------------------------------------------------------------ on the screen
    def _ask_text(self) -> None:
        letter = self._chosen()
        if letter is not None:
            work = partial(_text, self._station.desk, letter.letter_id)
            self._station.lane.write(self._station, work, self._read, title="読み上げ文を作っています")

    def _read(self, result: tuple[Changes, ReadingText]) -> None:
        present(ReadingDialog(result[1]))

    # ------------------------------------------------------------ on a medium
    def _ask_medium(self) -> None:
        self._letter = self._chosen()
        if self._letter is not None:
            self._station.lane.read(self._station, partial(workstation.setting, self._station.desk, "medium"), self._choose_medium)

    def _choose_medium(self, medium: str) -> None:
        letter = self._letter
        dialog = MediumDialog("読み上げ文を書き出します", self._folder, medium)
        if letter is None or not present(dialog):
            return
        self._folder = dialog.folder
        work = partial(_make, self._station.desk, letter.letter_id, dialog.medium)
        self._station.lane.write(self._station, work, partial(self._confirm, letter), title="読み上げ文を作っています")

    def _confirm(self, letter: LetterRow, result: tuple[Changes, Outgoing]) -> None:
        outgoing = result[1]
        dialog = LeavesHouseDialog(
            "読み上げ文を、外へ出します",
            out=f"{outgoing.file_name}　{letter.kind_word} {letter.code}　1件",
            contains="氏名と読み・給付の種類・金額・期限・問い合わせ先",
            not_contains="送り先の住所・電話・施設の名前・口座番号（おわり3けたを除く）",
            destination=f"登録媒体 {outgoing.medium}（暗号化）→ 本人",
            carrier=f"{self._station.desk.staff.name}　パスワードは別の日に渡します",
            irreversible="書き出したことは、受渡し管理簿に残ります。渡したことは「ホスト連携」で書きます。",
            total=outgoing.rows,
            what="件数",
            unit="件",
        )
        if present(dialog):
            work = partial(_write, self._station.desk, outgoing, str(self._folder))
            self._station.lane.write(self._station, work, title="媒体へ書き出しています")


def _row(letter: LetterRow) -> Row:
    made = letter.read_aloud_on
    return Row(
        letter.letter_id,
        (
            Cell(chip=state_chip(letter)),
            Cell(letter.name, sub=f"{letter.code} {letter.kind_word}", sub_mono=True, name=True),
            Cell(_LAYOUTS[letter.layout], color="text" if letter.layout is Layout.LARGE else "hold"),
            Cell(f"{made.month}/{made.day} 作成" if made else "まだ", color="text" if made else "hold"),
        ),
    )


# What runs on the lane.
def _text(desk: Desk, letter_id: int, _: Progress) -> tuple[Changes, ReadingText]:
    made = reading_texts.show(desk, letter_id)
    return Changes(Kind.LETTERS | Kind.AUDIT, f"{made.code} の読み上げ文を作りました。"), made


def _make(desk: Desk, letter_id: int, medium: str, progress: Progress) -> tuple[Changes, Outgoing]:
    made = reading_texts.make_archive(desk, letter_id, medium, progress)
    return Changes(Kind.NONE, "読み上げ文を作りました。まだ外へ出していません。"), made


def _write(desk: Desk, outgoing: Outgoing, folder: str, _: Progress) -> Changes:
    written = host_exchange.write_out(desk, outgoing, folder)
    return Changes(written.kinds | Kind.LETTERS, written.sentence)
