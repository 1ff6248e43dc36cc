"""Dialogs of what seldom happens to a case: events of the household, proxies, how it ends, the notice to the municipality."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QCheckBox, QWidget

from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.domain.case_exit import CAUSE_LABELS, CAUSES, EXIT_LABELS, ExitCause, ExitEffect
from kyufu_desktop.domain.household_event import DATED, EVENT_LABELS, OF_A_PERSON, EventKind
from kyufu_desktop.domain.judgment import ExitKind
from kyufu_desktop.domain.programme import ProxyBasis
from kyufu_desktop.services.case_rows import EventEntry, ExitEntry, PersonRow, ProxyEntry
from kyufu_desktop.services.municipality_notices import NoticeRow
from kyufu_desktop.views.parts import Field, NameField, box, icon, label, row, text_field
from kyufu_desktop.views.stations.form_dialog import DAYS, LEAST, FormDialog, choice, lines_field

#: What an event makes of the case, where the word alone does not say it.
_EVENT_NOTES: dict[EventKind, str] = {
    EventKind.DEATH: "亡くなった時期によって、支給するかどうかが変わります。",
    EventKind.SPLIT: "基準日のあとに同じ住所で分かれた世帯は、1つの世帯とみなします。",
    EventKind.TRANSFER_IN: "基準日のあとの転入は、前の区市町村が支給します。",
    EventKind.TRANSFER_OUT: "基準日までの転出は、転出先の区市町村が支給します。",
    EventKind.R5_HEAD_DIED: "残った世帯も、令和5年度の対象世帯として扱います。",
    EventKind.RESIDES_UNREGISTERED: "住民票がなくても、住んでいる区が支給します。",
    EventKind.FIRST_REGISTERED_LATER: "住んでいたと扱うかを、別に決めるまで保留になります。",
    EventKind.RESIDENCE_CONFIRMED: "理由の書類を残してください。判定を進めます。",
    EventKind.NOT_RESIDENT: "この区では支給しません。",
    EventKind.NEWBORN_APPLIED: "期限までの申請なら、こども加算の対象になります。",
}


class EventDialog(FormDialog):
    """異動: what happened, to whom, when, and the document that shows it."""

    def __init__(self, people: Sequence[PersonRow], on: date, parent: QWidget | None = None) -> None:
        self.kind = choice([(words, kind.value) for kind, words in EVENT_LABELS.items()])
        self.person = choice([("世帯の全員", None), *((person.name, person.person_id) for person in people)])
        self.day = text_field(wareki_short(on), 150)
        self.source = text_field("")
        fields = {
            "kind": Field("異動", self.kind, True, name="event.kind"),
            "person_id": Field("だれの異動か", self.person, name="event.person"),
            "happened_on": Field("いつのことか", self.day, name="event.day"),
            "source": Field("何で確かめたか", self.source, True, hint="書類か台帳の名前と日付を入れます。", name="event.source"),
        }
        super().__init__(
            "世帯の異動を入れます", "入れる", fields, f"入れたものは直せません。違うときは取り消して入れ直します。{DAYS}", parent
        )
        self._note = label("", "muted", wrap=True)
        self.body.insertWidget(self.body.indexOf(self.fields["kind"]) + 1, self._note)
        self.kind.currentIndexChanged.connect(self._changed)
        self._changed()

    @property
    def chosen(self) -> EventKind:
        return EventKind(self.kind.currentData())

    def _changed(self) -> None:
        self._note.setText(_EVENT_NOTES[self.chosen])
        # Where the event is one person's, the whole household is no answer.
        nobody = "選んでください" if self.chosen in OF_A_PERSON else "世帯の全員"
        self.person.setItemText(0, nobody)
        self.fields["happened_on"].setVisible(self.chosen in DATED)
        self.fields["person_id"].setVisible(self.chosen in OF_A_PERSON or self.chosen in (EventKind.TRANSFER_IN, EventKind.TRANSFER_OUT))
        if self.isVisible():
            self.fit()

    def entry(self) -> EventEntry:
        person = self.person.currentData() if self.fields["person_id"].isVisibleTo(self) else None
        return EventEntry(self.chosen, person, self.days["happened_on"] if self.chosen in DATED else None, self.source.text().strip())

    def ready(self) -> bool:
        needed = [("source", "書類か台帳の名前を入れてください。")]
        if self.chosen in DATED:
            needed.append(("happened_on", "日付を入れてください。"))
        missing = self.missing(needed)
        if self.chosen in OF_A_PERSON and self.person.currentData() is None:
            self.refuse("person_id", "世帯の人を選んでください。")
            missing = True
        return self.read_days("happened_on") and not missing


class ProxyDialog(FormDialog):
    """代理人: on what ground, who (sealed: the name may betray the facility), since when."""

    def __init__(self, bases: Sequence[ProxyBasis], on: date, parent: QWidget | None = None) -> None:
        self._bases = tuple(bases)
        self.basis = choice([(basis.name, basis.code) for basis in bases])
        self.name, self.relation, self.phone = text_field(""), text_field(""), text_field("")
        self.starts_on, self.ends_on = text_field(wareki_short(on), 150), text_field("期限なし", 150)
        self.seen = QCheckBox("代理の書類を見ました")
        fields = {
            "basis": Field("代理の根拠", self.basis, True, name="proxy.basis"),
            "name": NameField("代理人の氏名", self.name, True, name="proxy.name"),
            "relation": NameField("本人との関係", self.relation, name="proxy.relation"),
            "phone": Field("電話", self.phone, name="proxy.phone"),
            "starts_on": Field("始まりの日", self.starts_on, True, name="proxy.starts_on"),
            "ends_on": Field("終わりの日", self.ends_on, name="proxy.ends_on"),
            "document_seen": Field("書類", self.seen, name="proxy.document_seen"),
        }
        note = f"氏名・関係・電話は封をして保管します。別の人が確かめるまで使いません。{DAYS}"
        super().__init__("代理人を入れます", "入れる", fields, note, parent, 760)
        self._law = label("", "muted", wrap=True)
        self.body.insertWidget(self.body.indexOf(self.fields["basis"]) + 1, self._law)
        self.beside("relation", "phone")
        self.beside("starts_on", "ends_on")
        self.basis.currentIndexChanged.connect(self._changed)
        self._changed()

    def _changed(self) -> None:
        basis = self._bases[self.basis.currentIndex()] if self._bases else None
        self._law.setText("" if basis is None else f"{basis.law}{'　書類が必要です。' if basis.needs_document else ''}")

    def entry(self) -> ProxyEntry:
        starts = self.days["starts_on"]
        assert starts is not None
        name, relation, phone = (typed.text().strip() for typed in (self.name, self.relation, self.phone))
        basis = str(self.basis.currentData())
        return ProxyEntry(basis, name, relation, phone, self.seen.isChecked(), starts, self.days["ends_on"])

    def ready(self) -> bool:
        missing = self.missing((("name", "代理人の氏名を入れてください。"), ("starts_on", "始まりの日を入れてください。")))
        return self.read_days("starts_on", "ends_on") and not missing


class ExitDialog(FormDialog):
    """取下げ・要件消滅: says first what the registration changes now; what is kept afterwards is the reason."""

    def __init__(self, effect: ExitEffect, on: date, parent: QWidget | None = None) -> None:
        self.kind = choice([(words, kind.value) for kind, words in EXIT_LABELS.items()])
        self.cause = choice([])
        self.day = text_field("", 150)
        self.day.setText(wareki_short(on))
        self.reason = lines_field(84)
        fields = {
            "kind": Field("終わり方", self.kind, True, name="exit.kind"),
            "cause": Field("理由の区分", self.cause, True, name="exit.cause"),
            "happened_on": Field("その日", self.day, True, name="exit.day"),
            "reason": Field("くわしい事情", self.reason, True, f"{LEAST}文字以上で書いてください。", name="exit.reason"),
        }
        super().__init__("取下げ・要件消滅を登録します", "登録する", fields, "", parent, 700)
        after = effect.after_payment
        self.says = label(effect.sentence, "strong", wrap=True)
        plate = "sunken" if after else "soft_fail" if effect.after_decision else "soft_hold"
        tone = "text2" if after else "fail" if effect.after_decision else "hold"
        strip = box(row(icon("info" if after else "ban", tone), (self.says, 1), margins=(12, 8, 12, 8)), plate)
        self.body.insertWidget(0, strip)
        self.setAccessibleDescription(effect.sentence)
        self.kind.currentIndexChanged.connect(self._changed)
        self._changed()

    def _changed(self) -> None:
        causes = CAUSES[ExitKind(self.kind.currentData())]
        self.cause.clear()
        for cause in causes:
            self.cause.addItem(CAUSE_LABELS[cause], cause.value)

    def entry(self) -> ExitEntry:
        day = self.days["happened_on"]
        assert day is not None
        kind, cause = ExitKind(self.kind.currentData()), ExitCause(self.cause.currentData())
        return ExitEntry(kind, cause, day, self.reason.toPlainText().strip())

    def ready(self) -> bool:
        short = self.short("reason")
        missing = self.missing((("happened_on", "日付を入れてください。"),))
        return self.read_days("happened_on") and not missing and not short


class MunicipalityDialog(FormDialog):
    """住民票のある区市町村への通知: needed or not, whom, since which day; it never says where the person is."""

    NEEDED, NOT_NEEDED = "needed", "not_needed"

    def __init__(self, line: NoticeRow, on: date, parent: QWidget | None = None) -> None:
        self.needed = choice([("知らせます", self.NEEDED), ("知らせません", self.NOT_NEEDED)])
        self.municipality = text_field("")
        self.municipality.setText(line.municipality or line.proposed)
        self.requested_on = text_field(wareki_short(on), 150)
        if line.requested_on is not None:
            self.requested_on.setText(wareki_short(line.requested_on))
        self.reason = lines_field(84)
        fields = {
            "needed": Field("知らせるかどうか", self.needed, True, name="municipality.needed"),
            "municipality": NameField("住民票のある区市町村", self.municipality, True, name="municipality.name"),
            "requested_on": Field("申出のあった日", self.requested_on, True, DAYS, name="municipality.requested_on"),
            "reason": Field("そう決めた理由", self.reason, True, f"{LEAST}文字以上で書いてください。", name="municipality.reason"),
        }
        note = "通知には、いまの住所・電話・施設・口座・発行した機関を書きません。"
        super().__init__("通知するかどうかを決めます", "決める", fields, note, parent, 700)
        self.needed.currentIndexChanged.connect(self._changed)

    @property
    def tells(self) -> bool:
        return bool(self.needed.currentData() == self.NEEDED)

    def _changed(self) -> None:
        self.fields["municipality"].setVisible(self.tells)
        self.fields["requested_on"].setVisible(self.tells)
        self.fit()

    @property
    def decision(self) -> tuple[bool, str, date | None, str]:
        """(needed, municipality, day of the 申出, reason), as the service wants it."""
        day = self.days.get("requested_on") if self.tells else None
        return self.tells, self.municipality.text().strip() if self.tells else "", day, self.reason.toPlainText().strip()

    def ready(self) -> bool:
        short = self.short("reason")
        if not self.tells:
            return not short
        needed = (("municipality", "区市町村の名前を入れてください。"), ("requested_on", "申出のあった日を入れてください。"))
        missing = self.missing(needed)
        return self.read_days("requested_on") and not missing and not short


class SentDialog(FormDialog):
    """The day on which the sealed envelope left the house."""

    def __init__(self, on: date, parent: QWidget | None = None) -> None:
        self.day = text_field("", 150)
        self.day.setText(wareki_short(on))
        fields = {"sent_on": Field("送った日", self.day, True, DAYS, name="municipality.sent_on")}
        note = "親展で封をし、宛名を2人で見比べてから送ってください。"
        super().__init__("通知を送ったことを書きます", "書く", fields, note, parent)

    @property
    def sent_on(self) -> date:
        day = self.days["sent_on"]
        assert day is not None
        return day

    def ready(self) -> bool:
        return not self.missing((("sent_on", "日付を入れてください。"),)) and self.read_days("sent_on")
