"""What is asked about results and money that comes back: the bank's file, a late word, a recall, its answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QComboBox

from kyufu_desktop.domain.calendar import parse_day, wareki
from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services.recalls import REASON_LENGTH, RecallRow
from kyufu_desktop.services.result_files import ResultInspection
from kyufu_desktop.views.dialogs import Dialog
from kyufu_desktop.views.parts import Cell, Column, EmptyList, Field, Row, Table, label, text_field
from kyufu_desktop.views.stations.wrapped import wrapped

_ENDINGS = (".txt", ".csv", ".dat")


class FileDialog(Dialog):
    """The bank's file on its medium."""

    def __init__(self, folder: Path) -> None:
        super().__init__("銀行の結果のファイルを選びます", act="中身を確かめる", width=720)
        self._path = text_field("", 520)
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _ENDINGS) if folder.is_dir() else []
        self._files = Table(
            [Column("フォルダにあるファイル")],
            fit=False,
            name="フォルダにあるファイル",
            empty=EmptyList("このフォルダに結果のファイルはありません。", "媒体を差し込むか、場所を入れてください。"),
        )
        self._files.set_rows([Row(str(path), (Cell(path.name),)) for path in files])
        self._files.setMinimumHeight(180)
        self._files.chosen.connect(self._take)
        self.body.addWidget(label("120桁のファイルか、CSVです。この段階では、何も書き換えません。", "sub"))
        self.add_field("path", Field("ファイル", self._path, required=True, hint="下の一覧から選べます。", name="results.path"))
        self.body.addWidget(self._files)

    def _take(self, key: object) -> None:
        if isinstance(key, str):
            self._path.setText(key)

    @property
    def path(self) -> Path:
        return Path(self._path.text())

    def ready(self) -> bool:
        return self.path.is_file() or self.refuse("path", "この場所にファイルがありません。")


class _DayDialog(Dialog):
    """A day, today unless something else is typed."""

    def __init__(self, title: str, act: str, words: str, today: date, *, width: int = 620) -> None:
        super().__init__(title, act=act, width=width)
        self.day = today
        self._day = text_field("", 220, wareki(today))
        self._words = words

    def add_day(self) -> None:
        self.add_field("day", Field(self._words, self._day, required=True, name="results.day"))

    def ready(self) -> bool:
        try:
            self.day = parse_day(self._day.text())
        except InputProblem as problem:
            return self.refuse("day", f"{problem.happened}{problem.todo}")
        return True


class ResultFileDialog(_DayDialog):
    """What the file says, and every difference. With a difference nothing of it can be taken over."""

    def __init__(self, seen: ResultInspection, today: date) -> None:
        number = f"第{seen.batch_number}回" if seen.batch_number else "振込"
        super().__init__(f"{number}の結果のファイル", "" if seen.findings else "結果を取り込む", "銀行から結果が来た日", today, width=820)
        for words, (count, total) in (("振込済", seen.paid), ("振込不能", seen.failed), ("結果待ちのまま", seen.waiting)):
            self.body.addWidget(label(f"{words}　{count:,}件　{total:,}円", "strong"))
        if seen.unlisted_are_paid and not seen.findings:
            self.body.addWidget(label("給付の定義により、ファイルにないものは振込済にします。", "sub"))
        if seen.findings:
            self.body.addWidget(label("記録と違うところがあるため、取り込めません。銀行に確かめてください。", wrap=True))
            table = Table([Column("行", 70, right=True), Column("項目", 160), Column("違うところ")], row_height=48, name="違うところ")
            table.set_rows(
                [
                    Row(place, (Cell(f"{one.row}", right=True), Cell(one.column), wrapped(one.why)))
                    for place, one in enumerate(seen.findings)
                ]
            )
        else:
            self.add_day()
            table = Table(
                [Column("氏名・番号"), Column("金額（円）", 130, right=True), Column("理由", 180)],
                row_height=48,
                name="振り込めなかったもの",
                empty=EmptyList("振り込めなかったものはありません。", ""),
            )
            table.set_rows(
                [
                    Row(
                        place,
                        (
                            Cell(one.name, sub=one.management_number, sub_mono=True, name=True),
                            Cell(f"{one.amount:,}", mono=True, right=True),
                            Cell(one.reason),
                        ),
                    )
                    for place, one in enumerate(seen.rows)
                ]
            )
        table.setMinimumHeight(220)
        self.body.addWidget(table)


