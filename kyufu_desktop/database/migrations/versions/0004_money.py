"""Money: ways to pay, what became of each attempt, declines, heirs, applications, newer lists of banks, files that may have left.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_LIVE = "state IN ('振込準備', '結果待ち', '振込済', '組戻依頼中', '組戻不可', '返還請求中')"
_FORM_COLUMNS = (
    "id, case_id, letter_id, received_on, postmark_on, late, items, deficiencies, state, "
    "received_at, received_by, reviewed_by, completed_on"
)
#: What became of a payment stays as it was entered; who handed out money and who stood by too.
_TRIGGERS = (
    "CREATE TRIGGER payment_event_no_update BEFORE UPDATE ON payment_event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    "CREATE TRIGGER payment_event_no_delete BEFORE DELETE ON payment_event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    "CREATE TRIGGER cash_receipt_no_delete BEFORE DELETE ON cash_receipt BEGIN SELECT RAISE(ABORT, 'receipts are never deleted'); END",
    "CREATE TRIGGER decline_no_delete BEFORE DELETE ON decline BEGIN SELECT RAISE(ABORT, 'declines are never deleted'); END",
    "CREATE TRIGGER bank_list_no_update BEFORE UPDATE ON bank_list BEGIN SELECT RAISE(ABORT, 'a list is never rewritten'); END",
    # The rows that make a second payment impossible: never moved to another benefit, person, batch or sum.
    "CREATE TRIGGER payment_fixed BEFORE UPDATE OF batch_id, case_id, judgment_id, entitlement, benefit, attempt, reference, amount "
    "ON payment BEGIN SELECT RAISE(ABORT, 'a payment is never rewritten'); END",
    # Money that left comes back by a bank's word only, never by a word of this program.
    "CREATE TRIGGER payment_never_unsent BEFORE UPDATE OF state ON payment WHEN OLD.state <> '振込準備' AND OLD.state <> NEW.state AND "
    "NEW.state IN ('振込準備', '取消') BEGIN SELECT RAISE(ABORT, 'a payment that left is never called back to the house'); END",
)


def upgrade() -> None:
    op.create_table(
        "result_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.String(length=32), nullable=False),
        sa.Column("read_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_result_file_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_result_file_sha256")),
    )
    op.create_index(op.f("ix_result_file_batch_id"), "result_file", ["batch_id"], unique=False)
    op.create_table(
        "payment_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("result_file_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("second_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_event_payment_id")),
        sa.ForeignKeyConstraint(["result_file_id"], ["result_file.id"], name=op.f("fk_payment_event_result_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_event")),
    )
    op.create_index(op.f("ix_payment_event_payment_id"), "payment_event", ["payment_id"], unique=False)
    op.create_table(
        "cash_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.String(length=32), nullable=False),
        sa.Column("printed_by", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("receiver", sa.String(length=8), nullable=True),
        sa.Column("identity", sa.String(length=16), nullable=True),
        sa.Column("payer_id", sa.Integer(), nullable=True),
        sa.Column("payer_signature_id", sa.Integer(), nullable=True),
        sa.Column("witness_id", sa.Integer(), nullable=True),
        sa.Column("witness_signature_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.String(length=32), nullable=True),
        sa.Column("voided_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["payer_signature_id"], ["signature.id"], name=op.f("fk_cash_receipt_payer_signature_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_cash_receipt_payment_id")),
        sa.ForeignKeyConstraint(["witness_signature_id"], ["signature.id"], name=op.f("fk_cash_receipt_witness_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_receipt")),
        sa.UniqueConstraint("number", name=op.f("uq_cash_receipt_number")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_cash_receipt_payment_id")),
    )
    op.create_table(
        "decline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("entered_at", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", sa.String(length=32), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decline_case_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_decline_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decline")),
    )
    op.create_index(op.f("ix_decline_case_id"), "decline", ["case_id"], unique=False)
    op.create_index(op.f("ix_decline_letter_id"), "decline", ["letter_id"], unique=False)
    op.create_index("uq_decline_live", "decline", ["letter_id"], unique=True, sqlite_where=sa.text("withdrawn_at IS NULL"))
    op.create_table(
        "heir",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("register_seen", sa.Boolean(), nullable=False),
        sa.Column("consent_seen", sa.Boolean(), nullable=False),
        sa.Column("entered_at", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.String(length=32), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_heir_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_heir_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heir")),
    )
    op.create_index(op.f("ix_heir_case_id"), "heir", ["case_id"], unique=False)
    op.create_table(
        "bank_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("banks", sa.Integer(), nullable=False),
        sa.Column("branches", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("brought_at", sa.String(length=32), nullable=False),
        sa.Column("brought_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_list")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_list_sha256")),
    )

    op.add_column("batch", sa.Column("method", sa.String(length=8), nullable=False, server_default="TRANSFER"))
    op.add_column("batch", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("export", sa.Column("voided_at", sa.String(length=32), nullable=True))
    op.add_column("export", sa.Column("voided_by", sa.Integer(), nullable=True))
    op.add_column("account", sa.Column("method", sa.String(length=8), nullable=False, server_default="TRANSFER"))
    op.add_column("account", sa.Column("belongs_to", sa.String(length=8), nullable=False, server_default="SELF"))
    op.add_column("account", sa.Column("bank_list_on", sa.Date(), nullable=True))
    op.add_column("account", sa.Column("passbook_seen_at", sa.String(length=32), nullable=True))
    op.execute("UPDATE account SET passbook_seen_at = entered_at WHERE passbook_seen_by IS NOT NULL")
    for column in ("bank_kana", "branch_kana"):
        op.add_column("payment", sa.Column(column, sa.String(length=15), nullable=True))
    for column, table in (("proxy_id", "proxy"), ("heir_id", "heir")):
        op.execute(f"ALTER TABLE account ADD COLUMN {column} INTEGER CONSTRAINT fk_account_{column} REFERENCES {table} (id)")

    for index, column in (("uq_payment_entitlement_live", "entitlement"), ("uq_payment_judgment_live", "judgment_id")):
        op.drop_index(index, "payment")
        op.create_index(index, "payment", [column], unique=True, sqlite_where=sa.text(_LIVE))
    _forms_without_a_letter()
    for trigger in _TRIGGERS:
        op.execute(trigger)


def _forms_without_a_letter() -> None:
    """The letter of a form becomes optional: the file cannot change a column, and no table points at this one, so it is made anew."""
    op.create_table(
        "form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False, server_default="CONFIRMATION"),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("postmark_on", sa.Date(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("items", sa.String(), nullable=False),
        sa.Column("deficiencies", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.Column("received_by", sa.Integer(), nullable=False),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("second_look_at", sa.String(length=32), nullable=True),
        sa.Column("second_look_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_returned_form_case_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_returned_form_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_form")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_returned_form_letter_id")),
    )
    op.execute(f"INSERT INTO form ({_FORM_COLUMNS}) SELECT {_FORM_COLUMNS} FROM returned_form")  # noqa: S608
    op.execute("DROP TABLE returned_form")
    op.execute("ALTER TABLE form RENAME TO returned_form")
    op.create_index(op.f("ix_returned_form_case_id"), "returned_form", ["case_id"], unique=False)
    op.create_index(op.f("ix_returned_form_state"), "returned_form", ["state"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("a vault is never taken back to an older form: restore the copy that was made before")
