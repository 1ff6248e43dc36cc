"""The host's workbooks: 支給対象者データ and 支給予定情報. Nothing is stored: what comes out is rows and findings.

A fatal finding refuses the whole household of its row: half a household would be judged wrongly.
"""

from __future__ import annotations

import functools
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from kyufu_desktop.domain.collation import PlannedPayment, fold_kana
from kyufu_desktop.domain.judgment import TaxFacts
from kyufu_desktop.domain.values import BENEFIT_HOST_WORDS, BankAccount, Benefit, BirthDate, Category, Relation
from kyufu_desktop.errors import CellFinding
from kyufu_desktop.exchange import cells, envelope, workbook
from kyufu_desktop.exchange.planned_rows import PlannedRows
from kyufu_desktop.exchange.tables import Progress, Row, Table, many_objects

PEOPLE = "支給対象者"
FACTS = "判定資料"


@dataclass(frozen=True, slots=True)
class TargetPerson:
    """One row of 支給対象者. The addresses are the registered ones: never to be written to."""

    row: int
    management_number: str = field(repr=False)
    resident_number: str = field(repr=False)
    household_number: str = field(repr=False)
    relation: Relation
    relation_word: str = field(repr=False)
    name: str = field(repr=False)
    kana: str = field(repr=False)
    """Full width; empty where the register has none."""
    former_name: str | None = field(repr=False)
    birth: BirthDate = field(repr=False)
    residence_card: str | None = field(repr=False)
    postal: str | None = field(repr=False)
    address: str = field(repr=False)
    building: str | None = field(repr=False)
    braille: str | None = field(repr=False)
    moved_in_from: str | None = field(repr=False)
    category: Category
    past_account: BankAccount | None = field(repr=False)
    public_account: BankAccount | None = field(repr=False)
    welfare_account: BankAccount | None = field(repr=False)
    account_flag: str | None
    transfer_account: BankAccount | None = field(repr=False)
    letter_sent_on: date | None
    letter_due_on: date | None
    paid_by_host: bool
    unprintable: bool
    """The name holds a private use character: no letter before its shape is known."""


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """One row of 判定資料."""

    row: int
    resident_number: str = field(repr=False)
    tax: TaxFacts = field(repr=False)


@dataclass(frozen=True, slots=True)
class TargetsInspection:
    """What a workbook of 支給対象者データ would bring in. ``people`` are those of clean households, in the order of the rows."""

    sha256: str
    file: str
    created_on: date
    base_date: date
    cover_count: int
    counted: int
    people: tuple[TargetPerson, ...] = field(repr=False)
    facts: dict[str, TargetFacts] = field(repr=False)
    findings: tuple[CellFinding, ...]
    cases_in: int
    people_in: int
    refused_households: int
    count_agrees: bool


@dataclass(frozen=True, slots=True)
class PlannedInspection:
    """What a workbook of 支給予定情報 holds.

    A fatal finding means a payment that cannot be compared: the file should be refused as a whole.
    """

    sha256: str
    file: str
    created_on: date
    cover_count: int
    counted: int
    rows: PlannedRows = field(repr=False)
    findings: tuple[CellFinding, ...]
    count_agrees: bool


@many_objects()
def inspect_targets(data: bytes, password: str, file: str, progress: Progress | None = None) -> TargetsInspection:
    """Decrypts and reads in memory. ``file`` is the name for the sentences. Raises ``FileProblem`` K-12xx."""
    table = Table("targets", envelope.open_sealed(data, password, file), file, workbook.Limits(), progress)
    people: list[Row] = []
    facts: list[Row] = []
    for sheet, row in table.rows():
        (people if sheet == PEOPLE else facts).append(row)
    assert table.cover is not None
    created_on, base_date, count = table.cover.created_on, table.cover.base_date, table.cover.count
    assert created_on is not None and base_date is not None and count is not None
    check = _Households(table, people, created_on)
    tax = check.attach(facts)
    refused = check.refused()
    clean = tuple(_person(row) for row in people if check.household(row) not in refused)
    numbers = {person.resident_number for person in clean}
    agrees = table.agrees()
    return TargetsInspection(
        sha256=hashlib.sha256(data).hexdigest(),
        file=file,
        created_on=created_on,
        base_date=base_date,
        cover_count=count,
        counted=table.counts[PEOPLE],
        people=clean,
        facts={number: fact for number, fact in tax.items() if number in numbers},
        findings=_in_order(table.findings),
        cases_in=len({person.household_number for person in clean}),
        people_in=len(clean),
        refused_households=len(refused),
        count_agrees=agrees,
    )


