"""窓口払い: what can be paid at the counter, the lists of a day, receipts, the hand-over before two people, the cash ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QComboBox, QWidget

from kyufu_desktop.domain.calendar import parse_day, wareki, wareki_with_weekday
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.payment import BatchState, PaymentState, PayMethod
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services import batches, cash, cash_desk
from kyufu_desktop.services.cash import IDENTITIES, RECEIVERS, HandOver
from kyufu_desktop.services.cash_desk import CashBatchRow, CashPage, CashPaymentRow
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.dialogs import AskTextDialog, Dialog, present
from kyufu_desktop.views.parts import Button, Cell, Column, EmptyList, Field, Panel, Row, Table, col, label, row, text_field
from kyufu_desktop.views.printing import Printer
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.dialogs_payments import TypeTotalDialog
from kyufu_desktop.views.stations.words import short_day

#: State of a list -> icon and tone of its chip.
_CHIPS: dict[BatchState, tuple[str, str]] = {
    BatchState.DRAFTED: ("stamp", "wait"),
    BatchState.APPROVED: ("clock", "run"),
    BatchState.SETTLED: ("ok", "ok"),
    BatchState.CANCELLED: ("ban", "none"),
}


class NewListDialog(Dialog):
    """The day of a new list."""

    def __init__(self, count: int, total: int, today: date) -> None:
        super().__init__("窓口払いの回を作ります", act="作る")
        self.day = today
        self._day = text_field("", 220, wareki(today))
        self.body.addWidget(label(f"窓口で支給できるもの {count:,}件　{total:,}円 を入れます。"))
        self.add_field("transfer_on", Field("支給日", self._day, required=True, hint="今日か、それより後の日です。", name="cash.pay_on"))

    def ready(self) -> bool:
        try:
            self.day = parse_day(self._day.text())
        except InputProblem as problem:
            return self.refuse("transfer_on", f"{problem.happened}{problem.todo}")
        return True


class HandOverDialog(Dialog):
    """Who stands at the counter, and which document showed it."""

    def __init__(self, payment: CashPaymentRow) -> None:
        super().__init__(f"領収書 {payment.receipt or 0:06d} の現金を渡します", act="次へ")
        self._receiver, self._identity = QComboBox(), QComboBox()
        for box, table, name in ((self._receiver, RECEIVERS, "受け取る方"), (self._identity, IDENTITIES, "本人確認書類")):
            box.setAccessibleName(name)
            box.addItem("選んでください", "")
            for code, words in table.items():
                box.addItem(words, code)
        self.body.addWidget(label(f"{payment.management_number}　{payment.amount:,}円", "strong"))
        self.body.addWidget(label("2枚の領収書に署名をもらってから、次へ進みます。", wrap=True))
        self.add_field("receiver", Field("受け取る方", self._receiver, required=True, name="cash.receiver"))
        self.add_field("identity", Field("見た本人確認書類", self._identity, required=True, name="cash.identity"))

    @property
    def given(self) -> HandOver:
        return HandOver(str(self._receiver.currentData()), str(self._identity.currentData()))

    def ready(self) -> bool:
        if not self.given.receiver:
            return self.refuse("receiver", "受け取る方を選んでください。")
        return bool(self.given.identity) or self.refuse("identity", "見た書類を選んでください。")


class CashPanel(QWidget):
    """Above the lists, below the payments of the chosen one."""

    def __init__(self, station: Station, printer: Callable[[], Printer] | None) -> None:
        super().__init__()
        self._station, self._printer = station, printer
        self._shown = CashPage((), (), ())
        self._listed: tuple[CashPaymentRow, ...] = ()
        self._batch_key: object = None
        self._payment_key: object = None
        self._turn_words = label("", "muted")
        self._days = label("", "sub", wrap=True)
        self._batches = Table(
            [
                Column("回", 80),
                Column("支給日", 130),
                Column("件数", 76, right=True),
                Column("金額（円）", 120, right=True),
                Column("渡した額（円）", 130, right=True),
                Column("残り（円）", 120, right=True),
                Column("状態"),
            ],
            fit=True,
            name="窓口払いの回",
            empty=EmptyList("窓口払いの回はまだありません。", "口座の代わりに「窓口払い」と確認した案件から作ります。", icon_name="pay"),
        )
        self._batches.chosen.connect(self._pick_batch)
        self._payments = Table(
            [
                Column("状態", 150),
                Column("氏名・番号"),
                Column("金額（円）", 130, right=True),
                Column("領収書", 110),
                Column("受け取った人", 130),
            ],
            row_height=48,
            fit=True,
            name="この回の支払",
            empty=EmptyList("上の一覧から回を選んでください。", "", icon_name="pay"),
        )
        self._payments.chosen.connect(self._pick_payment)
        made = {
            "make": ("窓口払いの回を作る…", "Alt+N", self._ask_make),
            "approve": ("決裁する…", "Alt+K", self._ask_approve),
            "take_out": ("残りを外す…", "Alt+X", self._ask_take_out),
            "receipt": ("領収書を印刷", "Alt+R", self._print_receipt),
            "hand_over": ("現金を渡す…", "Alt+G", self._ask_hand_over),
            "ledger": ("現金出納を印刷", "Alt+L", self._print_ledger),
        }
        self.buttons: dict[str, Button] = {}
        for key, (words, short, act) in made.items():
            self.buttons[key] = Button(words, short, "quiet", name=f"cash.{key}")
            self.buttons[key].clicked.connect(act)
        above = [self.buttons[key] for key in ("take_out", "approve", "make")]
        below = [self.buttons[key] for key in ("ledger", "receipt", "hand_over")]
        self._list = Panel("窓口払いの回", self._batches, right=above, flush=True)
        self._of_list = Panel("この回の支払", self._payments, right=below, flush=True)
        self.setLayout(col(row(None, self._turn_words), self._list, (self._of_list, 1), self._days, gap=10))
        self._turn()

    def refresh(self) -> None:
        self._station.lane.read(self._station, partial(cash_desk.page, self._station.desk), self._show)

    def _show(self, page: CashPage) -> None:
        self._shown = page
        self._batches.set_rows(
            [
                Row(
                    one.batch_id,
                    (
                        Cell(f"第{one.number}号", bold=True),
                        Cell(short_day(one.pay_on)),
                        Cell(f"{one.count:,}", mono=True, right=True),
                        Cell(f"{one.total:,}", mono=True, right=True),
                        Cell(f"{one.paid:,}", mono=True, right=True),
                        Cell(f"{one.left:,}", mono=True, right=True),
                        Cell(chip=("支給日超過", "alarm", "late") if one.over else (one.state_word, *_CHIPS[one.state])),
                    ),
                )
                for one in page.batches
            ]
        )
        known = [one.batch_id for one in page.batches]
        self._batch_key = self._batch_key if self._batch_key in known else known[0] if known else None
        self._batches.select(self._batch_key)
        self._list.set_count(f"支給できるもの {len(page.ready):,}件 {sum(one.amount for one in page.ready):,}円")
        self._days.setText("　".join(f"{short_day(day)} {count:,}件 {total:,}円" for day, count, total in page.days[:5]))
        self._turn()

    def _batch(self) -> CashBatchRow | None:
        return next((one for one in self._shown.batches if one.batch_id == self._batch_key), None)

    def _payment(self) -> CashPaymentRow | None:
        batch = self._batch()
        return next((one for one in batch.payments if one.payment_id == self._payment_key), None) if batch else None

    def _pick_batch(self, key: object) -> None:
        self._batch_key = key
        self._turn()

    def _pick_payment(self, key: object) -> None:
        self._payment_key = key
        self._turn()

    def _turn(self) -> None:
        batch = self._batch()
        rows = batch.payments if batch else ()
        if rows != self._listed:
            self._listed = rows
            self._payments.set_rows([_payment_row(one) for one in rows])
            waiting = [one.payment_id for one in rows if one.state is PaymentState.IN_BATCH]
            known = [one.payment_id for one in rows]
            if rows and self._payment_key not in waiting:
                self._payment_key = (waiting or known)[0]
            self._payments.select(self._payment_key)
        payment = self._payment()
        approved = batch is not None and batch.state is BatchState.APPROVED and not batch.over
        waits = payment is not None and payment.state is PaymentState.IN_BATCH
        allowed = {
            "make": bool(self._shown.ready),
            "approve": batch is not None and batch.state is BatchState.DRAFTED,
            "take_out": batch is not None and batch.state in (BatchState.DRAFTED, BatchState.APPROVED),
            "receipt": approved and waits and self._printer is not None,
            "hand_over": approved and waits and payment is not None and payment.receipt is not None,
            "ledger": self._printer is not None,
        }
        words = _turn_words(batch, payment)
        self._turn_words.setText(words)
        for key, button in self.buttons.items():
            if allowed[key]:
                button.allow()
            else:
                button.forbid("")
                button.setAccessibleDescription(words or "支給できるものがありません。")

    # ------------------------------------------------------------ acts
    def _write(self, work: Callable[[Progress], object], title: str) -> None:
        self._station.hide_error()
        self._station.lane.write(self._station, work, title=title)

    def _ask_make(self) -> None:
        desk, ready = self._station.desk, self._shown.ready
        dialog = NewListDialog(len(ready), sum(one.amount for one in ready), desk.today())
        if present(dialog):
            self._write(partial(_make, desk, tuple(one.judgment_id for one in ready), dialog.day), "窓口払いの回を作っています")

    def _ask_approve(self) -> None:
        batch, desk = self._batch(), self._station.desk
        if batch is None or not present(typed := TypeTotalDialog(f"窓口払い第{batch.number}号")):
            return
        sentences = [f"窓口払い第{batch.number}号　{wareki_with_weekday(batch.pay_on)}", f"{batch.count:,}件　{batch.total:,}円"]
        prove = ask_second(desk, Act.BATCH_APPROVED, batch.made_by_id, "窓口払いの回を決裁します", sentences, "決裁する")
        if prove is not None:
            self._write(partial(_approve, desk, batch.batch_id, typed.count, typed.total, prove), "窓口払いの回を決裁しています")

    def _ask_take_out(self) -> None:
        batch, desk = self._batch(), self._station.desk
        if batch is None:
            return
        words = f"残り {batch.left:,}円 を外します。渡したものは変わりません。"
        dialog = AskTextDialog("受け取りのないものを外します", "理由", "次へ", sentence=words, least=batches.REASON_LENGTH)
        if not present(dialog):
            return
        prove = ask_second(desk, Act.BATCH_CANCELLED, batch.made_by_id, "受け取りのないものを外します", [words], "外す")
        if prove is not None:
            self._write(partial(_take_out, desk, batch.batch_id, prove, dialog.text), "受け取りのないものを外しています")

    def _ask_hand_over(self) -> None:
        payment, desk = self._payment(), self._station.desk
        if payment is None or not present(dialog := HandOverDialog(payment)):
            return
        sentences = [
            f"領収書 {payment.receipt or 0:06d}　{payment.amount:,}円　{RECEIVERS[dialog.given.receiver]}",
            "2人で金額を数え、渡したことを署名します。あとで取り消せません。",
        ]
        prove = ask_second(desk, Act.CASH_PAID, desk.staff.id, "現金を渡します（立ち会う人）", sentences, "渡した")
        if prove is not None:
            self._write(partial(_hand_over, desk, payment.payment_id, dialog.given, prove), "支給を書いています")

    def _print_receipt(self) -> None:
        payment = self._payment()
        if payment is not None and self._printer is not None:
            self._write(partial(_print_receipt, self._station.desk, payment.payment_id, self._printer), "領収書を印刷しています")

    def _print_ledger(self) -> None:
        if self._printer is not None:
            self._write(partial(_print_ledger, self._station.desk, self._printer), "現金出納を印刷しています")


def _turn_words(batch: CashBatchRow | None, payment: CashPaymentRow | None) -> str:
    """Whose turn it is, in one sentence."""
    if batch is None:
        return ""
    if batch.over:
        return f"第{batch.number}号は支給日を過ぎました。受け取りのないものを外してください。"
    if batch.state is BatchState.DRAFTED:
        return f"第{batch.number}号は、作った人とは別の取扱責任者の決裁を待っています。"
    if batch.state is BatchState.APPROVED and payment is not None and payment.state is PaymentState.IN_BATCH:
        return "領収書を2枚印刷してください。" if payment.receipt is None else "署名をもらい、2人で現金を渡してください。"
    return ""


def _payment_row(one: CashPaymentRow) -> Row:
    tone = ("ok", "ok") if one.state is PaymentState.PAID else ("clock", "run")
    return Row(
        one.payment_id,
        (
            Cell(chip=(one.state_word, *tone)),
            Cell(one.name, sub=one.management_number, sub_mono=True, name=True),
            Cell(f"{one.amount:,}", mono=True, right=True),
            Cell(f"{one.receipt:06d}" if one.receipt is not None else "まだ", mono=one.receipt is not None),
            Cell(one.receiver),
        ),
    )


# What runs on the lane.
def _make(desk: Desk, judgment_ids: tuple[int, ...], on: date, progress: Progress) -> Changes:
    return batches.make_batch(desk, judgment_ids, on, progress, PayMethod.CASH)[0]


def _approve(desk: Desk, batch_id: int, count: int, total: int, prove: Prove, _: Progress) -> Changes:
    return batches.approve_batch(desk, batch_id, count, total, prove())


def _take_out(desk: Desk, batch_id: int, prove: Prove, reason: str, _: Progress) -> Changes:
    return cash.take_out(desk, batch_id, prove(), reason)


def _hand_over(desk: Desk, payment_id: int, given: HandOver, prove: Prove, _: Progress) -> Changes:
    return cash.hand_over(desk, payment_id, given, prove())


def _print_receipt(desk: Desk, payment_id: int, printer: Callable[[], Printer], _: Progress) -> Changes:
    ready = printer()
    made = cash_desk.receipt(desk, payment_id)
    ready.send(made.theirs, f"receipt-{made.number}")
    ready.send(made.ours, f"receiptcopy-{made.number}")
    return cash_desk.printed(made)


def _print_ledger(desk: Desk, printer: Callable[[], Printer], _: Progress) -> Changes:
    printer().send(cash_desk.ledger(desk), "cashledger")
    return Changes(Kind.AUDIT, "現金出納の一覧を印刷しました。")
