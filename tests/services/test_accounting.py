"""会計への支払明細: what the accounting office needs, its total equal to its rows, and nothing that leads to a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem
from kyufu_desktop.exchange import accounting_file, envelope, workbook
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.exchange import Export
from kyufu_desktop.services import accounting, outgoing
from tests.services.office import Office, opened, silent

FIRST, LAST = date(2024, 8, 1), date(2024, 8, 31)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A batch of August, one paid and one failed; a batch of September that waits for the bank; one that is still in the house."""
    with opened(tmp_path_factory.mktemp("accounting")) as made:
        made.reviewed(made.household(("hikazei", 100_000), category="CHILD"))
        made.reviewed(made.household(("kodomo", 50_000), children=1))
        first = made.approved(made.batch())
        made.written(first)
        made.settled(first, {made.payments_of(first)[1].payment_id: FailureReason.CLOSED})
        made.reviewed(made.household(("chosei", 40_000)))
        made.written(made.approved(made.batch(*made.judgments(3))))
        made.reviewed(made.household(("hikazei", 100_000)))
        made.batch(*made.judgments(4))
        yield made


def opened_rows(data: bytes, password: str) -> tuple[dict[str, str], list[list[str]]]:
    sheets = workbook.read(envelope.open_sealed(data, password, "x"), "x")
    cover = {str(row[0]): str(row[1]) for row in sheets["表紙"].rows[1:]}
    return cover, [["" if cell is None else str(cell) for cell in row] for row in sheets["支払明細"].rows]


def test_the_total_of_the_cover_is_the_sum_of_the_rows_of_the_period(office: Office) -> None:
    sealed = accounting.make(office.desk, FIRST, LAST, "DVD-009", silent)
    cover, rows = opened_rows(sealed.data, sealed.password)
    assert rows[0] == ["回", "振込指定日", "振込の番号", "給付種別", "金額", "結果", "不能の理由", "振込日"]
    assert [row[2:4] + row[5:7] for row in rows[1:]] == [
        ["0000000001", "非課税化給付", "振込済", ""],
        ["0000000002", "こども加算", "振込不能", "口座解約"],
    ]
    assert sum(int(row[4].split(".")[0]) for row in rows[1:]) == 150_000 == sealed.total
    assert cover["合計金額（円）"] == "150,000" and cover["件数"].startswith("2") and cover["区分"] == "本番"
    assert cover["期間（振込指定日）"] == "2024-08-01 から 2024-08-31 まで"


def test_nothing_in_it_leads_to_a_person(office: Office) -> None:
    sealed = accounting.make(office.desk, FIRST, date(2024, 9, 30), "DVD-009", silent)
    cover, rows = opened_rows(sealed.data, sealed.password)
    said = " ".join(" ".join(row) for row in [*cover.items(), *rows])
    assert sealed.rows == 3, "what is still in the house is not told"
    for hidden in ("見本", "ミホン", "R6000", "北町", "架空", "児童福祉", "DV", "CHILD", "0001001"):
        assert hidden not in said, hidden
    assert "0000001" not in [cell for row in rows for cell in row], "no account number stands alone in a cell"


def test_it_goes_to_the_medium_and_into_the_ledger_as_an_act_of_its_own(office: Office) -> None:
    sealed = accounting.make(office.desk, FIRST, LAST, "DVD-009", silent)
    outgoing.write_out(office.desk, sealed, str(office.medium))
    written = (office.medium / "accounting.xlsx").read_bytes()
    assert written == sealed.data and b"0000000001" not in written
    with office.desk.look() as db:
        line = db.query(Export).filter(Export.kind == "ACCOUNTING").one()
        assert (line.rows, line.total, line.medium) == (2, 150_000, "DVD-009") and line.read_back_at is not None
        assert db.query(AuditEntry).filter(AuditEntry.act == Act.ACCOUNTING_WRITTEN.value).count() == 1
    assert accounting.make(office.desk, FIRST, LAST, "DVD-010", silent).file_name == "accounting-02.xlsx"


def test_a_period_without_payments_or_the_wrong_way_round_makes_no_file(office: Office) -> None:
    with pytest.raises(Conflict, match="渡した支払はありません"):
        accounting.make(office.desk, date(2024, 7, 1), date(2024, 7, 31), "DVD-009", silent)
    with pytest.raises(InputProblem, match="初めより前"):
        accounting.make(office.desk, LAST, FIRST, "DVD-009", silent)


def test_a_workbook_that_says_another_total_than_its_rows_is_stopped() -> None:
    row = accounting_file.AccountingRow(1, FIRST, "0000000001", "調整給付", 40_000, "振込済", "", FIRST)
    plain = accounting_file.accounting_workbook([row], FIRST, LAST, created_on=LAST, practice=True)
    accounting_file.require_agreeing(plain, 1, 40_000)
    for count, total in ((2, 40_000), (1, 40_001)):
        with pytest.raises(CustodyProblem, match="違います"):
            accounting_file.require_agreeing(plain, count, total)