@many_objects()
def inspect_planned(
    data: bytes, password: str, file: str, progress: Progress | None = None, host_words: Mapping[str, Benefit] = BENEFIT_HOST_WORDS
) -> PlannedInspection:
    """Up to a million rows. A row whose kana or birth date cannot be read is kept: its numbers are still compared.

    ``host_words`` are the words of 給付種別 that the programme knows.
    """
    readers = {"benefit": cells.benefit_reader(host_words)}
    table = Table("planned", envelope.open_sealed(data, password, file), file, workbook.LARGE, progress, readers)
    rows = PlannedRows(_planned(table))
    assert table.cover is not None and table.cover.created_on is not None and table.cover.count is not None
    agrees = table.agrees()
    return PlannedInspection(
        sha256=hashlib.sha256(data).hexdigest(),
        file=file,
        created_on=table.cover.created_on,
        cover_count=table.cover.count,
        counted=table.counts["支給予定情報"],
        rows=rows,
        findings=_in_order(table.findings),
        count_agrees=agrees,
    )


def _planned(table: Table) -> Iterator[PlannedPayment]:
    folded = functools.lru_cache(maxsize=200_000)(fold_kana)
    for _, row in table.rows():
        values = row.values
        birth: BirthDate | None = values["birth"]
        yield PlannedPayment(
            row.number,
            values["management_number"] or "",
            values["household_number"] or "",
            values["head_number"] or "",
            folded(values["kana"]) if values["kana"] else "",
            birth.day if birth is not None else None,
            values["benefit"] or Benefit.HOUSEHOLD,
            values["amount"] or 0,
            values["planned_on"],
            bool(values["paid"]),
            values["child_number"],
        )


class _Households:
    """What holds between rows: numbers used twice, heads, one number one case, facts and people."""

    def __init__(self, table: Table, people: list[Row], created_on: date) -> None:
        self._table = table
        self._people = people
        self._bad: set[str] = set()
        self._by_resident: dict[str, list[Row]] = defaultdict(list)
        self._by_household: dict[str, list[Row]] = defaultdict(list)
        self._by_management: dict[str, list[Row]] = defaultdict(list)
        for row in people:
            values = row.values
            if values["resident_number"]:
                self._by_resident[values["resident_number"]].append(row)
            if values["management_number"]:
                self._by_management[values["management_number"]].append(row)
        for row in people:
            self._by_household[self.household(row)].append(row)
            self._alone(row, created_on)
        self._together()

    def household(self, row: Row) -> str:
        """The household's number; a row whose number cannot be read stands with its management number, or alone."""
        number: str | None = row.values["household_number"]
        if number:
            return number
        for other in self._by_management.get(row.values["management_number"] or "", ()):
            if other.values["household_number"]:
                return str(other.values["household_number"])
        return f"row {row.number}"

    def refused(self) -> frozenset[str]:
        """Households with a fatal finding in one of their rows, or in the facts of one of their people."""
        return frozenset(self._bad | {self.household(row) for row in self._people if row.faulty})

    def _note(self, row: Row, heading: str, why: str, found: str = "", *, fatal: bool = True, sheet: str = PEOPLE) -> None:
        self._table.findings.append(CellFinding(sheet, row.number, heading, why, found, fatal))
        if fatal:
            row.faulty = True

    def _alone(self, row: Row, created_on: date) -> None:
        values = row.values
        birth: date | None = values["birth"].day if values["birth"] is not None else None
        if birth is not None and birth > created_on:
            self._note(row, "生年月日", "生年月日が、データの作成日より後です", birth.isoformat())
        if birth is not None and birth.year < created_on.year - 125:
            self._note(row, "生年月日", "生年月日から125歳を超えます。確かめてください", fatal=False)
        if not row.faulty and not values["kana"]:
            self._note(row, "カナ氏名", "カナ氏名がありません。突合の手がかりが番号だけになります", fatal=False)
        sent, due = values["letter_sent_on"], values["letter_due_on"]
        if sent is not None and due is not None and due < sent:
            self._note(row, "確認書返送期限", "返送期限が発送日より前です", due.isoformat())

    def _together(self) -> None:
        for rows in self._by_resident.values():
            if len(rows) > 1:
                numbers = "、".join(str(row.number) for row in rows[:10])
                for row in rows:
                    self._note(row, "住民番号", f"同じ住民番号が{numbers}行目にあります")
        for rows in self._by_management.values():
            if len(rows) > 1 and len({row.values["household_number"] for row in rows if row.values["household_number"]}) > 1:
                for row in rows:
                    self._note(row, "給付管理番号", "同じ給付管理番号が、別の世帯番号の行にもあります")
        for rows in self._by_household.values():
            self._household_rows(rows)
        mismatched = [row for row in self._people if not _flag_fits(row)]
        if mismatched:
            why = f"口座フラグと口座情報が合わない行が{len(mismatched):,}行あります。"
            self._note(mismatched[0], "口座フラグ", why + "過去の口座は使わないため、取込みには影響しません", fatal=False)

    def _household_rows(self, rows: list[Row]) -> None:
        several = len(rows) > 1
        if several and len({row.values["management_number"] for row in rows if row.values["management_number"]}) > 1:
            for row in rows:
                self._note(row, "給付管理番号", "一つの世帯に、給付管理番号が2つ以上あります")
        heads = [row for row in rows if row.values["relation"] and row.values["relation"][0] is Relation.HEAD]
        if len(heads) > 1:
            numbers = "、".join(str(row.number) for row in heads[:10])
            for row in heads:
                self._note(row, "続柄", f"一つの世帯に世帯主が2人以上います（{numbers}行目）")
        elif not heads and all(row.values["relation"] for row in rows):
            self._note(rows[0], "続柄", "この世帯に世帯主がいません")
        if several and len({row.values["category"] for row in rows if row.values["category"]}) > 1:
            for row in rows:
                self._note(row, "特別対応区分", "一つの世帯に、違う特別対応区分があります")

    def attach(self, facts: Iterable[Row]) -> dict[str, TargetFacts]:
        """Facts by resident number. A faulty or doubled row refuses the household of its person; facts of nobody are a note."""
        tax: dict[str, TargetFacts] = {}
        seen: dict[str, Row] = {}
        for row in facts:
            number = row.values["resident_number"]
            if number is None:
                continue
            owners = self._by_resident.get(number, ())
            if number in seen:
                for double in (seen[number], row):
                    self._note(double, "住民番号", f"同じ住民番号が{seen[number].number}、{row.number}行目にあります", sheet=FACTS)
            seen.setdefault(number, row)
            if not owners:
                self._note(row, "住民番号", "支給対象者にいない人の判定資料です。読みません", fatal=row.faulty, sheet=FACTS)
                continue
            self._check_facts(row)
            if row.faulty:
                self._bad.update(self.household(owner) for owner in owners)
            else:
                tax[number] = TargetFacts(row.number, number, _tax(row))
        for number, row in seen.items():
            if row.faulty:
                self._bad.update(self.household(owner) for owner in self._by_resident.get(number, ()))
        for number, owners in self._by_resident.items():
            if number not in seen and not any(owner.faulty for owner in owners):
                self._note(owners[0], "住民番号", "判定資料がありません。税の情報は照会または証明書で確かめます", fatal=False)
        return tax

    def _check_facts(self, row: Row) -> None:
        values = row.values
        abroad = values["dependants_abroad"]
        if abroad and abroad > sum(values[name] or 0 for name in _DEPENDANTS):
            self._note(row, "国外居住扶養親族数", "国外に住む人が、配偶者と扶養親族の合計より多くなっています", sheet=FACTS)
        if values["supporter_number"] is not None and values["supporter_number"] == values["resident_number"]:
            self._note(row, "扶養者住民番号", "自分自身が扶養者になっています", sheet=FACTS)


