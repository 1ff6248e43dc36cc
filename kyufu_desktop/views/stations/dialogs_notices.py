"""Dialogs of 受付簿: what came in, the case it belongs to, the note of the monthly check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.calendar import parse_day, wareki_short
from kyufu_desktop.domain.notice import CHANNEL_LABELS, KIND_LABELS, Channel, NoticeKind
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.services.cases import CompanionEntry, NoticeEntry, NoticeRow
from kyufu_desktop.services.notices import Suggestion
from kyufu_desktop.views.parts import Cell, EmptyList, Field, NameField, Row, Table, label, text_field
from kyufu_desktop.views.stations.form_dialog import DAYS, FormDialog, choice, lines_field

_SEPARATORS = str.maketrans({",": "、", "，": "、", "\t": "、"})


def companion_of(line: str) -> CompanionEntry:
    """``氏名、カナ氏名、生年月日、住民番号``; what is not known stays empty. Raises InputProblem for a day that is none."""
    name, kana, birth, number = ([part.strip() for part in line.translate(_SEPARATORS).split("、")] + [""] * 4)[:4]
    return CompanionEntry(name, kana, parse_day(birth) if birth else None, number or None)


class RecordDialog(FormDialog):
    """A request or notice as it stands on the paper. Who sent it tells the region and is sealed."""

    def __init__(self, on: date, parent: QWidget | None = None) -> None:
        self.kind = choice([(words, kind.value) for kind, words in KIND_LABELS.items()])
        self.channel = choice([(words, channel.value) for channel, words in CHANNEL_LABELS.items()])
        self.received_on = text_field("", 150)
        self.received_on.setText(wareki_short(on))
        self.birth = text_field("昭63.4.12", 150)
        self.name, self.kana = text_field(""), text_field("")
        self.resident, self.household = text_field("10けた", 150), text_field("9けた", 150)
        self.companions, self.from_whom = lines_field(64), lines_field(64)
        self._named: tuple[CompanionEntry, ...] = ()
        fields = {
            "kind": Field("受け付けたもの", self.kind, True, name="notice.kind"),
            "channel": Field("だれから", self.channel, True, name="notice.channel"),
            "received_on": Field("受け付けた日", self.received_on, True, name="notice.received_on"),
            "birth_day": Field("生年月日", self.birth, name="notice.birth"),
            "name": NameField("氏名", self.name, True, name="notice.name"),
            "kana": Field("カナ氏名", self.kana, name="notice.kana"),
            "resident_number": Field("住民番号", self.resident, name="notice.resident_number"),
            "household_number": Field("世帯番号", self.household, name="notice.household_number"),
            "companions": NameField(
                "同伴者（1人1行）",
                self.companions,
                hint="氏名、カナ氏名、生年月日、住民番号の順に書きます。",
                name="notice.companions",
            ),
            "sender": NameField("差出人・連絡先（封をします）", self.from_whom, hint="画面の一覧には出ません。", name="notice.sender"),
        }
        super().__init__("受付を書きます", "書く", fields, f"紙のとおりに書いてください。番号は自動で付きます。{DAYS}", parent, 900)
        self._note = label("", color="hold", wrap=True)
        self.body.addWidget(self._note)
        for pair in (
            ("kind", "channel"),
            ("received_on", "birth_day"),
            ("name", "kana"),
            ("resident_number", "household_number"),
            ("companions", "sender"),
        ):
            self.beside(*pair)
        self.kind.currentIndexChanged.connect(self._kind_changed)
        self._changed()

    def _kind_changed(self) -> None:
        # A mirror notice comes from the other municipality unless somebody says otherwise.
        wanted = Channel.MUNICIPALITY if self.mirror else Channel.PERSON
        self.channel.setCurrentIndex(self.channel.findData(wanted.value))
        self._changed()

    @property
    def mirror(self) -> bool:
        return bool(self.kind.currentData() == NoticeKind.MIRROR.value)

    def _changed(self) -> None:
        sentence = "ほかの区市町村が守っている人です。区内の世帯には、理由を話しません。"
        self._note.setText(sentence if self.mirror else "")
        self._note.setVisible(self.mirror)
        if self.isVisible():
            self.fit()

    def entry(self) -> NoticeEntry:
        received = self.days["received_on"]
        assert received is not None
        return NoticeEntry(
            kind=NoticeKind(self.kind.currentData()),
            channel=Channel(self.channel.currentData()),
            received_on=received,
            name=self.name.text().strip(),
            kana=self.kana.text().strip(),
            birth_day=self.days["birth_day"],
            resident_number=self.resident.text().strip() or None,
            household_number=self.household.text().strip() or None,
            companions=self._named,
            sender=self.from_whom.toPlainText().strip(),
        )

    def ready(self) -> bool:
        fits = self.read_days("received_on", "birth_day") and not self.missing((("received_on", "日付を入れてください。"),))
        if not (self.name.text().strip() or self.kana.text().strip()):
            fits = self.refuse("name", "氏名かカナ氏名を入れてください。")
        lines = [line for line in self.companions.toPlainText().splitlines() if line.strip()]
        try:
            self._named = tuple(companion_of(line) for line in lines)
        except InputProblem as problem:
            return self.refuse("companions", problem.happened)
        return fits


class LinkDialog(FormDialog):
    """In which case a notice is entered: one of the suggestions, or another one by its number."""

    #: Key of the row that means no case at all (a MIRROR notice about nobody of the in-house cases).
    NOBODY = 0

    def __init__(self, notice: NoticeRow, found: Sequence[Suggestion], parent: QWidget | None = None) -> None:
        empty = EmptyList("同じ人と思われる案件はありません。", "下の欄に、管理番号を入れてください。", icon_name="search")
        self.table = Table(("管理番号", "世帯主", "候補にした理由"), (140, 200, 0), row_height=40, name="案件の候補", empty=empty)
        self.table.setObjectName("link.suggestions")
        rows = [Row(item.case_id, (Cell(item.management_number, mono=True), Cell(item.name, name=True), Cell(item.why))) for item in found]
        if notice.kind is NoticeKind.MIRROR:
            rows.append(Row(self.NOBODY, (Cell("－"), Cell("区の案件にはいない"), Cell("除外一覧だけに入れます", color="text2"))))
        self.table.set_rows(rows)
        self.table.setFixedHeight(200)
        self.number = text_field("R600000000", 180)
        hint = "ここに入れると、上の表で選んだ案件ではなく、この番号の案件に入れます。"
        fields = {"number": Field("ほかの案件の管理番号", self.number, hint=hint, name="link.number")}
        super().__init__("案件に入れます", "この案件に入れる", fields, f"受付 {notice.number}番をどの案件に入れますか。", parent, 760)
        self.body.insertWidget(1, self.table)
        self._problem = label("", color="fail")
        self._problem.hide()
        self.body.insertWidget(2, self._problem)
        if len(rows) == 1:
            self.table.select(rows[0].key)

    @property
    def case_id(self) -> int | None:
        """The chosen suggestion; None for no case."""
        key = self.table.key()
        return key if isinstance(key, int) and key != self.NOBODY else None

    def ready(self) -> bool:
        nothing = not self.number.text().strip() and self.table.key() is None
        self._problem.setVisible(nothing)
        self._problem.setText("表の行を選ぶか、管理番号を入れてください。" if nothing else "")
        return not nothing


class CheckDialog(FormDialog):
    """The list was gone through: what was found, in words for the next time."""

    def __init__(self, rows: int, parent: QWidget | None = None) -> None:
        self.note = lines_field(84)
        fields = {"note": Field("気づいたこと", self.note, hint="氏名や住所は書きません。", name="checklist.note")}
        note = f"残っている{rows:,}件を、1件ずつ書類と見比べましたか。" if rows else "残っているものはありません。"
        super().__init__("点検を記録します", "記録する", fields, note, parent)

    @property
    def words(self) -> str:
        return self.note.toPlainText().strip()
