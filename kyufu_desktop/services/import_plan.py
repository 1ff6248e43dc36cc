"""What bringing 支給対象者データ in would do: new households, changed ones with every difference, and those that clash."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyufu_desktop.domain.judgment import TaxFacts
from kyufu_desktop.domain.payment import GONE_OUT
from kyufu_desktop.domain.values import CATEGORY_LABELS, BankAccount, Category, Relation
from kyufu_desktop.errors import CellFinding
from kyufu_desktop.exchange.host_files import PEOPLE, TargetPerson, TargetsInspection
from kyufu_desktop.models.case import Case, Person, TaxFact
from kyufu_desktop.models.judgment import JudgmentRecord
from kyufu_desktop.models.payment import Payment
from kyufu_desktop.services.case_facts import cases_with_people, chunks, tax_facts
from kyufu_desktop.services.tax_rows import HOST, SECRET_TAX, TAX_WORDS

#: Columns of a person that a corrected file may change: (column, word, whether the values themselves are shown).
_FIELDS: tuple[tuple[str, str, bool], ...] = (
    ("name", "漢字氏名", True),
    ("kana", "カナ氏名", True),
    ("former_name", "旧氏", True),
    ("relation", "続柄", False),
    ("relation_word", "続柄", True),
    ("birth_written", "生年月日", True),
    ("birth_day", "生年月日", False),
    ("residence_card", "在留カード番号", False),
    ("registered_postal", "住民票の郵便番号", False),
    ("registered_address", "住民票の住所", False),
    ("registered_building", "住民票の方書", False),
    ("braille", "点字利用者情報", True),
    ("moved_in_from", "令和6年1月1日時点の住所地", True),
    ("past_account", "過去の口座", False),
    ("public_account", "公金受取口座", False),
    ("welfare_account", "生活保護費の口座", False),
    ("account_flag", "口座フラグ", True),
    ("paid_by_host", "給付状況", False),
)


#: 続柄 of who was the head until a corrected file named another and listed him no more: kept on record, and counted as before.
FORMER_HEAD = "元の世帯主"

Difference = tuple[str, str, str]


@dataclass(slots=True)
class PlannedHousehold:
    """One case of the file beside what is already here."""

    people: list[TargetPerson] = field(repr=False)
    case: Case | None = None
    differences: list[Difference] = field(default_factory=list, repr=False)
    changed: dict[str, dict[str, object]] = field(default_factory=dict, repr=False)
    """resident number -> columns of the person that change."""
    new_people: list[TargetPerson] = field(default_factory=list, repr=False)
    new_tax: dict[str, TaxFacts] = field(default_factory=dict, repr=False)
    decided: bool = False
    head_changed: bool = False
    """Another person than the one who stands as the head is the head in the file: letters, account and money would be his from now on."""

    @property
    def touched(self) -> bool:
        return bool(self.differences)


@dataclass(slots=True)
class Plan:
    """What bringing a file in would do, computed against the file as it is now."""

    households: list[PlannedHousehold] = field(repr=False)
    findings: list[CellFinding]
    refused: int

    @property
    def new(self) -> list[PlannedHousehold]:
        return [household for household in self.households if household.case is None]

    @property
    def changed(self) -> list[PlannedHousehold]:
        return [household for household in self.households if household.case is not None and household.touched]

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(difference for household in self.households for difference in household.differences)


def account_text(account: BankAccount | None) -> str | None:
    """The host's own way of writing an account."""
    if account is None:
        return None
    return "-".join((account.bank, account.branch, account.kind, account.number, account.holder))


def columns_of(person: TargetPerson) -> dict[str, object]:
    """The columns of a person's row that come from the host."""
    return {
        "relation": person.relation.value,
        "relation_word": person.relation_word,
        "name": person.name,
        "kana": person.kana,
        "former_name": person.former_name,
        "birth_written": person.birth.written,
        "birth_day": person.birth.day,
        "residence_card": person.residence_card,
        "registered_postal": person.postal or "",
        "registered_address": person.address,
        "registered_building": person.building,
        "braille": person.braille,
        "moved_in_from": person.moved_in_from,
        "past_account": account_text(person.past_account),
        "public_account": account_text(person.public_account),
        "welfare_account": account_text(person.welfare_account),
        "account_flag": person.account_flag or "0",
        "paid_by_host": person.paid_by_host,
    }


