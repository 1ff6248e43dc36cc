"""What a person typed freely may name a place: it stands on the page, never in a repr that a traceback or a log would print."""

from __future__ import annotations

from datetime import date

from kyufu_desktop.domain.case_exit import ExitCause
from kyufu_desktop.domain.household_event import EventKind
from kyufu_desktop.domain.judgment import ExitKind
from kyufu_desktop.domain.notice import Channel, NoticeKind
from kyufu_desktop.services import case_exits, cases, checklist, evidence, household_events, notices
from kyufu_desktop.services.cases import EventEntry, ExitEntry, NoticeEntry
from tests.services.desk_work import Ward

PLACE = "長野市のあさひ寮"
WORDS = f"{PLACE}から電話があったため"


def test_free_words_of_a_case_are_in_no_repr(ward: Ward) -> None:
    case = ward.household(1)
    piece = ward.evidence(case)
    evidence.withdraw_evidence(ward.desk, piece, WORDS)
    event = EventEntry(EventKind.RESIDES_UNREGISTERED, ward.person_id(10), date(2024, 5, 1), f"{PLACE}の証明")
    household_events.add(ward.desk, case, event)
    leaving = ExitEntry(ExitKind.WITHDRAWN, ExitCause.REQUEST, date(2024, 8, 27), WORDS)
    case_exits.register(ward.desk, case, leaving)
    _, line = notices.record(
        ward.desk, NoticeEntry(NoticeKind.OWN, Channel.REGISTER, date(2024, 8, 20), "見本　花子", "ミホン ハナコ", sender=PLACE)
    )
    notices.close(ward.office.at(ward.suzuki), line, WORDS)
    checklist.done(ward.desk, WORDS)
    page = cases.page(ward.desk, case)
    assert page.exits[0].reason == WORDS
    for shown in (
        event,
        leaving,
        *page.household_events,
        *page.exits,
        *page.withdrawn_evidences,
        *notices.page(ward.desk),
        checklist.page(ward.desk),
    ):
        assert "長野" not in repr(shown)
