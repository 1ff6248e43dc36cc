"""Cases: the list, one case as a page, evidence, the safe address with two pairs of eyes, contacts, the counter's question.

The door to the modules of the same work; screens ask here.
"""

from __future__ import annotations

from kyufu_desktop.services.addresses import addresses_to_verify, enter_address, reveal_address, verify_address
from kyufu_desktop.services.case_lists import ask_at_counter, find_by_code, list_ids, rows
from kyufu_desktop.services.case_page import page
from kyufu_desktop.services.case_rows import (
    AddressEntry,
    CaseFilter,
    CasePage,
    CaseRow,
    CompanionEntry,
    ContactRow,
    Declinable,
    DeclineEntry,
    DeclineRow,
    EventEntry,
    EventRow,
    EvidenceEntry,
    EvidenceRow,
    ExitEntry,
    ExitRow,
    FlagTimes,
    HouseholdEventRow,
    JudgmentRow,
    NoticeEntry,
    NoticeRow,
    PersonRow,
    ProxyEntry,
    ProxyRow,
    SourceWords,
    StationCount,
    Today,
    TodayTask,
)
from kyufu_desktop.services.contacts import CONTACT_KINDS, REVEAL_REASONS, add_contact, clear_host_paid, decide_history
from kyufu_desktop.services.evidence import enter_evidence, reveal_evidence, verify_evidence, withdraw_evidence
from kyufu_desktop.services.today import station_counts, today

__all__ = [
    "CONTACT_KINDS",
    "REVEAL_REASONS",
    "AddressEntry",
    "CaseFilter",
    "CasePage",
    "CaseRow",
    "CompanionEntry",
    "ContactRow",
    "Declinable",
    "DeclineEntry",
    "DeclineRow",
    "EventEntry",
    "EventRow",
    "EvidenceEntry",
    "EvidenceRow",
    "ExitEntry",
    "ExitRow",
    "FlagTimes",
    "HouseholdEventRow",
    "JudgmentRow",
    "NoticeEntry",
    "NoticeRow",
    "PersonRow",
    "ProxyEntry",
    "ProxyRow",
    "SourceWords",
    "StationCount",
    "Today",
    "TodayTask",
    "add_contact",
    "addresses_to_verify",
    "ask_at_counter",
    "clear_host_paid",
    "decide_history",
    "enter_address",
    "enter_evidence",
    "find_by_code",
    "list_ids",
    "page",
    "reveal_address",
    "reveal_evidence",
    "rows",
    "station_counts",
    "today",
    "verify_address",
    "verify_evidence",
    "withdraw_evidence",
]
