"""突合: what met in the contractor's list, among our cases and in notices; ours beside theirs; only a person decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby

from kyufu_desktop.domain.changes import Kind
from kyufu_desktop.domain.collation import KEY_LABELS, KEY_SHORT, Certainty, FindingDecision, Source
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.services import collation
from kyufu_desktop.services.collation import CollationPage, FindingRow, Pair
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, Chip, EmptyList, Panel, Row, Segments, box, col, group, icon, label, row
from kyufu_desktop.views.parts.names import NameLabel
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.case_page import plainly
from kyufu_desktop.views.stations.dialogs_collation import choices_of, finding_dialog
from kyufu_desktop.views.stations.tall_table import Tall, TallRow, TallTable
from kyufu_desktop.views.stations.words import DECISION_CHIPS, moment_words, short_day

#: Height of a row of the comparison; a long kana name takes two lines and makes its own row higher.
_PAIR = 38
#: Short words of the source for the list.
SOURCE_WORDS: dict[Source, str] = {Source.PLANNED: "委託先の支給予定", Source.OWN: "庁内の別の案件", Source.NOTICE: "区市町村の通知"}
#: The same in a sentence.
_WITH: dict[Source, str] = {**SOURCE_WORDS, Source.NOTICE: "ほかの区市町村からの通知"}


class CollationStation(Station):
    """Left the meetings by case, right ours beside theirs and what the programme makes of it."""

    key = "collation"
    title = "突合"
    icon = "collate"
    kinds = Kind.CASES | Kind.FINDINGS | Kind.NOTICES | Kind.ACCOUNTS

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None]) -> None:
        super().__init__(desk, lane, go)
        self._rows: dict[int, FindingRow] = {}
        self._all: tuple[FindingRow, ...] = ()
        self._wanted: int | None = None
        self._segments = Segments([("open", "未判断", 0), ("decided", "判断済", 0), ("all", "すべて", 0)])
        self._segments.setObjectName("collation.segments")
        self._segments.chosen.connect(self._fill)
        self.add_filter(self._segments)
        self._run = Button("照らし合わせる", "F5", icon="collate", name="collation.run")
        self._run.clicked.connect(self._start)
        self.add_action(self._run)
        self._state = label("", "sub", wrap=True)
        self._due = label("", wrap=True)
        self._due_box = box(row(icon("alarm", "hold"), (self._due, 1), margins=(12, 8, 12, 8)), "soft_hold")
        self._due_box.setObjectName("collation.due")
        self._again = Button("ホスト連携を開く", "Ctrl+9", name="collation.to_host")
        self._again.clicked.connect(self._to_host)
        self._empty = EmptyList(
            "判断を待つものはありません。", "支給予定情報を取り込み、「照らし合わせる」を押すと並びます。", self._again, icon_name="ok"
        )
        self._table = TallTable(("相手", "一致した項目", "判断"), (174, 0, 136), least=52, empty=self._empty, name="突合で見つかったもの")
        self._table.setObjectName("collation.list")
        self._table.chosen.connect(self._choose)
        self._table.activated.connect(self._ask)
        self._panel = Panel("見つかったもの", (self._table, 1), flush=True)
        self._panel.setMinimumHeight(360)
        self._decide = Button("決める…", "Ctrl+Enter", "primary", name="collation.decide")
        self._decide.clicked.connect(self._ask_current)
        self._open = Button("案件を開く", "Alt+O", name="collation.open_case")
        self._open.clicked.connect(self._open_case)
        self._facts = TallTable(("", "こちら", "相手"), (130, 0, 0), fit=True, least=_PAIR, name="こちらと相手")
        self._facts.setObjectName("collation.pairs")
        self._advice = label("", wrap=True)
        self._name = NameLabel("", 18)
        self._number = label("", "sub", mono=True)
        self._chip = Chip("確認待ち", "users", "wait")
        self._sure = label("", wrap=True)
        self._reason = label("", "sub", wrap=True)
        advice = box(row((self._advice, 1), margins=(12, 8, 12, 8)), "sunken")
        head = box(col(row(self._name, self._number, None, self._chip, gap=12), self._sure, gap=4, margins=(16, 10, 16, 6)))
        foot = box(col(advice, self._reason, gap=10, margins=(16, 12, 16, 12)))
        # The acts stand in the title: below the facts they are out of sight on a low screen.
        self._detail = Panel("比較", head, self._facts, foot, None, right=(self._open, self._decide), flush=True)
        self._detail.setFixedWidth(520)
        self._due_box.hide()
        self.set_body(col(self._due_box, self._state, (row((self._panel, 1), self._detail, gap=12), 1), gap=12))
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
            self._state.setText("\n".join(state_lines(page)))
            self._run.allow()
        else:
            self._state.setText("支給予定情報を、まだ取り込んでいません。")
            self._run.forbid("先に支給予定情報を取り込みます。")
        if not self.desk.may(Act.COLLATED):
            self._run.forbid("取扱者と取扱責任者だけが行えます。")
        self._due.setText(f"{page.due}照らし合わせるまで、振込はできません。")
        self._due_box.setVisible(bool(page.due))
        waiting = sum(item.decision is None for item in page.findings)
        self._segments.set_counts({"open": waiting, "decided": len(page.findings) - waiting, "all": len(page.findings)})
        self._fill()

    def _fill(self) -> None:
        key = self._segments.key()
        shown = [item for item in self._all if key == "all" or (item.decision is None) == (key == "open")]
        self._rows = {item.finding_id: item for item in shown}
        self._panel.set_count(f"{len({item.case_id for item in shown}):,}案件　{len(shown):,}件")
        self._table.set_tall(list(_by_case(shown)))
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
        self._sure.setText(met_by(item))
        self._facts.set_tall([(place, _pair_cells(pair)) for place, pair in enumerate(item.pairs)])
        self._advice.setText(item.advice)
        decided = _decided(item)
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


def state_lines(page: CollationPage) -> list[str]:
    """Which list, what it changed against the one before, and the last run."""
    made = f"（{short_day(page.list_created_on)} 作成）" if page.list_created_on else ""
    lines = [f"支給予定情報 {page.list_rows:,}行{made} と、案件 {page.cases:,}件を照らし合わせます。"]
    if page.difference is not None:
        change = page.difference
        lines.append(
            f"前の一覧から　増えた行 {change.new:,}、なくなった行 {change.gone:,}、変わった行 {change.changed:,}。"
            f"案件に関わるもの {change.ours:,}"
        )
    if page.run is not None:
        lines.append(
            f"前回 {moment_words(page.run.at)} {page.run.by}　{page.run.rows:,}行と照らし、一致 {page.run.met:,}件"
            f"（新しいもの {page.run.new:,}件、なくなったもの {page.run.gone:,}件）"
        )
    return lines


def met_by(item: FindingRow) -> str:
    """By which keys, and how sure, as one sentence."""
    keys = "・".join(KEY_LABELS[key] for key in item.keys)
    sure = "" if item.certainty is Certainty.SURE else "番号は違います。別の人のこともあります。"
    gone = "" if item.in_list else "いまの一覧には、この行はありません。"
    return f"{_WITH[item.source]}と、{keys}が一致しています。{sure}{gone}"


def _decided(item: FindingRow) -> str:
    """Who decided what, when and why; empty where nobody has."""
    if item.decision is None:
        return ""
    words = choices_of(item)[item.decision]
    return f"{moment_words(item.decided_at)} {item.decided_by}が「{words}」と決めました。{item.decision_reason or ''}"


def _by_case(items: list[FindingRow]) -> Iterator[TallRow | Row]:
    """A group row for each case that still waits or not, then its meetings."""
    for number, rows in groupby(sorted(items, key=lambda item: item.management_number), lambda item: item.management_number):
        met = list(rows)
        waiting = sum(item.decision is None for item in met)
        yield group(number, note=f"未判断 {waiting}件" if waiting else "判断済")
        for item in met:
            yield item.finding_id, _cells(item)


def _cells(item: FindingRow) -> tuple[Tall | Cell, ...]:
    keys = "・".join(KEY_SHORT[key] for key in item.keys)
    theirs = item.planned_management_number or "通知"
    if item.source is Source.PLANNED:
        theirs += "　支給済" if item.paid else "　予定"
    return (
        Cell(SOURCE_WORDS[item.source], sub=theirs, sub_mono=True),
        Tall(keys, "" if item.certainty is Certainty.SURE else "番号は違います"),
        Cell(chip=DECISION_CHIPS[item.decision]),
    )


def _pair_cells(pair: Pair) -> tuple[Tall | Cell, ...]:
    color = "accent" if pair.same else "text"
    words = f"{pair.words}　＝" if pair.same else pair.words
    return Cell(words, color="text3", bold=pair.same), Tall(pair.ours or "―", color=color), Tall(pair.theirs or "―", color=color)
