"""What must be in order before any money of a sensitive case is decided: exit, evidence, companions, placement, double payment."""

from __future__ import annotations

from collections.abc import Sequence

from kyufu_desktop.domain.conditions import FAIL, HOLD, PASS, Book, names, origins
from kyufu_desktop.domain.facts import CaseFacts, ExitKind, PersonFacts
from kyufu_desktop.domain.outcome import Condition, Reason
from kyufu_desktop.domain.programme import Effect
from kyufu_desktop.domain.values import Relation


def exit_row(facts: CaseFacts, book: Book) -> Condition:
    """Stands first: who has left is neither asked for papers nor for taxes."""
    rule, kind, origin = "common.exit", facts.exit, facts.exit_origin
    if kind is None:
        return book.shared(rule, "取下げ、要件の消滅、ほかの区市町村での申請はありません", "", PASS)
    if kind is ExitKind.WITHDRAWN:
        return book.shared(rule, "本人が取り下げています", "", FAIL, Reason.NG_WITHDRAWN, origin)
    if kind is ExitKind.LAPSED:
        return book.shared(rule, "庁内で取り扱う要件がなくなっています", "", FAIL, Reason.NG_LAPSED, origin)
    return book.shared(rule, "ほかの区市町村で申請しています", "", FAIL, Reason.NG_OTHER_MUNICIPALITY, origin)


def standing(facts: CaseFacts, everybody: Sequence[PersonFacts], persons: Sequence[PersonFacts], book: Book) -> tuple[Condition, ...]:
    """The rows behind those of every benefit, the same for all of a case; :func:`double` follows them.

    ``everybody`` of the case, ``persons`` those of the base date.
    """
    return (
        _evidence(facts, book),
        _companion(facts, persons, book),
        _placement(facts, persons, book),
        _host(facts, everybody, book),
        _findings(facts, book),
    )


def _evidence(facts: CaseFacts, book: Book) -> Condition:
    rule = "common.evidence"
    if facts.evidence_verified:
        values = f"{facts.evidence_words}　{book.today}現在" if facts.evidence_words else f"{book.today}現在"
        return book.own(rule, "秘匿の根拠は2人で確認済みです", values, PASS, None, facts.evidence_origin)
    return book.shared(rule, "確認済みで期間内の秘匿の根拠がありません", f"{book.today}現在", HOLD, Reason.HOLD_EVIDENCE)


def unnamed(persons: Sequence[PersonFacts]) -> list[PersonFacts]:
    """The companions whom the evidence in force does not name; the recipient is always named."""
    return [person for person in persons if not person.named and person.relation is not Relation.HEAD]


def _companion(facts: CaseFacts, persons: Sequence[PersonFacts], book: Book) -> Condition:
    """A paper is missing, so it always waits for it and never refuses."""
    rule = "common.companion"
    if book.effect(rule, facts.category) is Effect.OFF:
        return book.off(rule)
    missing = unnamed(persons)
    if missing:
        return book.own(
            rule,
            "根拠の書類に名前のない同伴者がいます",
            names(missing),
            HOLD,
            Reason.HOLD_COMPANION,
            facts.evidence_origin or origins(missing),
        )
    if len(persons) == 1:
        return book.shared(rule, "同伴者はいません", "", PASS)
    return book.shared(rule, "同伴者は全員、根拠の書類に名前があります", f"{len(persons) - 1}人", PASS, None, facts.evidence_origin)


def _placement(facts: CaseFacts, persons: Sequence[PersonFacts], book: Book) -> Condition:
    """Stay by contract is no placement; some facilities count only where the household consists of children."""
    rule = "common.placement"
    if book.effect(rule, facts.category) is Effect.OFF:
        return book.off(rule)
    placement, origin = book.programme.placement(facts.placement), facts.evidence_origin
    if placement is None or facts.category not in placement.categories:
        return book.shared(rule, "法律による措置であることを示す根拠がありません", "", HOLD, Reason.HOLD_PLACEMENT, origin)
    if placement.children_only:
        since = book.programme.child_born_from
        grown = [person for person in persons if person.birth.day is None or person.birth.day < since]
        if grown:
            return book.own(
                rule,
                "この措置は児童だけの世帯に限りますが、児童でない人がいます",
                f"{placement.name}　{names(grown)}",
                HOLD,
                Reason.HOLD_PLACEMENT,
                origin,
            )
    return book.shared(rule, "法律による措置です", f"{placement.name}（{placement.law}）", PASS, None, origin)


def _host(facts: CaseFacts, persons: Sequence[PersonFacts], book: Book) -> Condition:
    rule = "common.host_paid"
    paid = [person for person in persons if person.paid_by_host]
    if not paid:
        return book.shared(rule, "ホストの給付状況に支給済はありません", "", PASS, None, origins(persons))
    if facts.host_paid_cleared:
        return book.shared(
            rule,
            "ホストの支給済はこの給付のものではないと判断されています",
            f"{len(paid)}人",
            PASS,
            None,
            facts.host_paid_origin or origins(paid),
        )
    return book.own(rule, "ホストの給付状況が支給済です", names(paid), HOLD, Reason.HOLD_PAID_BY_HOST, origins(paid))


def _findings(facts: CaseFacts, book: Book) -> Condition:
    rule = "common.collation"
    if facts.open_findings:
        return book.shared(
            rule,
            "突合で見つかったもののうち、判断していないものがあります",
            f"{facts.open_findings}件",
            HOLD,
            Reason.HOLD_COLLATION,
            facts.collation_origin,
        )
    return book.shared(rule, "突合で判断の残っているものはありません", "", PASS, None, facts.collation_origin)


def double(facts: CaseFacts, stopped: bool, book: Book) -> Condition:
    """The last row of a benefit. ``stopped``: a person decided that this benefit is a double payment."""
    rule = "common.double_payment"
    if stopped:
        return book.shared(rule, "同じ給付がほかで支給されます", "突合の判断", FAIL, Reason.NG_DOUBLE_PAYMENT, facts.collation_origin)
    return book.shared(rule, "同じ人への支給予定はほかにありません", "", PASS, None, facts.collation_origin)
