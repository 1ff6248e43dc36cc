"""判定: which cases can be drafted, why one is held, how an amount came about; 起案 and 決裁 of one case or of many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.services import cases, judgment
from kyufu_desktop.services.cases import ContactRow
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.judgment import BulkReport, Difference, JudgmentCase, JudgmentPage
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import AskTextDialog, ConfirmDialog, present
from kyufu_desktop.views.ending import Weakly
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import Button, Cell, EmptyList, Panel, Row, Segments, Table, box, col, label, row
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.case_paintings import Steps
from kyufu_desktop.views.stations.dialogs_judgment import DifferenceDialog, ReportDialog, SheetDialog
from kyufu_desktop.views.stations.judgment_page import ConditionDetail, benefit_panels, first_condition, hold_notice, who
from kyufu_desktop.views.stations.words import short_day, state_chip

#: Segments of the list (key = word). 承認済 is no work any more and stands last.
SEGMENTS: tuple[str, ...] = ("すべて", "起案できる", "保留", "決裁待ち", "承認済")
#: What the segment 保留 gathers: both wait for something from outside.
HELD = ("保留", "照会中")


class JudgmentStation(Station):
    """Left the cases, right what the chosen one comes to and why; the one filled button is what the case needs next."""

    key = "judgment"
    title = "判定"
    icon = "judge"
    kinds = Kind.CASES | Kind.EVIDENCE | Kind.JUDGMENTS | Kind.FINDINGS | Kind.INQUIRIES | Kind.PAYMENTS

    def __init__(self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None]) -> None:
        super().__init__(desk, lane, go)
        self._all: tuple[JudgmentCase, ...] = ()
        self._shown: dict[int, JudgmentCase] = {}
        self._judged: JudgmentPage | None = None
        self._wanted: int | None = None
        self._bulk: tuple[int, ...] = ()
        self._first: QWidget | None = None
        self._build_head()
        left = self._build_list()
        self._detail = QWidget()
        self._lines = QVBoxLayout(self._detail)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._heading = QWidget()
        self._heading_lines = QVBoxLayout(self._heading)
        self._heading_lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(10)
        self._actions = self._build_actions()
        self._condition = ConditionDetail()
        # The conditions scroll, what can be done about them stays in sight below.
        scrolled = QScrollArea()
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setWidgetResizable(True)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # It takes what is left: on a low screen the acts below stay in sight.
        scrolled.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        scrolled.setMinimumHeight(128)
        self._detail.setObjectName("scrolled")
        scrolled.setWidget(self._detail)
        self._scrolled = scrolled
        scrolled.verticalScrollBar().rangeChanged.connect(self._sizes_changed)
        scrolled.verticalScrollBar().actionTriggered.connect(self._scrolled_by_hand)
        self.set_body(row(left, (col(self._heading, (scrolled, 1), self._condition, self._actions, gap=10), 1), gap=12))
        self._show_nothing()

    # ------------------------------------------------------------------ parts

    def _build_head(self) -> None:
        self._segments = Segments([(word, word, 0) for word in SEGMENTS])
        self._segments.setObjectName("judgment.segments")
        self._segments.chosen.connect(self._fill)
        self.add_filter(self._segments)
        self._approve_all = Button("まとめて決裁…", name="judgment.approve_all")
        self._approve_all.setShortcut("Ctrl+Shift+A")
        self._approve_all.clicked.connect(self._ask_approve_all)
        self.add_action(self._approve_all)
        self._draft_all = Button("まとめて起案…", name="judgment.draft_all")
        self._draft_all.setShortcut("Ctrl+Shift+D")
        self._draft_all.clicked.connect(self._ask_draft_all)
        self.add_action(self._draft_all)

    def _build_list(self) -> QWidget:
        self._host = Button("ホスト連携を開く", "Ctrl+9", name="judgment.to_host")
        self._host.clicked.connect(self._to_host)
        empty = EmptyList("ここに並ぶ案件はありません。", "対象者を取り込むと、ここに並びます。", self._host, icon_name="ok")
        self._table = Table(("氏名・番号", "状態", "給付"), (146, 130, 0), row_height=52, empty=empty, name="判定する案件")
        self._table.setObjectName("judgment.list")
        self._table.chosen.connect(self._chosen)
        self._table.activated.connect(self._open_case)
        self._again = Button("判定し直して差を見る…", "Alt+D", "quiet", name="judgment.differences")
        self._again.clicked.connect(self._ask_differences)
        self._list = Panel("案件", (self._table, 1), right=(self._again,), flush=True)
        self._list.setFixedWidth(396)
        self._list.setMinimumHeight(320)
        return self._list

    def _build_actions(self) -> QWidget:
        self._steps = Steps()
        self._draft = Button("起案する", "Ctrl+Enter", "primary", name="judgment.draft")
        self._draft.clicked.connect(self._draft_one)
        self._approve = Button("決裁する…", "Ctrl+Enter", "primary", name="judgment.approve")
        self._approve.clicked.connect(self._approve_one)
        self._return = Button("差し戻す…", "Alt+B", name="judgment.send_back")
        self._return.clicked.connect(self._ask_send_back)
        self._sheet = Button("判定調書", "Alt+P", name="judgment.decision_sheet")
        self._sheet.clicked.connect(self._make_sheet)
        self._hold = Button("保留にする…", "Alt+K", name="judgment.hold")
        self._hold.clicked.connect(self._ask_hold)
        self._withdraw = Button("決裁を取り消す…", "Alt+W", name="judgment.withdraw")
        self._withdraw.clicked.connect(self._ask_withdraw)
        self._why = label("", "muted", wrap=True)
        buttons = row(None, self._sheet, self._hold, self._return, self._withdraw, self._draft, self._approve, gap=10)
        return box(col(row((self._steps, 1), (self._why, 1), gap=12), buttons, gap=4, margins=(16, 6, 16, 8)), "panel")

    # ------------------------------------------------------------------ reading

    def refresh(self) -> None:
        self.lane.read(self, partial(judgment.list_cases, self.desk, None), self._show_cases)

    def open_case(self, case_id: int | None) -> None:
        """Chooses ``case_id`` in the list, whatever segment was shown."""
        self._wanted = case_id
        if case_id is not None:
            self._segments.choose("すべて")
        self._fill()

    def _show_cases(self, rows: tuple[JudgmentCase, ...]) -> None:
        self._all = rows
        counts = Counter(segment for item in rows for segment in _segments_of(item))
        self._segments.set_counts({word: counts[word] for word in SEGMENTS})
        if not counts["起案できる"] + counts["保留"]:
            self._draft_all.forbid("起案を待つ案件はありません。" if counts["決裁待ち"] else "起案や決裁を待つ案件はありません。")
        elif not self.desk.may(Act.JUDGMENT_DRAFTED):
            self._draft_all.forbid("取扱者と取扱責任者だけが起案できます。")
        else:
            self._draft_all.allow()
        if counts["決裁待ち"]:
            self._approve_all.allow()
        else:
            # One sentence for both where neither can be pressed.
            why = "決裁を待つ案件はありません。"
            self._approve_all.forbid(why if self._draft_all.isEnabled() else "")
            self._approve_all.setAccessibleDescription(why)
        self._fill()

    def _fill(self) -> None:
        word = self._segments.key()
        self._shown = {item.case_id: item for item in self._all if word in _segments_of(item)}
        self._list.set_count(f"{len(self._shown):,}件")
        keep = self._wanted or (self._judged.case_id if self._judged else None)
        self._table.set_rows([Row(item.case_id, _case_cells(item)) for item in self._shown.values()])
        if not self._shown:
            self._show_nothing()
            return
        choice = keep if keep in self._shown else next(iter(self._shown))
        self._wanted = None
        self._table.select(choice)
        self._chosen(choice)

    def _chosen(self, key: object) -> None:
        if isinstance(key, int) and key in self._shown:
            self.lane.read(self, partial(_read, self.desk, key), self._show_page)

    def _open_case(self, key: object) -> None:
        if isinstance(key, int):
            self.go("cases", key)

    def _to_host(self) -> None:
        self.go("host_exchange", None)

    # ------------------------------------------------------------------ the right side

    def _show_nothing(self) -> None:
        self._judged = None
        self._clear()
        self._lines.addWidget(
            Panel("判定", EmptyList("案件を選ぶと、判定とその理由が出ます。", "左の一覧から選んでください。", icon_name="judge"))
        )
        self._lines.addStretch(1)
        self._actions.hide()
        self._condition.hide()

    def _clear(self) -> None:
        self._first = None
        for lines in (self._heading_lines, self._lines):
            while lines.count():
                item = lines.takeAt(0)
                widget = item.widget() if item is not None else None
                if widget is not None:
                    widget.setParent(None)
                    widget.deleteLater()

    def _show_page(self, read: tuple[JudgmentPage, ContactRow | None]) -> None:
        page, held = read
        if self._table.key() != page.case_id:
            return  # the person has moved on while this one was being read
        self._judged = page
        self._clear()
        if held is not None:
            self._heading_lines.addWidget(hold_notice(held.entered_by, short_day(held.happened_on), held.text))
        self._heading_lines.addWidget(who(page, self.desk.programme))
        first = first_condition(page)
        for item in page.rows:
            panels = benefit_panels(item, page, self.desk.programme, self._condition)
            for panel in panels:
                self._lines.addWidget(panel)
                for table in panel.findChildren(Table):
                    table.chosen.connect(Weakly(self._follow, table))
            if first is not None and any(condition is first for condition in item.conditions):
                self._first = panels[0]
                QTimer.singleShot(0, panels[0], self._to_first)
        if first is not None:
            self._condition.tell(first)
        self._condition.setVisible(first is not None)
        self._lines.addStretch(1)
        self._show_actions(page, held)

    def _sizes_changed(self, *_: int) -> None:
        if self._first is not None:
            QTimer.singleShot(0, self._first, self._to_first)

    def _scrolled_by_hand(self, _: int) -> None:
        self._first = None

    def _to_first(self) -> None:
        """What must be looked at first is brought into sight, until the person scrolls; the rows find their heights only when shown."""
        if self._first is None or not self._detail.isAncestorOf(self._first):
            return  # another case is shown by now
        for table in self._first.findChildren(Table):
            self._show_row(table)

    def _follow(self, table: Table, _: object) -> None:
        """The arrow keys go through rows that this column scrolls, not the table."""
        self._first = None
        self._show_row(table)

    def _show_row(self, table: Table) -> None:
        if self._detail.isAncestorOf(table) and table.view.currentIndex().isValid():
            rect = table.view.visualRect(table.view.currentIndex())
            at = table.view.viewport().mapTo(self._detail, rect.center())
            self._scrolled.ensureVisible(at.x(), at.y(), 0, rect.height())

    def _show_actions(self, page: JudgmentPage, held: ContactRow | None) -> None:
        drafted = next((item for item in page.rows if item.state in ("DRAFTED", "APPROVED") and item.drafted_by), None)
        approved = next((item for item in page.rows if item.state == "APPROVED"), None)
        drafter = "まだです" if drafted is None else self._person(drafted.drafted_by_id, drafted.drafted_by)
        approver = (approved.approved_by or "") if approved else "起案と別の人"
        self._steps.show_items(
            (("pen", "ok" if drafted else "accent", "起案", drafter), ("stamp", "ok" if approved else "none", "決裁", approver))
        )
        waits = self._shown[page.case_id].state_word == "決裁待ち" if page.case_id in self._shown else False
        why = page.why_not
        if held is not None:
            why = "保留を解くと、起案できます。" if page.may_draft else "ほかの保留の理由が片づくまで、起案できません。"
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self._draft.setVisible(not waits and (approved is None or page.may_draft))
        self._draft.setEnabled(page.may_draft)
        self._draft.set_words("保留を解いて起案する…" if page.held_by_person else "起案する")
        self._approve.setVisible(waits)
        self._return.setVisible(waits)
        self._hold.setVisible(page.may_hold)
        self._withdraw.setVisible(page.may_withdraw and not waits)
        self._sheet.setVisible(drafted is not None or bool(page.voided))
        self._actions.show()

    def _person(self, staff_id: int, name: str) -> str:
        return "あなた" if staff_id == self.desk.staff.id else name

    # ------------------------------------------------------------------ acts

    def _draft_one(self) -> None:
        if self._judged is None:
            return
        release = self._judged.held_by_person
        sentences = ("この案件は、担当者が保留にしています。", "保留の理由が片づいたことを確かめてください。起案すると、保留は終わります。")
        if release and not present(ConfirmDialog("保留を解いて起案します", sentences, "保留を解いて起案する")):
            return
        self._run_draft((self._judged.case_id,), release=release)

    def _ask_draft_all(self) -> None:
        ready = sum(item.may_draft for item in self._all)
        ids = tuple(item.case_id for item in self._all if item.may_draft or item.state_word in HELD)
        left = len(ids) - ready
        title, act = "起案できるものをすべて起案します", f"{ready:,}件を起案する"
        sentences = [
            f"起案できる {ready:,}件を起案します。" + (f"保留・照会中の {left:,}件は、起案せずに理由を記録します。" if left else ""),
            "起案すると決裁待ちになります。起案した人は決裁できません。",
            "途中で中止すると、何も起案しません。",
        ]
        if not ready:
            title, act = "起案できない理由を記録します", "理由を記録する"
            said = f"起案できる案件はありません。保留・照会中の {left:,}件の理由を記録します。"
            sentences = [said, "途中で中止すると、何も記録しません。"]
        if ids and present(ConfirmDialog(title, sentences, act)):
            self._run_draft(ids)

    def _run_draft(self, ids: tuple[int, ...], *, release: bool = False) -> None:
        self._bulk = ids
        work = partial(_draft, self.desk, ids, release)
        self.lane.write(self, work, self._drafted, title="判定を起案しています", total=len(ids))

    def _ask_differences(self) -> None:
        work = partial(judgment.differences, self.desk, None)
        self.lane.write(self, work, self._show_differences, title="判定し直しています", total=len(self._all))

    def _show_differences(self, found: tuple[Difference, ...]) -> None:
        dialog = DifferenceDialog(found)
        if present(dialog) and dialog.to_draft:
            self._run_draft(dialog.to_draft)

    def _ask_hold(self) -> None:
        if self._judged is None:
            return
        sentence = "だれかが保留を解いて起案するまで、まとめて起案しても起案しません。理由は対応履歴に残ります。"
        dialog = AskTextDialog("保留にします", "保留にする理由", "保留にする", sentence, least=10, multiline=True)
        if present(dialog):
            work = partial(_hold, self.desk, self._judged.case_id, dialog.text)
            self.lane.write(self, work, title="保留にしています")

    def _ask_withdraw(self) -> None:
        if self._judged is None:
            return
        sentence = "この案件の決裁をすべて取り消します。振込の回に入れる前だけ、取り消せます。"
        dialog = AskTextDialog("決裁を取り消します", "取り消す理由", "理由を決める", sentence, least=10, multiline=True)
        if present(dialog):
            sentences = ("取り消した決裁では支払いません。まだ送っていない確認書は書損になります。", "もう一度、起案と決裁ができます。")
            maker = self._judged.drafter_id
            prove = ask_second(self.desk, Act.JUDGMENT_WITHDRAWN, maker, "決裁を取り消します", sentences, "決裁を取り消す")
            if prove is not None:
                work = partial(_withdraw, self.desk, self._judged.case_id, prove, dialog.text)
                self.lane.write(self, work, title="決裁を取り消しています")

    def _drafted(self, result: tuple[Changes, BulkReport]) -> None:
        if len(self._bulk) > 1 or result[1].held:
            present(ReportDialog(result[1]))

    def _approve_one(self) -> None:
        if self._judged is None:
            return
        maker = next((item.drafted_by_id for item in self._judged.rows if item.state == "DRAFTED"), 0)
        self._sign((self._judged.case_id,), maker)

    def _ask_approve_all(self) -> None:
        self._bulk = tuple(item.case_id for item in self._all if item.state_word == "決裁待ち")
        if self._bulk:
            # Who drafted decides who may sign; a batch is drafted by one person, and the service looks at every single one.
            self.lane.read(self, partial(judgment.page, self.desk, self._bulk[0]), self._sign_all)

    def _sign_all(self, page: JudgmentPage) -> None:
        self._sign(self._bulk, next((item.drafted_by_id for item in page.rows if item.state == "DRAFTED"), 0))

    def _sign(self, ids: tuple[int, ...], maker: int) -> None:
        sentences = (
            f"決裁待ちの {len(ids):,}件を決裁します。",
            "決裁すると、確認書を作れるようになります。署名を記録します。",
            "自分が起案した判定は、決裁できません。",
        )
        prove = ask_second(self.desk, Act.JUDGMENT_APPROVED, maker, f"{len(ids):,}件を決裁します", sentences, "決裁する")
        if prove is not None:
            self.lane.write(self, partial(_approve, self.desk, ids, prove), title="判定を決裁しています", total=len(ids))

    def _ask_send_back(self) -> None:
        if self._judged is None:
            return
        dialog = AskTextDialog(
            "判定を差し戻します", "差し戻す理由", "差し戻す", "起案した人に、この理由が伝わります。", least=10, multiline=True
        )
        if present(dialog):
            maker = next((item.drafted_by_id for item in self._judged.rows if item.state == "DRAFTED"), 0)
            sentences = ("差し戻すと、もう一度起案できます。",)
            prove = ask_second(self.desk, Act.JUDGMENT_RETURNED, maker, "判定を差し戻します", sentences, "差し戻す")
            if prove is not None:
                work = partial(_send_back, self.desk, self._judged.case_id, prove, dialog.text)
                self.lane.write(self, work, title="差し戻しています")

    def _make_sheet(self) -> None:
        if self._judged is not None:
            self.lane.read(self, partial(judgment.decision_sheet, self.desk, self._judged.case_id), self._show_sheet)

    def _show_sheet(self, pdf: bytes) -> None:
        present(SheetDialog("判定調書", pdf))


def _segments_of(item: JudgmentCase) -> tuple[str, ...]:
    """Segments that a case stands in: all, and the one that says what it waits for."""
    if item.may_draft:
        return ("すべて", "起案できる")
    if item.state_word in HELD or item.state_word == "決裁無効":
        return ("すべて", "保留")
    return ("すべて", item.state_word)


def _read(desk: Desk, case_id: int) -> tuple[JudgmentPage, ContactRow | None]:
    """The page, and the newest line of 対応履歴 that says why a person put the case on hold; None where nobody did.

    Those who may not draft are left with the sentence of the page: 対応履歴 is sealed for them.
    """
    page = judgment.page(desk, case_id)
    if not page.held_by_person or not desk.may(Act.JUDGMENT_DRAFTED):
        return page, None
    return page, next((item for item in cases.page(desk, case_id).contacts if item.kind == "保留"), None)


def _draft(desk: Desk, ids: tuple[int, ...], release: bool, progress: Progress) -> tuple[Changes, BulkReport]:
    return judgment.draft(desk, ids, progress, release=release)


def _hold(desk: Desk, case_id: int, reason: str, _: Progress) -> Changes:
    return judgment.hold(desk, case_id, reason)


def _withdraw(desk: Desk, case_id: int, prove: Prove, reason: str, _: Progress) -> Changes:
    return judgment.withdraw(desk, case_id, prove(), reason)


def _approve(desk: Desk, ids: tuple[int, ...], prove: Prove, progress: Progress) -> Changes:
    return judgment.approve(desk, ids, prove(), progress)


def _send_back(desk: Desk, case_id: int, prove: Prove, reason: str, _: Progress) -> Changes:
    return judgment.send_back(desk, case_id, prove(), reason)


def _case_cells(item: JudgmentCase) -> tuple[Cell, ...]:
    return (
        Cell(item.name, sub=item.management_number, sub_mono=True, name=True),
        Cell(chip=state_chip(item.state_word)),
        _benefit_cell(item.benefits),
    )


#: Words of the narrow list; the full word stands on the right side.
_SHORT = {"非課税化給付": "非課税化", "均等割のみ課税化給付": "均等割のみ"}


def _benefit_cell(benefits: str) -> Cell:
    first, *rest = [_SHORT.get(word, word) for word in benefits.split("・")]
    return Cell(first, sub="・".join(rest) or None, color="text2")
