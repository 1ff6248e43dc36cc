"""Letters: prepare, preview (address masked), print, came out well or spoiled, sent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import letters as documents
from kyufu_desktop.documents import wording
from kyufu_desktop.documents.fonts import unprintable
from kyufu_desktop.documents.window_check import check_window
from kyufu_desktop.domain.case import TRANSITIONS, CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.envelope import LONG_3
from kyufu_desktop.domain.letter import LETTER_LABELS, LetterKind, LetterState, recover
from kyufu_desktop.domain.returned_mail import ReturnReason
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Relation
from kyufu_desktop.errors import Conflict, InputProblem
from kyufu_desktop.models.case import Case, Person
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter, LetterBenefit, PrintJob
from kyufu_desktop.services import letter_data, returned_mail
from kyufu_desktop.services.case_facts import cases_with_people
from kyufu_desktop.services.case_steps import advance, approved_benefits, benefit_words, case_of, recipient
from kyufu_desktop.services.destination import check_data, check_pages, verified_address
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.letter_standing import Standing, standings
from kyufu_desktop.services.session import Desk

#: Words for the screen of the states of a print job.
JOB_SENT, JOB_CONFIRMED = "SENT", "CONFIRMED"
_CHANGED = Kind.LETTERS | Kind.CASES | Kind.AUDIT


@dataclass(frozen=True, slots=True)
class ReadyCase:
    """An approved case without a live letter; ``obstacle`` is a sentence why no letter can be made, or empty."""

    case_id: int
    management_number: str
    name: str = field(repr=False)
    benefits: str
    amount: int
    obstacle: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    letter_id: int
    case_id: int
    code: str
    name: str = field(repr=False)
    kind_word: str
    state: LetterState
    amount: int
    sheets: int
    issued_on: date
    return_due: date | None
    sent_on: date | None


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


@dataclass(frozen=True, slots=True)
class LettersPage:
    ready: tuple[ReadyCase, ...]
    letters: tuple[LetterRow, ...]
    jobs: tuple[JobRow, ...]


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What goes to the printer: PDF bytes in memory, a title with the job number only."""

    job_id: int
    title: str
    pdf: bytes = field(repr=False)
    letters: int
    sheets: int


def page(desk: Desk) -> LettersPage:
    with desk.look() as session:
        shown = session.scalars(select(Letter).where(Letter.voided_by.is_(None)).order_by(Letter.id.desc())).all()
        jobs = session.scalars(select(PrintJob).order_by(PrintJob.state.desc(), PrintJob.id.desc())).all()
        heads = _heads(session)
        return LettersPage(
            tuple(_ready(session, desk)),
            tuple(_letter_row(letter, heads.get(letter.case_id) or recipient(case_of(session, letter.case_id)).name) for letter in shown),
            tuple(_job_row(session, job) for job in jobs),
        )


def _heads(session: Session) -> dict[int, str]:
    """Case id -> name of the head of the household, of every case with a letter."""
    query = select(Person.case_id, Person.name).where(Person.relation == Relation.HEAD.value, Person.case_id.in_(select(Letter.case_id)))
    return dict(session.execute(query.order_by(Person.id.desc())).all())


def _ready(session: Session, desk: Desk) -> list[ReadyCase]:
    approved = select(JudgmentRecord.case_id).where(
        JudgmentRecord.state == "APPROVED", JudgmentRecord.outcome == "ELIGIBLE", JudgmentRecord.superseded_by.is_(None)
    )
    ids = list(session.scalars(select(Case.id).where(Case.id.in_(approved)).order_by(Case.management_number)))
    cases = cases_with_people(session, ids)
    known = standings(session, ids)
    found: list[ReadyCase] = []
    for case_id in ids:
        case, standing = cases[case_id], known[case_id]
        benefits = standing.untold()
        if benefits:
            amount = sum(benefit.amount for benefit in benefits)
            words = benefit_words(benefits, desk.programme)
            found.append(ReadyCase(case.id, case.management_number, recipient(case).name, words, amount, _obstacle(case, standing)))
    return found


