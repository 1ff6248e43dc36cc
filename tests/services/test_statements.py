"""精算書: what moved in a month, balances that carry over, and no final statement while anything is open."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import InputProblem
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.services import host_exchange, outgoing, recalls, statements
from kyufu_desktop.services.statement_figures import Move
from tests.services.office import Office, opened, silent

MOVES = tuple(Move)


def words(pdf: bytes) -> str:
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode("utf-8")
    return re.sub(r"\s", "", found)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """August: three decided, two of them sent, one paid and one failed. September: the failed one goes out again and is paid."""
    with opened(tmp_path_factory.mktemp("stated")) as made:
        made.reviewed(made.household(("hikazei", 100_000)))
        made.reviewed(made.household(("hikazei", 100_000)))
        first = made.approved(made.batch())
        made.written(first)
        made.household(("chosei", 40_000))
        made.settled(first, {made.payments_of(first)[1].payment_id: FailureReason.CLOSED})
        yield made


def moved(figures: statements.Figures, move: Move) -> tuple[int, int]:
    return figures.moves[MOVES.index(move)]


def test_a_month_says_what_moved_and_carries_over_to_the_next(office: Office) -> None:
    august, september = statements.month(office.desk, 2024, 8), statements.month(office.desk, 2024, 9)
    assert august.total.opening == (0, 0)
    assert moved(august.total, Move.DECIDED) == (3, 240_000)
    assert moved(august.total, Move.SENT) == (2, 200_000)
    assert moved(august.total, Move.PAID) == (1, 100_000)
    assert moved(september.total, Move.FAILED) == (1, 100_000), "the bank's answer came in September"
    assert august.total.closing == (2, 140_000) == september.total.opening
    assert september.total.closing == (2, 140_000)
    for left, right in zip(august.lines, september.lines, strict=True):
        assert left.closing == right.opening, left.label
    assert [batch.number for batch in august.batches] == [1] and september.batches == ()


def test_the_lines_of_the_benefits_come_to_the_total(office: Office) -> None:
    for made in (statements.month(office.desk, 2024, 8), statements.programme_end(office.desk)):
        for place in range(len(MOVES)):
            assert sum(line.moves[place][1] for line in made.lines) == made.total.moves[place][1]
        assert sum(line.closing[1] for line in made.lines) == made.total.closing[1]


def test_a_month_that_has_not_begun_has_no_statement(office: Office) -> None:
    for year, number in ((2024, 10), (2024, 13), (2024, 0)):
        with pytest.raises(InputProblem, match="まだ始まっていない"):
            statements.month(office.desk, year, number)


def test_the_paper_names_what_is_open_by_number_only_and_has_places_to_sign(office: Office) -> None:
    said = words(statements.programme_end_pdf(office.desk))
    assert "事業終了精算書（未確定）" in said and "まだ確定していません" in said
    assert "振込不能が1件・100,000円あります。" in said and "ホストへの報告待ちが2件" in said
    assert "R600000002" in said and "R600000003" in said and "R600000001" not in said
    assert "差異なし" in said and "取扱責任者" in said
    for hidden in ("見本", "花子", "北町", "ミホン", "DV"):
        assert hidden not in said, hidden
    with office.desk.look() as db:
        assert db.query(AuditEntry).filter(AuditEntry.act == Act.STATEMENT_PRINTED.value).count() == 1


def test_the_paper_of_a_month_prints_digests_and_differences(office: Office) -> None:
    with office.desk.look() as db:
        digest = db.execute(text("SELECT substr(sha256, 1, 12) FROM batch WHERE number = 1")).scalar_one()
    assert digest in words(statements.month_pdf(office.desk, 2024, 8))
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.execute(text("UPDATE export SET total = total + 500 WHERE kind = 'BANK_FILE'"))
        unit.record(Act.COLLATED)
    said = words(statements.month_pdf(office.desk, 2024, 8))
    assert "差異なし" not in said and "500円違います" in said
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.execute(text("UPDATE export SET total = total - 500 WHERE kind = 'BANK_FILE'"))
        unit.record(Act.COLLATED)


def test_a_finished_programme_has_a_final_statement(office: Office) -> None:
    """With the failed one and the undecided one taken out of the books, and everything told, nothing is open."""
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.execute(
            text("UPDATE judgment SET state = 'VOID', voided_at = '2024-09-07T10:00:00+09:00', superseded_by = id WHERE id IN (2, 3)")
        )
        unit.record(Act.COLLATED)
    outgoing.write_out(office.desk, host_exchange.make_status(office.desk, "DVD-002", silent), str(office.medium))
    made = statements.programme_end(office.desk)
    assert made.open == () and made.items == ()
    assert made.total.closing == (0, 0)
    assert "未確定" not in words(statements.programme_end_pdf(office.desk))


def test_money_that_came_back_is_owed_again(office: Office) -> None:
    """Last, because it changes the books: the paid one is asked back and returns in September."""
    recalls.ask(office.desk, 1, "口座の名義が別の人のものでした", office.desk.today())
    recalls.settle(office.desk, 1, True, office.desk.today(), office.suzuki)
    september = statements.month(office.desk, 2024, 9)
    assert moved(september.total, Move.RECALLED) == (1, 100_000)
    assert september.total.closing == (1, 100_000)
    assert statements.programme_end(office.desk).open != ()
