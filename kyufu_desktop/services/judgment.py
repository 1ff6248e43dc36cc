"""Judging: look at the facts, keep every reason, draft (起案), approve (決裁) by a second person, return, decision sheet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop import settings
from kyufu_desktop.database.unit_of_work import UnitOfWork
from kyufu_desktop.documents import sheets
from kyufu_desktop.documents.letters import working_lines as letter_lines
from kyufu_desktop.documents.sheets import BenefitSheet, ConditionLine, DecisionSheet
from kyufu_desktop.domain.case import TRANSITIONS, CaseStatus
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.judgment import CaseFacts, Judgment, Outcome, Reason, judge
from kyufu_desktop.domain.payment import OCCUPYING
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.domain.values import BENEFIT_LABELS, Benefit, Category
from kyufu_desktop.errors import Conflict, CustodyProblem, InputProblem, NotAllowed
from kyufu_desktop.models.base import Signature
from kyufu_desktop.models.case import Case
from kyufu_desktop.models.exchange import InquiryRecord
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.models.programme import ProgrammeVersion
from kyufu_desktop.security.approval import Statement, sign
from kyufu_desktop.services.case_facts import cases_with_people, chunks, facts_of, staff_names
from kyufu_desktop.services.case_rows import JudgmentRow
from kyufu_desktop.services.case_steps import advance, case_of, recipient
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.judgment_rows import (
    APPROVED,
    DRAFTED,
    JUDGED,
    RETURNED,
    VOID,
    columns_of,
    conditions_from,
    digest_of,
    fresh_record,
    held_sentences,
    key_of,
    live_records,
    row_of,
    same,
    working_from,
)
from kyufu_desktop.services.session import Desk, Second

OUTCOME_WORDS: dict[Outcome, str] = {Outcome.ELIGIBLE: "支給", Outcome.NG: "不支給", Outcome.HOLD: "保留"}


@dataclass(frozen=True, slots=True)
class JudgmentCase:
    """One row of the station 判定. ``state_word`` is a chip word: 起案できる / 保留 / 決裁待ち / 承認済 / 照会中 / 不支給."""

    case_id: int
    management_number: str
    name: str = field(repr=False)
    category: Category
    state_word: str
    benefits: str
    amount: int


@dataclass(frozen=True, slots=True)
class JudgmentPage:
    """The right side of the station: header and every judgment with its conditions and sums."""

    case_id: int
    management_number: str
    name: str = field(repr=False)
    kana: str = field(repr=False)
    rows: tuple[JudgmentRow, ...]
    headline: str
    """支給できます / 支給できません / 保留しています."""
    total: int
    may_draft: bool
    may_approve: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What a run over many cases came to: counts and, per held case, why (words)."""

    judged: int
    eligible: int
    refused: int
    held: tuple[tuple[str, str], ...] = field(repr=False)
    changed: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """One benefit as it would be judged now, beside the live record."""

    judgment: Judgment
    stored: JudgmentRecord | None
    same: bool
    occupied: bool
    """A payment of the stored judgment is under way or made: it is left alone."""

    @property
    def held(self) -> bool:
        return self.judgment.outcome is Outcome.HOLD

    @property
    def to_draft(self) -> bool:
        if self.held or self.occupied:
            return False
        return self.stored is None or not self.same or self.stored.state in {JUDGED, RETURNED}

    @property
    def drafted(self) -> bool:
        return self.stored is not None and self.stored.state == DRAFTED

    @property
    def approved(self) -> bool:
        return self.stored is not None and self.stored.state == APPROVED