_DEPENDANTS = ("spouse", "dependants_general", "dependants_specific", "dependants_elderly", "dependants_under16")


def _tax(row: Row) -> TaxFacts:
    values = row.values
    # Where the levy is not known here the host fills the amounts with 0: they are no facts.
    income_levy, income_tax, total = values["income_levy"], values["income_tax"], values["total_income"]
    if values["levy"] is None:
        income_levy, income_tax, total = income_levy or None, income_tax or None, total or None
    return TaxFacts(
        levy=values["levy"],
        income_levy=income_levy,
        income_tax=income_tax,
        total_income=total,
        undeclared=bool(values["undeclared"]),
        treaty_exempt=bool(values["treaty_exempt"]),
        supporter_number=values["supporter_number"],
        supporter_outside_ward=bool(values["supporter_outside_ward"]),
        spouse=values["spouse"] or 0,
        dependants_general=values["dependants_general"] or 0,
        dependants_specific=values["dependants_specific"] or 0,
        dependants_elderly=values["dependants_elderly"] or 0,
        dependants_under16=values["dependants_under16"] or 0,
        dependants_abroad=values["dependants_abroad"] or 0,
        r5_target=bool(values["r5_target"]),
        r5_head=bool(values["r5_head"]),
        welfare=bool(values["welfare"]),
        entered_japan_late=bool(values["entered_japan_late"]),
        # Only the forms of the later benefit have these columns.
        adjustment_decided=values.get("adjustment_decided"),
        outside_tax_cut=bool(values.get("outside_tax_cut")),
        origin=f"ホスト 判定資料 {row.number}行目",
    )


_FLAGGED = {"1": "past_account", "2": "public_account", "3": "welfare_account"}


def _flag_fits(row: Row) -> bool:
    """口座フラグ 1, 2, 3 names the account that the host would use."""
    values = row.values
    wanted = _FLAGGED.get(values["account_flag"])
    return wanted is None or values[wanted] is not None


def _person(row: Row) -> TargetPerson:
    values = dict(row.values)
    relation, word = values.pop("relation")
    kana = values.pop("kana") or ""
    paid = bool(values.pop("paid_by_host"))
    unprintable = row.noted is not None and not row.noted.isdisjoint(("name", "former_name"))
    return TargetPerson(
        row=row.number, relation=relation, relation_word=word, kana=kana, paid_by_host=paid, unprintable=unprintable, **values
    )


def _in_order(findings: list[CellFinding]) -> tuple[CellFinding, ...]:
    """Cover first, then sheet by sheet and row by row; what stands twice is said once."""
    order = {"表紙": 0, PEOPLE: 1, FACTS: 2}
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: (order.get(finding.sheet, 3), finding.row, not finding.fatal)))
