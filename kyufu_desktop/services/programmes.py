"""The programme at the desk: what is in force, what the ward still has to confirm, and the version kept with judgments."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.programme import Programme, Question
from kyufu_desktop.domain.programme_leaves import read_answer
from kyufu_desktop.domain.programme_words import Difference, WordSection, compare, describe
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed
from kyufu_desktop.models.programme import ProgrammeValue, ProgrammeVersion
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.security.approval import Statement
from kyufu_desktop.services.programme_definitions import (
    CatalogueEntry,
    Definition,
    as_written,
    catalogue,
    chosen,
    definition,
    digest_of,
    file_in_force,
    from_version,
    in_force,
    stored,
    version_text,
    with_values,
)
from kyufu_desktop.services.session import Desk, Second, require
from kyufu_desktop.services.signatures import keep_signature

__all__ = [
    "Answers", "CatalogueEntry", "Definition", "Difference", "ProgrammePage", "WordSection", "as_written", "catalogue", "chosen", "compare",
    "compared", "confirm", "definition", "describe", "from_version", "in_force", "keep_version", "open_questions", "page",
    "require_confirmed", "require_in_force",
]  # fmt: skip

#: key -> (what was typed or chosen, None = as proposed; what the ward rests it on)
Answers = Mapping[str, tuple[str | None, str]]


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """The vault's programme as it stands now. ``newer`` = a value was confirmed after this login: in force from the next one."""

    programme: Programme
    sections: tuple[WordSection, ...]
    questions: tuple[Question, ...]
    confirmed: Mapping[str, str]
    """key -> 「鈴木 係長・田中 主任 令和6年8月28日」."""
    newer: bool
    others: tuple[CatalogueEntry, ...]


def page(desk: Desk) -> ProgrammePage:
    """The whole station. Raises InputProblem K-1010 where a file of the catalogue is wrong."""
    with desk.look(Act.LOGGED_IN) as session:
        now = in_force(session)
        names = {row[0]: row[1] for row in session.execute(select(StaffMember.id, StaffMember.name))}
        rows = session.scalars(select(ProgrammeValue).where(ProgrammeValue.programme == now.code).order_by(ProgrammeValue.id))
        confirmed = {
            row.key: f"{names.get(row.set_by, '')}・{names.get(row.confirmed_by, '')} {wareki(date.fromisoformat(row.set_at[:10]))}"
            for row in rows
        }
    others = tuple(entry for entry in catalogue() if entry.code != now.code)
    return ProgrammePage(now, describe(now), now.questions, confirmed, now.digest != desk.programme.digest, others)


def compared(desk: Desk, code: str, *, everything: bool = False) -> tuple[Difference, ...]:
    """The vault's programme (left) beside another one of the catalogue. Raises FileProblem K-1640, InputProblem K-1010."""
    with desk.look(Act.LOGGED_IN) as session:
        now = in_force(session)
    return compare(now, as_written(code), everything=everything)


