"""Every letter: kinds, layouts, enclosing check, returned mail, the ward's wording, characters as pictures, test pages, erased media.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: What was looked at, what a person reads in a letter and how a character is drawn stay as they were written.
_TRIGGERS = (
    "CREATE TRIGGER enclosing_check_no_update BEFORE UPDATE ON enclosing_check BEGIN SELECT RAISE(ABORT, 'checks are append-only'); END",
    "CREATE TRIGGER enclosing_check_no_delete BEFORE DELETE ON enclosing_check BEGIN SELECT RAISE(ABORT, 'checks are append-only'); END",
    "CREATE TRIGGER returned_mail_no_delete BEFORE DELETE ON returned_mail BEGIN SELECT RAISE(ABORT, 'mail is never deleted'); END",
    "CREATE TRIGGER letter_wording_fixed BEFORE UPDATE OF kind, version, text, valid_from, made_by, made_at ON letter_wording "
    "BEGIN SELECT RAISE(ABORT, 'wording is never rewritten'); END",
    "CREATE TRIGGER gaiji_fixed BEFORE UPDATE OF characters, image, source, entered_by, entered_at ON gaiji "
    "BEGIN SELECT RAISE(ABORT, 'a character is never redrawn'); END",
)


def upgrade() -> None:
    op.create_table(
        "gaiji",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("characters", sa.String(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entered_at", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.String(length=32), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.String(length=32), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaiji")),
    )
    op.create_index(op.f("ix_gaiji_characters"), "gaiji", ["characters"], unique=False)
    op.create_table(
        "printer_test",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("printer", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("tray", sa.String(), nullable=False),
        sa.Column("duplex", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("printed_at", sa.String(length=32), nullable=False),
        sa.Column("printed_by", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.String(length=32), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printer_test")),
    )
    op.create_table(
        "letter_wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.String(length=32), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.String(length=32), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=op.f("fk_letter_wording_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_wording")),
    )
    op.create_index(op.f("ix_letter_wording_kind"), "letter_wording", ["kind"], unique=False)
    op.create_table(
        "medium_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=True),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("witness", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("erased_at", sa.String(length=32), nullable=True),
        sa.Column("erased_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["export_id"], ["export.id"], name=op.f("fk_medium_return_export_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medium_return")),
        sa.UniqueConstraint("export_id", name=op.f("uq_medium_return_export_id")),
    )
    op.create_table(
        "enclosing_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("envelope", sa.String(), nullable=False),
        sa.Column("pages", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("checked_at", sa.String(length=32), nullable=False),
        sa.Column("checked_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_enclosing_check_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enclosing_check")),
    )
    op.create_index(op.f("ix_enclosing_check_letter_id"), "enclosing_check", ["letter_id"], unique=False)
    op.create_table(
        "returned_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("came_back_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("settled_how", sa.String(length=16), nullable=True),
        sa.Column("settled_at", sa.String(length=32), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_returned_mail_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_returned_mail_contact_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_returned_mail_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_mail")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_returned_mail_letter_id")),
    )
    op.create_index(op.f("ix_returned_mail_case_id"), "returned_mail", ["case_id"], unique=False)

    op.add_column("letter", sa.Column("pages", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("letter", sa.Column("layout", sa.String(length=8), nullable=False, server_default="STANDARD"))
    op.add_column("letter", sa.Column("wording_version", sa.String(), nullable=False, server_default=""))
    op.add_column("letter", sa.Column("form_id", sa.Integer(), nullable=True))
    op.add_column("letter", sa.Column("enclosed_at", sa.String(length=32), nullable=True))
    op.add_column("letter", sa.Column("enclosed_by", sa.Integer(), nullable=True))
    # A column that points elsewhere is written out: the tool for migrations cannot add one to an existing table of this file.
    for column, table in (("batch_id", "batch"), ("proxy_id", "proxy")):
        op.execute(f"ALTER TABLE letter ADD COLUMN {column} INTEGER CONSTRAINT fk_letter_{column} REFERENCES {table} (id)")
    # The day a form is due becomes optional: the file cannot change a column, so a new one takes its place.
    op.execute("ALTER TABLE letter ADD COLUMN due DATE")
    op.execute("UPDATE letter SET due = return_due, pages = sheets")
    op.execute("ALTER TABLE letter DROP COLUMN return_due")
    op.execute("ALTER TABLE letter RENAME COLUMN due TO return_due")
    op.add_column("print_job", sa.Column("device", sa.String(), nullable=False, server_default=""))
    op.add_column("print_job", sa.Column("tray", sa.String(), nullable=False, server_default=""))
    op.add_column("print_job", sa.Column("duplex", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("print_job", sa.Column("queue_job", sa.String(), nullable=True))
    op.add_column("print_job", sa.Column("failure", sa.String(length=16), nullable=True))

    for trigger in _TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    raise NotImplementedError("a vault is never taken back to an older form: restore the copy that was made before")