def _of_whom(one: RecallRow) -> Table:
    """Whose money it is: the wrong row would pay one person twice and another not at all."""
    table = Table(
        [Column("氏名・番号"), Column("給付", 190), Column("金額（円）", 116, right=True), Column("振込日", 170)],
        row_height=52,
        name="この支払",
    )
    table.set_rows(
        [
            Row(
                one.payment_id,
                (
                    Cell(one.name, sub=one.management_number, sub_mono=True, name=True),
                    wrapped(one.benefit_word),
                    Cell(f"{one.amount:,}", mono=True, right=True),
                    Cell(f"第{one.batch_number}回", sub=wareki(one.transfer_on)),
                ),
            )
        ]
    )
    table.setFixedHeight(104)
    return table


class LateResultDialog(_DayDialog):
    """A payment that the bank had called paid came back."""

    def __init__(self, one: RecallRow, today: date) -> None:
        super().__init__("銀行からお金が戻ってきました", "次へ", "戻ってきた日", today, width=820)
        self.body.addWidget(_of_whom(one))
        self._reason = QComboBox()
        self._reason.setAccessibleName("銀行の理由")
        for reason in FailureReason:
            self._reason.addItem(reason.value, reason.value)
        self.body.addWidget(label("銀行の知らせと、氏名・番号・金額・振込日を1つずつ比べてください。", wrap=True))
        self.body.addWidget(label("口座の確認に戻り、もう一度支給できるようになります。2人目が確かめます。", wrap=True))
        self.add_day()
        self.add_field("reason", Field("銀行の理由", self._reason, required=True, name="results.late_reason"))

    @property
    def reason(self) -> FailureReason:
        return FailureReason(self._reason.currentText())


class ReasonDayDialog(_DayDialog):
    """Why and when something is done about a payment: money is asked back, or a failure was none (then ``one`` is shown)."""

    def __init__(
        self, title: str, sentence: str, act: str, today: date, *, day: str = "依頼・請求の日", one: RecallRow | None = None
    ) -> None:
        super().__init__(title, act, day, today, width=620 if one is None else 820)
        if one is not None:
            self.body.addWidget(_of_whom(one))
        self._reason = text_field("", 520)
        self.body.addWidget(label(sentence, wrap=True))
        self.add_day()
        self.add_field("reason", Field("理由", self._reason, required=True, hint=f"{REASON_LENGTH}字以上", name="recalls.reason"))

    @property
    def reason(self) -> str:
        return self._reason.text()

    def ready(self) -> bool:
        if len(self.reason.strip()) < REASON_LENGTH:
            return self.refuse("reason", f"理由を{REASON_LENGTH}字以上で入力してください。")
        return super().ready()


class SettleRecallDialog(_DayDialog):
    """The bank's answer to a recall."""

    def __init__(self, today: date) -> None:
        super().__init__("組戻しの返事を入れます", "次へ", "返事の日", today)
        self._answer = QComboBox()
        self._answer.setAccessibleName("銀行の返事")
        self._answer.addItem("お金が戻った（組戻済）", "done")
        self._answer.addItem("戻せなかった（組戻不可）", "refused")
        self.add_field("answer", Field("銀行の返事", self._answer, required=True, name="recalls.answer"))
        self.add_day()

    @property
    def came_back(self) -> bool:
        return str(self._answer.currentData()) == "done"
