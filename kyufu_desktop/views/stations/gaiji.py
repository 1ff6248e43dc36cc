"""外字: the characters that no font holds, who needs them, and the way out: a picture that a second person has compared."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.gaiji import OPEN, GaijiState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import gaiji, gaiji_list
from kyufu_desktop.services.gaiji_list import GaijiRow
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, Chip, EmptyList, Panel, Row, Segments, Table, col, label, row
from kyufu_desktop.views.parts.chip import ChipLike
from kyufu_desktop.views.parts.glyphs import ABOVE, draw, shaped
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Go, Station
from kyufu_desktop.views.stations.dialogs_gaiji import ChoosePictureDialog, LookAtPictureDialog
from kyufu_desktop.views.stations.form_dialog import WhyDialog
from kyufu_desktop.views.stations.gaiji_picture import PictureView
from kyufu_desktop.views.theme import q

CHIPS: dict[GaijiState, ChipLike] = {
    GaijiState.MISSING: ("絵がない", "todo", "hold"),
    GaijiState.WAITING: "2人目待ち",
    GaijiState.APPROVED: ("登録済", "users", "ok"),
    GaijiState.WITHDRAWN: ("取下げ", "ban", "hold"),
    GaijiState.IN_FONT: ("書体にある", "ok", "ok"),
}
#: What the state means, and what to do next.
SENTENCES: dict[GaijiState, str] = {
    GaijiState.MISSING: "この文字のある手紙は印刷できません。絵を登録してください。",
    GaijiState.WAITING: "登録した人とは別の人が、書類と見比べてください。",
    GaijiState.APPROVED: "この絵を、手紙と画面に使っています。",
    GaijiState.WITHDRAWN: "絵を取り下げました。手紙には、新しい絵が要ります。",
    GaijiState.IN_FONT: "この端末の外字の書体で印刷します。絵は要りません。",
}
TO_DO, ALL = "todo", "all"
_SMALL = 28


class GaijiStation(Station):
    """Left the characters, right the chosen one: its picture, its code point, the cases that wait for it."""

    key = "gaiji"
    title = "外字"
    icon = "gaiji"
    kinds = Kind.GAIJI | Kind.CASES | Kind.ADDRESSES | Kind.EVIDENCE | Kind.JUDGMENTS

    def __init__(self, desk: Desk, lane: Lane, go: Go, media: Path) -> None:
        super().__init__(desk, lane, go)
        self._folder = media
        self._rows: tuple[GaijiRow, ...] = ()
        self._asked: tuple[GaijiRow, dict[str, str]] | None = None
        self._segments = Segments([(TO_DO, "済んでいない文字", None), (ALL, "すべて", None)], name="出す文字")
        self._segments.setObjectName("gaiji.segments")
        self._segments.chosen.connect(self._fill)
        self.add_filter(self._segments)
        self._enter = self._button("絵を登録する…", "Ctrl+Enter", "primary", "enter", self._ask_picture)
        self._verify = self._button("2人目が確かめる…", "Alt+2", "primary", "verify", self._ask_look)
        self._withdraw = self._button("取り下げる…", "Alt+W", "plain", "withdraw", self._ask_withdrawal)
        self._table = self._list()
        self._panel = Panel("どの書体にもない文字", (self._table, 1), flush=True)
        self._panel.setMinimumHeight(400)
        self.set_body(row((self._panel, 1), self._card(), gap=12))

    def _button(self, words: str, key: str, kind: str, name: str, slot: Callable[[], None]) -> Button:
        button = Button(words, key, kind, name=f"gaiji.{name}")
        button.clicked.connect(slot)
        return button

    def _list(self) -> Table:
        empty = EmptyList("絵の要る文字はありません。", "書体にない文字が氏名や送り先にあると、ここに並びます。")
        columns = ("文字", "符号", ">人", ">案件", "状態")
        table = Table(columns, (76, 0, 64, 72, 148), row_height=48, empty=empty, name="どの書体にもない文字")
        table.setObjectName("gaiji.table")
        table.chosen.connect(self._chosen)
        table.activated.connect(self._to_needs)
        return table

    def _card(self) -> Panel:
        self._picture = PictureView()
        self._code = label("", "strong", mono=True)
        self._chip = Chip("未着手", "todo", "none")
        self._sentence = label("", wrap=True)
        self._facts = label("", "sub", wrap=True)
        empty = EmptyList("この文字の要る案件はありません。", icon_name="case")
        self._needs = Table(("要る案件", "どこに"), (132, 0), row_height=36, empty=empty, name="要る案件")
        self._needs.setObjectName("gaiji.needs")
        self._needs.setMinimumHeight(104)
        # It takes what the card has left instead of making the page scroll.
        self._needs.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._needs.activated.connect(self._open_case)
        beside = col(self._code, row(self._chip, None), self._sentence, None, gap=8)
        card = Panel(
            "選んだ文字",
            row(self._picture, (beside, 1), gap=12),
            self._facts,
            (self._needs, 1),
            row(self._withdraw, None, self._verify, self._enter, gap=8),
        )
        card.setFixedWidth(456)
        return card

    # ------------------------------------------------------------ reading
    def refresh(self) -> None:
        self.lane.read(self, partial(gaiji_list.page, self.desk), self._show)

    def _show(self, rows: tuple[GaijiRow, ...]) -> None:
        self._rows = rows
        self._fill()

    def _fill(self, _: object = None) -> None:
        key = self._table.key()
        shown = [item for item in self._rows if self._segments.key() == ALL or item.state in OPEN]
        self._panel.set_count(f"{len(shown):,}字")
        self._table.set_rows([Row(item.characters, _cells(item)) for item in shown])
        if shown and not (key is not None and self._table.select(key)):
            self._table.select(shown[0].characters)
        self._chosen(self._table.key())

    def _row(self) -> GaijiRow | None:
        key = self._table.key()
        return next((item for item in self._rows if item.characters == key), None)

    def _chosen(self, _: object) -> None:
        item = self._row()
        for button in (self._enter, self._verify, self._withdraw):
            button.setVisible(False)
        if item is None:
            self._picture.show_character("", None)
            self._code.setText("")
            self._chip.set("未着手", "todo", "none")
            self._sentence.setText("一覧から文字を選ぶと、ここに出ます。")
            self._facts.setText("")
            self._needs.set_rows(())
            return
        glyph = item.characters if item.state is GaijiState.IN_FONT else ""
        self._picture.show_character(item.code, item.picture, glyph)
        self._code.setText(item.code)
        chip = CHIPS[item.state]
        self._chip.set(*((chip,) if isinstance(chip, str) else chip))
        self._sentence.setText(SENTENCES[item.state])
        self._facts.setText("\n".join(_facts(item)))
        self._needs.set_rows([Row(need.case_id, (Cell(need.management_number, mono=True), Cell(need.where))) for need in item.cases])
        self._allow(item)

    def _allow(self, item: GaijiRow) -> None:
        """Only what comes next: the sentence beside the picture says whose turn it is."""
        self._enter.setVisible(item.state in (GaijiState.MISSING, GaijiState.WITHDRAWN))
        self._verify.setVisible(item.state is GaijiState.WAITING)
        self._withdraw.setVisible(item.state in (GaijiState.WAITING, GaijiState.APPROVED))

    def _to_needs(self, _: object) -> None:
        self._needs.view.setFocus()

    def _open_case(self, key: object) -> None:
        if isinstance(key, int):
            self.go("cases", key)

    # ------------------------------------------------------------ entering
    def _ask_picture(self) -> None:
        item = self._row()
        if item is not None:
            self.hide_error()
            self._choose(item, {})

    def _choose(self, item: GaijiRow, typed: dict[str, str], problem: InputProblem | None = None) -> None:
        dialog = ChoosePictureDialog(item.code, self._folder)
        dialog.retype(typed)
        if problem is not None:
            dialog.show_problem(problem)
        self._asked = None
        if present(dialog):
            self._folder = dialog.path.parent
            self._asked = (item, dialog.typed())
            self.lane.read(self, partial(_looked_at, self.desk, dialog.path), self._look)

    def _look(self, picture: bytes) -> None:
        if self._asked is None:
            return
        item, typed = self._asked
        source = typed["source"].strip()
        sentence = "この絵を登録します。書類の文字と同じ形か、はみ出しや欠けがないかを見てください。"
        if present(LookAtPictureDialog("登録する絵を見ます", sentence, "登録する", item.code, picture, source)):
            work = partial(_entered, self.desk, item.characters, picture, source)
            self.lane.write(self, work, self._done, title="絵を登録しています")
        else:
            self._asked = None

    def show_problem(self, problem: InputProblem) -> bool:
        """A picture or a source that was refused: the same dialog again with the problem beside its field."""
        if self._asked is None or problem.field not in ("picture", "source"):
            return False
        item, typed = self._asked
        self._choose(item, typed, problem)
        return True

    def _done(self, _: Changes) -> None:
        self._asked = None

    # ------------------------------------------------------------ the second person, taking back
    def _ask_look(self) -> None:
        item = self._row()
        if item is None or item.gaiji_id is None or item.picture is None or item.entered_by_id is None:
            return
        self.hide_error()
        sentence = "書類を手もとに置き、符号と字形を見比べてください。"
        if not present(LookAtPictureDialog("2人目が絵を確かめます", sentence, "書類と同じです", item.code, item.picture, item.source)):
            return
        sentences = (f"いま表示した {item.code} の絵を、書類と見比べました。", "確かめた絵は、手紙に印刷されます。")
        prove = ask_second(self.desk, Act.GAIJI_VERIFIED, item.entered_by_id, "外字の絵を確かめます", sentences, "書類と同じです")
        if prove is not None:
            work = partial(_verified, self.desk, item.gaiji_id, item.sha256, prove)
            self.lane.write(self, work, title="確認を記録しています")

    def _ask_withdrawal(self) -> None:
        item = self._row()
        if item is None or item.gaiji_id is None:
            return
        self.hide_error()
        sentences = (f"{item.code} の絵を使わなくします。", "新しい絵を確かめるまで、この文字のある手紙は印刷できません。")
        dialog = WhyDialog("絵を取り下げます", sentences, "取り下げる", "gaiji_withdraw", True)
        if present(dialog):
            work = partial(_withdrawn, self.desk, item.gaiji_id, dialog.words)
            self.lane.write(self, work, title="取り下げています")


def _cells(item: GaijiRow) -> tuple[Cell, ...]:
    shape = Cell(item.code, paint=partial(_paint_character, item.characters), accessible=item.code)
    people = f"{item.people:,}" if item.people else "職員" if item.staff else "－"
    return (
        shape,
        Cell(item.code, mono=True),
        Cell(people, mono=True, right=True),
        Cell(f"{len(item.cases):,}", mono=True, right=True),
        Cell(chip=CHIPS[item.state]),
    )


def _paint_character(characters: str, painter: QPainter, rect: QRectF) -> None:
    """As every list shows it: by its font, its approved picture, or the box with its code point."""
    painter.setPen(q("text"))
    top = rect.center().y() - _SMALL / 2
    draw(painter, rect.x(), top + _SMALL * ABOVE, shaped(characters, _SMALL), _SMALL)


def _facts(item: GaijiRow) -> tuple[str, ...]:
    if item.gaiji_id is None:
        return ()
    lines = (
        f"字形を確かめた書類　{item.source}",
        f"登録　{item.entered}",
        f"確認　{item.verified}" if item.verified else "",
        f"取下げ　{item.withdrawn}　{item.withdrawn_reason}" if item.withdrawn else "",
    )
    return tuple(line for line in lines if line)


def _looked_at(desk: Desk, path: Path) -> bytes:
    """In the lane: reads no more of the file than a picture may have."""
    try:
        with path.open("rb") as file:
            data = file.read(gaiji.MOST_BYTES + 1)
    except OSError:
        raise InputProblem(
            "K-1474", "picture", "ファイルを読めませんでした。", kept="絵は登録していません。", todo="媒体を差し直してください。"
        ) from None
    return gaiji.looked_at(desk, data)


def _entered(desk: Desk, characters: str, picture: bytes, source: str, _: Progress) -> Changes:
    return gaiji.enter(desk, characters, picture, source)


def _verified(desk: Desk, gaiji_id: int, seen: str, prove: Prove, _: Progress) -> Changes:
    return gaiji.verify(desk, gaiji_id, seen, prove())


def _withdrawn(desk: Desk, gaiji_id: int, reason: str, _: Progress) -> Changes:
    return gaiji.withdraw(desk, gaiji_id, reason)
