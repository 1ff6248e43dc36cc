"""Workbooks made up for one test each: a clean one of a few people, in which single cells are then spoiled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kyufu_desktop.exchange import envelope, host_files, layouts, raw_workbook

PASSWORD = "renshu-test"
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"


class TargetsFile:
    """Three households: a single (rows 2), a parent with a child (rows 3, 4), a single (row 5). Change ``people``, ``facts``, ``cover``."""

    def __init__(self) -> None:
        targets, facts = layouts.known("targets")[0].sheets
        self.people_headings = [column.heading for column in targets.columns]
        self.facts_headings = [column.heading for column in facts.columns]
        self.people = [
            self._person("0099000001", "099000001", "世帯主", "青葉\u3000みどり", "アオバ ミドリ", "1980-04-01"),
            self._person("0099000002", "099000002", "世帯主", "葛\U000e0100城\u3000空", "カツラギ ソラ", "平成2年4月29日"),
            self._person("0099000003", "099000002", "子", "葛\U000e0100城\u3000楓", "カツラギ カエデ", "2015-09-19"),
            self._person("0099000004", "099000004", "世帯主", "NGUYỄN THỊ HOA", "グエン テイ ホア", "1990-01-01"),
        ]
        self.facts = [{"住民番号": person["住民番号"], "令和6年度均等割": "非課税", "合計所得金額": 0} for person in self.people]
        self.cover: dict[str, Any] = {"作成日": "2024-06-10", "基準日": "2024-06-03", "様式": "支給対象者データ 第1版"}

    @staticmethod
    def _person(number: str, household: str, relation: str, name: str, kana: str, birth: str) -> dict[str, Any]:
        return {
            "給付管理番号": "R6" + household[1:],
            "住民番号": number,
            "世帯番号": household,
            "続柄": relation,
            "漢字氏名": name,
            "カナ氏名": kana,
            "生年月日": birth,
            "郵便番号": "160-0022",
            "漢字住所": "東京都新宿区新宿五丁目1番1号",
            "特別対応区分": "DV避難者",
            "口座フラグ": "0",
        }

    def sheets(self) -> list[tuple[str, list[str], list[list[Any]]]]:
        cover = {"件数": len(self.people)} | self.cover
        return [
            ("表紙", ["項目", "値"], [[key, value] for key, value in cover.items()]),
            ("支給対象者", self.people_headings, [[row.get(name) for name in self.people_headings] for row in self.people]),
            ("判定資料", self.facts_headings, [[row.get(name) for name in self.facts_headings] for row in self.facts]),
        ]

    def plain(self) -> bytes:
        return raw_workbook.write(self.sheets())

    def inspect(self) -> host_files.TargetsInspection:
        return host_files.inspect_targets(envelope.seal(self.plain(), PASSWORD), PASSWORD, "targets.xlsx")


@pytest.fixture
def targets(monkeypatch: pytest.MonkeyPatch) -> TargetsFile:
    # The passwords of these files guard nobody: fewer rounds, the same format.
    monkeypatch.setattr(envelope, "SPIN", 1000)
    return TargetsFile()


@pytest.fixture
def sample() -> Callable[[str], bytes]:
    """A sample workbook by name; the test is skipped where the samples are not beside the checkout."""

    def read(name: str) -> bytes:
        path = SAMPLES / name
        if not path.exists():
            pytest.skip(f"sample workbook {name} is not beside this checkout")
        return path.read_bytes()

    return read
