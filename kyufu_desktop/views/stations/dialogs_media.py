"""Dialogs of the hand-over ledger: who took the medium, when it came back, how its data were erased; the days are read back first."""

from __future__ import annotations

from datetime import date

from kyufu_desktop.domain.calendar import wareki_with_weekday
from kyufu_desktop.domain.custody import METHOD_LABELS, ErasureMethod, LedgerLine, check_erasure, check_return, check_witness, methods_for
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services.exchange_rows import ExportRow
from kyufu_desktop.services.media import Erasure
from kyufu_desktop.views.dialogs import ConfirmDialog, Dialog
from kyufu_desktop.views.parts import Field, NameField, label, text_field
from kyufu_desktop.views.stations.form_dialog import DAYS, FormDialog, choice

FINAL = "書いたことは、あとから直せません。"


class HandOverDialog(Dialog):
    """Who took the medium, in which locked bag."""

    def __init__(self, file: str) -> None:
        super().__init__("渡したことを書きます", act="管理簿に書く")
        self._receiver, self._bag = text_field("", 360), text_field("", 160)
        self.body.addWidget(label(f"{file} を入れた媒体を渡しました。"))
        self.add_field(
            "receiver",
            NameField("受け取った人", self._receiver, required=True, hint="相手の所属と名前を入れてください。", name="hand_over.receiver"),
        )
        self.add_field(
            "bag", Field("かばんの番号", self._bag, required=True, hint="鍵付きかばんに貼ってある番号です。", name="hand_over.bag")
        )

    @property
    def receiver(self) -> str:
        return self._receiver.text().strip()

    @property
    def bag(self) -> str:
        return self._bag.text().strip()

    def ready(self) -> bool:
        if not self.receiver:
            return self.refuse("receiver", "受け取った人を入れてください。")
        return bool(self.bag) or self.refuse("bag", "番号を入れてください。")


class NoticeDialog(ConfirmDialog):
    """What is about to be printed to go with the medium."""

    def __init__(self, row: ExportRow) -> None:
        sentences = [
            f"媒体 {row.medium}　{row.kind_word}（{row.file_name}）　{row.receiver}あて",
            "2部印刷します。1部は媒体と一緒に渡し、1部は署名をもらって持ち帰ります。",
            "パスワードは入っていません。通知書は別の日に印刷して渡します。",
        ]
        super().__init__("媒体送付票を印刷します", sentences, "2部印刷する")


class ReturnDialog(FormDialog):
    """When the medium came back. ``returned_on`` is the answer."""

    def __init__(self, row: ExportRow, today: date) -> None:
        self._line, self._today = row.line, today
        self._day = text_field("", 220, wareki_with_weekday(today).partition("（")[0])
        super().__init__(
            "返却を書きます",
            "次へ",
            {"returned_on": Field("返してもらった日", self._day, required=True, hint=DAYS, name="media.returned_on")},
            note=_about(row),
        )

    @property
    def returned_on(self) -> date:
        day = self.days["returned_on"]
        assert day is not None
        return day

    def ready(self) -> bool:
        if self.missing([("returned_on", "日を入れてください。")]) or not self.read_days("returned_on"):
            return False
        try:
            check_return(self._line, self.returned_on, self._today)
        except InputProblem as problem:
            return not self.show_problem(problem)
        return True


class ErasureDialog(FormDialog):
    """What was done to the data. ``erasure`` is the answer."""

    def __init__(self, row: ExportRow, today: date, recorder: str) -> None:
        self._line, self._today, self._recorder = row.line, today, recorder
        methods = methods_for(row.line)
        self._stays_away = methods == (ErasureMethod.RECEIVER_KEEPS,)
        self._method = choice([(METHOD_LABELS[method], method.value) for method in methods])
        self._day, self._reported, self._witness = text_field("", 220), text_field("", 220), text_field("", 360)
        fields = {
            "method": Field("行ったこと", self._method, required=True, name="media.method"),
            "erased_on": Field("消去した日", self._day, required=True, hint=DAYS, name="media.erased_on"),
        }
        if self._stays_away:
            fields["reported_on"] = Field("報告書を受け取った日", self._reported, required=True, hint=DAYS, name="media.reported_on")
        fields["witness"] = NameField(
            "立ち会った人（報告書を見た人）" if self._stays_away else "立ち会った人",
            self._witness,
            required=True,
            hint="記録するあなたとは別の人の、所属と氏名です。",
            name="media.witness",
        )
        away = "媒体が返っていません。受領者が自分で消去し、報告書が届いたときだけ書けます。" if self._stays_away else ""
        super().__init__("消去を書きます", "次へ", fields, note=f"{_about(row)}{away}")

    @property
    def erasure(self) -> Erasure:
        erased_on = self.days["erased_on"]
        assert erased_on is not None
        return Erasure(
            ErasureMethod(self._method.currentData()), erased_on, self._witness.text().strip(), self.days.get("reported_on") or None
        )

    def ready(self) -> bool:
        needed = [(key, "入れてください。") for key in self.fields if key != "method"]
        if self.missing(needed) or not self.read_days(*(key for key in ("erased_on", "reported_on") if key in self.fields)):
            return False
        found = self.erasure
        try:
            check_erasure(self._line, found.method, found.erased_on, found.reported_on, self._today)
            check_witness(found.witness, self._recorder)
        except InputProblem as problem:
            return not self.show_problem(problem)
        return True


def read_back_return(row: ExportRow, returned_on: date) -> ConfirmDialog:
    """The days once more, side by side, before they are kept."""
    sentences = [f"媒体 {row.medium}　{row.file_name}", *_days(row.line), f"返してもらった日　{wareki_with_weekday(returned_on)}", FINAL]
    return ConfirmDialog("この返却を管理簿に書きます", sentences, "返却を書く")


def read_back_erasure(row: ExportRow, erasure: Erasure) -> ConfirmDialog:
    sentences = [
        f"媒体 {row.medium}　{row.file_name}",
        *_days(row.line),
        f"消去した日　{wareki_with_weekday(erasure.erased_on)}",
        *([f"報告書を受け取った日　{wareki_with_weekday(erasure.reported_on)}"] if erasure.reported_on else []),
        f"行ったこと　{METHOD_LABELS[erasure.method]}",
        f"立ち会った人　{erasure.witness}",
        *_about_password(row.line, erasure.method),
        FINAL,
    ]
    return ConfirmDialog("この消去を管理簿に書きます", sentences, "消去を書く", danger=True)


def _about_password(line: LedgerLine, method: ErasureMethod) -> list[str]:
    if line.sealed and line.password_on is None:
        return ["保管しているパスワードも消します。"]
    return ["渡したパスワード通知書も、返してもらって細断してください。"] if method is ErasureMethod.KEY_DISCARDED else []


def _about(row: ExportRow) -> str:
    return f"媒体 {row.medium}　{row.kind_word}（{row.file_name}）　{row.receiver or ''}に渡したもの。"


def _days(line: LedgerLine) -> list[str]:
    pairs = (("渡した日", line.handed_over_on), ("返してもらった日", line.returned_on))
    return [f"{words}　{wareki_with_weekday(day)}" for words, day in pairs if day is not None]
