"""Dialog of 突合: what a person decides about one meeting."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.collation import FindingDecision, Key
from kyufu_desktop.services.collation import FindingRow
from kyufu_desktop.views.stations.dialogs_case import DecisionDialog
from kyufu_desktop.views.stations.words import DECISION_WORDS

#: A shared account is no question of who somebody is: it may be used, or it may not.
_ACCOUNT_WORDS: dict[FindingDecision, str] = {
    FindingDecision.SAME_PERSON_STOP: "この口座には支給しません",
    FindingDecision.SAME_PERSON_PAY: "差し支えない口座です。支給します",
}


def choices_of(row: FindingRow) -> dict[FindingDecision, str]:
    """What can be decided about this meeting, in words."""
    return _ACCOUNT_WORDS if row.keys == (Key.ACCOUNT,) else DECISION_WORDS


def finding_dialog(row: FindingRow, parent: QWidget | None = None) -> DecisionDialog:
    """``finding.SAME_PERSON_STOP`` etc. are the names of the choices, ``finding.reason`` is the reason."""
    choices = tuple((decision.value, words) for decision, words in choices_of(row).items())
    return DecisionDialog("突合の結果を決めます", row.advice, choices, "決める", "finding", parent)
