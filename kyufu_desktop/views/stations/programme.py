"""給付の定義: the rules of this vault in words, the values that the ward still has to confirm, and another programme beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QComboBox, QStackedWidget, QWidget

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.programme_words import Difference
from kyufu_desktop.domain.staff import Act, may
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import programmes, session
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.programmes import Answers, ProgrammePage
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, EmptyList, Panel, Row, Segments, box, col, group, icon, label, row
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_programme import ConfirmValuesDialog
from kyufu_desktop.views.stations.programme_answers import OpenValues
from kyufu_desktop.views.stations.tall_table import Tall, TallRow, TallTable

SURE, UNSURE = ("確認済", "users", "ok"), ("要確認", "todo", "hold")
_MISSING = "（ありません）"


class ProgrammeStation(Station):
    """Reading is for everybody who does the work; settling a value takes two officers."""

    key = "programme"
    title = "給付の定義"
    icon = "file"
    kinds = Kind.PROGRAMME

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None], lock: Callable[[], None]) -> None:
        super().__init__(desk, lane, go)
        self._page_facts: ProgrammePage | None = None
        self._segments = Segments([("words", "この定義", None), ("compare", "ほかの定義と比べる", None)])
        self._segments.setObjectName("programme.segments")
        self._segments.chosen.connect(self._turn)
        self.add_filter(self._segments)
        self._confirm = Button("2人目が確かめて確定する…", "Ctrl+Enter", "primary", icon="users", name="programme.confirm")
        self._confirm.clicked.connect(self._ask_second)
        self.add_action(self._confirm)
        self._newer = self._newer_strip(lock)
        self._table = TallTable(("項目", "値と出典", "状態"), (188, 0, 104), name="給付の定義")
        self._table.setObjectName("programme.words")
        self._table.chosen.connect(self._chosen)
        self._words = Panel("", (self._table, 1), flush=True)
        self._open = OpenValues()
        self._open.typed.connect(self._say_count)
        self._pages = QStackedWidget()
        self._pages.addWidget(_plain(row((self._words, 1), self._open, gap=12)))
        self._pages.addWidget(_plain(self._comparing()))
        self._pages.setMinimumHeight(440)
        self.set_body(col(self._newer, (self._pages, 1), gap=12))

    def _newer_strip(self, lock: Callable[[], None]) -> QWidget:
        leave = Button("画面を施錠する", icon="lock", name="programme.lock")
        leave.clicked.connect(lock)
        said = label("確定した値は、次に開けたときから使います。施錠して、もう一度開けてください。", color="hold", wrap=True)
        strip = box(row(icon("info", "hold"), (said, 1), leave, margins=(12, 8, 12, 8)), "soft_hold")
        strip.setVisible(False)
        return strip

    def _comparing(self) -> QWidget:
        self._other = QComboBox()
        self._other.setObjectName("programme.other")
        self._other.setFixedHeight(36)
        self._other.setMinimumWidth(420)
        self._other.setAccessibleName("比べる定義")
        self._other.currentIndexChanged.connect(self._compare)
        self._which = Segments([("differences", "違いだけ", None), ("everything", "すべて", None)])
        self._which.setObjectName("programme.which")
        self._which.chosen.connect(self._compare)
        empty = EmptyList("違いはありません。", "2つの定義は、同じ値です。")
        self._differences = TallTable(("項目", "この定義", "比べる定義"), (250, 0, 0), empty=empty, name="定義の違い")
        self._differences.setObjectName("programme.differences")
        self._beside = Panel("定義の違い", (self._differences, 1), flush=True)
        return _plain(col(row(label("比べる定義"), self._other, self._which, None, gap=12), (self._beside, 1), gap=12))

    # ------------------------------------------------------------ reading
    def refresh(self) -> None:
        self.lane.read(self, partial(programmes.page, self.desk), self._show)

    def _show(self, page: ProgrammePage) -> None:
        self._page_facts = page
        programme = page.programme
        self._words.set_title(programme.name)
        self._words.set_count(f"版 {programme.version}")
        lines: list[TallRow | Row] = []
        for section in page.sections:
            lines.append(group(section.title))
            for item in section.rows:
                source = f"{item.source}　確定 {page.confirmed[item.key]}" if item.key in page.confirmed else item.source
                chip = Cell(chip=UNSURE if not item.certain else SURE) if not item.certain or item.key in page.confirmed else Cell()
                lines.append((item.key, (Tall(item.word), Tall(item.value, source), chip)))
        self._table.set_tall(lines)
        self._open.show_questions(page.questions)
        self._open.setVisible(bool(page.questions))
        self._newer.setVisible(page.newer)
        if self._other.count() != len(page.others):
            self._other.blockSignals(True)
            self._other.clear()
            for entry in page.others:
                self._other.addItem(entry.name, entry.code)
            self._other.blockSignals(False)
        self._say_count()
        if self._segments.key() == "compare":
            self._compare()

    def _turn(self) -> None:
        comparing = self._segments.key() == "compare"
        self._pages.setCurrentIndex(1 if comparing else 0)
        self._say_count()
        if comparing:
            self._compare()

    def _compare(self) -> None:
        code = self._other.currentData()
        if code is not None:
            work = partial(programmes.compared, self.desk, str(code), everything=self._which.key() == "everything")
            self.lane.read(self, work, self._show_differences)

    def _show_differences(self, found: tuple[Difference, ...]) -> None:
        lines: list[TallRow | Row] = []
        section = ""
        for item in found:
            if item.section != section:
                section = item.section
                lines.append(group(section))
            lines.append(((item.key,), (Tall(item.word), _side(item.left, item.same), _side(item.right, item.same))))
        self._beside.set_count(f"{sum(not item.same for item in found)}件の違い")
        self._differences.set_tall(lines)

    def _chosen(self, key: object) -> None:
        self._open.choose(str(key))

    # ------------------------------------------------------------ settling
    def _say_count(self) -> None:
        left = len(self._page_facts.questions) if self._page_facts is not None else 0
        shown = bool(left) and self._segments.key() != "compare"
        self._confirm.setVisible(shown)
        if not shown:
            self._confirm.allow()
        elif not self.desk.may(Act.PROGRAMME_CONFIRMED):
            self._confirm.forbid("値を確定するのは、取扱責任者2人です。")
        elif not self._open.answers:
            self._confirm.forbid("右の欄に、確かめた値と根拠を入れてください。")
        else:
            self._confirm.allow()

    def _ask_second(self) -> None:
        self.hide_error()
        answers = self._open.answers
        if not answers:
            return
        act = Act.PROGRAMME_CONFIRMED
        # The names come from the slots beside the file, not from the database: this runs outside the lane.
        people = [
            person
            for person in session.staff_choices(self.desk.vault.folder.path)
            if may(person[2], act) and person[0] != self.desk.staff.login
        ]
        dialog = ConfirmValuesDialog(people, self._open.lines())
        if present(dialog):
            login, passphrase = dialog.answer
            self.lane.write(self, partial(_settle, self.desk, answers, login, passphrase), title="値を確定しています")

    def show_problem(self, problem: InputProblem) -> bool:
        return self._open.show_problem(problem)


def _settle(desk: Desk, answers: Answers, login: str, passphrase: str, _: Progress) -> Changes:
    return programmes.confirm(desk, answers, session.second_person(desk, login, passphrase, Act.PROGRAMME_CONFIRMED, desk.staff.id))


def _side(value: str | None, same: bool) -> Tall:
    return Tall(_MISSING if value is None else value, color="text3" if value is None else "text2" if same else "text")


def _plain(content: object) -> QWidget:
    if isinstance(content, QWidget):
        return content
    page = QWidget()
    page.setLayout(content)  # type: ignore[arg-type]
    content.setContentsMargins(0, 0, 0, 0)  # type: ignore[attr-defined]
    return page
