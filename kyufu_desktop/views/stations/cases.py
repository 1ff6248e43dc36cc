"""案件: the list with search and segments, the page of one case, and the round of the second person."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.case import CaseStatus
from kyufu_desktop.domain.changes import Kind
from kyufu_desktop.domain.printing import Machine
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import CATEGORY_LABELS
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import cases, checklist
from kyufu_desktop.services.cases import CaseFilter, CasePage, CaseRow
from kyufu_desktop.services.session import Desk, Second
from kyufu_desktop.views.dialogs import present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, EmptyList, Panel, Row, Segments, Table, col, text_field
from kyufu_desktop.views.printing import Printer, pinned_printer
from kyufu_desktop.views.second_person import ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.case_page import CasePageView
from kyufu_desktop.views.stations.dialogs_second import WhoComparesDialog
from kyufu_desktop.views.stations.second_look import worklist
from kyufu_desktop.views.stations.second_round import SecondRound
from kyufu_desktop.views.stations.words import ADDRESS_CHIPS, EVIDENCE_WORDS, STATUS_CHIPS

#: Segments of the list: key, words, what is asked for. A status that is not among them is found by search.
SEGMENTS: tuple[tuple[str, str, CaseFilter], ...] = (
    ("all", "すべて", CaseFilter()),
    ("second", "2人目待ち", CaseFilter(waiting_for_second=True)),
    ("missing", "足りないもの", CaseFilter()),
    ("ending", "根拠の期限", CaseFilter()),
    ("hold", "保留", CaseFilter(status=CaseStatus.ON_HOLD)),
    ("drafted", "決裁待ち", CaseFilter(status=CaseStatus.DRAFTED)),
)
#: Segments of which a step is missing, and which steps (none = any).
MISSING: dict[object, tuple[str, ...]] = {"missing": (), "ending": (checklist.ENDS_SOON, checklist.EXPIRED)}

#: Milliseconds after the last key before the file is searched.
DEBOUNCE = 150


def _no_printer() -> Printer:
    return pinned_printer(Machine(""))


class CasesStation(Station):
    """Three views in one place; only one is seen. Enter opens a case, Alt+← goes back to the list."""

    key = "cases"
    title = "案件"
    icon = "case"
    kinds = Kind.ALL

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None], printer: Callable[[], Printer] = _no_printer) -> None:
        super().__init__(desk, lane, go)
        self._case_id: int | None = None
        self._in_round = False
        self._round_ids: tuple[int, ...] = ()
        self._build_head()
        self._list = self._build_list()
        self._case = CasePageView(self, printer)
        self._round = SecondRound(self)
        self._round.finished.connect(self._leave_round)
        self.title_row.insertWidget(0, self._case.identity, 1)
        self.set_body(col((self._list, 1), self._case, (self._round, 1), gap=0))
        self._show_view()

    def _build_head(self) -> None:
        self._segments = Segments([(key, words, None) for key, words, _ in SEGMENTS])
        self._segments.setObjectName("cases.segments")
        self._segments.chosen.connect(self._search_now)
        self.add_filter(self._segments)
        self._text = text_field("番号・カナ・氏名", 160)
        self._text.setObjectName("cases.search")
        self._text.setAccessibleName("番号・カナ・氏名で絞り込む")
        self._text.textChanged.connect(self._typed)
        self.add_filter(self._text)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(DEBOUNCE)
        self._wait.timeout.connect(self._search_now)
        self._second = Button("2人目の確認…", "Alt+2", icon="users", name="cases.second_round")
        self._second.clicked.connect(self._ask_round)
        self.add_action(self._second)
        self._back = Button("一覧へ戻る", "Alt+←", name="cases.back")
        self._back.clicked.connect(self._close_page)
        self.add_action(self._back)

    def _build_list(self) -> QWidget:
        self._host = Button("ホスト連携を開く", "Ctrl+9", name="cases.to_host")
        self._host.clicked.connect(self._to_host)
        empty = EmptyList(
            "ここに並ぶ案件はありません。", "絞り込みを「すべて」にするか、対象者を取り込んでください。", self._host, icon_name="case"
        )
        columns = ("氏名", "管理番号", "区分", ">人数", "状態", "根拠", "送り先")
        self._table = Table(columns, (0, 124, 164, 56, 132, 132, 132), row_height=48, empty=empty, name="案件")
        self._table.setObjectName("cases.list")
        self._table.activated.connect(self._open_key)
        self._panel = Panel("案件の一覧", (self._table, 1), flush=True)
        self._panel.setMinimumHeight(360)
        return self._panel

    # ------------------------------------------------------------------ which view

    def _show_view(self) -> None:
        on_page = self._case_id is not None and not self._in_round
        listed = not on_page and not self._in_round
        self._list.setVisible(listed)
        self._case.setVisible(on_page)
        self._case.identity.setVisible(on_page)
        self._round.setVisible(self._in_round)
        self._title.setVisible(not on_page)
        self._segments.setVisible(listed)
        self._text.setVisible(listed)
        self._second.setVisible(listed and self.desk.may(Act.ADDRESS_VERIFIED))
        self._back.setVisible(on_page)
        self.set_title("2人目の確認" if self._in_round else self.title)
        if not on_page:
            self.set_strip(None)
            self._case.close_page()

    @property
    def page(self) -> CasePage | None:
        """The case whose page is shown; None at the list."""
        return self._case.page

    def open_case(self, case_id: int | None) -> None:
        """Shows the page of ``case_id``, or the list where it is None."""
        self.hide_error()
        self._case_id, self._in_round = case_id, False
        self._show_view()
        self.refresh()

    def search(self, text: str) -> None:
        """Shows the list with ``text`` in its search field."""
        self._case_id, self._in_round = None, False
        self._show_view()
        self._segments.choose("all")
        self._text.setText(text)
        self._search_now()

    def refresh(self) -> None:
        if self._in_round:
            return  # the round reads its own next case; the list is read again when the person comes back
        if self._case_id is not None:
            self._case.open(self._case_id)
        else:
            self._search_now()

    def hideEvent(self, event: QHideEvent) -> None:
        self._case.address.conceal()
        super().hideEvent(event)

    def _close_page(self) -> None:
        self.open_case(None)
        self._table.setFocus()

    def _open_key(self, key: object) -> None:
        if isinstance(key, int):
            self.open_case(key)

    def _to_host(self) -> None:
        self.go("host_exchange", None)

    # ------------------------------------------------------------------ the list

    def _typed(self) -> None:
        self._wait.start()

    def _search_now(self) -> None:
        self._wait.stop()
        base = next(wanted for key, _, wanted in SEGMENTS if key == self._segments.key())
        wanted = CaseFilter(self._text.text().strip(), base.status, base.category, base.waiting_for_second)
        self.lane.read(self, partial(_list_ids, self.desk, wanted, MISSING.get(self._segments.key())), self._show_ids)

    def _show_ids(self, ids: tuple[int, ...]) -> None:
        self._panel.set_count(f"{len(ids):,}件")
        self._table.set_paged(ids, self._want)

    def _want(self, keys: tuple[object, ...]) -> None:
        ids = tuple(key for key in keys if isinstance(key, int))
        self.lane.read(self, partial(cases.rows, self.desk, ids), self._deliver)

    def _deliver(self, rows: tuple[CaseRow, ...]) -> None:
        self._table.deliver([Row(item.case_id, _case_cells(item)) for item in rows])

    def show_problem(self, problem: InputProblem) -> bool:
        """Problems of a dialog of the page go back into it."""
        return self._case.show_problem(problem)

    # ------------------------------------------------------------------ the second person

    def _ask_round(self) -> None:
        self.lane.read(self, partial(_waiting, self.desk), self._start_round)

    def _start_round(self, found: tuple[tuple[int, ...], int]) -> None:
        self._round_ids, mine = found
        dialog = WhoComparesDialog(self.desk, len(self._round_ids), mine)
        if not present(dialog):
            return
        # 0 = nobody is the maker beforehand: every single case is checked against who entered it.
        maker = 0 if dialog.me.isChecked() else self.desk.staff.id
        sentences = ("書類と1件ずつ照らし合わせます。表示した人と理由を記録します。",)
        prove = ask_second(self.desk, Act.ADDRESS_VERIFIED, maker, "2人目の確認を始めます", sentences, "始める")
        if prove is not None:
            self.lane.read(self, prove, self._enter_round)

    def _enter_round(self, second: Second) -> None:
        self._in_round = True
        self._show_view()
        self._round.start(self._round_ids, second)

    def _leave_round(self) -> None:
        self._in_round = False
        self.open_case(None)


def _list_ids(desk: Desk, wanted: CaseFilter, missing: tuple[str, ...] | None) -> tuple[int, ...]:
    """``missing``: only cases in which one of these steps is missing; None = all."""
    ids = cases.list_ids(desk, wanted)
    return ids if missing is None else checklist.with_missing(desk, ids, missing)


def _waiting(desk: Desk) -> tuple[tuple[int, ...], int]:
    """Cases that wait for a second person, and how many of them the person logged in may look at."""
    return worklist(desk), len(cases.addresses_to_verify(desk))


def _case_cells(item: CaseRow) -> tuple[Cell, ...]:
    evidence = EVIDENCE_WORDS[item.evidence] if item.evidence is not None else ("未着手", "todo", "none")
    return (
        Cell(item.name, sub=item.kana, name=True),
        Cell(item.management_number, mono=True, color="text2"),
        Cell(CATEGORY_LABELS[item.category], color="text2"),
        Cell(str(item.people), mono=True, right=True, color="text2"),
        Cell(chip=STATUS_CHIPS[item.status]),
        Cell(chip=evidence),
        Cell(chip=ADDRESS_CHIPS.get(item.address_state, (item.address_state, "info", "none"))),
    )