@dataclass(frozen=True, slots=True)
class _Standing:
    """A case judged afresh, beside what is kept."""

    facts: CaseFacts
    entries: tuple[_Entry, ...]
    gone: tuple[JudgmentRecord, ...]
    """Live records of benefits that the facts do not give any more."""

    def shown(self, desk: Desk) -> list[JudgmentRecord]:
        """The stored record where it still says the same (or is being paid), else what would be drafted."""
        return [
            entry.stored
            if entry.stored is not None and (entry.same or entry.occupied)
            else fresh_record(entry.judgment, self.facts, desk.programme, desk.today(), desk.staff.id, "")
            for entry in self.entries
        ]

    def state_word(self, asked: bool) -> str:
        if any(entry.to_draft for entry in self.entries):
            return "起案できる"
        if any(entry.drafted for entry in self.entries):
            return "決裁待ち"
        if any((entry.approved and entry.judgment.outcome is Outcome.ELIGIBLE) or entry.occupied for entry in self.entries):
            return "承認済"
        if not any(entry.held for entry in self.entries):
            return "不支給"
        waits = any(Reason.HOLD_TAX_INQUIRY in entry.judgment.reasons for entry in self.entries)
        return "照会中" if asked and waits else "保留"


def standings(session: Session, desk: Desk, case_ids: Sequence[int]) -> dict[int, _Standing]:
    """Every case judged afresh with its live records; cases that are not in the file are absent."""
    on = desk.today()
    facts = facts_of(session, case_ids, desk.programme, on)
    live = live_records(session, case_ids)
    occupied = _occupied(session, case_ids)
    found: dict[int, _Standing] = {}
    for case_id, case_facts in facts.items():
        stored = dict(live[case_id])
        entries: list[_Entry] = []
        for judgment in judge(case_facts, desk.programme, on):
            record = stored.pop(key_of(judgment), None)
            equal = record is not None and same(record, columns_of(judgment))
            entries.append(_Entry(judgment, record, equal, record is not None and record.id in occupied))
        found[case_id] = _Standing(case_facts, tuple(entries), tuple(stored.values()))
    return found


def _occupied(session: Session, case_ids: Sequence[int]) -> set[int]:
    """Judgments with a payment that occupies their money."""
    found: set[int] = set()
    states = [state.value for state in OCCUPYING]
    for part in chunks(case_ids):
        found.update(session.scalars(select(Payment.judgment_id).where(Payment.case_id.in_(part), Payment.state.in_(states))))
    return found


def list_cases(desk: Desk, state_word: str | None) -> tuple[JudgmentCase, ...]:
    """All cases with their state, by management number; ``state_word`` picks one state. Recorded as CASES_LISTED."""
    with desk.work(Act.CASES_LISTED) as unit:
        session = unit.session
        ids = list(session.scalars(select(Case.id).order_by(Case.management_number)))
        cases = cases_with_people(session, ids)
        asked = asked_cases(session)
        judged = standings(session, desk, ids)
        rows = []
        for case_id in ids:
            word = judged[case_id].state_word(case_id in asked)
            if state_word is None or word == state_word:
                rows.append(_list_row(cases[case_id], word, judged[case_id]))
        unit.record(Act.CASES_LISTED, place="judgment", rows=len(rows))
    return tuple(rows)


def asked_cases(session: Session) -> set[int]:
    """Cases with a tax inquiry that is not answered."""
    return set(session.scalars(select(InquiryRecord.case_id).where(InquiryRecord.kind == "TAX", InquiryRecord.answered_at.is_(None))))


def _list_row(case: Case, word: str, standing: _Standing) -> JudgmentCase:
    eligible = [entry.judgment for entry in standing.entries if entry.judgment.outcome is Outcome.ELIGIBLE]
    words = dict.fromkeys(BENEFIT_LABELS[judgment.benefit] for judgment in eligible)
    return JudgmentCase(
        case_id=case.id,
        management_number=case.management_number,
        name=recipient(case).name,
        category=Category(case.category),
        state_word=word,
        benefits="・".join(words),
        amount=sum(judgment.amount for judgment in eligible),
    )