def _obstacle(case: Case, standing: Standing) -> str:
    if (CaseStatus(case.status), Act.LETTER_PREPARED) not in TRANSITIONS:
        return f"案件が「{case.status}」です。"
    address = standing.address
    if address is None:
        return "宛先の住所が確認済になっていません。"
    missing = unprintable(recipient(case).name)
    if missing:
        return f"氏名に印刷できない文字があります（{'、'.join(missing)}）。"
    if any(letter.state == LetterState.UNDELIVERED.value and letter.address_id == address.id for letter in standing.letters):
        return "返戻になった宛先のままです。新しい宛先を確認してください。"
    if any(letter.state in (LetterState.PRINTING.value, LetterState.PRINTED.value) for letter in standing.live()):
        return "発送していない確認書があります。書損にするか発送してください。"
    return ""


def _letter_row(letter: Letter, head: str) -> LetterRow:
    return LetterRow(
        letter_id=letter.id,
        case_id=letter.case_id,
        code=letter.code,
        name=head,
        kind_word=LETTER_LABELS[LetterKind(letter.kind)],
        state=LetterState(letter.state),
        amount=letter.amount,
        sheets=letter.sheets,
        issued_on=letter.issued_on,
        return_due=letter.return_due,
        sent_on=letter.sent_on,
    )


def _of_job(session: Session, job_id: int) -> list[Letter]:
    return list(session.scalars(select(Letter).where(Letter.job_id == job_id).order_by(Letter.job_position)))


def _job_row(session: Session, job: PrintJob) -> JobRow:
    letters = _of_job(session, job.id)
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
    )


def prepare(desk: Desk, case_ids: tuple[int, ...], progress: Progress) -> Changes:
    """Makes a confirmation letter for each approved case with eligible benefits and a verified safe address; the snapshot is sealed.

    Cases with an obstacle are left out and counted. Cancelling keeps nothing.
    """
    with desk.work(Act.LETTER_PREPARED) as unit:
        session = unit.session
        made: list[int] = []
        left = 0
        progress(0, len(case_ids))
        ids = list(dict.fromkeys(case_ids))
        # Held until the end, so that no case is read a second time.
        cases = cases_with_people(session, ids)
        known = standings(session, ids)
        for done, case_id in enumerate(ids, start=1):
            case = cases.get(case_id) or case_of(session, case_id)
            standing = known[case_id]
            if standing.untold() and not _obstacle(case, standing):
                waiting = [letter for letter in standing.live() if letter.state == LetterState.PREPARED.value]
                benefits = standing.unsent()
                letter = _make(desk, session, case, benefits)
                for old in waiting:
                    _void(old, letter, "内容または宛先が変わったため")
                unit.record(
                    Act.LETTER_PREPARED, subject="case", subject_id=case.id, letter=letter.id, issue=letter.issue, amount=letter.amount
                )
                made.append(case.id)
            else:
                left += 1
            progress(done, len(case_ids))
        if not made:
            raise Conflict("K-1841", "確認書を作れる案件がありません。", todo="一覧の「作れない理由」を見てください。")
        words = f"確認書 {len(made)}通を作りました。" + (f"{left}件は作れませんでした。" if left else "")
        return Changes(_CHANGED, words, tuple(made))


def _make(desk: Desk, session: Session, case: Case, benefits: list[JudgmentRecord]) -> Letter:
    """A new letter row in the state 順番待ち with its sealed snapshot."""
    address = verified_address(session, case.id)
    assert address is not None
    issue = _next_issue(session, case.id)
    letter_id = (session.scalar(select(func.max(Letter.id))) or 0) + 1
    content = letter_data.content_of(desk, session, case, address, benefits, issue, f"第{letter_id}号")
    letter = Letter(
        id=letter_id,
        case_id=case.id,
        kind=LetterKind.CONFIRMATION.value,
        issue=issue,
        code=content.code,
        document_number=content.document_number,
        address_id=address.id,
        snapshot_sealed=letter_data.seal_content(desk, case, content),
        issued_on=content.issued_on,
        return_due=content.deadline,
        amount=sum(benefit.amount for benefit in benefits),
        state=LetterState.PREPARED.value,
        sheets=0,
        prepared_at=desk.now_text(),
        prepared_by=desk.staff.id,
    )
    session.add(letter)
    session.flush()
    session.add_all(LetterBenefit(letter_id=letter.id, judgment_id=benefit.id) for benefit in benefits)
    session.flush()
    return letter


def _next_issue(session: Session, case_id: int) -> int:
    return (session.scalar(select(func.max(Letter.issue)).where(Letter.case_id == case_id)) or 0) + 1


def _void(old: Letter, new: Letter, reason: str) -> None:
    old.state = LetterState.SPOILED.value
    old.voided_by = new.id
    old.reprint_reason = reason


