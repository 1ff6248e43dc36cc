"""Tax facts as rows of the file: append-only, whoever they come from. Also the words of their fields."""

from __future__ import annotations

from kyufu_desktop.domain.judgment import TaxFacts
from kyufu_desktop.models.case import TaxFact

#: Where facts come from.
HOST, INQUIRY, CERTIFICATE = "HOST", "INQUIRY", "CERTIFICATE"

#: Field of the facts -> its word on the screen.
TAX_WORDS: dict[str, str] = {
    "levy": "均等割",
    "income_levy": "所得割額",
    "income_tax": "推計所得税額",
    "total_income": "合計所得金額",
    "undeclared": "未申告",
    "treaty_exempt": "租税条約免除",
    "supporter_number": "扶養者",
    "supporter_outside_ward": "扶養者区外",
    "spouse": "同一生計配偶者",
    "dependants_general": "一般扶養親族数",
    "dependants_specific": "特定扶養親族数",
    "dependants_elderly": "老人扶養親族数",
    "dependants_under16": "16歳未満扶養親族数",
    "dependants_abroad": "国外居住扶養親族数",
    "r5_target": "令和5年度給付対象世帯",
    "r5_head": "令和5年度給付時世帯主",
    "welfare": "生活保護受給",
    "entered_japan_late": "令和6年1月2日以後入国",
    "adjustment_decided": "先の調整給付の支給額",
    "outside_tax_cut": "定額減税対象外",
}
#: Told only as changed.
SECRET_TAX = frozenset({"supporter_number"})


def values(person_id: int, source: str, tax: TaxFacts, at: str, staff_id: int) -> dict[str, object]:
    """The columns of a new row."""
    return {
        "person_id": person_id,
        "source": source,
        "origin": tax.origin,
        "entered_at": at,
        "entered_by": staff_id,
        **{name: getattr(tax, name) for name in TAX_WORDS},
        "levy": tax.levy.value if tax.levy else None,
    }


def tax_row(person_id: int, source: str, tax: TaxFacts, at: str, staff_id: int) -> TaxFact:
    """A new row of facts; nothing is ever changed in an old one."""
    return TaxFact(**values(person_id, source, tax, at, staff_id))