def page(desk: Desk, case_id: int) -> JudgmentPage:
    """Judges afresh if nothing is stored or a fact changed; what is shown is what would be drafted. Recorded as CASE_VIEWED."""
    with desk.work(Act.CASE_VIEWED) as unit:
        case = case_of(unit.session, case_id)
        standing = standings(unit.session, desk, [case_id])[case_id]
        names = {person.id: person.name for person in case.people}
        staff = staff_names(unit.session)
        head = recipient(case)
        records = standing.shown(desk)
        result = JudgmentPage(
            case_id=case_id,
            management_number=case.management_number,
            name=head.name,
            kana=head.kana,
            rows=tuple(row_of(record, names, staff) for record in records),
            headline=_headline(standing),
            total=sum(record.amount for record in records if record.outcome == Outcome.ELIGIBLE.value),
            may_draft=desk.may(Act.JUDGMENT_DRAFTED) and any(entry.to_draft for entry in standing.entries),
            may_approve=_may_approve(desk, standing),
            why_not=_why_not(desk, standing),
        )
        unit.record(Act.CASE_VIEWED, subject="case", subject_id=case_id, place="judgment")
    return result


def _headline(standing: _Standing) -> str:
    outcomes = {entry.judgment.outcome for entry in standing.entries}
    if Outcome.ELIGIBLE in outcomes:
        return "支給できます"
    return "保留しています" if Outcome.HOLD in outcomes else "支給できません"


def _may_approve(desk: Desk, standing: _Standing) -> bool:
    drafted = [entry for entry in standing.entries if entry.drafted]
    return bool(drafted) and all(
        entry.same and entry.stored is not None and may_verify(Act.JUDGMENT_APPROVED, entry.stored.drafted_by, desk.staff)
        for entry in drafted
    )


def _why_not(desk: Desk, standing: _Standing) -> str:
    """Why the next step is not this person's, as one sentence; empty where it is."""
    if any(entry.occupied and not entry.same for entry in standing.entries):
        return "支給の手続が進んでいるため、判定を変えられません。"
    drafted = [entry for entry in standing.entries if entry.drafted]
    if drafted and not all(entry.same for entry in drafted):
        return "起案のあとに内容が変わりました。起案し直してください。"
    if drafted and any(entry.stored is not None and entry.stored.drafted_by == desk.staff.id for entry in drafted):
        return "起案した人は決裁できません。別の取扱責任者が決裁します。"
    if drafted and not desk.may(Act.JUDGMENT_APPROVED):
        return "決裁は取扱責任者が行います。"
    if not drafted and not any(entry.to_draft for entry in standing.entries) and any(entry.held for entry in standing.entries):
        return "保留の理由が片づくまで、起案できません。"
    return ""


def draft(desk: Desk, case_ids: tuple[int, ...], progress: Progress) -> tuple[Changes, BulkReport]:
    """起案: stores the judgments of the cases. ELIGIBLE and NG become DRAFTED; HOLD stays with its reason and is not drafted.

    A case of which nothing is drafted gets the status 保留.

    A judgment that differs from an approved one supersedes it visibly; one with a live payment is left alone and reported.
    """
    eligible = refused = changed = 0
    held: list[tuple[str, str]] = []
    with desk.work(Act.JUDGMENT_DRAFTED) as unit:
        session, at = unit.session, desk.now_text()
        _keep_programme(session, desk, at)
        cases = cases_with_people(session, case_ids)
        missing = [case_id for case_id in case_ids if case_id not in cases]
        if missing:
            case_of(session, missing[0])
        done = 0
        for part in chunks(case_ids, 100):
            progress(done, len(case_ids))
            judged = standings(session, desk, part)
            kept = {case_id: _store(session, desk, judged[case_id], at) for case_id in part if _may_change(cases[case_id])}
            session.flush()
            for case_id in part:
                case, standing, new = cases[case_id], judged[case_id], kept.get(case_id, [])
                eligible += any(entry.judgment.outcome is Outcome.ELIGIBLE for entry in standing.entries)
                refused += all(entry.judgment.outcome is Outcome.NG for entry in standing.entries)
                changed += bool(new)
                why = _held_words(standing, desk, case)
                if why:
                    held.append((case.management_number, why))
                if case_id in kept:
                    _after_draft(case, standing, new, at)
                unit.record(
                    Act.JUDGMENT_DRAFTED,
                    subject="case",
                    subject_id=case_id,
                    drafted=sum(record.state == DRAFTED for record in new),
                    held=sum(entry.held for entry in standing.entries),
                    amount=sum(record.amount for record in new),
                )
            done += len(part)
        progress(done, len(case_ids))
        if not case_ids:
            raise InputProblem("K-1668", "case_ids", "起案する案件が選ばれていません。", todo="一覧で案件を選んでください。")
    report = BulkReport(len(case_ids), eligible, refused, tuple(held), changed)
    sentence = f"{changed:,}件を判定し、支給{eligible:,}件、不支給{refused:,}件を起案しました。保留は{len(held):,}件です。"
    return Changes(Kind.JUDGMENTS | Kind.CASES | Kind.AUDIT, sentence, tuple(case_ids)), report


