"""Whatever is done in whatever order: nobody is ever paid more than once, and the four sums agree."""

from __future__ import annotations

import atexit
import functools
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import func, select

from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.domain.staff import Act
from kyufu_desktop.errors import UserError
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import PaidChild, Payment
from kyufu_desktop.models.review import ReturnedForm
from kyufu_desktop.services import batches, payments, result_corrections, results, review
from tests.services.office import Office, copied, opened, silent

AMOUNTS = {"hikazei": 100_000, "kodomo": 50_000}


@functools.cache
def template() -> Path:
    """Two reviewed households with two benefits each, made once."""
    keep = tempfile.TemporaryDirectory()
    atexit.register(keep.cleanup)
    folder = Path(keep.name)
    with opened(folder) as office:
        for _ in range(2):
            office.reviewed(office.household(*AMOUNTS.items(), children=1))
    return folder


class Cashier(RuleBasedStateMachine):
    """A careless office: it tries everything, also what is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.office: Office = self.stack.enter_context(copied(template(), folder))
        with self.office.desk.look() as db:
            self.everything = list(db.scalars(select(JudgmentRecord.id).order_by(JudgmentRecord.id)))

    def teardown(self) -> None:
        self.stack.close()

    def some_batch(self, pick: int) -> int:
        """One of the newest batches; 0 where there is none."""
        batches = [row.batch_id for row in payments.page(self.office.desk).batches]
        return batches[pick % min(2, len(batches))] if batches else 0

    @rule(picks=st.lists(st.integers(0, 3), min_size=1, max_size=3))
    def make(self, picks: list[int]) -> None:
        chosen = tuple(self.everything[pick] for pick in picks)
        try:
            batches.make_batch(self.office.desk, chosen, payments.page(self.office.desk).next_day, silent)
        except UserError:
            return

    @rule(pick=st.integers(0, 1), lost=st.integers(0, 7), days=st.integers(6, 8))
    def carry_on(self, pick: int, lost: int, days: int) -> None:
        """Approves, writes and settles a batch, from wherever it stands. ``lost`` says which of its payments come back."""
        batch = self.some_batch(pick)
        if not batch and self.office.ready():
            batch = self.office.batch()
        for step in (lambda: self.office.approved(batch), lambda: self.office.written(batch), lambda: self.settle(batch, lost, days)):
            try:
                step()
            except (UserError, StopIteration):
                continue

    def settle(self, batch: int, lost: int, days: int) -> None:
        self.office.clock.days(days)
        rows = self.office.payments_of(batch)
        failed = {row.payment_id: FailureReason.CLOSED for number, row in enumerate(rows) if lost >> number & 1}
        results.enter_results(self.office.desk, batch, failed, self.office.desk.today(), self.office.suzuki)

    @rule(pick=st.integers(0, 1))
    def approve(self, pick: int) -> None:
        try:
            self.office.approved(self.some_batch(pick))
        except (UserError, StopIteration):
            return

    @rule(pick=st.integers(0, 1))
    def cancel(self, pick: int) -> None:
        try:
            batches.cancel_batch(self.office.desk, self.some_batch(pick), self.office.suzuki, "練習のために取り消してみます")
        except UserError:
            return

    @rule()
    def look_again(self) -> None:
        """Failed ones are reviewed anew."""
        self.office.verify_accounts()
        with self.office.desk.look() as db:
            forms = list(db.scalars(select(ReturnedForm.id).where(ReturnedForm.state != "審査完了")))
        for form in forms:
            self.office.look_at(form)
            review.complete(self.office.desk, form, self.office.desk.today())

    @rule(number=st.integers(1, 6), paid=st.booleans())
    def change_the_word(self, number: int, paid: bool) -> None:
        """Two people say of a payment that it came back after all, or that it never did."""
        desk, second = self.office.desk, self.office.suzuki
        try:
            if paid:
                result_corrections.paid_after_all(desk, number, "練習のために直してみます", desk.today(), second)
            else:
                results.enter_late(desk, number, FailureReason.CLOSED, desk.today(), second)
        except UserError:
            return

    @rule(pick=st.integers(0, 3))
    def judge_anew(self, pick: int) -> None:
        """Somebody writes a second approved judgment of the same benefit past the judging station."""
        with self.office.desk.work(Act.JUDGMENT_DRAFTED) as unit:
            old = unit.session.get_one(JudgmentRecord, self.everything[pick])
            if old.superseded_by is None:
                columns = {column.name: getattr(old, column.name) for column in JudgmentRecord.__table__.columns}
                new = JudgmentRecord(**{**columns, "id": None, "superseded_by": old.id})
                unit.session.add(new)
                unit.session.flush()
                old.superseded_by = new.id
                unit.session.flush()
                new.superseded_by = None
                self.everything[pick] = new.id
                self.tell(unit.session, old.id, new.id)
            unit.record(Act.JUDGMENT_DRAFTED)

    def tell(self, db: object, old: int, new: int) -> None:
        """The letter tells of the new judgment too, so that only the entitlement stands in the way."""
        from kyufu_desktop.models.letter import LetterBenefit

        assert hasattr(db, "add") and hasattr(db, "scalars")
        for letter_id in db.scalars(select(LetterBenefit.letter_id).where(LetterBenefit.judgment_id == old)).all():
            db.add(LetterBenefit(letter_id=letter_id, judgment_id=new))

    @invariant()
    def nobody_is_paid_more_than_he_is_entitled_to(self) -> None:
        with self.office.desk.look() as db:
            taken = db.execute(
                select(Payment.entitlement, Payment.benefit, func.sum(Payment.amount))
                .where(Payment.state.in_(("振込準備", "結果待ち", "振込済")))
                .group_by(Payment.entitlement, Payment.benefit)
            ).all()
            for _, benefit, total in taken:
                assert total <= AMOUNTS[benefit]
            children = db.execute(
                select(PaidChild.resident_number, func.count()).where(PaidChild.released_at.is_(None)).group_by(PaidChild.resident_number)
            ).all()
            assert all(count == 1 for _, count in children)

    @invariant()
    def what_was_decided_is_what_the_bank_was_given(self) -> None:
        page = payments.page(self.office.desk)
        assert page.reconciliation.equal[0], page.reconciliation.boxes
        bank, paid = page.reconciliation.boxes[1], page.reconciliation.boxes[2]
        assert paid[1] <= bank[1]


TestCashier = Cashier.TestCase
TestCashier.settings = settings(max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
