"""Proxies: ground by category, document seen, two people, ended instead of changed."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from sqlalchemy import select

from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.case import Proxy
from kyufu_desktop.services import cases, proxies
from kyufu_desktop.services.cases import ProxyEntry
from tests.services.desk_work import Ward

GUARDIAN = ProxyEntry("B2", "後見　太郎", "成年後見人", "00-0000-0001", False, date(2024, 1, 1))
WHY = "後見が終わったと家庭裁判所の書類で確認"


@pytest.fixture
def case(ward: Ward) -> int:
    return ward.household(1)


def entered(ward: Ward, case: int, **changes: object) -> int:
    proxies.enter(ward.desk, case, dataclasses.replace(GUARDIAN, **changes))  # type: ignore[arg-type]
    return cases.page(ward.desk, case).proxies[-1].proxy_id


def live(ward: Ward, case: int) -> int | None:
    with ward.desk.look() as session:
        row = proxies.live_proxy(session, case, ward.desk.today())
        return row.id if row is not None else None


def test_proxy_acts_only_after_another_person_has_seen_the_document(ward: Ward, case: int) -> None:
    proxy = entered(ward, case)
    assert live(ward, case) is None and "代理人の書類が未確認" in cases.page(ward.desk, case).missing
    with pytest.raises(NotAllowed, match="K-1660"):
        proxies.verify(ward.desk, (proxy,), ward.office.sato)
    with pytest.raises(InputProblem, match="K-1718"):
        proxies.verify(ward.desk, (proxy,), ward.suzuki, document_seen=False)
    proxies.verify(ward.desk, (proxy,), ward.suzuki)
    assert live(ward, case) == proxy and cases.page(ward.desk, case).missing == ()
    with pytest.raises(Conflict):
        proxies.verify(ward.desk, (proxy,), ward.suzuki)


def test_ground_must_be_one_of_the_category(ward: Ward, case: int) -> None:
    with pytest.raises(InputProblem, match="K-1711"):
        entered(ward, case, basis="C2")
    with pytest.raises(InputProblem, match="K-1711"):
        entered(ward, case, basis="Z9")


def test_name_and_phone_of_a_proxy_are_sealed(ward: Ward, case: int) -> None:
    proxy = entered(ward, case)
    assert "後見　太郎" not in str(cases.page(ward.desk, case))
    with ward.desk.look() as session:
        assert "後見".encode() not in session.scalars(select(Proxy.sealed)).one()
    shown = dict(proxies.reveal_proxy(ward.desk, proxy, "送り先の確認", "代理人に書類を送ってよいかを聞くため").lines)
    assert shown == {"氏名": "後見　太郎", "本人との関係": "成年後見人", "電話": "00-0000-0001"}
    assert ward.acts(case)[-1] == "SOURCE_REVEALED"


def test_ended_proxy_does_not_act_and_stays_with_its_reason(ward: Ward, case: int) -> None:
    proxy = entered(ward, case)
    proxies.verify(ward.desk, (proxy,), ward.suzuki)
    with pytest.raises(InputProblem):
        proxies.end(ward.desk, proxy, "短い")
    proxies.end(ward.desk, proxy, WHY)
    assert live(ward, case) is None
    row = cases.page(ward.desk, case).proxies[0]
    assert (row.state, row.ended_reason) == ("解消", WHY)
    with pytest.raises(Conflict):
        proxies.end(ward.desk, proxy, WHY)


def test_proxy_acts_within_the_period_only(ward: Ward, case: int) -> None:
    proxy = entered(ward, case, ends_on=date(2024, 8, 28))
    proxies.verify(ward.desk, (proxy,), ward.suzuki)
    assert live(ward, case) == proxy
    ward.office.clock.days(1)
    assert live(ward, case) is None and cases.page(ward.desk, case).proxies[0].state == "期間外"


def test_newest_confirmed_proxy_acts(ward: Ward, case: int) -> None:
    first = entered(ward, case)
    second = entered(ward, case, basis="C5", name="支援　花子")
    proxies.verify(ward.desk, (first, second), ward.suzuki)
    assert live(ward, case) == second