def _store(session: Session, desk: Desk, standing: _Standing, at: str) -> list[JudgmentRecord]:
    """New rows for what is new or different; the old ones name their successor. Returns the new rows (ids are set)."""
    new: list[tuple[JudgmentRecord, JudgmentRecord | None]] = []
    for entry in standing.entries:
        if entry.occupied or not (entry.to_draft or (entry.held and not entry.same)):
            continue
        record = fresh_record(entry.judgment, standing.facts, desk.programme, desk.today(), desk.staff.id, at)
        new.append((record, entry.stored))
    occupied = _occupied(session, [standing.facts.case_id]) if standing.gone else set()
    for old in standing.gone:
        if old.id not in occupied:
            old.state = VOID
            old.superseded_by = old.id
    for _, previous in new:
        if previous is not None:
            # Steps aside first: the file allows one live row of a benefit only.
            previous.superseded_by = previous.id
    if not new and not standing.gone:
        return []
    session.flush()
    session.add_all(record for record, _ in new)
    session.flush()
    for record, previous in new:
        if previous is not None:
            previous.superseded_by = record.id
    return [record for record, _ in new]


def _may_change(case: Case) -> bool:
    """Whether the case stands where a judgment is drafted; a draft that waits may be replaced by a newer one."""
    status = CaseStatus(case.status)
    return status is CaseStatus.DRAFTED or (status, Act.JUDGMENT_DRAFTED) in TRANSITIONS


def _after_draft(case: Case, standing: _Standing, new: list[JudgmentRecord], at: str) -> None:
    fresh = any(record.state == DRAFTED for record in new)
    kept = any(entry.same and (entry.drafted or entry.approved) for entry in standing.entries)
    if not fresh and kept:
        return
    if case.status == CaseStatus.DRAFTED.value:
        # The draft that waited is withdrawn by the newer one.
        advance(case, Act.JUDGMENT_RETURNED, at)
    advance(case, Act.JUDGMENT_DRAFTED, at, failed=not fresh)


def _settle(case: Case, standing: _Standing, at: str) -> None:
    """After the approval: 支給判定済 where something is paid, 不支給 where nothing is, 保留 where the rest still waits."""
    eligible = any(entry.judgment.outcome is Outcome.ELIGIBLE for entry in standing.entries)
    advance(case, Act.JUDGMENT_APPROVED, at, failed=not eligible)
    if not eligible and any(entry.held for entry in standing.entries):
        advance(case, Act.JUDGMENT_DRAFTED, at, failed=True)


def _held_words(standing: _Standing, desk: Desk, case: Case) -> str:
    words = held_sentences(standing.shown(desk))
    if any(entry.occupied and not entry.same for entry in standing.entries):
        words = f"支給の手続が進んでいるため、判定を変えていません。{words}"
    elif not _may_change(case) and any(entry.to_draft for entry in standing.entries):
        words = f"「{case.status}」まで進んでいるため、判定を変えていません。{words}"
    return words


