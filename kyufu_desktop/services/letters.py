"""Letters: who is to be written what, preparing, preview (address masked), the day of posting, what came back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import letter_press
from kyufu_desktop.domain.case import TRANSITIONS, CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import FIRST, LETTER_LABELS, Layout, LetterKind, LetterState, Stop
from kyufu_desktop.domain.returned_mail import ReturnReason
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Relation
from kyufu_desktop.errors import Conflict, InputProblem, UserError
from kyufu_desktop.models.case import Person
from kyufu_desktop.models.letter import Letter, PrintJob
from kyufu_desktop.services import gaiji, letter_data, letter_due, letter_leaving, print_jobs, reading_texts, returned_mail
from kyufu_desktop.services.case_steps import advance, benefit_words, case_of, heads_of, listed_name
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.letter_data import words_of
from kyufu_desktop.services.letter_due import Due
from kyufu_desktop.services.letter_making import make, replaces_sent, void
from kyufu_desktop.services.letter_words import words_of_letter
from kyufu_desktop.services.print_jobs import JobRow
from kyufu_desktop.services.session import Desk

_CHANGED = Kind.LETTERS | Kind.CASES | Kind.AUDIT


@dataclass(frozen=True, slots=True)
class ReadyCase:
    """A case that is due for a letter of ``kind``; ``obstacle`` is a sentence why none can be made, or empty. ``amount`` in yen."""

    key: str
    kind: LetterKind
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
    kind: LetterKind
    kind_word: str
    state: LetterState
    amount: int
    sheets: int
    issued_on: date
    return_due: date | None
    sent_on: date | None
    void: bool = False
    """Sent, and issued anew since: its code is not valid any more, but it may still come back."""
    layout: Layout = Layout.STANDARD
    braille: bool = False
    """The host marks the recipient as 点字利用者."""
    read_aloud_on: date | None = None
    """The last day on which the text to be read aloud was made."""
    stop: Stop | None = None
    """Printed, and it may not leave any more: its paper is to be shredded."""


@dataclass(frozen=True, slots=True)
class LettersPage:
    ready: tuple[ReadyCase, ...]
    letters: tuple[LetterRow, ...]
    jobs: tuple[JobRow, ...]


def page(desk: Desk) -> LettersPage:
    with desk.look() as session:
        there = or_(Letter.voided_by.is_(None), Letter.sent_on.is_not(None))
        shown = session.scalars(select(Letter).where(there).order_by(Letter.id.desc())).all()
        jobs = session.scalars(select(PrintJob).order_by(PrintJob.state.desc(), PrintJob.id.desc())).all()
        heads = _heads(session)
        spoken = reading_texts.made_on(session)
        lying = [letter for letter in shown if letter.state == LetterState.PRINTED.value and letter.voided_by is None]
        stops = {letter_id: found.stop for letter_id, found in letter_leaving.hindrances(desk, session, lying).items()}
        return LettersPage(
            _ready(session, desk),
            tuple(
                _letter_row(
                    letter, heads.get(letter.case_id) or _head(session, letter.case_id), spoken.get(letter.id), stops.get(letter.id)
                )
                for letter in shown
            ),
            tuple(print_jobs.row(session, job) for job in jobs),
        )


def _heads(session: Session) -> dict[int, tuple[str, bool]]:
    """Case id -> name of the head of the household and whether he is a 点字利用者, of every case with a letter."""
    query = select(Person.case_id, Person.name, Person.braille).where(
        Person.relation == Relation.HEAD.value, Person.case_id.in_(select(Letter.case_id))
    )
    return {case_id: (name, bool(braille)) for case_id, name, braille in session.execute(query.order_by(Person.id.desc()))}


def _head(session: Session, case_id: int) -> tuple[str, bool]:
    """The same of one case; says so where the household has no head."""
    case = case_of(session, case_id)
    return listed_name(case), any(person.braille for person in heads_of(case))


def _ready(session: Session, desk: Desk) -> tuple[ReadyCase, ...]:
    pictures = gaiji.approved(session)
    return tuple(
        ReadyCase(
            key=f"{due.occasion.kind}:{due.case.id}:{due.occasion.form_id or 0}:{due.occasion.batch_id or 0}",
            kind=due.occasion.kind,
            case_id=due.case.id,
            management_number=due.case.management_number,
            name=listed_name(due.case),
            benefits=benefit_words(list(due.judgments), desk.programme),
            amount=due.occasion.amount,
            obstacle=letter_due.obstacle(desk, session, due, pictures),
        )
        for due in letter_due.due(session, desk)
    )


def _letter_row(letter: Letter, head: tuple[str, bool], spoken: date | None, stop: Stop | None) -> LetterRow:
    kind = LetterKind(letter.kind)
    name, braille = head
    return LetterRow(
        letter_id=letter.id,
        case_id=letter.case_id,
        code=letter.code,
        name=name,
        kind=kind,
        kind_word=LETTER_LABELS[kind],
        state=LetterState(letter.state),
        amount=letter.amount,
        sheets=letter.sheets,
        issued_on=letter.issued_on,
        return_due=letter.return_due,
        sent_on=letter.sent_on,
        void=letter.voided_by is not None,
        layout=Layout(letter.layout),
        braille=braille,
        read_aloud_on=spoken,
        stop=stop,
    )


def prepare(desk: Desk, case_ids: tuple[int, ...], progress: Progress, kinds: frozenset[LetterKind] = FIRST) -> Changes:
    """Makes the letters of ``kinds`` that these cases are due for; what each says is sealed as a snapshot.

    A case is left out and counted where it is due for none of them or has an obstacle; one whose destination turns out not to fit the
    window is named. Cancelling keeps nothing.

    Raises ``Conflict`` K-1841 where no letter could be made, ``UserError`` K-1805 where the window was why.
    """
    with desk.work(Act.LETTER_PREPARED) as unit:
        session = unit.session
        made: list[int] = []
        progress(0, len(case_ids))
        ids = list(dict.fromkeys(case_ids))
        pictures = gaiji.approved(session)
        by_case: dict[int, list[Due]] = defaultdict(list)
        for each in letter_due.due(session, desk, ids):
            if each.occasion.kind in kinds and not letter_due.obstacle(desk, session, each, pictures):
                by_case[each.case.id].append(each)
        unfit = letter_due.unfit(desk, session, [each for dues in by_case.values() for each in dues], pictures)
        count = 0
        for done, case_id in enumerate(ids, start=1):
            case = case_of(session, case_id)
            possible = [] if case_id in unfit else by_case[case_id]
            for each in possible:
                letter = make(desk, session, case, each.occasion)
                for old in letter_due.replaced(each):
                    void(old, letter, "内容または宛先が変わったため")
                unit.record(
                    Act.LETTER_PREPARED,
                    subject="case",
                    subject_id=case_id,
                    letter=letter.id,
                    kind=letter.kind,
                    issue=letter.issue,
                    amount=letter.amount,
                )
                count += 1
            if possible:
                made.append(case_id)
            progress(done, len(ids))
        numbers = "、".join(by_case[case_id][0].case.management_number for case_id in unfit)
        if not made and unfit:
            raise UserError(
                "K-1805", f"{numbers} の{next(iter(unfit.values()))}", kept="手紙は作っていません。", todo="送り先を確かめてください。"
            )
        if not made:
            raise Conflict("K-1841", "作れる手紙がありません。", todo="一覧の「作れない理由」を見てください。")
        left = len(ids) - len(made)
        words = f"手紙 {count}通を作りました。" + (f"{left}件は作れませんでした。" if left else "")
        return Changes(_CHANGED, words + (f"{numbers} は、宛先を印刷できません。" if unfit else ""), tuple(made))


def preview(desk: Desk, letter_id: int) -> bytes:
    """PDF of the letter with the destination hatched; recorded as LETTER_PREVIEWED."""
    with desk.work(Act.LETTER_PREVIEWED) as unit:
        letter = print_jobs.found(unit.session, letter_id)
        content = letter_data.open_content(desk, case_of(unit.session, letter.case_id), letter)
        unit.record(Act.LETTER_PREVIEWED, subject="case", subject_id=letter.case_id, letter=letter.id)
        words, pictures = words_of_letter(desk, unit.session, letter), gaiji.approved(unit.session)
    return letter_press.preview(content, words, pictures, envelope=desk.programme.envelope)


def mark_sent(desk: Desk, letter_ids: tuple[int, ...], sent_on: date) -> Changes:
    """Keeps the day of posting; with its first letter the case becomes 確認書発送. All or none of ``letter_ids``."""
    if not letter_ids:
        raise InputProblem("K-1844", "letters", "発送する手紙を選んでいません。", todo="手紙を選んでください。")
    if sent_on > desk.today():
        raise InputProblem("K-1850", "sent_on", "発送日が今日よりあとの日です。", todo="発送した日を入力してください。")
    with desk.work(Act.LETTER_SENT) as unit:
        cases: list[int] = []
        for letter_id in dict.fromkeys(letter_ids):
            letter = print_jobs.found(unit.session, letter_id)
            if letter.state != LetterState.PRINTED.value or letter.voided_by is not None:
                raise Conflict("K-1851", f"{words_of(letter)} は「{letter.state}」です。", todo="印刷済の手紙だけを発送済にできます。")
            letter_leaving.refuse(desk, unit.session, letter)
            if sent_on < letter.issued_on:
                raise InputProblem("K-1850", "sent_on", "発送日が作成日より前の日です。", todo="発送した日を入力してください。")
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
            # A letter that is sent again need not change the case, which may have gone on with another benefit meanwhile.
            again = (CaseStatus(case.status), Act.LETTER_SENT) not in TRANSITIONS and replaces_sent(unit.session, letter)
            if LetterKind(letter.kind) in FIRST and not again:
                advance(case, Act.LETTER_SENT, desk.now_text())
            unit.record(Act.LETTER_SENT, subject="case", subject_id=case.id, letter=letter.id, issue=letter.issue)
            cases.append(case.id)
        return Changes(_CHANGED, f"手紙 {len(cases)}通を発送済にしました。", tuple(cases))


def mark_undelivered(desk: Desk, letter_id: int, on: date) -> Changes:
    """The letter came back (返戻). It is never sent again to another address by itself: a new address must be verified first."""
    return returned_mail.came_back(desk, letter_id, on, ReturnReason.OTHER)
