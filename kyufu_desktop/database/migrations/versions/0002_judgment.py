"""Judgment deepened: notices, proxies, household events, exits, confirmed values; approvals that a changed fact voids.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: What was judged stays as it was written: only its state and what happened to it afterwards may change.
_TRIGGERS = (
    "CREATE TRIGGER judgment_no_delete BEFORE DELETE ON judgment BEGIN SELECT RAISE(ABORT, 'judgments are never deleted'); END",
    "CREATE TRIGGER judgment_content_fixed BEFORE UPDATE OF case_id, person_id, benefit, benefit_key, outcome, amount, reasons, "
    "conditions, working, children, facts, programme, programme_digest, judged_on, digest, "
    "drafted_by, drafted_at ON judgment BEGIN SELECT RAISE(ABORT, 'what was judged is never rewritten'); END",
    "CREATE TRIGGER notice_no_delete BEFORE DELETE ON received_notice BEGIN SELECT RAISE(ABORT, 'notices are never deleted'); END",
    "CREATE TRIGGER case_exit_no_delete BEFORE DELETE ON case_exit BEGIN SELECT RAISE(ABORT, 'exits are never deleted'); END",
    "CREATE TRIGGER household_event_no_delete BEFORE DELETE ON household_event BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END",
    "CREATE TRIGGER programme_value_no_update BEFORE UPDATE ON programme_value BEGIN SELECT RAISE(ABORT, 'values are append-only'); END",
    "CREATE TRIGGER programme_value_no_delete BEFORE DELETE ON programme_value BEGIN SELECT RAISE(ABORT, 'values are append-only'); END",
)


def upgrade() -> None:
    op.create_table(
        "programme_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("set_at", sa.String(length=32), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_value")),
    )
    op.create_index(op.f("ix_programme_value_programme"), "programme_value", ["programme"], unique=False)
    op.create_table(
        "received_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kana", sa.String(), nullable=False),
        sa.Column("kana_folded", sa.String(), nullable=False),
        sa.Column("birth_day", sa.Date(), nullable=True),
        sa.Column("resident_number", sa.String(length=10), nullable=True),
        sa.Column("household_number", sa.String(length=9), nullable=True),
        sa.Column("companions", sa.String(), nullable=False),
        sa.Column("notice_key", sa.LargeBinary(), nullable=False),
        sa.Column("sender_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.String(length=32), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("verified_at", sa.String(length=32), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.String(length=32), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_received_notice_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_notice")),
        sa.UniqueConstraint("number", name=op.f("uq_received_notice_number")),
    )
    op.create_index(op.f("ix_received_notice_case_id"), "received_notice", ["case_id"], unique=False)
    op.create_index(op.f("ix_received_notice_household_number"), "received_notice", ["household_number"], unique=False)
    op.create_index(op.f("ix_received_notice_kana_folded"), "received_notice", ["kana_folded"], unique=False)
    op.create_index(op.f("ix_received_notice_resident_number"), "received_notice", ["resident_number"], unique=False)
    op.create_table(
        "proxy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("document_seen", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.String(length=32), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_proxy_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy")),
    )
    op.create_index(op.f("ix_proxy_case_id"), "proxy", ["case_id"], unique=False)
    op.create_table(
        "household_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entered_at", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.Column("revoked_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_household_event_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_household_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_event")),
    )
    op.create_index(op.f("ix_household_event_case_id"), "household_event", ["case_id"], unique=False)
    op.create_table(
        "case_exit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("after_decision", sa.Boolean(), nullable=False),
        sa.Column("after_payment", sa.Boolean(), nullable=False),
        sa.Column("entered_at", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.Column("revoked_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_exit_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_exit")),
    )
    op.create_index(op.f("ix_case_exit_case_id"), "case_exit", ["case_id"], unique=False)
    op.create_table(
        "municipality_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Boolean(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_at", sa.String(length=32), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_municipality_notice_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality_notice")),
    )
    op.create_index(op.f("ix_municipality_notice_case_id"), "municipality_notice", ["case_id"], unique=False)

    op.add_column("tax_fact", sa.Column("adjustment_decided", sa.Integer(), nullable=True))
    op.add_column("tax_fact", sa.Column("outside_tax_cut", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("evidence", sa.Column("basis", sa.String(length=8), nullable=True))
    op.add_column("evidence", sa.Column("moved_in_on", sa.Date(), nullable=True))
    op.add_column("evidence", sa.Column("withdrawn_by", sa.Integer(), nullable=True))
    op.add_column("evidence", sa.Column("withdrawn_reason", sa.String(), nullable=True))
    op.add_column("judgment", sa.Column("void_reason", sa.String(), nullable=True))
    op.add_column("judgment", sa.Column("voided_at", sa.String(length=32), nullable=True))
    op.add_column("judgment", sa.Column("voided_by", sa.Integer(), nullable=True))
    op.add_column("collation_finding", sa.Column("source", sa.String(length=8), nullable=False, server_default="PLANNED"))
    # A column that points elsewhere is written out: the tool for migrations cannot add one to an existing table of this file.
    for column, table in (("other_case_id", "cases"), ("notice_id", "received_notice")):
        op.execute(
            f"ALTER TABLE collation_finding ADD COLUMN {column} INTEGER CONSTRAINT fk_collation_finding_{column} REFERENCES {table} (id)"
        )
    op.create_index(op.f("ix_collation_finding_source"), "collation_finding", ["source"], unique=False)

    for trigger in _TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    raise NotImplementedError("a vault is never taken back to an older form: restore the copy that was made before")
