"""Runs the migrations on the connection that is handed over; there is no other way in, the file needs its key."""

from __future__ import annotations

from alembic import context

from kyufu_desktop import models  # noqa: F401  all tables must be known
from kyufu_desktop.models.base import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
