"""Payments: batches, approval over the exact bytes, the bank file, results, failed ones back to review, reconciliation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.domain.changes import Changes
from kyufu_desktop.domain.payment import BatchState, FailureReason
from kyufu_desktop.services.host_exchange import Outgoing, Progress
from kyufu_desktop.services.session import Desk, Second


@dataclass(frozen=True, slots=True)
class ReadyPayment:
    judgment_id: int
    case_id: int
    management_number: str
    name: str = field(repr=False)
    benefit_word: str
    amount: int


@dataclass(frozen=True, slots=True)
class BatchRow:
    batch_id: int
    number: int
    transfer_on: date
    count: int
    total: int
    state: BatchState
    reported_word: str
    """報告済 / 報告待ち / 未着手."""
    memo: str
    made_by: str
    made_by_id: int


@dataclass(frozen=True, slots=True)
class FailedRow:
    payment_id: int
    case_id: int
    management_number: str
    name: str = field(repr=False)
    amount: int
    reason: str
    what_next: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Four sums that must be equal as far as the work has come: (label, yen, count, remark), and the sentence of a difference."""

    boxes: tuple[tuple[str, int, int, str], ...]
    equal: tuple[bool, ...]
    difference: str


@dataclass(frozen=True, slots=True)
class PaymentsPage:
    ready: tuple[ReadyPayment, ...]
    batches: tuple[BatchRow, ...]
    failed: tuple[FailedRow, ...]
    reconciliation: Reconciliation
    next_day: date
    """First bank business day proposed for the next batch."""


@dataclass(frozen=True, slots=True)
class PaymentRow:
    payment_id: int
    management_number: str
    name: str = field(repr=False)
    benefit_word: str
    amount: int
    state_word: str


def page(desk: Desk) -> PaymentsPage:
    raise NotImplementedError


def make_batch(desk: Desk, judgment_ids: tuple[int, ...], transfer_on: date, progress: Progress) -> tuple[Changes, int]:
    """Takes the ready benefits into a new batch with a number never used before; builds the bank file's bytes and keeps their digest."""
    raise NotImplementedError


def batch_payments(desk: Desk, batch_id: int) -> tuple[PaymentRow, ...]:
    raise NotImplementedError


def approve_batch(desk: Desk, batch_id: int, typed_total: int, second: Second) -> Changes:
    """The second person signs count, total and SHA-256 of the exact bytes; the typed total must equal. Any change afterwards voids it."""
    raise NotImplementedError


def cancel_batch(desk: Desk, batch_id: int, second: Second, reason: str) -> Changes:
    """Before the file left: every payment of it is CANCELLED and its judgment can be paid by another batch."""
    raise NotImplementedError


def bank_file(desk: Desk, batch_id: int, medium: str, progress: Progress) -> Outgoing:
    """The bytes that were approved (digest and signature checked again), sealed in an archive unless the setting says plain."""
    raise NotImplementedError


def enter_results(desk: Desk, batch_id: int, failed: dict[int, FailureReason], on: date) -> Changes:
    """All payments of the batch are PAID except ``failed`` (payment id -> reason), which go back to account review."""
    raise NotImplementedError
