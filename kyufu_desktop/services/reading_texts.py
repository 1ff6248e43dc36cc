"""Letters to be heard instead of read: the text for the telephone on the screen, or as a file in an archive on a registered medium.

Making one is recorded. It is held to the same rules as a letter, and to one more: nothing of where the person is may stand in it.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.documents.reading_text import NO_READING, Reader, reading_text
from kyufu_desktop.domain.custody import ExportKind
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind, LetterState
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, CustodyProblem
from kyufu_desktop.exchange import archive, envelope
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import Case, SafeAddress
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.services import letter_data, print_jobs
from kyufu_desktop.services.case_facts import cases_with_people
from kyufu_desktop.services.case_steps import recipient
from kyufu_desktop.services.destination import check_text, guarded, open_address, printed_name
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.letter_data import words_of
from kyufu_desktop.services.letter_words import words_of_letter
from kyufu_desktop.services.outgoing import Outgoing, name_of, next_number
from kyufu_desktop.services.session import Desk

#: How the text stands in its file: with a mark at its beginning and the line ends of Windows, so that every reader there knows it.
ENCODING, LINE_END = "utf-8-sig", "\r\n"


@dataclass(frozen=True, slots=True)
class ReadingText:
    """``without_reading``: names that have to be read from a document, because the register has no reading of them."""

    letter_id: int
    code: str
    kind_word: str
    text: str = field(repr=False)
    without_reading: int


def show(desk: Desk, letter_id: int) -> ReadingText:
    """The text of a letter, to be read to the person. Raises Conflict K-1867 (a void letter), UserError K-1840 (what betrays)."""
    with desk.work(Act.READING_TEXT_MADE) as unit:
        letter, text = _made(desk, unit.session, letter_id)
        unit.record(Act.READING_TEXT_MADE, subject="case", subject_id=letter.case_id, letter=letter.id)
        kind_word = LETTER_LABELS[LetterKind(letter.kind)]
        return ReadingText(letter.id, letter.code, kind_word, text, text.count(NO_READING))


def make_archive(desk: Desk, letter_id: int, medium: str, progress: Progress) -> Outgoing:
    """The text as one file, named by the letter's code, inside an AES-256 archive; recorded in the ledger when it is written out.

    One letter an archive: each goes to another person, and has a password of its own. Raises as :func:`show`.
    """
    with desk.look(Act.READING_TEXT_MADE) as session:
        letter, text = _made(desk, session, letter_id)
        number = next_number(session, ExportKind.READING_TEXT)
        case_id, code = letter.case_id, letter.code
    progress(1, 2)
    content = text.replace("\n", LINE_END).encode(ENCODING)
    password = envelope.generate_password()
    sealed = archive.seal_file(f"{code}.txt", content, password)

    def verify(back: bytes) -> None:
        if not archive.verify(back, password, content):
            raise CustodyProblem(
                "K-1868",
                "書き出した読み上げ文を、パスワードで開けませんでした。",
                kept="渡してよいファイルはできていません。",
                todo="媒体を替えて、もう一度書き出してください。",
            )

    def written(unit: UnitOfWork, export_id: int) -> None:
        unit.record(Act.READING_TEXT_MADE, subject="case", subject_id=case_id, letter=letter_id, export=export_id)

    progress(2, 2)
    return Outgoing(
        export_id=0,
        file_name=name_of(ExportKind.READING_TEXT, number),
        data=sealed,
        rows=1,
        total=0,
        sha256=hashlib.sha256(sealed).hexdigest(),
        password=password,
        kind=ExportKind.READING_TEXT,
        medium=medium,
        verify=verify,
        on_written=written,
    )


def made_on(session: Session) -> dict[int, date]:
    """Letter id -> the last day on which its text was made."""
    found: dict[int, date] = {}
    query = select(AuditEntry.at, AuditEntry.detail).where(AuditEntry.act == Act.READING_TEXT_MADE.value).order_by(AuditEntry.seq)
    for at, detail in session.execute(query):
        letter = json.loads(detail).get("letter")
        if isinstance(letter, int):
            found[letter] = date.fromisoformat(at[:10])
    return found


def _made(desk: Desk, session: Session, letter_id: int) -> tuple[Letter, str]:
    letter = print_jobs.found(session, letter_id)
    if letter.voided_by is not None or letter.state == LetterState.SPOILED.value:
        raise Conflict("K-1867", f"{words_of(letter)} は、無効な番号の手紙です。", todo="今の番号の手紙を選んでください。")
    case = cases_with_people(session, [letter.case_id])[letter.case_id]
    content = letter_data.open_content(desk, case, letter)
    places = {row.id: open_address(desk, case, row) for row in session.scalars(select(SafeAddress).where(SafeAddress.case_id == case.id))}
    words = words_of_letter(desk, session, letter)
    text = reading_text(content, words, _reader(case))
    # The place that it was made for: a letter that was sent long ago is read to whoever has moved since.
    check_text(guarded(case, content, places[letter.address_id]), text, places.values(), words.values["contact"])
    return letter, text


def _reader(case: Case) -> Reader:
    """Every person of the case in both forms of the name; two people of one name but another reading have none that is sure."""
    readings: dict[str, set[str]] = defaultdict(set)
    for person in case.people:
        for former in (False, True):
            readings[printed_name(person, former=former)].add(" ".join(person.kana.split()))
    return Reader(recipient(case).name, {name: found.pop() if len(found) == 1 else "" for name, found in readings.items()})
