"""Dialog of 突合: what a person decides about one meeting."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kyufu_desktop.domain.collation import FindingDecision
from kyufu_desktop.services.collation import FindingRow
from kyufu_desktop.views.stations.dialogs_case import DecisionDialog
from kyufu_desktop.views.stations.words import DECISION_WORDS


def finding_dialog(row: FindingRow, parent: QWidget | None = None) -> DecisionDialog:
    """``finding.SAME_PERSON_STOP`` etc. are the names of the choices, ``finding.reason`` is the reason."""
    choices = tuple((decision.value, DECISION_WORDS[decision]) for decision in FindingDecision)
    return DecisionDialog("突合の結果を決めます", row.advice, choices, "決める", "finding", parent)
