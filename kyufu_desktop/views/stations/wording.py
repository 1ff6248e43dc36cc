"""通知の文言: every kind of letter with its versions, the words as fields, a sample on paper, and the second person's approval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QStackedWidget

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import Layout, LetterKind
from kyufu_desktop.domain.letter_wording import WordingState
from kyufu_desktop.domain.staff import Act, may, may_verify
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import session, wordings
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk, Second
from kyufu_desktop.services.wordings import Altered, Comparison, Draft, KindRow, Sample, VersionRow, WordsShown
from kyufu_desktop.views.dialogs import ConfirmDialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, Chip, Panel, Segments, box, col, hline, label, row
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.asking import Asking
from kyufu_desktop.views.stations.dialogs_wording import ApproveOtherDialog, ApproveOwnDialog, SaveDraftDialog
from kyufu_desktop.views.stations.form_dialog import FormDialog
from kyufu_desktop.views.stations.sheet_view import SheetView
from kyufu_desktop.views.stations.tall_table import TallTable
from kyufu_desktop.views.stations.wording_cells import DRAFT, kind_chip, kind_words, next_name, version_chip, version_words
from kyufu_desktop.views.stations.wording_form import WordsForm

_KINDS_WIDTH, _SHEET_WIDTH = 298, 330
_ELSEWHERE = "差出人、問い合わせ先、口座と署名の欄は、確認書の文言で直します。"


@dataclass(frozen=True, slots=True)
class _Saving:
    """A draft on its way: the newest version that was known before."""

    kind: LetterKind
    start: int
    newest: int


class WordingStation(Station):
    """What is typed of a kind stays in its fields while another kind is looked at."""

    key, title, icon = "wording", "文言", "pen"
    kinds = Kind.LETTERS

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None]) -> None:
        super().__init__(desk, lane, go)
        self.set_title("通知の文言")
        self._kinds: dict[LetterKind, KindRow] = {}
        self._shown: WordsShown | None = None
        self._typed: dict[tuple[LetterKind, int], Altered] = {}
        self._saving: _Saving | None = None
        self._asking = Asking(self)
        self._save_after = False
        self._make = Button("見本を作る", "Alt+V", name="wording.sample")
        self._make.clicked.connect(self._ask_sample)
        self._withdraw = Button("取り下げる…", "Alt+T", name="wording.withdraw")
        self._withdraw.clicked.connect(self._ask_withdraw)
        self._approve = Button("決裁する…", "Alt+A", icon="stamp", name="wording.approve")
        self._approve.clicked.connect(self._ask_approve)
        self._save = Button("案を保存する…", "Ctrl+Enter", "primary", icon="pen", name="wording.save")
        self._save.clicked.connect(self._ask_save)
        buttons = (self._make, self._withdraw, self._approve, self._save)
        for button in buttons:
            self.title_row.addWidget(button)
        why = row(None, *(button.beside for button in buttons), gap=16)
        columns = row(self._kinds_panel(), (self._words_panel(), 1), self._sheet_panel(), gap=12)
        self.set_body(col(why, (columns, 1), gap=8))
        self._allow()

    # ------------------------------------------------------------ building
    def _kinds_panel(self) -> Panel:
        self._list = TallTable(("通知と、使っている版", "状態"), (0, 124), name="通知の種類")
        self._list.setObjectName("wording.kinds")
        self._list.setMinimumHeight(420)
        self._list.chosen.connect(self._choose_kind)
        panel = Panel("通知", (self._list, 1), flush=True)
        panel.setFixedWidth(_KINDS_WIDTH)
        return panel

    def _words_panel(self) -> Panel:
        self._version = QComboBox()
        self._version.setObjectName("wording.choice")
        self._version.setAccessibleName("版")
        self._version.setFixedHeight(36)
        self._version.setMinimumContentsLength(6)
        self._version.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._version.currentIndexChanged.connect(self._choose_version)
        self._state = Chip("有効")
        self._back = Button("変更を戻す", kind="quiet", name="wording.take_back")
        self._back.clicked.connect(self._take_back)
        self._note = label("", "muted", wrap=True)
        self._form = WordsForm()
        self._form.typed.connect(self._say)
        self._history = TallTable(("版・いつから・だれが・理由", "状態"), (0, 124), name="版の履歴")
        self._history.setObjectName("wording.history")
        self._history.activated.connect(self._look_at)
        self._pages = QStackedWidget()
        head = col(row((self._version, 1), self._state), row((self._note, 1), self._back), gap=6, margins=(15, 8, 15, 8))
        self._pages.addWidget(box(col(head, hline(), (self._form, 1), gap=0)))
        self._pages.addWidget(self._history)
        self._segments = Segments([("words", "文言", None), ("history", "版の履歴", None)], name="文言か履歴")
        self._segments.setObjectName("wording.segments")
        self._segments.chosen.connect(self._turn)
        self._panel = Panel("", (self._pages, 1), right=[self._segments], flush=True)
        return self._panel

    def _sheet_panel(self) -> Panel:
        self._sheet = SheetView("「見本を作る」で、架空の人あてに出ます。")
        self._layout = Segments([(Layout.STANDARD, "標準", None), (Layout.LARGE, "大活字", None)], name="見本の文字の大きさ")
        self._layout.setObjectName("wording.layout")
        self._layout.chosen.connect(self._other_layout)
        self._turned, self._grown = label(""), label("", "muted")
        head = row(self._layout, self._turned, self._grown, None, gap=10, margins=(8, 6, 8, 6))
        panel = Panel("見本", head, hline(), (self._sheet, 1), right=[self._sheet.back, self._sheet.forth], flush=True)
        panel.setFixedWidth(_SHEET_WIDTH)
        self._sheet.turned.connect(self._turned.setText)
        self._say_grown(None)
        return panel

    # ------------------------------------------------------------ reading
    def refresh(self) -> None:
        self.lane.read(self, partial(wordings.page, self.desk), self._show)

    def _show(self, page: tuple[KindRow, ...]) -> None:
        self._kinds = {kind.kind: kind for kind in page}
        chosen = self._list.key()
        self._list.blockSignals(True)
        self._list.set_tall([(kind.kind.value, (kind_words(kind), Cell(chip=kind_chip(kind)))) for kind in page])
        self._list.select(chosen if chosen is not None else page[0].kind.value)
        self._list.blockSignals(False)
        self._show_kind()

    def _kind(self) -> KindRow | None:
        key = self._list.key()
        return self._kinds.get(LetterKind(str(key))) if key is not None else None

    def _choose_kind(self, _: object) -> None:
        self.hide_error()
        self._sheet.clear()
        self._say_grown(None)
        self._show_kind()

    def _show_kind(self) -> None:
        """The versions of the chosen kind; the one that was shown stays shown, else a draft that waits, else the one in force."""
        kind = self._kind()
        if kind is None:
            return
        wanted = self._saved(kind)
        if wanted is None and self._shown is not None and self._shown.version.kind is kind.kind:
            wanted = self._shown.version.version_id
        if wanted is None:
            wanted = kind.waiting[0].version_id if kind.waiting else kind.now.version_id
        self._version.blockSignals(True)
        self._version.clear()
        for version in kind.versions:
            self._version.addItem(f"{version.version}（{version.state}）", version.version_id)
        self._version.setCurrentIndex(max(0, self._version.findData(wanted)))
        self._version.blockSignals(False)
        self._history.set_tall(
            [(version.version_id, (version_words(version), Cell(chip=version_chip(version)))) for version in kind.versions]
        )
        self._panel.set_title(kind.label)
        self._note.setText("" if kind.kind is LetterKind.CONFIRMATION else _ELSEWHERE)
        self._choose_version()

    def _choose_version(self, _: object = None) -> None:
        kind, wanted = self._kind(), self._version.currentData()
        if kind is not None and wanted is not None:
            self.lane.read(self, partial(wordings.words, self.desk, kind.kind, int(wanted)), self._show_words)

    def _show_words(self, shown: WordsShown) -> None:
        kind = self._kind()
        if kind is None or kind.kind is not shown.version.kind or self._version.currentData() != shown.version.version_id:
            return
        if self._shown is not None and self._shown == shown:
            # Read again after a write: what is typed, the cursor and the place on the page stay.
            self._say()
            return
        self._shown = shown
        focused = self.focusWidget()
        within = focused is not None and self._form.isAncestorOf(focused)
        self._form.show_fields(shown.fields, self._typed.get(self._place(shown.version), {}))
        if within:
            self._version.setFocus(Qt.FocusReason.OtherFocusReason)
        self._say()

    @staticmethod
    def _place(version: VersionRow) -> tuple[LetterKind, int]:
        return version.kind, version.version_id

    def _look_at(self, version_id: object) -> None:
        self._version.setCurrentIndex(self._version.findData(version_id))
        self._segments.choose("words")

    def _turn(self, _: object = None) -> None:
        self._pages.setCurrentIndex(1 if self._segments.key() == "history" else 0)

    # ------------------------------------------------------------ typing
    def _say(self) -> None:
        if self._shown is None:
            return
        altered, version = self._form.altered, self._shown.version
        self._typed[self._place(version)] = altered
        self._state.set(DRAFT if altered else version_chip(version))
        self._back.set_words(f"変更{len(altered)}件を戻す")
        self._back.setVisible(bool(altered))
        self._allow()

    def _take_back(self) -> None:
        if self._shown is not None:
            self._form.show_fields(self._shown.fields, {})
            self._say()

    def _allow(self) -> None:
        shown, kind = self._shown, self._kind()
        altered = bool(self._form.altered)
        if shown is None or kind is None:
            for button in (self._make, self._withdraw, self._approve, self._save):
                button.forbid("")
            return
        state = shown.version.state
        self._make.allow()
        if altered or (shown.version.version_id != kind.now.version_id and state is not WordingState.WAITING):
            self._save.allow()
        else:
            self._save.forbid("")
        if state is WordingState.WAITING and not altered:
            self._approve.allow()
        else:
            self._approve.forbid("")
        if state not in (WordingState.WAITING, WordingState.APPROVED) or altered:
            self._withdraw.forbid("")
        elif not self.desk.may(Act.WORDING_WITHDRAWN):
            self._withdraw.forbid("取り下げるのは、取扱責任者です。")
        else:
            self._withdraw.allow()

    # ------------------------------------------------------------ sample
    def _ask_sample(self) -> None:
        self._save_after = False
        self._compose()

    def _other_layout(self, _: object) -> None:
        if self._sheet.pages:
            self._ask_sample()

    def _compose(self) -> None:
        if self._shown is None:
            return
        self.hide_error()
        self._form.clear_problems()
        version, layout = self._shown.version, self._layout.key()
        assert isinstance(layout, Layout)
        work = partial(wordings.sample, self.desk, version.kind, version.version_id, self._form.altered, layout)
        self.lane.read(self, work, self._show_sample)

    def _show_sample(self, sample: Sample) -> None:
        self._sheet.show_pdf(sample.pdf)
        self._say_grown(sample)
        if self._save_after:
            self._save_after = False
            self._ask_details()

    def _say_grown(self, sample: Sample | None) -> None:
        grown = sample is not None and sample.pages != sample.pages_now
        self._grown.setText(f"いまは{sample.pages_now}枚" if sample is not None and grown else "")

    # ------------------------------------------------------------ saving
    def _ask_save(self) -> None:
        """The words are looked at before anybody is asked for a name and a day."""
        self._save_after = True
        self._compose()

    def _ask_details(self) -> None:
        kind = self._kind()
        if kind is None or self._shown is None:
            return
        today = self.desk.today()
        later = any(version.state is WordingState.APPROVED for version in kind.versions)
        make = partial(SaveDraftDialog, kind.label, next_name(kind), today, later)
        self._asking.ask(make, partial(self._draft, kind.kind, self._shown.version.version_id, self._form.altered))

    def _draft(self, kind: LetterKind, start: int, altered: Altered, dialog: FormDialog) -> Callable[[], Changes]:
        assert isinstance(dialog, SaveDraftDialog)
        typed = dialog.typed()
        self._saving = _Saving(kind, start, self._kinds[kind].versions[0].version_id)
        draft = Draft(kind, start, altered, typed["version"], dialog.day, typed["reason"], dialog.before.isChecked())
        return partial(_keep, self.desk, draft)

    def _saved(self, kind: KindRow) -> int | None:
        """Number of the version that was just kept; the fields that it was made from are then as their version has them."""
        saving = self._saving
        if saving is None or saving.kind is not kind.kind or kind.versions[0].version_id == saving.newest:
            return None
        self._saving = None
        self._typed.pop((saving.kind, saving.start), None)
        self._shown = None
        return kind.versions[0].version_id

    def show_problem(self, problem: InputProblem) -> bool:
        self._save_after = False
        return self._asking.again(problem) or self._form.show_problem(problem)

    # ------------------------------------------------------------ deciding
    def _ask_approve(self) -> None:
        if self._shown is not None:
            self.hide_error()
            self.lane.read(self, partial(wordings.compared, self.desk, self._shown.version.version_id), self._ask_second)

    def _ask_second(self, found: Comparison) -> None:
        act, maker, today = Act.WORDING_APPROVED, found.version.made_by, self.desk.today()
        if may_verify(act, maker, self.desk.staff):
            if present(ApproveOwnDialog(found, today)):
                self._approve_with(found, partial(session.as_second, self.desk, act, maker))
            return
        # The names come from the slots beside the file, not from the database: this runs outside the lane.
        mine = self.desk.staff.login if maker == self.desk.staff.id else ""
        choices = session.staff_choices(self.desk.vault.folder.path)
        people = [person for person in choices if may(person[2], act) and person[0] != mine]
        dialog = ApproveOtherDialog(people, found, today)
        if present(dialog):
            login, passphrase = dialog.answer
            self._approve_with(found, partial(session.second_person, self.desk, login, passphrase, act, maker))

    def _approve_with(self, found: Comparison, prove: Callable[[], Second]) -> None:
        self.lane.write(self, partial(_approve, self.desk, found, prove), title="通知の文言を決裁しています")

    def _ask_withdraw(self) -> None:
        if self._shown is None:
            return
        self.hide_error()
        version = self._shown.version
        sentences = (f"「{version.version}」（{version.state}）を取り下げます。", "取り下げた版の名前は、もう使えません。記録は残ります。")
        if present(ConfirmDialog("通知の文言を取り下げます", sentences, "取り下げる")):
            self.lane.write(self, partial(_withdraw, self.desk, version.version_id), title="書き込んでいます")


def _approve(desk: Desk, found: Comparison, prove: Callable[[], Second], progress: Progress) -> Changes:
    return wordings.approve(desk, found.version.version_id, found.digest, prove(), progress)


def _keep(desk: Desk, draft: Draft) -> Changes:
    return wordings.draft(desk, draft, _silent)[0]


def _withdraw(desk: Desk, version_id: int, _: Progress) -> Changes:
    return wordings.withdraw(desk, version_id)


def _silent(_done: int, _of: int) -> None:
    return None
