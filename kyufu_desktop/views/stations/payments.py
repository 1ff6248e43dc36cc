"""支給・振込: what can be paid, batches, the second person over the exact bytes, the bank file, results, and four sums that must agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from kyufu_desktop.domain.calendar import wareki_with_weekday
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.payment import BatchState, FailureReason
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.services import bank_calendar, bank_files, batches, host_exchange, payments, results, workstation
from kyufu_desktop.services.host_exchange import Outgoing, Progress
from kyufu_desktop.services.payments import BatchRow, PaymentRow, PaymentsPage
from kyufu_desktop.services.reconciliation import Reconciliation
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import AskTextDialog, LeavesHouseDialog, present
from kyufu_desktop.views.lane import Lane
from kyufu_desktop.views.parts import (
    Amount,
    Button,
    Cell,
    Column,
    EmptyList,
    Panel,
    Reconcile,
    Row,
    Table,
    box,
    col,
    icon,
    label,
    row,
)
from kyufu_desktop.views.parts.text import plate, repolish
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_payments import NewBatchDialog, ResultsDialog, TypeTotalDialog
from kyufu_desktop.views.stations.file_choice import MediumDialog
from kyufu_desktop.views.stations.payments_recovery import PaymentsRecovery
from kyufu_desktop.views.stations.payments_results import PaymentSegments
from kyufu_desktop.views.stations.payments_rows import agreements, batch_row, failed_row, not_told, number_of
from kyufu_desktop.views.theme import pix

#: Nothing more is done with a batch in these.
_OVER = frozenset({BatchState.SETTLED, BatchState.PARTLY_FAILED, BatchState.CANCELLED})
#: Whose turn it is with the chosen batch.
_TURN_WORDS: dict[BatchState, str] = {
    BatchState.DRAFTED: "第{number}回は、作った人とは別の取扱責任者の決裁を待っています。",
    BatchState.APPROVED: "第{number}回は決裁が済みました。媒体に書き出して銀行へ渡してください。",
    BatchState.WRITING: "第{number}回は書出しの途中で止まりました。先に媒体を調べてください。",
    BatchState.SENT: "第{number}回は銀行の結果を待っています。",
    BatchState.SETTLED: "第{number}回は、すべて振り込まれました。",
    BatchState.PARTLY_FAILED: "第{number}回は結果まで済みました。",
    BatchState.CANCELLED: "第{number}回は取り消しました。",
}


class PaymentsStation(Station):
    """Top: the sums joined by = or ≠. Below: batches, what could not be paid, what is ready."""

    key, title, icon = "payments", "支給・振込", "pay"
    kinds = Kind.PAYMENTS | Kind.FORMS | Kind.EXPORTS | Kind.JUDGMENTS | Kind.ACCOUNTS

    def __init__(
        self, desk: Desk, lane: Lane, go: Callable[[str, int | None], None], folder: Path, printer: Callable[[], Printer] | None = None
    ) -> None:
        super().__init__(desk, lane, go)
        self._folder = folder
        self._shown: PaymentsPage | None = None
        self._medium = ""
        self._results = Button("結果を入れる…", "Ctrl+I", name="payments.results")
        self._results.clicked.connect(self._ask_results)
        self._approve = Button("決裁する…", "Ctrl+K", name="payments.approve")
        self._approve.clicked.connect(self._ask_approve)
        self._write = Button("銀行へ渡す…", "Ctrl+Enter", "primary", icon="disc", name="bank_files.bank_file")
        self._write.clicked.connect(self._ask_write)
        for button in (self._results, self._approve, self._write):
            self.title_row.addWidget(button)
        self._turn_words = label("", "muted")
        self._recovery = PaymentsRecovery(self, folder)
        self._sums = Reconcile()
        self._report = Button("報告を作る…", "Alt+H", name="payments.report")
        self._report.clicked.connect(self._go_report)
        self._difference_words = label("", "strong", wrap=True)
        self._mark = icon("alarm", "fail")
        self._difference = box(row(self._mark, (self._difference_words, 1), self._report, margins=(14, 8, 8, 8)), "soft_fail")
        self._make = Button("振込の回を作る…", "Ctrl+N", "quiet", name="batches.make_batch")
        self._make.clicked.connect(self._ask_make)
        self._cancel = Button("回を取り消す…", "Alt+X", "quiet", name="batches.cancel_batch")
        self._cancel.clicked.connect(self._ask_cancel)
        self._batches = Table(
            [
                Column("回", 76),
                Column("振込指定日", 120),
                Column("件数", 76, right=True),
                Column("金額（円）", 130, right=True),
                Column("銀行", 120),
                Column("通知書", 160),
                Column("ホスト報告", 120),
                Column("メモ"),
            ],
            fit=True,
            name="振込の回",
            empty=EmptyList("振込の回はまだありません。", "審査の完了したものから「振込の回を作る」で作ります。", icon_name="pay"),
        )
        self._batches.chosen.connect(self._turn)
        self._failed = Table(
            [
                Column("状態", 128),
                Column("氏名・番号", 200),
                Column("金額（円）", 116, right=True),
                Column("銀行の理由", 136),
                Column("どうするか"),
            ],
            row_height=52,
            fit=True,
            name="振り込めなかったもの",
        )
        self._failed.activated.connect(self._open_case)
        look = Button("案件を開く", "Enter", "quiet", name="payments.open_case")
        look.clicked.connect(self._open_chosen)
        self._failed_box = Panel("振り込めなかったもの", self._failed, right=[look], flush=True)
        self._ready = Table(
            [Column("氏名・番号"), Column("給付", 220), Column("金額（円）", 140, right=True)],
            row_height=48,
            name="振り込めるもの",
            empty=EmptyList("振り込めるものはありません。", "審査が完了し、突合の重なりがないものが、ここに並びます。", icon_name="pay"),
        )
        self._ready.setMinimumHeight(150)
        self._ready_box = Panel("振り込めるもの", self._ready, flush=True)
        batches = Panel("振込の回", self._batches, right=[self._cancel, self._make], flush=True)
        above = (row(None, self._turn_words), self._recovery, self._sums, self._difference)
        transfers = col(*above, batches, self._failed_box, (self._ready_box, 1), gap=10)
        self._segments = PaymentSegments(self, transfers, [self._results, self._approve, self._write], folder, printer)
        self.body.addWidget(self._segments, 1)

    # ------------------------------------------------------------ reading
    def refresh(self) -> None:
        self.lane.read(self, partial(_read, self.desk), self._show)
        self._segments.refresh()

    def _show(self, read: tuple[PaymentsPage, str]) -> None:
        page, self._medium = read
        self._shown = page
        self._recovery.show_page(page)
        sums = page.reconciliation
        self._sums.set_boxes(
            [
                Amount(words, yen, f"{count:,}件　{remark}".strip("　"), fits)
                for (words, yen, count, remark), fits in zip(sums.boxes, agreements(sums), strict=True)
            ]
        )
        self._show_difference(sums)
        # Oldest first, as they are numbered.
        ordered = sorted(page.batches, key=number_of)
        chosen = self._chosen()
        self._batches.set_rows([batch_row(batch) for batch in ordered])
        if chosen is None or chosen.state in _OVER:
            # The batch that waits for an act; where none does, the newest.
            waiting = [batch for batch in ordered if batch.state not in _OVER]
            if ordered:
                self._batches.select((waiting or ordered[-1:])[0].batch_id)
        self._failed.set_rows([failed_row(failed) for failed in page.failed])
        self._failed_box.setVisible(bool(page.failed))
        self._failed_box.set_count(
            f"{len(page.failed):,}件 {sum(failed.amount for failed in page.failed):,}円　同じ回には戻さず、次の回で支給し直します"
        )
        self._ready.set_rows(
            [
                Row(
                    due.judgment_id,
                    (
                        Cell(due.name, sub=due.management_number, sub_mono=True, name=True),
                        Cell(due.benefit_word),
                        Cell(f"{due.amount:,}", mono=True, right=True),
                    ),
                )
                for due in page.ready
            ]
        )
        self._ready_box.set_count(f"{len(page.ready):,}件 {sum(due.amount for due in page.ready):,}円")
        if page.ready:
            self._make.allow()
        else:
            self._make.forbid("")
            self._make.setAccessibleDescription("振り込めるものがありません。")
        self._turn()

    def _show_difference(self, sums: Reconciliation) -> None:
        """What does not agree, in one sentence, with the button that mends it. Money on its way is no fault."""
        wrong = False in agreements(sums)
        self._difference_words.setText(sums.difference)
        self._difference.setVisible(bool(sums.difference))
        plate(self._difference, "soft_fail" if wrong else "soft_hold")
        repolish(self._difference)
        self._mark.setPixmap(pix("alarm" if wrong else "clock", "fail" if wrong else "hold", 20))
        self._report.setVisible(sums.boxes[2][1] != sums.boxes[3][1])

    def _go_report(self) -> None:
        self.go("host_exchange", None)

    def _chosen(self) -> BatchRow | None:
        key = self._batches.key()
        return next((batch for batch in self._shown.batches if batch.batch_id == key), None) if self._shown else None

    def _turn(self, _: object = None) -> None:
        """Which act the chosen batch waits for; the others say why not."""
        batch = self._chosen()
        state = batch.state if batch else None
        why = _TURN_WORDS[state].format(number=batch.number) if batch and state else ""
        self._turn_words.setText(why)
        self._turn_words.setVisible(bool(why))
        for button, wanted in ((self._approve, BatchState.DRAFTED), (self._write, BatchState.APPROVED), (self._results, BatchState.SENT)):
            if state is wanted:
                button.allow()
            else:
                button.forbid("")
                button.setAccessibleDescription(why)
        if state in (BatchState.DRAFTED, BatchState.APPROVED):
            self._cancel.allow()
        else:
            self._cancel.forbid("")
            self._cancel.setAccessibleDescription(why)
        self._write.set_words(f"第{batch.number}回を銀行へ渡す…" if batch else "銀行へ渡す…")

    def _open_chosen(self) -> None:
        self._open_case(self._failed.key())

    def _open_case(self, key: object) -> None:
        failed = next((failed for failed in self._shown.failed if failed.payment_id == key), None) if self._shown else None
        if failed:
            self.go("cases", failed.case_id)

    # ------------------------------------------------------------ acts
    def _ask_make(self) -> None:
        self.hide_error()
        if self._shown is None:
            return
        total = sum(due.amount for due in self._shown.ready)
        dialog = NewBatchDialog(len(self._shown.ready), total, self._shown.next_day, partial(bank_calendar.month, self.desk))
        if present(dialog):
            ids = tuple(due.judgment_id for due in self._shown.ready)
            self.lane.write(
                self, partial(batches.make_batch, self.desk, ids, dialog.day), self._made, title="振込の回を作っています", total=len(ids)
            )

    def _made(self, result: tuple[Changes, int]) -> None:
        self._new = result[1]
        self.lane.read(self, partial(_read, self.desk), self._show_new)

    def _show_new(self, read: tuple[PaymentsPage, str]) -> None:
        self._show(read)
        self._batches.select(self._new)

    def _ask_approve(self) -> None:
        self.hide_error()
        batch = self._chosen()
        if batch is None:
            return
        typed = TypeTotalDialog(f"第{batch.number}回")
        if not present(typed):
            return
        sentences = [
            f"第{batch.number}回　{wareki_with_weekday(batch.transfer_on)}",
            f"{batch.count:,}件　{batch.total:,}円",
            "この内容のとおりに署名します。あとで変えると無効になります。",
        ]
        prove = ask_second(self.desk, Act.BATCH_APPROVED, batch.made_by_id, "振込の回を決裁します", sentences, "決裁する")
        if prove is not None:
            work = partial(_approve, self.desk, batch.batch_id, typed.count, typed.total, prove)
            self.lane.write(self, work, title="振込の回を決裁しています")

    def _ask_cancel(self) -> None:
        self.hide_error()
        batch = self._chosen()
        if batch is None:
            return
        dialog = AskTextDialog(
            f"第{batch.number}回を取り消します", "理由", "次へ", sentence="この回の番号は、もう使いません。", least=batches.REASON_LENGTH
        )
        if not present(dialog):
            return
        prove = ask_second(
            self.desk,
            Act.BATCH_CANCELLED,
            batch.made_by_id,
            "振込の回を取り消します",
            [f"{batch.count:,}件　{batch.total:,}円"],
            "取り消す",
        )
        if prove is not None:
            self.lane.write(self, partial(_cancel, self.desk, batch.batch_id, prove, dialog.text), title="振込の回を取り消しています")

    def _ask_write(self) -> None:
        self.hide_error()
        batch = self._chosen()
        if batch is None:
            return
        dialog = MediumDialog(f"第{batch.number}回の振込データを書き出します", self._folder, self._medium)
        if present(dialog):
            self._folder = dialog.folder
            work = partial(_make_file, self.desk, batch.batch_id, dialog.medium)
            self.lane.write(self, work, partial(self._confirm_write, batch), title="振込データを作っています")

    def _confirm_write(self, batch: BatchRow, result: tuple[Changes, Outgoing]) -> None:
        outgoing = result[1]
        sealed = "暗号化" if outgoing.password else "そのまま"
        dialog = LeavesHouseDialog(
            f"第{batch.number}回の振込データを、外へ出します",
            out=f"振込データ　{outgoing.rows:,}件　{outgoing.total:,}円",
            contains="口座番号・名義カナ・金額・振込の番号",
            not_contains="住所・電話・秘匿の理由・施設名",
            destination=f"登録媒体 {outgoing.medium}（{sealed}）→ 会計・銀行",
            carrier=f"{self.desk.staff.name}　パスワードは別の日に渡します",
            irreversible=f"書き出すと、{outgoing.rows:,}件は「結果待ち」になり、取り消せません。" + not_told(batch, self.desk.today()),
            total=outgoing.total,
            act=f"媒体 {outgoing.medium} へ書き出す",
        )
        if present(dialog):
            self.lane.write(self, partial(_write, self.desk, outgoing, str(self._folder)), title="媒体へ書き出しています")

    def _ask_results(self) -> None:
        self.hide_error()
        batch = self._chosen()
        if batch is not None:
            self.lane.read(self, partial(payments.batch_payments, self.desk, batch.batch_id), partial(self._enter_results, batch))

    def _enter_results(self, batch: BatchRow, rows: tuple[PaymentRow, ...]) -> None:
        dialog = ResultsDialog(batch, rows, self.desk.today())
        if not present(dialog):
            return
        prove: Prove | None = None
        if dialog.failed:
            # Each of these can be paid again: the wrong row would pay somebody twice.
            words = [*dialog.failures(), "もう一度支給できるようになります。銀行の知らせと1件ずつ比べてください。"]
            title = f"第{batch.number}回の振込不能 {len(dialog.failed)}件を確かめます"
            prove = ask_second(self.desk, Act.RESULT_ENTERED, self.desk.staff.id, title, words, "確かめた")
            if prove is None:
                return
        work = partial(_results, self.desk, batch.batch_id, dialog.failed, dialog.day, prove)
        self.lane.write(self, work, title="振込の結果を書いています")


# What runs on the lane.
def _read(desk: Desk) -> tuple[PaymentsPage, str]:
    return payments.page(desk), workstation.setting(desk, "medium")


def _approve(desk: Desk, batch_id: int, count: int, total: int, prove: Prove, _: Progress) -> Changes:
    return batches.approve_batch(desk, batch_id, count, total, prove())


def _cancel(desk: Desk, batch_id: int, prove: Prove, reason: str, _: Progress) -> Changes:
    return batches.cancel_batch(desk, batch_id, prove(), reason)


def _make_file(desk: Desk, batch_id: int, medium: str, progress: Progress) -> tuple[Changes, Outgoing]:
    return Changes(Kind.NONE, "振込データを作りました。まだ外へ出していません。"), bank_files.bank_file(desk, batch_id, medium, progress)


def _write(desk: Desk, outgoing: Outgoing, folder: str, _: Progress) -> Changes:
    return host_exchange.write_out(desk, outgoing, folder)


def _results(desk: Desk, batch_id: int, failed: dict[int, FailureReason], on: date, prove: Prove | None, _: Progress) -> Changes:
    return results.enter_results(desk, batch_id, failed, on, prove() if prove is not None else None)
