"""The programme at the desk: what is in force, what the ward still has to confirm, and the version kept with judgments."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.programme import Question
from kyufu_desktop.errors import Conflict
from kyufu_desktop.models.programme import ProgrammeVersion
from kyufu_desktop.services.programme_definitions import (
    CatalogueEntry,
    Definition,
    as_written,
    catalogue,
    chosen,
    definition,
    from_version,
    in_force,
    version_text,
)
from kyufu_desktop.services.session import Desk

__all__ = [
    "CatalogueEntry", "Definition", "as_written", "catalogue", "chosen", "definition", "from_version", "in_force", "keep_version",
    "open_questions", "require_confirmed",
]  # fmt: skip


def open_questions(desk: Desk) -> tuple[Question, ...]:
    """What the ward still has to confirm of the programme of this vault, as it stands now (not as at the login)."""
    with desk.look() as session:
        return in_force(session).questions


def require_confirmed(desk: Desk) -> None:
    """Before anything is drafted. Raises Conflict K-1641 while a value of the programme is not confirmed."""
    if desk.programme.questions:
        raise Conflict(
            "K-1641",
            f"給付の定義に、確かめていない値が{len(desk.programme.questions)}件あります。判定を起案していません。",
            todo="「給付の定義」で、取扱責任者2人が値を確定してください。",
        )


def keep_version(session: Session, desk: Desk, at: str) -> None:
    """The whole definition that the desk judges by, once, so that an old judgment can be explained after the file has changed.

    Raises Conflict K-1642 where a value was confirmed after this login: what is judged would rest on the value of before.
    """
    programme = desk.programme
    if session.scalar(select(ProgrammeVersion.id).where(ProgrammeVersion.digest == programme.digest)) is not None:
        return
    if in_force(session).digest != programme.digest:
        raise Conflict("K-1642", "給付の定義の値が、ログインのあとに変わりました。", todo="画面を施錠して、もう一度開けてください。")
    session.add(
        ProgrammeVersion(code=programme.code, digest=programme.digest, text=version_text(session, programme.code), first_used_at=at)
    )