def plan(session: Session, inspection: TargetsInspection) -> Plan:
    """Compares the clean households of the file with the cases that are here."""
    by_household: dict[str, list[TargetPerson]] = defaultdict(list)
    for person in inspection.people:
        by_household[person.household_number].append(person)
    known_households = _ids_by(session, Case.household_number, by_household)
    known_numbers = _ids_by(session, Case.management_number, {people[0].management_number for people in by_household.values()})
    owners = _owners(session, [person.resident_number for person in inspection.people])
    cases = cases_with_people(session, set(known_households.values()))
    host = _host_facts(session, list(cases))
    newest = _newest_known(session, list(cases))
    decided = _decided(session, list(cases))
    paid = _paid(session, list(cases))
    result = Plan([], [], inspection.refused_households)
    for number, people in by_household.items():
        case_id = known_households.get(number)
        clash = _clash(people, case_id, known_numbers, owners)
        if clash is not None:
            result.findings.append(clash)
            result.refused += 1
            continue
        household = PlannedHousehold(people)
        if case_id is not None:
            household.case = cases[case_id]
            household.decided = case_id in decided
        _compare(household, inspection, host, newest)
        if household.head_changed:
            result.findings += _head_findings(household, case_id in paid)
        if household.touched and household.decided:
            why = "起案または決裁が済んだ案件の内容が変わります。取り込んだあと、判定をやり直してください"
            result.findings.append(CellFinding(PEOPLE, people[0].row, "給付管理番号", why, fatal=False))
        result.households.append(household)
    return result


