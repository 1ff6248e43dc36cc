"""What belongs to 支給・振込 beside the transfers: the segments of the station, the bank's file of results, money that comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QLayout, QLineEdit, QWidget

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.payment import FailureReason, PaymentState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.services import recalls, result_corrections, result_files, results
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.recalls import RecallRow, RecallsPage
from kyufu_desktop.services.result_files import ResultInspection
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import present
from kyufu_desktop.views.parts import Button, Cell, Column, EmptyList, Panel, Row, Segments, Table, col, label, row, text_field
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_results import FileDialog, LateResultDialog, ReasonDayDialog, ResultFileDialog, SettleRecallDialog
from kyufu_desktop.views.stations.payments_cash import CashPanel
from kyufu_desktop.views.stations.words import short_day
from kyufu_desktop.views.stations.wrapped import wrapped

TRANSFERS, COUNTER, BACK = "transfers", "counter", "back"
#: State -> icon and tone of its chip.
_CHIPS: dict[PaymentState, tuple[str, str]] = {
    PaymentState.PAID: ("ok", "ok"),
    PaymentState.FAILED: ("fail", "fail"),
    PaymentState.RECALL_ASKED: ("back2", "wait"),
    PaymentState.RECALL_REFUSED: ("fail", "fail"),
    PaymentState.REPAYMENT_CLAIMED: ("clock", "hold"),
    PaymentState.RECALLED: ("ok", "ok"),
    PaymentState.REPAID: ("ok", "ok"),
}


class PaymentSegments(QWidget):
    """Three segments: the transfers (``first``), the counter, money that comes back. ``actions`` belong to the transfers only."""

    def __init__(
        self, station: Station, first: QLayout, actions: list[Button], folder: Path, printer: Callable[[], Printer] | None = None
    ) -> None:
        super().__init__()
        read = ResultFileButton(station, folder)
        self._actions = [*actions, read]
        self.segments = Segments([(TRANSFERS, "振込", None), (COUNTER, "窓口払い", None), (BACK, "組戻し・返還", None)], "支給の方法")
        self.segments.setObjectName("payments.segments")
        self.segments.chosen.connect(self._turn)
        self._transfers = QWidget(self)
        self._transfers.setLayout(first)
        self.cash = CashPanel(station, printer)
        self.back = RecallPanel(station, printer)
        # Plain siblings, shown one at a time.
        self._pages: dict[object, QWidget] = {TRANSFERS: self._transfers, COUNTER: self.cash, BACK: self.back}
        self.setLayout(col(row(self.segments, None, read), *((page, 1) for page in self._pages.values()), gap=10))
        self.cash.hide()
        self.back.hide()

    def refresh(self) -> None:
        self.cash.refresh()
        self.back.refresh()

    def _turn(self, key: object) -> None:
        for name, page in self._pages.items():
            page.setVisible(name == key)
        for button in self._actions:
            button.setVisible(key == TRANSFERS)


class ResultFileButton(Button):
    """結果のファイルを読む: looked at first, with every difference; then taken over whole."""

    def __init__(self, station: Station, folder: Path) -> None:
        super().__init__("結果のファイル…", "Ctrl+Shift+I", name="payments.result_file")
        self._station, self._folder = station, folder
        self.clicked.connect(self._ask)

    def _ask(self) -> None:
        self._station.hide_error()
        dialog = FileDialog(self._folder)
        if present(dialog):
            self._folder = dialog.path.parent
            self._station.lane.read(self._station, partial(_inspect, self._station.desk, dialog.path), self._show)

    def _show(self, seen: ResultInspection) -> None:
        dialog = ResultFileDialog(seen, self._station.desk.today())
        if present(dialog):
            work = partial(_take_over, self._station.desk, seen, dialog.day)
            self._station.lane.write(self._station, work, title="振込の結果を取り込んでいます")


class RecallPanel(QWidget):
    """What shall still come back; a payment that was made is found by its number. Each with its history and what can be done next."""

    def __init__(self, station: Station, printer: Callable[[], Printer] | None) -> None:
        super().__init__()
        self._station, self._printer = station, printer
        self._shown: tuple[RecallRow, ...] = ()
        self._key: object = None
        self._wanted: QLineEdit = text_field("R600000001", 220)
        self._wanted.setObjectName("recalls.wanted")
        self._wanted.setAccessibleName("給付管理番号か、振込の番号")
        self._wanted.returnPressed.connect(self.refresh)
        find = Button("探す", "Enter", "quiet", name="recalls.find")
        find.clicked.connect(self.refresh)
        self._table = Table(
            [
                Column("状態", 150),
                Column("氏名・番号", 190),
                Column("回", 70),
                Column("金額（円）", 110, right=True),
                Column("次にすること"),
            ],
            row_height=52,
            fit=True,
            name="組戻し・返還",
            empty=EmptyList("戻るのを待っているお金はありません。", "支給したものは、番号で探すと出ます。", icon_name="pay"),
        )
        self._table.chosen.connect(self._pick)
        self._history = Table(
            [Column("日", 110), Column("状態", 140), Column("理由"), Column("入力元", 130), Column("入れた人・2人目", 200)],
            fit=True,
            name="この支払の経過",
            empty=EmptyList("上の一覧から選ぶと、経過が出ます。", "", icon_name="clock"),
        )
        acts = (
            ("late", "戻ってきた…", "Alt+M", self._ask_late),
            ("correct", "振込不能ではなかった…", "Alt+J", self._ask_correct),
            ("ask", "組戻しを依頼…", "Alt+K", self._ask_recall),
            ("settle", "銀行の返事を入れる…", "Alt+B", self._ask_settle),
            ("claim", "返還を請求…", "Alt+S", self._ask_claim),
            ("repaid", "返還済にする…", "Alt+P", self._ask_repaid),
            ("sheet", "整理票を印刷", "Alt+T", self._print),
        )
        self.buttons: dict[str, Button] = {}
        for key, words, short, act in acts:
            self.buttons[key] = Button(words, short, "quiet", name=f"recalls.{key}")
            self.buttons[key].clicked.connect(act)
        self._panel = Panel("組戻し・返還", self._table, right=[label("番号で探す", "sub"), self._wanted, find], flush=True)
        bank = row(*(self.buttons[key] for key in ("late", "correct", "ask", "settle")), None, gap=8)
        person = row(*(self.buttons[key] for key in ("claim", "repaid", "sheet")), None, gap=8)
        self.setLayout(col(self._panel, bank, person, (Panel("この支払の経過", self._history, flush=True), 1), gap=10))
        self._turn()

    def refresh(self) -> None:
        self._station.lane.read(self._station, partial(recalls.page, self._station.desk, self._wanted.text()), self._show)

    def _show(self, page: RecallsPage) -> None:
        self._shown = page.rows
        self._table.set_rows(
            [
                Row(
                    one.payment_id,
                    (
                        Cell(chip=(one.state_word, *_CHIPS[one.state])),
                        Cell(one.name, sub=one.management_number, sub_mono=True, name=True),
                        Cell(f"第{one.batch_number}回"),
                        Cell(f"{one.amount:,}", mono=True, right=True),
                        wrapped(one.what_next),
                    ),
                )
                for one in page.rows
            ]
        )
        known = [one.payment_id for one in page.rows]
        self._key = self._key if self._key in known else known[0] if known else None
        self._table.select(self._key)
        self._panel.set_count(f"戻るのを待つもの {page.open_count:,}件 {page.open_total:,}円")
        self._turn()

    def _pick(self, key: object) -> None:
        self._key = key
        self._turn()

    def _chosen(self) -> RecallRow | None:
        return next((one for one in self._shown if one.payment_id == self._key), None)

    def _turn(self) -> None:
        one = self._chosen()
        self._history.set_rows(
            [
                Row(
                    place,
                    (
                        Cell(short_day(event.on)),
                        Cell(event.word),
                        wrapped(event.reason),
                        Cell(event.source),
                        Cell("・".join(name for name in (event.entered_by, event.second_by) if name)),
                    ),
                )
                for place, event in enumerate(one.events)
            ]
            if one
            else []
        )
        may = one.may if one else frozenset()
        allowed = {
            "late": Act.RECALL_ASKED in may,
            "correct": Act.RESULT_CORRECTED in may,
            "ask": Act.RECALL_ASKED in may,
            "settle": Act.RECALL_SETTLED in may,
            "claim": Act.REPAYMENT_CLAIMED in may,
            "repaid": Act.REPAYMENT_SETTLED in may,
            "sheet": one is not None and one.state is PaymentState.REPAYMENT_CLAIMED and self._printer is not None,
        }
        why = one.what_next if one else "一覧から選んでください。"
        for key, button in self.buttons.items():
            if allowed[key]:
                button.allow()
            else:
                button.forbid("")
                button.setAccessibleDescription(why)

    # ------------------------------------------------------------ acts
    def _write(self, work: Callable[[Progress], Changes], title: str) -> None:
        self._station.lane.write(self._station, work, title=title)

    def _ask_late(self) -> None:
        one, desk = self._chosen(), self._station.desk
        if one is None or not present(dialog := LateResultDialog(one, desk.today())):
            return
        words = [*_compared(one), f"銀行の理由　{dialog.reason.value}", "もう一度支給できるようになります。銀行の知らせと比べてください。"]
        prove = ask_second(desk, Act.RESULT_ENTERED, desk.staff.id, "戻ってきたお金を確かめます", words, "確かめた")
        if prove is not None:
            work = partial(_late, desk, one.payment_id, dialog.reason, dialog.day, prove)
            self._write(work, "戻ってきた1件を書いています")

    def _ask_correct(self) -> None:
        one, desk = self._chosen(), self._station.desk
        if one is None:
            return
        title, sentence = "振込不能ではなかったことを入れます", "銀行の知らせと、氏名・番号・金額・振込日を1つずつ比べてください。"
        dialog = ReasonDayDialog(title, sentence, "次へ", desk.today(), day="銀行に確かめた日", one=one)
        if not present(dialog):
            return
        words = [*_compared(one), "「振込済」に直すと、この給付はもう支給できません。"]
        prove = ask_second(desk, Act.RESULT_CORRECTED, desk.staff.id, title, words, "確かめた")
        if prove is not None:
            work = partial(_correct, desk, one.payment_id, dialog.reason, dialog.day, prove)
            self._write(work, "振込済に直しています")

    def _ask_recall(self) -> None:
        self._ask_reason("組戻しを銀行に依頼します", "受取人の同意がないと戻りません。", "依頼を記録する", _recall)

    def _ask_claim(self) -> None:
        self._ask_reason("返還を請求します", "本人へ出す文書は、区が別に作ります。整理票を印刷できます。", "請求を記録する", _claim)

    def _ask_reason(self, title: str, sentence: str, verb: str, work: Callable[[Desk, int, str, date, Progress], Changes]) -> None:
        one, desk = self._chosen(), self._station.desk
        if one is not None and present(dialog := ReasonDayDialog(title, sentence, verb, desk.today())):
            self._write(partial(work, desk, one.payment_id, dialog.reason, dialog.day), "記録しています")

    def _ask_settle(self) -> None:
        one, desk = self._chosen(), self._station.desk
        if one is None or not present(dialog := SettleRecallDialog(desk.today())):
            return
        said = "お金が戻りました" if dialog.came_back else "組戻しはできませんでした"
        prove = ask_second(desk, Act.RECALL_SETTLED, one.asked_by_id, "銀行の返事を確かめます", [said, f"{one.amount:,}円"], "確かめた")
        if prove is not None:
            self._write(partial(_settle, desk, one.payment_id, dialog.came_back, dialog.day, prove), "銀行の返事を書いています")

    def _ask_repaid(self) -> None:
        one, desk = self._chosen(), self._station.desk
        if one is None:
            return
        words = [f"{one.amount:,}円の全額が、区の口座に入ったことを確かめてください。"]
        prove = ask_second(desk, Act.REPAYMENT_SETTLED, one.asked_by_id, "返還済にします", words, "入金を確かめた")
        if prove is not None:
            self._write(partial(_repaid, desk, one.payment_id, prove), "返還を書いています")

    def _print(self) -> None:
        one = self._chosen()
        if one is not None and self._printer is not None:
            self._write(partial(_print_claim, self._station.desk, one.payment_id, self._printer), "整理票を印刷しています")


def _compared(one: RecallRow) -> tuple[str, str]:
    """What the second person compares with the bank's paper. The name stands in the dialog before, where it is painted as it is written."""
    return (
        f"{one.management_number}　{one.benefit_word}",
        f"{one.amount:,}円　振込日 {short_day(one.transfer_on)}（第{one.batch_number}回）",
    )


