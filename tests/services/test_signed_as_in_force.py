"""What an officer signs was drafted by the version of the programme that is in force when he signs."""

from __future__ import annotations

import dataclasses
import json

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.programme import ProgrammeValue
from kyufu_desktop.services import judgment, programmes
from kyufu_desktop.services.session import Desk
from tests.services.desk_work import Ward
from tests.services.office import silent


def settle_anew(ward: Ward) -> Desk:
    """Another source stands behind one value; the desk of the next login, which judges by that version."""
    value = ProgrammeValue(
        programme="r6", key="dates.return_deadline", value=json.dumps("2024-10-31"), source="告示第2号", set_at="", set_by=1, confirmed_by=2
    )
    with ward.office.at(ward.suzuki).work(Act.SETTING_CHANGED) as unit:
        unit.session.add(value)
        unit.record(Act.SETTING_CHANGED)
    with ward.desk.look() as session:
        return dataclasses.replace(ward.desk, programme=programmes.in_force(session))


def test_draft_of_an_older_version_is_not_signed_but_drafted_anew(ward: Ward) -> None:
    case = ward.household(1)
    judgment.draft(ward.desk, (case,), silent)
    later = settle_anew(ward)
    with pytest.raises(Conflict) as caught:
        judgment.approve(later, (case,), ward.suzuki, silent)
    assert caught.value.code == "K-1673"
    judgment.draft(later, (case,), silent)
    judgment.approve(later, (case,), ward.suzuki, silent)
    with later.look() as session:
        live = select(JudgmentRecord.programme_digest).where(JudgmentRecord.superseded_by.is_(None), JudgmentRecord.state == "APPROVED")
        assert set(session.scalars(live)) == {later.programme.digest}


def test_desk_of_before_a_confirmed_value_signs_nothing(ward: Ward) -> None:
    case = ward.household(1)
    judgment.draft(ward.desk, (case,), silent)
    settle_anew(ward)
    with pytest.raises(Conflict) as caught:
        judgment.approve(ward.desk, (case,), ward.suzuki, silent)
    assert caught.value.code == "K-1642"
    assert ward.status(case) == "決裁待ち"
