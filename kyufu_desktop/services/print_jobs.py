"""Print jobs: letters as one PDF to the printer, how they came out, what is spoiled and made anew. Every job is a line of 印刷管理簿."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents.letters import join
from kyufu_desktop.documents.window_check import check_window
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind, LetterState, recover
from kyufu_desktop.domain.printing import FAILURE_WORDS, STOPPED_REASON, Failure, Machine
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.letter import Letter, PrintJob
from kyufu_desktop.services import gaiji, letter_data, letter_leaving, letter_words, printer_tests
from kyufu_desktop.services.case_facts import cases_with_people
from kyufu_desktop.services.destination import check_data, check_pages
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.letter_data import words_of
from kyufu_desktop.services.letter_making import reissue, stands
from kyufu_desktop.services.session import Desk

#: States of a print job.
JOB_SENT, JOB_CONFIRMED = "SENT", "CONFIRMED"
_CHANGED = Kind.LETTERS | Kind.CASES | Kind.AUDIT


@dataclass(frozen=True, slots=True)
class JobRow:
    """A print job that waits for 「正しく出ましたか」 or is done."""

    job_id: int
    kind_word: str
    letters: int
    sheets: int
    printer: str
    state: str
    started_at: str
    codes: tuple[str, ...]
    sheets_per_letter: tuple[int, ...]
    failure_words: str
    """Why the run did not reach the printer as a whole, or empty."""


@dataclass(frozen=True, slots=True)
class PrintPiece:
    """One letter as a job of the queue; ``title`` holds numbers only."""

    title: str
    pdf: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What goes to the printer, in memory: each letter a job of its own, so that none shares a sheet or a fault with another."""

    job_id: int
    pieces: tuple[PrintPiece, ...]
    sheets: int

    @property
    def letters(self) -> int:
        return len(self.pieces)

    @property
    def pdf(self) -> bytes:
        """All letters in one file."""
        return join([piece.pdf for piece in self.pieces])


def of_job(session: Session, job_id: int) -> list[Letter]:
    """The letters of a job in the order of printing."""
    return list(session.scalars(select(Letter).where(Letter.job_id == job_id).order_by(Letter.job_position)))


def row(session: Session, job: PrintJob) -> JobRow:
    """A job as the screen shows it."""
    letters = of_job(session, job.id)
    return JobRow(
        job_id=job.id,
        kind_word=LETTER_LABELS[LetterKind(job.kind)],
        letters=job.letters,
        sheets=job.sheets,
        printer=job.printer,
        state=job.state,
        started_at=job.started_at,
        codes=tuple(letter.code for letter in letters),
        sheets_per_letter=tuple(letter.sheets for letter in letters),
        failure_words=FAILURE_WORDS[Failure(job.failure)] if job.failure else "",
    )


def found(session: Session, letter_id: int) -> Letter:
    """The letter, or ``Conflict`` where it is not here any more."""
    letter = session.get(Letter, letter_id)
    if letter is None:
        raise Conflict("K-1843", "この手紙の記録はありません。", todo="一覧を読み直してください。")
    return letter


def _one_kind(letters: list[Letter]) -> LetterKind:
    kinds = {letter.kind for letter in letters}
    if len(kinds) != 1:
        raise InputProblem("K-1857", "letters", "種類の違う手紙は、一度に印刷できません。", todo="1つの種類だけを選んでください。")
    return LetterKind(kinds.pop())