def _keep_programme(session: Session, desk: Desk, at: str) -> None:
    """The whole definition, once, so that an old judgment can be explained after the file has changed."""
    programme = desk.programme
    if session.scalar(select(ProgrammeVersion.id).where(ProgrammeVersion.digest == programme.digest)) is None:
        session.add(
            ProgrammeVersion(code=programme.code, digest=programme.digest, text=_programme_text(programme.digest), first_used_at=at)
        )


def _programme_text(digest: str) -> str:
    for path in sorted(settings.resource("programmes").glob("*.toml")):
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() == digest:
            return data.decode("utf-8")
    return ""


def approve(desk: Desk, case_ids: tuple[int, ...], second: Second, progress: Progress) -> Changes:
    """決裁: the second person signs the digest of every drafted judgment of the cases; refused for what he drafted himself.

    All cases or none. Raises Conflict K-1669 (nothing drafted), K-1673 (facts changed since), NotAllowed K-1674 (own draft).
    """
    with desk.work(Act.JUDGMENT_APPROVED, second) as unit:
        session, at = unit.session, desk.now_text()
        cases = cases_with_people(session, case_ids)
        signature_id = (session.scalar(select(func.max(Signature.id))) or 0) + 1
        count = total = done = 0
        for part in chunks(case_ids, 100):
            progress(done, len(case_ids))
            judged = standings(session, desk, part)
            for case_id in part:
                if case_id not in judged:
                    case_of(session, case_id)
                drafted = _approvable(judged[case_id], second)
                for record in drafted:
                    _sign(unit, desk, second, record, signature_id, at)
                    signature_id += 1
                amount = sum(record.amount for record in drafted)
                _settle(cases[case_id], judged[case_id], at)
                unit.record(Act.JUDGMENT_APPROVED, subject="case", subject_id=case_id, judgments=len(drafted), amount=amount)
                count += len(drafted)
                total += amount
            done += len(part)
        progress(done, len(case_ids))
        if not case_ids:
            raise InputProblem("K-1668", "case_ids", "決裁する案件が選ばれていません。", todo="一覧で案件を選んでください。")
    sentence = f"{len(case_ids):,}件（給付{count:,}件、{total:,}円）を決裁しました。"
    return Changes(Kind.JUDGMENTS | Kind.CASES | Kind.AUDIT, sentence, tuple(case_ids))


def _approvable(standing: _Standing, second: Second) -> list[JudgmentRecord]:
    drafted = [entry for entry in standing.entries if entry.drafted]
    if not drafted:
        raise Conflict("K-1669", "決裁を待つ起案がない案件が含まれています。", todo="一覧を読み直してください。")
    records = []
    for entry in drafted:
        record = entry.stored
        assert record is not None
        if not may_verify(Act.JUDGMENT_APPROVED, record.drafted_by, second.staff):
            raise NotAllowed("K-1674", "起案した人は、自分の起案を決裁できません。", todo="別の取扱責任者が決裁してください。")
        if not entry.same:
            raise Conflict("K-1673", "起案のあとに内容が変わった案件が含まれています。", todo="起案し直してから、決裁してください。")
        if digest_of(record) != record.digest:
            raise CustodyProblem("K-1675", "起案の記録が、書かれたときと違います。", todo="作業を止め、取扱責任者に知らせてください。")
        records.append(record)
    if standing.gone:
        raise Conflict("K-1673", "起案のあとに内容が変わった案件が含まれています。", todo="起案し直してから、決裁してください。")
    return records


def _sign(unit: UnitOfWork, desk: Desk, second: Second, record: JudgmentRecord, signature_id: int, at: str) -> None:
    statement = Statement("judgment", 1, record.amount, record.digest, desk.vault.generation, unit.next_seq)
    unit.session.add(
        Signature(
            id=signature_id,
            act=Act.JUDGMENT_APPROVED.value,
            subject="judgment",
            subject_id=record.id,
            digest=record.digest,
            payload=statement.payload().decode("utf-8"),
            signer_id=second.staff.id,
            signature=sign(second.signer, statement),
            signed_at=at,
        )
    )
    record.state = APPROVED
    record.approved_by = second.staff.id
    record.approved_at = at
    record.signature_id = signature_id


