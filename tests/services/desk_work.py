"""What a clerk does in these tests, step by step, through the services only."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kyufu_desktop.domain.evidence import placements_for
from kyufu_desktop.exchange import dummies, envelope, workbook_writer
from kyufu_desktop.exchange.workbook_writer import OutSheet
from kyufu_desktop.models.audit import AuditEntry
from kyufu_desktop.models.case import Case, EvidenceRecord, Person
from kyufu_desktop.services import cases, host_exchange
from kyufu_desktop.services.cases import AddressEntry, CaseFilter, EvidenceEntry
from kyufu_desktop.services.exchange_rows import Inspection
from kyufu_desktop.services.outgoing import Outgoing
from kyufu_desktop.services.session import Desk, Second
from tests.services.office import Office, silent

PASSWORD = "renshu-2024"
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
SEED = 7

TARGET_HEADINGS = (
    "給付管理番号", "住民番号", "世帯番号", "続柄", "漢字氏名", "カナ氏名", "旧氏", "生年月日", "在留カード番号", "郵便番号", "漢字住所",
    "漢字方書", "点字利用者情報", "令和6年1月1日時点の住所地", "特別対応区分", "過去の給付金支給口座情報", "公金受取口座情報",
    "生活保護費支給口座情報", "口座フラグ", "振込口座情報", "確認書発送日", "確認書返送期限", "給付状況",
)  # fmt: skip
FACT_HEADINGS = (
    "住民番号", "令和6年度均等割", "令和6年度所得割額（定額減税前）", "令和6年分推計所得税額", "合計所得金額", "未申告", "租税条約免除",
    "扶養者住民番号", "扶養者区外", "同一生計配偶者", "一般扶養親族数", "特定扶養親族数", "老人扶養親族数", "16歳未満扶養親族数",
    "国外居住扶養親族数", "令和5年度給付対象世帯", "令和5年度給付時世帯主", "生活保護受給", "令和6年1月2日以後入国",
)  # fmt: skip


def person(number: int, household: int, **changes: str) -> dict[str, str]:
    """A row of 支給対象者; the first person of a household is its head unless told otherwise."""
    values = {
        "給付管理番号": f"R6{household:08d}",
        "住民番号": f"{number:010d}",
        "世帯番号": f"{household:09d}",
        "続柄": "世帯主",
        "漢字氏名": "見本　花子",
        "カナ氏名": "ミホン ハナコ",
        "生年月日": "1980-01-01",
        "郵便番号": "160-0022",
        "漢字住所": "東京都新宿区架空町三丁目9番1号",
        "特別対応区分": "DV避難者",
    }
    return {**values, **changes}


def facts(number: int, **changes: str | int) -> dict[str, str | int]:
    """A row of 判定資料: not levied, no income."""
    values: dict[str, str | int] = {"住民番号": f"{number:010d}", "令和6年度均等割": "非課税", "令和6年度所得割額（定額減税前）": 0}
    return {**values, "令和6年分推計所得税額": 0, "合計所得金額": 0, **changes}


def workbook(people: Sequence[dict[str, str]], tax: Sequence[dict[str, str | int]], count: int | None = None) -> bytes:
    """An encrypted 支給対象者データ with these rows."""
    cover = (
        ("作成日", "2024-06-10"),
        ("基準日", "2024-06-03"),
        ("件数", len(people) if count is None else count),
        ("様式", "支給対象者データ 第1版"),
    )
    sheets = [
        OutSheet("表紙", ("項目", "値"), cover),
        OutSheet("支給対象者", TARGET_HEADINGS, [[row.get(heading) for heading in TARGET_HEADINGS] for row in people]),
        OutSheet("判定資料", FACT_HEADINGS, [[row.get(heading) for heading in FACT_HEADINGS] for row in tax]),
    ]
    return envelope.seal(workbook_writer.write(sheets), PASSWORD)


ADDRESS = AddressEntry("950-0001", "見本県見本市北町四丁目8番2号", "みなと荘5号", "", "", "025-000-0000")


@dataclass
class Ward:
    """The office, and the steps up to an approved judgment."""

    office: Office

    @property
    def desk(self) -> Desk:
        return self.office.desk

    @property
    def suzuki(self) -> Second:
        return self.office.suzuki

    def targets(self, count: int) -> bytes:
        return dummies.targets_workbook(SEED, count, PASSWORD)

    def inspect(self, kind: str, data: bytes) -> Inspection:
        return host_exchange.inspect(self.desk, data, PASSWORD, f"{kind}.xlsx", kind, silent)

    def bring_in(self, kind: str, data: bytes) -> Inspection:
        inspection = self.inspect(kind, data)
        host_exchange.bring_in(self.desk, inspection, inspection.count_agrees, silent)
        return inspection

    def household(self, household: int = 1, *, address: bool = False, **tax: str | int) -> int:
        """A DV case of one person with verified evidence. Returns the case id."""
        number = household * 10
        self.bring_in("targets", workbook([person(number, household)], [facts(number, **tax)]))
        case_id = self.case_id(f"R6{household:08d}")
        self.evidence(case_id)
        if address:
            cases.enter_address(self.desk, case_id, ADDRESS)
        return case_id

    def case_id(self, number: str) -> int:
        found = cases.find_by_code(self.desk, number)
        assert found is not None
        return found

    def ids(self) -> tuple[int, ...]:
        return cases.list_ids(self.desk, CaseFilter())

    def evidence(self, case_id: int, *, verified: bool = True, companions: tuple[str, ...] | None = None, **changes: object) -> int:
        """A piece of evidence entered by the handler that names everybody of the household. Returns its id."""
        (row,) = cases.rows(self.desk, (case_id,))
        kind = next(kind for kind in self.desk.programme.evidence if row.category in kind.categories)
        bases = [one.code for one in placements_for(row.category, self.desk.programme) if not one.children_only]
        if companions is None:
            with self.desk.look() as session:
                people = session.scalars(select(Person.name).where(Person.case_id == case_id, Person.relation != "HEAD"))
                companions = tuple(people)
        entry = EvidenceEntry(
            kind=kind.code,
            issued_on=date(2024, 6, 1),
            starts_on=date(2024, 6, 1),
            ends_on=date(2025, 5, 31),
            issuer="見本相談支援センター",
            companions=companions,
            basis=bases[0] if kind.placement else None,
            details={wanted.key: "見本" for wanted in kind.fields if wanted.required},
        )
        cases.enter_evidence(self.desk, case_id, dataclasses.replace(entry, **changes))  # type: ignore[arg-type]
        with self.desk.look() as session:
            piece = session.scalars(select(func.max(EvidenceRecord.id))).one()
        if verified:
            cases.verify_evidence(self.desk, (piece,), self.suzuki)
        return piece

    def evidence_for_all(self) -> None:
        pieces = tuple(self.evidence(case_id, verified=False) for case_id in self.ids())
        cases.verify_evidence(self.desk, pieces, self.suzuki)

    def written(self, outgoing: Outgoing) -> Path:
        host_exchange.write_out(self.desk, outgoing, str(self.office.medium))
        return self.office.medium / outgoing.file_name

    def count(self, table: type) -> int:
        with self.desk.look() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def person_id(self, number: int) -> int:
        with self.desk.look() as session:
            return session.scalars(select(Person.id).where(Person.resident_number == f"{number:010d}")).one()

    def status(self, case_id: int) -> str:
        with self.desk.look() as session:
            return session.get_one(Case, case_id).status

    def acts(self, case_id: int | None = None) -> list[str]:
        """Acts in the log in their order, those of one case or all."""
        query = select(AuditEntry.act).order_by(AuditEntry.seq)
        if case_id is not None:
            query = query.where(AuditEntry.subject == "case", AuditEntry.subject_id == case_id)
        with self.desk.look() as session:
            return list(session.scalars(query))


def sample(name: str) -> bytes:
    """A sample workbook of the host; the test is skipped where the samples are not beside the checkout."""
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"the host's sample {name} is not beside this checkout")
    return path.read_bytes()