def start_job(desk: Desk, letter_ids: tuple[int, ...], machine: Machine, progress: Progress) -> PrintOrder:
    """Composes the PDF in memory, checks every destination against the addressee's own case, enters the ledger."""
    if not letter_ids:
        raise InputProblem("K-1844", "letters", "印刷する手紙を選んでいません。", todo="手紙を選んでください。")
    with desk.work(Act.PRINT_STARTED) as unit:
        session = unit.session
        printer_tests.require(desk, session, machine)
        letters = [found(session, letter_id) for letter_id in dict.fromkeys(letter_ids)]
        for letter in letters:
            if letter.state != LetterState.PREPARED.value or letter.voided_by is not None:
                raise Conflict("K-1845", f"{words_of(letter)} は「{letter.state}」です。", todo="順番待ちの手紙だけを選んでください。")
            letter_leaving.refuse_passed(desk, session, letter)
        kind = _one_kind(letters)
        # Held while the contents are opened, so that every letter finds its case and its people here already.
        cases = cases_with_people(session, [letter.case_id for letter in letters])
        items = [letter_data.guarded_content(desk, session, letter) for letter in letters]
        del cases
        check_data(items)
        pictures = gaiji.approved(session)
        told = [(letter, item.letter) for letter, item in zip(letters, items, strict=True)]
        composed = letter_words.compose(desk, session, told, progress, pictures)
        check_pages(items, composed, pictures)
        check_window(composed, desk.programme.envelope, [(item.letter.code, item.own) for item in items], pictures)
        pdfs = list(composed.letters())
        sheets = [machine.sheets(pages) for pages in composed.pages_per_letter]
        job = PrintJob(
            kind=kind.value,
            printer=machine.name,
            device=machine.device,
            tray=machine.tray,
            duplex=machine.duplex,
            letters=len(letters),
            sheets=sum(sheets),
            sha256=_digest(pdfs),
            state=JOB_SENT,
            shredded_sheets=0,
            started_at=desk.now_text(),
            started_by=desk.staff.id,
        )
        session.add(job)
        session.flush()
        for position, (letter, pages, papers) in enumerate(zip(letters, composed.pages_per_letter, sheets, strict=True)):
            letter.state = LetterState.PRINTING.value
            letter.pages, letter.sheets = pages, papers
            letter.job_id = job.id
            letter.job_position = position
        unit.record(Act.PRINT_STARTED, subject="print_job", subject_id=job.id, letters=job.letters, sheets=job.sheets, sha256=job.sha256)
        pieces = tuple(PrintPiece(f"letters-{job.id}-{number}", pdf) for number, pdf in enumerate(pdfs, start=1))
        return PrintOrder(job.id, pieces, job.sheets)


def _digest(pdfs: Sequence[bytes]) -> str:
    """SHA-256 of the bytes that go to the printer, one letter after the other."""
    digest = hashlib.sha256()
    for pdf in pdfs:
        digest.update(pdf)
    return digest.hexdigest()


def handed_over(desk: Desk, order: PrintOrder, taken: int, queue_job: str, failure: Failure | None = None) -> Changes:
    """How far the run reached the queue: ``taken`` letters, the last of them as ``queue_job``.

    Letters that never left this program wait in 順番待ち again, with their codes; a run of which none left is closed at once. Of the others
    the person says how they came out (:func:`confirm_job`).
    """
    with desk.work(Act.PRINT_FAILED if failure is not None else Act.PRINT_STARTED) as unit:
        session = unit.session
        job = session.get(PrintJob, order.job_id)
        if job is None or job.state != JOB_SENT:
            raise Conflict("K-1846", "この印刷の確認は済んでいます。", todo="一覧を読み直してください。")
        letters = of_job(session, job.id)
        job.queue_job = queue_job or None
        job.failure = failure.value if failure is not None else None
        if taken < len(letters):
            for letter in letters[taken:]:
                letter.state, letter.job_id, letter.job_position = LetterState.PREPARED.value, None, None
            job.letters, job.sheets = taken, sum(letter.sheets for letter in letters[:taken])
            job.sha256 = _digest([piece.pdf for piece in order.pieces[:taken]])
        if taken == 0:
            job.state, job.good_sheets = JOB_CONFIRMED, 0
            job.confirmed_at, job.confirmed_by = desk.now_text(), desk.staff.id
        act = Act.PRINT_FAILED if failure is not None else Act.PRINT_STARTED
        unit.record(act, subject="print_job", subject_id=job.id, taken=taken, of=len(letters), failure=job.failure, sha256=job.sha256)
        cases = tuple(letter.case_id for letter in letters)
    left = len(letters) - taken
    words = f"{taken:,}通 {job.sheets:,}枚をプリンターへ送りました。出来を確かめてください。" if taken else "手紙は1通も出していません。"
    return Changes(_CHANGED, words + (f"残りの{left:,}通は、順番待ちに戻しました。" if left else ""), cases)


