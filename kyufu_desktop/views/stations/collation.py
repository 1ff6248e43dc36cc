"""突合: meet our cases with the contractor's list, show by which keys they met, let a person decide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kyufu_desktop.domain.changes import Kind
from kyufu_desktop.domain.collation import KEY_LABELS, Certainty, FindingDecision
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import BENEFIT_LABELS
from kyufu_desktop.services import collation
from kyufu_desktop.services.collation import CollationPage, FindingRow
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, Chip, EmptyList, Panel, Row, Segments, Table, box, col, label, row
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.case_page import plainly
from kyufu_desktop.views.stations.dialogs_collation import finding_dialog
from kyufu_desktop.views.stations.words import CERTAINTY_CHIPS, DECISION_CHIPS, DECISION_WORDS, short_day


class CollationStation(Station):
    """Left the meetings, right what met and what the programme makes of it; only a person decides."""

    key = "collation"
    title = "突合"
    icon = "collate"
    kinds = Kind.CASES | Kind.FINDINGS

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None]) -> None:
        super().__init__(desk, lane, go)
        self._rows: dict[int, FindingRow] = {}
        self._all: tuple[FindingRow, ...] = ()
        self._wanted: int | None = None
        self._segments = Segments([("open", "確認待ち", 0), ("decided", "決めたもの", 0), ("all", "すべて", 0)])
        self._segments.setObjectName("collation.segments")
        self._segments.chosen.connect(self._fill)
        self.add_filter(self._segments)
        self._run = Button("照らし合わせる", "F5", icon="collate", name="collation.run")
        self._run.clicked.connect(self._start)
        self.add_action(self._run)
        self._state = label("", "sub", wrap=True)
        self._again = Button("ホスト連携を開く", "Ctrl+9", name="collation.to_host")
        self._again.clicked.connect(self._to_host)
        self._empty = EmptyList(
            "確認を待つものはありません。", "支給予定情報を取り込み、「照らし合わせる」を押すと並びます。", self._again, icon_name="ok"
        )
        self._table = Table(
            ("氏名・番号", "一致のしかた", "決めたこと"), (142, 0, 130), row_height=52, empty=self._empty, name="突合で見つかったもの"
        )
        self._table.setObjectName("collation.list")
        self._table.chosen.connect(self._choose)
        self._table.activated.connect(self._ask)
        self._panel = Panel("見つかったもの", (self._table, 1), flush=True)
        self._panel.setMinimumHeight(360)
        self._decide = Button("決める…", "Ctrl+Enter", "primary", name="collation.decide")
        self._decide.clicked.connect(self._ask_current)
        self._open = Button("案件を開く", "Alt+O", name="collation.open_case")
        self._open.clicked.connect(self._open_case)
        self._facts = Table(("", ""), (136, 0), head=False, fit=True, name="支給予定情報の行")
        self._advice = label("", wrap=True)
        self._name = NameLabel("", 18)
        self._number = label("", "sub", mono=True)
        self._chip = Chip("確認待ち", "users", "wait")
        self._reason = label("", "sub", wrap=True)
        advice = box(row((self._advice, 1), margins=(12, 8, 12, 8)), "sunken")
        head = box(row(self._name, self._number, None, self._chip, gap=12, margins=(16, 10, 16, 6)))
        foot = box(col(advice, self._reason, row(None, self._open, self._decide), gap=10, margins=(16, 12, 16, 12)))
        self._detail = Panel("一致したもの", head, self._facts, foot, None, flush=True)
        self._detail.setFixedWidth(430)
        self.set_body(col(self._state, (row((self._panel, 1), self._detail, gap=12), 1), gap=12))
        self._detail.hide()

    def refresh(self) -> None:
        self.lane.read(self, partial(collation.page, self.desk), self._show)

    def open_case(self, case_id: int | None) -> None:
        """Chooses the first meeting of ``case_id``."""
        self._wanted = case_id
        if case_id is not None:
            self._segments.choose("all")
        self._fill()

    def _show(self, page: CollationPage) -> None:
        self._all = page.findings
        if page.list_rows:
            made = f"（{short_day(page.list_created_on)} 作成）" if page.list_created_on else ""
            self._state.setText(f"支給予定情報 {page.list_rows:,}行{made} と、案件 {page.cases:,}件を照らし合わせます。")
            self._run.allow()
        else:
            self._state.setText("支給予定情報を、まだ取り込んでいません。")
            self._run.forbid("先に支給予定情報を取り込みます。")
        if not self.desk.may(Act.COLLATED):
            self._run.forbid("取扱者と取扱責任者だけが行えます。")
        waiting = sum(item.decision is None for item in page.findings)
        self._segments.set_counts({"open": waiting, "decided": len(page.findings) - waiting, "all": len(page.findings)})
        self._fill()

    def _fill(self) -> None:
        key = self._segments.key()
        shown = [item for item in self._all if key == "all" or (item.decision is None) == (key == "open")]
        self._rows = {item.finding_id: item for item in shown}
        self._panel.set_count(f"{len(shown):,}件")
        self._table.set_rows([Row(item.finding_id, _cells(item)) for item in shown])
        wanted = next((item.finding_id for item in shown if item.case_id == self._wanted), None)
        current = wanted or (self._table.key() if self._table.key() in self._rows else next(iter(self._rows), None))
        self._wanted = None
        self._detail.setVisible(current is not None)
        if current is not None:
            self._table.select(current)
            self._choose(current)

    def _choose(self, key: object) -> None:
        item = self._rows.get(key) if isinstance(key, int) else None
        if item is None:
            return
        self._name.setText(item.name)
        self._number.setText(item.management_number)
        self._chip.set(*DECISION_CHIPS[item.decision])
        self._facts.set_rows(
            [Row(place, (Cell(words, color="text3"), Cell(value, mono=mono))) for place, (words, value, mono) in enumerate(facts(item))]
        )
        self._advice.setText(item.advice)
        decided = (
            f"{item.decided_by}が「{DECISION_WORDS[item.decision]}」と決めました。{item.decision_reason or ''}" if item.decision else ""
        )
        self._reason.setText(decided)
        self._reason.setVisible(bool(decided))
        self._decide.set_words("決め直す…" if item.decision else "決める…")
        self._decide.setVisible(self.desk.may(Act.FINDING_DECIDED))

    def _start(self) -> None:
        self.hide_error()
        self.lane.write(self, partial(_run, self.desk), title="照らし合わせています")

    def _ask_current(self) -> None:
        self._ask(self._table.key())

    def _ask(self, key: object) -> None:
        item = self._rows.get(key) if isinstance(key, int) else None
        if item is None or not self.desk.may(Act.FINDING_DECIDED):
            return
        dialog = finding_dialog(item)
        if present(dialog):
            work = partial(collation.decide, self.desk, item.finding_id, FindingDecision(dialog.choice), dialog.words)
            self.lane.write(self, partial(plainly, work), title="決めたことを記録しています")

    def _open_case(self) -> None:
        item = self._rows.get(key) if isinstance(key := self._table.key(), int) else None
        if item is not None:
            self.go("cases", item.case_id)

    def _to_host(self) -> None:
        self.go("host_exchange", None)


def _run(desk: Desk, progress: Progress) -> object:
    return collation.run(desk, progress)


def facts(item: FindingRow) -> tuple[tuple[str, str, bool], ...]:
    """(word, value, fixed pitch) of the row of the list that met, keys first."""
    day = short_day(item.planned_on) if item.planned_on else "決まっていません"
    return (
        ("一致した項目", "・".join(KEY_LABELS[key] for key in item.keys), False),
        ("相手の管理番号", item.planned_management_number, True),
        ("給付", BENEFIT_LABELS[item.benefit], False),
        ("金額", f"{item.amount:,}円", True),
        ("支給", f"{day} {'支給済' if item.paid else '予定'}", False),
    )


def _cells(item: FindingRow) -> tuple[Cell, ...]:
    # A meeting by name and birth date only says so in its chip.
    first, *rest = [KEY_LABELS[key] for key in item.keys] if item.certainty is Certainty.SURE else [""]
    return (
        Cell(item.name, sub=item.management_number, sub_mono=True, name=True),
        Cell(first, sub="・".join(rest) or None, chip=CERTAINTY_CHIPS[item.certainty]),
        Cell(chip=DECISION_CHIPS[item.decision]),
    )
