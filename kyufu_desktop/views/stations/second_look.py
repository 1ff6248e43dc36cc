"""What the second person is shown of one case, read in one go on the lane, and what he confirms in one go.

Showing the address is a recorded act: the reason below is what the record says, because that is what the person does here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.evidence import EvidenceState
from kyufu_desktop.services import cases
from kyufu_desktop.services.cases import AddressEntry, CaseFilter, CasePage, EvidenceRow
from kyufu_desktop.services.host_exchange import Progress
from kyufu_desktop.services.session import Desk, Second

REASON = "送り先の確認"
REASON_WORDS = "2人目として書類と照らし合わせるため"

WAITING = "2人目待ち"


@dataclass(frozen=True, slots=True)
class SecondLook:
    """One case before the eyes of the second person. ``address`` is None where only evidence waits."""

    page: CasePage
    address: AddressEntry | None = field(repr=False)
    evidences: tuple[EvidenceRow, ...]


def worklist(desk: Desk) -> tuple[int, ...]:
    """Cases with an address or evidence that waits for a second person, by management number."""
    return cases.list_ids(desk, CaseFilter(waiting_for_second=True))


def look(desk: Desk, case_id: int, maker_id: int | None) -> SecondLook | None:
    """The case with its revealed address, or None where nothing waits. What ``maker_id`` entered is left out: he may not confirm it."""
    page = cases.page(desk, case_id)
    evidences = tuple(row for row in page.evidences if row.state is EvidenceState.UNVERIFIED and row.entered_by_id != maker_id)
    waits = page.address_state == WAITING and page.address_entered_by_id != maker_id
    if not waits and not evidences:
        return None
    return SecondLook(page, cases.reveal_address(desk, case_id, REASON, REASON_WORDS) if waits else None, evidences)


def next_look(desk: Desk, case_ids: tuple[int, ...], maker_id: int) -> tuple[int, SecondLook | None]:
    """How many of ``case_ids`` do not wait for ``maker_id``'s eyes, and the first one that does."""
    for passed, case_id in enumerate(case_ids):
        found = look(desk, case_id, maker_id)
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
    passed, found = next_look(desk, rest, second.staff.id)
    return Changes(kinds, "2人目の確認を記録しました。", (seen.page.case_id,)), passed, found
