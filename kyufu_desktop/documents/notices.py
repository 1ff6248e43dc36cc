"""What each kind of letter may say, as data.

As with :class:`~kyufu_desktop.documents.letters.Confirmation` there is deliberately no field for the registered address, the category, a
facility (other than in the destination), the evidence or another household: what a template cannot receive it cannot print.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from kyufu_desktop.documents.letters import BenefitLine, Confirmation, Destination
from kyufu_desktop.domain.letter import Layout, LetterKind
from kyufu_desktop.domain.refusal import RefusalReason


@dataclass(frozen=True, slots=True)
class MaskedAccount:
    """An account as a letter may show it. ``tail``: the last three digits of the number."""

    bank: str
    branch: str
    kind: str
    tail: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.tail) > 3:
            raise ValueError("a letter shows three digits of an account at most")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What every kind of letter has. ``reissue`` is 0 for a first issue, else the number of the reissue.

    ``on_behalf_of`` is the recipient's own name where the letter goes to a proxy, else empty.
    """

    code: str
    document_number: str
    issued_on: date
    destination: Destination
    management_number: str
    layout: Layout = Layout.STANDARD
    practice: bool = False
    reissue: int = 0
    on_behalf_of: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushNotice(Notice):
    """支給のお知らせ: paid without a form unless the person declines by ``decline_by``. Amounts in yen."""

    benefits: tuple[BenefitLine, ...] = field(repr=False)
    account: MaskedAccount
    decline_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder(Notice):
    """勧奨通知: the form sent on ``first_sent_on`` is not back."""

    benefits: tuple[BenefitLine, ...] = field(repr=False)
    first_sent_on: date
    deadline: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DeficiencyNotice(Notice):
    """不備通知: what of the returned form is missing and how to mend it (words of ``domain.review``); no digit of an account."""

    items: tuple[tuple[str, str], ...]
    received_on: date
    answer_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionNotice(Notice):
    """支給決定通知書. ``account`` None: not told."""

    benefits: tuple[BenefitLine, ...] = field(repr=False)
    decided_on: date
    account: MaskedAccount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalNotice(Notice):
    """不支給決定通知書: benefit and neutral reasons."""

    refused: tuple[tuple[str, tuple[RefusalReason, ...]], ...] = field(repr=False)
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentNotice(Notice):
    """支給（振込）通知書, posted before ``transfer_on``."""

    benefits: tuple[BenefitLine, ...] = field(repr=False)
    transfer_on: date
    account: MaskedAccount


Content = Confirmation | PushNotice | Reminder | DeficiencyNotice | DecisionNotice | RefusalNotice | PaymentNotice

TYPES: dict[LetterKind, type[Any]] = {
    LetterKind.PUSH: PushNotice,
    LetterKind.CONFIRMATION: Confirmation,
    LetterKind.REMINDER: Reminder,
    LetterKind.DEFICIENCY: DeficiencyNotice,
    LetterKind.DECISION: DecisionNotice,
    LetterKind.REFUSAL: RefusalNotice,
    LetterKind.PAYMENT: PaymentNotice,
}
_KINDS: dict[type[Any], LetterKind] = {kind: name for name, kind in TYPES.items()}


def kind_of(content: Content) -> LetterKind:
    return _KINDS[type(content)]


def said(content: Content) -> Iterator[str]:
    """Every word of a person's data that the letter says besides its destination, its code and its dates."""
    for each in fields(content):
        if each.name not in ("destination", "code", "management_number", "layout"):
            yield from _words(getattr(content, each.name))


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _words(item)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _words(getattr(value, each.name))


def to_plain(content: Content) -> dict[str, Any]:
    """Values that JSON knows, dates as ISO 8601."""
    plain: dict[str, Any] = {}
    for name, value in asdict(content).items():
        plain[name] = value.isoformat() if isinstance(value, date) else value
    return plain


def from_plain(kind: LetterKind, plain: Mapping[str, Any]) -> Content:
    """The letter as it was. Raises ValueError where a field is missing, unknown or of another form."""
    made: Content = _read(TYPES[kind], plain)
    return made


def _read(wanted: Any, value: Any) -> Any:
    if isinstance(wanted, types.UnionType):
        return None if value is None else _read(next(each for each in wanted.__args__ if each is not types.NoneType), value)
    if typing.get_origin(wanted) is tuple:
        return _read_tuple(typing.get_args(wanted), value)
    if is_dataclass(wanted) and isinstance(wanted, type):
        hints = typing.get_type_hints(wanted)
        if not isinstance(value, Mapping) or set(value) != set(hints):
            raise ValueError(f"{wanted.__name__} is not kept whole")
        return wanted(**{name: _read(hint, value[name]) for name, hint in hints.items()})
    if wanted is date:
        return date.fromisoformat(value)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return wanted(value)
    if not isinstance(value, wanted):
        raise ValueError(f"{wanted} expected")
    return value


def _read_tuple(inner: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        raise ValueError("a row of values expected")
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_read(inner[0], item) for item in value)
    if len(inner) != len(value):
        raise ValueError("a row of another length")
    return tuple(_read(each, item) for each, item in zip(inner, value, strict=True))