def _still_decided(session: Session, letter: Letter) -> bool:
    """Whether every decision that the letter tells of is in force."""
    told = select(LetterBenefit.judgment_id).where(LetterBenefit.letter_id == letter.id)
    states = session.scalars(select(JudgmentRecord.state).where(JudgmentRecord.id.in_(told))).all()
    return all(state == "APPROVED" for state in states)


def _refuse_undecided(session: Session, letter: Letter) -> None:
    if not _still_decided(session, letter):
        raise Conflict(
            "K-1691", f"確認書 {letter.code} の決裁は、無効になっています。", todo="送らずに書損にし、決裁のあとで作り直してください。"
        )


def _reissue(desk: Desk, session: Session, old: Letter, reason: str) -> Letter:
    """The same letter under a new code; the old code becomes void."""
    case = case_of(session, old.case_id)
    told = set(session.scalars(select(LetterBenefit.judgment_id).where(LetterBenefit.letter_id == old.id)))
    benefits = [benefit for benefit in approved_benefits(session, case.id) if benefit.id in told]
    if verified_address(session, case.id) is None or not benefits:
        raise Conflict("K-1842", f"確認書 {old.code} は、宛先か決裁が変わっています。", todo="宛先の確認と決裁を先に済ませてください。")
    new = _make(desk, session, case, benefits)
    _void(old, new, reason)
    return new


def preview(desk: Desk, letter_id: int) -> bytes:
    """PDF of the letter with the destination hatched; recorded as LETTER_PREVIEWED."""
    with desk.work(Act.LETTER_PREVIEWED) as unit:
        letter = _letter(unit.session, letter_id)
        content = letter_data.open_content(desk, case_of(unit.session, letter.case_id), letter)
        unit.record(Act.LETTER_PREVIEWED, subject="case", subject_id=letter.case_id, letter=letter.id)
    return documents.preview(content, wording.load(desk.programme.letter_wording))


def _letter(session: Session, letter_id: int) -> Letter:
    letter = session.get(Letter, letter_id)
    if letter is None:
        raise Conflict("K-1843", "この確認書の記録はありません。", todo="一覧を読み直してください。")
    return letter


def start_job(desk: Desk, letter_ids: tuple[int, ...], printer: str, progress: Progress) -> PrintOrder:
    """Composes the PDF in memory, checks every destination against the addressee's own case, enters the ledger."""
    if not letter_ids:
        raise InputProblem("K-1844", "letters", "印刷する確認書を選んでいません。", todo="確認書を選んでください。")
    with desk.work(Act.PRINT_STARTED) as unit:
        session = unit.session
        letters = [_letter(session, letter_id) for letter_id in dict.fromkeys(letter_ids)]
        for letter in letters:
            if letter.state != LetterState.PREPARED.value or letter.voided_by is not None:
                raise Conflict("K-1845", f"確認書 {letter.code} は「{letter.state}」です。", todo="順番待ちの確認書だけを選んでください。")
            _refuse_undecided(session, letter)
        # Held while the contents are opened, so that every letter finds its case and its people here already.
        cases = cases_with_people(session, [letter.case_id for letter in letters])
        items = [letter_data.guarded_content(desk, session, letter) for letter in letters]
        del cases
        check_data(items)
        composed = documents.compose([item.letter for item in items], wording.load(desk.programme.letter_wording), progress)
        check_pages(items, composed)
        check_window(composed, LONG_3, [(item.letter.code, item.own) for item in items])
        pdf = composed.pdf
        job = PrintJob(
            kind=LetterKind.CONFIRMATION.value,
            printer=printer,
            letters=len(letters),
            sheets=sum(composed.pages_per_letter),
            sha256=hashlib.sha256(pdf).hexdigest(),
            state=JOB_SENT,
            shredded_sheets=0,
            started_at=desk.now_text(),
            started_by=desk.staff.id,
        )
        session.add(job)
        session.flush()
        for position, (letter, sheets) in enumerate(zip(letters, composed.pages_per_letter, strict=True)):
            letter.state = LetterState.PRINTING.value
            letter.sheets = sheets
            letter.job_id = job.id
            letter.job_position = position
        unit.record(Act.PRINT_STARTED, subject="print_job", subject_id=job.id, letters=job.letters, sheets=job.sheets, sha256=job.sha256)
        return PrintOrder(job.id, f"letters-{job.id}", pdf, job.letters, job.sheets)


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
        letters = _of_job(session, job.id)
        recovery = recover(tuple(letter.sheets for letter in letters), good_sheets)
        for position in recovery.printed:
            letters[position].state = LetterState.PRINTED.value
        for position in recovery.reprint:
            if not _still_decided(session, letters[position]):
                letters[position].state = LetterState.SPOILED.value
                continue
            new = _reissue(desk, session, letters[position], "印刷が途中で止まったため")
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
        words = f"印刷済 {len(recovery.printed)}通。"
        if recovery.reprint:
            words += f"{len(recovery.reprint)}通を新しい番号で刷り直し、{recovery.shred_sheets}枚を細断します。"
        return Changes(_CHANGED, words, tuple(letter.case_id for letter in letters))


