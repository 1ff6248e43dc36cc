"""Whatever is imported, decided, changed and paid in whatever order: nobody gets more than the tables of the second judge give."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from kyufu_desktop.domain.case_exit import ExitCause
from kyufu_desktop.domain.collation import FindingDecision
from kyufu_desktop.domain.household_event import EventKind
from kyufu_desktop.domain.judgment import ExitKind
from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import CaseExit, EvidenceRecord, HouseholdEvent
from kyufu_desktop.models.exchange import CollationFinding
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Batch, PaidChild, Payment
from kyufu_desktop.services import (
    batches,
    case_exits,
    cases,
    collation,
    household_events,
    judgment,
    payables,
    payments,
    results,
)
from kyufu_desktop.services.case_rows import EventEntry, ExitEntry
from kyufu_desktop.services.programme_definitions import as_proposed
from tests.services.desk_work import Ward
from tests.services.office import Office, copied, silent
from tests.services.test_collation import planned
from tests.services.three_households import HOUSEHOLDS, REASON, ask, attempt, decide_all, due, of_the_host, template

SURPRISES = ("", "", "evidence", "exit", "split", "list", "host")
EXITS = {ExitKind.WITHDRAWN: ExitCause.REQUEST, ExitKind.LAPSED: ExitCause.RETURNED_HOME}


class Ledger(RuleBasedStateMachine):
    """An office that tries everything, also what is refused; a model beside it keeps what each was ever entitled to."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.entitled: dict[str, int] = {}
        self.files = 0
        self.line: int | None = None

    @initialize(begun=st.booleans())
    def begin(self, begun: bool) -> None:
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.sit_down(self.stack.enter_context(copied(template(begun), folder)))

    def sit_down(self, office: Office) -> None:
        office.under(as_proposed("r6"))
        self.office = office
        self.ward = Ward(office)
        self.case_ids = self.ward.ids()

    def teardown(self) -> None:
        self.stack.close()

    def case(self, pick: int) -> int:
        return self.case_ids[pick % HOUSEHOLDS]

    def some_batch(self, pick: int) -> int:
        """One of the newest two batches; 0 where there is none."""
        batches = [row.batch_id for row in payments.page(self.office.desk).batches]
        return batches[pick % min(2, len(batches))] if batches else 0

    def newest(self, table: type, *where: Any) -> int:
        with self.office.desk.look() as session:
            return session.scalar(select(func.max(table.id)).where(*where)) or 0  # type: ignore[attr-defined]

    # The acts.

    @rule(picks=st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)))
    def correct(self, picks: tuple[int, int, int, int]) -> None:
        """The host sends a corrected workbook."""
        attempt(lambda: self.ward.bring_in("targets", of_the_host(*picks)))

    @rule(meets=st.sampled_from(("", "0000000010", "0000000020", "child")))
    def list_of_the_contractor(self, meets: str) -> None:
        """A new list, with a row that meets a household or its child, or with none; its day makes the file a new one."""
        self.files += 1
        row: dict[str, str | int] = {"支給予定額": 10_000 * self.files}
        row |= (
            {"給付種別": "子ども加算", "対象児童住民番号": "0000000011"} if meets == "child" else {"世帯主住民番号": meets} if meets else {}
        )
        attempt(lambda: self.ward.bring_in("planned", planned(row)), lambda: collation.run(self.office.desk, silent))

    @rule(decision=st.sampled_from((None, *FindingDecision)))
    def collate(self, decision: FindingDecision | None) -> None:
        """The run again, or a decision on the newest meeting."""
        if decision is None:
            attempt(lambda: collation.run(self.office.desk, silent))
            return
        finding = self.newest(CollationFinding, CollationFinding.gone_at.is_(None))
        attempt(lambda: collation.decide(self.office.desk, finding, decision, REASON))

    @rule(pick=st.integers(0, 2), act=st.sampled_from(("withdraw", "give", "give without names")))
    def evidence(self, pick: int, act: str) -> None:
        case_id = self.case(pick)
        if act == "withdraw":
            piece = self.newest(EvidenceRecord, EvidenceRecord.case_id == case_id)
            attempt(lambda: cases.withdraw_evidence(self.office.desk, piece, REASON))
        else:
            attempt(lambda: self.ward.evidence(case_id, companions=None if act == "give" else ()))

    @rule(pick=st.integers(0, 2), act=st.sampled_from((*EXITS, "come back", EventKind.SPLIT, "not split")))
    def leave_or_split(self, pick: int, act: str) -> None:
        desk, case_id = self.office.desk, self.case(pick)
        if act in EXITS:
            entry = ExitEntry(ExitKind(act), EXITS[ExitKind(act)], desk.today(), REASON)
            attempt(lambda: case_exits.register(desk, case_id, entry))
        elif act == "come back":
            attempt(lambda: case_exits.revoke(desk, self.newest(CaseExit, CaseExit.revoked_at.is_(None)), REASON))
        elif act == EventKind.SPLIT:
            event = EventEntry(EventKind.SPLIT, None, desk.today(), "住民票の写し 8/28")
            attempt(lambda: household_events.add(desk, case_id, event))
        else:
            newest = self.newest(HouseholdEvent, HouseholdEvent.revoked_at.is_(None))
            attempt(lambda: household_events.revoke(desk, newest, REASON))

    @rule(pick=st.integers(0, 2), act=st.sampled_from(("draft", "approve", "send back", "withdraw", "all")))
    def judge(self, pick: int, act: str) -> None:
        desk, second, case_id = self.office.desk, self.office.suzuki, self.case(pick)
        if act == "all":
            decide_all(self.office)
        elif act == "draft":
            attempt(lambda: judgment.draft(desk, (case_id,), silent, release=True))
        elif act == "approve":
            attempt(lambda: judgment.approve(desk, (case_id,), second, silent))
        else:
            step = judgment.send_back if act == "send back" else judgment.withdraw
            attempt(lambda: step(desk, case_id, second, REASON))

    @rule(pick=st.integers(0, 2))
    def ask(self, pick: int) -> None:
        """Letter sent, form back, account entered and verified, review completed: as far as it goes."""
        case_id = self.case(pick)
        ask(self.office, case_id, f"{case_id:07d}")

    @rule(picks=st.lists(st.integers(0, 9), max_size=3))
    def make(self, picks: list[int]) -> None:
        """A batch of what is ready, or of any judgments at all."""
        with self.office.desk.look() as session:
            everything = list(session.scalars(select(JudgmentRecord.id).order_by(JudgmentRecord.id.desc())))
        chosen = tuple(everything[pick % len(everything)] for pick in picks) if picks and everything else self.office.ready()
        attempt(lambda: batches.make_batch(self.office.desk, chosen, payments.page(self.office.desk).next_day, silent))

    @rule(pick=st.integers(0, 1), act=st.sampled_from(("approve", "cancel", "write", "settle")), lost=st.integers(0, 7))
    def move(self, pick: int, act: str, lost: int) -> None:
        """One of the newest two batches is moved on."""
        batch = self.some_batch(pick)
        if not batch:
            return
        if act == "cancel":
            attempt(lambda: batches.cancel_batch(self.office.desk, batch, self.office.suzuki, REASON))
        elif act == "settle":
            self.settle(batch, lost)
        elif attempt(lambda: self.office.approved(batch) if act == "approve" else self.office.written(batch)):
            self.check_leaving(batch)

    def settle(self, batch: int, lost: int) -> None:
        rows = self.office.payments_of(batch)
        failed = {row.payment_id: FailureReason.CLOSED for number, row in enumerate(rows) if lost >> number & 1}
        attempt(lambda: results.enter_results(self.office.desk, batch, failed, self.office.desk.today(), self.office.suzuki))

    @rule(
        lost=st.integers(0, 7), whole=st.booleans(), surprise=st.sampled_from(SURPRISES), before=st.integers(0, 2), pick=st.integers(0, 2)
    )
    def pay(self, lost: int, whole: bool, surprise: str, before: int, pick: int) -> None:
        """The short way to the bank's answer, of what is ready or from the judgment on; a fact changes before one of its steps."""
        if whole:
            decide_all(self.office)
            for number in range(HOUSEHOLDS):
                self.ask(number)
        steps = (lambda: self.make([]), lambda: self.move(0, "approve", 0), lambda: self.move(0, "write", 0))
        for number, step in enumerate(steps):
            if number == before:
                self.surprise(surprise, pick)
            step()
        self.move(0, "settle", lost)
        self.office.clock.days(1)

    def surprise(self, act: str, pick: int) -> None:
        if act == "evidence":
            self.evidence(pick, "withdraw")
        elif act == "exit":
            self.leave_or_split(pick, ExitKind.LAPSED)
        elif act == "split":
            self.leave_or_split(pick, EventKind.SPLIT)
        elif act == "list":
            self.list_of_the_contractor("0000000010" if pick == 0 else "child")
        elif act == "host":
            self.correct((2 + pick, 0, 1, 1))

    # What must hold.

    def check_leaving(self, batch_id: int) -> None:
        """Of a batch that was just signed or has just left: every yen is due today, and nothing of it is open, void or superseded."""
        owed = due(self.office)
        with self.office.desk.look() as session:
            for payment in session.scalars(select(Payment).where(Payment.batch_id == batch_id, Payment.state != "取消")):
                record = session.get_one(JudgmentRecord, payment.judgment_id)
                assert record.state == "APPROVED" and record.superseded_by is None and record.outcome == "ELIGIBLE"
                assert payment.amount == record.amount == owed.get((payment.entitlement, payment.benefit)), payment.entitlement
                findings = session.scalars(
                    select(CollationFinding).where(CollationFinding.case_id == payment.case_id, CollationFinding.gone_at.is_(None))
                )
                assert all(finding.decision is not None for finding in findings)

    @invariant()
    def what_must_hold_after_every_act(self) -> None:
        """Looked at where the act left a line in the log; what was refused has changed nothing."""
        with self.office.desk.look() as session:
            line = session.scalar(select(func.max(AuditEntry.seq)))
        if line != self.line:
            self.line = line
            self.nobody_gets_more_than_he_was_ever_entitled_to()
            self.every_payment_is_in_one_live_batch_and_the_sums_are_those_judged()

    def nobody_gets_more_than_he_was_ever_entitled_to(self) -> None:
        for (entitlement, _), amount in due(self.office).items():
            self.entitled[entitlement] = max(amount, self.entitled.get(entitlement, 0))
        with self.office.desk.look() as session:
            taken = session.execute(
                select(Payment.entitlement, func.sum(Payment.amount))
                .where(Payment.state.in_(payables.OCCUPYING_WORDS))
                .group_by(Payment.entitlement)
            )
            for entitlement, total in taken:
                assert total <= self.entitled.get(entitlement, 0), entitlement
            once = select(func.count()).where(PaidChild.released_at.is_(None)).group_by(PaidChild.resident_number)
            assert set(session.scalars(once)) <= {1}

    def every_payment_is_in_one_live_batch_and_the_sums_are_those_judged(self) -> None:
        with self.office.desk.look() as session:
            once = select(func.count()).where(Payment.state.in_(payables.OCCUPYING_WORDS)).group_by(Payment.judgment_id)
            assert set(session.scalars(once)) <= {1}
            for batch in session.scalars(select(Batch)):
                rows = session.execute(
                    select(Payment.amount, JudgmentRecord.amount, Payment.state)
                    .join(JudgmentRecord, JudgmentRecord.id == Payment.judgment_id)
                    .where(Payment.batch_id == batch.id)
                ).all()
                if batch.state == "取消":
                    assert {state for _, _, state in rows} == {"取消"}
                    continue
                # What was taken out of it because its decision fell is not in the file any more.
                rows = [row for row in rows if row[2] != "取消"]
                assert batch.count == len(rows) > 0
                assert batch.total == sum(paid for paid, _, _ in rows) == sum(judged for _, judged, _ in rows)


BOLD = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)
TestLedger = Ledger.TestCase
TestLedger.settings = settings(BOLD, max_examples=6, stateful_step_count=30, derandomize=True)


@pytest.mark.campaign
def test_nobody_gets_more_than_he_is_entitled_to_in_a_long_run() -> None:
    run_state_machine_as_test(Ledger, settings=settings(BOLD, max_examples=400, stateful_step_count=60))
