"""照会: who must be asked of another municipality, since when, what came back, and which results the answers change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.inquiry import OVERDUE_AFTER_DAYS
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import host_exchange, inquiry, workstation
from kyufu_desktop.services.host_exchange import Outgoing, Progress
from kyufu_desktop.services.inquiry import InquiryRow
from kyufu_desktop.services.inquiry_proposals import Proposal
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import LeavesHouseDialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, EmptyList, Panel, Row, Segments, Table, col
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.asking import plainly
from kyufu_desktop.views.stations.dialogs_inquiry import HandAnswerDialog, ask_again_dialog
from kyufu_desktop.views.stations.file_choice import MediumDialog
from kyufu_desktop.views.stations.words import moment_words, state_chip

KIND_WORDS = {"TAX": "税", "ACCOUNT": "口座"}
SEGMENTS: tuple[str, ...] = ("すべて", "未着手", "照会中", "期限超過", "保留", "済")
_ENTER, _CORRECT = "回答を入れる…", "回答を直す…"
_Read = tuple[tuple[InquiryRow, ...], tuple[Proposal, ...]]


class InquiryStation(Station):
    """One list, those waiting longest first; the file to ask with, answers that come by hand, and what the answers change."""

    key = "inquiry"
    title = "照会"
    icon = "inquiry"
    kinds = Kind.CASES | Kind.INQUIRIES | Kind.JUDGMENTS

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None], folder: Path | None = None) -> None:
        super().__init__(desk, lane, go)
        self._folder = folder or Path()
        self._all: tuple[InquiryRow, ...] = ()
        self._rows: dict[object, InquiryRow] = {}
        self._typed: tuple[InquiryRow, dict[str, str], bool] | None = None
        self._segments = Segments([(word, word, 0) for word in SEGMENTS])
        self._segments.setObjectName("inquiry.segments")
        self._segments.chosen.connect(self._fill)
        self.add_filter(self._segments)
        self._make = Button("照会ファイルを作る…", "Ctrl+N", "primary", icon="file", name="inquiry.make_file")
        self._make.clicked.connect(self._ask_medium)
        self.add_action(self._make)
        self._answer = Button(_ENTER, "Ctrl+I", "quiet", icon="pen", name="inquiry.answer")
        self._answer.clicked.connect(self._ask_answer)
        self._again = Button("もう一度照会する…", "Alt+R", "quiet", icon="redo", name="inquiry.again")
        self._again.clicked.connect(self._ask_again)
        self._host = Button("ホスト連携を開く", "Ctrl+9", name="inquiry.to_host")
        self._host.clicked.connect(self._to_host)
        empty = EmptyList(
            "照会が要る人はいません。", "転入した人で、税の額がわからない人がいると、ここに並びます。", self._host, icon_name="ok"
        )
        columns = ("氏名・番号", "種類", "照会先", "照会した日", ">待ち", "状態", "くわしく")
        self._table = Table(columns, (146, 60, 176, 116, 64, 136, 0), row_height=52, empty=empty, name="照会")
        self._table.setObjectName("inquiry.list")
        self._table.activated.connect(self._open_case)
        self._table.chosen.connect(self._point)
        self._panel = Panel("照会", (self._table, 1), right=(self._again, self._answer), flush=True)
        self._panel.setMinimumHeight(330)
        self._open = Button("判定を開く", "Alt+O", "quiet", icon="judge", name="inquiry.to_judgment")
        self._open.clicked.connect(self._to_judgment)
        self._turns = Table(
            ("氏名・番号", "給付", "いままで", "回答のあと", "くわしく"), (146, 220, 150, 150, 0), row_height=52, name="結果の変わる案件"
        )
        self._turns.setObjectName("inquiry.proposals")
        self._turns.activated.connect(self._to_judgment)
        self._proposals = Panel("回答で結果の変わる案件", (self._turns, 1), right=(self._open,), flush=True)
        self._proposals.setMinimumHeight(200)
        self._proposals.hide()
        self.set_body(col((self._panel, 3), (self._proposals, 2), gap=12))

    def refresh(self) -> None:
        self.lane.read(self, partial(_read, self.desk), self._show)

    def _show(self, found: _Read) -> None:
        rows, proposals = found
        self._all = rows
        counts = Counter(item.state_word for item in rows)
        self._segments.set_counts({word: len(rows) if word == "すべて" else counts[word] for word in SEGMENTS})
        if not self.desk.may(Act.INQUIRY_MADE):
            self._make.forbid("取扱者と取扱責任者だけが行えます。")
        elif not any(item.state_word == "未着手" and item.kind == "TAX" for item in rows):
            self._make.forbid("新しく照会する人はいません。")
        else:
            self._make.allow()
        self._fill()
        self._show_proposals(proposals)

    def _fill(self) -> None:
        word = self._segments.key()
        shown = [item for item in self._all if word in ("すべて", item.state_word)]
        self._rows = {(item.person_id, item.kind): item for item in shown}
        late = sum(item.overdue for item in shown)
        self._panel.set_count(f"{len(shown):,}人" + (f"（{OVERDUE_AFTER_DAYS}日を過ぎた人 {late:,}人）" if late else ""))
        self._table.set_rows([Row((item.person_id, item.kind), _cells(item)) for item in shown])
        if shown and self._table.key() is None:
            self._table.select((shown[0].person_id, shown[0].kind))
        self._point()

    def _point(self, _: object = None) -> None:
        """The buttons say what may be done to the chosen line."""
        item = self._rows.get(self._table.key())
        allowed = self.desk.may(Act.INQUIRY_ANSWERED)
        self._answer.set_words(_CORRECT if item is not None and item.may_correct else _ENTER)
        self._answer.setEnabled(allowed and item is not None and (item.may_answer or item.may_correct))
        self._again.setEnabled(self.desk.may(Act.INQUIRY_MADE) and item is not None and item.may_ask_again)

    def _open_case(self, key: object) -> None:
        if key in self._rows:
            self.go("cases", self._rows[key].case_id)

    def _to_host(self) -> None:
        self.go("host_exchange", None)

    # ------------------------------------------------------------------ what the answers change

    def _show_proposals(self, proposals: tuple[Proposal, ...]) -> None:
        self._proposals.setVisible(bool(proposals))
        self._proposals.set_count(f"{len(proposals):,}件")
        lines = [(proposal, turn) for proposal in proposals for turn in proposal.turned]
        self._turns.set_rows(
            [
                Row(
                    (proposal.case_id, turn.key),
                    (
                        Cell(proposal.name, sub=proposal.management_number, sub_mono=True, name=True),
                        Cell(turn.label),
                        Cell(turn.before, color="text2"),
                        Cell(turn.after, bold=True),
                        Cell("前の判定は使えません。起案し直してください。" if proposal.decided else "判定をやり直せます。", color="text2"),
                    ),
                )
                for proposal, turn in lines
            ]
        )
        if lines and self._turns.key() is None:
            self._turns.select((lines[0][0].case_id, lines[0][1].key))

    def _to_judgment(self, _: object = None) -> None:
        key = self._turns.key()
        if isinstance(key, tuple):
            self.go("judgment", int(key[0]))

    # ------------------------------------------------------------------ answers by hand

    def _ask_answer(self) -> None:
        item = self._rows.get(self._table.key())
        if item is not None:
            self._send(item, item.may_correct)

    def _send(self, item: InquiryRow, correction: bool, problem: InputProblem | None = None) -> None:
        self.hide_error()
        dialog = HandAnswerDialog(item, self.desk.today(), self.desk.programme.tax_year, correction=correction)
        if problem is not None and self._typed is not None:
            dialog.retype(self._typed[1])
            dialog.show_problem(problem)
        self._typed = None
        if present(dialog):
            self._typed = (item, dialog.typed(), correction)
            work = (
                partial(inquiry.correct_answer, self.desk, item.person_id, dialog.answer(), dialog.why)
                if correction
                else partial(inquiry.answer_by_hand, self.desk, item.person_id, dialog.answer())
            )
            self.lane.write(self, partial(plainly, work), self._answered, title="回答を書き込んでいます")

    def _answered(self, _: Changes) -> None:
        self._typed = None

    def show_problem(self, problem: InputProblem) -> bool:
        """A service refused one field: the dialog again, with what was typed."""
        if self._typed is None or problem.field not in self._typed[1]:
            return False
        self._send(self._typed[0], self._typed[2], problem)
        return True

    def _ask_again(self) -> None:
        item = self._rows.get(self._table.key())
        if item is None:
            return
        self.hide_error()
        dialog = ask_again_dialog(item)
        if present(dialog):
            work = partial(inquiry.ask_again, self.desk, item.person_id, item.kind, dialog.text)
            self.lane.write(self, partial(plainly, work), title="照会に加えています")

    # ------------------------------------------------------------------ the file

    def _ask_medium(self) -> None:
        self.hide_error()
        dialog = MediumDialog("税照会を書き出します", self._folder, workstation.setting(self.desk, "medium"))
        if present(dialog):
            self._folder = dialog.folder
            self.lane.write(self, partial(_make, self.desk, dialog.medium), self._confirm, title="税照会を作っています")

    def _confirm(self, result: tuple[Changes, Outgoing]) -> None:
        outgoing = result[1]
        dialog = LeavesHouseDialog(
            "税照会を、外へ出します",
            out=f"{outgoing.file_name}　{outgoing.rows:,}件",
            contains="住民番号・照会先・不開示の指定（全員「要」。読み直して確かめました）",
            not_contains="氏名・住所・秘匿の理由",
            destination=f"媒体 {outgoing.medium}（暗号化）→ ホスト担当",
            carrier=f"{self.desk.staff.name}　パスワードは別の日に渡します",
            irreversible="書き出すと「照会中」になり、受渡し管理簿に残ります。ふだんの照会のファイルと混ぜないでください。",
            total=outgoing.rows,
            what="件数",
            unit="件",
        )
        if present(dialog):
            self.lane.write(self, partial(_write, self.desk, outgoing, str(self._folder)), title="媒体へ書き出しています")


def _read(desk: Desk) -> _Read:
    return inquiry.page(desk), inquiry.proposals(desk)


def _make(desk: Desk, medium: str, progress: Progress) -> tuple[Changes, Outgoing]:
    made = host_exchange.make_inquiries(desk, "tax", medium, progress)
    return Changes(Kind.NONE, "照会するものを作りました。まだ外へ出していません。"), made


def _write(desk: Desk, outgoing: Outgoing, folder: str, _: Progress) -> Changes:
    return host_exchange.write_out(desk, outgoing, folder)


def _cells(item: InquiryRow) -> tuple[Cell, ...]:
    waiting = f"{item.waiting_days}日" if item.waiting_days is not None else ""
    asked = moment_words(item.asked_at).split(" ")[0]
    return (
        Cell(item.name, sub=item.management_number, sub_mono=True, name=True),
        Cell(KIND_WORDS.get(item.kind, item.kind), color="text2"),
        Cell(item.asked_of, color="text2"),
        Cell(f"{asked}（{item.times_asked}回目）" if asked and item.times_asked > 1 else asked, mono=True, color="text2"),
        Cell(waiting, mono=True, right=True, color="fail" if item.overdue else "text", bold=item.overdue),
        Cell(chip=state_chip(item.state_word)),
        Cell(item.sentence, color="text2"),
    )
