"""The first tables.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: The log is append-only: the file itself refuses a change or a deletion, whoever asks.
_TRIGGERS = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "CREATE TRIGGER signature_no_update BEFORE UPDATE ON signature BEGIN SELECT RAISE(ABORT, 'signature is append-only'); END",
    "CREATE TRIGGER signature_no_delete BEFORE DELETE ON signature BEGIN SELECT RAISE(ABORT, 'signature is append-only'); END",
    "CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'payments are never deleted'); END",
    "CREATE TRIGGER batch_no_delete BEFORE DELETE ON batch BEGIN SELECT RAISE(ABORT, 'batches are never deleted'); END",
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("monotonic_ms", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_act"), "audit", ["act"], unique=False)
    op.create_index(op.f("ix_audit_subject_id"), "audit", ["subject_id"], unique=False)
    op.create_table(
        "export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("medium", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("read_back_at", sa.String(length=32), nullable=True),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("password_printed_at", sa.String(length=32), nullable=True),
        sa.Column("password_printed_by", sa.Integer(), nullable=True),
        sa.Column("handed_over_at", sa.String(length=32), nullable=True),
        sa.Column("receiver", sa.String(), nullable=True),
        sa.Column("bag", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_table(
        "import_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("imported_at", sa.String(length=32), nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_import_file_sha256")),
    )
    op.create_table(
        "print_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("printer", sa.String(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("good_sheets", sa.Integer(), nullable=True),
        sa.Column("shredded_sheets", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.String(length=32), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
    )
    op.create_table(
        "programme_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("first_used_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_version")),
        sa.UniqueConstraint("digest", name=op.f("uq_programme_version_digest")),
    )
    op.create_table(
        "setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("name", name=op.f("uq_setting_name")),
    )
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("signer_id", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.String(length=32), nullable=False),
        sa.Column("removed_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "vault_info",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vault_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_info")),
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("transfer_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.String(length=32), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.String(length=32), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("export_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["export_id"], ["export.id"], name=op.f("fk_batch_export_id")),
        sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=op.f("fk_batch_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_batch_number")),
    )
    op.create_index(op.f("ix_batch_state"), "batch", ["state"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("management_number", sa.String(length=10), nullable=False),
        sa.Column("household_number", sa.String(length=9), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("programme", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("case_key", sa.LargeBinary(), nullable=True),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("history", sa.String(length=16), nullable=True),
        sa.Column("history_reason", sa.String(), nullable=True),
        sa.Column("host_paid_cleared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("changed_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_file.id"], name=op.f("fk_cases_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("household_number", name=op.f("uq_cases_household_number")),
        sa.UniqueConstraint("management_number", name=op.f("uq_cases_management_number")),
    )
    op.create_index(op.f("ix_cases_status"), "cases", ["status"], unique=False)
    op.create_table(
        "planned_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("management_number", sa.String(length=10), nullable=False),
        sa.Column("household_number", sa.String(length=9), nullable=False),
        sa.Column("head_number", sa.String(length=10), nullable=False),
        sa.Column("kana_folded", sa.String(), nullable=False),
        sa.Column("birth_day", sa.Date(), nullable=True),
        sa.Column("benefit", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("child_number", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_file.id"], name=op.f("fk_planned_row_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_row")),
    )
    op.create_index(op.f("ix_planned_row_import_id"), "planned_row", ["import_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("origin_on", sa.Date(), nullable=False),
        sa.Column("bank", sa.String(length=4), nullable=False),
        sa.Column("branch", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=1), nullable=False),
        sa.Column("number", sa.String(length=7), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("holder_written", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("passbook_seen_by", sa.Integer(), nullable=True),
        sa.Column("holder_differs_reason", sa.String(), nullable=True),
        sa.Column("entered_at", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.String(length=32), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("superseded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_account_case_id")),
        sa.ForeignKeyConstraint(["superseded_by"], ["account.id"], name=op.f("fk_account_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(op.f("ix_account_case_id"), "account", ["case_id"], unique=False)
    op.create_index("uq_account_live", "account", ["case_id"], unique=True, sqlite_where=sa.text("superseded_by IS NULL"))
    op.create_table(
        "collation_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("keys", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(length=8), nullable=False),
        sa.Column("benefit", sa.String(length=12), nullable=False),
        sa.Column("planned_management_number", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("child_number", sa.String(length=10), nullable=True),
        sa.Column("advice", sa.String(), nullable=False),
        sa.Column("found_at", sa.String(length=32), nullable=False),
        sa.Column("gone_at", sa.String(length=32), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=True),
        sa.Column("decided_at", sa.String(length=32), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_collation_finding_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collation_finding")),
    )
    op.create_index(op.f("ix_collation_finding_case_id"), "collation_finding", ["case_id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("entered_at", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_contact_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_case_id"), "contact", ["case_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("issuer_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("companions", sa.String(), nullable=False),
        sa.Column("entered_at", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.String(length=32), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_evidence_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_case_id"), "evidence", ["case_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("resident_number", sa.String(length=10), nullable=False),
        sa.Column("relation", sa.String(length=8), nullable=False),
        sa.Column("relation_word", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kana", sa.String(), nullable=False),
        sa.Column("kana_folded", sa.String(), nullable=False),
        sa.Column("former_name", sa.String(), nullable=True),
        sa.Column("birth_written", sa.String(), nullable=False),
        sa.Column("birth_day", sa.Date(), nullable=True),
        sa.Column("residence_card", sa.String(), nullable=True),
        sa.Column("registered_postal", sa.String(), nullable=False),
        sa.Column("registered_address", sa.String(), nullable=False),
        sa.Column("registered_building", sa.String(), nullable=True),
        sa.Column("braille", sa.String(), nullable=True),
        sa.Column("moved_in_from", sa.String(), nullable=True),
        sa.Column("past_account", sa.String(), nullable=True),
        sa.Column("public_account", sa.String(), nullable=True),
        sa.Column("welfare_account", sa.String(), nullable=True),
        sa.Column("account_flag", sa.String(length=1), nullable=False),
        sa.Column("paid_by_host", sa.Boolean(), nullable=False),
        sa.Column("unprintable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_person_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("resident_number", name=op.f("uq_person_resident_number")),
    )
    op.create_index(op.f("ix_person_case_id"), "person", ["case_id"], unique=False)
    op.create_index(op.f("ix_person_kana_folded"), "person", ["kana_folded"], unique=False)
    op.create_table(
        "safe_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("entered_at", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.String(length=32), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_safe_address_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safe_address")),
    )
    op.create_index(op.f("ix_safe_address_case_id"), "safe_address", ["case_id"], unique=False)
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("asked_of", sa.String(), nullable=False),
        sa.Column("asked_at", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("export_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(length=8), nullable=True),
        sa.Column("answered_at", sa.String(length=32), nullable=True),
        sa.Column("answer_import_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["answer_import_id"], ["import_file.id"], name=op.f("fk_inquiry_answer_import_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inquiry_case_id")),
        sa.ForeignKeyConstraint(["export_id"], ["export.id"], name=op.f("fk_inquiry_export_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inquiry_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
    )
    op.create_index(op.f("ix_inquiry_case_id"), "inquiry", ["case_id"], unique=False)
    op.create_index(op.f("ix_inquiry_person_id"), "inquiry", ["person_id"], unique=False)
    op.create_table(
        "judgment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("benefit", sa.String(length=12), nullable=False),
        sa.Column("benefit_key", sa.String(length=24), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("conditions", sa.String(), nullable=False),
        sa.Column("working", sa.String(), nullable=True),
        sa.Column("children", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("programme", sa.String(length=16), nullable=False),
        sa.Column("programme_digest", sa.String(length=64), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("drafted_by", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.String(length=32), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.String(length=32), nullable=True),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.Column("returned_reason", sa.String(), nullable=True),
        sa.Column("superseded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_judgment_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_judgment_person_id")),
        sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=op.f("fk_judgment_signature_id")),
        sa.ForeignKeyConstraint(["superseded_by"], ["judgment.id"], name=op.f("fk_judgment_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgment")),
    )
    op.create_index(op.f("ix_judgment_case_id"), "judgment", ["case_id"], unique=False)
    op.create_index(op.f("ix_judgment_state"), "judgment", ["state"], unique=False)
    op.create_index("uq_judgment_live", "judgment", ["case_id", "benefit_key"], unique=True, sqlite_where=sa.text("superseded_by IS NULL"))
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("return_due", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("job_position", sa.Integer(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("reprint_reason", sa.String(), nullable=True),
        sa.Column("prepared_at", sa.String(length=32), nullable=False),
        sa.Column("prepared_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["safe_address.id"], name=op.f("fk_letter_address_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_letter_case_id")),
        sa.ForeignKeyConstraint(["job_id"], ["print_job.id"], name=op.f("fk_letter_job_id")),
        sa.ForeignKeyConstraint(["voided_by"], ["letter.id"], name=op.f("fk_letter_voided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("case_id", "kind", "issue", name=op.f("uq_letter_case_id_kind_issue")),
        sa.UniqueConstraint("code", name=op.f("uq_letter_code")),
    )
    op.create_index(op.f("ix_letter_case_id"), "letter", ["case_id"], unique=False)
    op.create_index(op.f("ix_letter_job_id"), "letter", ["job_id"], unique=False)
    op.create_index(op.f("ix_letter_state"), "letter", ["state"], unique=False)
    op.create_table(
        "tax_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("levy", sa.String(length=8), nullable=True),
        sa.Column("income_levy", sa.Integer(), nullable=True),
        sa.Column("income_tax", sa.Integer(), nullable=True),
        sa.Column("total_income", sa.Integer(), nullable=True),
        sa.Column("undeclared", sa.Boolean(), nullable=False),
        sa.Column("treaty_exempt", sa.Boolean(), nullable=False),
        sa.Column("supporter_number", sa.String(length=10), nullable=True),
        sa.Column("supporter_outside_ward", sa.Boolean(), nullable=False),
        sa.Column("spouse", sa.Integer(), nullable=False),
        sa.Column("dependants_general", sa.Integer(), nullable=False),
        sa.Column("dependants_specific", sa.Integer(), nullable=False),
        sa.Column("dependants_elderly", sa.Integer(), nullable=False),
        sa.Column("dependants_under16", sa.Integer(), nullable=False),
        sa.Column("dependants_abroad", sa.Integer(), nullable=False),
        sa.Column("r5_target", sa.Boolean(), nullable=False),
        sa.Column("r5_head", sa.Boolean(), nullable=False),
        sa.Column("welfare", sa.Boolean(), nullable=False),
        sa.Column("entered_japan_late", sa.Boolean(), nullable=False),
        sa.Column("entered_at", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tax_fact_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_fact")),
    )
    op.create_index(op.f("ix_tax_fact_person_id"), "tax_fact", ["person_id"], unique=False)
    op.create_table(
        "letter_benefit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("judgment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["judgment_id"], ["judgment.id"], name=op.f("fk_letter_benefit_judgment_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_benefit_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_benefit")),
    )
    op.create_index(op.f("ix_letter_benefit_judgment_id"), "letter_benefit", ["judgment_id"], unique=False)
    op.create_index(op.f("ix_letter_benefit_letter_id"), "letter_benefit", ["letter_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("judgment_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("entitlement", sa.String(), nullable=False),
        sa.Column("benefit", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("bank", sa.String(length=4), nullable=False),
        sa.Column("branch", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=1), nullable=False),
        sa.Column("number", sa.String(length=7), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("failure", sa.String(length=16), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("result_at", sa.String(length=32), nullable=True),
        sa.Column("result_by", sa.Integer(), nullable=True),
        sa.Column("reported_export_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_payment_account_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_payment_batch_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_payment_case_id")),
        sa.ForeignKeyConstraint(["judgment_id"], ["judgment.id"], name=op.f("fk_payment_judgment_id")),
        sa.ForeignKeyConstraint(["reported_export_id"], ["export.id"], name=op.f("fk_payment_reported_export_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("judgment_id", "attempt", name=op.f("uq_payment_judgment_id_attempt")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_reference")),
    )
    op.create_index(op.f("ix_payment_batch_id"), "payment", ["batch_id"], unique=False)
    op.create_index(op.f("ix_payment_case_id"), "payment", ["case_id"], unique=False)
    op.create_index(op.f("ix_payment_judgment_id"), "payment", ["judgment_id"], unique=False)
    op.create_index(op.f("ix_payment_state"), "payment", ["state"], unique=False)
    op.create_index(
        "uq_payment_entitlement_live",
        "payment",
        ["entitlement"],
        unique=True,
        sqlite_where=sa.text("state IN ('振込準備', '結果待ち', '振込済')"),
    )
    op.create_index(
        "uq_payment_judgment_live",
        "payment",
        ["judgment_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('振込準備', '結果待ち', '振込済')"),
    )
    op.create_table(
        "returned_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_returned_form_case_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_returned_form_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_form")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_returned_form_letter_id")),
    )
    op.create_index(op.f("ix_returned_form_case_id"), "returned_form", ["case_id"], unique=False)
    op.create_index(op.f("ix_returned_form_state"), "returned_form", ["state"], unique=False)
    op.create_table(
        "paid_child",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(length=16), nullable=False),
        sa.Column("resident_number", sa.String(length=10), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_paid_child_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paid_child")),
    )
    op.create_index(op.f("ix_paid_child_payment_id"), "paid_child", ["payment_id"], unique=False)
    op.create_index(
        "uq_paid_child_live", "paid_child", ["programme", "resident_number"], unique=True, sqlite_where=sa.text("released_at IS NULL")
    )

    for trigger in _TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    raise NotImplementedError("a vault is never taken back to an older form: restore the copy that was made before")
