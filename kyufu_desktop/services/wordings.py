"""通知の文言: the words of every kind of letter, drafted by one person, approved by another, in force from a day, never rewritten."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from kyufu_desktop.documents import letter_press
from kyufu_desktop.documents.letter_sample import sample as sample_letter
from kyufu_desktop.documents.letters import BenefitLine
from kyufu_desktop.documents.toml_text import to_toml
from kyufu_desktop.documents.wording import Wording
from kyufu_desktop.documents.wording_edit import changed_table
from kyufu_desktop.domain.calendar import wareki
from kyufu_desktop.domain.changes import Changes, Kind
from kyufu_desktop.domain.letter import LETTER_LABELS, Layout, LetterKind
from kyufu_desktop.domain.letter_wording import WordingState, overtaken, state_of
from kyufu_desktop.domain.staff import Act, may_verify
from kyufu_desktop.errors import Conflict, InputProblem, NotAllowed, UserError
from kyufu_desktop.models.letter import LetterWording
from kyufu_desktop.security.approval import Statement
from kyufu_desktop.services import letter_words
from kyufu_desktop.services.contacts import require_reason
from kyufu_desktop.services.exchange_rows import Progress
from kyufu_desktop.services.session import Desk, Second
from kyufu_desktop.services.signatures import keep_signature
from kyufu_desktop.services.wording_rows import (
    SHIPPED,
    ChangedWord,
    FieldRow,
    KindRow,
    VersionRow,
    changes_between,
    dated,
    dated_of,
    fields_of,
    kind_row,
    rows_of,
    table_of,
)

__all__ = [
    "SHIPPED", "Altered", "ChangedWord", "Comparison", "Draft", "FieldRow", "KindRow", "Sample", "VersionRow", "WordsShown", "approve",
    "compared", "draft", "page", "sample", "withdraw", "words",
]  # fmt: skip

#: key of a field -> what was typed
Altered = Mapping[str, str]

_CHANGED = Kind.LETTERS | Kind.AUDIT
_LONGEST_NAME = 40
_LAYOUTS: dict[Layout, str] = {Layout.STANDARD: "標準", Layout.LARGE: "大活字"}
#: Yen in a sample where a benefit has no fixed amount.
_SOME_AMOUNT = 60_000


@dataclass(frozen=True, slots=True)
class WordsShown:
    """The words of one version, field by field."""

    version: VersionRow
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A version beside the words in force. ``digest``: of exactly what the second person approves."""

    version: VersionRow
    label: str
    changes: tuple[ChangedWord, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A letter to nobody, in memory. ``pages`` of it, and of the same letter with the words in force."""

    layout: Layout
    pages: int
    pages_now: int
    pdf: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A new version: ``altered`` fields of the version ``start``. ``before_later``: it begins before one that is approved already."""

    kind: LetterKind
    start: int
    altered: Altered
    version: str
    valid_from: date
    reason: str
    before_later: bool = False


# ------------------------------------------------------------ reading
def page(desk: Desk) -> tuple[KindRow, ...]:
    """Every kind with its versions, in the order of the work."""
    with desk.look(Act.WORDING_DRAFTED) as session:
        return tuple(kind_row(desk, session, kind) for kind in LetterKind)


def words(desk: Desk, kind: LetterKind, version_id: int | None = None) -> WordsShown:
    """The words of a version (None: the one in force). Raises Conflict K-1971, CustodyProblem K-1964."""
    with desk.look(Act.WORDING_DRAFTED) as session:
        row = kind_row(desk, session, kind)
        wanted = row.now.version_id if version_id is None else version_id
        table = _start(desk, session, kind, wanted)
        return WordsShown(next(each for each in row.versions if each.version_id == wanted), fields_of(kind, table))


def compared(desk: Desk, version_id: int) -> Comparison:
    """What a version of the ward changes in the words in force. Raises Conflict K-1971, CustodyProblem K-1964."""
    with desk.look(Act.WORDING_DRAFTED) as session:
        row = _found(session, version_id)
        kind = LetterKind(row.kind)
        shown = next(each for each in kind_row(desk, session, kind).versions if each.version_id == version_id)
        now = letter_words.table_in_force(desk, session, kind)
        changes = changes_between(kind, now, table_of(desk, session, kind, row))
        return Comparison(shown, LETTER_LABELS[kind], changes, letter_words.digest_of(row))


def sample(desk: Desk, kind: LetterKind, start: int, altered: Altered, layout: Layout) -> Sample:
    """The letter as it would look with these words, to a person who does not exist; nothing is kept.

    Raises InputProblem K-1960 to K-1963 naming the field, UserError K-1977 where the letter cannot be set with these words.
    """
    with desk.look(Act.WORDING_DRAFTED) as session:
        table = changed_table(kind, _start(desk, session, kind, start), altered)
        made = letter_words.put_together(desk, kind, table, partial(letter_words.table_in_force, desk, session))
        now = letter_words.words_in_force(desk, session, kind)
    pdf, pages = _set(desk, kind, made, layout)
    return Sample(layout, pages, _set(desk, kind, now, layout)[1], pdf)


def _set(desk: Desk, kind: LetterKind, made: Wording, layout: Layout) -> tuple[bytes, int]:
    benefits: tuple[BenefitLine, ...] = tuple((rule.label, rule.amount or _SOME_AMOUNT, ()) for rule in desk.programme.benefits[:3])
    try:
        composed = letter_press.compose((sample_letter(kind, layout, benefits, desk.today()),), made, envelope=desk.programme.envelope)
    except UserError as problem:
        if problem.code != "K-1806":
            raise
        raise UserError(
            "K-1977",
            f"この文言では、{LETTER_LABELS[kind]}（{_LAYOUTS[layout]}）を組めません。",
            kept="入力したものは残っています。",
            todo="文を短くするか、めずらしい文字をほかの文字に直してください。",
        ) from None
    return composed.pdf, composed.pages_per_letter[0]


def _start(desk: Desk, session: Session, kind: LetterKind, start: int) -> dict[str, Any]:
    row = None if start == SHIPPED else _found(session, start)
    if row is not None and row.kind != kind.value:
        raise _unknown()
    return table_of(desk, session, kind, row)


def _found(session: Session, version_id: int) -> LetterWording:
    row = session.get(LetterWording, version_id)
    if row is None:
        raise _unknown()
    return row


def _unknown() -> Conflict:
    return Conflict("K-1971", "この版の記録はありません。", todo="画面を開き直してください。")


# ------------------------------------------------------------ drafting
def draft(desk: Desk, wanted: Draft, progress: Progress) -> tuple[Changes, int]:
    """Keeps a new version that waits for a second person; a sample of every letter that it changes is set before. Returns its number.

    Raises InputProblem K-1960 to K-1963 (a field), K-1966 (nothing changed), K-1967/K-1968 (name of the version), K-1969/K-1970 (day),
    K-1648 (reason), FileProblem K-1808/K-1809 (the words as a whole), UserError K-1977 (the letter cannot be set).
    """
    with desk.work(Act.WORDING_DRAFTED) as unit:
        session, kind = unit.session, wanted.kind
        rows = rows_of(session, kind)
        table = changed_table(kind, _start(desk, session, kind, wanted.start), wanted.altered)
        changes = changes_between(kind, letter_words.table_in_force(desk, session, kind), table)
        if not changes:
            raise InputProblem("K-1966", "altered", "いまの文言と同じです。", todo="文言を直してから保存してください。")
        version = _name(desk, kind, wanted.version, rows)
        _refuse_day(desk, wanted, rows)
        reason = require_reason(wanted.reason, "reason")
        table = {**table, "version": version, "valid_from": wanted.valid_from}
        _try(desk, session, kind, table, progress)
        row = LetterWording(
            kind=kind.value,
            version=version,
            text=to_toml(table),
            valid_from=wanted.valid_from,
            reason=reason,
            made_at=desk.now_text(),
            made_by=desk.staff.id,
        )
        session.add(row)
        session.flush()
        unit.record(
            Act.WORDING_DRAFTED, letter_words.SUBJECT, row.id, kind=kind.value, fields=len(changes), digest=letter_words.digest_of(row)
        )
    sentence = f"{LETTER_LABELS[kind]}の文言の案「{version}」を保存しました。2人目の決裁を待ちます。"
    return Changes(_CHANGED, sentence), row.id


def _name(desk: Desk, kind: LetterKind, typed: str, rows: list[LetterWording]) -> str:
    version = typed.strip()
    if not version or len(version) > _LONGEST_NAME or letter_words.BETWEEN in version or not version.isprintable():
        todo = f"「第2版」のように、{_LONGEST_NAME}文字までで入れてください。「{letter_words.BETWEEN}」は使えません。"
        raise InputProblem("K-1967", "version", "版の名前として使えません。", todo=todo)
    if version in {row.version for row in rows} or version == letter_words.shipped(desk, kind)["version"]:
        raise InputProblem("K-1968", "version", "この版の名前は、もう使われています。", todo="別の名前にしてください。")
    return version


def _refuse_day(desk: Desk, wanted: Draft, rows: list[LetterWording]) -> None:
    if wanted.valid_from < desk.today():
        raise InputProblem("K-1969", "valid_from", "使い始める日が、今日より前です。", todo="今日か、今日よりあとの日にしてください。")
    later = [row for row in rows if row.approved_at is not None and row.withdrawn_at is None and row.valid_from > wanted.valid_from]
    if later and not wanted.before_later:
        newest = max(later, key=lambda row: row.valid_from)
        raise InputProblem(
            "K-1970",
            "valid_from",
            f"{wareki(newest.valid_from)}から使う版「{newest.version}」が決裁されています。",
            todo="その日より前だけに使うなら、下の欄に印をつけてください。",
        )


def _try(desk: Desk, session: Session, kind: LetterKind, table: dict[str, Any], progress: Progress) -> None:
    """Sets every letter in which these words stand, in both layouts: at the printer it would be too late.

    The sender's words of the confirmation stand in all kinds.
    """
    kinds = tuple(LetterKind) if kind is LetterKind.CONFIRMATION else (kind,)
    for done, each in enumerate(kinds):
        progress(done, len(kinds))
        own = table if each is kind else letter_words.table_in_force(desk, session, each)
        base = table if kind is LetterKind.CONFIRMATION else letter_words.table_in_force(desk, session, LetterKind.CONFIRMATION)
        made = letter_words.put_together(desk, each, own, {LetterKind.CONFIRMATION: base}.__getitem__)
        for layout in Layout:
            _set(desk, each, made, layout)
    progress(len(kinds), len(kinds))


# ------------------------------------------------------------ deciding
def approve(desk: Desk, version_id: int, digest: str, second: Second, progress: Progress) -> Changes:
    """決裁: another person than the maker, an officer, signs exactly the version that was shown (``digest`` of :func:`compared`).

    Raises Conflict K-1971 (no such version), K-1972 (it does not wait), K-1974 (not what was shown), K-1975 (another approved version
    stands before it), NotAllowed K-1973 (own draft, or no officer), FileProblem and UserError as :func:`draft`.
    """
    with desk.work(Act.WORDING_APPROVED, second) as unit:
        session = unit.session
        row = _found(session, version_id)
        kind = LetterKind(row.kind)
        if row.approved_at is not None or row.withdrawn_at is not None:
            raise Conflict("K-1972", f"「{row.version}」は、決裁を待っていません。", todo="画面を開き直してください。")
        if not may_verify(Act.WORDING_APPROVED, row.made_by, second.staff):
            raise NotAllowed("K-1973", "案を作った人は、その案を決裁できません。", todo="別の取扱責任者が決裁してください。")
        if letter_words.digest_of(row) != digest:
            raise Conflict(
                "K-1974", "決裁しようとした文言が、画面に出したものと違います。", todo="画面を開き直し、変更を見直してください。"
            )
        if overtaken(dated_of(row), dated(rows_of(session, kind)), desk.today()):
            raise Conflict(
                "K-1975", "この案よりあとの版が、もう決裁されています。", todo="この案を取り下げ、いまの文言から作り直してください。"
            )
        _try(desk, session, kind, tomllib.loads(row.text), progress)
        statement = Statement(letter_words.STATEMENT, 1, 0, digest, desk.vault.generation, unit.next_seq)
        signature = keep_signature(desk, unit, statement, second, (Act.WORDING_APPROVED, letter_words.SUBJECT, row.id))
        row.approved_at, row.approved_by, row.signature_id = desk.now_text(), second.staff.id, signature.id
        unit.record(Act.WORDING_APPROVED, letter_words.SUBJECT, row.id, kind=kind.value, digest=digest)
        begins = "今日" if row.valid_from <= desk.today() else wareki(row.valid_from)
        sentence = f"{LETTER_LABELS[kind]}の文言「{row.version}」を決裁しました。{begins}から作る手紙に使います。"
    return Changes(_CHANGED, sentence)


def withdraw(desk: Desk, version_id: int) -> Changes:
    """取下げ: a draft, or an approved version that has not begun. Raises Conflict K-1971, K-1976 (it has begun or is withdrawn)."""
    with desk.work(Act.WORDING_WITHDRAWN) as unit:
        session = unit.session
        row = _found(session, version_id)
        kind = LetterKind(row.kind)
        state = state_of(dated_of(row), dated(rows_of(session, kind)), desk.today())
        if state not in (WordingState.WAITING, WordingState.APPROVED):
            raise Conflict(
                "K-1976",
                f"「{row.version}」は「{state}」です。取り下げられません。",
                todo="使い始めた文言は、新しい版を作って替えてください。",
            )
        row.withdrawn_at, row.withdrawn_by = desk.now_text(), desk.staff.id
        unit.record(Act.WORDING_WITHDRAWN, letter_words.SUBJECT, row.id, kind=kind.value, state=state.name)
    return Changes(_CHANGED, f"{LETTER_LABELS[kind]}の文言「{row.version}」を取り下げました。")