# What runs on the lane.
def _inspect(desk: Desk, path: Path) -> ResultInspection:
    return result_files.inspect(desk, path.read_bytes(), path.name)


def _take_over(desk: Desk, seen: ResultInspection, on: date, _: Progress) -> Changes:
    return result_files.take_over(desk, seen, on)


def _late(desk: Desk, payment_id: int, reason: FailureReason, on: date, prove: Prove, _: Progress) -> Changes:
    return results.enter_late(desk, payment_id, reason, on, prove())


def _correct(desk: Desk, payment_id: int, reason: str, on: date, prove: Prove, _: Progress) -> Changes:
    return result_corrections.paid_after_all(desk, payment_id, reason, on, prove())


def _recall(desk: Desk, payment_id: int, reason: str, on: date, _: Progress) -> Changes:
    return recalls.ask(desk, payment_id, reason, on)


def _claim(desk: Desk, payment_id: int, reason: str, on: date, _: Progress) -> Changes:
    return recalls.claim(desk, payment_id, reason, on)


def _settle(desk: Desk, payment_id: int, done: bool, on: date, prove: Prove, _: Progress) -> Changes:
    return recalls.settle(desk, payment_id, done, on, prove())


def _repaid(desk: Desk, payment_id: int, prove: Prove, _: Progress) -> Changes:
    return recalls.repaid(desk, payment_id, desk.today(), prove())


def _print_claim(desk: Desk, payment_id: int, printer: Callable[[], Printer], _: Progress) -> Changes:
    printer().send(recalls.claim_sheet(desk, payment_id), f"claim-{payment_id}")
    return Changes(Kind.AUDIT, "返還請求の整理票を印刷しました。")
