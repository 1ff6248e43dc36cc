"""A vault of revision 0003 with letters, forms and payments in every state is brought up: all of it is there, and guarded as before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from kyufu_desktop.database import migrate
from kyufu_desktop.database.engine import WRITES, check_integrity, open_engine
from kyufu_desktop.domain.payment import OCCUPYING, PaymentState

#: The states that a payment could be in before the revision of the money.
OLD_STATES = ("振込準備", "結果待ち", "振込済", "振込不能", "取消")
OLD_OCCUPYING = ("振込準備", "結果待ち", "振込済")
FORM_STATES = ("収受", "不備", "審査完了", "補正済")
_FILL: dict[str, object] = {"DATE": "2024-08-28", "BOOLEAN": 0, "INTEGER": 1, "BLOB": b"sealed"}


def put(connection: Connection, table: str, **values: object) -> None:
    """A row by SQL; what must not be empty and is not given is filled by its type."""
    row = dict(values)
    for _, name, kind, not_null, default, _ in connection.exec_driver_sql(f"PRAGMA table_info({table})"):
        if not_null and default is None and name not in row and name != "id":
            row[name] = _FILL.get(kind, f"{table}.{name}"[: int(kind[8:-1])] if kind.startswith("VARCHAR(") else "見本")
    names = ", ".join(f'"{name}"' for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})"), row)


def snapshot(engine: Engine, tables: dict[str, list[str]]) -> dict[str, list[tuple[Any, ...]]]:
    with engine.connect() as connection:
        return {
            table: [tuple(row) for row in connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id")]
            for table, columns in tables.items()
        }


def columns_of(engine: Engine, *tables: str) -> dict[str, list[str]]:
    with engine.connect() as connection:
        return {table: [f'"{name}"' for _, name, *_ in connection.exec_driver_sql(f"PRAGMA table_info({table})")] for table in tables}


def writing(engine: Engine) -> Engine:
    return engine.execution_options(**{WRITES: True})


@pytest.fixture(scope="module")
def brought_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, dict[str, Any], dict[str, Any]]]:
    """The file after the revision, and what its rows were before and are now, in the columns that there were before."""
    engine = open_engine(tmp_path_factory.mktemp("old") / "vault.db", bytes(range(32)), new=True)
    config = migrate._config()
    with writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
    assert migrate.revision_of(engine) == "0003"
    with writing(engine).begin() as connection:
        put(connection, "import_file", id=1)
        put(connection, "batch", id=1, number=1, state="結果待ち", count=5, total=500_000)
        for number, state in enumerate(OLD_STATES, start=1):
            _case(connection, number)
            put(
                connection,
                "payment",
                id=number,
                batch_id=1,
                case_id=number,
                judgment_id=number,
                account_id=number,
                entitlement=f"r6|household|{number:010d}",
                attempt=1,
                reference=f"{number:010d}",
                amount=100_000,
                state=state,
                failure="口座なし" if state == "振込不能" else None,
            )
        put(connection, "paid_child", id=1, programme="r6", resident_number="0000000009", payment_id=3)
    columns = columns_of(engine, "letter", "letter_benefit", "returned_form", "payment", "batch", "account", "paid_child")
    before = snapshot(engine, columns)
    assert migrate.is_older(engine)
    migrate.upgrade(engine)
    yield engine, before, snapshot(engine, columns)
    engine.dispose()


def _case(connection: Connection, number: int) -> None:
    """A case with its judgment, account, letter and the form that came back, if it is not the last one."""
    put(connection, "cases", id=number, import_id=1, management_number=f"R6{number:08d}", household_number=f"{number:09d}")
    put(connection, "person", id=number, case_id=number, resident_number=f"{number:010d}")
    put(connection, "safe_address", id=number, case_id=number)
    put(connection, "judgment", id=number, case_id=number, person_id=None, benefit_key="household", benefit="hikazei", amount=100_000)
    put(connection, "account", id=number, case_id=number, number=f"{number:07d}", superseded_by=None)
    put(
        connection,
        "letter",
        id=number,
        case_id=number,
        address_id=number,
        kind="confirmation",
        issue=1,
        code=f"R6{number:08d}-01",
        document_number=f"第{number}号",
        state="発送済",
        return_due="2024-10-31",
        job_id=None,
    )
    put(connection, "letter_benefit", id=number, letter_id=number, judgment_id=number)
    if number <= len(FORM_STATES):
        put(
            connection,
            "returned_form",
            id=number * 10,
            case_id=number,
            letter_id=number,
            items='{"PLEDGES": "FITS", "late_reason": "災害のため受け付ける"}',
            deficiencies="[]",
            state=FORM_STATES[number - 1],
            postmark_on="2024-08-27",
        )


def test_every_row_is_there_word_for_word(brought_up: tuple[Engine, dict[str, Any], dict[str, Any]]) -> None:
    engine, before, after = brought_up
    assert migrate.revision_of(engine) == migrate.head()
    assert [len(before[table]) for table in ("letter", "returned_form", "payment")] == [5, 4, 5]
    assert after == before
    check_integrity(engine)


def test_forms_keep_their_letters_and_are_no_applications(brought_up: tuple[Engine, dict[str, Any], dict[str, Any]]) -> None:
    engine, *_ = brought_up
    with engine.connect() as connection:
        forms = connection.exec_driver_sql("SELECT id, letter_id, kind, state, second_look_by FROM returned_form ORDER BY id").all()
        assert [tuple(form) for form in forms] == [
            (number * 10, number, "CONFIRMATION", state, None) for number, state in enumerate(FORM_STATES, start=1)
        ]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_a_letter_still_has_one_form_and_an_application_needs_none(brought_up: tuple[Engine, dict[str, Any], dict[str, Any]]) -> None:
    engine, *_ = brought_up
    with pytest.raises(IntegrityError), writing(engine).begin() as connection:
        put(connection, "returned_form", id=98, case_id=1, letter_id=1, state="収受")
    with writing(engine).begin() as connection:
        for form in (96, 97):
            put(connection, "returned_form", id=form, case_id=5, letter_id=None, kind="APPLICATION", state="収受")
        connection.exec_driver_sql("DELETE FROM returned_form WHERE id IN (96, 97)")


def test_the_new_columns_say_what_the_old_file_meant(brought_up: tuple[Engine, dict[str, Any], dict[str, Any]]) -> None:
    engine, *_ = brought_up
    with engine.connect() as connection:
        assert set(connection.exec_driver_sql("SELECT method, revision FROM batch").all()) == {("TRANSFER", 0)}
        assert set(connection.exec_driver_sql("SELECT method, belongs_to FROM account").all()) == {("TRANSFER", "SELF")}
        assert connection.exec_driver_sql("SELECT count(*) FROM payment_event").scalar() == 0


@pytest.mark.parametrize("state", OLD_STATES)
def test_a_second_payment_is_refused_exactly_where_the_first_holds_the_money(
    brought_up: tuple[Engine, dict[str, Any], dict[str, Any]], state: str
) -> None:
    """Both last words of the file: the benefit, and the person's right to it under another judgment."""
    engine, *_ = brought_up
    number = OLD_STATES.index(state) + 1
    second = {"batch_id": 1, "case_id": number, "account_id": number, "attempt": 2, "amount": 100_000, "state": "振込準備"}
    # Another right under the same judgment, and the same right under a judgment that is free (that of the failed payment).
    for judgment, entitlement, guard in (
        (number, "other", "payment.judgment_id"),
        (4, f"r6|household|{number:010d}", "payment.entitlement"),
    ):
        connection = writing(engine).connect()
        try:
            put(connection, "payment", **second, judgment_id=judgment, entitlement=entitlement, reference="second")
            refused = ""
        except IntegrityError as problem:
            refused = str(problem.orig)
        finally:
            connection.rollback()
            connection.close()
        assert (guard in refused) == (state in OLD_OCCUPYING), refused


@pytest.mark.parametrize("state", sorted(OCCUPYING))
def test_money_that_is_asked_back_holds_its_benefit_too(
    brought_up: tuple[Engine, dict[str, Any], dict[str, Any]], state: PaymentState
) -> None:
    engine, *_ = brought_up
    first = {"batch_id": 1, "case_id": 4, "judgment_id": 4, "account_id": 4, "amount": 100_000, "entitlement": "one"}
    connection = writing(engine).connect()
    try:
        put(connection, "payment", **first, attempt=2, reference="a", state=state.value)
        with pytest.raises(IntegrityError):
            put(connection, "payment", **{**first, "entitlement": "two"}, attempt=3, reference="b", state="振込準備")
    finally:
        connection.rollback()
        connection.close()


def test_a_payment_is_not_moved_to_another_benefit_and_not_called_back_to_the_house(
    brought_up: tuple[Engine, dict[str, Any], dict[str, Any]],
) -> None:
    engine, *_ = brought_up
    for statement in ("UPDATE payment SET judgment_id = 4 WHERE id = 1", "UPDATE payment SET state = '取消' WHERE id = 3"):
        with pytest.raises(DatabaseError), writing(engine).begin() as connection:
            connection.exec_driver_sql(statement)
