"""確認書・通知: what can be written, the queue, the print and how it came out, what was sent. The destination is always masked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from kyufu_desktop.domain.calendar import parse_day, wareki
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind, LetterState
from kyufu_desktop.domain.printing import Failure, Machine
from kyufu_desktop.domain.returned_mail import ReturnReason, Settlement
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Cancelled, InputProblem, UserError
from kyufu_desktop.services import enclosing, letters, print_jobs, returned_mail
from kyufu_desktop.services.enclosing import EnclosingPage
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.letters import LetterRow, LettersPage, ReadyCase
from kyufu_desktop.services.returned_mail import OpenMail
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import AskTextDialog, ConfirmDialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, Column, EmptyList, Panel, Row, Segments, Table, box, col, hline, icon, label, row
from kyufu_desktop.views.printing import Printer, QueueState
from kyufu_desktop.views.second_person import ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_enclosing import EnclosingDialog
from kyufu_desktop.views.stations.dialogs_returned import CameBackDialog, FollowUpDialog
from kyufu_desktop.views.stations.form_dialog import choice
from kyufu_desktop.views.stations.print_recovery import RecoveryPanel
from kyufu_desktop.views.stations.sheet_view import SheetView
from kyufu_desktop.views.stations.wrapped import wrapped

#: Segment -> states of the letters in it, in the order of the work.
STATES: dict[str, frozenset[LetterState]] = {
    "queue": frozenset({LetterState.PREPARED, LetterState.PRINTING}),
    "printed": frozenset({LetterState.PRINTED}),
    "sent": frozenset({LetterState.SENT}),
    "bad": frozenset({LetterState.SPOILED, LetterState.UNDELIVERED}),
}
#: What the choice of kinds offers besides every kind.
_ALL_KINDS = "すべての種類"
#: Pixels for the segments beside the title.
_ROOM = 520
_EMPTY: dict[str, tuple[str, str]] = {
    "queue": ("印刷を待つ手紙はありません。", "「手紙を作る」を押すと、ここに並びます。"),
    "printed": ("発送を待つ手紙はありません。", "印刷の結果を確定すると、ここに並びます。"),
    "sent": ("発送した手紙はありません。", "発送日を入れると、ここに並びます。"),
    "bad": ("書損も返戻もありません。", "使えなくなった番号が、ここに残ります。"),
}


class LettersStation(Station):
    """Left: recovery after a print, and the letters by state. Right: the sheet, destination hatched."""

    key, title, icon = "letters", "確認書・通知", "letter"
    kinds = Kind.LETTERS | Kind.JUDGMENTS | Kind.ADDRESSES | Kind.CASES

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None], printer: Callable[[], Printer]) -> None:
        super().__init__(desk, lane, go)
        self._printer = printer
        self._shown = LettersPage((), (), ())
        self._enclosing = EnclosingPage((), 0, ())
        self._returned_mail: tuple[OpenMail, ...] = ()
        self._make = Button("手紙を作る…", "Ctrl+N", icon="letter", name="letters.make")
        self._make.clicked.connect(self._ask_make)
        self._print = Button("印刷する…", "Ctrl+P", "primary", icon="printer", name="letters.print")
        self._print.clicked.connect(self._ask_print)
        self._kind = choice([(_ALL_KINDS, None), *((words, kind) for kind, words in LETTER_LABELS.items())])
        self._kind.setObjectName("letters.kind")
        self._kind.setAccessibleName("手紙の種類")
        self._kind.setMinimumWidth(190)
        self._kind.currentIndexChanged.connect(self._choose_kind)
        self.title_row.addWidget(self._kind)
        self.title_row.addWidget(self._make)
        self.title_row.addWidget(self._print)
        self._recovery = RecoveryPanel()
        self._recovery.settled.connect(self._confirm_job)
        self._recovery.asked.connect(self._ask_queue)
        self._recovery.cancelled.connect(self._cancel_waiting)
        left = col(self._recovery, (self._letters_panel(), 1), gap=12)
        self.set_body(
            col(row(None, self._make.beside, self._print.beside, gap=16), (row((left, 1), self._preview_panel(), gap=12), 1), gap=8)
        )

    def _letters_panel(self) -> Panel:
        self._filter = Segments(
            [
                ("ready", "作れる", None),
                ("queue", "順番待ち", None),
                ("printed", "印刷済", None),
                ("sent", "発送済", None),
                ("bad", "書損・返戻", None),
            ],
            name="手紙の段階",
        )
        self._filter.chosen.connect(self._turn)
        self._ready = Table(
            [Column("氏名・番号・種類", 270), Column("給付"), Column("金額（円）", 110, right=True)],
            row_height=52,
            name="手紙にできる案件",
            empty=EmptyList("作れる手紙はありません。", "決裁、審査、振込の回の決裁が済むと、次の手紙が並びます。", icon_name="letter"),
        )
        self._ready.activated.connect(self._open_case)
        self._none = EmptyList("", "", icon_name="letter")
        self._letters = Table(
            [
                Column("状態", 116),
                Column("氏名・番号・種類"),
                Column("枚", 52, right=True),
                Column("金額（円）", 100, right=True),
                Column("発送・期限", 104),
            ],
            row_height=48,
            name="手紙",
            empty=self._none,
        )
        self._letters.chosen.connect(self._preview)
        self._letters.activated.connect(self._preview)
        for table in (self._ready, self._letters):
            table.setMinimumHeight(136)
        self._send = Button("発送日を入れる…", "Alt+S", name="letters.mark_sent")
        self._send.clicked.connect(self._ask_sent)
        self._enclose = Button("封入を照合する…", "Alt+E", name="letters.enclose")
        self._enclose.clicked.connect(self._ask_enclose)
        self._spoil = Button("書損にする…", "Alt+D", name="letters.spoil")
        self._spoil.clicked.connect(self._ask_spoil)
        self._returned = Button("返戻を入れる…", "Alt+U", name="letters.undelivered")
        self._returned.clicked.connect(self._ask_undelivered)
        self._follow = Button("返戻のその後を入れる…", "Alt+F", name="letters.follow_up")
        self._follow.clicked.connect(self._ask_follow_up)
        self._foot = box(
            col(hline(), row(None, self._follow, self._returned, self._spoil, self._enclose, self._send, margins=(12, 8, 12, 8)), gap=0)
        )
        self._list = Panel("手紙", (self._ready, 1), (self._letters, 1), self._foot, right=[self._filter], flush=True)
        return self._list

    def _preview_panel(self) -> Panel:
        self._sheet = SheetView()
        note = row(icon("eyeoff", "text3", 18), label("宛先は伏せています。青い枠は封筒の窓です。", "muted"), None, margins=(15, 8, 15, 8))
        panel = Panel("見本", (self._sheet, 1), hline(), note, right=[self._sheet.back, self._sheet.forth], flush=True)
        panel.setFixedWidth(392)
        self._sheet.turned.connect(panel.set_count)
        return panel

    # ------------------------------------------------------------ reading
    def refresh(self) -> None:
        self.lane.read(self, partial(enclosing.page, self.desk), self._know)
        self.lane.read(self, partial(returned_mail.open_mail, self.desk), self._know_returned)
        self.lane.read(self, partial(letters.page, self.desk), self._show)

    def _know(self, page: EnclosingPage) -> None:
        self._enclosing = page

    def _know_returned(self, mail: tuple[OpenMail, ...]) -> None:
        self._returned_mail = mail

    def _show(self, page: LettersPage) -> None:
        first = self._shown == LettersPage((), (), ())
        self._shown = page
        self._fill()
        # With hundreds in every segment the word gives way to the numbers.
        self._list.set_title("手紙" if self._filter.sizeHint().width() < _ROOM else "")
        self._list.setAccessibleName("手紙")
        waiting = [job for job in page.jobs if job.state == print_jobs.JOB_SENT]
        self._recovery.show_job(waiting[0] if waiting else None)
        if waiting:
            self._ask_queue()
        if first:
            # The first thing that waits, in the order of the work from the end.
            self._filter.choose(next((key for key in ("printed", "queue") if self._in(key)), "ready"))
        self._turn()
        self._allow()

    def _fill(self) -> None:
        """What can be written, of the chosen kind, and how many letters there are in every stage."""
        possible = self._possible()
        blocked = [case for case in self._shown.ready if case.obstacle and self._of_kind(case.kind)]
        self._ready.set_rows([*(_ready_row(case) for case in possible), *(_ready_row(case) for case in blocked)])
        self._filter.set_counts({"ready": len(possible), **{key: len(self._in(key)) for key in STATES}})

    def _choose_kind(self, _: object = None) -> None:
        self._fill()
        self._turn()
        self._allow()

    def _of_kind(self, kind: LetterKind) -> bool:
        chosen = self._kind.currentData()
        return chosen is None or chosen == kind.value

    def _possible(self) -> list[ReadyCase]:
        return [case for case in self._shown.ready if not case.obstacle and self._of_kind(case.kind)]

    def _allow(self) -> None:
        if self._possible():
            self._make.allow()
        elif any(self._of_kind(case.kind) for case in self._shown.ready):
            self._make.forbid("作れない理由を先に直してください。")
        else:
            self._make.forbid("作れる手紙はありません。")
        if any(job.state == print_jobs.JOB_SENT for job in self._shown.jobs):
            self._print.forbid("前回の印刷を先に確かめてください。")
        elif not self._in("queue"):
            self._print.forbid("印刷を待つ手紙はありません。")
        else:
            self._print.allow()
        if self._enclosing.waiting:
            self._enclose.allow()
        else:
            self._enclose.forbid("")
        if self._enclosed():
            self._send.allow()
        else:
            self._send.forbid("")

    def _enclosed(self) -> tuple[int, ...]:
        """Printed letters whose envelope was found to fit."""
        waiting = {letter.letter_id for letter in self._enclosing.waiting}
        return tuple(letter.letter_id for letter in self._in("printed") if letter.letter_id not in waiting)

    def _in(self, key: str) -> list[LetterRow]:
        return [letter for letter in self._shown.letters if letter.state in STATES[key] and self._of_kind(letter.kind)]

    def _turn(self, _: object = None) -> None:
        """The segment decides which list is shown and what can be done with it."""
        key = str(self._filter.key())
        self._ready.setVisible(key == "ready")
        self._letters.setVisible(key != "ready")
        self._foot.setVisible(key in ("printed", "sent") or (key == "bad" and bool(self._returned_mail)))
        self._follow.setVisible(key == "bad")
        self._spoil.setVisible(key == "printed")
        self._enclose.setVisible(key == "printed")
        self._send.setVisible(key == "printed")
        self._returned.setVisible(key == "sent")
        if key == "ready":
            self._sheet.clear()
            return
        self._none.say(*_EMPTY[key])
        before = self._letters.key()
        shown = self._in(key)
        self._letters.set_rows([_letter_row(letter) for letter in shown])
        if before not in {letter.letter_id for letter in shown}:
            self._sheet.clear()

    def _preview(self, key: object) -> None:
        if isinstance(key, int):
            self.lane.read(self, partial(letters.preview, self.desk, key), self._sheet.show_pdf)

    def _open_case(self, key: object) -> None:
        found = next((case for case in self._shown.ready if case.key == key), None)
        if found is not None:
            self.go("cases", found.case_id)

    # ------------------------------------------------------------ making and printing
    def _ask_make(self) -> None:
        self.hide_error()
        possible = self._possible()
        ids = tuple(dict.fromkeys(case.case_id for case in possible))
        kinds = frozenset(case.kind for case in possible)
        sentences = [f"{len(possible):,}通を作り、印刷の列に並べます。"]
        for kind in sorted(kinds, key=list(LetterKind).index):
            amounts = [case.amount for case in possible if case.kind is kind]
            total = f"　給付額の合計 {sum(amounts):,}円" if sum(amounts) else ""
            sentences.append(f"{LETTER_LABELS[kind]} {len(amounts):,}通{total}")
        sentences.append("送り先は、2人が確かめたものだけを使います。")
        if present(ConfirmDialog("手紙を作ります", sentences, f"{len(possible):,}通を作る")):
            self.lane.write(self, partial(_prepare, self.desk, ids, kinds), self._made, title="手紙を作っています", total=len(ids))

    def _made(self, _: Changes) -> None:
        self._filter.choose("queue")

    def _ask_print(self) -> None:
        self.hide_error()
        # The printer that was pinned may be gone: that is said in the page.
        self.lane.read(self, self._printer, self._confirm_print)

    def _confirm_print(self, printer: Printer) -> None:
        waiting = [
            letter for letter in reversed(self._shown.letters) if letter.state is LetterState.PREPARED and self._of_kind(letter.kind)
        ]
        # One job is of one kind: the first in the order of the work.
        kind = min((letter.kind for letter in waiting), key=list(LetterKind).index)
        ids = tuple(letter.letter_id for letter in waiting if letter.kind is kind)
        sentences = [f"順番待ちの{LETTER_LABELS[kind]} {len(ids):,}通を印刷します。"]
        if len(ids) < len(waiting):
            sentences.append(f"ほかの種類の {len(waiting) - len(ids):,}通は、このあとで印刷します。")
        sentences += [f"プリンター: {_machine_words(printer.machine)}", "印刷中は、プリンターのそばを離れないでください。"]
        if present(ConfirmDialog("手紙を印刷します", sentences, f"{len(ids):,}通を印刷する")):
            self.lane.write(
                self, partial(_print_job, self.desk, ids, printer), self._sent_to_printer, title="手紙を印刷しています", total=len(ids)
            )

    def _sent_to_printer(self, run: _Run) -> None:
        if run.problem is not None:
            self.show_error(run.problem)

    def _ask_queue(self) -> None:
        self.lane.read(self, partial(_look_at_queue, self._printer), self._recovery.show_queue)

    def _cancel_waiting(self) -> None:
        self.hide_error()
        sentences = ["プリンターに残っている手紙を取り消します。", "出た紙は、このあと数えて入力してください。"]
        if present(ConfirmDialog("残りの印刷を取り消します", sentences, "取り消す")):
            self.lane.write(self, partial(_empty_queue, self._printer), self._queue_emptied, title="印刷を取り消しています")

    def _queue_emptied(self, _: Changes) -> None:
        self._ask_queue()

    def _confirm_job(self, job_id: int, good: int) -> None:
        self.hide_error()
        self.lane.write(self, partial(_confirm, self.desk, job_id, good), self._confirmed, title="印刷の結果を書いています")

    def _confirmed(self, _: Changes) -> None:
        self._recovery.clear()
        self._filter.choose("printed")

    # ------------------------------------------------------------ after the print
    def _ask_enclose(self) -> None:
        self.hide_error()
        prove = None
        if any(letter.printed_by == self.desk.staff.id for letter in self._enclosing.waiting):
            # Who printed does not check: another person proves to be here, once for this round.
            sentences = ["印刷した人とは別の人が、封筒と中身を確かめます。"]
            prove = ask_second(self.desk, Act.LETTER_ENCLOSED, self.desk.staff.id, "封入を照合します", sentences, "照合を始める")
            if prove is None:
                return
        present(EnclosingDialog(self.desk, self.lane, self._enclosing, prove))

    def _ask_sent(self) -> None:
        self.hide_error()
        ids = self._enclosed()
        sentence = "封入の照合が済んだものだけを、発送済にします。"
        dialog = AskTextDialog(
            "発送日を入れます", "発送日", f"{len(ids):,}通を発送済にする", sentence=sentence, value=wareki(self.desk.today())
        )
        if present(dialog):
            try:
                day = parse_day(dialog.text)
            except InputProblem as problem:
                self.show_error(InputProblem(problem.code, "sent_on", problem.happened, kept="発送日は書いていません。", todo=problem.todo))
                return
            self.lane.write(self, partial(_sent, self.desk, ids, day), self._was_sent, title="発送日を書いています")

    def _was_sent(self, _: Changes) -> None:
        self._filter.choose("sent")

    def _ask_spoil(self) -> None:
        self.hide_error()
        key = self._letters.key()
        if not isinstance(key, int):
            self.show_error(_nothing_chosen())
            return
        dialog = AskTextDialog(
            "書損にします", "理由", "書損にする", sentence="今のコードは使えなくなり、新しい番号で作り直します。", least=4
        )
        if present(dialog):
            self.lane.write(self, partial(_spoil, self.desk, key, dialog.text), title="書損を書いています")

    def _ask_undelivered(self) -> None:
        self.hide_error()
        key = self._letters.key()
        if not isinstance(key, int):
            self.show_error(_nothing_chosen())
            return
        code = next(letter.code for letter in self._shown.letters if letter.letter_id == key)
        dialog = CameBackDialog(code)
        if present(dialog):
            self.lane.write(self, partial(_came_back, self.desk, key, self.desk.today(), dialog.reason), title="返戻を書いています")

    def _ask_follow_up(self) -> None:
        """The chosen letter that came back, or the one that waits longest."""
        self.hide_error()
        key = self._letters.key()
        code = next((letter.code for letter in self._shown.letters if letter.letter_id == key), "")
        mail = next((mail for mail in self._returned_mail if mail.code == code), self._returned_mail[0])
        dialog = FollowUpDialog(mail)
        if present(dialog):
            work = partial(_follow_up, self.desk, mail.mail_id, dialog.how, dialog.kind, dialog.words)
            self.lane.write(self, work, title="返戻のその後を書いています")


def _nothing_chosen() -> InputProblem:
    return InputProblem("K-1910", "letters", "手紙を選んでいません。", kept="何も変えていません。", todo="一覧から1通を選んでください。")


def _ready_row(case: ReadyCase) -> Row:
    what = wrapped(case.obstacle, "hold") if case.obstacle else wrapped(case.benefits, "text")
    color = "text3" if case.obstacle else "text"
    return Row(
        case.key,
        (
            Cell(case.name, sub=f"{case.management_number} {LETTER_LABELS[case.kind]}", sub_mono=True, name=True),
            what,
            Cell(f"{case.amount:,}", mono=True, right=True, color=color),
        ),
    )


def _letter_row(letter: LetterRow) -> Row:
    return Row(
        letter.letter_id,
        (
            Cell(chip=letter.state.value),
            Cell(letter.name, sub=f"{letter.code} {letter.kind_word}", sub_mono=True, name=True),
            Cell(str(letter.sheets or "－"), mono=True, right=True),
            Cell(f"{letter.amount:,}", mono=True, right=True),
            Cell(_short(letter.sent_on), sub=f"期限 {_short(letter.return_due)}" if letter.return_due else "", mono=True),
        ),
    )


def _short(day: date | None) -> str:
    return f"{day.month}/{day.day}" if day else "－"


# What runs on the lane.
def _prepare(desk: Desk, ids: tuple[int, ...], kinds: frozenset[LetterKind], progress: Progress) -> Changes:
    return letters.prepare(desk, ids, progress, kinds)


@dataclass(frozen=True, slots=True)
class _Run:
    """What became of a run: its changes, and the problem that ended it early."""

    changes: Changes
    problem: UserError | None = None


def _print_job(desk: Desk, ids: tuple[int, ...], printer: Printer, progress: Progress) -> _Run:
    """Each letter as a job of its own. Stopped or refused in the middle, what the printer has taken is told apart from the rest."""
    order = print_jobs.start_job(desk, ids, printer.machine, progress)
    taken, last = 0, ""
    try:
        for piece in order.pieces:
            progress(taken, order.letters)
            last = printer.send(piece.pdf, piece.title).job
            taken += 1
    except Cancelled:
        return _Run(print_jobs.handed_over(desk, order, taken, last, Failure.CANCELLED))
    except UserError as problem:
        # No answer: it may have come out, so a person has to look.
        failure, more = (Failure.UNKNOWN, 1) if problem.code == "K-1821" else (Failure.REFUSED, 0)
        return _Run(print_jobs.handed_over(desk, order, taken + more, last, failure), problem)
    return _Run(print_jobs.handed_over(desk, order, taken, last))


def _machine_words(machine: Machine) -> str:
    side = "両面" if machine.duplex else "片面"
    return "　".join((machine.name, *((f"用紙の口 {machine.tray}",) if machine.tray else ()), side))


def _look_at_queue(printer: Callable[[], Printer]) -> QueueState:
    return printer().queue()


def _empty_queue(printer: Callable[[], Printer], _: Progress) -> Changes:
    printer().cancel_waiting()
    return Changes(Kind.LETTERS, "プリンターに残っていた手紙を取り消しました。出た紙を数えてください。")


def _confirm(desk: Desk, job_id: int, good: int, _: Progress) -> Changes:
    return print_jobs.confirm_job(desk, job_id, good)


def _sent(desk: Desk, ids: tuple[int, ...], day: date, _: Progress) -> Changes:
    return letters.mark_sent(desk, ids, day)


def _spoil(desk: Desk, letter_id: int, reason: str, _: Progress) -> Changes:
    return print_jobs.spoil(desk, letter_id, reason)


def _came_back(desk: Desk, letter_id: int, on: date, reason: ReturnReason, _: Progress) -> Changes:
    return returned_mail.came_back(desk, letter_id, on, reason)


def _follow_up(desk: Desk, mail_id: int, how: Settlement | None, kind: str, words: str, _: Progress) -> Changes:
    if how is None:
        return returned_mail.note_contact(desk, mail_id, desk.today(), kind, words)
    return returned_mail.settle(desk, mail_id, how, words)
