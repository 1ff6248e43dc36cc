"""秘匿の根拠: one document. Its kind decides what is read off it; the companions are ticked, others are typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QCheckBox, QWidget

from kyufu_desktop.domain.calendar import wareki_short
from kyufu_desktop.domain.evidence import placements_for
from kyufu_desktop.domain.names import folded
from kyufu_desktop.domain.programme import EvidenceKind, Programme
from kyufu_desktop.domain.values import Category
from kyufu_desktop.services.cases import CasePage, EvidenceEntry
from kyufu_desktop.views.parts import Field, NameField, NameTick, col, label, row, text_field
from kyufu_desktop.views.stations.form_dialog import DAYS, FormDialog, choice, text_of

#: Names ticked on one line.
_ON_A_LINE = 3


def evidence_kinds(page: CasePage, kinds: Sequence[EvidenceKind]) -> tuple[EvidenceKind, ...]:
    """The kinds that the programme accepts for the category of the case."""
    return tuple(kind for kind in kinds if page.category in kind.categories)


def split_names(text: str) -> tuple[str, ...]:
    """Names that were typed with 、 or , between them."""
    return tuple(name.strip() for name in text.replace(",", "、").split("、") if name.strip())


def not_named(page: CasePage, more: Sequence[str] = ()) -> tuple[str, ...]:
    """Members other than the head whom no document of the case names; ``more`` are names of a document that is being entered.

    Only of who fled: there the documents must name everybody who came along.
    """
    if page.category is not Category.DV:
        return ()
    named = {folded(name) for item in page.evidences for name in item.companions} | {folded(name) for name in more}
    return tuple(person.name for person in page.people[1:] if not {folded(person.name), folded(person.kana)} & named)


class CompanionTicks(QWidget):
    """The other members of the household, each to be ticked when the document names him."""

    def __init__(self, page: CasePage) -> None:
        super().__init__()
        self.boxes: dict[int, QCheckBox] = {}
        self._names = {person.person_id: person.name for person in page.people[1:]}
        for person_id, name in self._names.items():
            made = NameTick(name)
            made.setObjectName(f"evidence.companion.{person_id}")
            self.boxes[person_id] = made
        every = list(self.boxes.values())
        lines = [row(*every[at : at + _ON_A_LINE], None, gap=20) for at in range(0, len(every), _ON_A_LINE)]
        self.setLayout(col(*lines, gap=4))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._names[person_id] for person_id, made in self.boxes.items() if made.isChecked())

    def tick(self, names: Sequence[str]) -> None:
        for person_id, made in self.boxes.items():
            made.setChecked(self._names[person_id] in names)


class EvidenceDialog(FormDialog):
    """The issuer and what the kind asks for are sealed: the name of a court or a centre tells the region."""

    def __init__(self, page: CasePage, programme: Programme, on: date, parent: QWidget | None = None) -> None:
        self._page = page
        self._kinds = evidence_kinds(page, programme.evidence)
        self._placements = placements_for(page.category, programme)
        self.kind = choice([(kind.name, kind.code) for kind in self._kinds])
        self.basis = choice([("選んでください", None), *((item.name, item.code) for item in self._placements)])
        example = wareki_short(on)
        self.issued_on, self.moved_in_on = text_field(example, 150), text_field(example, 150)
        self.starts_on, self.ends_on = text_field(example, 150), text_field(example, 150)
        self.issuer, self.companions = text_field(""), text_field("何人もいるときは、読点（、）で区切ります。")
        self._details = {known.key: known for kind in self._kinds for known in kind.fields}
        self.ticks = CompanionTicks(page)
        fields = {
            "kind": Field("根拠の種類", self.kind, True, name="evidence.kind"),
            "basis": Field("措置の根拠", self.basis, True, name="evidence.basis"),
            "issued_on": Field("発行した日", self.issued_on, True, name="evidence.issued_on"),
            "issuer": NameField("発行した機関", self.issuer, True, name="evidence.issuer"),
            "starts_on": Field("有効な期間の始まり", self.starts_on, name="evidence.starts_on"),
            "ends_on": Field("有効な期間の終わり", self.ends_on, name="evidence.ends_on"),
            "moved_in_on": Field("区内へ転入した日", self.moved_in_on, True, name="evidence.moved_in_on"),
            **{
                key: NameField(known.label, text_field(""), known.required, name=f"evidence.detail.{key}")
                for key, known in self._details.items()
            },
            "ticks": Field("書類に名前のある同伴者", self.ticks, name="evidence.ticks"),
            "companions": NameField("世帯にいない同伴者", self.companions, name="evidence.companions"),
        }
        note = f"別の人が確かめるまで、判定に使いません。{DAYS}"
        super().__init__("根拠を加えます", "加える", fields, note, parent, 900)
        self._law = label("", "muted", wrap=True)
        self.body.insertWidget(self.body.indexOf(self.fields["basis"]) + 1, self._law)
        self.beside("issued_on", "issuer")
        self.beside("starts_on", "ends_on")
        keys = list(self._details)
        for at in range(0, len(keys) - 1, 2):
            self.beside(keys[at], keys[at + 1])
        self._unnamed = label("", color="hold", wrap=True)
        self.body.addWidget(self._unnamed)
        others = bool(self.ticks.boxes) and page.category is Category.DV
        self.fields["ticks"].setVisible(others)
        self.fields["companions"].setVisible(page.category is Category.DV)
        self.kind.currentIndexChanged.connect(self._kind_changed)
        self.basis.currentIndexChanged.connect(self._basis_changed)
        self.companions.textChanged.connect(self._say_unnamed)
        for made in self.ticks.boxes.values():
            made.toggled.connect(self._say_unnamed)
        self._kind_changed()
        self._say_unnamed()

    @property
    def chosen(self) -> EvidenceKind:
        """The kind that is chosen in the list."""
        return self._kinds[self.kind.currentIndex()]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.ticks.names, *split_names(self.companions.text()))))

    def _kind_changed(self) -> None:
        kind = self.chosen
        self.fields["basis"].setVisible(kind.placement)
        self.fields["moved_in_on"].setVisible(kind.moved_in_after_base_date)
        wanted = {known.key for known in kind.fields}
        for key in self._details:
            self.fields[key].setVisible(key in wanted)
        ends = "期限のある書類です。" if kind.expires else "期限のない書類では空けておきます。"
        self.ends_on.setPlaceholderText(self.starts_on.placeholderText() if kind.expires else "期限なし")
        self.ends_on.setAccessibleDescription(ends)
        self._basis_changed()

    def _basis_changed(self) -> None:
        found = next((item for item in self._placements if item.code == self.basis.currentData()), None)
        only = "　児童だけの世帯に限ります。" if found is not None and found.children_only else ""
        self._law.setText(f"{found.law}{only}" if found is not None else "契約による入所と通所は、この区分に入りません。")
        self._law.setVisible(self.chosen.placement)
        if self.isVisible():
            self.fit()

    def _say_unnamed(self) -> None:
        missing = not_named(self._page, self.names)
        self._unnamed.setText(f"まだどの書類にも名前がない人：{'、'.join(missing)}。判定は保留になります。" if missing else "")
        self._unnamed.setVisible(bool(missing))

    def typed(self) -> dict[str, str]:
        return {**super().typed(), "ticks": "、".join(self.ticks.names)}

    def retype(self, typed: dict[str, str]) -> None:
        super().retype(typed)
        self.ticks.tick(split_names(typed.get("ticks", "")))

    def entry(self) -> EvidenceEntry:
        """Only after :meth:`ready` has said yes."""
        issued, kind = self.days["issued_on"], self.chosen
        assert issued is not None
        return EvidenceEntry(
            kind=kind.code,
            issued_on=issued,
            starts_on=self.days["starts_on"],
            ends_on=self.days["ends_on"],
            issuer=self.issuer.text().strip(),
            companions=self.names,
            basis=self.basis.currentData() if kind.placement else None,
            moved_in_on=self.days["moved_in_on"] if kind.moved_in_after_base_date else None,
            details={known.key: text_of(self.fields[known.key].widget).strip() for known in kind.fields},
        )

    def ready(self) -> bool:
        kind = self.chosen
        needed = [("issued_on", "入れてください。"), ("issuer", "入れてください。")]
        if kind.moved_in_after_base_date:
            needed.append(("moved_in_on", "入れてください。"))
        if kind.expires:
            needed.append(("ends_on", "入れてください。"))
        needed += [(known.key, "入れてください。") for known in kind.fields if known.required]
        missing = self.missing(needed)
        if kind.placement and self.basis.currentData() is None:
            self.refuse("basis", "措置の条文を選んでください。")
            missing = True
        return self.read_days("issued_on", "moved_in_on", "starts_on", "ends_on") and not missing
