"""The list of reasons: every condition looked at, also those that do not apply, in the order of the judgment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.judgment import Finding
from kyufu_desktop.views.parts.cells import Cell, Column, Row
from kyufu_desktop.views.parts.table import Table

FINDING_WORDS: dict[Finding, str] = {Finding.PASS: "適合", Finding.FAIL: "不適合", Finding.HOLD: "保留", Finding.NOT_APPLIED: "適用外"}


class Reasoned(Protocol):
    """What a row needs to know of a condition."""

    @property
    def finding(self) -> Finding: ...
    @property
    def sentence(self) -> str: ...
    @property
    def values(self) -> str: ...
    @property
    def article(self) -> str: ...


class ReasonList(Table):
    """Chip, what was found with the values below, the article. 不適合 and 保留 are chosen first."""

    def __init__(self, *, fit: bool = True, source_width: int = 150, parent: QWidget | None = None) -> None:
        columns = (Column("結果", 104), Column("確かめたこと"), Column("根拠", source_width))
        super().__init__(columns, row_height=48, fit=fit, name="確かめたこと", parent=parent)

    def set_conditions(self, conditions: Sequence[Reasoned]) -> None:
        rows = []
        for place, condition in enumerate(conditions):
            cells = (
                Cell(chip=FINDING_WORDS[condition.finding]),
                Cell(condition.sentence, sub=condition.values),
                Cell(condition.article, color="text2"),
            )
            rows.append(Row(place, cells))
        self.view.clearSelection()
        self.set_rows(rows)
        stops = [place for place, condition in enumerate(conditions) if condition.finding in (Finding.FAIL, Finding.HOLD)]
        if stops:
            self.select(stops[0])
