"""Which words a letter is made with, and the words that a letter was made with: the ward's approved versions, else the shipped files."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import letter_press, wording
from kyufu_desktop.documents.gaiji import NO_PICTURES, Pictures
from kyufu_desktop.documents.letters import Composed
from kyufu_desktop.documents.notices import Content
from kyufu_desktop.documents.wording import Wording
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, CustodyProblem
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.letter import Letter, LetterWording
from kyufu_desktop.models.staff import StaffMember
from kyufu_desktop.security import approval
from kyufu_desktop.security.approval import Statement
from kyufu_desktop.security.canonical import canonical
from kyufu_desktop.services import workstation
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.letter_data import words_of
from kyufu_desktop.services.session import Desk

#: Between the version of a letter's own words and that of the confirmation whose sender stands in it; in no version's name.
BETWEEN = "／"
SUBJECT = "letter_wording"
#: What the signature of an approval says it is about.
STATEMENT = "wording"


def words_in_force(desk: Desk, session: Session, kind: LetterKind) -> Wording:
    """The words that a letter is made with today: the newest approved version that has begun, else the file.

    Raises ``CustodyProblem`` K-1964 where a version is not as it was approved, ``FileProblem`` as ``documents.wording``.
    """
    return put_together(desk, kind, table_in_force(desk, session, kind), partial(table_in_force, desk, session))


def words_of_letter(desk: Desk, session: Session, letter: Letter) -> Wording:
    """The words that the letter was made with, whatever is in force now. One that was made before versions were kept has the file's.

    Raises ``Conflict`` K-1965 where nobody knows that version any more, else as :func:`words_in_force`.
    """
    kind = LetterKind(letter.kind)
    own, _, base = letter.wording_version.partition(BETWEEN)
    versions = {kind: own, **({} if kind is LetterKind.CONFIRMATION else {LetterKind.CONFIRMATION: base})}

    def table(wanted: LetterKind) -> Mapping[str, Any]:
        return _table_named(desk, session, wanted, versions[wanted], letter)

    return put_together(desk, kind, table(kind), table)


def version_in_force(desk: Desk, session: Session, kind: LetterKind) -> str:
    """What a letter that is made today keeps of its words: their version, and that of the confirmation whose sender stands in it.

    Raises ``CustodyProblem`` K-1964 as :func:`words_in_force`; the words themselves are read when they are set.
    """
    kinds = (kind,) if kind is LetterKind.CONFIRMATION else (kind, LetterKind.CONFIRMATION)
    return BETWEEN.join(_version_in_force(desk, session, each) for each in kinds)


def _version_in_force(desk: Desk, session: Session, kind: LetterKind) -> str:
    row = _row_in_force(desk, session, kind)
    if row is None:
        return _shipped_version(wording.file_of(kind, desk.programme.letter_wording))
    refuse_unsound(session, row)
    return row.version


@lru_cache
def _shipped_version(name: str) -> str:
    """Read once: letters are made by the hundred."""
    return str(wording.read_file(name)["version"])


def put_together(desk: Desk, kind: LetterKind, table: Mapping[str, Any], confirmation: Any) -> Wording:
    """Words of a kind from its table; ``confirmation(LetterKind.CONFIRMATION)`` gives the table of the sender, where it is another one."""
    name = wording.file_of(kind, desk.programme.letter_wording)
    if kind is LetterKind.CONFIRMATION:
        return wording.parse(table, name=name)
    base = wording.parse(confirmation(LetterKind.CONFIRMATION), name=desk.programme.letter_wording)
    return wording.parse_kind(kind, table, base, name=name)


def compose(
    desk: Desk, session: Session, letters: Sequence[tuple[Letter, Content]], progress: Progress, pictures: Pictures = NO_PICTURES
) -> Composed:
    """Letters of one kind as PDF, in their order, each with the words that it was made with.

    Raises as :func:`words_of_letter` and ``letter_press.compose``; then nothing is made.
    """
    words: dict[str, Wording] = {}
    parts: list[bytes] = []
    pages: list[int] = []
    for version, alike in groupby(letters, lambda each: each[0].wording_version):
        run = list(alike)
        if version not in words:
            words[version] = words_of_letter(desk, session, run[0][0])
        done = len(pages)
        moved = partial(_moved, progress, done, len(letters))
        contents = [content for _, content in run]
        composed = letter_press.compose(
            contents, words[version], moved, pictures, envelope=desk.programme.envelope, shift=workstation.shift_of(session)
        )
        parts += composed.parts
        pages += composed.pages_per_letter
    return Composed(tuple(parts), tuple(pages))


def _moved(progress: Progress, before: int, of: int, done: int, _of_run: int) -> None:
    progress(before + done, of)


def trial(desk: Desk, session: Session, pictures: Pictures) -> letter_press.Job:
    """The shortest letter of today, to try whether a destination fits the window of the programme's envelope."""
    words = words_in_force(desk, session, LetterKind.REMINDER)
    return letter_press.Job(words, desk.programme.envelope, workstation.shift_of(session), pictures)