def _ids_by(session: Session, column: object, values: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in chunks(list(values)):
        for value, case_id in session.execute(select(column, Case.id).where(column.in_(part))):  # type: ignore[attr-defined,call-overload]
            found[value] = case_id
    return found


def _owners(session: Session, numbers: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in chunks(numbers):
        for number, case_id in session.execute(select(Person.resident_number, Person.case_id).where(Person.resident_number.in_(part))):
            found[number] = case_id
    return found


def _host_facts(session: Session, case_ids: list[int]) -> dict[int, TaxFact]:
    """Person id -> the newest facts that the host sent; what an inquiry answered is not overwritten by an old emptiness."""
    found: dict[int, TaxFact] = {}
    for part in chunks(case_ids):
        for fact in session.scalars(
            select(TaxFact)
            .join(Person, Person.id == TaxFact.person_id)
            .where(Person.case_id.in_(part), TaxFact.source == HOST)
            .order_by(TaxFact.id)
        ):
            found[fact.person_id] = fact
    return found


def _newest_known(session: Session, case_ids: list[int]) -> dict[int, TaxFact]:
    """Person id -> the newest facts with a known levy."""
    found: dict[int, TaxFact] = {}
    for part in chunks(case_ids):
        for fact in session.scalars(
            select(TaxFact)
            .join(Person, Person.id == TaxFact.person_id)
            .where(Person.case_id.in_(part), TaxFact.levy.is_not(None))
            .order_by(TaxFact.id)
        ):
            found[fact.person_id] = fact
    return found


def _decided(session: Session, case_ids: list[int]) -> set[int]:
    found: set[int] = set()
    for part in chunks(case_ids):
        found.update(
            session.scalars(
                select(JudgmentRecord.case_id)
                .where(
                    JudgmentRecord.case_id.in_(part),
                    JudgmentRecord.superseded_by.is_(None),
                    JudgmentRecord.state.in_(("DRAFTED", "APPROVED")),
                )
                .distinct()
            )
        )
    return found


def _paid(session: Session, case_ids: list[int]) -> set[int]:
    """Cases of which money has left the house and is not here again."""
    found: set[int] = set()
    states = sorted(state.value for state in GONE_OUT)
    for part in chunks(case_ids):
        found.update(session.scalars(select(Payment.case_id).where(Payment.case_id.in_(part), Payment.state.in_(states))))
    return found


def _clash(people: list[TargetPerson], case_id: int | None, numbers: dict[str, int], owners: dict[str, int]) -> CellFinding | None:
    """Why the household cannot be brought in beside what is here, or None."""
    if numbers.get(people[0].management_number, case_id) != case_id:
        return CellFinding(PEOPLE, people[0].row, "給付管理番号", "この給付管理番号は、別の世帯番号の案件で使われています")
    for person in people:
        if owners.get(person.resident_number, case_id) != case_id:
            return CellFinding(PEOPLE, person.row, "住民番号", "この住民番号の人は、別の案件にいます")
    return None


def _compare(household: PlannedHousehold, inspection: TargetsInspection, host: dict[int, TaxFact], known: dict[int, TaxFact]) -> None:
    case = household.case
    if case is None:
        household.new_people = list(household.people)
        for person in household.people:
            facts = inspection.facts.get(person.resident_number)
            if facts is not None:
                household.new_tax[person.resident_number] = facts.tax
        return
    number = case.management_number
    first = household.people[0]
    if case.management_number != first.management_number:
        household.differences.append((number, "給付管理番号", f"{case.management_number} → {first.management_number}"))
    if case.category != first.category.value:
        words = f"{CATEGORY_LABELS[Category(case.category)]} → {CATEGORY_LABELS[first.category]}"
        household.differences.append((number, "特別対応区分", words))
    here = {person.resident_number: person for person in case.people}
    for person in household.people:
        stored = here.pop(person.resident_number, None)
        facts = inspection.facts.get(person.resident_number)
        if stored is None:
            household.new_people.append(person)
            household.differences.append((number, "世帯員", "1人増えます"))
            if facts is not None:
                household.new_tax[person.resident_number] = facts.tax
            continue
        _compare_person(household, stored, person, number)
        if facts is not None:
            _compare_tax(household, stored, facts.tax, host.get(stored.id), known.get(stored.id), number)
    for _ in here:
        household.differences.append((number, "世帯員", "新しいファイルにいない人がいます。この人は残します"))
    _compare_head(household, case, here)


def _compare_head(household: PlannedHousehold, case: Case, absent: dict[str, Person]) -> None:
    """One head a household, and the file says who. Who was it before stays on record, but nothing goes to him any more.

    The file holds exactly one (``exchange.host_files`` refuses any other household); with somebody whom it does not list there would be
    two.
    """
    new = next(person for person in household.people if person.relation is Relation.HEAD)
    before = [person for person in case.people if person.relation == Relation.HEAD.value]
    if [person.resident_number for person in before] == [new.resident_number]:
        return
    household.head_changed = True
    for person in before:
        if person.resident_number in absent:
            household.changed[person.resident_number] = {"relation": Relation.MEMBER.value, "relation_word": FORMER_HEAD}
    words = "／".join(person.name for person in before) or "なし"
    household.differences.append((case.management_number, "世帯主", f"{words} → {new.name}"))


def _head_findings(household: PlannedHousehold, paid: bool) -> list[CellFinding]:
    """Both rows of the change and what it takes back, before anybody brings the file in."""
    case = household.case
    assert case is not None
    new = next(person for person in household.people if person.relation is Relation.HEAD)
    rows = {person.resident_number: person.row for person in household.people}
    before = [rows.get(person.resident_number) for person in case.people if person.relation == Relation.HEAD.value]
    where = "、".join("このファイルにいません" if row is None else f"{row}行目" for row in before) or "いません"
    said = [
        f"{case.management_number} の世帯主が替わります（前の世帯主は{where}）",
        "取り込むと、決裁・手紙・口座・代理人は無効になり、送り先を確かめ直します",
    ]
    if paid:
        said.append("前の世帯主への支払があります。戻るまで、同じ給付は支払えません")
    return [CellFinding(PEOPLE, new.row, "続柄", why, fatal=False) for why in said]


def _compare_person(household: PlannedHousehold, stored: Person, person: TargetPerson, number: str) -> None:
    columns = columns_of(person)
    changed = {name: value for name, value in columns.items() if getattr(stored, name) != value}
    if not changed:
        return
    household.changed[person.resident_number] = changed
    said: set[str] = set()
    for name, word, shown in _FIELDS:
        if name in changed and word not in said:
            said.add(word)
            words = f"{getattr(stored, name) or 'なし'} → {changed[name] or 'なし'}" if shown else "変わります"
            household.differences.append((number, word, words))


def _compare_tax(
    household: PlannedHousehold, stored: Person, tax: TaxFacts, host: TaxFact | None, known: TaxFact | None, number: str
) -> None:
    before = tax_facts(host)
    changed = [name for name in TAX_WORDS if getattr(before, name) != getattr(tax, name)]
    if host is not None and not changed:
        return
    for name in changed:
        old, new = getattr(before, name), getattr(tax, name)
        words = "変わります" if name in SECRET_TAX else f"{_tax_word(old)} → {_tax_word(new)}"
        household.differences.append((number, TAX_WORDS[name], words))
    if tax.levy is None and known is not None:
        # The host still does not know; what another municipality answered stays.
        answered = tax_facts(known)
        tax = dataclasses.replace(
            tax,
            levy=answered.levy,
            income_levy=answered.income_levy,
            total_income=answered.total_income,
            undeclared=answered.undeclared,
            origin=answered.origin,
        )
    household.new_tax[stored.resident_number] = tax


def _tax_word(value: object) -> str:
    if value is None:
        return "不明"
    if isinstance(value, bool):
        return "該当" if value else "非該当"
    return f"{value:,}" if isinstance(value, int) else str(value)
