"""The page of the station 突合: every meeting that stands, with ours beside theirs."""

from __future__ import annotations

import json
from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.collation import Certainty, FindingDecision, Key, PlannedPayment, Source, fold_kana
from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.domain.values import Benefit, yen
from kyufu_desktop.models.case import Case, Person, ReceivedNotice
from kyufu_desktop.models.exchange import CollationFinding
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.services import collation_state
from kyufu_desktop.services.case_facts import cases_with_people, chunks, staff_names
from kyufu_desktop.services.case_steps import heads_of, listed_name, live_account
from kyufu_desktop.services.collation_candidates import planned_of_findings
from kyufu_desktop.services.collation_findings import fingerprint
from kyufu_desktop.services.collation_rows import CollationPage, FindingRow, Pair
from kyufu_desktop.services.payables import group_of
from kyufu_desktop.services.session import Desk


def page(desk: Desk) -> CollationPage:
    """All meetings that stand, undecided first, then by management number. Recorded as CASES_LISTED."""
    with desk.work(Act.CASES_LISTED) as unit:
        session = unit.session
        findings = session.scalars(select(CollationFinding).where(CollationFinding.gone_at.is_(None)).order_by(CollationFinding.id)).all()
        look = _Look(session, list(findings), desk.programme)
        rows = [look.row(finding) for finding in findings]
        rows.sort(key=lambda row: (row.decision is not None, row.management_number, row.finding_id))
        newest = collation_state.newest_list(session)
        changed = collation_state.difference(session)
        result = CollationPage(
            list_rows=newest.rows if newest is not None else 0,
            list_created_on=newest.created_on if newest is not None else None,
            cases=session.scalar(select(func.count()).select_from(Case)) or 0,
            findings=tuple(rows),
            due=collation_state.due(session),
            run=collation_state.last_run(session),
            difference=changed if newest is not None and changed is not None and changed.import_id == newest.id else None,
        )
        unit.record(Act.CASES_LISTED, place="collation", rows=len(rows))
    return result