def confirm(desk: Desk, answers: Answers, second: Second) -> Changes:
    """Open values settled by an officer and a second one: rows that stay, signed by the second; in force from the next login.

    All answers or none. Raises NotAllowed K-1601 (no officer), K-1643 (the same person twice), InputProblem K-1644 (a value cannot be
    read), K-1645 (no source), K-1646 (nothing to confirm), K-1010 (the definition as a whole would not fit), Conflict K-1647 (settled by
    somebody else meanwhile).
    """
    require(desk.staff, Act.PROGRAMME_CONFIRMED)
    if not may_verify(Act.PROGRAMME_CONFIRMED, desk.staff.id, second.staff):
        raise NotAllowed("K-1643", "入れた人と確かめる人は、別の取扱責任者です。", todo="もう1人の取扱責任者に頼んでください。")
    if not answers:
        raise InputProblem("K-1646", "answers", "確定する値がありません。", todo="確定する行に、根拠を入れてください。")
    with desk.work(Act.PROGRAMME_CONFIRMED, second) as unit:
        session, at = unit.session, desk.now_text()
        now = in_force(session)
        settled = _settled(now, answers)
        file, known = file_in_force(session)
        confirmed = {**known, **settled}
        # Read as a whole before anything is kept: days must stay in order and amounts below their ceilings.
        after = with_values(file, confirmed)
        rows = [
            ProgrammeValue(
                programme=now.code,
                key=key,
                value=stored(value),
                source=source,
                set_at=at,
                set_by=desk.staff.id,
                confirmed_by=second.staff.id,
            )
            for key, (value, source) in settled.items()
        ]
        session.add_all(rows)
        session.flush()
        statement = Statement("programme", len(rows), 0, digest_of(file.digest, settled), desk.vault.generation, unit.next_seq)
        keep_signature(desk, unit, statement, second, (Act.PROGRAMME_CONFIRMED, "programme", rows[-1].id))
        unit.record(
            Act.PROGRAMME_CONFIRMED, "programme", rows[-1].id, programme=now.code, values=len(rows), left=len(after.questions),
            digest=hashlib.sha256(version_text(session, now.code).encode()).hexdigest(),
        )  # fmt: skip
    left = f"残りは{len(after.questions)}件です。" if after.questions else "すべて確定しました。"
    return Changes(Kind.PROGRAMME | Kind.AUDIT, f"給付の定義の{len(settled)}件を確定しました。{left}")


def _settled(now: Programme, answers: Answers) -> dict[str, tuple[object, str]]:
    questions = {question.key: question for question in now.questions}
    settled: dict[str, tuple[object, str]] = {}
    for key, (text, source) in answers.items():
        question = questions.get(key)
        if question is None:
            raise Conflict("K-1647", "もう確定した値が含まれています。", todo="画面を読み直して、残りを確定してください。")
        if not source.strip():
            raise InputProblem("K-1645", key, f"「{question.label}」の根拠がありません。", todo="要綱の条番号などを入れてください。")
        value = question.value if text is None else read_answer(key, question.value, text)
        settled[key] = (value, source.strip())
    return settled


def open_questions(desk: Desk) -> tuple[Question, ...]:
    """What the ward still has to confirm of the programme of this vault, as it stands now (not as at the login)."""
    with desk.look(Act.LOGGED_IN) as session:
        return in_force(session).questions


def require_confirmed(desk: Desk) -> None:
    """Before anything is drafted. Raises Conflict K-1641 while a value of the programme is not confirmed."""
    if desk.programme.questions:
        raise Conflict(
            "K-1641",
            f"給付の定義に、確かめていない値が{len(desk.programme.questions)}件あります。判定を起案していません。",
            todo="「給付の定義」で、取扱責任者2人が値を確定してください。",
        )


def require_in_force(session: Session, desk: Desk) -> None:
    """Before anything is signed. Raises Conflict K-1641 as :func:`require_confirmed`, K-1642 where the desk judges by an older version."""
    require_confirmed(desk)
    if in_force(session).digest != desk.programme.digest:
        raise _outdated()


def _outdated() -> Conflict:
    return Conflict("K-1642", "給付の定義の値が、ログインのあとに変わりました。", todo="画面を施錠して、もう一度開けてください。")


def keep_version(session: Session, desk: Desk, at: str) -> None:
    """The whole definition that the desk judges by, once, so that an old judgment can be explained after the file has changed.

    Raises Conflict K-1642 where a value was confirmed after this login: what is judged would rest on the value of before.
    """
    programme = desk.programme
    if session.scalar(select(ProgrammeVersion.id).where(ProgrammeVersion.digest == programme.digest)) is not None:
        return
    if in_force(session).digest != programme.digest:
        raise _outdated()
    session.add(
        ProgrammeVersion(code=programme.code, digest=programme.digest, text=version_text(session, programme.code), first_used_at=at)
    )
