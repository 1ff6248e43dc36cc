"""An office with payments on their way, made once for a module and copied for each test; short words for what the tests ask of the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from kyufu_desktop.domain.staff import Act
from kyufu_desktop.models.payment import PaidChild, Payment, PaymentEvent
from kyufu_desktop.models.review import ReturnedForm
from tests.services.office import Office, opened

WORDS = "試しのための理由を書いておきます"


def change(office: Office, statement: str) -> None:
    """Somebody with the key writes past the program."""
    with office.desk.work(Act.COLLATED) as unit:
        unit.session.execute(text(statement))
        unit.record(Act.COLLATED)


class _UndoneError(Exception):
    pass


def undone(office: Office, statement: str) -> None:
    """What the file would take, taken back at once."""
    with pytest.raises(_UndoneError), office.desk.work(Act.COLLATED) as unit:
        unit.session.execute(text(statement))
        raise _UndoneError


def template(folder: Path, cases: int = 1, *, children: int = 0, sent: bool = True) -> Path:
    """``cases`` households whose review is completed; with ``sent`` their bank file is at the bank."""
    with opened(folder) as office:
        for _ in range(cases):
            benefit = ("kodomo", 50_000) if children else ("hikazei", 100_000)
            office.reviewed(office.household(benefit, children=children))
        if sent:
            office.written(office.approved(office.batch()))
    return folder


def states(office: Office) -> list[str]:
    with office.desk.look() as db:
        return list(db.scalars(select(Payment.state).order_by(Payment.id)))


def payment(office: Office, payment_id: int = 1) -> Payment:
    with office.desk.look() as db:
        found = db.get_one(Payment, payment_id)
        db.expunge(found)
        return found


def events(office: Office, payment_id: int = 1) -> list[tuple[str, str, int | None]]:
    """(state, source, second person) of each step."""
    with office.desk.look() as db:
        query = select(PaymentEvent).where(PaymentEvent.payment_id == payment_id).order_by(PaymentEvent.id)
        return [(event.state, event.source, event.second_by) for event in db.scalars(query)]


def live_children(office: Office) -> int:
    with office.desk.look() as db:
        return len(db.scalars(select(PaidChild).where(PaidChild.released_at.is_(None))).all())


def form(office: Office, case_id: int) -> ReturnedForm:
    with office.desk.look() as db:
        found = db.scalars(select(ReturnedForm).where(ReturnedForm.case_id == case_id).order_by(ReturnedForm.id.desc())).first()
        assert found is not None
        db.expunge(found)
        return found


#: A second attempt for the benefit of payment 1, past every rule of the program.
SECOND = (
    "INSERT INTO payment (batch_id, case_id, judgment_id, account_id, entitlement, benefit, attempt, reference, amount, bank, branch, kind,"
    " number, holder, state) SELECT batch_id, case_id, judgment_id, account_id, entitlement, benefit, attempt + 1, reference || 'x',"
    " amount, bank, branch, kind, number, holder, '振込準備' FROM payment WHERE id = 1"
)
