"""Bringing a vault's tables up to this program: refuse what is newer, keep a copy, go step by step."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from kyufu_desktop.database.engine import WRITES
from kyufu_desktop.errors import CustodyProblem

_SCRIPTS = Path(__file__).parent / "migrations"


def head() -> str:
    """Revision of the tables that this program knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def revision_of(engine: Engine) -> str | None:
    """Revision of the tables in the file; None for an empty file."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_older(engine: Engine) -> bool:
    """Whether the file must be brought up. Raises CustodyProblem K-1425 where a newer program wrote it."""
    found = revision_of(engine)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise CustodyProblem(
            "K-1425",
            "この保管庫は、もっと新しい版のプログラムで使われています。",
            kept="保管庫は変えていません。",
            todo="新しい版のプログラムで開いてください。",
        )
    return found != head()


def upgrade(engine: Engine) -> None:
    """All missing steps in one transaction; on any error the file is as before."""
    config = _config()
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
