"""What a case is due for, why it cannot be written all the same, and which letters that have not left do not hold any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.documents import window_fit
from kyufu_desktop.documents.fonts import unprintable
from kyufu_desktop.documents.gaiji import Pictures
from kyufu_desktop.domain.case import TRANSITIONS, CaseStatus
from kyufu_desktop.domain.letter import FIRST, LETTER_LABELS, LetterKind, LetterState
from kyufu_desktop.domain.letter_occasion import Occasion, first_letter
from kyufu_desktop.domain.outcome import Outcome, Reason
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Category
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.letter import Letter
from kyufu_desktop.services import addressees, letter_occasions, letter_words
from kyufu_desktop.services.case_facts import cases_with_people, chunks
from kyufu_desktop.services.case_steps import NO_ONE_HEAD, heads_of, live_account, recipient
from kyufu_desktop.services.destination import destination_of, open_address, prints_former_names, unshown
from kyufu_desktop.services.letter_standing import Standing, standings
from kyufu_desktop.services.session import Desk


@dataclass(frozen=True, slots=True)
class Due:
    """What a case is due for, with what tells whether the letter can be made."""

    occasion: Occasion
    case: Case
    standing: Standing
    judgments: Sequence[JudgmentRecord]


def due(session: Session, desk: Desk, case_ids: Iterable[int] | None = None) -> list[Due]:
    """Everything that these cases (None: all) are due for, in the order of the kinds and of the management numbers."""
    wanted = None if case_ids is None else set(case_ids)
    occasions = letter_occasions.occasions(session, desk.programme, desk.today())
    further = [each for each in occasions if wanted is None or each.case_id in wanted]
    ids = dict.fromkeys([*_decided_cases(session, wanted), *(each.case_id for each in further)])
    cases = cases_with_people(session, ids)
    known = standings(session, list(ids), desk.today())
    first = [_first(desk, cases[case_id], known[case_id]) for case_id in ids if known[case_id].untold()]
    judgments = _judgments(session, (*first, *further))
    found = [
        Due(each, cases[each.case_id], known[each.case_id], [judgments[judgment_id] for judgment_id in each.judgment_ids])
        for each in (*first, *further)
    ]
    order = list(LetterKind)
    return sorted(found, key=lambda each: (order.index(each.occasion.kind), each.case.management_number))


def _decided_cases(session: Session, wanted: set[int] | None) -> list[int]:
    approved = select(JudgmentRecord.case_id).where(
        JudgmentRecord.state == "APPROVED", JudgmentRecord.outcome == Outcome.ELIGIBLE.value, JudgmentRecord.superseded_by.is_(None)
    )
    return [case_id for case_id in session.scalars(select(Case.id).where(Case.id.in_(approved))) if wanted is None or case_id in wanted]


def _first(desk: Desk, case: Case, standing: Standing) -> Occasion:
    """The first letter tells of all that no letter on its way tells of."""
    unsent = standing.unsent()
    kind = first_letter(desk.programme, Category(case.category))
    return Occasion(kind, case.id, tuple(benefit.id for benefit in unsent), sum(benefit.amount for benefit in unsent))


def _judgments(session: Session, occasions: Iterable[Occasion]) -> Mapping[int, JudgmentRecord]:
    ids = list({judgment_id for each in occasions for judgment_id in each.judgment_ids})
    found: dict[int, JudgmentRecord] = {}
    for part in chunks(ids):
        for judgment in session.scalars(select(JudgmentRecord).where(JudgmentRecord.id.in_(part))):
            found[judgment.id] = judgment
    return found


def obstacle(desk: Desk, session: Session, due: Due, pictures: Pictures) -> str:
    """Why the letter cannot be made, as a sentence; empty where it can."""
    case, standing, kind = due.case, due.standing, due.occasion.kind
    if any(letter.state == LetterState.PRINTED.value for letter in replaced(due)):
        # Made anew beside it, nobody would be told to take the sheets out any more.
        return "送れない手紙を細断し、先に書損にしてください。"
    if kind in FIRST and (CaseStatus(case.status), Act.LETTER_PREPARED) not in TRANSITIONS:
        return f"案件が「{case.status}」です。"
    place = place_obstacle(desk, session, due, pictures)
    if place:
        return place
    if kind in FIRST and any(letter.state in (LetterState.PRINTING.value, LetterState.PRINTED.value) for letter in standing.live()):
        return f"発送していない{LETTER_LABELS[kind]}があります。書損にするか発送してください。"
    if kind is LetterKind.PUSH:
        account = live_account(session, case.id)
        if account is None or account.verified_by is None:
            return "口座が確認済になっていません。"
    return ""


def place_obstacle(desk: Desk, session: Session, due: Due, pictures: Pictures) -> str:
    """Why nothing may go to the person or to the place of the case, whatever it tells."""
    case, standing = due.case, due.standing
    if len(heads_of(case)) != 1:
        return NO_ONE_HEAD
    if any(Reason.NG_DECEASED.value in judgment.reasons for judgment in due.judgments):
        return "お受け取りになる方が亡くなっています。相続人への連絡は、対応履歴に残してください。"
    address = standing.address
    if address is None:
        return "宛先の住所が確認済になっていません。"
    for where, missing in (
        ("氏名", unprintable(recipient(case).name, pictures)),
        ("宛先", unshown(desk, session, case, address, pictures)),
    ):
        if missing:
            return f"{where}に外字（{missing[0]}{'ほか' if missing[1:] else ''}）があります。「外字」の画面へ。"
    if any(letter.state == LetterState.UNDELIVERED.value and letter.address_id == address.id for letter in standing.letters):
        return "返戻になった宛先のままです。新しい宛先を確認してください。"
    return addressees.obstacle(desk, session, case, address)


def unfit(desk: Desk, session: Session, dues: Sequence[Due], pictures: Pictures) -> dict[int, str]:
    """Case id -> why its destination cannot be printed, found by typesetting all of them; each case has a verified address.

    What was found when the address was entered is not enough: the name, the setting of 旧氏 or the typefaces may have changed since.
    """
    cases = {each.case.id: each for each in dues}
    former = prints_former_names(session)
    places = []
    for each in cases.values():
        assert each.standing.address is not None
        places.append(destination_of(each.case, open_address(desk, each.case, each.standing.address), former=former))
    found = window_fit.why_not(places, letter_words.trial(desk, session, pictures))
    return {case_id: found[place] for place, case_id in enumerate(cases) if place in found}


def replaced(due: Due) -> list[Letter]:
    """Letters that wait for the printer, or lie printed and go nowhere any more, and that the new one stands for.

    A newer first letter tells all that earlier ones would have told; another letter of the same thing is there only where it does not hold
    any more (see :func:`letter_standing.stale`). A printed one is an obstacle: its paper is shredded first.
    """
    occasion, standing = due.occasion, due.standing
    if occasion.kind in FIRST:
        return [
            letter
            for letter in standing.live()
            if letter.state == LetterState.PREPARED.value or (letter.state == LetterState.PRINTED.value and letter.id in standing.stale)
        ]
    about = set(occasion.judgment_ids)
    return [
        letter
        for letter in standing.letters
        if letter.id in standing.stale
        and letter.kind == occasion.kind.value
        and (letter.form_id, letter.batch_id) == (occasion.form_id, occasion.batch_id)
        and about & standing.told.get(letter.id, frozenset())
    ]
