"""相続人 in 手続き: entered for somebody who died, confirmed by a second person, ended with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QCheckBox, QWidget

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.household_event import EventKind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.services import heirs
from kyufu_desktop.services.case_rows import CasePage, HeirEntry, PersonRow
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.session import Desk
from kyufu_desktop.views.parts import Field, text_field
from kyufu_desktop.views.second_person import Prove, ask_second
from kyufu_desktop.views.station import Station
from kyufu_desktop.views.stations.asking import Asking, Work
from kyufu_desktop.views.stations.form_dialog import FormDialog, WhyDialog, choice

HEIR_KEYS = frozenset({"enter_heir", "verify_heir", "end_heir"})


class HeirDialog(FormDialog):
    """Who died, and who receives; name and kana are sealed."""

    def __init__(self, people: Sequence[PersonRow], parent: QWidget | None = None) -> None:
        self.person = choice([(person.name, person.person_id) for person in people])
        self.relation = choice([(word, word) for word in heirs.RELATIONS])
        self.name, self.kana = text_field(""), text_field("")
        self.register, self.consent = QCheckBox("戸籍で相続人を確かめました"), QCheckBox("ほかの相続人の同意を見ました")
        fields = {
            "person_id": Field("亡くなった人", self.person, True, name="heir.person"),
            "relation": Field("続柄", self.relation, True, name="heir.relation"),
            "name": Field("相続人の氏名", self.name, True, name="heir.name"),
            "kana": Field("カナ", self.kana, True, name="heir.kana"),
            "register_seen": Field("戸籍", self.register, name="heir.register"),
            "consent_seen": Field("同意", self.consent, name="heir.consent"),
        }
        note = "氏名は封をして保管します。別の人が書類を確かめるまで使いません。相続人への手紙は作りません。"
        super().__init__("相続人を入れます", "入れる", fields, note, parent, 760)
        self.beside("name", "kana")

    def entry(self) -> HeirEntry:
        return HeirEntry(
            int(self.person.currentData()),
            str(self.relation.currentData()),
            self.name.text().strip(),
            self.kana.text().strip(),
            self.register.isChecked(),
            self.consent.isChecked(),
        )

    def ready(self) -> bool:
        return not self.missing((("name", "相続人の氏名を入れてください。"), ("kana", "カナを入れてください。")))


def fit_heirs(page: CasePage, key: str) -> list[int]:
    """Rows that the button may be about."""
    wanted = ("2人目待ち",) if key == "verify_heir" else ("2人目待ち", "確認済")
    return [item.heir_id for item in page.heirs if item.state in wanted]


class HeirActs:
    """What the three buttons do; ``chosen`` is the row that ends."""

    def __init__(self, station: Station, asking: Asking) -> None:
        self._station, self._asking = station, asking

    def do(self, key: str, page: CasePage, chosen: int | None) -> None:
        desk = self._station.desk
        if key == "enter_heir":
            died = {item.person_name for item in page.household_events if item.kind is EventKind.DEATH and item.revoked_at is None}
            people = [person for person in page.people if person.name in died] or list(page.people)
            self._asking.ask(partial(HeirDialog, people), partial(_enter, desk, page.case_id))
        elif key == "verify_heir":
            self._verify(page)
        elif chosen is not None:
            make = partial(WhyDialog, "相続人を解消します", ("これからは、この人に支給しません。",), "解消する", "end_heir")
            self._asking.ask(make, partial(_end, desk, chosen))

    def _verify(self, page: CasePage) -> None:
        waiting = [item for item in page.heirs if item.state == "2人目待ち"]
        if not waiting:
            return
        desk, first = self._station.desk, waiting[0]
        sentences = ("戸籍と、ほかの相続人の同意を見て、氏名を照らし合わせました。",)
        prove = ask_second(desk, Act.HEIR_VERIFIED, first.entered_by_id, "相続人を確かめます", sentences, "書類と同じです")
        if prove is not None:
            self._station.lane.write(self._station, partial(_confirm, desk, first.heir_id, prove), title="確認を記録しています")


# What runs on the lane.
def _enter(desk: Desk, case_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, HeirDialog)
    return partial(heirs.enter, desk, case_id, dialog.entry())


def _end(desk: Desk, heir_id: int, dialog: FormDialog) -> Work:
    assert isinstance(dialog, WhyDialog)
    return partial(heirs.end, desk, heir_id, dialog.words)


def _confirm(desk: Desk, heir_id: int, prove: Prove, _: Progress) -> Changes:
    return heirs.verify(desk, heir_id, prove())
