"""A notice from another municipality that came after the collation stops the money until it has been compared too."""

from __future__ import annotations

from datetime import date

import pytest

from kyufu_desktop.domain.notice import Channel, NoticeKind
from kyufu_desktop.errors import Conflict
from kyufu_desktop.services import batches, collation, notices
from kyufu_desktop.services.cases import NoticeEntry
from tests.services.desk_work import Ward, sample
from tests.services.office import silent


def test_notice_entered_in_no_case_still_has_to_meet_our_cases(ward: Ward) -> None:
    """A clerk enters it only for the exclusion list although the person has a case here: nobody's facts change."""
    case = ward.office.household(("hikazei", 100_000))
    ward.bring_in("planned", sample("planned_payments.xlsx"))
    collation.run(ward.desk, silent)
    ward.office.reviewed(case)
    (ready,) = ward.office.ready()
    batch = ward.office.batch()
    ward.office.clock.now = ward.office.clock.now.replace(hour=15)
    entry = NoticeEntry(NoticeKind.MIRROR, Channel.REGISTER, date(2024, 8, 28), "見本　花子", "ミホン ハナコ", resident_number="0000000001")
    _, line = notices.record(ward.desk, entry)
    notices.link(ward.desk, line, None)
    notices.verify(ward.desk, (line,), ward.suzuki)
    with pytest.raises(Conflict) as caught:
        batches.approve_batch(ward.desk, batch, 1, 100_000, ward.suzuki)
    assert caught.value.code == "K-1650"
    collation.run(ward.desk, silent)
    with pytest.raises(Conflict) as caught:
        batches.approve_batch(ward.desk, batch, 1, 100_000, ward.suzuki)
    assert caught.value.code == "K-1755", "the decision fell with the meeting, and the payment went out of the batch"
    assert ready not in ward.office.ready()
