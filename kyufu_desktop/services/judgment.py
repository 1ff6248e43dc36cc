"""Judging, the door of its rooms: look at the facts, keep every reason, draft (起案), approve (決裁), return, withdraw, decision sheet."""

from __future__ import annotations

from kyufu_desktop.services.decision_sheet import decision_sheet
from kyufu_desktop.services.judgment_approval import approve, send_back, withdraw
from kyufu_desktop.services.judgment_differences import ConditionChange, Difference, differences
from kyufu_desktop.services.judgment_drafting import draft, hold
from kyufu_desktop.services.judgment_list import JudgmentCase, JudgmentPage, list_cases, page
from kyufu_desktop.services.judgment_report import BenefitCount, BulkReport, HeldCase
from kyufu_desktop.services.judgment_standing import asked_cases, standings

__all__ = [
    "BenefitCount",
    "BulkReport",
    "ConditionChange",
    "Difference",
    "HeldCase",
    "JudgmentCase",
    "JudgmentPage",
    "approve",
    "asked_cases",
    "decision_sheet",
    "differences",
    "draft",
    "hold",
    "list_cases",
    "page",
    "send_back",
    "standings",
    "withdraw",
]
