"""What the contractor's data must not hold: numbers only, those of another municipality's notice too, none that were handed back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from kyufu_desktop.domain.notice import Channel, NoticeKind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import CATEGORY_HOST_WORDS, CATEGORY_LABELS
from kyufu_desktop.exchange import envelope, workbook
from kyufu_desktop.models.case import CaseExit
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.services import host_exchange, notices
from kyufu_desktop.services.case_rows import CompanionEntry, NoticeEntry
from tests.services.desk_work import Ward, facts, person
from tests.services.desk_work import workbook as targets_of
from tests.services.office import silent


@pytest.fixture
def three(ward: Ward) -> Ward:
    people = [person(number * 10, number) for number in (1, 2, 3)]
    ward.bring_in("targets", targets_of(people, [facts(number * 10) for number in (1, 2, 3)]))
    return ward


def rows_of(ward: Ward) -> list[list[object]]:
    """The rows as they lie on the medium."""
    file = ward.written(host_exchange.make_exclusion(ward.desk, "M-07", silent))
    with ward.desk.look() as session:
        password = session.scalars(select(Export.password).order_by(Export.id.desc())).first()
    assert password is not None
    sheets = workbook.read(envelope.open_sealed(file.read_bytes(), password, file.name), file.name)
    cells = [str(cell) for sheet in sheets.values() for row in sheet.rows for cell in row]
    for word in (*CATEGORY_LABELS.values(), *CATEGORY_HOST_WORDS, "見本", "通知", "避難"):
        assert not any(word in cell for cell in cells), word
    table = sheets["委託対象外"].rows
    assert table[0] == ["給付管理番号", "住民番号"]
    return [list(row) for row in table[1:]]


def left(ward: Ward, number: str, kind: str, *, after_payment: bool = False, revoked: bool = False) -> None:
    case_id, at = ward.case_id(number), ward.desk.now_text()
    with ward.desk.work(Act.CASE_EXITED) as unit:
        unit.session.add(
            CaseExit(
                case_id=case_id, kind=kind, cause="REQUEST", happened_on=date(2024, 8, 20), reason="申出", after_decision=after_payment,
                after_payment=after_payment, entered_at=at, entered_by=1, revoked_at=at if revoked else None,
            )
        )  # fmt: skip
        unit.record(Act.CASE_EXITED, subject="case", subject_id=case_id)


def mirror(ward: Ward, number: str, *companions: str, kind: NoticeKind = NoticeKind.MIRROR) -> int:
    people = tuple(
        CompanionEntry(name=f"見本 {place}", kana="ミホン", resident_number=resident) for place, resident in enumerate(companions)
    )
    entry = NoticeEntry(
        kind, next(iter(Channel)), date(2024, 8, 20), "見本　外", "ミホン ソト", resident_number=number, companions=people, sender="見本市"
    )
    return notices.record(ward.desk, entry)[1]


def test_whom_a_verified_notice_of_another_municipality_names_is_excluded_with_companions(three: Ward) -> None:
    notice = mirror(three, "0000000500", "0000000501", "0000000010")
    assert [row[1] for row in rows_of(three)] == ["0000000010", "0000000020", "0000000030"]
    notices.link(three.desk, notice, None)
    assert len(rows_of(three)) == 3, "entered is not verified"
    notices.verify(three.desk, (notice,), three.suzuki)
    rows = rows_of(three)
    assert [row[1] for row in rows] == ["0000000010", "0000000020", "0000000030", "0000000500", "0000000501"]
    assert rows[0][0] == "R600000001", "a person of our own case stands once, with the case's number"
    assert [row[0] for row in rows[3:]] == [None, None] or [row[0] for row in rows[3:]] == ["", ""]


def test_a_closed_notice_excludes_nobody(three: Ward) -> None:
    notice = mirror(three, "0000000500")
    notices.link(three.desk, notice, None)
    notices.verify(three.desk, (notice,), three.suzuki)
    notices.close(three.office.at(three.suzuki), notice, "別の人についての通知だったため")
    assert len(rows_of(three)) == 3


@pytest.mark.parametrize(
    ("kind", "after_payment", "revoked", "stays"),
    [
        ("WITHDRAWN", False, False, False),
        ("LAPSED", False, False, False),
        ("LAPSED", True, False, True),
        ("WITHDRAWN", False, True, True),
        ("CLAIMED_ELSEWHERE", False, False, True),
    ],
)
def test_who_was_handed_back_before_payment_is_the_contractor_s_again(
    three: Ward, kind: str, after_payment: bool, revoked: bool, stays: bool
) -> None:
    left(three, "R600000002", kind, after_payment=after_payment, revoked=revoked)
    assert ("0000000020" in [row[1] for row in rows_of(three)]) is stays
