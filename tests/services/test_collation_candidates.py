"""The rows that the file finds by its indexes are those, and only those, that the rules would find among all of them."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from kyufu_desktop.domain.collation import PlannedPayment, collate
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Benefit
from kyufu_desktop.models.case import Case, Person
from kyufu_desktop.models.exchange import ImportFile, PlannedRow
from kyufu_desktop.services import collation_candidates
from tests.services.desk_work import Ward

_NUMBERS = st.integers(1, 6)
_DAYS = st.sampled_from([date(1980, 1, 1), date(2015, 5, 5), None])
_KANA = st.sampled_from(["ヤマダハナコ", "ヤマダソラ", "サトウ", ""])
_ROW = st.tuples(_NUMBERS, _NUMBERS, _NUMBERS, _KANA, _DAYS, st.one_of(st.none(), _NUMBERS))
_PERSON = st.tuples(st.integers(1, 3), _KANA, _DAYS)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(_PERSON, max_size=6), rows=st.lists(_ROW, max_size=12), piece=st.integers(1, 20))
def test_candidates_of_the_file_give_the_meetings_of_all_rows(ward: Ward, people: list, rows: list, piece: int) -> None:
    planned = [
        PlannedPayment(
            place + 2, f"R6{managed:08d}", f"{household:09d}", f"{head:010d}", kana, birth, Benefit.KODOMO, 50_000, None, False,
            f"{child:010d}" if child else None,
        )
        for place, (managed, household, head, kana, birth, child) in enumerate(rows)
    ]  # fmt: skip
    with ward.desk.work(Act.TARGETS_IMPORTED) as unit:
        session = unit.session
        for table in (PlannedRow, Person, Case, ImportFile):
            session.execute(delete(table))
        session.add(ImportFile(id=1, kind="planned", sha256="0" * 64, file_name="x", rows=0, refused=0, imported_at="", imported_by=1))
        session.flush()
        for number in range(1, 4):
            session.add(
                Case(
                    id=number, management_number=f"R6{number:08d}", household_number=f"{number:09d}", category="DV", programme="r6",
                    status="受付", import_id=1, created_at="", changed_at="",
                )
            )  # fmt: skip
        session.flush()
        for place, (case_id, kana, birth) in enumerate(people, start=1):
            session.add(
                Person(
                    case_id=case_id, resident_number=f"{place:010d}", relation="MEMBER", relation_word="", name="", kana=kana,
                    kana_folded=kana, birth_written="", birth_day=birth, registered_postal="", registered_address="",
                )
            )  # fmt: skip
        if planned:
            session.execute(
                insert(PlannedRow),
                [
                    {
                        "import_id": 1, "row": row.row, "management_number": row.management_number,
                        "household_number": row.household_number, "head_number": row.head_number, "kana_folded": row.kana_folded,
                        "birth_day": row.birth, "benefit": row.benefit.value, "amount": row.amount, "planned_on": row.planned_on,
                        "paid": row.paid, "child_number": row.child_number,
                    }
                    for row in planned
                ],
            )  # fmt: skip
        unit.record(Act.TARGETS_IMPORTED)
    before, collation_candidates.PIECE = collation_candidates.PIECE, piece
    try:
        with ward.desk.look() as session:
            cases = collation_candidates.case_keys(session, date(2006, 4, 2))
            found = tuple(collation_candidates.candidates(session))
            assert session.scalars(select(Case.id)).all() == [1, 2, 3]
    finally:
        collation_candidates.PIECE = before
    assert collate(cases, found) == collate(cases, planned)
    met = {meeting.planned for meeting in collate(cases, planned)}
    assert set(found) == met, "no row that meets nobody leaves the file"