# ------------------------------------------------------------ versions
def shipped(desk: Desk, kind: LetterKind) -> dict[str, Any]:
    """The table of the file that comes with the program."""
    return wording.read_file(wording.file_of(kind, desk.programme.letter_wording))


def table_in_force(desk: Desk, session: Session, kind: LetterKind) -> dict[str, Any]:
    """As :func:`words_in_force`, before it is put together with the sender's words."""
    row = _row_in_force(desk, session, kind)
    return shipped(desk, kind) if row is None else approved_table(session, row)


def _row_in_force(desk: Desk, session: Session, kind: LetterKind) -> LetterWording | None:
    query = (
        select(LetterWording)
        .where(
            LetterWording.kind == kind.value,
            LetterWording.approved_at.is_not(None),
            LetterWording.withdrawn_at.is_(None),
            LetterWording.valid_from <= desk.today(),
        )
        .order_by(LetterWording.valid_from.desc(), LetterWording.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def _table_named(desk: Desk, session: Session, kind: LetterKind, version: str, letter: Letter) -> dict[str, Any]:
    """A version by its name. An empty one is the file's: the letter was made when there was nothing else."""
    query = select(LetterWording).where(
        LetterWording.kind == kind.value, LetterWording.version == version, LetterWording.approved_at.is_not(None)
    )
    row = session.scalar(query) if version else None
    if row is not None:
        return approved_table(session, row)
    file = shipped(desk, kind)
    if version and file.get("version") != version:
        raise Conflict(
            "K-1965",
            f"{words_of(letter)} を作ったときの文言（{LETTER_LABELS[kind]} {version}）がありません。",
            kept="この操作では、1通も変えていません。",
            todo="この手紙を外して続け、取扱責任者に知らせてください。",
        )
    return file


def approved_table(session: Session, row: LetterWording) -> dict[str, Any]:
    """The words of an approved version, if they are exactly what a second person has signed. Raises ``CustodyProblem`` K-1964."""
    refuse_unsound(session, row)
    return tomllib.loads(row.text)


def refuse_unsound(session: Session, row: LetterWording) -> None:
    """Raises ``CustodyProblem`` K-1964 where an approved version is not exactly what a second person has signed."""
    if not sound(session, row):
        raise CustodyProblem(
            "K-1964",
            f"{LETTER_LABELS[LetterKind(row.kind)]}の文言「{row.version}」が、決裁されたときと違います。",
            kept="手紙は作っていません。",
            todo="作業を止め、取扱責任者に知らせてください。",
        )


def digest_of(row: LetterWording) -> str:
    """SHA-256 (hex) over canonical JSON of exactly what is approved: the text, what it is for, from when, by whom and why."""
    told = {
        "kind": row.kind,
        "version": row.version,
        "text": row.text,
        "valid_from": row.valid_from.isoformat(),
        "reason": row.reason,
        "made_by": row.made_by,
    }
    return hashlib.sha256(canonical(told)).hexdigest()


def sound(session: Session, row: LetterWording) -> bool:
    """Whether the approval kept with a version is a signature of another person than its maker over what it is now.

    The word 決裁済 in the file is not enough: whoever could write to the file past the program could write it there.
    """
    kept = session.get(Signature, row.signature_id) if row.signature_id is not None else None
    if kept is None or kept.act != Act.WORDING_APPROVED.value or (kept.subject, kept.subject_id) != (SUBJECT, row.id):
        return False
    signer = session.get(StaffMember, kept.signer_id)
    if signer is None or signer.id == row.made_by or signer.id != row.approved_by:
        return False
    said = json.loads(kept.payload)
    statement = Statement(STATEMENT, 1, 0, digest_of(row), int(said["generation"]), int(said["seq"]))
    return statement.payload().decode("utf-8") == kept.payload and approval.verify(signer.public_key, statement, kept.signature)