class _Look:
    """Everything that the rows need, read once for all of them."""

    def __init__(self, session: Session, findings: list[CollationFinding], programme: Programme) -> None:
        self._session = session
        self._programme = programme
        ids = {finding.case_id for finding in findings} | {finding.other_case_id for finding in findings if finding.other_case_id}
        self._cases = cases_with_people(session, sorted(ids))
        self._staff = staff_names(session)
        self._planned = self._rows_of_the_list(findings)
        self._notices = {notice.id: notice for notice in self._notices_of(findings)}
        self._judged: dict[int, list[JudgmentRecord]] = defaultdict(list)
        for part in chunks(sorted(ids)):
            for judgment in session.scalars(
                select(JudgmentRecord).where(JudgmentRecord.case_id.in_(part), JudgmentRecord.superseded_by.is_(None))
            ):
                self._judged[judgment.case_id].append(judgment)

    def _rows_of_the_list(self, findings: list[CollationFinding]) -> dict[str, PlannedPayment]:
        if not any(finding.source == Source.PLANNED.value for finding in findings):
            return {}
        numbers = select(CollationFinding.planned_management_number).where(
            CollationFinding.gone_at.is_(None), CollationFinding.source == Source.PLANNED.value
        )
        return {fingerprint(row): row for row in planned_of_findings(self._session, numbers)}

    def _notices_of(self, findings: list[CollationFinding]) -> list[ReceivedNotice]:
        ids = sorted({finding.notice_id for finding in findings if finding.notice_id is not None})
        found: list[ReceivedNotice] = []
        for part in chunks(ids):
            found += self._session.scalars(select(ReceivedNotice).where(ReceivedNotice.id.in_(part)))
        return found

    def row(self, finding: CollationFinding) -> FindingRow:
        case = self._cases[finding.case_id]
        keys = tuple(Key(key) for key in json.loads(finding.keys)) if finding.keys.startswith("[") else (Key(finding.keys),)
        source = Source(finding.source)
        return FindingRow(
            finding_id=finding.id,
            case_id=case.id,
            management_number=case.management_number,
            name=listed_name(case),
            keys=keys,
            certainty=Certainty(finding.certainty),
            benefit=Benefit(finding.benefit),
            amount=finding.amount,
            planned_on=finding.planned_on,
            paid=finding.paid,
            planned_management_number=finding.planned_management_number,
            advice=finding.advice,
            decision=FindingDecision(finding.decision) if finding.decision else None,
            decision_reason=finding.decision_reason,
            decided_by=self._staff.get(finding.decided_by) if finding.decided_by else None,
            decided_at=finding.decided_at,
            source=source,
            pairs=self._pairs(finding, case, keys, source),
            in_list=source is not Source.PLANNED or finding.fingerprint in self._planned,
        )

    def _pairs(self, finding: CollationFinding, case: Case, keys: tuple[Key, ...], source: Source) -> tuple[Pair, ...]:
        if source is Source.OWN:
            return self._with_case(finding, case, keys)
        if source is Source.NOTICE:
            return self._with_notice(finding, case, keys)
        return self._with_list(finding, case, keys)

    def _with_list(self, finding: CollationFinding, case: Case, keys: tuple[Key, ...]) -> tuple[Pair, ...]:
        row = self._planned.get(finding.fingerprint)
        person = _who(case, row.head_number if row else None, row.child_number if row else None, row)
        ours, amount = self._judgment(case, Benefit(finding.benefit))
        there = row is not None
        state = "支給済" if finding.paid else "予定"
        number = Key.CHILD if Key.CHILD in keys else Key.PERSON
        return (
            Pair("給付管理番号", case.management_number, finding.planned_management_number, Key.MANAGEMENT in keys),
            Pair("世帯番号", case.household_number, row.household_number if row else "", Key.HOUSEHOLD in keys),
            Pair("住民番号", person.resident_number, _number(row), number in keys),
            Pair("カナ氏名", person.kana, row.kana_folded if row else "", Key.NAME_BIRTH in keys),
            Pair("生年月日", _birth(person), wareki(row.birth) if row and row.birth else "", Key.NAME_BIRTH in keys),
            Pair("給付", ours, self._programme.label(Benefit(finding.benefit))),
            Pair("金額", amount, yen(finding.amount)),
            Pair("支給日", "", wareki(finding.planned_on) if finding.planned_on else ""),
            Pair("状態", case.status, state if there else f"{state}（いまの一覧にはありません）"),
        )

    def _with_case(self, finding: CollationFinding, case: Case, keys: tuple[Key, ...]) -> tuple[Pair, ...]:
        other = self._cases[finding.other_case_id] if finding.other_case_id is not None else case
        if Key.ACCOUNT in keys:
            one, two = live_account(self._session, case.id), live_account(self._session, other.id)
            return (
                Pair("給付管理番号", case.management_number, other.management_number),
                Pair("振込口座", _account(one), _account(two), same=True),
                Pair("口座名義", one.holder_written if one else "", two.holder_written if two else ""),
                Pair("状態", case.status, other.status),
            )
        person, met = _same_people(case, other)
        benefit = Benefit(finding.benefit)
        mine, theirs = self._judgment(case, benefit), self._judgment(other, benefit)
        return (
            Pair("給付管理番号", case.management_number, other.management_number),
            Pair("世帯番号", case.household_number, other.household_number),
            Pair("住民番号", person.resident_number, met.resident_number, Key.PERSON in keys),
            Pair("カナ氏名", person.kana, met.kana, Key.NAME_BIRTH in keys),
            Pair("生年月日", _birth(person), _birth(met), Key.NAME_BIRTH in keys),
            Pair("給付", mine[0], theirs[0]),
            Pair("金額", mine[1], theirs[1]),
            Pair("状態", case.status, other.status),
        )

    def _with_notice(self, finding: CollationFinding, case: Case, keys: tuple[Key, ...]) -> tuple[Pair, ...]:
        notice = self._notices.get(finding.notice_id or 0)
        person = next((one for one in case.people if one.resident_number == finding.child_number), None) or _head(case)
        received = f"受付第{notice.number}号" if notice is not None else ""
        return (
            Pair("番号", case.management_number, received),
            Pair("住民番号", person.resident_number, person.resident_number if Key.PERSON in keys else "", Key.PERSON in keys),
            Pair("カナ氏名", person.kana, person.kana if Key.NAME_BIRTH in keys else "", Key.NAME_BIRTH in keys),
            Pair("生年月日", _birth(person), _birth(person) if Key.NAME_BIRTH in keys else "", Key.NAME_BIRTH in keys),
            Pair("受け取った日", "", wareki(notice.received_on) if notice is not None else ""),
            Pair("状態", case.status, "2人目が確認済" if notice is not None and notice.verified_at else "2人目の確認待ち"),
        )

    def _judgment(self, case: Case, benefit: Benefit) -> tuple[str, str]:
        """Our benefit of the same group and its amount, in words."""
        found = [one for one in self._judged[case.id] if group_of(Benefit(one.benefit)) == group_of(benefit)]
        eligible = [one for one in found if one.outcome == "ELIGIBLE"]
        if eligible:
            return self._programme.label(Benefit(eligible[0].benefit)), yen(sum(one.amount for one in eligible))
        return self._programme.label(benefit), "支給しません" if found else "判定の前です"


def _who(case: Case, head: str | None, child: str | None, row: PlannedPayment | None) -> Person:
    """Who of our case it is that met; the recipient where only a number of the case or the household did."""
    for person in case.people:
        if person.resident_number in (head, child):
            return person
    for person in case.people:
        if row is not None and person.kana_folded and person.kana_folded == row.kana_folded and person.birth_day == row.birth:
            return person
    return _head(case)


def _head(case: Case) -> Person:
    """Shown beside what met, and nothing is sent or paid to him from here: so the first of several will do."""
    return next(iter(heads_of(case)), case.people[0])


def _number(row: PlannedPayment | None) -> str:
    if row is None:
        return ""
    return f"{row.head_number}　児童 {row.child_number}" if row.child_number else row.head_number


def _same_people(case: Case, other: Case) -> tuple[Person, Person]:
    for one in case.people:
        for two in other.people:
            known = fold_kana(one.kana) == fold_kana(two.kana) and one.birth_day == two.birth_day and bool(one.kana)
            if one.resident_number == two.resident_number or known:
                return one, two
    return _head(case), _head(other)


def _account(account: object) -> str:
    if account is None:
        return ""
    return "-".join(str(getattr(account, part)) for part in ("bank", "branch", "kind", "number"))


def _birth(person: Person) -> str:
    """As the other side writes it; as the register has it where the day is not known."""
    return wareki(person.birth_day) if person.birth_day is not None else person.birth_written
