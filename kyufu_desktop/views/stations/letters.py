"""確認書・通知: what can be written and the letters by their stage. The destination is always masked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind, LetterState
from kyufu_desktop.services import enclosing, letters, print_jobs, returned_mail
from kyufu_desktop.services.enclosing import EnclosingPage
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.letters import LetterRow, LettersPage, ReadyCase
from kyufu_desktop.services.returned_mail import OpenMail
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import ConfirmDialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Column, EmptyList, Panel, Segments, Table, box, col, hline, icon, label, row
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.form_dialog import choice
from kyufu_desktop.views.stations.letters_after import AfterPrint
from kyufu_desktop.views.stations.letters_heard import ReadAloud, is_heard
from kyufu_desktop.views.stations.letters_print import PrintRun
from kyufu_desktop.views.stations.letters_rows import EMPTY, STATES, letter_row, ready_row, stop_words
from kyufu_desktop.views.stations.sheet_view import SheetView

#: What the choice of kinds offers besides every kind.
_ALL_KINDS = "すべての種類"
#: Instead of a kind: the letters of 点字利用者, of every kind and in every stage.
HEARD, _HEARD_WORDS = "braille", "点字利用者の手紙"
#: Pixels for the segments beside the title.
_ROOM = 520


class LettersStation(Station):
    """Left: recovery after a print, and the letters by state. Right: the sheet, destination hatched."""

    key, title, icon = "letters", "確認書・通知", "letter"
    kinds = Kind.LETTERS | Kind.JUDGMENTS | Kind.ADDRESSES | Kind.CASES

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None], printer: Callable[[], Printer], folder: Path) -> None:
        super().__init__(desk, lane, go)
        self._run = PrintRun(self, printer, partial(self._choose_segment, "printed"))
        self._after = AfterPrint(self, self._chosen, partial(self._choose_segment, "sent"), partial(self._choose_segment, "queue"))
        self._heard = ReadAloud(self, self._after.letter, folder)
        self._shown = LettersPage((), (), ())
        self._enclosing = EnclosingPage((), 0, ())
        self._returned_mail: tuple[OpenMail, ...] = ()
        self._make = Button("手紙を作る…", "Ctrl+N", icon="letter", name="letters.make")
        self._make.clicked.connect(self._ask_make)
        self._print = Button("印刷する…", "Ctrl+P", "primary", icon="printer", name="letters.print")
        self._print.clicked.connect(self._ask_print)
        self._kind = choice([(_ALL_KINDS, None), *((words, kind) for kind, words in LETTER_LABELS.items()), (_HEARD_WORDS, HEARD)])
        self._kind.setObjectName("letters.kind")
        self._kind.setAccessibleName("手紙の種類")
        self._kind.setMinimumWidth(220)
        self._kind.currentIndexChanged.connect(self._choose_kind)
        self.title_row.addWidget(self._kind)
        self.title_row.addWidget(self._make)
        self.title_row.addWidget(self._print)
        left = col(self._run.recovery, (self._letters_panel(), 1), gap=12)
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
                Column("状態", 132),
                Column("氏名・番号・種類"),
                Column("金額（円）", 92, right=True),
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
        self._send.clicked.connect(self._send_enclosed)
        self._enclose = Button("封入を照合する…", "Alt+E", name="letters.enclose")
        self._enclose.clicked.connect(self._look_at_envelopes)
        self._spoil = Button("書損にする…", "Alt+D", name="letters.spoil")
        self._spoil.clicked.connect(self._after.spoil)
        self._returned = Button("返戻を入れる…", "Alt+U", name="letters.undelivered")
        self._returned.clicked.connect(self._after.came_back)
        self._reissue = Button("再発行する…", "Alt+R", name="letters.reissue")
        self._reissue.clicked.connect(self._after.reissue)
        self._follow = Button("返戻のその後を入れる…", "Alt+F", name="letters.follow_up")
        self._follow.clicked.connect(self._follow_up_mail)
        self._heard.table.chosen.connect(self._preview)
        self._heard.table.activated.connect(self._preview)
        acts = (self._heard.write, self._heard.tell, self._follow, self._reissue, self._returned, self._spoil, self._enclose, self._send)
        self._foot = box(col(hline(), row(None, *acts, margins=(12, 8, 12, 8)), gap=0))
        self._stopped = label("", "strong", wrap=True, color="fail")
        self._alarm = box(row(icon("alarm", "fail", 18), (self._stopped, 1), margins=(12, 8, 12, 8)), "soft_fail")
        self._alarm.hide()
        lists = (self._alarm, (self._ready, 1), (self._letters, 1), (self._heard.table, 1))
        self._list = Panel("手紙", *lists, self._foot, right=[self._filter], flush=True)
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
        self._name_list()
        self._run.show_jobs(page.jobs)
        if first:
            # The first thing that waits, in the order of the work from the end.
            self._filter.choose(next((key for key in ("printed", "queue") if self._in(key)), "ready"))
        self._turn()
        self._allow()

    def _fill(self) -> None:
        """What can be written, of the chosen kind, and how many letters there are in every stage."""
        possible = self._possible()
        blocked = [case for case in self._shown.ready if case.obstacle and self._of_kind(case.kind)]
        self._ready.set_rows([*(ready_row(case) for case in possible), *(ready_row(case) for case in blocked)])
        self._filter.set_counts({"ready": len(possible), **{key: len(self._in(key)) for key in STATES}})
        heard = sum(is_heard(letter) for letter in self._shown.letters)
        self._kind.setItemText(self._kind.findData(HEARD), f"{_HEARD_WORDS} {heard:,}通" if heard else _HEARD_WORDS)

    def _name_list(self) -> None:
        heard = self._kind.currentData() == HEARD
        self._list.set_title(_HEARD_WORDS if heard else "手紙" if self._filter.sizeHint().width() < _ROOM else "")
        self._list.setAccessibleName(_HEARD_WORDS if heard else "手紙")

    def _choose_kind(self, _: object = None) -> None:
        self._fill()
        self._name_list()
        self._turn()
        self._allow()

    def _of_kind(self, kind: LetterKind) -> bool:
        chosen = self._kind.currentData()
        return chosen is None or chosen in (HEARD, kind.value)

    def _possible(self) -> list[ReadyCase]:
        return [case for case in self._shown.ready if not case.obstacle and self._of_kind(case.kind)]

    def _allow(self) -> None:
        if self._kind.currentData() == HEARD:
            self._make.forbid("この一覧では作れません。手紙の種類を選び直してください。")
        elif self._possible():
            self._make.allow()
        elif any(self._of_kind(case.kind) for case in self._shown.ready):
            self._make.forbid("作れない理由を先に直してください。")
        else:
            self._make.forbid("作れる手紙はありません。")
        if any(job.state == print_jobs.JOB_SENT for job in self._shown.jobs):
            self._print.forbid("前回の印刷を先に確かめてください。")
        elif self._kind.currentData() == HEARD:
            self._print.forbid("")
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
        """Printed letters whose envelope was found to fit, without those that may not leave any more."""
        waiting = {letter.letter_id for letter in self._enclosing.waiting}
        fitting = (letter for letter in self._in("printed") if letter.letter_id not in waiting and letter.stop is None)
        return tuple(letter.letter_id for letter in fitting)

    def _in(self, key: str) -> list[LetterRow]:
        return [letter for letter in self._shown.letters if letter.state in STATES[key] and self._of_kind(letter.kind)]

    def _turn(self, _: object = None) -> None:
        """The segment decides which list is shown and what can be done with it."""
        heard = self._kind.currentData() == HEARD
        key = HEARD if heard else str(self._filter.key())
        # Of every kind and in every stage: whoever looks here must learn of it, whatever list he works on.
        alarm = stop_words(self._shown.letters)
        self._stopped.setText(alarm)
        self._alarm.setVisible(bool(alarm))
        self._filter.setVisible(not heard)
        self._ready.setVisible(key == "ready")
        self._letters.setVisible(key not in ("ready", HEARD))
        self._heard.table.setVisible(key == HEARD)
        self._foot.setVisible(key in ("printed", "sent", HEARD) or (key == "bad" and bool(self._returned_mail)))
        for button in (self._heard.tell, self._heard.write):
            button.setVisible(key == HEARD)
        self._follow.setVisible(key == "bad")
        self._spoil.setVisible(key == "printed")
        self._enclose.setVisible(key == "printed")
        self._send.setVisible(key == "printed")
        self._returned.setVisible(key == "sent")
        self._reissue.setVisible(key == "sent")
        if key == "ready":
            self._sheet.clear()
            return
        if heard:
            self._show_heard()
            return
        # What must be taken out comes first.
        shown = sorted(self._in(key), key=lambda letter: letter.stop is None)
        self._none.say(*EMPTY[key])
        before = self._letters.key()
        self._letters.set_rows([letter_row(letter) for letter in shown])
        if before not in {letter.letter_id for letter in shown}:
            self._sheet.clear()

    def _show_heard(self) -> None:
        shown = [letter for letter in self._shown.letters if is_heard(letter)]
        before = self._heard.table.key()
        self._heard.show_letters(shown)
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
        self._run.ask(
            [letter for letter in reversed(self._shown.letters) if letter.state is LetterState.PREPARED and self._of_kind(letter.kind)]
        )

    def _choose_segment(self, key: str) -> None:
        self._filter.choose(key)

    # ------------------------------------------------------------ after the print
    def _chosen(self) -> LetterRow | None:
        key = (self._heard.table if self._kind.currentData() == HEARD else self._letters).key()
        return next((letter for letter in self._shown.letters if letter.letter_id == key), None)

    def _look_at_envelopes(self) -> None:
        with self.held():
            self._after.enclose(self._enclosing)

    def _send_enclosed(self) -> None:
        self._after.send(self._enclosed())

    def _follow_up_mail(self) -> None:
        self._after.follow_up(self._returned_mail)


# What runs on the lane.
def _prepare(desk: Desk, ids: tuple[int, ...], kinds: frozenset[LetterKind], progress: Progress) -> Changes:
    return letters.prepare(desk, ids, progress, kinds)