def send_back(desk: Desk, case_id: int, second: Second, reason: str) -> Changes:
    """差戻し: every drafted judgment of the case goes back with the reason; it can be drafted anew."""
    if not reason.strip():
        raise InputProblem("K-1676", "reason", "差戻しの理由が入っていません。", todo="起案した人に分かる理由を入れてください。")
    with desk.work(Act.JUDGMENT_RETURNED, second) as unit:
        case = case_of(unit.session, case_id)
        records = [record for record in live_records(unit.session, [case_id])[case_id].values() if record.state == DRAFTED]
        if not records:
            raise Conflict("K-1669", "決裁を待つ起案がありません。", todo="一覧を読み直してください。")
        for record in records:
            if not may_verify(Act.JUDGMENT_RETURNED, record.drafted_by, second.staff):
                raise NotAllowed("K-1674", "起案した人は、自分の起案を差し戻せません。", todo="別の取扱責任者が行ってください。")
            record.state = RETURNED
            record.returned_reason = reason.strip()
        advance(case, Act.JUDGMENT_RETURNED, desk.now_text())
        unit.record(Act.JUDGMENT_RETURNED, subject="case", subject_id=case_id, judgments=len(records))
    return Changes(Kind.JUDGMENTS | Kind.CASES | Kind.AUDIT, "1件を差し戻しました。", (case_id,))


def decision_sheet(desk: Desk, case_id: int) -> bytes:
    """判定調書 as PDF bytes (in memory) of what is drafted or decided; recorded before it is returned."""
    with desk.work(Act.DECISION_SHEET_MADE) as unit:
        session = unit.session
        case = case_of(session, case_id)
        records = list(live_records(session, [case_id])[case_id].values())
        if not records:
            raise Conflict("K-1677", "この案件は、まだ判定していません。", todo="判定を起案してから、判定調書を作ってください。")
        names, staff = {person.id: person.name for person in case.people}, staff_names(session)
        approved = [record for record in records if record.approved_by is not None]
        first = records[0]
        sheet = DecisionSheet(
            management_number=case.management_number,
            recipient=recipient(case).name,
            programme=desk.programme.name,
            judged_on=max(record.judged_on for record in records),
            benefits=tuple(_benefit_sheet(record, names) for record in records),
            origins=_origins(records),
            drafter=staff.get(first.drafted_by, ""),
            approver=staff.get(approved[0].approved_by or 0, "") if approved else "",
            approved_on=date.fromisoformat((approved[0].approved_at or "")[:10]) if approved else None,
            signature_digest=hashlib.sha256("".join(record.digest for record in records).encode()).hexdigest(),
            practice=desk.practice,
        )
        unit.record(Act.DECISION_SHEET_MADE, subject="case", subject_id=case_id, judgments=len(records))
    return sheets.decision_sheet(sheet)


def _benefit_sheet(record: JudgmentRecord, names: Mapping[int, str]) -> BenefitSheet:
    working = letter_lines(working_from(record.working)) if record.working else ()
    return BenefitSheet(
        label=BENEFIT_LABELS[Benefit(record.benefit)],
        outcome=OUTCOME_WORDS[Outcome(record.outcome)],
        amount=record.amount,
        conditions=tuple(
            ConditionLine(condition.sentence, condition.values, condition.article, condition.finding)
            for condition in conditions_from(record.conditions)
        ),
        working=working,
        taxpayer=names.get(record.person_id, "") if record.person_id else "",
    )


def _origins(records: Sequence[JudgmentRecord]) -> tuple[str, ...]:
    """Where the tax facts came from, each once."""
    found: dict[str, None] = {}
    for record in records:
        for person in json.loads(record.facts)["persons"]:
            if person["tax"]["origin"]:
                found[person["tax"]["origin"]] = None
    return tuple(found)