def confirm_job(desk: Desk, job_id: int, good_sheets: int) -> Changes:
    """「正しく出たのは n 枚目まで」: those letters are 印刷済, the rest gets new issue numbers, half ones are shredded."""
    with desk.work(Act.PRINT_CONFIRMED) as unit:
        session = unit.session
        job = session.get(PrintJob, job_id)
        if job is None or job.state != JOB_SENT:
            raise Conflict("K-1846", "この印刷の確認は済んでいます。", todo="一覧を読み直してください。")
        if not 0 <= good_sheets <= job.sheets:
            raise InputProblem(
                "K-1847", "good_sheets", f"枚数は0から{job.sheets}までのはずです。", todo="正しく出た枚数を入力してください。"
            )
        letters = of_job(session, job.id)
        recovery = recover(tuple(letter.sheets for letter in letters), good_sheets)
        good = [letters[position] for position in recovery.printed]
        for letter in good:
            letter.state = LetterState.PRINTED.value
        for position in recovery.reprint:
            if not stands(desk, session, letters[position]):
                letters[position].state = LetterState.SPOILED.value
                continue
            new = reissue(desk, session, letters[position], STOPPED_REASON)
            unit.record(
                Act.LETTER_SPOILED, subject="case", subject_id=new.case_id, letter=letters[position].id, new=new.id, issue=new.issue
            )
        job.state = JOB_CONFIRMED
        job.good_sheets = good_sheets
        job.shredded_sheets = recovery.shred_sheets
        job.confirmed_at = desk.now_text()
        job.confirmed_by = desk.staff.id
        unit.record(
            Act.PRINT_CONFIRMED,
            subject="print_job",
            subject_id=job.id,
            printed=len(recovery.printed),
            reprint=len(recovery.reprint),
            shredded=recovery.shred_sheets,
        )
        session.flush()
        stopped = len(letter_leaving.hindrances(desk, session, good))
        words = f"印刷済 {len(recovery.printed)}通。"
        if stopped:
            words += f"そのうち{stopped}通は、印刷のあいだに送れなくなりました。紙を細断し、書損にしてください。"
        if recovery.reprint:
            words += f"{len(recovery.reprint)}通を新しい番号で刷り直し、{recovery.shred_sheets}枚を細断します。"
        return Changes(_CHANGED, words, tuple(letter.case_id for letter in letters))


def spoil(desk: Desk, letter_id: int, reason: str) -> Changes:
    """A printed letter is spoiled: its code is void, a new issue is prepared."""
    if not reason.strip():
        raise InputProblem("K-1848", "reason", "書損の理由がありません。", todo="理由を入力してください。")
    with desk.work(Act.LETTER_SPOILED) as unit:
        letter = found(unit.session, letter_id)
        if letter.state != LetterState.PRINTED.value or letter.voided_by is not None:
            raise Conflict("K-1849", f"{words_of(letter)} は「{letter.state}」です。", todo="印刷済の手紙だけを書損にできます。")
        if not stands(desk, unit.session, letter):
            # What it rests on does not hold any more: the paper is shredded, the next letter is made after the next decision.
            letter.state = LetterState.SPOILED.value
            letter.reprint_reason = reason.strip()
            unit.record(Act.LETTER_SPOILED, subject="case", subject_id=letter.case_id, letter=letter.id, shredded=letter.sheets)
            return Changes(_CHANGED, f"{letter.code} を書損にしました。{letter.sheets}枚を細断してください。", (letter.case_id,))
        new = reissue(desk, unit.session, letter, reason.strip())
        unit.record(
            Act.LETTER_SPOILED,
            subject="case",
            subject_id=letter.case_id,
            letter=letter.id,
            new=new.id,
            issue=new.issue,
            shredded=letter.sheets,
        )
        words = f"{letter.code} を書損にしました。新しい番号は {new.code} です。{letter.sheets}枚を細断してください。"
        return Changes(_CHANGED, words, (letter.case_id,))