def spoil(desk: Desk, letter_id: int, reason: str) -> Changes:
    """A printed letter is spoiled: its code is void, a new issue is prepared."""
    if not reason.strip():
        raise InputProblem("K-1848", "reason", "書損の理由がありません。", todo="理由を入力してください。")
    with desk.work(Act.LETTER_SPOILED) as unit:
        letter = _letter(unit.session, letter_id)
        if letter.state != LetterState.PRINTED.value or letter.voided_by is not None:
            raise Conflict("K-1849", f"確認書 {letter.code} は「{letter.state}」です。", todo="印刷済の確認書だけを書損にできます。")
        if not _still_decided(unit.session, letter):
            # Its decision does not hold any more: the paper is shredded, the next letter is made after the next decision.
            letter.state = LetterState.SPOILED.value
            letter.reprint_reason = reason.strip()
            unit.record(Act.LETTER_SPOILED, subject="case", subject_id=letter.case_id, letter=letter.id, shredded=letter.sheets)
            return Changes(_CHANGED, f"{letter.code} を書損にしました。{letter.sheets}枚を細断してください。", (letter.case_id,))
        new = _reissue(desk, unit.session, letter, reason.strip())
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


def mark_sent(desk: Desk, letter_ids: tuple[int, ...], sent_on: date) -> Changes:
    """Keeps sent date and return deadline; the case becomes 確認書発送."""
    if not letter_ids:
        raise InputProblem("K-1844", "letters", "発送する確認書を選んでいません。", todo="確認書を選んでください。")
    if sent_on > desk.today():
        raise InputProblem("K-1850", "sent_on", "発送日が今日よりあとの日です。", todo="発送した日を入力してください。")
    with desk.work(Act.LETTER_SENT) as unit:
        cases: list[int] = []
        for letter_id in dict.fromkeys(letter_ids):
            letter = _letter(unit.session, letter_id)
            if letter.state != LetterState.PRINTED.value or letter.voided_by is not None:
                raise Conflict("K-1851", f"確認書 {letter.code} は「{letter.state}」です。", todo="印刷済の確認書だけを発送済にできます。")
            _refuse_undecided(unit.session, letter)
            if sent_on < letter.issued_on:
                raise InputProblem("K-1850", "sent_on", "発送日が作成日より前の日です。", todo="発送した日を入力してください。")
            address = verified_address(unit.session, letter.case_id)
            if address is None or address.id != letter.address_id:
                raise Conflict(
                    "K-1852",
                    f"確認書 {letter.code} の宛先が、印刷のあとで変わりました。",
                    todo="送らずに書損にし、新しい宛先で作ってください。",
                )
            returned_mail.refuse_returned_address(unit.session, letter)
            if letter.enclosed_at is None:
                raise Conflict(
                    "K-1880",
                    f"{letter.code} は、封入を照合していません。",
                    kept="発送日は、1通も書いていません。",
                    todo="「封入を照合する」で、封筒と中身を読んでください。",
                )
            letter.state = LetterState.SENT.value
            letter.sent_on = sent_on
            case = case_of(unit.session, letter.case_id)
            advance(case, Act.LETTER_SENT, desk.now_text())
            unit.record(Act.LETTER_SENT, subject="case", subject_id=case.id, letter=letter.id, issue=letter.issue)
            cases.append(case.id)
        return Changes(_CHANGED, f"確認書 {len(cases)}通を発送済にしました。", tuple(cases))


def mark_undelivered(desk: Desk, letter_id: int, on: date) -> Changes:
    """The letter came back (返戻). It is never sent again to another address by itself: a new address must be verified first."""
    return returned_mail.came_back(desk, letter_id, on, ReturnReason.OTHER)
