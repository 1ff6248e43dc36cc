"""What the station 通知の文言 shows: versions with their states, fields as they are typed, changes field by field."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents.wording_edit import typed_form
from kyufu_desktop.documents.wording_fields import Form, value_of, words_of_kind
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind
from kyufu_desktop.domain.letter_wording import Dated, WordingState, state_of
from kyufu_desktop.models.letter import LetterWording
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.services import letter_words
from kyufu_desktop.services.session import Desk

#: Number of the words that come with the program.
SHIPPED = 0


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version. ``made`` and ``approved``: 「佐藤 主事 令和6年8月28日」. ``sound``: not approved, or still exactly what was signed."""

    version_id: int
    kind: LetterKind
    version: str
    state: WordingState
    valid_from: date
    reason: str
    made: str
    made_by: int
    approved: str
    sound: bool


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of letter with all its versions, the newest first. ``now`` is the one in force."""

    kind: LetterKind
    label: str
    now: VersionRow
    versions: tuple[VersionRow, ...]

    @property
    def waiting(self) -> tuple[VersionRow, ...]:
        """Versions that wait for a second person."""
        return tuple(each for each in self.versions if each.state is WordingState.WAITING)


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field as it is typed. ``choices``: what a switch says when it is off and on; empty for words."""

    key: str
    label: str
    group: str
    hint: str
    value: str
    lines: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedWord:
    key: str
    label: str
    group: str
    before: str
    after: str


def fields_of(kind: LetterKind, table: Mapping[str, Any]) -> tuple[FieldRow, ...]:
    """Every field that may be changed, in the order of the letter."""
    return tuple(
        FieldRow(
            field.key,
            field.label,
            field.group,
            field.hint,
            typed_form(field, table),
            field.form in (Form.LINES, Form.STEPS),
            field.words if field.form is Form.SWITCH else (),
        )
        for field in words_of_kind(kind)
    )


def changes_between(kind: LetterKind, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[ChangedWord, ...]:
    """The fields that two tables do not have in common, in the order of the letter."""
    return tuple(
        ChangedWord(field.key, field.label, field.group, typed_form(field, before), typed_form(field, after))
        for field in words_of_kind(kind)
        if value_of(before, field.key) != value_of(after, field.key)
    )


def rows_of(session: Session, kind: LetterKind) -> list[LetterWording]:
    """The ward's versions of a kind, in the order of making."""
    return list(session.scalars(select(LetterWording).where(LetterWording.kind == kind.value).order_by(LetterWording.id)))


def dated(rows: Sequence[LetterWording]) -> list[Dated]:
    """The file and the ward's versions, as the rules look at them."""
    return [Dated(SHIPPED, date.min), *map(dated_of, rows)]


def dated_of(row: LetterWording) -> Dated:
    return Dated(row.id, row.valid_from, row.approved_at is not None, row.withdrawn_at is not None)


def kind_row(desk: Desk, session: Session, kind: LetterKind) -> KindRow:
    rows = rows_of(session, kind)
    versions, today = dated(rows), desk.today()
    names = {row[0]: row[1] for row in session.execute(select(StaffMember.id, StaffMember.name))}
    file = letter_words.shipped(desk, kind)
    made = [
        VersionRow(
            SHIPPED, kind, file["version"], state_of(versions[0], versions, today), file["valid_from"], "", "プログラムの添付", 0, "", True
        )
    ]
    for row, version in zip(rows, versions[1:], strict=True):
        approved = row.approved_at is not None
        made.append(
            VersionRow(
                row.id,
                kind,
                row.version,
                state_of(version, versions, today),
                row.valid_from,
                row.reason,
                _who(names, row.made_by, row.made_at),
                row.made_by,
                _who(names, row.approved_by, row.approved_at) if approved else "",
                not approved or letter_words.sound(session, row),
            )
        )
    now = next(each for each in made if each.state is WordingState.IN_FORCE)
    return KindRow(kind, LETTER_LABELS[kind], now, tuple(reversed(made)))


def _who(names: Mapping[int, str], staff_id: int | None, at: str | None) -> str:
    return f"{names.get(staff_id or 0, '不明')} {wareki(date.fromisoformat((at or '')[:10]))}"


def table_of(desk: Desk, session: Session, kind: LetterKind, row: LetterWording | None) -> dict[str, Any]:
    """The table of a version; None: the file. An approved one is read as approved only. Raises ``CustodyProblem`` K-1964."""
    if row is None:
        return letter_words.shipped(desk, kind)
    return letter_words.approved_table(session, row) if row.approved_at is not None else tomllib.loads(row.text)
