"""The host's sample lists, read here by other tools and compared by other code: every planted meeting is found, and none invented."""

from __future__ import annotations

import io
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

import msoffcrypto
import openpyxl
from sqlalchemy import select

from kyufu_desktop.models.case import Case
from kyufu_desktop.models.exchange import CollationFinding
from kyufu_desktop.services import collation
from tests.services.desk_work import PASSWORD, Ward, sample
from tests.services.office import silent

Met = tuple[str, str, str, frozenset[str]]
_LARGE = dict(zip("ァィゥェォッャュョヮヵヶヰヱヲ", "アイウエオツヤユヨワカケイエオ", strict=True))
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}


def rows_of(name: str, sheet: str) -> Iterator[dict[str, object]]:
    opened = io.BytesIO()
    locked = msoffcrypto.OfficeFile(io.BytesIO(sample(name)))
    locked.load_key(password=PASSWORD)
    locked.decrypt(opened)
    rows = openpyxl.load_workbook(opened, read_only=True)[sheet].iter_rows(values_only=True)
    headings = [str(cell) for cell in next(rows)]
    for row in rows:
        if any(cell is not None for cell in row):
            yield dict(zip(headings, row, strict=False))


def plain(kana: object) -> str:
    """Kana as it is compared: full width, no small kana, no marks."""
    wide = unicodedata.normalize("NFKC", str(kana or ""))
    large = (_LARGE.get(letter, letter) for letter in wide if letter not in "ー-‐−―–・ '’=.")
    return "".join(large).upper()


def born(written: object) -> date | None:
    text = str(written or "")
    if hasattr(written, "date"):
        return written.date()  # type: ignore[union-attr]
    if text[:4].isdigit():
        return date.fromisoformat(text[:10])
    if "不詳" in text or text[:2] not in _ERAS:
        return None
    numbers = [int(part) for part in text[2:].replace("元", "1").replace("年", " ").replace("月", " ").replace("日", "").split()]
    return date(_ERAS[text[:2]] + numbers[0], numbers[1], numbers[2])


def planted() -> Counter[Met]:
    by: dict[str, dict[object, set[str]]] = defaultdict(lambda: defaultdict(set))
    for person in rows_of("targets.xlsx", "支給対象者"):
        case = str(person["給付管理番号"])
        by["management"][case].add(case)
        by["household"][person["世帯番号"]].add(case)
        by["person"][person["住民番号"]].add(case)
        by["child"][person["住民番号"]].add(case)
        day, kana = born(person["生年月日"]), plain(person["カナ氏名"])
        if day is not None and kana:
            by["name_birth"][kana, day].add(case)
    found: Counter[Met] = Counter()
    for row in rows_of("planned_payments.xlsx", "支給予定情報"):
        met: dict[str, set[str]] = defaultdict(set)
        asked = {
            "management": row["給付管理番号"],
            "household": row["世帯番号"],
            "person": row["世帯主住民番号"],
            "child": row["対象児童住民番号"],
            "name_birth": (plain(row["カナ氏名"]), born(row["生年月日"])),
        }
        for key, value in asked.items():
            for case in by[key].get(value, ()):
                met[case].add(key)
        for case, keys in met.items():
            found[case, str(row["給付管理番号"]), str(row["状態"]), frozenset(keys)] += 1
    return found


def test_planted_meetings_of_the_sample_are_all_found_and_none_is_invented(ward: Ward) -> None:
    expected = planted()
    ward.bring_in("targets", sample("targets.xlsx"))
    ward.bring_in("planned", sample("planned_payments.xlsx"))
    collation.run(ward.desk, silent)
    with ward.desk.look() as session:
        numbers = dict(session.execute(select(Case.id, Case.management_number)).all())
        findings = session.scalars(select(CollationFinding)).all()
        assert {finding.source for finding in findings} == {"PLANNED"}, "no two cases of the sample hold the same person"
        found: Counter[Met] = Counter()
        for finding in findings:
            keys = frozenset(part.strip('" ') for part in finding.keys.strip("[]").split(","))
            found[numbers[finding.case_id], finding.planned_management_number, "支給済" if finding.paid else "予定", keys] += 1
    assert found == expected
    by_keys = Counter(keys for _, _, _, keys in expected.elements())
    assert by_keys == {
        frozenset({"management", "household", "person", "name_birth"}): 4,
        frozenset({"household", "name_birth"}): 4,
        frozenset({"child"}): 4,
        frozenset({"name_birth"}): 8,
    }
