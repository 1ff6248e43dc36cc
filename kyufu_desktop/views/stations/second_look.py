"""What the second person is shown of one case, read in one go on the lane, and what he confirms in one go.

Showing the address is a recorded act: the reason below is what the record says, because that is what the person does here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.evidence import EvidenceState
from kyufu_desktop.domain.staff import Role, Staff
from kyufu_desktop.services import cases
from kyufu_desktop.services.cases import AddressEntry, CaseFilter, CasePage, EvidenceRow, SourceWords
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk, Second

REASON = "送り先の確認"
REASON_WORDS = "2人目として書類と照らし合わせるため"
EVIDENCE_WORDS = "2人目として根拠の書類と照らし合わせるため"

WAITING = "2人目待ち"


@dataclass(frozen=True, slots=True)
class SecondLook:
    """One case before the eyes of the second person. ``address`` is None where only evidence waits; ``sources`` go with ``evidences``."""

    page: CasePage
    address: AddressEntry | None = field(repr=False)
    evidences: tuple[EvidenceRow, ...]
    sources: tuple[SourceWords, ...] = field(default=(), repr=False)


def worklist(desk: Desk) -> tuple[int, ...]:
    """Cases with an address or evidence that waits for a second person, by management number."""
    return cases.list_ids(desk, CaseFilter(waiting_for_second=True))


def look(desk: Desk, case_id: int, second: Staff | None, *, address: bool = True, evidence: bool = True) -> SecondLook | None:
    """The case with what was sealed of it, or None where nothing waits.

    What ``second`` entered is left out, for he may not confirm it; so is what the programme leaves to an officer where he is none.
    """
    page = cases.page(desk, case_id)
    evidences = tuple(row for row in page.evidences if evidence and row.state is EvidenceState.UNVERIFIED and _may(row, second))
    waits = address and page.address_state == WAITING and (second is None or page.address_entered_by_id != second.id)
    if not waits and not evidences:
        return None
    sources = tuple(cases.reveal_evidence(desk, row.evidence_id, REASON, EVIDENCE_WORDS) for row in evidences)
    return SecondLook(page, cases.reveal_address(desk, case_id, REASON, REASON_WORDS) if waits else None, evidences, sources)


def _may(row: EvidenceRow, second: Staff | None) -> bool:
    if second is None:
        return True
    return row.entered_by_id != second.id and (not row.needs_officer or second.role is Role.OFFICER)


def next_look(desk: Desk, case_ids: tuple[int, ...], second: Staff) -> tuple[int, SecondLook | None]:
    """How many of ``case_ids`` do not wait for the eyes of ``second``, and the first one that does."""
    for passed, case_id in enumerate(case_ids):
        found = look(desk, case_id, second)
        if found is not None:
            return passed, found
    return len(case_ids), None


def confirm_and_next(
    desk: Desk, seen: SecondLook, second: Second, rest: tuple[int, ...], _: Progress
) -> tuple[Changes, int, SecondLook | None]:
    """Confirms all that was shown of the case and reads the next one: one trip to the lane per case."""
    kinds = Kind.NONE
    if seen.address is not None:
        kinds |= cases.verify_address(desk, (seen.page.case_id,), second).kinds
    if seen.evidences:
        kinds |= cases.verify_evidence(desk, tuple(row.evidence_id for row in seen.evidences), second).kinds
    passed, found = next_look(desk, rest, second.staff)
    return Changes(kinds, "2人目の確認を記録しました。", (seen.page.case_id,)), passed, found
